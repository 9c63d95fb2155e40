//! Files of colleagues that wait at the portal: fetched, taken in, and only then forgotten there.

use kabinet_age::Recipient;
use kabinet_portal::cabinet::WaitingFile;
use kabinet_store::OrganisationStore;

use super::is_hand_over;
use super::portal::{self, AddressCard};
use crate::blocking::blocking;
use crate::cabinet::Access;
use crate::hand_over::HandOverError;
use crate::view::{Colleague, IncomingFile, IncomingKind, TakenIncoming, rfc3339};
use crate::{App, AppError, journal};

/// Setting of the organisation: files that are taken in and whose place at the portal is still to be cleared.
const TAKEN: &str = "hand-overs-taken";

impl App {
    /// Files that wait at the portal for the person who is signed in. What was taken in before and could not be forgotten there is
    /// forgotten now and not told of.
    ///
    /// # Errors
    /// [`AppError::NotSignedIn`]; the portal's own; failures of the vault.
    pub async fn incoming(&self) -> Result<Vec<IncomingFile>, AppError> {
        let access = self.cabinet().await?;
        let asked = access.cabinet().waiting_files().await;
        let waiting = self.met(&access.current, asked).await?;
        let store = access.current.store.clone();
        let taken = blocking(move || taken(&store)).await?;
        for id in &taken {
            // Gone there, or gone with the next look.
            if let Err(error) = self.forget_at_portal(&access, id).await {
                tracing::warn!(
                    code = error.code(),
                    "a file that was taken in still waits at the portal"
                );
            }
        }
        Ok(waiting
            .into_iter()
            .filter(|one| !taken.contains(&one.id))
            .map(row)
            .collect())
    }

    /// Takes one in and lets the portal forget it once all of it is in the vault. What could not be taken in goes on waiting.
    ///
    /// # Errors
    /// [`HandOverError::NotOurs`] for what is nothing for this program; [`AppError::Cancelled`] when the passphrase was not given; the
    /// portal's own; failures of the vault. What was wrong with the content is in its outcomes.
    pub async fn take_incoming(&self, id: &str) -> Result<TakenIncoming, AppError> {
        let access = self.cabinet().await?;
        let asked = access.cabinet().waiting_files().await;
        let waiting = self.met(&access.current, asked).await?;
        let one = waiting
            .into_iter()
            .find(|one| one.id == id)
            .ok_or(AppError::NotFound)?;
        let fetched = access.cabinet().waiting_file(id).await;
        let octets = self.met(&access.current, fetched).await?;
        let mut done = TakenIncoming::default();
        if let Some(card) = AddressCard::read(&octets) {
            done.address = Some(self.take_address(&access, one, card).await?);
        } else {
            done.outcomes = self.take_file(&one.name, octets).await?;
            if done.outcomes.iter().any(|outcome| outcome.error.is_some()) {
                return Ok(done);
            }
        }
        let (store, taken_id) = (access.current.store.clone(), id.to_owned());
        blocking(move || {
            let mut all = taken(&store)?;
            all.push(taken_id);
            Ok(store.set_setting(TAKEN, &all)?)
        })
        .await?;
        done.taken = true;
        if let Err(error) = self.forget_at_portal(&access, id).await {
            // It is in the vault, and forgotten with the next look.
            tracing::warn!(
                code = error.code(),
                "a file that was taken in still waits at the portal"
            );
        }
        Ok(done)
    }

    /// Lets the portal forget one that nobody wants, unread.
    ///
    /// # Errors
    /// The portal's own; failures of the vault.
    pub async fn drop_incoming(&self, id: &str) -> Result<Vec<IncomingFile>, AppError> {
        let access = self.cabinet().await?;
        let dropped = access.cabinet().drop_waiting_file(id).await;
        self.met(&access.current, dropped).await?;
        let store = access.current.store.clone();
        let entry = journal::plain("incoming-dropped", &access.holder);
        blocking(move || Ok(store.record(&entry)?)).await?;
        self.incoming().await
    }

    /// The encrypted file on its way through this computer: gone with its folder.
    async fn take_file(
        &self,
        name: &str,
        octets: Vec<u8>,
    ) -> Result<Vec<crate::view::ImportOutcome>, AppError> {
        let name = crate::package::safe_name(name);
        let (folder, path) = blocking(move || {
            let folder = tempfile::tempdir()?;
            let path = folder.path().join(name);
            std::fs::write(&path, octets)?;
            if !is_hand_over(&path) {
                return Err(HandOverError::NotOurs { newer: false }.into());
            }
            Ok((folder, path))
        })
        .await?;
        let outcomes = self.import(vec![path]).await?;
        drop(folder);
        if outcomes.is_empty() {
            return Err(AppError::Cancelled);
        }
        Ok(outcomes)
    }

    /// Keeps the address somebody sent, under the name the portal gives them: that is what was shown before it was taken.
    async fn take_address(
        &self,
        access: &Access,
        from: WaitingFile,
        card: AddressCard,
    ) -> Result<Colleague, AppError> {
        let address: Recipient = card
            .address
            .parse()
            .map_err(|_| HandOverError::NotOurs { newer: false })?;
        let colleague = Colleague {
            name: if from.from.is_empty() {
                card.name
            } else {
                from.from
            },
            address: address.to_string(),
        };
        self.add_colleague(colleague.clone()).await?;
        if let Some(employee) = from.sender {
            let (store, address) = (access.current.store.clone(), colleague.address.clone());
            blocking(move || portal::keep_address(&store, &employee, &address)).await?;
        }
        Ok(colleague)
    }

    async fn forget_at_portal(&self, access: &Access, id: &str) -> Result<(), AppError> {
        let dropped = access.cabinet().drop_waiting_file(id).await;
        self.met(&access.current, dropped).await?;
        let (store, id) = (access.current.store.clone(), id.to_owned());
        blocking(move || {
            let mut all = taken(&store)?;
            all.retain(|one| *one != id);
            Ok(store.set_setting(TAKEN, &all)?)
        })
        .await
    }
}

fn taken(store: &OrganisationStore) -> Result<Vec<String>, AppError> {
    Ok(store.setting(TAKEN)?.unwrap_or_default())
}

/// What the name tells of the content is what the sender's program said; whoever sends may say anything.
fn row(one: WaitingFile) -> IncomingFile {
    let stem = one.name.strip_suffix(portal::ENDING).unwrap_or(&one.name);
    let (kind, count) = match stem.split_once('-') {
        Some((portal::DOCUMENTS, count)) => (IncomingKind::Documents, count.parse().unwrap_or(0)),
        None if stem == portal::DRAFT => (IncomingKind::Draft, 1),
        None if stem == portal::ADDRESS => (IncomingKind::Address, 1),
        _ => (IncomingKind::Other, 0),
    };
    IncomingFile {
        id: one.id,
        kind,
        count,
        from: one.from,
        sent: one.sent.map(rfc3339),
        size: one.size.map(|size| size as f64),
    }
}
