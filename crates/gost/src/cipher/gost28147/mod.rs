//! GOST 28147-89 (RFC 5830) with the parameters and key meshing of RFC 4357.

mod block;
mod boxes;
mod imit;
mod modes;
mod wrap;

pub use imit::Mac;
pub use modes::{cfb_decrypt, cfb_encrypt, cnt_apply};
pub use wrap::{WRAPPED, unwrap, unwrap_cryptopro, wrap, wrap_cryptopro};

use der::asn1::ObjectIdentifier;

/// A set of substitution boxes, which encryption parameters name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SBox {
    /// id-tc26-gost-28147-param-Z, of GOST R 34.12-2015 (RFC 7836 appendix C).
    Tc26Z,
    /// id-Gost28147-89-CryptoPro-A-ParamSet (RFC 4357 §11.2).
    CryptoProA,
    /// id-Gost28147-89-CryptoPro-B-ParamSet.
    CryptoProB,
    /// id-Gost28147-89-CryptoPro-C-ParamSet.
    CryptoProC,
    /// id-Gost28147-89-CryptoPro-D-ParamSet.
    CryptoProD,
}

impl SBox {
    /// Every set.
    pub const ALL: [Self; 5] = [
        Self::Tc26Z,
        Self::CryptoProA,
        Self::CryptoProB,
        Self::CryptoProC,
        Self::CryptoProD,
    ];

    /// The identifier written into parameters.
    pub const fn oid(self) -> ObjectIdentifier {
        ObjectIdentifier::new_unwrap(match self {
            Self::Tc26Z => "1.2.643.7.1.2.5.1.1",
            Self::CryptoProA => "1.2.643.2.2.31.1",
            Self::CryptoProB => "1.2.643.2.2.31.2",
            Self::CryptoProC => "1.2.643.2.2.31.3",
            Self::CryptoProD => "1.2.643.2.2.31.4",
        })
    }

    /// The set with this identifier.
    pub fn from_oid(oid: &ObjectIdentifier) -> Option<Self> {
        Self::ALL.into_iter().find(|sbox| sbox.oid() == *oid)
    }
}

/// Evaluates `$work` with `$cipher` naming the block cipher over the boxes `$sbox`.
macro_rules! with_cipher {
    ($sbox:expr, $cipher:ident => $work:expr) => {
        match $sbox {
            $crate::cipher::gost28147::SBox::Tc26Z => {
                type $cipher = magma::Magma;
                $work
            }
            $crate::cipher::gost28147::SBox::CryptoProA => {
                type $cipher = magma::Gost89CryptoProA;
                $work
            }
            $crate::cipher::gost28147::SBox::CryptoProB => {
                type $cipher = magma::Gost89CryptoProB;
                $work
            }
            $crate::cipher::gost28147::SBox::CryptoProC => {
                type $cipher = magma::Gost89CryptoProC;
                $work
            }
            $crate::cipher::gost28147::SBox::CryptoProD => {
                type $cipher = magma::Gost89<$crate::cipher::gost28147::boxes::CryptoProD>;
                $work
            }
        }
    };
}
use with_cipher;
