//! Powers of attorney on paper (C-31): a picture in the archive, its requisites typed beside it.
//!
//! The picture is the document; what was typed is a companion file of it, so it is deleted, handed over and packed together with it.
//! No machine can check who signed a paper: the judgement never says more than «cannot tell» of one.

mod model;
mod picture;

use std::path::{Path, PathBuf};

use kabinet_domain::poa::judge::PoaKind;
use kabinet_domain::poa::{PoaNumber, PoaState, PowerOfAttorney};
use kabinet_domain::{Document, DocumentFile, DocumentId, FileRole};
use kabinet_store::{OrganisationStore, PoaRecord};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{PoaError, list, register};
use crate::blocking::blocking;
use crate::import::{NamedFile, Package, read, take_in_package};
use crate::state::Current;
use crate::view::{AddedScan, DraftProblem, ScanForm};
use crate::{App, AppError, Event, journal, send};

/// Name of the companion file that holds what was typed.
const TYPED: &str = "poa-requisites.json";

/// What stands in it.
#[derive(Serialize, Deserialize)]
struct Typed {
    number: PoaNumber,
    form: ScanForm,
}

impl App {
    /// Takes a power of attorney on paper into the archive and the register: the picture that lies at `path`, and what was typed of it.
    ///
    /// # Errors
    /// [`PoaError::ScanKind`] and the others about the picture; the file system's; failures of the vault. What is wrong with the
    /// requisites is in the result, and then nothing was taken in.
    pub async fn add_poa_scan(&self, form: ScanForm, path: &Path) -> Result<AddedScan, AppError> {
        let problems = self.check_poa_scan(&form);
        if !problems.is_empty() {
            return Ok(AddedScan { row: None, problems });
        }
        let current = self.current().await?;
        self.permit(&current, "applications.fill").await?;
        let (formats, path): (_, PathBuf) = (self.formats(), path.to_owned());
        let row = blocking(move || {
            let file = read(&path)?;
            picture::check(&file.name, &file.bytes)?;
            let number = PoaNumber(Uuid::new_v4());
            let typed = serde_json::to_vec_pretty(&Typed {
                number,
                form: form.clone(),
            });
            let typed = typed.map_err(|_| AppError::NotFound)?;
            let beside = NamedFile {
                name: TYPED.to_owned(),
                bytes: typed.clone(),
            };
            let poa = model::of(&form, number).ok_or(AppError::NotFound)?;
            let name = file.name.clone();
            let mut package = Package::of(&formats, vec![file, beside]).ok_or(AppError::NotFound)?;
            package.title = name;
            let id = take_in_package(&current, package)?;
            let record = PoaRecord {
                kind: kind(&form).ok_or(AppError::NotFound)?,
                // The registry has no part in it: it holds while its days do.
                state: PoaState::Active,
                ..register::record(&poa, id)
            };
            put(&current, id, &record, &typed)?;
            list::row(&current.store, &current.store.poa(number)?)
        })
        .await?;
        self.tell(Event::DocumentsChanged);
        Ok(AddedScan {
            row: Some(row),
            problems: Vec::new(),
        })
    }

    /// What is wrong with the requisites of one on paper: what POA-05 asks for, its term, its powers, what has to be declared.
    pub fn check_poa_scan(&self, form: &ScanForm) -> Vec<DraftProblem> {
        model::problems(form, list::today())
    }
}

fn kind(form: &ScanForm) -> Option<PoaKind> {
    match form.kind.as_str() {
        "paper" => Some(PoaKind::PaperScan),
        "notarial" => Some(PoaKind::NotarialScan),
        _ => None,
    }
}

/// Into the register. A picture that was in the archive as an ordinary file gets its requisites now.
fn put(current: &Current, id: DocumentId, record: &PoaRecord, typed: &[u8]) -> Result<(), AppError> {
    let store = &current.store;
    if store.poa_of_document(id)?.is_some() {
        return Err(PoaError::ScanKnown.into());
    }
    let document = store.document(id)?;
    let late = match typed_file(&document) {
        Some(_) => None,
        None => Some(companion(store, typed)?),
    };
    let entry = journal::about(id, "poa-scan-added", "");
    let entry = journal::with(entry, "number", record.number);
    let entry = journal::with(entry, "kind", list::word(record.kind));
    Ok(store.change(entry, |change| {
        if let Some(file) = &late {
            change.attach_file(id, file)?;
        }
        change.add_poa(record)
    })?)
}

fn companion(store: &OrganisationStore, typed: &[u8]) -> Result<DocumentFile, AppError> {
    let (digest, size) = store.put_blob(typed)?;
    Ok(DocumentFile {
        name: TYPED.to_owned(),
        role: FileRole::Companion,
        digest,
        size,
    })
}

fn typed_file(document: &Document) -> Option<&DocumentFile> {
    let is_typed = |file: &&DocumentFile| file.role == FileRole::Companion && file.name == TYPED;
    document.files.iter().find(is_typed)
}

/// What was typed of a picture. Blocks.
pub(super) fn typed(
    store: &OrganisationStore,
    document: &Document,
) -> Result<Option<PowerOfAttorney>, AppError> {
    let Some(file) = typed_file(document) else {
        return Ok(None);
    };
    let bytes = send::read_all(store, file)?;
    let typed: Option<Typed> = serde_json::from_slice(&bytes).ok();
    Ok(typed.and_then(|typed| model::of(&typed.form, typed.number)))
}
