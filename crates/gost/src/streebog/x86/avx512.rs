//! Streebog on AVX-512 VBMI with GFNI, constant-time.
//!
//! A 512-bit value is one register, kept transposed (byte k of word i at position 8k + i), so that P costs nothing:
//! byte i of every input word j comes to all output bytes k by one `vpermb`, and the sum of the products is
//! transposed again. S is two `vpermi2b` over the halves of π; L is eight `vgf2p8affineqb`, whose matrices differ
//! by quadword, that is by output byte k.

use core::arch::x86_64::{
    __m512i, _mm512_gf2p8affine_epi64_epi8, _mm512_mask_blend_epi8, _mm512_movepi8_mask,
    _mm512_permutex2var_epi8, _mm512_permutexvar_epi8, _mm512_ternarylogic_epi64, _mm512_xor_si512,
};

use crate::streebog::{
    constants::{C, PI},
    linear::{affine_matrix, l},
    state::{Block, State, Words, to_words},
};

/// The compression function over whole blocks, each counting as `bits` bits of message.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,gfni")]
pub(in crate::streebog) fn compress(state: &mut State, blocks: &[Block], bits: u64) {
    let mut h = transpose(from_words(&state.h));
    for block in blocks {
        let words = to_words(block);
        let m = transpose(from_words(&words));
        let n = transpose(from_words(&state.n));
        let mut key = lps(_mm512_xor_si512(h, n));
        let mut text = m;
        for constant in &ROUND {
            text = lps(_mm512_xor_si512(text, key));
            key = lps(_mm512_xor_si512(key, *constant));
        }
        h = xor3(h, m, _mm512_xor_si512(text, key));
        state.advance(&words, bits);
    }
    state.h = into_words(transpose(h));
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,gfni")]
#[inline]
fn lps(x: __m512i) -> __m512i {
    let low = _mm512_permutex2var_epi8(SUBSTITUTION[0], x, SUBSTITUTION[1]);
    let high = _mm512_permutex2var_epi8(SUBSTITUTION[2], x, SUBSTITUTION[3]);
    let s = _mm512_mask_blend_epi8(_mm512_movepi8_mask(x), low, high);
    let share: [__m512i; 8] = core::array::from_fn(|j| {
        _mm512_gf2p8affine_epi64_epi8::<0>(_mm512_permutexvar_epi8(SPREAD[j], s), MATRIX[j])
    });
    let front = xor3(share[0], share[1], share[2]);
    let back = xor3(share[3], share[4], share[5]);
    xor3(front, back, _mm512_xor_si512(share[6], share[7]))
}

#[target_feature(enable = "avx512f,avx512vbmi")]
#[inline]
fn transpose(x: __m512i) -> __m512i {
    _mm512_permutexvar_epi8(TRANSPOSITION, x)
}

#[target_feature(enable = "avx512f")]
#[inline]
fn xor3(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
    _mm512_ternarylogic_epi64::<0x96>(a, b, c)
}

fn from_words(words: &Words) -> __m512i {
    zmm(*words)
}

fn into_words(x: __m512i) -> Words {
    // SAFETY: both are 64 bytes of plain integers.
    unsafe { core::mem::transmute::<__m512i, Words>(x) }
}

const fn zmm(words: Words) -> __m512i {
    // SAFETY: both are 64 bytes of plain integers.
    unsafe { core::mem::transmute::<Words, __m512i>(words) }
}

const fn zmm_bytes(bytes: [u8; 64]) -> __m512i {
    // SAFETY: both are 64 bytes of plain integers.
    unsafe { core::mem::transmute::<[u8; 64], __m512i>(bytes) }
}

/// Position 8a + b takes from 8b + a.
const SWAP: [u8; 64] = {
    let mut index = [0; 64];
    let mut at = 0;
    while at < 64 {
        index[at] = (at % 8 * 8 + at / 8) as u8;
        at += 1;
    }
    index
};

static TRANSPOSITION: __m512i = zmm_bytes(SWAP);

/// `SPREAD[j]`: byte i of word j, which is at 8i + j, to 8k + i for every k.
static SPREAD: [__m512i; 8] = {
    let mut indices = [zmm([0; 8]); 8];
    let mut j = 0;
    while j < 8 {
        let mut index = [0; 64];
        let mut at = 0;
        while at < 64 {
            index[at] = (at % 8 * 8 + j) as u8;
            at += 1;
        }
        indices[j] = zmm_bytes(index);
        j += 1;
    }
    indices
};

/// π in quarters.
static SUBSTITUTION: [__m512i; 4] = {
    let mut quarters = [[0; 64]; 4];
    let mut x = 0;
    while x < 256 {
        quarters[x / 64][x % 64] = PI[x];
        x += 1;
    }
    [
        zmm_bytes(quarters[0]),
        zmm_bytes(quarters[1]),
        zmm_bytes(quarters[2]),
        zmm_bytes(quarters[3]),
    ]
};

/// `MATRIX[j]`, quadword k: from a byte of word j to byte k of L.
static MATRIX: [__m512i; 8] = {
    let mut matrices = [zmm([0; 8]); 8];
    let mut j = 0;
    while j < 8 {
        let mut words = [0; 8];
        let mut k = 0;
        while k < 8 {
            let mut images = [0; 8];
            let mut bit = 0;
            while bit < 8 {
                images[bit] = (l(j, 1 << bit) >> (8 * k)) as u8;
                bit += 1;
            }
            words[k] = affine_matrix(images);
            k += 1;
        }
        matrices[j] = zmm(words);
        j += 1;
    }
    matrices
};

/// The iteration constants, transposed.
static ROUND: [__m512i; 12] = {
    let mut constants = [zmm([0; 8]); 12];
    let mut round = 0;
    while round < 12 {
        let mut bytes = [0; 64];
        let mut at = 0;
        while at < 64 {
            let from = SWAP[at] as usize;
            bytes[at] = C[round][from / 8].to_le_bytes()[from % 8];
            at += 1;
        }
        constants[round] = zmm_bytes(bytes);
        round += 1;
    }
    constants
};
