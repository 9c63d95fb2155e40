//! Finding documents by a part of their title or of a file's name: ИНН, numbers and dates stand in those.

use rusqlite::Transaction;
use rusqlite::types::Value;

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
    for document in rows(transaction, "SELECT seq FROM documents", [], |row| {
        Ok(row.get::<_, i64>(0)?)
    })? {
        refresh(transaction, document)?;
    }
    Ok(())
}

/// What a document is found by.
pub(super) fn text<'a>(title: &'a str, names: impl IntoIterator<Item = &'a str>) -> String {
    let lines: Vec<&str> = std::iter::once(title).chain(names).collect();
    fold(&lines.join("\n"))
}

/// Adds a new document to the index; `text` is what its row holds.
pub(super) fn insert(transaction: &Transaction<'_>, document: i64, text: &str) -> Result<(), StoreError> {
    execute(
        transaction,
        "INSERT INTO document_search (rowid, search_text) VALUES (?1, ?2)",
        (document, text),
    )?;
    Ok(())
}

/// Forgets a document that is going to be removed.
pub(super) fn remove(transaction: &Transaction<'_>, document: i64) -> Result<(), StoreError> {
    // An index over another table is told what to forget (sqlite.org/fts5.html §4.4.3).
    execute(
        transaction,
        "INSERT INTO document_search (document_search, rowid, search_text)
         SELECT 'delete', seq, search_text FROM documents WHERE seq = ?1 AND search_text <> ''",
        [document],
    )?;
    Ok(())
}

/// Brings a document's row and the index up to date with its files.
pub(super) fn refresh(transaction: &Transaction<'_>, document: i64) -> Result<(), StoreError> {
    remove(transaction, document)?;
    let of = |sql| rows(transaction, sql, [document], |row| Ok(row.get::<_, String>(0)?));
    let title: String = scalar(
        transaction,
        "SELECT title FROM documents WHERE seq = ?1",
        [document],
    )?
    .unwrap_or_default();
    let names = of("SELECT name FROM document_files WHERE document = ?1 ORDER BY position")?;
    let fresh = text(&title, names.iter().map(String::as_str));
    execute(
        transaction,
        "UPDATE documents SET search_text = ?2 WHERE seq = ?1",
        (document, &fresh),
    )?;
    insert(transaction, document, &fresh)
}

/// One spelling for what people take for the same.
fn fold(text: &str) -> String {
    text.to_lowercase().replace('ё', "е")
}

/// Adds the conditions that every word of `text` sets.
pub(super) fn condition(text: &str, parts: &mut Vec<String>, values: &mut Vec<Value>) {
    let folded = fold(text);
    let (indexed, short): (Vec<&str>, Vec<&str>) = folded
        .split_whitespace()
        .partition(|word| word.chars().count() >= INDEXED);
    if !indexed.is_empty() {
        // One query for all words: the index then walks along the rarest.
        let quoted: Vec<String> = indexed
            .iter()
            .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
            .collect();
        parts.push("d.seq IN (SELECT rowid FROM document_search WHERE document_search MATCH ?)".to_owned());
        values.push(Value::Text(quoted.join(" AND ")));
    }
    for word in short {
        parts.push("instr(d.search_text, ?) > 0".to_owned());
        values.push(Value::Text(word.to_owned()));
    }
}
