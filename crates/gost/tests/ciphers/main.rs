//! Published values of cipher modes, key derivation and key wraps, and interoperation with OpenSSL and the gost engine.

#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in what they share

mod agreement;
mod common;
mod cryptopro;
mod gost28147;
mod gost3412;
mod kdf;
mod openssl;
