//! The structure of π (Biryukov, Perrin, Udovenko, "Reverse-Engineering the S-Box of Streebog, Kuznyechik and
//! STRIBOBr1", EUROCRYPT 2016): π = ω ∘ T ∘ α with α and ω linear over GF(2) and T made of operations on nibbles.
//!
//! With (l, r) the high and low nibble of α(x), over GF(2⁴) = GF(2)\[X\]/(X⁴ + X³ + 1):
//! l′ = ν₀(l) if r = 0, else ν₁(l · r⁻¹); r′ = σ(r · φ(l′)); π(x) = ω(l′, r′).

pub(super) const NU0: [u8; 16] = [2, 5, 3, 11, 6, 9, 14, 10, 0, 4, 15, 1, 8, 13, 12, 7];
pub(super) const NU1: [u8; 16] = [7, 6, 12, 9, 0, 15, 8, 1, 4, 5, 11, 14, 13, 2, 3, 10];
/// φ takes no value 0.
pub(super) const PHI: [u8; 16] = [11, 2, 11, 8, 12, 4, 1, 12, 6, 3, 5, 8, 14, 3, 6, 11];
pub(super) const SIGMA: [u8; 16] = [12, 13, 0, 4, 8, 11, 10, 14, 3, 9, 5, 2, 15, 1, 6, 7];

/// Rows of the matrices, the first for the most significant bit of the result.
const ALPHA: [u8; 8] = [0x08, 0x41, 0x43, 0xef, 0x8a, 0x44, 0x1a, 0x20];
const OMEGA: [u8; 8] = [0x0a, 0x04, 0x20, 0x9a, 0x08, 0x44, 0x82, 0x01];

/// The powers X⁰ … X¹⁴ of the generator X.
pub(super) const EXP: [u8; 15] = {
    let mut powers = [1; 15];
    let mut i = 1;
    while i < 15 {
        let shifted = powers[i - 1] << 1;
        powers[i] = if shifted & 0x10 == 0 {
            shifted
        } else {
            shifted ^ 0x19
        };
        i += 1;
    }
    powers
};

/// The logarithm of a nonzero nibble to the base X.
pub(super) const fn log(nibble: u8) -> u8 {
    let mut power = 0;
    while EXP[power] != nibble {
        power += 1;
    }
    power as u8
}

pub(super) const fn alpha(x: u8) -> u8 {
    multiply(&ALPHA, x)
}

pub(super) const fn omega(x: u8) -> u8 {
    multiply(&OMEGA, x)
}

/// α⁻¹, by search: it is needed for sixteen-entry tables at compile time only.
pub(super) const fn alpha_inverse(y: u8) -> u8 {
    let mut x = 0;
    while alpha(x) != y {
        x += 1;
    }
    x
}

const fn multiply(matrix: &[u8; 8], x: u8) -> u8 {
    let mut product = 0;
    let mut row = 0;
    while row < 8 {
        product = product << 1 | (matrix[row] & x).count_ones() as u8 & 1;
        row += 1;
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::streebog::constants::PI;

    fn power(exponent: u8) -> u8 {
        EXP[usize::from(exponent % 15)]
    }

    fn t(l: u8, r: u8) -> (u8, u8) {
        let left = match (l, r) {
            (_, 0) => NU0[usize::from(l)],
            (0, _) => NU1[0],
            _ => NU1[usize::from(power(15 + log(l) - log(r)))],
        };
        let product = if r == 0 {
            0
        } else {
            power(log(r) + log(PHI[usize::from(left)]))
        };
        (left, SIGMA[usize::from(product)])
    }

    #[test]
    fn decomposition_is_pi() {
        for x in 0..=255 {
            let (l, r) = t(alpha(x) >> 4, alpha(x) & 15);
            assert_eq!(omega(l << 4 | r), PI[usize::from(x)], "π({x})");
        }
    }

    #[test]
    fn alpha_has_its_inverse() {
        for x in 0..=255 {
            assert_eq!(alpha_inverse(alpha(x)), x);
        }
    }
}
