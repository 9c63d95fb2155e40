//! Every application of the organisation the portal tells of, wherever it was filed: where each stands, and how far we have
//! asked.

use kabinet_domain::{DocumentId, OrderId, OrderStatus};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, Transaction, params_from_iter};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{OrganisationStore, Page, Period};
use crate::convert::{column_of, execute, from_json, json, micros, moment, row, rows, scalar};
use crate::database::Migration;
use crate::{StoreError, settings};

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    version: 7,
    sql: "CREATE TABLE orders (
              id        INTEGER PRIMARY KEY,
              status_id INTEGER,
              status    TEXT NOT NULL,
              updated   INTEGER NOT NULL,
              watched   INTEGER NOT NULL DEFAULT 0,
              detailed  INTEGER,
              final     INTEGER,
              service   TEXT,
              details   TEXT
          ) STRICT;
          CREATE INDEX orders_updated ON orders (updated, id);
          CREATE INDEX orders_open ON orders (updated) WHERE final = 0;
          CREATE INDEX orders_watched ON orders (id) WHERE watched = 1;
          CREATE TABLE order_requests (
              service TEXT NOT NULL,
              at      INTEGER NOT NULL
          ) STRICT;
          CREATE INDEX order_requests_at ON order_requests (service, at);",
    then: None,
}];

/// How much the organisation uses a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceUse {
    /// Code.
    pub code: String,
    /// Title, or the code.
    pub title: String,
    /// Orders.
    pub orders: u64,
    /// Of those not over yet.
    pub open: u64,
    /// When one of them changed last.
    pub last: OffsetDateTime,
}

/// Setting: the highest `updated` of what is here.
const CURSOR: &str = "orders-cursor";

/// One line of the portal's list of changed orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLine {
    /// The portal's number.
    pub order: OrderId,
    /// `statusId`; 0 is a number under which nothing was filed.
    pub status_id: Option<i64>,
    /// The status in the portal's words.
    pub status: String,
    /// When it last changed.
    pub updated: OffsetDateTime,
}

/// What the portal tells of an order beyond its line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderDetails {
    /// Title of the service.
    pub service_title: Option<String>,
    /// The authority that has it.
    pub authority: Option<String>,
    /// Statuses, oldest first.
    pub statuses: Vec<OrderStatus>,
    /// Names of the files that came with the answer.
    pub results: Vec<String>,
    /// Names of the files that were sent.
    pub attachments: Vec<String>,
    /// The entry of the history with the authority's open question.
    pub question: Option<u64>,
    /// Until when that question is to be answered, where the portal said it.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub answer_until: Option<OffsetDateTime>,
    /// It can be cancelled now.
    pub cancel_allowed: bool,
}

/// An order as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRow {
    /// Its line.
    pub line: OrderLine,
    /// Its changes are told.
    pub watched: bool,
    /// Nothing will follow; `None` until its details were asked for.
    pub is_final: Option<bool>,
    /// Service code, once known.
    pub service: Option<String>,
    /// Details, once asked for.
    pub details: Option<OrderDetails>,
    /// The line has changed since the details came.
    pub outdated: bool,
    /// The document that was filed under it from here.
    pub document: Option<DocumentId>,
}

/// Which orders; everything that is set has to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderFilter {
    /// Last changed in these days.
    pub period: Period,
    /// Only of this service.
    pub service: Option<String>,
    /// Only with these words as their status.
    pub status: Option<String>,
    /// Only what is not known to be over.
    pub open: bool,
    /// Only what is watched.
    pub watched: bool,
    /// Stands in the number, the status or the service's title.
    pub text: Option<String>,
}

/// What a line came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderChange {
    /// The line.
    pub line: OrderLine,
    /// The status that was known before; `None` for an order that was not.
    pub before: Option<String>,
    /// Its changes are told.
    pub watched: bool,
    /// It was known with details and not to be over.
    pub followed: bool,
}

impl OrganisationStore {
    /// Where the last exchange stopped: the highest `updated` here.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn orders_cursor(&self) -> Result<Option<OffsetDateTime>, StoreError> {
        let cursor = self
            .database
            .read(|connection| settings::load::<i64>(connection, CURSOR))?;
        cursor.map(|at| moment(at, "settings.value")).transpose()
    }

    /// Takes lines in, and with them how far everything is known, in one transaction. Answers what is new. Not journalled: the
    /// statuses of what was filed from here are, where they are taken in.
    ///
    /// # Errors
    /// [`StoreError::StorageFull`] and other failures of the database.
    pub fn keep_order_lines(
        &self,
        lines: &[OrderLine],
        cursor: Option<OffsetDateTime>,
    ) -> Result<Vec<OrderChange>, StoreError> {
        self.database.write(|transaction| {
            let mut changes = Vec::new();
            for line in lines {
                changes.extend(keep_line(transaction, line)?);
            }
            if let Some(cursor) = cursor {
                settings::save(transaction, CURSOR, &micros(cursor))?;
            }
            Ok(changes)
        })
    }

    /// Keeps what the portal told of an order; its line too, where it was not known.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn keep_order_details(
        &self,
        line: &OrderLine,
        service: Option<&str>,
        is_final: bool,
        details: &OrderDetails,
    ) -> Result<(), StoreError> {
        self.database.write(|transaction| {
            keep_line(transaction, line)?;
            execute(
                transaction,
                "UPDATE orders SET details = ?2, service = coalesce(?3, service), final = ?4, detailed = updated,
                     status_id = iif(updated = ?5, ?6, status_id), status = iif(updated = ?5, ?7, status)
                 WHERE id = ?1",
                (
                    line.order.0.cast_signed(),
                    json(details, "orders.details")?,
                    service,
                    is_final,
                    micros(line.updated),
                    line.status_id,
                    &line.status,
                ),
            )?;
            Ok(())
        })
    }

    /// An order, if the portal ever told of it.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn order(&self, order: OrderId) -> Result<Option<OrderRow>, StoreError> {
        let sql = format!("{SELECT} WHERE o.id = ?1");
        self.database
            .read(|connection| row(connection, &sql, [order.0.cast_signed()], read))
    }

    /// A page of orders, last changed first.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn orders(&self, filter: &OrderFilter, page: Page) -> Result<Vec<OrderRow>, StoreError> {
        let (condition, mut values) = filter.condition();
        let sql = format!("{SELECT} {condition} ORDER BY o.updated DESC, o.id DESC LIMIT ? OFFSET ?");
        values.extend(page.values());
        self.database
            .read(|connection| rows(connection, &sql, params_from_iter(values), read))
    }

    /// How many there are.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn count_orders(&self, filter: &OrderFilter) -> Result<u64, StoreError> {
        let (condition, values) = filter.condition();
        let sql = format!("SELECT count(*) FROM orders o {condition}");
        self.database.read(|connection| count(connection, &sql, values))
    }

    /// The words of statuses orders can be narrowed by, the most frequent first, thirty at most.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn order_statuses(&self) -> Result<Vec<String>, StoreError> {
        self.database.read(|connection| {
            rows(
                connection,
                "SELECT status FROM orders GROUP BY status ORDER BY count(*) DESC LIMIT 30",
                [],
                |row| column_of(row, 0, "orders.status"),
            )
        })
    }

    /// The services orders can be narrowed by, code and title, a hundred at most.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn order_services(&self) -> Result<Vec<(String, String)>, StoreError> {
        self.database.read(|connection| {
            rows(
                connection,
                "SELECT service, coalesce(max(details ->> 'service_title'), service) FROM orders
                 WHERE service IS NOT NULL GROUP BY service ORDER BY 2 LIMIT 100",
                [],
                |row| {
                    Ok((
                        column_of(row, 0, "orders.service")?,
                        column_of(row, 1, "orders.details")?,
                    ))
                },
            )
        })
    }

    /// How much each service is used, those used most first; orders whose service is not known yet are left out.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn service_uses(&self) -> Result<Vec<ServiceUse>, StoreError> {
        self.database.read(|connection| {
            rows(
                connection,
                "SELECT service, coalesce(max(details ->> 'service_title'), service), count(*), sum(final = 0), max(updated)
                 FROM orders WHERE service IS NOT NULL GROUP BY service ORDER BY 3 DESC, 2",
                [],
                |row| {
                    let count = |index| -> Result<u64, StoreError> {
                        let count = column_of::<Option<i64>>(row, index, "orders.final")?;
                        Ok(count.unwrap_or_default().cast_unsigned())
                    };
                    Ok(ServiceUse {
                        code: column_of(row, 0, "orders.service")?,
                        title: column_of(row, 1, "orders.details")?,
                        orders: count(2)?,
                        open: count(3)?,
                        last: moment(column_of(row, 4, "orders.updated")?, "orders.updated")?,
                    })
                },
            )
        })
    }

    /// Whether changes of an order are told.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn watch_order(&self, order: OrderId, watched: bool) -> Result<(), StoreError> {
        self.database.write(|transaction| {
            let sql = "UPDATE orders SET watched = ?2 WHERE id = ?1";
            match execute(transaction, sql, (order.0.cast_signed(), watched))? {
                0 => Err(StoreError::NotFound(crate::Missing::Order)),
                _ => Ok(()),
            }
        })
    }

    /// Orders that are known not to be over, and when the last change of any order was.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn open_orders(&self) -> Result<(u64, Option<OffsetDateTime>), StoreError> {
        self.database.read(|connection| {
            let open = count(
                connection,
                "SELECT count(*) FROM orders WHERE final = 0",
                Vec::new(),
            )?;
            let last = scalar::<Option<i64>>(connection, "SELECT max(updated) FROM orders", [])?.flatten();
            Ok((open, last.map(|at| moment(at, "orders.updated")).transpose()?))
        })
    }

    /// When numbers of this service were asked for since `since`, oldest first: the portal counts them.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn order_requests(
        &self,
        service: &str,
        since: OffsetDateTime,
    ) -> Result<Vec<OffsetDateTime>, StoreError> {
        self.database.read(|connection| {
            rows(
                connection,
                "SELECT at FROM order_requests WHERE service = ?1 AND at >= ?2 ORDER BY at",
                (service, micros(since)),
                |row| moment(column_of(row, 0, "order_requests.at")?, "order_requests.at"),
            )
        })
    }
}

/// A number is about to be asked for; what is too old to count is forgotten.
pub(super) fn note_request(
    transaction: &Transaction<'_>,
    service: &str,
    at: OffsetDateTime,
    forget_before: OffsetDateTime,
) -> Result<(), StoreError> {
    execute(
        transaction,
        "DELETE FROM order_requests WHERE at < ?1",
        [micros(forget_before)],
    )?;
    execute(
        transaction,
        "INSERT INTO order_requests (service, at) VALUES (?1, ?2)",
        (service, micros(at)),
    )?;
    Ok(())
}

/// The newest request never left this computer.
pub(super) fn forget_request(transaction: &Transaction<'_>, service: &str) -> Result<(), StoreError> {
    execute(
        transaction,
        "DELETE FROM order_requests WHERE rowid =
         (SELECT rowid FROM order_requests WHERE service = ?1 ORDER BY at DESC LIMIT 1)",
        [service],
    )?;
    Ok(())
}

/// What a line changes; nothing if it is as it was, or older.
fn keep_line(transaction: &Transaction<'_>, line: &OrderLine) -> Result<Option<OrderChange>, StoreError> {
    let known = row(
        transaction,
        "SELECT status_id, status, updated, watched, final, detailed FROM orders WHERE id = ?1",
        [line.order.0.cast_signed()],
        |row| {
            Ok((
                column_of::<Option<i64>>(row, 0, "orders.status_id")?,
                column_of::<String>(row, 1, "orders.status")?,
                column_of::<i64>(row, 2, "orders.updated")?,
                column_of::<bool>(row, 3, "orders.watched")?,
                column_of::<Option<bool>>(row, 4, "orders.final")?,
                column_of::<Option<i64>>(row, 5, "orders.detailed")?,
            ))
        },
    )?;
    let updated = micros(line.updated);
    // While gu-smev examines the content the list still calls an order a draft that its details do not.
    let is_known = |known: &(Option<i64>, String, i64, bool, Option<bool>, Option<i64>)| {
        known.2 > updated || (known.2 == updated && (known.0 == line.status_id || known.5 == Some(updated)))
    };
    if known.as_ref().is_some_and(is_known) {
        return Ok(None);
    }
    execute(
        transaction,
        "INSERT INTO orders (id, status_id, status, updated) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO UPDATE SET status_id = ?2, status = ?3, updated = ?4",
        (line.order.0.cast_signed(), line.status_id, &line.status, updated),
    )?;
    Ok(Some(OrderChange {
        line: line.clone(),
        watched: known.as_ref().is_some_and(|known| known.3),
        followed: known.as_ref().is_some_and(|known| known.4 == Some(false)),
        before: known.map(|known| known.1),
    }))
}

fn count(connection: &Connection, sql: &str, values: Vec<Value>) -> Result<u64, StoreError> {
    let count = scalar::<i64>(connection, sql, params_from_iter(values))?.unwrap_or_default();
    Ok(u64::try_from(count).unwrap_or_default())
}

const SELECT: &str =
    "SELECT o.id, o.status_id, o.status, o.updated, o.watched, o.final, o.service, o.details,
    o.detailed IS NOT NULL AND o.detailed < o.updated,
    (SELECT d.id FROM submissions s JOIN documents d ON d.seq = s.document
     WHERE s.order_id = o.id ORDER BY s.seq DESC LIMIT 1)
    FROM orders o";

impl OrderFilter {
    fn condition(&self) -> (String, Vec<Value>) {
        // A number under which nothing was filed is no application.
        let own = "EXISTS (SELECT 1 FROM submissions s WHERE s.order_id = o.id)";
        let mut conditions = vec![format!("(o.status_id IS NOT 0 OR {own})")];
        let mut values = Vec::new();
        self.period.condition("o.updated", &mut conditions, &mut values);
        if let Some(service) = &self.service {
            conditions.push("o.service = ?".to_owned());
            values.push(Value::from(service.clone()));
        }
        if let Some(status) = &self.status {
            conditions.push("o.status = ?".to_owned());
            values.push(Value::from(status.clone()));
        }
        if self.open {
            conditions.push("o.final IS NOT 1".to_owned());
        }
        if self.watched {
            conditions.push("o.watched = 1".to_owned());
        }
        if let Some(text) = self
            .text
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
        {
            let said = "o.id || ' ' || o.status || ' ' || coalesce(o.details ->> 'service_title', '')";
            conditions.push(format!("instr({said}, ?) > 0"));
            values.push(Value::from(text.to_owned()));
        }
        (format!("WHERE {}", conditions.join(" AND ")), values)
    }
}

fn read(row: &Row<'_>) -> Result<OrderRow, StoreError> {
    let details: Option<String> = column_of(row, 7, "orders.details")?;
    Ok(OrderRow {
        line: OrderLine {
            order: OrderId(column_of::<i64>(row, 0, "orders.id")?.cast_unsigned()),
            status_id: column_of(row, 1, "orders.status_id")?,
            status: column_of(row, 2, "orders.status")?,
            updated: moment(column_of(row, 3, "orders.updated")?, "orders.updated")?,
        },
        watched: column_of(row, 4, "orders.watched")?,
        is_final: column_of(row, 5, "orders.final")?,
        service: column_of(row, 6, "orders.service")?,
        details: details
            .map(|text| from_json(&text, "orders.details"))
            .transpose()?,
        outdated: column_of(row, 8, "orders.detailed")?,
        document: column_of::<Option<[u8; 16]>>(row, 9, "documents.id")?
            .map(|bytes| DocumentId(Uuid::from_bytes(bytes))),
    })
}
