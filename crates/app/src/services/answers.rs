//! Files attached to a draft: kept with the vault's own copy from the moment they are chosen.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kabinet_domain::draft::Fields;
use kabinet_formats::form::{Attachment, FieldKind, FieldProblem, FileRule, Form, attachments, kind_breach};
use kabinet_store::{ATTACHMENT, DraftSave, OrganisationStore, StoreError};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

use crate::import::NamedFile;
use crate::services::AttachmentError;
use crate::view::DraftView;
use crate::{App, AppError, Event, drafts, tools};

/// Name of the main file of an application.
const MAIN: &str = "req.xml";

fn address(digest: &str) -> String {
    format!("{ATTACHMENT}{digest}")
}

/// The attached files themselves; or which of them is not here any more.
pub(crate) fn attached(
    store: &OrganisationStore,
    form: &Form,
    fields: &Fields,
) -> Result<Result<Vec<NamedFile>, FieldProblem>, AppError> {
    let mut files = Vec::new();
    for one in form.attached(fields) {
        match kept_file(store, &one.digest)? {
            Some(bytes) => files.push(NamedFile {
                name: one.name,
                bytes,
            }),
            None => {
                return Ok(Err(FieldProblem {
                    field: None,
                    code: "form.file-missing".to_owned(),
                    params: [("file".to_owned(), one.name)].into(),
                }));
            }
        }
    }
    Ok(Ok(files))
}

/// Every file the fields name, those of questions that are not asked at the moment among them.
pub(crate) fn named_files(form: &Form, fields: &Fields) -> Vec<Attachment> {
    let of_files = form.fields().filter(|field| field.kind == FieldKind::File);
    of_files
        .filter_map(|field| fields.get(&field.name))
        .flat_map(|value| attachments(value))
        .collect()
}

/// The content of a file some draft names, if it is here and whole.
pub(crate) fn kept_file(store: &OrganisationStore, digest: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let kept = store.cached(&address(digest))?;
    Ok(kept
        .map(|kept| kept.bytes)
        .filter(|bytes| digest_of(bytes) == digest))
}

/// Keeps a file some draft names.
pub(crate) fn keep_file(store: &OrganisationStore, bytes: &[u8]) -> Result<(), StoreError> {
    store.cache(&address(&digest_of(bytes)), bytes, OffsetDateTime::now_utc())
}

/// SHA-256 as the fields of a draft name it.
pub(crate) fn digest_of(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Whether the content is what the name's ending says, for endings whose content is known.
fn is_what_it_says(name: &str, bytes: &[u8]) -> bool {
    let format = kabinet_formats::recognise(name, bytes).format;
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    match ending.as_deref() {
        Some("pdf") => format == "pdf",
        Some("jpg" | "jpeg" | "png" | "tif" | "tiff") => format == "image",
        _ => true,
    }
}

/// A name nothing else of the application has.
fn free_name(name: &str, taken: &BTreeSet<String>) -> String {
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) => (stem, format!(".{ending}")),
        None => (name, String::new()),
    };
    let mut free = name.to_owned();
    let mut number = 2;
    while taken.contains(&free) || free == MAIN {
        free = format!("{stem}-{number}{ending}");
        number += 1;
    }
    free
}

fn take(path: &Path, rule: &FileRule) -> Result<NamedFile, AppError> {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .replace(['/', '\\', '\n', '\r'], "_");
    let size = std::fs::metadata(path)
        .map_err(|source| tools::file_error(path, source))?
        .len();
    if let Some((code, params)) = kind_breach(rule, &name, size) {
        let expected = params.get("expected").cloned().unwrap_or_default();
        return Err(match code {
            "form.file-size" => AppError::Attachment(AttachmentError::Size { file: name, expected }),
            _ => AppError::Attachment(AttachmentError::Kind { file: name, expected }),
        });
    }
    let bytes = crate::import::read(path)?.bytes;
    if !is_what_it_says(&name, &bytes) {
        return Err(AttachmentError::Content { file: name }.into());
    }
    Ok(NamedFile { name, bytes })
}

impl App {
    /// Attaches files to a field of revision `seen` of a draft. Either all of them, or none.
    ///
    /// # Errors
    /// [`AttachmentError::Size`], [`AttachmentError::Kind`], [`AttachmentError::Content`]; [`AppError::NotFound`]; failures of the vault.
    pub async fn attach_files(
        &self,
        id: &str,
        seen: u32,
        field: String,
        paths: Vec<PathBuf>,
    ) -> Result<DraftView, AppError> {
        let id = drafts::parse(id)?;
        let view = self
            .with_store(move |store| {
                let draft = store.draft(id)?;
                let form = drafts::form_of(store, &draft.form)?;
                let asked = form.fields().find(|one| one.name == field);
                let asked = asked
                    .filter(|one| one.kind == FieldKind::File)
                    .ok_or(AppError::NotFound)?;
                let rule = asked.files.clone().unwrap_or_default();
                let files: Vec<NamedFile> = paths
                    .iter()
                    .map(|path| take(path, &rule))
                    .collect::<Result<_, _>>()?;
                let mut fields = draft.fields.clone();
                let mut taken: BTreeSet<String> =
                    form.attached(&fields).into_iter().map(|one| one.name).collect();
                let before = fields.get(&field).map(String::as_str).unwrap_or_default();
                let mut lines = if rule.many {
                    attachments(before)
                } else {
                    Vec::new()
                };
                let now = OffsetDateTime::now_utc();
                for file in files {
                    let digest = digest_of(&file.bytes);
                    if lines.iter().any(|one| one.digest == digest) {
                        continue;
                    }
                    keep_file(store, &file.bytes)?;
                    let name = free_name(&file.name, &taken);
                    taken.insert(name.clone());
                    lines.push(Attachment {
                        digest,
                        size: file.bytes.len() as u64,
                        name,
                    });
                }
                let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
                fields.insert(field, lines.join("\n"));
                let save = DraftSave {
                    seen: seen.into(),
                    title: draft.title,
                    fields,
                    author: String::new(),
                    at: now,
                };
                let saved = store.save_draft(id, &save)?;
                drafts::show::view(store, saved)
            })
            .await?;
        self.tell(Event::DraftsChanged);
        Ok(view)
    }
}
