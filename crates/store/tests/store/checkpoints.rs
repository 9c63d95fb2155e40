//! Checkpoints and exports of the journal, judged by a program of others.

use std::process::Command;

use kabinet_store::{
    Actions, Checkpoint, JournalFilter, JournalFormat, NewEntry, OrganisationStore, StoreError, Verification,
};
use time::{Duration, OffsetDateTime};

use crate::support::{Bench, NOW, entry};

fn at(moment: OffsetDateTime, action: &str) -> NewEntry {
    NewEntry {
        at: moment,
        ..entry(action)
    }
}

fn export(store: &OrganisationStore, filter: &JournalFilter, format: JournalFormat) -> String {
    let mut out = Vec::new();
    store.journal().export(filter, None, format, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What the script in Python and OpenSSL say.
#[derive(Debug, PartialEq, Eq)]
enum Judgement {
    Sound(String),
    Wrong(String),
}

fn judged(text: &str, key: &[u8; 32]) -> Judgement {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("journal.json");
    std::fs::write(&file, text).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/verify_journal.py");
    let output = Command::new("python3")
        .arg(script)
        .arg(&file)
        .arg(hex::encode(key))
        .output()
        .unwrap();
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() {
        Judgement::Sound(said(&output.stdout))
    } else {
        Judgement::Wrong(said(&output.stderr))
    }
}

impl Judgement {
    /// What is wrong, where something is.
    fn complaint(&self) -> &str {
        match self {
            Self::Sound(said) => panic!("sound: {said}"),
            Self::Wrong(said) => said,
        }
    }
}

fn last(store: &OrganisationStore) -> Option<Checkpoint> {
    store.journal().last_checkpoint().unwrap()
}

#[test]
fn a_checkpoint_is_made_with_the_first_entry_of_a_day_and_with_every_thousandth() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    assert_eq!(last(&store), None);
    let vouched = |moment| {
        store.record(&at(moment, "a")).unwrap();
        last(&store).unwrap().seq
    };
    assert_eq!(vouched(NOW), 1);
    assert_eq!(vouched(NOW + Duration::HOUR), 1);
    // 14 November, 22:13 in Greenwich and two hours later.
    assert_eq!(vouched(NOW + Duration::hours(2)), 3);
    assert_eq!(vouched(NOW + Duration::hours(3)), 3);
    // A clock set back.
    assert_eq!(vouched(NOW), 5);
    for _ in 0..999 {
        store.record(&at(NOW, "a")).unwrap();
    }
    assert_eq!(last(&store).unwrap().seq, 5);
    assert_eq!(vouched(NOW), 1005);
    assert_eq!(store.journal().verify().unwrap(), Verification::Intact(1005));

    // The key is the vault's: it is the same tomorrow.
    let (key, id) = (store.journal().public_key(), store.id());
    assert_eq!(last(&store).unwrap().key, key);
    drop(store);
    let vault = vault.lock().unlock(kabinet_store::Unlock::Keychain).unwrap();
    let store = vault.organisation(id).unwrap();
    assert_eq!(store.journal().public_key(), key);
    assert_eq!(store.journal().verify().unwrap(), Verification::Intact(1005));
}

#[test]
fn another_program_recomputes_the_export_and_finds_what_was_changed_in_it() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    for day in 0..3 {
        let mut entry = at(
            NOW + Duration::days(day) + Duration::microseconds(7 * day),
            "document.exported",
        );
        entry.actor = "Иванова \"главбух\"".to_owned();
        entry.subject = (day != 1).then(|| "c1".to_owned());
        entry.params = [
            ("count".to_owned(), day.to_string()),
            ("note".to_owned(), "строка\nвторая\\".to_owned()),
        ]
        .into();
        store.record(&entry).unwrap();
        store.record(&at(NOW + Duration::days(day), "b")).unwrap();
    }
    let everything = JournalFilter::default();
    let text = export(&store, &everything, JournalFormat::Json);
    let key = store.journal().public_key();
    assert_eq!(
        judged(&text, &key),
        Judgement::Sound("intact 6, vouched 5".to_owned())
    );
    assert!(judged(&text, &[7; 32]).complaint().contains("another key"));
    for (from, to, verdict) in [
        ("Иванова", "Петрова", "broken at 1"),
        ("\"seq\":4", "\"seq\":40", "broken at 4"),
        ("\"b\"", "\"c\"", "broken at 2"),
    ] {
        assert!(text.contains(from));
        assert_eq!(
            judged(&text.replacen(from, to, 1), &key).complaint(),
            verdict,
            "{from}"
        );
    }
    // A signature with one digit changed.
    let start = text.find("\"signature\":\"").unwrap() + 13;
    let mut forged = text.clone();
    let digit = if &text[start..=start] == "0" { "1" } else { "0" };
    forged.replace_range(start..=start, digit);
    assert_eq!(judged(&forged, &key).complaint(), "checkpoint 1 does not fit");

    let filter = JournalFilter {
        actions: Actions::Of(vec!["b".to_owned()]),
        ..JournalFilter::default()
    };
    let part = export(&store, &filter, JournalFormat::Json);
    assert!(judged(&part, &key).complaint().contains("only the whole journal"));
    let part: serde_json::Value = serde_json::from_str(&part).unwrap();
    assert_eq!(part["entries"].as_array().unwrap().len(), 3);
}

#[test]
fn a_spreadsheet_takes_the_csv_for_text_and_nothing_else() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    for actor in [
        "=HYPERLINK(\"http://evil\")",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "Иванова, \"главбух\"",
        "a\r\nb",
    ] {
        store
            .record(&NewEntry {
                actor: actor.to_owned(),
                ..entry("a")
            })
            .unwrap();
    }
    let text = export(&store, &JournalFilter::default(), JournalFormat::Csv);
    assert!(text.starts_with("\u{feff}seq,at,actor,"));
    // Read back by the csv module of Python, which knows RFC 4180.
    let script = "import csv,json,sys; print(json.dumps(list(csv.DictReader(open(sys.argv[1], encoding='utf-8-sig', newline='')))))";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("journal.csv");
    std::fs::write(&file, &text).unwrap();
    let output = Command::new("python3")
        .args(["-c", script])
        .arg(&file)
        .output()
        .unwrap();
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    let actors: Vec<&str> = rows.iter().map(|row| row["actor"].as_str().unwrap()).collect();
    assert_eq!(
        actors,
        [
            "'=HYPERLINK(\"http://evil\")",
            "'+1",
            "'-1",
            "'@SUM(A1)",
            "'\t=1",
            "Иванова, \"главбух\"",
            "a\r\nb"
        ]
    );
    assert_eq!(rows[0]["checkpoint"].as_str().unwrap().len(), 128);
    assert_eq!(rows[0]["key"], hex::encode(store.journal().public_key()));
    assert_eq!(
        (&rows[1]["checkpoint"], &rows[1]["seq"]),
        (&"".into(), &"2".into())
    );
}

#[test]
fn a_full_target_stops_each_export_with_an_error() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    store.record(&entry("a")).unwrap();
    for format in [JournalFormat::Json, JournalFormat::Csv] {
        let stopped = store
            .journal()
            .export(&JournalFilter::default(), None, format, &mut Full);
        assert!(matches!(stopped, Err(StoreError::StorageFull)), "{stopped:?}");
    }
}
