//! What speaks against an XML signature.

use super::XmlError;
use super::c14n::C14nError;
use super::xpath::XPathError;
use crate::report::Reason;

/// One finding. What cannot be done here leaves the truth unknown; what is done and fails is invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Not what XMLDSig or XAdES prescribe; the element is named.
    Malformed(&'static str),
    /// An algorithm, transform or form unknown here; its identifier.
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
    /// A counter-signature that does not sign the signature it stands in.
    CountersignsOther,
}

impl Fault {
    /// The reason of the report; `name` says what it is about where the fault does not.
    pub(crate) fn reason(self, name: &str) -> Reason {
        let named = |text: &str| Reason::Unsupported {
            name: text.to_owned(),
        };
        match self {
            Self::Malformed(element) => Reason::Attribute {
                name: element.to_owned(),
            },
            Self::Unsupported(name) => Reason::Unsupported { name },
            Self::TooMuch => named("size"),
            Self::AmbiguousId => Reason::Structure {
                code: "signature.xml-ambiguous-id",
            },
            Self::ContentMissing => Reason::ContentMissing {
                name: name.to_owned(),
            },
            Self::NotCanonical => named("c14n"),
            Self::ContentUnreadable(error) => named(error.code()),
            Self::DigestDiffers => Reason::ContentDiffers,
            Self::ValueWrong => Reason::ValueWrong,
            Self::AlgorithmMismatch => Reason::AlgorithmMismatch,
            Self::Truncated => Reason::Structure {
                code: "signature.xml-hmac-truncated",
            },
            Self::SharedSecret => named("HMAC"),
            Self::CertificateMissing => Reason::CertificateMissing,
            Self::CertificateSubstituted => Reason::CertificateSubstituted,
            Self::CountersignsOther => Reason::Structure {
                code: "signature.xml-countersigns-other",
            },
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
