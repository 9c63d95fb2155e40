//! Content of files, addressed by SHA-256 and kept in pieces so that large files stream in and out.

use std::io::{self, Read};
use std::sync::Arc;

use kabinet_domain::ContentDigest;
use rusqlite::{Connection, Transaction};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::convert::{column_of, execute, row, scalar};
use crate::database::{Database, Migration};
use crate::{Missing, StoreError};

/// Bytes of a piece; one piece is in memory at a time.
const PIECE: usize = 1024 * 1024;

// `digest` is empty until the last piece is in; `remove_incomplete` removes what a crash left without one, unless it is the part
// of a download that has come so far.
pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    sql: "CREATE TABLE blobs (
              id     INTEGER PRIMARY KEY,
              digest BLOB UNIQUE,
              size   INTEGER NOT NULL
          ) STRICT;
          CREATE TABLE blob_pieces (
              id     INTEGER PRIMARY KEY,
              blob   INTEGER NOT NULL REFERENCES blobs (id) ON DELETE CASCADE,
              number INTEGER NOT NULL,
              bytes  BLOB NOT NULL,
              UNIQUE (blob, number)
          ) STRICT;",
    then: None,
}];

/// Each piece is a transaction of its own, so that readers get their turn while a large file comes in.
pub(super) fn put(database: &Database, mut reader: impl Read) -> Result<(ContentDigest, u64), StoreError> {
    let blob = database.write(begin)?;
    let stored = put_pieces(database, blob, &mut reader)
        .and_then(|(digest, size)| database.write(|transaction| seal(transaction, blob, digest, size)));
    if stored.is_err() {
        // On failure the next opening removes it; the first error is the one worth reporting.
        let _ = database.write(|transaction| remove(transaction, blob));
    }
    stored
}

/// A row for content that is still to come.
pub(super) fn begin(transaction: &Transaction<'_>) -> Result<i64, StoreError> {
    execute(
        transaction,
        "INSERT INTO blobs (digest, size) VALUES (NULL, 0)",
        [],
    )?;
    Ok(transaction.last_insert_rowid())
}

pub(super) fn add_piece(
    transaction: &Transaction<'_>,
    blob: i64,
    number: i64,
    bytes: &[u8],
) -> Result<(), StoreError> {
    execute(
        transaction,
        "INSERT INTO blob_pieces (blob, number, bytes) VALUES (?1, ?2, ?3)",
        (blob, number, bytes),
    )?;
    Ok(())
}

pub(super) fn piece(connection: &Connection, blob: i64, number: i64) -> Result<Option<Vec<u8>>, StoreError> {
    scalar(
        connection,
        "SELECT bytes FROM blob_pieces WHERE blob = ?1 AND number = ?2",
        (blob, number),
    )
}

fn put_pieces(
    database: &Database,
    blob: i64,
    reader: &mut impl Read,
) -> Result<(ContentDigest, u64), StoreError> {
    let mut hash = Sha256::new();
    let mut size = 0;
    // Wiped: freed memory would keep the document after the vault is locked.
    let mut piece = Zeroizing::new(Vec::with_capacity(PIECE));
    for number in 0_i64.. {
        piece.clear();
        reader
            .by_ref()
            .take(PIECE as u64)
            .read_to_end(&mut piece)
            .map_err(StoreError::io("read"))?;
        if piece.is_empty() {
            break;
        }
        hash.update(&*piece);
        size += piece.len() as u64;
        database.write(|transaction| add_piece(transaction, blob, number, &piece))?;
    }
    Ok((ContentDigest(hash.finalize().into()), size))
}

fn seal(
    transaction: &Transaction<'_>,
    blob: i64,
    digest: ContentDigest,
    size: u64,
) -> Result<(ContentDigest, u64), StoreError> {
    if size_of(transaction, digest)?.is_some() {
        remove(transaction, blob)?;
    } else {
        address(transaction, blob, digest, size)?;
    }
    Ok((digest, size))
}

/// Gives content that is all here its address.
pub(super) fn address(
    transaction: &Transaction<'_>,
    blob: i64,
    digest: ContentDigest,
    size: u64,
) -> Result<(), StoreError> {
    execute(
        transaction,
        "UPDATE blobs SET digest = ?2, size = ?3 WHERE id = ?1",
        (blob, digest.0, size.cast_signed()),
    )?;
    Ok(())
}

fn remove(transaction: &Transaction<'_>, blob: i64) -> Result<(), StoreError> {
    execute(transaction, "DELETE FROM blobs WHERE id = ?1", [blob])?;
    Ok(())
}

/// Removes what was being taken in when the program was last killed.
pub(super) fn remove_incomplete(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    execute(
        transaction,
        "DELETE FROM blobs WHERE digest IS NULL AND id NOT IN (SELECT blob FROM downloads)",
        [],
    )?;
    Ok(())
}

pub(super) fn remove_unused(transaction: &Transaction<'_>) -> Result<u64, StoreError> {
    let removed = execute(
        transaction,
        "DELETE FROM blobs WHERE digest IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM document_files WHERE document_files.digest = blobs.digest)
             AND NOT EXISTS (SELECT 1 FROM letter_files WHERE letter_files.digest = blobs.digest)",
        [],
    )?;
    Ok(removed as u64)
}

/// Removes this content if no document and no letter refers to it; whether it did.
pub(super) fn remove_if_unused(
    transaction: &Transaction<'_>,
    digest: ContentDigest,
) -> Result<bool, StoreError> {
    let removed = execute(
        transaction,
        "DELETE FROM blobs WHERE digest = ?1
             AND NOT EXISTS (SELECT 1 FROM document_files WHERE document_files.digest = ?1)
             AND NOT EXISTS (SELECT 1 FROM letter_files WHERE letter_files.digest = ?1)",
        [digest.0],
    )?;
    Ok(removed > 0)
}

pub(super) fn size_of(connection: &Connection, digest: ContentDigest) -> Result<Option<u64>, StoreError> {
    let size = scalar::<i64>(connection, "SELECT size FROM blobs WHERE digest = ?1", [digest.0])?;
    Ok(size.map(i64::cast_unsigned))
}

pub(super) fn open(database: &Arc<Database>, digest: ContentDigest) -> Result<BlobReader, StoreError> {
    let found = database.read(|connection| {
        row(
            connection,
            "SELECT id, size FROM blobs WHERE digest = ?1",
            [digest.0],
            |row| {
                Ok((
                    column_of(row, 0, "blobs.id")?,
                    column_of::<i64>(row, 1, "blobs.size")?.cast_unsigned(),
                ))
            },
        )
    })?;
    let (blob, size) = found.ok_or(StoreError::NotFound(Missing::Content))?;
    Ok(BlobReader {
        database: Arc::clone(database),
        blob,
        size,
        digest,
        next: 0,
        piece: io::Cursor::new(Zeroizing::new(Vec::new())),
        hash: Some(Sha256::new()),
    })
}

/// Reads stored content piece by piece and checks it against its address at the end.
pub struct BlobReader {
    database: Arc<Database>,
    blob: i64,
    size: u64,
    digest: ContentDigest,
    next: i64,
    piece: io::Cursor<Zeroizing<Vec<u8>>>,
    // Gone once the end was reached and found good.
    hash: Option<Sha256>,
}

impl BlobReader {
    /// Bytes in all.
    pub fn size(&self) -> u64 {
        self.size
    }

    fn fetch(&mut self) -> io::Result<bool> {
        let piece = self
            .database
            .read(|connection| piece(connection, self.blob, self.next))
            .map_err(io::Error::other)?;
        let Some(piece) = piece else { return Ok(false) };
        if let Some(hash) = &mut self.hash {
            hash.update(&piece);
        }
        self.next += 1;
        self.piece = io::Cursor::new(Zeroizing::new(piece));
        Ok(true)
    }
}

impl Read for BlobReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.piece.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            if self.fetch()? {
                continue;
            }
            if self
                .hash
                .as_ref()
                .is_some_and(|hash| hash.clone().finalize()[..] != self.digest.0)
            {
                return Err(io::ErrorKind::InvalidData.into());
            }
            self.hash = None;
            return Ok(0);
        }
    }
}
