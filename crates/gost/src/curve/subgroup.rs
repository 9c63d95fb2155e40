//! Membership in the prime-order subgroup, for the two curves whose cofactor is 4.
//!
//! The complete formulas of `primeorder` are complete in a group of odd order only: on a point of even order
//! they can end in (0 : 0 : 0), which compares equal to the identity. So the check has its own Jacobian
//! arithmetic with every exceptional case spelled out. It branches on its input, which is public.

use elliptic_curve::{bigint::BitOps, ff::Field};
use primeorder::PrimeCurveParams;

/// (X : Y : Z) with x = X/Z², y = Y/Z³; the identity has Z = 0.
#[derive(Clone, Copy)]
struct Jacobian<F> {
    x: F,
    y: F,
    z: F,
}

impl<F: Field> Jacobian<F> {
    const IDENTITY: Self = Self {
        x: F::ONE,
        y: F::ONE,
        z: F::ZERO,
    };

    fn is_identity(&self) -> bool {
        self.z.is_zero_vartime()
    }

    fn double(&self, a: F) -> Self {
        if self.is_identity() || self.y.is_zero_vartime() {
            return Self::IDENTITY;
        }
        let yy = self.y.square();
        let s = (self.x * yy).double().double();
        let zz = self.z.square();
        let xx = self.x.square();
        let m = xx.double() + xx + a * zz.square();
        let x = m.square() - s.double();
        let y = m * (s - x) - yy.square().double().double().double();
        Self {
            x,
            y,
            z: (self.y * self.z).double(),
        }
    }

    /// Adds the affine point (x, y).
    fn add_affine(&self, (x, y): (F, F), a: F) -> Self {
        if self.is_identity() {
            return Self { x, y, z: F::ONE };
        }
        let zz = self.z.square();
        let h = x * zz - self.x;
        let r = y * zz * self.z - self.y;
        if h.is_zero_vartime() {
            return if r.is_zero_vartime() {
                self.double(a)
            } else {
                Self::IDENTITY
            };
        }
        let hh = h.square();
        let hhh = hh * h;
        let v = self.x * hh;
        let x3 = r.square() - hhh - v.double();
        Self {
            x: x3,
            y: r * (v - x3) - self.y * hhh,
            z: self.z * h,
        }
    }
}

/// Whether q·(x, y) is the identity. The point must be on the curve.
pub(super) fn contains<C: PrimeCurveParams>(x: C::FieldElement, y: C::FieldElement) -> bool {
    let order = C::ORDER;
    let order: &C::Uint = order.as_ref();
    let mut sum = Jacobian::IDENTITY;
    for bit in (0..order.bits_vartime()).rev() {
        sum = sum.double(C::EQUATION_A);
        if order.bit_vartime(bit) {
            sum = sum.add_affine((x, y), C::EQUATION_A);
        }
    }
    sum.is_identity()
}
