//! Why an envelope was not made or not opened.

use kabinet_gost::KeyError;
use kabinet_gost::cipher::CipherError;
use kabinet_pki::tlv::Malformed;
use kabinet_pki::{CertificateError, Oid};
use thiserror::Error;

/// An envelope that cannot be made.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum EncryptError {
    /// Nobody to encrypt to.
    #[error("no recipients")]
    NoRecipients,
    /// A recipient's certificate cannot be read.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// A recipient's key is not of GOST R 34.10-2012.
    #[error("a recipient's key is not of GOST R 34.10-2012")]
    RecipientKey,
    /// No key was agreed on with a recipient.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The content does not fit the cipher.
    #[error(transparent)]
    Cipher(#[from] CipherError),
    /// The operating system gave no random octets.
    #[error("no randomness from the operating system")]
    Entropy,
}

impl From<Malformed> for EncryptError {
    fn from(error: Malformed) -> Self {
        Self::Certificate(error.into())
    }
}

/// An envelope that cannot be opened.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum DecryptError {
    /// Not the encoding of an envelope, or a damaged one.
    #[error("not an envelope: {0}")]
    Malformed(#[from] Malformed),
    /// CMS content of another type.
    #[error("content type {0} is not EnvelopedData")]
    ContentType(Oid),
    /// The encrypted content is kept apart.
    #[error("the envelope is empty")]
    Empty,
    /// A content cipher, key wrap, agreement or set of parameters that is not known.
    #[error("unsupported algorithm {0}")]
    Unsupported(Oid),
    /// The given certificate, or one of an originator, cannot be read.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The secret key does not belong to the certificate, or is not of GOST R 34.10-2012.
    #[error("the key does not belong to the certificate")]
    KeyMismatch,
    /// The envelope is addressed to other certificates.
    #[error("the envelope is not addressed to this certificate")]
    NotRecipient,
    /// The envelope names a sender's key that is neither in it nor among the given certificates.
    #[error("the sender's certificate is needed")]
    OriginatorMissing,
    /// The sender's key cannot be read or is of another curve.
    #[error("the sender's key cannot be used: {0}")]
    OriginatorKey(#[from] KeyError),
    /// The content key does not unwrap: it was wrapped for another key, or changed.
    #[error("the content key does not unwrap")]
    ContentKey,
    /// The envelope lacks the code of its content, or the code does not match.
    #[error("the content was changed")]
    Authentication,
}
