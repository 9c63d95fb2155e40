//! Signing runs: many documents under one certificate, each with what became of it. A run that breaks off, whatever the
//! reason, is found here and goes on where it stopped.

use kabinet_domain::{ContentDigest, DocumentId};
use rusqlite::{Connection, Row, Transaction};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{OrganisationStore, documents};
use crate::convert::{breaks_uniqueness, column_of, execute, micros, moment, row, rows, scalar, uuid};
use crate::database::Migration;
use crate::{Missing, StoreError};

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    version: 4,
    sql: "CREATE TABLE signing_runs (
              seq         INTEGER PRIMARY KEY,
              id          BLOB NOT NULL UNIQUE,
              certificate BLOB NOT NULL,
              holder      TEXT NOT NULL,
              token       TEXT NOT NULL,
              serial      TEXT NOT NULL,
              started     INTEGER NOT NULL,
              ended       INTEGER,
              stopped     TEXT
          ) STRICT;
          CREATE INDEX signing_runs_unfinished ON signing_runs (started) WHERE ended IS NULL;
          CREATE TABLE signing_items (
              run      INTEGER NOT NULL REFERENCES signing_runs (seq) ON DELETE CASCADE,
              position INTEGER NOT NULL,
              document INTEGER NOT NULL REFERENCES documents (seq),
              shown    BLOB NOT NULL,
              state    TEXT NOT NULL,
              error    TEXT,
              PRIMARY KEY (run, position),
              UNIQUE (run, document)
          ) STRICT, WITHOUT ROWID;
          CREATE INDEX signing_items_document ON signing_items (document);",
    then: None,
}];

/// Finished runs that are kept; what older ones did is in the journal.
const KEPT: i64 = 100;

/// A run of signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningRun {
    /// Its number.
    pub id: Uuid,
    /// SHA-256 of the certificate's DER: the only one that may go on with the run.
    pub certificate: [u8; 32],
    /// Name of the certificate's owner.
    pub holder: String,
    /// Name of the token that held the certificate, for the person who has to find it again.
    pub token: String,
    /// The token's serial number.
    pub serial: String,
    /// When it began.
    pub started: OffsetDateTime,
    /// When nothing was left to do.
    pub ended: Option<OffsetDateTime>,
    /// Why it stopped before its end, in the caller's words; nothing while it runs, and after a crash.
    pub stopped: Option<String>,
    /// The documents in order.
    pub items: Vec<SigningItem>,
}

/// A document of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningItem {
    /// Which.
    pub document: DocumentId,
    /// Digest of what the person was shown, as the caller makes it.
    pub shown: ContentDigest,
    /// What became of it.
    pub state: ItemState,
}

/// What became of a document of a run; reasons are in the caller's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemState {
    /// Not yet its turn.
    Waiting,
    /// Signed, and the signature is stored.
    Signed,
    /// Could not be signed.
    Failed(String),
    /// Left out.
    Skipped(String),
}

impl ItemState {
    fn columns(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::Waiting => ("waiting", None),
            Self::Signed => ("signed", None),
            Self::Failed(error) => ("failed", Some(error)),
            Self::Skipped(error) => ("skipped", Some(error)),
        }
    }

    fn of(state: &str, error: Option<String>) -> Option<Self> {
        match (state, error) {
            ("waiting", None) => Some(Self::Waiting),
            ("signed", None) => Some(Self::Signed),
            ("failed", Some(error)) => Some(Self::Failed(error)),
            ("skipped", Some(error)) => Some(Self::Skipped(error)),
            _ => None,
        }
    }
}

impl OrganisationStore {
    /// A signing run.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn signing_run(&self, id: Uuid) -> Result<SigningRun, StoreError> {
        self.database.read(|connection| load(connection, id))
    }

    /// Signing runs with documents that wait, the oldest first.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn unfinished_signing_runs(&self) -> Result<Vec<SigningRun>, StoreError> {
        self.database.read(unfinished)
    }
}

/// Adds a run and lets go of the oldest finished ones.
pub(super) fn add(transaction: &Transaction<'_>, run: &SigningRun) -> Result<(), StoreError> {
    let inserted = execute(
        transaction,
        "INSERT INTO signing_runs (id, certificate, holder, token, serial, started, ended, stopped)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (
            run.id.as_bytes(),
            run.certificate,
            &run.holder,
            &run.token,
            &run.serial,
            micros(run.started),
            run.ended.map(micros),
            &run.stopped,
        ),
    );
    match inserted {
        Err(error) if breaks_uniqueness(&error) => return Err(StoreError::AlreadyExists),
        other => other?,
    };
    let seq = transaction.last_insert_rowid();
    for (position, item) in (0_i64..).zip(&run.items) {
        let (state, error) = item.state.columns();
        execute(
            transaction,
            "INSERT INTO signing_items (run, position, document, shown, state, error)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (
                seq,
                position,
                documents::seq_of(transaction, item.document)?,
                item.shown.0,
                state,
                error,
            ),
        )?;
    }
    execute(
        transaction,
        "DELETE FROM signing_runs WHERE seq IN
             (SELECT seq FROM signing_runs WHERE ended IS NOT NULL ORDER BY started DESC, seq DESC LIMIT -1 OFFSET ?1)",
        [KEPT],
    )?;
    Ok(())
}

/// Writes down what became of a document that waits; with the last one the run has ended. A document that waits no longer
/// is a [`StoreError::Conflict`].
pub(super) fn settle(
    transaction: &Transaction<'_>,
    run: Uuid,
    document: DocumentId,
    state: &ItemState,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let seq = seq_of(transaction, run)?;
    let (state, error) = state.columns();
    let changed = execute(
        transaction,
        "UPDATE signing_items SET state = ?3, error = ?4 WHERE run = ?1 AND document = ?2 AND state = 'waiting'",
        (seq, documents::seq_of(transaction, document)?, state, error),
    )?;
    if changed != 1 {
        return Err(StoreError::Conflict);
    }
    end_if_nothing_waits(transaction, seq, at)
}

fn end_if_nothing_waits(
    transaction: &Transaction<'_>,
    seq: i64,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    execute(
        transaction,
        "UPDATE signing_runs SET ended = ?2 WHERE seq = ?1
             AND NOT EXISTS (SELECT 1 FROM signing_items WHERE run = ?1 AND state = 'waiting')",
        (seq, micros(at)),
    )?;
    Ok(())
}

/// The run goes on. With `retry` those that failed wait again.
pub(super) fn resume(transaction: &Transaction<'_>, run: Uuid, retry: bool) -> Result<(), StoreError> {
    let seq = seq_of(transaction, run)?;
    if retry {
        execute(
            transaction,
            "UPDATE signing_items SET state = 'waiting', error = NULL WHERE run = ?1 AND state = 'failed'",
            [seq],
        )?;
    }
    execute(
        transaction,
        "UPDATE signing_runs SET ended = NULL, stopped = NULL WHERE seq = ?1",
        [seq],
    )?;
    Ok(())
}

/// The run stops for this reason. With documents still waiting it can go on.
pub(super) fn stop(transaction: &Transaction<'_>, run: Uuid, why: &str) -> Result<(), StoreError> {
    execute(
        transaction,
        "UPDATE signing_runs SET stopped = ?2 WHERE seq = ?1",
        (seq_of(transaction, run)?, why),
    )?;
    Ok(())
}

/// The documents that wait are left out for this reason, which ends the run.
pub(super) fn give_up(
    transaction: &Transaction<'_>,
    run: Uuid,
    why: &str,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let seq = seq_of(transaction, run)?;
    execute(
        transaction,
        "UPDATE signing_items SET state = 'skipped', error = ?2 WHERE run = ?1 AND state = 'waiting'",
        (seq, why),
    )?;
    end_if_nothing_waits(transaction, seq, at)
}

/// Removes a run, as if it had never begun.
pub(super) fn remove(transaction: &Transaction<'_>, run: Uuid) -> Result<(), StoreError> {
    execute(
        transaction,
        "DELETE FROM signing_runs WHERE id = ?1",
        [run.as_bytes()],
    )?;
    Ok(())
}

fn seq_of(connection: &Connection, run: Uuid) -> Result<i64, StoreError> {
    scalar(
        connection,
        "SELECT seq FROM signing_runs WHERE id = ?1",
        [run.as_bytes()],
    )?
    .ok_or(StoreError::NotFound(Missing::SigningRun))
}

const SELECT: &str =
    "SELECT id, certificate, holder, token, serial, started, ended, stopped, seq FROM signing_runs";

fn load(connection: &Connection, run: Uuid) -> Result<SigningRun, StoreError> {
    let sql = format!("{SELECT} WHERE id = ?1");
    row(connection, &sql, [run.as_bytes()], |row| read(connection, row))?
        .ok_or(StoreError::NotFound(Missing::SigningRun))
}

/// Runs with documents that wait, the oldest first.
fn unfinished(connection: &Connection) -> Result<Vec<SigningRun>, StoreError> {
    let sql = format!("{SELECT} WHERE ended IS NULL ORDER BY started, seq");
    rows(connection, &sql, [], |row| read(connection, row))
}

fn read(connection: &Connection, row: &Row<'_>) -> Result<SigningRun, StoreError> {
    const ENDED: &str = "signing_runs.ended";
    Ok(SigningRun {
        id: uuid(row, 0, "signing_runs.id")?,
        certificate: column_of(row, 1, "signing_runs.certificate")?,
        holder: column_of(row, 2, "signing_runs.holder")?,
        token: column_of(row, 3, "signing_runs.token")?,
        serial: column_of(row, 4, "signing_runs.serial")?,
        started: moment(column_of(row, 5, "signing_runs.started")?, "signing_runs.started")?,
        ended: column_of::<Option<i64>>(row, 6, ENDED)?
            .map(|at| moment(at, ENDED))
            .transpose()?,
        stopped: column_of(row, 7, "signing_runs.stopped")?,
        items: items(connection, column_of(row, 8, "signing_runs.seq")?)?,
    })
}

fn items(connection: &Connection, run: i64) -> Result<Vec<SigningItem>, StoreError> {
    const STATE: &str = "signing_items.state";
    rows(
        connection,
        "SELECT d.id, i.shown, i.state, i.error FROM signing_items i JOIN documents d ON d.seq = i.document
         WHERE i.run = ?1 ORDER BY i.position",
        [run],
        |row| {
            let state: String = column_of(row, 2, STATE)?;
            let error = column_of(row, 3, "signing_items.error")?;
            Ok(SigningItem {
                document: DocumentId(uuid(row, 0, "signing_items.document")?),
                shown: ContentDigest(column_of(row, 1, "signing_items.shown")?),
                state: ItemState::of(&state, error).ok_or(StoreError::Value { column: STATE })?,
            })
        },
    )
}
