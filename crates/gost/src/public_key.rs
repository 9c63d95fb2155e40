//! Public keys and verification.

use der::asn1::ObjectIdentifier;

use crate::{KeyError, ParameterSet, VerifyError, curve, oid};

/// The edition of GOST R 34.10 a key belongs to. The equations are the same; digests and identifiers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standard {
    /// GOST R 34.10-2001 with GOST R 34.11-94 (RFC 4491): verified in old documents, never made.
    R2001,
    /// GOST R 34.10-2012 with Streebog.
    R2012,
}

impl Standard {
    /// Algorithm identifier of a key over the set.
    pub const fn key_oid(self, set: ParameterSet) -> ObjectIdentifier {
        match self {
            Self::R2001 => oid::KEY_2001,
            Self::R2012 => set.size().key_oid(),
        }
    }

    /// Identifier of the digest that signatures of such a key are over.
    pub const fn digest_oid(self, set: ParameterSet) -> ObjectIdentifier {
        match self {
            Self::R2001 => oid::GOST_94,
            Self::R2012 => set.size().digest_oid(),
        }
    }

    /// Identifier of the signature algorithm with its digest, as certificates carry it.
    pub const fn signature_oid(self, set: ParameterSet) -> ObjectIdentifier {
        match self {
            Self::R2001 => oid::SIGN_WITH_GOST_94,
            Self::R2012 => set.size().sign_with_digest_oid(),
        }
    }
}

/// A point of the prime-order group of a [`ParameterSet`], checked when it was made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PublicKey {
    standard: Standard,
    set: ParameterSet,
    /// X_le ‖ Y_le in the first octets, the rest 0.
    point: [u8; 128],
}

impl PublicKey {
    /// Takes X_le ‖ Y_le (64 or 128 octets), as `CKA_VALUE` of a token has it, and checks the point.
    pub fn from_point_octets(set: ParameterSet, octets: &[u8]) -> Result<Self, KeyError> {
        Self::from_standard_point(Standard::R2012, set, octets)
    }

    /// The same for a key of either standard.
    pub fn from_standard_point(standard: Standard, set: ParameterSet, octets: &[u8]) -> Result<Self, KeyError> {
        let expected = set.size().signature_octets();
        if octets.len() != expected {
            return Err(KeyError::Length {
                expected,
                actual: octets.len(),
            });
        }
        if !curve::arithmetic(set).is_valid_point(octets) {
            return Err(KeyError::Point);
        }
        let mut point = [0; 128];
        point[..expected].copy_from_slice(octets);
        Ok(Self { standard, set, point })
    }

    /// A point that was computed and needs no check.
    pub(crate) fn from_own_point(set: ParameterSet, point: [u8; 128]) -> Self {
        Self {
            standard: Standard::R2012,
            set,
            point,
        }
    }

    /// X_le ‖ Y_le, 64 or 128 octets.
    pub fn point_octets(&self) -> &[u8] {
        &self.point[..self.set.size().signature_octets()]
    }

    /// The curve's name.
    pub fn parameter_set(&self) -> ParameterSet {
        self.set
    }

    /// The edition of the standard, which fixes the digest.
    pub fn standard(&self) -> Standard {
        self.standard
    }

    /// Checks a signature s ‖ r (each big-endian) over a digest as it is printed: Streebog, or GOST R 34.11-94 for a
    /// key of 2001 (GOST R 34.10-2012 §6.2).
    pub fn verify_digest(&self, digest: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        let size = self.set.size();
        if digest.len() != size.octets() {
            return Err(VerifyError::DigestLength {
                expected: size.octets(),
                actual: digest.len(),
            });
        }
        if signature.len() != size.signature_octets() {
            return Err(VerifyError::SignatureLength {
                expected: size.signature_octets(),
                actual: signature.len(),
            });
        }
        curve::arithmetic(self.set).verify(digest, signature, self.point_octets())
    }
}
