//! Secrets of the organisation, such as its API key: in the encrypted database and nowhere else.

use rusqlite::{Connection, Transaction};

use crate::StoreError;
use crate::convert::{execute, scalar};
use crate::database::Migration;
use crate::secret::Secret;

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    sql: "CREATE TABLE secrets (
              name  TEXT NOT NULL PRIMARY KEY,
              value TEXT NOT NULL
          ) STRICT, WITHOUT ROWID;",
    then: None,
}];

pub(super) fn load(connection: &Connection, name: &str) -> Result<Option<Secret>, StoreError> {
    let value = scalar::<String>(connection, "SELECT value FROM secrets WHERE name = ?1", [name])?;
    Ok(value.map(Secret::new))
}

pub(super) fn save(transaction: &Transaction<'_>, name: &str, secret: &Secret) -> Result<(), StoreError> {
    execute(
        transaction,
        "INSERT INTO secrets (name, value) VALUES (?1, ?2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, secret.expose()),
    )?;
    Ok(())
}

/// Whether there was one.
pub(super) fn remove(transaction: &Transaction<'_>, name: &str) -> Result<bool, StoreError> {
    Ok(execute(transaction, "DELETE FROM secrets WHERE name = ?1", [name])? > 0)
}
