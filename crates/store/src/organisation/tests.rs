//! What needs the raw key: tampering from inside, older and newer files, a disk that fills up.

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
fn the_journal_cannot_be_changed_while_its_triggers_stand() {
    let bench = Bench::new();
    let store = bench.open(Open::Create).unwrap();
    for _ in 0..3 {
        store.record(&entry()).unwrap();
    }
    for sql in [
        "UPDATE journal SET actor = 'nobody' WHERE seq = 2",
        "DELETE FROM journal WHERE seq = 3",
        "DELETE FROM journal",
        "REPLACE INTO journal SELECT seq, at, 'nobody', action, subject, params, previous, hash FROM journal WHERE seq = 3",
        "INSERT INTO journal SELECT seq + 7, at, actor, action, subject, params, previous, hash FROM journal WHERE seq = 3",
        "DELETE FROM journal_head",
    ] {
        let refused = store
            .database
            .write(|transaction| Ok(transaction.execute(sql, [])?));
        assert!(
            matches!(refused, Err(StoreError::Database { code }) if code & 0xff == rusqlite::ffi::SQLITE_CONSTRAINT),
            "{sql}"
        );
    }
    assert_eq!(store.journal().verify().unwrap(), Verification::Intact(3));
}

/// What is broken: where, in which way, and what is still proven.
const fn broken(at: u64, fault: Fault, proven: u64) -> Verification {
    Verification::Broken(Break { at, fault, proven })
}

#[test]
fn tampering_with_the_journal_is_found_where_it_begins() {
    use Fault::{Added, Altered, Missing, Moved, Truncated};
    for (sql, at, fault) in [
        ("UPDATE journal SET actor = 'nobody' WHERE seq = 4", 4, Altered),
        ("UPDATE journal SET at = at + 1 WHERE seq = 1", 1, Altered),
        ("UPDATE journal SET subject = NULL WHERE seq = 9", 9, Altered),
        (
            "UPDATE journal SET params = '{\"a\":\"b\"}' WHERE seq = 2",
            2,
            Altered,
        ),
        ("UPDATE journal SET params = 'no json' WHERE seq = 2", 2, Altered),
        ("UPDATE journal SET hash = zeroblob(32) WHERE seq = 3", 3, Altered),
        ("UPDATE journal SET hash = zeroblob(5) WHERE seq = 3", 3, Altered),
        (
            "UPDATE journal SET previous = zeroblob(32) WHERE seq = 3",
            3,
            Altered,
        ),
        ("DELETE FROM journal WHERE seq = 5", 5, Missing),
        ("DELETE FROM journal WHERE seq BETWEEN 5 AND 7", 5, Missing),
        ("DELETE FROM journal WHERE seq = 1", 1, Missing),
        ("UPDATE journal SET seq = 100 WHERE seq = 8", 8, Missing),
        // The gap closed by giving later ones the numbers before.
        (
            "DELETE FROM journal WHERE seq = 5;
             UPDATE journal SET seq = 5 WHERE seq = 6; UPDATE journal SET seq = 6 WHERE seq = 7",
            5,
            Moved,
        ),
        (
            "UPDATE journal SET seq = -1 WHERE seq = 4; UPDATE journal SET seq = 4 WHERE seq = 7;
             UPDATE journal SET seq = 7 WHERE seq = -1",
            4,
            Moved,
        ),
        (
            "INSERT INTO journal SELECT 10, at, actor, action, subject, params, previous, hash FROM journal WHERE seq = 9",
            10,
            Moved,
        ),
        (
            "INSERT INTO journal SELECT 0, at, actor, action, subject, params, previous, hash FROM journal WHERE seq = 9",
            1,
            Added,
        ),
        ("UPDATE journal_head SET seq = 8", 9, Added),
        ("DELETE FROM journal WHERE seq > 6", 7, Truncated),
        ("DELETE FROM journal", 1, Truncated),
        ("DELETE FROM journal; DELETE FROM journal_head", 1, Truncated),
        ("DELETE FROM journal_head", 10, Truncated),
        ("UPDATE journal_head SET seq = 12", 10, Truncated),
        // The only checkpoint is that of the first entry.
        (
            "DELETE FROM journal; UPDATE journal_head SET seq = 0, hash = zeroblob(32)",
            1,
            Truncated,
        ),
        (
            "UPDATE journal SET previous = randomblob(32) WHERE seq = 1",
            1,
            Altered,
        ),
    ] {
        let found = Bench::verdict_after(sql);
        let proven = at - 1;
        assert_eq!(found, broken(at, fault, proven), "{sql}");
    }
}

#[test]
fn an_entry_changed_together_with_its_hash_is_named_by_the_one_behind_it() {
    let bench = Bench::new();
    let store = bench.open(Open::Create).unwrap();
    for _ in 0..9 {
        store.record(&entry()).unwrap();
    }
    drop(store);
    bench.tamper(DROP_TRIGGERS);
    let forge = |seq: u64| {
        let connection = connect(&bench.file(), &bench.key).unwrap();
        let previous: [u8; 32] = connection
            .query_row(
                "SELECT previous FROM journal WHERE seq = ?1",
                [seq.cast_signed()],
                |row| row.get(0),
            )
            .unwrap();
        let at = crate::convert::micros(T);
        let hash = journal::link(&previous, seq, at, "nobody", "document.added", Some("c1"), "{}");
        drop(connection);
        let hash = hex::encode(hash);
        bench.tamper(&format!(
            "UPDATE journal SET actor = 'nobody', hash = x'{hash}' WHERE seq = {seq}"
        ));
    };
    // The last one is bound by the end of the chain alone, the checkpoint vouches for the first.
    for seq in [9, 5] {
        forge(seq);
        let verdict = bench.open(Open::Existing).unwrap().journal().verify().unwrap();
        assert_eq!(verdict, broken(seq, Fault::Altered, 1), "{seq}");
    }
    // One the checkpoint vouches for is contradicted by that.
    forge(1);
    let verdict = bench.open(Open::Existing).unwrap().journal().verify().unwrap();
    assert_eq!(verdict, broken(1, Fault::Rewritten, 0));
}

#[test]
fn a_tampered_journal_is_listed_all_the_same() {
    let bench = Bench::new();
    let store = bench.open(Open::Create).unwrap();
    for _ in 0..4 {
        store.record(&entry()).unwrap();
    }
    drop(store);
    bench.tamper(&format!(
        "{DROP_TRIGGERS} UPDATE journal SET params = 'no json', hash = zeroblob(5) WHERE seq = 2;
         UPDATE journal SET at = 9223372036854775807 WHERE seq = 3; DELETE FROM journal WHERE seq = 4;"
    ));
    let store = bench.open(Open::Existing).unwrap();
    let entries = store.journal().numbered(1..=9).unwrap();
    let seqs: Vec<u64> = entries.iter().map(|entry| entry.seq).collect();
    assert_eq!(seqs, [3, 2, 1]);
    assert_eq!((entries[1].params.len(), entries[1].hash), (0, [0; 32]));
    assert_eq!(store.journal().last_number().unwrap(), 4);
}

#[test]
fn a_past_written_anew_without_the_key_breaks_at_what_nobody_vouches_for() {
    let bench = Bench::new();
    let store = bench.open(Open::Create).unwrap();
    let day = |day| NewEntry {
        at: T + time::Duration::days(day),
        ..entry()
    };
    // Checkpoints with entries 1, 3 and 5.
    for number in 0..6 {
        store.record(&day(number / 2)).unwrap();
    }
    drop(store);
    bench.tamper(DROP_TRIGGERS);
    bench.tamper("DROP TRIGGER journal_checkpoints_no_update; DROP TRIGGER journal_checkpoints_no_delete;");
    let sound = fs::read(bench.file()).unwrap();
    let verdict = |sql: &str| {
        fs::write(bench.file(), &sound).unwrap();
        bench.tamper(sql);
        bench.open(Open::Existing).unwrap().journal().verify().unwrap()
    };
    assert_eq!(verdict(""), Verification::Intact(6));
    for (sql, at, proven) in [
        ("SET signature = zeroblob(64) WHERE seq = 3", 3, 1),
        ("SET at = at + 1 WHERE seq = 1", 1, 0),
        ("SET at = 9223372036854775807 WHERE seq = 1", 1, 0),
        ("SET hash = zeroblob(32) WHERE seq = 5", 5, 3),
        ("SET hash = zeroblob(1) WHERE seq = 5", 5, 3),
        ("SET key = zeroblob(32) WHERE seq = 5", 5, 3),
        ("SET seq = 9 WHERE seq = 5", 6, 3),
    ] {
        let found = verdict(&format!("UPDATE journal_checkpoints {sql}"));
        assert_eq!(found, broken(at, Fault::Checkpoint, proven), "{sql}");
    }
    // The end cut off, and the last number with it: the checkpoint remembers.
    let cut = "DELETE FROM journal WHERE seq > 4;
               UPDATE journal_head SET seq = 4, hash = (SELECT hash FROM journal WHERE seq = 4);";
    assert_eq!(verdict(cut), broken(5, Fault::Truncated, 4));
    // From the fourth entry on a chain that fits: the signature of the fifth does not.
    fs::write(bench.file(), &sound).unwrap();
    bench.tamper(
        "DELETE FROM journal WHERE seq > 3;
         UPDATE journal_head SET seq = 3, hash = (SELECT hash FROM journal WHERE seq = 3);",
    );
    let mut connection = connect(&bench.file(), &bench.key).unwrap();
    let transaction = connection.transaction().unwrap();
    for _ in 0..3 {
        journal::append(&transaction, &day(7)).unwrap();
    }
    transaction.commit().unwrap();
    drop(connection);
    let verdict = bench.open(Open::Existing).unwrap().journal().verify().unwrap();
    assert_eq!(verdict, broken(4, Fault::Rewritten, 3));
}

#[test]
fn a_journal_moved_in_from_another_organisation_breaks_at_its_first_entry() {
    let bench = Bench::new();
    let store = bench.open(Open::Create).unwrap();
    store.record(&entry()).unwrap();
    let other = OrganisationId(Uuid::new_v4());
    let verdict = store
        .database
        .read(|connection| journal::verify(connection, other, None))
        .unwrap();
    assert_eq!(verdict, broken(1, Fault::Rewritten, 0));
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

// ---- Upgrades. `tests/data/vault-v1` was made by `make_first_version`; its README says how to make it again.

const PASSPHRASE: &str = "первая версия";
const CONTENT: &[u8] = b"<?xml version=\"1.0\"?><a/>";

fn passphrase() -> Passphrase {
    Passphrase::new(PASSPHRASE.to_owned()).unwrap()
}

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/vault-v1")
}

/// Makes a vault as the first version wrote it: its tables, its statements.
fn make_first_version(dir: &Path) {
    let organisation = Organisation {
        id: ID,
        environment: Environment::Demo,
        kind: OrganisationKind::Legal,
        name: "ООО «Первая версия»".to_owned(),
        inn: "7707083893".to_owned(),
        ogrn: "1027700132195".to_owned(),
        kpp: Some("773601001".to_owned()),
        region: "45000000000".to_owned(),
    };
    let protection = Protection {
        keychain: false,
        passphrase: Some(passphrase()),
    };
    let vault = Vault::create(dir, protection, Arc::new(MemoryKeychain::default())).unwrap();
    vault.save_organisation(&organisation).unwrap();
    let key = database_key(&vault.key, vault.id(), &file_name(ID)).unwrap();
    drop(vault);

    let file = dir.join(file_name(ID));
    fs::remove_file(&file).unwrap();
    fs::write(&file, b"").unwrap();
    let mut connection = connect(&file, &key).unwrap();
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)
        .unwrap();
    migrate(&mut connection, SCHEMA, 1).unwrap();
    let transaction = connection.transaction().unwrap();
    journal::found(&transaction, ID).unwrap();
    let digest: [u8; 32] = Sha256::digest(CONTENT).into();
    transaction
        .execute(
            "INSERT INTO blobs VALUES (1, ?1, ?2)",
            (digest, CONTENT.len() as i64),
        )
        .unwrap();
    transaction
        .execute("INSERT INTO blob_pieces VALUES (1, 1, 0, ?1)", [CONTENT])
        .unwrap();
    transaction
        .execute(
            "INSERT INTO documents VALUES (1, ?1, 'fns.on_aktsverotp', 'Счёт № 1', 'ready', '[]', 7000000, 7000000)",
            [Uuid::from_u128(1).as_bytes()],
        )
        .unwrap();
    transaction
        .execute(
            "INSERT INTO document_files VALUES (1, 0, 'ON_AKT_7707083893.xml', '{\"kind\":\"main\"}', ?1, ?2)",
            (digest, CONTENT.len() as i64),
        )
        .unwrap();
    journal::append(&transaction, &entry()).unwrap();
    transaction.commit().unwrap();
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (from, name) = (entry.as_ref().unwrap().path(), entry.unwrap().file_name());
        if from.is_dir() {
            copy_all(&from, &to.join(name));
        } else {
            fs::copy(&from, to.join(name)).unwrap();
        }
    }
}

/// Tables, indexes, triggers and the version of the organisation's file, before any upgrade.
fn layout(dir: &Path) -> Vec<String> {
    let locked = Vault::open(dir, Arc::new(MemoryKeychain::default())).unwrap();
    let key = locked.data_key(&Unlock::Passphrase(passphrase())).unwrap();
    let key = database_key(&key, locked.id(), &file_name(ID)).unwrap();
    let connection: Connection = connect(&dir.join(file_name(ID)), &key).unwrap();
    let version: u32 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    let mut statement = connection
        .prepare("SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name")
        .unwrap();
    let mut lines: Vec<String> = statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    lines.push(format!("user_version {version}"));
    lines
}

#[test]
fn the_first_versions_steps_still_make_the_first_versions_file() {
    let folder = tempfile::tempdir().unwrap();
    let (kept, fresh) = (folder.path().join("kept"), folder.path().join("fresh"));
    make_first_version(&fresh);
    if std::env::var_os("KABINET_WRITE_FIXTURES").is_some() {
        copy_all(&fresh, &fixture());
        fs::remove_file(fixture().join("vault.lock")).unwrap();
    }
    copy_all(&fixture(), &kept);
    let layout_kept = layout(&kept);
    assert_eq!(layout_kept, layout(&fresh));
    assert_eq!(layout_kept.last().unwrap(), "user_version 1");
}

#[test]
fn a_vault_of_the_first_version_is_upgraded_with_all_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("vault");
    copy_all(&fixture(), &dir);
    let open = || {
        let locked = Vault::open(&dir, Arc::new(MemoryKeychain::default())).unwrap();
        locked.unlock(Unlock::Passphrase(passphrase())).unwrap()
    };
    let vault = open();
    let store = vault.organisation(ID).unwrap();
    let filter = DocumentFilter {
        text: Some("счет 7707083893".to_owned()),
        ..DocumentFilter::default()
    };
    let found = store
        .documents(&filter, DocumentOrder::Title, Page::first(9))
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].id, DocumentId(Uuid::from_u128(1)));
    let mut content = Vec::new();
    std::io::Read::read_to_end(
        &mut store.read_blob(found[0].files[0].digest).unwrap(),
        &mut content,
    )
    .unwrap();
    assert_eq!(content, CONTENT);
    assert_eq!(store.journal().verify().unwrap(), Verification::Intact(1));
    store.check().unwrap();
    drop((store, vault));

    // What was there before the upgrade can be had back.
    let backup = dir.join("backups").join(format!("organisations-{}.db.v1", ID.0));
    fs::copy(&backup, dir.join(file_name(ID))).unwrap();
    assert_eq!(layout(&dir).last().unwrap(), "user_version 1");
    assert_eq!(
        open().organisation(ID).unwrap().count_documents(&filter).unwrap(),
        1
    );
}

#[test]
fn a_file_without_signing_runs_gets_them_and_keeps_what_it_holds() {
    let bench = Bench::new();
    fs::write(bench.file(), b"").unwrap();
    let mut connection = connect(&bench.file(), &bench.key).unwrap();
    migrate(&mut connection, SCHEMA, 3).unwrap();
    let transaction = connection.transaction().unwrap();
    journal::found(&transaction, ID).unwrap();
    transaction
        .execute_batch(
            "INSERT INTO documents (id, format, title, stage, findings, added, updated, search_text)
                 VALUES (x'00000000000000000000000000000001', 'f', 'Счёт № 1', 'ready', '[]', 7, 7, 'счет № 1');
             INSERT INTO waiting_stamps
                 VALUES (x'00000000000000000000000000000002', '/a.sig', NULL, 'timestamped', 7, 7, 1, NULL);",
        )
        .unwrap();
    transaction.commit().unwrap();
    drop(connection);

    let store = bench.open(Open::Existing).unwrap();
    let id = DocumentId(Uuid::from_u128(1));
    assert_eq!(store.document(id).unwrap().title, "Счёт № 1");
    assert_eq!(store.waiting_stamps().unwrap().len(), 1);
    let run = SigningRun {
        id: Uuid::from_u128(3),
        certificate: [7; 32],
        holder: String::new(),
        token: String::new(),
        serial: String::new(),
        started: T,
        ended: None,
        stopped: None,
        items: vec![SigningItem {
            document: id,
            shown: ContentDigest([1; 32]),
            state: ItemState::Waiting,
        }],
    };
    store.change(entry(), |change| change.begin_run(&run)).unwrap();
    assert_eq!(store.unfinished_signing_runs().unwrap(), [run]);
    assert_eq!(store.opened(id).unwrap(), None);
    store.check().unwrap();
}

/// Whether these bytes stand anywhere in the index. Words in it share their beginnings and keep their ends.
fn index_holds(store: &OrganisationStore, bytes: &str) -> bool {
    store
        .database
        .read(|connection| {
            let mut statement = connection.prepare("SELECT block FROM document_terms_data")?;
            let mut blocks = statement.query([])?;
            while let Some(row) = blocks.next()? {
                let block: Vec<u8> = row.get(0)?;
                if memchr::memmem::find(&block, bytes.as_bytes()).is_some() {
                    return Ok(true);
                }
            }
            Ok(false)
        })
        .unwrap()
}

#[test]
fn a_file_of_the_fourth_version_is_searched_by_titles_at_once_and_waits_for_its_texts() {
    let bench = Bench::new();
    fs::write(bench.file(), b"").unwrap();
    let mut connection = connect(&bench.file(), &bench.key).unwrap();
    migrate(&mut connection, SCHEMA, 4).unwrap();
    let transaction = connection.transaction().unwrap();
    journal::found(&transaction, ID).unwrap();
    let digest: [u8; 32] = Sha256::digest(CONTENT).into();
    transaction
        .execute(
            "INSERT INTO blobs VALUES (1, ?1, ?2)",
            (digest, CONTENT.len() as i64),
        )
        .unwrap();
    transaction
        .execute("INSERT INTO blob_pieces VALUES (1, 1, 0, ?1)", [CONTENT])
        .unwrap();
    for (number, title, stage) in [
        (1, "Счёт № 12/34-А", "signed"),
        (2, "Накладная", "ready"),
        (3, "Акты", "ready"),
    ] {
        let id = Uuid::from_u128(number);
        transaction
            .execute(
                "INSERT INTO documents (id, format, title, stage, findings, added, updated, search_text)
                     VALUES (?1, 'f', ?2, ?3, '[]', 7, 7, lower(?2) || char(10) || 'a.xml.sig')",
                (id.as_bytes(), title, stage),
            )
            .unwrap();
        let seq = transaction.last_insert_rowid();
        for (position, role) in [r#"{"kind":"main"}"#, r#"{"kind":"signature","of":"a.xml"}"#]
            .iter()
            .enumerate()
            .take(if stage == "signed" { 2 } else { 1 })
        {
            transaction
                .execute(
                    "INSERT INTO document_files VALUES (?1, ?2, 'a.xml', ?3, ?4, ?5)",
                    (seq, position as i64, role, digest, CONTENT.len() as i64),
                )
                .unwrap();
        }
    }
    transaction.commit().unwrap();
    drop(connection);

    let store = bench.open(Open::Existing).unwrap();
    let titles = |filter: DocumentFilter| -> Vec<String> {
        let found = store
            .documents(&filter, DocumentOrder::Title, Page::first(9))
            .unwrap();
        assert_eq!(store.count_documents(&filter).unwrap(), found.len() as u64);
        found.into_iter().map(|document| document.title).collect()
    };
    let text = |text: &str| DocumentFilter {
        text: Some(text.to_owned()),
        ..DocumentFilter::default()
    };
    assert_eq!(titles(text("счета 12/34")), ["Счёт № 12/34-А"]);
    assert_eq!(titles(text("кладная")), ["Накладная"]);
    assert_eq!(
        titles(DocumentFilter::default()),
        ["Акты", "Накладная", "Счёт № 12/34-А"]
    );
    let ready = DocumentFilter {
        stages: vec![DocumentStage::Ready],
        ..DocumentFilter::default()
    };
    assert_eq!(titles(ready), ["Акты", "Накладная"]);
    let signed = DocumentFilter {
        signed: Some(true),
        ..DocumentFilter::default()
    };
    assert_eq!(titles(signed), ["Счёт № 12/34-А"]);

    assert_eq!(store.count_documents_without_text().unwrap(), 3);
    let newest = store.documents_without_text(1).unwrap();
    assert_eq!(newest[0].title, "Акты");
    store
        .index_text(newest[0].id, "Подписанные доверенности")
        .unwrap();
    assert_eq!(store.count_documents_without_text().unwrap(), 2);
    assert_eq!(titles(text("доверенность акт")), ["Акты"]);
    store.check().unwrap();
}

#[test]
fn what_was_taken_out_is_gone_from_the_index() {
    let bench = Bench::new();
    let store = bench.open(Open::Create).unwrap();
    let gone = document(&store, "Ромашка", b"1");
    let changed = document(&store, "Лютик", b"2");
    store
        .change(entry(), |change| {
            change.add_document_with_text(&gone, "незабудка")?;
            change.add_document_with_text(&changed, "василёк")?;
            // So many others that two of them are no reason to rewrite the index by itself.
            (0..60).try_for_each(|_| {
                let mut other = changed.clone();
                other.id = DocumentId(Uuid::new_v4());
                change.add_document_with_text(&other, "крапива")
            })
        })
        .unwrap();
    store.index_text(changed.id, "подснежник").unwrap();
    store
        .database
        .write(|transaction| {
            transaction.execute("DELETE FROM document_files WHERE document = 1", [])?;
            Ok(transaction.execute("DELETE FROM documents WHERE seq = 1", [])?)
        })
        .unwrap();
    let count = |text: &str| {
        let filter = DocumentFilter {
            text: Some(text.to_owned()),
            ..DocumentFilter::default()
        };
        store.count_documents(&filter).unwrap()
    };
    assert_eq!(
        ["незабудки", "васильки", "подснежники", "крапива"].map(count),
        [0, 0, 1, 60]
    );
    let (taken_out, left) = (["ашк", "абудк", "илек"], ["снежник", "пив"]);
    assert!(taken_out.iter().all(|word| index_holds(&store, word)));

    let tidy = |begin| {
        store
            .database
            .write(|transaction| search::tidy(transaction, begin))
    };
    let mut more = tidy(true).unwrap();
    while more {
        more = tidy(false).unwrap();
    }
    assert!(!taken_out.iter().any(|word| index_holds(&store, word)));
    assert!(left.iter().all(|word| index_holds(&store, word)));
    assert_eq!(
        ["незабудки", "васильки", "подснежники", "крапива"].map(count),
        [0, 0, 1, 60]
    );
    store.check().unwrap();
}

#[test]
fn a_migration_that_fails_leaves_the_file_at_its_version() {
    use crate::database::{Migration, Schema};

    let bench = Bench::new();
    drop(bench.open(Open::Create).unwrap());
    let broken: &Schema = &[&[Migration {
        version: 99,
        sql: "CREATE TABLE half_done (a TEXT) STRICT; INSERT INTO nowhere VALUES (1);",
        then: None,
    }]];
    let mut connection = connect(&bench.file(), &bench.key).unwrap();
    assert!(migrate(&mut connection, broken, 99).is_err());
    drop(connection);
    let store = bench.open(Open::Existing).unwrap();
    let half_done = store
        .database
        .read(|connection| Ok(connection.prepare("SELECT * FROM half_done").is_ok()));
    assert!(!half_done.unwrap());
}
