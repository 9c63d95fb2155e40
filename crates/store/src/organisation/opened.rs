//! Which documents a person has had before their eyes, when, and what exactly.

use kabinet_domain::{ContentDigest, DocumentId};
use rusqlite::{Connection, Transaction};
use time::OffsetDateTime;

use super::{OrganisationStore, documents};
use crate::StoreError;
use crate::convert::{column_of, execute, micros, moment, row};
use crate::database::Migration;

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    version: 4,
    sql: "CREATE TABLE opened_documents (
              document INTEGER PRIMARY KEY REFERENCES documents (seq),
              shown    BLOB NOT NULL,
              at       INTEGER NOT NULL
          ) STRICT;",
    then: None,
}];

/// The last time a document was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Digest of what was shown, as the caller makes it.
    pub shown: ContentDigest,
    /// When.
    pub at: OffsetDateTime,
}

impl OrganisationStore {
    /// The last time a person opened the document.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn opened(&self, document: DocumentId) -> Result<Option<Opened>, StoreError> {
        self.database.read(|connection| load(connection, document))
    }

    /// Remembers that a person has opened the document. Not journalled by itself.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn note_opened(&self, document: DocumentId, opened: &Opened) -> Result<(), StoreError> {
        self.database
            .write(|transaction| save(transaction, document, opened))
    }
}

fn save(transaction: &Transaction<'_>, document: DocumentId, opened: &Opened) -> Result<(), StoreError> {
    let seq = documents::seq_of(transaction, document)?;
    execute(
        transaction,
        "INSERT INTO opened_documents (document, shown, at) VALUES (?1, ?2, ?3)
         ON CONFLICT (document) DO UPDATE SET shown = excluded.shown, at = excluded.at",
        (seq, opened.shown.0, micros(opened.at)),
    )?;
    Ok(())
}

fn load(connection: &Connection, document: DocumentId) -> Result<Option<Opened>, StoreError> {
    row(
        connection,
        "SELECT o.shown, o.at FROM opened_documents o JOIN documents d ON d.seq = o.document WHERE d.id = ?1",
        [document.0.as_bytes()],
        |row| {
            Ok(Opened {
                shown: ContentDigest(column_of(row, 0, "opened_documents.shown")?),
                at: moment(column_of(row, 1, "opened_documents.at")?, "opened_documents.at")?,
            })
        },
    )
}
