//! Envelopes of the standards, interoperation with OpenSSL and the gost engine, refusals.

#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in what they share

mod common;
mod openssl;
mod refusals;
mod standards;
