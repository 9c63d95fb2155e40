//! Methods 9 and 9a: result files and attachments, whole or a part of them (RFC 9110 §14).

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_range_header::parse_range_header;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

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
    asked: HeaderMap,
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
    Ok(answer(content, &mime, &asked))
}

/// The whole, or the one range that is asked for; of several at once the whole, as §14.2 allows.
fn answer(content: Vec<u8>, mime: &str, asked: &HeaderMap) -> Response {
    let length = content.len() as u64;
    let tag = format!("\"{}\"", hex::encode(Sha256::digest(&content)));
    let same = asked
        .get(header::IF_RANGE)
        .is_none_or(|version| version.as_bytes() == tag.as_bytes());
    let ranges = asked
        .get(header::RANGE)
        .filter(|_| same)
        .and_then(|range| parse_range_header(range.to_str().ok()?).ok())
        .map(|ranges| ranges.validate(length));
    let mut headers = vec![
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::CONTENT_TYPE, mime.to_owned()),
        (header::ETAG, tag),
    ];
    let (status, body) = match ranges.as_ref().map(|ranges| ranges.as_deref()) {
        Some(Ok([range])) => {
            let part = format!("bytes {}-{}/{length}", range.start(), range.end());
            headers.push((header::CONTENT_RANGE, part));
            let body = content[*range.start() as usize..=*range.end() as usize].to_vec();
            (StatusCode::PARTIAL_CONTENT, body)
        }
        Some(Err(_)) => {
            headers.push((header::CONTENT_RANGE, format!("bytes */{length}")));
            (StatusCode::RANGE_NOT_SATISFIABLE, Vec::new())
        }
        _ => (StatusCode::OK, content),
    };
    let mut response = (status, body).into_response();
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
