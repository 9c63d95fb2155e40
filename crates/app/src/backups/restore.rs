//! Putting a backup back, over the present vault or where there is none.

use std::path::Path;

use kabinet_domain::{DocumentStage, SubmissionEvent, SubmissionState};
use kabinet_store::{Backup, OrganisationStore, Step, StoreError, Unlock, Vault};
use time::OffsetDateTime;

use crate::blocking::blocking;
use crate::view::{AppState, Proof, Restored, SecretPurpose, rfc3339};
use crate::{App, AppError, Event, journal, send};

impl App {
    /// Puts a backup of the list in place of the vault and opens it. The files replaced are kept. Works when the vault is
    /// damaged or there is none; who may open the vault is asked first. Who opened it by the recovery code is asked for a new
    /// passphrase afterwards, since the old one is forgotten or there never was one.
    ///
    /// # Errors
    /// [`AppError::Cancelled`]; a wrong passphrase or recovery code; what is wrong with the backup. Nothing is replaced then.
    pub async fn restore_backup(&self, id: &str, proof: Proof) -> Result<AppState, AppError> {
        let backup = self.listed_backup(id).await?;
        let (_, vault) = self.put_back(backup, proof).await?;
        self.enter_last(vault).await?;
        self.tell(Event::BackupsChanged);
        self.tell(Event::DocumentsChanged);
        self.tell(Event::OutboxChanged);
        Ok(self.state().await)
    }

    /// The same by the backup's folder, or by its name in the vault; nothing is opened afterwards.
    ///
    /// # Errors
    /// As [`restore_backup`](Self::restore_backup).
    pub async fn restore_from(&self, at: &Path) -> Result<Restored, AppError> {
        let backup = self.backup_at(at)?;
        Ok(self.put_back(backup, Proof::Passphrase).await?.0)
    }

    async fn put_back(&self, backup: Backup, proof: Proof) -> Result<(Restored, Vault), AppError> {
        let by_code = self.proves_by_code(proof);
        let now = OffsetDateTime::now_utc();
        let taken = backup.taken;
        let dir = self.config().vault_dir.clone();
        // A description with a sound copy is mended by the copy: it is newer than that of any backup.
        if let Err(StoreError::HeaderDamaged { backup: true }) = Vault::glance(&dir) {
            Vault::restore_header(&dir)?;
        }
        let (how, replaced) = match Vault::glance(&dir) {
            Err(StoreError::VaultNotFound | StoreError::HeaderDamaged { backup: false }) => {
                let how = self.ask_key(by_code, SecretPurpose::RestoreBackup).await?;
                blocking(move || {
                    let replaced = Vault::restore_anew(&dir, &backup, &how, now)?;
                    Ok((how, replaced))
                })
                .await?
            }
            _ => {
                let how = self.proof(by_code).await?;
                self.lock().await;
                self.hold()?;
                let locked = self.locked().take().ok_or(AppError::Locked)?;
                let (locked, done) = blocking(move || {
                    let done = locked.restore(&backup, &how, now);
                    Ok((locked, done.map(|replaced| (how, replaced))))
                })
                .await?;
                *self.locked() = Some(locked);
                done?
            }
        };
        self.remember_found(Vec::new());
        let vault = self.open_vault(how).await?;
        let vault = blocking(move || {
            for organisation in vault.organisations()? {
                come_back(&vault.organisation(organisation.id)?, taken)?;
            }
            Ok(vault)
        })
        .await?;
        let vault = match by_code {
            true => self.with_new_passphrase(vault).await?,
            false => vault,
        };
        let restored = Restored {
            taken: rfc3339(taken),
            replaced: replaced.display().to_string(),
        };
        Ok((restored, vault))
    }

    /// What opens the present vault. A passphrase is asked for where there is one: this is no everyday step.
    async fn proof(&self, by_code: bool) -> Result<Unlock, AppError> {
        if !by_code && !Vault::glance(&self.config().vault_dir)?.protections.passphrase {
            return Ok(Unlock::Keychain);
        }
        self.ask_key(by_code, SecretPurpose::RestoreBackup).await
    }
}

/// What was on its way when the backup was taken may have arrived since: it is not sent by itself again. What had no number yet
/// is taken back for a person to decide; what has one, the portal is asked about.
fn come_back(store: &OrganisationStore, taken: OffsetDateTime) -> Result<(), AppError> {
    let entry = journal::with(journal::plain("backup-restored", ""), "taken", rfc3339(taken));
    store.record(&entry)?;
    let now = OffsetDateTime::now_utc();
    for seen in store.outbox(0)? {
        match seen.state {
            SubmissionState::Queued => drop(send::take_back(store, &seen)?),
            SubmissionState::Reserved { .. } => {
                let step = Step {
                    state: seen.state.after(SubmissionEvent::UploadStarted(now))?,
                    attempts: 0,
                    due: now,
                    last_error: None,
                };
                let entry = journal::about(seen.document, "outcome-unknown", "");
                store.change(entry, |change| {
                    change.set_stage(seen.document, DocumentStage::OutcomeUnknown)?;
                    change.advance(&seen, &step)
                })?;
            }
            _ => {}
        }
    }
    Ok(())
}
