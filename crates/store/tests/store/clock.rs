//! A clock that was wrong. The rules: the journal is in the order things were written, whatever time they name; what is put off
//! by more than a day is due; a backup from the future goes before the real ones do.

use kabinet_store::{JournalFilter, NewEntry, Page, Step, StoreError, Verification, WaitingStamp};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::support::{Bench, NOW, add, entry, submission};

const YEARS: Duration = Duration::days(3 * 365);

#[test]
fn the_journal_keeps_the_order_of_writing_and_finds_entries_by_the_time_they_name() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let moments = [
        NOW,
        NOW + YEARS,
        NOW - YEARS,
        NOW + Duration::SECOND,
        OffsetDateTime::UNIX_EPOCH,
    ];
    for (number, at) in moments.into_iter().enumerate() {
        let action = format!("number.{number}");
        store.record(&NewEntry { at, ..entry(&action) }).unwrap();
    }
    let entries = store
        .journal()
        .list(&JournalFilter::default(), Page::first(99))
        .unwrap();
    let found: Vec<_> = entries.iter().rev().map(|entry| (entry.seq, entry.at)).collect();
    let expected: Vec<_> = (1..).zip(moments).collect();
    assert_eq!(found, expected);
    assert_eq!(store.journal().verify().unwrap(), Verification::Intact(5));
    let filter = JournalFilter {
        from: Some(NOW),
        until: Some(NOW + Duration::MINUTE),
        ..JournalFilter::default()
    };
    let seqs: Vec<u64> = store
        .journal()
        .list(&filter, Page::first(99))
        .unwrap()
        .iter()
        .map(|entry| entry.seq)
        .collect();
    assert_eq!(seqs, [4, 1]);
}

#[test]
fn what_was_put_off_under_a_clock_in_the_future_is_due_when_it_is_set_right() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let wrong = NOW + YEARS;
    let queued = submission(&add(&store, "Акт", b"content"));
    store
        .change(entry("queued"), |change| change.enqueue(&queued))
        .unwrap();
    let put_off = store
        .postpone(&queued, 1, wrong + Duration::minutes(15), None)
        .unwrap();
    assert!(
        store.due(wrong).unwrap().is_empty(),
        "it waits its quarter of an hour"
    );
    assert_eq!(store.due(NOW).unwrap(), std::slice::from_ref(&put_off));
    // One more try puts it off by the right clock, and it waits again.
    let again = store
        .postpone(&put_off, 2, NOW + Duration::minutes(15), None)
        .unwrap();
    assert!(store.due(NOW).unwrap().is_empty());
    assert_eq!(store.next_due().unwrap(), Some(NOW + Duration::minutes(15)));
    // A clock set back by years keeps nothing waiting either, and one set forward finds everything due.
    assert_eq!(store.due(NOW - YEARS).unwrap(), std::slice::from_ref(&again));
    assert_eq!(store.due(NOW + YEARS).unwrap(), std::slice::from_ref(&again));
    let step = Step {
        state: again.state,
        attempts: 3,
        due: NOW + kabinet_store::FARTHEST,
        last_error: None,
    };
    store
        .change(entry("put off"), |change| change.advance(&again, &step).map(drop))
        .unwrap();
    assert!(
        store.due(NOW).unwrap().is_empty(),
        "a day is the longest pause there is"
    );
}

#[test]
fn a_stamp_put_off_under_a_clock_in_the_future_is_due_when_it_is_set_right() {
    let stamp = |due| WaitingStamp {
        id: Uuid::nil(),
        signature: "/a.sig".into(),
        content: None,
        level: "timestamped".to_owned(),
        since: NOW,
        due,
        attempts: 1,
        error: None,
    };
    assert!(stamp(NOW).is_due(NOW) && stamp(NOW + YEARS).is_due(NOW));
    assert!(!stamp(NOW + Duration::minutes(15)).is_due(NOW));
}

#[test]
fn backups_of_a_wrong_clock_push_out_no_real_one() {
    let bench = Bench::new();
    let vault = bench.create();
    for day in 0..2 {
        vault.back_up(NOW + YEARS + Duration::days(day), 2).unwrap();
    }
    let taken = || -> Vec<OffsetDateTime> {
        vault
            .backups()
            .unwrap()
            .iter()
            .map(|backup| backup.taken)
            .collect()
    };
    assert_eq!(taken().len(), 2);
    vault.back_up(NOW, 2).unwrap();
    vault.back_up(NOW + Duration::DAY, 2).unwrap();
    assert_eq!(taken(), [NOW + Duration::DAY, NOW]);
    // Twice in a second there is one backup, and it stays.
    assert!(matches!(vault.back_up(NOW, 2), Err(StoreError::AlreadyExists)));
    assert_eq!(taken(), [NOW + Duration::DAY, NOW]);
    // A clock set back makes backups that are older than those there are: the newest real ones by their names stay, and
    // nothing is lost but the limit's oldest.
    vault.back_up(NOW - YEARS, 3).unwrap();
    assert_eq!(taken(), [NOW + Duration::DAY, NOW, NOW - YEARS]);
}
