//! Writing the journal out: for programs, for spreadsheets, on paper.

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use kabinet_store::{JournalFormat, OrganisationStore, Wanted};
use kabinet_texts::Texts;
use time::OffsetDateTime;

use super::selection::JournalSelection;
use super::{paper, plain, small, with};
use crate::blocking::blocking;
use crate::view::{JournalExport, JournalForm, day};
use crate::{App, AppError, beside, tools};

/// Where the journal is written to.
#[derive(Clone, Debug)]
pub struct JournalTarget {
    /// The file.
    pub path: PathBuf,
    /// Whether one that is there already makes room for it: somebody was asked.
    pub replace: bool,
}

impl JournalForm {
    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Pdf => "pdf",
        }
    }
}

impl App {
    /// A name for the file of an export, and the kind of file it is.
    ///
    /// # Errors
    /// [`AppError::NoOrganisation`].
    pub async fn journal_name(&self, form: JournalForm) -> Result<(String, String), AppError> {
        let (texts, ending) = (self.texts(), form.ending());
        let current = self.current().await?;
        let values = [
            ("inn", current.organisation.inn.as_str()),
            ("day", &day(OffsetDateTime::now_utc())),
            ("ending", ending),
        ];
        let kind = texts.plain(&format!("print.journal.kind.{ending}"));
        Ok((texts.text("print.journal.file", values), kind))
    }

    /// Writes the entries that are selected into a file, and into the journal that this was done. Other programs can verify the
    /// whole journal as JSON; a part of it says that it is one.
    ///
    /// # Errors
    /// [`AppError::File`] when the file is there already or cannot be written; `JournalError::TooLong` and
    /// `JournalError::Pdf` on paper.
    pub async fn export_journal(
        &self,
        selection: JournalSelection,
        form: JournalForm,
        target: JournalTarget,
    ) -> Result<JournalExport, AppError> {
        let (texts, current) = (self.texts(), self.current().await?);
        blocking(move || {
            let store = &current.store;
            let failed = |source| tools::file_error(&target.path, source);
            let mut draft = beside::draft_beside(&target.path)?;
            let mut out = BufWriter::new(&mut draft);
            let entries = match form {
                JournalForm::Json => written(store, &selection, &texts, JournalFormat::Json, &mut out)?,
                JournalForm::Csv => written(store, &selection, &texts, JournalFormat::Csv, &mut out)?,
                JournalForm::Pdf => {
                    let (paper, entries) = paper::pdf(&current, &selection, &texts)?;
                    out.write_all(&paper).map_err(failed)?;
                    entries
                }
            };
            out.flush().map_err(failed)?;
            drop(out);
            draft.as_file().sync_all().map_err(failed)?;
            let placed = if target.replace {
                draft.persist(&target.path)
            } else {
                draft.persist_noclobber(&target.path)
            };
            placed.map_err(|error| failed(error.error))?;
            store.record(&with(plain("journal-exported", ""), "entries", entries))?;
            Ok(JournalExport {
                entries: small(entries),
                public_key: hex::encode(store.journal().public_key()),
            })
        })
        .await
    }
}

fn written(
    store: &OrganisationStore,
    selection: &JournalSelection,
    texts: &Texts,
    format: JournalFormat,
    out: &mut dyn Write,
) -> Result<u64, AppError> {
    let judge = selection.judge(texts);
    let wanted: Option<&Wanted<'_>> = selection.has_words().then_some(&judge);
    Ok(store.journal().export(&selection.filter, wanted, format, out)?)
}
