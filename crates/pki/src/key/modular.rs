//! Arithmetic modulo a public odd number, on big-endian octets. Nothing here is secret, so nothing is constant-time.

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, NonZero, Odd, Resize as _};

/// Longest modulus worked with, in octets: 16384 bits, twice what any authority uses; the time of a
/// verification grows with the cube.
pub(super) const MAX_OCTETS: usize = 2048;

/// An odd modulus above 2.
pub(super) struct Modulus {
    value: NonZero<BoxedUint>,
    parameters: BoxedMontyParams,
}

/// A number modulo a [`Modulus`].
#[derive(Clone)]
pub(super) struct Residue(BoxedMontyForm);

impl Modulus {
    pub(super) fn new(octets: &[u8]) -> Option<Self> {
        let octets = trimmed(octets);
        if octets.len() > MAX_OCTETS || (octets.len() < 2 && octets.first().is_none_or(|&octet| octet < 3)) {
            return None;
        }
        let value = BoxedUint::from_be_slice_vartime(octets);
        let odd = Odd::new(value.clone()).into_option()?;
        Some(Self {
            value: NonZero::new(value).into_option()?,
            parameters: BoxedMontyParams::new_vartime(odd),
        })
    }

    pub(super) fn bits(&self) -> usize {
        self.value.bits_vartime() as usize
    }

    pub(super) fn residue(&self, octets: &[u8]) -> Residue {
        let number = BoxedUint::from_be_slice_vartime(octets);
        let precision = self.parameters.bits_precision();
        let reduced = number.rem_vartime(&self.value).resize(precision);
        Residue(BoxedMontyForm::new(reduced, &self.parameters))
    }
}

impl Residue {
    pub(super) fn pow(&self, exponent: &[u8]) -> Self {
        Self(self.0.pow(&BoxedUint::from_be_slice_vartime(trimmed(exponent))))
    }

    pub(super) fn times(&self, other: &Self) -> Self {
        Self(self.0.mul(&other.0))
    }

    /// Big-endian without leading zeros; empty for zero.
    pub(super) fn octets(&self) -> Vec<u8> {
        trimmed(&self.0.retrieve().to_be_bytes()).to_vec()
    }
}

/// Without leading zero octets.
pub(super) fn trimmed(octets: &[u8]) -> &[u8] {
    let zeros = octets.iter().take_while(|&&octet| octet == 0).count();
    &octets[zeros..]
}

/// Whether `one` is less than `other`, both big-endian.
pub(super) fn is_less(one: &[u8], other: &[u8]) -> bool {
    let (one, other) = (trimmed(one), trimmed(other));
    (one.len(), one) < (other.len(), other)
}
