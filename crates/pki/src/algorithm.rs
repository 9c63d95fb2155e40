//! Digest and signature algorithms by object identifier.

mod signature;

pub use signature::{PssParameters, SignatureAlgorithm, SignatureFamily, signature_identifier};

use std::io;

use const_oid::ObjectIdentifier as Oid;
use sha2::Digest as _;

use crate::oid::algorithm as id;
use crate::tlv::{Malformed, Tlv, tag, write};

/// A digest this program computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DigestAlgorithm {
    /// SHA-1: read in old files, never written.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
    /// SHA3-224: read, not written.
    Sha3_224,
    /// SHA3-256: read, not written.
    Sha3_256,
    /// SHA3-384: read, not written.
    Sha3_384,
    /// SHA3-512: read, not written.
    Sha3_512,
    /// ГОСТ Р 34.11-2012, 256 bits.
    Streebog256,
    /// ГОСТ Р 34.11-2012, 512 bits.
    Streebog512,
    /// ГОСТ Р 34.11-94 with the CryptoPro parameters (RFC 4357): read in old files, never written.
    Gost94,
}

impl DigestAlgorithm {
    /// Every digest known here.
    pub const ALL: [Self; 12] = [
        Self::Sha1,
        Self::Sha224,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
        Self::Sha3_224,
        Self::Sha3_256,
        Self::Sha3_384,
        Self::Sha3_512,
        Self::Streebog256,
        Self::Streebog512,
        Self::Gost94,
    ];

    /// Object identifier.
    #[must_use]
    pub const fn oid(self) -> Oid {
        match self {
            Self::Sha1 => id::SHA1,
            Self::Sha224 => id::SHA224,
            Self::Sha256 => id::SHA256,
            Self::Sha384 => id::SHA384,
            Self::Sha512 => id::SHA512,
            Self::Sha3_224 => id::SHA3_224,
            Self::Sha3_256 => id::SHA3_256,
            Self::Sha3_384 => id::SHA3_384,
            Self::Sha3_512 => id::SHA3_512,
            Self::Streebog256 => id::STREEBOG256,
            Self::Streebog512 => id::STREEBOG512,
            Self::Gost94 => id::GOST94,
        }
    }

    /// Stable name for reports: `streebog256`, `sha256` and so on.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha224 => "sha224",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
            Self::Sha3_224 => "sha3-224",
            Self::Sha3_256 => "sha3-256",
            Self::Sha3_384 => "sha3-384",
            Self::Sha3_512 => "sha3-512",
            Self::Streebog256 => "streebog256",
            Self::Streebog512 => "streebog512",
            Self::Gost94 => "gost94",
        }
    }

    /// The digest with this object identifier.
    #[must_use]
    pub fn from_oid(oid: &Oid) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.oid() == *oid)
    }

    /// Reads an AlgorithmIdentifier; parameters may be absent or NULL. `Err` carries an unknown identifier.
    pub fn from_identifier(identifier: Tlv<'_>) -> Result<Result<Self, Oid>, Malformed> {
        let (oid, _) = read_identifier(identifier)?;
        Ok(Self::from_oid(&oid).ok_or(oid))
    }

    /// Whether collisions can be made, or were shown to cost less than they should, so that a signature over
    /// such a digest proves nothing new.
    #[must_use]
    pub const fn is_weak(self) -> bool {
        matches!(self, Self::Sha1 | Self::Gost94)
    }

    /// DER AlgorithmIdentifier: NULL parameters for Streebog (as the TK 26 examples have it) and SHA-1,
    /// absent ones for SHA-2 (RFC 5754 §2) and SHA-3 (RFC 9688 §2).
    #[must_use]
    pub fn identifier(self) -> Vec<u8> {
        let oid = write::oid(&self.oid());
        match self {
            Self::Sha224
            | Self::Sha256
            | Self::Sha384
            | Self::Sha512
            | Self::Sha3_224
            | Self::Sha3_256
            | Self::Sha3_384
            | Self::Sha3_512 => write::sequence(&[oid]),
            Self::Sha1 | Self::Streebog256 | Self::Streebog512 | Self::Gost94 => {
                write::sequence(&[oid, write::null()])
            }
        }
    }

    /// Length of the digest in octets.
    #[must_use]
    pub const fn output_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha224 | Self::Sha3_224 => 28,
            Self::Sha256 | Self::Sha3_256 | Self::Streebog256 | Self::Gost94 => 32,
            Self::Sha384 | Self::Sha3_384 => 48,
            Self::Sha512 | Self::Sha3_512 | Self::Streebog512 => 64,
        }
    }

    /// Digest of `data`; Streebog octets stand in the order every tool prints them.
    #[must_use]
    pub fn digest(self, data: &[u8]) -> Vec<u8> {
        let mut hasher = self.hasher();
        hasher.update(data);
        hasher.finish()
    }

    /// A streaming digest.
    #[must_use]
    pub fn hasher(self) -> Hasher {
        Hasher(match self {
            Self::Sha1 => State::Sha1(sha1::Sha1::new()),
            Self::Sha224 => State::Sha224(sha2::Sha224::new()),
            Self::Sha256 => State::Sha256(sha2::Sha256::new()),
            Self::Sha384 => State::Sha384(sha2::Sha384::new()),
            Self::Sha512 => State::Sha512(sha2::Sha512::new()),
            Self::Sha3_224 => State::Sha3_224(sha3::Sha3_224::new()),
            Self::Sha3_256 => State::Sha3_256(sha3::Sha3_256::new()),
            Self::Sha3_384 => State::Sha3_384(sha3::Sha3_384::new()),
            Self::Sha3_512 => State::Sha3_512(sha3::Sha3_512::new()),
            Self::Streebog256 => State::Streebog256(kabinet_gost::Streebog256::new()),
            Self::Streebog512 => State::Streebog512(kabinet_gost::Streebog512::new()),
            Self::Gost94 => State::Gost94(kabinet_gost::Gost94CryptoPro::new()),
        })
    }

    /// DER DigestInfo (RFC 8017 §9.2), what `CKM_RSA_PKCS` signs. Parameters are NULL there for every digest.
    #[must_use]
    pub fn digest_info(self, digest: &[u8]) -> Vec<u8> {
        let identifier = write::sequence(&[write::oid(&self.oid()), write::null()]);
        write::sequence(&[identifier, write::octet_string(digest)])
    }
}

/// A digest being computed; also an [`io::Write`].
#[derive(Clone)]
pub struct Hasher(State);

#[derive(Clone)]
#[allow(clippy::large_enum_variant)] // few of them exist, and never in collections
enum State {
    Sha1(sha1::Sha1),
    Sha224(sha2::Sha224),
    Sha256(sha2::Sha256),
    Sha384(sha2::Sha384),
    Sha512(sha2::Sha512),
    Sha3_224(sha3::Sha3_224),
    Sha3_256(sha3::Sha3_256),
    Sha3_384(sha3::Sha3_384),
    Sha3_512(sha3::Sha3_512),
    Streebog256(kabinet_gost::Streebog256),
    Streebog512(kabinet_gost::Streebog512),
    Gost94(kabinet_gost::Gost94CryptoPro),
}

macro_rules! each {
    ($state:expr, $hasher:ident => $call:expr) => {
        match $state {
            State::Sha1($hasher) => $call,
            State::Sha224($hasher) => $call,
            State::Sha256($hasher) => $call,
            State::Sha384($hasher) => $call,
            State::Sha512($hasher) => $call,
            State::Sha3_224($hasher) => $call,
            State::Sha3_256($hasher) => $call,
            State::Sha3_384($hasher) => $call,
            State::Sha3_512($hasher) => $call,
            State::Streebog256($hasher) => $call,
            State::Streebog512($hasher) => $call,
            State::Gost94($hasher) => $call,
        }
    };
}

impl Hasher {
    /// Adds the next octets.
    pub fn update(&mut self, data: &[u8]) {
        each!(&mut self.0, hasher => hasher.update(data));
    }

    /// The digest of everything added.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        each!(self.0, hasher => hasher.finalize().to_vec())
    }
}

impl io::Write for Hasher {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.update(data);
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL } (RFC 5280 §4.1.1.2)
pub fn read_identifier(identifier: Tlv<'_>) -> Result<(Oid, Option<Tlv<'_>>), Malformed> {
    let mut reader = identifier.require(tag::SEQUENCE)?.reader();
    let oid = reader.any()?.oid()?;
    let parameters = if reader.is_empty() {
        None
    } else {
        Some(reader.any()?)
    };
    reader.finish()?;
    Ok((oid, parameters))
}
