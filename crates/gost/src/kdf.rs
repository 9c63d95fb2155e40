//! Key derivation: from a key by HMAC-Streebog-256 (RFC 7836 §4.4 and §4.5), from a passphrase by PBKDF2
//! (R 50.1.111-2016, RFC 9337).

use hmac::{Hmac, KeyInit, Mac};
use zeroize::Zeroizing;

use crate::{Streebog256, Streebog512};

/// Why no key was derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KdfError {
    /// The counter takes 1 to 4 octets.
    #[error("a counter of {0} octets")]
    CounterOctets(usize),
    /// More octets are wanted than the counter can number, or none.
    #[error("{0} octets cannot be derived")]
    OutputOctets(usize),
    /// PBKDF2 takes at least one iteration.
    #[error("no iterations")]
    Iterations,
}

/// KDF_GOSTR3411_2012_256 (RFC 7836 §4.4): one key from a key, a purpose and a seed.
pub fn kdf_256(key: &[u8; 32], label: &[u8], seed: &[u8]) -> Zeroizing<[u8; 32]> {
    mac_256(key, &[&[1], label, &[0], seed, &[1, 0]])
}

/// KDF_TREE_GOSTR3411_2012_256 (RFC 7836 §4.5): fills `out`, with a counter of `counter_octets` (R of the standard).
pub fn kdf_tree_256(
    key: &[u8; 32],
    label: &[u8],
    seed: &[u8],
    counter_octets: usize,
    out: &mut [u8],
) -> Result<(), KdfError> {
    if !(1..=4).contains(&counter_octets) {
        return Err(KdfError::CounterOctets(counter_octets));
    }
    let length = (out.len() as u64).checked_mul(8).filter(|bits| *bits > 0);
    let length = length.ok_or(KdfError::OutputOctets(out.len()))?.to_be_bytes();
    let zeros = length.iter().take_while(|octet| **octet == 0).count();
    if (out.len().div_ceil(32) as u64) >> (8 * counter_octets) != 0 {
        return Err(KdfError::OutputOctets(out.len()));
    }
    for (index, part) in (1u32..).zip(out.chunks_mut(32)) {
        let counter = index.to_be_bytes();
        let counter = &counter[4 - counter_octets..];
        let derived = mac_256(key, &[counter, label, &[0], seed, &length[zeros..]]);
        part.copy_from_slice(&derived[..part.len()]);
    }
    Ok(())
}

/// Two keys by KDF_TREE with the label «kdf tree» and R = 1, as R 1323565.1.020-2018 and 1.025-2019 derive them.
pub(crate) fn tree_pair(key: &[u8; 32], seed: &[u8]) -> [Zeroizing<[u8; 32]>; 2] {
    // 64 octets are 0x200 bits.
    [1, 2].map(|counter| mac_256(key, &[&[counter], b"kdf tree", &[0], seed, &[2, 0]]))
}

/// Fills `out` by PBKDF2 with HMAC-Streebog-512 (R 50.1.111-2016).
pub fn pbkdf2_streebog512(
    passphrase: &[u8],
    salt: &[u8],
    iterations: u32,
    out: &mut [u8],
) -> Result<(), KdfError> {
    if iterations == 0 {
        return Err(KdfError::Iterations);
    }
    pbkdf2::pbkdf2::<Hmac<Streebog512>>(passphrase, salt, iterations, out)
        .map_err(|_| KdfError::OutputOctets(out.len()))
}

/// The key of a PKCS#12 file's MAC (R 50.1.112-2016 §5): the last 32 of 96 octets of PBKDF2 over a UTF-8 passphrase.
pub fn pkcs12_mac_key(
    passphrase: &[u8],
    salt: &[u8],
    iterations: u32,
) -> Result<Zeroizing<[u8; 32]>, KdfError> {
    let mut octets = Zeroizing::new([0; 96]);
    pbkdf2_streebog512(passphrase, salt, iterations, &mut octets[..])?;
    let mut key = Zeroizing::new([0; 32]);
    key.copy_from_slice(&octets[64..]);
    Ok(key)
}

fn mac_256(key: &[u8; 32], parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    // HMAC pads its key with zeros to the block of Streebog.
    let mut padded = Zeroizing::new([0; 64]);
    padded[..32].copy_from_slice(key);
    let mut mac = Hmac::<Streebog256>::new((&*padded).into());
    parts.iter().for_each(|part| mac.update(part));
    Zeroizing::new(mac.finalize().into_bytes().into())
}
