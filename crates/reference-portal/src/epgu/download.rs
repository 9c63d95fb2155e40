//! Methods 9 and 9a: result files and attachments.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::caller::Caller;
use super::details::{KIND_ATTACHMENT, KIND_RESULT};
use super::failure::Failure;
use crate::archive;
use crate::world::World;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wanted {
    mnemonic: Option<String>,
    eservice_code: Option<String>,
}

pub(super) async fn download(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path((object, kind)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let object: i64 = object
        .parse()
        .map_err(|_| Failure::bad("objectId: нужно число"))?;
    let mnemonic = wanted
        .mnemonic
        .ok_or_else(|| Failure::bad("mnemonic: отсутствует"))?;
    // 1.13 says the id of the history entry, a service specification the number of the order: both are taken.
    let id = world.store.order_of_history(object)?.unwrap_or(object);
    let order = caller.order(&world, id)?;
    if wanted.eservice_code.is_some_and(|code| code != order.service) {
        return Err(Failure::bad(
            "eserviceCode: услуга не та, для которой создано заявление",
        ));
    }
    let (mime, content) = match kind.as_str() {
        KIND_RESULT => {
            let result = world.store.result(id, &mnemonic)?.ok_or(Failure::NotFound)?;
            (result.mime, result.content)
        }
        KIND_ATTACHMENT => {
            let path = world.store.archive_path(id);
            let content = archive::read_one(&path, &mnemonic).ok_or(Failure::NotFound)?;
            ("application/octet-stream".to_owned(), content)
        }
        _ => return Err(Failure::NotFound),
    };
    let mut response = content.into_response();
    if let Ok(mime) = HeaderValue::from_str(&mime) {
        response.headers_mut().insert(header::CONTENT_TYPE, mime);
    }
    Ok(response)
}
