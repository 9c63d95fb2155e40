//! Госпочта for organisations: ГЭПС API 1.0, as our notes have it (section 1.13).
//!
//! Whoever opens a letter has it delivered (ПП РФ 606/2016, 947/2021): the portal writes down who did and when.

mod letter;
mod operator;
mod pdf;
mod routes;
mod seed;
mod tasks;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

pub(crate) use letter::{AttachmentState, Letter, NewAttachment, NewLetter};
pub(crate) use operator::router as operator_router;
pub(crate) use seed::seed;

use crate::world::World;

const BASE: &str = "/api/gusmev/proxy/geps-api-ext/api/messages/v1";

pub(super) fn router() -> Router<Arc<World>> {
    Router::new()
        .route(&format!("{BASE}/search"), post(routes::order))
        .route(&format!("{BASE}/search/{{task}}"), get(routes::list))
        .route(
            &format!("{BASE}/message/{{thread}}/{{message}}"),
            get(routes::card),
        )
        .route(
            &format!("{BASE}/attachment/{{message}}/{{attachment}}/{{part}}"),
            get(routes::file),
        )
}
