//! Orders: reserving, accepting, moving on, listing.

use std::fs;
use std::path::Path;

use uuid::Uuid;

use super::rows::{DRAFT_CODE, HistoryEntry, Order, StoredFile};
use super::{Store, StoreError, Transaction, Value, params};
use crate::settings::Outcome;

/// What a new order starts from.
pub(crate) struct NewOrder<'a> {
    pub(crate) org_oid: i64,
    pub(crate) person_oid: i64,
    pub(crate) client_id: &'a str,
    pub(crate) service: &'a str,
    pub(crate) target: &'a str,
    pub(crate) region: &'a str,
    /// Content that came with it; `None` is a reservation.
    pub(crate) content: Option<(&'a Path, Accepted<'a>)>,
    pub(crate) now_ms: i64,
}

/// What became of a new order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Created {
    /// Its number.
    Order(i64),
    /// Too many of late.
    Limited {
        /// When the order was made that must leave the window first.
        oldest_ms: i64,
    },
}

/// A complete archive taken in.
pub(crate) struct Accepted<'a> {
    pub(crate) archive_sha256: &'a str,
    pub(crate) now_ms: i64,
    pub(crate) due_ms: Option<i64>,
}

/// One step of an order's life.
#[derive(Debug, Default)]
pub(crate) struct Step {
    /// New processing code.
    pub(crate) code: String,
    pub(crate) message: Option<String>,
    /// New portal status.
    pub(crate) status_id: Option<i64>,
    pub(crate) title: String,
    pub(crate) comment: Option<String>,
    pub(crate) is_final: bool,
    pub(crate) cancel_allowed: bool,
    pub(crate) edit_allowed: bool,
    pub(crate) agency_code: Option<String>,
    pub(crate) now_ms: i64,
    /// When the next step is to be taken.
    pub(crate) due_ms: Option<i64>,
}

impl Store {
    /// Makes an order, unless the user has made `limit` of this service since `since_ms`.
    pub(crate) fn create_order(
        &self,
        new: &NewOrder<'_>,
        limit: u32,
        since_ms: i64,
    ) -> Result<Created, StoreError> {
        self.database.transaction(|transaction| {
            if limit == 0 {
                return Ok(Created::Limited { oldest_ms: new.now_ms });
            }
            let made = transaction.row(
                "SELECT created_ms FROM orders WHERE person_oid = ?1 AND service = ?2 AND created_ms > ?3 \
                 ORDER BY created_ms DESC LIMIT 1 OFFSET ?4",
                params![new.person_oid, new.service, since_ms, limit - 1],
            )?;
            if let Some(row) = made {
                // Once this one is out of the window, there is room again.
                return Ok(Created::Limited {
                    oldest_ms: row.get("created_ms")?,
                });
            }
            let id = transaction.number(
                "INSERT INTO orders (org_oid, person_oid, client_id, service, target, region, reserved, code, \
                 message_id, created_ms, updated_ms, pushes, push_requests) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, 0, 0) RETURNING id",
                params![
                    new.org_oid,
                    new.person_oid,
                    new.client_id,
                    new.service,
                    new.target,
                    new.region,
                    new.content.is_none(),
                    DRAFT_CODE,
                    Uuid::new_v4().to_string(),
                    new.now_ms,
                ],
            )?;
            if let Some((arrived, accepted)) = &new.content {
                fs::create_dir_all(self.folder(id))?;
                fs::rename(arrived, self.archive_path(id))?;
                begin_processing(transaction, id, accepted)?;
            } else {
                let draft = Step {
                    status_id: Some(0),
                    title: "Черновик заявления".into(),
                    now_ms: new.now_ms,
                    ..Step::default()
                };
                add_history(transaction, id, &draft)?;
            }
            Ok(Created::Order(id))
        })
    }

    /// Takes an archive in: processing begins. `false` when the order is neither a draft nor open for correction.
    pub(crate) fn accept(&self, order: i64, accepted: &Accepted<'_>) -> Result<bool, StoreError> {
        self.database.transaction(|transaction| {
            let is_open = is_open(transaction, order)?;
            if is_open {
                begin_processing(transaction, order, accepted)?;
            }
            Ok(is_open)
        })
    }

    /// Counts a push request, whatever becomes of it.
    pub(crate) fn count_push_request(&self, order: i64) -> Result<(), StoreError> {
        self.database.execute(
            "UPDATE orders SET push_requests = push_requests + 1 WHERE id = ?1",
            params![order],
        )?;
        Ok(())
    }

    /// Moves an order on, if it still is where `seen` saw it.
    pub(crate) fn advance(&self, seen: &Order, step: &Step) -> Result<bool, StoreError> {
        self.database.transaction(|transaction| {
            let moved = transaction.execute(
                "UPDATE orders SET code = ?4, message = ?5, updated_ms = ?6, due_ms = ?7 \
                 WHERE id = ?1 AND code = ?2 AND updated_ms = ?3",
                params![
                    seen.id,
                    &seen.code,
                    seen.updated_ms,
                    &step.code,
                    &step.message,
                    step.now_ms,
                    step.due_ms
                ],
            )?;
            if moved == 1 {
                add_history(transaction, seen.id, step)?;
            }
            Ok(moved == 1)
        })
    }

    /// Puts the next step of an order off, or on.
    pub(crate) fn schedule(&self, order: i64, due_ms: Option<i64>) -> Result<(), StoreError> {
        self.database.execute(
            "UPDATE orders SET due_ms = ?2 WHERE id = ?1",
            params![order, due_ms],
        )?;
        Ok(())
    }

    /// Fixes the outcome of one order.
    pub(crate) fn set_outcome(&self, order: i64, outcome: &Outcome) -> Result<bool, StoreError> {
        let text = serde_json::to_string(outcome).unwrap_or_default();
        let sql = "UPDATE orders SET outcome = ?2 WHERE id = ?1";
        Ok(self.database.execute(sql, params![order, text])? == 1)
    }

    /// The order of this number.
    pub(crate) fn order(&self, id: i64) -> Result<Option<Order>, StoreError> {
        Ok(self.orders("WHERE id = ?1", params![id])?.pop())
    }

    /// Orders whose next step is due.
    pub(crate) fn due(&self, now_ms: i64) -> Result<Vec<Order>, StoreError> {
        self.orders("WHERE due_ms <= ?1 ORDER BY due_ms, id", params![now_ms])
    }

    /// Every order, oldest first.
    pub(crate) fn all_orders(&self) -> Result<Vec<Order>, StoreError> {
        self.orders("ORDER BY id", params![])
    }

    /// Orders of one organisation and information system changed after a moment, in the order of change, and how
    /// many there are in all.
    pub(crate) fn updated_after(
        &self,
        org_oid: i64,
        client_id: &str,
        after_ms: i64,
        page: i64,
        size: i64,
    ) -> Result<(Vec<Order>, i64), StoreError> {
        let total = self.database.row(
            "SELECT count(*) AS n FROM orders WHERE org_oid = ?1 AND client_id = ?2 AND updated_ms > ?3",
            params![org_oid, client_id, after_ms],
        )?;
        let orders = self.orders(
            "WHERE org_oid = ?1 AND client_id = ?2 AND updated_ms > ?3 ORDER BY updated_ms, id LIMIT ?4 OFFSET ?5",
            params![org_oid, client_id, after_ms, size, page.saturating_mul(size)],
        )?;
        Ok((orders, total.map_or(Ok(0), |row| row.get("n"))?))
    }

    /// What happened to an order, oldest first.
    pub(crate) fn history(&self, order: i64) -> Result<Vec<HistoryEntry>, StoreError> {
        let sql = "SELECT * FROM history WHERE order_id = ?1 ORDER BY id";
        let rows = self.database.rows(sql, params![order])?;
        rows.iter().map(HistoryEntry::read).collect()
    }

    /// Notes which files the archive of an order holds.
    pub(crate) fn set_files(&self, order: i64, files: &[StoredFile]) -> Result<(), StoreError> {
        self.database.transaction(|transaction| {
            transaction.execute("DELETE FROM files WHERE order_id = ?1", params![order])?;
            for file in files {
                transaction.execute(
                    "INSERT INTO files (order_id, name, size, sha256) VALUES (?1, ?2, ?3, ?4) \
                     ON CONFLICT (order_id, name) DO UPDATE SET size = excluded.size, sha256 = excluded.sha256",
                    params![order, &file.name, file.size, &file.sha256],
                )?;
            }
            Ok(())
        })
    }

    /// Files of the archive, by name.
    pub(crate) fn files(&self, order: i64) -> Result<Vec<StoredFile>, StoreError> {
        let sql = "SELECT name, size, sha256 FROM files WHERE order_id = ?1 ORDER BY name";
        let rows = self.database.rows(sql, params![order])?;
        rows.iter().map(StoredFile::read).collect()
    }

    fn orders(&self, condition: &str, values: &[Value]) -> Result<Vec<Order>, StoreError> {
        let sql = format!("SELECT {} FROM orders {condition}", Order::COLUMNS);
        let rows = self.database.rows(&sql, values)?;
        rows.iter().map(Order::read).collect()
    }
}

fn begin_processing(
    transaction: &mut Transaction<'_>,
    order: i64,
    accepted: &Accepted<'_>,
) -> Result<(), StoreError> {
    transaction.execute(
        "UPDATE orders SET code = 'NEW', message = NULL, pushes = pushes + 1, archive_sha256 = ?2, \
         updated_ms = ?3, due_ms = ?4, outcome = NULL, upload_started_ms = NULL, upload_chunks = NULL WHERE id = ?1",
        params![order, accepted.archive_sha256, accepted.now_ms, accepted.due_ms],
    )?;
    transaction.execute("DELETE FROM parts WHERE order_id = ?1", params![order])?;
    let step = Step {
        code: "NEW".into(),
        now_ms: accepted.now_ms,
        ..Step::default()
    };
    add_history(transaction, order, &step)
}

fn add_history(transaction: &mut Transaction<'_>, order: i64, step: &Step) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO history (order_id, at_ms, code, status_id, title, comment, final, cancel_allowed, edit_allowed, \
         agency_code) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            order,
            step.now_ms,
            &step.code,
            step.status_id,
            &step.title,
            step.comment.as_ref().or(step.message.as_ref()),
            step.is_final,
            step.cancel_allowed,
            step.edit_allowed,
            &step.agency_code,
        ],
    )?;
    Ok(())
}

pub(super) fn is_open(transaction: &mut Transaction<'_>, order: i64) -> Result<bool, StoreError> {
    let row = transaction.row("SELECT code FROM orders WHERE id = ?1", params![order])?;
    let code: Option<String> = row.map(|row| row.get("code")).transpose()?;
    if code.as_deref() == Some(DRAFT_CODE) {
        return Ok(true);
    }
    let row = transaction.row(
        "SELECT edit_allowed FROM history WHERE order_id = ?1 ORDER BY id DESC LIMIT 1",
        params![order],
    )?;
    Ok(row.map_or(Ok(false), |row| row.get("edit_allowed"))?)
}
