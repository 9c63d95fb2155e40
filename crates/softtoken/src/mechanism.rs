//! The mechanisms and their numbers (PKCS #11 2.40; TK26 vendor range 0xD432_1000).

use cryptoki_sys as ck;
use kabinet_gost::KeySize;

use crate::{
    rv::{Outcome, Rv},
    store::Profile,
};

/// CKK_GOSTR3410_512.
const KEY_512: ck::CK_KEY_TYPE = 0xD432_1003;

/// Number of the key type of this size.
pub(crate) const fn key_type(size: KeySize) -> ck::CK_KEY_TYPE {
    match size {
        KeySize::Bits256 => ck::CKK_GOSTR3410,
        KeySize::Bits512 => KEY_512,
    }
}

/// The size of keys of this type.
pub(crate) fn key_size(key_type: u64) -> Option<KeySize> {
    [KeySize::Bits256, KeySize::Bits512]
        .into_iter()
        .find(|size| u64::from(self::key_type(*size)) == key_type)
}

/// What the token can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mechanism {
    KeyPairGeneration(KeySize),
    /// Signs a ready digest.
    Raw(KeySize),
    /// Hashes with Streebog, then signs.
    WithDigest(KeySize),
    Digest(KeySize),
}

use KeySize::{Bits256, Bits512};
use Mechanism::{Digest, KeyPairGeneration, Raw, WithDigest};

impl Mechanism {
    const ALL: [Self; 8] = [
        KeyPairGeneration(Bits256),
        Raw(Bits256),
        WithDigest(Bits256),
        Digest(Bits256),
        KeyPairGeneration(Bits512),
        Raw(Bits512),
        WithDigest(Bits512),
        Digest(Bits512),
    ];

    /// Mechanisms of a token with this profile.
    pub(crate) fn of(profile: &Profile) -> impl Iterator<Item = Self> {
        let (passive, has_512) = (profile.passive, profile.has_512);
        Self::ALL
            .into_iter()
            .filter(move |mechanism| !passive && (has_512 || mechanism.size() == Bits256))
    }

    pub(crate) const fn number(self) -> ck::CK_MECHANISM_TYPE {
        match self {
            KeyPairGeneration(Bits256) => ck::CKM_GOSTR3410_KEY_PAIR_GEN,
            Raw(Bits256) => ck::CKM_GOSTR3410,
            WithDigest(Bits256) => 0xD432_1008,
            Digest(Bits256) => 0xD432_1012,
            KeyPairGeneration(Bits512) => 0xD432_1005,
            Raw(Bits512) => 0xD432_1006,
            WithDigest(Bits512) => 0xD432_1009,
            Digest(Bits512) => 0xD432_1013,
        }
    }

    pub(crate) const fn size(self) -> KeySize {
        match self {
            KeyPairGeneration(size) | Raw(size) | WithDigest(size) | Digest(size) => size,
        }
    }

    pub(crate) const fn info(self) -> ck::CK_MECHANISM_INFO {
        let bits: ck::CK_ULONG = match self.size() {
            Bits256 => 256,
            Bits512 => 512,
        };
        let (bits, flags) = match self {
            KeyPairGeneration(_) => (bits, ck::CKF_GENERATE_KEY_PAIR),
            Raw(_) | WithDigest(_) => (bits, ck::CKF_SIGN | ck::CKF_VERIFY),
            Digest(_) => (0, ck::CKF_DIGEST),
        };
        ck::CK_MECHANISM_INFO {
            ulMinKeySize: bits,
            ulMaxKeySize: bits,
            flags,
        }
    }

    /// The mechanism with this number, if a token with this profile has it.
    pub(crate) fn find(profile: &Profile, number: ck::CK_MECHANISM_TYPE) -> Outcome<Self> {
        Self::of(profile)
            .find(|mechanism| mechanism.number() == number)
            .ok_or(Rv(ck::CKR_MECHANISM_INVALID))
    }

    /// Vendor software passes nothing, or the digest's identifier in DER.
    pub(crate) fn check_parameter(self, parameter: &[u8]) -> Outcome {
        use der::Encode;
        let expected = self
            .size()
            .digest_oid()
            .to_der()
            .map_err(|_| Rv(ck::CKR_FUNCTION_FAILED))?;
        if parameter.is_empty() || parameter == expected {
            Ok(())
        } else {
            Err(Rv(ck::CKR_MECHANISM_PARAM_INVALID))
        }
    }
}
