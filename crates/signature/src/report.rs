//! What was found out about a signed file.

use kabinet_pki::cms::SignerFault;
use kabinet_pki::oid::cms as id;
use kabinet_pki::tsp::{TimeStamp, TokenError};
use kabinet_pki::{Certificate, DigestAlgorithm, Evidence, Status, Verdict};
use time::OffsetDateTime;

use crate::indication::{Indication, SubIndication};

/// The judgement of a file.
#[derive(Clone, Debug)]
pub struct Report {
    /// What the file is.
    pub format: Format,
    /// Every signature in the order of the file; at least one.
    pub signatures: Vec<SignatureReport>,
    /// Whether what is signed was inside the file.
    pub attached: bool,
    /// The worst of the signatures' verdicts.
    pub verdict: Status,
}

impl Report {
    pub(crate) fn new(format: Format, attached: bool, signatures: Vec<SignatureReport>) -> Self {
        let verdict = signatures
            .iter()
            .map(SignatureReport::verdict)
            .fold(Status::Valid, Status::and);
        Self {
            format,
            signatures,
            attached,
            verdict,
        }
    }
}

impl Report {
    /// The certificates a full judgement needs evidence about: of signers, counter-signers and time stamp
    /// authorities, each once.
    #[must_use]
    pub fn certificates(&self) -> Vec<Certificate> {
        let mut all = Vec::new();
        self.signatures
            .iter()
            .for_each(|one| one.collect_certificates(&mut all));
        all
    }
}

/// Kinds of signed files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// CMS SignedData.
    Cms,
    /// An XML document with signatures.
    Xml,
    /// A PDF document with signatures.
    Pdf,
    /// An ASiC container.
    Asic,
}

impl Format {
    /// Stable name for reports.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cms => "cms",
            Self::Xml => "xml",
            Self::Pdf => "pdf",
            Self::Asic => "asic",
        }
    }
}

/// Form of one signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// CMS without signed attributes.
    CmsBare,
    /// CMS with signed attributes but no reference to the certificate.
    Cms,
    /// CAdES (ETSI EN 319 122-1).
    Cades,
    /// XML signature without qualifying properties.
    XmlDsig,
    /// XAdES (ETSI EN 319 132-1).
    Xades,
    /// PDF signature that is not PAdES.
    PdfCms,
    /// PAdES (ETSI EN 319 142-1).
    Pades,
    /// A time stamp over a document or container (PAdES §5.4.3, ASiC).
    TimeStamp,
}

/// How long a signature can be proven, each level on top of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// No signed reference to the certificate.
    None,
    /// The signed properties of BES, level B-B.
    Basic,
    /// A trusted time stamp over the signature value, level B-T.
    Timestamped,
    /// And references to all certificates and revocation answers: CAdES-C.
    References,
    /// And their values, and a time stamp over signature and references: X Long Type 1.
    ExtendedLong,
    /// And the values of certificates and revocation answers, level B-LT.
    LongTerm,
    /// And an archive time stamp over all of it, level B-LTA.
    Archive,
}

/// The judgement of one signature.
#[derive(Clone, Debug)]
pub struct SignatureReport {
    /// Name within the file: a number, an XML Id, a PDF field, a file of a container.
    pub id: String,
    /// Form.
    pub form: Form,
    /// Level reached with trusted stamps.
    pub level: Level,
    /// Explicit signature policy (EPES): its identifier.
    pub policy: Option<String>,
    /// The signer's certificate, if it is at hand.
    pub certificate: Option<Certificate>,
    /// The time the signer claims.
    pub signing_time: Option<OffsetDateTime>,
    /// Digest of the content; `None` for an algorithm unknown here.
    pub digest_algorithm: Option<DigestAlgorithm>,
    /// The content is what was signed.
    pub digest_ok: bool,
    /// The signature value was made by the certificate's key.
    pub signature_ok: bool,
    /// What exactly is signed.
    pub parts: Vec<SignedPart>,
    /// What was changed in the file after this signature.
    pub changes: Vec<Change>,
    /// Time stamps, genuine and not.
    pub stamps: Vec<StampReport>,
    /// The earliest moment the signature is proven to have existed at.
    pub proven_at: Option<OffsetDateTime>,
    /// The moment the certificate was judged at: the proven one, else that of the policy.
    pub judged_at: OffsetDateTime,
    /// The certificate judged at that moment.
    pub chain: Option<Verdict>,
    /// Certificates and revocation answers found in the signature.
    pub evidence: Evidence,
    /// Signatures over this signature.
    pub counter_signatures: Vec<SignatureReport>,
    /// Everything that speaks against the signature; empty if it passed.
    pub reasons: Vec<Reason>,
    /// What a careful reader should know, though it does not speak against the signature.
    pub notes: Vec<Note>,
}

impl SignatureReport {
    /// The sum of all reasons.
    #[must_use]
    pub fn indication(&self) -> Indication {
        self.sub_indications()
            .map(SubIndication::indication)
            .max()
            .unwrap_or(Indication::TotalPassed)
    }

    /// Why it did not pass.
    #[must_use]
    pub fn sub_indication(&self) -> Option<SubIndication> {
        let indication = self.indication();
        self.sub_indications()
            .filter(|sub| sub.indication() == indication)
            .min()
    }

    /// The indication as a status.
    #[must_use]
    pub fn verdict(&self) -> Status {
        self.indication().into()
    }

    fn collect_certificates(&self, all: &mut Vec<Certificate>) {
        let stamps = self.stamps.iter().filter_map(|stamp| stamp.outcome.as_ref().ok());
        let found = self
            .certificate
            .iter()
            .chain(stamps.map(|stamp| &stamp.certificate));
        for certificate in found {
            if !all.contains(certificate) {
                all.push(certificate.clone());
            }
        }
        self.counter_signatures
            .iter()
            .for_each(|one| one.collect_certificates(all));
    }

    fn sub_indications(&self) -> impl Iterator<Item = SubIndication> {
        self.reasons.iter().map(Reason::sub_indication)
    }

    /// Form and level as one name: `cades-bes`, `xades-t`, `pades-lta`, `cms` and so on.
    #[must_use]
    pub const fn profile(&self) -> &'static str {
        const CADES: [&str; 7] = [
            "cades-bes",
            "cades-epes",
            "cades-t",
            "cades-c",
            "cades-xlt1",
            "cades-lt",
            "cades-lta",
        ];
        const XADES: [&str; 7] = [
            "xades-bes",
            "xades-epes",
            "xades-t",
            "xades-c",
            "xades-xl",
            "xades-lt",
            "xades-lta",
        ];
        const PADES: [&str; 7] = [
            "pades-b",
            "pades-epes",
            "pades-t",
            "pades-t",
            "pades-t",
            "pades-lt",
            "pades-lta",
        ];
        let names = match self.form {
            Form::CmsBare => return "cms-bare",
            Form::Cms => return "cms",
            Form::XmlDsig => return "xmldsig",
            Form::PdfCms => return "pdf-cms",
            Form::TimeStamp => return "time-stamp",
            Form::Cades => CADES,
            Form::Xades => XADES,
            Form::Pades => PADES,
        };
        names[match self.level {
            Level::None | Level::Basic => self.policy.is_some() as usize,
            Level::Timestamped => 2,
            Level::References => 3,
            Level::ExtendedLong => 4,
            Level::LongTerm => 5,
            Level::Archive => 6,
        }]
    }
}

/// One thing that is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedPart {
    /// Its name: a file, an element's path, a reference as written; empty for the content of a CMS.
    pub name: String,
    /// Whether it is a whole document or file, not a part of one.
    pub whole: bool,
    /// Whether it is what was signed.
    pub intact: bool,
    /// Its digest as signed; `None` for an algorithm unknown here.
    pub digest: Option<(DigestAlgorithm, Vec<u8>)>,
}

/// A change made after a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Stable code for texts: what was changed.
    pub code: &'static str,
    /// Which object, field or file.
    pub what: String,
    /// Whether the signature leaves such changes open.
    pub allowed: bool,
}

impl Change {
    /// Whether only what proves the signature was added, nothing that anybody reads.
    #[must_use]
    pub fn is_proof(&self) -> bool {
        self.allowed && matches!(self.code, "pdf.change.evidence" | "pdf.change.time-stamp")
    }
}

/// What a time stamp is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StampKind {
    /// The content, before it was signed.
    Content,
    /// The signature value.
    Signature,
    /// The signature value and the references to evidence, or the references alone.
    References,
    /// Everything, renewed from time to time.
    Archive,
}

impl StampKind {
    /// Stable name for reports.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Signature => "signature",
            Self::References => "references",
            Self::Archive => "archive",
        }
    }
}

/// The judgement of a time stamp.
#[derive(Clone, Debug)]
pub struct StampReport {
    /// What it is over.
    pub kind: StampKind,
    /// What it says, or why it proves nothing.
    pub outcome: Result<TimeStamp, TokenError>,
    /// The token itself (ContentInfo), for whoever wants to repeat the judgement.
    pub token: Vec<u8>,
    /// The moment its authority's certificate was judged at.
    pub judged_at: OffsetDateTime,
}

impl StampReport {
    /// Whether its time is proven.
    #[must_use]
    pub fn is_trusted(&self) -> bool {
        self.outcome.as_ref().is_ok_and(|stamp| stamp.chain.is_valid())
    }

    /// Its time, if proven.
    #[must_use]
    pub fn trusted_time(&self) -> Option<OffsetDateTime> {
        self.outcome
            .as_ref()
            .ok()
            .filter(|stamp| stamp.chain.is_valid())
            .map(|stamp| stamp.time)
    }
}

/// One thing worth knowing about a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// No signed reference to the certificate: not an advanced signature, and another certificate for the same key
    /// could be put in its place.
    CertificateReferenceMissing,
    /// No signed attributes at all: neither time nor certificate are signed.
    NoSignedAttributes,
    /// Only parts of the document are signed: see `parts`.
    OnlyParts,
    /// The document was changed later in ways the signature leaves open: see `changes`.
    ChangedLater,
}

impl Note {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CertificateReferenceMissing => "signature.certificate-reference-missing",
            Self::NoSignedAttributes => "signature.no-signed-attributes",
            Self::OnlyParts => "signature.only-parts",
            Self::ChangedLater => "signature.allowed-changes",
        }
    }
}

/// One thing that speaks against a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The content is not what was signed.
    ContentDiffers,
    /// The content inside the file is not the content given beside it.
    AttachedDiffers,
    /// Something that is signed is not at hand.
    ContentMissing {
        /// Its name.
        name: String,
    },
    /// The signature value was not made by the certificate's key over these attributes.
    ValueWrong,
    /// A required signed attribute or property is missing, repeated or unreadable.
    Attribute {
        /// Which: an object identifier or an element's name.
        name: String,
    },
    /// The contentType attribute differs from the type of the content.
    ContentTypeDiffers,
    /// The algorithms do not go together.
    AlgorithmMismatch,
    /// An algorithm or construction this program does not know.
    Unsupported {
        /// Which: an object identifier, an address, a name.
        name: String,
    },
    /// An algorithm that is no longer safe (SHA-1).
    WeakDigest,
    /// The signer's certificate is neither in the file nor at hand.
    CertificateMissing,
    /// The signed reference names another certificate than the one at hand.
    CertificateSubstituted,
    /// Content that can be taken for signed attributes, in a signature without any.
    AmbiguousContent,
    /// Against the rules of the format: identifiers that are not unique, ranges that leave something out, and the like.
    Structure {
        /// Stable code of the rule.
        code: &'static str,
    },
    /// Changed after signing in a way the signature does not leave open: see `changes`.
    ChangedLater,
    /// The times of the stamps contradict one another.
    StampOrder,
    /// Something the purpose requires is missing.
    Required {
        /// Stable code of the requirement.
        code: &'static str,
    },
    /// The certificate is not valid, or not known to be: see `chain`.
    Certificate {
        /// What that makes of the signature.
        why: SubIndication,
    },
}

impl Reason {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ContentDiffers => "signature.content-differs",
            Self::AttachedDiffers => "signature.attached-differs",
            Self::ContentMissing { .. } => "signature.content-missing",
            Self::ValueWrong => "signature.value-wrong",
            Self::Attribute { .. } => "signature.attribute-broken",
            Self::ContentTypeDiffers => "signature.content-type-differs",
            Self::AlgorithmMismatch => "signature.algorithm-mismatch",
            Self::Unsupported { .. } => "signature.unsupported-algorithm",
            Self::WeakDigest => "signature.weak-digest",
            Self::CertificateMissing => "signature.certificate-missing",
            Self::CertificateSubstituted => "signature.certificate-substituted",
            Self::AmbiguousContent => "signature.ambiguous-content",
            Self::Structure { code } => code,
            Self::ChangedLater => "signature.changed-later",
            Self::StampOrder => "signature.stamp-order",
            Self::Required { code } => code,
            Self::Certificate { why } => match why {
                SubIndication::RevokedNoPoe => "signature.revoked-without-proof",
                SubIndication::OutOfBoundsNoPoe => "signature.expired-without-proof",
                _ => match why.indication() {
                    Indication::TotalFailed => "signature.certificate-invalid",
                    _ => "signature.certificate-unknown",
                },
            },
        }
    }

    /// What this reason alone makes of the signature.
    #[must_use]
    pub const fn sub_indication(&self) -> SubIndication {
        match self {
            Self::ContentDiffers | Self::AttachedDiffers => SubIndication::HashFailure,
            Self::ContentMissing { .. } => SubIndication::SignedDataNotFound,
            Self::ValueWrong => SubIndication::SigCryptoFailure,
            Self::Attribute { .. }
            | Self::ContentTypeDiffers
            | Self::AlgorithmMismatch
            | Self::CertificateSubstituted
            | Self::AmbiguousContent
            | Self::Structure { .. }
            | Self::ChangedLater => SubIndication::FormatFailure,
            Self::Unsupported { .. } => SubIndication::Generic,
            Self::WeakDigest => SubIndication::CryptoConstraintsFailureNoPoe,
            Self::CertificateMissing => SubIndication::NoSigningCertificateFound,
            Self::Required { .. } => SubIndication::SigConstraintsFailure,
            Self::StampOrder => SubIndication::TimestampOrderFailure,
            Self::Certificate { why } => *why,
        }
    }
}

/// What speaks against a time stamp that stands for itself.
impl From<TokenError> for Reason {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Malformed(_) | TokenError::SignerCount => Self::Structure {
                code: "signature.unreadable",
            },
            TokenError::UnsupportedContent => Self::Unsupported {
                name: id::TST_INFO.to_string(),
            },
            TokenError::ImprintDiffers => Self::ContentDiffers,
            TokenError::CertificateMissing => Self::CertificateMissing,
            TokenError::CertificateSubstituted => Self::CertificateSubstituted,
            TokenError::WeakDigest => Self::WeakDigest,
            TokenError::Signature(fault) => fault.into(),
        }
    }
}

impl From<SignerFault> for Reason {
    fn from(fault: SignerFault) -> Self {
        match fault {
            SignerFault::ContentDiffers => Self::ContentDiffers,
            SignerFault::SignatureMismatch => Self::ValueWrong,
            SignerFault::Attribute(oid) => Self::Attribute {
                name: oid.to_string(),
            },
            SignerFault::ContentType => Self::ContentTypeDiffers,
            SignerFault::AlgorithmMismatch => Self::AlgorithmMismatch,
            SignerFault::UnsupportedAlgorithm(oid) => Self::Unsupported {
                name: oid.to_string(),
            },
        }
    }
}
