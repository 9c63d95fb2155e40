//! The outbox: what is on its way to the portal, and how far.

use kabinet_domain::{DocumentId, OrderId, Submission, SubmissionId, SubmissionState};
use rusqlite::{Connection, Row, Transaction};
use time::OffsetDateTime;

use super::{FARTHEST, documents, downloads};
use crate::convert::{
    breaks_uniqueness, column_of, execute, from_json, json, micros, moment, row, rows, scalar, uuid,
};
use crate::database::Migration;
use crate::{Missing, StoreError};

pub(super) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        sql: "CREATE TABLE submissions (
              seq        INTEGER PRIMARY KEY,
              id         BLOB NOT NULL UNIQUE,
              document   INTEGER NOT NULL REFERENCES documents (seq),
              service    TEXT NOT NULL,
              state      TEXT NOT NULL,
              order_id   INTEGER,
              finished   INTEGER NOT NULL,
              attempts   INTEGER NOT NULL,
              due        INTEGER NOT NULL,
              last_error TEXT,
              created    INTEGER NOT NULL
          ) STRICT;
          CREATE INDEX submissions_document ON submissions (document);
          CREATE INDEX submissions_order ON submissions (order_id) WHERE order_id IS NOT NULL;
          CREATE INDEX submissions_due ON submissions (due) WHERE finished = 0;
          CREATE UNIQUE INDEX submissions_unfinished ON submissions (document) WHERE finished = 0;",
        then: None,
    },
    Migration {
        version: 6,
        sql: "ALTER TABLE submissions ADD COLUMN heard INTEGER;",
        then: None,
    },
];

/// Where a submission goes from what was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The new state; may be the old one.
    pub state: SubmissionState,
    /// Tries since the last progress.
    pub attempts: u32,
    /// Not to be tried before this moment.
    pub due: OffsetDateTime,
    /// Stable code of the last failure; `None` after progress.
    pub last_error: Option<String>,
}

const SELECT: &str = "SELECT s.id, d.id, s.service, s.state, s.attempts, s.due, s.last_error, s.created
    FROM submissions s JOIN documents d ON d.seq = s.document";

pub(super) fn add(transaction: &Transaction<'_>, submission: &Submission) -> Result<(), StoreError> {
    let document = documents::seq_of(transaction, submission.document)?;
    let open = "SELECT 1 FROM submissions WHERE document = ?1 AND finished = 0";
    if !submission.state.is_finished() && scalar::<i64>(transaction, open, [document])?.is_some() {
        return Err(StoreError::AlreadyQueued);
    }
    let inserted = execute(
        transaction,
        "INSERT INTO submissions
             (id, document, service, state, order_id, finished, attempts, due, last_error, created)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        (
            submission.id.0.as_bytes(),
            document,
            &submission.service,
            json(&submission.state, "submissions.state")?,
            order_column(submission.state),
            submission.state.is_finished(),
            submission.attempts,
            micros(submission.due),
            &submission.last_error,
            micros(submission.created),
        ),
    );
    match inserted {
        Err(error) if breaks_uniqueness(&error) => Err(StoreError::AlreadyExists),
        other => other.map(drop),
    }
}

/// Compares with everything a writer changes, not with the state alone: a repeated try keeps the state.
pub(super) fn advance(
    transaction: &Transaction<'_>,
    seen: &Submission,
    step: &Step,
) -> Result<Submission, StoreError> {
    let changed = execute(
        transaction,
        "UPDATE submissions
         SET state = ?6, order_id = ?7, finished = ?8, attempts = ?9, due = ?10, last_error = ?11
         WHERE id = ?1 AND state = ?2 AND attempts = ?3 AND due = ?4 AND last_error IS ?5",
        (
            seen.id.0.as_bytes(),
            json(&seen.state, "submissions.state")?,
            seen.attempts,
            micros(seen.due),
            &seen.last_error,
            json(&step.state, "submissions.state")?,
            order_column(step.state),
            step.state.is_finished(),
            step.attempts,
            micros(step.due),
            &step.last_error,
        ),
    )?;
    let now = load(transaction, seen.id)?;
    if changed == 0 {
        return Err(StoreError::Conflict);
    }
    // Nobody comes back for what is half here.
    if step.state.is_finished() {
        downloads::remove_all(transaction, seen.document)?;
    }
    Ok(now)
}

/// When the portal last told of its order.
pub(super) fn heard(connection: &Connection, id: SubmissionId) -> Result<Option<OffsetDateTime>, StoreError> {
    let at = scalar::<Option<i64>>(
        connection,
        "SELECT heard FROM submissions WHERE id = ?1",
        [id.0.as_bytes()],
    )?;
    at.flatten().map(|at| moment(at, "submissions.heard")).transpose()
}

pub(super) fn note_heard(
    transaction: &Transaction<'_>,
    id: SubmissionId,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    execute(
        transaction,
        "UPDATE submissions SET heard = ?2 WHERE id = ?1",
        (id.0.as_bytes(), micros(at)),
    )?;
    Ok(())
}

fn order_column(state: SubmissionState) -> Option<i64> {
    state.order().map(|order| order.0.cast_signed())
}

pub(super) fn load(connection: &Connection, id: SubmissionId) -> Result<Submission, StoreError> {
    row(
        connection,
        &format!("{SELECT} WHERE s.id = ?1"),
        [id.0.as_bytes()],
        read,
    )?
    .ok_or(StoreError::NotFound(Missing::Submission))
}

pub(super) fn of_document(
    connection: &Connection,
    document: DocumentId,
) -> Result<Vec<Submission>, StoreError> {
    let sql = format!("{SELECT} WHERE d.id = ?1 ORDER BY s.created, s.seq");
    rows(connection, &sql, [document.0.as_bytes()], read)
}

pub(super) fn of_order(connection: &Connection, order: OrderId) -> Result<Option<Submission>, StoreError> {
    let sql = format!("{SELECT} WHERE s.order_id = ?1 ORDER BY s.seq DESC");
    row(connection, &sql, [order.0.cast_signed()], read)
}

/// What is put off further than anything is ever put off was put off by a clock that has been set back since: it is due.
pub(super) fn due(connection: &Connection, now: OffsetDateTime) -> Result<Vec<Submission>, StoreError> {
    let sql = format!("{SELECT} WHERE s.finished = 0 AND (s.due <= ?1 OR s.due > ?2) ORDER BY s.due, s.seq");
    rows(connection, &sql, [micros(now), micros(now + FARTHEST)], read)
}

pub(super) fn outbox(connection: &Connection, finished: u32) -> Result<Vec<Submission>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE s.finished = 0 OR s.seq IN
         (SELECT seq FROM submissions WHERE finished = 1 ORDER BY seq DESC LIMIT ?1) ORDER BY s.seq DESC"
    );
    rows(connection, &sql, [finished], read)
}

pub(super) fn next_due(connection: &Connection) -> Result<Option<OffsetDateTime>, StoreError> {
    scalar::<i64>(
        connection,
        "SELECT due FROM submissions WHERE finished = 0 ORDER BY due LIMIT 1",
        [],
    )?
    .map(|due| moment(due, "submissions.due"))
    .transpose()
}

fn read(row: &Row<'_>) -> Result<Submission, StoreError> {
    Ok(Submission {
        id: SubmissionId(uuid(row, 0, "submissions.id")?),
        document: DocumentId(uuid(row, 1, "documents.id")?),
        service: column_of(row, 2, "submissions.service")?,
        state: from_json(
            &column_of::<String>(row, 3, "submissions.state")?,
            "submissions.state",
        )?,
        attempts: column_of(row, 4, "submissions.attempts")?,
        due: moment(column_of(row, 5, "submissions.due")?, "submissions.due")?,
        last_error: column_of(row, 6, "submissions.last_error")?,
        created: moment(column_of(row, 7, "submissions.created")?, "submissions.created")?,
    })
}
