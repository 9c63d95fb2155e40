//! Writing documents out, whole: with their signatures, companions and receipts, or not at all.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use kabinet_domain::{ContentDigest, Document};
use time::UtcOffset;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{INVENTORY, Inventory, Letter, names};
use crate::beside::draft_beside;
use crate::blocking::blocking;
use crate::documents::parse_document;
use crate::state::Current;
use crate::view::PackageForm;
use crate::{App, AppError, journal, poa, tools};

impl App {
    /// A name for the package of these documents: of the zip with its ending, or of the folder.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn export_name(&self, ids: &[String], form: PackageForm) -> Result<String, AppError> {
        let first = parse_document(ids.first().ok_or(AppError::NotFound)?)?;
        let document = self.with_store(move |store| Ok(store.document(first)?)).await?;
        let main = document
            .files
            .first()
            .map_or("document", |file| file.name.as_str());
        let stem = main.rsplit_once('.').map_or(main, |(stem, _)| stem);
        let name = names::safe(&match ids.len() {
            1 => stem.to_owned(),
            more => format!("{stem} + {}", more - 1),
        });
        Ok(match form {
            PackageForm::Zip => format!("{name}.zip"),
            PackageForm::Folder => name,
        })
    }

    /// Writes the documents into one zip, in constant memory; a file of that name is replaced. A failure leaves no file behind,
    /// and what was there.
    ///
    /// # Errors
    /// [`AppError::File`] when the target cannot be written, [`AppError::NotFound`].
    pub async fn export_package(&self, ids: &[String], target: &Path) -> Result<(), AppError> {
        let target = target.to_owned();
        self.export(ids, move |current, documents| {
            let draft = draft_beside(&target)?;
            write_zip(current, documents, draft.as_file()).map_err(|error| at(&target, error))?;
            draft
                .persist(&target)
                .map_err(|failed| tools::file_error(&target, failed.error))?;
            Ok(())
        })
        .await
    }

    /// Writes the documents into a folder that is not there yet, or is empty. A failure leaves no folder behind.
    ///
    /// # Errors
    /// [`AppError::File`] when the folder holds something or cannot be written, [`AppError::NotFound`].
    pub async fn export_folder(&self, ids: &[String], folder: &Path) -> Result<(), AppError> {
        let folder = folder.to_owned();
        self.export(ids, move |current, documents| {
            let failed = |source| tools::file_error(&folder, source);
            if std::fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some()) {
                return Err(failed(io::ErrorKind::AlreadyExists.into()));
            }
            let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
            let draft = tempfile::Builder::new()
                .prefix(".kabinet-")
                .tempdir_in(parent.unwrap_or(Path::new(".")))
                .map_err(failed)?;
            let inside = draft.path().join("package");
            write_folder(current, documents, &inside).map_err(|error| at(&folder, error))?;
            if folder.is_dir() {
                std::fs::remove_dir(&folder).map_err(failed)?;
            }
            std::fs::rename(&inside, &folder).map_err(failed)
        })
        .await
    }

    async fn export(
        &self,
        ids: &[String],
        write: impl FnOnce(&Current, &[Document]) -> Result<(), AppError> + Send + 'static,
    ) -> Result<(), AppError> {
        let mut wanted = Vec::new();
        for id in ids {
            let id = parse_document(id)?;
            if !wanted.contains(&id) {
                wanted.push(id);
            }
        }
        let current = self.current().await?;
        blocking(move || {
            // Whoever gets them has to see by what right they were signed.
            for beside in poa::documents_beside(&current, &wanted)? {
                if !wanted.contains(&beside) {
                    wanted.push(beside);
                }
            }
            let documents = wanted
                .iter()
                .map(|id| current.store.document(*id))
                .collect::<Result<Vec<_>, _>>()?;
            write(&current, &documents)?;
            for document in &documents {
                let entry = journal::about(document.id, "document-exported", "");
                current.store.record(&entry)?;
            }
            Ok(())
        })
        .await
    }
}

/// The name without what a file system takes for something else.
pub(crate) fn safe_name(name: &str) -> String {
    names::safe(name)
}

/// Writes the documents and the letter to `out`, which need not seek.
pub(crate) fn write_letter(
    current: &Current,
    documents: &[Document],
    letter: &Letter,
    out: &mut dyn Write,
) -> Result<(), AppError> {
    let mut writer = ZipWriter::new_stream(out);
    write_files(current, documents, Some(letter), &mut writer)?;
    writer.finish().map_err(io::Error::from)?;
    Ok(())
}

/// Puts a failure of the target down to the target.
fn at(target: &Path, error: AppError) -> AppError {
    match error {
        AppError::Io(source) => tools::file_error(target, source),
        other => other,
    }
}

/// Every file in its order, the inventory first, to whoever writes it somewhere.
fn each_file(
    current: &Current,
    documents: &[Document],
    letter: Option<&Letter>,
    mut write: impl FnMut(&str, u64, &Document, &mut dyn Read) -> Result<(), AppError>,
) -> Result<(), AppError> {
    let Some(first) = documents.first() else {
        return Ok(());
    };
    let inventory = Inventory::of(&current.organisation, &current.store, documents, letter)?;
    let text = serde_json::to_vec_pretty(&inventory).map_err(io::Error::other)?;
    write(INVENTORY, text.len() as u64, first, &mut text.as_slice())?;
    for (document, listed) in documents.iter().zip(&inventory.documents) {
        for file in &listed.files {
            let mut content = current.store.read_blob(ContentDigest(file.sha256))?;
            write(&file.path, file.size, document, &mut content)?;
        }
    }
    Ok(())
}

fn write_zip(current: &Current, documents: &[Document], target: &File) -> Result<(), AppError> {
    let mut writer = ZipWriter::new(io::BufWriter::new(target));
    write_files(current, documents, None, &mut writer)?;
    let out = writer.finish().map_err(io::Error::from)?;
    let out = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    Ok(out.sync_all()?)
}

fn write_files<W: Write + Seek>(
    current: &Current,
    documents: &[Document],
    letter: Option<&Letter>,
    writer: &mut ZipWriter<W>,
) -> Result<(), AppError> {
    each_file(current, documents, letter, |path, size, document, content| {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(moment(document))
            .unix_permissions(0o644)
            .large_file(size >= u64::from(u32::MAX));
        writer.start_file(path, options).map_err(io::Error::from)?;
        io::copy(content, writer)?;
        Ok(())
    })
}

/// When the document was taken in: the same each time it is written out. Zip knows no zone; UTC, as the inventory.
fn moment(document: &Document) -> DateTime {
    let at = document.added.to_offset(UtcOffset::UTC);
    DateTime::from_date_and_time(
        u16::try_from(at.year()).unwrap_or(0),
        at.month().into(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
    )
    .unwrap_or_default()
}

fn write_folder(current: &Current, documents: &[Document], folder: &Path) -> Result<(), AppError> {
    each_file(current, documents, None, |path, _, _, content| {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        let mut file = File::create_new(path)?;
        io::copy(content, &mut file)?;
        Ok(file.sync_all()?)
    })
}
