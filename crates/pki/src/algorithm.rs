//! Digest and signature algorithms by object identifier.

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
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
    /// ГОСТ Р 34.11-2012, 256 bits.
    Streebog256,
    /// ГОСТ Р 34.11-2012, 512 bits.
    Streebog512,
}

impl DigestAlgorithm {
    /// Every digest known here.
    pub const ALL: [Self; 6] = [
        Self::Sha1,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
        Self::Streebog256,
        Self::Streebog512,
    ];

    /// Object identifier.
    #[must_use]
    pub const fn oid(self) -> Oid {
        match self {
            Self::Sha1 => id::SHA1,
            Self::Sha256 => id::SHA256,
            Self::Sha384 => id::SHA384,
            Self::Sha512 => id::SHA512,
            Self::Streebog256 => id::STREEBOG256,
            Self::Streebog512 => id::STREEBOG512,
        }
    }

    /// Stable name for reports: `streebog256`, `sha256` and so on.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
            Self::Streebog256 => "streebog256",
            Self::Streebog512 => "streebog512",
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

    /// Whether collisions can be made, so that a signature over such a digest proves nothing new.
    #[must_use]
    pub const fn is_weak(self) -> bool {
        matches!(self, Self::Sha1)
    }

    /// DER AlgorithmIdentifier: NULL parameters for Streebog (as the TK 26 examples have it) and SHA-1,
    /// absent ones for SHA-2 (RFC 5754 §2).
    #[must_use]
    pub fn identifier(self) -> Vec<u8> {
        let oid = write::oid(&self.oid());
        match self {
            Self::Sha256 | Self::Sha384 | Self::Sha512 => write::sequence(&[oid]),
            Self::Sha1 | Self::Streebog256 | Self::Streebog512 => write::sequence(&[oid, write::null()]),
        }
    }

    /// Length of the digest in octets.
    #[must_use]
    pub const fn output_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 | Self::Streebog256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 | Self::Streebog512 => 64,
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
            Self::Sha256 => State::Sha256(sha2::Sha256::new()),
            Self::Sha384 => State::Sha384(sha2::Sha384::new()),
            Self::Sha512 => State::Sha512(sha2::Sha512::new()),
            Self::Streebog256 => State::Streebog256(kabinet_gost::Streebog256::new()),
            Self::Streebog512 => State::Streebog512(kabinet_gost::Streebog512::new()),
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
    Sha256(sha2::Sha256),
    Sha384(sha2::Sha384),
    Sha512(sha2::Sha512),
    Streebog256(kabinet_gost::Streebog256),
    Streebog512(kabinet_gost::Streebog512),
}

macro_rules! each {
    ($state:expr, $hasher:ident => $call:expr) => {
        match $state {
            State::Sha1($hasher) => $call,
            State::Sha256($hasher) => $call,
            State::Sha384($hasher) => $call,
            State::Sha512($hasher) => $call,
            State::Streebog256($hasher) => $call,
            State::Streebog512($hasher) => $call,
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

/// Families of signatures verified here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureFamily {
    /// ГОСТ Р 34.10-2012, 256 bits.
    Gost256,
    /// ГОСТ Р 34.10-2012, 512 bits.
    Gost512,
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1,
    /// ECDSA.
    Ecdsa,
}

/// What an AlgorithmIdentifier says about a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignatureAlgorithm {
    /// The scheme.
    pub family: SignatureFamily,
    /// The digest, where the identifier names it; a bare key identifier (usual in CMS) does not.
    pub digest: Option<DigestAlgorithm>,
}

impl SignatureAlgorithm {
    /// Whether the named digest is weak.
    #[must_use]
    pub fn is_weak(self) -> bool {
        self.digest.is_some_and(DigestAlgorithm::is_weak)
    }

    /// The algorithm with this object identifier.
    #[must_use]
    pub fn from_oid(oid: &Oid) -> Option<Self> {
        use DigestAlgorithm as D;
        use SignatureFamily as F;
        let (family, digest) = match *oid {
            id::GOST256 => (F::Gost256, Some(D::Streebog256)),
            id::GOST512 => (F::Gost512, Some(D::Streebog512)),
            id::GOST256_WITH_STREEBOG256 => (F::Gost256, Some(D::Streebog256)),
            id::GOST512_WITH_STREEBOG512 => (F::Gost512, Some(D::Streebog512)),
            id::RSA => (F::RsaPkcs1, None),
            id::SHA1_WITH_RSA => (F::RsaPkcs1, Some(D::Sha1)),
            id::SHA256_WITH_RSA => (F::RsaPkcs1, Some(D::Sha256)),
            id::SHA384_WITH_RSA => (F::RsaPkcs1, Some(D::Sha384)),
            id::SHA512_WITH_RSA => (F::RsaPkcs1, Some(D::Sha512)),
            id::EC => (F::Ecdsa, None),
            id::ECDSA_WITH_SHA1 => (F::Ecdsa, Some(D::Sha1)),
            id::ECDSA_WITH_SHA256 => (F::Ecdsa, Some(D::Sha256)),
            id::ECDSA_WITH_SHA384 => (F::Ecdsa, Some(D::Sha384)),
            id::ECDSA_WITH_SHA512 => (F::Ecdsa, Some(D::Sha512)),
            _ => return None,
        };
        Some(Self { family, digest })
    }

    /// Reads an AlgorithmIdentifier. `Err` carries an unknown identifier.
    pub fn from_identifier(identifier: Tlv<'_>) -> Result<Result<Self, Oid>, Malformed> {
        let (oid, _) = read_identifier(identifier)?;
        Ok(Self::from_oid(&oid).ok_or(oid))
    }
}

/// DER AlgorithmIdentifier of a signature algorithm: NULL parameters for RSA (RFC 8017 §A.2.4), absent ones for
/// GOST (RFC 9215 §2) and ECDSA (RFC 5758 §3.2).
#[must_use]
pub fn signature_identifier(oid: &Oid) -> Vec<u8> {
    let rsa =
        SignatureAlgorithm::from_oid(oid).is_some_and(|known| known.family == SignatureFamily::RsaPkcs1);
    if rsa {
        write::sequence(&[write::oid(oid), write::null()])
    } else {
        write::sequence(&[write::oid(oid)])
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
