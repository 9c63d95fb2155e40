//! Files on their way from the portal: what has come so far and of which version it is a part, so that a download that broke
//! off goes on where it stopped. The bytes are pieces of content without an address; they get one when all of them are here.

use std::sync::Arc;

use kabinet_domain::{ContentDigest, DocumentFile, DocumentId};
use rusqlite::{Connection, Row, Transaction};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{blobs, documents};
use crate::convert::{column_of, execute, row, rows, scalar, uuid};
use crate::database::{Database, Migration};
use crate::{Missing, StoreError};

// Whatever ends a download, its being taken up or its document's removal, takes the bytes along that got no address.
pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    version: 6,
    sql: "CREATE TABLE downloads (
              id        INTEGER PRIMARY KEY,
              document  INTEGER NOT NULL REFERENCES documents (seq) ON DELETE CASCADE,
              name      TEXT NOT NULL,
              blob      INTEGER NOT NULL UNIQUE REFERENCES blobs (id),
              source    TEXT NOT NULL,
              validator TEXT,
              total     INTEGER,
              digest    BLOB,
              received  INTEGER NOT NULL,
              pieces    INTEGER NOT NULL,
              UNIQUE (document, name)
          ) STRICT;
          CREATE TRIGGER downloads_end AFTER DELETE ON downloads BEGIN
              DELETE FROM blobs WHERE id = old.blob AND digest IS NULL;
          END;",
    then: None,
}];

/// The version of a file that is being fetched, as the sender described it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The resource it is fetched from, in the caller's words.
    pub source: String,
    /// What tells this version from any other; without it nothing can be added later.
    pub validator: Option<String>,
    /// Bytes in all, if the sender said so.
    pub total: Option<u64>,
    /// Digest of the whole, if the sender said so.
    pub digest: Option<ContentDigest>,
}

/// A file that is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// The document it will belong to.
    pub document: DocumentId,
    /// Its name there.
    pub name: String,
    /// The version it is of.
    pub origin: Origin,
    /// Bytes that are here.
    pub received: u64,
}

impl Download {
    /// Whether all bytes are here that the sender spoke of.
    pub fn is_complete(&self) -> bool {
        self.origin.total == Some(self.received)
    }
}

/// Begins anew: what was here under this name before is removed.
pub(super) fn begin(
    transaction: &Transaction<'_>,
    document: DocumentId,
    name: &str,
    origin: &Origin,
) -> Result<(), StoreError> {
    remove(transaction, document, name)?;
    let blob = blobs::begin(transaction)?;
    execute(
        transaction,
        "INSERT INTO downloads (document, name, blob, source, validator, total, digest, received, pieces)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0)",
        (
            documents::seq_of(transaction, document)?,
            name,
            blob,
            &origin.source,
            &origin.validator,
            origin.total.map(u64::cast_signed),
            origin.digest.map(|digest| digest.0),
        ),
    )?;
    Ok(())
}

/// Adds bytes behind the first `at`, which must be all there are: two writers cannot tear a file apart.
pub(super) fn append(
    transaction: &Transaction<'_>,
    document: DocumentId,
    name: &str,
    at: u64,
    bytes: &[u8],
) -> Result<(), StoreError> {
    let document = documents::seq_of(transaction, document)?;
    let found = row(
        transaction,
        "UPDATE downloads SET received = received + ?4, pieces = pieces + 1
         WHERE document = ?1 AND name = ?2 AND received = ?3 RETURNING blob, pieces - 1",
        (document, name, at.cast_signed(), bytes.len() as u64 as i64),
        |row| {
            Ok((
                column_of::<i64>(row, 0, "downloads.blob")?,
                column_of::<i64>(row, 1, "downloads.pieces")?,
            ))
        },
    )?;
    let (blob, number) = found.ok_or(StoreError::Conflict)?;
    blobs::add_piece(transaction, blob, number, bytes)
}

/// Gives up what is on its way to a document under a name.
pub(super) fn remove(
    transaction: &Transaction<'_>,
    document: DocumentId,
    name: &str,
) -> Result<(), StoreError> {
    let document = documents::seq_of(transaction, document)?;
    execute(
        transaction,
        "DELETE FROM downloads WHERE document = ?1 AND name = ?2",
        (document, name),
    )?;
    Ok(())
}

/// Gives up all that is on its way to a document.
pub(super) fn remove_all(transaction: &Transaction<'_>, document: DocumentId) -> Result<(), StoreError> {
    let document = documents::seq_of(transaction, document)?;
    execute(
        transaction,
        "DELETE FROM downloads WHERE document = ?1",
        [document],
    )?;
    Ok(())
}

/// Reads what is here, a piece at a time, and digests it.
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Conflict`] when it is not all of what the sender spoke of.
pub(super) fn digest(
    database: &Arc<Database>,
    document: DocumentId,
    name: &str,
) -> Result<(ContentDigest, u64), StoreError> {
    let (download, blob) = database.read(|connection| {
        let download = find(connection, document, name)?.ok_or(StoreError::NotFound(Missing::Content))?;
        Ok((download, blob_of(connection, document, name)?))
    })?;
    if download
        .origin
        .total
        .is_some_and(|total| total != download.received)
    {
        return Err(StoreError::Conflict);
    }
    let (mut hash, mut size) = (Sha256::new(), 0);
    for number in 0_i64.. {
        let piece = database.read(|connection| blobs::piece(connection, blob, number))?;
        let Some(piece) = piece.map(Zeroizing::new) else {
            break;
        };
        hash.update(&*piece);
        size += piece.len() as u64;
    }
    if size != download.received {
        return Err(StoreError::Conflict);
    }
    Ok((ContentDigest(hash.finalize().into()), size))
}

/// Gives what has come its address, which is that of `file`, and ends the download; its name there is that of `file`.
pub(super) fn settle(
    transaction: &Transaction<'_>,
    document: DocumentId,
    file: &DocumentFile,
) -> Result<(), StoreError> {
    let download = find(transaction, document, &file.name)?.ok_or(StoreError::NotFound(Missing::Content))?;
    if download.received != file.size {
        return Err(StoreError::Conflict);
    }
    let blob = blob_of(transaction, document, &file.name)?;
    // Content that is here already keeps the row it has: the trigger removes this one.
    if blobs::size_of(transaction, file.digest)?.is_none() {
        blobs::address(transaction, blob, file.digest, file.size)?;
    }
    execute(transaction, "DELETE FROM downloads WHERE blob = ?1", [blob])?;
    Ok(())
}

fn blob_of(connection: &Connection, document: DocumentId, name: &str) -> Result<i64, StoreError> {
    scalar(
        connection,
        "SELECT w.blob FROM downloads w JOIN documents d ON d.seq = w.document WHERE d.id = ?1 AND w.name = ?2",
        (document.0.as_bytes(), name),
    )?
    .ok_or(StoreError::NotFound(Missing::Content))
}

const SELECT: &str = "SELECT d.id, w.name, w.source, w.validator, w.total, w.digest, w.received
    FROM downloads w JOIN documents d ON d.seq = w.document";

pub(super) fn find(
    connection: &Connection,
    document: DocumentId,
    name: &str,
) -> Result<Option<Download>, StoreError> {
    let sql = format!("{SELECT} WHERE d.id = ?1 AND w.name = ?2");
    row(connection, &sql, (document.0.as_bytes(), name), read)
}

pub(super) fn of_document(
    connection: &Connection,
    document: DocumentId,
) -> Result<Vec<Download>, StoreError> {
    let sql = format!("{SELECT} WHERE d.id = ?1 ORDER BY w.id");
    rows(connection, &sql, [document.0.as_bytes()], read)
}

fn read(row: &Row<'_>) -> Result<Download, StoreError> {
    let bytes = |index, column| -> Result<Option<u64>, StoreError> {
        Ok(column_of::<Option<i64>>(row, index, column)?.map(i64::cast_unsigned))
    };
    Ok(Download {
        document: DocumentId(uuid(row, 0, "documents.id")?),
        name: column_of(row, 1, "downloads.name")?,
        origin: Origin {
            source: column_of(row, 2, "downloads.source")?,
            validator: column_of(row, 3, "downloads.validator")?,
            total: bytes(4, "downloads.total")?,
            digest: column_of::<Option<[u8; 32]>>(row, 5, "downloads.digest")?.map(ContentDigest),
        },
        received: bytes(6, "downloads.received")?.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use kabinet_domain::{
        Document, DocumentStage, Environment, FileRole, Organisation, OrganisationId, OrganisationKind,
    };
    use time::OffsetDateTime;
    use uuid::Uuid;

    use super::*;
    use crate::protection::Protection;
    use crate::vault::Vault;
    use crate::{MemoryKeychain, NewEntry, OrganisationStore};

    const T: OffsetDateTime = time::macros::datetime!(2023-11-14 22:13:20 UTC);

    fn entry() -> NewEntry {
        NewEntry {
            at: T,
            actor: "user".to_owned(),
            action: "tested".to_owned(),
            subject: None,
            params: BTreeMap::new(),
        }
    }

    fn rows_of_content(store: &OrganisationStore) -> (i64, i64) {
        let count = |sql| {
            store
                .database()
                .read(|connection| Ok(scalar(connection, sql, [])?.unwrap()))
                .unwrap()
        };
        (
            count("SELECT count(*) FROM blobs"),
            count("SELECT count(*) FROM blob_pieces"),
        )
    }

    /// A document with two pieces of a download.
    fn vault(folder: &std::path::Path) -> (Vault, OrganisationStore, DocumentId) {
        let protection = Protection {
            keychain: true,
            passphrase: None,
        };
        let vault = Vault::create(
            &folder.join("vault"),
            protection,
            Arc::<MemoryKeychain>::default(),
        )
        .unwrap();
        let organisation = Organisation {
            id: OrganisationId(Uuid::new_v4()),
            environment: Environment::Demo,
            kind: OrganisationKind::Legal,
            name: "ООО «Ромашка»".to_owned(),
            inn: "7707083893".to_owned(),
            ogrn: "1027700132195".to_owned(),
            kpp: None,
            region: "45000000000".to_owned(),
        };
        vault.save_organisation(&organisation).unwrap();
        let store = vault.organisation(organisation.id).unwrap();
        let (digest, size) = store.put_blob(&b"main"[..]).unwrap();
        let document = Document {
            id: DocumentId(Uuid::new_v4()),
            organisation: organisation.id,
            format: "fns.on_aktsverotp".to_owned(),
            title: "Акт".to_owned(),
            files: vec![DocumentFile {
                name: "main.xml".to_owned(),
                role: FileRole::Main,
                digest,
                size,
            }],
            stage: DocumentStage::Ready,
            findings: Vec::new(),
            added: T,
            updated: T,
        };
        store
            .change(entry(), |change| change.add_document(&document))
            .unwrap();
        store
            .begin_download(document.id, "receipt.pdf", &Origin::default())
            .unwrap();
        store
            .add_to_download(document.id, "receipt.pdf", 0, b"ab")
            .unwrap();
        store
            .add_to_download(document.id, "receipt.pdf", 2, b"c")
            .unwrap();
        (vault, store, document.id)
    }

    #[test]
    fn whatever_ends_a_download_takes_its_bytes_along() {
        let folder = tempfile::tempdir().unwrap();
        let (_vault, store, document) = vault(folder.path());
        assert_eq!(rows_of_content(&store), (2, 3));
        assert_eq!(store.drop_unused_blobs().unwrap(), 0, "it is not content yet");
        store
            .begin_download(document, "receipt.pdf", &Origin::default())
            .unwrap();
        assert_eq!(rows_of_content(&store), (2, 1), "begun anew");
        store.add_to_download(document, "receipt.pdf", 0, b"abc").unwrap();
        store
            .change(entry(), |change| change.erase_document(document))
            .unwrap();
        assert_eq!(rows_of_content(&store), (0, 0));
        store.check().unwrap();
    }

    #[test]
    fn opening_removes_what_broke_off_and_keeps_what_is_on_its_way() {
        let folder = tempfile::tempdir().unwrap();
        let (_vault, store, document) = vault(folder.path());
        store.database().write(blobs::begin).unwrap();
        assert_eq!(rows_of_content(&store).0, 3);
        store.database().write(blobs::remove_incomplete).unwrap();
        assert_eq!(rows_of_content(&store), (2, 3));
        assert_eq!(store.digest_download(document, "receipt.pdf").unwrap().1, 3);
    }
}
