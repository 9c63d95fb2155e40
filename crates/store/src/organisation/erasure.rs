//! Deleting a document for good, and everything that names it.
//!
//! What SQLite frees is zeroed (`secure_delete`). Only the words a document was found by stay in the index for a while, marked as
//! gone: the vault remembers that it owes their removal until [`OrganisationStore::wipe_traces`] has done it, whatever
//! happens to the program in between.

use kabinet_domain::{DocumentId, DocumentStage};
use rusqlite::Transaction;
use serde::{Deserialize, Serialize};

use super::{OrganisationStore, blobs, documents, mail, search};
use crate::convert::{column_of, execute, from_word, row, rows, scalar};
use crate::{StoreError, settings};

/// How far the removal of words that were taken out is.
const TRACES: &str = "traces";

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Traces {
    /// To be begun, with the whole index.
    Left,
    /// Under way.
    Going,
}

/// What keeps a document from being deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Somebody holds it.
    Hold,
    /// It is on its way, or nobody knows what became of it.
    Outbox,
    /// It waits for its signature.
    Signing,
}

/// By what a column names a document.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// Its row number.
    Number,
    /// Its identity.
    Identity,
}

/// A column that names a document.
pub(super) struct Mention {
    pub(super) table: &'static str,
    pub(super) column: &'static str,
    pub(super) by: By,
    /// A row says that something was done with the document: it is not as it came any more.
    pub(super) is_deed: bool,
    /// A row outlives the document, which is only struck out of it.
    stays: bool,
}

impl Mention {
    const fn part(table: &'static str) -> Self {
        Self {
            table,
            column: "document",
            by: By::Number,
            is_deed: false,
            stays: false,
        }
    }

    const fn deed(table: &'static str) -> Self {
        Self {
            is_deed: true,
            ..Self::part(table)
        }
    }
}

/// Every column that names a document. A test compares it with the tables there are.
pub(super) const MENTIONS: &[Mention] = &[
    Mention::part("document_files"),
    Mention::part("opened_documents"),
    Mention::part("document_retention"),
    Mention::part("notices"),
    Mention::deed("statuses"),
    Mention::deed("submissions"),
    Mention::deed("signing_items"),
    Mention::deed("downloads"),
    Mention::deed("hand_overs"),
    Mention::deed("signed_under"),
    Mention::deed("poas"),
    Mention {
        column: "revocation",
        stays: true,
        ..Mention::deed("poas")
    },
    Mention {
        by: By::Identity,
        ..Mention::part(ARRIVALS)
    },
    Mention {
        by: By::Identity,
        stays: true,
        ..Mention::part("drafts")
    },
];
pub(super) const ARRIVALS: &str = "arrivals";

/// What was removed with a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erased {
    /// Pieces of content that nothing else uses.
    pub contents: u64,
}

impl OrganisationStore {
    /// What keeps a document from being deleted now.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn obstacle(&self, document: DocumentId) -> Result<Option<Obstacle>, StoreError> {
        self.database.read(|connection| {
            let seq = documents::seq_of(connection, document)?;
            obstacle(connection, seq)
        })
    }

    /// Whether words of deleted documents may still stand in the file.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn has_traces(&self) -> Result<bool, StoreError> {
        let traces = self
            .database
            .read(|connection| settings::load::<Option<Traces>>(connection, TRACES))?;
        Ok(traces.flatten().is_some())
    }

    /// Removes a portion of the words of deleted documents from the index; whether there is more to do. Goes on where it was.
    /// The last portion folds the log in, so that nothing of them is left beside the file either.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn wipe_traces(&self) -> Result<bool, StoreError> {
        let more = self.database.write(|transaction| {
            let Some(traces) = settings::load::<Option<Traces>>(transaction, TRACES)?.flatten() else {
                return Ok(false);
            };
            let more = search::tidy(transaction, traces == Traces::Left)?;
            settings::save(transaction, TRACES, &more.then_some(Traces::Going))?;
            Ok(more)
        })?;
        if !more {
            self.database.fold_log()?;
        }
        Ok(more)
    }
}

pub(super) fn obstacle(connection: &rusqlite::Connection, seq: i64) -> Result<Option<Obstacle>, StoreError> {
    let found = row(
        connection,
        "SELECT d.stage,
                EXISTS (SELECT 1 FROM document_retention WHERE document = ?1 AND hold IS NOT NULL),
                EXISTS (SELECT 1 FROM submissions WHERE document = ?1 AND finished = 0)
                    OR EXISTS (SELECT 1 FROM poa_errands e JOIN poas p ON p.seq = e.poa
                               WHERE e.open = 1 AND (p.document = ?1 OR p.revocation = ?1)),
                EXISTS (SELECT 1 FROM signing_items i JOIN signing_runs r ON r.seq = i.run
                        WHERE i.document = ?1 AND i.state = 'waiting' AND r.ended IS NULL)
         FROM documents d WHERE d.seq = ?1",
        [seq],
        |row| {
            let stage = from_word(column_of(row, 0, "documents.stage")?, "documents.stage")?;
            let leaves = matches!(
                stage,
                DocumentStage::Queued | DocumentStage::Sending | DocumentStage::OutcomeUnknown
            );
            Ok(
                match (row.get(1)?, row.get::<_, bool>(2)? || leaves, row.get(3)?) {
                    (true, _, _) => Some(Obstacle::Hold),
                    (_, true, _) => Some(Obstacle::Outbox),
                    (_, _, true) => Some(Obstacle::Signing),
                    _ => None,
                },
            )
        },
    )?;
    Ok(found.flatten())
}

/// Deletes a document, everything that belongs to it, and content nothing else uses.
pub(super) fn erase(transaction: &Transaction<'_>, document: DocumentId) -> Result<Erased, StoreError> {
    let seq = documents::seq_of(transaction, document)?;
    if let Some(obstacle) = obstacle(transaction, seq)? {
        return Err(StoreError::Kept(obstacle));
    }
    let digests = rows(
        transaction,
        "SELECT DISTINCT digest FROM document_files WHERE document = ?1",
        [seq],
        |row| column_of(row, 0, "document_files.digest").map(kabinet_domain::ContentDigest),
    )?;
    remove(transaction, document, MENTIONS.iter())?;
    // A run without its documents tells nothing any more.
    execute(
        transaction,
        "DELETE FROM signing_runs WHERE ended IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM signing_items WHERE run = signing_runs.seq)",
        [],
    )?;
    let mut contents = 0;
    for digest in digests {
        contents += u64::from(blobs::remove_if_unused(transaction, digest)?);
    }
    Ok(Erased { contents })
}

/// Removes the document and these mentions of it.
pub(super) fn remove<'a>(
    transaction: &Transaction<'_>,
    document: DocumentId,
    mentions: impl Iterator<Item = &'a Mention>,
) -> Result<(), StoreError> {
    let seq = documents::seq_of(transaction, document)?;
    for Mention {
        table,
        column,
        by,
        stays,
        ..
    } in mentions
    {
        let sql = if *stays {
            format!("UPDATE {table} SET {column} = NULL WHERE {column} = ?1")
        } else {
            format!("DELETE FROM {table} WHERE {column} = ?1")
        };
        match by {
            By::Number => execute(transaction, &sql, [seq])?,
            By::Identity => execute(transaction, &sql, [document.0.as_bytes()])?,
        };
    }
    mail::forget_answer(transaction, document)?;
    execute(transaction, "DELETE FROM documents WHERE seq = ?1", [seq])?;
    settings::save(transaction, TRACES, &Traces::Left)
}

/// Something went that no word of the index stands for: only what is left of it in the log has to go.
pub(super) fn owe_wiping(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    if settings::load::<Option<Traces>>(transaction, TRACES)?
        .flatten()
        .is_none()
    {
        settings::save(transaction, TRACES, &Some(Traces::Going))?;
    }
    Ok(())
}

/// Whether nothing was done with a document since it came.
pub(super) fn is_untouched(transaction: &Transaction<'_>, seq: i64) -> Result<bool, StoreError> {
    for mention in MENTIONS.iter().filter(|mention| mention.is_deed) {
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM {} WHERE {} = ?1)",
            mention.table, mention.column
        );
        if scalar::<bool>(transaction, &sql, [seq])?.unwrap_or(false) {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests;
