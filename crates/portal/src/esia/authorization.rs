//! The address to open in the browser (`GET /aas/oauth2/v2/ac`), and what its answer is held against.

use std::fmt;

use reqwest::Url;
use time::{OffsetDateTime, UtcOffset};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::pkce::Verifier;
use super::{EsiaError, Scopes, SystemSettings};
use crate::Portal;

/// What an authorization asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Scopes.
    pub scopes: Scopes,
    /// Whether the session is to go on without a person (`access_type=offline`: a refresh token comes too).
    pub offline: bool,
    /// Whether ЕСИА is to ask who it is although the browser has a session there (`prompt=login`).
    pub anew: bool,
}

/// A request that was made, until its answer comes. It is good for one answer.
pub struct Authorization {
    pub(crate) url: Zeroizing<String>,
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) verifier: Verifier,
    pub(crate) redirect_uri: String,
    pub(crate) scopes: Scopes,
}

impl Authorization {
    /// The address for the browser. It holds neither the verifier of PKCE nor anything a token could be had with.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What the answer must carry.
    pub fn state(&self) -> &str {
        &self.state
    }
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorization").finish_non_exhaustive()
    }
}

/// The code of an answer; good once.
pub struct Code(pub(crate) Zeroizing<String>);

impl Code {
    /// Takes a code as it came.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

impl Portal {
    /// Makes a request. `redirect_uri` is that of the [`Receiver`](super::Receiver) that waits for the answer.
    ///
    /// # Errors
    /// [`EsiaError::Key`] when the key of a confidential system does not sign.
    pub async fn authorization(
        &self,
        system: &SystemSettings,
        asked: &Asked,
        redirect_uri: &str,
    ) -> Result<Authorization, EsiaError> {
        let (scope, scope_org) = (asked.scopes.scope(), asked.scopes.scope_org());
        let (state, nonce, verifier) = (
            Uuid::new_v4().to_string(),
            Uuid::new_v4().to_string(),
            Verifier::random(),
        );
        let timestamp = timestamp(self.esia_now());
        let secret = system
            .authenticate(format!(
                "{}{scope}{scope_org}{timestamp}{state}{redirect_uri}",
                system.client_id
            ))
            .await?;
        let mut url = self.transport.esia_url(&["aas", "oauth2", "v2", "ac"]);
        {
            let mut query = url.query_pairs_mut();
            query
                .append_pair("client_id", &system.client_id)
                .append_pair("redirect_uri", redirect_uri)
                .append_pair("scope", &scope);
            if !scope_org.is_empty() {
                query.append_pair("scope_org", &scope_org);
            }
            query
                .append_pair("response_type", "code")
                .append_pair("state", &state)
                .append_pair("nonce", &nonce)
                .append_pair("timestamp", &timestamp)
                .append_pair("access_type", if asked.offline { "offline" } else { "online" })
                .append_pair("code_challenge", &verifier.challenge())
                .append_pair("code_challenge_method", "S256");
            if asked.anew {
                query.append_pair("prompt", "login");
            }
            if let Some(secret) = &secret {
                query
                    .append_pair("client_secret", &secret.secret)
                    .append_pair("client_certificate_hash", &secret.certificate_hash);
            }
        }
        Ok(Authorization {
            url: Zeroizing::new(String::from(url)),
            state,
            nonce,
            verifier,
            redirect_uri: redirect_uri.to_owned(),
            scopes: asked.scopes.clone(),
        })
    }

    /// Where the browser's session at ЕСИА ends (`GET /idp/ext/Logout`).
    pub fn esia_logout_url(&self, system: &SystemSettings) -> String {
        let mut url = self.transport.esia_url(&["idp", "ext", "Logout"]);
        url.query_pairs_mut().append_pair("client_id", &system.client_id);
        Url::into(url)
    }

    /// The moment by ЕСИА's clock, as far as it is known.
    pub(crate) fn esia_now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc() + self.clock_offset().unwrap_or_default()
    }
}

/// `yyyy.MM.dd HH:mm:ss +0300`, Moscow time.
pub(crate) fn timestamp(at: OffsetDateTime) -> String {
    let moscow = UtcOffset::from_hms(3, 0, 0).unwrap_or(UtcOffset::UTC);
    let at = at.to_offset(moscow);
    format!(
        "{:04}.{:02}.{:02} {:02}:{:02}:{:02} +0300",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    #[test]
    fn the_time_is_written_as_esia_writes_it() {
        assert_eq!(
            super::timestamp(datetime!(2026-08-09 21:05:07 UTC)),
            "2026.08.10 00:05:07 +0300"
        );
    }
}
