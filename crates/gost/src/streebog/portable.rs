//! Streebog by table lookup, for every processor.
//!
//! Not constant-time: the addresses of the lookups depend on the data, hence on a key where there is one.

use core::hint::black_box;

use super::{
    constants::{C, PI},
    linear::l,
    state::{Block, State, Words, to_block, to_words},
};

/// `TABLE[j][x]`: L of π(x) in byte j, so that one lookup does S and L for a byte.
static TABLE: [[u64; 256]; 8] = {
    let mut table = [[0; 256]; 8];
    let mut j = 0;
    while j < 8 {
        let mut x = 0;
        while x < 256 {
            table[j][x] = l(j, PI[x]);
            x += 1;
        }
        j += 1;
    }
    table
};

/// The compression function over whole blocks; each counts as `bits` bits of message.
pub(super) fn compress(state: &mut State, blocks: &[Block], bits: u64) {
    // One base register for all eight tables: seen through, each of them would get an address computation.
    let table = black_box(&TABLE);
    for block in blocks {
        let m = to_words(block);
        let mut key = lps(table, &xor(&state.h, &state.n));
        let mut text = m;
        for c in &C {
            text = lps(table, &xor(&text, &key));
            key = lps(table, &xor(&key, c));
        }
        state.h = xor(&xor(&state.h, &m), &xor(&text, &key));
        state.advance(&m, bits);
    }
}

/// S, P and L of §6. P needs no work: byte i of word j lands in byte j of word i.
///
/// Half of the bytes are cut out of words by shifts, half are loaded from memory (`black_box` keeps the compiler
/// from turning them into shifts too): either alone saturates its units.
#[inline(always)]
fn lps(table: &[[u64; 256]; 8], x: &Words) -> Words {
    let stored = black_box(to_block(x));
    let mut words = [0; 8];
    for (i, word) in words.iter_mut().enumerate() {
        for j in 0..4 {
            *word ^= table[j][usize::from(stored[8 * j + i])];
        }
        for j in 4..8 {
            *word ^= table[j][usize::from((x[j] >> (8 * i)) as u8)];
        }
    }
    words
}

#[inline(always)]
fn xor(a: &Words, b: &Words) -> Words {
    core::array::from_fn(|i| a[i] ^ b[i])
}
