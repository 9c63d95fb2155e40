//! Signature algorithms by object identifier.

use const_oid::ObjectIdentifier as Oid;

use super::{DigestAlgorithm, read_identifier};
use crate::oid::algorithm as id;
use crate::tlv::{Malformed, Tlv, tag, write};

/// Longest salt of RSASSA-PSS read here, in octets: no key of 16384 bits leaves room for more.
const MAX_SALT: u32 = 2048;

/// Families of signatures verified here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureFamily {
    /// ГОСТ Р 34.10-2001: verified in old documents, never made.
    Gost2001,
    /// ГОСТ Р 34.10-2012, 256 bits.
    Gost256,
    /// ГОСТ Р 34.10-2012, 512 bits.
    Gost512,
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1,
    /// RSASSA-PSS.
    RsaPss(PssParameters),
    /// ECDSA.
    Ecdsa,
    /// DSA: verified in old documents, never made.
    Dsa,
}

/// RSASSA-PSS-params (RFC 8017 §A.2.3) besides the digest of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PssParameters {
    /// Digest inside MGF1.
    pub mgf: DigestAlgorithm,
    /// Length of the salt in octets.
    pub salt: usize,
}

/// What an AlgorithmIdentifier says about a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignatureAlgorithm {
    /// The scheme.
    pub family: SignatureFamily,
    /// The digest, where the identifier names it; a bare key identifier (usual in CMS) does not.
    pub digest: Option<DigestAlgorithm>,
}

impl SignatureAlgorithm {
    /// Whether the named digest is weak, or the scheme is withdrawn (DSA, ГОСТ Р 34.10-2001).
    #[must_use]
    pub fn is_weak(self) -> bool {
        matches!(self.family, SignatureFamily::Dsa | SignatureFamily::Gost2001)
            || self.digest.is_some_and(DigestAlgorithm::is_weak)
    }

    /// The algorithm with this object identifier; RSASSA-PSS is none without its parameters.
    #[must_use]
    pub fn from_oid(oid: &Oid) -> Option<Self> {
        use DigestAlgorithm as D;
        use SignatureFamily as F;
        let (family, digest) = match *oid {
            id::GOST256 => (F::Gost256, Some(D::Streebog256)),
            id::GOST512 => (F::Gost512, Some(D::Streebog512)),
            id::GOST256_WITH_STREEBOG256 => (F::Gost256, Some(D::Streebog256)),
            id::GOST512_WITH_STREEBOG512 => (F::Gost512, Some(D::Streebog512)),
            id::GOST2001 | id::GOST2001_WITH_GOST94 => (F::Gost2001, Some(D::Gost94)),
            id::RSA => (F::RsaPkcs1, None),
            id::SHA1_WITH_RSA => (F::RsaPkcs1, Some(D::Sha1)),
            id::SHA224_WITH_RSA => (F::RsaPkcs1, Some(D::Sha224)),
            id::SHA256_WITH_RSA => (F::RsaPkcs1, Some(D::Sha256)),
            id::SHA384_WITH_RSA => (F::RsaPkcs1, Some(D::Sha384)),
            id::SHA512_WITH_RSA => (F::RsaPkcs1, Some(D::Sha512)),
            id::SHA3_224_WITH_RSA => (F::RsaPkcs1, Some(D::Sha3_224)),
            id::SHA3_256_WITH_RSA => (F::RsaPkcs1, Some(D::Sha3_256)),
            id::SHA3_384_WITH_RSA => (F::RsaPkcs1, Some(D::Sha3_384)),
            id::SHA3_512_WITH_RSA => (F::RsaPkcs1, Some(D::Sha3_512)),
            id::EC => (F::Ecdsa, None),
            id::ECDSA_WITH_SHA1 => (F::Ecdsa, Some(D::Sha1)),
            id::ECDSA_WITH_SHA224 => (F::Ecdsa, Some(D::Sha224)),
            id::ECDSA_WITH_SHA256 => (F::Ecdsa, Some(D::Sha256)),
            id::ECDSA_WITH_SHA384 => (F::Ecdsa, Some(D::Sha384)),
            id::ECDSA_WITH_SHA512 => (F::Ecdsa, Some(D::Sha512)),
            id::ECDSA_WITH_SHA3_224 => (F::Ecdsa, Some(D::Sha3_224)),
            id::ECDSA_WITH_SHA3_256 => (F::Ecdsa, Some(D::Sha3_256)),
            id::ECDSA_WITH_SHA3_384 => (F::Ecdsa, Some(D::Sha3_384)),
            id::ECDSA_WITH_SHA3_512 => (F::Ecdsa, Some(D::Sha3_512)),
            id::DSA => (F::Dsa, None),
            id::DSA_WITH_SHA1 => (F::Dsa, Some(D::Sha1)),
            id::DSA_WITH_SHA224 => (F::Dsa, Some(D::Sha224)),
            id::DSA_WITH_SHA256 => (F::Dsa, Some(D::Sha256)),
            _ => return None,
        };
        Some(Self { family, digest })
    }

    /// Reads an AlgorithmIdentifier. `Err` carries an unknown identifier, of a digest inside the parameters too.
    pub fn from_identifier(identifier: Tlv<'_>) -> Result<Result<Self, Oid>, Malformed> {
        let (oid, parameters) = read_identifier(identifier)?;
        if oid == id::RSA_PSS {
            return match parameters {
                Some(parameters) => Self::read_pss(parameters),
                // RFC 4055 §3.1: a signature must name them.
                None => Ok(Err(oid)),
            };
        }
        Ok(Self::from_oid(&oid).ok_or(oid))
    }

    /// RSASSA-PSS-params ::= SEQUENCE { hashAlgorithm \[0\] DEFAULT sha1, maskGenAlgorithm \[1\] DEFAULT mgf1SHA1,
    /// saltLength \[2\] INTEGER DEFAULT 20, trailerField \[3\] INTEGER DEFAULT 1 } (RFC 8017 §A.2.3)
    pub(crate) fn read_pss(parameters: Tlv<'_>) -> Result<Result<Self, Oid>, Malformed> {
        let mut reader = parameters.require(tag::SEQUENCE)?.reader();
        let mut digest = Ok(DigestAlgorithm::Sha1);
        if let Some(explicit) = reader.optional(tag::context_constructed(0))? {
            digest = DigestAlgorithm::from_identifier(Tlv::from_der(explicit.value)?)?;
        }
        let mut mgf = Ok(DigestAlgorithm::Sha1);
        if let Some(explicit) = reader.optional(tag::context_constructed(1))? {
            let (function, inner) = read_identifier(Tlv::from_der(explicit.value)?)?;
            mgf = match inner {
                Some(inner) if function == id::MGF1 => DigestAlgorithm::from_identifier(inner)?,
                _ => Err(function),
            };
        }
        let mut salt = 20;
        if let Some(explicit) = reader.optional(tag::context_constructed(2))? {
            salt = Tlv::from_der(explicit.value)?.small_integer()?;
        }
        if let Some(explicit) = reader.optional(tag::context_constructed(3))?
            && Tlv::from_der(explicit.value)?.small_integer()? != 1
        {
            return Err(Malformed::Value("trailerField"));
        }
        reader.finish()?;
        if salt > MAX_SALT {
            return Err(Malformed::Value("saltLength"));
        }
        let salt = salt as usize;
        Ok(digest.and_then(|digest| {
            mgf.map(|mgf| Self {
                family: SignatureFamily::RsaPss(PssParameters { mgf, salt }),
                digest: Some(digest),
            })
        }))
    }
}

/// DER AlgorithmIdentifier of a signature algorithm: NULL parameters for RSA (RFC 8017 §A.2.4), absent ones for
/// GOST (RFC 9215 §2), ECDSA (RFC 5758 §3.2) and DSA (RFC 5758 §3.1).
#[must_use]
pub fn signature_identifier(oid: &Oid) -> Vec<u8> {
    let rsa =
        SignatureAlgorithm::from_oid(oid).is_some_and(|known| known.family == SignatureFamily::RsaPkcs1);
    if rsa {
        write::sequence(&[write::oid(oid), write::null()])
    } else {
        write::sequence(&[write::oid(oid)])
    }
}
