//! Opening documents: recognised by content, checked against their schema, taken into the archive.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kabinet_domain::{Document, DocumentFile, DocumentId, DocumentStage, FileRole, Finding, Severity};
use kabinet_formats::Formats;
use kabinet_store::{NewEntry, OrganisationStore};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::blocking::blocking;
use crate::hand_over::is_hand_over;
use crate::state::Current;
use crate::view::ImportOutcome;
use crate::{App, AppError, Event, journal};

/// Largest document taken in, bytes.
pub(crate) const LIMIT: u64 = 200 << 20;

impl App {
    /// Takes files in. Files that belong together (`trans` and `req` of СФР, a Госключ request and its documents)
    /// become one document.
    ///
    /// # Errors
    /// [`AppError::Locked`] and [`AppError::NoOrganisation`]; what is wrong with a single file is in its outcome.
    pub async fn import(&self, paths: Vec<PathBuf>) -> Result<Vec<ImportOutcome>, AppError> {
        let current = self.current().await?;
        let formats = self.formats();
        let (handed, paths): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| is_hand_over(path));
        let mut taken = Vec::new();
        for path in handed {
            taken.extend(self.take_over_one(&path).await);
        }
        let outcomes = blocking(move || {
            let mut outcomes = taken;
            let mut files = Vec::new();
            for path in paths {
                match read(&path) {
                    Ok(file) => files.push(file),
                    Err(error) => outcomes.push(refused(name_of(&path), error)),
                }
            }
            for package in pair(&formats, files) {
                take_in(&current, package, &mut outcomes);
            }
            Ok(outcomes)
        })
        .await?;
        self.tell(Event::DocumentsChanged);
        Ok(outcomes)
    }

    async fn take_over_one(&self, path: &Path) -> Vec<ImportOutcome> {
        match self.take_over(path).await {
            Ok(drafts) => drafts
                .into_iter()
                .map(|draft| ImportOutcome {
                    draft_id: Some(draft),
                    ..ImportOutcome::of(name_of(path))
                })
                .collect(),
            // Somebody thought better of it: nothing to tell.
            Err(AppError::Cancelled) => Vec::new(),
            Err(error) => vec![refused(name_of(path), error)],
        }
    }
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

pub(crate) fn read(path: &Path) -> Result<NamedFile, AppError> {
    let failed = |source| AppError::File {
        path: name_of(path),
        source,
    };
    let size = std::fs::metadata(path).map_err(failed)?.len();
    if size > LIMIT {
        return Err(AppError::TooLarge { limit: LIMIT });
    }
    Ok(NamedFile {
        name: name_of(path),
        bytes: std::fs::read(path).map_err(failed)?,
    })
}

/// Takes in one file the program made itself; the document that has the same content if there is one.
pub(crate) fn take_in_one(
    formats: &Arc<Formats>,
    current: &Current,
    file: NamedFile,
) -> Result<DocumentId, AppError> {
    let package = pair(formats, vec![file]).pop().ok_or(AppError::NotFound)?;
    match add(&current.store, current, package)? {
        Added::New(id) | Added::Duplicate(id) => Ok(id),
    }
}

fn take_in(current: &Current, package: Package, outcomes: &mut Vec<ImportOutcome>) {
    let names: Vec<String> = package.files.iter().map(|file| file.name.clone()).collect();
    match add(&current.store, current, package) {
        Ok(Added::New(id)) => outcomes.extend(names.into_iter().map(|name| ImportOutcome {
            document_id: Some(id.0.to_string()),
            ..ImportOutcome::of(name)
        })),
        Ok(Added::Duplicate(id)) => outcomes.extend(names.into_iter().map(|name| ImportOutcome {
            duplicate_of: Some(id.0.to_string()),
            ..ImportOutcome::of(name)
        })),
        Err(error) => {
            let error: crate::view::UiError = error.into();
            outcomes.extend(names.into_iter().map(|name| ImportOutcome {
                error: Some(error.clone()),
                ..ImportOutcome::of(name)
            }));
        }
    }
}

fn refused(name: String, error: AppError) -> ImportOutcome {
    ImportOutcome {
        error: Some(error.into()),
        ..ImportOutcome::of(name)
    }
}

/// A file as it came.
pub(crate) struct NamedFile {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// Files that make one document; the main one first.
pub(crate) struct Package {
    pub(crate) format: String,
    pub(crate) title: String,
    pub(crate) files: Vec<NamedFile>,
    formats: Arc<Formats>,
}

impl Package {
    /// Everything the checks of all files found.
    pub(crate) fn check(&self) -> Vec<Finding> {
        self.files
            .iter()
            .flat_map(|file| self.formats.check(&file.name, &file.bytes).findings)
            .collect()
    }
}

/// Puts together what belongs together: `trans` and `req` of СФР by the name in the former; the documents beside a
/// Госключ request that was opened with them.
pub(crate) fn pair(formats: &Arc<Formats>, files: Vec<NamedFile>) -> Vec<Package> {
    let named: Vec<(&str, &[u8])> = files
        .iter()
        .map(|file| (file.name.as_str(), file.bytes.as_slice()))
        .collect();
    let mut partner_of: BTreeMap<usize, usize> = kabinet_formats::sfr::pairs(&named)
        .into_iter()
        .map(|(main, companion)| (companion, main))
        .collect();
    let recognised: Vec<_> = named
        .iter()
        .map(|(name, bytes)| kabinet_formats::recognise(name, bytes))
        .collect();
    let mut requests = recognised
        .iter()
        .enumerate()
        .filter(|(_, one)| one.format == GOSKEY_REQUEST);
    if let (Some((request, _)), None) = (requests.next(), requests.next()) {
        for index in (0..files.len()).filter(|index| *index != request) {
            partner_of.entry(index).or_insert(request);
        }
    }
    let mut packages: BTreeMap<usize, Package> = BTreeMap::new();
    let mut companions = Vec::new();
    for (index, (file, recognition)) in files.into_iter().zip(recognised).enumerate() {
        match partner_of.get(&index) {
            Some(main) => companions.push((*main, file)),
            None => {
                let formats = formats.clone();
                let package = Package {
                    format: recognition.format,
                    title: recognition.title.line,
                    files: vec![file],
                    formats,
                };
                packages.insert(index, package);
            }
        }
    }
    for (main, file) in companions {
        if let Some(package) = packages.get_mut(&main) {
            package.files.push(file);
        }
    }
    packages.into_values().collect()
}

/// Format of a request of the service Госключ.
const GOSKEY_REQUEST: &str = "goskey.request";

/// What a package comes to.
pub(crate) enum Prepared {
    /// This document, once it is added; its content is in the vault.
    New(Document),
    /// This document has the same content.
    Known(DocumentId),
}

enum Added {
    New(DocumentId),
    Duplicate(DocumentId),
}

fn add(store: &OrganisationStore, current: &Current, package: Package) -> Result<Added, AppError> {
    let document = match prepare(store, current, package)? {
        Prepared::New(document) => document,
        Prepared::Known(id) => return Ok(Added::Duplicate(id)),
    };
    store.change(added(&document), |change| change.add_document(&document))?;
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
    let checked = package.check();
    let mut files = Vec::with_capacity(package.files.len());
    for (index, file) in package.files.iter().enumerate() {
        let (digest, size) = store.put_blob(file.bytes.as_slice())?;
        let role = if index == 0 {
            FileRole::Main
        } else {
            FileRole::Companion
        };
        files.push(DocumentFile {
            name: file.name.clone(),
            role,
            digest,
            size,
        });
    }
    if let Some(known) = files
        .first()
        .map(|main| store.find_by_digest(main.digest))
        .transpose()?
        .and_then(|ids| ids.into_iter().next())
    {
        return Ok(Prepared::Known(known));
    }
    let now = OffsetDateTime::now_utc();
    Ok(Prepared::New(Document {
        id: DocumentId(Uuid::new_v4()),
        organisation: current.organisation.id,
        format: package.format.clone(),
        title: package.title.clone(),
        files,
        stage: stage_of(&checked),
        findings: checked,
        added: now,
        updated: now,
    }))
}

fn stage_of(findings: &[Finding]) -> DocumentStage {
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        DocumentStage::Invalid
    } else {
        DocumentStage::Ready
    }
}
