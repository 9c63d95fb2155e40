//! Key material: wiped when dropped, never printed or cloned.

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, Nonce, Tag};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroize;

use crate::AgeError;

/// Octets nobody else may know. Boxed, so that moving them leaves no copy on the stack.
pub(crate) struct Secret<const N: usize>(Box<[u8; N]>);

/// What encrypts the header's MAC and the payload; each stanza wraps it for somebody.
pub(crate) type FileKey = Secret<16>;

/// A [`FileKey`] under a wrapping key, with its tag: the body of every stanza written here.
pub(crate) type WrappedKey = [u8; 32];

impl<const N: usize> Secret<N> {
    pub(crate) fn zero() -> Self {
        Self(Box::new([0; N]))
    }

    pub(crate) fn random() -> Result<Self, AgeError> {
        let mut secret = Self::zero();
        getrandom::fill(secret.bytes_mut()).map_err(|_| AgeError::Random)?;
        Ok(secret)
    }

    pub(crate) fn bytes(&self) -> &[u8; N] {
        &self.0
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8; N] {
        &mut self.0
    }
}

impl<const N: usize> Drop for Secret<N> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// HKDF-SHA-256 (RFC 5869), the only derivation age has beside scrypt.
pub(crate) fn derive(from: &[u8], salt: &[u8], info: &str) -> Secret<32> {
    let mut key = Secret::zero();
    Hkdf::<Sha256>::new(Some(salt), from)
        .expand(info.as_bytes(), key.bytes_mut())
        .expect("HKDF gives 32 octets");
    key
}

// A wrapping key wraps one file key in its life, hence the nonce of zeros.

/// `file_key` under `wrapping`, a key made for this file and this stanza.
pub(crate) fn wrap(wrapping: &Secret<32>, file_key: &FileKey) -> WrappedKey {
    let mut wrapped = [0; 32];
    let (key, tag) = wrapped.split_at_mut(16);
    key.copy_from_slice(file_key.bytes());
    let made = ChaCha20Poly1305::new(wrapping.bytes().into())
        .encrypt_inout_detached(&Nonce::default(), &[], (&mut *key).into())
        .expect("ChaCha20-Poly1305 takes 16 octets");
    tag.copy_from_slice(&made);
    wrapped
}

/// The file key in `wrapped`, if `wrapping` is the key it was wrapped with.
pub(crate) fn unwrap(wrapping: &Secret<32>, wrapped: &WrappedKey) -> Option<FileKey> {
    let (key, tag) = wrapped.split_first_chunk::<16>()?;
    let tag = Tag::try_from(tag).ok()?;
    let mut file_key = FileKey::zero();
    file_key.bytes_mut().copy_from_slice(key);
    ChaCha20Poly1305::new(wrapping.bytes().into())
        .decrypt_inout_detached(
            &Nonce::default(),
            &[],
            file_key.bytes_mut().as_mut_slice().into(),
            &tag,
        )
        .ok()?;
    Some(file_key)
}
