//! What ЕСИА must not forget: accounts, sessions, grants, devices, codes sent.
//!
//! Every record is one row: its kind, its name among its kind, and its members as JSON. The rules that need more than
//! one record are decided in memory, where all of them are (`esia::state`).

use super::{Store, StoreError, params};

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
        let rows = self
            .database
            .rows("SELECT kind, id, body FROM esia_records", params![])?;
        let read = rows.iter().map(|row| {
            Ok(EsiaRecord {
                kind: row.get("kind")?,
                id: row.get("id")?,
                body: row.get("body")?,
            })
        });
        read.collect()
    }

    /// All changes, or none.
    pub(crate) fn change_esia(&self, changes: &[EsiaChange]) -> Result<(), StoreError> {
        self.database
            .transaction(|transaction| -> Result<(), StoreError> {
                for change in changes {
                    match &change.body {
                        Some(body) => transaction.execute(
                            "INSERT INTO esia_records (kind, id, body) VALUES (?1, ?2, ?3)
                         ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
                            params![change.kind, change.id.as_str(), body.as_str()],
                        )?,
                        None => transaction.execute(
                            "DELETE FROM esia_records WHERE kind = ?1 AND id = ?2",
                            params![change.kind, change.id.as_str()],
                        )?,
                    };
                }
                Ok(())
            })
    }
}
