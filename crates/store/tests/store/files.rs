//! What lies on the disk: nothing readable, nothing open to others.

use kabinet_domain::{Draft, DraftId};
use kabinet_store::{DraftSave, SavedSearch, Secret, Unlock, Vault};
use uuid::Uuid;

use crate::support::{Bench, NOW, add, contents, entry};

const TITLE: &str = "Счёт-фактура Ромашки";
const CONTENT: &str = "Совершенно секретный текст документа";
const API_KEY: &str = "c0ffee11-api-key-of-romashka";
const PERSONAL: &str = "personal-setting-needle";
const TYPED: &str = "Начислено сотруднику Лесогорову";
const QUERY: &str = "лесогоров претензия";
const WORD: &str = "иготьюхранимая";

/// As it would look in a file written in UTF-8, UTF-16LE or UTF-16BE, and in the folded text of the search index.
fn spellings(text: &str) -> Vec<Vec<u8>> {
    let units: Vec<u16> = text.encode_utf16().collect();
    vec![
        text.as_bytes().to_vec(),
        units.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
        units.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
        text.to_lowercase().into_bytes(),
    ]
}

const NEEDLES: [&str; 11] = [
    TITLE,
    "Ромашк",
    CONTENT,
    API_KEY,
    PERSONAL,
    TYPED,
    QUERY,
    WORD,
    "SQLite format 3",
    "CREATE TABLE",
    "7707083893",
];

fn readable_in(bench: &Bench) -> Vec<String> {
    let files = contents(&bench.dir());
    assert!(files.len() >= 5, "{:?}", files.keys());
    let mut found = Vec::new();
    for (path, bytes) in files {
        found.extend(needles_in(&bytes).map(|needle| format!("{needle} in {}", path.display())));
    }
    found
}

fn needles_in(bytes: &[u8]) -> impl Iterator<Item = &'static str> {
    NEEDLES.into_iter().filter(|needle| {
        spellings(needle)
            .iter()
            .any(|spelling| memchr::memmem::find(bytes, spelling).is_some())
    })
}

#[test]
fn the_search_for_plain_text_finds_it_in_a_plain_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plain.db");
    let plain = rusqlite::Connection::open(&path).unwrap();
    plain
        .execute_batch("CREATE TABLE t (a, b, c, d, e, f, g, h)")
        .unwrap();
    plain
        .execute(
            "INSERT INTO t VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, '7707083893')",
            [TITLE, CONTENT, API_KEY, PERSONAL, TYPED, QUERY, WORD],
        )
        .unwrap();
    let found: Vec<_> = needles_in(&std::fs::read(&path).unwrap()).collect();
    assert_eq!(found, NEEDLES);
    let utf16: Vec<u8> = CONTENT.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(needles_in(&utf16).collect::<Vec<_>>(), [CONTENT]);
}

#[test]
fn no_file_shows_plain_text_while_open_or_after() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    vault.set_setting("needle", &PERSONAL).unwrap();
    let document = add(&store, TITLE, CONTENT.repeat(50_000).as_bytes());
    store
        .index_text(document.id, &format!("{CONTENT} {WORD}"))
        .unwrap();
    write_draft(&store);
    let search = SavedSearch {
        id: Uuid::new_v4(),
        name: QUERY.to_owned(),
        query: QUERY.to_owned(),
    };
    store.save_search(&search).unwrap();
    store
        .change(entry("secret.set"), |change| {
            change.set_secret("api-key", &Secret::new(API_KEY.to_owned()))
        })
        .unwrap();
    vault.back_up(crate::support::NOW, 3).unwrap();

    let wal = bench.dir().join(format!("organisations/{}.db-wal", store.id().0));
    assert!(
        wal.metadata().unwrap().len() > 1_000_000,
        "the write-ahead log takes part in the search"
    );
    assert_eq!(readable_in(&bench), Vec::<String>::new());
    drop((vault, store));
    assert_eq!(readable_in(&bench), Vec::<String>::new());
}

/// In its title, its fields and its history.
fn write_draft(store: &kabinet_store::OrganisationStore) {
    let fields = |text: &str| [("note".to_owned(), text.to_owned())].into();
    let draft = Draft {
        id: DraftId(Uuid::new_v4()),
        form: "fns.on_aktsverotp".to_owned(),
        title: TYPED.to_owned(),
        is_template: false,
        revision: 0,
        fields: fields(TYPED),
        conflicts: Vec::new(),
        document: None,
        created: NOW,
        updated: NOW,
        removed: None,
    };
    store
        .change(entry("draft-begun"), |change| change.add_draft(&draft, TYPED))
        .unwrap();
    let save = DraftSave {
        seen: 1,
        fields: fields("другое"),
        title: TYPED.to_owned(),
        author: TYPED.to_owned(),
        at: NOW,
    };
    store.save_draft(draft.id, &save).unwrap();
}

#[cfg(unix)]
#[test]
fn files_and_folders_are_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;

    let bench = Bench::new();
    let (vault, store) = bench.store();
    add(&store, TITLE, CONTENT.as_bytes());
    vault.back_up(crate::support::NOW, 3).unwrap();
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    let files = contents(&bench.dir());
    assert!(files.keys().any(|path| path.to_string_lossy().ends_with("-wal")));
    for path in files.keys() {
        assert_eq!(mode(path), 0o600, "{}", path.display());
        assert_eq!(mode(path.parent().unwrap()), 0o700, "{}", path.display());
    }
}

#[cfg(unix)]
#[test]
fn a_folder_opened_to_others_is_closed_again() {
    use std::os::unix::fs::PermissionsExt;

    let bench = Bench::new();
    drop(bench.create());
    let database = bench.dir().join("personal.db");
    for (path, mode) in [(bench.dir(), 0o755), (database.clone(), 0o644)] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    Vault::open(&bench.dir(), bench.keychain.clone())
        .unwrap()
        .unlock(Unlock::Keychain)
        .unwrap();
    assert_eq!(
        bench.dir().metadata().unwrap().permissions().mode() & 0o777,
        0o700
    );
    assert_eq!(database.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}
