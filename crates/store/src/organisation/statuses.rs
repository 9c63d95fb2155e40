//! What the portal said about each document's order.

use kabinet_domain::{DocumentId, OrderStatus};
use rusqlite::{Connection, Transaction};

use super::documents;
use crate::StoreError;
use crate::convert::{column_of, execute, from_json, json, micros, row, rows};
use crate::database::Migration;

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    sql: "CREATE TABLE statuses (
              id         INTEGER PRIMARY KEY,
              document   INTEGER NOT NULL REFERENCES documents (seq),
              history_id INTEGER,
              at         INTEGER NOT NULL,
              body       TEXT NOT NULL,
              UNIQUE (document, history_id)
          ) STRICT;
          CREATE INDEX statuses_document ON statuses (document, at);",
    then: None,
}];

/// What adding a status came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusChange {
    /// It was not known.
    Added,
    /// It was known by its `history_id` and has changed since.
    Updated,
    /// Nothing new.
    Known,
}

pub(super) fn add(
    transaction: &Transaction<'_>,
    document: DocumentId,
    status: &OrderStatus,
) -> Result<StatusChange, StoreError> {
    let seq = documents::seq_of(transaction, document)?;
    let known = match status.history_id {
        Some(history) => by_history(transaction, seq, history)?,
        None => latest_bare(transaction, seq)?,
    };
    let body = json(status, "statuses.body")?;
    match known {
        Some((id, old)) if status.history_id.is_some() => {
            if old == *status {
                return Ok(StatusChange::Known);
            }
            execute(
                transaction,
                "UPDATE statuses SET at = ?2, body = ?3 WHERE id = ?1",
                (id, micros(status.at), body),
            )?;
            Ok(StatusChange::Updated)
        }
        // Asking again returns the same processing code with a later time: that is no new status.
        Some((_, old))
            if OrderStatus {
                at: status.at,
                ..old.clone()
            } == *status =>
        {
            Ok(StatusChange::Known)
        }
        _ => {
            execute(
                transaction,
                "INSERT INTO statuses (document, history_id, at, body) VALUES (?1, ?2, ?3, ?4)",
                (
                    seq,
                    status.history_id.map(u64::cast_signed),
                    micros(status.at),
                    body,
                ),
            )?;
            Ok(StatusChange::Added)
        }
    }
}

fn by_history(
    connection: &Connection,
    document: i64,
    history: u64,
) -> Result<Option<(i64, OrderStatus)>, StoreError> {
    row(
        connection,
        "SELECT id, body FROM statuses WHERE document = ?1 AND history_id = ?2",
        (document, history.cast_signed()),
        identified,
    )
}

fn latest_bare(connection: &Connection, document: i64) -> Result<Option<(i64, OrderStatus)>, StoreError> {
    row(
        connection,
        "SELECT id, body FROM statuses WHERE document = ?1 AND history_id IS NULL ORDER BY id DESC LIMIT 1",
        [document],
        identified,
    )
}

fn identified(row: &rusqlite::Row<'_>) -> Result<(i64, OrderStatus), StoreError> {
    Ok((
        column_of(row, 0, "statuses.id")?,
        from_json(&column_of::<String>(row, 1, "statuses.body")?, "statuses.body")?,
    ))
}

pub(super) fn list(connection: &Connection, document: DocumentId) -> Result<Vec<OrderStatus>, StoreError> {
    rows(
        connection,
        "SELECT body FROM statuses WHERE document = (SELECT seq FROM documents WHERE id = ?1) ORDER BY at, id",
        [document.0.as_bytes()],
        |row| from_json(&column_of::<String>(row, 0, "statuses.body")?, "statuses.body"),
    )
}
