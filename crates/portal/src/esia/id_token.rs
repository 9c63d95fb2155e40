//! Whether an ID token is ours (OpenID Connect Core §3.1.3.7), and whom it names.

use serde_json::Value;
use time::{Duration, OffsetDateTime};

use super::{IdTokenFault, SystemSettings, jws};
use crate::loose::Loose;

/// Difference of clocks that is let pass after the server's own clock was taken into account.
const TOLERANCE: Duration = Duration::seconds(60);
/// An ID token is asked for and used at once; an older one is not the answer to this request.
const OLDEST: Duration = Duration::minutes(10);

/// Whom an ID token names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The person in ЕСИА.
    pub oid: String,
    /// Name as ЕСИА writes it, if it does.
    pub name: Option<String>,
    /// How they signed in: `PWD`, `DS` (electronic signature) and others.
    pub methods: Vec<String>,
}

/// Checks signature and claims of `token`; `now` is the moment by ЕСИА's clock.
pub(super) fn check(
    token: &str,
    system: &SystemSettings,
    nonce: &str,
    now: OffsetDateTime,
) -> Result<Identity, IdTokenFault> {
    let claims = jws::verified(token, &system.verification, now)?;
    let read = Loose::new(&claims);
    if claims.get("iss").and_then(Value::as_str) != Some(system.issuer.as_str()) {
        return Err(IdTokenFault::Issuer);
    }
    if !is_for(&claims, &system.client_id) {
        return Err(IdTokenFault::Audience);
    }
    let moment = |name| {
        read.number(name)
            .and_then(|seconds| i64::try_from(seconds).ok())
            .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
            .ok_or(IdTokenFault::Time)
    };
    let (expires, issued) = (moment("exp")?, moment("iat")?);
    let begun = moment("nbf").unwrap_or(issued);
    if now >= expires + TOLERANCE
        || issued > now + TOLERANCE
        || begun > now + TOLERANCE
        || now - issued > OLDEST
    {
        return Err(IdTokenFault::Time);
    }
    match claims.get("nonce") {
        Some(Value::String(given)) if given == nonce => {}
        None if !system.returns_nonce => {}
        _ => return Err(IdTokenFault::Nonce),
    }
    identity(read)
}

/// One audience, this system; among several it must also be the one authorised (`azp`).
fn is_for(claims: &Value, client_id: &str) -> bool {
    match claims.get("aud") {
        Some(Value::String(one)) => one == client_id,
        Some(Value::Array(all)) => {
            all.iter().any(|one| one == client_id)
                && (all.len() == 1 || claims.get("azp").is_some_and(|azp| azp == client_id))
        }
        _ => false,
    }
}

fn identity(claims: Loose<'_>) -> Result<Identity, IdTokenFault> {
    let subject = claims.field("urn:esia:sbj");
    let inner = |name| subject.and_then(|subject| subject.text(name));
    let oid = claims.text("sub").ok_or(IdTokenFault::Subject)?;
    // Two names for one person that differ name nobody.
    if inner("urn:esia:sbj:oid").is_some_and(|other| other != oid) {
        return Err(IdTokenFault::Subject);
    }
    let amr = claims.field("amr");
    Ok(Identity {
        oid,
        name: inner("urn:esia:sbj:nam"),
        methods: match amr.and_then(Loose::as_text) {
            Some(one) => vec![one.to_owned()],
            None => claims
                .list("amr")
                .filter_map(|one| one.as_text().map(str::to_owned))
                .collect(),
        },
    })
}
