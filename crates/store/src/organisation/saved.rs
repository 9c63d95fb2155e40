//! Searches a person keeps under a name.

use rusqlite::{Connection, Transaction};
use uuid::Uuid;

use super::OrganisationStore;
use crate::convert::{breaks_uniqueness, column_of, execute, rows, uuid};
use crate::database::Migration;
use crate::{Missing, StoreError, words};

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    version: 5,
    sql: "CREATE TABLE saved_searches (
              id     BLOB NOT NULL PRIMARY KEY,
              name   TEXT NOT NULL,
              folded TEXT NOT NULL UNIQUE,
              query  TEXT NOT NULL
          ) STRICT, WITHOUT ROWID;",
    then: None,
}];

/// A search under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedSearch {
    /// Identity.
    pub id: Uuid,
    /// What the person calls it; unlike every other one of the organisation, capitals and `ё` apart.
    pub name: String,
    /// What is searched for, as the caller wrote it down.
    pub query: String,
}

impl OrganisationStore {
    /// The saved searches, by name.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn saved_searches(&self) -> Result<Vec<SavedSearch>, StoreError> {
        self.database.read(list)
    }

    /// Keeps a search, or changes name and query of the one with this identity. Not journalled.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`] when another one has the name.
    pub fn save_search(&self, search: &SavedSearch) -> Result<(), StoreError> {
        self.database.write(|transaction| save(transaction, search))
    }

    /// Deletes a saved search.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn delete_search(&self, id: Uuid) -> Result<(), StoreError> {
        self.database.write(|transaction| {
            let sql = "DELETE FROM saved_searches WHERE id = ?1";
            match execute(transaction, sql, [id.as_bytes()])? {
                0 => Err(StoreError::NotFound(Missing::SavedSearch)),
                _ => Ok(()),
            }
        })
    }
}

fn list(connection: &Connection) -> Result<Vec<SavedSearch>, StoreError> {
    rows(
        connection,
        "SELECT id, name, query FROM saved_searches ORDER BY folded",
        [],
        |row| {
            Ok(SavedSearch {
                id: uuid(row, 0, "saved_searches.id")?,
                name: column_of(row, 1, "saved_searches.name")?,
                query: column_of(row, 2, "saved_searches.query")?,
            })
        },
    )
}

fn save(transaction: &Transaction<'_>, search: &SavedSearch) -> Result<(), StoreError> {
    let saved = execute(
        transaction,
        "INSERT INTO saved_searches (id, name, folded, query) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, folded = excluded.folded, query = excluded.query",
        (
            search.id.as_bytes(),
            &search.name,
            words::folded(&search.name),
            &search.query,
        ),
    );
    match saved {
        Err(error) if breaks_uniqueness(&error) => Err(StoreError::AlreadyExists),
        other => other.map(drop),
    }
}
