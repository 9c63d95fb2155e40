//! Judges signature files: every signer by itself, the content read once.

use std::io::{self, Read};

use kabinet_pki::cms::{SignedData, SignerFault, SignerInfo, SigningCertificate};
use kabinet_pki::oid::cms as id;
use kabinet_pki::tlv::Malformed;
use kabinet_pki::tsp::{TimeStamp, TokenError, verify_token};
use kabinet_pki::{Certificate, DigestAlgorithm, Evidence, Purpose, Status, Trust, instant, validate};
use thiserror::Error;
use time::OffsetDateTime;

use crate::armor;
use crate::content::Measured;
use crate::report::{Profile, Reason, Report, SignerReport};

/// By what a signature is judged.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    /// Trusted certificates.
    pub trust: &'a Trust,
    /// Revocation material and further certificates; what the file carries is added.
    pub evidence: &'a Evidence,
    /// The moment certificates without a trusted time stamp are judged at.
    pub at: OffsetDateTime,
}

/// Why there is no report.
#[derive(Debug, Error)]
pub enum ReadError {
    /// Neither DER, BER, PEM nor Base64.
    #[error("not a signature file")]
    NotASignature,
    /// Not a CMS SignedData.
    #[error("not a CMS SignedData: {0}")]
    Malformed(#[from] Malformed),
    /// Nobody has signed: a «certs only» file.
    #[error("nobody has signed")]
    NoSigners,
    /// The signature is detached and no content was given.
    #[error("the signed content is needed")]
    ContentRequired,
    /// The content cannot be read.
    #[error("the content cannot be read")]
    Content(#[from] io::Error),
}

impl ReadError {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotASignature | Self::Malformed(_) => "signature.unreadable",
            Self::NoSigners => "signature.no-signers",
            Self::ContentRequired => "signature.content-required",
            Self::Content(_) => "signature.content-unreadable",
        }
    }
}

/// The content inside a signature file; `None` if it is detached.
pub fn attached_content(signature: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
    let opened = armor::open(signature).ok_or(ReadError::NotASignature)?;
    Ok(SignedData::parse(&opened)?.content_octets())
}

/// The signers' certificates that a signature file carries: what to gather evidence for before judging it.
pub fn certificates(signature: &[u8]) -> Result<Vec<Certificate>, ReadError> {
    let opened = armor::open(signature).ok_or(ReadError::NotASignature)?;
    let data = SignedData::parse(&opened)?;
    let signs = |certificate: &&Certificate| data.signers.iter().any(|signer| signer.id.names(certificate));
    Ok(data.certificates.iter().filter(signs).cloned().collect())
}

/// Judges a signature file: DER, BER, PEM, Base64 or url-safe Base64.
///
/// `content` is read to its end in constant memory. It is required for a detached signature; beside an attached
/// one it must be the same content.
pub fn verify(
    signature: &[u8],
    content: Option<&mut dyn Read>,
    policy: &Policy<'_>,
) -> Result<Report, ReadError> {
    let opened = armor::open(signature).ok_or(ReadError::NotASignature)?;
    let data = SignedData::parse(&opened)?;
    if data.signers.is_empty() {
        return Err(ReadError::NoSigners);
    }
    let mut algorithms: Vec<DigestAlgorithm> = data
        .signers
        .iter()
        .filter_map(|signer| signer.content_digest_algorithm().ok())
        .collect();
    algorithms.sort();
    algorithms.dedup();
    let attached = data
        .content
        .as_ref()
        .map(|chunks| Measured::of_chunks(&algorithms, chunks.iter().copied()));
    let beside = content
        .map(|content| Measured::of_reader(&algorithms, content))
        .transpose()?;
    let attached_differs = match (&attached, &beside) {
        (Some(inside), Some(beside)) => algorithms
            .iter()
            .any(|&one| inside.digest(one) != beside.digest(one)),
        _ => false,
    };

    let mut evidence = policy.evidence.clone();
    evidence.certificates.extend(data.certificates.iter().cloned());
    evidence.crls.extend(data.crls.iter().cloned());
    let examination = Examination {
        data: &data,
        content: beside
            .as_ref()
            .or(attached.as_ref())
            .ok_or(ReadError::ContentRequired)?,
        attached_differs,
        trust: policy.trust,
        evidence,
        at: policy.at,
    };
    let signers: Vec<SignerReport> = data
        .signers
        .iter()
        .map(|signer| examination.judge(signer))
        .collect();
    let verdict = signers
        .iter()
        .map(|signer| signer.verdict)
        .fold(Status::Valid, Status::and);
    Ok(Report {
        signers,
        attached: attached.is_some(),
        verdict,
    })
}

struct Examination<'a> {
    data: &'a SignedData<'a>,
    content: &'a Measured,
    attached_differs: bool,
    trust: &'a Trust,
    evidence: Evidence,
    at: OffsetDateTime,
}

impl Examination<'_> {
    fn judge(&self, signer: &SignerInfo<'_>) -> SignerReport {
        let mut reasons = Vec::new();
        if self.attached_differs {
            reasons.push(Reason::AttachedDiffers);
        }
        let reference = self.reference(signer, &mut reasons);
        let certificate = self.certificate(signer, reference.as_ref(), &mut reasons);
        let digest_algorithm = signer.content_digest_algorithm();
        if digest_algorithm.is_ok_and(DigestAlgorithm::is_weak) {
            reasons.push(Reason::WeakDigest);
        }
        let faults = match (&certificate, digest_algorithm) {
            (_, Err(fault)) => vec![fault],
            (None, Ok(_)) => Vec::new(),
            (Some(certificate), Ok(algorithm)) => {
                let digest = self.content.digest(algorithm).unwrap_or_default();
                signer.faults(&self.data.content_type, digest, certificate)
            }
        };
        let checked = certificate.is_some() && digest_algorithm.is_ok();
        let value_wrong = faults.iter().any(|fault| {
            matches!(
                fault,
                SignerFault::SignatureMismatch
                    | SignerFault::AlgorithmMismatch
                    | SignerFault::UnsupportedAlgorithm(_)
            )
        });
        let signature_ok = checked && !value_wrong;
        let digest_ok = match &signer.signed {
            None => signature_ok, // the value itself covers the content
            Some(_) => {
                let differs = [
                    SignerFault::ContentDiffers,
                    SignerFault::Attribute(id::MESSAGE_DIGEST),
                ];
                checked && !faults.iter().any(|fault| differs.contains(fault))
            }
        };
        reasons.extend(faults.into_iter().map(Reason::from));

        let stamps = self.stamps(signer);
        let trusted = stamps.iter().flatten().filter(|stamp| stamp.chain.is_valid());
        let stamped_at = trusted.map(|stamp| stamp.time).min();
        let judged_at = stamped_at.unwrap_or(self.at);
        let chain = certificate.as_ref().map(|certificate| {
            validate(
                certificate,
                self.trust,
                &self.evidence,
                judged_at,
                Purpose::Signature,
            )
        });
        if let Some(chain) = chain.as_ref().filter(|chain| !chain.is_valid()) {
            reasons.push(Reason::Certificate { status: chain.status });
        }
        SignerReport {
            signing_time: claimed_time(signer),
            profile: match (&signer.signed, &reference, stamped_at) {
                (None, ..) => Profile::CmsBare,
                (Some(_), None, _) => Profile::Cms,
                (Some(_), Some(_), None) => Profile::CadesBes,
                (Some(_), Some(_), Some(_)) => Profile::CadesT,
            },
            certificate,
            digest_algorithm: digest_algorithm.ok(),
            digest_ok,
            signature_ok,
            stamps,
            judged_at,
            chain,
            verdict: reasons
                .iter()
                .map(Reason::effect)
                .fold(Status::Valid, Status::and),
            reasons,
        }
    }

    fn reference(&self, signer: &SignerInfo<'_>, reasons: &mut Vec<Reason>) -> Option<SigningCertificate> {
        let Some(attributes) = &signer.signed else {
            reasons.push(Reason::NoSignedAttributes);
            if self.content.looks_like_attributes() {
                reasons.push(Reason::AmbiguousContent);
            }
            return None;
        };
        match SigningCertificate::find(attributes) {
            Ok(Some(reference)) => return Some(reference),
            Ok(None) => reasons.push(Reason::CertificateReferenceMissing),
            Err(_) => reasons.push(Reason::Attribute {
                oid: id::SIGNING_CERTIFICATE_V2,
            }),
        }
        None
    }

    /// The certificate the signer's identifier and signed reference name. Several may share issuer and serial
    /// number or a key identifier; only the signed reference tells them apart.
    fn certificate(
        &self,
        signer: &SignerInfo<'_>,
        reference: Option<&SigningCertificate>,
        reasons: &mut Vec<Reason>,
    ) -> Option<Certificate> {
        let known = self
            .evidence
            .certificates
            .iter()
            .chain(&self.trust.intermediates)
            .chain(&self.trust.anchors);
        let named: Vec<&Certificate> = known.filter(|one| signer.id.names(one)).collect();
        let Some(first) = named.first() else {
            reasons.push(Reason::CertificateMissing);
            return None;
        };
        let Some(reference) = reference else {
            return Some((*first).clone());
        };
        let referenced = named.iter().find(|one| reference.names(one));
        if referenced.is_none() {
            reasons.push(match reference.digest {
                Some(_) => Reason::CertificateSubstituted,
                None => Reason::UnsupportedAlgorithm {
                    oid: id::SIGNING_CERTIFICATE_V2,
                },
            });
        }
        Some((*referenced.unwrap_or(first)).clone())
    }

    fn stamps(&self, signer: &SignerInfo<'_>) -> Vec<Result<TimeStamp, TokenError>> {
        signer
            .unsigned
            .iter()
            .filter(|attribute| attribute.oid == id::SIGNATURE_TIME_STAMP)
            .flat_map(|attribute| &attribute.values)
            .map(|token| verify_token(token, &signer.signature, self.trust, &self.evidence, self.at))
            .collect()
    }
}

fn claimed_time(signer: &SignerInfo<'_>) -> Option<OffsetDateTime> {
    let value = signer.signed.as_ref()?.single(&id::SIGNING_TIME).ok()??;
    instant::read(value).ok()
}
