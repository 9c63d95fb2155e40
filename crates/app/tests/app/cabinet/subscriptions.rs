//! Subscriptions and licences at the reference portal itself, and where it wants a confirmation.

use kabinet_app::Event;
use kabinet_app::view::{CalendarProfile, TaxRegime};
use time::macros::datetime;
use tokio::sync::broadcast::Receiver;

use super::*;

const LICENCE: &str = "99000000010";

/// The accountant, who may enable services here.
async fn administrator() -> Desk {
    let stand = Stand::start();
    stand.set_membership(
        &json!({"employee": "accountant", "organisation": oid(&stand), "role": "administrator"}),
    );
    let desk = Desk::with(stand, Options::default()).await;
    desk.sign_in().await.unwrap();
    desk
}

fn oid(stand: &Stand) -> u64 {
    stand.demo.organisations[0].oid
}

/// Action, service and outcome of every operation on a subscription, with who did it.
async fn operations(desk: &Desk) -> Vec<(String, String, Option<String>)> {
    desk.journal()
        .await
        .into_iter()
        .filter(|row| row.action.starts_with("subscription-"))
        .map(|row| {
            assert!(row.actor.contains("Лютикова"), "{row:?}");
            (
                row.action,
                row.params["service"].clone(),
                row.params.get("outcome").cloned(),
            )
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_enable_services_changes_no_subscription() {
    let desk = Desk::signed_in().await;
    let list = desk.app.subscriptions(true).await.unwrap();
    assert_eq!(list.refused.unwrap().code, "app.not-permitted");
    let service = list.offers[0].service.code.clone();
    assert_eq!(
        code(desk.app.subscribe(&service, 1, true).await),
        "app.not-permitted"
    );
    assert_eq!(
        desk.stand.requests_to("POST", "/api/cabinet/v1/me/subscriptions"),
        0
    );
    assert!(desk.actions().await.contains(&"not-permitted".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_is_made_confirmed_extended_cancelled_and_every_step_is_journalled() {
    let desk = administrator().await;
    let list = desk.app.subscriptions(true).await.unwrap();
    assert!(list.items.is_empty() && list.at.is_some() && list.refused.is_none());
    let offer = list.offers[0].clone();
    let service = offer.service.code.clone();
    let list = desk.app.subscribe(&service, 3, false).await.unwrap();
    let made = list.items[0].clone();
    assert_eq!(
        (made.status.as_str(), made.until.as_ref(), made.months),
        ("awaiting-confirmation", None, Some(3))
    );
    assert_eq!((&made.service, made.price), (&offer.service, offer.price));

    let list = desk.app.confirm_subscription(&made.id).await.unwrap();
    let active = list.items[0].clone();
    assert_eq!(active.status, "active");
    assert_eq!(
        code(desk.app.extend_subscription(&made.id, 6, false).await),
        "app.payment-not-confirmed"
    );
    let list = desk.app.extend_subscription(&made.id, 6, true).await.unwrap();
    assert!(list.items[0].until > active.until);
    let list = desk.app.cancel_subscription(&made.id).await.unwrap();
    assert_eq!(list.items[0].status, "ended");
    let told: Vec<&str> = list.items[0]
        .history
        .iter()
        .map(|event| event.operation.as_str())
        .collect();
    assert_eq!(told, ["subscribed", "confirmed", "extended", "cancelled"]);
    assert!(list.items[0].history[0].by.as_ref().unwrap().contains("Лютикова"));
    assert_eq!(
        code(desk.app.cancel_subscription(&made.id).await),
        "cabinet.refused.subscription-ended"
    );
    assert_eq!(
        code(desk.app.subscribe("1", 3, true).await),
        "cabinet.refused.service-not-found"
    );
    let done = |action: &str| (action.to_owned(), service.clone(), None);
    assert_eq!(
        operations(&desk).await,
        [
            done("subscription-begun"),
            done("subscription-confirmed"),
            done("subscription-extended"),
            done("subscription-cancelled")
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_is_there_without_a_connection() {
    let mut desk = administrator().await;
    let service = desk.app.subscriptions(true).await.unwrap().offers[0]
        .service
        .code
        .clone();
    desk.app.subscribe(&service, 2, true).await.unwrap();
    desk.stand.stop();
    let list = desk.app.subscriptions(true).await.unwrap();
    assert_eq!(
        (list.items.len(), list.error.unwrap().code.as_str()),
        (1, "portal.unreachable")
    );
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    let list = desk.app.subscriptions(false).await.unwrap();
    assert_eq!(
        (list.items[0].status.as_str(), list.at.is_some()),
        ("active", true)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_whose_answer_was_lost_is_journalled_as_such_and_never_repeated() {
    let desk = administrator().await;
    let service = desk.app.subscriptions(true).await.unwrap().offers[0]
        .service
        .code
        .clone();
    let path = "/api/cabinet/v1/me/subscriptions";
    desk.stand
        .fault(&json!({"method": "POST", "path": path, "kind": "drop-after"}));
    assert_eq!(
        code(desk.app.subscribe(&service, 2, true).await),
        "portal.outcome-unknown"
    );
    assert_eq!(desk.stand.requests_to("POST", path), 1);
    assert_eq!(
        operations(&desk).await,
        [(
            "subscription-begun".to_owned(),
            service,
            Some("unknown".to_owned())
        )]
    );
    assert_eq!(desk.app.subscriptions(true).await.unwrap().items.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_portal_wants_a_confirmation_it_is_asked_for_and_giving_up_changes_nothing() {
    let (desk, portal) = Portal::signed_in(|seen| match seen.line.as_str() {
        "GET /me/subscriptions" => Some((
            200,
            json!([{"id": "s-1", "status": "active", "service": {"code": "7", "title": "Выписка"}}]),
        )),
        "DELETE /me/subscriptions/s-1" if seen.step_up.as_deref() == Some("u") => Some((204, Value::Null)),
        "DELETE /me/subscriptions/s-1" => Some((
            403,
            json!({"code": "step-up-required", "stepUp": {"id": "u", "operation": "subscription.change", "factors": ["app"]}}),
        )),
        "POST /step-up/u/confirm" => Some((200, json!({"done": true, "remaining": []}))),
        _ => None,
    })
    .await;
    let list = desk.app.subscriptions(true).await.unwrap();
    assert_eq!((list.items.len(), list.offers.len()), (1, 0));
    assert_eq!(code(desk.app.cancel_subscription("s-1").await), "app.cancelled");
    desk.person.confirms_with(&["123456"]);
    desk.app.cancel_subscription("s-1").await.unwrap();
    assert_eq!(portal.asked("DELETE /me/subscriptions/s-1").len(), 3);
    let actions = desk.actions().await;
    let cancelled = actions
        .iter()
        .filter(|action| *action == "subscription-cancelled");
    assert_eq!(cancelled.count(), 1);
}

/// How many licences were warned of at once, and the days left of the nearest, since the last call.
fn warned(events: &mut Receiver<Event>) -> Vec<(usize, i32)> {
    let mut all = vec![];
    while let Ok(event) = events.try_recv() {
        if let Event::LicencesEnding { titles, days_left } = event {
            all.push((titles.len(), days_left));
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn licences_are_warned_of_once_for_each_threshold_outside_quiet_hours_and_without_a_connection() {
    let stand = Stand::start();
    let give = |stand: &Stand, number: &str, days: i64| {
        stand.give_licence(
            &json!({"organisation": oid(stand), "service": LICENCE, "number": number, "endsInDays": days}),
        )
    };
    give(&stand, "Л-1", 25);
    give(&stand, "Л-2", 400);
    give(&stand, "Л-3", -2);
    let mut desk = Desk::with(stand, Options::default()).await;
    desk.sign_in().await.unwrap();
    desk.app
        .set_calendar_profile(CalendarProfile {
            regime: TaxRegime::General,
            employer: true,
            vat: true,
            remind: true,
            quiet_from: 21,
            quiet_to: 9,
            chosen: true,
        })
        .await
        .unwrap();
    // Fetched with the sign-in.
    let list = desk.app.licences(false).await.unwrap();
    let shown: Vec<(&str, Option<i32>, Option<u8>)> = list
        .items
        .iter()
        .map(|one| (one.number.as_str(), one.days_left, one.warning))
        .collect();
    assert_eq!(
        shown,
        [
            ("Л-3", Some(-2), None),
            ("Л-1", Some(25), Some(30)),
            ("Л-2", Some(400), None)
        ]
    );
    assert_eq!(list.items[1].service.as_deref(), Some(LICENCE));

    let mut events = desk.app.events();
    let (night, day) = (datetime!(2026-11-29 23:00), datetime!(2026-11-29 12:00));
    desk.app.remind_of_licences(night).await;
    assert_eq!(warned(&mut events), []);
    desk.app.remind_of_licences(day).await;
    desk.app.remind_of_licences(day).await;
    assert_eq!(warned(&mut events), [(1, 25)]);
    let kept = desk.app.notices().await.unwrap();
    assert_eq!(
        (kept[0].kind.as_str(), kept[0].text.as_str()),
        ("licence", "Лицензия")
    );

    // A week before the end it is warned of again, after a restart not once more.
    give(&desk.stand, "Л-1", 6);
    desk.app.licences(true).await.unwrap();
    desk.app.remind_of_licences(day).await;
    assert_eq!(warned(&mut events), [(1, 6)]);
    desk.stand.stop();
    let desk = desk.started_again();
    let mut events = desk.app.events();
    desk.app.remind_of_licences(day).await;
    desk.app.unlock().await.unwrap();
    desk.app.remind_of_licences(day).await;
    assert_eq!(warned(&mut events), []);
    assert_eq!(desk.app.licences(false).await.unwrap().items.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_of_a_licence_is_saved_and_one_that_is_gone_leaves_no_file() {
    let desk = Desk::signed_in().await;
    let request = json!({"organisation": oid(&desk.stand), "service": LICENCE, "endsInDays": 100});
    let number = desk.stand.give_licence(&request);
    let list = desk.app.licences(true).await.unwrap();
    assert_eq!((list.items.len(), list.items[0].has_file), (1, true));
    let target = desk.path("licence.zip");
    assert_eq!(
        code(desk.app.save_licence("нет такой", &target).await),
        "cabinet.refused.licence-not-found"
    );
    assert!(!target.exists());
    desk.app.save_licence(&number, &target).await.unwrap();
    let saved = std::fs::read(&target).unwrap();
    assert!(saved.starts_with(b"PK"));
    assert!(desk.actions().await.contains(&"licence-saved".to_owned()));
    assert_eq!(desk.app.licence_file("../Л 1").0, "Лицензия ___Л_1.zip");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_does_not_name_them_has_neither() {
    let (desk, portal) = Portal::signed_in(|seen| {
        (seen.line == "GET ").then(|| (200, json!({"version": "1.0", "features": ["links"]})))
    })
    .await;
    assert_eq!(
        desk.app.subscriptions(true).await.unwrap().presence,
        CabinetPresence::Absent
    );
    assert_eq!(
        desk.app.licences(true).await.unwrap().presence,
        CabinetPresence::Absent
    );
    assert!(desk.app.representative(true).await.unwrap().is_none());
    assert!(portal.asked("GET /licences").is_empty() && portal.asked("GET /me/subscriptions").is_empty());
}
