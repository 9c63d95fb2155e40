//! What a responder writes.

use const_oid::ObjectIdentifier as Oid;
use time::OffsetDateTime;

use crate::algorithm::{DigestAlgorithm, signature_identifier};
use crate::certificate::Certificate;
use crate::instant;
use crate::oid::extension as id;
use crate::problem::RevocationReason;
use crate::tlv::write;

use super::{CertStatus, SingleResponse, nonce_extension};

/// What a responder is about to sign.
#[derive(Clone, Debug)]
pub struct OcspAnswer {
    /// When it is signed.
    pub produced_at: OffsetDateTime,
    /// The answers; `cert_id` as in the request.
    pub responses: Vec<SingleResponse>,
    /// Nonce of the request.
    pub nonce: Option<Vec<u8>>,
}

impl OcspAnswer {
    /// Encodes and signs a successful response as `responder`, naming it by key and sending its certificate.
    ///
    /// `signature_algorithm` is a sign-with-digest identifier; `sign` gets the octets to sign and returns the
    /// signature as X.509 carries it.
    pub fn sign<E>(
        &self,
        responder: &Certificate,
        signature_algorithm: &Oid,
        sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
    ) -> Result<Vec<u8>, E> {
        let key_hash = DigestAlgorithm::Sha1.digest(responder.key_octets());
        let singles: Vec<_> = self.responses.iter().map(write_single).collect();
        let mut data = vec![
            write::context_constructed(2, &write::octet_string(&key_hash)),
            instant::write_generalized(self.produced_at),
            write::sequence(&singles),
        ];
        if let Some(nonce) = &self.nonce {
            data.push(write::context_constructed(
                1,
                &write::sequence(&[nonce_extension(nonce)]),
            ));
        }
        let tbs = write::sequence(&data);
        let signature = sign(&tbs)?;
        let basic = write::sequence(&[
            tbs,
            signature_identifier(signature_algorithm),
            write::bit_string(&signature),
            write::context_constructed(0, &write::sequence(&[responder.der()])),
        ]);
        let bytes = write::sequence(&[write::oid(&id::OCSP_BASIC), write::octet_string(&basic)]);
        Ok(write::sequence(&[
            write::enumerated(0),
            write::context_constructed(0, &bytes),
        ]))
    }
}

/// A response that refuses, by OCSPResponseStatus: 1 malformedRequest, 2 internalError, 3 tryLater,
/// 5 sigRequired, 6 unauthorized.
#[must_use]
pub fn refusal(status: u8) -> Vec<u8> {
    write::sequence(&[write::enumerated(status)])
}

fn write_single(single: &SingleResponse) -> Vec<u8> {
    let status = match single.status {
        CertStatus::Good => write::context(0, &[]),
        CertStatus::Unknown => write::context(2, &[]),
        CertStatus::Revoked { at, reason } => {
            let mut content = instant::write_generalized(at);
            if reason != RevocationReason::Unspecified {
                content.extend(write::context_constructed(0, &write::enumerated(reason.number())));
            }
            write::context_constructed(1, &content)
        }
    };
    let mut parts = vec![
        single.cert_id.der.clone(),
        status,
        instant::write_generalized(single.this_update),
    ];
    if let Some(next) = single.next_update {
        parts.push(write::context_constructed(0, &instant::write_generalized(next)));
    }
    write::sequence(&parts)
}
