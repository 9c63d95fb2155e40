//! `backup` and `restore`, the ways they fail first.

use std::process::Command;

use kabinet_testkit::Kabinetctl;
use serde_json::Value;

use crate::vault_whole::{backup_name, files, vault};
use crate::{kabinetctl, text};

fn add(ctl: &Kabinetctl, name: &str, content: &[u8]) {
    let file = ctl.file(name, content);
    ctl.run(&["archive", "add", text(&file)], b"").expect(0);
}

fn documents(ctl: &Kabinetctl) -> Value {
    ctl.run(&["archive", "list"], b"").expect(0).json()["total"].clone()
}

/// Runs a backup into a folder of its own file system, made by these mount options, of which nobody else learns.
fn back_up_to_mounted(ctl: &Kabinetctl, options: &str) -> (i32, Value) {
    let script = format!("mount -t tmpfs -o {options} none \"$1\" && shift && exec \"$@\"");
    let drive = ctl.path("диск");
    std::fs::create_dir_all(&drive).unwrap();
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script, "sh"])
        .arg(&drive)
        .arg(env!("CARGO_BIN_EXE_kabinetctl"))
        .args(["--json", "--vault"])
        .arg(ctl.path(""))
        .arg("--passphrase-file")
        .arg(ctl.path("passphrase"))
        .args(["backup", "--to"])
        .arg(&drive)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said} {output:?}"));
    (output.status.code().unwrap(), value)
}

#[test]
fn a_full_a_read_only_and_an_absent_drive_get_no_backup_and_leave_the_vault_alone() {
    let (_stand, ctl) = vault();
    add(&ctl, "документ.bin", &[7; 3_000_000]);
    let (code, said) = back_up_to_mounted(&ctl, "size=1m");
    assert_eq!(
        (code, &said["error"]["code"]),
        (1, &"store.full".into()),
        "{said}"
    );
    let (code, said) = back_up_to_mounted(&ctl, "ro");
    assert_eq!(
        (code, &said["error"]["code"]),
        (1, &"store.read-only".into()),
        "{said}"
    );
    let absent = ctl.path("нет такого диска");
    let run = ctl.run(&["backup", "--to", text(&absent)], b"").expect(1);
    assert_eq!(run.error(), "store.no-backup-folder");
    assert_eq!(run.json()["error"]["retriable"], true);
    assert!(!absent.exists());
    let (code, said) = back_up_to_mounted(&ctl, "size=32m");
    assert_eq!((code, &said["sound"]), (0, &true.into()), "{said}");
    assert_eq!(documents(&ctl), 1);
}

#[test]
fn a_backup_is_listed_verified_and_put_back_and_what_was_there_is_kept() {
    let (_stand, ctl) = vault();
    add(&ctl, "первый.txt", b"first");
    let made = ctl.run(&["backup"], b"").expect(0).json();
    assert_eq!(
        (&made["sound"], &made["place"]),
        (&true.into(), &"vault".into()),
        "{made}"
    );
    add(&ctl, "второй.txt", b"second");
    let name = backup_name(&ctl);
    let checked = ctl.run(&["backup", "verify", &name], b"").expect(0).json();
    assert_eq!(
        (
            &checked["contents"]["documents"],
            &checked["contents"]["organisations"]
        ),
        (&1.into(), &1.into()),
        "{checked}"
    );
    let restored = ctl.run(&["restore", &name], b"").expect(0).json();
    assert_eq!(restored["taken"], made["taken"]);
    assert_eq!(documents(&ctl), 1);
    let replaced = std::path::PathBuf::from(restored["replaced"].as_str().unwrap());
    assert!(replaced.join("personal.db").exists());
    let journal = ctl.run(&["journal"], b"").expect(0).json();
    assert_eq!(journal["rows"][0]["action"], "backup-restored", "{journal}");
    ctl.run(&["vault", "verify"], b"").expect(0);
}

#[test]
fn a_damaged_backup_ends_verify_and_restore_with_1_and_replaces_nothing() {
    let (_stand, ctl) = vault();
    add(&ctl, "документ.bin", &[7; 1_000_000]);
    ctl.run(&["backup"], b"").expect(0);
    let name = backup_name(&ctl);
    let database = files(&ctl.path(&format!("vault/backups/{name}/organisations"))).remove(0);
    let mut bytes = std::fs::read(&database).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&database, bytes).unwrap();
    assert_eq!(
        ctl.run(&["backup", "verify", &name], b"").expect(1).error(),
        "store.damaged"
    );
    let list = ctl.run(&["backup", "list"], b"").expect(0).json();
    assert_eq!(list["backups"][0]["sound"], false, "{list}");
    assert_eq!(
        ctl.run(&["restore", &name], b"").expect(1).error(),
        "store.damaged"
    );
    assert_eq!(
        ctl.run(&["restore", "20200101T000000Z"], b"").expect(1).error(),
        "store.no-backup"
    );
    assert_eq!(documents(&ctl), 1);
}

#[test]
fn a_backup_of_another_vault_is_refused() {
    let ((_stand, ctl), (_other_stand, other)) = (vault(), vault());
    add(&ctl, "документ.txt", b"content");
    let drive = ctl.path("диск");
    std::fs::create_dir_all(&drive).unwrap();
    other.run(&["backup", "--to", text(&drive)], b"").expect(0);
    let list = ctl.run(&["backup", "list", text(&drive)], b"").expect(0).json();
    assert_eq!(list["backups"][0]["foreign"], true, "{list}");
    for command in [
        &["restore", text(&drive)][..],
        &["backup", "verify", text(&drive)],
    ] {
        assert_eq!(ctl.run(command, b"").expect(1).error(), "store.foreign-backup");
    }
    assert_eq!(documents(&ctl), 1);
}

#[test]
fn a_new_computer_is_set_up_from_a_drive() {
    let (stand, ctl) = vault();
    add(&ctl, "документ.txt", b"content");
    let drive = ctl.path("диск");
    std::fs::create_dir_all(&drive).unwrap();
    ctl.run(&["backup", "--to", text(&drive)], b"").expect(0);
    let new = kabinetctl().with("KABINET_DEMO", stand.dir());
    new.file("passphrase", &std::fs::read(ctl.path("passphrase")).unwrap());
    let restored = new.run(&["restore", text(&drive)], b"").expect(0).json();
    assert!(restored["taken"].is_string());
    assert_eq!(documents(&new), 1);
    assert_eq!(
        new.run(&["vault", "info"], b"").expect(0).json()["id"],
        ctl.run(&["vault", "info"], b"").expect(0).json()["id"]
    );
}

#[test]
fn no_more_than_asked_for_are_kept() {
    let (_stand, ctl) = vault();
    for _ in 0..3 {
        ctl.run(&["backup", "--keep", "2"], b"").expect(0);
        // Backups are named to the second.
        std::thread::sleep(std::time::Duration::from_millis(1100));
    }
    let list = ctl.run(&["backup", "list"], b"").expect(0).json();
    assert_eq!(list["backups"].as_array().unwrap().len(), 2, "{list}");
}
