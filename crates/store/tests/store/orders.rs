//! Orders the portal tells of, and how far we have asked.

use kabinet_domain::OrderId;
use kabinet_store::{Missing, OrderDetails, OrderFilter, OrderLine, Page, StoreError};
use time::Duration;

use crate::support::{Bench, NOW, later};

fn line(order: u64, status_id: i64, status: &str, at: i64) -> OrderLine {
    OrderLine {
        order: OrderId(order),
        status_id: Some(status_id),
        status: status.to_owned(),
        updated: later(at),
    }
}

#[test]
fn only_what_changed_is_told_and_nothing_older_takes_its_place() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let first = line(7, 17, "Зарегистрировано", 10);
    let changes = store
        .keep_order_lines(&[first.clone(), first.clone()], None)
        .unwrap();
    assert_eq!((changes.len(), changes[0].before.as_deref()), (1, None));
    let second = line(7, 2, "Получено ведомством", 20);
    let changes = store
        .keep_order_lines(std::slice::from_ref(&second), Some(later(20)))
        .unwrap();
    assert_eq!(changes[0].before.as_deref(), Some("Зарегистрировано"));
    assert!(store.keep_order_lines(&[first], None).unwrap().is_empty());
    assert_eq!(store.order(OrderId(7)).unwrap().unwrap().line, second);
    assert_eq!(store.orders_cursor().unwrap(), Some(later(20)));
}

#[test]
fn details_are_told_outdated_once_the_line_moves_on() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let details = OrderDetails {
        answer_until: None,
        service_title: Some("Акт сверки".to_owned()),
        ..OrderDetails::default()
    };
    store
        .keep_order_details(&line(7, 2, "Получено", 10), Some("374"), false, &details)
        .unwrap();
    assert!(!store.order(OrderId(7)).unwrap().unwrap().outdated);
    assert_eq!(store.open_orders().unwrap(), (1, Some(later(10))));
    let changes = store
        .keep_order_lines(&[line(7, 3, "Услуга оказана", 20)], None)
        .unwrap();
    assert!(changes[0].followed);
    let kept = store.order(OrderId(7)).unwrap().unwrap();
    assert!(kept.outdated);
    assert_eq!(kept.details, Some(details));
}

#[test]
fn what_the_details_say_is_not_called_a_draft_again_by_a_list_of_the_same_moment() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let examined = OrderLine {
        status_id: None,
        ..line(7, 0, "NEW", 10)
    };
    store
        .keep_order_details(&examined, None, false, &OrderDetails::default())
        .unwrap();
    store
        .keep_order_lines(&[line(7, 0, "Черновик заявления", 10)], None)
        .unwrap();
    assert_eq!(store.order(OrderId(7)).unwrap().unwrap().line, examined);
}

#[test]
fn orders_are_narrowed_and_empty_numbers_are_none() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let lines = [
        line(1, 0, "Черновик заявления", 1),
        line(2, 3, "Услуга оказана", 2),
        line(3, 2, "Получено ведомством", 3),
        line(4, 2, "Получено ведомством", 4),
    ];
    store.keep_order_lines(&lines, None).unwrap();
    store.watch_order(OrderId(3), true).unwrap();
    let ids = |filter: OrderFilter| -> Vec<u64> {
        let rows = store.orders(&filter, Page::first(9)).unwrap();
        assert_eq!(store.count_orders(&filter).unwrap(), rows.len() as u64);
        rows.into_iter().map(|row| row.line.order.0).collect()
    };
    let any = OrderFilter::default;
    assert_eq!(ids(any()), [4, 3, 2]);
    let status = Some("Получено ведомством".to_owned());
    assert_eq!(ids(OrderFilter { status, ..any() }), [4, 3]);
    assert_eq!(
        ids(OrderFilter {
            watched: true,
            ..any()
        }),
        [3]
    );
    let text = Some("оказана".to_owned());
    assert_eq!(ids(OrderFilter { text, ..any() }), [2]);
    let mut late = any();
    late.period.from = Some(later(3));
    late.period.until = Some(later(4));
    assert_eq!(ids(late), [3]);
    assert!(matches!(
        store.watch_order(OrderId(9), true),
        Err(StoreError::NotFound(Missing::Order))
    ));
}

#[test]
fn requests_for_numbers_are_counted_for_as_long_as_the_portal_counts_them() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    for seconds in [0, 30, 700] {
        let at = later(seconds);
        let entry = kabinet_store::NewEntry {
            at,
            ..crate::support::entry("order-requested")
        };
        store
            .change(entry, |change| {
                change.note_order_request("374", at - Duration::minutes(10))
            })
            .unwrap();
    }
    assert_eq!(store.order_requests("374", NOW).unwrap(), [later(700)]);
    assert!(store.order_requests("585", NOW).unwrap().is_empty());
}
