//! Any odd prime whose top bit is among the highest limb's: Montgomery's representation (P. L. Montgomery, 1985).

use core::{
    fmt,
    marker::PhantomData,
    ops::{Add, Mul, Neg, Sub},
};

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::DefaultIsZeroes;

use super::{Field, limbs};

/// The prime of a [`Montgomery`] field.
pub(crate) trait Modulus<const N: usize>: Send + Sync + 'static {
    const MODULUS: [u64; N];
}

/// x·2^(64·N) modulo the prime, always the least residue.
pub(crate) struct Montgomery<M, const N: usize>([u64; N], PhantomData<fn() -> M>);

impl<M: Modulus<N>, const N: usize> Montgomery<M, N> {
    /// −1/p modulo 2⁶⁴, by Newton's iteration.
    const NEGATIVE_INVERSE: u64 = {
        let (p, mut inverse, mut i) = (M::MODULUS[0], 1u64, 0);
        while i < 6 {
            inverse = inverse.wrapping_mul(2u64.wrapping_sub(p.wrapping_mul(inverse)));
            i += 1;
        }
        inverse.wrapping_neg()
    };

    /// 2^(64·N + 64·N·`times`) modulo p, by doubling.
    const fn power_of_radix(times: usize) -> [u64; N] {
        let mut power = limbs::add_small([0; N], 1).0;
        let mut i = 0;
        while i < 64 * N * times {
            power = Self::add_limbs(&power, &power);
            i += 1;
        }
        power
    }

    /// 2^(64·N) modulo p: one.
    const RADIX: [u64; N] = Self::power_of_radix(1);
    /// 2^(128·N) modulo p, which brings an integer into the representation.
    const RADIX_SQUARED: [u64; N] = Self::power_of_radix(2);

    pub(crate) const fn from_hex(digits: &str) -> Self {
        Self::enter(&limbs::from_hex(digits))
    }

    /// Any integer below 2^(64·N).
    const fn enter(integer: &[u64; N]) -> Self {
        Self(Self::redc(limbs::mul(integer, &Self::RADIX_SQUARED)), PhantomData)
    }

    const fn leave(&self) -> [u64; N] {
        Self::redc((self.0, [0; N]))
    }

    /// Brings an integer below 2·p, whose top bit may be in `carry`, below p.
    #[inline(always)]
    const fn subtract_modulus(integer: &[u64; N], carry: u64) -> [u64; N] {
        let (difference, borrow) = limbs::sub(integer, &M::MODULUS);
        limbs::select(&difference, integer, (borrow & (carry ^ 1)).wrapping_neg())
    }

    #[inline(always)]
    const fn add_limbs(a: &[u64; N], b: &[u64; N]) -> [u64; N] {
        let (sum, carry) = limbs::add(a, b);
        Self::subtract_modulus(&sum, carry)
    }

    /// wide / 2^(64·N) modulo p, for a product of an integer below 2^(64·N) and one below p.
    #[inline(always)]
    const fn redc((mut low, mut high): ([u64; N], [u64; N])) -> [u64; N] {
        let (mut top, mut i) = (0, 0);
        while i < N {
            let factor = low[i].wrapping_mul(Self::NEGATIVE_INVERSE);
            let (mut carry, mut j) = (0, 0);
            while j < N {
                if i + j < N {
                    (low[i + j], carry) = limbs::mac(low[i + j], factor, M::MODULUS[j], carry);
                } else {
                    (high[i + j - N], carry) = limbs::mac(high[i + j - N], factor, M::MODULUS[j], carry);
                }
                j += 1;
            }
            (high[i], top) = limbs::adc(high[i], carry, top);
            i += 1;
        }
        Self::subtract_modulus(&high, top)
    }
}

impl<M: Modulus<N>, const N: usize> Add for Montgomery<M, N> {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(Self::add_limbs(&self.0, &other.0), PhantomData)
    }
}

impl<M: Modulus<N>, const N: usize> Sub for Montgomery<M, N> {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        let (difference, borrow) = limbs::sub(&self.0, &other.0);
        let back = limbs::select(&[0; N], &M::MODULUS, borrow.wrapping_neg());
        Self(limbs::add(&difference, &back).0, PhantomData)
    }
}

impl<M: Modulus<N>, const N: usize> Mul for Montgomery<M, N> {
    type Output = Self;

    #[inline]
    fn mul(self, other: Self) -> Self {
        Self(Self::redc(limbs::mul(&self.0, &other.0)), PhantomData)
    }
}

impl<M: Modulus<N>, const N: usize> Neg for Montgomery<M, N> {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Self::ZERO - self
    }
}

impl<M, const N: usize> Clone for Montgomery<M, N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, const N: usize> Copy for Montgomery<M, N> {}

impl<M, const N: usize> fmt::Debug for Montgomery<M, N> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Montgomery").field(&self.0).finish()
    }
}

impl<M, const N: usize> Default for Montgomery<M, N> {
    fn default() -> Self {
        Self([0; N], PhantomData)
    }
}

impl<M: Modulus<N>, const N: usize> DefaultIsZeroes for Montgomery<M, N> {}

impl<M: Modulus<N>, const N: usize> ConditionallySelectable for Montgomery<M, N> {
    #[inline(always)]
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        let mask = u64::from(choice.unwrap_u8()).wrapping_neg();
        Self(limbs::select(&a.0, &b.0, mask), PhantomData)
    }
}

impl<M: Modulus<N>, const N: usize> ConstantTimeEq for Montgomery<M, N> {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl<M: Modulus<N>, const N: usize> Field for Montgomery<M, N> {
    const ZERO: Self = Self([0; N], PhantomData);
    const ONE: Self = Self(Self::RADIX, PhantomData);
    const OCTETS: usize = 8 * N;

    fn modulus() -> &'static [u64] {
        const { &M::MODULUS }
    }

    fn reduce(octets: &[u8]) -> Self {
        Self::enter(&limbs::from_be_octets(octets))
    }

    fn write(&self, octets: &mut [u8]) {
        limbs::to_be_octets(&self.leave(), octets);
    }

    fn residue(&self) -> [u64; 8] {
        let mut residue = [0; 8];
        residue[..N].copy_from_slice(&self.leave());
        residue
    }

    #[inline]
    fn square(&self) -> Self {
        Self(Self::redc(limbs::square(&self.0)), PhantomData)
    }
}
