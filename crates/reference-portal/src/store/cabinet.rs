//! What the cabinet API remembers: JSON records by kind and id, each with an owner and a moment.
//!
//! One table serves all kinds: the portal finds them by id or by owner and never searches inside them.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::database::Tables;
use super::{Row, Store, StoreError, Value, params};

pub(super) const TABLES: Tables = Tables {
    sql: include_str!("tables/cabinet.sql"),
    emptied: &["cabinet_records"],
    numbered: &[],
};

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
        let added = self.database.execute(
            "INSERT INTO cabinet_records (kind, id, owner, at_ms, body) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (kind, id) DO NOTHING",
            &columns(record)?,
        )?;
        Ok(added == 1)
    }

    /// Writes a record over the one of its kind and id.
    pub(crate) fn put_record<R: Record>(&self, record: &R) -> Result<(), StoreError> {
        self.database.execute(
            "INSERT INTO cabinet_records (kind, id, owner, at_ms, body) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (kind, id) DO UPDATE SET owner = excluded.owner, at_ms = excluded.at_ms, \
             body = excluded.body",
            &columns(record)?,
        )?;
        Ok(())
    }

    /// The record of this id.
    pub(crate) fn record<R: Record>(&self, id: &str) -> Result<Option<R>, StoreError> {
        let row = self.database.row(
            "SELECT body FROM cabinet_records WHERE kind = ?1 AND id = ?2",
            params![R::KIND, id],
        )?;
        row.as_ref().map(read).transpose()
    }

    /// All records of an owner, oldest first.
    pub(crate) fn records_of<R: Record>(&self, owner: &str) -> Result<Vec<R>, StoreError> {
        let rows = self.database.rows(
            "SELECT body FROM cabinet_records WHERE kind = ?1 AND owner = ?2 ORDER BY at_ms, id",
            params![R::KIND, owner],
        )?;
        rows.iter().map(read).collect()
    }

    /// All records of a kind, oldest first.
    pub(crate) fn records<R: Record>(&self) -> Result<Vec<R>, StoreError> {
        let rows = self.database.rows(
            "SELECT body FROM cabinet_records WHERE kind = ?1 ORDER BY at_ms, id",
            params![R::KIND],
        )?;
        rows.iter().map(read).collect()
    }

    /// Changes a record as one step: two changes at once never lose each other. `None` without the record.
    pub(crate) fn change_record<R: Record, T: Send>(
        &self,
        id: &str,
        change: impl FnOnce(&mut R) -> T + Send,
    ) -> Result<Option<T>, StoreError> {
        self.database.transaction(|transaction| {
            let row = transaction.row(
                "SELECT body FROM cabinet_records WHERE kind = ?1 AND id = ?2",
                params![R::KIND, id],
            )?;
            let Some(row) = row else { return Ok(None) };
            let mut record: R = read(&row)?;
            let outcome = change(&mut record);
            transaction.execute(
                "UPDATE cabinet_records SET owner = ?3, at_ms = ?4, body = ?5 WHERE kind = ?1 AND id = ?2",
                &columns(&record)?,
            )?;
            Ok(Some(outcome))
        })
    }
}

fn columns<R: Record>(record: &R) -> Result<[Value; 5], StoreError> {
    Ok([
        R::KIND.into(),
        record.id().into(),
        record.owner().into(),
        record.at_ms().into(),
        serde_json::to_string(record)?.into(),
    ])
}

fn read<R: Record>(row: &Row) -> Result<R, StoreError> {
    Ok(serde_json::from_str(&row.get::<String>("body")?)?)
}
