//! Verification of a time stamp token.

use const_oid::ObjectIdentifier as Oid;
use thiserror::Error;
use time::{Duration, OffsetDateTime};

use crate::algorithm::DigestAlgorithm;
use crate::certificate::Certificate;
use crate::cms::{SignedData, SignerFault, SigningCertificate};
use crate::oid::cms as id;
use crate::requirements::Purpose;
use crate::tlv::Malformed;
use crate::trust::{Evidence, Trust};
use crate::validate::{Verdict, validate};

use super::TstInfo;

/// What a genuine token says.
#[derive(Clone, Debug)]
pub struct TimeStamp {
    /// The time.
    pub time: OffsetDateTime,
    /// Half-width of the interval the time lies in.
    pub accuracy: Option<Duration>,
    /// The authority's policy.
    pub policy: Oid,
    /// Serial number, big-endian without leading zeros.
    pub serial: Vec<u8>,
    /// Nonce of the request.
    pub nonce: Option<Vec<u8>>,
    /// The authority's certificate.
    pub certificate: Certificate,
    /// The authority's certificate judged at the moment asked for.
    pub chain: Verdict,
}

/// Why a token proves nothing.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum TokenError {
    /// Not a token.
    #[error("not a time stamp token: {0}")]
    Malformed(#[from] Malformed),
    /// Not exactly one signer.
    #[error("a token has exactly one signer")]
    SignerCount,
    /// The content is not a TSTInfo, or has a critical extension not handled here.
    #[error("unsupported token content")]
    UnsupportedContent,
    /// The stamp is of something else.
    #[error("the stamp is of something else")]
    ImprintDiffers,
    /// The authority's certificate is not at hand.
    #[error("the authority's certificate is missing")]
    CertificateMissing,
    /// The signed reference names another certificate, or is missing.
    #[error("the signed reference does not name the certificate")]
    CertificateSubstituted,
    /// All of it holds, but the imprint or the signature is by a digest that is no longer safe (SHA-1).
    #[error("the digest is too weak")]
    WeakDigest,
    /// The signature does not hold.
    #[error("the signature does not hold: {0}")]
    Signature(SignerFault),
}

impl TokenError {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) | Self::SignerCount | Self::UnsupportedContent => "pki.stamp-unreadable",
            Self::ImprintDiffers => "pki.stamp-of-other-data",
            Self::CertificateMissing => "pki.stamp-certificate-missing",
            Self::CertificateSubstituted => "pki.stamp-certificate-substituted",
            Self::WeakDigest => "pki.stamp-weak-digest",
            Self::Signature(_) => "pki.stamp-signature-wrong",
        }
    }
}

/// [`verify_token_by_digest`] of octets that are at hand.
pub fn verify_token(
    token: &[u8],
    octets: &[u8],
    trust: &Trust,
    evidence: &Evidence,
    at: OffsetDateTime,
) -> Result<TimeStamp, TokenError> {
    let digest_of = |algorithm: DigestAlgorithm| Some(algorithm.digest(octets));
    verify_token_by_digest(token, &digest_of, trust, evidence, at)
}

/// Verifies that `token` (a DER or BER ContentInfo) stamps the octets whose digest `digest_of` gives (`None` where
/// it cannot), and judges the authority's certificate at `at` (RFC 3161 §2.2, §2.3). The caller compares nonce and
/// policy with its request and decides what the chain's verdict means to it.
pub fn verify_token_by_digest(
    token: &[u8],
    digest_of: &dyn Fn(DigestAlgorithm) -> Option<Vec<u8>>,
    trust: &Trust,
    evidence: &Evidence,
    at: OffsetDateTime,
) -> Result<TimeStamp, TokenError> {
    let data = SignedData::parse(token)?;
    let content = data.content_octets().ok_or(TokenError::UnsupportedContent)?;
    if data.content_type != id::TST_INFO {
        return Err(TokenError::UnsupportedContent);
    }
    let info = TstInfo::from_der(&content)?;
    if info.unsupported {
        return Err(TokenError::UnsupportedContent);
    }
    let digest = info
        .imprint
        .algorithm
        .ok()
        .and_then(digest_of)
        .ok_or(TokenError::UnsupportedContent)?;
    if digest != info.imprint.digest {
        return Err(TokenError::ImprintDiffers);
    }
    let [signer] = &data.signers[..] else {
        return Err(TokenError::SignerCount);
    };
    let attributes = signer.signed.as_ref().ok_or(TokenError::CertificateSubstituted)?;
    let reference = SigningCertificate::find(attributes)
        .map_err(|_| TokenError::CertificateSubstituted)?
        .ok_or(TokenError::CertificateSubstituted)?;

    let known = data
        .certificates
        .iter()
        .chain(&evidence.certificates)
        .chain(&trust.intermediates);
    let mut named = known
        .chain(&trust.anchors)
        .filter(|one| signer.id.names(one))
        .peekable();
    if named.peek().is_none() {
        return Err(TokenError::CertificateMissing);
    }
    let certificate = named
        .find(|one| reference.names(one))
        .ok_or(TokenError::CertificateSubstituted)?;

    let algorithm: DigestAlgorithm = signer.content_digest_algorithm().map_err(TokenError::Signature)?;
    let faults = signer.faults(Some(&data.content_type), &algorithm.digest(&content), certificate);
    if let Some(fault) = faults.first() {
        return Err(TokenError::Signature(*fault));
    }
    if algorithm.is_weak() || info.imprint.algorithm.is_ok_and(DigestAlgorithm::is_weak) {
        return Err(TokenError::WeakDigest);
    }

    let mut evidence = evidence.clone();
    evidence.certificates.extend(data.certificates.iter().cloned());
    evidence.crls.extend(data.crls.iter().cloned());
    Ok(TimeStamp {
        time: info.time,
        accuracy: info.accuracy,
        policy: info.policy,
        serial: info.serial,
        nonce: info.nonce,
        certificate: certificate.clone(),
        chain: validate(certificate, trust, &evidence, at, Purpose::TimeStamping),
    })
}
