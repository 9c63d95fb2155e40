use std::io::{self, Write};

use kabinet_store::{JournalFilter, NewEntry, Page, StoreError, Verification};

use crate::support::{Bench, entry, later};

fn numbered(number: i64) -> NewEntry {
    NewEntry {
        at: later(number),
        actor: if number % 2 == 0 { "user" } else { "system" }.to_owned(),
        action: "document.exported".to_owned(),
        subject: (number % 3 == 0).then(|| "c1".to_owned()),
        params: [("count".to_owned(), number.to_string())].into(),
    }
}

#[test]
fn an_empty_journal_is_intact() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    assert_eq!(store.journal().verify().unwrap(), Verification::Intact(0));
    assert_eq!(store.journal().export(&mut io::sink()).unwrap(), 0);
}

#[test]
fn entries_are_listed_newest_first_and_filtered() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    for number in 1..=9 {
        store.record(&numbered(number)).unwrap();
    }
    store.record(&entry("logged.in")).unwrap();
    let seqs = |filter: JournalFilter, page: Page| -> Vec<u64> {
        store
            .journal()
            .list(&filter, page)
            .unwrap()
            .into_iter()
            .map(|entry| entry.seq)
            .collect()
    };
    let all = JournalFilter::default();
    let exported = || JournalFilter {
        action: Some("document.exported".to_owned()),
        ..JournalFilter::default()
    };
    assert_eq!(seqs(all, Page { offset: 1, limit: 3 }), [9, 8, 7]);
    let page = Page::first(100);
    assert_eq!(seqs(exported(), page).len(), 9);
    assert_eq!(
        seqs(
            JournalFilter {
                subject: Some("c1".to_owned()),
                ..exported()
            },
            page
        ),
        [9, 6, 3]
    );
    assert_eq!(
        seqs(
            JournalFilter {
                actor: Some("system".to_owned()),
                ..exported()
            },
            page
        ),
        [9, 7, 5, 3, 1]
    );
    let between = JournalFilter {
        from: Some(later(3)),
        until: Some(later(5)),
        ..exported()
    };
    assert_eq!(seqs(between, page), [4, 3]);
    assert_eq!(store.journal().verify().unwrap(), Verification::Intact(10));
}

#[test]
fn the_export_lets_anyone_recompute_the_chain() {
    use sha2::{Digest, Sha256};

    let bench = Bench::new();
    let (_vault, store) = bench.store();
    for number in 1..=3 {
        store.record(&numbered(number)).unwrap();
    }
    let mut out = Vec::new();
    assert_eq!(store.journal().export(&mut out).unwrap(), 3);

    // Written anew from the description in the documentation, on the text of the export only.
    let tag = b"kabinet-journal-v1";
    let mut previous = Sha256::new_with_prefix(tag)
        .chain_update(store.id().0.as_bytes())
        .finalize()
        .to_vec();
    for line in String::from_utf8(out).unwrap().lines() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        let at = time::OffsetDateTime::parse(
            entry["at"].as_str().unwrap(),
            &time::format_description::well_known::Rfc3339,
        )
        .unwrap();
        let mut hash = Sha256::new_with_prefix(tag);
        hash.update(&previous);
        hash.update(entry["seq"].as_u64().unwrap().to_be_bytes());
        hash.update(((at.unix_timestamp_nanos() / 1000) as i64).to_be_bytes());
        let params = entry["params"].to_string();
        let fields = [
            entry["actor"].as_str(),
            entry["action"].as_str(),
            entry["subject"].as_str(),
            Some(&params),
        ];
        for field in fields {
            hash.update(field.map_or(u64::MAX, |text| text.len() as u64).to_be_bytes());
            hash.update(field.unwrap_or_default());
        }
        assert_eq!(entry["previous"], hex::encode(&previous));
        previous = hash.finalize().to_vec();
        assert_eq!(entry["hash"], hex::encode(&previous));
    }
}

#[test]
fn a_full_target_stops_the_export_with_an_error() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    store.record(&numbered(1)).unwrap();
    assert!(matches!(
        store.journal().export(&mut Full),
        Err(StoreError::StorageFull)
    ));
}
