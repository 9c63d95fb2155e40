//! What the multiplication algorithms need of points.

use alloc::{vec, vec::Vec};

use subtle::{Choice, ConditionallySelectable};
use zeroize::Zeroize;

use super::weierstrass::AffinePoint;
use crate::field::Field;

/// Points of a group in projective coordinates of some kind.
pub(crate) trait Group: Copy {
    type Field: Field;
    /// A point other than the identity as tables hold it, normalised.
    type Affine: Affine;

    const IDENTITY: Self;

    fn from_affine(point: &Self::Affine) -> Self;
    fn double(&self) -> Self;
    /// 2^times·self; a group may leave out what only the last doubling has to give.
    fn double_times(&self, times: usize) -> Self {
        (0..times).fold(*self, |point, _| point.double())
    }
    fn add(&self, other: &Self) -> Self;
    fn add_affine(&self, other: &Self::Affine) -> Self;
    fn negate(&self) -> Self;
    /// The point of the Weierstrass form that keys are encoded in; `None` for some points outside the prime-order
    /// subgroup.
    fn from_weierstrass(point: &AffinePoint<Self::Field>) -> Option<Self>;
}

/// A group whose formulas are complete: one sequence of field operations for every pair of points, fit for secrets.
pub(crate) trait CompleteGroup: Group + Zeroize {
    /// The denominator by which [`Self::normalize`] divides; not 0 unless the point is the identity.
    fn denominator(&self) -> Self::Field;
    /// The affine point, given the inverse of the denominator.
    fn normalize(&self, inverse: &Self::Field) -> Self::Affine;
    /// Weierstrass coordinates in constant time. The identity gives a pair that is no point.
    fn to_weierstrass(&self) -> AffinePoint<Self::Field>;
}

/// A group that answers questions about public points.
pub(crate) trait PublicGroup: Group {
    fn is_identity(&self) -> bool;
    /// Whether this is the Weierstrass x-coordinate. The point must not be the identity.
    fn has_x(&self, x: &Self::Field) -> bool;
}

/// An entry of a table.
pub(crate) trait Affine: ConditionallySelectable + Default + Zeroize + Send + Sync + 'static {
    fn conditional_negate(&mut self, choice: Choice);
}

/// All points normalised at the price of one inversion (Montgomery's trick). None may be the identity.
pub(super) fn normalize_all<G: CompleteGroup>(points: &[G]) -> Vec<G::Affine> {
    let mut products = vec![G::Field::ONE; points.len()];
    let mut product = G::Field::ONE;
    for (before, point) in products.iter_mut().zip(points) {
        *before = product;
        product = product * point.denominator();
    }
    let mut inverse = product.invert();
    let mut affine = vec![G::Affine::default(); points.len()];
    for ((entry, before), point) in affine.iter_mut().zip(&products).zip(points).rev() {
        *entry = point.normalize(&(inverse * *before));
        inverse = inverse * point.denominator();
    }
    affine
}
