//! Files the authority answered with.

use super::{Row, Store, StoreError, params};

/// A result file.
#[derive(Clone, Debug, PartialEq, Eq)]
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
        self.database.transaction(|transaction| {
            transaction.execute("DELETE FROM results WHERE order_id = ?1", params![order])?;
            for result in results {
                transaction.execute(
                    "INSERT INTO results (order_id, mnemonic, name, mime, content) VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![
                        order,
                        &result.mnemonic,
                        &result.name,
                        &result.mime,
                        &result.content
                    ],
                )?;
            }
            Ok(())
        })
    }

    /// The results of an order, by name.
    pub(crate) fn results(&self, order: i64) -> Result<Vec<ResultFile>, StoreError> {
        let sql = "SELECT mnemonic, name, mime, content FROM results WHERE order_id = ?1 ORDER BY name";
        let rows = self.database.rows(sql, params![order])?;
        rows.iter().map(read).collect()
    }

    /// One result.
    pub(crate) fn result(&self, order: i64, mnemonic: &str) -> Result<Option<ResultFile>, StoreError> {
        let sql = "SELECT mnemonic, name, mime, content FROM results WHERE order_id = ?1 AND mnemonic = ?2";
        let row = self.database.row(sql, params![order, mnemonic])?;
        row.as_ref().map(read).transpose()
    }

    /// The order a history entry belongs to.
    pub(crate) fn order_of_history(&self, history: i64) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT order_id FROM history WHERE id = ?1";
        let row = self.database.row(sql, params![history])?;
        Ok(row.map(|row| row.get("order_id")).transpose()?)
    }
}

fn read(row: &Row) -> Result<ResultFile, StoreError> {
    Ok(ResultFile {
        mnemonic: row.get("mnemonic")?,
        name: row.get("name")?,
        mime: row.get("mime")?,
        content: row.get("content")?,
    })
}
