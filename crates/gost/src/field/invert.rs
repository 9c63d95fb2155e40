//! Inverses modulo an odd prime in constant time: D. J. Bernstein, B.-Y. Yang, "Fast constant-time gcd computation and
//! modular inversion", in the variant that starts at δ = 1/2 and in the arrangement of libsecp256k1's description of it
//! (P. Wuille, "The safegcd implementation in libsecp256k1 explained"): batches of 62 division steps on the lowest
//! limbs, each batch applied to the whole numbers as a 2×2 matrix.

use core::hint::black_box;

/// Bits of a limb of the signed numbers, and division steps of a batch.
const BITS: usize = 62;
const MASK: i64 = (1 << BITS) - 1;

/// A signed number Σ limbᵢ·2^(62·i): all limbs but the highest lie in [0, 2⁶²).
type Signed<const L: usize> = [i64; L];

/// u, v, q, r of (f, g) ← (u·f + v·g, q·f + r·g)/2⁶².
struct Matrix {
    u: i64,
    v: i64,
    q: i64,
    r: i64,
}

/// 1/x modulo p for x below p; 0 for 0. L limbs of 62 bits hold 64·N + 2 bits.
#[inline]
pub(super) fn invert<const N: usize, const L: usize>(x: &[u64; N], p: &[u64; N]) -> [u64; N] {
    let modulus: Signed<L> = split(p);
    let inverse = inverse_of_limb(p[0]);
    let (mut d, mut e): (Signed<L>, Signed<L>) = ([0; L], [0; L]);
    e[0] = 1;
    let (mut f, mut g): (Signed<L>, Signed<L>) = (modulus, split(x));
    let mut zeta = -1;
    for _ in 0..batches(64 * N) {
        let matrix;
        (zeta, matrix) = divide(zeta, f[0] as u64, g[0] as u64);
        update_modulo(&mut d, &mut e, &matrix, &modulus, inverse);
        update(&mut f, &mut g, &matrix);
    }
    // g is 0 now, f is 1 or −1 (or ±p for x = 0), and d is ±1/x between −2·p and p.
    join(&normalize(d, f[L - 1], &modulus))
}

/// Batches after which g is 0 for every input of that many bits: theorem 11.2 for δ = 1/2.
const fn batches(bits: usize) -> usize {
    ((45907 * bits + 26313) / 19929).div_ceil(BITS)
}

/// 1/p modulo 2⁶² by Newton's iteration.
const fn inverse_of_limb(p: u64) -> i64 {
    let (mut inverse, mut i) = (p, 0);
    while i < 6 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(p.wrapping_mul(inverse)));
        i += 1;
    }
    inverse as i64 & MASK
}

fn split<const N: usize, const L: usize>(number: &[u64; N]) -> Signed<L> {
    core::array::from_fn(|i| {
        let (limb, shift) = (i * BITS / 64, i * BITS % 64);
        let of = |limb: usize| number.get(limb).copied().unwrap_or(0);
        ((of(limb) >> shift | (of(limb + 1) << 1) << (63 - shift)) as i64) & MASK
    })
}

fn join<const N: usize, const L: usize>(number: &Signed<L>) -> [u64; N] {
    core::array::from_fn(|i| {
        let (limb, shift) = (i * 64 / BITS, i * 64 % BITS);
        let of = |limb: usize| number.get(limb).copied().unwrap_or(0) as u64;
        of(limb) >> shift
            | of(limb + 1) << (BITS - shift)
            | (of(limb + 2) << (BITS - 1 - shift)) << (BITS + 1)
    })
}

/// 62 division steps from the lowest limbs; ζ = −(δ + 1/2).
#[inline]
fn divide(mut zeta: i64, mut f: u64, mut g: u64) -> (i64, Matrix) {
    let (mut u, mut v, mut q, mut r) = (1u64, 0u64, 0u64, 1u64);
    for _ in 0..BITS {
        // All ones where ζ is negative, and where g is odd.
        let negative = (zeta >> 63) as u64;
        let odd = (g & 1).wrapping_neg();
        let conditional = |value: u64| (value ^ negative).wrapping_sub(negative) & odd;
        g = g.wrapping_add(conditional(f));
        q = q.wrapping_add(conditional(u));
        r = r.wrapping_add(conditional(v));
        let swap = negative & odd;
        zeta = (zeta ^ swap as i64) - 1;
        f = f.wrapping_add(g & swap);
        u = u.wrapping_add(q & swap);
        v = v.wrapping_add(r & swap);
        g >>= 1;
        u <<= 1;
        v <<= 1;
    }
    let [u, v, q, r] = [u, v, q, r].map(|entry| entry as i64);
    (zeta, Matrix { u, v, q, r })
}

fn product(a: i64, b: i64) -> i128 {
    i128::from(a) * i128::from(b)
}

/// (f, g) ← (u·f + v·g, q·f + r·g)/2⁶², exactly.
#[inline]
fn update<const L: usize>(f: &mut Signed<L>, g: &mut Signed<L>, matrix: &Matrix) {
    let Matrix { u, v, q, r } = *matrix;
    let mut of_f = (product(u, f[0]) + product(v, g[0])) >> BITS;
    let mut of_g = (product(q, f[0]) + product(r, g[0])) >> BITS;
    for i in 1..L {
        of_f += product(u, f[i]) + product(v, g[i]);
        of_g += product(q, f[i]) + product(r, g[i]);
        f[i - 1] = of_f as i64 & MASK;
        g[i - 1] = of_g as i64 & MASK;
        of_f >>= BITS;
        of_g >>= BITS;
    }
    f[L - 1] = of_f as i64;
    g[L - 1] = of_g as i64;
}

/// (d, e) ← (u·d + v·e, q·d + r·e)/2⁶² modulo p: a multiple of p is added that makes the division exact.
#[inline]
fn update_modulo<const L: usize>(
    d: &mut Signed<L>,
    e: &mut Signed<L>,
    matrix: &Matrix,
    modulus: &Signed<L>,
    inverse: i64,
) {
    let Matrix { u, v, q, r } = *matrix;
    let (d_negative, e_negative) = (d[L - 1] >> 63, e[L - 1] >> 63);
    let mut of_d = product(u, d[0]) + product(v, e[0]);
    let mut of_e = product(q, d[0]) + product(r, e[0]);
    // Negative numbers count as themselves plus p, which keeps the results between −2·p and p.
    let multiple =
        |start: i64, sum: i128| start - (inverse.wrapping_mul(sum as i64).wrapping_add(start) & MASK);
    let of_modulus_d = multiple((u & d_negative) + (v & e_negative), of_d);
    let of_modulus_e = multiple((q & d_negative) + (r & e_negative), of_e);
    of_d = (of_d + product(modulus[0], of_modulus_d)) >> BITS;
    of_e = (of_e + product(modulus[0], of_modulus_e)) >> BITS;
    for i in 1..L {
        of_d += product(u, d[i]) + product(v, e[i]) + product(modulus[i], of_modulus_d);
        of_e += product(q, d[i]) + product(r, e[i]) + product(modulus[i], of_modulus_e);
        d[i - 1] = of_d as i64 & MASK;
        e[i - 1] = of_e as i64 & MASK;
        of_d >>= BITS;
        of_e >>= BITS;
    }
    d[L - 1] = of_d as i64;
    e[L - 1] = of_e as i64;
}

/// The number times the sign, in [0, p).
fn normalize<const L: usize>(mut number: Signed<L>, sign: i64, modulus: &Signed<L>) -> Signed<L> {
    let negate = sign >> 63;
    let add_if_negative = |number: &mut Signed<L>| {
        // Kept from the optimiser, which would make a branch of the mask.
        let negative = black_box(number[L - 1] >> 63);
        for (limb, addend) in number.iter_mut().zip(modulus) {
            *limb += addend & negative;
        }
    };
    add_if_negative(&mut number);
    for limb in &mut number {
        *limb = (*limb ^ negate) - negate;
    }
    carry(&mut number);
    add_if_negative(&mut number);
    carry(&mut number);
    number
}

fn carry<const L: usize>(number: &mut Signed<L>) {
    for i in 1..L {
        number[i] += number[i - 1] >> BITS;
        number[i - 1] &= MASK;
    }
}
