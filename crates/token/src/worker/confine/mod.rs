//! Takes from this process what a vendor module has no business with, before one is loaded.
//!
//! The module keeps what it needs to reach its token: files, Unix sockets, devices. It loses core dumps and debuggers
//! everywhere; on Linux also starting programs, looking into other processes, the network, and the folders it is told to
//! keep out of. A kernel that knows some of this not grants the rest. On Windows a job of one process keeps it
//! from starting programs.

#[cfg(target_os = "linux")]
mod folders;
#[cfg(windows)]
mod job;
#[cfg(target_os = "linux")]
mod system_calls;

use std::path::PathBuf;

use crate::dumps::forbid_dumps;

/// What a module is told to do without.
#[derive(Default)]
pub(super) struct Confinement {
    pub(super) network: bool,
    pub(super) keep_out: Vec<PathBuf>,
}

impl Confinement {
    /// Applies it to this process for the rest of its life. Threads started before would go free: call it first.
    pub(super) fn apply(&self) {
        forbid_dumps();
        #[cfg(target_os = "linux")]
        {
            folders::keep_out(&self.keep_out);
            system_calls::forbid(self.network);
        }
        #[cfg(windows)]
        job::enter();
    }
}
