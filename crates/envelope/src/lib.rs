//! CMS EnvelopedData (RFC 5652 §6) to the holders of GOST certificates.
//!
//! [`encrypt`] writes what only the holders of the given certificates can read, [`decrypt`] reads it back with the
//! secret key of one of them. Both generations are spoken: GOST 28147-89 (RFC 4490 and the TK26 profile of 2014) and
//! Magma or Kuznyechik in CTR-ACPKM, with or without a code of the content (R 1323565.1.025-2019). A content key
//! reaches a recipient by key transport or by key agreement, always with an ephemeral key of the sender.
//!
//! An envelope does not tell who made it: sign inside, or outside. Only content with a code
//! ([`ContentEncryption::is_authenticated`]) is known to be what the sender encrypted; [`content_encryption`] tells before
//! anything is decrypted. Whether a certificate is good, and good for encryption, is the business of crate `pki`.

mod content;
mod decrypt;
mod encrypt;
mod error;
mod key_agreement;
mod key_transport;
mod oid;
mod parse;
mod recipient;
mod wrap;

pub use content::ContentEncryption;
pub use decrypt::{content_encryption, decrypt, decrypt_from};
pub use encrypt::{KeyManagement, encrypt};
pub use error::{DecryptError, EncryptError};
