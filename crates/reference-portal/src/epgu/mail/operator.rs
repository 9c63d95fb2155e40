//! What an operator puts into the box and sees of it: `/control/mail`.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::Value;
use uuid::Uuid;

use super::letter::{Letter, NewLetter};
use crate::control::Refused;
use crate::world::World;

/// Routes for the operator's port.
pub(crate) fn router() -> Router<Arc<World>> {
    Router::new().route("/control/mail", get(all).post(put))
}

/// Every letter, with who opened it and when.
async fn all(State(world): State<Arc<World>>) -> Result<Json<Vec<Value>>, Refused> {
    let letters = world.store.records::<Letter>()?;
    Ok(Json(letters.iter().map(Letter::described).collect()))
}

async fn put(
    State(world): State<Arc<World>>,
    letter: Result<Json<NewLetter>, JsonRejection>,
) -> Result<(StatusCode, Json<Value>), Refused> {
    let letter = Letter::put(&world, &letter?.0, Uuid::new_v4())?.ok_or(Refused::NotFound)?;
    Ok((StatusCode::CREATED, Json(letter.described())))
}
