//! Putting a backup back: over the present databases, or as a vault where there is none.

use std::fs;
use std::path::{Path, PathBuf};

use time::OffsetDateTime;

use super::{Backup, UNFINISHED, check, fresh_dir, name};
use crate::database::Stop;
use crate::files::{FolderLock, private_dir, private_file, sync_dir};
use crate::header::SealedHeader;
use crate::keychain::MemoryKeychain;
use crate::secret::Key;
use crate::vault::{LockedVault, Unlock, Vault};
use crate::{Missing, StoreError, location, replacement};

impl LockedVault {
    /// Puts the databases of a backup in place of the present ones, which are moved to `backups/replaced-<time>/` and
    /// never removed by the program; that folder is the answer. The present protection stays. Works when the present databases are damaged, and
    /// with a backup from any folder.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::ForeignBackup`] for one of another vault; what
    /// [`Vault::verify_backup`] finds wrong with it; what [`unlock`](Self::unlock) says about `how`. Nothing is
    /// replaced then.
    pub fn restore(&self, backup: &Backup, how: &Unlock, now: OffsetDateTime) -> Result<PathBuf, StoreError> {
        let key = self.data_key(how)?;
        check::whole(&backup.path, self.id(), &key, &Stop::default())?;
        replace(&self.shell.dir, &backup.path, self.id(), &key, now, None)
    }
}

impl Vault {
    /// Makes a vault out of a backup in `dir`, which holds none, or one whose header is damaged beyond repair; what lies there
    /// is moved to `backups/replaced-<time>/`. It opens with the passphrase and the recovery code of the backup's time, and by
    /// no keychain until that is set anew: of a backup that had no passphrase only the code opens it, until one is set.
    ///
    /// # Errors
    /// [`StoreError::VaultExists`] when a vault with a sound header is there, [`StoreError::ProtectionNotSet`] when the backup
    /// is not protected this way, [`StoreError::Keychain`] by the keychain, [`StoreError::WrongPassphrase`],
    /// [`StoreError::WrongRecoveryCode`], [`StoreError::NetworkFolder`], [`StoreError::VaultInUse`];
    /// what [`verify_backup`](Self::verify_backup) finds wrong with the backup. Nothing is changed then.
    pub fn restore_anew(
        dir: &Path,
        backup: &Backup,
        how: &Unlock,
        now: OffsetDateTime,
    ) -> Result<PathBuf, StoreError> {
        refuse_if_sound(dir)?;
        let sealed = match SealedHeader::read(&backup.path) {
            Err(StoreError::VaultNotFound) => return Err(StoreError::NotFound(Missing::Backup)),
            other => other?,
        };
        let id = sealed.header.id;
        // No keychain is at hand that has ever heard of this vault.
        let key = sealed.open(how, &MemoryKeychain::default())?;
        check::whole(&backup.path, id, &key, &Stop::default())?;

        location::require_local(dir)?;
        private_dir(dir)?;
        let _lock = FolderLock::acquire(dir)?;
        // Now that nobody else can make one there.
        refuse_if_sound(dir)?;
        let mut header = sealed.header.clone();
        header.keychain = None;
        let sealed = SealedHeader::seal(header, &key)?;
        replace(dir, &backup.path, id, &key, now, Some(&sealed))
    }
}

/// A vault whose header can be read, or mended from its copy, is no place for another.
fn refuse_if_sound(dir: &Path) -> Result<(), StoreError> {
    match SealedHeader::read(dir) {
        _ if replacement::is_under_way(dir) => Err(StoreError::VaultExists),
        Err(StoreError::VaultNotFound | StoreError::HeaderDamaged { backup: false }) => Ok(()),
        _ => Err(StoreError::VaultExists),
    }
}

/// With a `header` the vault gets it too, or the present one stays. Answers where the old files are.
fn replace(
    dir: &Path,
    backup: &Path,
    vault: uuid::Uuid,
    key: &Key,
    now: OffsetDateTime,
    header: Option<&SealedHeader>,
) -> Result<PathBuf, StoreError> {
    let backups = dir.join("backups");
    private_dir(&backups)?;
    let fresh = backups.join(UNFINISHED);
    fresh_dir(&fresh)?;
    private_dir(&fresh.join("organisations"))?;
    for file in check::files(backup, vault, key)? {
        copy_file(&backup.join(&file), &fresh.join(&file))?;
    }
    sync_dir(&fresh.join("organisations"))?;
    if let Some(header) = header {
        header.write(&fresh)?;
    }
    replacement::replace(dir, &fresh, &name(now)?)
}

fn copy_file(from: &Path, to: &Path) -> Result<(), StoreError> {
    let mut file = private_file(to)?;
    let mut source = fs::File::open(from).map_err(StoreError::io("read"))?;
    std::io::copy(&mut source, &mut file).map_err(StoreError::io("write"))?;
    file.sync_all().map_err(StoreError::io("write"))
}
