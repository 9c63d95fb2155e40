use std::io;

use kabinet_store::{Actions, JournalEntry, JournalFilter, JournalFormat, NewEntry, Page, Verification};

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
        .export(&JournalFilter::default(), None, JournalFormat::Json, &mut out);
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
        actions: Actions::Of(vec!["document.exported".to_owned()]),
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
    let other = || JournalFilter {
        actions: Actions::OtherThan(vec!["document.exported".to_owned()]),
        ..JournalFilter::default()
    };
    assert_eq!(seqs(other(), page), [10]);
    let nobody = JournalFilter {
        actor: Some("nobody".to_owned()),
        ..exported()
    };
    assert_eq!(seqs(nobody.clone(), page), [] as [u64; 0]);
    let counts = [JournalFilter::default(), exported(), other(), nobody]
        .map(|filter| store.journal().count_matching(&filter).unwrap());
    assert_eq!(counts, [10, 9, 1, 0]);
    assert_eq!(store.journal().actors().unwrap(), ["system", "user"]);
    assert_eq!(store.journal().verify().unwrap(), Verification::Intact(10));
}

#[test]
fn a_search_says_how_far_it_looked() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    assert_eq!(store.journal().actors().unwrap(), [] as [String; 0]);
    for number in 1..=9 {
        store.record(&numbered(number)).unwrap();
    }
    let odd = |entry: &JournalEntry| entry.seq % 2 == 1;
    let by_system = JournalFilter {
        actor: Some("system".to_owned()),
        ..JournalFilter::default()
    };
    let everything = JournalFilter::default();
    for (filter, page, most, seqs, found, looked_at, stopped_at) in [
        (&everything, Page::first(9), 9, &[9, 7, 5, 3, 1][..], 5, 9, None),
        (&everything, Page { offset: 1, limit: 2 }, 9, &[7, 5], 5, 9, None),
        (&everything, Page { offset: 5, limit: 2 }, 9, &[], 5, 9, None),
        (&everything, Page::first(0), 9, &[], 5, 9, None),
        (&everything, Page::first(9), 4, &[9, 7], 2, 4, Some(6)),
        (&by_system, Page::first(9), 2, &[9, 7], 2, 2, Some(7)),
        (&by_system, Page::first(9), 5, &[9, 7, 5, 3, 1], 5, 5, None),
    ] {
        let search = store.journal().search(filter, &odd, page, most).unwrap();
        let shown: Vec<u64> = search.entries.iter().map(|entry| entry.seq).collect();
        assert_eq!(shown, seqs, "{page:?}, {most}");
        let stopped = search.stopped_at.map(|entry| entry.seq);
        assert_eq!(
            (search.found, search.looked_at, stopped),
            (found, looked_at, stopped_at)
        );
    }
    let mut out = Vec::new();
    let journal = store.journal();
    let written = journal.export(&everything, Some(&odd), JournalFormat::Json, &mut out);
    assert_eq!(written.unwrap(), 5);
    // Less than everything does not pass for everything.
    assert!(String::from_utf8(out).unwrap().contains("\"complete\":false"));
}
