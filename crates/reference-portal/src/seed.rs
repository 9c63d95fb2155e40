//! `POST /control/orders/seed` and `…/touch`: an organisation with a long past, and changes in it.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;

use crate::clock;
use crate::services::TAX_DOCUMENTS;
use crate::store::Seed;
use crate::world::{World, WorldError};

/// More would only fill the disk.
const MOST: u32 = 1_000_000;

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/control/orders/seed", post(seed))
        .route("/control/orders/touch", post(touch))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    count: u32,
}

/// Accepted orders of the first organisation.
async fn seed(State(world): State<Arc<World>>, request: Result<Json<Request>, JsonRejection>) -> Response {
    let Ok(Json(Request {
        count: count @ 0..=MOST,
    })) = request
    else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let Some((organisation, employee)) = world
        .index
        .organisations
        .first()
        .zip(world.index.employees.first())
    else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let made = world.store.seed(&Seed {
        org_oid: organisation.oid.cast_signed(),
        person_oid: employee.oid.cast_signed(),
        client_id: &world.index.client_id,
        service: TAX_DOCUMENTS,
        count,
        now_ms: clock::now_ms(),
    });
    match made {
        Ok(()) => Json(json!({ "count": count })).into_response(),
        Err(error) => WorldError::from(error).into_response(),
    }
}

/// The oldest orders change.
async fn touch(State(world): State<Arc<World>>, request: Result<Json<Request>, JsonRejection>) -> Response {
    let Ok(Json(Request { count })) = request else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    match world.store.touch(count, clock::now_ms()) {
        Ok(count) => Json(json!({ "count": count })).into_response(),
        Err(error) => WorldError::from(error).into_response(),
    }
}
