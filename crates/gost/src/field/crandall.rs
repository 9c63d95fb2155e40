//! p = 2^(64·N) − C with a small C: the primes of CryptoPro-A, tc26-256-A, tc26-512-A and tc26-512-C.

use core::ops::{Add, Mul, Neg, Sub};

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::DefaultIsZeroes;

use super::{Field, limbs};

/// An element modulo 2^(64·N) − C, kept as any integer below 2^(64·N): what overflows is folded back as C times itself,
/// and only encoding and comparison look for the least residue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crandall<const N: usize, const C: u64>([u64; N]);

impl<const N: usize, const C: u64> Crandall<N, C> {
    const MODULUS: [u64; N] = limbs::sub_small([0; N], C).0;

    pub(crate) const fn from_hex(digits: &str) -> Self {
        Self(limbs::from_hex(digits))
    }

    /// low + 2^(64·N)·overflow, for an overflow of at most C + 1.
    #[inline(always)]
    const fn fold(low: [u64; N], overflow: u64) -> Self {
        let (mut sum, carry) = limbs::add_small(low, overflow * C);
        // After this second overflow the sum is below C·(C + 1): the lowest limb has room.
        sum[0] = sum[0].wrapping_add(carry * C);
        Self(sum)
    }

    /// low + 2^(64·N)·high.
    #[inline(always)]
    const fn fold_wide((low, high): ([u64; N], [u64; N])) -> Self {
        let (mut sum, mut carry, mut i) = ([0; N], 0, 0);
        while i < N {
            (sum[i], carry) = limbs::mac(low[i], high[i], C, carry);
            i += 1;
        }
        Self::fold(sum, carry)
    }

    const fn least(&self) -> [u64; N] {
        // At or above p exactly when adding C overflows, and the sum is then the value less p.
        let (sum, carry) = limbs::add_small(self.0, C);
        limbs::select(&self.0, &sum, carry.wrapping_neg())
    }
}

impl<const N: usize, const C: u64> Add for Crandall<N, C> {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        let (sum, carry) = limbs::add(&self.0, &other.0);
        Self::fold(sum, carry)
    }
}

impl<const N: usize, const C: u64> Sub for Crandall<N, C> {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        let (difference, borrow) = limbs::sub(&self.0, &other.0);
        let (mut difference, borrow) = limbs::sub_small(difference, borrow * C);
        // After a second borrow the difference is at least 2^(64·N) − C: the lowest limb has room.
        difference[0] = difference[0].wrapping_sub(borrow * C);
        Self(difference)
    }
}

impl<const N: usize, const C: u64> Mul for Crandall<N, C> {
    type Output = Self;

    #[inline]
    fn mul(self, other: Self) -> Self {
        Self::fold_wide(limbs::mul(&self.0, &other.0))
    }
}

impl<const N: usize, const C: u64> Neg for Crandall<N, C> {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Self::ZERO - self
    }
}

impl<const N: usize, const C: u64> ConditionallySelectable for Crandall<N, C> {
    #[inline(always)]
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        Self(limbs::select(&a.0, &b.0, u64::from(choice.unwrap_u8()).wrapping_neg()))
    }
}

impl<const N: usize, const C: u64> ConstantTimeEq for Crandall<N, C> {
    fn ct_eq(&self, other: &Self) -> Choice {
        (*self - *other).least().ct_eq(&[0; N])
    }
}

impl<const N: usize, const C: u64> Default for Crandall<N, C> {
    fn default() -> Self {
        Self::ZERO
    }
}

impl<const N: usize, const C: u64> DefaultIsZeroes for Crandall<N, C> {}

impl<const N: usize, const C: u64> Field for Crandall<N, C> {
    const ZERO: Self = Self([0; N]);
    const ONE: Self = Self(limbs::add_small([0; N], 1).0);
    const OCTETS: usize = 8 * N;

    fn modulus() -> &'static [u64] {
        const { &Self::MODULUS }
    }

    fn reduce(octets: &[u8]) -> Self {
        Self(limbs::from_be_octets(octets))
    }

    fn write(&self, octets: &mut [u8]) {
        limbs::to_be_octets(&self.least(), octets);
    }

    fn residue(&self) -> [u64; 8] {
        let mut residue = [0; 8];
        residue[..N].copy_from_slice(&self.least());
        residue
    }

    #[inline]
    fn square(&self) -> Self {
        Self::fold_wide(limbs::square(&self.0))
    }
}
