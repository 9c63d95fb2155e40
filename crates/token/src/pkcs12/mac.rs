//! The integrity check of a PKCS#12 file: the key derivation of RFC 7292 appendix B, and TK26's own rule for GOST.

use der::asn1::ObjectIdentifier;
use digest::block_api::BlockSizeUser;
use digest::{Digest, KeyInit, Output, OutputSizeUser};
use hmac::{Hmac, Mac, SimpleHmac};
use kabinet_gost::{Streebog512, oid};
use pbkdf2::pbkdf2;
use zeroize::Zeroizing;

use super::asn1::MacData;
use super::error::PfxError;
use super::pbes2::MOST_ITERATIONS;
use crate::secret::Passphrase;

const fn id(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const SHA1: ObjectIdentifier = id("1.3.14.3.2.26");
const SHA256: ObjectIdentifier = id("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = id("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = id("2.16.840.1.101.3.4.2.3");

/// Checks the MAC over the authenticated safe, in constant time.
pub(super) fn check(data: &MacData<'_>, passphrase: &Passphrase, content: &[u8]) -> Result<(), PfxError> {
    if data.iterations == 0 {
        return Err(PfxError::Malformed);
    }
    if data.iterations > MOST_ITERATIONS {
        return Err(PfxError::TooExpensive);
    }
    match data.mac.algorithm.oid {
        SHA1 => check_with::<sha1::Sha1>(data, passphrase, content),
        SHA256 => check_with::<sha2::Sha256>(data, passphrase, content),
        SHA384 => check_with::<sha2::Sha384>(data, passphrase, content),
        SHA512 => check_with::<sha2::Sha512>(data, passphrase, content),
        oid::STREEBOG_512 => check_tk26(data, passphrase, content),
        oid => Err(PfxError::Unsupported { oid }),
    }
}

fn check_with<D: Digest + BlockSizeUser + Clone>(
    data: &MacData<'_>,
    passphrase: &Passphrase,
    content: &[u8],
) -> Result<(), PfxError> {
    let password = as_bmp_string(passphrase)?;
    let key = derive::<D>(&password, data.salt.as_bytes(), data.iterations);
    let mut mac = SimpleHmac::<D>::new_from_slice(&key).map_err(|_| PfxError::Malformed)?;
    mac.update(content);
    mac.verify_slice(data.mac.digest.as_bytes())
        .map_err(|_| PfxError::PassphraseIncorrect)
}

/// R 50.1.112-2016 §5: the key is the last 32 of 96 octets of PBKDF2 with HMAC-Streebog-512 over the UTF-8 password.
fn check_tk26(data: &MacData<'_>, passphrase: &Passphrase, content: &[u8]) -> Result<(), PfxError> {
    let mut octets = Zeroizing::new([0; 96]);
    pbkdf2::<Hmac<Streebog512>>(
        passphrase.expose(),
        data.salt.as_bytes(),
        data.iterations,
        &mut octets[..],
    )
    .map_err(|_| PfxError::Malformed)?;
    let mut mac =
        <Hmac<Streebog512> as KeyInit>::new_from_slice(&octets[64..]).map_err(|_| PfxError::Malformed)?;
    mac.update(content);
    mac.verify_slice(data.mac.digest.as_bytes())
        .map_err(|_| PfxError::PassphraseIncorrect)
}

/// RFC 7292 appendix B.1: UTF-16, big-endian, with two zero octets at the end.
fn as_bmp_string(passphrase: &Passphrase) -> Result<Zeroizing<Vec<u8>>, PfxError> {
    let text = std::str::from_utf8(passphrase.expose()).map_err(|_| PfxError::PassphraseIncorrect)?;
    // Never more than two octets per octet of UTF-8: the buffer does not grow and leaves no copy behind.
    let mut octets = Zeroizing::new(Vec::with_capacity(2 * text.len() + 2));
    text.encode_utf16()
        .for_each(|unit| octets.extend(unit.to_be_bytes()));
    octets.extend([0, 0]);
    Ok(octets)
}

/// RFC 7292 appendix B.2 with ID 3 (MAC key), for keys of one digest's length: that is all a MAC needs.
fn derive<D: Digest + BlockSizeUser>(password: &[u8], salt: &[u8], iterations: u32) -> Zeroizing<Vec<u8>> {
    const MAC_KEY: u8 = 3;
    let block = <D as BlockSizeUser>::block_size();
    let repeated = |bytes: &[u8]| {
        let length = bytes.len().div_ceil(block) * block;
        bytes.iter().copied().cycle().take(length).collect::<Vec<u8>>()
    };
    let salt = repeated(salt);
    let password = Zeroizing::new(repeated(password));
    let mut value: Output<D> = D::new()
        .chain_update(vec![MAC_KEY; block])
        .chain_update(&salt)
        .chain_update(&*password)
        .finalize();
    for _ in 1..iterations {
        value = D::digest(&value);
    }
    let key = Zeroizing::new(value.to_vec());
    debug_assert_eq!(key.len(), <D as OutputSizeUser>::output_size());
    key
}
