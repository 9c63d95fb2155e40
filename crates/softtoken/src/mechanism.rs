//! The mechanisms and their numbers (PKCS #11 2.40; TK26 vendor range 0xD432_1000).

use cryptoki_sys as ck;
use kabinet_gost::KeySize::{self, Bits256, Bits512};

use crate::{
    key::KeyKind::{self, Gost, P256, Rsa},
    rv::{Outcome, Rv},
    store::Profile,
};

/// What a token can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mechanism {
    KeyPairGeneration(KeyKind),
    /// Signs a ready digest; RSA signs a DigestInfo.
    Raw(KeyKind),
    /// Hashes with Streebog, then signs.
    WithDigest(KeySize),
    Digest(KeySize),
}

use Mechanism::{Digest, KeyPairGeneration, Raw, WithDigest};

impl Mechanism {
    const ALL: [Self; 12] = [
        KeyPairGeneration(Rsa),
        Raw(Rsa),
        KeyPairGeneration(P256),
        Raw(P256),
        KeyPairGeneration(Gost(Bits256)),
        Raw(Gost(Bits256)),
        WithDigest(Bits256),
        Digest(Bits256),
        KeyPairGeneration(Gost(Bits512)),
        Raw(Gost(Bits512)),
        WithDigest(Bits512),
        Digest(Bits512),
    ];

    pub(crate) const fn number(self) -> ck::CK_MECHANISM_TYPE {
        match self {
            KeyPairGeneration(Rsa) => ck::CKM_RSA_PKCS_KEY_PAIR_GEN,
            Raw(Rsa) => ck::CKM_RSA_PKCS,
            KeyPairGeneration(P256) => ck::CKM_EC_KEY_PAIR_GEN,
            Raw(P256) => ck::CKM_ECDSA,
            KeyPairGeneration(Gost(Bits256)) => ck::CKM_GOSTR3410_KEY_PAIR_GEN,
            Raw(Gost(Bits256)) => ck::CKM_GOSTR3410,
            WithDigest(Bits256) => 0xD432_1008,
            Digest(Bits256) => 0xD432_1012,
            KeyPairGeneration(Gost(Bits512)) => 0xD432_1005,
            Raw(Gost(Bits512)) => 0xD432_1006,
            WithDigest(Bits512) => 0xD432_1009,
            Digest(Bits512) => 0xD432_1013,
        }
    }

    /// The keys it works with.
    pub(crate) const fn kind(self) -> KeyKind {
        match self {
            KeyPairGeneration(kind) | Raw(kind) => kind,
            WithDigest(size) | Digest(size) => Gost(size),
        }
    }

    const fn flags(self) -> ck::CK_FLAGS {
        // By the standard, elliptic mechanisms say which curves they take and how.
        let elliptic = match self {
            KeyPairGeneration(P256) | Raw(P256) => {
                ck::CKF_EC_F_P | ck::CKF_EC_NAMEDCURVE | ck::CKF_EC_UNCOMPRESS
            }
            _ => 0,
        };
        elliptic
            | match self {
                KeyPairGeneration(_) => ck::CKF_GENERATE_KEY_PAIR,
                Raw(_) | WithDigest(_) => ck::CKF_SIGN | ck::CKF_VERIFY,
                Digest(_) => ck::CKF_DIGEST,
            }
    }

    /// The mechanism with this number, if a token with this profile has it.
    pub(crate) fn find(profile: &Profile, number: ck::CK_MECHANISM_TYPE) -> Outcome<Self> {
        Self::ALL
            .into_iter()
            .find(|mechanism| mechanism.number() == number && profile.offer(number.into()).is_some())
            .ok_or(Rv(ck::CKR_MECHANISM_INVALID))
    }

    /// What a token with this profile says about the mechanism.
    pub(crate) fn info(self, profile: &Profile) -> Outcome<ck::CK_MECHANISM_INFO> {
        let offer = profile
            .offer(self.number().into())
            .ok_or(Rv(ck::CKR_MECHANISM_INVALID))?;
        let size = |bits| ck::CK_ULONG::try_from(bits).map_err(|_| Rv(ck::CKR_GENERAL_ERROR));
        Ok(ck::CK_MECHANISM_INFO {
            ulMinKeySize: size(offer.min)?,
            ulMaxKeySize: size(offer.max)?,
            flags: self.flags(),
        })
    }

    /// Vendor software passes nothing, or, for GOST, the digest's identifier in DER.
    pub(crate) fn check_parameter(self, parameter: &[u8]) -> Outcome {
        use der::Encode;
        if parameter.is_empty() {
            return Ok(());
        }
        let Gost(size) = self.kind() else {
            return Err(Rv(ck::CKR_MECHANISM_PARAM_INVALID));
        };
        let expected = size
            .digest_oid()
            .to_der()
            .map_err(|_| Rv(ck::CKR_FUNCTION_FAILED))?;
        if parameter == expected {
            Ok(())
        } else {
            Err(Rv(ck::CKR_MECHANISM_PARAM_INVALID))
        }
    }
}
