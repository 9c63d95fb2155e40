//! GOST R 34.10-2012 signing and verification over any curve of `primeorder`, once for all curves.

use std::marker::PhantomData;

use elliptic_curve::{
    Field, FieldBytes, Group, PrimeField, Scalar,
    ops::{MulByGeneratorVartime, Reduce},
    point::AffineCoordinates,
    sec1::{FromSec1Point, Sec1Point},
};
use primeorder::{AffinePoint, PrimeCurveParams, ProjectivePoint};
use zeroize::Zeroizing;

use super::subgroup;

/// A curve together with the cofactor of its base point.
pub(crate) trait GostCurve: PrimeCurveParams {
    const COFACTOR: u8;
}

/// What a key needs from its curve. Integers of keys and nonces are big-endian, points are X_le ‖ Y_le,
/// digests are Streebog octets as every tool prints them, signatures are s ‖ r, each big-endian.
pub(crate) trait Arithmetic: Sync {
    /// Order q of the base point, big-endian, as long as the field.
    fn order(&self) -> Vec<u8>;
    /// The digest as an integer modulo q (0 replaced by 1), big-endian: e of GOST R 34.10-2012 §6.1.
    fn digest_integer(&self, digest: &[u8]) -> Vec<u8>;
    /// Whether the point is on the curve, is not the identity, and lies in the subgroup of order q.
    fn is_valid_point(&self, point: &[u8]) -> bool;
    /// Whether 0 < d < q.
    fn is_valid_scalar(&self, d: &[u8]) -> bool;
    /// Product modulo q of integers, each as long as the field; they may exceed q.
    fn product(&self, factors: &[Zeroizing<Vec<u8>>]) -> Zeroizing<Vec<u8>>;
    /// d·P as X_le ‖ Y_le.
    fn public_point(&self, d: &[u8]) -> Option<Vec<u8>>;
    /// The signature with nonce k; `None` if r or s came out as 0, or d or k is out of range.
    fn sign(&self, digest: &[u8], d: &[u8], k: &[u8]) -> Option<Vec<u8>>;
    /// Whether 0 < r, s < q; the equation is not looked at.
    fn is_valid_signature_range(&self, signature: &[u8]) -> bool;
    /// Whether the signature satisfies the equation; `false` for every malformed argument.
    fn verify(&self, digest: &[u8], signature: &[u8], point: &[u8]) -> bool;
}

/// [`Arithmetic`] of curve `C`.
pub(crate) struct Generic<C>(PhantomData<fn() -> C>);

impl<C: GostCurve> Generic<C> {
    pub(crate) const NEW: Self = Self(PhantomData);

    fn len() -> usize {
        FieldBytes::<C>::default().len()
    }

    fn reduce(big_endian: &[u8]) -> Option<Scalar<C>> {
        let bytes = FieldBytes::<C>::try_from(big_endian).ok()?;
        Some(<Scalar<C> as Reduce<FieldBytes<C>>>::reduce(&bytes))
    }

    /// An integer in (0, q).
    fn non_zero(big_endian: &[u8]) -> Option<Scalar<C>> {
        let mut bytes = FieldBytes::<C>::try_from(big_endian).ok()?;
        let scalar = Option::<Scalar<C>>::from(Scalar::<C>::from_repr(bytes));
        zeroize::Zeroize::zeroize(bytes.as_mut_slice());
        scalar.filter(|scalar| !bool::from(scalar.is_zero()))
    }

    fn digest_scalar(digest: &[u8]) -> Option<Scalar<C>> {
        let mut big_endian = digest.to_vec();
        big_endian.reverse();
        let e = Self::reduce(&big_endian)?;
        Some(if bool::from(e.is_zero()) {
            Scalar::<C>::ONE
        } else {
            e
        })
    }

    pub(super) fn affine(point: &[u8]) -> Option<AffinePoint<C>> {
        let n = Self::len();
        if point.len() != 2 * n {
            return None;
        }
        let mut sec1 = Vec::with_capacity(1 + 2 * n);
        sec1.push(4);
        sec1.extend(point[..n].iter().rev());
        sec1.extend(point[n..].iter().rev());
        let encoded = Sec1Point::<C>::from_bytes(&sec1).ok()?;
        AffinePoint::<C>::from_sec1_point(&encoded).into()
    }

    fn octets(point: &AffinePoint<C>) -> Vec<u8> {
        let mut octets: Vec<u8> = point.x().iter().rev().copied().collect();
        octets.extend(point.y().iter().rev());
        octets
    }

    fn signature_scalars(signature: &[u8]) -> Option<(Scalar<C>, Scalar<C>)> {
        let n = Self::len();
        if signature.len() != 2 * n {
            return None;
        }
        Some((Self::non_zero(&signature[..n])?, Self::non_zero(&signature[n..])?))
    }

    fn check(digest: &[u8], signature: &[u8], point: &[u8]) -> Option<bool> {
        let (s, r) = Self::signature_scalars(signature)?;
        let q = ProjectivePoint::<C>::from(Self::affine(point)?);
        let v = Option::<Scalar<C>>::from(Self::digest_scalar(digest)?.invert())?;
        let c = ProjectivePoint::<C>::mul_by_generator_and_mul_add_vartime(&(s * v), &-(r * v), &q);
        if bool::from(c.is_identity()) {
            return Some(false);
        }
        Some(Self::reduce(&c.to_affine().x())? == r)
    }
}

impl<C: GostCurve> Arithmetic for Generic<C> {
    fn order(&self) -> Vec<u8> {
        let minus_one = -Scalar::<C>::ONE;
        // q − 1 is even, so adding one never carries.
        let mut order = minus_one.to_repr().to_vec();
        if let Some(last) = order.last_mut() {
            *last |= 1;
        }
        order
    }

    fn digest_integer(&self, digest: &[u8]) -> Vec<u8> {
        Self::digest_scalar(digest).map_or_else(Vec::new, |e| e.to_repr().to_vec())
    }

    fn is_valid_point(&self, point: &[u8]) -> bool {
        let Some(affine) = Self::affine(point) else {
            return false;
        };
        if bool::from(affine.is_identity()) {
            return false;
        }
        if C::COFACTOR == 1 {
            return true;
        }
        let coordinate =
            |bytes: FieldBytes<C>| Option::<C::FieldElement>::from(C::FieldElement::from_repr(bytes));
        match (coordinate(affine.x()), coordinate(affine.y())) {
            (Some(x), Some(y)) => subgroup::contains::<C>(x, y),
            _ => false,
        }
    }

    fn is_valid_scalar(&self, d: &[u8]) -> bool {
        Self::non_zero(d).map(Zeroizing::new).is_some()
    }

    fn product(&self, factors: &[Zeroizing<Vec<u8>>]) -> Zeroizing<Vec<u8>> {
        let mut product = Zeroizing::new(Scalar::<C>::ONE);
        for factor in factors {
            *product *= *Zeroizing::new(Self::reduce(factor).unwrap_or(Scalar::<C>::ZERO));
        }
        Zeroizing::new(product.to_repr().to_vec())
    }

    fn public_point(&self, d: &[u8]) -> Option<Vec<u8>> {
        let d = Zeroizing::new(Self::non_zero(d)?);
        Some(Self::octets(
            &ProjectivePoint::<C>::mul_by_generator(&d).to_affine(),
        ))
    }

    fn sign(&self, digest: &[u8], d: &[u8], k: &[u8]) -> Option<Vec<u8>> {
        let e = Self::digest_scalar(digest)?;
        let d = Zeroizing::new(Self::non_zero(d)?);
        let k = Zeroizing::new(Self::non_zero(k)?);
        let c = Zeroizing::new(ProjectivePoint::<C>::mul_by_generator(&k));
        let r = Self::reduce(&c.to_affine().x())?;
        let s = r * *d + *k * e;
        if bool::from(r.is_zero()) || bool::from(s.is_zero()) {
            return None;
        }
        let mut signature = s.to_repr().to_vec();
        signature.extend_from_slice(&r.to_repr());
        Some(signature)
    }

    fn is_valid_signature_range(&self, signature: &[u8]) -> bool {
        Self::signature_scalars(signature).is_some()
    }

    fn verify(&self, digest: &[u8], signature: &[u8], point: &[u8]) -> bool {
        Self::check(digest, signature, point).unwrap_or(false)
    }
}
