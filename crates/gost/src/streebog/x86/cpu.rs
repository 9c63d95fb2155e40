//! What this processor and its operating system offer.
//!
//! Asked here and not of a library, because GFNI without AVX-512 matters: the `cpufeatures` crate reports GFNI only
//! where the 512-bit registers are enabled, `std` is not always there.

use core::arch::x86_64::{__cpuid_count, _xgetbv, CpuidResult};

/// Instruction sets that are present and whose registers the operating system saves.
pub(in crate::streebog) struct Cpu {
    pub(in crate::streebog) avx2: bool,
    /// `vgf2p8affineqb` on 256-bit registers.
    pub(in crate::streebog) gfni: bool,
    /// SHA-NI; told here as a sign of a core with two shuffle ports.
    pub(in crate::streebog) sha: bool,
    /// AVX-512 F, BW and VBMI.
    pub(in crate::streebog) avx512vbmi: bool,
}

impl Cpu {
    pub(in crate::streebog) fn detect() -> Self {
        let none = Self {
            avx2: false,
            gfni: false,
            sha: false,
            avx512vbmi: false,
        };
        if cpuid(0, 0).eax < 7 {
            return none;
        }
        let (basic, extended) = (cpuid(1, 0), cpuid(7, 0));
        let has = |register: u32, bit: u32| register >> bit & 1 == 1;
        // XSAVE enabled by the operating system, and AVX.
        if !(has(basic.ecx, 27) && has(basic.ecx, 28)) {
            return none;
        }
        // SAFETY: OSXSAVE says that XGETBV exists.
        let saved = unsafe { enabled_state() };
        let ymm = saved & 0x06 == 0x06;
        let zmm = saved & 0xe6 == 0xe6;
        Self {
            avx2: ymm && has(extended.ebx, 5),
            gfni: ymm && has(extended.ecx, 8),
            sha: has(extended.ebx, 29),
            avx512vbmi: zmm && has(extended.ebx, 16) && has(extended.ebx, 30) && has(extended.ecx, 1),
        }
    }
}

#[allow(unused_unsafe, reason = "safe in newer Rust only")]
fn cpuid(leaf: u32, subleaf: u32) -> CpuidResult {
    // SAFETY: every x86-64 processor has CPUID.
    unsafe { __cpuid_count(leaf, subleaf) }
}

/// XCR0: the register sets the operating system saves.
#[target_feature(enable = "xsave")]
fn enabled_state() -> u64 {
    // SAFETY: register 0 exists wherever XGETBV does.
    unsafe { _xgetbv(0) }
}
