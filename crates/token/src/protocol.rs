//! What goes through a worker's pipe: frames of a length (u32, little-endian) and a body, JSON but for the PIN.
//!
//! The PIN has a frame of its own, raw, so that no serialiser ever holds a copy.

use serde::{Deserialize, Serialize};

use crate::error::TokenError;
use crate::model::{KeyOrder, ModuleInfo, Scan, SignJob, TokenAddress};

/// The hidden argument that turns an application into a worker; the module's absolute path follows.
pub(crate) const WORKER_ARGUMENT: &str = "--token-worker";

/// Behind the module's path: it may use the network. Everything else behind it is a folder to keep out of.
pub(crate) const NETWORK_ARGUMENT: &str = "--network";

/// Longest body, bytes: a scan of many certificates or a batch of many thousand digests stays far below.
pub(crate) const LONGEST_BODY: usize = 16 << 20;

/// From the application to the worker.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Request {
    /// Introduce the module.
    Hello,
    /// Read tokens and certificates.
    Scan,
    /// Log in, sign all inputs, log out. `pin` says that a PIN frame follows.
    Sign { job: SignJob, pin: bool },
    /// Change something on the token. `secrets` frames follow, in the order the task names them.
    Change {
        token: TokenAddress,
        task: Task,
        secrets: u8,
        final_try_confirmed: bool,
    },
    /// Finalise and end.
    Quit,
}

/// A change of a token. Where PINs are entered on the device no secrets follow.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Task {
    /// The user's PIN: the old one, the new one.
    ChangePin,
    /// A locked PIN: the PUK, the new PIN.
    Unblock,
    /// A key pair with a request for its certificate: the PIN.
    MakeKey(KeyOrder),
    /// A certificate, DER, for a key that is there: the PIN.
    ImportCertificate(#[serde(with = "hex::serde")] Vec<u8>),
}

/// From the worker to the application. A request ends with anything but the progress of signing.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Answer {
    Hello(ModuleInfo),
    Scan(Scan),
    AwaitingDevice,
    LoggedIn,
    Signed {
        index: usize,
        #[serde(with = "hex::serde")]
        signature: Vec<u8>,
    },
    /// The request for a certificate, DER.
    Requested(#[serde(with = "hex::serde")] Vec<u8>),
    Done,
    Failed(TokenError),
}

/// The length prefix of a body, if it is short enough to be sent.
pub(crate) fn prefix(body: &[u8]) -> Option<[u8; 4]> {
    let length = u32::try_from(body.len()).ok()?;
    (body.len() <= LONGEST_BODY).then(|| length.to_le_bytes())
}

/// The body's length, if it is one we take.
pub(crate) fn length(prefix: [u8; 4]) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(prefix))
        .ok()
        .filter(|length| *length <= LONGEST_BODY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_beyond_the_limit_is_refused_before_memory_is_taken() {
        assert_eq!(length([0xff; 4]), None);
        assert_eq!(length((LONGEST_BODY as u32 + 1).to_le_bytes()), None);
        assert_eq!(length([5, 0, 0, 0]), Some(5));
    }
}
