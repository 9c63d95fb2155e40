//! Secrets that valgrind takes for uninitialised memory: where a branch or an address depends on one, it complains.
//!
//! `valgrind --error-exitcode=1 -q target/…/ctgrind` must end with 0, and with the argument `leak`, where a branch
//! depends on a secret on purpose, with 1. After Adam Langley's ctgrind. Linux on x86-64 only.
//!
//! Exit codes of its own: 2 without valgrind, which would find everything in order, and 101 after a panic.

use std::process::ExitCode;

use digest::block_api::UpdateCore;
use kabinet_gost::{
    ParameterSet, SecretKey,
    streebog::{StreebogVarCore, kernels},
};
use memory::{declassify, is_watched, poison};

/// Client requests of valgrind (valgrind.h, memcheck.h), on a CPU of its own no more than four rotations.
mod memory {
    use std::arch::asm;

    /// `VG_USERREQ__RUNNING_ON_VALGRIND`.
    const RUNNING_ON_VALGRIND: u64 = 0x1001;
    /// `VG_USERREQ__MAKE_MEM_UNDEFINED`: the tool's letters «MC» and a number.
    const MAKE_UNDEFINED: u64 = 0x4d43_0001;
    /// `VG_USERREQ__MAKE_MEM_DEFINED`.
    const MAKE_DEFINED: u64 = 0x4d43_0002;

    /// Asks valgrind; 0 where there is none.
    fn request(number: u64, address: usize, octets: usize) -> u64 {
        let arguments = [number, address as u64, octets as u64, 0, 0, 0];
        let mut answer = 0;
        // SAFETY: rdi is rotated by 3 + 13 + 61 + 51 = 2·64 bits and rbx exchanged with itself, so no register but rdx
        // changes; valgrind reads the six arguments that rax points to and touches no memory of the program.
        unsafe {
            asm!(
                "rol rdi, 3", "rol rdi, 13", "rol rdi, 61", "rol rdi, 51", "xchg rbx, rbx",
                in("rax") arguments.as_ptr(), inout("rdx") answer, options(nostack),
            );
        }
        answer
    }

    /// Whether valgrind runs this.
    pub fn is_watched() -> bool {
        request(RUNNING_ON_VALGRIND, 0, 0) > 0
    }

    /// From now on nothing may depend on these octets but arithmetic.
    pub fn poison(secret: &mut [u8]) {
        request(MAKE_UNDEFINED, secret.as_ptr().addr(), secret.len());
    }

    /// These octets are published: what depends on them is nobody's secret.
    pub fn declassify(public: &mut [u8]) {
        request(MAKE_DEFINED, public.as_ptr().addr(), public.len());
    }
}

fn main() -> ExitCode {
    if !is_watched() {
        eprintln!("without valgrind nothing is checked");
        return ExitCode::from(2);
    }
    kabinet_gost::declassify_with(declassify);
    if std::env::args().nth(1).as_deref() == Some("leak") {
        leak();
    } else {
        for set in ParameterSet::ALL {
            let key = read(set);
            sign(&key);
            agree(&key);
        }
        hash();
    }
    ExitCode::SUCCESS
}

/// Poisoned octets become a key: plain, and masked by a factor.
fn read(set: ParameterSet) -> SecretKey {
    let octets = set.size().octets();
    let mut secret = vec![0x15; octets]; // below every q
    poison(&mut secret);
    let mut masked = [vec![7; octets], vec![0x2a; octets]].concat();
    poison(&mut masked);
    SecretKey::from_octets(set, &masked).expect("a key in range");
    SecretKey::from_octets(set, &secret).expect("a key in range")
}

/// The nonce is as secret as the key it follows from.
fn sign(key: &SecretKey) {
    let digest = vec![0x2a; key.public_key().parameter_set().size().octets()];
    for signature in [key.sign_digest(&digest), key.sign_digest_deterministic(&digest)] {
        let signature = signature.expect("a signature");
        key.public_key()
            .verify_digest(&digest, signature.octets())
            .expect("a signature of this key");
    }
}

/// The shared point stays secret: nothing may be asked about it here.
fn agree(key: &SecretKey) {
    let peer = SecretKey::generate(key.public_key().parameter_set()).expect("a key");
    drop(key.agree(peer.public_key(), &[1; 8]).expect("a shared point"));
}

/// A secret message, by every kernel that promises constant time and runs here. Valgrind hides some instruction sets
/// from programs, so the kernel chosen for them is not the one of the machine.
fn hash() {
    let mut message = [[0x15; 64]; 3];
    message.iter_mut().for_each(|block| poison(block));
    for kernel in kernels().filter(|kernel| *kernel != "portable") {
        let Some(mut core) = StreebogVarCore::with_kernel(64, kernel) else {
            continue;
        };
        core.update_blocks(
            message
                .iter()
                .map(|block| (*block).into())
                .collect::<Vec<_>>()
                .as_slice(),
        );
        eprintln!("Streebog by {kernel} looked at");
    }
}

/// What must be found, or else the check finds nothing.
fn leak() {
    let mut secret = [0x15];
    poison(&mut secret);
    if std::hint::black_box(secret)[0] > 0x10 {
        eprintln!("the secret is above 16");
    }
}
