//! Why a key file could not be read or written, as data.

use std::collections::BTreeMap;

use der::asn1::ObjectIdentifier;

/// A key file that cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyFileError {
    /// Not a key file of a known kind, or a damaged one.
    #[error("not a key file")]
    Malformed,
    /// The passphrase is wrong, or the file was changed after it was made.
    #[error("the passphrase does not fit the file")]
    PassphraseIncorrect,
    /// The file is encrypted and no passphrase was given, or there is none to encrypt with.
    #[error("a passphrase is needed")]
    PassphraseMissing,
    /// The passphrase is empty, longer than 255 octets, or not text.
    #[error("the passphrase cannot be one")]
    PassphraseUnsuitable,
    /// The file carries no integrity check: it could have been changed by anybody.
    #[error("the file has no integrity check")]
    MacMissing,
    /// An encryption or container we do not read, such as the private one of a commercial crypto provider.
    #[error("unsupported algorithm {oid}")]
    Unsupported {
        /// Its object identifier.
        oid: ObjectIdentifier,
    },
    /// The file demands an unreasonable number of iterations.
    #[error("the file demands too much computation")]
    TooExpensive,
    /// No private key inside.
    #[error("the file holds no private key")]
    KeyMissing,
    /// The key is damaged.
    #[error("the private key cannot be used")]
    KeyUnusable,
    /// The key is of an algorithm or curve we do not use.
    #[error("unsupported key algorithm {oid}")]
    KeyUnsupported {
        /// Object identifier of the algorithm or curve.
        oid: ObjectIdentifier,
    },
    /// No certificate belongs to the key.
    #[error("there is no certificate for the key")]
    CertificateMissing,
    /// The key does not sign in the requested way.
    #[error("the key does not sign in this way")]
    MechanismUnsupported,
    /// The input does not fit the mechanism.
    #[error("the input does not fit the mechanism")]
    InputUnsuitable,
    /// Signing failed: no randomness, or a key whose parts contradict each other.
    #[error("signing failed")]
    SigningFailed,
    /// The operating system gave no randomness.
    #[error("no randomness")]
    EntropyMissing,
}

impl KeyFileError {
    /// The stable code the text is found by.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "pfx.malformed",
            Self::PassphraseIncorrect => "pfx.passphrase-incorrect",
            Self::PassphraseMissing => "pfx.passphrase-missing",
            Self::PassphraseUnsuitable => "pfx.passphrase-unsuitable",
            Self::MacMissing => "pfx.mac-missing",
            Self::Unsupported { .. } => "pfx.unsupported",
            Self::TooExpensive => "pfx.too-expensive",
            Self::KeyMissing => "pfx.key-missing",
            Self::KeyUnusable => "pfx.key-unusable",
            Self::KeyUnsupported { .. } => "pfx.key-unsupported",
            Self::CertificateMissing => "pfx.certificate-missing",
            Self::MechanismUnsupported => "pfx.mechanism-unsupported",
            Self::InputUnsuitable => "pfx.input-unsuitable",
            Self::SigningFailed => "pfx.signing-failed",
            Self::EntropyMissing => "pfx.entropy-missing",
        }
    }

    /// Whether another passphrase, or the same again, can help.
    pub fn is_retriable(&self) -> bool {
        matches!(
            self,
            Self::PassphraseIncorrect
                | Self::PassphraseMissing
                | Self::PassphraseUnsuitable
                | Self::EntropyMissing
        )
    }

    /// What fills the gaps of the text.
    pub fn params(&self) -> BTreeMap<&'static str, String> {
        match self {
            Self::Unsupported { oid } | Self::KeyUnsupported { oid } => {
                BTreeMap::from([("oid", oid.to_string())])
            }
            _ => BTreeMap::new(),
        }
    }
}

impl From<der::Error> for KeyFileError {
    fn from(_: der::Error) -> Self {
        Self::Malformed
    }
}
