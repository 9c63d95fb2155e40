//! Documents and their files: what is in the archive and how far each document has come.

use kabinet_domain::{
    ContentDigest, Document, DocumentFile, DocumentId, DocumentStage, FileRole, Finding, OrganisationId,
};
use rusqlite::{Connection, Row, Transaction};
use time::OffsetDateTime;

use super::{blobs, facets, search};
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

const COLUMNS: &str = "d.seq, d.id, d.format, d.title, d.stage, d.findings, d.added, d.updated";

pub(super) fn add(
    transaction: &Transaction<'_>,
    organisation: OrganisationId,
    document: &Document,
    text: Option<&str>,
) -> Result<(), StoreError> {
    if document.organisation != organisation {
        return Err(StoreError::WrongOrganisation);
    }
    let named = document.files.iter().filter(|file| !is_signature(&file.role));
    let titles = search::text(&document.title, named.map(|file| file.name.as_str()));
    let signed = document.files.iter().any(|file| signs_main(&file.role));
    let facet = facets::of(transaction, document.stage, &document.format, signed)?;
    let inserted = execute(
        transaction,
        "INSERT INTO documents (id, format, title, stage, findings, added, updated, search_text, facet, text_indexed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        (
            document.id.0.as_bytes(),
            &document.format,
            &document.title,
            word(&document.stage, "documents.stage")?,
            json(&document.findings, "documents.findings")?,
            micros(document.added),
            micros(document.updated),
            &titles,
            facet,
            text.is_some(),
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
    search::insert(transaction, seq, &titles, text)
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
    if signs_main(&file.role) {
        refresh_facet(transaction, seq)?;
    }
    if is_signature(&file.role) {
        Ok(())
    } else {
        search::refresh(transaction, seq)
    }
}

fn signs_main(role: &FileRole) -> bool {
    matches!(role, FileRole::Signature { .. })
}

fn is_signature(role: &FileRole) -> bool {
    matches!(
        role,
        FileRole::Signature { .. } | FileRole::ResultSignature { .. }
    )
}

/// After the stage or the files of a document changed.
fn refresh_facet(transaction: &Transaction<'_>, seq: i64) -> Result<(), StoreError> {
    let found = row(
        transaction,
        "SELECT stage, format FROM documents WHERE seq = ?1",
        [seq],
        |row| {
            let stage = from_word(column_of(row, 0, "documents.stage")?, "documents.stage")?;
            Ok((stage, column_of::<String>(row, 1, "documents.format")?))
        },
    )?;
    let (stage, format) = found.ok_or(StoreError::NotFound(Missing::Document))?;
    let signed = files(transaction, seq)?.iter().any(|file| signs_main(&file.role));
    let facet = facets::of(transaction, stage, &format, signed)?;
    execute(
        transaction,
        "UPDATE documents SET facet = ?2 WHERE seq = ?1",
        (seq, facet),
    )?;
    Ok(())
}

pub(super) fn set_stage(
    transaction: &Transaction<'_>,
    document: DocumentId,
    stage: DocumentStage,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let seq = seq_of(transaction, document)?;
    execute(
        transaction,
        "UPDATE documents SET stage = ?2, updated = ?3 WHERE seq = ?1",
        (seq, word(&stage, "documents.stage")?, micros(at)),
    )?;
    refresh_facet(transaction, seq)
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

/// Documents by their row numbers, in that order.
pub(super) fn load_all(
    connection: &Connection,
    organisation: OrganisationId,
    seqs: &[i64],
) -> Result<Vec<Document>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM documents d WHERE d.seq = ?1");
    let one = |seq: &i64| row(connection, &sql, [seq], |row| read(connection, organisation, row));
    seqs.iter().filter_map(|seq| one(seq).transpose()).collect()
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
