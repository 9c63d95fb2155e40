//! Points of u² + v² = 1 + d·u²·v² with d a non-square, the form in which tc26-256-A and tc26-512-C were made
//! (RFC 7836 §5.2 and appendix A.2): extended coordinates of H. Hisil, K. Wong, G. Carter, E. Dawson, "Twisted Edwards
//! Curves Revisited" §3.1, whose addition is complete, so that one arithmetic serves secrets and public values.

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroize;

use super::{
    group::{Affine, CompleteGroup, Group, PublicGroup},
    weierstrass::{AffinePoint, Weierstrass},
};
use crate::field::Field;

/// The equation of a curve, and its map to the Weierstrass form in which keys are encoded (RFC 7836 §5.2):
/// x = s·(1 + v)/(1 − v) + t, y = s·(1 + v)/((1 − v)·u) with s = (1 − d)/4, t = (1 + d)/6.
pub(crate) trait Edwards: Weierstrass {
    const D: Self::Field;
    const S: Self::Field;
    const T: Self::Field;
}

/// (u, v) with what additions need: d·u·v. The default is the identity with v forgotten, no point.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct EdwardsAffine<F> {
    u: F,
    v: F,
    duv: F,
}

impl<F: Field> Zeroize for EdwardsAffine<F> {
    fn zeroize(&mut self) {
        self.u.zeroize();
        self.v.zeroize();
        self.duv.zeroize();
    }
}

impl<F: Field> ConditionallySelectable for EdwardsAffine<F> {
    #[inline(always)]
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        Self {
            u: F::conditional_select(&a.u, &b.u, choice),
            v: F::conditional_select(&a.v, &b.v, choice),
            duv: F::conditional_select(&a.duv, &b.duv, choice),
        }
    }
}

impl<F: Field> Affine for EdwardsAffine<F> {
    #[inline(always)]
    fn conditional_negate(&mut self, choice: Choice) {
        self.u.conditional_assign(&-self.u, choice);
        self.duv.conditional_assign(&-self.duv, choice);
    }
}

/// (U : V : Z : T) with u = U/Z, v = V/Z, T = U·V/Z; the identity is (0 : 1 : 1 : 0).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extended<C: Edwards> {
    u: C::Field,
    v: C::Field,
    z: C::Field,
    t: C::Field,
}

impl<C: Edwards> Extended<C> {
    #[inline(always)]
    fn double_parts(&self) -> (C::Field, C::Field, C::Field, C::Field) {
        let (a, b) = (self.u.square(), self.v.square());
        let c = self.z.square().double();
        let g = a + b;
        let e = (self.u + self.v).square() - g;
        (e, g - c, g, a - b)
    }

    #[inline(always)]
    fn finish(e: C::Field, f: C::Field, g: C::Field, h: C::Field) -> Self {
        Self {
            u: e * f,
            v: g * h,
            z: f * g,
            t: e * h,
        }
    }
}

impl<C: Edwards> Zeroize for Extended<C> {
    fn zeroize(&mut self) {
        self.u.zeroize();
        self.v.zeroize();
        self.z.zeroize();
        self.t.zeroize();
    }
}

impl<C: Edwards> Group for Extended<C> {
    type Field = C::Field;
    type Affine = EdwardsAffine<C::Field>;

    const IDENTITY: Self = Self {
        u: C::Field::ZERO,
        v: C::Field::ONE,
        z: C::Field::ONE,
        t: C::Field::ZERO,
    };

    fn from_affine(point: &Self::Affine) -> Self {
        Self {
            u: point.u,
            v: point.v,
            z: C::Field::ONE,
            t: point.u * point.v,
        }
    }

    fn double(&self) -> Self {
        let (e, f, g, h) = self.double_parts();
        Self::finish(e, f, g, h)
    }

    fn double_times(&self, times: usize) -> Self {
        let mut point = *self;
        for _ in 1..times {
            // Doubling reads no T.
            let (e, f, g, h) = point.double_parts();
            point = Self {
                u: e * f,
                v: g * h,
                z: f * g,
                t: C::Field::ZERO,
            };
        }
        if times > 0 { point.double() } else { point }
    }

    fn add(&self, other: &Self) -> Self {
        let (a, b) = (self.u * other.u, self.v * other.v);
        let (c, d) = (self.t * (C::D * other.t), self.z * other.z);
        let e = (self.u + self.v) * (other.u + other.v) - a - b;
        Self::finish(e, d - c, d + c, b - a)
    }

    fn add_affine(&self, other: &Self::Affine) -> Self {
        let (a, b, c) = (self.u * other.u, self.v * other.v, self.t * other.duv);
        let e = (self.u + self.v) * (other.u + other.v) - a - b;
        Self::finish(e, self.z - c, self.z + c, b - a)
    }

    fn negate(&self) -> Self {
        Self {
            u: -self.u,
            t: -self.t,
            ..*self
        }
    }

    /// Ends for points with y = 0, of which there is one: the point of order 2.
    fn from_weierstrass(point: &AffinePoint<C::Field>) -> Option<Self> {
        if point.y.is_zero().into() {
            return None;
        }
        // u = (x − t)/y, v = (x − t − s)/(x − t + s); the last denominator is 0 for no point of the curve.
        let x = point.x - C::T;
        let (numerator, denominator) = (x - C::S, x + C::S);
        Some(Self {
            u: x * denominator,
            v: numerator * point.y,
            z: point.y * denominator,
            t: x * numerator,
        })
    }
}

impl<C: Edwards> CompleteGroup for Extended<C> {
    fn denominator(&self) -> C::Field {
        self.z
    }

    fn normalize(&self, inverse: &C::Field) -> Self::Affine {
        let (u, v) = (self.u * *inverse, self.v * *inverse);
        EdwardsAffine { u, v, duv: C::D * u * v }
    }

    fn to_weierstrass(&self) -> AffinePoint<C::Field> {
        let inverse = ((self.z - self.v) * self.u).invert();
        let common = C::S * (self.z + self.v) * inverse;
        AffinePoint {
            x: common * self.u + C::T,
            y: common * self.z,
        }
    }
}

impl<C: Edwards> PublicGroup for Extended<C> {
    fn is_identity(&self) -> bool {
        // (0, −1) is the only other point with u = 0.
        bool::from(self.u.is_zero()) && bool::from(self.v.ct_eq(&self.z))
    }

    fn has_x(&self, x: &C::Field) -> bool {
        let (left, right) = ((*x - C::T) * (self.z - self.v), C::S * (self.z + self.v));
        left.ct_eq(&right).into()
    }
}
