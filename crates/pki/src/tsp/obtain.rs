//! Asks several services for a stamp, one after the other.

use thiserror::Error;
use time::OffsetDateTime;

use super::{
    MessageImprint, QUERY_TYPE, ResponseError, TimeStamp, TimeStampRequest, TokenError, read_response,
    verify_token_by_digest,
};
use crate::gather::{Fetch, FetchError};
use crate::problem::Status;
use crate::trust::{Evidence, Trust};

/// Why a service gave no stamp that can be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum StampFailure {
    /// The service cannot be asked.
    #[error("{0}")]
    Fetch(#[from] FetchError),
    /// The service refused, or answered something else.
    #[error("{0}")]
    Response(#[from] ResponseError),
    /// The token proves nothing.
    #[error("{0}")]
    Token(#[from] TokenError),
    /// The answer is to another request.
    #[error("the answer is to another request")]
    NonceDiffers,
    /// The service's certificate is known not to be valid.
    #[error("the certificate of the service is not valid")]
    Certificate,
}

impl StampFailure {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Fetch(_) => "pki.stamp-service-unreachable",
            Self::Response(_) => "pki.stamp-service-refused",
            Self::Token(error) => error.code(),
            Self::NonceDiffers => "pki.stamp-of-other-data",
            Self::Certificate => "pki.stamp-service-untrusted",
        }
    }
}

/// A stamp that was checked.
#[derive(Clone, Debug)]
pub struct Obtained {
    /// The token, a ContentInfo.
    pub token: Vec<u8>,
    /// What it says.
    pub stamp: TimeStamp,
    /// The service that gave it.
    pub service: String,
    /// The services that were asked before it in vain.
    pub failures: Vec<(String, StampFailure)>,
}

/// What to stamp, and how its answer is judged.
#[derive(Clone, Copy)]
pub struct StampRequest<'a> {
    /// Imprint of what is to be stamped; of an algorithm known here.
    pub imprint: &'a MessageImprint,
    /// Random octets against replay, at least eight.
    pub nonce: &'a [u8],
    /// Trusted certificates.
    pub trust: &'a Trust,
    /// Revocation answers at hand; an unknown revocation of the service is no obstacle.
    pub evidence: &'a Evidence,
    /// Now.
    pub at: OffsetDateTime,
}

/// Asks the services in this order until one gives a stamp that holds (RFC 3161 §2.2).
///
/// # Errors
/// What each of them said, when none did.
pub fn obtain_stamp(
    request: StampRequest<'_>,
    services: &[String],
    fetch: &dyn Fetch,
) -> Result<Obtained, Vec<(String, StampFailure)>> {
    let mut failures = Vec::new();
    for service in services {
        match ask(&request, service, fetch) {
            Ok((token, stamp)) => {
                return Ok(Obtained {
                    token,
                    stamp,
                    service: service.clone(),
                    failures,
                });
            }
            Err(failure) => failures.push((service.clone(), failure)),
        }
    }
    Err(failures)
}

fn ask(
    request: &StampRequest<'_>,
    service: &str,
    fetch: &dyn Fetch,
) -> Result<(Vec<u8>, TimeStamp), StampFailure> {
    // As an INTEGER has it: positive, without leading zeros.
    let zeros = request.nonce.iter().take_while(|&&octet| octet == 0).count();
    let nonce = request.nonce[zeros..].to_vec();
    let query = TimeStampRequest {
        imprint: request.imprint.clone(),
        policy: None,
        nonce: Some(nonce.clone()),
        certificate_wanted: true,
    };
    let answer = fetch.post(service, QUERY_TYPE, &query.to_der())?;
    let token = read_response(&answer)?;
    let MessageImprint {
        algorithm: wanted,
        digest,
        ..
    } = request.imprint;
    let digest_of = |algorithm| (*wanted == Ok(algorithm)).then(|| digest.clone());
    let stamp = verify_token_by_digest(&token, &digest_of, request.trust, request.evidence, request.at)?;
    if stamp.nonce != Some(nonce) {
        return Err(StampFailure::NonceDiffers);
    }
    if stamp.chain.status == Status::Invalid {
        return Err(StampFailure::Certificate);
    }
    Ok((token, stamp))
}
