//! The index of what documents are found by: titles, names of files, and what stands in the files.
//!
//! One FTS5 table without content of its own holds the terms that [`crate::words`] makes: the text is not stored a
//! second time, and one query answers for titles, contents and parts of words, in the order of row numbers and so from
//! the newest on, without collecting everything first.
//!
//! The readable text of a file is made by the caller. A document that came without it, as those of older vaults and those
//! that got another file since, has `text_indexed = 0`: it is found by its title until the text is handed over.
//! What is taken out of such a table is at first only marked as gone; [`tidy`] rewrites a portion of the index
//! without it.

use kabinet_domain::{Document, DocumentId};
use rusqlite::{Connection, Transaction};

use super::{OrganisationStore, documents};
use crate::StoreError;
use crate::convert::{execute, rows, scalar};
use crate::database::Migration;
use crate::words;

/// Pages of the index that are rewritten at a time: some milliseconds.
const PORTION: i64 = 200;
/// A beginning of a word stands for so many terms at most: more than a word has forms.
const NAMED: usize = 256;

pub(super) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 2,
        sql: "ALTER TABLE documents ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
              CREATE INDEX documents_search_text ON documents (search_text);
              CREATE VIRTUAL TABLE document_search USING fts5 (
                  search_text, content = 'documents', content_rowid = 'seq', tokenize = 'trigram case_sensitive 1'
              );",
        then: Some(fold_all),
    },
    Migration {
        version: 5,
        sql: "DROP TABLE document_search;
              ALTER TABLE documents ADD COLUMN text_indexed INTEGER NOT NULL DEFAULT 0;
              CREATE INDEX documents_without_text ON documents (seq) WHERE text_indexed = 0;
              CREATE VIRTUAL TABLE document_terms USING fts5 (
                  terms, content = '', contentless_delete = 1, tokenize = 'ascii'
              );
              CREATE TRIGGER document_forgotten AFTER DELETE ON documents BEGIN
                  DELETE FROM document_terms WHERE rowid = OLD.seq;
              END;",
        then: Some(index_titles),
    },
    Migration {
        version: 6,
        // Longer beginnings of words are terms too.
        sql: "INSERT INTO document_terms (document_terms) VALUES ('delete-all');
              UPDATE documents SET text_indexed = 0;
              CREATE VIRTUAL TABLE document_vocabulary USING fts5vocab (document_terms, instance);",
        then: Some(index_titles),
    },
];

impl OrganisationStore {
    /// Documents whose readable text is still to be handed over to [`index_text`](Self::index_text), the newest first.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn documents_without_text(&self, limit: u32) -> Result<Vec<Document>, StoreError> {
        self.database.read(|connection| {
            let seqs = without_text(connection, limit)?;
            documents::load_all(connection, self.id, &seqs)
        })
    }

    /// How many documents wait for that.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn count_documents_without_text(&self) -> Result<u64, StoreError> {
        self.database.read(count_without_text)
    }

    /// Takes over what can be read in a document: it is found by these words from now on, and not by earlier ones. The
    /// text itself is not kept. Not journalled.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn index_text(&self, document: DocumentId, text: &str) -> Result<(), StoreError> {
        self.database.write(|transaction| {
            let seq = documents::seq_of(transaction, document)?;
            set_text(transaction, seq, text)
        })
    }
}

/// The terms of the index that begin so, each asked for from where the one before it ends; none when they are more than
/// [`NAMED`]. FTS5 collects every row of all of them for a beginning before it gives the first one; named ones it walks row by row.
pub(super) fn terms_from(connection: &Connection, beginning: &str) -> Result<Vec<String>, StoreError> {
    let last = format!("{beginning}{}", char::MAX);
    let mut terms = Vec::new();
    let mut from = beginning.to_owned();
    while let Some(term) = scalar::<String>(
        connection,
        "SELECT term FROM document_vocabulary WHERE term >= ?1 AND term <= ?2 LIMIT 1",
        (&from, &last),
    )? {
        if terms.len() == NAMED {
            return Ok(Vec::new());
        }
        // No term has a sign before U+0001 in it.
        from = format!("{term}\u{1}");
        terms.push(term);
    }
    Ok(terms)
}

/// Titles were folded and indexed by the second version; what it made of them is the order of titles still.
fn fold_all(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    for document in all(transaction)? {
        let text = titles(transaction, document)?;
        execute(
            transaction,
            "UPDATE documents SET search_text = ?2 WHERE seq = ?1",
            (document, text),
        )?;
    }
    Ok(())
}

/// The texts follow in small portions, after the vault is open.
fn index_titles(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    for document in all(transaction)? {
        let titles = titles(transaction, document)?;
        execute(
            transaction,
            "UPDATE documents SET search_text = ?2 WHERE seq = ?1 AND search_text <> ?2",
            (document, &titles),
        )?;
        write(transaction, document, &titles, "")?;
    }
    Ok(())
}

fn all(transaction: &Transaction<'_>) -> Result<Vec<i64>, StoreError> {
    rows(
        transaction,
        "SELECT seq FROM documents",
        [],
        |row| Ok(row.get(0)?),
    )
}

/// Title and names of files as they are found, line by line.
pub(super) fn text<'a>(title: &'a str, names: impl IntoIterator<Item = &'a str>) -> String {
    let lines: Vec<&str> = std::iter::once(title).chain(names).collect();
    words::folded(&lines.join("\n"))
}

fn titles(connection: &Connection, document: i64) -> Result<String, StoreError> {
    let title: String = scalar(
        connection,
        "SELECT title FROM documents WHERE seq = ?1",
        [document],
    )?
    .unwrap_or_default();
    // A signature is found by the name of what it signs.
    let names = rows(
        connection,
        "SELECT name FROM document_files
         WHERE document = ?1 AND json_extract(role, '$.kind') NOT IN ('signature', 'result-signature') ORDER BY position",
        [document],
        |row| Ok(row.get::<_, String>(0)?),
    )?;
    Ok(text(&title, names.iter().map(String::as_str)))
}

/// Adds a new document to the index; `titles` is what its row holds.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    document: i64,
    titles: &str,
    text: Option<&str>,
) -> Result<(), StoreError> {
    write(transaction, document, titles, text.unwrap_or_default())
}

/// Brings a document's title in the index up to date with its files. Its text is to be handed over again.
pub(super) fn refresh(transaction: &Transaction<'_>, document: i64) -> Result<(), StoreError> {
    let titles = titles(transaction, document)?;
    execute(
        transaction,
        "UPDATE documents SET search_text = ?2, text_indexed = 0 WHERE seq = ?1",
        (document, &titles),
    )?;
    forget(transaction, document)?;
    write(transaction, document, &titles, "")
}

/// Takes over the readable text of a document.
fn set_text(transaction: &Transaction<'_>, document: i64, text: &str) -> Result<(), StoreError> {
    let titles = titles(transaction, document)?;
    forget(transaction, document)?;
    write(transaction, document, &titles, text)?;
    execute(
        transaction,
        "UPDATE documents SET text_indexed = 1 WHERE seq = ?1",
        [document],
    )?;
    Ok(())
}

fn forget(transaction: &Transaction<'_>, document: i64) -> Result<(), StoreError> {
    execute(
        transaction,
        "DELETE FROM document_terms WHERE rowid = ?1",
        [document],
    )?;
    Ok(())
}

fn write(transaction: &Transaction<'_>, document: i64, titles: &str, text: &str) -> Result<(), StoreError> {
    execute(
        transaction,
        "INSERT INTO document_terms (rowid, terms) VALUES (?1, ?2)",
        (document, words::terms(titles, text)),
    )?;
    Ok(())
}

/// Row numbers of documents whose text is still to come, the newest first.
fn without_text(connection: &Connection, limit: u32) -> Result<Vec<i64>, StoreError> {
    rows(
        connection,
        "SELECT seq FROM documents WHERE text_indexed = 0 ORDER BY seq DESC LIMIT ?1",
        [limit],
        |row| Ok(row.get(0)?),
    )
}

/// How many documents still wait for their text.
fn count_without_text(connection: &Connection) -> Result<u64, StoreError> {
    let count = scalar::<i64>(
        connection,
        "SELECT count(*) FROM documents WHERE text_indexed = 0",
        [],
    )?;
    Ok(count.unwrap_or(0).cast_unsigned())
}

/// Rewrites a portion of the index without what was taken out of it; whether there was anything to rewrite.
/// `begin` starts over with the whole index (sqlite.org/fts5.html §6.8).
pub(super) fn tidy(transaction: &Transaction<'_>, begin: bool) -> Result<bool, StoreError> {
    let changes =
        || -> Result<i64, StoreError> { Ok(scalar(transaction, "SELECT total_changes()", [])?.unwrap_or(0)) };
    let before = changes()?;
    execute(
        transaction,
        "INSERT INTO document_terms (document_terms, rank) VALUES ('merge', ?1)",
        [if begin { -PORTION } else { PORTION }],
    )?;
    Ok(changes()? - before >= 2)
}
