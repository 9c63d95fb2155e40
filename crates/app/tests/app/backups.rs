//! Backups: made when it is quiet, to a drive when it is there, and put back without anything leaving by itself.

use kabinet_app::view::{BackupPlace, OutboxState, Phase, Proof, SecretPurpose, Stage};
use kabinet_testkit::{AKT, UPD, sample};
use time::{Duration, OffsetDateTime};

use crate::desk::{Desk, code};

async fn places(desk: &Desk) -> Vec<BackupPlace> {
    let view = desk.app.backups().await.unwrap();
    view.backups.iter().map(|backup| backup.place).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_a_day_is_made_here_and_on_the_drive_once_that_is_there() {
    let desk = Desk::new().await;
    let now = OffsetDateTime::now_utc();
    desk.app.back_up_if_due(now).await.unwrap();
    // A look that finds nothing due tells nothing.
    let mut events = desk.app.events();
    desk.app.back_up_if_due(now + Duration::hours(23)).await.unwrap();
    assert!(events.try_recv().is_err());
    assert_eq!(places(&desk).await, [BackupPlace::Vault]);

    let drive = desk.path("drive");
    std::fs::create_dir(&drive).unwrap();
    let view = desk.app.set_backup_folder(Some(drive.clone())).await.unwrap();
    assert!(view.folder.unwrap().present);
    let away = desk.path("drive, pulled out");
    std::fs::rename(&drive, &away).unwrap();
    // Its mount point may be left, empty.
    std::fs::create_dir(&drive).unwrap();
    desk.app.back_up_if_due(now + Duration::hours(1)).await.unwrap();
    let view = desk.app.backups().await.unwrap();
    assert_eq!((view.folder.unwrap().present, view.failures.len()), (false, 0));
    assert_eq!(std::fs::read_dir(&drive).unwrap().count(), 0);

    std::fs::remove_dir(&drive).unwrap();
    std::fs::rename(&away, &drive).unwrap();
    desk.app.back_up_if_due(now + Duration::hours(2)).await.unwrap();
    assert_eq!(places(&desk).await, [BackupPlace::Folder, BackupPlace::Vault]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_kept_until_the_next_success() {
    let desk = Desk::new().await;
    let backups = desk.path("vault/backups");
    std::fs::remove_dir(&backups).unwrap();
    std::fs::write(&backups, b"in the way").unwrap();
    assert!(code(desk.app.back_up().await).starts_with("store."));
    // Also after the program was closed.
    let failures = desk.app.backups().await;
    std::fs::remove_file(&backups).unwrap();
    assert!(failures.is_err(), "a file is no list of backups");
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    let failures = desk.app.backups().await.unwrap().failures;
    assert_eq!((failures.len(), failures[0].place), (1, BackupPlace::Vault));
    let view = desk.app.back_up().await.unwrap();
    assert!(view.failures.is_empty() && view.last.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_outbox_sends_nothing_by_itself_and_the_vault_is_as_it_was() {
    let desk = Desk::signed_in().await;
    let id = desk.queued_akt().await;
    desk.app.back_up().await.unwrap();
    // What the backup has as waiting has reached the portal since.
    desk.work_to_the_end().await;
    desk.import(&[sample(UPD)]).await;
    assert_eq!(desk.stand.orders().len(), 1);

    let backup = desk.app.backups().await.unwrap().backups.remove(0);
    let state = desk
        .app
        .restore_backup(&backup.id, Proof::Passphrase)
        .await
        .unwrap();
    assert_eq!(state.phase, Phase::Ready);
    assert!(state.session.is_none());
    let row = desk.row().await;
    assert_eq!(
        (row.state, row.outcome.as_deref()),
        (OutboxState::Finished, Some("cancelled"))
    );
    assert_eq!(desk.page(&id).await.row.stage, Stage::Signed);
    desk.sign_in().await.unwrap();
    desk.app.work_outbox().await;
    assert_eq!(desk.stand.orders().len(), 1, "nothing was sent a second time");
    assert!(desk.actions().await.contains(&"backup-restored".to_owned()));
    assert!(desk.app.check_integrity().await.unwrap().is_whole());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_vault_comes_back_from_the_lock_screen_once_the_passphrase_fits() {
    let desk = Desk::empty(
        kabinet_testkit::Stand::start(),
        kabinet_portal::Options::default(),
    );
    desk.create_vault(kabinet_app::view::Protection::Passphrase)
        .await
        .unwrap();
    desk.app.add_organisation(desk.owner()).await.unwrap();
    desk.import(&[sample(AKT)]).await;
    desk.app.back_up().await.unwrap();
    desk.app.lock().await;
    std::fs::write(desk.path("vault/personal.db"), vec![7; 8192]).unwrap();
    assert_eq!(code(desk.app.unlock().await), "store.damaged");
    let view = desk.app.backups().await.unwrap();
    assert_eq!((view.backups.len(), view.backups[0].foreign), (1, false));

    desk.person.types_passphrase(Some("не та длинная фраза"));
    let refused = desk
        .app
        .restore_backup(&view.backups[0].id, Proof::Passphrase)
        .await;
    assert_eq!(code(refused), "vault.wrong-passphrase");
    assert_eq!(
        std::fs::read(desk.path("vault/personal.db")).unwrap(),
        vec![7; 8192]
    );
    desk.person.types_passphrase(None);
    assert_eq!(
        code(
            desk.app
                .restore_backup(&view.backups[0].id, Proof::Passphrase)
                .await
        ),
        "app.cancelled"
    );
    desk.person.types_passphrase(Some(crate::desk::PASSPHRASE));
    desk.person.was_asked();
    let state = desk
        .app
        .restore_backup(&view.backups[0].id, Proof::Passphrase)
        .await
        .unwrap();
    assert_eq!(state.phase, Phase::Ready);
    let asked: Vec<SecretPurpose> = desk
        .person
        .was_asked()
        .iter()
        .map(|prompt| prompt.purpose)
        .collect();
    assert_eq!(asked, [SecretPurpose::RestoreBackup], "asked once");
    assert_eq!(
        desk.app
            .documents(kabinet_app::view::DocumentQuery {
                limit: 10,
                ..Default::default()
            })
            .await
            .unwrap()
            .total,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_cannot_name_a_folder_of_its_own() {
    let desk = Desk::new().await;
    let drive = desk.path("drive");
    std::fs::create_dir(&drive).unwrap();
    let made = desk.app.back_up_to(Some(drive.clone()), None).await.unwrap();
    assert_eq!(
        code(
            desk.app
                .restore_backup(&format!("found:{}", made.path), Proof::Passphrase)
                .await
        ),
        "store.no-backup"
    );
    let view = desk.app.find_backups(drive).await.unwrap();
    assert_eq!(view.backups.len(), 1);
    desk.app.verify_backup(&view.backups[0].id).await.unwrap();
}
