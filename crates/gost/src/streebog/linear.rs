//! The transformation L of RFC 6986 §5.4, from the matrix A, at compile time.

use super::constants::A;

/// L of a word whose byte `position` is `byte` and whose other bytes are zero.
pub(super) const fn l(position: usize, byte: u8) -> u64 {
    let mut word = 0;
    let mut bit = 0;
    while bit < 8 {
        if byte >> bit & 1 == 1 {
            word ^= A[63 - (8 * position + bit)];
        }
        bit += 1;
    }
    word
}

/// A linear map of bytes as `gf2p8affineqb` takes it: `images[b]` is the image of bit b; byte 7 − i of the matrix
/// holds the input bits that make up output bit i.
#[cfg(target_arch = "x86_64")]
pub(super) const fn affine_matrix(images: [u8; 8]) -> u64 {
    let mut matrix = 0;
    let mut at = 0;
    while at < 64 {
        let (input, output) = (at / 8, at % 8);
        if images[input] >> output & 1 == 1 {
            matrix |= 1 << (8 * (7 - output) + input);
        }
        at += 1;
    }
    matrix
}
