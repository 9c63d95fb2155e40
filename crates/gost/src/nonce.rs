//! Signature nonces: HMAC_DRBG as in RFC 6979 §3.2, with fresh randomness as in §3.6.
//!
//! The nonce depends on the key, the digest and fresh randomness. A failing generator leaves the deterministic
//! nonce, a faulted computation does not repeat a nonce; either alone does not give the key away.
//!
//! The hash inside is SHA-256 or SHA-512, as long as the key: nobody who verifies sees it, its implementations run in
//! constant time on every processor, which Streebog does only where it need not look up tables.

use digest::{KeyInit, block_api::EagerHash};
use hmac::{Hmac, Mac};
use zeroize::{Zeroize, Zeroizing};

use crate::curve::Arithmetic;

/// An endless row of nonce candidates in (0, q), by rejection.
pub(crate) struct Nonces<'a, D: EagerHash> {
    curve: &'a dyn Arithmetic,
    key: Zeroizing<[u8; 64]>,
    value: Zeroizing<[u8; 64]>,
    /// Octets of the hash and of q alike.
    octets: usize,
    /// Bits to drop so that a candidate is no longer than q.
    excess: u32,
    drawn: bool,
    hash: core::marker::PhantomData<fn() -> D>,
}

impl<'a, D: EagerHash> Nonces<'a, D> {
    /// Seeds with the secret key (big-endian), the digest as an integer below q (likewise), and fresh randomness.
    pub(crate) fn new(curve: &'a dyn Arithmetic, d: &[u8], e: &[u8], fresh: &[u8]) -> Self {
        let mut nonces = Self {
            curve,
            key: Zeroizing::new([0; 64]),
            value: Zeroizing::new([1; 64]),
            octets: d.len(),
            excess: curve.order().last().map_or(0, |limb| limb.leading_zeros()),
            drawn: false,
            hash: core::marker::PhantomData,
        };
        nonces.rekey(&[&[0], d, e, fresh]);
        nonces.rekey(&[&[1], d, e, fresh]);
        nonces
    }

    /// HMAC under the key over the value and more.
    fn mac(&self, more: &[&[u8]]) -> Zeroizing<[u8; 64]> {
        // Neither hash has blocks shorter than the key, which are all the key lengths HMAC could refuse.
        let mut tag = Zeroizing::new([0; 64]);
        if let Ok(mut mac) = Hmac::<D>::new_from_slice(&self.key[..self.octets]) {
            mac.update(&self.value[..self.octets]);
            more.iter().for_each(|part| mac.update(part));
            let mut octets = mac.finalize().into_bytes();
            tag[..self.octets].copy_from_slice(&octets);
            octets.zeroize();
        }
        tag
    }

    fn rekey(&mut self, seed: &[&[u8]]) {
        self.key = self.mac(seed);
        self.value = self.mac(&[]);
    }

    /// The next candidate in (0, q), big-endian, as long as q.
    pub(crate) fn next(&mut self) -> Zeroizing<[u8; 64]> {
        loop {
            if core::mem::replace(&mut self.drawn, true) {
                self.rekey(&[&[0]]);
            }
            self.value = self.mac(&[]);
            let mut candidate = self.value.clone();
            shift_right(&mut candidate[..self.octets], self.excess);
            if self.curve.is_valid_scalar(&candidate[..self.octets]) {
                return candidate;
            }
        }
    }
}

/// Shifts a big-endian integer right by fewer than 8 bits (every q here has its top octet set).
fn shift_right(integer: &mut [u8], bits: u32) {
    let mut above = 0u16;
    for octet in integer {
        let both = above << 8 | u16::from(*octet);
        *octet = (both >> bits) as u8;
        above = both & 0xFF;
    }
}
