//! Taking an organisation out of the vault, so that nothing of it is left: its database with what lies beside it, its line in the
//! list, and, where that is wanted, its part of the backups.
//!
//! Its key is derived from the key of the vault and the name of its file ([`crate::vault`]), so there is none to destroy; the bytes
//! are written over before the name goes. A disk that keeps old blocks (copy-on-write, flash) may still hold them, encrypted.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use kabinet_domain::OrganisationId;
use time::OffsetDateTime;

use crate::backup::Backup;
use crate::database::connect;
use crate::files::sync_dir;
use crate::header::SealedHeader;
use crate::organisation::{self, Obstacle};
use crate::vault::{Vault, database_key, held};
use crate::{Missing, StoreError, personal};

/// Setting of the vault with the organisations whose files are still to go.
const REMOVING: &str = "removing-organisations";
/// Written over in steps of so many bytes.
const STEP: usize = 1 << 20;

impl Vault {
    /// Takes an organisation out with everything of it in the vault. A power cut leaves it whole, or gone: what was begun is
    /// finished with the next unlocking. Backups keep theirs; see [`forget_in_backup`](Self::forget_in_backup).
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Kept`] while one of its documents or letters is held; failures of the disk, after which the
    /// organisation is no longer listed and its files go later.
    pub fn remove_organisation(&self, id: OrganisationId) -> Result<(), StoreError> {
        if !self.organisations()?.iter().any(|one| one.id == id) {
            return Err(StoreError::NotFound(Missing::Organisation));
        }
        let store = self.organisation(id)?;
        if store.count_held()? > 0 || store.count_held_letters()? > 0 {
            return Err(StoreError::Kept(Obstacle::Hold));
        }
        let mut removing: Vec<OrganisationId> = self.setting(REMOVING)?.unwrap_or_default();
        removing.push(id);
        // First the wish: from here on it is finished whatever happens.
        self.personal.write(|transaction| {
            crate::settings::save(transaction, REMOVING, &removing)?;
            personal::remove(transaction, id)
        })?;
        self.finish_removals()
    }

    /// Removes what [`remove_organisation`](Self::remove_organisation) did not come to.
    pub(crate) fn finish_removals(&self) -> Result<(), StoreError> {
        let removing: Vec<OrganisationId> = self.setting(REMOVING)?.unwrap_or_default();
        for id in &removing {
            self.close_organisation(*id);
            destroy(&self.shell.dir, *id)?;
            // Copies an older program made before it changed the file.
            let prefix = format!("{}.v", organisation::file_name(*id).replace('/', "-"));
            for entry in entries(&self.shell.dir.join("backups")) {
                if entry
                    .file_name()
                    .is_some_and(|name| name.to_string_lossy().starts_with(&prefix))
                {
                    overwrite(&entry)?;
                }
            }
        }
        if !removing.is_empty() {
            self.personal.write(|transaction| {
                crate::settings::save(transaction, REMOVING, &Vec::<OrganisationId>::new())
            })?;
        }
        Ok(())
    }

    /// Whether a backup holds this organisation; the names of the files say so.
    pub fn is_in_backup(&self, backup: &Backup, id: OrganisationId) -> bool {
        backup.path.join(organisation::file_name(id)).exists()
    }

    /// Takes an organisation out of a backup of this vault too; the others in it stay as they are. The backup is checked
    /// afterwards, and its mark says what was found.
    ///
    /// # Errors
    /// [`StoreError::ForeignBackup`]; [`StoreError::Io`] where nothing can be written; what is wrong with the backup.
    pub fn forget_in_backup(
        &self,
        backup: &Backup,
        id: OrganisationId,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        if SealedHeader::read(&backup.path)?.header.id != self.id() {
            return Err(StoreError::ForeignBackup);
        }
        let key = database_key(&self.key, self.id(), personal::FILE)?;
        {
            let connection = connect(&backup.path.join(personal::FILE), &key)?;
            connection.execute_batch("PRAGMA secure_delete = ON; PRAGMA synchronous = FULL;")?;
            personal::remove(&connection, id)?;
        }
        destroy(&backup.path, id)?;
        self.verify_backup(backup, now).map(drop)
    }

    /// Takes an organisation out of the folders in which a restoring put the vault before aside.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn forget_in_replaced(&self, id: OrganisationId) -> Result<(), StoreError> {
        for folder in entries(&self.shell.dir.join("backups")) {
            let is_aside = folder
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("replaced-"));
            if is_aside && folder.join(organisation::file_name(id)).exists() {
                destroy(&folder, id)?;
            }
        }
        Ok(())
    }

    fn close_organisation(&self, id: OrganisationId) {
        if let Some(database) = held(&self.opened).remove(&id).and_then(|weak| weak.upgrade()) {
            database.close();
        }
    }
}

/// The database of an organisation in this folder, and what SQLite keeps beside it.
fn destroy(folder: &Path, id: OrganisationId) -> Result<(), StoreError> {
    let name = organisation::file_name(id);
    for suffix in ["-wal", "-shm", "-journal", ""] {
        overwrite(&folder.join(format!("{name}{suffix}")))?;
    }
    let parent = folder.join("organisations");
    if parent.is_dir() {
        sync_dir(&parent)
    } else {
        Ok(())
    }
}

/// Writes zeros over a file and removes it; one that is not there is gone already.
fn overwrite(path: &Path) -> Result<(), StoreError> {
    let mut file = match OpenOptions::new().write(true).open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        other => other.map_err(StoreError::io("write"))?,
    };
    let mut left = file.metadata().map_err(StoreError::io("read"))?.len();
    let zeros = vec![0_u8; STEP];
    while left > 0 {
        let step = left.min(STEP as u64);
        let zeros = zeros
            .get(..usize::try_from(step).unwrap_or(STEP))
            .unwrap_or(&zeros);
        file.write_all(zeros).map_err(StoreError::io("write"))?;
        left -= step;
    }
    file.sync_all().map_err(StoreError::io("write"))?;
    drop(file);
    fs::remove_file(path).map_err(StoreError::io("write"))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}
