//! Many orders at once, as if they had been filed and settled over five years.

use rusqlite::params;
use uuid::Uuid;

use super::rows::PORTAL_CODE;
use super::{Store, StoreError};

/// Whose orders.
pub(crate) struct Seed<'a> {
    pub(crate) org_oid: i64,
    pub(crate) person_oid: i64,
    pub(crate) client_id: &'a str,
    pub(crate) service: &'a str,
    pub(crate) count: u32,
    pub(crate) now_ms: i64,
}

const FIVE_YEARS_MS: i64 = 5 * 365 * 24 * 3_600_000;
/// The newest is so old.
const AN_HOUR_MS: i64 = 3_600_000;

impl Store {
    /// Makes accepted orders without content; the oldest first.
    pub(crate) fn seed(&self, seed: &Seed<'_>) -> Result<(), StoreError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        {
            let mut order = transaction.prepare_cached(
                "INSERT INTO orders (org_oid, person_oid, client_id, service, target, region, reserved, code, message_id, \
                 created_ms, updated_ms, pushes, push_requests) \
                 VALUES (?1, ?2, ?3, ?4, '-' || ?4, '45000000000', 1, ?5, ?6, ?7, ?7, 1, 1)",
            )?;
            let mut entry = transaction.prepare_cached(
                "INSERT INTO history (order_id, at_ms, code, status_id, title, final, cancel_allowed, edit_allowed) \
                 VALUES (?1, ?2, ?3, 3, 'Услуга оказана', 1, 0, 0)",
            )?;
            let step = (FIVE_YEARS_MS - AN_HOUR_MS) / i64::from(seed.count.max(1));
            for number in 0..i64::from(seed.count) {
                let at = seed.now_ms - FIVE_YEARS_MS + number * step;
                let message = Uuid::new_v4().to_string();
                order.execute(params![
                    seed.org_oid,
                    seed.person_oid,
                    seed.client_id,
                    seed.service,
                    PORTAL_CODE,
                    message,
                    at
                ])?;
                let id = transaction.last_insert_rowid();
                entry.execute(params![id, at, PORTAL_CODE])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// The authority looks again at the oldest orders that are settled: each gets one more status, now.
    pub(crate) fn touch(&self, count: u32, now_ms: i64) -> Result<u32, StoreError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        let ids: Vec<i64> = transaction
            .prepare("SELECT id FROM orders WHERE code = ?1 ORDER BY updated_ms, id LIMIT ?2")?
            .query_map(params![PORTAL_CODE, count], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for (place, id) in (0_i64..).zip(&ids) {
            let at = now_ms + place;
            transaction.execute("UPDATE orders SET updated_ms = ?2 WHERE id = ?1", params![id, at])?;
            transaction.execute(
                "INSERT INTO history (order_id, at_ms, code, status_id, title, final, cancel_allowed, edit_allowed) \
                 VALUES (?1, ?2, ?3, 4, 'Решение пересмотрено: отказано', 1, 0, 0)",
                params![id, at, PORTAL_CODE],
            )?;
        }
        transaction.commit()?;
        Ok(u32::try_from(ids.len()).unwrap_or(u32::MAX))
    }
}
