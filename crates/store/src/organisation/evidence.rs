//! Certificates and revocation lists as they were downloaded, so that signatures can be judged offline.

use rusqlite::{Connection, Transaction};
use time::OffsetDateTime;

use crate::StoreError;
use crate::convert::{column_of, execute, micros, moment, row};
use crate::database::Migration;

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    sql: "CREATE TABLE evidence (
              url        TEXT NOT NULL UNIQUE,
              bytes      BLOB NOT NULL,
              fetched_at INTEGER NOT NULL
          ) STRICT;",
    then: None,
}];

/// Something downloaded earlier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cached {
    /// Body as it came.
    pub bytes: Vec<u8>,
    /// When it came.
    pub fetched_at: OffsetDateTime,
}

pub(super) fn load(connection: &Connection, url: &str) -> Result<Option<Cached>, StoreError> {
    row(
        connection,
        "SELECT bytes, fetched_at FROM evidence WHERE url = ?1",
        [url],
        |row| {
            Ok(Cached {
                bytes: column_of(row, 0, "evidence.bytes")?,
                fetched_at: moment(column_of(row, 1, "evidence.fetched_at")?, "evidence.fetched_at")?,
            })
        },
    )
}

pub(super) fn save(
    transaction: &Transaction<'_>,
    url: &str,
    bytes: &[u8],
    fetched_at: OffsetDateTime,
) -> Result<(), StoreError> {
    execute(
        transaction,
        "INSERT INTO evidence (url, bytes, fetched_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (url) DO UPDATE SET bytes = excluded.bytes, fetched_at = excluded.fetched_at",
        (url, bytes, micros(fetched_at)),
    )?;
    Ok(())
}
