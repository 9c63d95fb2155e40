//! `GET /aas/oauth2/v2/ac`: the request for an authorization code (section 2.2 of our notes).

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use base64ct::{Base64, Base64Url, Encoding as _};
use time::OffsetDateTime;
use uuid::Uuid;

use super::login::{self, Cookies, Step};
use super::parameters::{Parameters, check_timestamp};
use super::refusal::Refusal;
use super::secret;
use super::sessions;
use super::state::{Attempt, AttemptStage};
use super::systems::{System, signed_text};
use super::{permissions, scopes, waiting};
use crate::clock;
use crate::settings::Settings;
use crate::world::{World, WorldError};

/// What the `client_secret` of this method is a signature of.
pub(super) const SIGNED: [&str; 6] = [
    "client_id",
    "scope",
    "scope_org",
    "timestamp",
    "state",
    "redirect_uri",
];
/// Sign-ins under way at most.
const MOST_ATTEMPTS: usize = 20_000;
/// Longer values of `state` and `nonce` are nobody's.
const MOST_OPAQUE: usize = 512;

pub(super) async fn authorize(
    axum::extract::State(world): State<Arc<World>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, WorldError> {
    let cookies = Cookies::of(&headers);
    waiting(world, move |world| {
        Ok(login::respond(
            world,
            begin(world, query.as_deref().unwrap_or_default(), &cookies)?,
        ))
    })
    .await
}

fn begin(world: &World, query: &str, cookies: &Cookies) -> Result<Step, WorldError> {
    // Until the address is known to belong to the system nothing is sent there.
    let (parameters, system) = match trusted_part(world, query) {
        Ok(found) => found,
        Err(refusal) => return Ok(Step::Refused(refusal)),
    };
    let redirect_uri = parameters.or_empty("redirect_uri").to_owned();
    let state = parameters.optional("state").map(str::to_owned);
    let settings = world.settings();
    let mut attempt = match request(&parameters, system, &settings) {
        Ok(attempt) => attempt,
        Err(refusal) => return Ok(Step::refusal_to(&redirect_uri, refusal, state.as_deref())),
    };
    let again = parameters.optional("prompt") == Some("login");
    let session = cookies.session().filter(|_| !again);
    let session = session.and_then(|cookie| {
        let found = world
            .esia
            .records
            .read(|state| sessions::by_cookie(state, cookie))?;
        Some((secret::digest(cookie), found.0))
    });
    if world
        .esia
        .records
        .read(|state| state.attempts.len() >= MOST_ATTEMPTS)
    {
        return Ok(Step::refusal_to(
            &redirect_uri,
            Refusal::ServiceDown,
            state.as_deref(),
        ));
    }
    let id = Uuid::new_v4().to_string();
    attempt.form_token = secret::random_token()?;
    if let Some((cookie, sid)) = session {
        attempt.browser = cookie;
        attempt.stage = AttemptStage::SignedIn { sid };
        world
            .esia
            .records
            .change(&world.store, |state| state.attempts.insert(&id, attempt))?;
        return login::proceed(world, &id);
    }
    let browser = secret::random_token()?;
    attempt.browser = secret::digest(&browser);
    world
        .esia
        .records
        .change(&world.store, |state| state.attempts.insert(&id, attempt))?;
    Ok(Step::Begin { attempt: id, browser })
}

/// The parameters, and the system they come from and may be answered at.
fn trusted_part<'w>(world: &'w World, query: &str) -> Result<(Parameters, &'w System), Refusal> {
    let parameters = Parameters::parse(query.as_bytes())?;
    let client_id = parameters
        .optional("client_id")
        .ok_or(Refusal::BadParameter("client_id"))?;
    let system = world.esia.systems.find(client_id).ok_or(Refusal::UnknownSystem)?;
    let address = parameters
        .optional("redirect_uri")
        .ok_or(Refusal::BadParameter("redirect_uri"))?;
    if !system.may_return_to(address) {
        return Err(Refusal::ForeignRedirect);
    }
    Ok((parameters, system))
}

fn request(parameters: &Parameters, system: &System, settings: &Settings) -> Result<Attempt, Refusal> {
    let opaque = |name| match parameters.optional(name) {
        Some(value) if value.len() > MOST_OPAQUE => Err(Refusal::BadParameter(name)),
        value => Ok(value.map(str::to_owned)),
    };
    if parameters
        .optional("response_type")
        .ok_or(Refusal::BadParameter("response_type"))?
        != "code"
    {
        return Err(Refusal::ResponseType);
    }
    let state = opaque("state")?.ok_or(Refusal::BadParameter("state"))?;
    let timestamp = parameters
        .optional("timestamp")
        .ok_or(Refusal::BadParameter("timestamp"))?;
    check_timestamp(timestamp, OffsetDateTime::now_utc(), settings.clock_tolerance_s)?;
    system.authenticate(parameters, &[signed_text(parameters, &SIGNED)])?;
    let scope = scopes::parse_scope(parameters.or_empty("scope"))?;
    let (scope_org, org_oid) = scopes::parse_scope_org(parameters.or_empty("scope_org"))?;
    if scope.is_empty() && scope_org.is_empty() {
        return Err(Refusal::NoScope);
    }
    permissions::check(parameters.optional("permissions"))?;
    let offline = match parameters.optional("access_type") {
        None | Some("online") => false,
        Some("offline") => true,
        Some(_) => return Err(Refusal::BadParameter("access_type")),
    };
    Ok(Attempt {
        client_id: system.client_id.clone(),
        redirect_uri: parameters.or_empty("redirect_uri").to_owned(),
        state,
        nonce: opaque("nonce")?,
        scope,
        scope_org,
        org_oid,
        code_challenge: code_challenge(parameters, system)?,
        offline,
        confirmed_only: confirmed_only(parameters.optional("person_filter"))?,
        browser: String::new(),
        form_token: String::new(),
        stage: AttemptStage::Password,
        expires_ms: clock::now_ms() + settings.sign_in_window_s * 1000,
    })
}

/// PKCE (RFC 7636): S256 only, and never left out by a system without a key.
fn code_challenge(parameters: &Parameters, system: &System) -> Result<Option<String>, Refusal> {
    let method = parameters.optional("code_challenge_method");
    let Some(challenge) = parameters.optional("code_challenge") else {
        return if system.public || method.is_some() {
            Err(Refusal::NoChallenge)
        } else {
            Ok(None)
        };
    };
    if method != Some("S256") {
        return Err(Refusal::BadParameter("code_challenge_method"));
    }
    let is_url_safe = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    // SHA-256 in Base64 without padding has 43 characters.
    if challenge.len() != 43 || !challenge.bytes().all(is_url_safe) {
        return Err(Refusal::BadParameter("code_challenge"));
    }
    Ok(Some(challenge.to_owned()))
}

/// `person_filter`: the one value that is known is `conf_acc` in Base64.
fn confirmed_only(filter: Option<&str>) -> Result<bool, Refusal> {
    let Some(filter) = filter else { return Ok(false) };
    let decoded = Base64::decode_vec(filter).or_else(|_| Base64Url::decode_vec(filter));
    let decoded = decoded.map_err(|_| Refusal::BadParameter("person_filter"))?;
    let text = String::from_utf8(decoded).map_err(|_| Refusal::BadParameter("person_filter"))?;
    Ok(text.contains("conf_acc"))
}
