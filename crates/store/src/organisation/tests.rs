//! What needs the raw key: tampering from inside, older and newer files, a disk that fills up.

mod tampering;
mod upgrades;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kabinet_domain::{
    ContentDigest, Document, DocumentFile, DocumentId, DocumentStage, Environment, FileRole, Organisation,
    OrganisationId, OrganisationKind,
};
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Break, DocumentFilter, DocumentOrder, Fault, ItemState, NewEntry, OrganisationStore, Page, SCHEMA,
    SigningItem, SigningRun, Verification, file_name, journal, search,
};
use crate::database::{Open, connect, latest, migrate};
use crate::files::FolderLock;
use crate::protection::Protection;
use crate::secret::{Key, Passphrase};
use crate::vault::{Unlock, Vault, database_key};
use crate::{MemoryKeychain, StoreError};

const ID: OrganisationId = OrganisationId(Uuid::from_u128(0x5d0c_0a3e_7b1f_4c52_9f64_1c2d_3e4f_5a6b));
pub(super) const T: OffsetDateTime = time::macros::datetime!(2023-11-14 22:13:20 UTC);

pub(super) struct Bench {
    pub(super) folder: TempDir,
    key: Key,
}

impl Bench {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("organisations")).unwrap();
        Self {
            folder,
            key: Key::random().unwrap(),
        }
    }

    pub(super) fn open(&self, mode: Open) -> Result<OrganisationStore, StoreError> {
        let lock = Arc::new(FolderLock::acquire(self.folder.path())?);
        OrganisationStore::open(self.folder.path(), ID, &self.key, mode, lock)
    }

    pub(super) fn file(&self) -> PathBuf {
        self.folder.path().join(file_name(ID))
    }

    /// Past every protection but the key.
    fn tamper(&self, sql: &str) {
        let connection = connect(&self.file(), &self.key).unwrap();
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)
            .unwrap();
        connection.execute_batch(sql).unwrap();
    }

    /// After `sql` was run on a journal of nine entries.
    fn verdict_after(sql: &str) -> Verification {
        let bench = Self::new();
        let store = bench.open(Open::Create).unwrap();
        for _ in 0..9 {
            store.record(&entry()).unwrap();
        }
        assert_eq!(store.journal().verify().unwrap(), Verification::Intact(9));
        drop(store);
        bench.tamper(&format!("{DROP_TRIGGERS}{sql}"));
        bench.open(Open::Existing).unwrap().journal().verify().unwrap()
    }
}

const DROP_TRIGGERS: &str = "DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete;
    DROP TRIGGER journal_in_sequence; DROP TRIGGER journal_head_no_delete;";

pub(super) fn entry() -> NewEntry {
    NewEntry {
        at: T,
        actor: "user".to_owned(),
        action: "document.added".to_owned(),
        subject: Some("c1".to_owned()),
        params: BTreeMap::new(),
    }
}

pub(super) fn document(store: &OrganisationStore, title: &str, content: &[u8]) -> Document {
    let (digest, size) = store.put_blob(content).unwrap();
    Document {
        id: DocumentId(Uuid::new_v4()),
        organisation: ID,
        format: "fns.on_aktsverotp".to_owned(),
        title: title.to_owned(),
        files: vec![DocumentFile {
            name: "a.xml".to_owned(),
            role: FileRole::Main,
            digest,
            size,
        }],
        stage: DocumentStage::Ready,
        findings: Vec::new(),
        added: T,
        updated: T,
    }
}

#[test]
fn a_file_of_a_newer_program_is_refused_and_not_touched() {
    let bench = Bench::new();
    drop(bench.open(Open::Create).unwrap());
    bench.tamper("PRAGMA user_version = 99");
    let before = fs::read(bench.file()).unwrap();
    let refused = bench.open(Open::Existing).err().unwrap();
    assert!(
        matches!(&refused, StoreError::NewerVersion { found: 99, supported, file }
            if *supported == latest(SCHEMA) && *file == file_name(ID)),
        "{refused:?}"
    );
    assert_eq!(fs::read(bench.file()).unwrap(), before);
}

#[test]
fn a_wrong_key_is_refused_and_leaves_file_and_log_as_they_are() {
    let bench = Bench::new();
    let store = bench.open(Open::Create).unwrap();
    store.record(&entry()).unwrap();
    // As a killed process leaves them: with a log that was not folded in.
    let (database, wal) = (bench.file(), bench.file().with_extension("db-wal"));
    let left = (fs::read(&database).unwrap(), fs::read(&wal).unwrap());
    drop(store);
    fs::write(&database, &left.0).unwrap();
    fs::write(&wal, &left.1).unwrap();

    let refused = connect(&database, &Key::random().unwrap());
    assert!(matches!(refused, Err(StoreError::DatabaseDamaged)));
    assert_eq!((fs::read(&database).unwrap(), fs::read(&wal).unwrap()), left);
    let store = bench.open(Open::Existing).unwrap();
    assert_eq!(store.journal().verify().unwrap(), Verification::Intact(1));
}

#[test]
fn a_full_disk_is_named_and_nothing_committed_is_lost() {
    let bench = Bench::new();
    let store = bench.open(Open::Create).unwrap();
    let first = document(&store, "Акт", b"content");
    store
        .change(entry(), |change| change.add_document(&first))
        .unwrap();
    let second = document(&store, &"Ж".repeat(50_000), b"other content");

    let limit = |pages: &str| {
        let sql = format!("PRAGMA max_page_count = {pages}");
        store
            .database
            .read(|connection| Ok(connection.query_row(&sql, [], |_| Ok(()))?))
            .unwrap();
    };
    // Below the present size SQLite takes the present size: nothing can grow.
    limit("1");
    let refused = store.put_blob(vec![1; 5_000_000].as_slice());
    assert!(matches!(refused, Err(StoreError::StorageFull)), "{refused:?}");
    let refused = store.change(entry(), |change| change.add_document(&second));
    assert!(matches!(refused, Err(StoreError::StorageFull)), "{refused:?}");
    assert_eq!(store.document(first.id).unwrap(), first);
    assert_eq!(store.count_documents(&DocumentFilter::default()).unwrap(), 1);
    assert_eq!(store.journal().verify().unwrap(), Verification::Intact(1));

    limit("1000000");
    store
        .change(entry(), |change| change.add_document(&second))
        .unwrap();
    assert_eq!(store.journal().verify().unwrap(), Verification::Intact(2));
    store.check().unwrap();
}

#[test]
fn content_that_does_not_fit_its_address_is_an_error_at_the_end() {
    let bench = Bench::new();
    let store = bench.open(Open::Create).unwrap();
    let (digest, _) = store.put_blob(&b"content"[..]).unwrap();
    drop(store);
    bench.tamper("UPDATE blob_pieces SET bytes = CAST('Content' AS BLOB)");
    let mut reader = bench.open(Open::Existing).unwrap().read_blob(digest).unwrap();
    for _ in 0..2 {
        let failed = std::io::copy(&mut reader, &mut std::io::sink()).unwrap_err();
        assert_eq!(failed.kind(), std::io::ErrorKind::InvalidData);
    }
}
