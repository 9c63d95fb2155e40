//! Without a network, and back.

use kabinet_app::view::{Network, OutboxRow, OutboxState, Stage, WaitingFor};
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::desk::{Desk, together};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_signed_and_queued_offline_leaves_by_itself() {
    let mut desk = Desk::signed_in().await;
    let worker = tokio::spawn({
        let app = desk.app.clone();
        async move { app.work_forever().await }
    });
    desk.stand.stop();
    let id = desk.queued_akt().await;
    let row = loop {
        let row = desk.row().await;
        if row.waiting_for.is_some() {
            break row;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert_eq!(
        (row.state, row.waiting_for),
        (OutboxState::Queued, Some(WaitingFor::Network))
    );
    assert_eq!(row.last_error.unwrap().code, "portal.unreachable");
    assert_eq!(desk.app.state().await.network, Network::Offline);
    desk.stand.restart();
    desk.wait_for_stage(&id, Stage::Accepted).await;
    desk.all_is_well(&id).await;
    assert_eq!(desk.app.state().await.network, Network::Online);
    worker.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_only_signing_in_is_missing() {
    let mut desk = Desk::new().await;
    let worker = tokio::spawn({
        let app = desk.app.clone();
        async move { app.work_forever().await }
    });
    desk.stand.stop();
    let id = desk.queued_akt().await;
    assert_eq!(desk.sign_in().await.unwrap_err().code(), "portal.unreachable");
    desk.stand.restart();
    let row = desk.row().await;
    assert_eq!(
        (row.state, row.waiting_for),
        (OutboxState::Queued, Some(WaitingFor::SignIn))
    );
    desk.sign_in().await.unwrap();
    desk.wait_for_stage(&id, Stage::Accepted).await;
    desk.all_is_well(&id).await;
    worker.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_in_the_middle_is_asked_for_and_the_work_goes_on() {
    let paths = [
        "/api/gusmev/order",
        "/api/gusmev/push/chunked",
        "/api/gusmev/order/*",
        "/api/gusmev/files/download/*",
    ];
    together(paths.map(|path| async move {
        let desk = Desk::signed_in().await;
        desk.stand
            .fault(&json!({ "path": path, "kind": "status", "status": 401 }));
        let id = desk.queued_akt().await;
        let row = desk
            .work_until("the refusal", |row| row.waiting_for == Some(WaitingFor::SignIn))
            .await;
        assert_eq!(row.last_error.unwrap().code, "portal.unauthorized", "{path}");
        let state = desk.app.state().await;
        assert!(state.session.is_none());
        assert_eq!(state.session_ended.unwrap().code, "portal.unauthorized", "{path}");
        desk.sign_in().await.unwrap();
        assert!(desk.app.state().await.session_ended.is_none());
        desk.work_to_the_end().await;
        desk.all_is_well(&id).await;
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_closed_with_a_full_outbox_goes_on_after_the_next_start() {
    let mut desk = Desk::signed_in().await;
    desk.stand.stop();
    let id = desk.queued_akt().await;
    desk.app.work_outbox().await;
    let mut desk = desk.started_again();
    desk.stand.restart();
    desk.app.unlock().await.unwrap();
    assert_eq!(desk.row().await.state, OutboxState::Queued);
    desk.sign_in().await.unwrap();
    desk.work_to_the_end().await;
    desk.all_is_well(&id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_comes_back_is_used_at_once() {
    let mut desk = Desk::signed_in().await;
    desk.stand.stop();
    desk.queued_akt().await;
    // After some failures in a row the next try would be minutes away.
    for _ in 0..6 {
        desk.app.sync_now().await.unwrap();
    }
    let waiting = desk.row().await;
    assert_eq!(waiting.waiting_for, Some(WaitingFor::Network));
    desk.stand.restart();
    desk.app.work_outbox().await;
    assert_eq!(desk.row().await.state, OutboxState::Queued, "it is not due yet");
    desk.app.network_changed().await;
    let row = desk.row().await;
    assert!(row.last_error.is_none() && row.order_id.is_some(), "{row:#?}");
    assert_eq!(desk.app.state().await.network, Network::Online);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_says_how_old_it_is_after_a_restart_too() {
    let desk = Desk::signed_in().await;
    assert_eq!(desk.app.state().await.last_sync, None);
    desk.queued_akt().await;
    desk.work_to_the_end().await;
    let exchanged = desk.app.state().await.last_sync;
    assert!(exchanged.is_some());
    desk.app.lock().await;
    assert_eq!(
        desk.app.state().await.last_sync,
        None,
        "nothing of the vault while it is closed"
    );
    let desk = desk.started_again();
    assert_eq!(desk.app.unlock().await.unwrap().last_sync, exchanged);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_portal_said_last_keeps_its_moment_while_it_is_silent() {
    let mut desk = Desk::signed_in().await;
    desk.stand.set(&json!({ "speed": 0.0 }));
    desk.queued_akt().await;
    let begun = OffsetDateTime::now_utc();
    let told = |row: &OutboxRow| row.heard.is_some();
    let heard = desk.work_until("the portal told", told).await.heard.unwrap();
    let at = OffsetDateTime::parse(&heard, &Rfc3339).unwrap();
    assert!(
        at >= begun - time::Duration::SECOND && at <= OffsetDateTime::now_utc(),
        "{heard}"
    );
    desk.stand.stop();
    desk.app.sync_now().await.unwrap();
    let row = desk.row().await;
    assert_eq!(row.last_error.unwrap().code, "portal.unreachable");
    assert_eq!(row.heard, Some(heard.clone()));
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    assert_eq!(
        desk.row().await.heard,
        Some(heard),
        "a restart does not make it younger"
    );
}
