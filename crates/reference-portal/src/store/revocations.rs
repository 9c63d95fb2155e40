//! Revoked certificates.

use super::{Row, Store, StoreError, params};
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
        self.database.execute(
            "INSERT INTO revocations (serial, at_ms, reason) VALUES (?1, ?2, ?3) ON CONFLICT (serial) DO NOTHING",
            params![serial, at_ms, reason.number()],
        )?;
        Ok(())
    }

    /// Every revocation, oldest first.
    pub(crate) fn revocations(&self) -> Result<Vec<RevokedEntry>, StoreError> {
        let sql = "SELECT serial, at_ms, reason FROM revocations ORDER BY at_ms, serial";
        self.database.rows(sql, params![])?.iter().map(read).collect()
    }

    /// The revocation of a serial number (lower-case hex).
    pub(crate) fn revocation(&self, serial: &str) -> Result<Option<RevokedEntry>, StoreError> {
        let sql = "SELECT serial, at_ms, reason FROM revocations WHERE serial = ?1";
        let row = self.database.row(sql, params![serial])?;
        row.as_ref().map(read).transpose()
    }
}

fn read(row: &Row) -> Result<RevokedEntry, StoreError> {
    let serial: String = row.get("serial")?;
    Ok(RevokedEntry {
        // Only hex is ever written.
        serial: hex::decode(serial).unwrap_or_default(),
        at: clock::from_ms(row.get("at_ms")?),
        reason: RevocationReason::from_number(row.get("reason")?),
    })
}
