//! The names under which curves appear in keys: twelve identifiers for seven curves.

use der::asn1::ObjectIdentifier;

use crate::oid;

/// Size of a key, which fixes its algorithm identifiers and its digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeySize {
    /// 256-bit key, Streebog-256, 64-octet signature.
    Bits256,
    /// 512-bit key, Streebog-512, 128-octet signature.
    Bits512,
}

impl KeySize {
    /// Octets of a coordinate, a secret key and a digest: 32 or 64.
    pub const fn octets(self) -> usize {
        match self {
            Self::Bits256 => 32,
            Self::Bits512 => 64,
        }
    }

    /// Octets of a signature and of a public key: 64 or 128.
    pub const fn signature_octets(self) -> usize {
        2 * self.octets()
    }

    /// Algorithm identifier of a key of this size.
    pub const fn key_oid(self) -> ObjectIdentifier {
        match self {
            Self::Bits256 => oid::KEY_256,
            Self::Bits512 => oid::KEY_512,
        }
    }

    /// Identifier of the Streebog variant that belongs to this size.
    pub const fn digest_oid(self) -> ObjectIdentifier {
        match self {
            Self::Bits256 => oid::STREEBOG_256,
            Self::Bits512 => oid::STREEBOG_512,
        }
    }

    /// Identifier of the signature algorithm with its digest, as certificates carry it.
    pub const fn sign_with_digest_oid(self) -> ObjectIdentifier {
        match self {
            Self::Bits256 => oid::SIGN_WITH_DIGEST_256,
            Self::Bits512 => oid::SIGN_WITH_DIGEST_512,
        }
    }
}

/// A named curve with its base point (RFC 4357, RFC 7836, RFC 9215).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the identifiers are documented in `oid`
pub enum ParameterSet {
    CryptoProA,
    CryptoProB,
    CryptoProC,
    CryptoProXchA,
    CryptoProXchB,
    Tc26_256A,
    Tc26_256B,
    Tc26_256C,
    Tc26_256D,
    Tc26_512A,
    Tc26_512B,
    Tc26_512C,
}

impl ParameterSet {
    /// Every set, 256-bit ones first.
    pub const ALL: [Self; 12] = [
        Self::CryptoProA,
        Self::CryptoProB,
        Self::CryptoProC,
        Self::CryptoProXchA,
        Self::CryptoProXchB,
        Self::Tc26_256A,
        Self::Tc26_256B,
        Self::Tc26_256C,
        Self::Tc26_256D,
        Self::Tc26_512A,
        Self::Tc26_512B,
        Self::Tc26_512C,
    ];

    /// The identifier written into keys.
    pub const fn oid(self) -> ObjectIdentifier {
        match self {
            Self::CryptoProA => oid::CRYPTO_PRO_A,
            Self::CryptoProB => oid::CRYPTO_PRO_B,
            Self::CryptoProC => oid::CRYPTO_PRO_C,
            Self::CryptoProXchA => oid::CRYPTO_PRO_XCH_A,
            Self::CryptoProXchB => oid::CRYPTO_PRO_XCH_B,
            Self::Tc26_256A => oid::TC26_256_A,
            Self::Tc26_256B => oid::TC26_256_B,
            Self::Tc26_256C => oid::TC26_256_C,
            Self::Tc26_256D => oid::TC26_256_D,
            Self::Tc26_512A => oid::TC26_512_A,
            Self::Tc26_512B => oid::TC26_512_B,
            Self::Tc26_512C => oid::TC26_512_C,
        }
    }

    /// The set with this identifier; `None` if there is none (the test sets of RFC 7091 are not accepted).
    pub fn from_oid(oid: &ObjectIdentifier) -> Option<Self> {
        Self::ALL.into_iter().find(|set| set.oid() == *oid)
    }

    /// Size of keys over this curve.
    pub const fn size(self) -> KeySize {
        match self {
            Self::Tc26_512A | Self::Tc26_512B | Self::Tc26_512C => KeySize::Bits512,
            _ => KeySize::Bits256,
        }
    }

    /// Whether keys name their digest beside the curve: RFC 9215 §4.2 asks for it with the sets older than
    /// the 2012 standard and allows it with 512-A and 512-B, where other software expects it.
    pub(crate) const fn names_digest(self) -> bool {
        !matches!(
            self,
            Self::Tc26_256A | Self::Tc26_256B | Self::Tc26_256C | Self::Tc26_256D | Self::Tc26_512C
        )
    }

    /// Whether keys of GOST R 34.10-2001 may name the set (RFC 4357 §8.4).
    pub(crate) const fn is_of_2001(self) -> bool {
        matches!(
            self,
            Self::CryptoProA | Self::CryptoProB | Self::CryptoProC | Self::CryptoProXchA | Self::CryptoProXchB
        )
    }

    /// Whether both names stand for one curve and base point.
    pub const fn is_same_curve(self, other: Self) -> bool {
        self.curve() as u8 == other.curve() as u8
    }

    /// The first of the names of the curve.
    const fn curve(self) -> Self {
        match self {
            Self::CryptoProXchA | Self::Tc26_256B => Self::CryptoProA,
            Self::Tc26_256C => Self::CryptoProB,
            Self::CryptoProXchB | Self::Tc26_256D => Self::CryptoProC,
            other => other,
        }
    }
}
