//! The disk fails below the vault: full, read-only, failing, short, without power, at every single operation. What was
//! told to be done is there when the disk is sound again, what failed says why, and the vault lives on. The disk is mostly
//! one that fails on demand; in `drives` it is the kernel's.

#![allow(clippy::unwrap_used, reason = "a failed step is the test's failure")]

#[path = "../demo/mod.rs"]
mod demo;
mod disk;
#[cfg(target_os = "linux")]
mod drives;
mod migration;
mod power;
mod story;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::{Arc, RwLock};

use kabinet_store::{MemoryKeychain, StoreError};
use tempfile::TempDir;

use disk::Fault;

/// More operations than the story has.
const ENDLESS: usize = 5_000;

/// Lives the story once for each operation the fault can meet. The codes that were told.
fn at_every_operation(fault: Fault, once: bool) -> BTreeSet<&'static str> {
    let folder = folder();
    let (prepared, dir) = (folder.path().join("prepared"), folder.path().join("vault"));
    let keychain = Arc::new(MemoryKeychain::default());
    story::prepare(&prepared, &keychain);
    let mut codes = BTreeSet::new();
    for good in 0..ENDLESS {
        copy_all(&prepared, &dir);
        disk::fail(fault, good, once);
        let told = story::live(&dir, &keychain);
        let struck = disk::mend();
        let errors = told.iter().filter_map(|told| told.result.as_ref().err());
        let told_codes: Vec<&str> = errors.map(StoreError::code).collect();
        if !struck {
            assert!(told_codes.is_empty(), "{told_codes:?} without a fault");
            assert!(good > 20, "{good} operations are no story");
            println!("{fault:?}: {good} operations, {codes:?}");
            return codes;
        }
        codes.extend(told_codes);
        story::is_there(&dir, &keychain, &told);
        fs::remove_dir_all(&dir).unwrap();
    }
    panic!("the story has no end");
}

/// In memory where the system has a place for it: what lasts here is what the failing disk says, and waiting some
/// thousand times for the real one would only be slow.
fn folder() -> TempDir {
    const MEMORY: &str = "/dev/shm";
    if Path::new(MEMORY).is_dir() {
        tempfile::tempdir_in(MEMORY).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (from, name) = (entry.as_ref().unwrap().path(), entry.unwrap().file_name());
        if from.is_dir() {
            copy_all(&from, &to.join(name));
        } else {
            fs::copy(&from, to.join(name)).unwrap();
        }
    }
}

/// Written to while a child is made: until it becomes another program it holds everything that is open here, locks of vaults
/// too. Read while a vault is opened.
static FORKS: RwLock<()> = RwLock::new(());

/// What calls say whose document or submission could not be written before.
const CONSEQUENCES: [&str; 2] = ["store.no-document", "store.no-submission"];

fn fails_only_with(fault: Fault, once: bool, expected: &[&str]) {
    let codes = at_every_operation(fault, once);
    assert!(codes.contains(expected[0]), "{codes:?}");
    let known = |code: &&str| expected.contains(code) || CONSEQUENCES.contains(code);
    assert!(codes.iter().all(known), "{codes:?}");
}

#[test]
fn a_disk_that_fills_up_at_any_write_loses_nothing() {
    fails_only_with(Fault::Full, true, &["store.full"]);
    fails_only_with(Fault::Full, false, &["store.full"]);
}

#[test]
fn a_disk_with_room_for_half_a_write_loses_nothing() {
    fails_only_with(Fault::Short, true, &["store.full"]);
}

#[test]
fn a_disk_that_fails_at_any_write_loses_nothing() {
    fails_only_with(Fault::Write, true, &["store.disk-failed"]);
    fails_only_with(Fault::Write, false, &["store.disk-failed"]);
}

#[test]
fn a_disk_that_cannot_make_anything_last_loses_nothing() {
    fails_only_with(Fault::Sync, true, &["store.disk-failed"]);
    fails_only_with(Fault::Sync, false, &["store.disk-failed"]);
}

#[test]
fn a_disk_that_becomes_read_only_at_any_moment_loses_nothing() {
    fails_only_with(Fault::ReadOnly, false, &["store.read-only", "store.disk-failed"]);
}

#[test]
fn a_power_cut_at_any_operation_loses_nothing() {
    fails_only_with(Fault::Power, false, &["store.disk-failed"]);
}
