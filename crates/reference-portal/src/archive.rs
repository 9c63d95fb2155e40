//! The zip of an order, read with suspicion.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use sha2::Digest as _;
use zip::ZipArchive;

use crate::store::StoredFile;

/// What all files of an archive may come to, unpacked.
const MOST_BYTES: u64 = 1_000_000_000;

/// A file of the archive.
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) content: Vec<u8>,
}

/// Why an archive is refused as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ArchiveFault {
    /// Not a zip, or damaged.
    Unreadable,
    /// Nothing inside.
    Empty,
    /// Holds a folder.
    Folder(String),
    /// Holds an archive.
    Nested(String),
    /// Two files of one name.
    Twice(String),
    /// Unpacks to more than anyone sends.
    TooLarge,
}

/// All files of a flat archive.
pub(crate) fn read(path: &Path) -> Result<Vec<Entry>, ArchiveFault> {
    let file = File::open(path).map_err(|_| ArchiveFault::Unreadable)?;
    let mut zip = ZipArchive::new(file).map_err(|_| ArchiveFault::Unreadable)?;
    let mut entries: Vec<Entry> = vec![];
    let mut left = MOST_BYTES;
    for index in 0..zip.len() {
        let packed = zip.by_index(index).map_err(|_| ArchiveFault::Unreadable)?;
        let name = packed.name().map_err(|_| ArchiveFault::Unreadable)?.into_owned();
        if packed.is_dir() || name.contains(['/', '\\']) {
            return Err(ArchiveFault::Folder(name));
        }
        if is_archive_name(&name) {
            return Err(ArchiveFault::Nested(name));
        }
        if entries.iter().any(|e| e.name == name) {
            return Err(ArchiveFault::Twice(name));
        }
        let mut content = vec![];
        packed
            .take(left + 1)
            .read_to_end(&mut content)
            .map_err(|_| ArchiveFault::Unreadable)?;
        left = left
            .checked_sub(content.len() as u64)
            .ok_or(ArchiveFault::TooLarge)?;
        entries.push(Entry { name, content });
    }
    if entries.is_empty() {
        Err(ArchiveFault::Empty)
    } else {
        Ok(entries)
    }
}

/// One file of the archive.
pub(crate) fn read_one(path: &Path, name: &str) -> Option<Vec<u8>> {
    read(path)
        .ok()?
        .into_iter()
        .find(|e| e.name == name)
        .map(|e| e.content)
}

/// Names, sizes and digests of the files; empty when the archive is refused.
pub(crate) fn list(path: &Path) -> Vec<StoredFile> {
    let entries = read(path).unwrap_or_default();
    entries
        .into_iter()
        .map(|entry| StoredFile {
            size: i64::try_from(entry.content.len()).unwrap_or(i64::MAX),
            sha256: hex::encode(sha2::Sha256::digest(&entry.content)),
            name: entry.name,
        })
        .collect()
}

/// SHA-256 of a file, lower-case hex.
pub(crate) fn sha256_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut digest = sha2::Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok(hex::encode(digest.finalize()));
        }
        digest.update(&buffer[..count]);
    }
}

fn is_archive_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    [".zip", ".rar", ".7z", ".tar", ".gz"]
        .iter()
        .any(|end| lower.ends_with(end))
}
