//! API ЕПГУ 1.13: orders, uploads, statuses, results, dictionaries.

mod caller;
mod cancel;
mod details;
mod dictionary;
mod download;
mod failure;
mod form;
mod lists;
pub(crate) mod mail;
mod push;
mod reserve;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::world::World;

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/api/gusmev/order", post(reserve::reserve))
        .route("/api/gusmev/push", post(push::push))
        .route("/api/gusmev/push/chunked", post(push::push_chunked))
        .route("/api/gusmev/order/{order}", post(details::details))
        .route("/api/gusmev/order/{order}/cancel", post(cancel::cancel))
        // The specification writes the two lists with and without the last slash, and one service with POST.
        .route(
            "/api/gusmev/order/getUpdatedAfter",
            get(lists::updated_after).post(lists::updated_after),
        )
        .route(
            "/api/gusmev/order/getUpdatedAfter/",
            get(lists::updated_after).post(lists::updated_after),
        )
        .route(
            "/api/gusmev/order/getOrdersStatus",
            get(lists::status).post(lists::status_by_form),
        )
        .route(
            "/api/gusmev/order/getOrdersStatus/",
            get(lists::status).post(lists::status_by_form),
        )
        .route("/api/nsi/v1/dictionary/{code}", post(dictionary::dictionary))
        .route(
            "/api/gusmev/files/download/{object}/{kind}",
            get(download::download),
        )
        .route(
            "/api/storage/v2/files/{object}/{kind}/download",
            get(download::download),
        )
        .merge(mail::router())
        // Parts of 50 MB are ordinary; their size is checked while they arrive.
        .layer(DefaultBodyLimit::disable())
}
