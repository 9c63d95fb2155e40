//! Encryption by GOST 28147-89 and by the ciphers of GOST R 34.12-2015, as certificates' holders use it in CMS.
//!
//! [`gost28147`] has the old cipher with its modes and key wraps. The new ciphers, Magma and Kuznyechik, are named
//! by [`BlockCipher`]: [`CtrAcpkm`] encrypts, [`Omac`] authenticates, [`content`] does both as CMS wants it,
//! [`kexp15`] wraps keys and [`agreement`] agrees on them.
//!
//! Keys are 32 octets and passed by reference; what is derived from them is wiped. The block ciphers come from
//! crates `magma` and `kuznyechik`, whose tables are looked up by secret indices: an observer on the same processor
//! core could learn from the cache, as with every table implementation.

mod acpkm;
pub mod agreement;
pub mod content;
pub mod gost28147;
pub mod kexp15;
mod omac;

pub use acpkm::CtrAcpkm;
pub use omac::Omac;

/// A cipher of GOST R 34.12-2015 with keys of 256 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlockCipher {
    /// Blocks of 64 bits.
    Magma,
    /// Blocks of 128 bits.
    Kuznyechik,
}

impl BlockCipher {
    /// Octets of a block and of a full OMAC: 8 or 16.
    pub const fn block_octets(self) -> usize {
        match self {
            Self::Magma => 8,
            Self::Kuznyechik => 16,
        }
    }

    /// Octets of an initialisation vector in counter mode, half a block: 4 or 8.
    pub const fn iv_octets(self) -> usize {
        self.block_octets() / 2
    }

    /// Octets encrypted under one section key in CMS (R 1323565.1.025-2019): 8 KiB or 256 KiB.
    pub const fn cms_section(self) -> usize {
        match self {
            Self::Magma => 8 << 10,
            Self::Kuznyechik => 256 << 10,
        }
    }
}

/// Why octets were not encrypted, decrypted or unwrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CipherError {
    /// An initialisation vector, key material, section or wrapped key of the wrong length.
    #[error("{actual} octets instead of {expected}")]
    Length {
        /// Octets the algorithm asks for.
        expected: usize,
        /// Octets given.
        actual: usize,
    },
    /// Sections between key changes are whole blocks, at least one.
    #[error("a section is not a whole number of blocks")]
    Section,
    /// More data than one initialisation vector has counter values for.
    #[error("too much data for one initialisation vector")]
    TooLong,
    /// The key is wrong or the data were changed.
    #[error("authentication failed")]
    Authentication,
}
