//! Public keys of every algorithm met in certificates, behind one verification call.

mod dsa;
mod modular;
mod pss;

pub use dsa::{DsaParameters, DsaPublicKey};

use std::ops::RangeInclusive;

use const_oid::ObjectIdentifier as Oid;
use crypto_bigint::BoxedUint;
use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use rsa::traits::PublicKeyParts as _;
use thiserror::Error;

use crate::algorithm::{
    DigestAlgorithm, PssParameters, SignatureAlgorithm, SignatureFamily, read_identifier,
};
use crate::oid::algorithm as id;
use crate::tlv::{Malformed, Tlv, tag, write};

/// Shortest RSA modulus, in bits, that is not weak (NIST SP 800-131A, ETSI TS 119 312).
const STRONG_RSA: usize = 2048;

/// Sizes of RSA keys read, in bits. Shorter ones are anyone's; the time of a verification grows with the cube.
const RSA_BITS: RangeInclusive<usize> = 512..=16384;

/// A subject's public key.
#[derive(Clone, Debug)]
pub enum PublicKey {
    /// ГОСТ Р 34.10-2012 and 34.10-2001, every parameter set of crate `gost`.
    Gost(Box<kabinet_gost::PublicKey>),
    /// RSA of 512 to 16384 bits, for either padding.
    Rsa(Box<rsa::RsaPublicKey>),
    /// RSA for RSASSA-PSS only, and if parameters are given, for these and a salt at least as long (RFC 4055 §1.2).
    RsaPss(Box<rsa::RsaPublicKey>, Option<SignatureAlgorithm>),
    /// NIST P-256.
    EcP256(Box<p256::ecdsa::VerifyingKey>),
    /// NIST P-384.
    EcP384(Box<p384::ecdsa::VerifyingKey>),
    /// NIST P-521.
    EcP521(Box<p521::ecdsa::VerifyingKey>),
    /// brainpoolP256r1.
    EcBp256(Box<ecdsa::VerifyingKey<bp256::BrainpoolP256r1>>),
    /// brainpoolP384r1.
    EcBp384(Box<ecdsa::VerifyingKey<bp384::BrainpoolP384r1>>),
    /// DSA.
    Dsa(Box<DsaPublicKey>),
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
            id::GOST256 | id::GOST512 | id::GOST2001 => kabinet_gost::PublicKey::from_spki_der(der)
                .ok()
                .map(|key| Self::Gost(Box::new(key))),
            id::RSA => read_rsa(bits).map(Self::Rsa),
            id::RSA_PSS => match parameters.map(SignatureAlgorithm::read_pss) {
                None => read_rsa(bits).map(|key| Self::RsaPss(key, None)),
                Some(Ok(Ok(known))) => read_rsa(bits).map(|key| Self::RsaPss(key, Some(known))),
                Some(_) => None,
            },
            id::EC => parameters
                .and_then(|curve| curve.oid().ok())
                .and_then(|curve| Self::from_ec_point(&curve, bits)),
            id::DSA => read_dsa(parameters, bits),
            _ => None,
        };
        Ok(key.unwrap_or(Self::Unsupported(oid)))
    }

    /// An RSA key from its numbers, big-endian, as an XML RSAKeyValue has them.
    #[must_use]
    pub fn from_rsa(modulus: &[u8], exponent: &[u8]) -> Option<Self> {
        read_rsa(&write::sequence(&[
            write::integer(modulus),
            write::integer(exponent),
        ]))
        .map(Self::Rsa)
    }

    /// A key on a named curve from its point (SEC 1 §2.3.3), as an XML ECKeyValue has it; `None` for another curve
    /// or no point of it.
    #[must_use]
    pub fn from_ec_point(curve: &Oid, point: &[u8]) -> Option<Self> {
        match *curve {
            id::P256 => p256::ecdsa::VerifyingKey::from_sec1_bytes(point)
                .ok()
                .map(|key| Self::EcP256(Box::new(key))),
            id::P384 => p384::ecdsa::VerifyingKey::from_sec1_bytes(point)
                .ok()
                .map(|key| Self::EcP384(Box::new(key))),
            id::P521 => p521::ecdsa::VerifyingKey::from_sec1_bytes(point)
                .ok()
                .map(|key| Self::EcP521(Box::new(key))),
            id::BRAINPOOL_P256 => ecdsa::VerifyingKey::from_sec1_bytes(point)
                .ok()
                .map(|key| Self::EcBp256(Box::new(key))),
            id::BRAINPOOL_P384 => ecdsa::VerifyingKey::from_sec1_bytes(point)
                .ok()
                .map(|key| Self::EcBp384(Box::new(key))),
            _ => None,
        }
    }

    /// A DSA key from its numbers, big-endian, as an XML DSAKeyValue has them.
    #[must_use]
    pub fn from_dsa(p: &[u8], q: &[u8], g: &[u8], y: &[u8]) -> Option<Self> {
        let parameters = DsaParameters::new(p, q, g)?;
        DsaPublicKey::new(y, Some(parameters)).map(|key| Self::Dsa(Box::new(key)))
    }

    /// The signature family of this key; RSA keys of either kind sign by PKCS #1 v1.5 or, if restricted, by PSS
    /// with the restriction's parameters or those of SHA-256.
    #[must_use]
    pub fn family(&self) -> Option<SignatureFamily> {
        match self {
            Self::Gost(key) => Some(match (key.standard(), key.parameter_set().size()) {
                (kabinet_gost::Standard::R2001, _) => SignatureFamily::Gost2001,
                (_, kabinet_gost::KeySize::Bits256) => SignatureFamily::Gost256,
                (_, kabinet_gost::KeySize::Bits512) => SignatureFamily::Gost512,
            }),
            Self::Rsa(_) => Some(SignatureFamily::RsaPkcs1),
            Self::RsaPss(_, Some(known)) => Some(known.family),
            Self::RsaPss(_, None) => Some(SignatureFamily::RsaPss(PssParameters {
                mgf: DigestAlgorithm::Sha256,
                salt: DigestAlgorithm::Sha256.output_len(),
            })),
            Self::EcP256(_) | Self::EcP384(_) | Self::EcP521(_) | Self::EcBp256(_) | Self::EcBp384(_) => {
                Some(SignatureFamily::Ecdsa)
            }
            Self::Dsa(_) => Some(SignatureFamily::Dsa),
            Self::Unsupported(_) => None,
        }
    }

    /// The digest to sign with: fixed by the size of a GOST key, SHA-256 otherwise; `None` for keys that are only
    /// verified here.
    #[must_use]
    pub fn signing_digest(&self) -> Option<DigestAlgorithm> {
        match (self, self.family()?) {
            (Self::Gost(_), SignatureFamily::Gost256) => Some(DigestAlgorithm::Streebog256),
            (Self::Gost(_), SignatureFamily::Gost512) => Some(DigestAlgorithm::Streebog512),
            (Self::Rsa(_) | Self::EcP256(_), _) => Some(DigestAlgorithm::Sha256),
            _ => None,
        }
    }

    /// Whether the key is too short or of a withdrawn standard, so that its signatures prove nothing new.
    #[must_use]
    pub fn is_weak(&self) -> bool {
        match self {
            Self::Rsa(key) | Self::RsaPss(key, _) => (key.n().bits_vartime() as usize) < STRONG_RSA,
            Self::Gost(key) => key.standard() == kabinet_gost::Standard::R2001,
            Self::Dsa(_) => true,
            _ => false,
        }
    }

    /// This key with the parameters of the issuer's, if both are DSA and its own are left out (RFC 5280 §6.1.4 (f)).
    pub(crate) fn inheriting(&self, issuer: &Self) -> Option<Self> {
        match (self, issuer) {
            (Self::Dsa(own), Self::Dsa(from)) => own.inheriting(from).map(|key| Self::Dsa(Box::new(key))),
            _ => None,
        }
    }

    /// Whether parameters must be inherited before anything can be verified.
    pub(crate) fn lacks_parameters(&self) -> bool {
        matches!(self, Self::Dsa(key) if key.parameters().is_none())
    }

    /// Whether signatures by `algorithm` can be this key's.
    fn accepts(&self, algorithm: SignatureAlgorithm) -> bool {
        match (self, algorithm.family) {
            (Self::Rsa(_), SignatureFamily::RsaPss(_)) => true,
            (Self::RsaPss(_, allowed), SignatureFamily::RsaPss(found)) => {
                allowed.is_none_or(|allowed| match allowed.family {
                    SignatureFamily::RsaPss(known) => {
                        allowed.digest == algorithm.digest
                            && known.mgf == found.mgf
                            && known.salt <= found.salt
                    }
                    _ => false,
                })
            }
            (Self::RsaPss(..), _) => false,
            (_, family) => self.family() == Some(family),
        }
    }

    /// Verifies `signature` over `message` by `algorithm`, which must name its digest.
    ///
    /// Signatures are as X.509 carries them: s ‖ r big-endian for GOST, DER for ECDSA and DSA.
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
        if !self.accepts(algorithm) || !named || digest.len() != digest_algorithm.output_len() {
            return Err(SignatureError::AlgorithmMismatch);
        }
        if self.lacks_parameters() {
            return Err(SignatureError::UnsupportedKey(id::DSA));
        }
        if self.matches(algorithm.family, digest_algorithm, digest, signature) {
            Ok(())
        } else {
            Err(SignatureError::Mismatch)
        }
    }

    /// [`Self::verify_digest`] of a signature as XML carries it: for ECDSA and DSA r ‖ s, each as long as the order of the
    /// group (XMLDSig 1.1 §6.4), otherwise the same.
    pub fn verify_xml_digest(
        &self,
        algorithm: SignatureAlgorithm,
        digest_algorithm: DigestAlgorithm,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        match algorithm.family {
            SignatureFamily::Ecdsa | SignatureFamily::Dsa => {
                if self
                    .order_octets()
                    .is_some_and(|octets| signature.len() != 2 * octets)
                {
                    return Err(SignatureError::Mismatch);
                }
                let der = ecdsa_raw_to_der(signature).ok_or(SignatureError::Mismatch)?;
                self.verify_digest(algorithm, digest_algorithm, digest, &der)
            }
            _ => self.verify_digest(algorithm, digest_algorithm, digest, signature),
        }
    }

    /// Length of the order of the group.
    fn order_octets(&self) -> Option<usize> {
        match self {
            Self::EcP256(_) | Self::EcBp256(_) => Some(32),
            Self::EcP384(_) | Self::EcBp384(_) => Some(48),
            Self::EcP521(_) => Some(66),
            Self::Dsa(key) => key.parameters().map(DsaParameters::order_octets),
            _ => None,
        }
    }

    fn matches(
        &self,
        family: SignatureFamily,
        digest_algorithm: DigestAlgorithm,
        digest: &[u8],
        signature: &[u8],
    ) -> bool {
        match self {
            Self::Gost(key) => key.verify_digest(digest, signature).is_ok(),
            Self::Rsa(key) | Self::RsaPss(key, _) => match family {
                SignatureFamily::RsaPss(parameters) => {
                    pss::verify(key, parameters, digest_algorithm, digest, signature)
                }
                _ => {
                    let info = digest_algorithm.digest_info(digest);
                    let prefix = info[..info.len() - digest.len()].into();
                    let scheme = rsa::Pkcs1v15Sign {
                        hash_len: Some(digest.len()),
                        prefix,
                    };
                    key.verify(scheme, digest, signature).is_ok()
                }
            },
            Self::EcP256(key) => p256::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify_prehash(&padded(digest, 32), &signature).is_ok()),
            Self::EcP384(key) => p384::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify_prehash(&padded(digest, 48), &signature).is_ok()),
            Self::EcP521(key) => p521::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify_prehash(&padded(digest, 66), &signature).is_ok()),
            Self::EcBp256(key) => bp256::r1::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify_prehash(&padded(digest, 32), &signature).is_ok()),
            Self::EcBp384(key) => bp384::r1::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify_prehash(&padded(digest, 48), &signature).is_ok()),
            Self::Dsa(key) => key.verify(digest, signature),
            Self::Unsupported(_) => false,
        }
    }
}

/// A digest shorter than the order of the curve, as the number it is (SEC 1 §4.1.4); the crates refuse those
/// shorter than half of it.
fn padded(digest: &[u8], octets: usize) -> Vec<u8> {
    let mut number = vec![0; octets.saturating_sub(digest.len())];
    number.extend_from_slice(digest);
    number
}

/// RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER } (RFC 8017 §A.1.1)
fn read_rsa(der: &[u8]) -> Option<Box<rsa::RsaPublicKey>> {
    let mut reader = Tlv::from_der(der).ok()?.require(tag::SEQUENCE).ok()?.reader();
    let mut number = || {
        let octets = reader.any().ok()?.integer_octets().ok()?;
        (octets.len() <= modular::MAX_OCTETS).then(|| BoxedUint::from_be_slice_vartime(octets))
    };
    let (modulus, exponent) = (number()?, number()?);
    reader.finish().ok()?;
    rsa::RsaPublicKey::new_with_size_limits(modulus, exponent, RSA_BITS)
        .ok()
        .map(Box::new)
}

/// DSAPublicKey ::= INTEGER (RFC 3279 §2.3.2)
fn read_dsa(parameters: Option<Tlv<'_>>, bits: &[u8]) -> Option<PublicKey> {
    let parameters = match parameters.filter(|found| found.tag != tag::NULL) {
        Some(own) => Some(DsaParameters::read(own).ok()??),
        None => None,
    };
    let y = Tlv::from_der(bits).and_then(Tlv::integer_octets).ok()?;
    DsaPublicKey::new(y, parameters).map(|key| PublicKey::Dsa(Box::new(key)))
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
