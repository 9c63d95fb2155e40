//! What belongs to the person: the list of organisations and the program's settings.

use kabinet_domain::{Organisation, OrganisationId};
use rusqlite::Connection;

use crate::StoreError;
use crate::convert::{column_of, execute, from_json, json, row, rows};
use crate::database::{Migration, Schema};
use crate::settings;

pub(crate) const FILE: &str = "personal.db";
pub(crate) const SCHEMA: &Schema = &[MIGRATIONS, settings::MIGRATIONS];

const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    sql: "CREATE TABLE organisations (
              position INTEGER PRIMARY KEY,
              id       BLOB NOT NULL UNIQUE,
              body     TEXT NOT NULL
          ) STRICT;",
    then: None,
}];

/// In the order they were added.
pub(crate) fn organisations(connection: &Connection) -> Result<Vec<Organisation>, StoreError> {
    rows(
        connection,
        "SELECT body FROM organisations ORDER BY position",
        [],
        |row| {
            from_json(
                &column_of::<String>(row, 0, "organisations.body")?,
                "organisations.body",
            )
        },
    )
}

pub(crate) fn organisation(
    connection: &Connection,
    id: OrganisationId,
) -> Result<Option<Organisation>, StoreError> {
    row(
        connection,
        "SELECT body FROM organisations WHERE id = ?1",
        [id.0.as_bytes()],
        |row| {
            from_json(
                &column_of::<String>(row, 0, "organisations.body")?,
                "organisations.body",
            )
        },
    )
}

pub(crate) fn save(connection: &Connection, organisation: &Organisation) -> Result<(), StoreError> {
    let body = json(organisation, "organisations.body")?;
    execute(
        connection,
        "INSERT INTO organisations (id, body) VALUES (?1, ?2)
         ON CONFLICT (id) DO UPDATE SET body = excluded.body",
        (organisation.id.0.as_bytes(), body),
    )?;
    Ok(())
}

pub(crate) fn remove(connection: &Connection, organisation: OrganisationId) -> Result<(), StoreError> {
    execute(
        connection,
        "DELETE FROM organisations WHERE id = ?1",
        [organisation.0.as_bytes()],
    )?;
    Ok(())
}
