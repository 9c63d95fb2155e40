use std::fs;
use std::io::Read;
use std::path::Path;

use kabinet_store::{
    Backup, Contents, DocumentFilter, Missing, Passphrase, Protection, StoreError, Unlock, Vault,
};

use crate::support::{Bench, NOW, add, contents, later, organisation, passphrase};

fn count(vault: &Vault) -> u64 {
    let organisation = &vault.organisations().unwrap()[0];
    vault
        .organisation(organisation.id)
        .unwrap()
        .count_documents(&DocumentFilter::default())
        .unwrap()
}

#[test]
fn a_backup_is_a_vault_of_its_own() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    let document = add(&store, "Акт", b"content");
    let backup = vault.back_up(NOW, 3).unwrap();
    add(&store, "Позже", b"later");

    let copy = Vault::open(&backup.path, bench.keychain.clone())
        .unwrap()
        .unlock(Unlock::Keychain)
        .unwrap();
    assert_eq!(count(&copy), 1);
    let store = copy.organisation(store.id()).unwrap();
    store.check().unwrap();
    let mut content = Vec::new();
    store
        .read_blob(document.files[0].digest)
        .unwrap()
        .read_to_end(&mut content)
        .unwrap();
    assert_eq!(content, b"content");
}

#[test]
fn backups_are_rotated_and_an_unfinished_one_does_not_count() {
    let bench = Bench::new();
    let vault = bench.create();
    std::fs::create_dir_all(bench.dir().join("backups/unfinished/organisations")).unwrap();
    for second in 0..5 {
        vault.back_up(later(second), 2).unwrap();
    }
    assert!(matches!(
        vault.back_up(later(4), 2),
        Err(StoreError::AlreadyExists)
    ));
    let taken: Vec<_> = vault
        .backups()
        .unwrap()
        .into_iter()
        .map(|backup| backup.taken)
        .collect();
    assert_eq!(taken, [later(4), later(3)]);
}

#[test]
fn damaged_databases_are_replaced_from_a_backup_and_kept_aside() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    add(&store, "Акт", b"content");
    vault.back_up(NOW, 3).unwrap();
    add(&store, "Позже", b"later");
    drop((vault, store));
    std::fs::write(bench.dir().join("personal.db"), vec![7; 8192]).unwrap();

    let locked = Vault::open(&bench.dir(), bench.keychain.clone()).unwrap();
    let failed = locked.unlock(Unlock::Keychain).unwrap_err();
    assert!(matches!(failed.error, StoreError::DatabaseDamaged));
    let locked = failed.vault;
    let backup = locked.backups().unwrap().remove(0);
    locked.restore(&backup, &Unlock::Keychain, later(60)).unwrap();
    assert_eq!(count(&locked.unlock(Unlock::Keychain).unwrap()), 1);
    let aside = bench.dir().join("backups/replaced-20231114T221420Z");
    assert_eq!(std::fs::read(aside.join("personal.db")).unwrap(), vec![7; 8192]);
    assert_eq!(std::fs::read_dir(aside.join("organisations")).unwrap().count(), 1);
}

#[test]
fn a_damaged_or_missing_backup_replaces_nothing() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    add(&store, "Акт", &[1; 100_000]);
    let backup = vault.back_up(NOW, 3).unwrap();
    let file = backup.path.join(format!("organisations/{}.db", store.id().0));
    drop(store);
    let locked = vault.lock();
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let before = contents(&bench.dir());
    let refused = locked.restore(&backup, &Unlock::Keychain, later(60));
    assert!(matches!(refused, Err(StoreError::DatabaseDamaged)), "{refused:?}");
    let gone = kabinet_store::Backup {
        path: bench.dir().join("backups/none"),
        ..backup
    };
    let refused = locked.restore(&gone, &Unlock::Keychain, later(60));
    assert!(matches!(refused, Err(StoreError::NotFound(Missing::Backup))));
    assert_eq!(contents(&bench.dir()), before);
}

/// A place outside the vault, like a drive.
fn drive(bench: &Bench) -> std::path::PathBuf {
    let drive = bench.folder.path().join("флешка");
    fs::create_dir_all(&drive).unwrap();
    drive
}

fn flip_in_the_middle(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(file, bytes).unwrap();
}

#[test]
fn a_backup_counts_only_after_it_was_checked_and_says_what_it_holds() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    add(&store, "Акт", b"content");
    let backup = vault.back_up(NOW, 3).unwrap();
    assert!(backup.checked.unwrap().sound);
    assert_eq!(backup.vault, Some(vault.id()));
    let on_disk: u64 = contents(&backup.path)
        .values()
        .map(|bytes| bytes.len() as u64)
        .sum();
    assert_eq!(backup.size, on_disk);
    let before = contents(&backup.path);
    let expected = Contents {
        organisations: 1,
        documents: 1,
        contents: 1,
        bytes: 7,
        entries: 1,
    };
    assert_eq!(vault.verify_backup(&backup, later(60)).unwrap(), expected);
    // Checking leaves nothing behind but its date.
    let mut after = contents(&backup.path);
    let mark = backup.path.join("backup.json");
    assert_ne!(
        after.insert(mark.clone(), before[&mark].clone()).as_ref(),
        before.get(&mark)
    );
    assert_eq!(after, before);
}

#[test]
fn what_is_broken_in_the_vault_makes_no_backup_and_pushes_out_none() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    // So large that the middle of the file is content, and no page that migrations left free.
    add(&store, "Акт", &[1; 900_000]);
    vault.back_up(NOW, 1).unwrap();
    let file = bench.dir().join(format!("organisations/{}.db", store.id().0));
    drop((vault, store));
    flip_in_the_middle(&file);
    let vault = Vault::open(&bench.dir(), bench.keychain.clone())
        .unwrap()
        .unlock(Unlock::Keychain)
        .unwrap();
    let refused = vault.back_up(later(60), 1);
    assert!(matches!(refused, Err(StoreError::DatabaseDamaged)), "{refused:?}");
    assert_eq!(vault.backups().unwrap().len(), 1);
    assert!(!bench.dir().join("backups/unfinished").exists());
}

#[test]
fn a_broken_backup_is_known_for_it_afterwards_also_while_locked() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    add(&store, "Акт", &[1; 300_000]);
    let backup = vault.back_up(NOW, 3).unwrap();
    flip_in_the_middle(&backup.path.join(format!("organisations/{}.db", store.id().0)));
    drop(store);
    let found = vault.verify_backup(&backup, later(60));
    assert!(matches!(found, Err(StoreError::DatabaseDamaged)), "{found:?}");
    let listed = vault.lock().backups().unwrap();
    assert!(!listed[0].checked.unwrap().sound);
    assert_eq!(listed[0].checked.unwrap().at, later(60));
}

#[test]
fn an_organisation_that_is_missing_from_a_backup_is_missed() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    let backup = vault.back_up(NOW, 3).unwrap();
    fs::remove_file(backup.path.join(format!("organisations/{}.db", store.id().0))).unwrap();
    let found = vault.verify_backup(&backup, later(60));
    assert!(
        matches!(found, Err(StoreError::DatabaseMissing { .. })),
        "{found:?}"
    );
}

#[test]
fn vaults_share_a_drive_and_only_their_own_backups_are_thinned_out_and_restored() {
    let (bench, other) = (Bench::new(), Bench::new());
    let drive = drive(&bench);
    let (vault, stranger) = (bench.create(), other.create());
    let foreign = stranger.back_up_to(&drive, NOW, 1).unwrap();
    vault.back_up_to(&drive, later(1), 1).unwrap();
    let own = vault.back_up_to(&drive, later(2), 1).unwrap();
    let found = Backup::find(&drive).unwrap();
    assert_eq!(found, [own.clone(), foreign.clone()]);
    assert_eq!(
        Backup::find(&vault.place_in(&drive)).unwrap(),
        std::slice::from_ref(&own)
    );
    assert_eq!(Backup::find(&own.path).unwrap(), [own]);
    assert!(vault.backups().unwrap().is_empty());

    let checked = vault.verify_backup(&foreign, later(3));
    assert!(matches!(checked, Err(StoreError::ForeignBackup)), "{checked:?}");
    let locked = vault.lock();
    let before = contents(&bench.dir());
    let refused = locked.restore(&foreign, &Unlock::Keychain, later(4));
    assert!(matches!(refused, Err(StoreError::ForeignBackup)), "{refused:?}");
    assert_eq!(contents(&bench.dir()), before);
}

#[test]
fn a_drive_that_is_not_there_is_not_made() {
    let bench = Bench::new();
    let vault = bench.create();
    let nowhere = bench.folder.path().join("absent");
    let refused = vault.back_up_to(&nowhere, NOW, 3);
    assert!(
        matches!(refused, Err(StoreError::NotFound(Missing::BackupFolder))),
        "{refused:?}"
    );
    assert!(!nowhere.exists());
}

#[test]
fn a_backup_on_a_drive_is_put_back_over_a_damaged_vault() {
    let bench = Bench::new();
    let drive = drive(&bench);
    let (vault, store) = bench.store();
    add(&store, "Акт", b"content");
    vault.back_up_to(&drive, NOW, 3).unwrap();
    let file = bench.dir().join(format!("organisations/{}.db", store.id().0));
    drop((vault, store));
    fs::write(file, vec![7; 8192]).unwrap();
    let locked = Vault::open(&bench.dir(), bench.keychain.clone()).unwrap();
    let backup = Backup::find(&drive).unwrap().remove(0);
    locked.restore(&backup, &Unlock::Keychain, later(60)).unwrap();
    assert_eq!(count(&locked.unlock(Unlock::Keychain).unwrap()), 1);
}

/// A vault with a passphrase (and the keychain), a document, and a backup on a drive.
fn with_passphrase(bench: &Bench, drive: &Path) -> Backup {
    let vault = Vault::create(
        &bench.dir(),
        Protection {
            keychain: true,
            passphrase: Some(passphrase("прежняя длинная фраза")),
        },
        bench.keychain.clone(),
    )
    .unwrap();
    let organisation = organisation("7707083893");
    vault.save_organisation(&organisation).unwrap();
    let store = vault.organisation(organisation.id).unwrap();
    add(&store, "Акт", b"content");
    let backup = vault.back_up_to(drive, NOW, 3).unwrap();
    vault.set_passphrase(&passphrase("новая длинная фраза")).unwrap();
    backup
}

#[test]
fn a_new_computer_opens_a_backup_with_the_passphrase_of_its_time() {
    let bench = Bench::new();
    let backup = with_passphrase(&bench, &drive(&bench));
    let empty = bench.folder.path().join("new computer");
    let refused = Vault::restore_anew(
        &empty,
        &backup,
        &Unlock::Passphrase(passphrase("новая длинная фраза")),
        later(1),
    );
    assert!(matches!(refused, Err(StoreError::WrongPassphrase)), "{refused:?}");
    assert!(!empty.exists());

    let old = || passphrase("прежняя длинная фраза");
    Vault::restore_anew(&empty, &backup, &Unlock::Passphrase(old()), later(2)).unwrap();
    let locked = Vault::open(&empty, bench.keychain.clone()).unwrap();
    assert!(
        !locked.protections().keychain,
        "that entry is on the other computer"
    );
    let vault = locked.unlock(Unlock::Passphrase(old())).unwrap();
    assert_eq!(count(&vault), 1);
    let refused = Vault::restore_anew(&empty, &backup, &Unlock::Passphrase(old()), later(3));
    assert!(matches!(refused, Err(StoreError::VaultExists)), "{refused:?}");
}

#[test]
fn a_vault_whose_header_is_lost_comes_back_and_what_was_there_is_kept() {
    let bench = Bench::new();
    let backup = with_passphrase(&bench, &drive(&bench));
    for header in ["vault.json", "vault.json.bak"] {
        fs::write(bench.dir().join(header), b"{").unwrap();
    }
    let old = || passphrase("прежняя длинная фраза");
    Vault::restore_anew(&bench.dir(), &backup, &Unlock::Passphrase(old()), later(60)).unwrap();
    let vault = Vault::open(&bench.dir(), bench.keychain.clone())
        .unwrap()
        .unlock(Unlock::Passphrase(old()))
        .unwrap();
    assert_eq!(count(&vault), 1);
    let aside = bench.dir().join("backups/replaced-20231114T221420Z");
    assert_eq!(fs::read(aside.join("vault.json")).unwrap(), b"{");
    assert!(aside.join("personal.db").exists());
}

#[test]
fn a_backup_protected_by_the_keychain_alone_does_not_leave_its_computer() {
    let bench = Bench::new();
    let backup = bench.create().back_up_to(&drive(&bench), NOW, 3).unwrap();
    let empty = bench.folder.path().join("new computer");
    let any: Passphrase = passphrase("какая-то фраза");
    let refused = Vault::restore_anew(&empty, &backup, &Unlock::Passphrase(any), NOW);
    assert!(
        matches!(refused, Err(StoreError::ProtectionNotSet)),
        "{refused:?}"
    );
}

#[test]
fn a_backup_of_a_newer_program_is_refused_and_left_alone() {
    let bench = Bench::new();
    let backup = with_passphrase(&bench, &drive(&bench));
    let header = backup.path.join("vault.json");
    let text = fs::read_to_string(&header).unwrap();
    fs::write(&header, text.replacen("\"version\": 1", "\"version\": 9", 1)).unwrap();
    let before = contents(&backup.path);
    let empty = bench.folder.path().join("new computer");
    let refused = Vault::restore_anew(
        &empty,
        &backup,
        &Unlock::Passphrase(passphrase("прежняя длинная фраза")),
        NOW,
    );
    assert!(
        matches!(refused, Err(StoreError::NewerVersion { found: 9, .. })),
        "{refused:?}"
    );
    assert_eq!(contents(&backup.path), before);
}

#[test]
fn locking_ends_a_backup_that_is_under_way() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    add(&store, "Акт", b"content");
    vault.stop_backups();
    let refused = vault.back_up(NOW, 3);
    assert!(matches!(refused, Err(StoreError::Locked)), "{refused:?}");
    assert!(vault.backups().unwrap().is_empty());
    add(&store, "Позже", b"the vault works on");
}
