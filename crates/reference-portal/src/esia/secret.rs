//! Random values of ЕСИА and their digests.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// A value nobody guesses: 256 random bits, url-safe.
///
/// # Errors
/// When the operating system gives no random octets.
pub(crate) fn random_token() -> Result<String, getrandom::Error> {
    let mut octets = [0; 32];
    getrandom::fill(&mut octets)?;
    Ok(Base64UrlUnpadded::encode_string(&octets))
}

/// A one-time code: six digits, each as likely as any other.
pub(crate) fn random_code() -> Result<String, getrandom::Error> {
    const CODES: u32 = 1_000_000;
    // Numbers above would make some codes likelier.
    const EVEN: u32 = u32::MAX - u32::MAX % CODES;
    loop {
        let number = getrandom::u32()?;
        if number < EVEN {
            return Ok(format!("{:06}", number % CODES));
        }
    }
}

/// Under what a secret is kept: SHA-256, hex.
pub(crate) fn digest(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// The digest of a code for one purpose; the same code sent for another has another one.
pub(crate) fn code_digest(purpose: &str, code: &str) -> String {
    digest(&format!("{purpose}\n{code}"))
}

/// Compares without telling by the time where the difference is.
pub(crate) fn same(left: &str, right: &str) -> bool {
    left.as_bytes().ct_eq(right.as_bytes()).into()
}

/// `BASE64URL(SHA256(verifier))`: the challenge of method S256 (RFC 7636, 4.2).
pub(crate) fn pkce_challenge(verifier: &str) -> String {
    Base64UrlUnpadded::encode_string(&Sha256::digest(verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_rfc_7636_appendix_b() {
        assert_eq!(
            pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
