//! What is written into the journal, and reading it.

use std::io::{BufWriter, Write};
use std::path::Path;

use kabinet_domain::{DocumentId, Outcome, SubmissionEvent};
use kabinet_store::{JournalEntry, JournalFilter, JournalFormat, NewEntry, Page, Verification};
use time::OffsetDateTime;

use crate::view::{JournalCheck, JournalPage, JournalRow, rfc3339};
use crate::{App, AppError, beside, tools};

/// Entries about a document that the page shows.
const SHOWN: u32 = 100;

/// An entry about a document. `actor` is the person of the session or certificate, or empty for the program.
pub(crate) fn about(document: DocumentId, action: &str, actor: &str) -> NewEntry {
    NewEntry {
        subject: Some(document.0.to_string()),
        ..plain(action, actor)
    }
}

/// An entry about no document.
pub(crate) fn plain(action: &str, actor: &str) -> NewEntry {
    NewEntry {
        at: OffsetDateTime::now_utc(),
        actor: actor.to_owned(),
        action: action.to_owned(),
        subject: None,
        params: Default::default(),
    }
}

/// The entry with one more value. Values are identifiers and codes, never personal data.
pub(crate) fn with(mut entry: NewEntry, name: &str, value: impl ToString) -> NewEntry {
    entry.params.insert(name.to_owned(), value.to_string());
    entry
}

/// The journal's word for what happened to a submission; text under `journal.<action>`.
pub(crate) fn action_of(event: SubmissionEvent) -> &'static str {
    match event {
        SubmissionEvent::ReserveStarted(_) => "order-requested",
        SubmissionEvent::Reserved(_) => "order-reserved",
        SubmissionEvent::NotReserved => "order-not-reserved",
        SubmissionEvent::UploadStarted(_) => "upload-started",
        SubmissionEvent::Uploaded => "order-pushed",
        SubmissionEvent::NotUploaded => "upload-not-received",
        SubmissionEvent::OrderLost => "order-lost",
        SubmissionEvent::Final(_) => "final-status",
        SubmissionEvent::Collected | SubmissionEvent::Rejected => "submission-finished",
        SubmissionEvent::Withdrawn => "submission-withdrawn",
    }
}

/// The word for an outcome in params and rows.
pub(crate) fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted => "accepted",
        Outcome::Refused => "refused",
        Outcome::Failed => "failed",
        Outcome::Cancelled => "cancelled",
    }
}

fn row(entry: JournalEntry) -> JournalRow {
    JournalRow {
        seq: u32::try_from(entry.seq).unwrap_or(u32::MAX),
        at: rfc3339(entry.at),
        actor: entry.actor,
        action: entry.action,
        document_id: entry.subject,
        params: entry.params,
    }
}

impl App {
    /// A page of the journal, newest first.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn journal(&self, offset: u32, limit: u32) -> Result<JournalPage, AppError> {
        self.with_store(move |store| {
            let filter = JournalFilter::default();
            let page = Page {
                offset: offset.into(),
                limit: limit.into(),
            };
            let rows = store
                .journal()
                .list(&filter, page)?
                .into_iter()
                .map(row)
                .collect();
            let total = u32::try_from(store.journal().count()?).unwrap_or(u32::MAX);
            Ok(JournalPage { rows, total })
        })
        .await
    }

    /// Whether the chain of the journal holds, and if not, from which entry on.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn verify_journal(&self) -> Result<JournalCheck, AppError> {
        self.with_store(|store| Ok(checked(store.journal().verify()?)))
            .await
    }

    /// Writes the entries that match into a new file, and into the journal that this was done. How many, and the public key (in
    /// hexadecimal) with which others check the checkpoints: it is to be kept apart from the file.
    ///
    /// # Errors
    /// [`AppError::File`] when the file is there already or cannot be written.
    pub async fn export_journal(
        &self,
        filter: JournalFilter,
        format: JournalFormat,
        target: &Path,
    ) -> Result<(u64, String), AppError> {
        let target = target.to_owned();
        self.with_store(move |store| {
            let mut draft = beside::draft_beside(&target)?;
            let mut out = BufWriter::new(&mut draft);
            let entries = store.journal().export(&filter, format, &mut out)?;
            let failed = |source| tools::file_error(&target, source);
            out.flush().map_err(failed)?;
            drop(out);
            draft.as_file().sync_all().map_err(failed)?;
            draft
                .persist_noclobber(&target)
                .map_err(|error| failed(error.error))?;
            store.record(&with(plain("journal-exported", ""), "entries", entries))?;
            Ok((
                entries,
                store
                    .journal()
                    .public_key()
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect(),
            ))
        })
        .await
    }

    pub(crate) async fn journal_of(&self, document: DocumentId) -> Result<Vec<JournalRow>, AppError> {
        self.with_store(move |store| {
            let filter = JournalFilter {
                subject: Some(document.0.to_string()),
                ..JournalFilter::default()
            };
            let page = Page {
                offset: 0,
                limit: SHOWN.into(),
            };
            Ok(store
                .journal()
                .list(&filter, page)?
                .into_iter()
                .map(row)
                .collect())
        })
        .await
    }
}

/// What walking the chain from its beginning showed.
pub(crate) fn checked(verification: Verification) -> JournalCheck {
    let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    match verification {
        Verification::Intact(entries) => JournalCheck {
            entries: small(entries),
            broken_at: None,
        },
        Verification::BrokenAt(seq) => JournalCheck {
            entries: small(seq.saturating_sub(1)),
            broken_at: Some(small(seq)),
        },
    }
}
