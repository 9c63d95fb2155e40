//! Every request of an order's life × every way it can go wrong: one table. What became of it is asked of the portal itself.

use std::time::{Duration, Instant};

use kabinet_app::view::{OutboxState, Stage};
use kabinet_portal::{Options, Timeouts};
use kabinet_reference_portal::Settings;
use kabinet_testkit::Stand;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::desk::Desk;

/// Method of the client, verb, path, and how many requests of the kind pass before the one that is struck.
const METHODS: [(&str, &str, &str, usize); 8] = [
    ("reserve", "POST", "/api/gusmev/order", 0),
    ("first part", "POST", "/api/gusmev/push/chunked", 0),
    ("second part", "POST", "/api/gusmev/push/chunked", 1),
    ("order, after a lost upload", "POST", "/api/gusmev/order/7*", 0),
    ("order, while followed", "POST", "/api/gusmev/order/7*", 1),
    ("changes", "GET", "/api/gusmev/order/getUpdatedAfter*", 0),
    ("result", "GET", "/api/gusmev/files/download/*", 0),
    (
        "signature of the result",
        "GET",
        "/api/gusmev/files/download/*",
        1,
    ),
];

/// Name of the fault, and the fault.
fn faults() -> Vec<(&'static str, Value)> {
    vec![
        ("lost request", json!({ "kind": "drop-before" })),
        ("lost answer", json!({ "kind": "drop-after" })),
        ("cut answer", json!({ "kind": "cut-body", "after_bytes": 3 })),
        ("slow", json!({ "kind": "delay", "ms": 1500 })),
        (
            "400",
            json!({ "kind": "status", "status": 400, "code": "bad_request" }),
        ),
        ("401", json!({ "kind": "status", "status": 401 })),
        (
            "403",
            json!({ "kind": "status", "status": 403, "code": "push_denied" }),
        ),
        (
            "409",
            json!({ "kind": "status", "status": 409, "code": "bad_request" }),
        ),
        (
            "429",
            json!({ "kind": "status", "status": 429, "retry_after_s": 1 }),
        ),
        ("500", json!({ "kind": "status", "status": 500 })),
        (
            "500 internal_error",
            json!({ "kind": "status", "status": 500, "code": "internal_error" }),
        ),
        ("502", json!({ "kind": "status", "status": 502 })),
        (
            "503",
            json!({ "kind": "status", "status": 503, "retry_after_s": 1 }),
        ),
        ("504", json!({ "kind": "status", "status": 504 })),
    ]
}

/// Side by side: most of the time is waiting.
const AT_ONCE: usize = 8;
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn no_fault_of_any_request_files_twice_loses_or_misreports() {
    let room = std::sync::Arc::new(Semaphore::new(AT_ONCE));
    let mut cells = tokio::task::JoinSet::new();
    for (method, verb, path, skip) in METHODS {
        for (name, fault) in faults() {
            let room = room.clone();
            cells.spawn(async move {
                let _place = room.acquire_owned().await.unwrap();
                let cell = format!("{method} × {name}");
                let mut fault = fault;
                fault["method"] = verb.into();
                fault["path"] = path.into();
                fault["skip"] = skip.into();
                (cell.clone(), tokio::spawn(cell_holds(cell, fault, method)).await)
            });
        }
    }
    let mut wrong = Vec::new();
    while let Some(cell) = cells.join_next().await {
        let (cell, outcome) = cell.unwrap();
        if outcome.is_err() {
            wrong.push(cell);
        }
    }
    assert!(wrong.is_empty(), "these cells do not hold: {wrong:#?}");
}

async fn desk() -> Desk {
    let settings = Settings {
        speed: 200.0,
        chunk_min_bytes: 10,
        ..Settings::default()
    };
    let timeouts = Timeouts {
        answer: Duration::from_secs(1),
        upload: Duration::from_secs(1),
        ..Timeouts::default()
    };
    let options = Options {
        timeouts,
        chunk_size: 1200,
        upload_window: Duration::from_secs(3),
        chunk_pause: Duration::from_millis(50),
        ..Options::default()
    };
    let desk = Desk::with(Stand::start_with(settings), options).await;
    signed_in(&desk).await;
    desk
}

/// The client's patience is short here, and the machine may be busy.
async fn signed_in(desk: &Desk) {
    for _ in 0..10 {
        if desk.sign_in().await.is_ok() {
            return;
        }
    }
    panic!("nobody can sign in");
}

async fn cell_holds(cell: String, fault: Value, method: &'static str) {
    let desk = desk().await;
    desk.stand.fault(&fault);
    if method.starts_with("order, after") {
        // The question comes up only where an answer was lost.
        desk.stand.fault(&json!({
            "kind": "drop-after", "method": "POST", "path": "/api/gusmev/push/chunked", "skip": 1
        }));
    }
    let id = desk.queued_akt().await;
    let end = Instant::now() + PATIENCE;
    let row = loop {
        desk.app.work_outbox().await;
        desk.app.sync_now().await.unwrap();
        if desk.app.state().await.session.is_none() {
            signed_in(&desk).await;
        }
        let row = desk.row().await;
        if row.state == OutboxState::Finished {
            break row;
        }
        assert!(Instant::now() < end, "{cell}: it never ends: {row:#?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let orders = desk.stand.orders();
    let filed: Vec<&Value> = orders.iter().filter(|order| order["draft"] == false).collect();
    let page = desk.page(&id).await;
    match row.outcome.as_deref() {
        Some("accepted") => {
            assert_eq!(filed.len(), 1, "{cell}: {filed:#?}");
            assert_eq!(filed[0]["pushes"], 1, "{cell}: {filed:#?}");
            assert_eq!(row.order_id, Some(filed[0]["id"].to_string()), "{cell}");
            assert_eq!(
                (&filed[0]["final"], page.row.stage),
                (&true.into(), Stage::Accepted),
                "{cell}"
            );
            assert_eq!(
                page.files.len(),
                4,
                "{cell}: the receipt and its signature are here"
            );
            assert!(desk.stand.all_faults_struck(), "{cell}: nothing went wrong");
        }
        Some("failed") => {
            assert!(filed.is_empty(), "{cell}: called failed, yet filed: {filed:#?}");
            assert!(row.last_error.is_some(), "{cell}: nobody knows why");
        }
        other => panic!("{cell}: {other:?}"),
    }
    assert!(desk.app.check_integrity().await.unwrap().is_whole(), "{cell}");
}
