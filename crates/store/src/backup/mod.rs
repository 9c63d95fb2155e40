//! Backups: complete encrypted vaults of their own, taken while the vault is in use, checked in full before they count,
//! thinned out, and put back.

mod check;
mod restore;
mod thinning;

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::PrimitiveDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use uuid::Uuid;

pub use check::Contents;
pub use thinning::expendable;

use crate::files::{private_dir, sync_dir, write_atomically};
use crate::header::SealedHeader;
use crate::organisation;
use crate::vault::{LockedVault, Vault};
use crate::{Missing, StoreError, personal};

/// Name of a backup's folder, UTC.
const NAME: &[BorrowedFormatItem<'_>] = format_description!("[year][month][day]T[hour][minute][second]Z");
/// What the last check of a backup said, inside its folder: it travels with the backup and is read without its key.
const MARK: &str = "backup.json";
/// A backup being written. It is no backup until it has its name.
const UNFINISHED: &str = "unfinished";
/// One being removed.
const REMOVED: &str = "removed";

/// A backup. Its folder is a vault in itself: copied elsewhere, it opens with the passphrase of its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// When it was taken, to the second.
    pub taken: OffsetDateTime,
    /// Its folder.
    pub path: PathBuf,
    /// The vault it was taken of, as its header says; `None` when that cannot be read.
    pub vault: Option<Uuid>,
    /// Bytes of its files.
    pub size: u64,
    /// What its last check said; `None` when nobody has checked it. A note, no proof: restoring checks again.
    pub checked: Option<Checked>,
}

/// What a check of a backup said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// When it ended.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Everything was there and whole.
    pub sound: bool,
}

impl Vault {
    /// Copies the header and every database into `backups/<time>/` of the vault, checks the copy in full and thins
    /// out the earlier ones: by age (see [`expendable`]) and, beyond that, to the newest `keep`.
    ///
    /// # Errors
    /// [`StoreError::StorageFull`], [`StoreError::AlreadyExists`] for a second backup in the same second,
    /// [`StoreError::DatabaseDamaged`] when the copy is not sound, which then does not count as a backup; earlier
    /// backups are untouched in each case.
    pub fn back_up(&self, now: OffsetDateTime, keep: usize) -> Result<Backup, StoreError> {
        self.back_up_into(&self.shell.dir.join("backups"), now, keep)
    }

    /// The same into a folder elsewhere, a drive for example: there into [`place_in`](Self::place_in), so that
    /// several vaults share a folder. The folder may be on a network or on a drive without access rights: the files are
    /// encrypted, and nobody works in them.
    ///
    /// # Errors
    /// As [`back_up`](Self::back_up); [`StoreError::NotFound`] when the folder is not there.
    pub fn back_up_to(&self, folder: &Path, now: OffsetDateTime, keep: usize) -> Result<Backup, StoreError> {
        if !folder.is_dir() {
            return Err(StoreError::NotFound(Missing::BackupFolder));
        }
        self.back_up_into(&self.place_in(folder), now, keep)
    }

    /// Where in a folder the backups of this vault lie.
    pub fn place_in(&self, folder: &Path) -> PathBuf {
        folder.join(format!("kabinet-{}", self.id()))
    }

    /// The backups in the vault, newest first.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn backups(&self) -> Result<Vec<Backup>, StoreError> {
        named_in(&self.shell.dir.join("backups"))
    }

    /// Decrypts and checks everything in a backup of this vault, and notes beside it what was found.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::ForeignBackup`], [`StoreError::NewerVersion`]; what is wrong with it:
    /// [`StoreError::DatabaseDamaged`], [`StoreError::DatabaseMissing`], [`StoreError::HeaderDamaged`],
    /// [`StoreError::HeaderForged`].
    pub fn verify_backup(&self, backup: &Backup, now: OffsetDateTime) -> Result<Contents, StoreError> {
        let checked = check::whole(&backup.path, self.id(), &self.key, &self.stop);
        if checked.as_ref().map_or_else(StoreError::is_damage, |_| true) {
            // A drive may be read-only; what was found is what counts.
            let _ = mark(&backup.path, now, checked.is_ok());
        }
        checked
    }

    fn back_up_into(&self, place: &Path, now: OffsetDateTime, keep: usize) -> Result<Backup, StoreError> {
        let path = place.join(name(now)?);
        if path.exists() {
            return Err(StoreError::AlreadyExists);
        }
        let partial = place.join(UNFINISHED);
        let finished = self.write_backup(&partial, now).and_then(|()| {
            fs::rename(&partial, &path).map_err(StoreError::io("write"))?;
            sync_dir(place)
        });
        if let Err(error) = finished {
            // A full disk must not stay full of what is of no use. The first error is the one worth reporting.
            let _ = fs::remove_dir_all(&partial);
            return Err(error);
        }
        let backups = named_in(place)?;
        remove_dir(&place.join(REMOVED))?;
        for old in expendable(&backups, now, keep) {
            // Under a name that is no backup's, so that a power cut leaves no half of one.
            fs::rename(&old.path, place.join(REMOVED)).map_err(StoreError::io("write"))?;
            remove_dir(&place.join(REMOVED))?;
        }
        Ok(read(path, now))
    }

    fn write_backup(&self, partial: &Path, now: OffsetDateTime) -> Result<(), StoreError> {
        fresh_dir(partial)?;
        private_dir(&partial.join("organisations"))?;
        private_dir(&partial.join("backups"))?;
        self.personal.copy_to(&partial.join(personal::FILE), &self.stop)?;
        for organisation in self.organisations()? {
            let store = self.organisation(organisation.id)?;
            store.database().copy_to(
                &partial.join(organisation::file_name(organisation.id)),
                &self.stop,
            )?;
        }
        self.sealed().write(partial)?;
        sync_dir(&partial.join("organisations"))?;
        check::whole(partial, self.id(), &self.key, &self.stop)?;
        mark(partial, now, true)?;
        sync_dir(partial)
    }
}

impl LockedVault {
    /// The backups in the vault, newest first.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn backups(&self) -> Result<Vec<Backup>, StoreError> {
        named_in(&self.shell.dir.join("backups"))
    }
}

impl Backup {
    /// The backups in the vault at `dir`, newest first; nobody has to hold it.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn of_vault(dir: &Path) -> Result<Vec<Self>, StoreError> {
        named_in(&dir.join("backups"))
    }

    /// Its name, by which it is called in the list of its place.
    pub fn name(&self) -> String {
        self.path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }

    /// Backups in a folder a person points at, newest first: the folder may be a backup, hold backups, or hold the folders of
    /// several vaults' backups. Backups of other vaults are among them.
    ///
    /// # Errors
    /// [`StoreError::Io`]; none found is no error.
    pub fn find(folder: &Path) -> Result<Vec<Self>, StoreError> {
        if Vault::exists(folder) {
            let taken = taken(folder).or_else(|| modified(folder));
            return Ok(taken
                .map(|taken| read(folder.to_owned(), taken))
                .into_iter()
                .collect());
        }
        let mut found = named_in(folder)?;
        for entry in fs::read_dir(folder).map_err(StoreError::io("read"))? {
            let path = entry.map_err(StoreError::io("read"))?.path();
            let is_place = path.file_name().is_some_and(|name| {
                name == "backups" || name.to_str().is_some_and(|name| name.starts_with("kabinet-"))
            });
            if is_place && path.is_dir() {
                found.extend(named_in(&path)?);
            }
        }
        found.sort_by_key(|backup| std::cmp::Reverse(backup.taken));
        Ok(found)
    }
}

/// The backups that lie in `place` itself, newest first.
fn named_in(place: &Path) -> Result<Vec<Backup>, StoreError> {
    let mut backups = Vec::new();
    if !place.exists() {
        return Ok(backups);
    }
    for entry in fs::read_dir(place).map_err(StoreError::io("read"))? {
        let path = entry.map_err(StoreError::io("read"))?.path();
        if let Some(taken) = taken(&path) {
            backups.push(read(path, taken));
        }
    }
    backups.sort_by_key(|backup| std::cmp::Reverse(backup.taken));
    Ok(backups)
}

fn read(path: PathBuf, taken: OffsetDateTime) -> Backup {
    let mark = fs::read(path.join(MARK)).ok();
    Backup {
        taken: taken.replace_nanosecond(0).unwrap_or(taken),
        vault: SealedHeader::read(&path).ok().map(|sealed| sealed.header.id),
        size: size_of(&path),
        checked: mark.and_then(|bytes| serde_json::from_slice(&bytes).ok()),
        path,
    }
}

/// What its name says.
fn taken(path: &Path) -> Option<OffsetDateTime> {
    let name = path.file_name()?.to_str()?;
    Some(PrimitiveDateTime::parse(name, NAME).ok()?.assume_utc())
}

/// A backup that was renamed is as old as its header.
fn modified(folder: &Path) -> Option<OffsetDateTime> {
    let modified = fs::metadata(folder.join(crate::header::FILE))
        .ok()?
        .modified()
        .ok()?;
    Some(modified.into())
}

/// Bytes of the files below; what cannot be read counts nothing.
pub(crate) fn size_of(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => size_of(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}

fn mark(backup: &Path, at: OffsetDateTime, sound: bool) -> Result<(), StoreError> {
    let bytes =
        serde_json::to_vec(&Checked { at, sound }).map_err(|_| StoreError::Value { column: "backup" })?;
    write_atomically(&backup.join(MARK), &bytes)
}

fn name(moment: OffsetDateTime) -> Result<String, StoreError> {
    moment
        .to_offset(time::UtcOffset::UTC)
        .format(NAME)
        .map_err(|_| StoreError::Value { column: "backup" })
}

fn fresh_dir(path: &Path) -> Result<(), StoreError> {
    remove_dir(path)?;
    private_dir(path)
}

fn remove_dir(path: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other.map_err(StoreError::io("write")),
    }
}
