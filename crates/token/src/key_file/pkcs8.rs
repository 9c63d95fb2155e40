//! PKCS#8 (RFC 5958), plain and encrypted (RFC 8018; with GOST: R 1323565.1.041-2022).

use der::asn1::OctetStringRef;
use der::{Decode, Encode};
use pkcs8::PrivateKeyInfoRef;
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use super::asn1::EncryptedKey;
use super::error::KeyFileError;
use super::pbes2;
use super::private_key::PrivateKey;
use super::scheme::{Part, Protection, Scheme};
use crate::secret::Passphrase;

/// EncryptedPrivateKeyInfo, DER.
pub(super) fn encrypt(
    key: &PrivateKey,
    passphrase: &Passphrase,
    scheme: Scheme,
) -> Result<Vec<u8>, KeyFileError> {
    let encrypted = pbes2::encrypt(scheme, passphrase, &key.to_pkcs8_der()?)?;
    let info = EncryptedKey {
        algorithm: AlgorithmIdentifierRef::from_der(&encrypted.algorithm)?,
        content: OctetStringRef::new(&encrypted.content)?,
    };
    Ok(info.to_der()?)
}

/// PrivateKeyInfo out of EncryptedPrivateKeyInfo. The format has no integrity check: what is no key any more was not
/// encrypted with this passphrase, or was changed.
pub(super) fn decrypt(file: &[u8], passphrase: &Passphrase) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    let encrypted = EncryptedKey::from_der(file)?;
    let content = encrypted.content.as_bytes();
    let key = pbes2::decrypt(&encrypted.algorithm, passphrase, content, is_key)?;
    match PrivateKeyInfoRef::from_der(&key) {
        Ok(_) => Ok(key),
        Err(_) => Err(KeyFileError::PassphraseIncorrect),
    }
}

/// Whether this is a key that can be used.
pub(super) fn is_key(info: &[u8]) -> bool {
    PrivateKey::from_pkcs8_der(info).is_ok()
}

/// How an EncryptedPrivateKeyInfo is protected.
pub(super) fn describe(file: &[u8]) -> Result<Protection, KeyFileError> {
    pbes2::describe(&EncryptedKey::from_der(file)?.algorithm, Part::Key)
}
