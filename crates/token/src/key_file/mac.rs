//! The integrity check of a PKCS#12 file: the key derivation of RFC 7292 appendix B, TK26's own rule for GOST
//! (R 50.1.112-2016, RFC 9548 §4.4), and PBMAC1 (RFC 9579).

use der::Encode;
use der::asn1::{ObjectIdentifier, OctetStringRef};
use digest::block_api::BlockSizeUser;
use digest::{Digest, KeyInit, Output};
use hmac::{Hmac, Mac};
use kabinet_gost::{Streebog256, Streebog512, oid};
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use super::asn1::{self, DigestInfo, MacData, PBMAC1, Pbmac1Parameters, parameters};
use super::error::KeyFileError;
use super::pbkdf2::{
    Derivation, HMAC_SHA1, HMAC_SHA256, HMAC_SHA384, HMAC_SHA512, check_iterations, fresh_salt, iterations,
};
use super::scheme::{Part, Protection, Scheme};
use crate::secret::Passphrase;

pub(super) const SHA1: ObjectIdentifier = asn1::oid("1.3.14.3.2.26");
pub(super) const SHA256: ObjectIdentifier = asn1::oid("2.16.840.1.101.3.4.2.1");
pub(super) const SHA384: ObjectIdentifier = asn1::oid("2.16.840.1.101.3.4.2.2");
pub(super) const SHA512: ObjectIdentifier = asn1::oid("2.16.840.1.101.3.4.2.3");

/// Longest key of PBMAC1, octets: longer than any digest's block only wastes time.
const LONGEST_KEY: usize = 128;

type Key = Zeroizing<Vec<u8>>;

/// Checks the MAC over the authenticated safe, in constant time.
pub(super) fn check(data: &MacData<'_>, passphrase: &Passphrase, content: &[u8]) -> Result<(), KeyFileError> {
    let algorithm = &data.mac.algorithm;
    let (salt, rounds) = (data.salt.as_bytes(), data.iterations);
    if algorithm.oid != PBMAC1 {
        check_iterations(rounds)?;
    }
    let (hmac, key) = match algorithm.oid {
        SHA1 => (HMAC_SHA1, derive::<sha1::Sha1>(passphrase, salt, rounds)?),
        SHA256 => (HMAC_SHA256, derive::<sha2::Sha256>(passphrase, salt, rounds)?),
        SHA384 => (HMAC_SHA384, derive::<sha2::Sha384>(passphrase, salt, rounds)?),
        SHA512 => (HMAC_SHA512, derive::<sha2::Sha512>(passphrase, salt, rounds)?),
        oid::STREEBOG_256 => tk26(oid::HMAC_STREEBOG_256, passphrase, salt, rounds)?,
        oid::STREEBOG_512 => tk26(oid::HMAC_STREEBOG_512, passphrase, salt, rounds)?,
        PBMAC1 => pbmac1(algorithm, passphrase)?,
        oid => return Err(KeyFileError::Unsupported { oid }),
    };
    let stated = data.mac.digest.as_bytes();
    match hmac {
        HMAC_SHA1 => verify::<Hmac<sha1::Sha1>>(&key, content, stated),
        HMAC_SHA256 => verify::<Hmac<sha2::Sha256>>(&key, content, stated),
        HMAC_SHA384 => verify::<Hmac<sha2::Sha384>>(&key, content, stated),
        HMAC_SHA512 => verify::<Hmac<sha2::Sha512>>(&key, content, stated),
        oid::HMAC_STREEBOG_256 => verify::<Hmac<Streebog256>>(&key, content, stated),
        oid::HMAC_STREEBOG_512 => verify::<Hmac<Streebog512>>(&key, content, stated),
        oid => Err(KeyFileError::Unsupported { oid }),
    }
}

/// `MacData` for a safe, DER: SHA-256 beside AES, Streebog-512 beside the GOST ciphers.
pub(super) fn make(scheme: Scheme, passphrase: &Passphrase, content: &[u8]) -> Result<Vec<u8>, KeyFileError> {
    let salt = fresh_salt()?;
    let (digest, rounds, code) = match scheme {
        Scheme::Aes256 => {
            let rounds = iterations(HMAC_SHA256);
            let key = derive::<sha2::Sha256>(passphrase, &salt, rounds)?;
            (SHA256, rounds, compute::<Hmac<sha2::Sha256>>(&key, content)?)
        }
        _ => {
            let rounds = iterations(oid::HMAC_STREEBOG_512);
            let (_, key) = tk26(oid::HMAC_STREEBOG_512, passphrase, &salt, rounds)?;
            (
                oid::STREEBOG_512,
                rounds,
                compute::<Hmac<Streebog512>>(&key, content)?,
            )
        }
    };
    let data = MacData {
        mac: DigestInfo {
            algorithm: AlgorithmIdentifierRef {
                oid: digest,
                parameters: None,
            },
            digest: OctetStringRef::new(&code)?,
        },
        salt: OctetStringRef::new(&salt)?,
        iterations: rounds,
    };
    Ok(data.to_der()?)
}

/// What the file says of its MAC, known or not.
pub(super) fn describe(data: &MacData<'_>) -> Protection {
    let algorithm = &data.mac.algorithm;
    let derivation = parameters::<Pbmac1Parameters<'_>>(algorithm)
        .ok()
        .filter(|_| algorithm.oid == PBMAC1)
        .and_then(|parameters| Derivation::read(&parameters.derivation).ok());
    Protection {
        part: Part::Integrity,
        algorithm: algorithm.oid,
        prf: derivation.as_ref().map(Derivation::prf),
        iterations: Some(derivation.map_or(data.iterations, |derivation| derivation.iterations())),
    }
}

fn verify<M: Mac + KeyInit>(key: &[u8], content: &[u8], stated: &[u8]) -> Result<(), KeyFileError> {
    keyed::<M>(key, content)?
        .verify_slice(stated)
        .map_err(|_| KeyFileError::PassphraseIncorrect)
}

fn compute<M: Mac + KeyInit>(key: &[u8], content: &[u8]) -> Result<Vec<u8>, KeyFileError> {
    Ok(keyed::<M>(key, content)?.finalize().into_bytes().to_vec())
}

fn keyed<M: Mac + KeyInit>(key: &[u8], content: &[u8]) -> Result<M, KeyFileError> {
    let mut mac = <M as KeyInit>::new_from_slice(key).map_err(|_| KeyFileError::Malformed)?;
    mac.update(content);
    Ok(mac)
}

/// R 50.1.112-2016 §5: the key is the last 32 of 96 octets of PBKDF2 over the UTF-8 password.
fn tk26(
    hmac: ObjectIdentifier,
    passphrase: &Passphrase,
    salt: &[u8],
    iterations: u32,
) -> Result<(ObjectIdentifier, Key), KeyFileError> {
    let octets = Derivation::new(hmac, salt, iterations).derive(passphrase, 96)?;
    Ok((hmac, Zeroizing::new(octets[64..].to_vec())))
}

/// RFC 9579 §4: PBKDF2 with the length stated, which has to be.
fn pbmac1(
    algorithm: &AlgorithmIdentifierRef<'_>,
    passphrase: &Passphrase,
) -> Result<(ObjectIdentifier, Key), KeyFileError> {
    let parameters: Pbmac1Parameters<'_> = parameters(algorithm)?;
    let derivation = Derivation::read(&parameters.derivation)?;
    let length = derivation
        .key_length()
        .filter(|length| (1..=LONGEST_KEY).contains(length));
    let key = derivation.derive(passphrase, length.ok_or(KeyFileError::Malformed)?)?;
    Ok((parameters.scheme.oid, key))
}

/// RFC 7292 appendix B.1: UTF-16, big-endian, with two zero octets at the end.
fn as_bmp_string(passphrase: &Passphrase) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    let text = std::str::from_utf8(passphrase.expose()).map_err(|_| KeyFileError::PassphraseIncorrect)?;
    // Never more than two octets per octet of UTF-8: the buffer does not grow and leaves no copy behind.
    let mut octets = Zeroizing::new(Vec::with_capacity(2 * text.len() + 2));
    text.encode_utf16()
        .for_each(|unit| octets.extend(unit.to_be_bytes()));
    octets.extend([0, 0]);
    Ok(octets)
}

/// RFC 7292 appendix B.2 with ID 3 (MAC key), for keys of one digest's length: that is all a MAC needs.
fn derive<D: Digest + BlockSizeUser>(
    passphrase: &Passphrase,
    salt: &[u8],
    iterations: u32,
) -> Result<Key, KeyFileError> {
    const MAC_KEY: u8 = 3;
    let block = <D as BlockSizeUser>::block_size();
    let repeated = |bytes: &[u8]| {
        let length = bytes.len().div_ceil(block) * block;
        bytes.iter().copied().cycle().take(length).collect::<Vec<u8>>()
    };
    let salt = repeated(salt);
    let password = Zeroizing::new(repeated(&as_bmp_string(passphrase)?));
    let mut value: Output<D> = D::new()
        .chain_update(vec![MAC_KEY; block])
        .chain_update(&salt)
        .chain_update(&*password)
        .finalize();
    for _ in 1..iterations {
        value = D::digest(&value);
    }
    Ok(Zeroizing::new(value.to_vec()))
}
