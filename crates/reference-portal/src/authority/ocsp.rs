//! The OCSP responder (RFC 6960): reads requests, answers good, revoked or unknown, signed with its own GOST key.

use der::asn1::{Any, ObjectIdentifier, OctetString, Uint};
use der::{Decode as _, Encode as _, Sequence};
use kabinet_gost::{PublicKey, Streebog256, Streebog512};
use sha2::Digest as _;
use time::{Duration, OffsetDateTime};
use x509_cert::ext::Extensions;
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::crl::RevocationReason;
use super::oids;
use super::signatory::{AuthorityError, Signatory};
use crate::asn1::{self, Der};

/// What the authority knows of a certificate it issued.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CertificateState {
    Good,
    Revoked {
        at: OffsetDateTime,
        reason: RevocationReason,
    },
    Unknown,
}

/// The responder: its own key, and the authority it answers for.
pub(crate) struct OcspResponder {
    signatory: Signatory,
    issuer_name: Der,
    issuer_key: PublicKey,
}

/// RFC 6960, 4.1.1.
#[derive(Sequence)]
struct OcspRequest {
    tbs_request: TbsRequest,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    signature: Option<Any>,
}

#[derive(Sequence)]
struct TbsRequest {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    version: Option<u8>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    requestor: Option<Any>,
    requests: Vec<SingleRequest>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<Extensions>,
}

#[derive(Sequence)]
struct SingleRequest {
    /// Kept as it came, to be echoed octet for octet.
    certificate_id: Any,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<Extensions>,
}

#[derive(Sequence)]
struct CertificateId {
    algorithm: AlgorithmIdentifierOwned,
    issuer_name_hash: OctetString,
    issuer_key_hash: OctetString,
    serial: Uint,
}

/// OCSPResponseStatus malformedRequest.
const MALFORMED: u8 = 1;
/// How long an answer is good for.
const LIFETIME: Duration = Duration::hours(1);

impl OcspResponder {
    pub(crate) fn new(signatory: Signatory, issuer: &Signatory) -> Self {
        Self {
            signatory,
            issuer_name: issuer.subject().to_vec(),
            issuer_key: issuer.public_key().clone(),
        }
    }

    /// The DER answer to a DER request; `state` tells what is known of a serial number (big-endian octets).
    pub(crate) fn answer(
        &self,
        request: &[u8],
        now: OffsetDateTime,
        state: &dyn Fn(&[u8]) -> CertificateState,
    ) -> Result<Der, AuthorityError> {
        let malformed = || asn1::sequence(&[asn1::enumerated(MALFORMED)]);
        let Ok(request) = OcspRequest::from_der(request) else {
            return Ok(malformed());
        };
        let mut answers = vec![];
        for single in &request.tbs_request.requests {
            match self.single(single, now, state) {
                Ok(answer) => answers.push(answer),
                Err(_) => return Ok(malformed()),
            }
        }
        let basic = self.basic(&answers, nonce(&request.tbs_request), now)?;
        Ok(asn1::sequence(&[
            asn1::enumerated(0),
            asn1::context(
                0,
                &asn1::sequence(&[asn1::oid(oids::OCSP_BASIC), asn1::octets(&basic)]),
            ),
        ]))
    }

    fn basic(
        &self,
        answers: &[Der],
        nonce: Option<&[u8]>,
        now: OffsetDateTime,
    ) -> Result<Der, AuthorityError> {
        let mut parts = vec![
            asn1::context(1, self.signatory.subject()),
            asn1::generalized_time(now),
            asn1::sequence(answers),
        ];
        if let Some(nonce) = nonce {
            let extension = asn1::sequence(&[asn1::oid(oids::OCSP_NONCE), asn1::octets(nonce)]);
            parts.push(asn1::context(1, &asn1::sequence(&[extension])));
        }
        let body = asn1::sequence(&parts);
        let signature = self.signatory.sign(&body)?;
        Ok(asn1::sequence(&[
            body,
            self.signatory.signature_algorithm(),
            asn1::bits(&signature),
            asn1::context(0, &asn1::sequence(&[self.signatory.certificate().to_vec()])),
        ]))
    }

    fn single(
        &self,
        request: &SingleRequest,
        now: OffsetDateTime,
        state: &dyn Fn(&[u8]) -> CertificateState,
    ) -> Result<Der, der::Error> {
        let encoded = request.certificate_id.to_der()?;
        let id = CertificateId::from_der(&encoded)?;
        let state = if self.is_ours(&id) {
            state(id.serial.as_bytes())
        } else {
            CertificateState::Unknown
        };
        let status = match state {
            CertificateState::Good => asn1::context_primitive(0, &[]),
            CertificateState::Unknown => asn1::context_primitive(2, &[]),
            CertificateState::Revoked { at, reason } => asn1::context(
                1,
                &[
                    asn1::generalized_time(at),
                    asn1::context(0, &asn1::enumerated(reason.number())),
                ]
                .concat(),
            ),
        };
        let next = asn1::context(0, &asn1::generalized_time(now + LIFETIME));
        Ok(asn1::sequence(&[
            encoded,
            status,
            asn1::generalized_time(now),
            next,
        ]))
    }

    fn is_ours(&self, id: &CertificateId) -> bool {
        let hash = |data: &[u8]| hash_by(id.algorithm.oid, data);
        hash(&self.issuer_name).is_some_and(|h| h == id.issuer_name_hash.as_bytes())
            && hash(&asn1::octets(self.issuer_key.point_octets()))
                .is_some_and(|h| h == id.issuer_key_hash.as_bytes())
    }
}

fn nonce(request: &TbsRequest) -> Option<&[u8]> {
    let extensions = request.extensions.as_ref()?;
    extensions
        .iter()
        .find(|e| e.extn_id == oids::OCSP_NONCE)
        .map(|e| e.extn_value.as_bytes())
}

fn hash_by(algorithm: ObjectIdentifier, data: &[u8]) -> Option<Vec<u8>> {
    Some(match algorithm {
        oids::SHA_1 => sha1::Sha1::digest(data).to_vec(),
        oids::SHA_256 => sha2::Sha256::digest(data).to_vec(),
        oids::STREEBOG_256 => Streebog256::digest(data).to_vec(),
        oids::STREEBOG_512 => Streebog512::digest(data).to_vec(),
        _ => return None,
    })
}
