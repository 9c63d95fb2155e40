//! How many documents there are of each kind: counting a million and finding a page deep among them without walking.
//!
//! A facet is a stage, a format and whether a signature is there, as one number on each document. Triggers count the
//! documents of each facet by blocks of `2^12` row numbers, so that the number of documents a filter by facets leaves,
//! and the block in which the n-th of them lies, are sums over some thousand rows.

use kabinet_domain::DocumentStage;
use rusqlite::types::Value;
use rusqlite::{Connection, Transaction, params_from_iter};

use super::DocumentFilter;
use crate::StoreError;
use crate::convert::{column_of, execute, rows, scalar, word};
use crate::database::Migration;

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    version: 5,
    sql: "CREATE TABLE document_facets (
              id     INTEGER PRIMARY KEY,
              stage  TEXT NOT NULL,
              format TEXT NOT NULL,
              signed INTEGER NOT NULL,
              UNIQUE (stage, format, signed)
          ) STRICT;
          CREATE TABLE document_counts (
              facet     INTEGER NOT NULL,
              block     INTEGER NOT NULL,
              documents INTEGER NOT NULL,
              PRIMARY KEY (facet, block)
          ) STRICT, WITHOUT ROWID;

          ALTER TABLE documents ADD COLUMN facet INTEGER NOT NULL DEFAULT 0;
          CREATE TEMP TABLE signed_documents AS
              SELECT DISTINCT document FROM document_files WHERE json_extract(role, '$.kind') = 'signature';
          INSERT INTO document_facets (stage, format, signed)
              SELECT DISTINCT stage, format, seq IN (SELECT document FROM signed_documents) FROM documents;
          UPDATE documents SET facet =
              (SELECT f.id FROM document_facets f WHERE f.stage = documents.stage AND f.format = documents.format
                   AND f.signed = (documents.seq IN (SELECT document FROM signed_documents)));
          DROP TABLE signed_documents;
          INSERT INTO document_counts SELECT facet, seq >> 12, count(*) FROM documents GROUP BY 1, 2;

          CREATE TRIGGER document_counted AFTER INSERT ON documents BEGIN
              INSERT INTO document_counts VALUES (NEW.facet, NEW.seq >> 12, 1)
                  ON CONFLICT DO UPDATE SET documents = documents + 1;
          END;
          CREATE TRIGGER document_counted_out AFTER DELETE ON documents BEGIN
              UPDATE document_counts SET documents = documents - 1
                  WHERE facet = OLD.facet AND block = OLD.seq >> 12;
          END;
          CREATE TRIGGER document_counted_anew AFTER UPDATE OF facet ON documents WHEN OLD.facet <> NEW.facet BEGIN
              UPDATE document_counts SET documents = documents - 1
                  WHERE facet = OLD.facet AND block = OLD.seq >> 12;
              INSERT INTO document_counts VALUES (NEW.facet, NEW.seq >> 12, 1)
                  ON CONFLICT DO UPDATE SET documents = documents + 1;
          END;

          DROP INDEX documents_added;
          DROP INDEX documents_updated;
          DROP INDEX documents_stage;
          DROP INDEX documents_format;
          DROP INDEX documents_search_text;
          CREATE INDEX documents_facet ON documents (facet);
          CREATE INDEX documents_added ON documents (added, facet, updated);
          CREATE INDEX documents_updated ON documents (updated, facet, added);
          CREATE INDEX documents_title ON documents (search_text, facet, added, updated);",
    then: None,
}];

/// Number of the facet, made when it is new.
pub(super) fn of(
    transaction: &Transaction<'_>,
    stage: DocumentStage,
    format: &str,
    signed: bool,
) -> Result<i64, StoreError> {
    let stage = word(&stage, "documents.stage")?;
    let known = scalar(
        transaction,
        "SELECT id FROM document_facets WHERE stage = ?1 AND format = ?2 AND signed = ?3",
        (&stage, format, signed),
    )?;
    if let Some(known) = known {
        return Ok(known);
    }
    execute(
        transaction,
        "INSERT INTO document_facets (stage, format, signed) VALUES (?1, ?2, ?3)",
        (&stage, format, signed),
    )?;
    Ok(transaction.last_insert_rowid())
}

/// The facets a filter leaves; none of it when it says nothing about them.
pub(super) fn matching(
    connection: &Connection,
    filter: &DocumentFilter,
) -> Result<Option<Vec<i64>>, StoreError> {
    let mut parts = Vec::new();
    let mut values = Vec::new();
    if !filter.stages.is_empty() {
        parts.push(format!("stage IN ({})", gaps(filter.stages.len())));
        for stage in &filter.stages {
            values.push(Value::Text(word(stage, "documents.stage")?));
        }
    }
    if !filter.formats.is_empty() {
        parts.push(format!("format IN ({})", gaps(filter.formats.len())));
        values.extend(filter.formats.iter().cloned().map(Value::Text));
    }
    if let Some(signed) = filter.signed {
        parts.push("signed = ?".to_owned());
        values.push(Value::Integer(signed.into()));
    }
    if parts.is_empty() {
        return Ok(None);
    }
    let sql = format!("SELECT id FROM document_facets WHERE {}", parts.join(" AND "));
    rows(connection, &sql, params_from_iter(values), |row| {
        column_of(row, 0, "document_facets.id")
    })
    .map(Some)
}

/// How many documents have one of these facets; all of them for none.
pub(super) fn count(connection: &Connection, facets: Option<&[i64]>) -> Result<u64, StoreError> {
    let (condition, values) = among(facets);
    let sql = format!("SELECT coalesce(sum(documents), 0) FROM document_counts{condition}");
    let count = scalar::<i64>(connection, &sql, params_from_iter(values))?;
    Ok(count.unwrap_or(0).cast_unsigned())
}

/// Row numbers among which the `limit` documents after the first `offset` lie, counted from the newest or the oldest,
/// and how many of the first lie among them as well.
pub(super) struct Stretch {
    pub first: i64,
    pub last: i64,
    pub skip: u64,
}

pub(super) fn stretch(
    connection: &Connection,
    facets: Option<&[i64]>,
    newest_first: bool,
    offset: u64,
    limit: u64,
) -> Result<Option<Stretch>, StoreError> {
    let (condition, values) = among(facets);
    let direction = if newest_first { "DESC" } else { "ASC" };
    let sql = format!(
        "SELECT block, sum(documents) FROM document_counts{condition} GROUP BY block ORDER BY block {direction}"
    );
    let blocks = rows(connection, &sql, params_from_iter(values), |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?.cast_unsigned()))
    })?;
    let mut passed = 0;
    let mut from = None;
    for (block, documents) in blocks {
        if from.is_none() && passed + documents > offset {
            from = Some((block, offset - passed));
        }
        passed += documents;
        if let Some((start, skip)) = from
            && passed >= offset.saturating_add(limit)
        {
            return Ok(Some(between(start, block, skip)));
        }
    }
    Ok(from.map(|(start, skip)| {
        let end = if newest_first { 0 } else { i64::MAX >> 12 };
        between(start, end, skip)
    }))
}

fn between(a: i64, b: i64, skip: u64) -> Stretch {
    let (low, high) = (a.min(b), a.max(b));
    Stretch {
        first: low << 12,
        last: (high << 12) | 0xfff,
        skip,
    }
}

/// The formats of the documents there are, with their numbers, the most frequent first.
pub(super) fn formats(connection: &Connection) -> Result<Vec<(String, u64)>, StoreError> {
    rows(
        connection,
        "SELECT f.format, sum(c.documents) AS documents FROM document_facets f JOIN document_counts c ON c.facet = f.id
         GROUP BY f.format HAVING sum(c.documents) > 0 ORDER BY 2 DESC, 1",
        [],
        |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned())),
    )
}

fn among(facets: Option<&[i64]>) -> (String, Vec<Value>) {
    match facets {
        None => (String::new(), Vec::new()),
        Some(facets) => (
            format!(" WHERE facet IN ({})", gaps(facets.len())),
            facets.iter().copied().map(Value::Integer).collect(),
        ),
    }
}

pub(super) fn gaps(count: usize) -> String {
    vec!["?"; count].join(", ")
}
