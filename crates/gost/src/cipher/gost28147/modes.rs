//! Gamming with feedback and gamming (RFC 5830 §7 and §6), both with CryptoPro key meshing (RFC 4357 §2.3.2).

use zeroize::Zeroizing;

use super::block::{Cipher, Keyed};
use super::{SBox, with_cipher};

/// Octets after which the key changes.
const MESH: usize = 1024;

/// Encrypts in place by gamming with feedback (CFB).
pub fn cfb_encrypt(sbox: SBox, key: &[u8; 32], iv: [u8; 8], data: &mut [u8]) {
    with_cipher!(sbox, C => cfb::<C>(key, iv, data, |_, output| output));
}

/// Decrypts in place what [`cfb_encrypt`] made.
pub fn cfb_decrypt(sbox: SBox, key: &[u8; 32], iv: [u8; 8], data: &mut [u8]) {
    with_cipher!(sbox, C => cfb::<C>(key, iv, data, |input, _| input));
}

/// Encrypts or decrypts in place by gamming (CNT), which is its own inverse.
pub fn cnt_apply(sbox: SBox, key: &[u8; 32], iv: [u8; 8], data: &mut [u8]) {
    with_cipher!(sbox, C => cnt::<C>(key, iv, data));
}

/// `feedback` picks the ciphertext of the octets before and after the step.
fn cfb<C: Cipher>(
    key: &[u8; 32],
    iv: [u8; 8],
    data: &mut [u8],
    feedback: impl Fn([u8; 8], [u8; 8]) -> [u8; 8],
) {
    let mut cipher = Keyed::<C>::new(key);
    let mut register = iv;
    for (index, section) in data.chunks_mut(MESH).enumerate() {
        if index > 0 {
            cipher.mesh(&mut register);
        }
        let (blocks, rest) = section.as_chunks_mut::<8>();
        for block in blocks {
            let input = *block;
            add(block, &cipher.encrypt(register));
            register = feedback(input, *block);
        }
        if !rest.is_empty() {
            add(rest, &cipher.encrypt(register));
        }
    }
}

fn cnt<C: Cipher>(key: &[u8; 32], iv: [u8; 8], data: &mut [u8]) {
    let mut cipher = Keyed::<C>::new(key);
    let mut register = Zeroizing::new(cipher.encrypt(iv));
    for (index, section) in data.chunks_mut(MESH).enumerate() {
        if index > 0 {
            cipher.mesh(&mut register);
        }
        for block in section.chunks_mut(8) {
            *register = step(*register);
            add(block, &cipher.encrypt(*register));
        }
    }
}

/// N₃ + C₂ modulo 2³² and N₄ + C₁ modulo 2³² − 1 (RFC 5830 §6.1).
fn step(register: [u8; 8]) -> [u8; 8] {
    let register = u64::from_le_bytes(register);
    let low = (register as u32).wrapping_add(0x0101_0101);
    let (high, carried) = ((register >> 32) as u32).overflowing_add(0x0101_0104);
    let high = high.wrapping_add(u32::from(carried));
    (u64::from(high) << 32 | u64::from(low)).to_le_bytes()
}

/// Adds gamma modulo 2 to at most eight octets.
fn add(octets: &mut [u8], gamma: &[u8; 8]) {
    for (octet, mask) in octets.iter_mut().zip(gamma) {
        *octet ^= mask;
    }
}
