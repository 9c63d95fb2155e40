//! OCSP (RFC 6960): requests, responses, and builders for a responder.

mod answer;

pub use answer::{OcspAnswer, refusal};

use const_oid::ObjectIdentifier as Oid;
use thiserror::Error;
use time::OffsetDateTime;

use crate::algorithm::{DigestAlgorithm, SignatureAlgorithm};
use crate::certificate::Certificate;
use crate::extension::read_extensions;
use crate::instant;
use crate::name::DistinguishedName;
use crate::oid::extension as id;
use crate::problem::RevocationReason;
use crate::tlv::{Malformed, Tlv, tag, write};

/// Media type of requests.
pub const REQUEST_TYPE: &str = "application/ocsp-request";
/// Media type of responses.
pub const RESPONSE_TYPE: &str = "application/ocsp-response";

/// CertID ::= SEQUENCE { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber } (§4.1.1)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertId {
    /// Digest of both hashes; `Err` carries an unknown identifier.
    pub digest: Result<DigestAlgorithm, Oid>,
    /// Digest of the issuer's name.
    pub issuer_name_hash: Vec<u8>,
    /// Digest of the issuer's key octets.
    pub issuer_key_hash: Vec<u8>,
    /// Serial number as the content of an INTEGER, sign included.
    pub serial: Vec<u8>,
    /// As received; a responder repeats it.
    pub der: Vec<u8>,
}

impl CertId {
    /// Names `certificate` of `issuer`.
    #[must_use]
    pub fn new(digest: DigestAlgorithm, certificate: &Certificate, issuer: &Certificate) -> Self {
        let issuer_name_hash = digest.digest(certificate.issuer_name().der());
        let issuer_key_hash = digest.digest(issuer.key_octets());
        let serial = certificate.serial_content().to_vec();
        let der = write::sequence(&[
            digest.identifier(),
            write::octet_string(&issuer_name_hash),
            write::octet_string(&issuer_key_hash),
            write::value(tag::INTEGER, &serial),
        ]);
        Self {
            digest: Ok(digest),
            issuer_name_hash,
            issuer_key_hash,
            serial,
            der,
        }
    }

    /// Whether this names `certificate` of `issuer`.
    #[must_use]
    pub fn names(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        let Ok(digest) = self.digest else { return false };
        self.serial == certificate.serial_content()
            && self.issuer_key_hash == digest.digest(issuer.key_octets())
            && [certificate.issuer_name(), issuer.subject_name()]
                .iter()
                .any(|name| self.issuer_name_hash == digest.digest(name.der()))
    }

    fn read(value: Tlv<'_>) -> Result<Self, Malformed> {
        let mut reader = value.require(tag::SEQUENCE)?.reader();
        let digest = DigestAlgorithm::from_identifier(reader.any()?)?;
        let issuer_name_hash = reader.any()?.octet_string()?.to_vec();
        let issuer_key_hash = reader.any()?.octet_string()?.to_vec();
        let serial = reader.any()?.integer_content()?.to_vec();
        reader.finish()?;
        Ok(Self {
            digest,
            issuer_name_hash,
            issuer_key_hash,
            serial,
            der: value.whole.to_vec(),
        })
    }
}

/// An unsigned request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OcspRequest {
    /// Certificates asked about.
    pub certificates: Vec<CertId>,
    /// Random octets the response should repeat; 1 to 32 (RFC 8954).
    pub nonce: Option<Vec<u8>>,
}

impl OcspRequest {
    /// OCSPRequest ::= SEQUENCE { tbsRequest SEQUENCE { requestList, requestExtensions \[2\] } } (§4.1.1)
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        let list: Vec<_> = self
            .certificates
            .iter()
            .map(|id| write::sequence(&[&id.der]))
            .collect();
        let mut tbs = vec![write::sequence(&list)];
        if let Some(nonce) = &self.nonce {
            tbs.push(write::context_constructed(
                2,
                &write::sequence(&[nonce_extension(nonce)]),
            ));
        }
        write::sequence(&[write::sequence(&tbs)])
    }

    /// Reads a request; a signature over it is ignored, as §2.1 lets a responder do.
    pub fn from_der(der: &[u8]) -> Result<Self, Malformed> {
        let tbs = Tlv::from_der(der)?
            .require(tag::SEQUENCE)?
            .reader()
            .expect(tag::SEQUENCE)?;
        let mut reader = tbs.reader();
        reader.optional(tag::context_constructed(0))?;
        reader.optional(tag::context_constructed(1))?;
        let certificates = reader
            .expect(tag::SEQUENCE)?
            .reader()
            .map(|request| CertId::read(request?.require(tag::SEQUENCE)?.reader().any()?))
            .collect::<Result<_, _>>()?;
        let nonce = read_nonce(reader.optional(tag::context_constructed(2))?)?;
        Ok(Self { certificates, nonce })
    }
}

/// CertStatus (§4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertStatus {
    /// Not revoked.
    Good,
    /// Revoked.
    Revoked {
        /// Since when.
        at: OffsetDateTime,
        /// Why.
        reason: RevocationReason,
    },
    /// The responder does not know the certificate.
    Unknown,
}

/// SingleResponse (§4.2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SingleResponse {
    /// Which certificate.
    pub cert_id: CertId,
    /// The answer.
    pub status: CertStatus,
    /// When it was known to be right.
    pub this_update: OffsetDateTime,
    /// When newer information will be there.
    pub next_update: Option<OffsetDateTime>,
    /// Certificates that expired at or after this moment are still answered for (§4.4.4).
    pub archive_cutoff: Option<OffsetDateTime>,
    /// The answer carries a critical extension not handled here.
    pub unsupported: bool,
}

/// ResponderID (§4.2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponderId {
    /// By the subject of its certificate.
    Name(DistinguishedName),
    /// By SHA-1 of its key octets.
    KeyHash(Vec<u8>),
}

impl ResponderId {
    /// ResponderID ::= CHOICE { byName \[1\] Name, byKey \[2\] OCTET STRING } (§4.2.1)
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        match self {
            Self::Name(name) => write::context_constructed(1, name.der()),
            Self::KeyHash(hash) => write::context_constructed(2, &write::octet_string(hash)),
        }
    }

    fn names(&self, certificate: &Certificate) -> bool {
        match self {
            Self::Name(name) => name == certificate.subject_name(),
            Self::KeyHash(hash) => *hash == DigestAlgorithm::Sha1.digest(certificate.key_octets()),
        }
    }
}

/// Why a response is no answer.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum OcspError {
    /// Not an OCSP response.
    #[error("not an OCSP response: {0}")]
    Malformed(#[from] Malformed),
    /// The responder refused: OCSPResponseStatus (§4.2.1) other than successful.
    #[error("the responder answered with status {0}")]
    Refused(u8),
    /// A response type other than id-pkix-ocsp-basic.
    #[error("unsupported response type")]
    UnsupportedType,
}

/// A basic response, read but not yet believed: [`crate::validate`] judges it.
#[derive(Clone, Debug)]
pub struct OcspResponse {
    /// Who signed.
    pub responder: ResponderId,
    /// When it was signed.
    pub produced_at: OffsetDateTime,
    /// The answers.
    pub responses: Vec<SingleResponse>,
    /// Nonce, if repeated.
    pub nonce: Option<Vec<u8>>,
    /// Certificates sent along.
    pub certificates: Vec<Certificate>,
    /// OCSPResponse as received.
    pub der: Vec<u8>,
    tbs: Vec<u8>,
    signature_algorithm: Result<SignatureAlgorithm, Oid>,
    signature: Vec<u8>,
    unsupported: bool,
}

impl OcspResponse {
    /// OCSPResponse ::= SEQUENCE { responseStatus ENUMERATED, responseBytes \[0\] SEQUENCE { type, OCTET STRING } }
    pub fn from_der(der: &[u8]) -> Result<Self, OcspError> {
        let mut outer = Tlv::from_der(der)?.require(tag::SEQUENCE)?.reader();
        let status = outer.any()?.enumerated()?;
        if status != 0 {
            return Err(OcspError::Refused(status));
        }
        let bytes = outer.expect(tag::context_constructed(0))?;
        let mut bytes = bytes.reader().expect(tag::SEQUENCE)?.reader();
        if bytes.any()?.oid()? != id::OCSP_BASIC {
            return Err(OcspError::UnsupportedType);
        }
        Ok(Self::read_basic(
            der,
            Tlv::from_der(bytes.any()?.octet_string()?)?,
        )?)
    }

    /// The BasicOCSPResponse inside, as long-term signatures keep it (RFC 5126 §6.3.4).
    #[must_use]
    pub fn basic_der(&self) -> &[u8] {
        let find = || {
            let mut outer = Tlv::from_der(&self.der)?.reader();
            outer.any()?;
            let mut bytes = outer.any()?.reader().any()?.reader();
            bytes.any()?;
            bytes.any()?.octet_string()
        };
        // It was read out of the same octets before.
        find().unwrap_or_default()
    }

    /// BasicOCSPResponse ::= SEQUENCE { tbsResponseData, signatureAlgorithm, signature, certs \[0\] OPTIONAL }
    fn read_basic(der: &[u8], basic: Tlv<'_>) -> Result<Self, Malformed> {
        let mut reader = basic.require(tag::SEQUENCE)?.reader();
        let tbs = reader.expect(tag::SEQUENCE)?;
        let signature_algorithm = SignatureAlgorithm::from_identifier(reader.any()?)?;
        let signature = reader.any()?.signature_octets()?.to_vec();
        let certificates = match reader.optional(tag::context_constructed(0))? {
            Some(list) => list
                .reader()
                .expect(tag::SEQUENCE)?
                .reader()
                .collect::<Result<Vec<_>, _>>()?,
            None => Vec::new(),
        };
        reader.finish()?;

        let mut data = tbs.reader();
        data.optional(tag::context_constructed(0))?;
        let responder = read_responder(data.any()?)?;
        let produced_at = instant::read(data.any()?)?;
        let responses = data
            .expect(tag::SEQUENCE)?
            .reader()
            .map(|one| read_single(one?))
            .collect::<Result<_, _>>()?;
        let extensions = data.optional(tag::context_constructed(1))?;
        data.finish()?;

        Ok(Self {
            responder,
            produced_at,
            responses,
            nonce: read_nonce(extensions)?,
            unsupported: has_critical(extensions)?,
            certificates: certificates
                .iter()
                .filter_map(|one| Certificate::from_der(one.whole).ok())
                .collect(),
            der: der.to_vec(),
            tbs: tbs.whole.to_vec(),
            signature_algorithm,
            signature,
        })
    }

    /// The answer about `certificate` of `issuer`.
    #[must_use]
    pub fn about(&self, certificate: &Certificate, issuer: &Certificate) -> Option<&SingleResponse> {
        self.responses
            .iter()
            .find(|one| one.cert_id.names(certificate, issuer))
    }

    /// Whether the response has a critical extension not handled here.
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        self.unsupported
    }

    /// Whether the signature is by an algorithm that is no longer safe.
    #[must_use]
    pub fn has_weak_signature(&self) -> bool {
        self.signature_algorithm.is_ok_and(SignatureAlgorithm::is_weak)
    }

    /// The certificate that signed: `issuer` itself, or one of the sent or `known` ones that the responder's
    /// identifier names and whose key made the signature. Whether it *may* sign is judged elsewhere.
    #[must_use]
    pub fn signer<'a>(
        &'a self,
        issuer: &'a Certificate,
        known: &'a [Certificate],
    ) -> Option<&'a Certificate> {
        let algorithm = self.signature_algorithm.ok()?;
        std::iter::once(issuer)
            .chain(&self.certificates)
            .chain(known)
            .filter(|candidate| self.responder.names(candidate))
            .find(|candidate| {
                candidate
                    .public_key()
                    .verify(algorithm, &self.tbs, &self.signature)
                    .is_ok()
            })
    }
}

fn read_responder(value: Tlv<'_>) -> Result<ResponderId, Malformed> {
    const BY_NAME: u8 = tag::context_constructed(1);
    const BY_KEY: u8 = tag::context_constructed(2);
    match value.tag {
        BY_NAME => Ok(ResponderId::Name(DistinguishedName::read(Tlv::from_der(
            value.value,
        )?)?)),
        BY_KEY => Ok(ResponderId::KeyHash(
            Tlv::from_der(value.value)?.octet_string()?.to_vec(),
        )),
        found => Err(Malformed::Tag {
            expected: BY_NAME,
            found,
        }),
    }
}

fn read_single(value: Tlv<'_>) -> Result<SingleResponse, Malformed> {
    let mut reader = value.require(tag::SEQUENCE)?.reader();
    let cert_id = CertId::read(reader.any()?)?;
    let status = read_status(reader.any()?)?;
    let this_update = instant::read(reader.any()?)?;
    let next_update = match reader.optional(tag::context_constructed(0))? {
        Some(explicit) => Some(instant::read(Tlv::from_der(explicit.value)?)?),
        None => None,
    };
    let extensions = reader.optional(tag::context_constructed(1))?;
    reader.finish()?;
    Ok(SingleResponse {
        cert_id,
        status,
        this_update,
        next_update,
        archive_cutoff: read_archive_cutoff(extensions)?,
        unsupported: has_critical(extensions)?,
    })
}

/// CertStatus ::= CHOICE { good \[0\] NULL, revoked \[1\] SEQUENCE { time, reason \[0\] }, unknown \[2\] NULL }
fn read_status(value: Tlv<'_>) -> Result<CertStatus, Malformed> {
    const GOOD: u8 = tag::context(0);
    const REVOKED: u8 = tag::context_constructed(1);
    const UNKNOWN: u8 = tag::context(2);
    match value.tag {
        GOOD => Ok(CertStatus::Good),
        REVOKED => {
            let mut reader = value.reader();
            let at = instant::read(reader.any()?)?;
            let reason = match reader.optional(tag::context_constructed(0))? {
                Some(explicit) => RevocationReason::from_number(Tlv::from_der(explicit.value)?.enumerated()?),
                None => RevocationReason::Unspecified,
            };
            reader.finish()?;
            Ok(CertStatus::Revoked { at, reason })
        }
        UNKNOWN => Ok(CertStatus::Unknown),
        found => Err(Malformed::Tag {
            expected: GOOD,
            found,
        }),
    }
}

fn has_critical(explicit: Option<Tlv<'_>>) -> Result<bool, Malformed> {
    let Some(explicit) = explicit else {
        return Ok(false);
    };
    let extensions = read_extensions(Tlv::from_der(explicit.value)?)?;
    Ok(extensions.iter().any(|extension| {
        extension.critical && extension.oid != id::OCSP_NONCE && extension.oid != id::OCSP_ARCHIVE_CUTOFF
    }))
}

fn read_archive_cutoff(explicit: Option<Tlv<'_>>) -> Result<Option<OffsetDateTime>, Malformed> {
    let Some(explicit) = explicit else { return Ok(None) };
    let extensions = read_extensions(Tlv::from_der(explicit.value)?)?;
    let cutoff = extensions.iter().find(|one| one.oid == id::OCSP_ARCHIVE_CUTOFF);
    cutoff
        .map(|cutoff| instant::read(Tlv::from_der(&cutoff.value)?))
        .transpose()
}

fn read_nonce(explicit: Option<Tlv<'_>>) -> Result<Option<Vec<u8>>, Malformed> {
    let Some(explicit) = explicit else { return Ok(None) };
    let extensions = read_extensions(Tlv::from_der(explicit.value)?)?;
    let nonce = extensions
        .into_iter()
        .find(|extension| extension.oid == id::OCSP_NONCE);
    // Old writers leave out the inner OCTET STRING.
    Ok(nonce.map(
        |nonce| match Tlv::from_der(&nonce.value).and_then(Tlv::octet_string) {
            Ok(inner) => inner.to_vec(),
            Err(_) => nonce.value,
        },
    ))
}

fn nonce_extension(nonce: &[u8]) -> Vec<u8> {
    let value = write::octet_string(&write::octet_string(nonce));
    write::sequence(&[write::oid(&id::OCSP_NONCE), value])
}
