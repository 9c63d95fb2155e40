//! Everything the organisation has filed: what an exchange costs, what is known of orders filed elsewhere, what can be done.

use std::time::{Duration, Instant};

use kabinet_app::Event;
use kabinet_app::view::{DeadlineKind, NoticeRules, OrderQuery, OutboxState, Stage};
use kabinet_portal::Options;
use kabinet_reference_portal::Settings;
use kabinet_testkit::Stand;
use serde_json::json;
use time::format_description::well_known::Iso8601;
use time::{Date, OffsetDateTime, PrimitiveDateTime};

use crate::desk::{Desk, code};

fn query() -> OrderQuery {
    OrderQuery {
        limit: 50,
        ..OrderQuery::default()
    }
}

/// Works until the application `order` is as wanted.
async fn until(desk: &Desk, order: &str, what: &str, wanted: impl Fn(&kabinet_app::view::OrderPage) -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        desk.app.work_outbox().await;
        desk.app.sync_now().await.unwrap();
        if let Ok(page) = desk.app.order(order).await
            && wanted(&page)
        {
            return;
        }
        assert!(Instant::now() < end, "never came: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_exchange_costs_follows_from_what_changed_not_from_what_there_is() {
    for total in [200, 3000] {
        let desk = Desk::signed_in().await;
        desk.stand.seed_orders(total);
        desk.app.sync_now().await.unwrap();
        assert_eq!(desk.app.orders(query()).await.unwrap().total, total);
        desk.stand.touch_orders(10);
        desk.stand.forget_requests();
        desk.app.sync_now().await.unwrap();
        let requests = desk.stand.requests_to("GET", "/api/*") + desk.stand.requests_to("POST", "/api/*");
        assert!(requests <= 5, "{requests} requests for ten changes among {total}");
        let again = desk.app.orders(query()).await.unwrap();
        assert_eq!(again.total, total);
        let changed = again
            .rows
            .iter()
            .filter(|row| row.status.starts_with("Решение пересмотрено"));
        assert_eq!(changed.count(), 10);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_changes_lose_nothing_at_their_edges() {
    let desk = Desk::signed_in().await;
    // Not a multiple of a page, and more than two.
    desk.stand.seed_orders(1234);
    desk.app.sync_now().await.unwrap();
    assert_eq!(desk.app.orders(query()).await.unwrap().total, 1234);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exchange_that_broke_off_goes_on_and_says_why_it_stands() {
    let desk = Desk::signed_in().await;
    desk.stand.seed_orders(1200);
    desk.stand.fault(&json!({
        "kind": "status", "status": 429, "retry_after_s": 1, "method": "GET",
        "path": "/api/gusmev/order/getUpdatedAfter*", "skip": 1
    }));
    let state = desk.app.sync_now().await.unwrap();
    assert_eq!(state.failing.unwrap().code, "portal.rate-limited");
    let state = desk.app.sync_now().await.unwrap();
    assert_eq!(state.failing, None);
    assert_eq!(desk.app.orders(query()).await.unwrap().total, 1200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_filed_elsewhere_is_listed_opened_and_watched() {
    let desk = Desk::signed_in().await;
    desk.stand.seed_orders(3);
    desk.app.sync_now().await.unwrap();
    let rows = desk.app.orders(query()).await.unwrap().rows;
    let oldest = rows.last().unwrap().id.clone();
    let page = desk.app.order(&oldest).await.unwrap();
    assert_eq!((page.history.len(), page.item.is_final), (1, Some(true)));
    assert_eq!(page.history[0].title, "Услуга оказана");
    assert!(page.history[0].sender.is_some(), "somebody is responsible");
    assert!(!page.can_cancel && !page.can_answer && page.item.document_id.is_none());
    desk.app.watch_order(&oldest, true).await.unwrap();
    let mut events = desk.app.events();
    desk.stand.touch_orders(1);
    desk.app.sync_now().await.unwrap();
    let notices = desk.app.notices().await.unwrap();
    assert_eq!((notices.len(), notices[0].kind.as_str()), (1, "watched"));
    let told = tokio::time::timeout(Duration::from_secs(10), async {
        loop {
            if let Ok(Event::StatusChanged { order, .. }) = events.recv().await {
                return order;
            }
        }
    });
    assert_eq!(told.await.unwrap(), oldest);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_somebody_else_holds_is_never_taken_for_ones_own() {
    let desk = Desk::signed_in().await;
    // Our answer is lost; another installation's draft of the same service stands there as well.
    desk.stand
        .fault(&json!({ "kind": "drop-after", "method": "POST", "path": "/api/gusmev/order" }));
    let id = desk.queued_akt().await;
    desk.work_to_the_end().await;
    assert_eq!(desk.page(&id).await.row.stage, Stage::Accepted);
    let orders = desk.stand.orders();
    let (drafts, filed): (Vec<_>, Vec<_>) = orders.iter().partition(|order| order["draft"] == true);
    assert_eq!((drafts.len(), filed.len()), (1, 1), "{orders:#?}");
    assert_eq!(
        drafts[0]["push_requests"], 0,
        "the number with the lost answer is left alone"
    );
}

/// An order the authority holds.
async fn held(outcome: &str) -> (Desk, String, String) {
    let settings = Settings {
        speed: 100.0,
        ..Settings::default()
    };
    let desk = Desk::with(Stand::start_with(settings), Options::default()).await;
    desk.sign_in().await.unwrap();
    desk.stand.set(&json!({ "outcome": outcome }));
    let id = desk.queued_akt().await;
    desk.work_until("it is there", |row| row.state == OutboxState::Following)
        .await;
    let order = desk.stand.only_order()["id"].to_string();
    (desk, id, order)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_cancelled_once_even_when_the_answer_is_lost() {
    let (desk, id, order) = held("hold").await;
    until(&desk, &order, "it can be cancelled", |page| page.can_cancel).await;
    desk.stand
        .fault(&json!({ "kind": "drop-after", "method": "POST", "path": "*/cancel" }));
    desk.app.cancel_order(&order).await.unwrap();
    let row = desk.work_to_the_end().await;
    assert_eq!(row.outcome.as_deref(), Some("cancelled"));
    assert_eq!(desk.page(&id).await.row.stage, Stage::Cancelled);
    assert_eq!(
        desk.stand
            .requests_to("POST", &format!("/api/gusmev/order/{order}/cancel")),
        1
    );
    assert_eq!(
        code(desk.app.cancel_order(&order).await),
        "portal.refused.cancel-not-allowed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_that_comes_too_late_is_told_and_the_order_goes_on() {
    let (desk, _, order) = held("hold").await;
    until(&desk, &order, "it can be cancelled", |page| page.can_cancel).await;
    desk.stand.fault(&json!({
        "kind": "status", "status": 405, "code": "cancel_not_allowed", "method": "POST", "path": "*/cancel"
    }));
    desk.app.cancel_order(&order).await.unwrap();
    desk.app.work_outbox().await;
    assert!(desk.actions().await.contains(&"cancel-refused".to_owned()));
    assert_eq!(desk.row().await.state, OutboxState::Following);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authority_is_answered_under_the_same_number() {
    let (desk, id, order) = held("correct").await;
    until(&desk, &order, "the authority asks", |page| page.can_answer).await;
    desk.wait_for_stage_working(&id, Stage::NeedsCorrection).await;
    let path = desk.path("answer.txt");
    std::fs::write(&path, "Исправлено\n").unwrap();
    let answer = desk.import(&[path]).await;
    desk.sign(std::slice::from_ref(&answer)).await.unwrap();
    desk.stand.set(&json!({ "outcome": "accept" }));
    // The first try is lost on its way back.
    desk.stand
        .fault(&json!({ "kind": "drop-after", "method": "POST", "path": "/api/gusmev/push/chunked" }));
    desk.app.answer_order(&order, &answer).await.unwrap();
    until(&desk, &order, "it is over", |page| {
        page.item.is_final == Some(true)
    })
    .await;
    let filed = desk.stand.only_order();
    assert_eq!(
        (&filed["pushes"], &filed["push_requests"]),
        (&2.into(), &2.into()),
        "{filed:#}"
    );
    assert_eq!(
        code(desk.app.answer_order(&order, &answer).await),
        "app.no-question"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_term_of_a_question_is_in_the_calendar_and_is_reminded_of_until_it_is_answered() {
    let (desk, id, order) = held("correct").await;
    until(&desk, &order, "the authority asks", |page| page.can_answer).await;
    let page = desk.app.order(&order).await.unwrap();
    let until_when = page.item.answer_until.unwrap();
    let (day, _) = until_when.split_once('T').unwrap();
    let date = |text: &str| Date::parse(text, &Iso8601::DATE).unwrap();
    let due = date(day);
    let now = OffsetDateTime::now_utc();
    assert!(
        (8..=11).contains(&(due - now.date()).whole_days()),
        "{until_when}"
    );
    // Days of this computer's zone: the term may end a day before or after the one the portal writes.
    let near = |text: &str| (date(text) - due).whole_days().abs() <= 1;
    let entries = async |desk: &Desk| {
        let (from, to) = (
            now.date().to_string(),
            (now + time::Duration::days(30)).date().to_string(),
        );
        let all = desk.app.calendar(&from, &to).await.unwrap().entries;
        let asked = all.into_iter().filter(|one| one.kind == DeadlineKind::Question);
        asked.collect::<Vec<_>>()
    };
    let asked = entries(&desk).await;
    assert_eq!(asked.len(), 1);
    assert!(near(&asked[0].due) && asked[0].id.starts_with(&format!("question/{order}/")));
    assert!(!asked[0].title.is_empty());
    let mut events = desk.app.events();
    let day_before = date(&asked[0].due) - time::Duration::days(2);
    let at = PrimitiveDateTime::new(day_before, time::macros::time!(12:00));
    for _ in 0..2 {
        desk.app.remind(at).await;
    }
    let mut told = 0;
    while let Ok(event) = events.try_recv() {
        if let Event::DeadlinesNear { titles, days_left } = event {
            assert_eq!((titles, days_left), (vec![asked[0].title.clone()], 2));
            told += 1;
        }
    }
    assert_eq!(told, 1, "once");
    // Answered, it waits for nobody here.
    desk.wait_for_stage_working(&id, Stage::NeedsCorrection).await;
    let path = desk.path("answer.txt");
    std::fs::write(&path, "Исправлено\n").unwrap();
    let answer = desk.import(&[path]).await;
    desk.sign(std::slice::from_ref(&answer)).await.unwrap();
    desk.stand.set(&json!({ "outcome": "accept" }));
    desk.app.answer_order(&order, &answer).await.unwrap();
    until(&desk, &order, "it is over", |page| {
        page.item.is_final == Some(true)
    })
    .await;
    assert!(entries(&desk).await.is_empty());
    assert_eq!(desk.app.order(&order).await.unwrap().item.answer_until, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_application_is_repeated_as_a_draft_filled_in() {
    let (desk, _, order) = held("refuse").await;
    until(&desk, &order, "it is refused", |page| page.refused).await;
    let page = desk.app.order(&order).await.unwrap();
    assert!(page.can_repeat && !page.can_cancel);
    let draft = desk.app.repeat_order(&order).await.unwrap();
    assert!(draft.fields.values().any(|value| !value.is_empty()), "{draft:#?}");
    assert_eq!(desk.stand.orders().len(), 1, "nothing is sent by that");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_on_orders_is_waited_for_and_not_met() {
    let mut options = Options::default();
    options.limits.orders_per_ten_minutes = 2;
    let desk = Desk::with(Stand::start(), options).await;
    desk.sign_in().await.unwrap();
    for id in desk.import_letters(3).await {
        desk.sign(std::slice::from_ref(&id)).await.unwrap();
        desk.app.send_document(&id, crate::desk::TAX).await.unwrap();
    }
    desk.app.work_outbox().await;
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    desk.sign_in().await.unwrap();
    desk.app.work_outbox().await;
    assert_eq!(
        desk.stand.requests_to("POST", "/api/gusmev/order"),
        2,
        "a new start forgets nothing"
    );
    let rows = desk.app.outbox().await.unwrap();
    let waiting: Vec<_> = rows
        .iter()
        .filter(|row| row.state == OutboxState::Queued)
        .collect();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].last_error.as_ref().unwrap().code, "portal.order-limit");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_told_together_and_only_those_somebody_wants() {
    let desk = Desk::signed_in().await;
    desk.stand.seed_orders(6);
    desk.app.sync_now().await.unwrap();
    for row in desk.app.orders(query()).await.unwrap().rows {
        desk.app.watch_order(&row.id, true).await.unwrap();
    }
    let mut events = desk.app.events();
    desk.stand.touch_orders(5);
    desk.app.sync_now().await.unwrap();
    let told = tokio::time::timeout(Duration::from_secs(10), async {
        loop {
            match events.recv().await.unwrap() {
                Event::StatusesChanged { count } => return count,
                Event::StatusChanged { .. } => panic!("they come one by one"),
                _ => {}
            }
        }
    });
    assert_eq!(told.await.unwrap(), 5);
    let none = NoticeRules {
        watched: false,
        ..NoticeRules::default()
    };
    desk.app.set_notice_rules(none).await.unwrap();
    desk.stand.touch_orders(6);
    desk.app.sync_now().await.unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    while let Ok(event) = events.try_recv() {
        assert!(!matches!(
            event,
            Event::StatusChanged { .. } | Event::StatusesChanged { .. }
        ));
    }
    assert!(
        desk.app.notices().await.unwrap().len() >= 6,
        "kept to be read all the same"
    );
}
