//! What the person was told, kept to be read again: a notification is gone once it is pressed.

use std::collections::BTreeMap;

use kabinet_domain::{DocumentId, OrderId};
use rusqlite::{Row, Transaction};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{OrganisationStore, Page, documents};
use crate::StoreError;
use crate::convert::{column_of, execute, from_json, json, micros, moment, rows};
use crate::database::Migration;

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    version: 7,
    sql: "CREATE TABLE notices (
              seq      INTEGER PRIMARY KEY,
              at       INTEGER NOT NULL,
              kind     TEXT NOT NULL,
              document INTEGER REFERENCES documents (seq),
              order_id INTEGER,
              params   TEXT NOT NULL
          ) STRICT;
          CREATE INDEX notices_document ON notices (document) WHERE document IS NOT NULL;",
    then: None,
}];

/// So many are kept.
const KEPT: i64 = 1000;

/// Something that was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// When.
    pub at: OffsetDateTime,
    /// Kind, in the caller's word.
    pub kind: String,
    /// The document it is about.
    pub document: Option<DocumentId>,
    /// The order it is about.
    pub order: Option<OrderId>,
    /// Values for the gaps of its text.
    pub params: BTreeMap<String, String>,
}

impl OrganisationStore {
    /// Keeps what was told. Of all only the newest thousand stay.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such document.
    pub fn keep_notice(&self, notice: &Notice) -> Result<(), StoreError> {
        self.database.write(|transaction| add(transaction, notice))
    }

    /// A page of what was told, newest first.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn notices(&self, page: Page) -> Result<Vec<Notice>, StoreError> {
        self.database.read(|connection| {
            rows(
                connection,
                "SELECT n.at, n.kind, d.id, n.order_id, n.params FROM notices n
                 LEFT JOIN documents d ON d.seq = n.document ORDER BY n.seq DESC LIMIT ? OFFSET ?",
                rusqlite::params_from_iter(page.values()),
                read,
            )
        })
    }
}

fn add(transaction: &Transaction<'_>, notice: &Notice) -> Result<(), StoreError> {
    let document = notice
        .document
        .map(|document| documents::seq_of(transaction, document))
        .transpose()?;
    execute(
        transaction,
        "INSERT INTO notices (at, kind, document, order_id, params) VALUES (?1, ?2, ?3, ?4, ?5)",
        (
            micros(notice.at),
            &notice.kind,
            document,
            notice.order.map(|order| order.0.cast_signed()),
            json(&notice.params, "notices.params")?,
        ),
    )?;
    execute(
        transaction,
        "DELETE FROM notices WHERE seq <= (SELECT max(seq) FROM notices) - ?1",
        [KEPT],
    )?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Notice, StoreError> {
    Ok(Notice {
        at: moment(column_of(row, 0, "notices.at")?, "notices.at")?,
        kind: column_of(row, 1, "notices.kind")?,
        document: column_of::<Option<[u8; 16]>>(row, 2, "documents.id")?
            .map(|bytes| DocumentId(Uuid::from_bytes(bytes))),
        order: column_of::<Option<i64>>(row, 3, "notices.order_id")?
            .map(|order| OrderId(order.cast_unsigned())),
        params: from_json(&column_of::<String>(row, 4, "notices.params")?, "notices.params")?,
    })
}
