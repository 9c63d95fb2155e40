//! A private key in memory: GOST, RSA or P-256. It signs like a token.

use der::Decode;
use der::asn1::ObjectIdentifier;
use kabinet_gost::{KeySize, SecretKey, oid};
use p256::ecdsa::signature::hazmat::PrehashSigner;
use p256::elliptic_curve::Generate;
use p256::elliptic_curve::sec1::ToSec1Point;
use pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey, PrivateKeyInfoRef};
use rsa::Pkcs1v15Sign;
use rsa::rand_core::UnwrapErr;
use rsa::traits::PublicKeyParts;
use zeroize::Zeroizing;

use super::algorithm::KeyAlgorithm;
use super::error::KeyFileError;
use crate::certificate::{self, PublicKey};
use crate::model::SignMechanism;

/// A private key. It is wiped when dropped, does not print and cannot be cloned.
pub struct PrivateKey(Kind);

/// Every variant wipes itself.
enum Kind {
    Gost(SecretKey),
    Rsa(Box<rsa::RsaPrivateKey>),
    P256(p256::SecretKey),
}

impl PrivateKey {
    /// Makes a key of the operating system's randomness. RSA takes seconds.
    ///
    /// # Errors
    /// [`KeyFileError::EntropyMissing`]; [`KeyFileError::KeyUnusable`] for an RSA size that is not made (below 1024 bits).
    pub fn generate(algorithm: KeyAlgorithm) -> Result<Self, KeyFileError> {
        Ok(Self(match algorithm {
            KeyAlgorithm::Gost(set) => {
                Kind::Gost(SecretKey::generate(set).map_err(|_| KeyFileError::EntropyMissing)?)
            }
            KeyAlgorithm::Rsa(bits) => {
                // The search for primes cannot report a failure: a generator that answers once goes on to answer.
                getrandom::fill(&mut [0; 1]).map_err(|_| KeyFileError::EntropyMissing)?;
                let key = rsa::RsaPrivateKey::new(&mut UnwrapErr(getrandom::SysRng), bits);
                Kind::Rsa(Box::new(key.map_err(|_| KeyFileError::KeyUnusable)?))
            }
            KeyAlgorithm::P256 => {
                Kind::P256(p256::SecretKey::try_generate().map_err(|_| KeyFileError::EntropyMissing)?)
            }
        }))
    }

    /// Reads a PrivateKeyInfo (RFC 5958); GOST keys may be masked (R 50.1.112-2016).
    ///
    /// # Errors
    /// [`KeyFileError::Malformed`], [`KeyFileError::KeyUnsupported`] for other algorithms and curves,
    /// [`KeyFileError::KeyUnusable`] for numbers that are no key.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, KeyFileError> {
        let algorithm = PrivateKeyInfoRef::from_der(der)?.algorithm;
        let unusable = |_| KeyFileError::KeyUnusable;
        Ok(Self(match algorithm.oid {
            oid::KEY_256 | oid::KEY_512 => {
                Kind::Gost(SecretKey::from_pkcs8_der(der).map_err(|_| KeyFileError::KeyUnusable)?)
            }
            certificate::RSA => Kind::Rsa(Box::new(
                rsa::RsaPrivateKey::from_pkcs8_der(der).map_err(unusable)?,
            )),
            certificate::EC => {
                let curve: ObjectIdentifier =
                    algorithm.parameters.ok_or(KeyFileError::Malformed)?.decode_as()?;
                if curve != certificate::P256 {
                    return Err(KeyFileError::KeyUnsupported { oid: curve });
                }
                Kind::P256(p256::SecretKey::from_pkcs8_der(der).map_err(unusable)?)
            }
            oid => return Err(KeyFileError::KeyUnsupported { oid }),
        }))
    }

    /// Writes a PrivateKeyInfo (RFC 5958), DER, not encrypted.
    ///
    /// # Errors
    /// [`KeyFileError::KeyUnusable`]; does not happen for keys that could be read or made.
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
        let unusable = |_| KeyFileError::KeyUnusable;
        match &self.0 {
            Kind::Gost(key) => key.to_pkcs8_der().map_err(|_| KeyFileError::KeyUnusable),
            Kind::Rsa(key) => Ok(key.to_pkcs8_der().map_err(unusable)?.to_bytes()),
            Kind::P256(key) => Ok(key.to_pkcs8_der().map_err(unusable)?.to_bytes()),
        }
    }

    /// SubjectPublicKeyInfo of the public half (RFC 5280 §4.1.2.7; RFC 9215 §4 for GOST), DER.
    ///
    /// # Errors
    /// [`KeyFileError::KeyUnusable`]; does not happen for keys that could be read or made.
    pub fn to_spki_der(&self) -> Result<Vec<u8>, KeyFileError> {
        match &self.0 {
            Kind::Gost(key) => key
                .public_key()
                .to_spki_der()
                .map_err(|_| KeyFileError::KeyUnusable),
            Kind::Rsa(key) => spki_of(&key.to_public_key()),
            Kind::P256(key) => spki_of(&key.public_key()),
        }
    }

    /// Kind and strength.
    pub fn algorithm(&self) -> KeyAlgorithm {
        match &self.0 {
            Kind::Gost(key) => KeyAlgorithm::Gost(key.public_key().parameter_set()),
            Kind::Rsa(key) => KeyAlgorithm::Rsa(key.n().bits() as usize),
            Kind::P256(_) => KeyAlgorithm::P256,
        }
    }

    /// How the key signs.
    pub fn mechanism(&self) -> SignMechanism {
        match &self.0 {
            Kind::Gost(key) => match key.public_key().parameter_set().size() {
                KeySize::Bits256 => SignMechanism::Gost256,
                KeySize::Bits512 => SignMechanism::Gost512,
            },
            Kind::Rsa(_) => SignMechanism::RsaPkcs1,
            Kind::P256(_) => SignMechanism::EcdsaP256,
        }
    }

    /// Signs one input; the bytes are those a token's `C_Sign` would give.
    ///
    /// # Errors
    /// [`KeyFileError::MechanismUnsupported`], [`KeyFileError::InputUnsuitable`], [`KeyFileError::SigningFailed`].
    pub fn sign(&self, mechanism: SignMechanism, input: &[u8]) -> Result<Vec<u8>, KeyFileError> {
        if mechanism != self.mechanism() {
            return Err(KeyFileError::MechanismUnsupported);
        }
        if !mechanism.accepts(input) {
            return Err(KeyFileError::InputUnsuitable);
        }
        match &self.0 {
            Kind::Gost(key) => key
                .sign_digest(input)
                .map(|signature| signature.octets().to_vec())
                .map_err(|_| KeyFileError::SigningFailed),
            Kind::Rsa(key) => key
                .sign(Pkcs1v15Sign::new_unprefixed(), input)
                .map_err(|_| KeyFileError::SigningFailed),
            Kind::P256(key) => {
                let signature: Result<p256::ecdsa::Signature, _> =
                    p256::ecdsa::SigningKey::from(key).sign_prehash(input);
                signature
                    .map(|signature| signature.to_bytes().to_vec())
                    .map_err(|_| KeyFileError::SigningFailed)
            }
        }
    }

    /// Whether a certificate, DER, is of this key.
    pub fn belongs_to(&self, certificate: &[u8]) -> bool {
        certificate::public_key(certificate) == Some(self.public_key())
    }

    /// In the form certificates are compared in.
    fn public_key(&self) -> PublicKey {
        let material = match &self.0 {
            Kind::Gost(key) => key.public_key().point_octets().to_vec(),
            Kind::Rsa(key) => certificate::without_zeros(&key.n_bytes()).to_vec(),
            Kind::P256(key) => key.public_key().to_sec1_point(false).as_bytes().to_vec(),
        };
        PublicKey {
            mechanism: self.mechanism(),
            material,
        }
    }
}

fn spki_of(key: &impl EncodePublicKey) -> Result<Vec<u8>, KeyFileError> {
    let document = key.to_public_key_der().map_err(|_| KeyFileError::KeyUnusable)?;
    Ok(document.into_vec())
}
