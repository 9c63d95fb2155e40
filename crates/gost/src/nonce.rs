//! Signature nonces: HMAC-DRBG over Streebog-512 in the manner of RFC 6979 §3.2 and §3.6.
//!
//! The nonce depends on the key, the digest and fresh randomness. A failing generator leaves the deterministic
//! nonce, a faulted computation does not repeat a nonce; either alone does not give the key away.

use hmac::{KeyInit, Mac, SimpleHmac};
use zeroize::Zeroizing;

use crate::{Streebog512, curve::Arithmetic};

/// An endless row of nonce candidates in (0, q), by rejection.
pub(crate) struct Nonces {
    key: Zeroizing<[u8; 64]>,
    value: Zeroizing<[u8; 64]>,
    octets: usize,
    /// Bits to drop so that a candidate is no longer than q.
    excess: u32,
    order: Vec<u8>,
}

impl Nonces {
    /// Seeds with the secret key (big-endian), the digest as an integer below q, and fresh randomness.
    pub(crate) fn new(curve: &dyn Arithmetic, d: &[u8], digest: &[u8], fresh: &[u8]) -> Self {
        let order = curve.order();
        let e = curve.digest_integer(digest);
        let zeros = order.iter().take_while(|octet| **octet == 0).count();
        let leading = order.get(zeros).map_or(0, |octet| octet.leading_zeros());
        let mut nonces = Self {
            key: Zeroizing::new([0; 64]),
            value: Zeroizing::new([1; 64]),
            octets: order.len(),
            excess: 8 * u32::try_from(zeros).unwrap_or(0) + leading,
            order,
        };
        for step in 0..2 {
            nonces.rekey(step, &[d, &e, fresh]);
        }
        nonces
    }

    fn mac(&self, parts: &[&[u8]]) -> Zeroizing<[u8; 64]> {
        // A 64-octet key is the block size of Streebog: `new` takes it as it is.
        let mut mac = SimpleHmac::<Streebog512>::new((&*self.key).into());
        for part in parts {
            mac.update(part);
        }
        let mut tag = Zeroizing::new([0; 64]);
        tag.copy_from_slice(&mac.finalize().into_bytes());
        tag
    }

    fn rekey(&mut self, step: u8, seed: &[&[u8]]) {
        let mut parts: Vec<&[u8]> = vec![&self.value[..], std::slice::from_ref(&step)];
        parts.extend_from_slice(seed);
        self.key = self.mac(&parts);
        self.value = self.mac(&[&self.value[..]]);
    }

    /// The next candidate in (0, q), big-endian.
    pub(crate) fn next(&mut self) -> Zeroizing<Vec<u8>> {
        loop {
            self.value = self.mac(&[&self.value[..]]);
            let mut candidate = Zeroizing::new(self.value[..self.octets].to_vec());
            shift_right(&mut candidate, self.excess);
            let in_range = candidate.iter().any(|octet| *octet != 0) && **candidate < *self.order;
            // Also after a hit: the next candidate must not follow from this one's state.
            self.rekey(0, &[]);
            if in_range {
                return candidate;
            }
        }
    }
}

/// Shifts a big-endian integer right by fewer than 8 bits (every q here has its top octet set).
fn shift_right(integer: &mut [u8], bits: u32) {
    if bits == 0 {
        return;
    }
    let mut carry = 0u8;
    for octet in integer {
        let low = *octet << (8 - bits);
        *octet = (*octet >> bits) | carry;
        carry = low;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ParameterSet, curve::arithmetic};

    #[test]
    fn nonces_differ_with_key_digest_and_randomness_and_stay_in_range() {
        for set in ParameterSet::ALL {
            let curve = arithmetic(set);
            let n = set.size().octets();
            let base = Nonces::new(curve, &vec![1; n], &vec![2; n], &[3; 32]).next();
            assert!(curve.is_valid_scalar(&base));
            assert_eq!(
                base,
                Nonces::new(curve, &vec![1; n], &vec![2; n], &[3; 32]).next()
            );
            assert_ne!(
                base,
                Nonces::new(curve, &vec![9; n], &vec![2; n], &[3; 32]).next()
            );
            assert_ne!(
                base,
                Nonces::new(curve, &vec![1; n], &vec![9; n], &[3; 32]).next()
            );
            assert_ne!(
                base,
                Nonces::new(curve, &vec![1; n], &vec![2; n], &[9; 32]).next()
            );
        }
    }

    #[test]
    fn the_whole_range_is_reached() {
        // q of tc26-512-C has 510 bits: a nonce with bit 509 set must appear, one with bit 510 must not.
        let curve = arithmetic(ParameterSet::Tc26_512C);
        let mut nonces = Nonces::new(curve, &[1; 64], &[2; 64], &[]);
        let tops: Vec<u8> = (0..64).map(|_| nonces.next()[0]).collect();
        assert!(tops.iter().any(|top| top & 0x20 != 0));
        assert!(tops.iter().all(|top| top & 0xC0 == 0));
    }
}
