//! Keeps a PIN in this process out of core files and debuggers.

/// No core files; on Linux also no attaching and no reading of `/proc/<pid>/mem` by the same user.
#[cfg(unix)]
pub(super) fn forbid_dumps() {
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
pub(super) fn forbid_dumps() {}
