//! New files in the place of a vault's present ones, so that a power cut leaves the old set or the new one, never a mixture.
//!
//! The new files are made ready in a folder of their own. From the moment that folder is called `backups/replacing-<time>`
//! they are going to take the place: what a power cut interrupts is [finished](finish) before the vault is opened again.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::files::{private_dir, sync_dir};
use crate::header::{COPY, FILE};
use crate::{StoreError, personal};

const UNDER_WAY: &str = "replacing-";
const ASIDE: &str = "replaced-";
/// What is replaced, with what lies beside it and would be taken for its own. The header comes last: before it is there,
/// there is no vault.
const PARTS: [(&str, &[&str]); 3] = [
    (personal::FILE, &["personal.db-wal", "personal.db-shm"]),
    ("organisations", &[]),
    (FILE, &[COPY]),
];

/// Puts what lies in `ready` in the place of its namesakes in the vault `dir`, which are moved to `backups/replaced-<time>`;
/// a second time in the same second, or by a clock that was set back, to `…-2` and so on. Answers where that is.
pub(crate) fn replace(dir: &Path, ready: &Path, time: &str) -> Result<PathBuf, StoreError> {
    sync_dir(ready)?;
    let backups = dir.join("backups");
    let mut name = time.to_owned();
    for again in 2_u32.. {
        if !backups.join(format!("{ASIDE}{name}")).exists() {
            break;
        }
        name = format!("{time}-{again}");
    }
    fs::rename(ready, backups.join(format!("{UNDER_WAY}{name}"))).map_err(StoreError::io("write"))?;
    sync_dir(&backups)?;
    finish(dir)?;
    Ok(backups.join(format!("{ASIDE}{name}")))
}

/// Finishes what was interrupted, if anything was.
pub(crate) fn finish(dir: &Path) -> Result<(), StoreError> {
    for (ready, time) in under_way(dir) {
        let aside = dir.join("backups").join(format!("{ASIDE}{time}"));
        private_dir(&aside)?;
        for (part, companions) in PARTS {
            // One that is not there any more has taken its place before.
            if !ready.join(part).exists() {
                continue;
            }
            for old in companions.iter().chain([&part]) {
                move_file(&dir.join(old), &aside.join(old))?;
            }
            sync_dir(&aside)?;
            move_file(&ready.join(part), &dir.join(part))?;
            sync_dir(dir)?;
        }
        fs::remove_dir_all(&ready).map_err(StoreError::io("write"))?;
    }
    Ok(())
}

/// Whether a replacement was interrupted in `dir`.
pub(crate) fn is_under_way(dir: &Path) -> bool {
    !under_way(dir).is_empty()
}

fn under_way(dir: &Path) -> Vec<(PathBuf, String)> {
    let entries = fs::read_dir(dir.join("backups")).into_iter().flatten().flatten();
    let named = entries.filter_map(|entry| {
        let name = entry.file_name();
        let time = name.to_str()?.strip_prefix(UNDER_WAY)?;
        Some((entry.path(), time.to_owned()))
    });
    named.collect()
}

fn move_file(from: &Path, to: &Path) -> Result<(), StoreError> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other.map_err(StoreError::io("write")),
    }
}
