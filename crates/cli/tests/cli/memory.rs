//! What another process of the same user, and another user, can get at.

#![cfg(target_os = "linux")]

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::kabinetctl;

/// A user with no rights: root reads everybody's memory, so a test run by root looks with this one's eyes.
const NOBODY: &str = "65534";

fn am_root() -> bool {
    Path::new("/proc/self")
        .metadata()
        .is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0)
}

/// A program run by a user who is not root.
fn ordinary(program: &str) -> Command {
    if !am_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args([
        "--reuid",
        NOBODY,
        "--regid",
        NOBODY,
        "--clear-groups",
        "--",
        program,
    ]);
    command
}

/// `kabinetctl` that waits for a PIN, in a folder it may write core files to.
fn waiting(folder: &Path) -> Child {
    let script = "ulimit -c unlimited; exec \"$@\"";
    ordinary("sh")
        .args(["-c", script, "sh", env!("CARGO_BIN_EXE_kabinetctl")])
        .args(["token", "change-pin", "--token", "0001", "--pins-stdin"])
        .env("HOME", folder)
        .env("XDG_DATA_HOME", folder.join("data"))
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// A program that hides nothing, by the same user.
fn open_book() -> Child {
    ordinary("sleep").arg("60").stdin(Stdio::piped()).spawn().unwrap()
}

/// Waits until the child has become this program and is past its first steps.
fn settled(child: &Child, name: &str) {
    let started = Instant::now();
    let state = || std::fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap();
    while !state().contains(&format!("({name}) S")) {
        assert!(started.elapsed() < Duration::from_secs(20), "{}", state());
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Whether an ordinary process can open a file of another in `/proc`.
fn can_open(child: &Child, file: &str) -> bool {
    let path = format!("/proc/{}/{file}", child.id());
    let status = ordinary("sh")
        .args(["-c", ": < \"$1\"", "sh", &path])
        .stderr(Stdio::null())
        .status();
    status.unwrap().success()
}

#[test]
fn another_process_of_the_same_user_reads_no_memory_and_no_core_is_written() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    let mut open = open_book();
    settled(&open, "sleep");
    assert!(
        can_open(&open, "environ"),
        "what hides nothing is not seen: the test cannot tell"
    );
    open.kill().unwrap();
    open.wait().unwrap();

    let mut program = waiting(folder.path());
    settled(&program, "kabinetctl");
    for file in ["mem", "environ", "maps", "fd/0"] {
        assert!(!can_open(&program, file), "{file} can be read");
    }
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", program.id())).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    assert_eq!(
        core.split_whitespace().filter(|word| *word == "0").count(),
        2,
        "{core}"
    );

    let abort = Command::new("kill")
        .args(["-ABRT", &program.id().to_string()])
        .status();
    assert!(abort.unwrap().success());
    let end = program.wait().unwrap();
    assert_eq!(end.signal(), Some(6));
    assert!(!end.core_dumped());
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .filter(|name| name.to_string_lossy().contains("core"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn another_user_reads_nothing_of_a_vault() {
    if !am_root() {
        println!(
            "LEFT OUT: only root can look with another user's eyes. The modes are tested in `store`, `tests/store/files.rs`."
        );
        return;
    }
    let ctl = kabinetctl();
    let passphrase = ctl.path("passphrase");
    std::fs::File::create(&passphrase)
        .unwrap()
        .write_all("выдернули шнур\n".as_bytes())
        .unwrap();
    ctl.run(&["vault", "create", "--environment", "test"], b"")
        .expect(0);
    let vault = find_vault(&ctl.path(""));
    // The way there is open, the vault is not.
    for folder in vault
        .ancestors()
        .skip(1)
        .take_while(|folder| folder.starts_with(std::env::temp_dir()))
    {
        if folder != std::env::temp_dir() {
            std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
    let look = |script: &str| {
        ordinary("sh")
            .args(["-c", script, "sh", crate::text(&vault)])
            .stderr(Stdio::null())
            .status()
            .unwrap()
            .success()
    };
    assert!(look("test -d \"$1\""), "the folder itself is seen");
    assert!(!look("ls \"$1\""));
    assert!(!look("cat \"$1/vault.json\""));
    assert!(!look("cat \"$1/personal.db\""));
    assert!(!look("touch \"$1/planted\""));
}

fn find_vault(home: &Path) -> std::path::PathBuf {
    let mut folders = vec![home.to_owned()];
    while let Some(folder) = folders.pop() {
        if folder.join("vault.json").exists() {
            return folder;
        }
        let entries = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        folders.extend(entries.filter(|path| path.is_dir()));
    }
    panic!("no vault below {}", home.display());
}
