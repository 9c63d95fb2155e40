//! SQLCipher keeps every piece of memory it takes from being swapped out and lets it go again (docs/adr/0021). That is more
//! than half of the work of this test and none of its business, so the system is not asked.

use std::ffi::{c_int, c_void};

// SAFETY: the signatures are those of POSIX, and memory that was never locked is as good as any.
#[unsafe(no_mangle)]
extern "C" fn mlock(_from: *const c_void, _count: usize) -> c_int {
    0
}

// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn munlock(_from: *const c_void, _count: usize) -> c_int {
    0
}
