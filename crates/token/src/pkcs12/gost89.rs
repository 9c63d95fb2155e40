//! GOST 28147-89 in CFB mode with CryptoPro key meshing (RFC 4357 §2.3.2), over the block cipher of crate `magma`.

use magma::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use magma::{Gost89CryptoProA, Gost89CryptoProB, Gost89CryptoProC, Gost89CryptoProD, Magma};
use zeroize::Zeroizing;

/// Octets after which the key changes.
const MESH: usize = 1024;

/// The constant C of RFC 4357 §2.3.2.
const MESH_CONSTANT: [u8; 32] = [
    0x69, 0x00, 0x72, 0x22, 0x64, 0xC9, 0x04, 0x23, 0x8D, 0x3A, 0xDB, 0x96, 0x46, 0xE9, 0x2A, 0xC4, 0x18,
    0xFE, 0xAC, 0x94, 0x00, 0xED, 0x07, 0x12, 0xC0, 0x86, 0xDC, 0xC2, 0xEF, 0x4C, 0xA9, 0x2B,
];

/// The substitution boxes in use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Substitution {
    /// id-tc26-gost-28147-param-Z, of GOST R 34.12-2015.
    Tc26Z,
    CryptoProA,
    CryptoProB,
    CryptoProC,
    CryptoProD,
}

/// Decrypts in place.
pub(super) fn decrypt_cfb(substitution: Substitution, key: &[u8; 32], iv: [u8; 8], data: &mut [u8]) {
    match substitution {
        Substitution::Tc26Z => decrypt_with::<Magma>(key, iv, data),
        Substitution::CryptoProA => decrypt_with::<Gost89CryptoProA>(key, iv, data),
        Substitution::CryptoProB => decrypt_with::<Gost89CryptoProB>(key, iv, data),
        Substitution::CryptoProC => decrypt_with::<Gost89CryptoProC>(key, iv, data),
        Substitution::CryptoProD => decrypt_with::<Gost89CryptoProD>(key, iv, data),
    }
}

type Size8 = magma::cipher::consts::U8;
type Size32 = magma::cipher::consts::U32;

/// A cipher of 8-octet blocks and 32-octet keys.
trait Cipher: KeyInit<KeySize = Size32> + BlockCipherEncrypt + BlockCipherDecrypt<BlockSize = Size8> {}
impl<C: KeyInit<KeySize = Size32> + BlockCipherEncrypt + BlockCipherDecrypt<BlockSize = Size8>> Cipher for C {}

fn decrypt_with<C: Cipher>(key: &[u8; 32], iv: [u8; 8], data: &mut [u8]) {
    let mut key = Zeroizing::new(*key);
    let mut cipher: C = keyed(&key);
    let mut register = iv;
    for (index, chunk) in data.chunks_mut(8).enumerate() {
        if index > 0 && (index * 8).is_multiple_of(MESH) {
            for (next, constant) in key.chunks_mut(8).zip(MESH_CONSTANT.chunks(8)) {
                next.copy_from_slice(&reversed(constant, |block| cipher.decrypt_block(block)));
            }
            cipher = keyed(&key);
            register = reversed(&register, |block| cipher.encrypt_block(block));
        }
        let gamma = Zeroizing::new(reversed(&register, |block| cipher.encrypt_block(block)));
        // The last, shorter chunk leaves a register nobody uses.
        register[..chunk.len()].copy_from_slice(chunk);
        for (octet, mask) in chunk.iter_mut().zip(gamma.iter()) {
            *octet ^= mask;
        }
    }
}

/// GOST 28147-89 reads key words little-endian, GOST R 34.12-2015 and the crate big-endian.
fn keyed<C: Cipher>(key: &[u8; 32]) -> C {
    let mut turned = Zeroizing::new(*key);
    turned.chunks_mut(4).for_each(<[u8]>::reverse);
    C::new(&Array::from(*turned))
}

/// The same for blocks, going in and coming out.
fn reversed(block: &[u8], work: impl FnOnce(&mut Array<u8, Size8>)) -> [u8; 8] {
    let mut turned = [0; 8];
    turned.copy_from_slice(block);
    turned.reverse();
    let mut array = Array::from(turned);
    work(&mut array);
    let mut result: [u8; 8] = array.into();
    result.reverse();
    result
}
