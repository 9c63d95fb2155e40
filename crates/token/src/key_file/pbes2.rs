//! Password-based encryption, PBES2 (RFC 8018 §6.2).

use der::Decode;
use kabinet_gost::oid;
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use super::asn1::{PBES2, Pbes2Parameters, identifier, parameters};
use super::cipher::Cipher;
use super::error::KeyFileError;
use super::pbkdf2::{Derivation, HMAC_SHA256};
use super::scheme::{Part, Protection, Scheme};
use crate::secret::Passphrase;

/// Encrypted octets with DER of the algorithm that decrypts them.
pub(super) struct Encrypted {
    pub(super) algorithm: Vec<u8>,
    pub(super) content: Vec<u8>,
}

/// Encrypts with a salt and an IV of their own.
pub(super) fn encrypt(
    scheme: Scheme,
    passphrase: &Passphrase,
    content: &[u8],
) -> Result<Encrypted, KeyFileError> {
    let derivation = Derivation::fresh(match scheme {
        Scheme::Aes256 => HMAC_SHA256,
        _ => oid::HMAC_STREEBOG_512,
    })?;
    let cipher = Cipher::fresh(scheme)?;
    let key = derivation.derive(passphrase, cipher.key_length())?;
    let content = cipher.encrypt(&key, content)?;
    let (derivation, cipher) = (derivation.write()?, cipher.write()?);
    let parameters = Pbes2Parameters {
        derivation: AlgorithmIdentifierRef::from_der(&derivation)?,
        encryption: AlgorithmIdentifierRef::from_der(&cipher)?,
    };
    Ok(Encrypted {
        algorithm: identifier(PBES2, &parameters)?,
        content,
    })
}

/// Decrypts what an algorithm identifier of a file says. Success does not mean the passphrase was right: what is not
/// `sound` is given out as well, after every way to decrypt it.
pub(super) fn decrypt(
    algorithm: &AlgorithmIdentifierRef<'_>,
    passphrase: &Passphrase,
    content: &[u8],
    sound: impl Fn(&[u8]) -> bool,
) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    if algorithm.oid != PBES2 {
        return Err(KeyFileError::Unsupported { oid: algorithm.oid });
    }
    let parameters: Pbes2Parameters<'_> = parameters(algorithm)?;
    let cipher = Cipher::read(&parameters.encryption)?;
    let derivation = Derivation::read(&parameters.derivation)?;
    let key = derivation.derive(passphrase, cipher.key_length())?;
    let plain = cipher.decrypt(&key, content)?;
    if !sound(&plain)
        && let Some(other) = cipher.decrypt_like_engine(&key, content)?
        && sound(&other)
    {
        return Ok(other);
    }
    Ok(plain)
}

/// What an algorithm identifier of a file says, known or not.
pub(super) fn describe(
    algorithm: &AlgorithmIdentifierRef<'_>,
    part: Part,
) -> Result<Protection, KeyFileError> {
    if algorithm.oid != PBES2 {
        return Ok(Protection {
            part,
            algorithm: algorithm.oid,
            prf: None,
            iterations: None,
        });
    }
    let parameters: Pbes2Parameters<'_> = parameters(algorithm)?;
    let derivation = Derivation::read(&parameters.derivation).ok();
    Ok(Protection {
        part,
        algorithm: parameters.encryption.oid,
        prf: derivation.as_ref().map(Derivation::prf),
        iterations: derivation.as_ref().map(Derivation::iterations),
    })
}
