//! What shows only between processes: killing one in the middle of writing, two at one vault, the real keychain.
//!
//! The binary is both sides: without a role it runs the scenarios, with one it is a child of a scenario.

#![allow(clippy::unwrap_used, reason = "a failed step is the test's failure")]

#[path = "demo/mod.rs"]
mod demo;

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use demo::{INN, ORGANISATION};
use kabinet_domain::{DocumentId, DocumentStage, SubmissionId};
use kabinet_store::{
    DocumentFilter, DocumentOrder, Keychain, KeychainError, OrganisationStore, OsKeychain, Page, Passphrase,
    Protection, StoreError, Unlock, Vault, Verification,
};
use time::OffsetDateTime;
use uuid::Uuid;

const PASSPHRASE: &str = "выдернули шнур";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["child-writer", dir] => write_until_killed(Path::new(dir)),
        ["child-opener", dir] => println!(
            "{}",
            open(Path::new(dir)).err().map_or("opened", |error| error.code())
        ),
        ["child-keychain", dir] => use_keychain(Path::new(dir)),
        ["child-keychain-load", ..] => {
            println!(
                "{}",
                OsKeychain
                    .load("nobody")
                    .err()
                    .map_or("loaded", KeychainError::code)
            );
        }
        ["child-keychain-store", ..] => {
            println!(
                "{}",
                OsKeychain
                    .store("somebody", &[1; 32])
                    .err()
                    .map_or("stored", KeychainError::code)
            );
        }
        // cargo passes filters and libtest's options; this binary has no parts to choose from.
        _ if arguments.iter().any(|argument| argument == "--list") => println!("processes: test"),
        _ => run_scenarios(),
    }
}

fn run_scenarios() {
    let scenarios: [(&str, fn()); 5] = [
        (
            "killing_the_writer_loses_nothing_that_was_committed",
            killing_the_writer_loses_nothing_that_was_committed,
        ),
        (
            "a_second_process_is_told_the_vault_is_in_use",
            a_second_process_is_told_the_vault_is_in_use,
        ),
        (
            "the_secret_service_opens_the_vault",
            the_secret_service_opens_the_vault,
        ),
        (
            "without_a_session_bus_there_is_no_keychain",
            without_a_session_bus_there_is_no_keychain,
        ),
        (
            "a_locked_secret_service_is_told_from_an_absent_one",
            a_locked_secret_service_is_told_from_an_absent_one,
        ),
    ];
    for (name, scenario) in scenarios {
        scenario();
        println!("processes::{name} ... ok");
    }
}

fn child(role: &str, dir: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg(role).arg(dir);
    command
}

fn no_keychain() -> Arc<dyn Keychain> {
    Arc::new(kabinet_store::MemoryKeychain::default())
}

fn passphrase() -> Passphrase {
    Passphrase::new(PASSPHRASE.to_owned()).unwrap()
}

fn create(dir: &Path) -> Vault {
    let protection = Protection {
        keychain: false,
        passphrase: Some(passphrase()),
    };
    let vault = Vault::create(dir, protection, no_keychain()).unwrap();
    vault
        .save_organisation(&demo::organisation(ORGANISATION, INN))
        .unwrap();
    vault
}

fn open(dir: &Path) -> Result<Vault, StoreError> {
    Ok(Vault::open(dir, no_keychain())?.unlock(Unlock::Passphrase(passphrase()))?)
}

// ---- Killing

/// Content of a document: now small, now of several pieces, so that a kill meets every kind of write.
fn content(number: usize) -> Vec<u8> {
    vec![
        number as u8;
        if number.is_multiple_of(5) {
            3_000_000
        } else {
            2_000
        }
    ]
}

fn write_until_killed(dir: &Path) {
    let vault = open(dir).unwrap();
    let store = vault.organisation(ORGANISATION).unwrap();
    let mut out = std::io::stdout();
    for number in store.count_documents(&DocumentFilter::default()).unwrap() as usize.. {
        let document = add(&store, number);
        writeln!(out, "{} {number}", document.0).unwrap();
        out.flush().unwrap();
    }
}

fn add(store: &OrganisationStore, number: usize) -> DocumentId {
    let content = store.put_blob(content(number).as_slice()).unwrap();
    let now = OffsetDateTime::now_utc();
    let id = DocumentId(Uuid::new_v4());
    let document = demo::document(id, ORGANISATION, &format!("Акт {number}"), content, now);
    let submission = demo::submission(SubmissionId(Uuid::new_v4()), id, now);
    store
        .change(demo::entry("document.queued", now), |change| {
            change.add_document(&document)?;
            change.enqueue(&submission)
        })
        .unwrap();
    document.id
}

fn killing_the_writer_loses_nothing_that_was_committed() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("vault");
    drop(create(&dir));
    let mut reported: Vec<(DocumentId, usize)> = Vec::new();
    for lines in [1, 13, 29, 55] {
        let mut writer = child("child-writer", &dir)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(writer.stdout.take().unwrap());
        for _ in 0..lines {
            reported.push(parse(&mut out).expect("the writer ended by itself"));
        }
        kill(&mut writer);
        // Reported between the last line awaited and the kill.
        while let Some(late) = parse(&mut out) {
            reported.push(late);
        }

        let vault = open(&dir).unwrap();
        let store = vault.organisation(ORGANISATION).unwrap();
        store.check().unwrap();
        let page = Page::first(u64::MAX);
        let documents = store
            .documents(&DocumentFilter::default(), DocumentOrder::AddedOldest, page)
            .unwrap();
        // The kill may fall between a commit and its report.
        assert!((reported.len()..=reported.len() + 4).contains(&documents.len()));
        assert_eq!(
            store.due(OffsetDateTime::now_utc()).unwrap().len(),
            documents.len()
        );
        assert!(
            documents
                .iter()
                .all(|document| document.stage == DocumentStage::Queued)
        );
        assert_eq!(
            store.journal().verify().unwrap(),
            Verification::Intact(documents.len() as u64)
        );
        for (id, number) in &reported {
            let document = store.document(*id).unwrap();
            let mut bytes = Vec::new();
            store
                .read_blob(document.files[0].digest)
                .unwrap()
                .read_to_end(&mut bytes)
                .unwrap();
            assert!(bytes == content(*number));
        }
    }
}

/// `None` at the end; a line cut by the kill was not reported.
fn parse(out: &mut impl BufRead) -> Option<(DocumentId, usize)> {
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let (id, number) = line.strip_suffix('\n')?.split_once(' ')?;
    Some((DocumentId(id.parse().unwrap()), number.parse().unwrap()))
}

/// SIGKILL on Unix: no destructor runs, no log is folded in.
fn kill(child: &mut Child) {
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
}

// ---- Two at one vault

fn a_second_process_is_told_the_vault_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("vault");
    let vault = create(&dir);
    assert_eq!(say(child("child-opener", &dir)), "vault.in-use");
    drop(vault);
    assert_eq!(say(child("child-opener", &dir)), "opened");
}

fn say(mut command: Command) -> String {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .expect("cannot start a child (dbus-run-session?)");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().last().unwrap_or_default().to_owned()
}

// ---- The real keychain (apt: dbus, gnome-keyring)

/// Runs a role of this binary in a session of its own: bus, home and keyring are gone with it.
fn in_session(role: &str, dir: &Path, daemon: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new("dbus-run-session");
    command
        .args(["--", "sh", "-c"])
        .arg(format!("{daemon} exec \"$0\" \"$1\" \"$2\""))
        .arg(std::env::current_exe().unwrap())
        .arg(role)
        .arg(dir)
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .env("XDG_DATA_HOME", home.path().join("data"))
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("DBUS_SESSION_BUS_ADDRESS");
    say(command)
}

fn the_secret_service_opens_the_vault() {
    let folder = tempfile::tempdir().unwrap();
    let daemon =
        "printf '\\n' | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1;";
    assert_eq!(
        in_session("child-keychain", &folder.path().join("vault"), daemon),
        "opened by keychain"
    );
}

fn use_keychain(dir: &Path) {
    let keychain: Arc<dyn Keychain> = Arc::new(OsKeychain);
    assert_eq!(keychain.load("nobody").err(), Some(KeychainError::EntryMissing));
    let vault = Vault::create(
        dir,
        Protection {
            keychain: true,
            passphrase: None,
        },
        keychain.clone(),
    )
    .unwrap();
    vault.set_setting("kept", &true).unwrap();
    let vault = vault.lock().unlock(Unlock::Keychain).unwrap();
    assert_eq!(vault.setting("kept").unwrap(), Some(true));

    // A new entry takes the place of the old, and without either nothing opens.
    vault.set_keychain().unwrap();
    let vault = vault.lock().unlock(Unlock::Keychain).unwrap();
    vault.set_passphrase(&passphrase()).unwrap();
    vault.remove_keychain().unwrap();
    let failed = vault.lock().unlock(Unlock::Keychain).unwrap_err();
    assert!(matches!(failed.error, StoreError::ProtectionNotSet));
    let vault = failed.vault.unlock(Unlock::Passphrase(passphrase())).unwrap();
    vault.set_keychain().unwrap();
    vault.lock().unlock(Unlock::Keychain).unwrap();
    println!("opened by keychain");
}

fn without_a_session_bus_there_is_no_keychain() {
    let nowhere = tempfile::tempdir().unwrap();
    let mut command = child("child-keychain-load", nowhere.path());
    command.env("XDG_RUNTIME_DIR", nowhere.path()).env(
        "DBUS_SESSION_BUS_ADDRESS",
        format!("unix:path={}/bus", nowhere.path().display()),
    );
    assert_eq!(say(command), KeychainError::Absent.code());
}

fn a_locked_secret_service_is_told_from_an_absent_one() {
    // A keyring file is there, but nobody typed its password; and the prompter has no screen to ask on.
    let daemon = "printf 'password' | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1;
        dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
            org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login >/dev/null;";
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        in_session("child-keychain-store", folder.path(), daemon),
        KeychainError::Locked.code()
    );
}
