//! What the cabinet API remembers: JSON records by kind and id, each with an owner and a moment.
//!
//! One table serves all kinds: the portal finds them by id or by owner and never searches inside them.

use rusqlite::{OptionalExtension as _, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Store, StoreError};

pub(super) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS cabinet_records (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    owner TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT;
CREATE INDEX IF NOT EXISTS cabinet_records_by_owner ON cabinet_records (kind, owner, at_ms, id);
";

/// What can be remembered.
pub(crate) trait Record: Serialize + DeserializeOwned {
    /// Name of the kind; never changed once written.
    const KIND: &'static str;
    /// Unique within the kind.
    fn id(&self) -> String;
    /// Whom it is listed for.
    fn owner(&self) -> String;
    /// Orders a list, milliseconds.
    fn at_ms(&self) -> i64;
}

impl Store {
    /// Writes a record; `false` if one of this kind and id is there already, which stays as it is.
    pub(crate) fn add_record<R: Record>(&self, record: &R) -> Result<bool, StoreError> {
        let added = self.lock().execute(
            "INSERT INTO cabinet_records (kind, id, owner, at_ms, version, body) VALUES (?1, ?2, ?3, ?4, 0, ?5) \
             ON CONFLICT (kind, id) DO NOTHING",
            params![
                R::KIND,
                record.id(),
                record.owner(),
                record.at_ms(),
                serde_json::to_string(record)?
            ],
        )?;
        Ok(added == 1)
    }

    /// Writes a record over the one of its kind and id.
    pub(crate) fn put_record<R: Record>(&self, record: &R) -> Result<(), StoreError> {
        self.lock().execute(
            "INSERT INTO cabinet_records (kind, id, owner, at_ms, version, body) VALUES (?1, ?2, ?3, ?4, 0, ?5) \
             ON CONFLICT (kind, id) DO UPDATE SET owner = excluded.owner, at_ms = excluded.at_ms, \
             body = excluded.body, version = cabinet_records.version + 1",
            params![
                R::KIND,
                record.id(),
                record.owner(),
                record.at_ms(),
                serde_json::to_string(record)?
            ],
        )?;
        Ok(())
    }

    /// The record of this id.
    pub(crate) fn record<R: Record>(&self, id: &str) -> Result<Option<R>, StoreError> {
        Ok(self.versioned(id)?.map(|(record, _)| record))
    }

    /// All records of an owner, oldest first.
    pub(crate) fn records_of<R: Record>(&self, owner: &str) -> Result<Vec<R>, StoreError> {
        let connection = self.lock();
        let mut statement = connection.prepare_cached(
            "SELECT body FROM cabinet_records WHERE kind = ?1 AND owner = ?2 ORDER BY at_ms, id",
        )?;
        let bodies = statement.query_map(params![R::KIND, owner], |row| row.get::<_, String>(0))?;
        bodies.map(|body| Ok(serde_json::from_str(&body?)?)).collect()
    }

    /// All records of a kind, oldest first.
    pub(crate) fn records<R: Record>(&self) -> Result<Vec<R>, StoreError> {
        let connection = self.lock();
        let mut statement =
            connection.prepare_cached("SELECT body FROM cabinet_records WHERE kind = ?1 ORDER BY at_ms, id")?;
        let bodies = statement.query_map(params![R::KIND], |row| row.get::<_, String>(0))?;
        bodies.map(|body| Ok(serde_json::from_str(&body?)?)).collect()
    }

    /// Changes a record as one step: two changes at once never lose each other. `None` without the record.
    ///
    /// `change` may be called again on a newer state.
    pub(crate) fn change_record<R: Record, T>(
        &self,
        id: &str,
        mut change: impl FnMut(&mut R) -> T,
    ) -> Result<Option<T>, StoreError> {
        loop {
            let Some((mut record, version)) = self.versioned::<R>(id)? else {
                return Ok(None);
            };
            let outcome = change(&mut record);
            let changed = self.lock().execute(
                "UPDATE cabinet_records SET body = ?4, version = version + 1 \
                 WHERE kind = ?1 AND id = ?2 AND version = ?3",
                params![R::KIND, id, version, serde_json::to_string(&record)?],
            )?;
            if changed == 1 {
                return Ok(Some(outcome));
            }
        }
    }

    fn versioned<R: Record>(&self, id: &str) -> Result<Option<(R, i64)>, StoreError> {
        let found: Option<(String, i64)> = self
            .lock()
            .query_row(
                "SELECT body, version FROM cabinet_records WHERE kind = ?1 AND id = ?2",
                params![R::KIND, id],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        found
            .map(|(body, version)| Ok((serde_json::from_str(&body)?, version)))
            .transpose()
    }
}
