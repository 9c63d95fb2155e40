//! Many orders at once, as if they had been filed and settled over five years.

use uuid::Uuid;

use super::database::params;
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
        self.database.transaction(|transaction| -> Result<_, StoreError> {
            let step = (FIVE_YEARS_MS - AN_HOUR_MS) / i64::from(seed.count.max(1));
            let target = format!("-{}", seed.service);
            for number in 0..i64::from(seed.count) {
                let at = seed.now_ms - FIVE_YEARS_MS + number * step;
                let id = transaction.number(
                    "INSERT INTO orders (org_oid, person_oid, client_id, service, target, region, reserved, code, message_id, \
                     created_ms, updated_ms, pushes, push_requests) \
                     VALUES (?1, ?2, ?3, ?4, ?5, '45000000000', 1, ?6, ?7, ?8, ?8, 1, 1) RETURNING id",
                    params![
                        seed.org_oid,
                        seed.person_oid,
                        seed.client_id,
                        seed.service,
                        &target,
                        PORTAL_CODE,
                        Uuid::new_v4().to_string(),
                        at
                    ],
                )?;
                transaction.execute(
                    "INSERT INTO history (order_id, at_ms, code, status_id, title, final, cancel_allowed, edit_allowed) \
                     VALUES (?1, ?2, ?3, 3, 'Услуга оказана', 1, 0, 0)",
                    params![id, at, PORTAL_CODE],
                )?;
            }
            Ok(())
        })
    }

    /// The authority looks again at the oldest orders that are settled: each gets one more status, now.
    pub(crate) fn touch(&self, count: u32, now_ms: i64) -> Result<u32, StoreError> {
        self.database.transaction(|transaction| -> Result<_, StoreError> {
            let settled = transaction.rows(
                "SELECT id FROM orders WHERE code = ?1 ORDER BY updated_ms, id LIMIT ?2",
                params![PORTAL_CODE, i64::from(count)],
            )?;
            for (place, row) in (0_i64..).zip(&settled) {
                let (id, at): (i64, i64) = (row.get("id")?, now_ms + place);
                transaction.execute("UPDATE orders SET updated_ms = ?2 WHERE id = ?1", params![id, at])?;
                transaction.execute(
                    "INSERT INTO history (order_id, at_ms, code, status_id, title, final, cancel_allowed, edit_allowed) \
                     VALUES (?1, ?2, ?3, 4, 'Решение пересмотрено: отказано', 1, 0, 0)",
                    params![id, at, PORTAL_CODE],
                )?;
            }
            Ok(u32::try_from(settled.len()).unwrap_or(u32::MAX))
        })
    }
}
