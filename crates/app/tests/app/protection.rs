//! What opens the vault: the recovery code, and changing the rest.

use kabinet_app::view::{AppState, Phase, Proof, Protection, ProtectionChange, SecretKind, SecretPurpose};
use kabinet_app::{AppError, save_code};
use kabinet_portal::Options;
use kabinet_store::KeychainError;
use kabinet_testkit::Stand;

use crate::desk::{Desk, PASSPHRASE, code};

const NEW: &str = "новая длинная фраза из слов";

/// A vault behind a passphrase with the demo organisation.
async fn desk(protection: Protection) -> Desk {
    let desk = Desk::empty(Stand::start(), Options::default());
    desk.create_vault(protection).await.unwrap();
    desk.app.add_organisation(desk.owner()).await.unwrap();
    desk.person.was_asked();
    desk
}

async fn change(desk: &Desk, change: ProtectionChange) -> Result<AppState, AppError> {
    desk.app.change_protection(change, Proof::Passphrase).await
}

/// Makes a code; the one that was shown.
async fn made(desk: &Desk) -> String {
    change(desk, ProtectionChange::MakeRecoveryCode).await.unwrap();
    desk.person.was_shown().remove(0)
}

fn asked(desk: &Desk) -> Vec<(SecretKind, SecretPurpose)> {
    let asked = desk.person.was_asked();
    asked
        .into_iter()
        .map(|prompt| (prompt.kind, prompt.purpose))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_forgot_the_passphrase_comes_in_by_the_code_and_chooses_a_new_one() {
    let desk = desk(Protection::Passphrase).await;
    assert_eq!(desk.app.state().await.recovery_code, None);
    let written = made(&desk).await;
    assert_eq!(
        asked(&desk),
        [
            (SecretKind::Passphrase, SecretPurpose::ChangeProtection),
            (SecretKind::NewRecoveryCode, SecretPurpose::MakeRecoveryCode),
        ]
    );
    let state = desk.app.lock().await;
    // The lock screen offers the way.
    assert!(state.recovery_code.is_some());

    for (typed, problem) in [
        (None, "app.cancelled"),
        (Some("не код"), "vault.recovery-code-length"),
        (
            Some("01237-4567K-89ABE-CDEFY-GHJKN-MNPQ1-RSTVW"),
            "vault.wrong-recovery-code",
        ),
    ] {
        desk.person.types_code(typed);
        assert_eq!(code(desk.app.unlock_by_code().await), problem);
        // No new passphrase is asked for before the code has proved right.
        assert_eq!(
            asked(&desk),
            [(SecretKind::RecoveryCode, SecretPurpose::RecoverAccess)]
        );
    }
    let mistyped = written.replacen(written.chars().nth(12).unwrap(), "*", 1);
    desk.person.types_code(Some(&mistyped));
    let error = desk.app.unlock_by_code().await.unwrap_err();
    assert_eq!(error.code(), "vault.recovery-code-mistyped");
    assert!(!error.params()["groups"].is_empty());

    desk.person
        .types_code(Some(&written.to_lowercase().replace('-', " ")));
    desk.person.chooses_passphrase(None);
    assert_eq!(code(desk.app.unlock_by_code().await), "app.cancelled");
    assert_eq!(desk.app.state().await.phase, Phase::Locked);
    desk.person.was_asked();
    desk.person.chooses_passphrase(Some(NEW));
    assert_eq!(desk.app.unlock_by_code().await.unwrap().phase, Phase::Ready);
    assert_eq!(
        asked(&desk),
        [
            (SecretKind::RecoveryCode, SecretPurpose::RecoverAccess),
            (SecretKind::NewPassphrase, SecretPurpose::SetPassphrase),
        ]
    );
    assert_eq!(
        desk.actions().await,
        [
            "organisation-added",
            "recovery-code-made",
            "recovery-code-used",
            "passphrase-changed"
        ]
    );
    let journal = format!("{:?}", desk.journal().await);
    assert!(!journal.contains(&written[..5]) && !journal.contains(NEW));

    desk.app.lock().await;
    desk.person.types_passphrase(Some(PASSPHRASE));
    assert_eq!(code(desk.app.unlock().await), "vault.wrong-passphrase");
    desk.person.types_passphrase(Some(NEW));
    desk.app.unlock().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_nobody_copied_is_none_and_the_one_before_holds() {
    let desk = desk(Protection::Keychain).await;
    let first = made(&desk).await;
    desk.person.refuses_codes();
    assert_eq!(
        code(change(&desk, ProtectionChange::MakeRecoveryCode).await),
        "app.cancelled"
    );
    let refused = desk.person.was_shown().remove(0);
    assert_ne!(first, refused);
    desk.app.lock().await;
    desk.keychain.fail_with(Some(KeychainError::EntryMissing));
    assert_eq!(code(desk.app.unlock().await), "keychain.entry-missing");
    desk.person.types_code(Some(&refused));
    assert_eq!(code(desk.app.unlock_by_code().await), "vault.wrong-recovery-code");
    desk.person.types_code(Some(&first));
    let state = desk.app.unlock_by_code().await.unwrap();
    assert_eq!(state.protection, Some(Protection::Both));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_passphrase_is_changed_by_who_knows_it_or_has_the_code() {
    let desk = desk(Protection::Passphrase).await;
    let written = made(&desk).await;
    desk.person.chooses_passphrase(Some(NEW));
    desk.person.types_passphrase(Some("не та длинная фраза"));
    for refused in [
        ProtectionChange::SetPassphrase,
        ProtectionChange::MakeRecoveryCode,
        ProtectionChange::RemoveRecoveryCode,
        ProtectionChange::AddKeychain,
    ] {
        assert_eq!(
            code(change(&desk, refused).await),
            "vault.wrong-passphrase",
            "{refused:?}"
        );
    }
    assert!(desk.person.was_shown().is_empty() && desk.keychain.is_empty());
    desk.person.types_passphrase(Some(PASSPHRASE));
    change(&desk, ProtectionChange::SetPassphrase).await.unwrap();
    assert_eq!(
        code(change(&desk, ProtectionChange::SetPassphrase).await),
        "vault.wrong-passphrase"
    );

    desk.person.types_code(Some(&written));
    desk.person.chooses_passphrase(Some("коротко"));
    let by_code = desk
        .app
        .change_protection(ProtectionChange::SetPassphrase, Proof::RecoveryCode);
    assert_eq!(code(by_code.await), "vault.passphrase-too-short");
    desk.person.chooses_passphrase(Some("третья длинная фраза"));
    let by_code = desk
        .app
        .change_protection(ProtectionChange::SetPassphrase, Proof::RecoveryCode);
    by_code.await.unwrap();
    desk.app.lock().await;
    desk.person.types_passphrase(Some("третья длинная фраза"));
    desk.app.unlock().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn protections_come_and_go_and_never_the_last_one() {
    let desk = desk(Protection::Keychain).await;
    for (impossible, problem) in [
        (ProtectionChange::RemoveKeychain, "vault.no-protection"),
        (ProtectionChange::RemovePassphrase, "vault.protection-not-set"),
        (ProtectionChange::RemoveRecoveryCode, "vault.protection-not-set"),
    ] {
        assert_eq!(code(change(&desk, impossible).await), problem, "{impossible:?}");
    }
    made(&desk).await;
    // The spare key is not counted.
    assert_eq!(
        code(change(&desk, ProtectionChange::RemoveKeychain).await),
        "vault.no-protection"
    );
    let state = change(&desk, ProtectionChange::SetPassphrase).await.unwrap();
    assert_eq!(state.protection, Some(Protection::Both));
    let state = change(&desk, ProtectionChange::RemoveKeychain).await.unwrap();
    assert_eq!(state.protection, Some(Protection::Passphrase));
    assert!(desk.keychain.is_empty());
    desk.person.was_asked();
    assert_eq!(
        code(change(&desk, ProtectionChange::RemovePassphrase).await),
        "vault.no-protection"
    );
    assert!(desk.person.was_asked().is_empty(), "nothing is typed in vain");
    change(&desk, ProtectionChange::AddKeychain).await.unwrap();
    change(&desk, ProtectionChange::RemovePassphrase).await.unwrap();
    let state = change(&desk, ProtectionChange::RemoveRecoveryCode).await.unwrap();
    assert_eq!(
        (state.protection, state.recovery_code),
        (Some(Protection::Keychain), None)
    );
    assert_eq!(
        desk.actions().await[1..],
        [
            "recovery-code-made",
            "passphrase-added",
            "keychain-removed",
            "keychain-added",
            "passphrase-removed",
            "recovery-code-removed"
        ]
    );
    desk.app.lock().await;
    assert_eq!(code(desk.app.unlock_by_code().await), "vault.protection-not-set");
    assert_eq!(
        code(change(&desk, ProtectionChange::AddKeychain).await),
        "app.locked"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_comes_back_by_the_code_where_the_keychain_stayed_behind() {
    let desk = desk(Protection::Keychain).await;
    let written = made(&desk).await;
    desk.app.back_up().await.unwrap();
    let id = desk.app.backups().await.unwrap().backups[0].id.clone();
    desk.app.lock().await;
    // The folder of another computer: no keychain, no header; only backups.
    let desk = desk.started_again();
    for header in ["vault.json", "vault.json.bak"] {
        std::fs::write(desk.path("vault").join(header), b"{").unwrap();
    }
    desk.person.types_code(Some(&written));
    desk.person.chooses_passphrase(Some(NEW));
    assert_eq!(
        code(desk.app.restore_backup(&id, Proof::Passphrase).await),
        "vault.protection-not-set"
    );
    let state = desk.app.restore_backup(&id, Proof::RecoveryCode).await.unwrap();
    assert_eq!(
        (state.phase, state.protection),
        (Phase::Ready, Some(Protection::Passphrase))
    );
    desk.app.lock().await;
    desk.person.types_passphrase(Some(NEW));
    desk.app.unlock().await.unwrap();
}

#[test]
fn a_saved_code_takes_no_other_files_place_and_is_nobody_elses() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("код.txt");
    let language = kabinet_app::view::Language::Ru;
    save_code(&path, "01237-4567K", language).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("01237-4567K\n\n"), "{text}");
    assert!(text.contains("архив"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(code(save_code(&path, "другой", language)), "app.file-exists");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}
