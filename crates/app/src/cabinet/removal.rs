//! Taking an organisation out of the vault, with or without its part of the backups (ORG-41).

use kabinet_domain::OrganisationId;
use kabinet_store::{Missing, StoreError};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::blocking::blocking;
use crate::signing_run::SigningError;
use crate::state::Open;
use crate::view::RemovalOutcome;
use crate::{App, AppError, Event, send};

impl App {
    /// Takes an organisation out of the vault: documents, drafts, outbox, journal and secrets. Backups that were made before
    /// keep it until they are thinned out, unless `from_backups`: then it is taken out of those within reach as well.
    ///
    /// # Errors
    /// [`StoreError::Kept`] while a document is held or something is on its way to the portal; [`SigningError::UnderWay`];
    /// failures of the vault.
    pub async fn remove_organisation(
        &self,
        id: &str,
        from_backups: bool,
    ) -> Result<RemovalOutcome, AppError> {
        let id = OrganisationId(Uuid::parse_str(id).map_err(|_| AppError::NotFound)?);
        if self.signing().is_some() {
            return Err(SigningError::UnderWay.into());
        }
        let Open { vault, current } = self.open().await?;
        let backups = self.own_backups().await?;
        // Nobody works its outbox while it goes, and no backup copies half of it.
        let turn = self.turn_of(id);
        let _turn = turn.lock().await;
        let _backing_up = self.backing_up().lock().await;
        let is_current = current
            .as_ref()
            .is_some_and(|current| current.organisation.id == id);
        drop(current);
        let unsent = blocking({
            let vault = vault.clone();
            move || {
                if !vault.organisations()?.iter().any(|one| one.id == id) {
                    return Err(StoreError::NotFound(Missing::Organisation).into());
                }
                let store = vault.organisation(id)?;
                if store.count_held()? > 0 || store.count_held_letters()? > 0 {
                    return Err(StoreError::Kept(kabinet_store::Obstacle::Hold).into());
                }
                send::unsent(&store)
            }
        })
        .await?;
        if unsent > 0 {
            return Err(StoreError::Kept(kabinet_store::Obstacle::Outbox).into());
        }
        if is_current {
            self.replace_open(Some(Open {
                vault: vault.clone(),
                current: None,
            }))
            .await;
        }
        let outcome = blocking({
            let vault = vault.clone();
            move || {
                vault.remove_organisation(id)?;
                let now = OffsetDateTime::now_utc();
                let mut outcome = RemovalOutcome::default();
                if from_backups {
                    vault.forget_in_replaced(id)?;
                }
                for backup in backups.iter().filter(|backup| vault.is_in_backup(backup, id)) {
                    // One on a drive that cannot be written is counted, not passed over in silence.
                    if from_backups && vault.forget_in_backup(backup, id, now).is_ok() {
                        outcome.backups_cleaned += 1;
                    } else {
                        outcome.backups_left += 1;
                    }
                }
                Ok(outcome)
            }
        })
        .await;
        if is_current {
            let first = blocking({
                let vault = vault.clone();
                move || Ok(vault.organisations()?.first().map(|one| one.id))
            })
            .await?;
            let current = match first {
                Some(first) => Some(self.enter(vault.clone(), first).await?),
                None => None,
            };
            self.replace_open(Some(Open { vault, current })).await;
        }
        self.tell(Event::BackupsChanged);
        self.tell(Event::CabinetChanged);
        outcome
    }
}
