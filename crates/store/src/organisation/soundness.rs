//! Whether everything kept for an organisation is what it was when it was stored.

use kabinet_domain::{ContentDigest, OrganisationId};
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use super::{Verification, journal};
use crate::StoreError;
use crate::convert::{column_of, scalar};

/// What reading everything showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Soundness {
    /// Documents.
    pub documents: u64,
    /// Pieces of content, each counted once.
    pub contents: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Content whose bytes are not those of its address.
    pub damaged: Vec<ContentDigest>,
    /// The chain of the journal.
    pub journal: Verification,
}

/// Reads all content, a piece at a time, and recomputes the journal. Whether the pages fit together is asked before, by
/// [`check`](crate::database::check).
pub(crate) fn inspect(
    connection: &Connection,
    organisation: OrganisationId,
) -> Result<Soundness, StoreError> {
    let documents = scalar::<i64>(connection, "SELECT count(*) FROM documents", [])?.unwrap_or(0);
    let mut soundness = Soundness {
        documents: documents.cast_unsigned(),
        contents: 0,
        bytes: 0,
        damaged: Vec::new(),
        journal: journal::verify(connection, organisation, None)?,
    };
    let mut blobs =
        connection.prepare("SELECT id, digest, size FROM blobs WHERE digest IS NOT NULL ORDER BY id")?;
    let mut pieces = connection.prepare("SELECT bytes FROM blob_pieces WHERE blob = ?1 ORDER BY number")?;
    let mut rows = blobs.query([])?;
    while let Some(row) = rows.next()? {
        let digest: [u8; 32] = column_of(row, 1, "blobs.digest")?;
        let size = column_of::<i64>(row, 2, "blobs.size")?.cast_unsigned();
        let (mut hash, mut read) = (Sha256::new(), 0_u64);
        let mut parts = pieces.query([column_of::<i64>(row, 0, "blobs.id")?])?;
        while let Some(part) = parts.next()? {
            let bytes = part.get_ref(0)?.as_blob().map_err(|_| StoreError::Value {
                column: "blob_pieces.bytes",
            })?;
            hash.update(bytes);
            read += bytes.len() as u64;
        }
        soundness.contents += 1;
        soundness.bytes += read;
        if read != size || hash.finalize()[..] != digest {
            soundness.damaged.push(ContentDigest(digest));
        }
    }
    Ok(soundness)
}
