//! Why a token on disk could not be read, unlocked or changed.

use std::io;

use kabinet_gost::KeyError;

/// See the variants.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such token.
    #[error("no such token")]
    NotFound,
    /// A token with this serial number is there already.
    #[error("a token with this serial number exists")]
    AlreadyExists,
    /// The file system refused.
    #[error("file system: {0}")]
    Io(#[from] io::Error),
    /// The token's file is not what this program writes.
    #[error("token file: {0}")]
    Format(#[from] serde_json::Error),
    /// The token's file was written by a newer program.
    #[error("token file of version {0}")]
    Version(u32),
    /// The PIN was wrong.
    #[error("wrong PIN, {tries_left} tries left")]
    PinIncorrect {
        /// Tries left before the lock.
        tries_left: u32,
    },
    /// The PIN is locked.
    #[error("PIN is locked")]
    PinLocked,
    /// The PIN is shorter or longer than the token takes; no try was used up.
    #[error("PIN must have {min} to {max} octets")]
    PinLength {
        /// Octets at least.
        min: usize,
        /// Octets at most.
        max: usize,
    },
    /// The token has no PIN of this role.
    #[error("PIN is not set")]
    PinNotSet,
    /// A sealed value was changed or belongs elsewhere.
    #[error("sealed value cannot be opened")]
    Unsealing,
    /// The operating system gave no random octets.
    #[error("no randomness from the operating system")]
    Entropy,
    /// The parameters of the key derivation are out of range.
    #[error("key derivation parameters")]
    KeyDerivation,
    /// The GOST key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The key is of no kind that tokens hold, or no key at all.
    #[error("not a GOST, RSA or P-256 key")]
    KeyUnusable,
    /// The token's model has no keys of this kind.
    #[error("the token does not hold keys of this kind")]
    KeyKind,
    /// A line of the control file that nobody would understand.
    #[error("not a directive: {0}")]
    Directive(String),
    /// The certificate is not DER or PEM of an X.509 certificate.
    #[error("certificate: {0}")]
    Certificate(#[from] der::Error),
    /// The certificate holds another public key.
    #[error("certificate does not belong to the key")]
    CertificateKey,
}
