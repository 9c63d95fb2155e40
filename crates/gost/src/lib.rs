//! GOST R 34.10-2012 (ГОСТ Р 34.10-2012, RFC 7091) keys and signatures.
//!
//! One byte order holds everywhere, as in X.509, CMS and PKCS#11 (RFC 9215, R 1323565.1.023, .025):
//! a signature is s ‖ r, each big-endian; a public key is X ‖ Y, each little-endian; a digest is the octets
//! every tool prints. [`ParameterSet`] names a curve, [`PublicKey`] verifies, [`SecretKey`] signs and agrees on keys
//! (VKO). Both have the traits of the crates `signature`, `spki` and `pkcs8`. Secrets are worked on in constant time.
//!
//! [`streebog`] is the hash, [`kdf`] derives keys by it, [`cipher`] has the modes and key wraps of GOST 28147-89, Magma
//! and Kuznyechik that key files and envelopes need. Without feature `std` the crate needs `alloc` only.
//!
//! This software is not a certified cryptographic module: qualified signatures are made by tokens.
#![no_std]
#![deny(unsafe_code)] // allowed in the SIMD kernels of Streebog, which say why

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

pub mod cipher;
mod curve;
mod declassify;
mod encoding;
mod error;
mod field;
pub mod kdf;
mod nonce;
pub mod oid;
mod parameter_set;
mod public_key;
mod secret_key;
mod signature;
pub mod streebog;
mod traits;

#[cfg(feature = "ctgrind")]
pub use declassify::{Unmark, declassify_with};
use declassify::{declassify, declassify_octets};
pub use error::{KeyError, SignError, VerifyError};
pub use gost94::Gost94CryptoPro;
pub use parameter_set::{KeySize, ParameterSet};
pub use public_key::{PublicKey, Standard};
pub use secret_key::SecretKey;
pub use signature::Signature;
pub use streebog::{Digest, Streebog256, Streebog512};
