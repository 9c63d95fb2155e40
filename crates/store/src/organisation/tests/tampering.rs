//! Tampering with the journal from inside, past every protection but the key.

use super::*;

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
