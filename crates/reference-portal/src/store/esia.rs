//! What ЕСИА must not forget: accounts, sessions, grants, devices, codes sent.
//!
//! Every record is one row: its kind, its name among its kind, and its members as JSON. The rules that need more than
//! one record are decided in memory, where all of them are (`esia::state`).

use rusqlite::params;

use super::{Store, StoreError};

pub(super) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS esia_records (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT;
";

/// A record as it lies on disk.
pub(crate) struct EsiaRecord {
    pub(crate) kind: String,
    pub(crate) id: String,
    /// JSON.
    pub(crate) body: String,
}

/// A change of one record: `body` is absent where it is deleted.
pub(crate) struct EsiaChange {
    pub(crate) kind: &'static str,
    pub(crate) id: String,
    pub(crate) body: Option<String>,
}

impl Store {
    /// Every record.
    pub(crate) fn esia_records(&self) -> Result<Vec<EsiaRecord>, StoreError> {
        let connection = self.lock();
        let mut statement = connection.prepare_cached("SELECT kind, id, body FROM esia_records")?;
        let rows = statement.query_map([], |row| {
            Ok(EsiaRecord {
                kind: row.get(0)?,
                id: row.get(1)?,
                body: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// All changes, or none.
    pub(crate) fn change_esia(&self, changes: &[EsiaChange]) -> Result<(), StoreError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        for change in changes {
            match &change.body {
                Some(body) => transaction.execute(
                    "INSERT INTO esia_records (kind, id, body) VALUES (?1, ?2, ?3)
                     ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
                    params![change.kind, change.id, body],
                )?,
                None => transaction.execute(
                    "DELETE FROM esia_records WHERE kind = ?1 AND id = ?2",
                    params![change.kind, change.id],
                )?,
            };
        }
        transaction.commit()?;
        Ok(())
    }

    /// Forgets every record.
    pub(crate) fn clear_esia(&self) -> Result<(), StoreError> {
        self.lock().execute("DELETE FROM esia_records", [])?;
        Ok(())
    }
}
