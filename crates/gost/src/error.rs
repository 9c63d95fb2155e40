//! Why a key, a signature request or a signature was refused.

use der::asn1::ObjectIdentifier;

/// A key that cannot be read, made or used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The encoding is not DER of the expected structure.
    #[error("key encoding: {0}")]
    Encoding(#[from] der::Error),
    /// The algorithm is not GOST R 34.10.
    #[error("key algorithm {0} is not GOST R 34.10")]
    Algorithm(ObjectIdentifier),
    /// The curve is not one of [`crate::ParameterSet::ALL`].
    #[error("parameter set {0} is not supported")]
    ParameterSet(ObjectIdentifier),
    /// The curve belongs to keys of the other size.
    #[error("parameter set {0} does not fit the key algorithm")]
    ParameterSetSize(ObjectIdentifier),
    /// The parameters name a digest that does not belong to the key algorithm.
    #[error("digest {0} does not fit the key algorithm")]
    Digest(ObjectIdentifier),
    /// A point or a secret of the wrong length.
    #[error("key has {actual} octets instead of {expected}")]
    Length {
        /// Octets the parameter set asks for.
        expected: usize,
        /// Octets given.
        actual: usize,
    },
    /// The point is not on the curve, or outside the subgroup of prime order.
    #[error("public key is not a point of the group")]
    Point,
    /// The secret is 0 or not below the order of the group.
    #[error("secret key is out of range")]
    Scalar,
    /// The operating system gave no random octets.
    #[error("no randomness from the operating system")]
    Entropy,
}

/// A digest that cannot be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The digest is not as long as the key.
    #[error("digest has {actual} octets instead of {expected}")]
    DigestLength {
        /// 32 or 64.
        expected: usize,
        /// Octets given.
        actual: usize,
    },
    /// No nonce gave a signature; does not happen with an intact key.
    #[error("no nonce gave a signature")]
    Nonce,
}

/// A signature that does not verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The digest is not as long as the key.
    #[error("digest has {actual} octets instead of {expected}")]
    DigestLength {
        /// 32 or 64.
        expected: usize,
        /// Octets given.
        actual: usize,
    },
    /// The signature is not twice as long as the key.
    #[error("signature has {actual} octets instead of {expected}")]
    SignatureLength {
        /// 64 or 128.
        expected: usize,
        /// Octets given.
        actual: usize,
    },
    /// r or s is 0 or not below the order of the group.
    #[error("signature is out of range")]
    Range,
    /// The signature was made by another key or over another digest.
    #[error("signature does not match")]
    Mismatch,
}
