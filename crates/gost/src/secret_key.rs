//! Secret keys: generation, PKCS#8 and signing.

use der::{
    Decode, Encode, Tag, Tagged,
    asn1::{AnyRef, OctetStringRef, UintRef},
};
use pkcs8::PrivateKeyInfoRef;
use spki::AlgorithmIdentifier;
use zeroize::Zeroizing;

use crate::{
    KeyError, ParameterSet, PublicKey, SignError, curve,
    nonce::Nonces,
    public_key::{parameter_set, parameters_der},
};

/// A secret key d with 0 < d < q, wiped when dropped.
pub struct SecretKey {
    set: ParameterSet,
    /// Big-endian, as long as the field.
    d: Zeroizing<Vec<u8>>,
    public: PublicKey,
}

impl SecretKey {
    /// Draws d from the operating system, uniformly in (0, q) by rejection.
    pub fn generate(set: ParameterSet) -> Result<Self, KeyError> {
        let curve = curve::arithmetic(set);
        let order = curve.order();
        // q has 254 to 512 bits: masking the top octet keeps the number of draws small.
        let mask = order.first().map_or(0xFF, |top| 0xFFu8 >> top.leading_zeros());
        let mut d = Zeroizing::new(vec![0; set.size().octets()]);
        loop {
            getrandom::fill(&mut d).map_err(|_| KeyError::Entropy)?;
            d[0] &= mask;
            if curve.is_valid_scalar(&d) {
                return Self::from_big_endian(set, d);
            }
        }
    }

    fn from_big_endian(set: ParameterSet, d: Zeroizing<Vec<u8>>) -> Result<Self, KeyError> {
        let point = curve::arithmetic(set).public_point(&d).ok_or(KeyError::Scalar)?;
        let public = PublicKey::from_point_octets(set, &point)?;
        Ok(Self { set, d, public })
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
        let factors: Vec<_> = octets
            .chunks(expected)
            .map(|factor| Zeroizing::new(factor.iter().rev().copied().collect::<Vec<u8>>()))
            .collect();
        match <[_; 1]>::try_from(factors) {
            // Alone it is the key itself and must be in range; factors need not be.
            Ok([d]) => Self::from_big_endian(set, d),
            Err(factors) => Self::from_big_endian(set, curve::arithmetic(set).product(&factors)),
        }
    }

    /// d, little-endian, 32 or 64 octets.
    pub fn to_octets(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.d.iter().rev().copied().collect())
    }

    /// Reads a PrivateKeyInfo (RFC 5208) whose key is little-endian octets, plain or masked, the same in a
    /// nested OCTET STRING, or an INTEGER, as older software writes.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, KeyError> {
        let info = PrivateKeyInfoRef::from_der(der)?;
        let set = parameter_set(&info.algorithm)?;
        let octets = info.private_key.as_bytes();
        let size = set.size().octets();
        if octets.len() == size {
            return Self::from_octets(set, octets);
        }
        // A masked key is a multiple of 32, a nested one never is: its header adds two or three octets.
        if !octets.len().is_multiple_of(size)
            && let Ok(inner) = AnyRef::from_der(octets)
        {
            match inner.tag() {
                Tag::OctetString => return Self::from_octets(set, inner.value()),
                Tag::Integer => return Self::from_integer(set, inner),
                _ => {}
            }
        }
        Self::from_octets(set, octets)
    }

    fn from_integer(set: ParameterSet, integer: AnyRef<'_>) -> Result<Self, KeyError> {
        let expected = set.size().octets();
        let digits = integer.decode_as::<UintRef<'_>>()?;
        let digits = digits.as_bytes();
        let start = expected.checked_sub(digits.len()).ok_or(KeyError::Length {
            expected,
            actual: digits.len(),
        })?;
        let mut d = Zeroizing::new(vec![0; expected]);
        d[start..].copy_from_slice(digits);
        Self::from_big_endian(set, d)
    }

    /// Writes a PrivateKeyInfo with the key as little-endian octets, as R 1323565.1.041 has it.
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let parameters = parameters_der(self.set)?;
        let octets = self.to_octets();
        let info = PrivateKeyInfoRef::new(
            AlgorithmIdentifier {
                oid: self.set.size().key_oid(),
                parameters: Some(AnyRef::from_der(&parameters)?),
            },
            OctetStringRef::new(&octets)?,
        );
        Ok(Zeroizing::new(info.to_der()?))
    }

    /// The public key d·P.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Signs a Streebog digest as it is printed; gives s ‖ r, each big-endian (GOST R 34.10-2012 §6.1).
    pub fn sign_digest(&self, digest: &[u8]) -> Result<Vec<u8>, SignError> {
        let expected = self.set.size().octets();
        if digest.len() != expected {
            return Err(SignError::DigestLength {
                expected,
                actual: digest.len(),
            });
        }
        let curve = curve::arithmetic(self.set);
        let mut fresh = Zeroizing::new([0; 32]);
        if getrandom::fill(fresh.as_mut()).is_err() {
            // The nonce stays unpredictable through the key; only the protection against faults is lost.
            fresh.fill(0);
        }
        let mut nonces = Nonces::new(curve, &self.d, digest, fresh.as_ref());
        // One nonce in 2^254 gives r = 0 or s = 0.
        (0..8)
            .find_map(|_| curve.sign(digest, &self.d, &nonces.next()))
            .ok_or(SignError::Nonce)
    }
}
