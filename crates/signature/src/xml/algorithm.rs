//! Algorithm identifiers of XMLDSig (RFC 9231, draft-smirnov-xmldsig, Р 1323565.1.033-2020).

use kabinet_pki::{DigestAlgorithm, PublicKey, SignatureAlgorithm, SignatureFamily, ecdsa_raw_to_der};

use super::fault::Fault;

/// Identifiers of ГОСТ algorithms begin with this, and in older documents with that of RFC 9231.
const GOST: &str = "urn:ietf:params:xml:ns:cpxmlsec:algorithms:";
const MORE: &str = "http://www.w3.org/2001/04/xmldsig-more#";

const DIGESTS: [(&str, DigestAlgorithm); 8] = [
    ("http://www.w3.org/2000/09/xmldsig#sha1", DigestAlgorithm::Sha1),
    ("http://www.w3.org/2001/04/xmlenc#sha256", DigestAlgorithm::Sha256),
    (
        "http://www.w3.org/2001/04/xmldsig-more#sha384",
        DigestAlgorithm::Sha384,
    ),
    ("http://www.w3.org/2001/04/xmlenc#sha512", DigestAlgorithm::Sha512),
    (
        "urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34112012-256",
        DigestAlgorithm::Streebog256,
    ),
    (
        "urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34112012-512",
        DigestAlgorithm::Streebog512,
    ),
    (
        "http://www.w3.org/2001/04/xmldsig-more#gostr34112012-256",
        DigestAlgorithm::Streebog256,
    ),
    (
        "http://www.w3.org/2001/04/xmldsig-more#gostr34112012-512",
        DigestAlgorithm::Streebog512,
    ),
];

/// The digest with this identifier.
pub(crate) fn digest(uri: &str) -> Result<DigestAlgorithm, Fault> {
    DIGESTS
        .into_iter()
        .find(|(known, _)| *known == uri)
        .map(|(_, digest)| digest)
        .ok_or_else(|| Fault::Unsupported(uri.to_owned()))
}

/// The identifier to write for a digest.
pub(crate) fn digest_uri(digest: DigestAlgorithm) -> Option<&'static str> {
    DIGESTS
        .into_iter()
        .find(|(_, known)| *known == digest)
        .map(|(uri, _)| uri)
}

/// How a signature value is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignatureMethod {
    /// By a private key.
    Key(SignatureAlgorithm),
    /// By a shared secret; the digest gives the full length in bits, if it is known here.
    Secret(Option<usize>),
}

impl SignatureMethod {
    /// The method with this identifier.
    pub(crate) fn from_uri(uri: &str) -> Result<Self, Fault> {
        use DigestAlgorithm as D;
        use SignatureFamily as F;
        if let Some((_, name)) = uri.split_once("#hmac-") {
            return Ok(Self::Secret(match name {
                "md5" => Some(128),
                "sha1" | "ripemd160" => Some(160),
                "sha224" => Some(224),
                "sha256" => Some(256),
                "sha384" => Some(384),
                "sha512" => Some(512),
                _ => None,
            }));
        }
        let gost = uri.strip_prefix(GOST).or_else(|| uri.strip_prefix(MORE));
        let (family, digest) = match (gost, uri) {
            (Some("gostr34102012-gostr34112012-256"), _) => (F::Gost256, D::Streebog256),
            (Some("gostr34102012-gostr34112012-512"), _) => (F::Gost512, D::Streebog512),
            (_, "http://www.w3.org/2000/09/xmldsig#rsa-sha1") => (F::RsaPkcs1, D::Sha1),
            (Some("rsa-sha256"), _) => (F::RsaPkcs1, D::Sha256),
            (Some("rsa-sha384"), _) => (F::RsaPkcs1, D::Sha384),
            (Some("rsa-sha512"), _) => (F::RsaPkcs1, D::Sha512),
            (Some("ecdsa-sha1"), _) => (F::Ecdsa, D::Sha1),
            (Some("ecdsa-sha256"), _) => (F::Ecdsa, D::Sha256),
            (Some("ecdsa-sha384"), _) => (F::Ecdsa, D::Sha384),
            (Some("ecdsa-sha512"), _) => (F::Ecdsa, D::Sha512),
            _ => return Err(Fault::Unsupported(uri.to_owned())),
        };
        Ok(Self::Key(SignatureAlgorithm {
            family,
            digest: Some(digest),
        }))
    }
}

/// The identifier to write for signatures by a key of this family, with the digest of [`PublicKey::signing_digest`].
pub(crate) fn signature_uri(family: SignatureFamily) -> Option<&'static str> {
    match family {
        SignatureFamily::Gost256 => {
            Some("urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34102012-gostr34112012-256")
        }
        SignatureFamily::Gost512 => {
            Some("urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34102012-gostr34112012-512")
        }
        SignatureFamily::RsaPkcs1 => Some("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
        SignatureFamily::Ecdsa => Some("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"),
    }
}

/// Verifies a signature value as XMLDSig carries it: r ‖ s for ECDSA (§6.4.3), s ‖ r for ГОСТ.
pub(crate) fn verify(
    key: &PublicKey,
    algorithm: SignatureAlgorithm,
    message: &[u8],
    value: &[u8],
) -> Result<(), Fault> {
    use kabinet_pki::SignatureError as E;
    let der = match algorithm.family {
        SignatureFamily::Ecdsa => Some(ecdsa_raw_to_der(value).ok_or(Fault::ValueWrong)?),
        _ => None,
    };
    key.verify(algorithm, message, der.as_deref().unwrap_or(value))
        .map_err(|error| match error {
            E::Mismatch => Fault::ValueWrong,
            E::UnsupportedKey(oid) => Fault::Unsupported(format!("urn:oid:{oid}")),
            E::AlgorithmMismatch => Fault::AlgorithmMismatch,
        })
}
