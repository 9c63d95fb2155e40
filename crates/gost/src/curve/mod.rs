//! Curve arithmetic behind one object-safe trait, so that keys dispatch over parameter sets in one place.

mod arithmetic;
mod define;
mod params;
mod subgroup;

pub(crate) use arithmetic::{Arithmetic, Generic};

use crate::ParameterSet;

/// The arithmetic of a parameter set; several names share one curve (RFC 9215 §3).
pub(crate) fn arithmetic(set: ParameterSet) -> &'static dyn Arithmetic {
    use ParameterSet as S;
    match set {
        S::CryptoProA | S::CryptoProXchA | S::Tc26_256B => &Generic::<params::crypto_pro_a::CryptoProA>::NEW,
        S::CryptoProB | S::Tc26_256C => &Generic::<params::crypto_pro_b::CryptoProB>::NEW,
        S::CryptoProC | S::CryptoProXchB | S::Tc26_256D => &Generic::<params::crypto_pro_c::CryptoProC>::NEW,
        S::Tc26_256A => &Generic::<params::tc26_256_a::Tc26A256>::NEW,
        S::Tc26_512A => &Generic::<params::tc26_512_a::Tc26A512>::NEW,
        S::Tc26_512B => &Generic::<params::tc26_512_b::Tc26B512>::NEW,
        S::Tc26_512C => &Generic::<params::tc26_512_c::Tc26C512>::NEW,
    }
}

#[cfg(test)]
mod tests;
