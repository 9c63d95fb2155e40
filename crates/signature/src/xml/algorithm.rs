//! Algorithm identifiers of XMLDSig (RFC 9231, draft-smirnov-xmldsig, Р 1323565.1.033-2020).

use kabinet_pki::{DigestAlgorithm, PssParameters, PublicKey, SignatureAlgorithm, SignatureFamily};
use roxmltree::Node;

use super::fault::Fault;
use super::tree::{child, ns, text};

/// Identifiers of ГОСТ algorithms begin with this, and in older documents with that of RFC 9231.
const GOST: &str = "urn:ietf:params:xml:ns:cpxmlsec:algorithms:";
const MORE: &str = "http://www.w3.org/2001/04/xmldsig-more#";

/// Identifiers of digests; of two for one digest the first is written.
const DIGESTS: [(&str, DigestAlgorithm); 15] = [
    ("http://www.w3.org/2000/09/xmldsig#sha1", DigestAlgorithm::Sha1),
    (
        "http://www.w3.org/2001/04/xmldsig-more#sha224",
        DigestAlgorithm::Sha224,
    ),
    ("http://www.w3.org/2001/04/xmlenc#sha256", DigestAlgorithm::Sha256),
    (
        "http://www.w3.org/2001/04/xmldsig-more#sha384",
        DigestAlgorithm::Sha384,
    ),
    ("http://www.w3.org/2001/04/xmlenc#sha512", DigestAlgorithm::Sha512),
    (
        "http://www.w3.org/2007/05/xmldsig-more#sha3-224",
        DigestAlgorithm::Sha3_224,
    ),
    (
        "http://www.w3.org/2007/05/xmldsig-more#sha3-256",
        DigestAlgorithm::Sha3_256,
    ),
    (
        "http://www.w3.org/2007/05/xmldsig-more#sha3-384",
        DigestAlgorithm::Sha3_384,
    ),
    (
        "http://www.w3.org/2007/05/xmldsig-more#sha3-512",
        DigestAlgorithm::Sha3_512,
    ),
    (
        "urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34112012-256",
        DigestAlgorithm::Streebog256,
    ),
    (
        "urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34112012-512",
        DigestAlgorithm::Streebog512,
    ),
    (
        "urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr3411",
        DigestAlgorithm::Gost94,
    ),
    (
        "http://www.w3.org/2001/04/xmldsig-more#gostr34112012-256",
        DigestAlgorithm::Streebog256,
    ),
    (
        "http://www.w3.org/2001/04/xmldsig-more#gostr34112012-512",
        DigestAlgorithm::Streebog512,
    ),
    (
        "http://www.w3.org/2001/04/xmldsig-more#gostr3411",
        DigestAlgorithm::Gost94,
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
    /// By a shared secret.
    Secret,
}

impl SignatureMethod {
    /// Reads a SignatureMethod element with this identifier.
    pub(crate) fn read(node: Node<'_, '_>, uri: &str) -> Result<Self, Fault> {
        use DigestAlgorithm as D;
        use SignatureFamily as F;
        if let Some((_, name)) = uri.split_once("#hmac-") {
            return hmac(node, name);
        }
        let gost = uri.strip_prefix(GOST).or_else(|| uri.strip_prefix(MORE));
        let (family, digest) = match (gost, uri) {
            (Some("gostr34102012-gostr34112012-256"), _) => (F::Gost256, D::Streebog256),
            (Some("gostr34102012-gostr34112012-512"), _) => (F::Gost512, D::Streebog512),
            (Some("gostr34102001-gostr3411"), _) => (F::Gost2001, D::Gost94),
            (_, "http://www.w3.org/2000/09/xmldsig#rsa-sha1") => (F::RsaPkcs1, D::Sha1),
            (Some("rsa-sha224"), _) => (F::RsaPkcs1, D::Sha224),
            (Some("rsa-sha256"), _) => (F::RsaPkcs1, D::Sha256),
            (Some("rsa-sha384"), _) => (F::RsaPkcs1, D::Sha384),
            (Some("rsa-sha512"), _) => (F::RsaPkcs1, D::Sha512),
            (Some("ecdsa-sha1"), _) => (F::Ecdsa, D::Sha1),
            (Some("ecdsa-sha224"), _) => (F::Ecdsa, D::Sha224),
            (Some("ecdsa-sha256"), _) => (F::Ecdsa, D::Sha256),
            (Some("ecdsa-sha384"), _) => (F::Ecdsa, D::Sha384),
            (Some("ecdsa-sha512"), _) => (F::Ecdsa, D::Sha512),
            (_, "http://www.w3.org/2021/04/xmldsig-more#ecdsa-sha3-224") => (F::Ecdsa, D::Sha3_224),
            (_, "http://www.w3.org/2021/04/xmldsig-more#ecdsa-sha3-256") => (F::Ecdsa, D::Sha3_256),
            (_, "http://www.w3.org/2021/04/xmldsig-more#ecdsa-sha3-384") => (F::Ecdsa, D::Sha3_384),
            (_, "http://www.w3.org/2021/04/xmldsig-more#ecdsa-sha3-512") => (F::Ecdsa, D::Sha3_512),
            (_, "http://www.w3.org/2000/09/xmldsig#dsa-sha1") => (F::Dsa, D::Sha1),
            (_, "http://www.w3.org/2009/xmldsig11#dsa-sha256") => (F::Dsa, D::Sha256),
            _ => return pss(node, uri),
        };
        Ok(Self::Key(SignatureAlgorithm {
            family,
            digest: Some(digest),
        }))
    }
}

/// Shortest HMAC accepted, in bits (XMLDSig §4.4.2: also not less than half of the digest).
const MIN_HMAC: usize = 80;

fn hmac(node: Node<'_, '_>, digest: &str) -> Result<SignatureMethod, Fault> {
    let full: usize = match digest {
        "md5" => 128,
        "sha224" => 224,
        "sha256" => 256,
        "sha384" => 384,
        "sha512" => 512,
        _ => 160,
    };
    if let Some(length) = child(node, ns::DSIG, "HMACOutputLength") {
        let length: usize = text(length)
            .and_then(|text| text.trim().parse().ok())
            .ok_or(Fault::Malformed("HMACOutputLength"))?;
        if length < MIN_HMAC || length < full / 2 {
            return Err(Fault::Truncated);
        }
    }
    Ok(SignatureMethod::Secret)
}

const PSS: &str = "http://www.w3.org/2007/05/xmldsig-more#";

/// RSASSA-PSS with parameters (RFC 9231 §2.3.9) and without (§2.3.10).
fn pss(node: Node<'_, '_>, uri: &str) -> Result<SignatureMethod, Fault> {
    let unsupported = || Fault::Unsupported(uri.to_owned());
    let name = uri.strip_prefix(PSS).ok_or_else(unsupported)?;
    let (message, mgf, salt) = if name == "rsa-pss" {
        let parameters = child(node, PSS, "RSAPSSParams");
        let named = |node: Option<Node<'_, '_>>| {
            node.and_then(|node| child(node, ns::DSIG, "DigestMethod"))
                .map(|method| digest(method.attribute("Algorithm").unwrap_or_default()))
                .transpose()
        };
        let part = |name| parameters.and_then(|parameters| child(parameters, PSS, name));
        let message = named(parameters)?.unwrap_or(DigestAlgorithm::Sha256);
        let salt = match part("SaltLength").map(|node| text(node).unwrap_or_default()) {
            Some(length) => length
                .trim()
                .parse()
                .map_err(|_| Fault::Malformed("SaltLength"))?,
            None => message.output_len(),
        };
        let trailer = part("TrailerField").and_then(text);
        if trailer.is_some_and(|trailer| trailer.trim() != "1") {
            return Err(unsupported());
        }
        (
            message,
            named(part("MaskGenerationFunction"))?.unwrap_or(message),
            salt,
        )
    } else {
        let message = match name.strip_suffix("-rsa-MGF1").ok_or_else(unsupported)? {
            "sha1" => DigestAlgorithm::Sha1,
            "sha224" => DigestAlgorithm::Sha224,
            "sha256" => DigestAlgorithm::Sha256,
            "sha384" => DigestAlgorithm::Sha384,
            "sha512" => DigestAlgorithm::Sha512,
            "sha3-224" => DigestAlgorithm::Sha3_224,
            "sha3-256" => DigestAlgorithm::Sha3_256,
            "sha3-384" => DigestAlgorithm::Sha3_384,
            "sha3-512" => DigestAlgorithm::Sha3_512,
            _ => return Err(unsupported()),
        };
        (message, message, message.output_len())
    };
    Ok(SignatureMethod::Key(SignatureAlgorithm {
        family: SignatureFamily::RsaPss(PssParameters { mgf, salt }),
        digest: Some(message),
    }))
}

/// The identifier to write for signatures by a key of this family with this digest.
pub(crate) fn signature_uri(family: SignatureFamily, digest: DigestAlgorithm) -> Option<&'static str> {
    use DigestAlgorithm as D;
    use SignatureFamily as F;
    match (family, digest) {
        (F::Gost256, D::Streebog256) => {
            Some("urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34102012-gostr34112012-256")
        }
        (F::Gost512, D::Streebog512) => {
            Some("urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34102012-gostr34112012-512")
        }
        (F::RsaPkcs1, D::Sha256) => Some("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
        (F::Ecdsa, D::Sha256) => Some("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"),
        (F::Ecdsa, D::Sha384) => Some("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"),
        (F::Ecdsa, D::Sha512) => Some("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512"),
        _ => None,
    }
}

/// Verifies a signature value over a message.
pub(crate) fn verify(
    key: &PublicKey,
    algorithm: SignatureAlgorithm,
    message: &[u8],
    value: &[u8],
) -> Result<(), Fault> {
    use kabinet_pki::SignatureError as E;
    let digest = algorithm.digest.ok_or(Fault::AlgorithmMismatch)?;
    key.verify_xml_digest(algorithm, digest, &digest.digest(message), value)
        .map_err(|error| match error {
            E::Mismatch => Fault::ValueWrong,
            E::UnsupportedKey(oid) => Fault::Unsupported(format!("urn:oid:{oid}")),
            E::AlgorithmMismatch => Fault::AlgorithmMismatch,
        })
}
