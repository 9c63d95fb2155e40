//! Encryption under the PIN: Argon2id opens a master key, the master key opens private values.
//!
//! Both PINs wrap the same master key, so that the administrator can give a new user PIN without the loss of
//! keys, as hardware tokens do.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::StoreError;

/// RFC 9106 leaves the choice to the application; these are the minimum of OWASP for Argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

pub(crate) fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut octets = [0; N];
    getrandom::fill(&mut octets).map_err(|_| StoreError::Entropy)?;
    Ok(octets)
}

/// A value encrypted with XChaCha20-Poly1305.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Sealed {
    #[serde(with = "hex")]
    nonce: Vec<u8>,
    #[serde(with = "hex")]
    ciphertext: Vec<u8>,
}

/// The key of a token's private values.
pub(crate) struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    pub(crate) fn generate() -> Result<Self, StoreError> {
        Ok(Self(Zeroizing::new(random()?)))
    }

    /// Encrypts `value`; `context` binds it to its place.
    pub(crate) fn seal(&self, context: &str, value: &[u8]) -> Result<Sealed, StoreError> {
        let nonce: [u8; 24] = random()?;
        let ciphertext = XChaCha20Poly1305::new((&*self.0).into())
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: value,
                    aad: context.as_bytes(),
                },
            )
            .map_err(|_| StoreError::Unsealing)?;
        Ok(Sealed {
            nonce: nonce.to_vec(),
            ciphertext,
        })
    }

    /// Decrypts what [`Self::seal`] made in the same context.
    pub(crate) fn open(&self, context: &str, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let nonce = <[u8; 24]>::try_from(sealed.nonce.as_slice()).map_err(|_| StoreError::Unsealing)?;
        XChaCha20Poly1305::new((&*self.0).into())
            .decrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: &sealed.ciphertext,
                    aad: context.as_bytes(),
                },
            )
            .map(Zeroizing::new)
            .map_err(|_| StoreError::Unsealing)
    }
}

/// The master key under a PIN, with the parameters of the derivation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Wrapped {
    #[serde(with = "hex")]
    salt: Vec<u8>,
    memory_kib: u32,
    passes: u32,
    master: Sealed,
}

impl Wrapped {
    pub(crate) fn new(context: &str, pin: &[u8], master: &MasterKey) -> Result<Self, StoreError> {
        let salt: [u8; 16] = random()?;
        let key = derive(pin, &salt, MEMORY_KIB, PASSES)?;
        Ok(Self {
            salt: salt.to_vec(),
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            master: key.seal(context, master.0.as_ref())?,
        })
    }

    /// The master key; [`StoreError::Unsealing`] if the PIN is another one.
    pub(crate) fn open(&self, context: &str, pin: &[u8]) -> Result<MasterKey, StoreError> {
        let key = derive(pin, &self.salt, self.memory_kib, self.passes)?;
        let master = key.open(context, &self.master)?;
        let mut octets = Zeroizing::new([0; 32]);
        if master.len() != octets.len() {
            return Err(StoreError::Unsealing);
        }
        octets.copy_from_slice(&master);
        Ok(MasterKey(octets))
    }
}

fn derive(pin: &[u8], salt: &[u8], memory_kib: u32, passes: u32) -> Result<MasterKey, StoreError> {
    let mut key = Zeroizing::new([0; 32]);
    let params =
        Params::new(memory_kib, passes, 1, Some(key.len())).map_err(|_| StoreError::KeyDerivation)?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(pin, salt, key.as_mut())
        .map_err(|_| StoreError::KeyDerivation)?;
    Ok(MasterKey(key))
}
