//! Why a PKCS#12 file gave no key, as data.

use std::collections::BTreeMap;

use der::asn1::ObjectIdentifier;

/// A key file that cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PfxError {
    /// Not a PKCS#12 file, or a damaged one.
    #[error("not a PKCS#12 file")]
    Malformed,
    /// The passphrase is wrong, or the file was changed after it was made.
    #[error("the passphrase does not fit the file")]
    PassphraseIncorrect,
    /// The file carries no integrity check: it could have been changed by anybody.
    #[error("the file has no integrity check")]
    MacMissing,
    /// An algorithm or container we do not read, such as the private one of a commercial crypto provider.
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
    /// The key is damaged or of a kind we do not sign with.
    #[error("the private key cannot be used")]
    KeyUnusable,
    /// No certificate inside belongs to the key.
    #[error("the file holds no certificate for its key")]
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
}

impl PfxError {
    /// The stable code the text is found by.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "pfx.malformed",
            Self::PassphraseIncorrect => "pfx.passphrase-incorrect",
            Self::MacMissing => "pfx.mac-missing",
            Self::Unsupported { .. } => "pfx.unsupported",
            Self::TooExpensive => "pfx.too-expensive",
            Self::KeyMissing => "pfx.key-missing",
            Self::KeyUnusable => "pfx.key-unusable",
            Self::CertificateMissing => "pfx.certificate-missing",
            Self::MechanismUnsupported => "pfx.mechanism-unsupported",
            Self::InputUnsuitable => "pfx.input-unsuitable",
            Self::SigningFailed => "pfx.signing-failed",
        }
    }

    /// Whether another passphrase can help.
    pub fn is_retriable(&self) -> bool {
        matches!(self, Self::PassphraseIncorrect)
    }

    /// What fills the gaps of the text.
    pub fn params(&self) -> BTreeMap<&'static str, String> {
        match self {
            Self::Unsupported { oid } => BTreeMap::from([("oid", oid.to_string())]),
            _ => BTreeMap::new(),
        }
    }
}

impl From<der::Error> for PfxError {
    fn from(_: der::Error) -> Self {
        Self::Malformed
    }
}
