//! What saving a draft at a pause of typing takes, by the clock and with the drive's own flush in it.
//!
//! `cargo bench -p kabinet-store --bench autosave [-- 2000]` saves one draft so many times among a thousand others, and beside
//! every save writes the same two rows into a plain SQLite file set up alike, and the same bytes into a bare file that is
//! flushed: what the drive itself takes.

#![allow(clippy::unwrap_used, reason = "a failed step is the measurement's failure")]

#[path = "../tests/demo/mod.rs"]
mod demo;

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use demo::{INN, ORGANISATION};
use kabinet_domain::draft::Fields;
use kabinet_domain::{Draft, DraftId};
use kabinet_store::{DraftSave, MemoryKeychain, Passphrase, Protection, Vault};
use rusqlite::Connection;
use time::OffsetDateTime;
use uuid::Uuid;

const OTHERS: u128 = 1000;
/// Rows of the form's table; each has six fields.
const ROWS: usize = 10;
/// What one transaction of the vault writes to its log: three pages with their frames, about.
const WRITTEN: usize = 3 * (4096 + 24);

fn main() {
    let turns = std::env::args()
        .skip(1)
        .find_map(|word| word.parse().ok())
        .unwrap_or(2000_i64);
    let folder = tempfile::tempdir().unwrap();
    let protection = Protection {
        keychain: false,
        passphrase: Some(Passphrase::new("черновики без потерь".to_owned()).unwrap()),
    };
    let keychain = Arc::new(MemoryKeychain::default());
    let vault = Vault::create(&folder.path().join("vault"), protection, keychain).unwrap();
    vault
        .save_organisation(&demo::organisation(ORGANISATION, INN))
        .unwrap();
    let store = vault.organisation(ORGANISATION).unwrap();
    for number in 0..=OTHERS {
        let entry = demo::entry("draft.begun", OffsetDateTime::UNIX_EPOCH);
        store
            .change(entry, |change| change.add_draft(&draft(number), "Анна"))
            .unwrap();
    }
    let plain = plain(&folder.path().join("plain.db"));
    let mut bare = File::create(folder.path().join("bare")).unwrap();

    let id = draft(0).id;
    let (mut ours, mut sqlite, mut drive) = (Vec::new(), Vec::new(), Vec::new());
    for turn in 1..=turns {
        let save = DraftSave {
            seen: store.draft(id).unwrap().revision,
            fields: fields(turn),
            title: "Акт сверки".to_owned(),
            author: "Анна".to_owned(),
            at: OffsetDateTime::UNIX_EPOCH + Duration::from_secs(turn.unsigned_abs()),
        };
        ours.push(timed(|| drop(store.save_draft(id, &save).unwrap())));
        let text = serde_json::to_string(&save.fields).unwrap();
        sqlite.push(timed(|| save_plain(&plain, turn, &text)));
        drive.push(timed(|| {
            bare.seek(SeekFrom::Start(0)).unwrap();
            bare.write_all(&[7; WRITTEN]).unwrap();
            bare.sync_data().unwrap();
        }));
    }
    println!("{turns} saves, ms            median      p95      p99  longest");
    for (name, times) in [
        ("draft saved", &mut ours),
        ("plain SQLite", &mut sqlite),
        ("bare file", &mut drive),
    ] {
        times.sort();
        let at = |percent: usize| times[(times.len() - 1) * percent / 100].as_secs_f64() * 1e3;
        println!(
            "{name:24} {:>8.2} {:>8.2} {:>8.2} {:>8.2}",
            at(50),
            at(95),
            at(99),
            at(100)
        );
    }
}

fn draft(number: u128) -> Draft {
    Draft {
        id: DraftId(Uuid::from_u128(number + 1)),
        form: "fns.on_aktsverotp".to_owned(),
        title: "Акт сверки".to_owned(),
        is_template: false,
        revision: 0,
        fields: fields(0),
        conflicts: Vec::new(),
        document: None,
        created: OffsetDateTime::UNIX_EPOCH,
        updated: OffsetDateTime::UNIX_EPOCH,
        removed: None,
    }
}

/// A form as an accountant leaves it; one field differs from turn to turn.
fn fields(turn: i64) -> Fields {
    let mut fields: Fields = (0..ROWS)
        .flat_map(|row| {
            ["date", "number", "name", "debit", "credit", "note"].map(|field| {
                (
                    format!("rows/{row}/{field}"),
                    "Накладная № 15 от 03.04.2026".to_owned(),
                )
            })
        })
        .collect();
    fields.insert("comment".to_owned(), format!("Сумма сверена {turn}"));
    fields
}

fn plain(file: &std::path::Path) -> Connection {
    let connection = Connection::open(file).unwrap();
    connection
        .execute_batch(
            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA secure_delete = ON; PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             CREATE TABLE drafts (seq INTEGER PRIMARY KEY, revision INTEGER NOT NULL, fields TEXT NOT NULL) STRICT;
             CREATE TABLE draft_changes (
                 draft INTEGER, revision INTEGER, author TEXT, changes TEXT, PRIMARY KEY (draft, revision)
             ) STRICT, WITHOUT ROWID;
             INSERT INTO drafts VALUES (1, 0, '{}');",
        )
        .unwrap();
    connection
}

fn save_plain(connection: &Connection, turn: i64, fields: &str) {
    let transaction = connection.unchecked_transaction().unwrap();
    transaction
        .prepare_cached("UPDATE drafts SET revision = ?1, fields = ?2 WHERE seq = 1")
        .unwrap()
        .execute((turn, fields))
        .unwrap();
    transaction
        .prepare_cached("INSERT INTO draft_changes VALUES (1, ?1, 'Анна', ?2)")
        .unwrap()
        .execute((turn, format!("Сумма сверена {turn}")))
        .unwrap();
    transaction.commit().unwrap();
}

fn timed(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}
