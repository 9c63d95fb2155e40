use std::io;

use kabinet_store::{JournalFilter, JournalFormat, NewEntry, Page, Verification};

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
    let mut out = io::sink();
    let exported = store
        .journal()
        .export(&JournalFilter::default(), JournalFormat::Json, &mut out);
    assert_eq!(exported.unwrap(), 0);
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
