//! Files that are no module, or no safe one.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use kabinet_token::{TokenError, Unloadable};

use crate::support::*;

const SOFTHSM: &str = "/usr/lib/softhsm/libsofthsm2.so";

async fn refusal(path: &Path) -> TokenError {
    let tokens = tokens(&[path], Path::new(WORKER));
    let problem = tokens.scan().await.problems.pop().expect("a problem");
    assert_eq!(problem.module, path);
    problem.error
}

fn unloadable(reason: Unloadable) -> TokenError {
    TokenError::ModuleUnloadable { reason }
}

/// SoftHSM's library with some bytes changed.
fn altered(folder: &Path, name: &str, alter: impl FnOnce(&mut Vec<u8>)) -> PathBuf {
    let mut bytes = std::fs::read(SOFTHSM).expect("SoftHSM is installed");
    alter(&mut bytes);
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("written");
    path
}

#[tokio::test]
async fn a_32_bit_module_is_named_as_such() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = altered(folder.path(), "narrow.so", |bytes| {
        bytes[4] = 1;
        bytes[18..20].copy_from_slice(&3u16.to_le_bytes());
    });
    let expected = std::env::consts::ARCH.to_owned();
    let error = refusal(&path).await;
    assert_eq!(
        error,
        unloadable(Unloadable::OtherArchitecture {
            found: "x86".into(),
            expected
        })
    );
    assert_eq!(error.code(), "token.module-other-architecture");
    assert!(!error.is_retriable());
}

#[tokio::test]
async fn files_that_are_no_library_of_this_system_are_not_loaded() {
    let folder = tempfile::tempdir().expect("a folder");
    let note = folder.path().join("note.so");
    std::fs::write(&note, "not a library").expect("written");
    assert_eq!(refusal(&note).await, unloadable(Unloadable::NotALibrary));
    assert_eq!(refusal(folder.path()).await, unloadable(Unloadable::NotALibrary));
    assert_eq!(
        refusal(Path::new(WORKER)).await.code(),
        refusal_of_a_program().code()
    );
    let missing = folder.path().join("missing.so");
    assert_eq!(refusal(&missing).await, unloadable(Unloadable::Missing));
    let windows = altered(folder.path(), "windows.so", |bytes| {
        bytes[..2].copy_from_slice(b"MZ");
        bytes[0x3c..0x40].copy_from_slice(&0x80u32.to_le_bytes());
        bytes[0x80..0x86].copy_from_slice(b"PE\0\0\x64\x86");
        bytes[0x96..0x98].copy_from_slice(&0x2000u16.to_le_bytes());
    });
    assert_eq!(refusal(&windows).await, unloadable(Unloadable::OtherSystem));
}

/// Position-independent programs look like libraries; then the loader refuses them.
fn refusal_of_a_program() -> TokenError {
    let head = std::fs::read(WORKER).expect("the worker is readable");
    let shared = head[16] == 3;
    unloadable(if shared {
        Unloadable::LoaderRefused
    } else {
        Unloadable::NotALibrary
    })
}

#[tokio::test]
async fn incomplete_libraries_and_libraries_without_the_entry_point_are_told_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let compiled = |name: &str, source: &[u8]| {
        let path = folder.path().join(name);
        run(
            "cc",
            &["-shared", "-fPIC", "-x", "c", "-", "-o", text(&path)],
            &[],
            source,
        );
        path
    };
    let incomplete = compiled("incomplete.so", b"extern int back_end; int *used = &back_end;\n");
    assert_eq!(refusal(&incomplete).await, unloadable(Unloadable::LoaderRefused));
    let other = compiled("other.so", b"int something;\n");
    assert_eq!(refusal(&other).await, unloadable(Unloadable::NotPkcs11));
    // The system's loader maps a cut file beyond its end and dies of it, in the worker.
    let cut = altered(folder.path(), "cut.so", |bytes| bytes.truncate(5000));
    assert_eq!(refusal(&cut).await, TokenError::ModuleCrashed);
}

#[tokio::test]
async fn a_module_any_user_could_have_written_is_not_loaded() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = altered(folder.path(), "open.so", |_| ());
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o757)).expect("changed");
    assert_eq!(refusal(&path).await, unloadable(Unloadable::WritableByOthers));

    let inside = folder.path().join("shared");
    std::fs::create_dir(&inside).expect("created");
    let path = altered(&inside, "module.so", |_| ());
    std::fs::set_permissions(&inside, PermissionsExt::from_mode(0o777)).expect("changed");
    assert_eq!(refusal(&path).await, unloadable(Unloadable::WritableByOthers));

    let link = folder.path().join("link.so");
    std::os::unix::fs::symlink(&path, &link).expect("linked");
    assert_eq!(refusal(&link).await, unloadable(Unloadable::WritableByOthers));
}

#[tokio::test]
async fn a_relative_path_is_not_loaded() {
    assert_eq!(
        refusal(Path::new("libsofthsm2.so")).await,
        unloadable(Unloadable::NotAbsolute)
    );
}

#[tokio::test]
async fn a_program_that_is_no_worker_is_reported_and_not_waited_for() {
    let silent = tokens(&[Path::new(SOFTHSM)], Path::new("/bin/true"));
    assert_eq!(silent.scan().await.problems[0].error, TokenError::ModuleCrashed);
    let missing = tokens(&[Path::new(SOFTHSM)], Path::new("/nowhere/worker"));
    assert_eq!(
        missing.scan().await.problems[0].error,
        TokenError::WorkerUnavailable
    );
    let folder = tempfile::tempdir().expect("a folder");
    let echo = script(&folder.path().join("echo"), "exec cat");
    let talkative = tokens(&[Path::new(SOFTHSM)], &echo);
    assert_eq!(
        talkative.scan().await.problems[0].error.code(),
        "token.module-misbehaved"
    );
}
