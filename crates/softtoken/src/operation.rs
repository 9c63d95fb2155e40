//! Digest, sign and verify operations of a session: fed in one part or many, ended by a result or an error.

use cryptoki_sys as ck;
use kabinet_gost::{Digest, KeySize, Streebog256, Streebog512};

use crate::{
    key::PublicKey,
    mechanism::Mechanism,
    rv::{Outcome, Rv},
};

/// Nothing that is signed raw is longer: the modulus of the longest RSA key, octets.
const LONGEST_READY: usize = 512;

/// Streebog of either length, or the digest itself for raw signatures.
#[derive(Clone)]
enum Input {
    Streebog256(Box<Streebog256>),
    Streebog512(Box<Streebog512>),
    Ready(Vec<u8>),
}

impl Input {
    fn new(mechanism: Mechanism) -> Self {
        match mechanism {
            Mechanism::WithDigest(KeySize::Bits256) | Mechanism::Digest(KeySize::Bits256) => {
                Self::Streebog256(Box::default())
            }
            Mechanism::WithDigest(KeySize::Bits512) | Mechanism::Digest(KeySize::Bits512) => {
                Self::Streebog512(Box::default())
            }
            Mechanism::Raw(_) | Mechanism::KeyPairGeneration(_) => Self::Ready(Vec::new()),
        }
    }

    fn update(&mut self, part: &[u8]) -> Outcome {
        match self {
            Self::Streebog256(hash) => hash.update(part),
            Self::Streebog512(hash) => hash.update(part),
            Self::Ready(digest) => {
                if digest.len() + part.len() > LONGEST_READY {
                    return Err(Rv(ck::CKR_DATA_LEN_RANGE));
                }
                digest.extend_from_slice(part);
            }
        }
        Ok(())
    }

    fn finish(self) -> Vec<u8> {
        match self {
            Self::Streebog256(hash) => hash.finalize().to_vec(),
            Self::Streebog512(hash) => hash.finalize().to_vec(),
            Self::Ready(digest) => digest,
        }
    }
}

/// What is fed with data.
#[derive(Clone)]
pub(crate) struct Feed {
    input: Input,
    /// An `Update` came: the single-part call is out of order now.
    in_parts: bool,
}

impl Feed {
    pub(crate) fn new(mechanism: Mechanism) -> Self {
        Self {
            input: Input::new(mechanism),
            in_parts: false,
        }
    }

    /// How long the digest is; nothing of its own is made of what comes ready.
    pub(crate) fn digest_octets(&self) -> usize {
        match &self.input {
            Input::Streebog256(_) => KeySize::Bits256.octets(),
            Input::Streebog512(_) => KeySize::Bits512.octets(),
            Input::Ready(digest) => digest.len(),
        }
    }

    pub(crate) fn in_parts(&self) -> bool {
        self.in_parts
    }

    pub(crate) fn update(&mut self, part: &[u8]) -> Outcome {
        self.in_parts = true;
        self.input.update(part)
    }

    /// The digest of all that came.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.input.finish()
    }

    /// The digest of a single part.
    pub(crate) fn finish_with(mut self, data: &[u8]) -> Outcome<Vec<u8>> {
        self.input.update(data)?;
        Ok(self.input.finish())
    }
}

/// A signature in the making.
#[derive(Clone)]
pub(crate) struct Signing {
    pub(crate) feed: Feed,
    pub(crate) key: ck::CK_OBJECT_HANDLE,
    pub(crate) signature_octets: usize,
    /// The key waits for a finger on the token, and it was not there yet.
    pub(crate) needs_touch: bool,
    /// The key asks for the PIN before each signature, and it was not given yet.
    pub(crate) needs_pin: bool,
}

/// A check in the making.
#[derive(Clone)]
pub(crate) struct Verifying {
    pub(crate) feed: Feed,
    pub(crate) key: PublicKey,
}
