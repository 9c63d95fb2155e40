//! Files of the vault: private, written whole or not at all, and held by one process at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::{StoreError, location};

/// Creates `dir` and its parents; readable by the owner only.
pub(crate) fn private_dir(dir: &Path) -> Result<(), StoreError> {
    fs::create_dir_all(dir).map_err(StoreError::io("create"))?;
    restrict(dir, 0o700)
}

/// Creates an empty file readable by the owner only, unless it exists.
pub(crate) fn private_file(path: &Path) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(StoreError::io("create"))?;
    restrict(path, 0o600)?;
    Ok(file)
}

#[cfg(unix)]
fn restrict(path: &Path, mode: u32) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt;
    match fs::set_permissions(path, fs::Permissions::from_mode(mode)) {
        // A drive with FAT or exFAT: whoever holds it reads it, which is what the encryption is for.
        Err(_) if location::has_no_modes(path) => Ok(()),
        other => other.map_err(StoreError::io("protect")),
    }
}

// Windows: the profile folder's access list, which new files inherit, admits the user only.
#[cfg(not(unix))]
fn restrict(_path: &Path, _mode: u32) -> Result<(), StoreError> {
    Ok(())
}

/// Puts `bytes` in place of `path` so that a power cut leaves either the old file or the new one. What it may leave beside it
/// is written over the next time; see [`remove_partial`].
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let partial = partial(path);
    remove_partial(path)?;
    let written = private_file(&partial).and_then(|mut file| {
        file.write_all(bytes)
            .and_then(|()| file.sync_all())
            .and_then(|()| fs::rename(&partial, path))
            .map_err(StoreError::io("write"))
    });
    if written.is_err() {
        // The first error is the one worth reporting.
        let _ = remove_partial(path);
    }
    written.and_then(|()| sync_dir(&parent(path)?))
}

/// Removes what a [`write_atomically`] that was cut short left: a header among it might open by a passphrase given up since.
pub(crate) fn remove_partial(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(partial(path)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other.map_err(StoreError::io("write")),
    }
}

fn partial(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

/// Makes renames and new names in `dir` survive a power cut.
#[cfg(unix)]
pub(crate) fn sync_dir(dir: &Path) -> Result<(), StoreError> {
    match File::open(dir).and_then(|dir| dir.sync_all()) {
        // Some file systems of drives and shares cannot flush a directory; those that can, report what went wrong.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
            ) =>
        {
            Ok(())
        }
        other => other.map_err(StoreError::io("write")),
    }
}

// NTFS journals its directories, and they cannot be opened for flushing.
#[cfg(not(unix))]
pub(crate) fn sync_dir(_dir: &Path) -> Result<(), StoreError> {
    Ok(())
}

fn parent(path: &Path) -> Result<PathBuf, StoreError> {
    path.parent().map(Path::to_path_buf).ok_or(StoreError::Io {
        action: "write",
        kind: io::ErrorKind::InvalidInput,
    })
}

/// A process that is just being started holds for a moment what its parent has let go of: the lock belongs to the open file, which fork
/// shares until exec closes it (flock(2)).
const LET_GO: Duration = Duration::from_millis(500);

/// Exclusive use of a vault folder, for as long as the value lives; a killed process lets go of it.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    pub(crate) fn acquire(dir: &Path) -> Result<Self, StoreError> {
        let file = private_file(&dir.join("vault.lock"))?;
        let last = Instant::now() + LET_GO;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if Instant::now() < last => {
                    std::thread::sleep(Duration::from_millis(10));
                }
                Err(TryLockError::WouldBlock) => return Err(StoreError::VaultInUse),
                Err(TryLockError::Error(error)) => return Err(StoreError::io("lock")(error)),
            }
        }
    }
}
