//! The operator's web console: what the portal has and does, and levers to change it. Pages are made here, work
//! without scripts, and load nothing from elsewhere.

mod faults;
mod forms;
mod goskey;
mod guard;
pub(crate) mod layout;
mod mail;
mod order;
mod orders;
mod outgoing;
mod overview;
mod papers;
mod poa;
mod requests;
mod settings;
mod tenants;
mod uploads;

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{get, post};

pub(crate) use guard::guarded;

use crate::world::World;
use forms::FormToken;

/// What every page of the console is made from.
#[derive(Clone)]
pub(crate) struct Console {
    pub(crate) world: Arc<World>,
    /// Stands in every form.
    pub(crate) token: FormToken,
}

impl FromRef<Console> for FormToken {
    fn from_ref(console: &Console) -> Self {
        console.token.clone()
    }
}

pub(crate) fn router(world: Arc<World>) -> Router {
    let console = Console {
        world,
        token: FormToken::new(),
    };
    Router::new()
        .route("/", get(overview::page))
        .route("/orders", get(orders::page))
        .route("/orders/{order}", get(order::page))
        .route("/orders/{order}/outcome", post(order::set_outcome))
        .route("/orders/{order}/advance", post(order::advance))
        .route("/orders/{order}/archive", get(order::archive))
        .route("/orders/{order}/results/{mnemonic}", get(order::result))
        .route("/uploads", get(uploads::page))
        .route("/outgoing", get(outgoing::page))
        .route("/goskey", get(goskey::page))
        .route("/goskey/{order}", post(goskey::answer))
        .route("/poa", get(poa::page))
        .route("/poa/availability", post(poa::set_availability))
        .route("/poa/lose", post(poa::lose))
        .route("/poa/{number}", get(poa::one))
        .route("/poa/{number}/file", get(poa::file))
        .route("/poa/{number}/signature", get(poa::signature))
        .route("/poa/{number}/revoke", post(poa::revoke))
        .route("/mail", get(mail::page).post(mail::put))
        .route("/faults", get(faults::page).post(faults::add))
        .route("/faults/clear", post(faults::clear))
        .route("/requests", get(requests::page))
        .route("/settings", get(settings::page).post(settings::change))
        .route("/settings/reset", post(settings::reset))
        .route("/tenants", get(tenants::page))
        .route("/papers", get(papers::page))
        .route("/papers/{person}/{sha256}", get(papers::file))
        .route("/style.css", get(style))
        .with_state(console)
}

async fn style() -> impl IntoResponse {
    let head = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (head, include_str!("style.css"))
}
