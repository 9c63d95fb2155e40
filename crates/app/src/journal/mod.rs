//! What is written into the journal, and reading it.

mod error;
mod export;
mod paper;
mod selection;
mod topics;

use kabinet_domain::{DocumentId, DraftId, Outcome, SubmissionEvent};
use kabinet_store::{Fault, JournalEntry, JournalFilter, NewEntry, OrganisationStore, Page, Verification};
use time::OffsetDateTime;

pub use self::error::JournalError;
pub use self::export::JournalTarget;
pub use self::selection::JournalSelection;
use crate::view::{
    JournalCheck, JournalCheckpoint, JournalFault, JournalPage, JournalRow, JournalSearched, rfc3339,
};
use crate::{App, AppError};

/// Entries about a document that the page shows.
const SHOWN: u64 = 100;
/// Entries that are looked through for words at a time: some tenths of a second.
const SEARCHED: u64 = 50_000;
/// Rows of a list at most; a forged number at the end must not make the window draw more.
const ROWS: u64 = 5_000_000;

/// For the actor, where nobody has said who they are.
pub(crate) const NOBODY: &str = "";

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

/// An entry about a draft. It is no document, so it stands among the values and not as the subject.
pub(crate) fn about_draft(draft: DraftId, action: &str) -> NewEntry {
    with(plain(action, ""), "draft", draft.0)
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
        SubmissionEvent::Stuck(_) => "order-stuck",
        SubmissionEvent::AmendStarted(_) => "answer-started",
        SubmissionEvent::NotAmended => "answer-not-received",
        SubmissionEvent::CancelWanted => "cancel-wanted",
        SubmissionEvent::CancelStarted(_) => "cancel-requested",
        SubmissionEvent::CancelSettled => "cancel-settled",
    }
}

/// The word for an outcome in params and rows.
pub(crate) fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted => "accepted",
        Outcome::Refused => "refused",
        Outcome::Failed => "failed",
        Outcome::Cancelled => "cancelled",
        Outcome::Other => "other",
    }
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn row(entry: JournalEntry) -> JournalRow {
    JournalRow {
        seq: small(entry.seq),
        at: rfc3339(entry.at),
        actor: entry.actor,
        action: entry.action,
        document_id: entry.subject,
        params: entry.params,
        missing: false,
    }
}

fn missing(seq: u64) -> JournalRow {
    JournalRow {
        seq: small(seq),
        at: String::new(),
        actor: String::new(),
        action: String::new(),
        document_id: None,
        params: Default::default(),
        missing: true,
    }
}

impl App {
    /// A page of the journal, newest first. Without a filter every number has its row, so that a gap shows. Words are looked for
    /// in the newest [`SEARCHED`] entries that match the rest of the filter.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn journal(
        &self,
        selection: JournalSelection,
        offset: u32,
        limit: u32,
    ) -> Result<JournalPage, AppError> {
        let texts = self.texts();
        self.with_store(move |store| {
            let (journal, filter) = (store.journal(), &selection.filter);
            let page = Page {
                offset: offset.into(),
                limit: limit.into(),
            };
            if selection.has_words() {
                let search = journal.search(filter, &selection.judge(&texts), page, SEARCHED)?;
                return Ok(JournalPage {
                    rows: search.entries.into_iter().map(row).collect(),
                    total: small(search.found),
                    searched: search.stopped_at.map(|last| JournalSearched {
                        entries: small(search.looked_at),
                        since: rfc3339(last.at),
                    }),
                });
            }
            let (rows, total) = if selection.is_everything() {
                whole(store, page)?
            } else {
                let rows = journal.list(filter, page)?.into_iter().map(row).collect();
                (rows, journal.count_matching(filter)?)
            };
            Ok(JournalPage {
                rows,
                total: small(total),
                searched: None,
            })
        })
        .await
    }

    /// Who is named in the journal; an empty name is the program itself.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn journal_actors(&self) -> Result<Vec<String>, AppError> {
        self.with_store(|store| Ok(store.journal().actors()?)).await
    }

    /// Whether the chain of the journal holds and its checkpoints are signed by the vault, and if not, where and in which way.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn verify_journal(&self) -> Result<JournalCheck, AppError> {
        self.with_store(|store| checked(store, store.journal().verify()?))
            .await
    }

    pub(crate) async fn journal_of(&self, document: DocumentId) -> Result<Vec<JournalRow>, AppError> {
        self.with_store(move |store| {
            let filter = JournalFilter {
                subject: Some(document.0.to_string()),
                ..JournalFilter::default()
            };
            let entries = store.journal().list(&filter, Page::first(SHOWN))?;
            Ok(entries.into_iter().map(row).collect())
        })
        .await
    }
}

/// Rows by number: the chain has no gaps, and where it has one, there is a row that says so.
fn whole(store: &OrganisationStore, page: Page) -> Result<(Vec<JournalRow>, u64), AppError> {
    let total = store.journal().last_number()?.min(ROWS);
    let last = total.saturating_sub(page.offset);
    let first = last.saturating_sub(page.limit) + 1;
    let mut entries = store.journal().numbered(first..=last)?.into_iter().peekable();
    let rows = (first..=last).rev().map(|seq| {
        entries
            .next_if(|entry| entry.seq == seq)
            .map_or_else(|| missing(seq), row)
    });
    Ok((rows.collect(), total))
}

/// What walking the chain from its beginning showed.
pub(crate) fn checked(
    store: &OrganisationStore,
    verification: Verification,
) -> Result<JournalCheck, AppError> {
    let journal = store.journal();
    let (entries, broken) = match verification {
        Verification::Intact(entries) => (entries, None),
        Verification::Broken(found) => (found.at.saturating_sub(1), Some(found)),
    };
    Ok(JournalCheck {
        entries: small(entries),
        broken_at: broken.map(|found| small(found.at)),
        fault: broken.map(|found| found.fault.into()),
        proven: small(broken.map_or(entries, |found| found.proven)),
        checkpoints: small(journal.count_checkpoints()?),
        last_checkpoint: journal.last_checkpoint()?.map(|last| JournalCheckpoint {
            seq: small(last.seq),
            at: rfc3339(last.at),
        }),
        public_key: hex::encode(journal.public_key()),
    })
}

impl From<Fault> for JournalFault {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Altered => Self::Altered,
            Fault::Missing => Self::Missing,
            Fault::Moved => Self::Moved,
            Fault::Added => Self::Added,
            Fault::Truncated => Self::Truncated,
            Fault::Rewritten => Self::Rewritten,
            Fault::Checkpoint => Self::Checkpoint,
        }
    }
}
