//! Keys, signatures and agreements of GOST R 34.10-2012 over any [`Curve`], once for all curves.

use core::marker::PhantomData;

use zeroize::Zeroizing;

use super::{
    Curve,
    group::{CompleteGroup, Group, PublicGroup},
    multiply::{multiply, multiply_add_vartime, multiply_base, multiply_vartime},
    weierstrass::AffinePoint,
};
use crate::{
    VerifyError, declassify,
    field::{Field, limbs},
};

/// What a key needs from its curve. With n = 32 or 64 octets of the field: integers of keys and nonces are n octets,
/// big-endian; points are X_le ‖ Y_le, 2·n octets; digests are n Streebog octets as every tool prints them;
/// signatures are s ‖ r, each n octets big-endian. Callers have checked all lengths.
pub(crate) trait Arithmetic: Sync {
    /// The order q of the base point, little-endian limbs.
    fn order(&self) -> &'static [u64];
    /// The digest as an integer modulo q (0 replaced by 1), n octets: e of GOST R 34.10-2012 §6.1.
    fn write_digest_integer(&self, digest: &[u8], e: &mut [u8]);
    /// Whether 0 < d < q.
    fn is_valid_scalar(&self, d: &[u8]) -> bool;
    /// Whether the point is on the curve, is not the identity, and lies in the subgroup of order q.
    fn is_valid_point(&self, point: &[u8]) -> bool;
    /// Multiplies d by a factor modulo q; either may exceed q.
    fn multiply_scalar(&self, d: &mut [u8], factor: &[u8]);
    /// d·P; `false` if d is out of range.
    #[must_use]
    fn write_public_point(&self, d: &[u8], point: &mut [u8]) -> bool;
    /// The signature with nonce k; `false` if r or s came out as 0, or d or k is out of range.
    #[must_use]
    fn write_signature(&self, digest: &[u8], d: &[u8], k: &[u8], signature: &mut [u8]) -> bool;
    /// Whether the signature satisfies the equation.
    fn verify(&self, digest: &[u8], signature: &[u8], point: &[u8]) -> Result<(), VerifyError>;
    /// (m/q · ukm · d mod q)·point, RFC 7836 §4.3; `false` if an argument is out of range. The point has been checked.
    #[must_use]
    fn write_agreement(&self, d: &[u8], ukm: &[u8], point: &[u8], shared: &mut [u8]) -> bool;
}

/// [`Arithmetic`] of curve `C`.
pub(crate) struct Generic<C>(PhantomData<fn() -> C>);

impl<C: Curve> Generic<C> {
    pub(crate) const NEW: Self = Self(PhantomData);
    const OCTETS: usize = C::Field::OCTETS;

    fn digest_scalar(digest: &[u8]) -> C::Scalar {
        let mut big_endian = [0; 64];
        let e = C::Scalar::reduce(reversed(digest, &mut big_endian));
        if e.is_zero().into() { C::Scalar::ONE } else { e }
    }

    /// A secret in (0, q).
    fn secret(big_endian: &[u8]) -> Option<Zeroizing<C::Scalar>> {
        let secret = Zeroizing::new(C::Scalar::read(big_endian)?);
        (declassify(secret.is_zero().unwrap_u8().into()) == 0).then_some(secret)
    }

    /// A public number in (0, q).
    fn number(big_endian: &[u8]) -> Option<C::Scalar> {
        C::Scalar::read(big_endian).filter(|number| !bool::from(number.is_zero()))
    }

    fn read_point(octets: &[u8]) -> Option<AffinePoint<C::Field>> {
        let (x, y) = octets.split_at(Self::OCTETS);
        let mut big_endian = [0; 64];
        Some(AffinePoint {
            x: C::Field::read(reversed(x, &mut big_endian))?,
            y: C::Field::read(reversed(y, &mut big_endian))?,
        })
    }

    fn write_point(point: &AffinePoint<C::Field>, octets: &mut [u8]) {
        let (x, y) = octets.split_at_mut(Self::OCTETS);
        point.x.write(x);
        point.y.write(y);
        x.reverse();
        y.reverse();
    }

    /// Whether the x-coordinate of a point, taken as an integer, is r modulo q.
    fn has_x(point: &C::Public, r: &C::Scalar) -> bool {
        let (order, mut candidate) = (C::Scalar::modulus(), r.residue());
        // r, r + q, r + 2·q, … as long as they are below p: at most four.
        loop {
            let mut octets = [0; 64];
            limbs::to_be_octets(&candidate, &mut octets);
            let (above, octets) = octets.split_at(64 - Self::OCTETS);
            let Some(x) = C::Field::read(octets).filter(|_| above.iter().all(|octet| *octet == 0)) else {
                return false;
            };
            if point.has_x(&x) {
                return true;
            }
            let mut carry = 0;
            for (limb, addend) in candidate.iter_mut().zip(order) {
                (*limb, carry) = limbs::adc(*limb, *addend, carry);
            }
            if carry != 0 {
                return false;
            }
        }
    }
}

/// Octets in reverse order, in a buffer.
fn reversed<'a>(octets: &[u8], buffer: &'a mut [u8; 64]) -> &'a [u8] {
    let buffer = &mut buffer[..octets.len()];
    buffer.copy_from_slice(octets);
    buffer.reverse();
    buffer
}

impl<C: Curve> Arithmetic for Generic<C> {
    fn order(&self) -> &'static [u64] {
        C::Scalar::modulus()
    }

    fn write_digest_integer(&self, digest: &[u8], e: &mut [u8]) {
        Self::digest_scalar(digest).write(e);
    }

    fn is_valid_scalar(&self, d: &[u8]) -> bool {
        Self::secret(d).is_some()
    }

    fn is_valid_point(&self, point: &[u8]) -> bool {
        let Some(point) = Self::read_point(point) else {
            return false;
        };
        if !C::contains(point.x, point.y) {
            return false;
        }
        // Where the group of the curve is the group of P there is nothing more to ask.
        C::COFACTOR == 1
            || C::Public::from_weierstrass(&point)
                .is_some_and(|point| multiply_vartime(&point, C::Scalar::modulus()).is_identity())
    }

    fn multiply_scalar(&self, d: &mut [u8], factor: &[u8]) {
        let product = Zeroizing::new(C::Scalar::reduce(d) * *Zeroizing::new(C::Scalar::reduce(factor)));
        product.write(d);
    }

    fn write_public_point(&self, d: &[u8], point: &mut [u8]) -> bool {
        let Some(d) = Self::secret(d) else {
            return false;
        };
        let product = Zeroizing::new(multiply_base::<C::Complete, _>(C::tables(), &*d));
        Self::write_point(&product.to_weierstrass(), point);
        crate::declassify_octets(point);
        true
    }

    fn write_signature(&self, digest: &[u8], d: &[u8], k: &[u8], signature: &mut [u8]) -> bool {
        let (Some(d), Some(k)) = (Self::secret(d), Self::secret(k)) else {
            return false;
        };
        let point = Zeroizing::new(multiply_base::<C::Complete, _>(C::tables(), &*k));
        let mut x = [0; 64];
        let x = &mut x[..Self::OCTETS];
        point.to_weierstrass().x.write(x);
        let r = C::Scalar::reduce(x);
        let (s_octets, r_octets) = signature.split_at_mut(Self::OCTETS);
        (r * *d + *k * Self::digest_scalar(digest)).write(s_octets);
        r.write(r_octets);
        crate::declassify_octets(s_octets);
        crate::declassify_octets(r_octets);
        [s_octets, r_octets]
            .iter()
            .all(|half| half.iter().any(|octet| *octet != 0))
    }

    fn verify(&self, digest: &[u8], signature: &[u8], point: &[u8]) -> Result<(), VerifyError> {
        let (s, r) = signature.split_at(Self::OCTETS);
        let (Some(s), Some(r)) = (Self::number(s), Self::number(r)) else {
            return Err(VerifyError::Range);
        };
        let point = Self::read_point(point)
            .and_then(|point| C::Public::from_weierstrass(&point))
            .ok_or(VerifyError::Mismatch)?;
        let v = Self::digest_scalar(digest).invert();
        let sum: C::Public = multiply_add_vartime(C::tables(), &(s * v), &point, &-(r * v));
        if !sum.is_identity() && Self::has_x(&sum, &r) {
            Ok(())
        } else {
            Err(VerifyError::Mismatch)
        }
    }

    fn write_agreement(&self, d: &[u8], ukm: &[u8], point: &[u8], shared: &mut [u8]) -> bool {
        let cofactor = (1..C::COFACTOR).fold(C::Scalar::ONE, |sum, _| sum + C::Scalar::ONE);
        let factor = C::Scalar::reduce(ukm) * cofactor;
        let (Some(d), Some(point)) = (Self::secret(d), Self::read_point(point)) else {
            return false;
        };
        let Some(point) = C::Complete::from_weierstrass(&point) else {
            return false;
        };
        if factor.is_zero().into() {
            return false;
        }
        let product = Zeroizing::new(multiply(&point, &*Zeroizing::new(factor * *d)));
        Self::write_point(&Zeroizing::new(product.to_weierstrass()), shared);
        true
    }
}
