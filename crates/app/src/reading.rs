//! What can be read in documents, for finding them by it: handed to the vault as documents come in, and in the
//! background for those that came before it asked for it or got another file since.

use std::time::Duration;

use kabinet_domain::{Document, FileRole};
use kabinet_formats::{Formats, View};
use kabinet_store::{OrganisationStore, StoreError};
use tokio::sync::broadcast::error::RecvError;

use crate::blocking::blocking;
use crate::{App, AppError, Event, send};

/// Documents read in one go; between two the vault is free for whoever waits.
const PORTION: u32 = 8;
const PAUSE: Duration = Duration::from_millis(20);
/// Bytes of text of one document that are looked at.
const MOST: usize = 4 << 20;

/// A value that stands in a document, and what it is called there.
pub(crate) struct Said {
    pub(crate) label: String,
    pub(crate) value: String,
}

/// Everything a file says: the values and not the labels, which are the same in every document of a format.
pub(crate) fn said(formats: &Formats, name: &str, bytes: &[u8]) -> Vec<Said> {
    match formats.view(name, bytes) {
        Ok(view) if !view.sections.is_empty() => said_in_view(view),
        Ok(_) => {
            kabinet_formats::decode(bytes).map_or_else(|_| Vec::new(), |text| said_in_lines(&text.content))
        }
        // Nothing to read in it; it is found by its name.
        Err(_) => Vec::new(),
    }
}

fn said_in_view(view: View) -> Vec<Said> {
    let mut all = Vec::new();
    for section in view.sections {
        all.extend(section.fields.into_iter().map(|field| Said {
            label: field.label,
            value: field.value,
        }));
        for table in section.tables {
            let columns = table.columns;
            all.extend(table.rows.into_iter().flat_map(|row| {
                columns
                    .iter()
                    .cloned()
                    .zip(row)
                    .map(|(label, value)| Said { label, value })
                    .collect::<Vec<_>>()
            }));
        }
    }
    all
}

fn said_in_lines(text: &str) -> Vec<Said> {
    let line = |line: &str| Said {
        label: String::new(),
        value: line.to_owned(),
    };
    text.lines().map(line).collect()
}

/// The text of these files by which their document is found.
pub(crate) fn text<'a>(formats: &Formats, files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut text = String::new();
    for (name, bytes) in files {
        for said in said(formats, name, bytes) {
            if text.len() + said.value.len() > MOST {
                return text;
            }
            text.push_str(&said.value);
            text.push('\n');
        }
    }
    text
}

/// Files of a document that say something: no signatures.
pub(crate) fn readable_files(
    store: &OrganisationStore,
    document: &Document,
) -> Result<Vec<(String, Vec<u8>)>, AppError> {
    let says = |role: &FileRole| {
        !matches!(
            role,
            FileRole::Signature { .. } | FileRole::ResultSignature { .. }
        )
    };
    document
        .files
        .iter()
        .filter(|file| says(&file.role) && file.size <= kabinet_formats::MAX_TEXT_SIZE as u64)
        .map(|file| Ok((file.name.clone(), send::read_all(store, file)?)))
        .collect()
}

impl App {
    /// Reads what waits to be read, now and whenever something happened that may have brought more. Ends with the program.
    pub async fn read_documents_forever(&self) {
        let mut events = self.events();
        loop {
            self.read_documents().await;
            self.wipe_deleted().await;
            if let Err(RecvError::Closed) = events.recv().await {
                return;
            }
            tokio::time::sleep(PAUSE).await;
            while events.try_recv().is_ok() {}
        }
    }

    /// Reads what waits to be read in the chosen organisation, in small portions; how many documents. It can be broken off
    /// at any time and goes on where it was.
    pub async fn read_documents(&self) -> usize {
        let mut read = 0;
        loop {
            match self.read_portion().await {
                Ok(0) => break,
                Ok(count) => read += count,
                Err(error) => {
                    if !matches!(
                        error,
                        AppError::Locked | AppError::NoOrganisation | AppError::Store(StoreError::Locked)
                    ) {
                        tracing::warn!(code = error.code(), "documents could not be read for the search");
                    }
                    break;
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
        if read > 0 {
            self.tell(Event::DocumentsChanged);
        }
        read
    }

    /// What was deleted is wiped out of the index by and by.
    async fn wipe_deleted(&self) {
        match self.wipe_traces().await {
            Ok(())
            | Err(AppError::Locked | AppError::NoOrganisation | AppError::Store(StoreError::Locked)) => {}
            Err(error) => tracing::warn!(
                code = error.code(),
                "deleted words could not be wiped out of the index"
            ),
        }
    }

    async fn read_portion(&self) -> Result<usize, AppError> {
        let store = self.current().await?.store;
        let formats = self.formats();
        blocking(move || {
            let documents = store.documents_without_text(PORTION)?;
            for document in &documents {
                let text = match readable_files(&store, document) {
                    Ok(files) => text(
                        &formats,
                        files
                            .iter()
                            .map(|(name, bytes)| (name.as_str(), bytes.as_slice())),
                    ),
                    // A file that cannot be read must not hold up the others; the check of the archive names it.
                    Err(AppError::Io(_)) => String::new(),
                    Err(error) => return Err(error),
                };
                store.index_text(document.id, &text)?;
            }
            Ok(documents.len())
        })
        .await
    }
}
