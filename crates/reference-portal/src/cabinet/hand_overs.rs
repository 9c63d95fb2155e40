//! Files for a colleague of the same organisation, opaque to the portal.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64ct::{Base64, Encoding as _};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::access::{self, Membership, permission};
use super::employees::PersonName;
use super::poa::place;
use super::refusal::{Code, Refusal};
use super::request::{Body, Caller};
use super::responses::{Common, Written};
use super::time_format::rfc3339;
use crate::store::{HandOver, Keeping};
use crate::world::World;

/// Octets of a file.
const MOST_BYTES: usize = 20 * 1024 * 1024;
/// Files that wait for one person in one organisation.
const MOST_WAITING: i64 = 50;
/// Characters of a name.
const LONGEST_NAME: usize = 200;

/// A file and whom it is for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandOverRequest {
    /// GUID of the sender's choice: handed over again under it after a lost answer, the file waits once, and not at all once it was
    /// taken.
    #[schema(nullable = false)]
    id: Option<String>,
    /// `id` of an employee.
    recipient: String,
    /// 1…200 characters.
    name: String,
    /// Base64, at most 20 MiB before.
    content: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HandOverId {
    id: Uuid,
}

/// A file that waits.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HandOver)]
pub(crate) struct HandOverView {
    id: Uuid,
    name: String,
    from: PersonName,
    /// `id` of the employee who sent it.
    sender: String,
    #[schema(format = DateTime)]
    sent_at: String,
    /// Octets.
    size: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HandOvers {
    items: Vec<HandOverView>,
}

/// Leaves a file for a colleague.
#[utoipa::path(
    post, path = "/hand-overs", tag = "hand-overs", request_body = HandOverRequest,
    responses((status = 201, body = HandOverId), Common, Written)
)]
pub(crate) async fn send(
    State(world): State<Arc<World>>,
    caller: Caller,
    body: Body<HandOverRequest>,
) -> Result<(StatusCode, Json<HandOverId>), Refusal> {
    let request = body.value;
    let place = place(&world, &caller)?;
    access::require(&world, &place, permission::CABINET_ENTER, "hand-over")?;
    if !(1..=LONGEST_NAME).contains(&request.name.chars().count()) {
        return Err(Refusal::bad("name: от 1 до 200 знаков"));
    }
    let content = Base64::decode_vec(&request.content).map_err(|_| Refusal::bad("content: нужен Base64"))?;
    if content.len() > MOST_BYTES {
        return Err(Code::TooLarge.into());
    }
    let recipient: i64 = request.recipient.parse().map_err(|_| Code::RecipientNotFound)?;
    let known = access::membership(&world, recipient, place.organisation)?;
    let is_colleague = known.is_some_and(|one: Membership| one.is_active() && one.enabled);
    if !is_colleague || recipient == caller.person || world.employee_by_oid(recipient).is_none() {
        return Err(Code::RecipientNotFound.into());
    }
    let id = match &request.id {
        Some(id) => Uuid::parse_str(id).map_err(|_| Refusal::bad("id: нужен GUID"))?,
        None => Uuid::new_v4(),
    };
    let one = HandOver {
        id,
        organisation: place.organisation,
        sender: caller.person,
        recipient,
        name: request.name,
        sent_ms: world.now_ms(),
        size: i64::try_from(content.len()).unwrap_or(i64::MAX),
    };
    match world.store.add_hand_over(&one, &content, MOST_WAITING)? {
        Keeping::Kept | Keeping::Known => {}
        Keeping::Foreign => return Err(Refusal::bad("id: занят")),
        Keeping::Full => return Err(Code::MailboxFull.into()),
    }
    Ok((StatusCode::CREATED, Json(HandOverId { id: one.id })))
}

/// What waits for the caller, oldest first.
#[utoipa::path(
    get, path = "/hand-overs", tag = "hand-overs",
    responses((status = 200, body = HandOvers), Common)
)]
pub(crate) async fn list(
    State(world): State<Arc<World>>,
    caller: Caller,
) -> Result<Json<HandOvers>, Refusal> {
    let place = place(&world, &caller)?;
    let all = world.store.hand_overs(caller.person)?;
    let own = all
        .into_iter()
        .filter(|one| one.organisation == place.organisation);
    let items = own.filter_map(|one| {
        Some(HandOverView {
            from: PersonName::of(world.employee_by_oid(one.sender)?),
            sender: one.sender.to_string(),
            id: one.id,
            name: one.name,
            sent_at: rfc3339(one.sent_ms),
            size: one.size,
        })
    });
    Ok(Json(HandOvers {
        items: items.collect(),
    }))
}

/// The file, to whom it is for.
#[utoipa::path(
    get, path = "/hand-overs/{id}", tag = "hand-overs",
    params(("id" = String, Path, description = "`id` of the file")),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"), Common)
)]
pub(crate) async fn content(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let id = Uuid::parse_str(&id).map_err(|_| Code::NotFound)?;
    let content = world
        .store
        .hand_over_content(id, caller.person)?
        .ok_or(Code::NotFound)?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], content).into_response())
}

/// Forgets the file: it was taken, or is not wanted.
#[utoipa::path(
    delete, path = "/hand-overs/{id}", tag = "hand-overs",
    params(("id" = String, Path, description = "`id` of the file")),
    responses((status = 204), Common)
)]
pub(crate) async fn remove(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    let id = Uuid::parse_str(&id).map_err(|_| Code::NotFound)?;
    match world.store.drop_hand_over(id, caller.person)? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Code::NotFound.into()),
    }
}
