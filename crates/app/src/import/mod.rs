//! Opening documents: recognised by content, checked against their schema, taken into the archive.

mod pairing;
mod record;

pub(crate) use pairing::{NamedFile, Package, pair};
use record::document_of;
pub(crate) use record::{Examined, Past, record};

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kabinet_domain::{Document, DocumentFile, DocumentId, FileRole, Finding, Severity};
use kabinet_formats::Formats;
use kabinet_store::{NewEntry, OrganisationStore};

use crate::blocking::blocking;
use crate::documents::parse_document;
use crate::hand_over::is_hand_over;
use crate::import_pace::Pace;
use crate::state::Current;
use crate::view::{ImportOutcome, UiError};
use crate::{App, AppError, Event, journal, limits, package, poa, reading};

/// Largest file whose content is looked into, bytes: it is held in memory for that. Larger ones are kept all the same.
pub(crate) const LIMIT: u64 = kabinet_formats::TRANSPORT_LIMIT;
/// As much of a larger file tells what kind it is.
const BEGINNING: u64 = 64 << 10;

impl App {
    /// Takes files in. Files that belong together (`trans` and `req` of СФР, a Госключ request and its documents, a file and
    /// its detached signature) become one document; a package is taken in as its documents.
    ///
    /// # Errors
    /// [`AppError::Locked`] and [`AppError::NoOrganisation`]; what is wrong with a single file is in its outcome.
    pub async fn import(&self, paths: Vec<PathBuf>) -> Result<Vec<ImportOutcome>, AppError> {
        let current = self.current().await?;
        let formats = self.formats();
        let pace = Pace::of(self, paths.len());
        let (handed, paths): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| is_hand_over(path));
        let mut outcomes = Vec::new();
        let mut stopped = None;
        for path in handed {
            match self.take_over(&path, &pace, &mut outcomes).await {
                Ok(()) => {}
                // Somebody thought better of it: nothing to tell.
                Err(AppError::Cancelled) => pace.done(1),
                Err(error @ AppError::ImportStopped { .. }) => {
                    stopped = Some(error);
                    break;
                }
                Err(error) => {
                    pace.done(1);
                    outcomes.push(outcome(name_of(&path), None, None, Some(error)));
                }
            }
        }
        let outcomes = blocking(move || {
            let stopped = match stopped {
                Some(stopped) => Err(stopped),
                None => take_in_paths(&current, &formats, paths, &pace, &mut outcomes),
            };
            if let Err(error) = stopped {
                outcomes.push(outcome(String::new(), None, None, Some(error)));
            }
            for outcome in &mut outcomes {
                outcome.problems = problems(&current, outcome)?;
            }
            note_powers_of_attorney(&current, &mut outcomes)?;
            Ok(outcomes)
        })
        .await?;
        self.tell(Event::DocumentsChanged);
        Ok(outcomes)
    }
}

/// Powers of attorney among what is new, or has new signatures, stand in the register from now on, with the signatures that came; where they cannot, their
/// outcome says why. What was handed over is noted where it is opened, for it may belong to another organisation.
pub(crate) fn note_powers_of_attorney(
    current: &Current,
    outcomes: &mut [ImportOutcome],
) -> Result<(), AppError> {
    let mut seen = BTreeSet::new();
    for outcome in outcomes.iter_mut().filter(|outcome| outcome.letter.is_none()) {
        // One that is known counts when signatures joined it.
        let joined = outcome.duplicate_of.clone().filter(|_| outcome.signatures > 0);
        let id = outcome.document_id.clone().or(joined);
        let Some(id) = id.filter(|id| seen.insert(id.clone())) else {
            continue;
        };
        match poa::note(current, parse_document(&id)?) {
            Ok(()) => {}
            Err(error @ AppError::Poa(_)) => outcome.problems.push(UiError::from(error)),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// # Errors
/// [`AppError::ImportStopped`]; what is wrong with a file is in its outcome.
fn take_in_paths(
    current: &Current,
    formats: &Arc<Formats>,
    paths: Vec<PathBuf>,
    pace: &Pace,
    outcomes: &mut Vec<ImportOutcome>,
) -> Result<(), AppError> {
    let mut files = Vec::new();
    for path in paths {
        pace.next(&name_of(&path))?;
        let taken = match size(&path) {
            Ok(_) if package::has_inventory(&path) => {
                package::take_in(current, formats, &path, pace, outcomes)
            }
            Ok(size) if size > LIMIT => take_in_large(current, &path).map(|added| {
                pace.done(1);
                outcomes.push(added.told(name_of(&path)));
            }),
            Ok(_) => read(&path).map(|file| files.push(file)),
            Err(error) => Err(error),
        };
        match taken {
            Ok(()) => {}
            Err(error @ AppError::ImportStopped { .. }) => return Err(error),
            Err(error) => {
                pace.done(1);
                outcomes.push(outcome(name_of(&path), None, None, Some(error)));
            }
        }
    }
    take_in_all(current, formats, files, pace, outcomes)
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> AppError {
    |source| AppError::File {
        path: name_of(path),
        source,
    }
}

fn size(path: &Path) -> Result<u64, AppError> {
    Ok(std::fs::metadata(path).map_err(failed(path))?.len())
}

/// Why no service would take the document this file became part of, as far as it is this file's fault.
fn problems(current: &Current, outcome: &ImportOutcome) -> Result<Vec<UiError>, AppError> {
    let is_elsewhere = outcome
        .letter
        .as_ref()
        .is_some_and(|letter| letter.organisation.is_some());
    if is_elsewhere {
        return Ok(Vec::new());
    }
    let Some(id) = outcome.document_id.as_deref().or(outcome.duplicate_of.as_deref()) else {
        return Ok(Vec::new());
    };
    let document = current.store.document(parse_document(id)?)?;
    let mut problems = limits::nowhere(&document, current.environment());
    problems.retain(|problem| {
        let file = problem.params.get("file");
        file.is_none_or(|file| *file == outcome.name)
    });
    Ok(problems)
}

pub(crate) fn read(path: &Path) -> Result<NamedFile, AppError> {
    if size(path)? > LIMIT {
        return Err(AppError::TooLarge { limit: LIMIT });
    }
    Ok(NamedFile {
        name: name_of(path),
        bytes: std::fs::read(path).map_err(failed(path))?,
    })
}

/// Takes in a document the program made itself, with what travels along; the document that has the same content if there is one.
pub(crate) fn take_in_made(
    formats: &Arc<Formats>,
    current: &Current,
    file: NamedFile,
    along: Vec<NamedFile>,
) -> Result<DocumentId, AppError> {
    let mut package = pair(formats, vec![file]).pop().ok_or(AppError::NotFound)?;
    package.files.extend(along);
    match add(current, package)? {
        Added::New(id) | Added::Duplicate(id) => Ok(id),
    }
}

/// Takes in what the program put together itself; the document that has the same main file if there is one.
pub(crate) fn take_in_package(current: &Current, package: Package) -> Result<DocumentId, AppError> {
    match add(current, package)? {
        Added::New(id) | Added::Duplicate(id) => Ok(id),
    }
}

/// What became of a document.
pub(crate) enum Added {
    New(DocumentId),
    Duplicate(DocumentId),
}

impl Added {
    fn told(self, name: String) -> ImportOutcome {
        match self {
            Self::New(id) => outcome(name, Some(id), None, None),
            Self::Duplicate(id) => outcome(name, None, Some(id), None),
        }
    }
}

pub(crate) fn outcome(
    name: String,
    added: Option<DocumentId>,
    duplicate_of: Option<DocumentId>,
    error: Option<AppError>,
) -> ImportOutcome {
    ImportOutcome {
        document_id: added.map(|id| id.0.to_string()),
        duplicate_of: duplicate_of.map(|id| id.0.to_string()),
        error: error.map(Into::into),
        ..ImportOutcome::of(name)
    }
}

/// Takes in files that are in memory, those together that belong together.
///
/// # Errors
/// [`AppError::ImportStopped`]; what is wrong with a file is in its outcome.
pub(crate) fn take_in_all(
    current: &Current,
    formats: &Arc<Formats>,
    files: Vec<NamedFile>,
    pace: &Pace,
    outcomes: &mut Vec<ImportOutcome>,
) -> Result<(), AppError> {
    for package in pair(formats, files) {
        let names: Vec<String> = package.all_files().map(|file| file.name.clone()).collect();
        pace.next(names.first().map_or("", String::as_str))?;
        let (mut id, mut known, mut failure) = (None, None, None);
        match add(current, package) {
            Ok(Added::New(new)) => id = Some(new.0.to_string()),
            Ok(Added::Duplicate(old)) => known = Some(old.0.to_string()),
            Err(error) => failure = Some(crate::view::UiError::from(error)),
        }
        pace.done(names.len());
        outcomes.extend(names.into_iter().map(|name| ImportOutcome {
            document_id: id.clone(),
            duplicate_of: known.clone(),
            error: failure.clone(),
            ..ImportOutcome::of(name)
        }));
    }
    Ok(())
}

/// Keeps a file that is too large to be looked into, in constant memory.
fn take_in_large(current: &Current, path: &Path) -> Result<Added, AppError> {
    let mut file = std::fs::File::open(path).map_err(failed(path))?;
    let mut beginning = Vec::new();
    file.by_ref()
        .take(BEGINNING)
        .read_to_end(&mut beginning)
        .map_err(failed(path))?;
    let recognised = kabinet_formats::recognise(&name_of(path), &beginning);
    let (digest, size) = current.store.put_blob(beginning.as_slice().chain(file))?;
    if let Some(known) = current.store.find_by_digest(digest)?.into_iter().next() {
        return Ok(Added::Duplicate(known));
    }
    let name = name_of(path);
    let examined = Examined {
        format: recognised.format,
        title: recognised.title.line,
        findings: vec![unchecked(&name, size)],
    };
    let file = DocumentFile {
        name,
        role: FileRole::Main,
        digest,
        size,
    };
    record(current, examined, vec![file], None).map(Added::New)
}

fn unchecked(file: &str, size: u64) -> Finding {
    Finding {
        code: "document.too-large".to_owned(),
        severity: Severity::Warning,
        file: file.to_owned(),
        line: None,
        element: None,
        params: [
            ("value".to_owned(), size.to_string()),
            ("expected".to_owned(), LIMIT.to_string()),
        ]
        .into(),
    }
}

/// What a package comes to.
pub(crate) enum Prepared {
    /// This document, once it is added; its content is in the vault.
    New(Document),
    /// This document has the same content.
    Known(DocumentId),
}

fn add(current: &Current, package: Package) -> Result<Added, AppError> {
    let store = &current.store;
    let read = package
        .files
        .iter()
        .map(|file| (file.name.as_str(), file.bytes.as_slice()));
    let text = reading::text(&package.formats, read);
    let document = match prepare(store, current, package)? {
        Prepared::New(document) => document,
        Prepared::Known(id) => return Ok(Added::Duplicate(id)),
    };
    store.change(added(&document), |change| {
        change.add_document_with_text(&document, &text)
    })?;
    Ok(Added::New(document.id))
}

/// The journal's entry of a document that is taken in.
pub(crate) fn added(document: &Document) -> NewEntry {
    let entry = journal::about(document.id, "document-added", "");
    journal::with(entry, "format", &document.format)
}

/// Checks a package and puts its content into the vault.
pub(crate) fn prepare(
    store: &OrganisationStore,
    current: &Current,
    package: Package,
) -> Result<Prepared, AppError> {
    let findings = package.check();
    let mut files = Vec::new();
    for (index, file) in package.files.iter().enumerate() {
        let role = if index == 0 {
            FileRole::Main
        } else {
            FileRole::Companion
        };
        files.push(put(store, file, role)?);
    }
    if let Some(known) = files
        .first()
        .map(|main| store.find_by_digest(main.digest))
        .transpose()?
        .and_then(|ids| ids.into_iter().next())
    {
        return Ok(Prepared::Known(known));
    }
    for (file, of) in &package.signatures {
        files.push(put(store, file, FileRole::Signature { of: of.clone() })?);
    }
    let examined = Examined {
        format: package.format,
        title: package.title,
        findings,
    };
    Ok(Prepared::New(document_of(current, examined, files, None)))
}

fn put(store: &OrganisationStore, file: &NamedFile, role: FileRole) -> Result<DocumentFile, AppError> {
    let (digest, size) = store.put_blob(file.bytes.as_slice())?;
    Ok(DocumentFile {
        name: file.name.clone(),
        role,
        digest,
        size,
    })
}
