//! Secret values: wiped when dropped, never printed, cloned or serialised.

use std::fmt;

use hkdf::Hkdf;
use sha2::Sha256;
use uuid::Uuid;
use zeroize::{Zeroize, Zeroizing};

use crate::StoreError;

/// Fewest characters of a passphrase.
pub const PASSPHRASE_MIN: usize = 8;

/// What the user types to open the vault.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Takes the text over; it is wiped when the passphrase is dropped or refused.
    ///
    /// # Errors
    /// [`StoreError::PassphraseTooShort`] below [`PASSPHRASE_MIN`] characters.
    pub fn new(text: String) -> Result<Self, StoreError> {
        let text = Zeroizing::new(text);
        if text.chars().count() < PASSPHRASE_MIN {
            return Err(StoreError::PassphraseTooShort { min: PASSPHRASE_MIN });
        }
        Ok(Self(text))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// A secret kept in an organisation's database, such as its API key.
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over; it is wiped when the secret is dropped.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A 256-bit key. Boxed, so that moving it leaves no copy on the stack.
pub(crate) struct Key(Box<[u8; 32]>);

impl Key {
    pub(crate) fn random() -> Result<Self, StoreError> {
        let mut key = Self::zero();
        getrandom::fill(key.0.as_mut_slice()).map_err(|_| StoreError::Random)?;
        Ok(key)
    }

    pub(crate) fn zero() -> Self {
        Self(Box::new([0; 32]))
    }

    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut key = Self::zero();
        if bytes.len() != key.0.len() {
            return None;
        }
        key.0.copy_from_slice(bytes);
        Some(key)
    }

    /// A key of this one for `purpose`; see [`from_material`](Self::from_material).
    pub(crate) fn derive(&self, vault: Uuid, purpose: &str) -> Result<Self, StoreError> {
        Self::from_material(self.bytes(), vault, purpose)
    }

    /// HKDF-SHA-256 (RFC 5869): salt is the vault's identity, info is `purpose`. The material must be beyond guessing.
    pub(crate) fn from_material(material: &[u8], vault: Uuid, purpose: &str) -> Result<Self, StoreError> {
        let mut key = Self::zero();
        Hkdf::<Sha256>::new(Some(vault.as_bytes()), material)
            .expand(purpose.as_bytes(), key.0.as_mut_slice())
            .map_err(|_| StoreError::KeyDerivation)?;
        Ok(key)
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8; 32] {
        &mut self.0
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_passphrase_is_refused_by_characters_not_bytes() {
        // Seven Cyrillic letters are fourteen bytes.
        assert!(matches!(
            Passphrase::new("парольь".to_owned()),
            Err(StoreError::PassphraseTooShort { min: 8 })
        ));
        assert!(Passphrase::new("пароль12".to_owned()).is_ok());
    }

    #[test]
    fn secrets_do_not_print() {
        let passphrase = Passphrase::new("верблюд-горбат".to_owned()).unwrap();
        let printed = format!("{passphrase:?} {:?}", Secret::new("верблюд".to_owned()));
        assert!(!printed.contains("верблюд"));
    }

    #[test]
    fn derived_keys_differ_by_purpose_and_vault() {
        let key = Key::random().unwrap();
        let vault = Uuid::new_v4();
        let a = key.derive(vault, "a").unwrap();
        assert_eq!(a.bytes(), key.derive(vault, "a").unwrap().bytes());
        assert_ne!(a.bytes(), key.derive(vault, "b").unwrap().bytes());
        assert_ne!(a.bytes(), key.derive(Uuid::new_v4(), "a").unwrap().bytes());
    }
}
