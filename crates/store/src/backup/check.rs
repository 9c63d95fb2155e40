//! Whether a backup is a whole vault: decrypted, every page and blob read, every journal recomputed, nothing written.

use std::path::Path;

use uuid::Uuid;

use crate::database::{Schema, Stop, check, connect_unchanging, deciphered, latest, version};
use crate::header::SealedHeader;
use crate::organisation::{self, Soundness};
use crate::secret::Key;
use crate::vault::database_key;
use crate::{Missing, StoreError, personal};

/// What a sound backup holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Organisations.
    pub organisations: u64,
    /// Documents of all of them.
    pub documents: u64,
    /// Pieces of content.
    pub contents: u64,
    /// Bytes of content.
    pub bytes: u64,
    /// Journal entries.
    pub entries: u64,
}

/// Checks everything; reads the files as they are and leaves nothing beside them.
pub(super) fn whole(backup: &Path, vault: Uuid, key: &Key, stop: &Stop) -> Result<Contents, StoreError> {
    match SealedHeader::read(backup) {
        Ok(sealed) if sealed.header.id == vault => sealed.authenticate(key)?,
        Ok(_) => return Err(StoreError::ForeignBackup),
        Err(StoreError::VaultNotFound) => return Err(StoreError::NotFound(Missing::Backup)),
        Err(error) => return Err(error),
    }
    let open = |name: &str, schema: &Schema| {
        let path = backup.join(name);
        if !path.exists() {
            return Err(StoreError::DatabaseMissing {
                file: name.to_owned(),
            });
        }
        // Somebody worked in it and did not come to an end: the file alone is not all of it.
        let journal = backup.join(format!("{name}-wal"));
        if journal.metadata().is_ok_and(|journal| journal.len() > 0) {
            return Err(StoreError::VaultInUse);
        }
        let mut connection = connect_unchanging(&path, &database_key(key, vault, name)?)?;
        stop.watch(&mut connection)?;
        let (found, supported) = (version(&connection)?, latest(schema));
        if found > supported {
            return Err(StoreError::NewerVersion {
                file: name.to_owned(),
                found,
                supported,
            });
        }
        check(&connection)?;
        Ok(connection)
    };
    let listed = personal::organisations(&open(personal::FILE, personal::SCHEMA)?)?;
    let mut contents = Contents::default();
    for organisation in listed {
        let connection = open(&organisation::file_name(organisation.id), organisation::SCHEMA)?;
        let Soundness {
            documents,
            contents: pieces,
            bytes,
            damaged,
            journal,
        } = organisation::inspect(&connection, organisation.id)?;
        deciphered(&connection)?;
        let Some(entries) = journal.intact().filter(|_| damaged.is_empty()) else {
            return Err(StoreError::DatabaseDamaged);
        };
        contents.organisations += 1;
        contents.documents += documents;
        contents.contents += pieces;
        contents.bytes += bytes;
        contents.entries += entries;
    }
    Ok(contents)
}

/// Files a whole backup consists of, relative to it, besides the header.
pub(super) fn files(backup: &Path, vault: Uuid, key: &Key) -> Result<Vec<String>, StoreError> {
    let connection = connect_unchanging(
        &backup.join(personal::FILE),
        &database_key(key, vault, personal::FILE)?,
    )?;
    let organisations = personal::organisations(&connection)?;
    Ok(std::iter::once(personal::FILE.to_owned())
        .chain(organisations.iter().map(|one| organisation::file_name(one.id)))
        .collect())
}
