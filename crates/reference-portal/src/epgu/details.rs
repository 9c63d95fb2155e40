//! Method 4: `POST /api/gusmev/order/{orderId}`; the order itself travels as JSON inside a string.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::caller::Caller;
use super::failure::Failure;
use crate::clock::details_format;
use crate::services;
use crate::store::{HistoryEntry, Order};
use crate::world::World;

/// How long the authority waits for an answer to its question.
const ANSWER_TERM_MS: i64 = 10 * 24 * 60 * 60 * 1000;
/// Attachments sent with the request.
pub(super) const KIND_ATTACHMENT: &str = "2";
/// Files of the result.
pub(super) const KIND_RESULT: &str = "3";

pub(super) async fn details(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, Failure> {
    let id = id.parse().map_err(|_| Failure::bad("orderId: нужно число"))?;
    let order = caller.order(&world, id)?;
    let code = if order.is_draft() {
        "OK"
    } else {
        order.code.as_str()
    };
    let mut answer = json!({"code": code, "message": order.message, "message_id": order.message_id});
    // Before the portal has it there is nothing to show, unless the number was reserved.
    if order.is_at_portal() || order.reserved {
        answer["order"] = Value::String(order_object(&world, &order)?.to_string());
    }
    Ok(Json(answer))
}

fn order_object(world: &World, order: &Order) -> Result<Value, Failure> {
    let history: Vec<HistoryEntry> = world
        .store
        .history(order.id)?
        .into_iter()
        .filter(|h| h.status_id.is_some())
        .collect();
    let statuses: Vec<Value> = history.iter().map(|h| status_object(order, h)).collect();
    let service = services::by_code(&order.service);
    let current = history.last();
    let results = result_files(world, order)?;
    let is_final = current.is_some_and(|h| h.is_final);
    Ok(json!({
        "id": order.id,
        "orderType": "ORDER",
        "eserviceId": order.service,
        "serviceTargetId": order.target,
        "serviceName": service.map(|s| &s.name),
        "userId": order.person_oid,
        "ownerId": order.person_oid,
        "orgId": order.org_oid,
        "personType": "LEGAL",
        "orderDate": details_format(order.created_ms),
        "requestDate": details_format(order.created_ms),
        "updated": details_format(order.updated_ms),
        "region": order.region,
        "orderStatusId": current.and_then(|h| h.status_id),
        "orderStatusName": current.map(|h| &h.title),
        "stateStructureName": service.map(|s| &s.authority),
        "stateOrgStatusCode": current.and_then(|h| h.agency_code.as_ref()),
        "closed": is_final,
        "allowToEdit": current.is_some_and(|h| h.edit_allowed) || order.is_draft(),
        "allowToDelete": order.is_draft(),
        "edsStatus": if service.is_some_and(|s| s.signed) { "EDS_MANDATORY" } else { "EDS_NOT_SUPPORTED" },
        "hasResult": !results.is_empty(),
        "hasNewStatus": true,
        "unreadMessageCnt": 0,
        "paymentRequired": false,
        "currentStatusHistoryId": current.map(|h| h.id),
        "currentStatusHistory": statuses.last(),
        "statuses": statuses,
        "orderAttachmentFiles": attachments(world, order)?,
        "orderResponseFiles": results,
        "orderPayments": [],
        "textMessages": [],
        "infoMessages": [],
    }))
}

fn status_object(order: &Order, entry: &HistoryEntry) -> Value {
    json!({
        "id": entry.id,
        "date": details_format(entry.at_ms),
        "statusId": entry.status_id,
        "title": entry.title,
        "comment": entry.comment,
        "sender": services::by_code(&order.service).map(|s| &s.authority),
        "orderId": order.id,
        "finalStatus": entry.is_final,
        "cancelAllowed": entry.cancel_allowed,
        "editAllowed": entry.edit_allowed,
        // This portal's own: nothing is published of the term of an answer.
        "answerUntil": entry.edit_allowed.then(|| details_format(entry.at_ms + ANSWER_TERM_MS)),
        "sendMessageAllowed": false,
        "unreadEvent": true,
        // Only final statuses 3 and 4 bring files.
        "hasResult": if matches!(entry.status_id, Some(3 | 4)) { "Y" } else { "N" },
        "stateOrgStatusCode": entry.agency_code,
    })
}

fn attachments(world: &World, order: &Order) -> Result<Vec<Value>, Failure> {
    let files = world.store.files(order.id)?;
    let object = |id, file: &crate::store::StoredFile| {
        let signature = format!("{}.sig", file.name);
        json!({
            "id": id,
            "fileName": file.name,
            "fileSize": file.size,
            "mimeType": "application/octet-stream",
            "link": link(order.id, &file.name, KIND_ATTACHMENT),
            "hasDigitalSignature": files.iter().any(|f| f.name == signature),
            "type": "ATTACHMENT",
        })
    };
    Ok(files
        .iter()
        .enumerate()
        .map(|(id, file)| object(id, file))
        .collect())
}

fn result_files(world: &World, order: &Order) -> Result<Vec<Value>, Failure> {
    let results = world.store.results(order.id)?;
    let object = |id, file: &crate::store::ResultFile| {
        json!({
            "id": id,
            "fileName": file.name,
            "fileSize": file.content.len(),
            "mimeType": file.mime,
            "link": link(order.id, &file.mnemonic, KIND_RESULT),
            "hasDigitalSignature": results.iter().any(|f| f.name == format!("{}.sig", file.name)),
            "edsStatus": "EDS_NOT_SUPPORTED",
            "hasAltMimeType": false,
        })
    };
    Ok(results
        .iter()
        .enumerate()
        .map(|(id, file)| object(id, file))
        .collect())
}

/// `terrabyte://00/{orderId}/{mnemonic}/{objectType}`.
fn link(order: i64, mnemonic: &str, kind: &str) -> String {
    format!("terrabyte://00/{order}/{mnemonic}/{kind}")
}
