//! The recovery code opens the vault like a passphrase, by itself and for anybody who has it on paper.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use kabinet_store::{MemoryKeychain, Protection, RecoveryCode, StoreError, Unlock, Vault};
use time::OffsetDateTime;

use crate::support::{Bench, NOW, contents, later, organisation, passphrase};

/// The same code once more: it does not clone, but it can be read from paper.
fn again(code: &RecoveryCode) -> RecoveryCode {
    RecoveryCode::parse(code.expose().to_string()).unwrap()
}

/// The keychain of a computer that never saw this vault.
fn foreign() -> Arc<MemoryKeychain> {
    Arc::default()
}

fn with_code(vault: &Vault, now: OffsetDateTime) -> RecoveryCode {
    let code = RecoveryCode::random().unwrap();
    vault.set_recovery_code(&code, now).unwrap();
    code
}

fn version(file: &Path) -> u64 {
    let header: serde_json::Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    header["version"].as_u64().unwrap()
}

#[test]
fn the_code_opens_the_vault_when_the_keychain_is_gone_and_a_wrong_one_touches_no_file() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    let database = bench.dir().join(format!("organisations/{}.db", store.id().0));
    drop(store);
    let before = fs::read(&database).unwrap();
    let code = with_code(&vault, NOW);
    drop(vault);
    assert_eq!(fs::read(&database).unwrap(), before, "nothing is encrypted anew");

    let untouched = contents(&bench.dir());
    let locked = Vault::open(&bench.dir(), foreign()).unwrap();
    let made = locked.protections().recovery_code.unwrap();
    assert_eq!(made, NOW);
    let other = RecoveryCode::random().unwrap();
    let failed = locked.unlock(Unlock::RecoveryCode(other)).unwrap_err();
    assert!(matches!(failed.error, StoreError::WrongRecoveryCode));
    assert_eq!(contents(&bench.dir()), untouched);
    let vault = failed.vault.unlock(Unlock::RecoveryCode(code)).unwrap();
    assert_eq!(vault.organisations().unwrap().len(), 1);
}

#[test]
fn a_forgotten_passphrase_is_replaced_by_the_code_and_the_old_one_is_void() {
    let bench = Bench::new();
    let protection = Protection {
        keychain: false,
        passphrase: Some(passphrase("забытая длинная фраза")),
    };
    let vault = Vault::create(&bench.dir(), protection, bench.keychain.clone()).unwrap();
    let code = with_code(&vault, NOW);
    let vault = vault.lock().unlock(Unlock::RecoveryCode(again(&code))).unwrap();
    vault.prove(&Unlock::RecoveryCode(again(&code))).unwrap();
    let wrong = Unlock::Passphrase(passphrase("не та длинная фраза"));
    assert!(matches!(vault.prove(&wrong), Err(StoreError::WrongPassphrase)));
    vault.set_passphrase(&passphrase("новая длинная фраза")).unwrap();
    let failed = vault
        .lock()
        .unlock(Unlock::Passphrase(passphrase("забытая длинная фраза")))
        .unwrap_err();
    assert!(matches!(failed.error, StoreError::WrongPassphrase));
    // The paper in the safe is good still.
    let vault = failed.vault.unlock(Unlock::RecoveryCode(code)).unwrap();
    // It is a spare key and not the only one.
    assert!(matches!(vault.remove_passphrase(), Err(StoreError::NoProtection)));
}

#[test]
fn a_new_code_and_no_code_make_the_old_one_void_in_the_header_and_its_copy() {
    let bench = Bench::new();
    let vault = bench.create();
    let old = with_code(&vault, NOW);
    let new = with_code(&vault, later(60));
    assert_eq!(vault.protections().recovery_code, Some(later(60)));
    drop(vault);
    fs::write(bench.dir().join("vault.json"), b"damaged").unwrap();
    Vault::restore_header(&bench.dir()).unwrap();
    let locked = Vault::open(&bench.dir(), bench.keychain.clone()).unwrap();
    let failed = locked.unlock(Unlock::RecoveryCode(old)).unwrap_err();
    assert!(matches!(failed.error, StoreError::WrongRecoveryCode));
    let vault = failed.vault.unlock(Unlock::RecoveryCode(again(&new))).unwrap();
    vault.remove_recovery_code().unwrap();
    let failed = vault.lock().unlock(Unlock::RecoveryCode(new)).unwrap_err();
    assert!(matches!(failed.error, StoreError::ProtectionNotSet));
}

#[test]
fn older_programs_read_a_header_without_a_code_and_refuse_one_with_it() {
    let bench = Bench::new();
    let vault = bench.create();
    let (header, copy) = (bench.dir().join("vault.json"), bench.dir().join("vault.json.bak"));
    assert_eq!((version(&header), version(&copy)), (1, 1));
    let code = with_code(&vault, NOW);
    // They know no version above 1 and say that the program must be updated.
    assert_eq!((version(&header), version(&copy)), (2, 2));
    let text = fs::read_to_string(&header).unwrap();
    let letters = code.expose().replace('-', "");
    assert!(!text.contains(&*code.expose()) && !text.contains(&letters));
    vault.remove_recovery_code().unwrap();
    assert_eq!((version(&header), version(&copy)), (1, 1));

    // A header that says of itself what it is not is no header.
    for (from, to) in [
        ("\"version\": 2", "\"version\": 1"),
        ("\"version\": 1", "\"version\": 2"),
    ] {
        let kept = if from.ends_with('2') {
            &text
        } else {
            &fs::read_to_string(&header).unwrap()
        };
        let at = bench.folder.path().join("forged");
        fs::create_dir_all(&at).unwrap();
        fs::write(at.join("vault.json"), kept.replacen(from, to, 1)).unwrap();
        assert!(matches!(
            Vault::glance(&at),
            Err(StoreError::HeaderDamaged { backup: false })
        ));
    }
}

#[test]
fn a_code_smuggled_in_or_cut_out_is_found() {
    let bench = Bench::new();
    let vault = bench.create();
    let header = bench.dir().join("vault.json");
    let before: serde_json::Value = serde_json::from_slice(&fs::read(&header).unwrap()).unwrap();
    with_code(&vault, NOW);
    let with: serde_json::Value = serde_json::from_slice(&fs::read(&header).unwrap()).unwrap();
    drop(vault);
    // The checksum of the header before fits a header without a code; its MAC too, but that of the one with the code does not.
    let mut forged = before.clone();
    forged["mac"] = with["mac"].clone();
    fs::write(&header, serde_json::to_vec(&forged).unwrap()).unwrap();
    fs::remove_file(bench.dir().join("vault.json.bak")).unwrap();
    let refused = Vault::open(&bench.dir(), bench.keychain.clone());
    assert!(
        matches!(refused, Err(StoreError::HeaderDamaged { .. })),
        "{refused:?}"
    );
    forged["checksum"] = checksum_of(&forged).into();
    fs::write(&header, serde_json::to_vec(&forged).unwrap()).unwrap();
    let failed = Vault::open(&bench.dir(), bench.keychain.clone())
        .unwrap()
        .unlock(Unlock::Keychain)
        .unwrap_err();
    assert!(matches!(failed.error, StoreError::HeaderForged));
}

/// What a forger without the key can recompute for a header with nothing but a keychain.
fn checksum_of(file: &serde_json::Value) -> String {
    use sha2::{Digest, Sha256};
    let (header, slot) = (&file["header"], &file["header"]["keychain"]);
    let body = format!(
        r#"["kabinet-vault",1,{{"id":{},"keychain":{{"account":{},"wrapped":{{"nonce":{},"key":{}}}}},"passphrase":null}}]"#,
        header["id"], slot["account"], slot["wrapped"]["nonce"], slot["wrapped"]["key"]
    );
    let mac = hex::decode(file["mac"].as_str().unwrap()).unwrap();
    hex::encode(Sha256::new_with_prefix(body).chain_update(mac).finalize())
}

#[test]
fn a_power_cut_while_the_code_is_replaced_leaves_the_old_one_or_the_new_one() {
    let bench = Bench::new();
    let vault = bench.create();
    let path = |name: &str| bench.dir().join(name);
    let old = with_code(&vault, NOW);
    let before = fs::read(path("vault.json")).unwrap();
    let new = with_code(&vault, later(60));
    let after = fs::read(path("vault.json")).unwrap();
    drop(vault);
    let half = &after[..after.len() / 2];
    // What each step of the writing leaves, in their order: header, copy, what was begun beside them, and whose code opens.
    for (header, copy, begun, opens_new) in [
        (&before, &before, Some("vault.json.partial"), false),
        (&after, &before, None, true),
        (&after, &before, Some("vault.json.bak.partial"), true),
        (&after, &after, None, true),
    ] {
        fs::write(path("vault.json"), header).unwrap();
        fs::write(path("vault.json.bak"), copy).unwrap();
        if let Some(begun) = begun {
            fs::write(path(begun), half).unwrap();
        }
        let (right, wrong) = if opens_new { (&new, &old) } else { (&old, &new) };
        let failed = Vault::open(&bench.dir(), foreign())
            .unwrap()
            .unlock(Unlock::RecoveryCode(again(wrong)))
            .unwrap_err();
        assert!(matches!(failed.error, StoreError::WrongRecoveryCode));
        let vault = failed.vault.unlock(Unlock::RecoveryCode(again(right))).unwrap();
        // From here on the copy opens by no other code than the header, and nothing half written is left.
        assert_eq!(&fs::read(path("vault.json.bak")).unwrap(), header);
        assert!(begun.is_none_or(|begun| !path(begun).exists()));
        drop(vault);
    }
}

#[test]
fn on_a_new_computer_the_code_of_its_time_opens_a_backup_that_has_no_passphrase() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    drop(store);
    let code = with_code(&vault, NOW);
    let drive = bench.folder.path().join("drive");
    fs::create_dir(&drive).unwrap();
    let backup = vault.back_up_to(&drive, NOW, 3).unwrap();
    let newer = with_code(&vault, later(60));

    let empty = bench.folder.path().join("new computer");
    let refused = Vault::restore_anew(&empty, &backup, &Unlock::RecoveryCode(newer), later(70));
    assert!(
        matches!(refused, Err(StoreError::WrongRecoveryCode)),
        "{refused:?}"
    );
    let refused = Vault::restore_anew(&empty, &backup, &Unlock::Keychain, later(70));
    assert!(matches!(refused, Err(StoreError::Keychain(_))), "{refused:?}");
    assert!(!empty.exists());
    Vault::restore_anew(&empty, &backup, &Unlock::RecoveryCode(again(&code)), later(80)).unwrap();
    let locked = Vault::open(&empty, foreign()).unwrap();
    let vault = locked.unlock(Unlock::RecoveryCode(code)).unwrap();
    vault
        .set_passphrase(&passphrase("фраза нового компьютера"))
        .unwrap();
    assert_eq!(vault.organisations().unwrap().len(), 1);
}

#[test]
fn another_program_opens_the_vault_with_the_paper_alone() {
    let bench = Bench::new();
    let vault = bench.create();
    for inn in ["7707083893", "7736050003"] {
        vault.save_organisation(&organisation(inn)).unwrap();
    }
    let code = with_code(&vault, NOW);
    drop(vault);
    let open = |code: &str| {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/open_by_code.py");
        let mut judge = Command::new("python3")
            .args([script, bench.dir().to_str().unwrap()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        judge.stdin.take().unwrap().write_all(code.as_bytes()).unwrap();
        let done = judge.wait_with_output().unwrap();
        (
            String::from_utf8(done.stdout).unwrap(),
            String::from_utf8(done.stderr).unwrap(),
        )
    };
    let (names, complaint) = open(&code.expose());
    assert_eq!((&*complaint, &*names), ("", "ООО «Ромашка»\nООО «Ромашка»\n"));
    let other = RecoveryCode::random().unwrap();
    let (names, complaint) = open(&other.expose());
    assert_eq!(
        (&*names, &*complaint),
        ("", "the code does not open this vault\n")
    );
    // The check characters of `recovery.rs`, computed in another way.
    let (_, complaint) = open("01237-4567K-89ABE-CDEFY-GHJKN-MNPQ2-RSTVW");
    assert_eq!(complaint, "group 6 is mistyped\n");
    let (_, complaint) = open("01237-4567K-89ABE-CDEFY-GHJKN-MNPQ1-RSTVW");
    assert_eq!(complaint, "the code does not open this vault\n");
}
