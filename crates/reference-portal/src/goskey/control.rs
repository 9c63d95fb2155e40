//! `/control/goskey`: what waits on phones, and what their people do.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Act, Decision, Flaw, Waiting, act};
use crate::clock;
use crate::control::Refused;
use crate::world::World;

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/control/goskey", get(all))
        .route("/control/goskey/{order}/{action}", post(answer))
}

async fn all(State(world): State<Arc<World>>) -> Result<Json<Vec<Value>>, Refused> {
    let all = world.store.records::<Waiting>()?;
    Ok(Json(all.iter().map(described).collect()))
}

fn described(waiting: &Waiting) -> Value {
    json!({
        "order": waiting.order,
        "employee": waiting.employee,
        "organisation": waiting.organisation,
        "arrived": clock::list_format(waiting.arrived_ms),
        "expires": clock::list_format(waiting.expires_ms),
        "documents": waiting.documents.iter().map(|(file, text)| json!({"file": file, "description": text})).collect::<Vec<_>>(),
        "decision": waiting.decision,
    })
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    /// What is to be wrong with what comes back.
    flaw: Option<Flaw>,
}

async fn answer(
    State(world): State<Arc<World>>,
    Path((order, action)): Path<(i64, String)>,
    body: Bytes,
) -> Result<StatusCode, Refused> {
    let request: Request = if body.is_empty() {
        Request::default()
    } else {
        serde_json::from_slice(&body).map_err(|error| Refused::BadRequest(error.to_string()))?
    };
    let decision = match action.as_str() {
        "sign" => Decision::Signed,
        "reject" => Decision::Rejected,
        "expire" => Decision::Expired,
        _ => return Err(Refused::NotFound),
    };
    let flaw = request.flaw;
    if act(&world, order, Act { decision, flaw })? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refused::NotFound)
    }
}
