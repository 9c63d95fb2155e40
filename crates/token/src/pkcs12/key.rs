//! A private key in memory: GOST, RSA or P-256. It signs like a token.

use kabinet_gost::{KeySize, SecretKey};
use p256::ecdsa::signature::hazmat::PrehashSigner;
use p256::elliptic_curve::sec1::ToSec1Point;
use pkcs8::DecodePrivateKey;
use rsa::Pkcs1v15Sign;
use rsa::traits::PublicKeyParts;

use super::error::PfxError;
use crate::certificate::PublicKey;
use crate::model::SignMechanism;

/// Every variant wipes itself when dropped.
pub(super) enum Key {
    Gost(SecretKey),
    Rsa(Box<rsa::RsaPrivateKey>),
    P256(p256::ecdsa::SigningKey),
}

impl Key {
    /// Reads a PrivateKeyInfo (RFC 5958); GOST keys may be masked (R 50.1.112-2016).
    pub(super) fn read(der: &[u8]) -> Result<Self, PfxError> {
        if let Ok(key) = SecretKey::from_pkcs8_der(der) {
            return Ok(Self::Gost(key));
        }
        if let Ok(key) = rsa::RsaPrivateKey::from_pkcs8_der(der) {
            return Ok(Self::Rsa(Box::new(key)));
        }
        let key = p256::SecretKey::from_pkcs8_der(der).map_err(|_| PfxError::KeyUnusable)?;
        Ok(Self::P256(key.into()))
    }

    pub(super) fn mechanism(&self) -> SignMechanism {
        match self {
            Self::Gost(key) => match key.public_key().parameter_set().size() {
                KeySize::Bits256 => SignMechanism::Gost256,
                KeySize::Bits512 => SignMechanism::Gost512,
            },
            Self::Rsa(_) => SignMechanism::RsaPkcs1,
            Self::P256(_) => SignMechanism::EcdsaP256,
        }
    }

    /// In the form certificates are compared in.
    pub(super) fn public_key(&self) -> PublicKey {
        let material = match self {
            Self::Gost(key) => key.public_key().point_octets().to_vec(),
            Self::Rsa(key) => {
                let modulus = key.n_bytes();
                let start = modulus
                    .iter()
                    .position(|octet| *octet != 0)
                    .unwrap_or(modulus.len());
                modulus[start..].to_vec()
            }
            Self::P256(key) => key
                .verifying_key()
                .as_affine()
                .to_sec1_point(false)
                .as_bytes()
                .to_vec(),
        };
        PublicKey {
            mechanism: self.mechanism(),
            material,
        }
    }

    /// The bytes a token's `C_Sign` would give for the same input.
    pub(super) fn sign(&self, input: &[u8]) -> Result<Vec<u8>, PfxError> {
        match self {
            Self::Gost(key) => key.sign_digest(input).map_err(|_| PfxError::SigningFailed),
            Self::Rsa(key) => key
                .sign(Pkcs1v15Sign::new_unprefixed(), input)
                .map_err(|_| PfxError::SigningFailed),
            Self::P256(key) => {
                let signature: Result<p256::ecdsa::Signature, _> = key.sign_prehash(input);
                signature
                    .map(|signature| signature.to_bytes().to_vec())
                    .map_err(|_| PfxError::SigningFailed)
            }
        }
    }
}
