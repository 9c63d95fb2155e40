//! Seccomp: system calls no PKCS#11 module needs. They fail as if rights were missing; the process lives on.

use std::collections::BTreeMap;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch, apply_filter,
};

/// Starting programs, looking into and at other processes, keys of the kernel, mounts and name spaces, and asynchronous
/// queues, which get around this filter.
const FORBIDDEN: &[libc::c_long] = &[
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_setns,
    libc::SYS_unshare,
    libc::SYS_open_by_handle_at,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_kexec_load,
    libc::SYS_io_uring_setup,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_fork,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_vfork,
];

/// Reaching other computers, or listening for them. Unix sockets lead to the smart-card service, netlink to the devices.
const NETWORK: &[libc::c_int] = &[libc::AF_INET, libc::AF_INET6, libc::AF_PACKET, libc::AF_VSOCK];

/// Forbids them to this process for the rest of its life. Where a filter cannot be made or set the worker goes on without:
/// it is one wall of several.
pub(super) fn forbid(network: bool) {
    let Ok(architecture) = TargetArch::try_from(std::env::consts::ARCH) else {
        return;
    };
    // The C library falls back to `clone`, whose flags a filter can see.
    let unknown = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    for (rules, error) in [
        (unknown, libc::ENOSYS),
        (forbidden(network).unwrap_or_default(), libc::EPERM),
    ] {
        let answer = SeccompAction::Errno(error.unsigned_abs());
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, answer, architecture);
        if let Some(program) = filter.ok().and_then(|filter| BpfProgram::try_from(filter).ok()) {
            let _ = apply_filter(&program);
        }
    }
}

fn forbidden(network: bool) -> Result<BTreeMap<i64, Vec<SeccompRule>>, seccompiler::BackendError> {
    let first_is = |operator, value: u64| {
        let condition = SeccompCondition::new(0, SeccompCmpArgLen::Dword, operator, value)?;
        SeccompRule::new(vec![condition])
    };
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        FORBIDDEN.iter().map(|call| (*call, Vec::new())).collect();
    // Threads are all right, processes are not.
    let thread = libc::CLONE_THREAD as u64;
    rules.insert(
        libc::SYS_clone,
        vec![first_is(SeccompCmpOp::MaskedEq(thread), 0)?],
    );
    if !network {
        let families = NETWORK.iter();
        let families = families.map(|family| first_is(SeccompCmpOp::Eq, u64::from(family.unsigned_abs())));
        rules.insert(libc::SYS_socket, families.collect::<Result<_, _>>()?);
    }
    Ok(rules)
}
