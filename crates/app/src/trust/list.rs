//! Whether a list is what its keeper signed. The keeper is known by the roots that come with the program.

use std::io::Cursor;

use kabinet_pki::trust_list::{TrustList, TrustListError, VerifiedBy};
use kabinet_pki::{Certificate, DigestAlgorithm, Evidence, Trust};
use kabinet_signature::{Policy, ReadError, Reason, SignatureReport, SubIndication, examine};
use thiserror::Error;
use time::OffsetDateTime;

/// Why a list is not believed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ListError {
    /// What it says cannot be read, or it is older than the one kept.
    #[error(transparent)]
    List(#[from] TrustListError),
    /// The file cannot be read.
    #[error("the file cannot be read")]
    Unreadable,
    /// There is not exactly one signature.
    #[error("the list is not signed")]
    Unsigned,
    /// It was changed after it was signed, or the signature is over a part of it only.
    #[error("the list is not what was signed")]
    Tampered,
    /// The signer's certificate is not valid under the roots of the keeper, or not known to be.
    #[error("the signer of the list is not trusted: {code}")]
    Untrusted {
        /// Sub-indication of EN 319 102-1.
        code: &'static str,
    },
    /// The signer's certificate is valid, but not the keeper's.
    #[error("the list is signed by another than its keeper")]
    Foreign,
}

impl ListError {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::List(error) => error.code(),
            Self::Unreadable => "pki.trust-list-unreadable",
            Self::Unsigned => "app.trust-list-unsigned",
            Self::Tampered => "app.trust-list-tampered",
            Self::Untrusted { .. } => "app.trust-list-untrusted",
            Self::Foreign => "app.trust-list-foreign",
        }
    }
}

/// How the signer's certificate is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// As any signature, now: a list out of the network.
    Fresh,
    /// A file somebody already judged when it was taken in: its signer's certificate may have expired since, and whether
    /// it was revoked need not be known.
    Kept,
}

/// Reads a list that the keeper of `roots` signed.
pub(crate) fn read(
    xml: &[u8],
    roots: &[Certificate],
    evidence: &Evidence,
    strictness: Strictness,
    now: OffsetDateTime,
) -> Result<TrustList, ListError> {
    if xml.len() > TrustList::MAX_OCTETS {
        return Err(TrustListError::TooLarge.into());
    }
    let examined = examine(&mut Cursor::new(xml), None).map_err(|error| match error {
        ReadError::NoSigners => ListError::Unsigned,
        _ => TrustListError::Xml.into(),
    })?;
    let (anchors, intermediates) = roots.iter().cloned().partition(Certificate::is_self_issued);
    let trust = Trust {
        anchors,
        intermediates,
    };
    let judge = |at| {
        let policy = Policy {
            trust: &trust,
            evidence,
            at,
        };
        let mut report = examined.judge(&policy).map_err(|_| ListError::Unsigned)?;
        match (report.signatures.pop(), report.signatures.is_empty()) {
            (Some(only), true) => Ok(only),
            _ => Err(ListError::Unsigned),
        }
    };
    let mut signature = judge(now)?;
    if strictness == Strictness::Kept
        && let Some(signer) = &signature.certificate
        && signer.not_after() < now
    {
        signature = judge(signer.not_after())?;
    }
    let signer = signed_by(&signature, strictness)?;
    require_keeper(&signature, &signer, roots)?;
    let verified = VerifiedBy {
        document: DigestAlgorithm::Sha256
            .digest(xml)
            .try_into()
            .map_err(|_| TrustListError::OtherDocument)?,
        signer,
    };
    let list = TrustList::from_verified(xml, &verified)?;
    if list.issued < list.signer.not_before() || list.issued > list.signer.not_after() {
        return Err(ListError::Untrusted {
            code: SubIndication::OutOfBoundsNoPoe.code(),
        });
    }
    Ok(list)
}

/// The certificate by whose key the whole document is signed.
fn signed_by(signature: &SignatureReport, strictness: Strictness) -> Result<Certificate, ListError> {
    // `/` is the document itself.
    let whole = |part: &kabinet_signature::SignedPart| part.whole && part.intact && part.name == "/";
    if !signature.digest_ok || !signature.signature_ok || !signature.parts.iter().any(whole) {
        return Err(ListError::Tampered);
    }
    let held = |reason: &&Reason| {
        strictness == Strictness::Kept
            && matches!(
                reason,
                Reason::Certificate {
                    why: SubIndication::TryLater
                }
            )
    };
    if let Some(reason) = signature.reasons.iter().find(|reason| !held(reason)) {
        return Err(ListError::Untrusted {
            code: reason.sub_indication().code(),
        });
    }
    signature.certificate.clone().ok_or(ListError::Unsigned)
}

/// The root of the state vouches for every accredited authority, and so for everybody: whoever signs the list must be of the
/// organisation whose root it is, and so must every authority between. A certificate given as trusted itself will do too.
fn require_keeper(
    signature: &SignatureReport,
    signer: &Certificate,
    roots: &[Certificate],
) -> Result<(), ListError> {
    if roots.contains(signer) {
        return Ok(());
    }
    let chain = signature.chain.iter().flat_map(|verdict| &verdict.chain);
    let mut organisations = chain.map(|one| one.subject().ogrn);
    let same = match organisations.next().flatten() {
        Some(first) => organisations.all(|other| other.as_ref() == Some(&first)),
        None => false,
    };
    if same { Ok(()) } else { Err(ListError::Foreign) }
}
