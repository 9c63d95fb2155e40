//! Files that came by themselves, from a folder another program writes to, and what became of each.

use kabinet_domain::{ContentDigest, DocumentId, DocumentStage};
use rusqlite::{Row, Transaction};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{OrganisationStore, documents, erasure};
use crate::convert::{column_of, execute, from_word, micros, moment, row, rows, uuid, word};
use crate::database::Migration;
use crate::{Missing, StoreError};

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    version: 5,
    sql: "CREATE TABLE arrivals (
              seq      INTEGER PRIMARY KEY,
              id       BLOB NOT NULL UNIQUE,
              name     TEXT NOT NULL,
              digest   BLOB NOT NULL,
              at       INTEGER NOT NULL,
              outcome  TEXT NOT NULL,
              document BLOB,
              reason   TEXT,
              moved    INTEGER NOT NULL
          ) STRICT;
          CREATE INDEX arrivals_unmoved ON arrivals (name) WHERE moved = 0;
          CREATE INDEX arrivals_document ON arrivals (document);",
    then: None,
}];

/// A file that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Its number.
    pub id: Uuid,
    /// Its name, without a folder.
    pub name: String,
    /// Its content.
    pub digest: ContentDigest,
    /// When it was looked at.
    pub at: OffsetDateTime,
    /// What became of it.
    pub outcome: ArrivalOutcome,
    /// The document it is part of, or whose content it repeats.
    pub document: Option<DocumentId>,
    /// Why it was rejected, in the caller's form.
    pub reason: Option<String>,
    /// It lies no longer where it came.
    pub moved: bool,
}

/// What became of a file that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArrivalOutcome {
    /// It is part of a new document.
    Taken,
    /// A document has this content already.
    Known,
    /// It was not taken in.
    Rejected,
    /// It was taken in, and a person took that back.
    TakenBack,
}

impl OrganisationStore {
    /// What came last, the newest first.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn arrivals(&self, limit: u32) -> Result<Vec<Arrival>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM arrivals ORDER BY seq DESC LIMIT ?1");
        self.database
            .read(|connection| rows(connection, &sql, [limit], read))
    }

    /// What was looked at and may still lie where it came: the program ended in between.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn unmoved_arrivals(&self) -> Result<Vec<Arrival>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM arrivals WHERE moved = 0 ORDER BY seq");
        self.database.read(|connection| rows(connection, &sql, [], read))
    }

    /// Remembers a file that made no document.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn note_arrival(&self, arrival: &Arrival) -> Result<(), StoreError> {
        self.database.write(|transaction| add(transaction, arrival))
    }

    /// The file lies no longer where it came.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn arrival_moved(&self, id: Uuid) -> Result<(), StoreError> {
        self.database.write(|transaction| {
            execute(
                transaction,
                "UPDATE arrivals SET moved = 1 WHERE id = ?1",
                [id.as_bytes()],
            )
            .map(drop)
        })
    }
}

const COLUMNS: &str = "id, name, digest, at, outcome, document, reason, moved";

pub(super) fn add(transaction: &Transaction<'_>, arrival: &Arrival) -> Result<(), StoreError> {
    execute(
        transaction,
        "INSERT INTO arrivals (id, name, digest, at, outcome, document, reason, moved)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (
            arrival.id.as_bytes(),
            &arrival.name,
            arrival.digest.0,
            micros(arrival.at),
            word(&arrival.outcome, "arrivals.outcome")?,
            arrival.document.map(|document| *document.0.as_bytes()),
            &arrival.reason,
            arrival.moved,
        ),
    )?;
    Ok(())
}

/// Removes the document a file made, as long as nothing was done with it; answers which document that was.
pub(super) fn take_back(transaction: &Transaction<'_>, id: Uuid) -> Result<DocumentId, StoreError> {
    let taken = word(&ArrivalOutcome::Taken, "arrivals.outcome")?;
    let document = row(
        transaction,
        "SELECT document FROM arrivals WHERE id = ?1 AND outcome = ?2 AND document IS NOT NULL",
        (id.as_bytes(), &taken),
        |row| uuid(row, 0, "arrivals.document").map(DocumentId),
    )?
    .ok_or(StoreError::NotFound(Missing::Document))?;
    let seq = documents::seq_of(transaction, document)?;
    let stage = row(
        transaction,
        "SELECT stage FROM documents WHERE seq = ?1",
        [seq],
        |row| from_word::<DocumentStage>(column_of(row, 0, "documents.stage")?, "documents.stage"),
    )?;
    let is_as_it_came = matches!(stage, Some(DocumentStage::Ready | DocumentStage::Invalid))
        && erasure::is_untouched(transaction, seq)?
        && erasure::obstacle(transaction, seq)?.is_none();
    if !is_as_it_came {
        return Err(StoreError::Conflict);
    }
    let mentions = erasure::MENTIONS.iter();
    erasure::remove(
        transaction,
        document,
        mentions.filter(|mention| mention.table != erasure::ARRIVALS),
    )?;
    execute(
        transaction,
        "UPDATE arrivals SET outcome = ?2 WHERE document = ?1 AND outcome = ?3",
        (
            document.0.as_bytes(),
            word(&ArrivalOutcome::TakenBack, "arrivals.outcome")?,
            &taken,
        ),
    )?;
    Ok(document)
}

fn read(row: &Row<'_>) -> Result<Arrival, StoreError> {
    Ok(Arrival {
        id: uuid(row, 0, "arrivals.id")?,
        name: column_of(row, 1, "arrivals.name")?,
        digest: ContentDigest(column_of(row, 2, "arrivals.digest")?),
        at: moment(column_of(row, 3, "arrivals.at")?, "arrivals.at")?,
        outcome: from_word(column_of(row, 4, "arrivals.outcome")?, "arrivals.outcome")?,
        document: column_of::<Option<[u8; 16]>>(row, 5, "arrivals.document")?
            .map(|bytes| DocumentId(Uuid::from_bytes(bytes))),
        reason: column_of(row, 6, "arrivals.reason")?,
        moved: column_of(row, 7, "arrivals.moved")?,
    })
}
