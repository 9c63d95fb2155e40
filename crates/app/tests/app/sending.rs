//! Sending: the ways a submission can end.

use std::time::Duration;

use kabinet_app::Event;
use kabinet_app::view::{NextActor, OutboxState, Stage, Verdict};
use kabinet_testkit::{AKT, UPD, sample, sfr_pair};
use serde_json::{Value, json};

use crate::desk::{Desk, TAX, code, together};

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_document_has_its_receipt_statuses_and_journal() {
    let desk = Desk::signed_in().await;
    let mut events = desk.app.events();
    let id = desk.queued_akt().await;
    assert_eq!(desk.page(&id).await.row.stage, Stage::Queued);
    let row = desk.work_to_the_end().await;
    assert_eq!(row.outcome.as_deref(), Some("accepted"));
    desk.all_is_well(&id).await;

    let page = desk.page(&id).await;
    assert_eq!(page.next_actor, NextActor::Nobody);
    let receipt = page
        .signatures
        .iter()
        .find(|signature| signature.file.starts_with("kvitanciya_"))
        .unwrap();
    assert_eq!(receipt.verdict, Verdict::Valid, "{receipt:#?}");
    let last = page.history.last().unwrap();
    assert!(
        last.is_final && last.title == "Услуга оказана",
        "{:#?}",
        page.history
    );
    let titles: Vec<&str> = page.history.iter().map(|status| status.title.as_str()).collect();
    let way = [
        "Черновик заявления",
        "Заявление зарегистрировано на портале",
        "Заявление отправлено в ведомство",
        "Заявление получено ведомством",
        "Услуга оказана",
    ];
    assert_eq!(titles, way);
    let of_document: Vec<&str> = page
        .journal
        .iter()
        .rev()
        .map(|entry| entry.action.as_str())
        .collect();
    let expected = [
        "document-added",
        "document-signed-unopened",
        "document-queued",
        "order-requested",
        "order-reserved",
        "upload-started",
        "order-pushed",
        "final-status",
        "result-received",
        "submission-finished",
    ];
    let mut rest = of_document.iter();
    assert!(
        expected.iter().all(|wanted| rest.any(|seen| seen == wanted)),
        "{of_document:?}"
    );
    // Nothing is written about polls that bring nothing new.
    let statuses = of_document
        .iter()
        .filter(|action| **action == "status-changed")
        .count();
    assert_eq!(statuses, page.history.len());
    assert!(desk.app.verify_journal().await.unwrap().broken_at.is_none());
    // Of what changes in a moment only the newest is told.
    let told = tokio::time::timeout(Duration::from_secs(10), async {
        loop {
            if let Ok(Event::StatusChanged { status, document, .. }) = events.recv().await
                && status == "Услуга оказана"
            {
                return document;
            }
        }
    });
    assert_eq!(
        told.await.unwrap(),
        Some(id.clone()),
        "the person is told about the end"
    );
    // A document that is done is not sent again.
    assert_eq!(code(desk.app.send_document(&id, TAX).await), "app.wrong-stage");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pension_pair_carries_its_order_number_and_no_signature() {
    let desk = Desk::signed_in().await;
    let id = desk.import(&sfr_pair()).await;
    desk.app.send_document(&id, "10000000109").await.unwrap();
    assert_eq!(desk.work_to_the_end().await.outcome.as_deref(), Some("accepted"));
    let order = desk.stand.only_order();
    let names: Vec<&str> = order["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["name"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), 2, "{order}");
    assert!(names.iter().all(|name| name.ends_with(".xml")), "{names:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_brings_its_signed_reason() {
    let desk = Desk::signed_in().await;
    desk.stand.set(&json!({ "outcome": "refuse" }));
    let id = desk.queued_akt().await;
    assert_eq!(desk.work_to_the_end().await.outcome.as_deref(), Some("refused"));
    let page = desk.page(&id).await;
    assert_eq!((page.row.stage, page.files.len()), (Stage::Refused, 4));
    assert!(
        page.signatures
            .iter()
            .all(|signature| signature.verdict == Verdict::Valid)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_of_processing_and_delivery_end_as_failed_and_can_be_sent_again() {
    let outcomes = [
        json!({ "code": "VALIDATION_ERROR" }),
        json!("fail-delivery"),
        json!("fail-processing"),
    ];
    together(outcomes.map(|outcome| async move {
        let desk = Desk::signed_in().await;
        desk.stand.set(&json!({ "outcome": outcome }));
        let id = desk.queued_akt().await;
        assert_eq!(
            desk.work_to_the_end().await.outcome.as_deref(),
            Some("failed"),
            "{outcome}"
        );
        let page = desk.page(&id).await;
        assert_eq!(page.row.stage, Stage::Failed);
        assert!(
            page.history.last().is_some_and(|status| status.is_final),
            "{outcome} {:#?}",
            page.history
        );
        desk.stand.set(&json!({ "outcome": "accept" }));
        desk.app.send_document(&id, TAX).await.unwrap();
        desk.app.sync_now().await.unwrap();
        desk.wait_for_stage_working(&id, Stage::Accepted).await;
        assert_eq!(desk.stand.orders().len(), 2, "a new order, on purpose");
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_the_portal_does_not_accept_ends_as_failed_with_its_words() {
    let desk = Desk::signed_in().await;
    let id = desk.queued_akt().await;
    // Revoked after signing and before the portal looks.
    desk.stand.revoke("accountant");
    assert_eq!(desk.work_to_the_end().await.outcome.as_deref(), Some("failed"));
    let page = desk.page(&id).await;
    let last = page.history.last().unwrap();
    assert!(
        last.comment
            .as_deref()
            .is_some_and(|comment| comment.contains("отозван")),
        "{:#?}",
        page.history
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_for_a_correction_is_the_users_turn() {
    let desk = Desk::signed_in().await;
    desk.stand.set(&json!({ "outcome": "correct" }));
    let id = desk.queued_akt().await;
    desk.work_until("the request", |row| row.state == OutboxState::Following)
        .await;
    desk.wait_for_stage_working(&id, Stage::NeedsCorrection).await;
    let page = desk.page(&id).await;
    assert_eq!(page.next_actor, NextActor::You);
    assert!(
        page.history
            .last()
            .unwrap()
            .comment
            .as_deref()
            .is_some_and(|comment| comment.contains("Исправьте"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_before_it_leaves_never_leaves() {
    let desk = Desk::new().await;
    let id = desk.queued_akt().await;
    let row = desk.row().await;
    assert!(row.can_withdraw);
    assert_eq!(code(desk.app.send_document(&id, TAX).await), "app.wrong-stage");
    let row = desk.app.withdraw(&row.id).await.unwrap();
    assert_eq!(
        (row.state, row.outcome.as_deref()),
        (OutboxState::Finished, Some("cancelled"))
    );
    assert_eq!(desk.page(&id).await.row.stage, Stage::Signed);
    desk.sign_in().await.unwrap();
    desk.app.sync_now().await.unwrap();
    assert_eq!(desk.stand.orders(), Vec::<Value>::new());
    assert_eq!(code(desk.app.withdraw(&row.id).await), "app.wrong-stage");
    desk.app.send_document(&id, TAX).await.unwrap();
    desk.wait_for_stage_working(&id, Stage::Accepted).await;
    desk.all_is_well(&id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_left_cannot_be_taken_back() {
    let desk = Desk::signed_in().await;
    desk.stand.set(&json!({ "outcome": "hold" }));
    desk.queued_akt().await;
    let row = desk
        .work_until("it is there", |row| row.state == OutboxState::Following)
        .await;
    assert!(!row.can_withdraw);
    assert_eq!(code(desk.app.withdraw(&row.id).await), "app.wrong-stage");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_service_does_not_take_is_not_queued() {
    let desk = Desk::new().await;
    let id = desk.import(&[sample(AKT)]).await;
    assert_eq!(code(desk.app.send_document(&id, TAX).await), "app.not-signed");
    assert_eq!(
        code(desk.app.send_document(&id, "10000000109").await),
        "app.service"
    );
    assert_eq!(code(desk.app.send_document(&id, "nonsense").await), "app.service");
    assert!(desk.app.outbox().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn several_documents_become_as_many_orders() {
    let desk = Desk::signed_in().await;
    let ids = [
        desk.import(&[sample(AKT)]).await,
        desk.import(&[sample(UPD)]).await,
    ];
    desk.sign(&ids).await.unwrap();
    for id in &ids {
        desk.app.send_document(id, TAX).await.unwrap();
    }
    for id in &ids {
        desk.wait_for_stage_working(id, Stage::Accepted).await;
    }
    let orders = desk.stand.orders();
    assert_eq!(orders.len(), 2);
    assert!(orders.iter().all(|order| order["pushes"] == 1));
}
