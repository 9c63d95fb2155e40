//! What is told, and where: the portal's channels, decisions by mail, rules of one's own.

use kabinet_app::Event;
use kabinet_app::view::{KindChannels, NewOwnRule, OrderQuery, OwnRuleWhen, Stage};
use kabinet_testkit::{UPD, sample};
use time::{OffsetDateTime, PrimitiveDateTime};

use super::*;
use crate::desk::TAX;

fn kind<'a>(kinds: &'a [KindChannels], code: &str) -> &'a KindChannels {
    kinds.iter().find(|one| one.kind == code).unwrap()
}

/// Letters to the accountant about what has this in its text.
fn letters(desk: &Desk, part: &str) -> Vec<String> {
    let sent = desk.stand.outgoing().into_iter();
    let own = sent.filter(|one| one["to"] == "lyutikova@romashka.example");
    own.map(|one| one["text"].as_str().unwrap().to_owned())
        .filter(|text| text.contains(part))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn channels_are_changed_at_the_portal_by_kind_and_only_security_wants_a_confirmation() {
    let desk = Desk::signed_in().await;
    let there = desk.app.portal_channels().await.unwrap();
    assert_eq!((there.enabled, there.error), (true, None));
    let news = kind(&there.kinds, "news");
    assert!(news.wanted && news.email && news.push && !news.sms);
    let mut changed = there.kinds.clone();
    desk.person.was_asked();
    for one in &mut changed {
        match one.kind.as_str() {
            "news" => one.wanted = false,
            "system" => (one.email, one.sms) = (false, true),
            _ => {}
        }
    }
    let there = desk.app.set_portal_channels(true, changed.clone()).await.unwrap();
    assert_eq!(there.kinds, changed);
    assert!(desk.person.was_asked().is_empty());
    let last = desk.actions().await.pop().unwrap();
    assert_eq!(last, "notification-channels-changed");
    // What is switched off there does not come.
    let before = desk.app.notifications(true).await.unwrap().items.len();
    for kind in ["news", "system"] {
        let told = json!({"employee": "accountant", "kind": kind, "title": format!("О {kind}"), "text": "а"});
        desk.stand.operate("notifications", &told);
    }
    assert_eq!(
        desk.app.notifications(true).await.unwrap().items.len(),
        before + 1
    );
    assert!(letters(&desk, "О system").is_empty());
    let text = desk.stand.outgoing().pop().unwrap();
    assert_eq!((&text["channel"], &text["code"]), (&json!("sms"), &Value::Null));

    let silent: Vec<KindChannels> = changed
        .iter()
        .map(|one| KindChannels {
            email: one.email && one.kind != "security",
            ..one.clone()
        })
        .collect();
    assert_eq!(
        code(desk.app.set_portal_channels(true, silent.clone()).await),
        "app.cancelled"
    );
    assert_eq!(desk.app.portal_channels().await.unwrap().kinds, changed);
    desk.person.confirms_with(&["?sms", "@"]);
    let there = desk.app.set_portal_channels(true, silent.clone()).await.unwrap();
    assert_eq!(there.kinds, silent);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_decision_comes_by_mail_until_the_channel_is_switched_off() {
    let desk = Desk::signed_in().await;
    let id = desk.queued_akt().await;
    desk.work_to_the_end().await;
    let order = desk.page(&id).await.row.order_id.unwrap();
    let sent = letters(&desk, &format!("№ {order}"));
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(sent[0].contains("Услуга оказана") && !sent[0].contains("Лютикова"));

    let there = desk.app.portal_channels().await.unwrap();
    let without: Vec<KindChannels> = there
        .kinds
        .iter()
        .map(|one| KindChannels {
            email: one.email && one.kind != "order",
            ..one.clone()
        })
        .collect();
    desk.app.set_portal_channels(true, without).await.unwrap();
    let next = desk.import(&[sample(UPD)]).await;
    desk.sign(std::slice::from_ref(&next)).await.unwrap();
    desk.app.send_document(&next, TAX).await.unwrap();
    desk.wait_for_stage_working(&next, Stage::Accepted).await;
    assert_eq!(letters(&desk, "Услуга оказана").len(), 1);
}

fn rule(when: OwnRuleWhen, status: &str, days: u16) -> NewOwnRule {
    NewOwnRule {
        when,
        service: None,
        status: status.to_owned(),
        days,
    }
}

/// So many days from now by the local clock, at noon.
fn in_days(days: i64) -> PrimitiveDateTime {
    let today = OffsetDateTime::now_utc().date();
    PrimitiveDateTime::new(today + time::Duration::days(days), time::macros::time!(12:00))
}

async fn told(desk: &Desk) -> Vec<String> {
    let notices = desk.app.notices().await.unwrap();
    let own = notices.into_iter().filter(|notice| notice.kind == "rule");
    own.map(|notice| notice.text).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_speaks_once_of_a_status_that_is_reached_after_it_was_made() {
    let desk = Desk::signed_in().await;
    desk.stand.seed_orders(5);
    desk.app.sync_now().await.unwrap();
    assert_eq!(
        code(desk.app.add_own_rule(rule(OwnRuleWhen::Status, "  ", 1)).await),
        "app.own-rule"
    );
    let all = desk
        .app
        .add_own_rule(rule(OwnRuleWhen::Status, "решение ПЕРЕСМОТРЕНО", 1))
        .await
        .unwrap();
    assert_eq!((all.len(), all[0].status.as_str()), (1, "решение ПЕРЕСМОТРЕНО"));
    desk.app.sync_now().await.unwrap();
    assert!(told(&desk).await.is_empty());
    desk.stand.touch_orders(2);
    let mut events = desk.app.events();
    desk.app.sync_now().await.unwrap();
    assert_eq!(told(&desk).await.len(), 2);
    let heard = tokio::time::timeout(Duration::from_secs(10), async {
        loop {
            if let Ok(Event::StatusesChanged { count }) = events.recv().await {
                return count;
            }
        }
    });
    assert_eq!(heard.await.unwrap(), 2);
    desk.app.sync_now().await.unwrap();
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    desk.sign_in().await.unwrap();
    desk.app.sync_now().await.unwrap();
    assert_eq!(told(&desk).await.len(), 2, "each is told once");
    let left = desk.app.remove_own_rule(&all[0].id).await.unwrap();
    assert!(left.is_empty());
    desk.stand.touch_orders(3);
    desk.app.sync_now().await.unwrap();
    assert_eq!(told(&desk).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_speaks_of_an_authority_that_is_silent_and_of_a_term_that_is_near() {
    let desk = Desk::signed_in().await;
    desk.stand.set(&json!({"outcome": "hold"}));
    desk.queued_akt().await;
    desk.work_until("it is there", |row| {
        row.state == kabinet_app::view::OutboxState::Following
    })
    .await;
    desk.app.sync_now().await.unwrap();
    let order = desk.stand.only_order()["id"].to_string();
    desk.app.order(&order).await.unwrap();
    let list = OrderQuery {
        limit: 10,
        ..OrderQuery::default()
    };
    let open = desk.app.orders(list).await.unwrap().rows.remove(0);
    assert_eq!((open.id.as_str(), open.is_final), (order.as_str(), Some(false)));
    desk.app
        .add_own_rule(rule(OwnRuleWhen::Silence, "", 10))
        .await
        .unwrap();
    desk.app
        .add_deadline("Договор аренды", &in_days(30).date().to_string())
        .await
        .unwrap();
    desk.app
        .add_own_rule(rule(OwnRuleWhen::Deadline, "", 20))
        .await
        .unwrap();
    desk.app.remind(in_days(8)).await;
    assert!(told(&desk).await.is_empty());
    for _ in 0..2 {
        desk.app.remind(in_days(12)).await;
    }
    assert_eq!(told(&desk).await, ["Договор аренды", "Нет ответа 10 дней"]);
    let notices = desk.app.notices().await.unwrap();
    let silent = notices
        .iter()
        .find(|one| one.order_id.is_some() && one.kind == "rule");
    assert_eq!(silent.unwrap().order_id.as_deref(), Some(order.as_str()));
}
