//! The pages of signing in: from an authorization request to the redirect back, without a script on any page.

mod confirm;
mod cookies;
mod flow;
mod forms;
mod pages;
mod recover;
mod security;

use std::sync::Arc;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use url::Url;

use super::parameters::Parameters;
use super::refusal::Refusal;
use super::{sessions, waiting};
use crate::world::{World, WorldError};

pub(crate) use confirm::WAYS as CONFIRM_WAYS;
pub(super) use cookies::Cookies;
pub(super) use flow::{is_confirmed, proceed};

pub(super) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/idp/login", get(forms::show).post(forms::password))
        .route("/idp/login/code", post(forms::code))
        .route("/idp/login/resend", post(forms::resend))
        .route("/idp/login/renew", post(forms::renew))
        .route("/idp/login/organisation", post(forms::organisation))
        .route("/idp/login/consent", post(forms::consent))
        .route("/idp/recover", get(recover::show).post(recover::begin))
        .route("/idp/recover/code", post(recover::finish))
        .route("/idp/confirm/{way}", get(confirm::show))
        .route("/idp/security", get(security::show))
        .route("/idp/security/password", post(security::password))
        .route("/idp/security/factor", post(security::factor))
        .route("/idp/style.css", get(pages::style))
}

/// What a request of the pages ends in.
pub(super) enum Step {
    /// A new sign-in: its page, and the cookie that ties it to the browser.
    Begin { attempt: String, browser: String },
    /// The page where the sign-in stands.
    Page(String),
    /// The same, in a browser that just signed in.
    SignedIn {
        page: Box<Step>,
        session: String,
        device: String,
    },
    /// Back to the system, with whatever the address says.
    Back(String),
    /// A page of its own; forms on it may lead to the address.
    Shown {
        status: StatusCode,
        page: maud::Markup,
        leads_to: Option<String>,
    },
    /// A page that says why not: nothing is sent to an address that may be a stranger's.
    Refused(Refusal),
    /// The sign-in is over, or of another browser.
    Stale,
}

impl Step {
    fn shown(page: maud::Markup) -> Self {
        Self::Shown {
            status: StatusCode::OK,
            page,
            leads_to: None,
        }
    }

    /// Back to the system with an error (RFC 6749, 4.1.2.1).
    pub(super) fn refusal_to(redirect_uri: &str, refusal: Refusal, state: Option<&str>) -> Self {
        let (_, error, _) = refusal.parts();
        let description = refusal.description();
        let mut pairs = vec![("error", error), ("error_description", description.as_str())];
        pairs.extend(state.map(|state| ("state", state)));
        Self::Back(with_query(redirect_uri, &pairs))
    }

    /// Back to the system with a code.
    fn code_to(redirect_uri: &str, code: &str, state: &str) -> Self {
        Self::Back(with_query(redirect_uri, &[("code", code), ("state", state)]))
    }
}

fn with_query(address: &str, pairs: &[(&str, &str)]) -> String {
    match Url::parse(address) {
        Ok(mut url) => {
            url.query_pairs_mut().extend_pairs(pairs);
            url.into()
        }
        // Only registered addresses come here, and they parse.
        Err(_) => address.to_owned(),
    }
}

/// The answer of a step.
pub(super) fn respond(world: &World, step: Step) -> Response {
    let settings = world.settings();
    let (response, leads_to) = match step {
        Step::Begin { attempt, browser } => {
            let to = format!("/idp/login?a={attempt}");
            let cookie = cookies::login(&browser, settings.sign_in_window_s);
            (([(header::SET_COOKIE, cookie)], found(&to)).into_response(), None)
        }
        Step::Page(attempt) => (
            Redirect::to(&format!("/idp/login?a={attempt}")).into_response(),
            None,
        ),
        Step::SignedIn {
            page,
            session,
            device,
        } => {
            let mut response = respond(world, *page);
            for cookie in [
                cookies::session(&session),
                cookies::device(&device),
                cookies::no_login(),
            ] {
                if let Ok(value) = HeaderValue::from_str(&cookie) {
                    response.headers_mut().append(header::SET_COOKIE, value);
                }
            }
            return response;
        }
        Step::Back(address) => (found(&address), None),
        Step::Shown {
            status,
            page,
            leads_to,
        } => ((status, page).into_response(), leads_to),
        Step::Refused(refusal) => (
            (StatusCode::BAD_REQUEST, pages::refused(refusal)).into_response(),
            None,
        ),
        Step::Stale => ((StatusCode::BAD_REQUEST, pages::stale()).into_response(), None),
    };
    guarded(response, leads_to.as_deref())
}

/// 302: what the protocol says, where `Redirect::to` answers 303.
fn found(to: &str) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, to)]).into_response()
}

/// The headers every page and redirect has.
fn guarded(mut response: Response, leads_to: Option<&str>) -> Response {
    // Browsers hold redirects after a form against `form-action` as well, so the system's address is named.
    let origin = leads_to
        .and_then(|address| Url::parse(address).ok())
        .map(|url| url.origin().ascii_serialization());
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
        origin.unwrap_or_default()
    );
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// `GET /idp/ext/Logout`: ends the session of the browser with everything granted in it.
pub(super) async fn logout(
    State(world): State<Arc<World>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, WorldError> {
    let cookies = Cookies::of(&headers);
    waiting(world, move |world| {
        let step = match leave_to(world, query.as_deref().unwrap_or_default()) {
            Err(refusal) => return Ok(respond(world, Step::Refused(refusal))),
            Ok(Some(address)) => Step::Back(address),
            Ok(None) => Step::shown(pages::signed_out()),
        };
        let settings = world.settings();
        if let Some(cookie) = cookies.session() {
            world.esia.records.change(&world.store, |state| {
                if let Some((sid, _)) = sessions::by_cookie(state, cookie) {
                    sessions::end(state, &sid, &settings);
                }
            })?;
        }
        let mut response = respond(world, step);
        if let Ok(value) = HeaderValue::from_str(&cookies::no_session()) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
        Ok(response)
    })
    .await
}

/// Where to go after signing out: only where the system may be answered.
fn leave_to(world: &World, query: &str) -> Result<Option<String>, Refusal> {
    let parameters = Parameters::parse(query.as_bytes())?;
    let client_id = parameters
        .optional("client_id")
        .ok_or(Refusal::BadParameter("client_id"))?;
    let system = world.esia.systems.find(client_id).ok_or(Refusal::UnknownSystem)?;
    let Some(address) = parameters.optional("redirect_url") else {
        return Ok(None);
    };
    if !system.may_return_to(address) {
        return Err(Refusal::ForeignRedirect);
    }
    Ok(Some(address.to_owned()))
}
