//! A folder another program writes its files to, such as an accounting program: they become documents by themselves, checked
//! and unsigned. Signing and sending stay with a person.
//!
//! The folder is looked into every second rather than watched: folders on other computers tell nothing of what others write
//! there, and whether a file is complete shows only in a second look anyway. A file is taken once nobody writes to it, judged
//! by its content, and then moved to `processed` or `rejected` inside the folder; nothing is ever deleted. What became of it is
//! in the vault before it moves, so that whatever breaks off in between is gone on with and nothing is taken twice.

mod error;
mod folder;
mod judge;
mod take;

use std::path::{Path, PathBuf};
use std::time::Duration;

use kabinet_domain::DocumentStage;
use kabinet_store::{Arrival, ArrivalOutcome, OrganisationStore, Vault};
use uuid::Uuid;

pub use error::ArrivalError;
pub(crate) use folder::Looks;

use crate::blocking::blocking;
use crate::view::{ArrivalRow, HotFolder, UiError, rfc3339};
use crate::{App, AppError, Event, journal};

/// Setting of the organisation: the folder's path.
const FOLDER: &str = "hot-folder";
/// Pause between two looks.
const PAUSE: Duration = Duration::from_secs(1);
/// Files shown.
const SHOWN: u32 = 200;

impl App {
    /// Looks into the folder of the chosen organisation until the program ends, as long as the vault is open.
    pub async fn watch_hot_folder_forever(&self) {
        loop {
            self.look_into_hot_folder().await;
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Takes what is complete in the folder; answers how many files were settled.
    pub async fn look_into_hot_folder(&self) -> usize {
        let mut looks = self.looks().lock().await;
        let Ok(Some(folder)) = self.with_store(folder_of).await else {
            *looks = Looks::default();
            return 0;
        };
        let ready = match looks.look(&folder).await {
            Ok(ready) => ready,
            Err(error) => {
                looks.problem = Some(error.into());
                return 0;
            }
        };
        let mut settled = 0;
        let mut problem = None;
        for group in ready {
            // Each by itself, so that a lock never waits for more than one.
            let Ok(current) = self.current().await else {
                return settled;
            };
            let (formats, folder, language) = (self.formats(), folder.clone(), self.language());
            match blocking(move || take::settle(&current, &formats, &folder, &group, language)).await {
                Ok(count) => settled += count,
                Err(error) => problem = Some(UiError::from(error)),
            }
        }
        looks.problem = problem;
        if settled > 0 {
            self.tell(Event::DocumentsChanged);
            self.tell(Event::ArrivalsChanged);
        }
        settled
    }

    /// The folder, and what came.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::NoOrganisation`]; failures of the vault.
    pub async fn hot_folder(&self) -> Result<HotFolder, AppError> {
        // Not waited for while a large file is read.
        let problem = self
            .looks()
            .try_lock()
            .ok()
            .and_then(|looks| looks.problem.clone());
        self.with_store(move |store| {
            let arrivals = store.arrivals(SHOWN)?;
            Ok(HotFolder {
                folder: folder_of(store)?.map(|folder| folder.display().to_string()),
                problem,
                arrivals: arrivals.into_iter().map(|arrival| row(store, arrival)).collect(),
            })
        })
        .await
    }

    /// Watches this folder for the chosen organisation.
    ///
    /// # Errors
    /// [`ArrivalError::FolderTaken`] for the program's own folder and one of another organisation; [`AppError::File`] when it cannot
    /// be written to.
    pub async fn choose_hot_folder(&self, folder: PathBuf) -> Result<HotFolder, AppError> {
        let open = self.open().await?;
        let current = self.current().await?;
        let own = self.config().vault_dir.clone();
        blocking(move || {
            let folder = folder::prepare(&folder)?;
            if folder::overlap(&folder, &own) || taken_by_another(&open.vault, &current.store, &folder)? {
                return Err(ArrivalError::FolderTaken.into());
            }
            let path = folder.to_str().ok_or(ArrivalError::FolderTaken)?;
            Ok(current.store.set_setting(FOLDER, &path)?)
        })
        .await?;
        self.tell(Event::ArrivalsChanged);
        self.hot_folder().await
    }

    /// Watches no folder any more; what came stays.
    ///
    /// # Errors
    /// As [`Self::hot_folder`].
    pub async fn forget_hot_folder(&self) -> Result<HotFolder, AppError> {
        self.with_store(|store| Ok(store.set_setting(FOLDER, &None::<&str>)?))
            .await?;
        self.looks().lock().await.problem = None;
        self.hot_folder().await
    }

    /// Removes the document a file made from the archive; the file itself stays in `processed`.
    ///
    /// # Errors
    /// [`AppError::WrongStage`] once something was done with the document, [`AppError::NotFound`].
    pub async fn take_back(&self, arrival: &str) -> Result<HotFolder, AppError> {
        let id = Uuid::parse_str(arrival).map_err(|_| AppError::NotFound)?;
        self.with_store(move |store| {
            let arrival = store
                .arrivals(u32::MAX)?
                .into_iter()
                .find(|arrival| arrival.id == id);
            let document = arrival
                .and_then(|arrival| arrival.document)
                .ok_or(AppError::NotFound)?;
            let files = store.document(document)?.files;
            let entry = journal::about(document, "document-taken-back", "");
            match store.change(entry, |change| change.take_back(id)) {
                Ok(_) => {}
                Err(kabinet_store::StoreError::Conflict) => return Err(AppError::WrongStage),
                Err(error) => return Err(error.into()),
            }
            // Its own content and no other: what somebody is taking in just now belongs to no document yet.
            for file in files {
                store.drop_blob_if_unused(file.digest)?;
            }
            Ok(())
        })
        .await?;
        self.tell(Event::DocumentsChanged);
        self.tell(Event::ArrivalsChanged);
        self.hot_folder().await
    }
}

fn folder_of(store: &OrganisationStore) -> Result<Option<PathBuf>, AppError> {
    Ok(store.setting::<Option<PathBuf>>(FOLDER)?.flatten())
}

fn taken_by_another(vault: &Vault, own: &OrganisationStore, folder: &Path) -> Result<bool, AppError> {
    for organisation in vault.organisations()? {
        if organisation.id != own.id()
            && let Some(other) = folder_of(&vault.organisation(organisation.id)?)?
            && folder::overlap(folder, &other)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn row(store: &OrganisationStore, arrival: Arrival) -> ArrivalRow {
    let document = arrival.document.and_then(|id| store.document(id).ok());
    let untouched = document
        .as_ref()
        .is_some_and(|document| matches!(document.stage, DocumentStage::Ready | DocumentStage::Invalid));
    ArrivalRow {
        id: arrival.id.to_string(),
        name: arrival.name,
        at: rfc3339(arrival.at),
        outcome: arrival.outcome.into(),
        document_id: document.as_ref().map(|document| document.id.0.to_string()),
        title: document.map(|document| document.title),
        error: arrival
            .reason
            .and_then(|reason| serde_json::from_str(&reason).ok()),
        can_take_back: untouched && arrival.outcome == ArrivalOutcome::Taken,
    }
}
