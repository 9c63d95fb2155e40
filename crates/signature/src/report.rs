//! What was found out about a signature file.

use kabinet_pki::cms::SignerFault;
use kabinet_pki::tsp::{TimeStamp, TokenError};
use kabinet_pki::{Certificate, DigestAlgorithm, Oid, Status, Verdict};
use time::OffsetDateTime;

/// The judgement of a signature file.
#[derive(Clone, Debug)]
pub struct Report {
    /// Every signer in encoded order; at least one.
    pub signers: Vec<SignerReport>,
    /// Whether the content was inside the file.
    pub attached: bool,
    /// The worst of the signers' verdicts.
    pub verdict: Status,
}

/// Form of one signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// CMS without signed attributes.
    CmsBare,
    /// CMS with signed attributes but no reference to the certificate.
    Cms,
    /// CAdES-BES.
    CadesBes,
    /// CAdES-T: BES and a genuine time stamp over the signature.
    CadesT,
}

/// The judgement of one signer.
#[derive(Clone, Debug)]
pub struct SignerReport {
    /// The signer's certificate, if it is at hand.
    pub certificate: Option<Certificate>,
    /// The time the signer claims.
    pub signing_time: Option<OffsetDateTime>,
    /// Form.
    pub profile: Profile,
    /// Digest of the content; `None` for an algorithm unknown here.
    pub digest_algorithm: Option<DigestAlgorithm>,
    /// The content is what was signed.
    pub digest_ok: bool,
    /// The signature value was made by the certificate's key.
    pub signature_ok: bool,
    /// Time stamps over the signature, genuine and not.
    pub stamps: Vec<Result<TimeStamp, TokenError>>,
    /// The moment the certificate was judged at: that of the earliest trusted stamp, else that of the policy.
    pub judged_at: OffsetDateTime,
    /// The certificate judged at that moment.
    pub chain: Option<Verdict>,
    /// The sum of all reasons.
    pub verdict: Status,
    /// Everything that speaks against the signature; empty if valid.
    pub reasons: Vec<Reason>,
}

/// One thing that speaks against a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The content is not what was signed.
    ContentDiffers,
    /// The content inside the file is not the content given beside it.
    AttachedDiffers,
    /// The signature value was not made by the certificate's key over these attributes.
    ValueWrong,
    /// A required signed attribute is missing, repeated or unreadable.
    Attribute {
        /// Which.
        oid: Oid,
    },
    /// The contentType attribute differs from the type of the content.
    ContentTypeDiffers,
    /// The algorithms do not go together.
    AlgorithmMismatch,
    /// An algorithm this program does not know.
    UnsupportedAlgorithm {
        /// Which.
        oid: Oid,
    },
    /// The digest is no longer safe (SHA-1).
    WeakDigest,
    /// The signer's certificate is neither in the file nor at hand.
    CertificateMissing,
    /// The signed reference names another certificate than the one at hand.
    CertificateSubstituted,
    /// No signed reference to the certificate.
    CertificateReferenceMissing,
    /// No signed attributes at all.
    NoSignedAttributes,
    /// Content that can be taken for signed attributes, in a signature without any.
    AmbiguousContent,
    /// The certificate is not valid, or not known to be: see `chain`.
    Certificate {
        /// The certificate's verdict.
        status: Status,
    },
}

impl Reason {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ContentDiffers => "signature.content-differs",
            Self::AttachedDiffers => "signature.attached-differs",
            Self::ValueWrong => "signature.value-wrong",
            Self::Attribute { .. } => "signature.attribute-broken",
            Self::ContentTypeDiffers => "signature.content-type-differs",
            Self::AlgorithmMismatch => "signature.algorithm-mismatch",
            Self::UnsupportedAlgorithm { .. } => "signature.unsupported-algorithm",
            Self::WeakDigest => "signature.weak-digest",
            Self::CertificateMissing => "signature.certificate-missing",
            Self::CertificateSubstituted => "signature.certificate-substituted",
            Self::CertificateReferenceMissing => "signature.certificate-reference-missing",
            Self::NoSignedAttributes => "signature.no-signed-attributes",
            Self::AmbiguousContent => "signature.ambiguous-content",
            Self::Certificate {
                status: Status::Invalid,
            } => "signature.certificate-invalid",
            Self::Certificate { .. } => "signature.certificate-unknown",
        }
    }

    /// What this reason alone makes of the verdict.
    #[must_use]
    pub const fn effect(&self) -> Status {
        match self {
            Self::UnsupportedAlgorithm { .. }
            | Self::WeakDigest
            | Self::CertificateMissing
            | Self::CertificateReferenceMissing
            | Self::NoSignedAttributes => Status::Unknown,
            Self::Certificate { status } => *status,
            Self::ContentDiffers
            | Self::AttachedDiffers
            | Self::ValueWrong
            | Self::Attribute { .. }
            | Self::ContentTypeDiffers
            | Self::AlgorithmMismatch
            | Self::CertificateSubstituted
            | Self::AmbiguousContent => Status::Invalid,
        }
    }
}

impl From<SignerFault> for Reason {
    fn from(fault: SignerFault) -> Self {
        match fault {
            SignerFault::ContentDiffers => Self::ContentDiffers,
            SignerFault::SignatureMismatch => Self::ValueWrong,
            SignerFault::Attribute(oid) => Self::Attribute { oid },
            SignerFault::ContentType => Self::ContentTypeDiffers,
            SignerFault::AlgorithmMismatch => Self::AlgorithmMismatch,
            SignerFault::UnsupportedAlgorithm(oid) => Self::UnsupportedAlgorithm { oid },
        }
    }
}
