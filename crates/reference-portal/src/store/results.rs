//! Files the authority answered with.

use rusqlite::{OptionalExtension as _, params};

use super::{Store, StoreError};

/// A result file.
#[derive(Clone, Debug)]
pub(crate) struct ResultFile {
    /// Name in the download link.
    pub(crate) mnemonic: String,
    pub(crate) name: String,
    pub(crate) mime: String,
    pub(crate) content: Vec<u8>,
}

impl Store {
    /// Replaces the results of an order.
    pub(crate) fn set_results(&self, order: i64, results: &[ResultFile]) -> Result<(), StoreError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        transaction.execute("DELETE FROM results WHERE order_id = ?1", [order])?;
        for result in results {
            transaction.execute(
                "INSERT INTO results (order_id, mnemonic, name, mime, content) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![order, result.mnemonic, result.name, result.mime, result.content],
            )?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// The results of an order, by name.
    pub(crate) fn results(&self, order: i64) -> Result<Vec<ResultFile>, StoreError> {
        let connection = self.lock();
        let mut statement = connection.prepare_cached(
            "SELECT mnemonic, name, mime, content FROM results WHERE order_id = ?1 ORDER BY name",
        )?;
        let rows = statement.query_map([order], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One result.
    pub(crate) fn result(&self, order: i64, mnemonic: &str) -> Result<Option<ResultFile>, StoreError> {
        let sql = "SELECT mnemonic, name, mime, content FROM results WHERE order_id = ?1 AND mnemonic = ?2";
        Ok(self
            .lock()
            .query_row(sql, params![order, mnemonic], read)
            .optional()?)
    }

    /// The order a history entry belongs to.
    pub(crate) fn order_of_history(&self, history: i64) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT order_id FROM history WHERE id = ?1";
        Ok(self
            .lock()
            .query_row(sql, [history], |row| row.get(0))
            .optional()?)
    }
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<ResultFile> {
    Ok(ResultFile {
        mnemonic: row.get(0)?,
        name: row.get(1)?,
        mime: row.get(2)?,
        content: row.get(3)?,
    })
}
