//! A hundred clients at once, on both databases: no order twice, none lost. How fast it goes is asked by
//! `examples/load.rs` only.

#![allow(clippy::unwrap_used, reason = "helpers of tests, where a panic is the report")]

use std::time::Duration;

use kabinet_reference_portal::DatabaseAddress;

#[path = "support/load.rs"]
mod load;
#[path = "portal/openssl.rs"]
#[allow(dead_code, reason = "shared with the tests of the portal")]
mod openssl;
#[path = "support/postgres.rs"]
mod postgres;

fn a_hundred_clients(database: Option<DatabaseAddress>) {
    let plan = load::Plan {
        clients: 100,
        most: Duration::from_secs(300),
        speed: 1000.0,
        database,
    };
    let outcome = plan.run();
    assert!(outcome.failures.is_empty(), "{outcome}");
}

#[test]
fn a_hundred_clients_at_once_lose_no_order_and_get_none_twice() {
    a_hundred_clients(None);
}

#[test]
fn a_hundred_clients_at_once_get_the_same_from_postgresql() {
    a_hundred_clients(Some(DatabaseAddress::read(&postgres::database(), None).unwrap()));
}
