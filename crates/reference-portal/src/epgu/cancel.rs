//! Method 5: `POST /api/gusmev/order/{orderId}/cancel`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::caller::Caller;
use super::failure::Failure;
use crate::lifecycle;
use crate::world::World;

pub(super) async fn cancel(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, Failure> {
    let id = id.parse().map_err(|_| Failure::bad("orderId: нужно число"))?;
    let order = caller.order(&world, id)?;
    let allowed = world.store.history(id)?.last().is_some_and(|h| h.cancel_allowed);
    if !allowed || !lifecycle::ask_to_cancel(&world, &order)? {
        return Err(Failure::CancelNotAllowed);
    }
    Ok(Json(json!({})))
}
