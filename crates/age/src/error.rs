//! What can go wrong with an age file, as data: a stable code, no text for people.

use std::io;

use thiserror::Error;

/// Why a file was not written or not read. Nothing in it names a key, a recipient or a passphrase.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum AgeError {
    /// The file does not begin as an age file does.
    #[error("not an age file")]
    NotAge,
    /// An age file in its text form (`age --armor`), which is not read here.
    #[error("an age file in text form")]
    Armored,
    /// An age file of a version this program does not know.
    #[error("an age file of another version")]
    NewerVersion,
    /// The header is larger than [`HEADER_MAX`](crate::HEADER_MAX), or would become so by too many recipients.
    #[error("the header is too large")]
    HeaderTooLarge,
    /// The file was not encrypted to any of the given identities; or it was to identities, and a passphrase was given. A
    /// damaged stanza of the right recipient looks the same.
    #[error("the file is not for this key")]
    NoMatch,
    /// The file opens by a passphrase, and identities were given.
    #[error("the file opens by a passphrase")]
    PassphraseNeeded,
    /// The passphrase does not open the file. A damaged stanza looks the same.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// The file asks for more work than [`LOG_N_MAX`](crate::LOG_N_MAX), or for more memory than there is.
    #[error("opening by the passphrase would cost too much")]
    CostTooHigh,
    /// The file is not as it was written.
    #[error("the file is damaged: {0:?}")]
    Damaged(Damage),
    /// Text that is no recipient of this kind (`age1…`), or a point nothing can be kept secret with.
    #[error("not a recipient")]
    NotRecipient,
    /// Nobody to encrypt to.
    #[error("no recipients")]
    NoRecipients,
    /// The system's random generator failed.
    #[error("no randomness")]
    Random,
    /// The file could not be read from or written to where it lies.
    #[error("{0}")]
    Io(io::ErrorKind),
}

/// Where a damaged file stops being an age file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// The header breaks the rules of the format.
    Header,
    /// The header was changed after it was written.
    HeaderMac,
    /// A chunk of the payload was changed, moved or cut, or something follows the last.
    Payload,
    /// The file ends where it may not. Not every cut can be told from a change.
    Truncated,
}

impl AgeError {
    /// Stable code for texts and scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAge => "age.not-age",
            Self::Armored => "age.armored",
            Self::NewerVersion => "age.newer-version",
            Self::HeaderTooLarge => "age.header-too-large",
            Self::NoMatch => "age.no-match",
            Self::PassphraseNeeded => "age.passphrase-needed",
            Self::WrongPassphrase => "age.wrong-passphrase",
            Self::CostTooHigh => "age.cost-too-high",
            Self::Damaged(_) => "age.damaged",
            Self::NotRecipient => "age.not-recipient",
            Self::NoRecipients => "age.no-recipients",
            Self::Random => "age.random",
            Self::Io(_) => "age.io",
        }
    }
}

impl From<AgeError> for io::Error {
    /// [`AgeError::from`] takes it out again.
    fn from(error: AgeError) -> Self {
        match error {
            AgeError::Io(kind) => kind.into(),
            _ => Self::new(io::ErrorKind::InvalidData, error),
        }
    }
}

impl From<io::Error> for AgeError {
    /// What [`Decryptor`](crate::Decryptor) and [`Encryptor`](crate::Encryptor) report through `Read` and `Write`.
    fn from(error: io::Error) -> Self {
        error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<Self>())
            .copied()
            .unwrap_or(Self::Io(error.kind()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_survives_the_way_through_read_and_write() {
        for error in [
            AgeError::Damaged(Damage::Truncated),
            AgeError::WrongPassphrase,
            AgeError::Io(io::ErrorKind::StorageFull),
        ] {
            assert_eq!(AgeError::from(io::Error::from(error)), error);
        }
    }
}
