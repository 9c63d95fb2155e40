//! Results that come in pieces: whatever breaks a download off, it goes on at the byte it reached, and never mixes two versions.

use std::time::Duration;

use kabinet_app::view::{FileKind, OutboxRow, Stage};
use serde_json::{Value, json};

use crate::desk::Desk;

const DOWNLOAD: &str = "/api/gusmev/files/download/*";
/// Bytes of the receipt that come before it breaks off.
const CAME: u64 = 300;

fn fault(kind: Value) -> Value {
    let mut fault = kind;
    fault["method"] = "GET".into();
    fault["path"] = DOWNLOAD.into();
    fault
}

fn cut() -> Value {
    fault(json!({ "kind": "cut-body", "after_bytes": CAME }))
}

/// What was asked of each download, in order.
fn asked(desk: &Desk) -> Vec<Option<String>> {
    desk.stand.ranges_of("GET", DOWNLOAD)
}

fn rest() -> Option<String> {
    Some(format!("bytes={CAME}-"))
}

/// A document whose receipt broke off.
async fn broken_off(desk: &Desk) -> String {
    desk.stand.fault(&cut());
    let id = desk.queued_akt().await;
    let row = desk
        .work_until("the receipt breaks off", |row| row.incoming.is_some())
        .await;
    let incoming = row.incoming.unwrap();
    assert_eq!(u64::from(incoming.received), CAME);
    assert!(
        incoming.total > Some(incoming.received) && incoming.resumable,
        "{incoming:?}"
    );
    assert!(incoming.file.starts_with("kvitanciya"), "{incoming:?}");
    assert_eq!(row.last_error.unwrap().code, "portal.unavailable");
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_broke_off_goes_on_at_the_byte_it_reached() {
    let desk = Desk::signed_in().await;
    let id = broken_off(&desk).await;
    assert_eq!(
        desk.page(&id)
            .await
            .submission
            .unwrap()
            .incoming
            .unwrap()
            .received,
        CAME as u32
    );
    let row = desk.work_to_the_end().await;
    assert_eq!(row.incoming, None);
    desk.all_is_well(&id).await;
    assert_eq!(
        asked(&desk),
        [None, rest(), None],
        "receipt, its rest, its signature"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_had_come_survives_the_end_of_the_program_and_a_restored_session() {
    let desk = Desk::signed_in().await;
    let id = broken_off(&desk).await;
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    assert_eq!(
        desk.row().await.incoming.unwrap().received,
        CAME as u32,
        "it is told before anybody signs in"
    );
    desk.sign_in().await.unwrap();
    desk.work_to_the_end().await;
    desk.all_is_well(&id).await;
    assert_eq!(asked(&desk), [None, rest(), None]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_locked_while_a_receipt_comes_keeps_what_had_come() {
    let desk = Desk::signed_in().await;
    desk.stand.fault(&fault(
        json!({ "kind": "stall-body", "after_bytes": CAME, "ms": 4000 }),
    ));
    let id = desk.queued_akt().await;
    let worker = tokio::spawn({
        let app = desk.app.clone();
        async move {
            loop {
                app.work_outbox().await;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    });
    // Nothing more comes, and it is written down all the same.
    while desk
        .row()
        .await
        .incoming
        .is_none_or(|incoming| u64::from(incoming.received) < CAME)
    {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    desk.app.lock().await;
    desk.app.unlock().await.unwrap();
    worker.abort();
    desk.sign_in().await.unwrap();
    desk.work_to_the_end().await;
    desk.all_is_well(&id).await;
    assert_eq!(asked(&desk), [None, rest(), None]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_changed_meanwhile_is_taken_anew_and_whole() {
    let desk = Desk::signed_in().await;
    let id = broken_off(&desk).await;
    let order = desk.stand.only_order();
    let name = desk.row().await.incoming.unwrap().file;
    let text = "Квитанция, исправленная ведомством. ".repeat(40);
    desk.stand
        .replace_result(&order["id"], &json!({ "name": name, "text": text }));
    desk.work_to_the_end().await;
    let page = desk.page(&id).await;
    assert_eq!(page.row.stage, Stage::Accepted);
    let receipt = page
        .files
        .iter()
        .find(|file| file.kind == FileKind::Result)
        .unwrap();
    let sum = kabinet_testkit::OpenSsl::new().hash("sha256", text.as_bytes());
    assert_eq!((receipt.size as usize, &receipt.digest), (text.len(), &sum));
    assert_eq!(
        asked(&desk),
        [None, rest(), None],
        "one answer, and it was the whole"
    );
    assert!(desk.app.check_integrity().await.unwrap().is_whole());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_serves_no_parts_sends_the_whole_again() {
    let desk = Desk::signed_in().await;
    let id = broken_off(&desk).await;
    desk.stand.fault(&fault(json!({ "kind": "ignore-range" })));
    desk.work_to_the_end().await;
    assert!(desk.stand.all_faults_struck());
    desk.all_is_well(&id).await;
    assert_eq!(asked(&desk), [None, rest(), None]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_that_breaks_again_and_again_only_grows_and_does_not_wait_longer_each_time() {
    const BREAKS: u32 = 6;
    let desk = Desk::signed_in().await;
    for _ in 0..BREAKS {
        desk.stand
            .fault(&fault(json!({ "kind": "cut-body", "after_bytes": 100 })));
    }
    let id = desk.queued_akt().await;
    let far = |row: &OutboxRow| {
        row.incoming
            .as_ref()
            .is_some_and(|incoming| incoming.received == BREAKS * 100)
    };
    assert_eq!(desk.work_until("it broke often", far).await.attempts, 1);
    desk.work_to_the_end().await;
    desk.all_is_well(&id).await;
    let expected: Vec<Option<String>> = std::iter::once(None)
        .chain((1..=BREAKS).map(|count| Some(format!("bytes={}-", count * 100))))
        .chain([None])
        .collect();
    assert_eq!(asked(&desk), expected);
}
