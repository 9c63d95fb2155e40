//! Secret keys: generation, signing, agreement.

use alloc::{vec, vec::Vec};
use core::fmt;

use hmac::digest::block_api::EagerHash;
use sha2::{Sha256, Sha512};
use zeroize::Zeroizing;

use crate::{
    KeyError, KeySize, ParameterSet, PublicKey, SignError, Signature, curve, nonce::Nonces,
};

/// A secret key d with 0 < d < q, wiped when dropped. It does not print and cannot be cloned.
pub struct SecretKey {
    /// Big-endian, in the first octets.
    d: Zeroizing<[u8; 64]>,
    public: PublicKey,
}

impl SecretKey {
    /// Draws d from the operating system, uniformly in (0, q) by rejection.
    pub fn generate(set: ParameterSet) -> Result<Self, KeyError> {
        let curve = curve::arithmetic(set);
        // q has 255 to 512 bits: without the bits above, at least every second draw is a hit.
        let excess = curve.order().last().map_or(0, |limb| limb.leading_zeros());
        let mut d = Zeroizing::new([0; 64]);
        let drawn = &mut d[..set.size().octets()];
        loop {
            getrandom::fill(drawn).map_err(|_| KeyError::Entropy)?;
            drawn[0] &= 0xFF >> excess;
            if curve.is_valid_scalar(drawn) {
                return Self::from_big_endian(set, d);
            }
        }
    }

    pub(crate) fn from_big_endian(set: ParameterSet, d: Zeroizing<[u8; 64]>) -> Result<Self, KeyError> {
        let mut point = [0; 128];
        let (n, length) = (set.size().octets(), set.size().signature_octets());
        if !curve::arithmetic(set).write_public_point(&d[..n], &mut point[..length]) {
            return Err(KeyError::Scalar);
        }
        let public = PublicKey::from_own_point(set, point);
        Ok(Self { d, public })
    }

    /// Takes the octets of a key as PKCS#8 and `CKA_VALUE` carry them: little-endian, 32 or 64 octets, or
    /// masked as K_M ‖ M₁ ‖ … ‖ M_k with d = K_M·M₁·…·M_k mod q (R 50.1.112-2016, R 1323565.1.041).
    pub fn from_octets(set: ParameterSet, octets: &[u8]) -> Result<Self, KeyError> {
        let expected = set.size().octets();
        if octets.is_empty() || !octets.len().is_multiple_of(expected) {
            return Err(KeyError::Length {
                expected,
                actual: octets.len(),
            });
        }
        let (key, masks) = octets.split_at(expected);
        let reversed = |octets: &[u8]| {
            let mut big_endian = Zeroizing::new([0; 64]);
            big_endian[..expected].copy_from_slice(octets);
            big_endian[..expected].reverse();
            big_endian
        };
        let mut d = reversed(key);
        // Alone the key must be in range; factors need not be.
        for mask in masks.chunks_exact(expected) {
            curve::arithmetic(set).multiply_scalar(&mut d[..expected], &reversed(mask)[..expected]);
        }
        Self::from_big_endian(set, d)
    }

    /// d, little-endian, 32 or 64 octets.
    pub fn to_octets(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.d().iter().rev().copied().collect())
    }

    /// d, big-endian.
    pub(crate) fn d(&self) -> &[u8] {
        &self.d[..self.size().octets()]
    }

    fn size(&self) -> KeySize {
        self.public.parameter_set().size()
    }

    /// The public key d·P.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Signs a Streebog digest as it is printed (GOST R 34.10-2012 §6.1). The nonce follows from the key, the digest
    /// and fresh randomness of the operating system, so that signatures of one digest differ.
    pub fn sign_digest(&self, digest: &[u8]) -> Result<Signature, SignError> {
        let mut fresh = Zeroizing::new([0; 32]);
        if getrandom::fill(fresh.as_mut()).is_err() {
            // The nonce stays unpredictable through the key; only the protection against faults is lost.
            return self.sign_digest_deterministic(digest);
        }
        self.sign_digest_with(digest, fresh.as_ref())
    }

    /// The same with a nonce that follows from the key and the digest alone (RFC 6979 §3.2 with HMAC-SHA-256 or -512 and
    /// e of GOST R 34.10-2012 §6.1 in place of the reduced digest): one digest, one signature.
    pub fn sign_digest_deterministic(&self, digest: &[u8]) -> Result<Signature, SignError> {
        self.sign_digest_with(digest, &[])
    }

    /// The same with fresh randomness of the caller's.
    pub(crate) fn sign_digest_with(&self, digest: &[u8], fresh: &[u8]) -> Result<Signature, SignError> {
        let expected = self.size().octets();
        if digest.len() != expected {
            return Err(SignError::DigestLength {
                expected,
                actual: digest.len(),
            });
        }
        match self.size() {
            KeySize::Bits256 => self.sign_with_nonces_of::<Sha256>(digest, fresh),
            KeySize::Bits512 => self.sign_with_nonces_of::<Sha512>(digest, fresh),
        }
    }

    fn sign_with_nonces_of<D: EagerHash>(&self, digest: &[u8], fresh: &[u8]) -> Result<Signature, SignError> {
        let curve = curve::arithmetic(self.public.parameter_set());
        let mut e = [0; 64];
        let e = &mut e[..digest.len()];
        curve.write_digest_integer(digest, e);
        let mut nonces = Nonces::<D>::new(curve, self.d(), e, fresh);
        let mut signature = Signature::zero(self.size());
        // One nonce in 2^254 gives r = 0 or s = 0.
        for _ in 0..8 {
            let k = nonces.next();
            if curve.write_signature(digest, self.d(), &k[..digest.len()], signature.octets_mut()) {
                return Ok(signature);
            }
        }
        Err(SignError::Nonce)
    }

    /// VKO GOST R 34.10-2012 (R 50.1.113-2016, RFC 7836 §4.3) before its hash: the point (m/q · UKM · d mod q)·Q as
    /// X_le ‖ Y_le, 64 or 128 octets, of which Streebog-256 or -512 makes the shared key. The UKM is a little-endian
    /// integer of 1 to 64 octets, not 0 modulo q.
    pub fn agree(&self, peer: &PublicKey, ukm: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let set = self.public.parameter_set();
        if !set.is_same_curve(peer.parameter_set()) {
            return Err(KeyError::ParameterSet(peer.parameter_set().oid()));
        }
        let n = set.size().octets();
        let mut integer = [0; 64];
        let integer = &mut integer[..n];
        if ukm.is_empty() || ukm.len() > n {
            return Err(KeyError::Length {
                expected: n,
                actual: ukm.len(),
            });
        }
        for (octet, of_ukm) in integer.iter_mut().rev().zip(ukm) {
            *octet = *of_ukm;
        }
        let mut shared = Zeroizing::new(vec![0; 2 * n]);
        let curve = curve::arithmetic(set);
        if curve.write_agreement(self.d(), integer, peer.point_octets(), &mut shared) {
            Ok(shared)
        } else {
            Err(KeyError::Scalar)
        }
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SecretKey")
            .field("parameter_set", &self.public.parameter_set())
            .finish_non_exhaustive()
    }
}
