//! Small values by key, as JSON: the same table in the personal database and in each organisation's.

use rusqlite::Connection;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StoreError;
use crate::convert::{execute, from_json, json, scalar};
use crate::database::Migration;

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    sql: "CREATE TABLE settings (
              key   TEXT NOT NULL PRIMARY KEY,
              value TEXT NOT NULL
          ) STRICT, WITHOUT ROWID;",
    then: None,
}];

pub(crate) fn load<T: DeserializeOwned>(connection: &Connection, key: &str) -> Result<Option<T>, StoreError> {
    scalar::<String>(connection, "SELECT value FROM settings WHERE key = ?1", [key])?
        .map(|text| from_json(&text, "settings.value"))
        .transpose()
}

pub(crate) fn save(connection: &Connection, key: &str, value: &impl Serialize) -> Result<(), StoreError> {
    let value = json(value, "settings.value")?;
    execute(
        connection,
        "INSERT INTO settings (key, value) VALUES (?1, ?2)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )?;
    Ok(())
}
