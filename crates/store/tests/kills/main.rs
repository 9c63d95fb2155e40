//! The power goes, a thousand times: a process that works at random on a vault is killed at a random moment, and what it
//! had been told was done is there afterwards, to the byte. Of the one call in flight either everything is there or nothing.
//!
//! The binary is both sides: without a role it kills, with one it is the process that is killed.

#![allow(clippy::unwrap_used, reason = "a failed step is the test's failure")]

#[path = "../demo/mod.rs"]
mod demo;
mod dice;
mod drafts;
mod keychain;
mod operation;
mod picture;
mod restoring;
mod worker;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kabinet_domain::{Organisation, OrganisationId};
use kabinet_store::{Protection, StoreError, Unlock, Vault, Verification};
use tempfile::TempDir;

use demo::ORGANISATION;
use dice::Dice;
use keychain::FolderKeychain;
use operation::{Kind, Operation};
use picture::Picture;

/// In two vaults at a time.
const KILLS: u64 = 1_000;
/// Kills after which a vault is restored from its newest backup and put aside: a small one is checked faster.
const KILLS_A_VAULT: u64 = 50;
/// Of making and of restoring a vault.
const KILLS_OF_A_STEP: u64 = 50;
/// Kills after which every page and index is checked, not the content alone.
const FULL_CHECK: u64 = 10;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["child-worker", home, seed] => worker::work(Path::new(home), seed.parse().unwrap()),
        ["killer", seed] => kill_in_vaults(seed.parse().unwrap()),
        ["child-creator", home] => drop(create(Path::new(home))),
        ["child-restorer", home] => restoring::restore(Path::new(home)),
        // cargo passes filters and libtest's options; this binary has no parts to choose from.
        _ if arguments.iter().any(|argument| argument == "--list") => println!("kills: test"),
        _ => {
            killed_a_thousand_times_nothing_acknowledged_is_lost();
            println!("kills::killed_a_thousand_times_nothing_acknowledged_is_lost ... ok");
            restoring::killed_while_restoring_the_vault_is_the_old_or_the_restored_one();
            println!("kills::killed_while_restoring_the_vault_is_the_old_or_the_restored_one ... ok");
            killed_while_it_is_made_a_vault_is_there_or_can_be_made();
            println!("kills::killed_while_it_is_made_a_vault_is_there_or_can_be_made ... ok");
        }
    }
}

// ---- A vault in a folder with its keychain beside it, for both sides

fn create(home: &Path) -> Result<Vault, StoreError> {
    let protection = Protection {
        keychain: true,
        passphrase: None,
    };
    Vault::create(&home.join("vault"), protection, FolderKeychain::beside(home))
}

fn open(home: &Path) -> Vault {
    Vault::open(&home.join("vault"), FolderKeychain::beside(home))
        .unwrap()
        .unlock(Unlock::Keychain)
        .unwrap()
}

fn organisation(id: OrganisationId) -> Organisation {
    let inn = format!("{:010}", id.0.as_u128() % 10_000_000_000);
    demo::organisation(id, &inn)
}

fn new_home() -> TempDir {
    let home = tempfile::tempdir().unwrap();
    let vault = create(home.path()).unwrap();
    vault.save_organisation(&organisation(ORGANISATION)).unwrap();
    home
}

// ---- Killing

/// Starts a role, waits for this many lines and a moment longer, kills it (SIGKILL on Unix: no destructor runs, no log is
/// folded in). Every line it wrote whole; whether it was still alive.
fn kill(role: &str, home: &Path, seed: u64, lines: usize, pause: Duration) -> (Vec<String>, bool) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .arg(role)
        .arg(home)
        .args((role == "child-worker").then(|| seed.to_string()))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut said = Vec::new();
    let mut read = |said: &mut Vec<String>| {
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        match line.strip_suffix('\n') {
            Some(whole) => said.push(whole.to_owned()),
            None => return false,
        }
        true
    };
    while said.len() < lines && read(&mut said) {}
    std::thread::sleep(pause);
    child.kill().unwrap();
    while read(&mut said) {}
    let ended = child.wait().unwrap();
    (
        said,
        !ended.success() && ended.code().is_none_or(|code| cfg!(windows) && code == 1),
    )
}

/// How long a role takes that nobody kills.
fn lasts(role: &str, home: &Path) -> Duration {
    let started = Instant::now();
    let status = Command::new(std::env::current_exe().unwrap())
        .arg(role)
        .arg(home)
        .status()
        .unwrap();
    assert!(status.success());
    started.elapsed()
}

fn killed_a_thousand_times_nothing_acknowledged_is_lost() {
    let seed = Dice::at_random().roll(u64::MAX);
    println!("kills: seed {seed}");
    // In processes: a thread that starts a child lets the locks of all others into it for a moment.
    let halves = [0, 1].map(|half: u64| {
        let mut killer = Command::new(std::env::current_exe().unwrap());
        killer.args(["killer", &(seed ^ (half << 63)).to_string()]);
        killer.spawn().unwrap()
    });
    for mut half in halves {
        assert!(half.wait().unwrap().success());
    }
}

/// Half of the kills.
fn kill_in_vaults(seed: u64) {
    let mut dice = Dice::new(seed);
    let mut acknowledged = 0;
    for _ in 0..KILLS / 2 / KILLS_A_VAULT {
        acknowledged += kill_over_and_over(&mut dice);
    }
    println!(
        "kills: {acknowledged} calls were acknowledged between {} kills",
        KILLS / 2
    );
}

/// How many calls were acknowledged.
fn kill_over_and_over(dice: &mut Dice) -> usize {
    let home = new_home();
    // Everything the vault may be after what was heard; one picture whenever it was looked at.
    let mut possible = vec![Picture::of(&open(home.path()))];
    let mut acknowledged = 0;
    for number in 1..=KILLS_A_VAULT {
        let (lines, pause) = match dice.roll(4) {
            // While it opens a vault the one before left in disorder.
            0 => (0, dice.within(Duration::from_millis(30))),
            _ => (dice.roll(24) as usize, dice.within(Duration::from_millis(8))),
        };
        let (said, alive) = kill("child-worker", home.path(), dice.roll(u64::MAX), lines, pause);
        assert!(alive, "the worker ended by itself after {:?}", said.last());
        acknowledged += said.iter().filter(|line| *line == worker::DONE).count();
        possible = heard(possible, &said);
        // Now and then the next one starts where this one was killed, without anybody having opened the vault between.
        if dice.roll(4) > 0 || number == KILLS_A_VAULT {
            possible = vec![look(home.path(), &possible, &said, number)];
        }
    }
    assert!(acknowledged > 100, "{acknowledged} calls are no work");
    restoring::the_newest_backup_gives_back_what_was_there(home.path(), &possible.remove(0));
    acknowledged
}

/// What the vault may be after these lines: a call that was acknowledged has happened, the last may have.
fn heard(mut possible: Vec<Picture>, said: &[String]) -> Vec<Picture> {
    let mut lines = said.iter().peekable();
    while let Some(line) = lines.next() {
        let operation: Operation = serde_json::from_str(line).unwrap();
        let after = possible.iter().flat_map(|picture| picture.after(&operation));
        possible = match lines.next_if(|line| *line == worker::DONE) {
            Some(_) => after.collect(),
            None => {
                assert!(lines.peek().is_none(), "one call at a time");
                let halfway = possible.iter().flat_map(|picture| picture.during(&operation));
                halfway.chain(after).chain(possible.iter().cloned()).collect()
            }
        };
        assert!(!possible.is_empty(), "{operation:?} cannot have happened");
    }
    possible
}

/// Opens what the kill left and finds it among the pictures it may be.
fn look(home: &Path, possible: &[Picture], said: &[String], number: u64) -> Picture {
    let vault = open(home);
    let found = Picture::of(&vault);
    let known = possible.iter().find(|picture| picture.shows(&found));
    let Some(known) = known else {
        panic!(
            "after kill {number}, where the last lines were {:#?}\nfound {found:#?}\ninstead of {possible:#?}",
            &said[said.len().saturating_sub(4)..]
        );
    };
    let store = vault.organisation(ORGANISATION).unwrap();
    let verdict = store.journal().verify().unwrap();
    assert_eq!(verdict, Verification::Intact(found.journal.len() as u64));
    if number.is_multiple_of(FULL_CHECK) {
        store.check().unwrap();
        // Of content that never became a document's nothing stays but what the last calls brought in whole.
        store.drop_unused_blobs().unwrap();
        assert_eq!(store.drop_unused_blobs().unwrap(), 0);
        let loose: Vec<_> = std::fs::read_dir(home.join("vault"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .filter(|name| name.to_string_lossy().ends_with(".partial"))
            .collect();
        assert!(loose.is_empty(), "{loose:?}");
    }
    let fitting: Vec<_> = possible.iter().filter(|picture| picture.shows(&found)).collect();
    let passphrase_changed = said.iter().any(|line| {
        serde_json::from_str::<Operation>(line).is_ok_and(|operation| operation.kind == Kind::SetPassphrase)
    });
    // A change cut short by a kill after which nobody looked is open still.
    let passphrase_open = fitting.iter().any(|picture| !picture.has_passphrase_of(known));
    drop((store, vault));
    if passphrase_changed || passphrase_open {
        return opened_by_passphrase(home, &fitting);
    }
    known.clone()
}

/// Which of the pictures names the passphrase that opens the vault.
fn opened_by_passphrase(home: &Path, fitting: &[&Picture]) -> Picture {
    let opens = |passphrase| {
        let locked = Vault::open(&home.join("vault"), FolderKeychain::beside(home)).unwrap();
        locked.unlock(Unlock::Passphrase(passphrase)).is_ok()
    };
    let named = fitting
        .iter()
        .find(|picture| picture.passphrase().is_some_and(opens));
    let none = fitting.iter().find(|picture| picture.passphrase().is_none());
    Picture::clone(named.or(none).expect("a passphrase opens the vault"))
}

// ---- While a vault is made

fn killed_while_it_is_made_a_vault_is_there_or_can_be_made() {
    let mut dice = Dice::at_random();
    let (mut made, mut unmade) = (0, 0);
    let lasts = lasts("child-creator", tempfile::tempdir().unwrap().path());
    for _ in 0..KILLS_OF_A_STEP {
        let home = tempfile::tempdir().unwrap();
        kill("child-creator", home.path(), 0, 0, dice.within(lasts));
        let vault = match create(home.path()) {
            Ok(vault) => {
                unmade += 1;
                vault
            }
            Err(StoreError::VaultExists) => {
                made += 1;
                open(home.path())
            }
            Err(error) => panic!("{error}"),
        };
        vault.save_organisation(&organisation(ORGANISATION)).unwrap();
        drop(vault);
        assert_eq!(open(home.path()).organisations().unwrap().len(), 1);
    }
    println!("kills: {made} vaults were made before the kill, {unmade} were not");
}
