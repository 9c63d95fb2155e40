//! Counter mode with the internal re-keying ACPKM (R 1323565.1.017-2018 §4, RFC 8645 §6.2).

use alloc::boxed::Box;

use kuznyechik::KuznyechikEnc;
use magma::Magma;
use magma::cipher::consts::U32;
use magma::cipher::{Array, Block, BlockCipherEncrypt, KeyInit};
use zeroize::{Zeroize, Zeroizing};

use super::{BlockCipher, CipherError};

/// Encrypts or decrypts a stream given in pieces; wiped when dropped.
///
/// The key changes after each section, before the next octet is touched. What comes out is not authenticated.
pub struct CtrAcpkm(Inner);

enum Inner {
    Magma(Box<Stream<Magma>>),
    Kuznyechik(Box<Stream<KuznyechikEnc>>),
}

impl CtrAcpkm {
    /// Starts a stream with an IV of [`BlockCipher::iv_octets`] and sections of `section` octets, a multiple of the block.
    pub fn new(cipher: BlockCipher, key: &[u8; 32], iv: &[u8], section: usize) -> Result<Self, CipherError> {
        if iv.len() != cipher.iv_octets() {
            return Err(CipherError::Length {
                expected: cipher.iv_octets(),
                actual: iv.len(),
            });
        }
        if section == 0 || !section.is_multiple_of(cipher.block_octets()) {
            return Err(CipherError::Section);
        }
        Ok(Self(match cipher {
            BlockCipher::Magma => Inner::Magma(Box::new(Stream::new(key, iv, section))),
            BlockCipher::Kuznyechik => Inner::Kuznyechik(Box::new(Stream::new(key, iv, section))),
        }))
    }

    /// Starts a stream as CMS has it: sections of [`BlockCipher::cms_section`].
    pub fn for_cms(cipher: BlockCipher, key: &[u8; 32], iv: &[u8]) -> Result<Self, CipherError> {
        Self::new(cipher, key, iv, cipher.cms_section())
    }

    /// Encrypts or decrypts the next octets in place. Refuses octets for which the counter would repeat, after 32 GiB
    /// with Magma, and leaves them as they are.
    pub fn apply(&mut self, data: &mut [u8]) -> Result<(), CipherError> {
        match &mut self.0 {
            Inner::Magma(stream) => stream.apply(data),
            Inner::Kuznyechik(stream) => stream.apply(data),
        }
    }
}

/// Blocks of gamma made at once, so that ciphers that work on several blocks in parallel can.
const BATCH: usize = 32;

struct Stream<C: BlockCipherEncrypt> {
    cipher: C,
    section: usize,
    /// Octets of gamma this section's key may still give.
    section_left: usize,
    /// The next counter value in its low octets, as long as a block.
    counter: u128,
    /// Blocks for which there are counter values.
    blocks_left: u128,
    gamma: [Block<C>; BATCH],
    /// Octets of `gamma` that were used, and that were made.
    used: usize,
    made: usize,
}

impl<C: BlockCipherEncrypt + KeyInit<KeySize = U32>> Stream<C> {
    fn new(key: &[u8; 32], iv: &[u8], section: usize) -> Self {
        let half = 4 * C::block_size();
        let iv = iv.iter().fold(0, |sum, octet| sum << 8 | u128::from(*octet));
        Self {
            cipher: C::new(key.into()),
            section,
            section_left: section,
            counter: iv << half,
            blocks_left: 1 << half,
            gamma: core::array::from_fn(|_| Block::<C>::default()),
            used: 0,
            made: 0,
        }
    }

    fn apply(&mut self, mut data: &mut [u8]) -> Result<(), CipherError> {
        let size = C::block_size() as u128;
        if data.len() as u128 > (self.made - self.used) as u128 + self.blocks_left * size {
            return Err(CipherError::TooLong);
        }
        while !data.is_empty() {
            if self.used == self.made {
                self.refill(data.len());
            }
            let gamma = &Array::slice_as_flattened(&self.gamma)[self.used..self.made];
            let (now, later) = data.split_at_mut(data.len().min(gamma.len()));
            for (octet, mask) in now.iter_mut().zip(gamma) {
                *octet ^= mask;
            }
            self.used += now.len();
            data = later;
        }
        Ok(())
    }

    /// Makes gamma for at most `wanted` octets, rounded up to blocks, within one section; at least one block.
    fn refill(&mut self, wanted: usize) {
        if self.section_left == 0 {
            self.cipher = C::new(&next_key(&self.cipher));
            self.section_left = self.section;
        }
        let size = C::block_size();
        let blocks = wanted.div_ceil(size).min(BATCH).min(self.section_left / size);
        self.blocks_left -= blocks as u128;
        for block in &mut self.gamma[..blocks] {
            block.copy_from_slice(&self.counter.to_be_bytes()[16 - size..]);
            self.counter = self.counter.wrapping_add(1);
        }
        self.cipher.encrypt_blocks(&mut self.gamma[..blocks]);
        self.used = 0;
        self.made = blocks * size;
        self.section_left -= self.made;
    }
}

/// ACPKM: the encryption of the constant D, which is 0x80, 0x81, … 0x9F (RFC 8645 §6.2.1).
fn next_key<C: BlockCipherEncrypt>(cipher: &C) -> Zeroizing<Array<u8, U32>> {
    let mut key = Zeroizing::new(Array::<u8, U32>::from_fn(|index| 0x80 + index as u8));
    for block in Block::<C>::slice_as_chunks_mut(&mut key[..]).0 {
        cipher.encrypt_block(block);
    }
    key
}

impl<C: BlockCipherEncrypt> Drop for Stream<C> {
    fn drop(&mut self) {
        // The cipher wipes itself.
        Array::slice_as_flattened_mut(&mut self.gamma).zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counter_does_not_repeat() {
        let mut stream = Stream::<Magma>::new(&[1; 32], &[0xFF; 4], 1024);
        assert_eq!(stream.blocks_left, 1 << 32);
        stream.blocks_left = 2;
        let mut data = [7; 17];
        assert_eq!(stream.apply(&mut data), Err(CipherError::TooLong));
        assert_eq!(data, [7; 17]);
        assert_eq!(stream.apply(&mut data[..3]), Ok(()));
        assert_eq!(stream.apply(&mut data[3..]), Err(CipherError::TooLong));
        assert_eq!(stream.apply(&mut data[3..16]), Ok(()));
        assert_eq!(stream.apply(&mut data[16..]), Err(CipherError::TooLong));
        assert_eq!(stream.apply(&mut []), Ok(()));
    }
}
