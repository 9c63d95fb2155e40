//! PBKDF2 (RFC 8018 §5.2), with HMAC over SHA-1, SHA-2 or Streebog (RFC 9337 §4).

use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use hmac::Hmac;
use kabinet_gost::{Streebog256, kdf, oid};
use pbkdf2::pbkdf2;
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use super::asn1::{self, PBKDF2, Pbkdf2Parameters, identifier, parameters};
use super::error::KeyFileError;
use crate::secret::Passphrase;

/// More iterations than any program writes; a file that demands more wants to keep us busy.
pub(super) const MOST_ITERATIONS: u32 = 10_000_000;

/// hmacWithSHA1.
pub(super) const HMAC_SHA1: ObjectIdentifier = asn1::oid("1.2.840.113549.2.7");
/// hmacWithSHA256.
pub(super) const HMAC_SHA256: ObjectIdentifier = asn1::oid("1.2.840.113549.2.9");
/// hmacWithSHA384.
pub(super) const HMAC_SHA384: ObjectIdentifier = asn1::oid("1.2.840.113549.2.10");
/// hmacWithSHA512.
pub(super) const HMAC_SHA512: ObjectIdentifier = asn1::oid("1.2.840.113549.2.11");

/// Octets of salt, as RFC 9337 §4 recommends.
const SALT: usize = 32;

/// A derivation with its parameters, salt and all.
pub(super) struct Derivation {
    prf: ObjectIdentifier,
    salt: Vec<u8>,
    iterations: u32,
    /// As the file states it.
    key_length: Option<u16>,
}

impl Derivation {
    pub(super) fn new(prf: ObjectIdentifier, salt: &[u8], iterations: u32) -> Self {
        Self {
            prf,
            salt: salt.to_vec(),
            iterations,
            key_length: None,
        }
    }

    /// With a salt of its own.
    pub(super) fn fresh(prf: ObjectIdentifier) -> Result<Self, KeyFileError> {
        Ok(Self::new(prf, &fresh_salt()?, iterations(prf)))
    }

    /// Reads the algorithm identifier of a file.
    pub(super) fn read(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<Self, KeyFileError> {
        if algorithm.oid != PBKDF2 {
            return Err(KeyFileError::Unsupported { oid: algorithm.oid });
        }
        let parameters: Pbkdf2Parameters<'_> = parameters(algorithm)?;
        let prf = parameters.prf.as_ref();
        if !prf.is_none_or(|prf| prf.parameters.is_none_or(|parameters| parameters.is_null())) {
            return Err(KeyFileError::Malformed);
        }
        Ok(Self {
            prf: prf.map_or(HMAC_SHA1, |prf| prf.oid),
            salt: parameters.salt.as_bytes().to_vec(),
            iterations: parameters.iterations,
            key_length: parameters.key_length,
        })
    }

    /// DER of the algorithm identifier.
    pub(super) fn write(&self) -> Result<Vec<u8>, KeyFileError> {
        let parameters = Pbkdf2Parameters {
            salt: OctetStringRef::new(&self.salt)?,
            iterations: self.iterations,
            key_length: self.key_length,
            prf: Some(AlgorithmIdentifierRef {
                oid: self.prf,
                parameters: Some(AnyRef::NULL),
            }),
        };
        identifier(PBKDF2, &parameters)
    }

    pub(super) fn prf(&self) -> ObjectIdentifier {
        self.prf
    }

    pub(super) fn iterations(&self) -> u32 {
        self.iterations
    }

    /// The length the file states for the key.
    pub(super) fn key_length(&self) -> Option<usize> {
        self.key_length.map(usize::from)
    }

    /// A key of so many octets; a file that states another length is broken.
    pub(super) fn derive(
        &self,
        passphrase: &Passphrase,
        length: usize,
    ) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
        if self.key_length().is_some_and(|stated| stated != length) {
            return Err(KeyFileError::Malformed);
        }
        check_iterations(self.iterations)?;
        let (password, salt, rounds) = (passphrase.expose(), self.salt.as_slice(), self.iterations);
        let mut key = Zeroizing::new(vec![0; length]);
        let derived = match self.prf {
            HMAC_SHA1 => pbkdf2::<Hmac<sha1::Sha1>>(password, salt, rounds, &mut key),
            HMAC_SHA256 => pbkdf2::<Hmac<sha2::Sha256>>(password, salt, rounds, &mut key),
            HMAC_SHA384 => pbkdf2::<Hmac<sha2::Sha384>>(password, salt, rounds, &mut key),
            HMAC_SHA512 => pbkdf2::<Hmac<sha2::Sha512>>(password, salt, rounds, &mut key),
            oid::HMAC_STREEBOG_256 => pbkdf2::<Hmac<Streebog256>>(password, salt, rounds, &mut key),
            oid::HMAC_STREEBOG_512 => {
                kdf::pbkdf2_streebog512(password, salt, rounds, &mut key)
                    .map_err(|_| KeyFileError::Malformed)?;
                return Ok(key);
            }
            oid => return Err(KeyFileError::Unsupported { oid }),
        };
        derived.map_err(|_| KeyFileError::Malformed)?;
        Ok(key)
    }
}

/// Iterations we write: some tenths of a second on a computer of today.
pub(super) fn iterations(prf: ObjectIdentifier) -> u32 {
    match prf {
        oid::HMAC_STREEBOG_256 | oid::HMAC_STREEBOG_512 => 50_000,
        _ => 600_000,
    }
}

pub(super) fn check_iterations(iterations: u32) -> Result<(), KeyFileError> {
    match iterations {
        0 => Err(KeyFileError::Malformed),
        1..=MOST_ITERATIONS => Ok(()),
        _ => Err(KeyFileError::TooExpensive),
    }
}

pub(super) fn fresh_salt() -> Result<[u8; SALT], KeyFileError> {
    fresh()
}

/// Octets nobody can foresee.
pub(super) fn fresh<const LENGTH: usize>() -> Result<[u8; LENGTH], KeyFileError> {
    let mut octets = [0; LENGTH];
    getrandom::fill(&mut octets).map_err(|_| KeyFileError::EntropyMissing)?;
    Ok(octets)
}
