//! Finding documents by a part of their title or of a file's name: ИНН, numbers and dates stand in those.

use rusqlite::types::Value;
use rusqlite::{Connection, Transaction};

use crate::StoreError;
use crate::convert::{execute, rows, scalar};
use crate::database::Migration;

/// Shortest word the trigram index answers for.
const INDEXED: usize = 3;

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    version: 2,
    sql: "ALTER TABLE documents ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
          CREATE INDEX documents_search_text ON documents (search_text);
          CREATE VIRTUAL TABLE document_search USING fts5 (
              search_text, content = 'documents', content_rowid = 'seq', tokenize = 'trigram case_sensitive 1'
          );",
    then: Some(index_all),
}];

fn index_all(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    for seq in rows(transaction, "SELECT seq FROM documents", [], |row| Ok(row.get::<_, i64>(0)?))? {
        index(transaction, seq)?;
    }
    Ok(())
}

/// Brings the index up to date with a document's title and file names.
pub(super) fn index(transaction: &Transaction<'_>, document: i64) -> Result<(), StoreError> {
    let fresh = fold(&source(transaction, document)?);
    let old: String = scalar(transaction, "SELECT search_text FROM documents WHERE seq = ?1", [document])?
        .unwrap_or_default();
    if old == fresh {
        return Ok(());
    }
    // An index over another table is told what to forget (sqlite.org/fts5.html §4.4.3).
    if !old.is_empty() {
        execute(
            transaction,
            "INSERT INTO document_search (document_search, rowid, search_text) VALUES ('delete', ?1, ?2)",
            (document, &old),
        )?;
    }
    execute(transaction, "UPDATE documents SET search_text = ?2 WHERE seq = ?1", (document, &fresh))?;
    execute(transaction, "INSERT INTO document_search (rowid, search_text) VALUES (?1, ?2)", (document, &fresh))?;
    Ok(())
}

fn source(connection: &Connection, document: i64) -> Result<String, StoreError> {
    let mut lines = rows(
        connection,
        "SELECT title FROM documents WHERE seq = ?1
         UNION ALL SELECT name FROM
             (SELECT name FROM document_files WHERE document = ?1 ORDER BY position)",
        [document],
        |row| Ok(row.get::<_, String>(0)?),
    )?;
    lines.dedup();
    Ok(lines.join("\n"))
}

/// One spelling for what people take for the same.
fn fold(text: &str) -> String {
    text.to_lowercase().replace('ё', "е")
}

/// Adds one condition per word of `text`.
pub(super) fn condition(text: &str, parts: &mut Vec<String>, values: &mut Vec<Value>) {
    for word in fold(text).split_whitespace() {
        if word.chars().count() < INDEXED {
            parts.push("instr(d.search_text, ?) > 0".to_owned());
            values.push(Value::Text(word.to_owned()));
        } else {
            parts.push(
                "d.seq IN (SELECT rowid FROM document_search WHERE document_search MATCH ?)".to_owned(),
            );
            values.push(Value::Text(format!("\"{}\"", word.replace('"', "\"\""))));
        }
    }
}
