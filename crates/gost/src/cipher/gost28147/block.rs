//! The block cipher of crate `magma` in the byte order of GOST 28147-89.

use magma::Sbox;
use magma::cipher::consts::{U8, U32};
use magma::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, BlockSizeUser, KeyInit};
use zeroize::Zeroizing;

/// The constant C of RFC 4357 §2.3.2.
const MESH_CONSTANT: [u8; 32] = [
    0x69, 0x00, 0x72, 0x22, 0x64, 0xC9, 0x04, 0x23, 0x8D, 0x3A, 0xDB, 0x96, 0x46, 0xE9, 0x2A, 0xC4, 0x18,
    0xFE, 0xAC, 0x94, 0x00, 0xED, 0x07, 0x12, 0xC0, 0x86, 0xDC, 0xC2, 0xEF, 0x4C, 0xA9, 0x2B,
];

/// A cipher of 8-octet blocks and 32-octet keys whose boxes are known.
pub(super) trait Cipher:
    KeyInit<KeySize = U32> + BlockSizeUser<BlockSize = U8> + BlockCipherEncrypt + BlockCipherDecrypt
{
    /// The boxes of one step, two rows to a table, turned left by 11 bits already.
    const STEP: &'static [[u32; 256]; 4];
}

impl<S: Sbox> Cipher for magma::Gost89<S> {
    const STEP: &'static [[u32; 256]; 4] = &expand(&S::SBOX);
}

const fn expand(rows: &[[u8; 16]; 8]) -> [[u32; 256]; 4] {
    let mut tables = [[0; 256]; 4];
    let mut index = 0;
    while index < 4 * 256 {
        let (table, octet) = (index / 256, index % 256);
        let replaced = rows[2 * table][octet & 15] | rows[2 * table + 1][octet >> 4] << 4;
        tables[table][octet] = ((replaced as u32) << (8 * table)).rotate_left(11);
        index += 1;
    }
    tables
}

/// A keyed cipher. GOST 28147-89 reads key words and blocks little-endian, GOST R 34.12-2015 and the crate big-endian.
pub(super) struct Keyed<C>(C);

impl<C: Cipher> Keyed<C> {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        let mut turned = Zeroizing::new(*key);
        turned.chunks_mut(4).for_each(<[u8]>::reverse);
        Self(C::new((&*turned).into()))
    }

    pub(super) fn encrypt(&self, block: [u8; 8]) -> [u8; 8] {
        turned(block, |block| self.0.encrypt_block(block))
    }

    pub(super) fn decrypt(&self, block: [u8; 8]) -> [u8; 8] {
        turned(block, |block| self.0.decrypt_block(block))
    }

    /// Decrypts whole blocks one by one: 32 octets, which are a key.
    pub(super) fn decrypt_key(&self, octets: &[u8; 32]) -> Zeroizing<[u8; 32]> {
        self.each_block(octets, Self::decrypt)
    }

    /// Encrypts whole blocks one by one: 32 octets, which are a key.
    pub(super) fn encrypt_key(&self, octets: &[u8; 32]) -> Zeroizing<[u8; 32]> {
        self.each_block(octets, Self::encrypt)
    }

    fn each_block(&self, octets: &[u8; 32], work: fn(&Self, [u8; 8]) -> [u8; 8]) -> Zeroizing<[u8; 32]> {
        let mut result = Zeroizing::new(*octets);
        for block in result.as_chunks_mut::<8>().0 {
            *block = work(self, *block);
        }
        result
    }

    /// The next key and register by CryptoPro key meshing (RFC 4357 §2.3.2).
    pub(super) fn mesh(&mut self, register: &mut [u8; 8]) {
        *self = Self::new(&self.decrypt_key(&MESH_CONSTANT));
        *register = self.encrypt(*register);
    }
}

fn turned(block: [u8; 8], work: impl FnOnce(&mut Array<u8, U8>)) -> [u8; 8] {
    let mut array = Array::from(u64::from_le_bytes(block).to_be_bytes());
    work(&mut array);
    u64::from_be_bytes(array.into()).to_le_bytes()
}
