//! What encryption costs: opening, inserting and listing 100 000 documents, beside the same rows in plain SQLite.

#![allow(clippy::unwrap_used, reason = "a failed step is the measurement's failure")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use kabinet_domain::{
    Document, DocumentFile, DocumentId, DocumentStage, Environment, FileRole, Organisation, OrganisationId,
    OrganisationKind,
};
use kabinet_store::{
    DocumentFilter, DocumentOrder, Keychain, MemoryKeychain, NewEntry, OrganisationStore, Page, Protection,
    Unlock, Vault,
};
use rusqlite::Connection;
use time::OffsetDateTime;
use uuid::Uuid;

const COUNT: i64 = 100_000;
const ID: OrganisationId = OrganisationId(Uuid::from_u128(7));
const PAGE: Page = Page {
    offset: 50_000,
    limit: 100,
};

fn title(number: i64) -> String {
    format!(
        "Акт сверки № {number} с ООО «Ромашка», ИНН {}",
        7_700_000_000 + number
    )
}

fn fill(store: &OrganisationStore) {
    let (digest, size) = store.put_blob(&b"content"[..]).unwrap();
    let entry = NewEntry {
        at: OffsetDateTime::UNIX_EPOCH,
        actor: "user".to_owned(),
        action: "documents.added".to_owned(),
        subject: None,
        params: BTreeMap::new(),
    };
    store
        .change(entry, |change| {
            for number in 0..COUNT {
                let at = OffsetDateTime::UNIX_EPOCH + Duration::from_secs(number as u64);
                change.add_document(&Document {
                    id: DocumentId(Uuid::from_u128(number as u128)),
                    organisation: ID,
                    format: "fns.on_aktsverotp".to_owned(),
                    title: title(number),
                    files: vec![DocumentFile {
                        name: "a.xml".to_owned(),
                        role: FileRole::Main,
                        digest,
                        size,
                    }],
                    stage: if number % 10 == 0 {
                        DocumentStage::Ready
                    } else {
                        DocumentStage::Sent
                    },
                    findings: Vec::new(),
                    added: at,
                    updated: at,
                })?;
            }
            Ok(())
        })
        .unwrap();
}

/// The same tables and indexes as the documents of the archive, without encryption and journal.
fn plain(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;
             CREATE TABLE IF NOT EXISTS documents (
                 seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, format TEXT NOT NULL, title TEXT NOT NULL,
                 stage TEXT NOT NULL, findings TEXT NOT NULL, added INTEGER NOT NULL, updated INTEGER NOT NULL,
                 search_text TEXT NOT NULL) STRICT;
             CREATE INDEX IF NOT EXISTS documents_search_text ON documents (search_text);
             CREATE VIRTUAL TABLE IF NOT EXISTS document_search USING fts5 (search_text, content = 'documents',
                 content_rowid = 'seq', tokenize = 'trigram case_sensitive 1');
             CREATE INDEX IF NOT EXISTS documents_added ON documents (added);
             CREATE INDEX IF NOT EXISTS documents_updated ON documents (updated);
             CREATE INDEX IF NOT EXISTS documents_stage ON documents (stage, added);
             CREATE INDEX IF NOT EXISTS documents_format ON documents (format, added);
             CREATE TABLE IF NOT EXISTS document_files (
                 document INTEGER NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL,
                 digest BLOB NOT NULL, size INTEGER NOT NULL, PRIMARY KEY (document, position)) STRICT, WITHOUT ROWID;
             CREATE INDEX IF NOT EXISTS document_files_digest ON document_files (digest);",
        )
        .unwrap();
    connection
}

fn fill_plain(connection: &mut Connection) {
    let transaction = connection.transaction().unwrap();
    let mut document = transaction
        .prepare("INSERT INTO documents VALUES (?1, ?2, 'fns.on_aktsverotp', ?3, ?4, '[]', ?5, ?5, ?6)")
        .unwrap();
    let mut file = transaction
        .prepare("INSERT INTO document_files VALUES (?1, 0, 'a.xml', '{\"kind\":\"main\"}', ?2, 7)")
        .unwrap();
    let mut search = transaction
        .prepare("INSERT INTO document_search (rowid, search_text) VALUES (?1, ?2)")
        .unwrap();
    for number in 0..COUNT {
        let text = format!("{}\na.xml", title(number).to_lowercase());
        let stage = if number % 10 == 0 { "ready" } else { "sent" };
        let id = Uuid::from_u128(number as u128);
        let at = number * 1_000_000;
        document
            .execute((number, id.as_bytes(), title(number), stage, at, &text))
            .unwrap();
        file.execute((number, [0_u8; 32])).unwrap();
        search.execute((number, &text)).unwrap();
    }
    drop((document, file, search));
    transaction.commit().unwrap();
}

fn list_plain(connection: &Connection) -> usize {
    let mut documents = connection
        .prepare_cached("SELECT seq, title FROM documents ORDER BY added DESC, seq DESC LIMIT ?1 OFFSET ?2")
        .unwrap();
    let mut files = connection
        .prepare_cached("SELECT name FROM document_files WHERE document = ?1")
        .unwrap();
    let rows = documents
        .query_map((PAGE.limit as i64, PAGE.offset as i64), |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        })
        .unwrap();
    rows.map(Result::unwrap)
        .map(|(seq, title)| {
            title.len()
                + files
                    .query_row([seq], |row| row.get::<_, String>(0))
                    .unwrap()
                    .len()
        })
        .sum()
}

fn vault(dir: &Path, keychain: Arc<dyn Keychain>) -> Vault {
    let vault = Vault::create(
        dir,
        Protection {
            keychain: true,
            passphrase: None,
        },
        keychain,
    )
    .unwrap();
    vault
        .save_organisation(&Organisation {
            id: ID,
            environment: Environment::Demo,
            kind: OrganisationKind::Legal,
            name: "ООО «Ромашка»".to_owned(),
            inn: "7707083893".to_owned(),
            ogrn: "1027700132195".to_owned(),
            kpp: None,
            region: "45".to_owned(),
        })
        .unwrap();
    vault
}

/// Total time of `runs` runs, each in a fresh folder that is not counted.
fn timed(runs: u64, mut run: impl FnMut(&Path) -> Duration) -> Duration {
    (0..runs).map(|_| run(tempfile::tempdir().unwrap().path())).sum()
}

fn insert(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("insert 100k documents");
    group.sample_size(10);
    group.bench_function("plain", |bencher| {
        bencher.iter_custom(|runs| {
            timed(runs, |dir| {
                let mut connection = plain(&dir.join("plain.db"));
                let started = Instant::now();
                fill_plain(&mut connection);
                started.elapsed()
            })
        });
    });
    group.bench_function("vault", |bencher| {
        bencher.iter_custom(|runs| {
            timed(runs, |dir| {
                let vault = vault(&dir.join("vault"), Arc::new(MemoryKeychain::default()));
                let store = vault.organisation(ID).unwrap();
                let started = Instant::now();
                fill(&store);
                started.elapsed()
            })
        });
    });
}

fn read(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let (plain_file, dir) = (folder.path().join("plain.db"), folder.path().join("vault"));
    let keychain: Arc<dyn Keychain> = Arc::new(MemoryKeychain::default());
    fill_plain(&mut plain(&plain_file));
    fill(&vault(&dir, keychain.clone()).organisation(ID).unwrap());
    let open = || {
        let vault = Vault::open(&dir, keychain.clone())
            .unwrap()
            .unlock(Unlock::Keychain)
            .unwrap();
        let store = vault.organisation(ID).unwrap();
        (vault, store)
    };

    criterion.bench_function("open/plain", |bencher| bencher.iter(|| plain(&plain_file)));
    criterion.bench_function("open/vault", |bencher| bencher.iter(open));

    let connection = plain(&plain_file);
    let (_vault, store) = open();
    let all = DocumentFilter::default();
    let ready = DocumentFilter {
        stages: vec![DocumentStage::Ready],
        ..all.clone()
    };
    let text = DocumentFilter {
        text: Some("сверки 7700099".to_owned()),
        ..all.clone()
    };
    criterion.bench_function("page at 50000/plain", |bencher| {
        bencher.iter(|| list_plain(&connection))
    });
    criterion.bench_function("page at 50000/vault", |bencher| {
        bencher.iter(|| {
            store
                .documents(&all, DocumentOrder::AddedNewest, PAGE)
                .unwrap()
                .len()
        });
    });
    for (name, filter) in [("all", &all), ("one stage", &ready), ("text", &text)] {
        criterion.bench_function(&format!("first page, {name}/vault"), |bencher| {
            bencher.iter(|| {
                store
                    .documents(black_box(filter), DocumentOrder::AddedNewest, Page::first(100))
                    .unwrap()
                    .len()
            });
        });
        criterion.bench_function(&format!("count, {name}/vault"), |bencher| {
            bencher.iter(|| store.count_documents(black_box(filter)).unwrap());
        });
    }
}

criterion_group!(benches, insert, read);
criterion_main!(benches);
