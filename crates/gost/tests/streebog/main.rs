//! Streebog, every kernel for itself: published values, the `streebog` crate, OpenSSL with the gost engine.

mod differential;
mod hasher;
mod keyed;
mod openssl;
mod traits;
mod vectors;
