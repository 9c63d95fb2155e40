//! Public keys of every algorithm met in certificates, behind one verification call.

use const_oid::ObjectIdentifier as Oid;
use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use rsa::pkcs1::DecodeRsaPublicKey as _;
use thiserror::Error;

use crate::algorithm::{DigestAlgorithm, SignatureAlgorithm, SignatureFamily, read_identifier};
use crate::oid::algorithm as id;
use crate::tlv::{Malformed, Tlv, tag, write};

/// A subject's public key.
#[derive(Clone, Debug)]
pub enum PublicKey {
    /// ГОСТ Р 34.10-2012, every parameter set of crate `gost`.
    Gost(Box<kabinet_gost::PublicKey>),
    /// RSA of 1024 to 8192 bits.
    Rsa(Box<rsa::RsaPublicKey>),
    /// NIST P-256.
    EcP256(Box<p256::ecdsa::VerifyingKey>),
    /// Any other algorithm, curve, or key octets that are not a key; the identifier names the algorithm.
    Unsupported(Oid),
}

/// Why a signature is not accepted.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum SignatureError {
    /// The signature does not match.
    #[error("the signature does not match")]
    Mismatch,
    /// The key is of an algorithm or curve this program does not know.
    #[error("unsupported key algorithm {0}")]
    UnsupportedKey(Oid),
    /// The key and the signature algorithm, or the digest and the key, do not go together.
    #[error("the signature algorithm does not fit the key")]
    AlgorithmMismatch,
}

impl PublicKey {
    /// Reads SubjectPublicKeyInfo (RFC 5280 §4.1.2.7). Errors only when the outer structure is broken.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Tlv::from_der(der)?.require(tag::SEQUENCE)?.reader();
        let (oid, parameters) = read_identifier(reader.any()?)?;
        let bits = reader.any()?.bit_string_octets()?;
        reader.finish()?;
        let key = match oid {
            id::GOST256 | id::GOST512 => kabinet_gost::PublicKey::from_spki_der(der)
                .ok()
                .map(|key| Self::Gost(Box::new(key))),
            id::RSA => rsa::RsaPublicKey::from_pkcs1_der(bits)
                .ok()
                .map(|key| Self::Rsa(Box::new(key))),
            id::EC if parameters.is_some_and(|curve| curve.oid() == Ok(id::P256)) => {
                p256::ecdsa::VerifyingKey::from_sec1_bytes(bits)
                    .ok()
                    .map(|key| Self::EcP256(Box::new(key)))
            }
            _ => None,
        };
        Ok(key.unwrap_or(Self::Unsupported(oid)))
    }

    /// The signature family of this key.
    #[must_use]
    pub fn family(&self) -> Option<SignatureFamily> {
        match self {
            Self::Gost(key) => Some(match key.parameter_set().size() {
                kabinet_gost::KeySize::Bits256 => SignatureFamily::Gost256,
                kabinet_gost::KeySize::Bits512 => SignatureFamily::Gost512,
            }),
            Self::Rsa(_) => Some(SignatureFamily::RsaPkcs1),
            Self::EcP256(_) => Some(SignatureFamily::Ecdsa),
            Self::Unsupported(_) => None,
        }
    }

    /// The digest to sign with: fixed by the size of a GOST key, SHA-256 otherwise.
    #[must_use]
    pub fn signing_digest(&self) -> Option<DigestAlgorithm> {
        self.family().map(|family| match family {
            SignatureFamily::Gost256 => DigestAlgorithm::Streebog256,
            SignatureFamily::Gost512 => DigestAlgorithm::Streebog512,
            SignatureFamily::RsaPkcs1 | SignatureFamily::Ecdsa => DigestAlgorithm::Sha256,
        })
    }

    /// Verifies `signature` over `message` by `algorithm`, which must name its digest.
    ///
    /// Signatures are as X.509 carries them: s ‖ r big-endian for GOST, DER for ECDSA.
    pub fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        let digest = algorithm.digest.ok_or(SignatureError::AlgorithmMismatch)?;
        self.verify_digest(algorithm, digest, &digest.digest(message), signature)
    }

    /// Verifies `signature` over an already computed digest.
    pub fn verify_digest(
        &self,
        algorithm: SignatureAlgorithm,
        digest_algorithm: DigestAlgorithm,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        if let Self::Unsupported(oid) = self {
            return Err(SignatureError::UnsupportedKey(*oid));
        }
        let named = algorithm.digest.is_none_or(|named| named == digest_algorithm);
        if self.family() != Some(algorithm.family) || !named || digest.len() != digest_algorithm.output_len()
        {
            return Err(SignatureError::AlgorithmMismatch);
        }
        let matches = match self {
            Self::Gost(key) => key.verify_digest(digest, signature).is_ok(),
            Self::Rsa(key) => {
                let info = digest_algorithm.digest_info(digest);
                let prefix = info[..info.len() - digest.len()].into();
                let scheme = rsa::Pkcs1v15Sign {
                    hash_len: Some(digest.len()),
                    prefix,
                };
                key.verify(scheme, digest, signature).is_ok()
            }
            Self::EcP256(key) => p256::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify_prehash(digest, &signature).is_ok()),
            Self::Unsupported(_) => false,
        };
        if matches {
            Ok(())
        } else {
            Err(SignatureError::Mismatch)
        }
    }
}

/// Turns the fixed-length r ‖ s that PKCS#11 returns into Ecdsa-Sig-Value (RFC 3279 §2.2.3).
#[must_use]
pub fn ecdsa_raw_to_der(raw: &[u8]) -> Option<Vec<u8>> {
    if raw.is_empty() || !raw.len().is_multiple_of(2) {
        return None;
    }
    let (r, s) = raw.split_at(raw.len() / 2);
    Some(write::sequence(&[write::integer(r), write::integer(s)]))
}
