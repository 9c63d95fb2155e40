//! Between domain values and column values.

use rusqlite::types::FromSql;
use rusqlite::{OptionalExtension, Params, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::StoreError;

/// Microseconds since 1970-01-01 UTC.
pub(crate) fn micros(moment: OffsetDateTime) -> i64 {
    // Years −9999…9999 are 2⁵⁹ µs at most.
    (moment.unix_timestamp_nanos() / 1000) as i64
}

pub(crate) fn moment(micros: i64, column: &'static str) -> Result<OffsetDateTime, StoreError> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000)
        .map_err(|_| StoreError::Value { column })
}

pub(crate) fn json(value: &impl Serialize, column: &'static str) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Value { column })
}

pub(crate) fn from_json<T: DeserializeOwned>(text: &str, column: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Value { column })
}

/// Name of a plain enum variant, as serde writes it.
pub(crate) fn word(value: &impl Serialize, column: &'static str) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(StoreError::Value { column }),
    }
}

pub(crate) fn from_word<T: DeserializeOwned>(word: String, column: &'static str) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(word)).map_err(|_| StoreError::Value { column })
}

pub(crate) fn uuid(row: &Row<'_>, index: usize, column: &'static str) -> Result<Uuid, StoreError> {
    let bytes: [u8; 16] = column_of(row, index, column)?;
    Ok(Uuid::from_bytes(bytes))
}

/// A column, with its name in the error.
pub(crate) fn column_of<T: FromSql>(
    row: &Row<'_>,
    index: usize,
    column: &'static str,
) -> Result<T, StoreError> {
    row.get(index).map_err(|_| StoreError::Value { column })
}

/// All rows of a statement, each turned by `turn`.
pub(crate) fn rows<T>(
    connection: &rusqlite::Connection,
    sql: &str,
    params: impl Params,
    turn: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    connection
        .prepare_cached(sql)?
        .query_and_then(params, turn)?
        .collect()
}

/// The first row of a statement, turned by `turn`.
pub(crate) fn row<T>(
    connection: &rusqlite::Connection,
    sql: &str,
    params: impl Params,
    turn: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    connection
        .prepare_cached(sql)?
        .query_and_then(params, turn)?
        .next()
        .transpose()
}

/// The first column of the first row.
pub(crate) fn scalar<T: FromSql>(
    connection: &rusqlite::Connection,
    sql: &str,
    params: impl Params,
) -> Result<Option<T>, StoreError> {
    Ok(connection
        .prepare_cached(sql)?
        .query_row(params, |row| row.get(0))
        .optional()?)
}

/// Runs a statement; the number of rows it changed.
pub(crate) fn execute(
    connection: &rusqlite::Connection,
    sql: &str,
    params: impl Params,
) -> Result<usize, StoreError> {
    Ok(connection.prepare_cached(sql)?.execute(params)?)
}

/// Whether a statement failed because the row breaks a `UNIQUE` or `PRIMARY KEY` rule.
pub(crate) fn breaks_uniqueness(error: &StoreError) -> bool {
    use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
    matches!(error, StoreError::Database { code } if [SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE].contains(code))
}
