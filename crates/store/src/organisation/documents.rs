//! Documents and their files: what is in the archive and how far each document has come.

use kabinet_domain::{
    ContentDigest, Document, DocumentFile, DocumentId, DocumentStage, FileRole, Finding, OrganisationId,
};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, Transaction, params_from_iter};
use time::OffsetDateTime;

use super::{blobs, search};
use crate::convert::{
    breaks_uniqueness, column_of, execute, from_json, from_word, json, micros, moment, row, rows, scalar,
    uuid, word,
};
use crate::database::Migration;
use crate::{Missing, StoreError};

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    sql: "CREATE TABLE documents (
              seq      INTEGER PRIMARY KEY,
              id       BLOB NOT NULL UNIQUE,
              format   TEXT NOT NULL,
              title    TEXT NOT NULL,
              stage    TEXT NOT NULL,
              findings TEXT NOT NULL,
              added    INTEGER NOT NULL,
              updated  INTEGER NOT NULL
          ) STRICT;
          CREATE INDEX documents_added ON documents (added);
          CREATE INDEX documents_updated ON documents (updated);
          CREATE INDEX documents_stage ON documents (stage, added);
          CREATE INDEX documents_format ON documents (format, added);
          CREATE TABLE document_files (
              document INTEGER NOT NULL REFERENCES documents (seq),
              position INTEGER NOT NULL,
              name     TEXT NOT NULL,
              role     TEXT NOT NULL,
              digest   BLOB NOT NULL REFERENCES blobs (digest),
              size     INTEGER NOT NULL,
              PRIMARY KEY (document, position)
          ) STRICT, WITHOUT ROWID;
          CREATE INDEX document_files_digest ON document_files (digest);",
    then: None,
}];

/// Which documents; an empty filter means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentFilter {
    /// Any of these stages; all when empty.
    pub stages: Vec<DocumentStage>,
    /// Any of these format codes; all when empty.
    pub formats: Vec<String>,
    /// Every word of it stands somewhere in the title or a file name, in any case; `е` and `ё` are one letter.
    pub text: Option<String>,
}

/// Order of a list of documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DocumentOrder {
    /// Last taken in first.
    #[default]
    AddedNewest,
    /// First taken in first.
    AddedOldest,
    /// Last changed first.
    UpdatedNewest,
    /// By title.
    Title,
}

impl DocumentOrder {
    fn sql(self) -> &'static str {
        match self {
            Self::AddedNewest => "d.added DESC, d.seq DESC",
            Self::AddedOldest => "d.added, d.seq",
            Self::UpdatedNewest => "d.updated DESC, d.seq DESC",
            Self::Title => "d.search_text, d.seq",
        }
    }
}

/// A part of a long list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Rows to skip.
    pub offset: u64,
    /// Rows to return at most.
    pub limit: u64,
}

impl Page {
    /// The first `limit` rows.
    pub fn first(limit: u64) -> Self {
        Self { offset: 0, limit }
    }

    pub(super) fn values(self) -> [Value; 2] {
        [self.limit, self.offset].map(|count| Value::Integer(i64::try_from(count).unwrap_or(i64::MAX)))
    }
}

const COLUMNS: &str = "d.seq, d.id, d.format, d.title, d.stage, d.findings, d.added, d.updated";

pub(super) fn add(
    transaction: &Transaction<'_>,
    organisation: OrganisationId,
    document: &Document,
) -> Result<(), StoreError> {
    if document.organisation != organisation {
        return Err(StoreError::WrongOrganisation);
    }
    let text = search::text(
        &document.title,
        document.files.iter().map(|file| file.name.as_str()),
    );
    let inserted = execute(
        transaction,
        "INSERT INTO documents (id, format, title, stage, findings, added, updated, search_text)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (
            document.id.0.as_bytes(),
            &document.format,
            &document.title,
            word(&document.stage, "documents.stage")?,
            json(&document.findings, "documents.findings")?,
            micros(document.added),
            micros(document.updated),
            &text,
        ),
    );
    match inserted {
        Err(error) if breaks_uniqueness(&error) => return Err(StoreError::AlreadyExists),
        other => other?,
    };
    let seq = transaction.last_insert_rowid();
    for (position, file) in (0_i64..).zip(&document.files) {
        insert_file(transaction, seq, position, file)?;
    }
    search::insert(transaction, seq, &text)
}

fn insert_file(
    transaction: &Transaction<'_>,
    document: i64,
    position: i64,
    file: &DocumentFile,
) -> Result<(), StoreError> {
    if blobs::size_of(transaction, file.digest)? != Some(file.size) {
        return Err(StoreError::NotFound(Missing::Content));
    }
    execute(
        transaction,
        "INSERT INTO document_files (document, position, name, role, digest, size)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (
            document,
            position,
            &file.name,
            json(&file.role, "document_files.role")?,
            file.digest.0,
            file.size.cast_signed(),
        ),
    )?;
    Ok(())
}

pub(super) fn attach(
    transaction: &Transaction<'_>,
    document: DocumentId,
    file: &DocumentFile,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let seq = seq_of(transaction, document)?;
    let position = scalar::<i64>(
        transaction,
        "SELECT coalesce(max(position) + 1, 0) FROM document_files WHERE document = ?1",
        [seq],
    )?;
    insert_file(transaction, seq, position.unwrap_or(0), file)?;
    execute(
        transaction,
        "UPDATE documents SET updated = ?2 WHERE seq = ?1",
        (seq, micros(at)),
    )?;
    search::refresh(transaction, seq)
}

pub(super) fn set_stage(
    transaction: &Transaction<'_>,
    document: DocumentId,
    stage: DocumentStage,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let changed = execute(
        transaction,
        "UPDATE documents SET stage = ?2, updated = ?3 WHERE id = ?1",
        (
            document.0.as_bytes(),
            word(&stage, "documents.stage")?,
            micros(at),
        ),
    )?;
    if changed == 0 {
        Err(StoreError::NotFound(Missing::Document))
    } else {
        Ok(())
    }
}

/// Row number of a document; other tables of the organisation refer to it by this.
pub(super) fn seq_of(connection: &Connection, document: DocumentId) -> Result<i64, StoreError> {
    scalar(
        connection,
        "SELECT seq FROM documents WHERE id = ?1",
        [document.0.as_bytes()],
    )?
    .ok_or(StoreError::NotFound(Missing::Document))
}

pub(super) fn load(
    connection: &Connection,
    organisation: OrganisationId,
    id: DocumentId,
) -> Result<Document, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM documents d WHERE d.id = ?1");
    let found = row(connection, &sql, [id.0.as_bytes()], |row| {
        read(connection, organisation, row)
    })?;
    found.ok_or(StoreError::NotFound(Missing::Document))
}

pub(super) fn list(
    connection: &Connection,
    organisation: OrganisationId,
    filter: &DocumentFilter,
    order: DocumentOrder,
    page: Page,
) -> Result<Vec<Document>, StoreError> {
    let Condition { sql, mut values } = Condition::of(filter)?;
    let sql = format!(
        "SELECT {COLUMNS} FROM documents d{sql} ORDER BY {} LIMIT ? OFFSET ?",
        order.sql()
    );
    values.extend(page.values());
    rows(connection, &sql, params_from_iter(values), |row| {
        read(connection, organisation, row)
    })
}

pub(super) fn count(connection: &Connection, filter: &DocumentFilter) -> Result<u64, StoreError> {
    let Condition { sql, values } = Condition::of(filter)?;
    let sql = format!("SELECT count(*) FROM documents d{sql}");
    Ok(scalar::<i64>(connection, &sql, params_from_iter(values))?
        .unwrap_or(0)
        .cast_unsigned())
}

pub(super) fn find_by_digest(
    connection: &Connection,
    digest: ContentDigest,
) -> Result<Vec<DocumentId>, StoreError> {
    rows(
        connection,
        "SELECT id FROM documents
         WHERE seq IN (SELECT document FROM document_files WHERE digest = ?1) ORDER BY added, seq",
        [digest.0],
        |row| uuid(row, 0, "documents.id").map(DocumentId),
    )
}

fn read(
    connection: &Connection,
    organisation: OrganisationId,
    row: &Row<'_>,
) -> Result<Document, StoreError> {
    Ok(Document {
        id: DocumentId(uuid(row, 1, "documents.id")?),
        organisation,
        format: column_of(row, 2, "documents.format")?,
        title: column_of(row, 3, "documents.title")?,
        files: files(connection, column_of(row, 0, "documents.seq")?)?,
        stage: from_word(column_of(row, 4, "documents.stage")?, "documents.stage")?,
        findings: from_json::<Vec<Finding>>(
            &column_of::<String>(row, 5, "documents.findings")?,
            "documents.findings",
        )?,
        added: moment(column_of(row, 6, "documents.added")?, "documents.added")?,
        updated: moment(column_of(row, 7, "documents.updated")?, "documents.updated")?,
    })
}

fn files(connection: &Connection, document: i64) -> Result<Vec<DocumentFile>, StoreError> {
    rows(
        connection,
        "SELECT name, role, digest, size FROM document_files WHERE document = ?1 ORDER BY position",
        [document],
        |row| {
            let role: String = column_of(row, 1, "document_files.role")?;
            Ok(DocumentFile {
                name: column_of(row, 0, "document_files.name")?,
                role: from_json::<FileRole>(&role, "document_files.role")?,
                digest: ContentDigest(column_of(row, 2, "document_files.digest")?),
                size: column_of::<i64>(row, 3, "document_files.size")?.cast_unsigned(),
            })
        },
    )
}

/// A filter as SQL. Only the number of values shapes the text; the values themselves are bound.
struct Condition {
    sql: String,
    values: Vec<Value>,
}

impl Condition {
    fn of(filter: &DocumentFilter) -> Result<Self, StoreError> {
        let mut parts = Vec::new();
        let mut values = Vec::new();
        if !filter.stages.is_empty() {
            parts.push(format!("d.stage IN ({})", gaps(filter.stages.len())));
            for stage in &filter.stages {
                values.push(Value::Text(word(stage, "documents.stage")?));
            }
        }
        if !filter.formats.is_empty() {
            parts.push(format!("d.format IN ({})", gaps(filter.formats.len())));
            values.extend(filter.formats.iter().cloned().map(Value::Text));
        }
        if let Some(text) = &filter.text {
            search::condition(text, &mut parts, &mut values);
        }
        let sql = if parts.is_empty() {
            String::new()
        } else {
            format!(" WHERE {}", parts.join(" AND "))
        };
        Ok(Self { sql, values })
    }
}

fn gaps(count: usize) -> String {
    vec!["?"; count].join(", ")
}
