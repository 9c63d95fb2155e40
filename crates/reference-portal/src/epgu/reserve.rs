//! Method 1: `POST /api/gusmev/order` reserves a number.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequest as _, Multipart, Request, State};
use axum::http::header;
use serde_json::{Value, json};

use super::caller::Caller;
use super::failure::Failure;
use super::form::{Meta, PushForm};
use crate::settings::Settings;
use crate::store::{Accepted, Created, NewOrder};
use crate::world::World;

pub(super) async fn reserve(
    State(world): State<Arc<World>>,
    caller: Caller,
    request: Request,
) -> Result<Json<Value>, Failure> {
    let meta = meta(&world, request).await?;
    let id = create(&world, &caller, &meta, None)?;
    Ok(Json(json!({"orderId": id})))
}

/// The specification sends JSON; one service's text sends a form.
async fn meta(world: &Arc<World>, request: Request) -> Result<Meta, Failure> {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    if kind.starts_with("multipart/form-data") {
        let multipart = Multipart::from_request(request, &())
            .await
            .map_err(|error| Failure::bad(error.body_text()))?;
        return PushForm::read(world, multipart)
            .await?
            .meta
            .ok_or_else(|| Failure::bad("meta: отсутствует"));
    }
    let bytes = axum::body::to_bytes(request.into_body(), 64 * 1024)
        .await
        .map_err(|error| Failure::bad(error.to_string()))?;
    Meta::parse(&bytes)
}

/// Makes an order within the limits; with `content` it goes into processing at once.
pub(super) fn create(
    world: &World,
    caller: &Caller,
    meta: &Meta,
    content: Option<(&std::path::Path, &str)>,
) -> Result<i64, Failure> {
    let service = meta.service()?;
    let settings = world.settings();
    let now_ms = settings.now_ms();
    let content = content.map(|(path, sha256)| (path, accepted(&settings, sha256, now_ms)));
    let new = NewOrder {
        org_oid: caller.org_oid,
        person_oid: caller.person_oid,
        client_id: &caller.client_id,
        service: &service.code,
        target: &meta.target_code,
        region: &meta.region,
        content,
        now_ms,
    };
    let since = now_ms - settings.order_window_s * 1000;
    match world.store.create_order(&new, settings.order_limit, since)? {
        Created::Order(id) => Ok(id),
        Created::Limited { oldest_ms } => {
            let left_ms = oldest_ms + settings.order_window_s * 1000 - now_ms;
            Err(Failure::Limitation {
                message: "Превышено количество заявлений по услуге",
                retry_after_s: u64::try_from(left_ms).unwrap_or_default().div_ceil(1000).max(1),
            })
        }
    }
}

/// An archive taken in now.
pub(super) fn accepted<'a>(settings: &Settings, sha256: &'a str, now_ms: i64) -> Accepted<'a> {
    let due_ms = settings
        .delay(crate::lifecycle::FIRST_DELAY_MS)
        .map(|delay| now_ms + delay);
    Accepted {
        archive_sha256: sha256,
        now_ms,
        due_ms,
    }
}
