//! A signature in compact form (RFC 7515), by the algorithms of ЕСИА and no other.

use base64ct::{Base64UrlUnpadded, Encoding};
use kabinet_pki::{DigestAlgorithm, SignatureAlgorithm, SignatureFamily};
use serde_json::Value;
use time::OffsetDateTime;

use super::{IdTokenFault, VerificationKeys};

/// Longest ID token that is looked at, in characters.
const LONGEST: usize = 64 * 1024;

/// The payload of `token`, if a key of the algorithm it names has signed it. Which keys those are is said by their
/// certificates, never by the token: what else its header says is not looked at.
pub(super) fn verified(
    token: &str,
    keys: &VerificationKeys,
    now: OffsetDateTime,
) -> Result<Value, IdTokenFault> {
    let mut parts = token.split('.');
    let (Some(header), Some(payload), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(IdTokenFault::Malformed);
    };
    if token.len() > LONGEST {
        return Err(IdTokenFault::Malformed);
    }
    let head = json(header)?;
    // RFC 7515 §4.1.11: what must be understood is not.
    if head.get("crit").is_some() {
        return Err(IdTokenFault::Algorithm);
    }
    let algorithm = match head.get("alg").and_then(Value::as_str) {
        Some("GOST3410_2012_256") => SignatureAlgorithm {
            family: SignatureFamily::Gost256,
            digest: Some(DigestAlgorithm::Streebog256),
        },
        Some("RS256") => SignatureAlgorithm {
            family: SignatureFamily::RsaPkcs1,
            digest: Some(DigestAlgorithm::Sha256),
        },
        _ => return Err(IdTokenFault::Algorithm),
    };
    let octets = Base64UrlUnpadded::decode_vec(signature).map_err(|_| IdTokenFault::Malformed)?;
    let message = &token[..header.len() + 1 + payload.len()];
    let mut candidates = keys.of(algorithm.family, now).peekable();
    if candidates.peek().is_none() {
        return Err(IdTokenFault::Algorithm);
    }
    if !candidates.any(|key| key.verify(algorithm, message.as_bytes(), &octets).is_ok()) {
        return Err(IdTokenFault::Signature);
    }
    json(payload)
}

fn json(part: &str) -> Result<Value, IdTokenFault> {
    let octets = Base64UrlUnpadded::decode_vec(part).map_err(|_| IdTokenFault::Malformed)?;
    let value: Value = serde_json::from_slice(&octets).map_err(|_| IdTokenFault::Malformed)?;
    if value.is_object() {
        Ok(value)
    } else {
        Err(IdTokenFault::Malformed)
    }
}
