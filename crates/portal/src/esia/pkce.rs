//! Proof Key for Code Exchange (RFC 7636), method S256: what came from another page has no verifier and buys nothing.

use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

/// The secret half; it leaves the program in the token request only.
pub(crate) struct Verifier(Zeroizing<String>);

impl Verifier {
    /// 43 characters of 244 random bits (RFC 7636 §4.1 wants 43 to 128).
    pub(crate) fn random() -> Self {
        let mut octets = Zeroizing::new([0u8; 32]);
        octets[..16].copy_from_slice(Uuid::new_v4().as_bytes());
        octets[16..].copy_from_slice(Uuid::new_v4().as_bytes());
        Self(Zeroizing::new(Base64UrlUnpadded::encode_string(&*octets)))
    }

    /// `BASE64URL(SHA256(verifier))`, §4.2.
    pub(crate) fn challenge(&self) -> String {
        Base64UrlUnpadded::encode_string(&Sha256::digest(self.0.as_bytes()))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        let verifier = Verifier(Zeroizing::new(
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned(),
        ));
        assert_eq!(
            verifier.challenge(),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn a_verifier_has_the_length_of_the_standard_and_is_never_the_same() {
        let (one, other) = (Verifier::random(), Verifier::random());
        assert_eq!(one.expose().len(), 43);
        assert_ne!(one.expose(), other.expose());
    }
}
