//! The same tests on both databases.

use std::fs;

use tempfile::TempDir;

use super::*;
use crate::authority::RevocationReason;
use crate::settings::Outcome;

#[path = "../../tests/support/postgres.rs"]
mod postgres;

/// A place where a portal keeps its state, and the portal's way to open it.
struct Place {
    dir: TempDir,
    address: Option<DatabaseAddress>,
}

impl Place {
    fn open(&self) -> Store {
        Store::open(self.dir.path(), self.address.as_ref()).unwrap()
    }
}

fn on_both(test: impl Fn(&Place)) {
    let postgres = DatabaseAddress::read(&postgres::database(), None).unwrap();
    for address in [None, Some(postgres)] {
        let dir = tempfile::tempdir().unwrap();
        test(&Place { dir, address });
    }
}

fn reservation(person_oid: i64, now_ms: i64) -> NewOrder<'static> {
    NewOrder {
        org_oid: 1,
        person_oid,
        client_id: "SYSTEM",
        service: "10000000109",
        target: "-10000000109",
        region: "45000000000",
        content: None,
        now_ms,
    }
}

fn reserved(store: &Store, now_ms: i64) -> i64 {
    match store.create_order(&reservation(7, now_ms), 100, 0).unwrap() {
        Created::Order(id) => id,
        Created::Limited { .. } => panic!("limited"),
    }
}

const ACCEPTED: Accepted<'_> = Accepted {
    archive_sha256: "ab",
    now_ms: 50,
    due_ms: Some(60),
};

#[test]
fn an_order_is_as_it_was_after_the_store_is_opened_again() {
    on_both(|place| {
        let store = place.open();
        let id = reserved(&store, 10);
        assert!(id > 764_000_000);
        assert!(store.accept(id, &ACCEPTED).unwrap());
        assert!(!store.accept(id, &ACCEPTED).unwrap());
        assert!(
            store
                .set_outcome(id, &Outcome::Code("AUTH_ERROR".into()))
                .unwrap()
        );
        drop(store);

        let store = place.open();
        let order = store.order(id).unwrap().unwrap();
        assert_eq!(
            (order.code.as_str(), order.pushes, order.reserved),
            ("NEW", 1, true)
        );
        assert_eq!(order.outcome, Some(Outcome::Code("AUTH_ERROR".into())));
        assert_eq!(order.message, None);
        let history = store.history(id).unwrap();
        assert_eq!(history[0].status_id, Some(0));
        assert_eq!((history[1].code.as_str(), history[1].status_id), ("NEW", None));
        assert!(history[0].id > 12_900_000_000);
        assert_eq!(store.order_of_history(history[1].id).unwrap(), Some(id));
        assert_eq!(store.due(59).unwrap().len(), 0);
        assert_eq!(store.due(60).unwrap().len(), 1);
        assert!(reserved(&store, 70) > id);
    });
}

#[test]
fn the_limit_counts_one_user_and_one_window() {
    on_both(|place| {
        let store = place.open();
        let create = |person, now_ms, since_ms| {
            store
                .create_order(&reservation(person, now_ms), 2, since_ms)
                .unwrap()
        };
        let is_order = |created| matches!(created, Created::Order(_));
        assert!(is_order(create(7, 10, 0)) && is_order(create(7, 20, 0)));
        assert_eq!(create(7, 30, 0), Created::Limited { oldest_ms: 10 });
        assert!(is_order(create(8, 30, 0)));
        assert!(is_order(create(7, 40, 10)));
    });
}

#[test]
fn two_life_cycles_that_saw_the_same_order_move_it_once() {
    on_both(|place| {
        let store = place.open();
        let id = reserved(&store, 10);
        store.accept(id, &ACCEPTED).unwrap();
        let seen = store.order(id).unwrap().unwrap();
        let step = Step {
            code: "DONE".into(),
            message: Some("слово «'?1'»".into()),
            is_final: true,
            now_ms: 80,
            ..Step::default()
        };
        assert!(store.advance(&seen, &step).unwrap());
        assert!(!store.advance(&seen, &step).unwrap());
        let history = store.history(id).unwrap();
        assert_eq!(history.len(), 3);
        assert!(history[2].is_final && !history[2].edit_allowed);
        assert_eq!(history[2].comment.as_deref(), Some("слово «'?1'»"));
        assert_eq!(store.due(i64::MAX).unwrap().len(), 0);
    });
}

#[test]
fn lists_show_an_organisation_and_a_system_their_own_by_pages() {
    on_both(|place| {
        let store = place.open();
        let ids: Vec<i64> = (1..=5).map(|at| reserved(&store, at * 10)).collect();
        let page = |page, size| {
            let (orders, total) = store.updated_after(1, "SYSTEM", 10, page, size).unwrap();
            (orders.iter().map(|o| o.id).collect::<Vec<_>>(), total)
        };
        assert_eq!(page(0, 3), (ids[1..4].to_vec(), 4));
        assert_eq!(page(1, 3), (ids[4..].to_vec(), 4));
        assert_eq!(store.updated_after(2, "SYSTEM", 0, 0, 10).unwrap().1, 0);
        assert_eq!(store.updated_after(1, "OTHER", 0, 0, 10).unwrap().1, 0);
    });
}

#[test]
fn parts_come_in_time_and_the_first_one_begins_anew() {
    on_both(|place| {
        let store = place.open();
        let order = reserved(&store, 10);
        let put = |chunk, now_ms| {
            let file = store.arriving_path();
            fs::write(&file, [b'0' + u8::try_from(chunk).unwrap()]).unwrap();
            let part = Part {
                order,
                chunk,
                chunks: 3,
                size: 1,
                file: &file,
                now_ms,
                window_ms: 100,
            };
            store.put_part(&part).unwrap()
        };
        assert_eq!(put(1, 0), PartStored::Refused(PartRefused::FirstMissing));
        assert_eq!(put(0, 0), PartStored::Waiting);
        assert_eq!(put(2, 1), PartStored::Refused(PartRefused::Incomplete));
        assert_eq!(put(1, 101), PartStored::Refused(PartRefused::Expired));
        assert_eq!(put(0, 200), PartStored::Waiting);
        assert_eq!(
            (put(1, 210), put(1, 220)),
            (PartStored::Waiting, PartStored::Waiting)
        );
        assert_eq!(put(2, 230), PartStored::Complete);
        store.join_parts(order, 3).unwrap();
        assert_eq!(fs::read(store.archive_path(order)).unwrap(), b"012");
        assert!(store.accept(order, &ACCEPTED).unwrap());
        assert_eq!(put(0, 300), PartStored::Refused(PartRefused::NotOpen));
    });
}

#[test]
fn files_results_and_revocations_are_kept_and_replaced() {
    on_both(|place| {
        let store = place.open();
        let order = reserved(&store, 10);
        let file = |name: &str, size| StoredFile {
            name: name.into(),
            size,
            sha256: "cd".into(),
        };
        store
            .set_files(order, &[file("b", 1), file("a", 2), file("a", 3)])
            .unwrap();
        let sizes: Vec<i64> = store.files(order).unwrap().iter().map(|f| f.size).collect();
        assert_eq!(sizes, [3, 1]);
        let result = ResultFile {
            mnemonic: "m".into(),
            name: "n.xml".into(),
            mime: "application/xml".into(),
            content: vec![0, 255, b'\''],
        };
        store.set_results(order, std::slice::from_ref(&result)).unwrap();
        store.set_results(order, std::slice::from_ref(&result)).unwrap();
        assert_eq!(store.results(order).unwrap(), std::slice::from_ref(&result));
        assert_eq!(store.result(order, "m").unwrap(), Some(result));
        assert_eq!(store.result(order, "other").unwrap(), None);

        store.revoke("0a", 1000, RevocationReason::Superseded).unwrap();
        store.revoke("0a", 2000, RevocationReason::KeyCompromise).unwrap();
        let entry = store.revocation("0a").unwrap().unwrap();
        assert_eq!(
            (entry.serial.as_slice(), entry.reason),
            (&[10][..], RevocationReason::Superseded)
        );

        store.clear().unwrap();
        assert!(store.all_orders().unwrap().is_empty() && store.revocations().unwrap().is_empty());
        assert!(reserved(&store, 10) > order, "numbers are not given again");
    });
}

#[test]
fn the_operator_narrows_orders_and_sees_what_is_under_way() {
    on_both(|place| {
        let store = place.open();
        let [draft, moving, partial] = [10, 20, 30].map(|now_ms| reserved(&store, now_ms));
        store.count_push_request(moving).unwrap();
        store.accept(moving, &ACCEPTED).unwrap();
        let file = store.arriving_path();
        fs::write(&file, b"12345").unwrap();
        let part = Part {
            order: partial,
            chunk: 0,
            chunks: 2,
            size: 5,
            file: &file,
            now_ms: 40,
            window_ms: 100,
        };
        assert_eq!(store.put_part(&part).unwrap(), PartStored::Waiting);

        let found = |filter: OrderFilter| {
            let (orders, total) = store.listed(&filter, 0, 10).unwrap();
            assert_eq!(i64::try_from(orders.len()).unwrap(), total);
            orders.iter().map(|listed| listed.order.id).collect::<Vec<_>>()
        };
        let in_state = |state| OrderFilter {
            state: Some(state),
            ..OrderFilter::default()
        };
        assert_eq!(found(OrderFilter::default()), [partial, moving, draft]);
        assert_eq!(found(in_state(OrderState::Draft)), [partial, draft]);
        assert_eq!(found(in_state(OrderState::Moving)), [moving]);
        assert_eq!(found(in_state(OrderState::Final)), [0; 0]);
        let of_other = OrderFilter {
            org_oid: Some(2),
            service: Some("10000000109".into()),
            number: Some(draft),
            ..in_state(OrderState::Draft)
        };
        assert_eq!(found(of_other), [0; 0]);
        assert_eq!(store.listed(&OrderFilter::default(), 1, 2).unwrap().0.len(), 1);
        assert_eq!(
            store.one_listed(moving).unwrap().unwrap().state(),
            OrderState::Moving
        );
        assert!(store.one_listed(1).unwrap().is_none());

        let uploads = store.uploads(10).unwrap();
        let seen = uploads
            .iter()
            .map(|upload| (upload.order.id, upload.parts, upload.bytes));
        assert_eq!(seen.collect::<Vec<_>>(), [(partial, 1, 5), (moving, 0, 0)]);
        let counts = store.counts().unwrap();
        assert_eq!((counts.orders, counts.moving, counts.uploading), (3, 1, 1));
    });
}

#[test]
fn what_fails_leaves_nothing_behind() {
    on_both(|place| {
        let store = place.open();
        let failed = store.database.transaction(|transaction| {
            transaction.execute(
                "INSERT INTO revocations (serial, at_ms, reason) VALUES (?1, ?2, ?3)",
                params!["0b", 1_i64, 0],
            )?;
            transaction.execute("INSERT INTO nowhere (serial) VALUES (?1)", params!["0c"])
        });
        assert!(failed.is_err());
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            store
                .database
                .transaction(|transaction| -> Result<(), StoreError> {
                    transaction.execute(
                        "INSERT INTO revocations (serial, at_ms, reason) VALUES (?1, ?2, ?3)",
                        params!["0d", 1_i64, 0],
                    )?;
                    panic!("in the middle");
                })
        }));
        assert!(panicked.is_err());
        assert!(store.revocations().unwrap().is_empty());
        let row = store.database.row("SELECT 1 AS one", params![]).unwrap().unwrap();
        assert_eq!(row.get::<u32>("one").unwrap(), 1);
        assert!(matches!(row.get::<String>("one"), Err(DatabaseError::Column(_))));
        assert!(matches!(row.get::<i64>("two"), Err(DatabaseError::Column(_))));
    });
}

#[test]
fn a_store_is_used_and_dropped_inside_any_runtime() {
    on_both(|place| {
        let several = tokio::runtime::Builder::new_multi_thread().build().unwrap();
        let one = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let use_it = || {
            let store = place.open();
            reserved(&store, 10);
        };
        several.block_on(async { use_it() });
        let (dir, address) = (place.dir.path().to_owned(), place.address.clone());
        let on_a_worker = several.spawn(async move {
            let store = Store::open(&dir, address.as_ref()).unwrap();
            reserved(&store, 20)
        });
        several.block_on(on_a_worker).unwrap();
        one.block_on(async { use_it() });
        assert_eq!(place.open().all_orders().unwrap().len(), 3);
    });
}

#[test]
fn a_database_serves_one_portal_at_a_time() {
    let address = DatabaseAddress::read(&postgres::database(), None).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let first = Store::open(dir.path(), Some(&address)).unwrap();
    assert!(matches!(
        Store::open(dir.path(), Some(&address)),
        Err(StoreError::Database(DatabaseError::InUse))
    ));
    drop(first);
    assert!(Store::open(dir.path(), Some(&address)).is_ok());
}

#[test]
fn a_connection_the_server_ends_is_made_anew() {
    let url = postgres::database();
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), Some(&DatabaseAddress::read(&url, None).unwrap())).unwrap();
    let id = reserved(&store, 10);
    assert!(store.order(id).unwrap().is_some());
    let mut other = ::postgres::Client::connect(&url, ::postgres::NoTls).unwrap();
    let ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE datname = current_database() AND pid <> pg_backend_pid()";
    // Asked again until there is nobody left to end.
    while !other.query(ended, &[]).unwrap().is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    // The statement that meets a broken connection fails; the one after it has a new one: whoever reads, changes, or waits for
    // the disk.
    let _ = store.order(id);
    assert!(store.order(id).unwrap().is_some());
    let change = || store.schedule(id, Some(70));
    let tries: Vec<_> = (0..4).map(|_| change()).collect();
    assert!(tries[3].is_ok(), "{tries:?}");
    assert_eq!(store.due(70).unwrap().len(), 1);
}

#[test]
fn what_one_thread_changed_every_other_reads_at_once() {
    let address = DatabaseAddress::read(&postgres::database(), None).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), Some(&address)).unwrap();
    std::thread::scope(|scope| {
        for person in 0..8 {
            let store = &store;
            scope.spawn(move || {
                for turn in 0..20 {
                    // Of so many at once nobody passes the limit, and each number is read back by whoever made it.
                    match store.create_order(&reservation(person % 2, 10), 30, 0).unwrap() {
                        Created::Order(id) => assert!(store.order(id).unwrap().is_some(), "{turn}"),
                        Created::Limited { .. } => {}
                    }
                }
            });
        }
    });
    assert_eq!(store.all_orders().unwrap().len(), 60);
}

#[test]
fn records_of_esia_are_changed_together_and_emptied_by_a_reset() {
    let change = |id: &str, body: Option<&str>| EsiaChange {
        kind: "session",
        id: id.into(),
        body: body.map(str::to_owned),
    };
    on_both(|place| {
        let store = place.open();
        let first = [change("a", Some("{\"n\":1}")), change("b", Some("{}"))];
        store.change_esia(&first).unwrap();
        let second = [
            change("a", Some("{\"n\":2}")),
            change("b", None),
            change("c", None),
        ];
        store.change_esia(&second).unwrap();
        drop(store);

        let store = place.open();
        let records = store.esia_records().unwrap();
        let records: Vec<_> = records
            .iter()
            .map(|r| (r.kind.as_str(), r.id.as_str(), r.body.as_str()))
            .collect();
        assert_eq!(records, [("session", "a", "{\"n\":2}")]);
        store.clear().unwrap();
        assert!(store.esia_records().unwrap().is_empty());
    });
}
