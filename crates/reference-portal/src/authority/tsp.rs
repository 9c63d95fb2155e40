//! The time stamp service (RFC 3161) with a GOST key.

use der::asn1::{Int, ObjectIdentifier, OctetString};
use der::{Decode as _, Encode as _, Sequence};
use time::OffsetDateTime;
use x509_cert::ext::Extensions;
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::cms::sign_attached;
use super::oids;
use super::signatory::{AuthorityError, Signatory, new_serial};
use crate::asn1::{self, Der};

/// The service: its key, and the authority's certificate that travels along.
pub(crate) struct TimeStamper {
    signatory: Signatory,
    issuer_certificate: Der,
}

/// RFC 3161, 2.4.1.
#[derive(Sequence)]
struct TimeStampRequest {
    version: u8,
    imprint: MessageImprint,
    #[asn1(optional = "true")]
    policy: Option<ObjectIdentifier>,
    #[asn1(optional = "true")]
    nonce: Option<Int>,
    #[asn1(default = "Default::default")]
    certificate_wanted: bool,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    extensions: Option<Extensions>,
}

#[derive(Sequence)]
struct MessageImprint {
    algorithm: AlgorithmIdentifierOwned,
    hash: OctetString,
}

/// PKIFailureInfo bit numbers (RFC 3161, 2.4.2).
const BAD_ALGORITHM: u8 = 0;
const BAD_REQUEST: u8 = 2;
const BAD_DATA_FORMAT: u8 = 5;

impl TimeStamper {
    pub(crate) fn new(signatory: Signatory, issuer: &Signatory) -> Self {
        Self {
            signatory,
            issuer_certificate: issuer.certificate().to_vec(),
        }
    }

    /// The DER TimeStampResp to a DER TimeStampReq. Refusals are answers too.
    ///
    /// # Errors
    /// Only with a damaged key or without random octets.
    pub(crate) fn answer(&self, request: &[u8], now: OffsetDateTime) -> Result<Der, AuthorityError> {
        let Ok(request) = TimeStampRequest::from_der(request) else {
            return Ok(refusal(BAD_DATA_FORMAT));
        };
        if request.version != 1 || request.extensions.is_some() {
            return Ok(refusal(BAD_REQUEST));
        }
        let length = match request.imprint.algorithm.oid {
            oids::STREEBOG_256 | oids::SHA_256 => 32,
            oids::STREEBOG_512 => 64,
            _ => return Ok(refusal(BAD_ALGORITHM)),
        };
        if request.imprint.hash.as_bytes().len() != length {
            return Ok(refusal(BAD_DATA_FORMAT));
        }
        let Ok(info) = self.info(&request, &new_serial()?, now) else {
            return Ok(refusal(BAD_DATA_FORMAT));
        };
        // The signer's certificate is always sent: `certificate_wanted` only says that it must be.
        let token = sign_attached(
            &self.signatory,
            &[&self.issuer_certificate],
            oids::TST_INFO,
            &info,
            now,
        )?;
        Ok(asn1::sequence(&[asn1::sequence(&[asn1::integer(0)]), token]))
    }

    /// TSTInfo.
    fn info(
        &self,
        request: &TimeStampRequest,
        serial: &[u8],
        now: OffsetDateTime,
    ) -> Result<Der, der::Error> {
        let mut parts = vec![
            asn1::integer(1),
            asn1::oid(request.policy.unwrap_or(oids::TSA_POLICY)),
            request.imprint.to_der()?,
            asn1::unsigned(serial),
            asn1::generalized_time(now),
            // Accuracy: one second.
            asn1::sequence(&[asn1::integer(1)]),
        ];
        if let Some(nonce) = &request.nonce {
            parts.push(nonce.to_der()?);
        }
        // [0] EXPLICIT GeneralName, which is [4] EXPLICIT Name.
        parts.push(asn1::context(0, &asn1::context(4, self.signatory.subject())));
        Ok(asn1::sequence(&parts))
    }
}

fn refusal(failure: u8) -> Der {
    const REJECTION: u64 = 2;
    asn1::sequence(&[asn1::sequence(&[
        asn1::integer(REJECTION),
        asn1::named_bits(&[failure]),
    ])])
}
