//! What the AVX2 kernels share: two LPS at once, without a lookup whose address depends on data.
//!
//! **State.** The key schedule and the text of a round go through the same S, P, L, so both are worked on at once:
//! a 128-bit lane holds one word of each, bytes interleaved (even: key, odd: text); register i holds words i and
//! i + 4. All bytes are kept under the linear map α of [`decomposition`](crate::streebog::decomposition), which
//! L puts back; only message blocks, N and h are converted.
//!
//! **S.** The nibbles of π's decomposition, products through logarithms to the base X, sixteen-entry tables by
//! `vpshufb`. A zero operand sets bit 7 of the logarithm, for which `vpshufb` gives 0; values are therefore kept
//! relative to ν₁(0) and σ(0), and L takes these constants back in.
//!
//! **L and P.** Each kernel has its own L: from each register the share of its two words in output byte k of every
//! word. The halves of these sums are then added and transposed.

use core::arch::x86_64::{
    __m256i, _mm256_add_epi8, _mm256_and_si256, _mm256_blend_epi32, _mm256_blendv_epi8,
    _mm256_castsi256_si128, _mm256_cvtepu8_epi16, _mm256_extracti128_si256, _mm256_min_epu8, _mm256_or_si256,
    _mm256_packus_epi16, _mm256_permute2x128_si256, _mm256_set1_epi8, _mm256_set1_epi16, _mm256_shuffle_epi8,
    _mm256_slli_epi16, _mm256_srli_epi16, _mm256_sub_epi8, _mm256_unpackhi_epi16, _mm256_unpackhi_epi32,
    _mm256_unpackhi_epi64, _mm256_unpacklo_epi16, _mm256_unpacklo_epi32, _mm256_unpacklo_epi64,
    _mm256_xor_si256,
};

use crate::streebog::{
    constants::C,
    decomposition::{EXP, NU0, NU1, PHI, alpha, alpha_inverse, log, omega},
    linear::l,
    state::Words,
};

/// Key and text, interleaved; see above.
pub(super) type Pair = [__m256i; 4];
/// One 512-bit value as it lies in memory.
pub(super) type Plain = [__m256i; 2];

/// The compression function over whole blocks, each counting as `bits` bits of message, with the given features
/// and LPS.
macro_rules! compress {
    ($features:literal, $lps:path) => {
        #[target_feature(enable = $features)]
        pub(in crate::streebog) fn compress(state: &mut State, blocks: &[Block], bits: u64) {
            let mut h = convert(&ALPHA, from_words(&state.h));
            for block in blocks {
                let words = to_words(block);
                let m = convert(&ALPHA, from_words(&words));
                let n = convert(&ALPHA, from_words(&state.n));
                let mut pair = join($lps(spread(xor_plain(h, n))), m);
                for constant in &ROUND {
                    pair = $lps(add_key(pair, constant));
                }
                h = xor_plain(xor_plain(h, m), close(pair));
                state.advance(&words, bits);
            }
            state.h = into_words(convert(&ALPHA_INVERSE, h));
        }
    };
}
pub(super) use compress;

/// The first key beside the first text: LPS of h ⊕ N, of which only the key bytes count, and the message.
#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn join(first: Pair, m: Plain) -> Pair {
    let text = spread(m);
    core::array::from_fn(|i| {
        let key = _mm256_and_si256(first[i], _mm256_set1_epi16(0xff));
        _mm256_or_si256(key, _mm256_slli_epi16(text[i], 8))
    })
}

/// What a round gives to LPS: the key with the round's constant, and the text with the key.
#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn add_key(pair: Pair, constant: &Pair) -> Pair {
    core::array::from_fn(|i| xor(xor(pair[i], constant[i]), _mm256_slli_epi16(pair[i], 8)))
}

/// The last text with the last key.
#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn close(pair: Pair) -> Plain {
    gather(core::array::from_fn(|i| {
        xor(pair[i], _mm256_srli_epi16(pair[i], 8))
    }))
}

/// l′ ⊕ ν₁(0) and −log(r · φ(l′)) (bit 7 set for r = 0) of each byte.
#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn substitute(x: __m256i) -> (__m256i, __m256i) {
    let nibble = _mm256_set1_epi8(15);
    let r = _mm256_and_si256(x, nibble);
    let l = _mm256_and_si256(_mm256_srli_epi16(x, 4), nibble);
    let log_r = shuffle(LOG_R, r);
    let quotient = shuffle(NU1_EXP, subtract_logs(shuffle(LOG_L, l), log_r));
    let high = _mm256_blendv_epi8(quotient, shuffle(NU0_TABLE, l), log_r);
    (high, subtract_logs(shuffle(LOG_INVERSE_PHI, high), log_r))
}

/// a − b modulo 15. Operands with bit 7 (zeros of the field) yield bit 7.
#[target_feature(enable = "avx2")]
#[inline]
fn subtract_logs(a: __m256i, b: __m256i) -> __m256i {
    let difference = _mm256_sub_epi8(a, b);
    _mm256_min_epu8(difference, _mm256_add_epi8(difference, _mm256_set1_epi8(15)))
}

/// From sums by output byte, each in two halves to be added, to words: P.
#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn transpose(sums: [__m256i; 8]) -> Pair {
    let w: [__m256i; 4] = core::array::from_fn(|i| {
        let low = _mm256_unpacklo_epi16(sums[2 * i], sums[2 * i + 1]);
        let high = _mm256_unpackhi_epi16(sums[2 * i], sums[2 * i + 1]);
        xor(
            _mm256_blend_epi32::<0xf0>(low, high),
            _mm256_permute2x128_si256::<0x21>(low, high),
        )
    });
    let v = [
        _mm256_unpacklo_epi32(w[0], w[1]),
        _mm256_unpacklo_epi32(w[2], w[3]),
        _mm256_unpackhi_epi32(w[0], w[1]),
        _mm256_unpackhi_epi32(w[2], w[3]),
    ];
    [
        _mm256_unpacklo_epi64(v[0], v[1]),
        _mm256_unpackhi_epi64(v[0], v[1]),
        _mm256_unpacklo_epi64(v[2], v[3]),
        _mm256_unpackhi_epi64(v[2], v[3]),
    ]
}

/// Puts a value into the key bytes; the text bytes are zero.
#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn spread(x: Plain) -> Pair {
    let even = _mm256_unpacklo_epi64(x[0], x[1]);
    let odd = _mm256_unpackhi_epi64(x[0], x[1]);
    [
        _mm256_cvtepu8_epi16(_mm256_castsi256_si128(even)),
        _mm256_cvtepu8_epi16(_mm256_castsi256_si128(odd)),
        _mm256_cvtepu8_epi16(_mm256_extracti128_si256::<1>(even)),
        _mm256_cvtepu8_epi16(_mm256_extracti128_si256::<1>(odd)),
    ]
}

/// Takes the value in the key bytes out again.
#[target_feature(enable = "avx2")]
#[inline]
fn gather(x: Pair) -> Plain {
    let key: Pair = core::array::from_fn(|i| _mm256_and_si256(x[i], _mm256_set1_epi16(0xff)));
    let front = _mm256_packus_epi16(key[0], key[1]);
    let back = _mm256_packus_epi16(key[2], key[3]);
    [
        _mm256_permute2x128_si256::<0x20>(front, back),
        _mm256_permute2x128_si256::<0x31>(front, back),
    ]
}

/// Applies a linear map to every byte.
#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn convert(map: &[__m256i; 2], x: Plain) -> Plain {
    let nibble = _mm256_set1_epi8(15);
    core::array::from_fn(|i| {
        let low = shuffle(map[0], _mm256_and_si256(x[i], nibble));
        let high = shuffle(map[1], _mm256_and_si256(_mm256_srli_epi16(x[i], 4), nibble));
        xor(low, high)
    })
}

#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn shuffle(table: __m256i, index: __m256i) -> __m256i {
    _mm256_shuffle_epi8(table, index)
}

#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn xor(a: __m256i, b: __m256i) -> __m256i {
    _mm256_xor_si256(a, b)
}

#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn xor_plain(a: Plain, b: Plain) -> Plain {
    core::array::from_fn(|i| xor(a[i], b[i]))
}

pub(super) fn from_words(words: &Words) -> Plain {
    // SAFETY: both are 64 bytes of plain integers.
    unsafe { core::mem::transmute::<Words, Plain>(*words) }
}

pub(super) fn into_words(x: Plain) -> Words {
    // SAFETY: as above.
    unsafe { core::mem::transmute::<Plain, Words>(x) }
}

pub(super) const fn ymm(bytes: [[u8; 16]; 2]) -> __m256i {
    // SAFETY: both are 32 bytes of plain integers.
    unsafe { core::mem::transmute::<[[u8; 16]; 2], __m256i>(bytes) }
}

/// `f(0)` … `f(15)` in both lanes.
macro_rules! table {
    (|$x:ident| $value:expr) => {{
        let mut bytes = [0; 16];
        let mut $x: u8 = 0;
        while $x < 16 {
            bytes[$x as usize] = $value;
            $x += 1;
        }
        ymm([bytes, bytes])
    }};
}
pub(super) use table;

/// log r; bit 7 for 0.
static LOG_R: __m256i = table!(|r| if r == 0 { 0x80 } else { log(r) });
/// log l; for 0 so high that bit 7 stays set when a logarithm is subtracted and 15 added.
static LOG_L: __m256i = table!(|l| if l == 0 { 0xf0 } else { log(l) });
static NU0_TABLE: __m256i = table!(|l| NU0[l as usize] ^ NU1[0]);
static NU1_EXP: __m256i = table!(|e| if e == 15 {
    0
} else {
    NU1[EXP[e as usize] as usize] ^ NU1[0]
});
static LOG_INVERSE_PHI: __m256i = table!(|x| (15 - log(PHI[(x ^ NU1[0]) as usize])) % 15);

pub(super) static ALPHA: [__m256i; 2] = [table!(|x| alpha(x)), table!(|x| alpha(x << 4))];
pub(super) static ALPHA_INVERSE: [__m256i; 2] =
    [table!(|x| alpha_inverse(x)), table!(|x| alpha_inverse(x << 4))];

/// The iteration constants under α, in the key bytes.
pub(super) static ROUND: [Pair; 12] = {
    let mut constants = [[ymm([[0; 16]; 2]); 4]; 12];
    let mut at = 0;
    while at < 12 * 4 {
        let (round, i) = (at / 4, at % 4);
        let mut bytes = [[0; 16]; 2];
        let mut t = 0;
        while t < 8 {
            bytes[0][2 * t] = alpha(C[round][i].to_le_bytes()[t]);
            bytes[1][2 * t] = alpha(C[round][i + 4].to_le_bytes()[t]);
            t += 1;
        }
        constants[round][i] = ymm(bytes);
        at += 1;
    }
    constants
};

/// Byte k of L ∘ ω of byte `y` in word `j`, under α.
pub(super) const fn output(j: usize, k: usize, y: u8) -> u8 {
    alpha((l(j, omega(y)) >> (8 * k)) as u8)
}
