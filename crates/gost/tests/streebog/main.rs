//! Streebog, every kernel for itself: published values, the `streebog` crate, OpenSSL with the gost engine.

mod differential;
#[path = "../openssl/engine.rs"]
mod engine;
mod hasher;
mod keyed;
mod openssl;
mod traits;
mod vectors;
