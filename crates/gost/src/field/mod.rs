//! Arithmetic modulo the primes of the curves and modulo the orders of their groups.
//!
//! [`Crandall`] serves p = 2ⁿ − c, where a product is reduced by folding its upper half; [`Montgomery`] serves
//! every other odd prime. Both run in constant time: no branch and no address depends on a value, but for the
//! functions whose names end in `vartime`.

mod crandall;
pub(crate) mod limbs;
mod montgomery;

use core::{
    fmt::Debug,
    ops::{Add, Mul, Neg, Sub},
};

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::DefaultIsZeroes;

pub(crate) use crandall::Crandall;
pub(crate) use montgomery::{Modulus, Montgomery};

/// An element of a prime field of 256 or 512 bits.
pub(crate) trait Field:
    Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Neg<Output = Self>
    + ConditionallySelectable
    + ConstantTimeEq
    + DefaultIsZeroes
    + Debug
    + Send
    + Sync
    + 'static
{
    const ZERO: Self;
    const ONE: Self;
    /// Octets of an encoded element: 32 or 64.
    const OCTETS: usize;

    /// The prime, little-endian.
    fn modulus() -> &'static [u64];
    /// The residue of an integer of [`Self::OCTETS`] big-endian octets, which need not be below the prime.
    fn reduce(octets: &[u8]) -> Self;
    /// The least residue, [`Self::OCTETS`] big-endian octets.
    fn write(&self, octets: &mut [u8]);
    /// The least residue, little-endian limbs in the lower places.
    fn residue(&self) -> [u64; 8];
    fn square(&self) -> Self;

    #[inline]
    fn double(&self) -> Self {
        *self + *self
    }

    #[inline]
    fn is_zero(&self) -> Choice {
        self.ct_eq(&Self::ZERO)
    }

    /// The element of exactly [`Self::OCTETS`] big-endian octets; `None` where they are not below the prime. Whether
    /// they are is told openly, how far they are from it is not.
    fn read(octets: &[u8]) -> Option<Self> {
        let modulus = Self::modulus();
        let mut borrow = 0;
        for (limb, chunk) in modulus.iter().zip(octets.rchunks_exact(8)) {
            let limb_of_octets = chunk.iter().fold(0, |limb, octet| (limb << 8) | u64::from(*octet));
            (_, borrow) = limbs::sbb(limb_of_octets, *limb, borrow);
        }
        let below = octets.len() == Self::OCTETS && crate::declassify(borrow) == 1;
        below.then(|| Self::reduce(octets))
    }

    /// self^exponent, by windows of four bits of the exponent, which is public.
    fn pow_vartime(&self, exponent: &[u64]) -> Self {
        let mut powers = [Self::ONE; 16];
        for i in 1..16 {
            powers[i] = powers[i - 1] * *self;
        }
        let mut result = Self::ONE;
        for limb in exponent.iter().rev() {
            for shift in (0..64).step_by(4).rev() {
                for _ in 0..4 {
                    result = result.square();
                }
                let window = (limb >> shift) as usize & 15;
                if window != 0 {
                    result = result * powers[window];
                }
            }
        }
        result
    }

    /// 1/self by Fermat's theorem, 0 for 0, in constant time.
    fn invert(&self) -> Self {
        let mut exponent = [0; 8];
        let modulus = Self::modulus();
        exponent[..modulus.len()].copy_from_slice(modulus);
        // Every modulus here is odd and larger than 2: no borrow.
        exponent[0] -= 2;
        self.pow_vartime(&exponent[..modulus.len()])
    }
}

#[cfg(test)]
mod tests;
