//! Kernels for x86-64. All of them are constant-time: no address and no branch depends on data.

pub(super) mod avx2;
pub(super) mod avx512;
pub(super) mod cpu;
pub(super) mod gfni;
mod pair;
