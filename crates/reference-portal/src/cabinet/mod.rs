//! The cabinet API: organisations, links, permissions, step-up, registrations, services, notifications, subscriptions.
//!
//! Nothing of the kind is published for the real portal; the routes are this portal's own and described by the OpenAPI
//! document it serves.

mod access;
mod account;
mod base;
mod catalogue;
mod check_up;
mod codes;
mod devices;
mod employees;
mod enabled;
pub(crate) mod files;
mod hand_overs;
mod inspections;
mod licences;
mod links;
mod notification_settings;
pub(crate) mod notifications;
pub(crate) mod operator;
mod organisations;
mod poa;
mod poa_public;
mod refusal;
mod registrations;
mod registry;
mod representative;
mod request;
mod responses;
mod roles;
mod settings;
mod signature;
mod step_up;
mod subscriptions;
mod time_format;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::response::IntoResponse as _;
use axum::routing::get;
use axum::{Json, Router};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Info, OpenApi, SecurityRequirement, Server};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[cfg(test)]
pub(crate) use access::permissions;
pub(crate) use access::{may_read_mail, may_submit};
pub(crate) use catalogue::Fee;
pub(crate) use licences::{files_for as licence_files, granted as licence_granted};
pub(crate) use links::Link;
pub(crate) use notifications::{order_moved, security_told, seed};
pub(crate) use registrations::Registration;
pub use registrations::RegistrationOutcome;
pub(crate) use registry::{Registry, State as OrganisationState, is_inn};
pub use settings::CabinetSettings;

pub(crate) use time_format::rfc3339 as time_rfc3339;

use refusal::{Code, Refusal};

use crate::world::World;

/// Where the routes are.
const BASE: &str = "/api/cabinet/v1";

fn described() -> OpenApiRouter<Arc<World>> {
    OpenApiRouter::new()
        .routes(routes!(base::base))
        .routes(routes!(base::me))
        .routes(routes!(check_up::check_up))
        .routes(routes!(devices::list))
        .routes(routes!(devices::end))
        .routes(routes!(organisations::list))
        .routes(routes!(organisations::unlink))
        .routes(routes!(organisations::permissions))
        .routes(routes!(links::list, links::create))
        .routes(routes!(links::one, links::withdraw))
        .routes(routes!(links::by_signature))
        .routes(routes!(links::by_code))
        .routes(routes!(links::repeat))
        .routes(routes!(files::present))
        .routes(routes!(files::put))
        .routes(routes!(step_up::send_code))
        .routes(routes!(step_up::confirm))
        .routes(routes!(registrations::list, registrations::file))
        .routes(routes!(registrations::one, registrations::change))
        .routes(routes!(registrations::refresh))
        .routes(routes!(registrations::clarify))
        .routes(routes!(registrations::confirmation::confirmation))
        .routes(routes!(catalogue::list))
        .routes(routes!(catalogue::one))
        .routes(routes!(notifications::list))
        .routes(routes!(notifications::mark_read))
        .routes(routes!(
            notification_settings::settings,
            notification_settings::change_settings
        ))
        .routes(routes!(inspections::list))
        .routes(routes!(subscriptions::list, subscriptions::subscribe))
        .routes(routes!(subscriptions::offers))
        .routes(routes!(subscriptions::confirm))
        .routes(routes!(subscriptions::extend))
        .routes(routes!(subscriptions::cancel))
        .routes(routes!(licences::list))
        .routes(routes!(licences::file))
        .routes(routes!(representative::show, representative::begin))
        .routes(routes!(representative::by_signature))
        .routes(routes!(representative::by_code))
        .routes(routes!(representative::repeat))
        .routes(routes!(enabled::list, enabled::change))
        .routes(routes!(poa::list))
        .routes(routes!(poa::register))
        .routes(routes!(poa::task))
        .routes(routes!(poa::revoke))
        .routes(routes!(poa::one))
        .routes(routes!(poa::file))
        .routes(routes!(poa::signature))
        .routes(routes!(employees::list))
        .routes(routes!(employees::one))
        .routes(routes!(employees::role::change))
        .routes(routes!(employees::removal::remove))
        .routes(routes!(employees::removal::restore))
        .routes(routes!(employees::revocation::revoke))
        .routes(routes!(
            employees::invitations::list,
            employees::invitations::invite
        ))
        .routes(routes!(employees::invitations::revoke))
        .routes(routes!(employees::invitations::mine))
        .routes(routes!(employees::invitations::accept))
        .routes(routes!(employees::invitations::decline))
        .routes(routes!(employees::changes::list))
        .routes(routes!(roles::list, roles::create))
        .routes(routes!(roles::change, roles::remove))
        .routes(routes!(hand_overs::list, hand_overs::send))
        .routes(routes!(hand_overs::content, hand_overs::remove))
}

/// The routes, their OpenAPI document, and the one shape of errors for everything else below the base.
pub(crate) fn router() -> Router<Arc<World>> {
    let (routes, document) = described().split_for_parts();
    let document = Arc::new(finished(document));
    let document = move || {
        let document = document.clone();
        async move { Json((*document).clone()) }
    };
    let routes = routes
        .route("/openapi.json", get(document))
        .fallback(|| async { Refusal::new(Code::NotFound).into_response() })
        .method_not_allowed_fallback(|| async { Refusal::new(Code::MethodNotAllowed).into_response() })
        // Bodies are bounded where they are read.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn(request::take_body));
    Router::new()
        .nest(BASE, routes)
        .route(&format!("{BASE}/"), get(base::base))
        .merge(representative::page::router())
        .merge(poa_public::router())
}

/// Title, address and way of authentication, which no single route knows.
fn finished(mut document: OpenApi) -> OpenApi {
    document.info = Info::new("Cabinet API of the reference portal", "1.0");
    document.info.license = None;
    document.servers = Some(vec![Server::new(BASE)]);
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("Access token of ЕСИА"))
        .build();
    document
        .components
        .get_or_insert_default()
        .add_security_scheme("esia", SecurityScheme::Http(bearer));
    document.security = Some(vec![SecurityRequirement::new("esia", Vec::<String>::new())]);
    document
}
