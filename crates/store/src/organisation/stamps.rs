//! Signed files of the user that wait for their time stamp. The files themselves lie where the user has them.

use std::path::PathBuf;

use rusqlite::{Connection, Row, Transaction};
use time::OffsetDateTime;
use uuid::Uuid;

use super::FARTHEST;
use crate::StoreError;
use crate::convert::{column_of, execute, micros, moment, rows, uuid};
use crate::database::Migration;

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    version: 3,
    sql: "CREATE TABLE waiting_stamps (
              id        BLOB NOT NULL PRIMARY KEY,
              signature TEXT NOT NULL UNIQUE,
              content   TEXT,
              level     TEXT NOT NULL,
              since     INTEGER NOT NULL,
              due       INTEGER NOT NULL,
              attempts  INTEGER NOT NULL,
              error     TEXT
          ) STRICT;",
    then: None,
}];

/// A signed file that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingStamp {
    /// Its number.
    pub id: Uuid,
    /// The file with the signature.
    pub signature: PathBuf,
    /// The file it signs, if that is another one.
    pub content: Option<PathBuf>,
    /// The level it is to reach, in the caller's word.
    pub level: String,
    /// When it was signed.
    pub since: OffsetDateTime,
    /// When it is to be tried next.
    pub due: OffsetDateTime,
    /// Tries so far.
    pub attempts: u32,
    /// Code of the last failure.
    pub error: Option<String>,
}

impl WaitingStamp {
    /// Whether its time has come. One put off further than [`FARTHEST`] was put off by a clock that has been set back since.
    pub fn is_due(&self, now: OffsetDateTime) -> bool {
        self.due <= now || self.due > now + FARTHEST
    }
}

fn text(path: &std::path::Path) -> Result<&str, StoreError> {
    // A path that is no text cannot be kept as one: the caller tells the user that it will not be remembered.
    path.to_str().ok_or(StoreError::Value {
        column: "waiting_stamps.signature",
    })
}

pub(super) fn save(transaction: &Transaction<'_>, stamp: &WaitingStamp) -> Result<(), StoreError> {
    let content = stamp.content.as_deref().map(text).transpose()?;
    // A file that took the name of one that waited: the old one is gone.
    execute(
        transaction,
        "DELETE FROM waiting_stamps WHERE signature = ?1 AND id <> ?2",
        (text(&stamp.signature)?, stamp.id.as_bytes()),
    )?;
    execute(
        transaction,
        "INSERT INTO waiting_stamps (id, signature, content, level, since, due, attempts, error)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (id) DO UPDATE
         SET due = excluded.due, attempts = excluded.attempts, error = excluded.error",
        (
            stamp.id.as_bytes(),
            text(&stamp.signature)?,
            content,
            &stamp.level,
            micros(stamp.since),
            micros(stamp.due),
            stamp.attempts,
            &stamp.error,
        ),
    )?;
    Ok(())
}

/// Whether there was one.
pub(super) fn remove(transaction: &Transaction<'_>, id: Uuid) -> Result<bool, StoreError> {
    let removed = execute(
        transaction,
        "DELETE FROM waiting_stamps WHERE id = ?1",
        [id.as_bytes()],
    )?;
    Ok(removed > 0)
}

/// All of them, the oldest first.
pub(super) fn list(connection: &Connection) -> Result<Vec<WaitingStamp>, StoreError> {
    rows(
        connection,
        "SELECT id, signature, content, level, since, due, attempts, error FROM waiting_stamps ORDER BY since, id",
        [],
        read,
    )
}

fn read(row: &Row<'_>) -> Result<WaitingStamp, StoreError> {
    let path = |index, column| -> Result<Option<PathBuf>, StoreError> {
        Ok(column_of::<Option<String>>(row, index, column)?.map(PathBuf::from))
    };
    let at = |index, column| moment(column_of(row, index, column)?, column);
    Ok(WaitingStamp {
        id: uuid(row, 0, "waiting_stamps.id")?,
        signature: path(1, "waiting_stamps.signature")?.unwrap_or_default(),
        content: path(2, "waiting_stamps.content")?,
        level: column_of(row, 3, "waiting_stamps.level")?,
        since: at(4, "waiting_stamps.since")?,
        due: at(5, "waiting_stamps.due")?,
        attempts: column_of(row, 6, "waiting_stamps.attempts")?,
        error: column_of(row, 7, "waiting_stamps.error")?,
    })
}
