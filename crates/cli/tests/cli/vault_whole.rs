//! `vault create|info|verify`, and what every command says to a vault it cannot open.

use std::path::{Path, PathBuf};

use kabinet_testkit::{Kabinetctl, Stand};
use serde_json::Value;

use crate::{kabinetctl, text};

/// A vault with the demo organisation; no portal is asked, no token is there.
pub fn vault() -> (Stand, Kabinetctl) {
    let stand = Stand::start();
    let ctl = kabinetctl().with_vault(&stand);
    (stand, ctl)
}

/// Every command that works in a vault or a backup of it.
fn commands(file: &str) -> Vec<Vec<&str>> {
    vec![
        vec!["vault", "info"],
        vec!["vault", "verify"],
        vec!["archive", "add", file],
        vec!["archive", "import", file],
        vec!["archive", "list"],
        vec!["archive", "search", "акт"],
        vec!["archive", "list", "--organisation", "7707083893"],
        vec![
            "archive",
            "export",
            "00000000-0000-0000-0000-000000000000",
            "--out",
            "x.zip",
        ],
        vec!["backup"],
        vec!["status"],
        vec!["journal"],
    ]
}

#[test]
fn a_wrong_passphrase_ends_every_command_with_77() {
    let (_stand, ctl) = vault();
    ctl.run(&["backup"], b"").expect(0);
    let name = backup_name(&ctl);
    let file = ctl.file("документ.txt", b"content");
    ctl.file("passphrase", "другая длинная фраза\n".as_bytes());
    let mut all = commands(text(&file));
    all.extend([vec!["backup", "verify", &name], vec!["restore", &name]]);
    for command in all {
        let run = ctl.run(&command, b"").expect(77);
        assert_eq!(run.error(), "vault.wrong-passphrase", "{command:?}");
    }
    std::fs::remove_file(ctl.path("passphrase")).unwrap();
    for command in commands(text(&file)).iter().skip(1) {
        assert_eq!(
            ctl.run(command, b"").expect(77).error(),
            "app.cancelled",
            "{command:?}"
        );
    }
}

#[test]
fn no_vault_a_damaged_one_and_a_newer_one_are_told_apart() {
    let ctl = kabinetctl();
    let file = ctl.file("документ.txt", b"content");
    let passphrase = ctl.file("passphrase", "какая-то длинная фраза\n".as_bytes());
    assert!(passphrase.exists());
    for command in commands(text(&file)) {
        assert_eq!(
            ctl.run(&command, b"").expect(1).error(),
            "vault.not-found",
            "{command:?}"
        );
    }
    let (_stand, ctl) = vault();
    let header = ctl.path("vault/vault.json");
    let sound = std::fs::read_to_string(&header).unwrap();
    std::fs::write(&header, sound.replacen("\"version\": 1", "\"version\": 9", 1)).unwrap();
    for command in commands(text(&file)) {
        let run = ctl.run(&command, b"").expect(1);
        assert_eq!(run.error(), "vault.newer-version", "{command:?}");
        assert_eq!(run.json()["error"]["params"]["found"], "9");
    }
    std::fs::write(&header, &sound[..sound.len() / 2]).unwrap();
    for command in commands(text(&file)) {
        let run = ctl.run(&command, b"").expect(1);
        assert_eq!(run.error(), "vault.header-damaged-copy-sound", "{command:?}");
    }
    std::fs::write(&header, sound).unwrap();
    std::fs::write(ctl.path("vault/personal.db"), vec![7; 8192]).unwrap();
    for command in commands(text(&file)) {
        assert_eq!(
            ctl.run(&command, b"").expect(1).error(),
            "store.damaged",
            "{command:?}"
        );
    }
}

#[test]
fn a_vault_in_use_is_said_to_be_and_its_header_can_still_be_read() {
    let (_stand, ctl) = vault();
    let file = ctl.file("документ.txt", b"content");
    let lock = std::fs::File::options()
        .write(true)
        .open(ctl.path("vault/vault.lock"))
        .unwrap();
    lock.lock().unwrap();
    for command in commands(text(&file)) {
        let run = ctl.run(&command, b"").expect(1);
        assert_eq!(run.error(), "vault.in-use", "{command:?}");
        assert_eq!(run.json()["error"]["retriable"], true);
    }
    std::fs::remove_file(ctl.path("passphrase")).unwrap();
    let info = ctl.run(&["vault", "info"], b"").expect(0).json();
    assert_eq!(
        (&info["open"], &info["organisations"]),
        (&false.into(), &Value::Null),
        "{info}"
    );
}

#[test]
fn info_says_what_is_kept_and_without_a_passphrase_what_anybody_may_know() {
    let (_stand, ctl) = vault();
    let file = ctl.file("документ.txt", b"content");
    ctl.run(&["archive", "add", text(&file)], b"").expect(0);
    let info = ctl.run(&["vault", "info"], b"").expect(0).json();
    assert_eq!(
        (
            &info["open"],
            &info["environment"],
            &info["protection"],
            &info["lastBackup"]
        ),
        (&true.into(), &"demo".into(), &"passphrase".into(), &Value::Null),
        "{info}"
    );
    let organisation = &info["organisations"][0];
    assert_eq!(
        (&organisation["documents"], &organisation["entries"]),
        (&1.into(), &2.into()),
        "{info}"
    );
    let on_disk: u64 = files(&ctl.path("vault"))
        .iter()
        .map(|file| file.metadata().unwrap().len())
        .sum();
    // The log of the database was folded in when the command ended.
    assert!(info["size"].as_u64().unwrap() >= on_disk, "{info} {on_disk}");

    let backup = ctl.run(&["backup"], b"").expect(0).json();
    std::fs::remove_file(ctl.path("passphrase")).unwrap();
    let closed = ctl.run(&["vault", "info"], b"").expect(0).json();
    assert_eq!(
        (
            &closed["id"],
            &closed["open"],
            &closed["organisations"],
            &closed["lastBackup"]["taken"]
        ),
        (&info["id"], &false.into(), &Value::Null, &backup["taken"]),
        "{closed}"
    );
}

#[test]
fn verify_counts_what_it_read_and_finds_a_single_flipped_bit() {
    let (_stand, ctl) = vault();
    let file = ctl.file("документ.bin", &[5; 3_000_000]);
    ctl.run(&["archive", "add", text(&file)], b"").expect(0);
    let check = ctl.run(&["vault", "verify"], b"").expect(0).json();
    let integrity = &check["organisations"][0]["integrity"];
    assert_eq!(
        (
            &check["whole"],
            &integrity["documents"],
            &integrity["contents"],
            &integrity["bytes"]
        ),
        (&true.into(), &1.into(), &1.into(), &3_000_000.into()),
        "{check}"
    );
    let database = files(&ctl.path("vault/organisations")).remove(0);
    let mut bytes = std::fs::read(&database).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&database, bytes).unwrap();
    let check = ctl.run(&["vault", "verify"], b"").expect(1).json();
    assert_eq!(
        (&check["whole"], &check["organisations"][0]["error"]["code"]),
        (&false.into(), &"store.damaged".into()),
        "{check}"
    );
}

pub fn backup_name(ctl: &Kabinetctl) -> String {
    let list = ctl.run(&["backup", "list"], b"").expect(0).json();
    let path = PathBuf::from(list["backups"][0]["path"].as_str().unwrap());
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// Every file below.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}
