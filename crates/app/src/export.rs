//! Writing a document out, whole: with its signatures, companions and receipts, or not at all.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::blocking::blocking;
use crate::documents::parse_document;
use crate::{App, AppError, journal};

impl App {
    /// A name for the exported package.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn export_name(&self, id: &str) -> Result<String, AppError> {
        let id = parse_document(id)?;
        let document = self.with_store(move |store| Ok(store.document(id)?)).await?;
        let main = document
            .files
            .first()
            .map_or("document", |file| file.name.as_str());
        Ok(format!(
            "{}.zip",
            main.rsplit_once('.').map_or(main, |(stem, _)| stem)
        ))
    }

    /// Writes the package. A failure leaves no file behind.
    ///
    /// # Errors
    /// [`AppError::File`] when the target cannot be written.
    pub async fn export_document(&self, id: &str, target: &Path) -> Result<(), AppError> {
        let id = parse_document(id)?;
        let current = self.current().await?;
        let target = target.to_owned();
        blocking(move || {
            let document = current.store.document(id)?;
            let part = target.with_extension("zip.part");
            let written = (|| -> Result<(), AppError> {
                let mut zip = ZipWriter::new(File::create(&part)?);
                let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
                for file in &document.files {
                    zip.start_file(&file.name, options.large_file(file.size >= u64::from(u32::MAX)))
                        .map_err(io::Error::from)?;
                    io::copy(&mut current.store.read_blob(file.digest)?, &mut zip)?;
                }
                let mut out = zip.finish().map_err(io::Error::from)?;
                out.flush()?;
                out.sync_all()?;
                std::fs::rename(&part, &target)?;
                Ok(())
            })();
            if let Err(error) = written {
                // The failure is what matters; the half-written file may never have been made.
                let _ = std::fs::remove_file(&part);
                return Err(match error {
                    AppError::Io(source) => AppError::File {
                        path: target
                            .file_name()
                            .unwrap_or_default()
                            .to_string_lossy()
                            .into_owned(),
                        source,
                    },
                    other => other,
                });
            }
            Ok(current
                .store
                .record(&journal::about(id, "document-exported", ""))?)
        })
        .await
    }
}
