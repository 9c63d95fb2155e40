//! Lost answers, failing servers, slow ones: whatever happens, the portal gets one order, once.

use std::time::Duration;

use kabinet_app::view::{OutboxState, Phase, Stage};
use kabinet_portal::{Options, Timeouts};
use kabinet_reference_portal::Settings;
use kabinet_testkit::Stand;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::desk::{Desk, together};

const RESERVE: &str = "/api/gusmev/order";
const PUSH: &str = "/api/gusmev/push/chunked";
const ORDER: &str = "/api/gusmev/order/*";
const DOWNLOAD: &str = "/api/gusmev/files/download/*";

/// A client that gives up after a second and sends three parts.
async fn impatient() -> Desk {
    let settings = Settings {
        speed: 100.0,
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
        upload_window: Duration::from_secs(5),
        chunk_pause: Duration::from_millis(50),
        ..Options::default()
    };
    let desk = Desk::with(Stand::start_with(settings), options).await;
    desk.sign_in().await.unwrap();
    desk
}

/// Number of the last part, from 0. One byte more or less in a signature does not change it.
async fn last_part() -> usize {
    static PARTS: OnceCell<usize> = OnceCell::const_new();
    let count = async || {
        let desk = impatient().await;
        let id = desk.queued_akt().await;
        desk.work_to_the_end().await;
        desk.all_is_well(&id).await;
        desk.stand.requests_to("POST", PUSH)
    };
    let parts = *PARTS.get_or_init(count).await;
    assert!(parts > 2, "{parts}");
    parts - 1
}

async fn survives(faults: &[Value]) -> Desk {
    let desk = impatient().await;
    for fault in faults {
        desk.stand.fault(fault);
    }
    // The portal takes its time: content that has arrived looks like a draft for a while.
    desk.stand.set(&json!({ "speed": 0.0 }));
    let id = desk.queued_akt().await;
    desk.work_until("it is there", |row| row.state == OutboxState::Following)
        .await;
    desk.stand.set(&json!({ "speed": 100.0 }));
    desk.work_to_the_end().await;
    assert!(desk.stand.all_faults_struck(), "{faults:?}");
    let page = desk.page(&id).await;
    assert_eq!(page.row.stage, Stage::Accepted, "{faults:?} {page:#?}");
    let pushed: Vec<Value> = desk
        .stand
        .orders()
        .into_iter()
        .filter(|order| order["draft"] == false)
        .collect();
    assert_eq!(pushed.len(), 1, "{faults:?} {pushed:#?}");
    assert_eq!(
        (&pushed[0]["pushes"], page.row.order_id),
        (&1.into(), Some(pushed[0]["id"].to_string())),
        "{faults:?}"
    );
    assert!(desk.app.check_integrity().await.unwrap().is_whole());
    desk
}

fn fault(method: &str, path: &str, skip: usize, kind: Value) -> Value {
    let mut fault = kind;
    fault["method"] = method.into();
    fault["path"] = path.into();
    fault["skip"] = skip.into();
    fault
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_whose_answer_was_lost_is_left_alone_and_another_one_filled() {
    let kinds = [
        json!({ "kind": "drop-after" }),
        json!({ "kind": "cut-body", "after_bytes": 3 }),
    ];
    together(kinds.map(|kind| async move {
        let desk = survives(&[fault("POST", RESERVE, 0, kind)]).await;
        // Another computer of the organisation may hold it: the portal does not tell them apart.
        let orders = desk.stand.orders();
        let (drafts, filed): (Vec<_>, Vec<_>) = orders.iter().partition(|order| order["draft"] == true);
        assert_eq!((drafts.len(), filed.len()), (1, 1), "{orders:#?}");
        assert_eq!(drafts[0]["push_requests"], 0);
        let actions = desk.actions().await;
        assert!(actions.contains(&"outcome-unknown".to_owned()), "{actions:?}");
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reservation_that_never_arrived_is_made_again() {
    let kinds = [
        json!({ "kind": "drop-before" }),
        json!({ "kind": "status", "status": 503 }),
        json!({ "kind": "status", "status": 500 }),
        json!({ "kind": "status", "status": 429, "retry_after_s": 1 }),
        json!({ "kind": "delay", "ms": 1500 }),
    ];
    together(kinds.map(|kind| async move {
        let desk = survives(&[fault("POST", RESERVE, 0, kind.clone())]).await;
        assert_eq!(desk.stand.orders().len(), 1, "{kind}");
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_the_last_part_is_asked_about() {
    let last = last_part().await;
    let kinds = [
        json!({ "kind": "drop-after" }),
        json!({ "kind": "cut-body", "after_bytes": 3 }),
    ];
    together(kinds.map(|kind| async move {
        let desk = survives(&[fault("POST", PUSH, last, kind)]).await;
        assert_eq!(
            desk.stand.requests_to("POST", PUSH),
            last + 1,
            "nothing was sent twice"
        );
        assert_eq!(desk.stand.orders().len(), 1);
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_broke_off_is_made_again() {
    let last = last_part().await;
    let faults = [
        (0, json!({ "kind": "drop-before" })),
        (0, json!({ "kind": "drop-after" })),
        (0, json!({ "kind": "status", "status": 503 })),
        (1, json!({ "kind": "drop-before" })),
        (1, json!({ "kind": "drop-after" })),
        (last, json!({ "kind": "drop-before" })),
        (last, json!({ "kind": "status", "status": 503 })),
        (last, json!({ "kind": "delay", "ms": 1500 })),
    ];
    together(faults.map(|(skip, kind)| async move {
        survives(&[fault("POST", PUSH, skip, kind)]).await;
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_the_portal_will_not_fill_is_given_up_for_a_new_one() {
    let desk = survives(&[fault("POST", PUSH, 0, json!({ "kind": "status", "status": 409 }))]).await;
    assert!(desk.actions().await.contains(&"order-lost".to_owned()));
    assert_eq!(desk.stand.orders().len(), 2, "the first stays a draft");
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_that_fail_are_asked_again() {
    let kinds = [
        json!({ "kind": "drop-after" }),
        json!({ "kind": "status", "status": 503 }),
        json!({ "kind": "cut-body", "after_bytes": 5 }),
    ];
    let faults = [("POST", ORDER), ("GET", DOWNLOAD)]
        .into_iter()
        .flat_map(|(method, path)| kinds.clone().map(|kind| fault(method, path, 0, kind)));
    together(faults.map(|fault| async move {
        let desk = survives(&[fault]).await;
        let actions = desk.actions().await;
        assert!(
            !actions.contains(&"outcome-unknown".to_owned()),
            "a question changes nothing: {actions:?}"
        );
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn troubles_do_not_add_up_to_a_second_order() {
    let last = last_part().await;
    survives(&[
        fault("POST", RESERVE, 0, json!({ "kind": "drop-after" })),
        fault("POST", PUSH, last, json!({ "kind": "drop-after" })),
        fault("POST", ORDER, 1, json!({ "kind": "drop-before" })),
        fault("GET", DOWNLOAD, 1, json!({ "kind": "drop-after" })),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_for_good_ends_the_submission() {
    let desk = impatient().await;
    let refusal =
        json!({ "kind": "status", "status": 403, "code": "push_denied", "message": "Нет полномочий" });
    desk.stand.fault(&fault("POST", RESERVE, 0, refusal));
    let id = desk.queued_akt().await;
    let row = desk.work_to_the_end().await;
    assert_eq!(
        (row.state, row.outcome.as_deref()),
        (OutboxState::Finished, Some("failed"))
    );
    assert_eq!(row.last_error.unwrap().code, "portal.refused.push-denied");
    assert_eq!(desk.page(&id).await.row.stage, Stage::Failed);
    assert_eq!(desk.stand.orders().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_portals_signature_service_is_down_the_document_waits() {
    let desk = impatient().await;
    desk.stand.set(&json!({ "signing_service_down": true }));
    let id = desk.queued_akt().await;
    desk.work_until("it is there", |row| row.state == OutboxState::Following)
        .await;
    desk.stand.set(&json!({ "signing_service_down": false }));
    desk.work_to_the_end().await;
    desk.all_is_well(&id).await;
}

/// Starts to work the outbox and waits until a request to `path` hangs at the portal.
async fn hanging(desk: &Desk, path: &str) -> tokio::task::JoinHandle<Option<time::OffsetDateTime>> {
    desk.stand
        .fault(&fault("POST", path, 0, json!({ "kind": "delay", "ms": 700 })));
    let app = desk.app.clone();
    let worker = tokio::spawn(async move { app.work_outbox().await });
    while !desk.stand.all_faults_struck() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    worker
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_locked_in_the_middle_of_a_request_opens_again_and_loses_nothing() {
    together([RESERVE, PUSH].map(|path| async move {
        let desk = Desk::signed_in().await;
        let id = desk.queued_akt().await;
        let worker = hanging(&desk, path).await;
        assert_eq!(desk.app.lock().await.phase, Phase::Locked);
        desk.app.unlock().await.unwrap();
        worker.await.unwrap();
        assert!(
            desk.app.state().await.session.is_none(),
            "a locked vault forgets who was signed in"
        );
        desk.sign_in().await.unwrap();
        desk.work_to_the_end().await;
        desk.all_is_well(&id).await;
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_chosen_again_in_the_middle_of_a_request_has_one_worker() {
    together([RESERVE, PUSH].map(|path| async move {
        let desk = Desk::signed_in().await;
        let id = desk.queued_akt().await;
        let worker = hanging(&desk, path).await;
        let organisation = desk.app.state().await.organisation.unwrap().id;
        desk.app.select_organisation(&organisation).await.unwrap();
        desk.sign_in().await.unwrap();
        desk.work_to_the_end().await;
        worker.await.unwrap();
        desk.all_is_well(&id).await;
    }))
    .await;
}
