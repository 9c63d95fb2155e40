//! Files of powers of attorney with their signatures, by the task that brought them.

use uuid::Uuid;

use super::{Store, StoreError, params};

/// A file and its detached signature.
pub(crate) struct PoaFiles {
    pub(crate) content: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

impl Store {
    /// Keeps a file and its signature; what a task has already stays.
    pub(crate) fn keep_poa_files(
        &self,
        task: Uuid,
        content: &[u8],
        signature: &[u8],
    ) -> Result<(), StoreError> {
        self.database.execute(
            "INSERT INTO poa_files (task, content, signature) VALUES (?1, ?2, ?3) ON CONFLICT (task) DO NOTHING",
            params![task.to_string(), content, signature],
        )?;
        Ok(())
    }

    /// The file and the signature a task brought.
    pub(crate) fn poa_files(&self, task: Uuid) -> Result<Option<PoaFiles>, StoreError> {
        let sql = "SELECT content, signature FROM poa_files WHERE task = ?1";
        let row = self.database.row(sql, params![task.to_string()])?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(PoaFiles {
            content: row.get("content")?,
            signature: row.get("signature")?,
        }))
    }
}
