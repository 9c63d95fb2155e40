//! Streebog block by block, as the `digest` crate wants it.

use core::fmt;

use digest::{
    HashMarker, InvalidOutputSize, Output,
    block_api::{
        AlgorithmName, Block as DigestBlock, BlockSizeUser, Buffer, BufferKindUser, Eager, OutputSizeUser,
        TruncSide, UpdateCore, VariableOutputCore,
    },
    common::hazmat::{DeserializeStateError, SerializableState, SerializedState},
    consts::{U64, U192},
    zeroize::ZeroizeOnDrop,
};

use super::{
    kernel::Kernel,
    state::{Block, State, Words, to_block, to_words},
};

/// Streebog of 32 or 64 bytes of output, without the buffer for incomplete blocks.
///
/// The serialized state is h ‖ N ‖ Σ, 64 little-endian bytes each, as the `streebog` crate has it.
#[derive(Clone)]
pub struct StreebogVarCore {
    state: State,
    kernel: &'static Kernel,
}

impl StreebogVarCore {
    /// A hasher on the kernel of this name; `None` if there is none, it does not run here, or the size is neither
    /// 32 nor 64. For tests and measurements; the results do not depend on the kernel.
    #[doc(hidden)]
    #[must_use]
    pub fn with_kernel(output_size: usize, kernel: &str) -> Option<Self> {
        let core = Self::new(output_size).ok()?;
        Some(Self {
            kernel: Kernel::named(kernel)?,
            ..core
        })
    }

    /// g with N = 0 over a variable of the state, which is no message: RFC 6986 §8, steps 3.5 and 3.6.
    fn fold(&mut self, m: &Words) {
        self.state.n = [0; 8];
        self.kernel.compress(&mut self.state, &[to_block(m)], 0);
    }
}

impl HashMarker for StreebogVarCore {}

impl ZeroizeOnDrop for StreebogVarCore {}

impl BlockSizeUser for StreebogVarCore {
    type BlockSize = U64;
}

impl BufferKindUser for StreebogVarCore {
    type BufferKind = Eager;
}

impl OutputSizeUser for StreebogVarCore {
    type OutputSize = U64;
}

impl UpdateCore for StreebogVarCore {
    #[inline]
    fn update_blocks(&mut self, blocks: &[DigestBlock<Self>]) {
        self.kernel.compress(
            &mut self.state,
            DigestBlock::<Self>::cast_slice_to_core(blocks),
            512,
        );
    }
}

impl VariableOutputCore for StreebogVarCore {
    const TRUNC_SIDE: TruncSide = TruncSide::Right;

    /// # Errors
    /// [`InvalidOutputSize`] unless the size is 32 or 64 bytes.
    fn new(output_size: usize) -> Result<Self, InvalidOutputSize> {
        let h = match output_size {
            32 => [0x0101_0101_0101_0101; 8],
            64 => [0; 8],
            _ => return Err(InvalidOutputSize),
        };
        Ok(Self {
            state: State {
                h,
                n: [0; 8],
                sigma: [0; 8],
            },
            kernel: Kernel::best(),
        })
    }

    fn finalize_variable_core(&mut self, buffer: &mut Buffer<Self>, out: &mut Output<Self>) {
        let pending = buffer.get_pos();
        let mut block = buffer.pad_with_zeros();
        block[pending] = 1;
        let block: &Block = block.as_ref();
        self.kernel
            .compress(&mut self.state, &[*block], 8 * pending as u64);
        let State { n, sigma, .. } = self.state.clone();
        self.fold(&n);
        self.fold(&sigma);
        out.copy_from_slice(&to_block(&self.state.h));
    }
}

impl AlgorithmName for StreebogVarCore {
    fn write_alg_name(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Streebog")
    }
}

impl fmt::Debug for StreebogVarCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StreebogVarCore { ... }")
    }
}

impl SerializableState for StreebogVarCore {
    type SerializedStateSize = U192;

    fn serialize(&self) -> SerializedState<Self> {
        let mut bytes = SerializedState::<Self>::default();
        let (variables, _) = bytes.as_chunks_mut::<64>();
        for (variable, words) in variables
            .iter_mut()
            .zip([&self.state.h, &self.state.n, &self.state.sigma])
        {
            *variable = to_block(words);
        }
        bytes
    }

    fn deserialize(bytes: &SerializedState<Self>) -> Result<Self, DeserializeStateError> {
        let (variables, _) = bytes.as_chunks::<64>();
        let [h, n, sigma] = variables else {
            return Err(DeserializeStateError);
        };
        let state = State {
            h: to_words(h),
            n: to_words(n),
            sigma: to_words(sigma),
        };
        Ok(Self {
            state,
            kernel: Kernel::best(),
        })
    }
}
