//! What Streebog carries from block to block.

use zeroize::{Zeroize, ZeroizeOnDrop};

/// A message block as it arrives.
pub(super) type Block = [u8; 64];

/// 512 bits, least significant word first: word i is bytes 8i … 8i+7 of a block, little-endian.
pub(super) type Words = [u64; 8];

/// The variables of RFC 6986 §8: the hash h, the bit counter N and the checksum Σ.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(super) struct State {
    pub(super) h: Words,
    pub(super) n: Words,
    pub(super) sigma: Words,
}

impl State {
    /// Steps 2.3 and 2.4 (or 3.3 and 3.4): counts the `bits` of the message in block `m`, adds the block to Σ.
    #[inline(always)]
    pub(super) fn advance(&mut self, m: &Words, bits: u64) {
        add(&mut self.n, &[bits, 0, 0, 0, 0, 0, 0, 0]);
        add(&mut self.sigma, m);
    }
}

/// Addition modulo 2⁵¹².
#[inline(always)]
fn add(sum: &mut Words, term: &Words) {
    let mut carry = false;
    for (word, term) in sum.iter_mut().zip(term) {
        let (partial, over) = word.overflowing_add(*term);
        let (total, over_carry) = partial.overflowing_add(u64::from(carry));
        *word = total;
        carry = over | over_carry;
    }
}

#[inline(always)]
pub(super) fn to_words(block: &Block) -> Words {
    let (words, _) = block.as_chunks::<8>();
    core::array::from_fn(|i| u64::from_le_bytes(words[i]))
}

#[inline(always)]
pub(super) fn to_block(words: &Words) -> Block {
    let mut block = [0; 64];
    let (chunks, _) = block.as_chunks_mut::<8>();
    for (chunk, word) in chunks.iter_mut().zip(words) {
        *chunk = word.to_le_bytes();
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carries_run_through_all_words_and_out() {
        let mut sum = [u64::MAX; 8];
        add(&mut sum, &[1, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(sum, [0; 8]);

        let mut sum = [u64::MAX; 8];
        add(&mut sum, &[u64::MAX; 8]);
        assert_eq!(
            sum,
            [
                u64::MAX - 1,
                u64::MAX,
                u64::MAX,
                u64::MAX,
                u64::MAX,
                u64::MAX,
                u64::MAX,
                u64::MAX
            ]
        );
    }

    #[test]
    fn words_and_blocks_convert_back() {
        let block = core::array::from_fn(|i| i as u8);
        assert_eq!(to_words(&block)[1], 0x0f0e_0d0c_0b0a_0908);
        assert_eq!(to_block(&to_words(&block)), block);
    }
}
