//! Multiplication of points: by secrets in constant time, by public numbers as fast as possible.

use alloc::{boxed::Box, vec::Vec};

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

use super::{
    group::{Affine, CompleteGroup, Group, normalize_all},
    weierstrass::AffinePoint,
};
use crate::field::{Field, limbs};

/// Bits of a window of a secret. A lookup reads the whole row.
const WINDOW: usize = 5;
const ENTRIES: usize = 1 << (WINDOW - 1);

/// Widths of the signed digits of public numbers, for a point seen once and for the base point.
const WIDTH: usize = 5;
const BASE_WIDTH: usize = 8;

/// Precomputed multiples of the base point P.
pub(crate) struct Tables<A> {
    /// Row i holds 1, 3, 5, … 31 times 2^(2·5·i)·P: one row serves two windows.
    comb: Vec<[A; ENTRIES]>,
    /// 1, 3, 5, … 127 times P.
    odd: Vec<A>,
}

impl<A: Affine> Tables<A> {
    /// Tables of a base point other than the identity.
    pub(crate) fn new<G: CompleteGroup<Affine = A>>(base: &AffinePoint<G::Field>) -> Box<Self> {
        let base = G::from_weierstrass(base).unwrap_or(G::IDENTITY);
        let mut points = Vec::new();
        let mut first = base;
        for _ in 0..windows::<G::Field>().div_ceil(2) {
            points.extend(odd_multiples::<G, ENTRIES>(&first));
            first = first.double_times(2 * WINDOW);
        }
        let comb = normalize_all(&points);
        let odd = odd_multiples::<G, { 1 << (BASE_WIDTH - 2) }>(&base);
        Box::new(Self {
            comb: comb.as_chunks().0.to_vec(),
            odd: normalize_all(&odd),
        })
    }
}

/// 1, 3, 5, … times the point.
fn odd_multiples<G: Group, const COUNT: usize>(point: &G) -> [G; COUNT] {
    let twice = point.double();
    let mut multiples = [*point; COUNT];
    for i in 1..COUNT {
        multiples[i] = multiples[i - 1].add(&twice);
    }
    multiples
}

/// Windows of a secret as long as the field.
const fn windows<F: Field>() -> usize {
    (8 * F::OCTETS).div_ceil(WINDOW)
}

/// A secret as Σ dᵢ·2^(5·i) with odd digits from −31 to 31, so that no digit is 0 (M. Joye, M. Tunstall, "Exponent
/// recoding and regular exponentiation algorithms"). An even secret is replaced by q less the secret and the result
/// has to be negated.
struct OddDigits {
    limbs: Zeroizing<[u64; 8]>,
    was_even: Choice,
    windows: usize,
}

impl OddDigits {
    fn new<S: Field>(secret: &S) -> Self {
        let (residue, negated) = (Zeroizing::new(secret.residue()), Zeroizing::new((-*secret).residue()));
        let was_even = !Choice::from((residue[0] & 1) as u8);
        let mask = u64::from(was_even.unwrap_u8()).wrapping_neg();
        Self {
            limbs: Zeroizing::new(limbs::select(&residue, &negated, mask)),
            was_even,
            windows: windows::<S>(),
        }
    }

    /// The digit of a window as (|digit| − 1)/2 and whether it is negative: six bits of the secret, the lowest taken as
    /// 1, less 32; the last window takes the bits as they are.
    fn digit(&self, window: usize) -> (u8, Choice) {
        let bit = window * WINDOW;
        let (limb, shift) = (bit / 64, bit % 64);
        let next = self.limbs.get(limb + 1).copied().unwrap_or(0);
        let bits = (self.limbs[limb] >> shift) | ((next << 1) << (63 - shift));
        let bits = (bits as u8 & 63) | 1;
        if window + 1 == self.windows {
            return (bits >> 1, Choice::from(0));
        }
        // 33, 35, … 63 stand for 1, 3, … 31 and 31, 29, … 1 for −1, −3, … −31.
        let negative = (bits >> 5) ^ 1;
        let index = (bits >> 1) ^ negative.wrapping_neg();
        (index & 15, Choice::from(negative))
    }
}

/// Reads every entry of the row.
#[inline(always)]
fn look_up<T: ConditionallySelectable + Default>(row: &[T; ENTRIES], index: u8) -> T {
    let mut chosen = T::default();
    for (i, entry) in row.iter().enumerate() {
        chosen.conditional_assign(entry, (i as u8).ct_eq(&index));
    }
    chosen
}

/// secret·P. Constant-time.
pub(crate) fn multiply_base<G: CompleteGroup, S: Field>(tables: &Tables<G::Affine>, secret: &S) -> G {
    let digits = OddDigits::new(secret);
    let entry = |window: usize| {
        let (index, negative) = digits.digit(window);
        let mut entry = Zeroizing::new(look_up(&tables.comb[window / 2], index));
        entry.conditional_negate(negative ^ digits.was_even);
        entry
    };
    let mut sum = G::from_affine(&entry(1));
    for window in (3..digits.windows).step_by(2) {
        sum = sum.add_affine(&entry(window));
    }
    sum = sum.double_times(WINDOW);
    for window in (0..digits.windows).step_by(2) {
        sum = sum.add_affine(&entry(window));
    }
    sum
}

/// secret·point. Constant-time in the secret.
pub(crate) fn multiply<G: CompleteGroup, S: Field>(point: &G, secret: &S) -> G {
    let digits = OddDigits::new(secret);
    let affine = normalize_all(&odd_multiples::<G, ENTRIES>(point));
    let row = affine.as_chunks().0.first().copied().unwrap_or_default();
    let mut sum = G::IDENTITY;
    for window in (0..digits.windows).rev() {
        let (index, negative) = digits.digit(window);
        let mut entry = Zeroizing::new(look_up(&row, index));
        entry.conditional_negate(negative ^ digits.was_even);
        sum = sum.double_times(WINDOW).add_affine(&entry);
    }
    sum
}

/// The non-adjacent form of width `width`: odd digits below 2^(width − 1) in absolute value, each followed by at least
/// `width − 1` zeros. Branches on the number.
struct SparseDigits {
    digits: [i8; 513],
    length: usize,
}

impl SparseDigits {
    fn new(mut number: [u64; 8], width: usize) -> Self {
        let (mut digits, mut length, mut at, mut overflow) = ([0; 513], 0, 0, 0);
        while overflow != 0 || number.iter().any(|limb| *limb != 0) {
            let zeros = match number[0].trailing_zeros() as usize {
                0 => {
                    let low = (number[0] & ((1 << width) - 1)) as i16;
                    let digit = if low < 1 << (width - 1) { low } else { low - (1 << width) };
                    digits[at] = digit as i8;
                    length = at + 1;
                    if digit > 0 {
                        number = limbs::sub_small(number, digit.unsigned_abs().into()).0;
                    } else {
                        (number, overflow) = limbs::add_small(number, digit.unsigned_abs().into());
                    }
                    width
                }
                zeros => zeros.min(63),
            };
            for i in 0..8 {
                let next = number.get(i + 1).copied().unwrap_or(overflow);
                number[i] = (number[i] >> zeros) | (next << (64 - zeros));
            }
            overflow = 0;
            at += zeros;
        }
        Self { digits, length }
    }
}

/// a·P + b·point, interleaving both multiplications (E. Straus). Branches on the numbers.
pub(crate) fn multiply_add_vartime<G: Group, S: Field>(
    tables: &Tables<G::Affine>,
    a: &S,
    point: &G,
    b: &S,
) -> G {
    let multiples = odd_multiples::<G, { 1 << (WIDTH - 2) }>(point);
    let a = SparseDigits::new(a.residue(), BASE_WIDTH);
    let b = SparseDigits::new(b.residue(), WIDTH);
    let mut sum = G::IDENTITY;
    let mut doublings = 0;
    for i in (0..a.length.max(b.length)).rev() {
        doublings += 1;
        let (base, other) = (a.digits[i], b.digits[i]);
        if base == 0 && other == 0 {
            continue;
        }
        sum = sum.double_times(core::mem::take(&mut doublings));
        if base != 0 {
            let mut entry = tables.odd[usize::from(base.unsigned_abs() / 2)];
            entry.conditional_negate(Choice::from(u8::from(base < 0)));
            sum = sum.add_affine(&entry);
        }
        if other != 0 {
            let entry = &multiples[usize::from(other.unsigned_abs() / 2)];
            sum = if other < 0 { sum.add(&entry.negate()) } else { sum.add(entry) };
        }
    }
    sum.double_times(doublings)
}

/// number·point for a number of little-endian limbs. Branches on it.
pub(crate) fn multiply_vartime<G: Group>(point: &G, number: &[u64]) -> G {
    let mut sum = G::IDENTITY;
    for limb in number.iter().rev() {
        for bit in (0..64).rev() {
            sum = sum.double();
            if limb >> bit & 1 == 1 {
                sum = sum.add(point);
            }
        }
    }
    sum
}
