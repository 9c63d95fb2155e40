//! How long single documents are kept: the class somebody chose for one, and what may not be deleted before somebody says so.
//!
//! Which class a format belongs to and how long a class is kept are rules, and the caller's.

use kabinet_domain::{Document, DocumentId};
use rusqlite::types::Value;
use rusqlite::{Connection, Transaction, params_from_iter};
use time::OffsetDateTime;

use super::facets::gaps;
use super::{OrganisationStore, Page, documents};
use crate::StoreError;
use crate::convert::{column_of, execute, micros, moment, row, rows, scalar};
use crate::database::Migration;
use crate::words;

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    version: 6,
    sql: "CREATE TABLE document_retention (
              document INTEGER PRIMARY KEY REFERENCES documents (seq),
              class    TEXT,
              hold     TEXT,
              since    INTEGER,
              CHECK ((hold IS NULL) = (since IS NULL))
          ) STRICT;",
    then: None,
}];

/// What was decided about one document; nothing for most.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// The class it was put into, in the caller's word.
    pub class: Option<String>,
    /// What keeps it, whatever its term.
    pub hold: Option<Hold>,
}

/// An audit or a dispute: while it lasts the document cannot be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Why, in a person's words.
    pub reason: String,
    /// Since when.
    pub since: OffsetDateTime,
}

/// Documents whose term has ended: those of a class that came before a moment and that nothing holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The class.
    pub class: String,
    /// Formats that belong to it where nobody chose another.
    pub formats: Vec<String>,
    /// They were taken in before this.
    pub before: OffsetDateTime,
    /// Stands in the title or the name of a file.
    pub text: Option<String>,
}

impl OrganisationStore {
    /// Documents that are held.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn count_held(&self) -> Result<u64, StoreError> {
        self.database.read(|connection| {
            let count: Option<i64> = scalar(
                connection,
                "SELECT count(*) FROM document_retention WHERE hold IS NOT NULL",
                [],
            )?;
            Ok(count
                .and_then(|count| u64::try_from(count).ok())
                .unwrap_or_default())
        })
    }

    /// What was decided about a document.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn retention(&self, document: DocumentId) -> Result<Retention, StoreError> {
        self.database.read(|connection| {
            let seq = documents::seq_of(connection, document)?;
            load(connection, seq)
        })
    }

    /// A page of documents whose term has ended, those that came first at the beginning.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn ended(&self, asked: &Ended, page: Page) -> Result<Vec<Document>, StoreError> {
        self.database.read(|connection| {
            let (condition, mut values) = asked.condition();
            let sql = format!("SELECT d.seq {condition} ORDER BY d.added, d.seq LIMIT ? OFFSET ?");
            values.extend(page.values());
            let seqs = rows(connection, &sql, params_from_iter(values), |row| {
                column_of(row, 0, "documents.seq")
            })?;
            documents::load_all(connection, self.id, &seqs)
        })
    }

    /// How many there are.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn count_ended(&self, asked: &Ended) -> Result<u64, StoreError> {
        self.database.read(|connection| {
            let (condition, values) = asked.condition();
            let sql = format!("SELECT count(*) {condition}");
            let count = scalar::<i64>(connection, &sql, params_from_iter(values))?;
            Ok(count.unwrap_or(0).cast_unsigned())
        })
    }
}

impl Ended {
    /// Along the index of days: it holds the format, and what is younger is not looked at.
    fn condition(&self) -> (String, Vec<Value>) {
        let mut sql = format!(
            "FROM documents d INDEXED BY documents_added WHERE d.added < ?
             AND (d.facet IN (SELECT id FROM document_facets WHERE format IN ({}))
                  AND d.seq NOT IN (SELECT document FROM document_retention WHERE class IS NOT NULL OR hold IS NOT NULL)
                  OR d.seq IN (SELECT document FROM document_retention WHERE class = ? AND hold IS NULL))",
            gaps(self.formats.len())
        );
        let mut values = vec![Value::Integer(micros(self.before))];
        values.extend(self.formats.iter().cloned().map(Value::Text));
        values.push(Value::Text(self.class.clone()));
        if let Some(text) = self.text.as_deref().map(words::folded)
            && !text.is_empty()
        {
            sql.push_str(" AND instr(d.search_text, ?) > 0");
            values.push(Value::Text(text));
        }
        (sql, values)
    }
}

pub(super) fn load(connection: &Connection, document: i64) -> Result<Retention, StoreError> {
    const SINCE: &str = "document_retention.since";
    let found = row(
        connection,
        "SELECT class, hold, since FROM document_retention WHERE document = ?1",
        [document],
        |row| {
            let reason: Option<String> = column_of(row, 1, "document_retention.hold")?;
            let since: Option<i64> = column_of(row, 2, SINCE)?;
            let hold = reason.zip(since).map(|(reason, since)| {
                Ok::<_, StoreError>(Hold {
                    reason,
                    since: moment(since, SINCE)?,
                })
            });
            Ok(Retention {
                class: column_of(row, 0, "document_retention.class")?,
                hold: hold.transpose()?,
            })
        },
    )?;
    Ok(found.unwrap_or_default())
}

pub(super) fn save(
    transaction: &Transaction<'_>,
    document: DocumentId,
    retention: &Retention,
) -> Result<(), StoreError> {
    let seq = documents::seq_of(transaction, document)?;
    if *retention == Retention::default() {
        execute(
            transaction,
            "DELETE FROM document_retention WHERE document = ?1",
            [seq],
        )?;
        return Ok(());
    }
    let hold = retention.hold.as_ref();
    execute(
        transaction,
        "INSERT INTO document_retention (document, class, hold, since) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (document) DO UPDATE SET class = excluded.class, hold = excluded.hold, since = excluded.since",
        (
            seq,
            &retention.class,
            hold.map(|hold| hold.reason.as_str()),
            hold.map(|hold| micros(hold.since)),
        ),
    )?;
    Ok(())
}
