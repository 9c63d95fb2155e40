//! Key wrap and diversification (RFC 4357 §6).

use zeroize::Zeroizing;

use super::block::{Cipher, Keyed};
use super::{Mac, SBox, cfb_encrypt, with_cipher};
use crate::cipher::CipherError;

/// Octets of a wrapped key: 32 encrypted ones and a code of 4. The UKM travels apart.
pub const WRAPPED: usize = 36;

/// GOST 28147-89 key wrap (RFC 4357 §6.1, id-Gost28147-89-None-KeyWrap).
pub fn wrap(sbox: SBox, kek: &[u8; 32], ukm: [u8; 8], key: &[u8; 32]) -> [u8; WRAPPED] {
    with_cipher!(sbox, C => wrap_with::<C>(sbox, kek, ukm, key))
}

/// Undoes [`wrap`]; an error means another key or changed octets.
pub fn unwrap(
    sbox: SBox,
    kek: &[u8; 32],
    ukm: [u8; 8],
    wrapped: &[u8; WRAPPED],
) -> Result<Zeroizing<[u8; 32]>, CipherError> {
    with_cipher!(sbox, C => unwrap_with::<C>(sbox, kek, ukm, wrapped))
}

/// CryptoPro key wrap (RFC 4357 §6.3, id-Gost28147-89-CryptoPro-KeyWrap).
pub fn wrap_cryptopro(sbox: SBox, kek: &[u8; 32], ukm: [u8; 8], key: &[u8; 32]) -> [u8; WRAPPED] {
    wrap(sbox, &diversify(sbox, kek, ukm), ukm, key)
}

/// Undoes [`wrap_cryptopro`]; an error means another key or changed octets.
pub fn unwrap_cryptopro(
    sbox: SBox,
    kek: &[u8; 32],
    ukm: [u8; 8],
    wrapped: &[u8; WRAPPED],
) -> Result<Zeroizing<[u8; 32]>, CipherError> {
    unwrap(sbox, &diversify(sbox, kek, ukm), ukm, wrapped)
}

fn wrap_with<C: Cipher>(sbox: SBox, kek: &[u8; 32], ukm: [u8; 8], key: &[u8; 32]) -> [u8; WRAPPED] {
    let mut mac = Mac::new(sbox, kek, ukm);
    mac.update(key);
    let mut wrapped = [0; WRAPPED];
    wrapped[..32].copy_from_slice(&*Keyed::<C>::new(kek).encrypt_key(key));
    wrapped[32..].copy_from_slice(&mac.finalize());
    wrapped
}

fn unwrap_with<C: Cipher>(
    sbox: SBox,
    kek: &[u8; 32],
    ukm: [u8; 8],
    wrapped: &[u8; WRAPPED],
) -> Result<Zeroizing<[u8; 32]>, CipherError> {
    let (mut encrypted, mut code) = ([0; 32], [0; 4]);
    encrypted.copy_from_slice(&wrapped[..32]);
    code.copy_from_slice(&wrapped[32..]);
    let key = Keyed::<C>::new(kek).decrypt_key(&encrypted);
    let mut mac = Mac::new(sbox, kek, ukm);
    mac.update(&key[..]);
    mac.verify(&code)?;
    Ok(key)
}

/// CryptoPro KEK diversification (RFC 4357 §6.5): each octet of the UKM splits the words of the key into two sums, with
/// which the key encrypts itself.
fn diversify(sbox: SBox, kek: &[u8; 32], ukm: [u8; 8]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new(*kek);
    for octet in ukm {
        let mut sums = Zeroizing::new([0u32; 2]);
        for (index, word) in key.as_chunks::<4>().0.iter().enumerate() {
            let sum = &mut sums[usize::from(octet >> index & 1 == 0)];
            *sum = sum.wrapping_add(u32::from_le_bytes(*word));
        }
        let iv = Zeroizing::new((u64::from(sums[1]) << 32 | u64::from(sums[0])).to_le_bytes());
        let previous = key.clone();
        cfb_encrypt(sbox, &previous, *iv, &mut key[..]);
    }
    key
}
