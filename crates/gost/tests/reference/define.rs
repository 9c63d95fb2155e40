//! The macro that turns domain parameters into a curve type of `primeorder`.

/// Defines module `$module` with curve type `$Name`: its field, its scalar field and its base-point table.
///
/// Numbers are big-endian hex padded to the size of the field. The non-residues are the smallest quadratic
/// non-residues, which is all that `primefield` needs of a "multiplicative generator".
macro_rules! curve {
    (
        $(#[$attr:meta])*
        $module:ident: $Name:ident, uint: $Uint:ident, bytes: $Bytes:ident, octets: $octets:expr,
        cofactor: $cofactor:expr, equation: $Equation:ident,
        p: $p:expr, q: $q:expr, a: $a:expr, b: $b:expr, x: $x:expr, y: $y:expr,
        field_non_residue: $p_generator:expr, scalar_non_residue: $q_generator:expr,
    ) => {
        $(#[$attr])*
        // The field macros of `primefield` emit inherent functions that not every curve needs.
        #[allow(dead_code, missing_docs)]
        pub(crate) mod $module {
            use elliptic_curve::{
                CurveArithmetic, PrimeCurveArithmetic,
                bigint::{Odd, $Uint},
                consts::$Bytes,
                ff::PrimeField,
                hazmat::FieldArithmetic,
                ops::BatchInvert,
                scalar::{FromUintUnchecked, IsHigh},
                subtle::{Choice, ConstantTimeEq, ConstantTimeGreater, CtOption},
            };
            use primeorder::{PrimeCurveParams, mul_backend, point_arithmetic, wnaf};

            const ORDER: Odd<$Uint> = Odd::<$Uint>::from_be_hex($q);
            /// One window per octet of the scalar and one for the carry.
            const WINDOWS: usize = 1 + $octets;

            #[derive(Copy, Clone, Debug, Default, Eq, PartialEq, PartialOrd, Ord)]
            pub struct $Name;

            mod field {
                use super::*;
                primefield::monty_field_params! {
                    name: FieldParams, modulus: $p, uint: $Uint,
                    byte_order: primefield::ByteOrder::BigEndian,
                    multiplicative_generator: $p_generator, doc: "Modulus p of the curve's field."
                }
                primefield::monty_field_element! {
                    name: FieldElement, params: FieldParams, uint: $Uint, doc: "Element of GF(p)."
                }
                primefield::monty_field_arithmetic! { name: FieldElement, params: FieldParams, uint: $Uint }
                impl BatchInvert for FieldElement {}
            }

            mod scalar {
                use super::*;
                primefield::monty_field_params! {
                    name: ScalarParams, modulus: $q, uint: $Uint,
                    byte_order: primefield::ByteOrder::BigEndian,
                    multiplicative_generator: $q_generator, doc: "Order q of the base point."
                }
                primefield::monty_field_element! {
                    name: Scalar, params: ScalarParams, uint: $Uint, doc: "Integer modulo q."
                }
                primefield::monty_field_arithmetic! { name: Scalar, params: ScalarParams, uint: $Uint }
                primefield::monty_field_reduce! { name: Scalar, params: ScalarParams, uint: $Uint, }
                elliptic_curve::scalar_impls!($Name, Scalar);
                wnaf::impl_wnaf_size_for_scalar!(Scalar);
                impl AsRef<Scalar> for Scalar {
                    fn as_ref(&self) -> &Scalar {
                        self
                    }
                }
                impl FromUintUnchecked for Scalar {
                    type Uint = $Uint;
                    fn from_uint_unchecked(uint: $Uint) -> Self {
                        Self::from_uint_unchecked(uint)
                    }
                }
                impl IsHigh for Scalar {
                    fn is_high(&self) -> Choice {
                        const HALF: $Uint = ORDER.as_ref().shr_vartime(1);
                        self.to_canonical().ct_gt(&HALF)
                    }
                }
            }

            use field::FieldElement;
            use scalar::Scalar;
            type Point = primeorder::ProjectivePoint<$Name>;

            impl elliptic_curve::Curve for $Name {
                type FieldBytesSize = $Bytes;
                type Uint = $Uint;
                const ORDER: Odd<$Uint> = ORDER;
            }
            impl elliptic_curve::PrimeCurve for $Name {}
            impl elliptic_curve::point::PointCompression for $Name {
                const COMPRESS_POINTS: bool = false;
            }
            impl CurveArithmetic for $Name {
                type AffinePoint = primeorder::AffinePoint<$Name>;
                type ProjectivePoint = Point;
                type Scalar = Scalar;
            }
            impl FieldArithmetic for $Name {
                type FieldElement = FieldElement;
            }
            impl PrimeCurveArithmetic for $Name {
                type CurveGroup = Point;
            }
            impl PrimeCurveParams for $Name {
                type PointArithmetic = point_arithmetic::$Equation;
                type Backend = mul_backend::PrecomputedTables<WINDOWS>;
                const EQUATION_A: FieldElement = FieldElement::from_hex_vartime($a);
                const EQUATION_B: FieldElement = FieldElement::from_hex_vartime($b);
                const GENERATOR: (FieldElement, FieldElement) =
                    (FieldElement::from_hex_vartime($x), FieldElement::from_hex_vartime($y));
            }
            static TABLE: primeorder::BasepointTable<Point, WINDOWS> = primeorder::BasepointTable::new();
            impl primeorder::PrimeCurveWithBasepointTable<WINDOWS> for $Name {
                const BASEPOINT_TABLE: &'static primeorder::BasepointTable<Point, WINDOWS> = &TABLE;
            }
            impl crate::curve::arithmetic::GostCurve for $Name {
                const COFACTOR: u8 = $cofactor;
            }
        }
    };
}
pub(crate) use curve;
