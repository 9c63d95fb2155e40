//! The implementations of the compression function, and which of them this processor gets.

use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

#[cfg(target_arch = "x86_64")]
use super::x86::{avx2, avx512, cpu::Cpu, gfni};
use super::{
    portable,
    state::{Block, State},
};

/// An implementation of the compression function.
pub(super) struct Kernel {
    name: &'static str,
    /// Whether this processor can run it.
    supported: fn() -> bool,
    /// Whether it beats every kernel further down the list where it runs.
    fastest: fn() -> bool,
    /// Steps 2.2 … 2.4 of RFC 6986 §8 for each block, which counts as so many bits of message.
    ///
    /// Calling it where `supported` is false is undefined behaviour.
    compress: unsafe fn(&mut State, &[Block], u64),
}

/// Runs everywhere.
static PORTABLE: Kernel = Kernel {
    name: "portable",
    supported: || true,
    fastest: || true,
    compress: portable::compress,
};

/// The faster ones, best first. A kernel for AArch64 NEON would stand here under its own `cfg`.
static ACCELERATED: &[Kernel] = &[
    #[cfg(target_arch = "x86_64")]
    Kernel {
        name: "avx512-gfni",
        supported: || {
            let cpu = Cpu::detect();
            cpu.avx512vbmi && cpu.gfni
        },
        fastest: || true,
        compress: avx512::compress,
    },
    #[cfg(target_arch = "x86_64")]
    Kernel {
        name: "avx2-gfni",
        supported: || {
            let cpu = Cpu::detect();
            cpu.avx2 && cpu.gfni
        },
        fastest: || true,
        compress: gfni::compress,
    },
    #[cfg(target_arch = "x86_64")]
    Kernel {
        name: "avx2",
        supported: || Cpu::detect().avx2,
        // A hundred shuffles in each round want two ports for them. Cores that have AVX2 and SHA-NI (AMD since Zen,
        // Intel since Ice Lake) have two.
        fastest: || Cpu::detect().sha,
        compress: avx2::compress,
    },
];

/// The choice of [`Kernel::best`]: an index into [`ACCELERATED`], or [`NONE`], or [`UNKNOWN`].
static BEST: AtomicUsize = AtomicUsize::new(UNKNOWN);
const UNKNOWN: usize = usize::MAX;
const NONE: usize = usize::MAX - 1;

impl Kernel {
    /// The kernel to use here, found out at the first call.
    #[inline]
    pub(super) fn best() -> &'static Self {
        // Relaxed: the index stands for itself, and threads that race find the same.
        match BEST.load(Relaxed) {
            UNKNOWN => Self::choose(),
            index => ACCELERATED.get(index).unwrap_or(&PORTABLE),
        }
    }

    #[cold]
    fn choose() -> &'static Self {
        let found = ACCELERATED
            .iter()
            .position(|kernel| (kernel.supported)() && (kernel.fastest)() && kernel.agrees());
        BEST.store(found.unwrap_or(NONE), Relaxed);
        found.map_or(&PORTABLE, |index| &ACCELERATED[index])
    }

    /// Whether one block comes out as [`portable`] has it: a last guard against a processor or an emulator that
    /// gets a rare instruction wrong.
    fn agrees(&self) -> bool {
        let start = State {
            h: [0x0123_4567_89ab_cdef; 8],
            n: [u64::MAX; 8],
            sigma: [u64::MAX; 8],
        };
        let block = core::array::from_fn(|i| (i * 37 % 256) as u8);
        let (mut ours, mut reference) = (start.clone(), start);
        // SAFETY: `choose` has asked `supported` first.
        unsafe { (self.compress)(&mut ours, &[block], 512) };
        portable::compress(&mut reference, &[block], 512);
        ours.h == reference.h && ours.n == reference.n && ours.sigma == reference.sigma
    }

    /// Compresses whole blocks; each counts as `bits` bits of message.
    #[inline]
    pub(super) fn compress(&self, state: &mut State, blocks: &[Block], bits: u64) {
        // SAFETY: kernels leave this module through `best` and `named` only, which have asked `supported`.
        unsafe { (self.compress)(state, blocks, bits) }
    }

    /// The kernel of this name, if it exists and the processor can run it.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        ACCELERATED
            .iter()
            .chain([&PORTABLE])
            .find(|kernel| kernel.name == name && (kernel.supported)())
    }

    /// The names of all kernels for this architecture, supported or not.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        ACCELERATED.iter().chain([&PORTABLE]).map(|kernel| kernel.name)
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `choose` would pass over a wrong kernel in silence.
    #[test]
    fn supported_kernels_agree() {
        for kernel in ACCELERATED.iter().filter(|kernel| (kernel.supported)()) {
            assert!(kernel.agrees(), "{}", kernel.name);
        }
    }

    #[test]
    fn choice_is_stable() {
        assert_eq!(Kernel::best().name, Kernel::best().name);
    }

    #[test]
    fn unknown_kernels_are_not_found() {
        assert!(Kernel::named("abacus").is_none());
        assert!(Kernel::named("portable").is_some());
    }
}
