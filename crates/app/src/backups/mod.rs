//! Backups of the vault: made, listed, checked.

mod daily;
mod restore;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kabinet_store::{Backup, StoreError, Vault};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::blocking::blocking;
use crate::view::{
    BackupContents, BackupFailure, BackupFolder, BackupPlace, BackupView, BackupsView, Params, UiError,
    rfc3339,
};
use crate::{App, AppError, Event};

/// Setting of the vault with the user's wishes.
const PLAN: &str = "backups";

/// What the user wants, and what went wrong last.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Plan {
    /// Folder or drive that gets backups too.
    folder: Option<PathBuf>,
    /// At most this many in each place; 0 = as many as their age allows.
    keep: u32,
    /// Failures since the last success in the vault and in the folder.
    in_vault: Option<Failed>,
    in_folder: Option<Failed>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Failed {
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    code: String,
    params: Params,
    retriable: bool,
}

impl Plan {
    fn of(vault: &Vault) -> Result<Self, AppError> {
        Ok(vault.setting(PLAN)?.unwrap_or_default())
    }

    fn most(&self) -> usize {
        match self.keep {
            0 => usize::MAX,
            keep => keep as usize,
        }
    }
}

impl App {
    /// Backups of the open vault within reach: in it, and in the chosen folder.
    pub(crate) async fn own_backups(&self) -> Result<Vec<Backup>, AppError> {
        let vault = self.open().await?.vault;
        let dir = self.config().vault_dir.clone();
        blocking(move || {
            let mut backups = Backup::of_vault(&dir)?;
            let folder = Plan::of(&vault)?.folder.map(|folder| vault.place_in(&folder));
            if let Some(folder) = folder.filter(|folder| folder.is_dir()) {
                backups.extend(Backup::find(&folder).unwrap_or_default());
            }
            backups.retain(|backup| backup.vault == Some(vault.id()));
            Ok(backups)
        })
        .await
    }

    /// Backups in the vault and in the chosen folder, also while the vault is closed: then those of the vault alone.
    ///
    /// # Errors
    /// [`AppError::Store`] when a folder cannot be read.
    pub async fn backups(&self) -> Result<BackupsView, AppError> {
        let vault = self.open().await.ok().map(|open| open.vault);
        let (dir, found, running) = (
            self.config().vault_dir.clone(),
            self.found_backups(),
            self.backing_up().try_lock().is_err(),
        );
        blocking(move || {
            let own = Vault::glance(&dir).ok().map(|glance| glance.id);
            let plan = vault.as_deref().map(Plan::of).transpose()?.unwrap_or_default();
            let mut backups: Vec<(BackupPlace, Backup)> = Vec::new();
            let mut add = |place, list: Vec<Backup>| backups.extend(list.into_iter().map(|one| (place, one)));
            add(BackupPlace::Vault, Backup::of_vault(&dir)?);
            let folder = vault
                .as_ref()
                .and_then(|vault| Some(vault.place_in(plan.folder.as_ref()?)));
            if let Some(folder) = folder.as_ref().filter(|folder| folder.is_dir()) {
                // A drive that was just pulled out is no failure of the list.
                add(BackupPlace::Folder, Backup::find(folder).unwrap_or_default());
            }
            add(BackupPlace::Found, found);
            backups.sort_by_key(|(_, backup)| std::cmp::Reverse(backup.taken));
            let last = backups
                .iter()
                .filter(|(place, _)| *place != BackupPlace::Found)
                .find(|(_, backup)| backup.checked.is_some_and(|checked| checked.sound))
                .map(|(_, backup)| rfc3339(backup.taken));
            let failed = |place, failed: &Option<Failed>| {
                failed.clone().map(|failed| BackupFailure {
                    at: rfc3339(failed.at),
                    place,
                    error: UiError {
                        code: failed.code,
                        params: failed.params,
                        retriable: failed.retriable,
                    },
                })
            };
            Ok(BackupsView {
                backups: backups
                    .iter()
                    .map(|(place, backup)| view(*place, backup, own))
                    .collect(),
                keep: plan.keep,
                last,
                failures: failed(BackupPlace::Vault, &plan.in_vault)
                    .into_iter()
                    .chain(failed(BackupPlace::Folder, &plan.in_folder))
                    .collect(),
                folder: plan.folder.map(|path| BackupFolder {
                    present: folder.is_some_and(|folder| folder.is_dir()),
                    path: path.display().to_string(),
                }),
                running,
            })
        })
        .await
    }

    /// Chooses the folder or drive that gets backups too, or none.
    ///
    /// # Errors
    /// [`AppError::Store`] when nothing can be written there.
    pub async fn set_backup_folder(&self, folder: Option<PathBuf>) -> Result<BackupsView, AppError> {
        self.change_plan(move |vault, plan| {
            if let Some(folder) = &folder {
                // From now on its absence means that the drive is not there.
                std::fs::create_dir_all(vault.place_in(folder)).map_err(|source| AppError::File {
                    path: folder.display().to_string(),
                    source,
                })?;
            }
            plan.folder = folder;
            plan.in_folder = None;
            Ok(())
        })
        .await
    }

    /// At most this many backups stay in each place; 0 = as many as their age allows.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn set_backup_keep(&self, keep: u32) -> Result<BackupsView, AppError> {
        self.change_plan(move |_, plan| {
            plan.keep = keep;
            Ok(())
        })
        .await
    }

    /// Makes a backup in the vault now, and one in the chosen folder if that is there.
    ///
    /// # Errors
    /// What hindered the first that failed; it is kept in the list too.
    pub async fn back_up(&self) -> Result<BackupsView, AppError> {
        let vault = self.open().await?.vault;
        let result = self
            .back_up_everywhere(vault, OffsetDateTime::now_utc(), |_| true)
            .await;
        result?;
        self.backups().await
    }

    /// Makes one backup: in this folder, or in the vault.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn back_up_to(
        &self,
        folder: Option<PathBuf>,
        keep: Option<usize>,
    ) -> Result<BackupView, AppError> {
        let vault = self.open().await?.vault;
        let _turn = self.backing_up().lock().await;
        blocking(move || {
            let keep = keep.map_or_else(|| Plan::of(&vault).map(|plan| plan.most()), Ok)?;
            let now = OffsetDateTime::now_utc();
            let (place, backup) = match &folder {
                Some(folder) => (BackupPlace::Folder, vault.back_up_to(folder, now, keep)?),
                None => (BackupPlace::Vault, vault.back_up(now, keep)?),
            };
            Ok(view(place, &backup, Some(vault.id())))
        })
        .await
    }

    /// Backups in a folder the user points at; they are in the list from now on, until another folder is pointed at.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there are none.
    pub async fn find_backups(&self, folder: PathBuf) -> Result<BackupsView, AppError> {
        let found = blocking(move || backups_at(&folder)).await?;
        self.remember_found(found);
        self.backups().await
    }

    /// Backups in a folder, for who needs no list.
    ///
    /// # Errors
    /// As [`find_backups`](Self::find_backups).
    pub async fn backups_in(&self, folder: PathBuf) -> Result<Vec<BackupView>, AppError> {
        let own = Vault::glance(&self.config().vault_dir)
            .ok()
            .map(|glance| glance.id);
        let found = blocking(move || backups_at(&folder)).await?;
        Ok(found
            .iter()
            .map(|backup| view(BackupPlace::Found, backup, own))
            .collect())
    }

    /// Reads everything in a backup of the list and notes what was found.
    ///
    /// # Errors
    /// [`AppError::Locked`]; what is wrong with the backup.
    pub async fn verify_backup(&self, id: &str) -> Result<BackupsView, AppError> {
        let backup = self.listed_backup(id).await?;
        let checked = self.check_backup(backup).await;
        self.tell(Event::BackupsChanged);
        checked?;
        self.backups().await
    }

    /// Reads everything in a backup by its folder, or by its name in the vault.
    ///
    /// # Errors
    /// As [`verify_backup`](Self::verify_backup).
    pub async fn verify_backup_at(&self, at: &Path) -> Result<(BackupView, BackupContents), AppError> {
        let backup = self.backup_at(at)?;
        let own = self.open().await?.vault.id();
        let shown = view(BackupPlace::Found, &backup, Some(own));
        let contents = self.check_backup(backup).await?;
        Ok((shown, contents))
    }

    async fn check_backup(&self, backup: Backup) -> Result<BackupContents, AppError> {
        let vault = self.open().await?.vault;
        blocking(move || Ok(vault.verify_backup(&backup, OffsetDateTime::now_utc())?.into())).await
    }

    async fn change_plan(
        &self,
        change: impl FnOnce(&Vault, &mut Plan) -> Result<(), AppError> + Send + 'static,
    ) -> Result<BackupsView, AppError> {
        let vault = self.open().await?.vault;
        blocking(move || {
            let mut plan = Plan::of(&vault)?;
            change(&vault, &mut plan)?;
            Ok(vault.set_setting(PLAN, &plan)?)
        })
        .await?;
        self.tell(Event::BackupsChanged);
        self.wake_backups().notify_one();
        self.backups().await
    }

    /// Makes a backup in each place that `wants` one, and keeps what became of it.
    async fn back_up_everywhere(
        &self,
        vault: Arc<Vault>,
        now: OffsetDateTime,
        wants: impl Fn(Option<&Backup>) -> bool + Send + 'static,
    ) -> Result<(), AppError> {
        let _turn = self.backing_up().lock().await;
        let app = self.clone();
        blocking(move || {
            let mut plan = Plan::of(&vault)?;
            let most = plan.most();
            let mut first = None;
            // A list that cannot be read is no reason to try nothing: what hinders the backup is kept.
            let here = wants(vault.backups().unwrap_or_default().first());
            let folder = plan.folder.clone().filter(|folder| {
                let place = vault.place_in(folder);
                place.is_dir() && wants(Backup::find(&place).unwrap_or_default().first())
            });
            // The daily one is looked after every minute: mostly there is nothing to do, to tell or to write down.
            if !here && folder.is_none() {
                return Ok(());
            }
            app.tell(Event::BackupsChanged);
            if here {
                plan.in_vault = note(vault.back_up(now, most), now, &mut first);
            }
            if let Some(folder) = folder {
                plan.in_folder = note(vault.back_up_to(&folder, now, most), now, &mut first);
            }
            // Read again: it may have been changed meanwhile.
            let fresh = Plan::of(&vault)?;
            vault.set_setting(
                PLAN,
                &Plan {
                    in_vault: plan.in_vault,
                    in_folder: plan.in_folder.filter(|_| fresh.folder == plan.folder),
                    ..fresh
                },
            )?;
            app.tell(Event::BackupsChanged);
            first.map_or(Ok(()), |error| Err(error.into()))
        })
        .await
    }

    async fn listed_backup(&self, id: &str) -> Result<Backup, AppError> {
        let list = self.backups().await?;
        let view = list.backups.into_iter().find(|backup| backup.id == id);
        let path = view.ok_or(NO_BACKUP)?.path;
        let found = Backup::find(Path::new(&path))?;
        Ok(found.into_iter().next().ok_or(NO_BACKUP)?)
    }

    /// A backup by its folder, or by its name in the vault.
    fn backup_at(&self, at: &Path) -> Result<Backup, AppError> {
        let own = Backup::of_vault(&self.config().vault_dir)?;
        if let Some(backup) = own.into_iter().find(|backup| Path::new(&backup.name()) == at) {
            return Ok(backup);
        }
        Ok(backups_at(at)?.into_iter().next().ok_or(NO_BACKUP)?)
    }
}

const NO_BACKUP: StoreError = StoreError::NotFound(kabinet_store::Missing::Backup);

/// The failure to keep, after this try. Locking is none: whoever locks wants no backup now.
fn note(
    tried: Result<Backup, StoreError>,
    now: OffsetDateTime,
    first: &mut Option<StoreError>,
) -> Option<Failed> {
    let error = tried.err()?;
    let is_locking = matches!(error, StoreError::Locked);
    let failed = Failed {
        at: now,
        code: error.code().to_owned(),
        params: crate::error::owned(error.params()),
        retriable: error.is_retriable(),
    };
    first.get_or_insert(error);
    (!is_locking).then_some(failed)
}

fn backups_at(folder: &Path) -> Result<Vec<Backup>, AppError> {
    if !folder.is_dir() {
        return Err(NO_BACKUP.into());
    }
    let found = Backup::find(folder)?;
    if found.is_empty() {
        return Err(NO_BACKUP.into());
    }
    Ok(found)
}

pub(crate) fn view(place: BackupPlace, backup: &Backup, own: Option<uuid::Uuid>) -> BackupView {
    let path = backup.path.display().to_string();
    let word = match place {
        BackupPlace::Vault => "vault",
        BackupPlace::Folder => "folder",
        BackupPlace::Found => "found",
    };
    BackupView {
        id: format!("{word}:{path}"),
        place,
        taken: rfc3339(backup.taken),
        size_kb: u32::try_from(backup.size.div_ceil(1024)).unwrap_or(u32::MAX),
        sound: backup.checked.map(|checked| checked.sound),
        checked_at: backup.checked.map(|checked| rfc3339(checked.at)),
        foreign: backup.vault.is_none() || own.is_some() && backup.vault != own,
        path,
    }
}
