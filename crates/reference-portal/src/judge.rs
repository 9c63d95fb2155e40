//! Judges detached signatures the way the portal's signature service does: content, key, chain, revocation, dates.

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use kabinet_pki::cms::{SignedData, SignerFault, SignerInfo, SigningCertificate};
use kabinet_pki::oid::cms::SIGNING_TIME;
use kabinet_pki::{
    Certificate, Crl, Evidence, Problem, ProblemKind, Purpose, Status, Trust, UnknownRevocation, Verdict,
    instant, pem_blocks, validate,
};
use time::OffsetDateTime;

/// Why a signature is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rejection {
    /// Not a CMS SignedData.
    Unreadable,
    /// Nobody signed.
    NoSigner,
    /// The signer's certificate is not inside.
    CertificateMissing,
    /// The content is not what was signed.
    ContentDiffers,
    /// Made by another key, or damaged.
    Mismatch,
    /// Lacks what CAdES-BES asks for.
    NotCades,
    /// The certificate's time is over.
    Expired,
    /// The certificate's time has not come.
    NotYetValid,
    /// The certificate was revoked.
    Revoked,
    /// The certificate does not lead to a trusted authority, or is not for signing.
    Untrusted,
    /// Whether it is revoked cannot be told now.
    RevocationUnknown,
}

impl Rejection {
    /// The portal's own words.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Unreadable => "Электронная подпись не является сообщением CMS SignedData",
            Self::NoSigner => "В файле подписи нет ни одной подписи",
            Self::CertificateMissing => "В подписи нет сертификата подписанта",
            Self::ContentDiffers => "Содержание изменено после подписания",
            Self::Mismatch => "Электронная подпись не соответствует ключу сертификата",
            Self::NotCades => "Электронная подпись не соответствует формату CAdES-BES",
            Self::Expired => "Срок действия сертификата истёк",
            Self::NotYetValid => "Срок действия сертификата ещё не начался",
            Self::Revoked => "Сертификат отозван",
            Self::Untrusted => {
                "Сертификат выдан не доверенным удостоверяющим центром или не предназначен для подписи"
            }
            Self::RevocationUnknown => "Не удалось проверить, не отозван ли сертификат",
        }
    }
}

/// Who signed, and when as the signature says.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    pub(crate) certificate: Certificate,
    /// signingTime (RFC 5652, 11.3): claimed, not proven.
    pub(crate) claimed: Option<OffsetDateTime>,
}

/// Judges by one trusted root.
pub(crate) struct Judge {
    trust: Trust,
}

impl Judge {
    pub(crate) fn new(root: Certificate, authority: Certificate) -> Self {
        Self {
            trust: Trust {
                anchors: vec![root],
                intermediates: vec![authority],
            },
        }
    }

    /// Certificates of all signers of a detached signature over `content`; the first fault refuses it whole.
    ///
    /// `signature` is DER, PEM, Base64 or url-safe Base64.
    pub(crate) fn signers(
        &self,
        signature: &[u8],
        content: &[u8],
        crls: Vec<Crl>,
        at: OffsetDateTime,
    ) -> Result<Vec<Certificate>, Rejection> {
        let signed = self.signed(signature, content, crls, at)?;
        Ok(signed.into_iter().map(|one| one.certificate).collect())
    }

    /// As [`Self::signers`], with the times the signatures claim.
    pub(crate) fn signed(
        &self,
        signature: &[u8],
        content: &[u8],
        crls: Vec<Crl>,
        at: OffsetDateTime,
    ) -> Result<Vec<Signed>, Rejection> {
        let der = decode(signature).ok_or(Rejection::Unreadable)?;
        let signed = SignedData::parse(&der).map_err(|_| Rejection::Unreadable)?;
        if signed.signers.is_empty() {
            return Err(Rejection::NoSigner);
        }
        if signed.content_octets().is_some_and(|inside| inside != content) {
            return Err(Rejection::ContentDiffers);
        }
        let evidence = Evidence {
            crls,
            certificates: signed.certificates.clone(),
            ..Evidence::default()
        };
        signed
            .signers
            .iter()
            .map(|signer| self.signer(&signed, signer, content, &evidence, at))
            .collect()
    }

    fn signer(
        &self,
        signed: &SignedData<'_>,
        signer: &SignerInfo<'_>,
        content: &[u8],
        evidence: &Evidence,
        at: OffsetDateTime,
    ) -> Result<Signed, Rejection> {
        let certificate = signed
            .certificates
            .iter()
            .find(|c| signer.id.names(c))
            .ok_or(Rejection::CertificateMissing)?;
        let digest = signer
            .content_digest_algorithm()
            .map_err(rejection_of)?
            .digest(content);
        if let Some(fault) = signer
            .faults(Some(&signed.content_type), &digest, certificate)
            .into_iter()
            .next()
        {
            return Err(rejection_of(fault));
        }
        let attributes = signer.signed.as_ref().ok_or(Rejection::NotCades)?;
        match SigningCertificate::find(attributes) {
            Ok(Some(named)) if named.names(certificate) => {}
            _ => return Err(Rejection::NotCades),
        }
        let claimed = match attributes.single(&SIGNING_TIME) {
            Ok(None) => None,
            Ok(Some(value)) => Some(instant::read(value).map_err(|_| Rejection::NotCades)?),
            Err(_) => return Err(Rejection::NotCades),
        };
        let verdict = validate(certificate, &self.trust, evidence, at, Purpose::Signature);
        match refusal(&verdict) {
            Some(why) => Err(why),
            None => Ok(Signed {
                certificate: certificate.clone(),
                claimed,
            }),
        }
    }
}

/// The gravest reason to refuse a certificate.
fn refusal(verdict: &Verdict) -> Option<Rejection> {
    if verdict.status == Status::Valid {
        return None;
    }
    let has = |wanted: fn(&ProblemKind) -> bool| verdict.problems.iter().any(|p: &Problem| wanted(&p.kind));
    Some(if has(|k| matches!(k, ProblemKind::Revoked { .. })) {
        Rejection::Revoked
    } else if has(|k| {
        matches!(
            k,
            ProblemKind::IssuerNotFound | ProblemKind::UntrustedRoot | ProblemKind::BadSignature
        )
    }) {
        Rejection::Untrusted
    } else if has(|k| matches!(k, ProblemKind::Expired { .. })) {
        Rejection::Expired
    } else if has(|k| matches!(k, ProblemKind::NotYetValid { .. })) {
        Rejection::NotYetValid
    } else if has(|k| {
        matches!(
            k,
            ProblemKind::RevocationUnknown(UnknownRevocation::Stale { .. } | UnknownRevocation::NoEvidence)
        )
    }) {
        Rejection::RevocationUnknown
    } else {
        Rejection::Untrusted
    })
}

fn rejection_of(fault: SignerFault) -> Rejection {
    match fault {
        SignerFault::ContentDiffers => Rejection::ContentDiffers,
        SignerFault::SignatureMismatch => Rejection::Mismatch,
        SignerFault::Attribute(_)
        | SignerFault::ContentType
        | SignerFault::AlgorithmMismatch
        | SignerFault::UnsupportedAlgorithm(_) => Rejection::NotCades,
    }
}

fn decode(signature: &[u8]) -> Option<Vec<u8>> {
    const SEQUENCE: u8 = 0x30;
    // DER and BER begin with a tag and a length; Base64 of them with the letter M.
    if signature.first() == Some(&SEQUENCE) {
        return Some(signature.to_vec());
    }
    let text = std::str::from_utf8(signature).ok()?;
    if text.contains("-----BEGIN") {
        return ["CMS", "PKCS7"]
            .iter()
            .find_map(|label| pem_blocks(text, label).next());
    }
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let unpadded = compact.trim_end_matches('=');
    Base64UrlUnpadded::decode_vec(unpadded)
        .ok()
        .or_else(|| Base64::decode_vec(&compact).ok())
}
