//! What speaks against an XML signature.

use kabinet_pki::Status;

use super::XmlError;
use super::c14n::C14nError;
use super::xpath::XPathError;

/// One finding. What cannot be done here leaves the truth unknown; what is done and fails is invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Not what XMLDSig or XAdES prescribe; the element is named.
    Malformed(&'static str),
    /// An algorithm, transform or form unknown here, or one that would need the network; its identifier.
    Unsupported(String),
    /// More references, transforms or octets than any honest signature has.
    TooMuch,
    /// Several elements have the identifier a reference names.
    AmbiguousId,
    /// What a reference names is not at hand.
    ContentMissing,
    /// The canonical form does not exist.
    NotCanonical,
    /// A referenced document is not read.
    ContentUnreadable(XmlError),
    /// The digest of what a reference names is another one.
    DigestDiffers,
    /// The signature value was not made by the signer's key over SignedInfo.
    ValueWrong,
    /// The signature method and the key do not go together.
    AlgorithmMismatch,
    /// An HMAC cut so short that it can be guessed.
    Truncated,
    /// A signature by a shared secret is nobody's signature.
    SharedSecret,
    /// No certificate of the signer, embedded or at hand.
    CertificateMissing,
    /// The signed reference names another certificate.
    CertificateSubstituted,
    /// No signed reference to the certificate.
    CertificateReferenceMissing,
    /// The signed properties are there but not signed.
    PropertiesNotSigned,
    /// A digest that is no longer safe.
    WeakDigest,
}

impl Fault {
    /// What this alone makes of the verdict.
    #[must_use]
    pub const fn effect(&self) -> Status {
        match self {
            Self::Unsupported(_)
            | Self::TooMuch
            | Self::ContentMissing
            | Self::NotCanonical
            | Self::ContentUnreadable(_)
            | Self::SharedSecret
            | Self::CertificateMissing
            | Self::CertificateReferenceMissing
            | Self::WeakDigest => Status::Unknown,
            Self::Malformed(_)
            | Self::AmbiguousId
            | Self::DigestDiffers
            | Self::ValueWrong
            | Self::AlgorithmMismatch
            | Self::Truncated
            | Self::CertificateSubstituted
            | Self::PropertiesNotSigned => Status::Invalid,
        }
    }
}

impl From<C14nError> for Fault {
    fn from(_: C14nError) -> Self {
        Self::NotCanonical
    }
}

impl From<XPathError> for Fault {
    fn from(error: XPathError) -> Self {
        match error {
            XPathError::TooLong => Self::TooMuch,
            XPathError::Syntax | XPathError::Unsupported => Self::Unsupported("XPath".to_owned()),
        }
    }
}
