//! `/control/poa`: what the registry holds, and what happens to it elsewhere.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State as From};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::record::{Registered, Revoked, withdraw};
use super::task::{self, Task};
use crate::cabinet::time_rfc3339 as rfc3339;
use crate::control::Refused;
use crate::faults::{Fault, FaultKind};
use crate::store::StoreError;
use crate::world::World;

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/control/poa", get(all))
        .route("/control/poa/tasks", get(tasks))
        .route("/control/poa/tasks/{id}/advance", post(advance))
        .route("/control/poa/lose-next-answer", post(lose))
        .route("/control/poa/{number}/revoke", post(revoke))
}

async fn all(From(world): From<Arc<World>>) -> Result<Json<Vec<Value>>, Refused> {
    let now_ms = world.now_ms();
    let all = world.store.records::<Registered>()?;
    let described = all.iter().map(|one| {
        json!({
            "number": one.deed.number,
            "organisation": one.organisation,
            "state": one.state(now_ms),
            "stateAt": rfc3339(one.since_ms(now_ms)),
            "name": one.name,
            "registeredAt": rfc3339(one.registered_ms),
            "revokedAt": one.revoked.as_ref().map(|revoked| rfc3339(revoked.at_ms)),
        })
    });
    Ok(Json(described.collect()))
}

async fn tasks(From(world): From<Arc<World>>) -> Result<Json<Vec<Value>>, Refused> {
    let all = world.store.records::<Task>()?;
    let described = all.iter().map(|task| {
        json!({
            "task": task.id,
            "kind": task.kind,
            "number": task.number,
            "name": task.name,
            "state": task.state,
            "errors": task.errors,
        })
    });
    Ok(Json(described.collect()))
}

/// Takes the next step of a task now: useful while the portal's time stands still.
async fn advance(From(world): From<Arc<World>>, Path(id): Path<String>) -> Result<StatusCode, Refused> {
    let task = world.store.record::<Task>(&id)?.ok_or(Refused::NotFound)?;
    if !task.state.is_over() {
        task::advance(&world, task)?;
    }
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RevokeRequest {
    reason: Option<String>,
}

async fn revoke(
    From(world): From<Arc<World>>,
    Path(number): Path<Uuid>,
    body: Bytes,
) -> Result<StatusCode, Refused> {
    let request: RevokeRequest = if body.is_empty() {
        RevokeRequest::default()
    } else {
        serde_json::from_slice(&body).map_err(|error| Refused::BadRequest(error.to_string()))?
    };
    if revoke_elsewhere(&world, number, request.reason)? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refused::NotFound)
    }
}

/// The principal revokes it by other means than this cabinet; `false` without one that stands.
pub(crate) fn revoke_elsewhere(
    world: &World,
    number: Uuid,
    reason: Option<String>,
) -> Result<bool, StoreError> {
    let revoked = Revoked {
        at_ms: world.now_ms(),
        reason: reason.unwrap_or_else(|| "Отозвана доверителем".into()),
        by: None,
    };
    withdraw(world, number, &revoked)
}

async fn lose(From(world): From<Arc<World>>) -> StatusCode {
    lose_next_answer(&world);
    StatusCode::NO_CONTENT
}

/// The next file that is handed in is taken, and the answer never arrives.
pub(crate) fn lose_next_answer(world: &World) {
    world.faults.add(Fault {
        path: "/api/cabinet/v1/poa/*".into(),
        method: Some("POST".into()),
        skip: 0,
        count: Some(1),
        probability: None,
        seed: 0,
        kind: FaultKind::DropAfter,
    });
}
