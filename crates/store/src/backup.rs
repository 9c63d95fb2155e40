//! Backups: complete encrypted vaults of their own, taken while the vault is in use, rotated, and put back.

use std::fs;
use std::path::{Path, PathBuf};

use time::OffsetDateTime;
use time::PrimitiveDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use crate::database::{check, connect};
use crate::files::{private_dir, private_file, sync_dir};
use crate::header::SealedHeader;
use crate::organisation;
use crate::secret::Key;
use crate::vault::{LockedVault, Unlock, Vault, database_key};
use crate::{Missing, StoreError, personal, replacement};

/// Name of a backup's folder, UTC.
const NAME: &[BorrowedFormatItem<'_>] = format_description!("[year][month][day]T[hour][minute][second]Z");

/// A backup inside the vault. Its folder is a vault in itself: copied elsewhere, it opens with the passphrase.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Backup {
    /// When it was taken, to the second.
    pub taken: OffsetDateTime,
    /// Its folder.
    pub path: PathBuf,
}

impl Vault {
    /// Copies the header and every database into `backups/<time>/` and removes the oldest backups beyond `keep`.
    /// A backup that is not finished does not count as one.
    ///
    /// # Errors
    /// [`StoreError::StorageFull`], [`StoreError::AlreadyExists`] for a second backup in the same second; earlier
    /// backups are untouched then.
    pub fn back_up(&self, now: OffsetDateTime, keep: usize) -> Result<Backup, StoreError> {
        let backups = self.shell.dir.join("backups");
        let path = backups.join(name(now)?);
        if path.exists() {
            return Err(StoreError::AlreadyExists);
        }
        let partial = fresh_dir(&backups.join("unfinished"))?;
        private_dir(&partial.join("organisations"))?;
        private_dir(&partial.join("backups"))?;
        self.personal.copy_to(&partial.join(personal::FILE))?;
        for organisation in self.organisations()? {
            let store = self.organisation(organisation.id)?;
            store
                .database()
                .copy_to(&partial.join(organisation::file_name(organisation.id)))?;
        }
        self.sealed().write(&partial)?;
        sync_dir(&partial.join("organisations"))?;
        sync_dir(&partial)?;
        fs::rename(&partial, &path).map_err(StoreError::io("write"))?;
        sync_dir(&backups)?;
        for old in list(&self.shell.dir)?.iter().skip(keep.max(1)) {
            fs::remove_dir_all(&old.path).map_err(StoreError::io("write"))?;
        }
        Ok(Backup {
            taken: now.replace_nanosecond(0).unwrap_or(now),
            path,
        })
    }

    /// The backups, newest first.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn backups(&self) -> Result<Vec<Backup>, StoreError> {
        list(&self.shell.dir)
    }
}

impl LockedVault {
    /// The backups, newest first.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn backups(&self) -> Result<Vec<Backup>, StoreError> {
        list(&self.shell.dir)
    }

    /// Puts the databases of a backup in place of the present ones, which are moved to `backups/replaced-<time>/` and
    /// never removed by the program. The present protection stays. Works when the present databases are damaged.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::DatabaseDamaged`] when the backup is not sound or of another vault; what
    /// [`unlock`](Self::unlock) says about `how`. Nothing is replaced then.
    pub fn restore(&self, backup: &Backup, how: &Unlock, now: OffsetDateTime) -> Result<(), StoreError> {
        let dir = &self.shell.dir;
        let key = self.data_key(how)?;
        let names = sound_files(&backup.path, self, &key)?;

        let fresh = fresh_dir(&dir.join("backups").join("unfinished"))?;
        private_dir(&fresh.join("organisations"))?;
        for file in &names {
            copy_file(&backup.path.join(file), &fresh.join(file))?;
        }
        sync_dir(&fresh.join("organisations"))?;
        replacement::replace(dir, &fresh, &name(now)?)
    }
}

/// The databases of a backup, relative to it, after each was decrypted and checked in full.
fn sound_files(backup: &Path, vault: &LockedVault, key: &Key) -> Result<Vec<String>, StoreError> {
    match SealedHeader::read(backup) {
        Ok(sealed) if sealed.header.id == vault.id() => {}
        Ok(_) => return Err(StoreError::DatabaseDamaged),
        Err(StoreError::VaultNotFound) => return Err(StoreError::NotFound(Missing::Backup)),
        Err(error) => return Err(error),
    }
    let mut names = vec![personal::FILE.to_owned()];
    for entry in fs::read_dir(backup.join("organisations")).map_err(StoreError::io("read"))? {
        let name = entry.map_err(StoreError::io("read"))?.file_name();
        if let Some(name) = name.to_str().filter(|name| name.ends_with(".db")) {
            names.push(format!("organisations/{name}"));
        }
    }
    for name in &names {
        let connection = connect(&backup.join(name), &database_key(key, vault.id(), name)?)?;
        check(&connection)?;
    }
    Ok(names)
}

fn list(vault: &Path) -> Result<Vec<Backup>, StoreError> {
    let mut backups = Vec::new();
    let folder = vault.join("backups");
    if !folder.exists() {
        return Ok(backups);
    }
    for entry in fs::read_dir(folder).map_err(StoreError::io("read"))? {
        let entry = entry.map_err(StoreError::io("read"))?;
        let taken = entry
            .file_name()
            .to_str()
            .and_then(|name| PrimitiveDateTime::parse(name, NAME).ok());
        if let Some(taken) = taken {
            backups.push(Backup {
                taken: taken.assume_utc(),
                path: entry.path(),
            });
        }
    }
    backups.sort_by(|a, b| b.cmp(a));
    Ok(backups)
}

fn name(moment: OffsetDateTime) -> Result<String, StoreError> {
    moment
        .to_offset(time::UtcOffset::UTC)
        .format(NAME)
        .map_err(|_| StoreError::Value { column: "backup" })
}

fn fresh_dir(path: &Path) -> Result<PathBuf, StoreError> {
    if path.exists() {
        fs::remove_dir_all(path).map_err(StoreError::io("write"))?;
    }
    private_dir(path)?;
    Ok(path.to_path_buf())
}

fn copy_file(from: &Path, to: &Path) -> Result<(), StoreError> {
    let file = private_file(to)?;
    fs::copy(from, to).map_err(StoreError::io("write"))?;
    file.sync_all().map_err(StoreError::io("write"))
}
