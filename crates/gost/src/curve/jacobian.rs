//! Points of y² = x³ + a·x + b for work on public values: Jacobian coordinates, cheaper than the complete formulas,
//! with a branch for each exceptional case (D. Bernstein, T. Lange, Explicit-Formulas Database: dbl-2001-b,
//! add-1998-cmo-2, madd).

use subtle::ConstantTimeEq;

use super::{
    group::{Group, PublicGroup},
    weierstrass::{AffinePoint, Weierstrass},
};
use crate::field::Field;

/// (X : Y : Z) with x = X/Z², y = Y/Z³; the identity has Z = 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Jacobian<C: Weierstrass> {
    x: C::Field,
    y: C::Field,
    z: C::Field,
}

impl<C: Weierstrass> Jacobian<C> {
    /// The sum from both points brought to one denominator: this point (u1 : s1), the other (u2 : s2), and the
    /// product of their Z.
    #[inline(always)]
    fn sum(&self, u1: C::Field, s1: C::Field, u2: C::Field, s2: C::Field, z: C::Field) -> Self {
        let (h, r) = (u2 - u1, s2 - s1);
        if h.is_zero().into() {
            return if r.is_zero().into() {
                self.double()
            } else {
                Self::IDENTITY
            };
        }
        let hh = h.square();
        let hhh = hh * h;
        let v = u1 * hh;
        let x = r.square() - hhh - v.double();
        Self {
            x,
            y: r * (v - x) - s1 * hhh,
            z: z * h,
        }
    }
}

impl<C: Weierstrass> Group for Jacobian<C> {
    type Field = C::Field;
    type Affine = AffinePoint<C::Field>;

    const IDENTITY: Self = Self {
        x: C::Field::ONE,
        y: C::Field::ONE,
        z: C::Field::ZERO,
    };

    fn from_affine(point: &Self::Affine) -> Self {
        Self {
            x: point.x,
            y: point.y,
            z: C::Field::ONE,
        }
    }

    /// Right for the identity too, and for points of order 2: Z comes out as 0.
    fn double(&self) -> Self {
        let (zz, yy) = (self.z.square(), self.y.square());
        let xyy = self.x * yy;
        let slope = match C::A {
            Some(a) => {
                let xx = self.x.square();
                xx.double() + xx + a * zz.square()
            }
            None => {
                let product = (self.x - zz) * (self.x + zz);
                product.double() + product
            }
        };
        let four_xyy = xyy.double().double();
        let x = slope.square() - four_xyy.double();
        Self {
            x,
            y: slope * (four_xyy - x) - yy.square().double().double().double(),
            z: (self.y + self.z).square() - yy - zz,
        }
    }

    fn add(&self, other: &Self) -> Self {
        if self.is_identity() {
            return *other;
        }
        if other.is_identity() {
            return *self;
        }
        let (zz1, zz2) = (self.z.square(), other.z.square());
        self.sum(
            self.x * zz2,
            self.y * zz2 * other.z,
            other.x * zz1,
            other.y * zz1 * self.z,
            self.z * other.z,
        )
    }

    fn add_affine(&self, other: &Self::Affine) -> Self {
        if self.is_identity() {
            return Self::from_affine(other);
        }
        let zz = self.z.square();
        self.sum(self.x, self.y, other.x * zz, other.y * zz * self.z, self.z)
    }

    fn negate(&self) -> Self {
        Self { y: -self.y, ..*self }
    }

    fn from_weierstrass(point: &AffinePoint<C::Field>) -> Option<Self> {
        Some(Self::from_affine(point))
    }
}

impl<C: Weierstrass> PublicGroup for Jacobian<C> {
    fn is_identity(&self) -> bool {
        self.z.is_zero().into()
    }

    fn has_x(&self, x: &C::Field) -> bool {
        (*x * self.z.square()).ct_eq(&self.x).into()
    }
}
