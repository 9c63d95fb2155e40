//! Streebog on AVX2 with GFNI, constant-time; [`pair`](super::pair) has the design. L by `vgf2p8affineqb`: an 8 × 8
//! bit matrix for each word and output byte.

use core::arch::x86_64::{__m256i, _mm256_gf2p8affine_epi64_epi8, _mm256_setzero_si256};

use super::pair::{
    ALPHA, ALPHA_INVERSE, Pair, ROUND, add_key, close, compress, convert, from_words, into_words, join,
    output, shuffle, spread, substitute, table, transpose, xor, xor_plain, ymm,
};
use crate::streebog::{
    decomposition::{EXP, NU1, SIGMA},
    linear::affine_matrix,
    state::{Block, State, to_words},
};

compress!("avx2,gfni", lps);

#[target_feature(enable = "avx2,gfni")]
#[inline]
fn lps(x: Pair) -> Pair {
    let mut sums = [_mm256_setzero_si256(); 8];
    for i in 0..4 {
        let (high, low) = substitute(x[i]);
        let byte = xor(shuffle(HIGH, high), shuffle(LOW, low));
        for k in 0..8 {
            sums[k] = xor(sums[k], _mm256_gf2p8affine_epi64_epi8::<0>(byte, MATRIX[i][k]));
        }
    }
    transpose(sums)
}

/// (l′, σ(0)) from l′ ⊕ ν₁(0).
static HIGH: __m256i = table!(|x| (x ^ NU1[0]) << 4 | SIGMA[0]);
/// σ(r · φ(l′)) ⊕ σ(0) from −log(r · φ(l′)).
static LOW: __m256i = table!(|x| if x == 15 {
    0
} else {
    SIGMA[EXP[(15 - x as usize) % 15] as usize] ^ SIGMA[0]
});

/// `MATRIX[i][k]`: from (l′, r′) to output byte k; words i and i + 4.
static MATRIX: [[__m256i; 8]; 4] = {
    let mut matrices = [[ymm([[0; 16]; 2]); 8]; 4];
    let mut at = 0;
    while at < 4 * 8 {
        let (i, k) = (at / 8, at % 8);
        matrices[i][k] = ymm([twice(matrix(i, k)), twice(matrix(i + 4, k))]);
        at += 1;
    }
    matrices
};

const fn matrix(j: usize, k: usize) -> u64 {
    let mut images = [0; 8];
    let mut bit = 0;
    while bit < 8 {
        images[bit] = output(j, k, 1 << bit);
        bit += 1;
    }
    affine_matrix(images)
}

const fn twice(word: u64) -> [u8; 16] {
    (word as u128 | (word as u128) << 64).to_le_bytes()
}
