//! `POST /aas/oauth2/v3/te`: tokens for a code, a refresh token or a system's own key (section 2.3 of our notes).

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::authorize::SIGNED;
use super::jwt::{self, AccessClaims, Identification};
use super::login::is_confirmed;
use super::parameters::{Parameters, check_timestamp};
use super::refusal::Refusal;
use super::state::{Code, Family, Refresh};
use super::systems::{System, signed_text};
use super::{scopes, secret, sessions, waiting};
use crate::clock;
use crate::settings::{IdTokenAlg, Settings};
use crate::world::{World, WorldError};

/// A refusal, or the portal's own trouble.
enum Failed {
    Refused(Refusal),
    Trouble(WorldError),
}

impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl<E: Into<WorldError>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self::Trouble(error.into())
    }
}

pub(super) async fn exchange(
    axum::extract::State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, WorldError> {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !content_type.starts_with("application/x-www-form-urlencoded") {
        return Ok(Refusal::Unreadable.answer(None));
    }
    waiting(world, move |world| {
        let parameters = match Parameters::parse(&body) {
            Ok(parameters) => parameters,
            Err(refusal) => return Ok(refusal.answer(None)),
        };
        let state = parameters.optional("state");
        match answer(world, &parameters) {
            Ok(body) => {
                let headers = [(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")];
                Ok((headers, Json(body)).into_response())
            }
            Err(Failed::Refused(refusal)) => Ok(refusal.answer(state)),
            Err(Failed::Trouble(error)) => {
                tracing::error!(%error, "token");
                Ok(Refusal::Internal.answer(state))
            }
        }
    })
    .await
}

fn answer(world: &World, parameters: &Parameters) -> Result<Value, Failed> {
    let settings = world.settings();
    let required = |name| parameters.optional(name).ok_or(Refusal::MissingParameter(name));
    let client_id = required("client_id")?;
    let system = world.esia.systems.find(client_id).ok_or(Refusal::UnknownSystem)?;
    let grant_type = required("grant_type")?;
    let state = required("state")?;
    if parameters
        .optional("token_type")
        .is_some_and(|kind| kind != "Bearer")
    {
        return Err(Refusal::BadParameter("token_type").into());
    }
    check_timestamp(
        required("timestamp")?,
        OffsetDateTime::now_utc(),
        settings.clock_tolerance_s,
    )?;
    let mut body = match grant_type {
        "authorization_code" => by_code(world, &settings, system, parameters)?,
        "refresh_token" => by_refresh(world, &settings, system, parameters)?,
        "client_credentials" => by_key(world, &settings, system, parameters)?,
        _ => return Err(Refusal::GrantType.into()),
    };
    body["state"] = state.into();
    body["token_type"] = "Bearer".into();
    body["expires_in"] = settings.token_lifetime_s.into();
    Ok(body)
}

fn by_code(
    world: &World,
    settings: &Settings,
    system: &System,
    parameters: &Parameters,
) -> Result<Value, Failed> {
    let code = parameters
        .optional("code")
        .ok_or(Refusal::MissingParameter("code"))?;
    let redirect_uri = parameters
        .optional("redirect_uri")
        .ok_or(Refusal::MissingParameter("redirect_uri"))?;
    let mut signed = signed_text(parameters, &SIGNED);
    signed.push_str(code);
    system.authenticate(parameters, &[signed])?;

    let refresh = secret::random_token()?;
    let family = Uuid::new_v4().to_string();
    let redeemed = world.esia.records.change(&world.store, |state| {
        let now = clock::now_ms();
        let unknown = Refusal::BadGrant("Код авторизации неизвестен или выдан другой системе");
        // A code of another system is left to it.
        let id = secret::digest(code);
        let known = state
            .codes
            .get_mut(&id)
            .filter(|code| code.grant.client_id == system.client_id);
        let known = known.ok_or(unknown)?;
        if let Some(family) = known.used_by.clone() {
            // Somebody has a copy: what was granted with it ends (RFC 6749, 4.1.2).
            let sid = known.grant.sid.clone();
            state.families.remove(&family);
            state.refreshes.remove_where(|refresh| refresh.family == family);
            sessions::end(state, &sid, settings);
            return Err(Refusal::BadGrant("Код авторизации уже использован"));
        }
        if known.expires_ms <= now {
            return Err(Refusal::BadGrant("Срок действия кода авторизации истёк"));
        }
        // From here on the code is spent, whatever comes of it.
        known.used_by = Some(family.clone());
        let mut known = known.clone();
        if known.redirect_uri != redirect_uri {
            return Err(Refusal::BadGrant(
                "Адрес возврата не тот, для которого выдан код авторизации",
            ));
        }
        check_verifier(&known, parameters.optional("code_verifier"))?;
        check_scopes(&known.grant, parameters)?;
        if known.offline {
            known.grant.expires_ms = now + settings.refresh_lifetime_s * 1000;
            let record = Refresh {
                family: family.clone(),
                used: false,
                expires_ms: known.grant.expires_ms,
            };
            state.refreshes.insert(secret::digest(&refresh), record);
            state.families.insert(family.clone(), known.grant.clone());
            prolong(state, &known.grant);
        }
        Ok(known)
    })?;
    let code = redeemed?;
    let mut body = tokens(world, settings, &code.grant, code.nonce.as_deref())?;
    if code.offline {
        body["refresh_token"] = refresh.into();
    }
    Ok(body)
}

/// PKCE (RFC 7636, 4.6).
fn check_verifier(code: &Code, verifier: Option<&str>) -> Result<(), Refusal> {
    match (&code.code_challenge, verifier) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(Refusal::NoChallenge),
        (Some(_), None) => Err(Refusal::MissingParameter("code_verifier")),
        (Some(challenge), Some(verifier)) => {
            let is_long_enough = (43..=128).contains(&verifier.len());
            let fits = secret::same(challenge, &secret::pkce_challenge(verifier));
            if is_long_enough && fits {
                Ok(())
            } else {
                Err(Refusal::WrongVerifier)
            }
        }
    }
}

/// Scopes may be left out; those that are named must be the granted ones.
fn check_scopes(grant: &Family, parameters: &Parameters) -> Result<(), Refusal> {
    if let Some(scope) = parameters.optional("scope")
        && !same_names(&scopes::parse_scope(scope)?, &grant.scope)
    {
        return Err(Refusal::UnknownScope);
    }
    if let Some(scope) = parameters.optional("scope_org") {
        let (names, oid) = scopes::parse_scope_org(scope)?;
        // The person may have chosen the organisation.
        if !same_names(&names, &grant.scope_org) || (oid.is_some() && oid != grant.org_oid) {
            return Err(Refusal::UnknownScope);
        }
    }
    Ok(())
}

fn same_names(left: &[String], right: &[String]) -> bool {
    left.len() == right.len() && left.iter().all(|name| right.contains(name))
}

/// The session lives as long as what was granted in it.
fn prolong(state: &mut super::state::State, grant: &Family) {
    if let Some(session) = state.sessions.get_mut(&grant.sid) {
        session.expires_ms = session.expires_ms.max(grant.expires_ms);
    }
}

fn by_refresh(
    world: &World,
    settings: &Settings,
    system: &System,
    parameters: &Parameters,
) -> Result<Value, Failed> {
    let given = parameters
        .optional("refresh_token")
        .ok_or(Refusal::MissingParameter("refresh_token"))?;
    // Two texts are published; both are accepted.
    let texts = [
        signed_text(parameters, &SIGNED),
        signed_text(
            parameters,
            &["client_id", "scope", "timestamp", "state", "refresh_token"],
        ),
    ];
    system.authenticate(parameters, &texts)?;
    let fresh = secret::random_token()?;
    let grant = world.esia.records.change(&world.store, |state| {
        let now = clock::now_ms();
        let unknown = Refusal::BadGrant("Маркер обновления неизвестен, отозван или выдан другой системе");
        let id = secret::digest(given);
        let known = state.refreshes.get(&id).cloned().ok_or(unknown)?;
        let grant = state.families.get(&known.family).cloned().ok_or(unknown)?;
        if grant.client_id != system.client_id {
            return Err(unknown);
        }
        if known.used {
            // One of two holders is a thief, and which one nobody knows.
            sessions::end(state, &grant.sid, settings);
            return Err(Refusal::BadGrant(
                "Маркер обновления уже использован: доступ отозван",
            ));
        }
        if known.expires_ms <= now {
            return Err(Refusal::BadGrant("Срок действия маркера обновления истёк"));
        }
        check_scopes(&grant, parameters)?;
        let expires_ms = now + settings.refresh_lifetime_s * 1000;
        if let Some(old) = state.refreshes.get_mut(&id) {
            old.used = true;
            // Remembered while a copy could come back.
            old.expires_ms = expires_ms;
        }
        let record = Refresh {
            family: known.family.clone(),
            used: false,
            expires_ms,
        };
        state.refreshes.insert(secret::digest(&fresh), record);
        let Some(family) = state.families.get_mut(&known.family) else {
            return Err(unknown);
        };
        family.expires_ms = expires_ms;
        let grant = family.clone();
        prolong(state, &grant);
        Ok(grant)
    })??;
    let mut body = tokens(world, settings, &grant, None)?;
    body["refresh_token"] = fresh.into();
    Ok(body)
}

/// A system's own token: of nobody.
fn by_key(
    world: &World,
    settings: &Settings,
    system: &System,
    parameters: &Parameters,
) -> Result<Value, Failed> {
    if system.public {
        return Err(Refusal::MethodNotAllowed.into());
    }
    let text = signed_text(
        parameters,
        &["client_id", "scope", "timestamp", "state", "redirect_uri"],
    );
    system.authenticate(parameters, &[text])?;
    let scope = scopes::parse_scope(parameters.or_empty("scope"))?;
    if scope.is_empty() {
        return Err(Refusal::NoScope.into());
    }
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let claims = AccessClaims {
        nbf: now,
        iat: now,
        exp: now + settings.token_lifetime_s,
        iss: jwt::ISSUER.into(),
        client_id: system.client_id.clone(),
        scope: scope.join(" "),
        org_oid: None,
        session: Uuid::new_v4().to_string(),
        person_oid: None,
    };
    Ok(json!({"access_token": jwt::make_access_token(&claims, world.esia.token_signer(settings))?}))
}

/// Access and identity token of a grant.
fn tokens(world: &World, settings: &Settings, grant: &Family, nonce: Option<&str>) -> Result<Value, Failed> {
    let person = world.index.employee(&grant.employee).ok_or(Refusal::Internal)?;
    let person_oid = i64::try_from(person.oid).unwrap_or_default();
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let mut scope: Vec<String> = grant
        .scope
        .iter()
        .map(|name| match name.as_str() {
            "openid" => name.clone(),
            url if url.contains("://") => name.clone(),
            _ => format!("{name}?oid={person_oid}"),
        })
        .collect();
    if let Some(org_oid) = grant.org_oid {
        scope.extend(
            grant
                .scope_org
                .iter()
                .map(|name| scopes::full_name(name, org_oid)),
        );
        scope.extend(
            scopes::EPGU
                .iter()
                .filter(|name| !grant.scope.iter().any(|s| s == *name))
                .map(|s| (*s).to_owned()),
        );
    }
    let claims = AccessClaims {
        nbf: now,
        iat: now,
        exp: now + settings.token_lifetime_s,
        iss: jwt::ISSUER.into(),
        client_id: grant.client_id.clone(),
        scope: scope.join(" "),
        org_oid: grant.org_oid.and_then(|oid| i64::try_from(oid).ok()),
        session: grant.sid.clone(),
        person_oid: Some(person_oid),
    };
    let signer = world.esia.token_signer(settings);
    let mut body = json!({"access_token": jwt::make_access_token(&claims, signer)?});
    if grant.scope.iter().any(|name| name == "openid") {
        let who = Identification {
            client_id: &grant.client_id,
            person_oid,
            confirmed: is_confirmed(world, &grant.employee),
            session: &grant.sid,
            method: &grant.method,
            nonce,
            auth_time_s: grant.auth_ms / 1000,
            now_s: now,
            lifetime_s: settings.token_lifetime_s,
        };
        body["id_token"] = match settings.id_token_alg {
            IdTokenAlg::Gost => jwt::make_id_token(&who, signer)?,
            IdTokenAlg::Rs256 => jwt::make_rs256_id_token(&who, &world.esia.rs256)?,
        }
        .into();
    }
    Ok(body)
}
