//! Drives that really are full or really cannot be written to: file systems of the kernel, which only we see. What the failing
//! VFS leaves out is met here as well: the header, the lock, the folders.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, PoisonError};

use kabinet_store::{MemoryKeychain, StoreError};

use crate::story::{self, Told};
use crate::{CONSEQUENCES, FORKS, copy_all};

/// Set in the run that may mount.
const INSIDE: &str = "KABINET_TEST_OWN_MOUNTS";
/// A page of tmpfs is its smallest piece.
const PAGE: u64 = 4096;

/// Runs a test again as the root of a namespace of its own (unshare, mount: util-linux); whether this is that run.
fn is_inside(test: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    let forking = FORKS.write().unwrap_or_else(PoisonError::into_inner);
    let again = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", test])
        .env(INSIDE, "1")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("unshare of util-linux is needed");
    drop(forking);
    let again = again.wait_with_output().unwrap();
    let said = [again.stdout, again.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(
        again.status.success() && said.contains("1 passed"),
        "this needs user namespaces (kernel.unprivileged_userns_clone, or root in a container): {said}"
    );
    print!("{said}");
    false
}

fn run(program: &str, arguments: &[&str], last: &Path) {
    let output = Command::new(program).args(arguments).arg(last).output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}: {output:?}");
}

/// A drive of this size; gone when dropped.
struct Drive(PathBuf);

impl Drive {
    fn mounted(at: &Path, size: &str) -> Self {
        fs::create_dir_all(at).unwrap();
        run(
            "mount",
            &["-t", "tmpfs", "-o", &format!("size={size}"), "none"],
            at,
        );
        Self(at.to_owned())
    }

    fn free_pages(&self) -> u64 {
        let stat = rustix::fs::statvfs(&self.0).unwrap();
        stat.f_bavail * stat.f_frsize / PAGE
    }

    fn vault(&self) -> PathBuf {
        self.0.join("vault")
    }

    /// The user's other things, which leave but so many pages.
    fn fill(&self, room: u64) -> PathBuf {
        let path = self.0.join("films");
        let taken = (self.free_pages() - room) * PAGE;
        std::io::copy(
            &mut std::io::repeat(7).take(taken),
            &mut File::create(&path).unwrap(),
        )
        .unwrap();
        assert_eq!(self.free_pages(), room);
        path
    }
}

impl Drop for Drive {
    fn drop(&mut self) {
        run("umount", &[], &self.0);
    }
}

fn codes(told: &[Told]) -> Vec<&'static str> {
    let failures = told.iter().filter_map(|told| told.result.as_ref().err());
    failures.map(StoreError::code).collect()
}

#[test]
fn a_drive_that_runs_full_at_any_page_loses_nothing_and_goes_on_once_there_is_room() {
    if !is_inside("drives::a_drive_that_runs_full_at_any_page_loses_nothing_and_goes_on_once_there_is_room") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let keychain = Arc::new(MemoryKeychain::default());
    let prepared = folder.path().join("prepared");
    story::prepare(&prepared, &keychain);
    for room in 0.. {
        let drive = Drive::mounted(&folder.path().join("drive"), "4m");
        copy_all(&prepared, &drive.vault());
        let films = drive.fill(room);
        let told = story::live(&drive.vault(), &keychain);
        let codes = codes(&told);
        fs::remove_file(films).unwrap();
        story::is_there(&drive.vault(), &keychain, &told);
        if codes.is_empty() {
            assert!(room > 20, "{room} pages are no story");
            println!("the story needs {room} pages");
            return;
        }
        let first = codes[0];
        assert_eq!(first, "store.full", "{codes:?} with room for {room} pages");
        let known = |code: &&str| *code == first || CONSEQUENCES.contains(code);
        assert!(codes.iter().all(known), "{codes:?} with room for {room} pages");
    }
}

#[test]
fn a_drive_that_cannot_be_written_to_is_told_and_left_as_it_is() {
    if !is_inside("drives::a_drive_that_cannot_be_written_to_is_told_and_left_as_it_is") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let keychain = Arc::new(MemoryKeychain::default());
    let drive = folder.path().join("drive");
    let vault = drive.join("vault");
    story::prepare(&vault, &keychain);
    let told = story::live(&vault, &keychain);
    assert_eq!(codes(&told), [""; 0]);
    let before = files(&drive);

    run("mount", &["--bind", drive.to_str().unwrap()], &drive);
    run("mount", &["-o", "remount,bind,ro"], &drive);
    let refused = fs::write(drive.join("note"), "").unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::ReadOnlyFilesystem);
    let day = codes(&story::live(&vault, &keychain));
    assert!(!day.is_empty());
    assert!(day.iter().all(|code| *code == "store.read-only"), "{day:?}");
    assert!(files(&drive) == before, "something changed");

    run("umount", &[], &drive);
    assert!(files(&drive) == before, "something changed");
    story::is_there(&vault, &keychain, &told);
}

/// Every file below with its content and when it was written.
fn files(folder: &Path) -> BTreeMap<PathBuf, (std::time::SystemTime, Vec<u8>)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let written = path.metadata().unwrap().modified().unwrap();
            let bytes = fs::read(&path).unwrap();
            found.insert(path, (written, bytes));
        }
    }
    found
}
