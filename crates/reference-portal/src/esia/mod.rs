//! ЕСИА: the access token of an organisation by API key and signature.

mod jwt;
mod token;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::world::World;

pub(crate) use jwt::{TokenFault, read_access_token};

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new().route("/esia-rs/api/public/v1/orgs/ext-app/{key}/tkn", get(token::issue))
}
