use std::sync::Arc;

use kabinet_store::{KeychainError, MemoryKeychain, Protection, Protections, StoreError, Unlock, Vault};

use crate::support::{Bench, contents, passphrase};

const RIGHT: &str = "двенадцать стульев";

fn create_with_passphrase(bench: &Bench) -> Vault {
    let protection = Protection {
        keychain: false,
        passphrase: Some(passphrase(RIGHT)),
    };
    Vault::create(&bench.dir(), protection, bench.keychain.clone()).unwrap()
}

#[test]
fn a_wrong_passphrase_is_refused_without_touching_a_file() {
    let bench = Bench::new();
    drop(create_with_passphrase(&bench));
    let before = contents(&bench.dir());
    let locked = Vault::open(&bench.dir(), bench.keychain.clone()).unwrap();
    let failed = locked
        .unlock(Unlock::Passphrase(passphrase("двенадцать стульеф")))
        .unwrap_err();
    assert!(matches!(failed.error, StoreError::WrongPassphrase));
    assert_eq!(contents(&bench.dir()), before);
    let failed = failed.vault.unlock(Unlock::Keychain).unwrap_err();
    assert!(matches!(failed.error, StoreError::ProtectionNotSet));
    failed
        .vault
        .unlock(Unlock::Passphrase(passphrase(RIGHT)))
        .unwrap();
}

#[test]
fn a_copy_taken_to_another_computer_is_useless_without_the_keychain() {
    let bench = Bench::new();
    drop(bench.create());
    let before = contents(&bench.dir());
    let foreign = Arc::new(MemoryKeychain::default());
    let locked = Vault::open(&bench.dir(), foreign).unwrap();
    assert_eq!(
        locked.protections(),
        Protections {
            keychain: true,
            passphrase: false,
            recovery_code: None
        }
    );
    let failed = locked.unlock(Unlock::Keychain).unwrap_err();
    assert!(matches!(
        failed.error,
        StoreError::Keychain(KeychainError::EntryMissing)
    ));
    let failed = failed
        .vault
        .unlock(Unlock::Passphrase(passphrase(RIGHT)))
        .unwrap_err();
    assert!(matches!(failed.error, StoreError::ProtectionNotSet));
    assert_eq!(contents(&bench.dir()), before);
}

#[test]
fn a_foreign_keychain_entry_is_refused_without_touching_a_file() {
    use kabinet_store::Keychain;

    struct Forger;
    impl Keychain for Forger {
        fn store(&self, _: &str, _: &[u8]) -> Result<(), KeychainError> {
            Ok(())
        }
        fn load(&self, _: &str) -> Result<zeroize::Zeroizing<Vec<u8>>, KeychainError> {
            Ok(zeroize::Zeroizing::new(vec![7; 32]))
        }
        fn remove(&self, _: &str) -> Result<(), KeychainError> {
            Ok(())
        }
    }

    let bench = Bench::new();
    drop(bench.create());
    let before = contents(&bench.dir());
    let failed = Vault::open(&bench.dir(), Arc::new(Forger))
        .unwrap()
        .unlock(Unlock::Keychain)
        .unwrap_err();
    assert!(matches!(failed.error, StoreError::WrongKeychainEntry));
    assert_eq!(contents(&bench.dir()), before);
}

#[test]
fn each_failure_of_the_keychain_keeps_its_own_code() {
    let bench = Bench::new();
    drop(bench.create());
    let mut locked = Vault::open(&bench.dir(), bench.keychain.clone()).unwrap();
    for failure in [
        KeychainError::Absent,
        KeychainError::Locked,
        KeychainError::Failed,
    ] {
        bench.keychain.fail_with(Some(failure));
        let failed = locked.unlock(Unlock::Keychain).unwrap_err();
        assert_eq!(failed.error.code(), failure.code());
        locked = failed.vault;
    }
    bench.keychain.fail_with(None);
    locked.unlock(Unlock::Keychain).unwrap();
}

#[test]
fn protections_change_without_touching_the_databases() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    let database = bench.dir().join(format!("organisations/{}.db", store.id().0));
    drop(store);
    let before = std::fs::read(&database).unwrap();

    assert!(matches!(vault.remove_keychain(), Err(StoreError::NoProtection)));
    vault.set_passphrase(&passphrase(RIGHT)).unwrap();
    vault.remove_keychain().unwrap();
    assert!(bench.keychain.is_empty());
    assert!(matches!(vault.remove_passphrase(), Err(StoreError::NoProtection)));
    assert_eq!(
        vault.protections(),
        Protections {
            keychain: false,
            passphrase: true,
            recovery_code: None
        }
    );

    let vault = vault
        .lock()
        .unlock(Unlock::Passphrase(passphrase(RIGHT)))
        .unwrap();
    vault.set_passphrase(&passphrase("золотой телёнок")).unwrap();
    // Neither the header nor its copy knows the old passphrase.
    std::fs::write(bench.dir().join("vault.json"), b"damaged").unwrap();
    drop(vault);
    Vault::restore_header(&bench.dir()).unwrap();
    let locked = Vault::open(&bench.dir(), bench.keychain.clone()).unwrap();
    let failed = locked.unlock(Unlock::Passphrase(passphrase(RIGHT))).unwrap_err();
    assert!(matches!(failed.error, StoreError::WrongPassphrase));
    let vault = failed
        .vault
        .unlock(Unlock::Passphrase(passphrase("золотой телёнок")))
        .unwrap();

    vault.set_keychain().unwrap();
    vault.set_keychain().unwrap();
    assert_eq!(bench.keychain.len(), 1);
    vault.remove_passphrase().unwrap();
    vault.lock().unlock(Unlock::Keychain).unwrap();
    assert_eq!(std::fs::read(&database).unwrap(), before);
}

#[test]
fn a_change_that_fails_half_way_never_locks_the_user_out() {
    let bench = Bench::new();
    let vault = bench.create();
    // A folder in the place of the copy: the header can be written, its copy can neither be written nor removed.
    let copy = bench.dir().join("vault.json.bak");
    std::fs::remove_file(&copy).unwrap();
    std::fs::create_dir_all(copy.join("obstacle")).unwrap();
    assert!(vault.set_keychain().is_err());
    drop(vault);
    let open = || {
        Vault::open(&bench.dir(), bench.keychain.clone())
            .unwrap()
            .unlock(Unlock::Keychain)
            .unwrap()
    };
    drop(open());

    std::fs::remove_dir_all(&copy).unwrap();
    drop(open());
    assert_eq!(
        std::fs::read(&copy).unwrap(),
        std::fs::read(bench.dir().join("vault.json")).unwrap()
    );
}

#[test]
fn a_header_with_a_protection_cut_out_is_refused() {
    let bench = Bench::new();
    let vault = bench.create();
    vault.set_passphrase(&passphrase(RIGHT)).unwrap();
    drop(vault);
    let path = bench.dir().join("vault.json");
    let mut header: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    header["header"]["passphrase"] = serde_json::Value::Null;
    header["checksum"] = checksum_of(&header).into();
    std::fs::write(&path, serde_json::to_vec(&header).unwrap()).unwrap();
    let failed = Vault::open(&bench.dir(), bench.keychain.clone())
        .unwrap()
        .unlock(Unlock::Keychain)
        .unwrap_err();
    assert!(matches!(failed.error, StoreError::HeaderForged));
}

#[test]
fn a_header_with_a_cheapened_passphrase_does_not_open() {
    let bench = Bench::new();
    drop(create_with_passphrase(&bench));
    let path = bench.dir().join("vault.json");
    let mut header: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    header["header"]["passphrase"]["cost"]["iterations"] = 2.into();
    header["checksum"] = checksum_of(&header).into();
    std::fs::write(&path, serde_json::to_vec(&header).unwrap()).unwrap();
    let locked = Vault::open(&bench.dir(), bench.keychain.clone()).unwrap();
    let failed = locked.unlock(Unlock::Passphrase(passphrase(RIGHT))).unwrap_err();
    assert!(matches!(failed.error, StoreError::WrongPassphrase));
}

/// What a forger without the key can recompute: SHA-256 of `["kabinet-vault",1,header]` and the MAC.
fn checksum_of(file: &serde_json::Value) -> String {
    use sha2::{Digest, Sha256};
    // In the order the program writes the fields.
    let header = &file["header"];
    let passphrase = match &header["passphrase"] {
        serde_json::Value::Null => "null".to_owned(),
        slot => format!(
            r#"{{"cost":{{"memory_kib":{},"iterations":{},"lanes":{}}},"salt":{},"wrapped":{}}}"#,
            slot["cost"]["memory_kib"],
            slot["cost"]["iterations"],
            slot["cost"]["lanes"],
            slot["salt"],
            wrapped(slot)
        ),
    };
    let keychain = match &header["keychain"] {
        serde_json::Value::Null => "null".to_owned(),
        slot => format!(r#"{{"account":{},"wrapped":{}}}"#, slot["account"], wrapped(slot)),
    };
    let body = format!(
        r#"["kabinet-vault",1,{{"id":{},"keychain":{keychain},"passphrase":{passphrase}}}]"#,
        header["id"]
    );
    let mac = hex::decode(file["mac"].as_str().unwrap()).unwrap();
    hex::encode(Sha256::new_with_prefix(body).chain_update(mac).finalize())
}

fn wrapped(slot: &serde_json::Value) -> String {
    format!(
        r#"{{"nonce":{},"key":{}}}"#,
        slot["wrapped"]["nonce"], slot["wrapped"]["key"]
    )
}
