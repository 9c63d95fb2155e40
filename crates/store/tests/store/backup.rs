use std::io::Read;

use kabinet_store::{DocumentFilter, Missing, StoreError, Unlock, Vault};

use crate::support::{Bench, NOW, add, contents, later};

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
