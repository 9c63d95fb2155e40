//! The curves of GOST R 34.10-2012 and what keys do with them.
//!
//! A curve is one type in `params`; `multiply` has the algorithms, over any `group`; `weierstrass`, `jacobian` and
//! `edwards` are the groups; `arithmetic` turns octets into points and numbers and back.

mod arithmetic;
mod edwards;
mod group;
mod jacobian;
mod multiply;
mod params;
#[cfg(test)]
mod tests;
mod weierstrass;

use crate::{ParameterSet, field::Field};
pub(crate) use arithmetic::Arithmetic;
use arithmetic::Generic;
use group::{Affine, CompleteGroup, PublicGroup};
use multiply::Tables;
use weierstrass::{AffinePoint, Weierstrass};

/// A curve with a base point P of prime order q.
pub(crate) trait Curve: Weierstrass {
    /// Integers modulo q.
    type Scalar: Field;
    /// Arithmetic fit for secrets, and the faster one for public points.
    type Complete: CompleteGroup<Field = Self::Field, Affine = Self::Affine>;
    type Public: PublicGroup<Field = Self::Field, Affine = Self::Affine>;
    type Affine: Affine;

    /// Points of the curve divided by q.
    const COFACTOR: u64;
    const GENERATOR: AffinePoint<Self::Field>;

    /// Multiples of P, made when first needed.
    fn tables() -> &'static Tables<Self::Affine>;
}

/// The arithmetic of a parameter set; sets that name one curve share it.
pub(crate) fn arithmetic(set: ParameterSet) -> &'static dyn Arithmetic {
    match set {
        ParameterSet::CryptoProA | ParameterSet::CryptoProXchA | ParameterSet::Tc26_256B => {
            &Generic::<params::CryptoProA>::NEW
        }
        ParameterSet::CryptoProB | ParameterSet::Tc26_256C => &Generic::<params::CryptoProB>::NEW,
        ParameterSet::CryptoProC | ParameterSet::CryptoProXchB | ParameterSet::Tc26_256D => {
            &Generic::<params::CryptoProC>::NEW
        }
        ParameterSet::Tc26_256A => &Generic::<params::Tc26A256>::NEW,
        ParameterSet::Tc26_512A => &Generic::<params::Tc26A512>::NEW,
        ParameterSet::Tc26_512B => &Generic::<params::Tc26B512>::NEW,
        ParameterSet::Tc26_512C => &Generic::<params::Tc26C512>::NEW,
    }
}
