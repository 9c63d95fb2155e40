//! Integers of N little-endian 64-bit limbs: carries, wide products, comparison. Nothing here branches on values.

/// a + b + carry as (low limb, carry).
#[inline(always)]
pub(crate) const fn adc(a: u64, b: u64, carry: u64) -> (u64, u64) {
    let sum = a as u128 + b as u128 + carry as u128;
    (sum as u64, (sum >> 64) as u64)
}

/// a − b − borrow as (low limb, borrow), the borrow being 0 or 1.
#[inline(always)]
pub(crate) const fn sbb(a: u64, b: u64, borrow: u64) -> (u64, u64) {
    let difference = (a as u128).wrapping_sub(b as u128 + borrow as u128);
    (difference as u64, (difference >> 127) as u64)
}

/// accumulator + a·b + carry as (low limb, carry); cannot overflow.
#[inline(always)]
pub(crate) const fn mac(accumulator: u64, a: u64, b: u64, carry: u64) -> (u64, u64) {
    let sum = accumulator as u128 + a as u128 * b as u128 + carry as u128;
    (sum as u64, (sum >> 64) as u64)
}

/// a + b and the carry out.
#[inline(always)]
pub(crate) const fn add<const N: usize>(a: &[u64; N], b: &[u64; N]) -> ([u64; N], u64) {
    let (mut sum, mut carry, mut i) = ([0; N], 0, 0);
    while i < N {
        (sum[i], carry) = adc(a[i], b[i], carry);
        i += 1;
    }
    (sum, carry)
}

/// a − b and the borrow out.
#[inline(always)]
pub(crate) const fn sub<const N: usize>(a: &[u64; N], b: &[u64; N]) -> ([u64; N], u64) {
    let (mut difference, mut borrow, mut i) = ([0; N], 0, 0);
    while i < N {
        (difference[i], borrow) = sbb(a[i], b[i], borrow);
        i += 1;
    }
    (difference, borrow)
}

/// a + small, and the carry out.
#[inline(always)]
pub(crate) const fn add_small<const N: usize>(mut a: [u64; N], small: u64) -> ([u64; N], u64) {
    let (mut carry, mut i) = (small, 0);
    while i < N {
        (a[i], carry) = adc(a[i], 0, carry);
        i += 1;
    }
    (a, carry)
}

/// a − small, and the borrow out.
#[inline(always)]
pub(crate) const fn sub_small<const N: usize>(mut a: [u64; N], small: u64) -> ([u64; N], u64) {
    let (mut borrow, mut i);
    (a[0], borrow) = sbb(a[0], small, 0);
    i = 1;
    while i < N {
        (a[i], borrow) = sbb(a[i], 0, borrow);
        i += 1;
    }
    (a, borrow)
}

/// `a` where `mask` is 0, `b` where it is all ones.
#[inline(always)]
pub(crate) const fn select<const N: usize>(a: &[u64; N], b: &[u64; N], mask: u64) -> [u64; N] {
    let (mut chosen, mut i) = ([0; N], 0);
    while i < N {
        chosen[i] = a[i] ^ (mask & (a[i] ^ b[i]));
        i += 1;
    }
    chosen
}

/// a·b as (low half, high half).
#[inline(always)]
pub(crate) const fn mul<const N: usize>(a: &[u64; N], b: &[u64; N]) -> ([u64; N], [u64; N]) {
    let (mut low, mut high) = ([0; N], [0; N]);
    let mut i = 0;
    while i < N {
        let (mut carry, mut j) = (0, 0);
        while j < N {
            if i + j < N {
                (low[i + j], carry) = mac(low[i + j], a[i], b[j], carry);
            } else {
                (high[i + j - N], carry) = mac(high[i + j - N], a[i], b[j], carry);
            }
            j += 1;
        }
        high[i] = carry;
        i += 1;
    }
    (low, high)
}

/// a² as (low half, high half): the products above the diagonal are made once and doubled.
#[inline(always)]
pub(crate) const fn square<const N: usize>(a: &[u64; N]) -> ([u64; N], [u64; N]) {
    let (mut low, mut high) = ([0; N], [0; N]);
    let mut i = 0;
    while i + 1 < N {
        let (mut carry, mut j) = (0, i + 1);
        while j < N {
            if i + j < N {
                (low[i + j], carry) = mac(low[i + j], a[i], a[j], carry);
            } else {
                (high[i + j - N], carry) = mac(high[i + j - N], a[i], a[j], carry);
            }
            j += 1;
        }
        high[i] = carry;
        i += 1;
    }
    let mut i = N - 1;
    high[i] = high[i - 1] >> 63;
    while i > 1 {
        i -= 1;
        high[i] = (high[i] << 1) | (high[i - 1] >> 63);
    }
    high[0] = (high[0] << 1) | (low[N - 1] >> 63);
    i = N;
    while i > 1 {
        i -= 1;
        low[i] = (low[i] << 1) | (low[i - 1] >> 63);
    }
    low[0] <<= 1;
    let (mut carry, mut i) = (0, 0);
    while i < N {
        let diagonal = a[i] as u128 * a[i] as u128;
        if 2 * i < N {
            (low[2 * i], carry) = adc(low[2 * i], diagonal as u64, carry);
            (low[2 * i + 1], carry) = adc(low[2 * i + 1], (diagonal >> 64) as u64, carry);
        } else {
            let at = 2 * i - N;
            (high[at], carry) = adc(high[at], diagonal as u64, carry);
            (high[at + 1], carry) = adc(high[at + 1], (diagonal >> 64) as u64, carry);
        }
        i += 1;
    }
    (low, high)
}

/// The integer of N·16 hexadecimal digits; for constants.
pub(crate) const fn from_hex<const N: usize>(digits: &str) -> [u64; N] {
    let digits = digits.as_bytes();
    assert!(digits.len() == 16 * N, "16 digits a limb");
    let (mut limbs, mut i) = ([0; N], 0);
    while i < digits.len() {
        let digit = match digits[i] {
            digit @ b'0'..=b'9' => digit - b'0',
            digit @ b'a'..=b'f' => digit - b'a' + 10,
            _ => panic!("a lower-case hexadecimal digit"),
        };
        let place = digits.len() - 1 - i;
        limbs[place / 16] |= (digit as u64) << (4 * (place % 16));
        i += 1;
    }
    limbs
}

/// The integer of 8·N big-endian octets.
#[inline]
pub(crate) fn from_be_octets<const N: usize>(octets: &[u8]) -> [u64; N] {
    let mut limbs = [0; N];
    for (limb, chunk) in limbs.iter_mut().zip(octets.rchunks_exact(8)) {
        for octet in chunk {
            *limb = (*limb << 8) | u64::from(*octet);
        }
    }
    limbs
}

/// Writes 8·N big-endian octets.
#[inline]
pub(crate) fn to_be_octets<const N: usize>(limbs: &[u64; N], octets: &mut [u8]) {
    for (limb, chunk) in limbs.iter().zip(octets.rchunks_exact_mut(8)) {
        chunk.copy_from_slice(&limb.to_be_bytes());
    }
}
