//! What was signed under which power of attorney, as it was judged then. The number is kept and not the row of the register: what was
//! signed stays told after the power of attorney was deleted.

use kabinet_domain::poa::PoaNumber;
use kabinet_domain::{ContentDigest, DocumentId};
use rusqlite::{Row, Transaction};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{OrganisationStore, Page, documents};
use crate::convert::{column_of, execute, micros, moment, row, rows, scalar, uuid};
use crate::database::Migration;
use crate::{Missing, StoreError};

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    version: 10,
    sql: "CREATE TABLE signed_under (
              document  INTEGER NOT NULL REFERENCES documents (seq),
              signature BLOB NOT NULL,
              number    BLOB NOT NULL,
              judged    TEXT NOT NULL,
              word      INTEGER,
              at        INTEGER NOT NULL,
              PRIMARY KEY (document, signature)
          ) STRICT, WITHOUT ROWID;
          CREATE INDEX signed_under_number ON signed_under (number, at);
          CREATE TABLE signing_run_poas (
              run    INTEGER PRIMARY KEY REFERENCES signing_runs (seq) ON DELETE CASCADE,
              number BLOB NOT NULL,
              word   INTEGER
          ) STRICT;",
    then: None,
}];

/// A signature that was made under a power of attorney.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedUnder {
    /// The document.
    pub document: DocumentId,
    /// The file of the signature.
    pub signature: ContentDigest,
    /// Number of the power of attorney.
    pub number: PoaNumber,
    /// How it was judged then, in the caller's words.
    pub judged: String,
    /// When a person said in so many words to sign although not everything could be checked.
    pub word: Option<OffsetDateTime>,
    /// When it was signed.
    pub at: OffsetDateTime,
}

/// Under which power of attorney a signing run signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunPoa {
    /// Its number.
    pub number: PoaNumber,
    /// As [`SignedUnder::word`].
    pub word: Option<OffsetDateTime>,
}

impl OrganisationStore {
    /// The signatures of a document that were made under a power of attorney, the first first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn signed_under(&self, document: DocumentId) -> Result<Vec<SignedUnder>, StoreError> {
        self.database.read(|connection| {
            let seq = documents::seq_of(connection, document)?;
            rows(
                connection,
                &format!("{SELECT} WHERE s.document = ?1 ORDER BY s.at, s.signature"),
                [seq],
                read,
            )
        })
    }

    /// What was signed under a power of attorney, the last first.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn signed_under_poa(&self, number: PoaNumber, page: Page) -> Result<Vec<SignedUnder>, StoreError> {
        let (limit, offset) = (page.limit.cast_signed(), page.offset.cast_signed());
        self.database.read(|connection| {
            rows(
                connection,
                &format!(
                    "{SELECT} WHERE s.number = ?1 ORDER BY s.at DESC, s.document DESC LIMIT ?2 OFFSET ?3"
                ),
                (number.0.as_bytes(), limit, offset),
                read,
            )
        })
    }

    /// Under which power of attorney a run signs, if it does.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn run_poa(&self, run: Uuid) -> Result<Option<RunPoa>, StoreError> {
        const WORD: &str = "signing_run_poas.word";
        self.database.read(|connection| {
            row(
                connection,
                "SELECT p.number, p.word FROM signing_run_poas p JOIN signing_runs r ON r.seq = p.run WHERE r.id = ?1",
                [run.as_bytes()],
                |row| {
                    Ok(RunPoa {
                        number: PoaNumber(uuid(row, 0, "signing_run_poas.number")?),
                        word: column_of::<Option<i64>>(row, 1, WORD)?
                            .map(|at| moment(at, WORD))
                            .transpose()?,
                    })
                },
            )
        })
    }
}

const SELECT: &str = "SELECT d.id, s.signature, s.number, s.judged, s.word, s.at
    FROM signed_under s JOIN documents d ON d.seq = s.document";

fn read(row: &Row<'_>) -> Result<SignedUnder, StoreError> {
    const WORD: &str = "signed_under.word";
    Ok(SignedUnder {
        document: DocumentId(uuid(row, 0, "documents.id")?),
        signature: ContentDigest(column_of(row, 1, "signed_under.signature")?),
        number: PoaNumber(uuid(row, 2, "signed_under.number")?),
        judged: column_of(row, 3, "signed_under.judged")?,
        word: column_of::<Option<i64>>(row, 4, WORD)?
            .map(|at| moment(at, WORD))
            .transpose()?,
        at: moment(column_of(row, 5, "signed_under.at")?, "signed_under.at")?,
    })
}

pub(super) fn add(transaction: &Transaction<'_>, one: &SignedUnder) -> Result<(), StoreError> {
    execute(
        transaction,
        "INSERT INTO signed_under (document, signature, number, judged, word, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (
            documents::seq_of(transaction, one.document)?,
            one.signature.0,
            one.number.0.as_bytes(),
            &one.judged,
            one.word.map(micros),
            micros(one.at),
        ),
    )?;
    Ok(())
}

pub(super) fn set_for_run(transaction: &Transaction<'_>, run: Uuid, poa: &RunPoa) -> Result<(), StoreError> {
    let seq: Option<i64> = scalar(
        transaction,
        "SELECT seq FROM signing_runs WHERE id = ?1",
        [run.as_bytes()],
    )?;
    execute(
        transaction,
        "INSERT INTO signing_run_poas (run, number, word) VALUES (?1, ?2, ?3)",
        (
            seq.ok_or(StoreError::NotFound(Missing::SigningRun))?,
            poa.number.0.as_bytes(),
            poa.word.map(micros),
        ),
    )?;
    Ok(())
}
