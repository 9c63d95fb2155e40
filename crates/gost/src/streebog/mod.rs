//! Streebog, the hash function of ГОСТ Р 34.11-2012 (RFC 6986), with 256 and 512 bits of output.
//!
//! [`Streebog256`] and [`Streebog512`] are hashes of the `digest` crate: they go into `Hmac`, `SimpleHmac`,
//! `pbkdf2` and `hkdf` as they are, allocate nothing and forget their state when dropped. Octets come out as every
//! tool prints them (RFC 6986 prints its examples in the other direction).
//!
//! # Kernels
//!
//! The compression function exists several times; the fastest for the processor at hand is chosen at the first use,
//! after it has agreed with the portable one on a block, and [`backend`] tells which it was.
//!
//! | kernel | processors | constant-time |
//! |---|---|---|
//! | `avx512-gfni` | Intel since Ice Lake, AMD since Zen 4 | yes |
//! | `avx2-gfni` | Intel of the 12th to 14th generation | yes |
//! | `avx2` | AMD since Zen, Intel since Ice Lake | yes |
//! | `portable` | all others | **no** |
//!
//! The portable kernel looks up tables at addresses that depend on the data. Where Streebog works on secrets (HMAC,
//! key derivation) and an attacker shares the processor's caches, they may leak through it. The others have no
//! address and no branch that depends on data.
//!
//! A kernel for AArch64 is not here yet, for want of a machine to test it on. The one for AVX2 carries over: one
//! 128-bit register per pair of words, `vqtbl1q_u8` in place of `vpshufb` (it gives 0 for every index above 15,
//! which suits the encoding of zero), `vzip1q`/`vzip2q` for the transposition, and no halves to add; π can also be
//! looked up whole by one `vqtbl4q_u8` and three `vqtbx4q_u8`. It would join the list in `kernel.rs`.

mod block_api;
mod constants;
#[cfg(any(test, target_arch = "x86_64"))]
mod decomposition;
#[allow(
    unsafe_code,
    reason = "calls kernels after asking the processor for what they need"
)]
mod kernel;
mod linear;
mod portable;
mod state;
#[cfg(target_arch = "x86_64")]
#[allow(
    unsafe_code,
    reason = "SIMD: vectors are loaded from arrays of their size, and the processor is asked what it has"
)]
mod x86;

use digest::{
    block_api::CtOutWrapper,
    const_oid::{AssociatedOid, ObjectIdentifier},
    consts::{U32, U64},
    zeroize::ZeroizeOnDrop,
};

pub use block_api::StreebogVarCore;
pub use digest::Digest;

digest::buffer_fixed!(
    /// Streebog with 256 bits of output.
    pub struct Streebog256(CtOutWrapper<StreebogVarCore, U32>);
    impl: BaseFixedTraits AlgorithmName Default Clone HashMarker Reset FixedOutputReset SerializableState;
);

digest::buffer_fixed!(
    /// Streebog with 512 bits of output.
    pub struct Streebog512(CtOutWrapper<StreebogVarCore, U64>);
    impl: BaseFixedTraits AlgorithmName Default Clone HashMarker Reset FixedOutputReset SerializableState;
);

impl AssociatedOid for Streebog256 {
    /// id-tc26-gost3411-12-256, RFC 9215 §4.
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.643.7.1.1.2.2");
}

impl AssociatedOid for Streebog512 {
    /// id-tc26-gost3411-12-512, RFC 9215 §4.
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.643.7.1.1.2.3");
}

// Their fields forget themselves: the state by its own `Drop`, the buffer by the `zeroize` feature of `digest`.
impl ZeroizeOnDrop for Streebog256 {}
impl ZeroizeOnDrop for Streebog512 {}

/// The name of the kernel that hashes on this processor: `avx512-gfni`, `avx2-gfni`, `avx2` or `portable`.
#[must_use]
pub fn backend() -> &'static str {
    kernel::Kernel::best().name()
}

/// The names of all kernels for this architecture, supported by this processor or not.
#[doc(hidden)]
pub fn kernels() -> impl Iterator<Item = &'static str> {
    kernel::Kernel::names()
}
