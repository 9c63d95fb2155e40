//! The contract of `kabinetctl`, kept with the real program: exit codes, JSON, files, and what others make of them.

#![allow(clippy::unwrap_used, reason = "a failed step is the test's failure")]

mod archive;
mod backup;
mod certificate;
mod check;
mod connection;
mod crash;
mod doctor;
mod equality;
mod forms;
mod hash;
mod key;
mod leaks;
mod mail;
mod memory;
mod office;
mod pfx;
mod poa;
mod session;
mod sign;
mod softhsm;
mod token;
mod tokens;
mod trust;
mod upgrade;
mod usage;
mod validate;
mod vault;
mod vault_keys;
mod vault_whole;
mod verify;

use std::path::Path;

use kabinet_testkit::Kabinetctl;

/// The program with an empty home.
fn kabinetctl() -> Kabinetctl {
    Kabinetctl::new(env!("CARGO_BIN_EXE_kabinetctl"))
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
