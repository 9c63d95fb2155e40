//! Files of older programs. `tests/data/vault-v1` was made by [`make_first_version`]; its README says how to make it again.

use super::*;

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
