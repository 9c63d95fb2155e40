//! Keys of the kinds a token holds: GOST, RSA and P-256. They read themselves, sign and judge.

mod attributes;

use cryptoki_sys as ck;
use der::{Decode, asn1::ObjectIdentifier};
use kabinet_gost::{KeySize, ParameterSet, SecretKey, oid};
use p256::{
    ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier},
    elliptic_curve::{Generate, sec1::ToSec1Point},
};
use pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, PrivateKeyInfoRef};
use rsa::{Pkcs1v15Sign, RsaPrivateKey, RsaPublicKey, rand_core::UnwrapErr, traits::PublicKeyParts};
use zeroize::Zeroizing;

use crate::{
    rv::{Outcome, Rv},
    store::StoreError,
};

pub(crate) use attributes::{CONFIRM_BY_TOUCH, check_curve, key_pair, named_set};

/// RFC 8017 §A.1.
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// RFC 5480 §2.1.1.
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// secp256r1, RFC 5480 §2.1.1.1.
pub(crate) const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
/// RFC 8017 §7.2.1: a padded message is at least this much longer than what is signed, octets.
const PKCS1_PADDING: usize = 11;

/// What a key is for the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    Gost(KeySize),
    Rsa,
    P256,
}

impl KeyKind {
    const ALL: [Self; 4] = [
        Self::Gost(KeySize::Bits256),
        Self::Gost(KeySize::Bits512),
        Self::Rsa,
        Self::P256,
    ];

    /// `CKK_…`; 0xD4321003 is `CKK_GOSTR3410_512`.
    pub(crate) const fn key_type(self) -> ck::CK_KEY_TYPE {
        match self {
            Self::Gost(KeySize::Bits256) => ck::CKK_GOSTR3410,
            Self::Gost(KeySize::Bits512) => 0xD432_1003,
            Self::Rsa => ck::CKK_RSA,
            Self::P256 => ck::CKK_EC,
        }
    }

    /// The kind of keys of this `CKK_…`.
    pub(crate) fn of(key_type: u64) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| u64::from(kind.key_type()) == key_type)
    }
}

/// A private key; every kind wipes itself.
pub(crate) enum PrivateKey {
    Gost(SecretKey),
    Rsa(Box<RsaPrivateKey>),
    P256(p256::SecretKey),
}

/// What is generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parameters {
    Gost(ParameterSet),
    /// Bits of the modulus.
    Rsa(usize),
    P256,
}

impl PrivateKey {
    pub(crate) fn generate(parameters: Parameters) -> Result<Self, StoreError> {
        Ok(match parameters {
            Parameters::Gost(set) => Self::Gost(SecretKey::generate(set)?),
            Parameters::Rsa(bits) => {
                // The search for primes cannot report a failure: a generator that answers once goes on to answer.
                getrandom::fill(&mut [0; 1]).map_err(|_| StoreError::Entropy)?;
                let key = RsaPrivateKey::new(&mut UnwrapErr(getrandom::SysRng), bits);
                Self::Rsa(Box::new(key.map_err(|_| StoreError::KeyUnusable)?))
            }
            Parameters::P256 => Self::P256(p256::SecretKey::try_generate().map_err(|_| StoreError::Entropy)?),
        })
    }

    /// Reads a PrivateKeyInfo (RFC 5958).
    pub(crate) fn from_pkcs8_der(der: &[u8]) -> Result<Self, StoreError> {
        let unusable = |_| StoreError::KeyUnusable;
        let algorithm = PrivateKeyInfoRef::from_der(der).map_err(unusable)?.algorithm.oid;
        Ok(match algorithm {
            oid::KEY_256 | oid::KEY_512 => Self::Gost(SecretKey::from_pkcs8_der(der)?),
            RSA => {
                let key = RsaPrivateKey::from_pkcs8_der(der);
                Self::Rsa(Box::new(key.map_err(|_| StoreError::KeyUnusable)?))
            }
            // Refuses other curves.
            EC => Self::P256(p256::SecretKey::from_pkcs8_der(der).map_err(|_| StoreError::KeyUnusable)?),
            _ => return Err(StoreError::KeyUnusable),
        })
    }

    /// What is kept, sealed: a GOST key's number, since its curve is among the attributes; other keys as PKCS#8.
    pub(crate) fn to_value(&self) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let unusable = |_| StoreError::KeyUnusable;
        match self {
            Self::Gost(key) => Ok(key.to_octets()),
            Self::Rsa(key) => Ok(key.to_pkcs8_der().map_err(unusable)?.to_bytes()),
            Self::P256(key) => Ok(key.to_pkcs8_der().map_err(unusable)?.to_bytes()),
        }
    }

    pub(crate) fn public_key(&self) -> PublicKey {
        match self {
            Self::Gost(key) => PublicKey::Gost(key.public_key().clone()),
            Self::Rsa(key) => PublicKey::Rsa(Box::new(key.to_public_key())),
            Self::P256(key) => PublicKey::P256(key.public_key()),
        }
    }

    /// Signs what the raw mechanism of this kind takes: a digest, or a DigestInfo for RSA.
    pub(crate) fn sign(&self, input: &[u8]) -> Outcome<Vec<u8>> {
        match self {
            Self::Gost(key) => Ok(key.sign_digest(input)?.octets().to_vec()),
            Self::Rsa(key) if input.len() + PKCS1_PADDING > key.size() => Err(Rv(ck::CKR_DATA_LEN_RANGE)),
            Self::Rsa(key) => key
                .sign(Pkcs1v15Sign::new_unprefixed(), input)
                .map_err(|_| Rv(ck::CKR_FUNCTION_FAILED)),
            Self::P256(key) => {
                let signature: Result<p256::ecdsa::Signature, _> =
                    p256::ecdsa::SigningKey::from(key).sign_prehash(input);
                signature
                    .map(|signature| signature.to_bytes().to_vec())
                    .map_err(|_| Rv(ck::CKR_DATA_LEN_RANGE))
            }
        }
    }
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PublicKey {
    Gost(kabinet_gost::PublicKey),
    Rsa(Box<RsaPublicKey>),
    P256(p256::PublicKey),
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo.
    pub(crate) fn from_spki_der(der: &[u8]) -> Result<Self, StoreError> {
        let algorithm = spki::SubjectPublicKeyInfoRef::from_der(der)?.algorithm.oid;
        let unusable = |_| StoreError::KeyUnusable;
        Ok(match algorithm {
            oid::KEY_256 | oid::KEY_512 => Self::Gost(kabinet_gost::PublicKey::from_spki_der(der)?),
            RSA => Self::Rsa(Box::new(
                RsaPublicKey::from_public_key_der(der).map_err(unusable)?,
            )),
            EC => Self::P256(p256::PublicKey::from_public_key_der(der).map_err(unusable)?),
            _ => return Err(StoreError::KeyUnusable),
        })
    }

    pub(crate) fn kind(&self) -> KeyKind {
        match self {
            Self::Gost(key) => KeyKind::Gost(key.parameter_set().size()),
            Self::Rsa(_) => KeyKind::Rsa,
            Self::P256(_) => KeyKind::P256,
        }
    }

    /// How long a signature is.
    pub(crate) fn signature_octets(&self) -> usize {
        match self {
            Self::Gost(key) => key.parameter_set().size().signature_octets(),
            Self::Rsa(key) => key.size(),
            Self::P256(_) => 64,
        }
    }

    /// The uncompressed point of a P-256 key.
    fn p256_point(key: &p256::PublicKey) -> Vec<u8> {
        key.to_sec1_point(false).as_bytes().to_vec()
    }

    /// Judges a signature over what [`PrivateKey::sign`] takes.
    pub(crate) fn verify(&self, input: &[u8], signature: &[u8]) -> Outcome {
        if let Self::Gost(key) = self {
            return Ok(key.verify_digest(input, signature)?);
        }
        if signature.len() != self.signature_octets() {
            return Err(Rv(ck::CKR_SIGNATURE_LEN_RANGE));
        }
        let good = match self {
            Self::Gost(_) => false,
            Self::Rsa(key) => key
                .verify(Pkcs1v15Sign::new_unprefixed(), input, signature)
                .is_ok(),
            Self::P256(key) => p256::ecdsa::Signature::from_slice(signature)
                .and_then(|signature| p256::ecdsa::VerifyingKey::from(key).verify_prehash(input, &signature))
                .is_ok(),
        };
        if good {
            Ok(())
        } else {
            Err(Rv(ck::CKR_SIGNATURE_INVALID))
        }
    }
}
