use kabinet_store::{KeychainError, Missing, Protection, StoreError, Unlock, Vault};

use crate::support::{Bench, contents, organisation};

fn open_error(bench: &Bench) -> StoreError {
    Vault::open(&bench.dir(), bench.keychain.clone()).unwrap_err()
}

#[test]
fn a_vault_without_protection_is_refused_and_leaves_nothing() {
    let bench = Bench::new();
    let refused = Vault::create(
        &bench.dir(),
        Protection {
            keychain: false,
            passphrase: None,
        },
        bench.keychain.clone(),
    );
    assert!(matches!(refused, Err(StoreError::NoProtection)));
    assert!(!bench.dir().exists());
}

#[test]
fn opening_a_folder_without_a_vault_leaves_nothing_in_it() {
    let bench = Bench::new();
    assert!(matches!(open_error(&bench), StoreError::VaultNotFound));
    std::fs::create_dir(bench.dir()).unwrap();
    assert!(matches!(open_error(&bench), StoreError::VaultNotFound));
    assert!(contents(&bench.dir()).is_empty());
}

#[test]
fn a_second_vault_is_not_written_over_the_first() {
    let bench = Bench::new();
    drop(bench.create());
    let before = contents(&bench.dir());
    let refused = Vault::create(
        &bench.dir(),
        Protection {
            keychain: true,
            passphrase: None,
        },
        bench.keychain.clone(),
    );
    assert!(matches!(refused, Err(StoreError::VaultExists)));
    assert_eq!(contents(&bench.dir()), before);
}

#[test]
fn databases_without_a_header_are_not_written_over() {
    let bench = Bench::new();
    drop(bench.store());
    for header in ["vault.json", "vault.json.bak"] {
        std::fs::remove_file(bench.dir().join(header)).unwrap();
    }
    let refused = Vault::create(
        &bench.dir(),
        Protection {
            keychain: true,
            passphrase: None,
        },
        bench.keychain.clone(),
    );
    assert!(matches!(refused, Err(StoreError::VaultExists)));
}

#[test]
fn an_interrupted_creation_can_be_repeated() {
    let bench = Bench::new();
    bench.keychain.fail_with(Some(KeychainError::Locked));
    let failed = Vault::create(
        &bench.dir(),
        Protection {
            keychain: true,
            passphrase: None,
        },
        bench.keychain.clone(),
    );
    assert!(matches!(failed, Err(StoreError::Keychain(KeychainError::Locked))));
    assert!(bench.dir().join("personal.db").exists());
    bench.keychain.fail_with(None);
    assert!(bench.create().organisations().unwrap().is_empty());
}

#[test]
fn whoever_comes_second_is_told_the_vault_is_in_use() {
    let bench = Bench::new();
    let vault = bench.create();
    assert!(matches!(open_error(&bench), StoreError::VaultInUse));
    let locked = vault.lock();
    assert!(matches!(open_error(&bench), StoreError::VaultInUse));
    drop(locked);
    Vault::open(&bench.dir(), bench.keychain.clone()).unwrap();
}

#[test]
fn a_store_in_hand_keeps_the_vault_in_use() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    drop(vault);
    assert!(matches!(open_error(&bench), StoreError::VaultInUse));
    drop(store);
    Vault::open(&bench.dir(), bench.keychain.clone()).unwrap();
}

#[test]
fn a_locked_vault_answers_nothing_and_opens_again() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    store.set_setting("cursor", &7).unwrap();
    let locked = vault.lock();
    assert!(matches!(store.setting::<u8>("cursor"), Err(StoreError::Locked)));
    let vault = locked.unlock(Unlock::Keychain).unwrap();
    let store = vault.organisation(store.id()).unwrap();
    assert_eq!(store.setting::<u8>("cursor").unwrap(), Some(7));
}

#[test]
fn a_damaged_header_is_reported_and_its_copy_put_back_on_request() {
    let bench = Bench::new();
    drop(bench.create());
    let header = bench.dir().join("vault.json");
    let sound = std::fs::read(&header).unwrap();
    std::fs::write(&header, &sound[..sound.len() / 2]).unwrap();
    assert!(matches!(
        open_error(&bench),
        StoreError::HeaderDamaged { backup: true }
    ));
    Vault::restore_header(&bench.dir()).unwrap();
    assert_eq!(std::fs::read(&header).unwrap(), sound);
    Vault::open(&bench.dir(), bench.keychain.clone())
        .unwrap()
        .unlock(Unlock::Keychain)
        .unwrap();
}

#[test]
fn a_header_emptied_with_its_copy_cannot_be_opened() {
    let bench = Bench::new();
    drop(bench.create());
    for file in ["vault.json", "vault.json.bak"] {
        std::fs::write(bench.dir().join(file), b"").unwrap();
    }
    assert!(matches!(
        open_error(&bench),
        StoreError::HeaderDamaged { backup: false }
    ));
    assert!(matches!(
        Vault::restore_header(&bench.dir()),
        Err(StoreError::HeaderDamaged { .. })
    ));
}

#[test]
fn a_header_of_a_newer_program_is_refused_and_kept() {
    let bench = Bench::new();
    drop(bench.create());
    let header = bench.dir().join("vault.json");
    let newer = std::fs::read_to_string(&header)
        .unwrap()
        .replace("\"version\": 1", "\"version\": 3");
    std::fs::write(&header, &newer).unwrap();
    let before = contents(&bench.dir());
    assert!(matches!(
        open_error(&bench),
        StoreError::NewerVersion {
            found: 3,
            supported: 2,
            ..
        }
    ));
    assert_eq!(contents(&bench.dir()), before);
}

#[test]
fn a_missing_database_is_reported_and_not_made_anew() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    let id = store.id();
    drop(store);
    let file = bench.dir().join(format!("organisations/{}.db", id.0));
    std::fs::remove_file(&file).unwrap();
    let missing = vault.organisation(id).err().unwrap();
    assert!(matches!(missing, StoreError::DatabaseMissing { .. }));
    assert!(!file.exists());
}

#[test]
fn a_database_emptied_from_outside_is_damage_not_a_new_database() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    let id = store.id();
    drop(store);
    std::fs::write(bench.dir().join(format!("organisations/{}.db", id.0)), b"").unwrap();
    assert!(matches!(
        vault.organisation(id).err().unwrap(),
        StoreError::DatabaseDamaged
    ));
}

#[test]
fn one_organisations_file_does_not_open_as_anothers() {
    let bench = Bench::new();
    let vault = bench.create();
    let (a, b) = (organisation("7707083893"), organisation("7736207543"));
    for organisation in [&a, &b] {
        vault.save_organisation(organisation).unwrap();
    }
    let path = |id: uuid::Uuid| bench.dir().join(format!("organisations/{id}.db"));
    std::fs::copy(path(a.id.0), path(b.id.0)).unwrap();
    assert!(matches!(
        vault.organisation(b.id).err().unwrap(),
        StoreError::DatabaseDamaged
    ));
    assert_eq!(
        std::fs::read(path(a.id.0)).unwrap(),
        std::fs::read(path(b.id.0)).unwrap()
    );
}

#[test]
fn the_list_of_organisations_keeps_order_and_identity() {
    let bench = Bench::new();
    let vault = bench.create();
    let (a, b) = (organisation("7736207543"), organisation("7707083893"));
    vault.save_organisation(&a).unwrap();
    vault.save_organisation(&b).unwrap();
    let renamed = kabinet_domain::Organisation {
        name: "ООО «Лютик»".to_owned(),
        ..a.clone()
    };
    vault.save_organisation(&renamed).unwrap();
    assert_eq!(vault.organisations().unwrap(), [renamed.clone(), b]);

    let moved = kabinet_domain::Organisation {
        environment: kabinet_domain::Environment::Production,
        ..renamed
    };
    assert!(matches!(
        vault.save_organisation(&moved),
        Err(StoreError::WrongOrganisation)
    ));
    assert!(matches!(
        vault.save_organisation(&organisation(&a.inn)),
        Err(StoreError::AlreadyExists)
    ));
    let unknown = vault.organisation(organisation("7707083893").id).err().unwrap();
    assert!(matches!(unknown, StoreError::NotFound(Missing::Organisation)));
}

#[test]
fn settings_survive_a_new_start() {
    let bench = Bench::new();
    let vault = bench.create();
    vault.set_setting("window", &(800, 600)).unwrap();
    vault.set_setting("window", &(1024, 768)).unwrap();
    drop(vault);
    let vault = Vault::open(&bench.dir(), bench.keychain.clone())
        .unwrap()
        .unlock(Unlock::Keychain)
        .unwrap();
    assert_eq!(vault.setting::<(u32, u32)>("window").unwrap(), Some((1024, 768)));
    assert_eq!(vault.setting::<u8>("absent").unwrap(), None);
    assert!(matches!(
        vault.setting::<String>("window"),
        Err(StoreError::Value { .. })
    ));
}

#[test]
fn a_vault_opens_from_another_thread() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    let count = std::thread::spawn(move || store.count_documents(&Default::default()).unwrap())
        .join()
        .unwrap();
    assert_eq!(count, 0);
    let _shared: std::sync::Arc<dyn Send + Sync> = std::sync::Arc::new(vault);
}
