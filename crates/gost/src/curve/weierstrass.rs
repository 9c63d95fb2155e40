//! Points of y² = x³ + a·x + b for work on secrets: homogeneous coordinates and the complete formulas of
//! J. Renes, C. Costello, L. Batina, "Complete addition formulas for prime order elliptic curves", algorithms 1 to 3,
//! written as in its equations (they are complete because no curve here that uses them has points of even order).

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroize;

use super::group::{Affine, CompleteGroup, Group};
use crate::field::Field;

/// The equation of a curve.
pub(crate) trait Weierstrass: Copy + Send + Sync + 'static {
    type Field: Field;
    /// a = −3 wherever this is `None`.
    const A: Option<Self::Field>;
    const B: Self::Field;

    #[inline(always)]
    fn mul_a(element: Self::Field) -> Self::Field {
        match Self::A {
            Some(a) => a * element,
            None => -(element.double() + element),
        }
    }

    /// Whether y² = x³ + a·x + b.
    fn contains(x: Self::Field, y: Self::Field) -> bool {
        let right = x.square() * x + Self::mul_a(x) + Self::B;
        y.square().ct_eq(&right).into()
    }
}

/// (x, y); the default is no point.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AffinePoint<F> {
    pub(crate) x: F,
    pub(crate) y: F,
}

impl<F: Field> Zeroize for AffinePoint<F> {
    fn zeroize(&mut self) {
        self.x.zeroize();
        self.y.zeroize();
    }
}

impl<F: Field> ConditionallySelectable for AffinePoint<F> {
    #[inline(always)]
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        Self {
            x: F::conditional_select(&a.x, &b.x, choice),
            y: F::conditional_select(&a.y, &b.y, choice),
        }
    }
}

impl<F: Field> Affine for AffinePoint<F> {
    #[inline(always)]
    fn conditional_negate(&mut self, choice: Choice) {
        self.y.conditional_assign(&-self.y, choice);
    }
}

/// (X : Y : Z) with x = X/Z, y = Y/Z; the identity is (0 : 1 : 0).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Projective<C: Weierstrass> {
    x: C::Field,
    y: C::Field,
    z: C::Field,
}

impl<C: Weierstrass> Projective<C> {
    /// From the products and cross sums of both points' coordinates.
    #[inline(always)]
    fn sum(xx: C::Field, yy: C::Field, zz: C::Field, xy: C::Field, xz: C::Field, yz: C::Field) -> Self {
        let (m, n, o) = Self::terms(xx, zz, xz);
        let (minus, plus) = (yy - m, yy + m);
        Self {
            x: xy * minus - yz * o,
            y: minus * plus + n * o,
            z: yz * plus + xy * n,
        }
    }

    #[inline(always)]
    fn terms(xx: C::Field, zz: C::Field, xz: C::Field) -> (C::Field, C::Field, C::Field) {
        let three_b = C::B.double() + C::B;
        let azz = C::mul_a(zz);
        (
            C::mul_a(xz) + three_b * zz,
            xx.double() + xx + azz,
            three_b * xz + C::mul_a(xx - azz),
        )
    }
}

impl<C: Weierstrass> Zeroize for Projective<C> {
    fn zeroize(&mut self) {
        self.x.zeroize();
        self.y.zeroize();
        self.z.zeroize();
    }
}

impl<C: Weierstrass> Group for Projective<C> {
    type Field = C::Field;
    type Affine = AffinePoint<C::Field>;

    const IDENTITY: Self = Self {
        x: C::Field::ZERO,
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

    fn double(&self) -> Self {
        let (xx, yy, zz) = (self.x.square(), self.y.square(), self.z.square());
        let (xy, xz, yz) = (self.x * self.y, self.x * self.z, self.y * self.z);
        let (xy, xz, yz) = (xy.double(), xz.double(), yz.double());
        let (m, n, o) = Self::terms(xx, zz, xz);
        Self {
            x: xy * (yy - m) - yz * o,
            y: (yy - m) * (yy + m) + n * o,
            z: (yz * yy).double().double(),
        }
    }

    fn add(&self, other: &Self) -> Self {
        let (xx, yy, zz) = (self.x * other.x, self.y * other.y, self.z * other.z);
        let xy = (self.x + self.y) * (other.x + other.y) - xx - yy;
        let xz = (self.x + self.z) * (other.x + other.z) - xx - zz;
        let yz = (self.y + self.z) * (other.y + other.z) - yy - zz;
        Self::sum(xx, yy, zz, xy, xz, yz)
    }

    fn add_affine(&self, other: &Self::Affine) -> Self {
        let (xx, yy) = (self.x * other.x, self.y * other.y);
        let xy = (self.x + self.y) * (other.x + other.y) - xx - yy;
        let xz = self.x + other.x * self.z;
        let yz = self.y + other.y * self.z;
        Self::sum(xx, yy, self.z, xy, xz, yz)
    }

    fn negate(&self) -> Self {
        Self { y: -self.y, ..*self }
    }

    fn from_weierstrass(point: &AffinePoint<C::Field>) -> Option<Self> {
        Some(Self::from_affine(point))
    }
}

impl<C: Weierstrass> CompleteGroup for Projective<C> {
    fn denominator(&self) -> C::Field {
        self.z
    }

    fn normalize(&self, inverse: &C::Field) -> AffinePoint<C::Field> {
        AffinePoint {
            x: self.x * *inverse,
            y: self.y * *inverse,
        }
    }

    fn to_weierstrass(&self) -> AffinePoint<C::Field> {
        self.normalize(&self.z.invert())
    }
}
