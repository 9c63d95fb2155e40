//! Streebog on AVX2, constant-time; [`pair`](super::pair) has the design. L by sixteen-entry tables: one for each
//! nibble, word and output byte.

use core::arch::x86_64::{__m256i, _mm256_setzero_si256};

use super::pair::{
    ALPHA, ALPHA_INVERSE, Pair, ROUND, add_key, close, compress, convert, from_words, into_words, join,
    output, shuffle, spread, substitute, transpose, xor, xor_plain, ymm,
};
use crate::streebog::{
    decomposition::{EXP, NU1, SIGMA},
    state::{Block, State, to_words},
};

compress!("avx2", lps);

#[target_feature(enable = "avx2")]
#[inline]
fn lps(x: Pair) -> Pair {
    let mut sums = [_mm256_setzero_si256(); 8];
    for i in 0..4 {
        let (high, low) = substitute(x[i]);
        for k in 0..8 {
            let sum = xor(shuffle(HIGH[i][k], high), shuffle(LOW[i][k], low));
            sums[k] = xor(sums[k], sum);
        }
    }
    transpose(sums)
}

/// `HIGH[i][k]`: what l′ ⊕ ν₁(0), together with σ(0), adds to output byte k; words i and i + 4.
static HIGH: [[__m256i; 8]; 4] = {
    let mut tables = [[[[0; 16]; 2]; 8]; 4];
    let mut at = 0;
    while at < 4 * 8 * 2 * 16 {
        let (i, k, lane, x) = (at / 256, at / 32 % 8, at / 16 % 2, at % 16);
        tables[i][k][lane][x] = output(i + 4 * lane, k, (x as u8 ^ NU1[0]) << 4 | SIGMA[0]);
        at += 1;
    }
    registers(&tables)
};

/// `LOW[i][k]`: what −log(r · φ(l′)), relative to σ(0), adds to output byte k; words i and i + 4.
static LOW: [[__m256i; 8]; 4] = {
    let mut tables = [[[[0; 16]; 2]; 8]; 4];
    let mut at = 0;
    while at < 4 * 8 * 2 * 16 {
        let (i, k, lane, x) = (at / 256, at / 32 % 8, at / 16 % 2, at % 16);
        if x < 15 {
            tables[i][k][lane][x] = output(i + 4 * lane, k, SIGMA[EXP[(15 - x) % 15] as usize] ^ SIGMA[0]);
        }
        at += 1;
    }
    registers(&tables)
};

const fn registers(tables: &[[[[u8; 16]; 2]; 8]; 4]) -> [[__m256i; 8]; 4] {
    let mut all = [[ymm([[0; 16]; 2]); 8]; 4];
    let mut at = 0;
    while at < 4 * 8 {
        all[at / 8][at % 8] = ymm(tables[at / 8][at % 8]);
        at += 1;
    }
    all
}
