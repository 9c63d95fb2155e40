//! A software PKCS#11 2.40 token with GOST R 34.10-2012 keys, for the demo and for tests of client code.
//!
//! Built as `libkabinet_softtoken.so` it is a module like a vendor's: fixed slots, PINs with counters that
//! lock, Streebog, signatures by GOST, RSA and P-256 keys, objects that persist; it poses as tokens of several
//! vendors ([`Profile`]). Tokens live in one directory
//! ([`TokenDirectory`]), named by `KABINET_SOFTTOKEN_DIR` or by a file beside the library ([`config`]), so a
//! token is "plugged in" and "pulled out" by a file, and a control file makes any call slow, fail, hang,
//! lie or crash ([`faults`]).
//!
//! Secret keys are encrypted under the PIN, but this is no secure element: never keep a real key here.

// CK_ULONG has 64 bits here and 32 on Windows: conversions that look useless are not.
#![allow(clippy::useless_conversion)]

mod abi;
mod certificate;
pub mod config;
pub mod faults;
mod key;
mod mechanism;
mod module;
mod object;
mod operation;
mod person;
mod rv;
mod session;
mod store;
mod template;
mod vendor;

pub use store::{Import, Offer, Profile, Role, StoreError, TokenDirectory, TokenHome, TokenSummary};
pub use vendor::Vendor;
