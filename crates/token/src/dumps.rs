//! What this process holds in memory, in memory alone.

/// From now on this process leaves no core file; on Linux also nobody of the same user attaches to it or reads its memory in
/// `/proc`. Both programs call it first in their `main`, the worker before it loads a module.
///
/// A crash report has no memory in it anyway; who debugs starts the program under the debugger. Swap and hibernation are the
/// system's: they are encrypted where the disk is.
#[cfg(unix)]
pub fn forbid_dumps() {
    let none = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the pointer is valid for the call. Lowering a limit cannot fail.
    unsafe { libc::setrlimit(libc::RLIMIT_CORE, &none) };
    #[cfg(target_os = "linux")]
    // SAFETY: takes numbers only.
    unsafe {
        libc::prctl(libc::PR_SET_DUMPABLE, 0, 0, 0, 0)
    };
}

/// Windows writes no full dumps of its own accord.
#[cfg(not(unix))]
pub fn forbid_dumps() {}
