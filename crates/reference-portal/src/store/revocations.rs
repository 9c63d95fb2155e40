//! Revoked certificates.

use rusqlite::{OptionalExtension as _, params};

use super::{Store, StoreError};
use crate::authority::{RevocationReason, RevokedEntry};
use crate::clock;

impl Store {
    /// Revokes a serial number (lower-case hex); an earlier revocation stays as it is.
    pub(crate) fn revoke(
        &self,
        serial: &str,
        at_ms: i64,
        reason: RevocationReason,
    ) -> Result<(), StoreError> {
        self.lock().execute(
            "INSERT OR IGNORE INTO revocations (serial, at_ms, reason) VALUES (?1, ?2, ?3)",
            params![serial, at_ms, reason.number()],
        )?;
        Ok(())
    }

    /// Every revocation, oldest first.
    pub(crate) fn revocations(&self) -> Result<Vec<RevokedEntry>, StoreError> {
        let connection = self.lock();
        let mut statement = connection
            .prepare_cached("SELECT serial, at_ms, reason FROM revocations ORDER BY at_ms, serial")?;
        let rows = statement.query_map([], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The revocation of a serial number (lower-case hex).
    pub(crate) fn revocation(&self, serial: &str) -> Result<Option<RevokedEntry>, StoreError> {
        let sql = "SELECT serial, at_ms, reason FROM revocations WHERE serial = ?1";
        Ok(self.lock().query_row(sql, [serial], read).optional()?)
    }
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<RevokedEntry> {
    let serial: String = row.get(0)?;
    Ok(RevokedEntry {
        // Only hex is ever written.
        serial: hex::decode(serial).unwrap_or_default(),
        at: clock::from_ms(row.get(1)?),
        reason: RevocationReason::from_number(row.get(2)?),
    })
}
