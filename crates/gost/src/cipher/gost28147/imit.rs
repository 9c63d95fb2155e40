//! The message authentication code, «имитовставка» (RFC 5830 §8), without key meshing.

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use super::block::Cipher;
use super::{SBox, with_cipher};
use crate::cipher::CipherError;

/// Computes the code of 4 octets over data given in pieces; wiped when dropped.
pub struct Mac {
    key: [u32; 8],
    step: &'static [[u32; 256]; 4],
    /// N₁ and N₂.
    state: [u32; 2],
    /// The last block, which is completed and absorbed when more comes.
    pending: [u8; 8],
    filled: usize,
    blocks: u64,
}

impl Mac {
    /// Starts with an initial state, which key wraps set to the UKM and others to zeros (RFC 4357 §6.1).
    pub fn new(sbox: SBox, key: &[u8; 32], iv: [u8; 8]) -> Self {
        let mut mac = Self {
            key: [0; 8],
            step: with_cipher!(sbox, C => C::STEP),
            state: words(iv),
            pending: [0; 8],
            filled: 0,
            blocks: 0,
        };
        for (word, octets) in mac.key.iter_mut().zip(key.as_chunks::<4>().0) {
            *word = u32::from_le_bytes(*octets);
        }
        mac
    }

    /// Adds data.
    pub fn update(&mut self, mut data: &[u8]) {
        while !data.is_empty() {
            if self.filled == 8 {
                self.absorb();
            }
            let (now, later) = data.split_at(data.len().min(8 - self.filled));
            self.pending[self.filled..][..now.len()].copy_from_slice(now);
            self.filled += now.len();
            data = later;
        }
    }

    /// The code.
    pub fn finalize(mut self) -> [u8; 4] {
        if self.filled > 0 {
            self.pending[self.filled..].fill(0);
            self.absorb();
        }
        if self.blocks == 1 {
            // The standard knows no code of fewer than two blocks; other software adds a zero block.
            self.pending.fill(0);
            self.absorb();
        }
        self.state[0].to_le_bytes()
    }

    /// Compares the code in constant time.
    pub fn verify(self, code: &[u8; 4]) -> Result<(), CipherError> {
        if self.finalize().ct_eq(code).into() {
            Ok(())
        } else {
            Err(CipherError::Authentication)
        }
    }

    fn absorb(&mut self) {
        let block = Zeroizing::new(words(self.pending));
        self.state[0] ^= block[0];
        self.state[1] ^= block[1];
        for _ in 0..2 {
            for word in &self.key {
                let [low, high] = self.state;
                self.state = [high ^ substitute(self.step, low.wrapping_add(*word)), low];
            }
        }
        self.filled = 0;
        self.blocks += 1;
    }
}

impl Drop for Mac {
    fn drop(&mut self) {
        self.key.zeroize();
        self.state.zeroize();
        self.pending.zeroize();
    }
}

fn substitute(step: &[[u32; 256]; 4], word: u32) -> u32 {
    step.iter()
        .zip(word.to_le_bytes())
        .fold(0, |sum, (table, octet)| sum ^ table[usize::from(octet)])
}

fn words(block: [u8; 8]) -> [u32; 2] {
    let block = u64::from_le_bytes(block);
    [block as u32, (block >> 32) as u32]
}
