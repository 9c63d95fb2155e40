//! The two secrets of a session, in types that wipe themselves and do not print.

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use thiserror::Error;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::loose::Loose;

/// API key of one employee: a UUID issued in ЛК ИЭП.
pub struct ApiKey(Zeroizing<String>);

/// The text is not a UUID of the form 8-4-4-4-12.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the API key is not a UUID")]
pub struct ApiKeyInvalid;

impl ApiKeyInvalid {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        "portal.key-malformed"
    }
}

impl ApiKey {
    /// Takes the key as typed or pasted; surrounding white space is dropped, letter case is kept.
    ///
    /// # Errors
    /// [`ApiKeyInvalid`] when it is not a UUID with hyphens.
    pub fn parse(text: &str) -> Result<Self, ApiKeyInvalid> {
        let text = text.trim();
        if text.len() != 36 || Uuid::try_parse(text).is_err() {
            return Err(ApiKeyInvalid);
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// The bytes to be signed for a token: the text of the key and nothing else.
    pub fn bytes_to_sign(&self) -> &[u8] {
        self.0.as_bytes()
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

/// Access token of an organisation or a person, good at the portal of one environment only.
pub struct AccessToken {
    text: Zeroizing<String>,
    claims: Claims,
    /// Host of the ЕСИА that issued it.
    issuer: Option<String>,
}

/// What the token says about itself. Not verified: the portal judges the token, the client only reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// `exp`: not accepted after this moment.
    pub expires: Option<OffsetDateTime>,
    /// `org_oid`: the organisation in ЕСИА.
    pub organisation: Option<String>,
    /// `client_id`: mnemonic of the information system.
    pub client: Option<String>,
    /// `urn:esia:sbj_id`: the user in ЕСИА.
    pub subject: Option<String>,
}

impl AccessToken {
    /// Takes the token as ЕСИА gave it, or `None` when it cannot stand in an HTTP header.
    pub(crate) fn new(text: String) -> Option<Self> {
        let text = Zeroizing::new(text);
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        let claims = read_claims(&text).unwrap_or_default();
        Some(Self {
            text,
            claims,
            issuer: None,
        })
    }

    /// Binds the token to the ЕСИА at `host`: it is not sent in any other environment.
    pub(crate) fn issued_by(mut self, host: &str) -> Self {
        self.issuer = Some(host.to_owned());
        self
    }

    /// Host of the ЕСИА it is bound to.
    pub(crate) fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// The claims; all `None` when the token is not a readable JWT.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// Time left at `now`, never negative; `None` when the token does not say.
    pub fn ttl(&self, now: OffsetDateTime) -> Option<Duration> {
        self.claims
            .expires
            .map(|expires| (expires - now).max(Duration::ZERO))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("expires", &self.claims.expires)
            .finish_non_exhaustive()
    }
}

/// Claims of the payload, the second part of a JWT (RFC 7519 §3).
fn read_claims(token: &str) -> Option<Claims> {
    let payload = token.split('.').nth(1)?.trim_end_matches('=');
    let payload = Zeroizing::new(Base64UrlUnpadded::decode_vec(payload).ok()?);
    let payload = serde_json::from_slice(&payload).ok()?;
    let payload = Loose::new(&payload);
    let first = |names: &[&str]| names.iter().find_map(|name| payload.text(name));
    Some(Claims {
        expires: payload
            .number("exp")
            .and_then(|seconds| i64::try_from(seconds).ok())
            .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok()),
        organisation: first(&["org_oid", "urn:esia:org_oid"]),
        client: first(&["client_id", "urn:esia:client_id"]),
        subject: first(&["urn:esia:sbj_id", "sbj_id", "sbj", "sub"]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jwt(payload: &str) -> String {
        format!(
            "e30.{}.c2ln",
            Base64UrlUnpadded::encode_string(payload.as_bytes())
        )
    }

    #[test]
    fn anything_but_a_hyphenated_uuid_is_not_a_key() {
        for text in [
            "",
            "123",
            "f7a1c0de00004000800000000000cafe",
            "{f7a1c0de-0000-4000-8000-00000000cafe}",
        ] {
            assert_eq!(ApiKey::parse(text).err(), Some(ApiKeyInvalid), "{text}");
        }
    }

    #[test]
    fn the_key_is_signed_exactly_as_given() {
        let key = ApiKey::parse(" F7A1C0DE-0000-4000-8000-00000000cafe\n").unwrap();
        assert_eq!(key.bytes_to_sign(), b"F7A1C0DE-0000-4000-8000-00000000cafe");
    }

    #[test]
    fn secrets_do_not_print() {
        let key = ApiKey::parse("f7a1c0de-0000-4000-8000-00000000cafe").unwrap();
        assert!(!format!("{key:?}").contains("cafe"));
        let text = jwt(r#"{"exp":2000000000}"#);
        let token = AccessToken::new(text.clone()).unwrap();
        assert!(!format!("{token:?}").contains(&text[4..12]));
    }

    #[test]
    fn claims_are_read_whatever_their_type() {
        let token = AccessToken::new(jwt(
            r#"{"exp":2000000000.0,"org_oid":1000321282,"client_id":"KABINET","urn:esia:sbj_id":"240"}"#,
        ))
        .unwrap();
        let now = OffsetDateTime::from_unix_timestamp(1_999_999_940).unwrap();
        assert_eq!(token.ttl(now), Some(Duration::MINUTE));
        assert_eq!(token.ttl(now + Duration::HOUR), Some(Duration::ZERO));
        assert_eq!(token.claims().organisation.as_deref(), Some("1000321282"));
        assert_eq!(token.claims().client.as_deref(), Some("KABINET"));
        assert_eq!(token.claims().subject.as_deref(), Some("240"));
    }

    #[test]
    fn a_token_that_is_no_jwt_is_kept_without_claims() {
        for text in ["opaque", "a.b", "a.!!!.c", "e30.W10.x"] {
            assert_eq!(
                AccessToken::new(text.to_owned()).unwrap().claims(),
                &Claims::default(),
                "{text}"
            );
        }
    }

    #[test]
    fn a_token_that_would_break_the_header_is_refused() {
        for text in ["", "a b", "a\r\nX-Evil: 1", "ж"] {
            assert!(AccessToken::new(text.to_owned()).is_none(), "{text:?}");
        }
    }
}
