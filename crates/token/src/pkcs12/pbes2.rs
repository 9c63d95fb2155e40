//! Password-based decryption: PBES2 with PBKDF2 (RFC 8018 §6.2), AES-CBC or GOST 28147-89.

use aes::cipher::{BlockModeDecrypt, KeyIvInit, block_padding::Pkcs7};
use der::asn1::{ObjectIdentifier, OctetStringRef};
use hmac::Hmac;
use kabinet_gost::{Streebog256, Streebog512, oid};
use pbkdf2::pbkdf2;
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use super::asn1::{Gost89Parameters, PBES2, PBKDF2, Pbes2Parameters, Pbkdf2Parameters};
use super::error::PfxError;
use super::gost89::{Substitution, decrypt_cfb};
use crate::secret::Passphrase;

/// More iterations than any program writes; a file that demands more wants to keep us busy.
pub(super) const MOST_ITERATIONS: u32 = 10_000_000;

const fn id(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const HMAC_SHA1: ObjectIdentifier = id("1.2.840.113549.2.7");
const HMAC_SHA256: ObjectIdentifier = id("1.2.840.113549.2.9");
const HMAC_SHA384: ObjectIdentifier = id("1.2.840.113549.2.10");
const HMAC_SHA512: ObjectIdentifier = id("1.2.840.113549.2.11");
const AES128_CBC: ObjectIdentifier = id("2.16.840.1.101.3.4.1.2");
const AES192_CBC: ObjectIdentifier = id("2.16.840.1.101.3.4.1.22");
const AES256_CBC: ObjectIdentifier = id("2.16.840.1.101.3.4.1.42");
/// id-Gost28147-89, RFC 4357 §11.2.
const GOST89: ObjectIdentifier = id("1.2.643.2.2.21");

/// Decrypts what an algorithm identifier of a PKCS#12 file says. Success does not mean the passphrase was right.
pub(super) fn decrypt(
    algorithm: &AlgorithmIdentifierRef<'_>,
    passphrase: &Passphrase,
    content: &[u8],
) -> Result<Zeroizing<Vec<u8>>, PfxError> {
    if algorithm.oid != PBES2 {
        return Err(PfxError::Unsupported { oid: algorithm.oid });
    }
    let parameters: Pbes2Parameters<'_> = parameters(algorithm)?;
    let cipher = Cipher::read(&parameters.encryption)?;
    let key = derive(&parameters.derivation, passphrase, cipher.key_length())?;
    cipher.decrypt(&key, content)
}

fn parameters<'a, T>(algorithm: &AlgorithmIdentifierRef<'a>) -> Result<T, PfxError>
where
    T: der::Choice<'a> + der::DecodeValue<'a, Error = der::Error>,
{
    Ok(algorithm.parameters.ok_or(PfxError::Malformed)?.decode_as()?)
}

fn derive(
    algorithm: &AlgorithmIdentifierRef<'_>,
    passphrase: &Passphrase,
    length: usize,
) -> Result<Zeroizing<Vec<u8>>, PfxError> {
    if algorithm.oid != PBKDF2 {
        return Err(PfxError::Unsupported { oid: algorithm.oid });
    }
    let parameters: Pbkdf2Parameters<'_> = parameters(algorithm)?;
    if parameters
        .key_length
        .is_some_and(|stated| usize::from(stated) != length)
        || parameters.iterations == 0
    {
        return Err(PfxError::Malformed);
    }
    if parameters.iterations > MOST_ITERATIONS {
        return Err(PfxError::TooExpensive);
    }
    let (password, salt, rounds) = (
        passphrase.expose(),
        parameters.salt.as_bytes(),
        parameters.iterations,
    );
    let mut key = Zeroizing::new(vec![0; length]);
    let derived = match parameters.prf.map_or(HMAC_SHA1, |prf| prf.oid) {
        HMAC_SHA1 => pbkdf2::<Hmac<sha1::Sha1>>(password, salt, rounds, &mut key),
        HMAC_SHA256 => pbkdf2::<Hmac<sha2::Sha256>>(password, salt, rounds, &mut key),
        HMAC_SHA384 => pbkdf2::<Hmac<sha2::Sha384>>(password, salt, rounds, &mut key),
        HMAC_SHA512 => pbkdf2::<Hmac<sha2::Sha512>>(password, salt, rounds, &mut key),
        oid::HMAC_STREEBOG_256 => pbkdf2::<Hmac<Streebog256>>(password, salt, rounds, &mut key),
        oid::HMAC_STREEBOG_512 => pbkdf2::<Hmac<Streebog512>>(password, salt, rounds, &mut key),
        oid => return Err(PfxError::Unsupported { oid }),
    };
    derived.map_err(|_| PfxError::Malformed)?;
    Ok(key)
}

/// An encryption scheme with its parameters.
enum Cipher {
    Aes { key_length: usize, iv: [u8; 16] },
    Gost89 { substitution: Substitution, iv: [u8; 8] },
}

impl Cipher {
    fn read(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<Self, PfxError> {
        let key_length = match algorithm.oid {
            AES128_CBC => 16,
            AES192_CBC => 24,
            AES256_CBC => 32,
            GOST89 => return Self::read_gost89(algorithm),
            oid => return Err(PfxError::Unsupported { oid }),
        };
        let iv: &OctetStringRef = parameters(algorithm)?;
        Ok(Self::Aes {
            key_length,
            iv: iv.as_bytes().try_into().map_err(|_| PfxError::Malformed)?,
        })
    }

    fn read_gost89(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<Self, PfxError> {
        const TC26_Z: ObjectIdentifier = id("1.2.643.7.1.2.5.1.1");
        const CRYPTO_PRO_A: ObjectIdentifier = id("1.2.643.2.2.31.1");
        const CRYPTO_PRO_B: ObjectIdentifier = id("1.2.643.2.2.31.2");
        const CRYPTO_PRO_C: ObjectIdentifier = id("1.2.643.2.2.31.3");
        const CRYPTO_PRO_D: ObjectIdentifier = id("1.2.643.2.2.31.4");
        let parameters: Gost89Parameters<'_> = parameters(algorithm)?;
        let substitution = match parameters.substitution {
            TC26_Z => Substitution::Tc26Z,
            CRYPTO_PRO_A => Substitution::CryptoProA,
            CRYPTO_PRO_B => Substitution::CryptoProB,
            CRYPTO_PRO_C => Substitution::CryptoProC,
            CRYPTO_PRO_D => Substitution::CryptoProD,
            oid => return Err(PfxError::Unsupported { oid }),
        };
        let iv = parameters
            .iv
            .as_bytes()
            .try_into()
            .map_err(|_| PfxError::Malformed)?;
        Ok(Self::Gost89 { substitution, iv })
    }

    fn key_length(&self) -> usize {
        match self {
            Self::Aes { key_length, .. } => *key_length,
            Self::Gost89 { .. } => 32,
        }
    }

    fn decrypt(&self, key: &[u8], content: &[u8]) -> Result<Zeroizing<Vec<u8>>, PfxError> {
        let mut buffer = Zeroizing::new(content.to_vec());
        match self {
            Self::Aes { key_length, iv } => {
                let plain = match key_length {
                    16 => unpadded::<cbc::Decryptor<aes::Aes128>>(key, iv, &mut buffer)?,
                    24 => unpadded::<cbc::Decryptor<aes::Aes192>>(key, iv, &mut buffer)?,
                    _ => unpadded::<cbc::Decryptor<aes::Aes256>>(key, iv, &mut buffer)?,
                };
                buffer.truncate(plain);
            }
            Self::Gost89 { substitution, iv } => {
                let key = key.try_into().map_err(|_| PfxError::Malformed)?;
                decrypt_cfb(*substitution, key, *iv, &mut buffer);
            }
        }
        Ok(buffer)
    }
}

/// Decrypts in place and gives the length without the padding. The MAC was right before, so broken padding is no oracle.
fn unpadded<M: BlockModeDecrypt + KeyIvInit>(
    key: &[u8],
    iv: &[u8],
    buffer: &mut [u8],
) -> Result<usize, PfxError> {
    let mode = M::new_from_slices(key, iv).map_err(|_| PfxError::Malformed)?;
    let plain = mode
        .decrypt_padded::<Pkcs7>(buffer)
        .map_err(|_| PfxError::Malformed)?;
    Ok(plain.len())
}
