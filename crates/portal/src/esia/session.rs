//! What a sign-in brings.

use std::fmt;

use zeroize::Zeroizing;

use super::{EsiaError, Identity};
use crate::{AccessToken, Portal};

/// Tokens of one sign-in, or of its continuation.
#[derive(Debug)]
pub struct Tokens {
    /// For calls.
    pub access: AccessToken,
    /// When the access token ends by the answer's own word, seconds from now; the token's `exp` comes first.
    pub expires_in: Option<u64>,
    /// To go on without a person; each is good once.
    pub refresh: Option<RefreshToken>,
    /// Who signed in; only after a sign-in, not after a refresh.
    pub identity: Option<Identity>,
}

/// A refresh token, bound to the ЕСИА that issued it and the system it was issued for.
pub struct RefreshToken {
    pub(super) text: Zeroizing<String>,
    pub(super) host: String,
    pub(super) client_id: String,
}

/// Separates the three parts where a refresh token is kept; it stands in none of them.
const SEPARATOR: char = '\n';

impl RefreshToken {
    /// For a keychain: host, system and token. Only [`from_kept`](Self::from_kept) reads it.
    pub fn to_kept(&self) -> Zeroizing<String> {
        Zeroizing::new(format!(
            "{}{SEPARATOR}{}{SEPARATOR}{}",
            self.host, self.client_id, *self.text
        ))
    }

    /// Reads what [`to_kept`](Self::to_kept) wrote; `None` if it is something else.
    pub fn from_kept(kept: &str) -> Option<Self> {
        let mut parts = kept.splitn(3, SEPARATOR);
        let (host, client_id, text) = (parts.next()?, parts.next()?, parts.next()?);
        let usable = !host.is_empty() && !client_id.is_empty() && is_usable(text);
        usable.then(|| Self {
            text: Zeroizing::new(text.to_owned()),
            host: host.to_owned(),
            client_id: client_id.to_owned(),
        })
    }

    /// Nothing of one environment reaches another.
    pub(super) fn require_own(&self, portal: &Portal, client_id: &str) -> Result<(), EsiaError> {
        if self.host == portal.transport.esia_host() && self.client_id == client_id {
            Ok(())
        } else {
            Err(EsiaError::OtherEnvironment)
        }
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken(…)")
    }
}

pub(super) fn is_usable(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}
