//! What anybody may ask the registry of powers of attorney by number, in the shape seen of the real one (undocumented,
//! §3.6 of our notes).

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use uuid::Uuid;

use super::time_format::rfc3339;
use crate::poa;
use crate::world::{World, WorldError};

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new().route("/api/v0/poar-portal/public/poa/{number}/public", get(status))
}

async fn status(State(world): State<Arc<World>>, Path(number): Path<String>) -> Result<Response, WorldError> {
    if world.settings().poa.unavailable {
        return Ok(StatusCode::SERVICE_UNAVAILABLE.into_response());
    }
    let Ok(number) = Uuid::parse_str(&number) else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let Some(one) = poa::find(&world, number)? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let now_ms = world.now_ms();
    let answer = json!({
        "poaNumber": one.deed.number,
        "startDate": one.deed.issued.to_string(),
        "endDate": one.deed.expires.to_string(),
        "status": one.state(now_ms).word(),
        "statusDate": rfc3339(one.since_ms(now_ms)),
    });
    Ok(Json(answer).into_response())
}
