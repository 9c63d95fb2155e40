//! Hashing on a kernel of choice.

use digest::{
    Output,
    block_api::{Buffer, UpdateCore, VariableOutputCore},
};
use kabinet_gost::streebog::{StreebogVarCore, kernels};

/// The digest of `size` bytes over the parts in a row; `None` if the kernel does not run here.
fn hash<'a>(kernel: &str, size: usize, parts: impl IntoIterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    let mut core = StreebogVarCore::with_kernel(size, kernel)?;
    let mut buffer = Buffer::<StreebogVarCore>::default();
    for part in parts {
        buffer.digest_blocks(part, |blocks| core.update_blocks(blocks));
    }
    let mut output = Output::<StreebogVarCore>::default();
    core.finalize_variable_core(&mut buffer, &mut output);
    Some(output[64 - size..].to_vec())
}

/// A kernel this processor runs.
#[derive(Clone, Copy)]
pub struct Hasher {
    pub kernel: &'static str,
}

impl Hasher {
    pub fn digest(self, size: usize, message: &[u8]) -> Vec<u8> {
        self.parts(size, [message])
    }

    pub fn parts<'a>(self, size: usize, parts: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
        hash(self.kernel, size, parts).expect("a kernel that runs here")
    }
}

/// All kernels that run here; says on stderr which do not.
pub fn hashers() -> Vec<Hasher> {
    let (here, absent): (Vec<_>, Vec<_>) = kernels().partition(|kernel| hash(kernel, 64, []).is_some());
    if !absent.is_empty() {
        eprintln!("kernels this processor does not run: {}", absent.join(", "));
    }
    assert!(here.contains(&"portable"));
    here.into_iter().map(|kernel| Hasher { kernel }).collect()
}

/// Octets without a pattern (a linear congruential generator, Knuth's MMIX).
pub fn noise(seed: u64, len: usize) -> Vec<u8> {
    let mut state = seed;
    let step = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    std::iter::repeat_with(step).take(len).collect()
}
