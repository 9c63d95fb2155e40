//! Taking a package in: what its inventory says is checked against its bytes, and nothing is written outside the vault. A zip
//! without an inventory is a bundle of files; signatures that lie beside them are theirs.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kabinet_domain::{ContentDigest, Document, DocumentFile, DocumentId, FileRole};
use kabinet_formats::Formats;
use kabinet_store::{HandOver, StoreError};
use zip::ZipArchive;
use zip::read::ZipFile;

use super::error::{PackageError, unreadable};
use super::{FORMAT, INVENTORY, Inventory, Listed, ListedFile, VERSION, merge};
use crate::blocking::blocking;
use crate::hand_over::is_hand_over;
use crate::import::{self, Examined, NamedFile, Past};
use crate::import_pace::Pace;
use crate::state::Current;
use crate::view::ImportOutcome;
use crate::{App, AppError, Event, tools};

/// Most entries of a package.
const ENTRIES: usize = 10_000;
/// Largest inventory, bytes.
const INVENTORY_LIMIT: u64 = 16 << 20;
/// What a zip without an inventory may unpack to, bytes: it is held in memory.
const BUNDLE_LIMIT: u64 = import::LIMIT;
/// Deflate makes a thousandth of nothing but zeros; no document shrinks so.
const RATIO: u64 = 250;
/// Below this size nobody asks how well it was compressed, bytes.
const SMALL: u64 = 32 << 20;

/// What a package is read from: a file, or the content of an encrypted one.
pub(crate) trait Input: Read + Seek + Send {}
impl<T: Read + Seek + Send> Input for T {}

pub(crate) type Archive = ZipArchive<Box<dyn Input>>;

impl App {
    /// Takes in the documents of a package, or the files of a plain zip, or what was handed over. A document is taken in whole or not at all.
    ///
    /// # Errors
    /// [`AppError::Package`], [`AppError::File`], [`AppError::Store`] for one of another organisation; what is wrong with a
    /// single document is in its outcome.
    pub async fn import_package(&self, path: PathBuf) -> Result<Vec<ImportOutcome>, AppError> {
        let current = self.current().await?;
        let formats = self.formats();
        let pace = Pace::of(self, 1);
        let mut outcomes = Vec::new();
        if is_hand_over(&path) {
            self.take_over(&path, &pace, &mut outcomes).await?;
            return Ok(outcomes);
        }
        let outcomes = blocking(move || {
            take_in(&current, &formats, &path, &pace, &mut outcomes)?;
            Ok(outcomes)
        })
        .await;
        self.tell(Event::DocumentsChanged);
        outcomes
    }
}

/// Whether the file is a package with an inventory: a plain zip may be a document itself.
pub(crate) fn has_inventory(path: &Path) -> bool {
    let names_it = |archive: Archive| archive.index_for_name(INVENTORY).is_some();
    open(path).is_ok_and(names_it)
}

fn open(path: &Path) -> Result<Archive, AppError> {
    let file = File::open(path).map_err(|source| tools::file_error(path, source))?;
    read(Box::new(BufReader::new(file)))
}

fn read(input: Box<dyn Input>) -> Result<Archive, AppError> {
    Ok(ZipArchive::new(input).map_err(PackageError::from)?)
}

/// The zip inside an encrypted file, looked at before anything of it is unpacked.
pub(crate) fn open_inside(input: Box<dyn Input>) -> Result<Archive, AppError> {
    let mut archive = read(input)?;
    refuse_traps(&mut archive)?;
    Ok(archive)
}

/// # Errors
/// [`AppError::ImportStopped`] with what was taken in until then among the outcomes; what is wrong with the package itself.
pub(crate) fn take_in(
    current: &Current,
    formats: &Arc<Formats>,
    path: &Path,
    pace: &Pace,
    outcomes: &mut Vec<ImportOutcome>,
) -> Result<(), AppError> {
    let mut archive = open(path)?;
    refuse_traps(&mut archive)?;
    match inventory(&mut archive)? {
        Some(inventory) => Reader {
            current,
            formats,
            archive: &mut archive,
            pace,
        }
        .restore(inventory, None, outcomes),
        None => import::take_in_all(current, formats, bundled(&mut archive, pace)?, pace, outcomes),
    }
}

/// Looks at everything before anything is unpacked.
fn refuse_traps(archive: &mut Archive) -> Result<(), PackageError> {
    if archive.len() > ENTRIES || archive.has_overlapping_files()? {
        return Err(PackageError::TooMuch);
    }
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index)?;
        let name = entry.name()?.into_owned();
        if !stays_inside(&name) || entry.is_symlink() {
            return Err(PackageError::UnsafeName { file: name });
        }
        if entry.encrypted() {
            return Err(PackageError::Encrypted);
        }
        if entry.size() > SMALL && entry.size() / RATIO > entry.compressed_size() {
            return Err(PackageError::TooMuch);
        }
    }
    Ok(())
}

/// Whether a name is a path below the package and nothing else, on every system.
fn stays_inside(name: &str) -> bool {
    let is_plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':', '\0']);
    name.strip_suffix('/').unwrap_or(name).split('/').all(is_plain)
}

/// Whether a name is one of a file and leads nowhere.
fn is_name(name: &str) -> bool {
    stays_inside(name) && !name.contains('/')
}

pub(super) fn inventory(archive: &mut Archive) -> Result<Option<Inventory>, PackageError> {
    /// Read before anything else, so that a newer layout is told from damage.
    #[derive(serde::Deserialize)]
    struct Preamble {
        format: String,
        version: u32,
    }
    let Some(index) = archive.index_for_name(INVENTORY) else {
        return Ok(None);
    };
    let bytes = read_whole(archive.by_index(index)?, INVENTORY_LIMIT)?;
    let preamble: Preamble = serde_json::from_slice(&bytes).map_err(|_| PackageError::Inventory)?;
    match preamble {
        Preamble { format, .. } if format != FORMAT => Err(PackageError::Inventory),
        Preamble { version, .. } if version > VERSION => Err(PackageError::Newer { found: version }),
        _ => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|_| PackageError::Inventory),
    }
}

/// # Errors
/// [`PackageError::TooMuch`] beyond `limit` bytes.
pub(crate) fn read_whole(entry: ZipFile<'_, Box<dyn Input>>, limit: u64) -> Result<Vec<u8>, PackageError> {
    let mut bytes = Vec::new();
    entry
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > limit {
        return Err(PackageError::TooMuch);
    }
    Ok(bytes)
}

/// A package while its documents are taken in.
pub(super) struct Reader<'a> {
    pub(super) current: &'a Current,
    pub(super) formats: &'a Arc<Formats>,
    pub(super) archive: &'a mut Archive,
    pub(super) pace: &'a Pace,
}

impl Reader<'_> {
    pub(super) fn restore(
        self,
        inventory: Inventory,
        came: Option<&HandOver>,
        outcomes: &mut Vec<ImportOutcome>,
    ) -> Result<(), AppError> {
        let own = &self.current.organisation;
        if inventory.organisation.inn != own.inn || inventory.environment != own.environment {
            return Err(StoreError::WrongOrganisation.into());
        }
        self.pace.is_many(inventory.documents.len());
        for listed in inventory.documents {
            let name = listed
                .files
                .first()
                .map_or_else(|| listed.title.clone(), |file| file.name.clone());
            self.pace.next(&name)?;
            outcomes.push(
                match restore_one(self.current, self.formats, self.archive, listed, came) {
                    Ok(Restored::New(id)) => import::outcome(name, Some(id), None, None),
                    Ok(Restored::Known(merged)) => ImportOutcome {
                        signatures: merged.signatures,
                        renewed: merged.renewed,
                        ..import::outcome(name, None, Some(merged.id), None)
                    },
                    Err(error) => import::outcome(name, None, None, Some(error)),
                },
            );
            self.pace.done(1);
        }
        Ok(())
    }
}

enum Restored {
    New(DocumentId),
    Known(merge::Merged),
}

fn restore_one(
    current: &Current,
    formats: &Arc<Formats>,
    archive: &mut Archive,
    listed: Listed,
    came: Option<&HandOver>,
) -> Result<Restored, AppError> {
    let store = &current.store;
    if let Some(file) = listed.files.iter().find(|file| !is_name(&file.name)) {
        // It would be the name of a file when the document is written out again.
        return Err(PackageError::UnsafeName {
            file: file.name.clone(),
        }
        .into());
    }
    let main = listed.files.first().ok_or(PackageError::Inventory)?;
    if main.role != FileRole::Main {
        return Err(PackageError::Inventory.into());
    }
    if let Some(known) = known(current, &listed, main)? {
        return merge::merge(current, archive, &known, listed, came).map(Restored::Known);
    }
    let mut files = Vec::with_capacity(listed.files.len());
    for file in &listed.files {
        match put(current, archive, file) {
            Ok(file) => files.push(file),
            Err(error) => {
                // Nothing of a document that is not taken in stays.
                for file in files {
                    store.drop_blob_if_unused(file.digest)?;
                }
                return Err(error);
            }
        }
    }
    let examined = Examined::of_stored(formats, store, &files)?;
    let past = Past {
        id: listed.id,
        added: listed.added,
        stage: listed.stage,
        is_at_portal: listed.order.is_some(),
        statuses: listed.statuses,
        came: came.cloned(),
    };
    import::record(current, examined, files, Some(past)).map(Restored::New)
}

/// The document that is here already: the same, or one of the same content.
fn known(current: &Current, listed: &Listed, main: &ListedFile) -> Result<Option<Document>, AppError> {
    let store = &current.store;
    match store.document(listed.id) {
        Ok(known) => return Ok(Some(known)),
        Err(StoreError::NotFound(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let is_main = |document: &Document| {
        document
            .files
            .first()
            .is_some_and(|file| file.digest.0 == main.sha256)
    };
    for id in store.find_by_digest(ContentDigest(main.sha256))? {
        let document = store.document(id)?;
        if is_main(&document) {
            return Ok(Some(document));
        }
    }
    Ok(None)
}

pub(super) fn put(
    current: &Current,
    archive: &mut Archive,
    listed: &ListedFile,
) -> Result<DocumentFile, AppError> {
    let index = archive
        .index_for_name(&listed.path)
        .ok_or_else(|| PackageError::Missing {
            file: listed.path.clone(),
        })?;
    let changed = || PackageError::Changed {
        file: listed.path.clone(),
    };
    let entry = archive.by_index(index).map_err(PackageError::from)?;
    // One byte more than announced is enough to know.
    let stored = current.store.put_blob(entry.take(listed.size.saturating_add(1)));
    let (digest, size) = match stored {
        // The checksum of the zip itself does not fit.
        Err(StoreError::Io { action: "read", .. }) => {
            // Of an encrypted file nothing more can be read then, and it says why.
            let why = archive.by_index(index).err().map(PackageError::from);
            return Err(why.unwrap_or_else(changed).into());
        }
        other => other?,
    };
    if digest.0 != listed.sha256 || size != listed.size {
        current.store.drop_blob_if_unused(digest)?;
        return Err(changed().into());
    }
    Ok(DocumentFile {
        name: listed.name.clone(),
        role: listed.role.clone(),
        digest,
        size,
    })
}

/// The files of a zip without an inventory.
fn bundled(archive: &mut Archive, pace: &Pace) -> Result<Vec<NamedFile>, AppError> {
    let mut files = Vec::new();
    let mut left = BUNDLE_LIMIT;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(PackageError::from)?;
        if entry.is_dir() {
            continue;
        }
        let name = entry.name().map_err(PackageError::from)?.into_owned();
        let bytes = read_whole(entry, left)?;
        left -= bytes.len() as u64;
        files.push(NamedFile {
            name: name.rsplit('/').next().unwrap_or(&name).to_owned(),
            bytes,
        });
    }
    pace.is_many(files.len());
    Ok(files)
}
