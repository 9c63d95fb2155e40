//! The safety of the account: check-up, locks, devices; and the feed.

use super::*;
use crate::browser::Does;

const ACCOUNTANTS_PASSWORD: &str = "Ромашка-Лютик-201!";

#[tokio::test(flavor = "multi_thread")]
async fn the_check_up_names_what_is_good_and_what_waits() {
    let desk = director().await;
    let entry = own_second(&desk);
    desk.app.request_link(form(&entry, "director")).await.unwrap();
    let page = desk.app.security().await.unwrap();
    assert_eq!(page.error, None);
    let lines: Vec<(&str, &str)> = page
        .check_up
        .iter()
        .map(|line| (line.item.as_str(), line.state.as_str()))
        .collect();
    assert_eq!(
        lines,
        [
            ("identity", "ok"),
            ("password", "ok"),
            ("second-factor", "ok"),
            ("contacts", "ok"),
            ("organisations", "attention"),
            ("devices", "ok")
        ]
    );
    let account = page.account.unwrap();
    assert_eq!(account.second_factor, Some(true));
    assert!(account.password_days_left.unwrap() > 80);
    assert!(account.phone.unwrap().contains('•'));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_of_the_account_stops_signing_and_says_who_can_end_it() {
    let desk = Desk::signed_in().await;
    let id = desk
        .import(&[kabinet_testkit::sample(kabinet_testkit::AKT)])
        .await;
    // Wrong passwords lock it, here by way of a confirmation.
    desk.stand.set(&json!({"password_attempts": 1}));
    let device = enter_in_browser(&desk).await;
    desk.person.confirms_with(&["?password", "не тот"]);
    assert_eq!(code(desk.app.revoke_device(&device).await), "app.cancelled");
    let page = desk.app.security().await.unwrap();
    let lock = page.account.unwrap().lock.unwrap();
    assert_eq!(
        (lock.cause.as_str(), lock.self_service),
        ("wrong-passwords", true)
    );
    assert!(lock.until.is_some());
    desk.sign_in().await.unwrap();
    assert!(desk.app.state().await.standing.unwrap().locked);
    assert_eq!(code(desk.sign(&[id]).await), "app.account-locked");
}

/// Signs in in the browser and works for the organisation in that session; answers the device.
async fn enter_in_browser(desk: &Desk) -> String {
    desk.browser.does(Does::SignsIn("accountant"));
    desk.app.sign_in_in_browser(false).await.unwrap();
    let oid = desk.stand.demo.organisations[0].oid.to_string();
    desk.app.enter_by_esia(&oid).await.unwrap();
    let devices = desk.app.security().await.unwrap().devices;
    let current: Vec<_> = devices.iter().filter(|device| device.current).collect();
    assert_eq!(current.len(), 1, "{devices:#?}");
    current[0].id.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_are_ended_with_a_second_confirmation_the_own_one_with_its_session() {
    let desk = Desk::new().await;
    let first = enter_in_browser(&desk).await;
    // Another browser, that nobody knows there.
    desk.browser.forgets();
    let second = enter_in_browser(&desk).await;
    assert_ne!(first, second);
    desk.person.confirms_with(&["?email", "@"]);
    let page = desk.app.revoke_device(&first).await.unwrap();
    assert_eq!(page.error, None);
    let left: Vec<&str> = page.devices.iter().map(|device| device.id.as_str()).collect();
    assert_eq!(left, [second.as_str()]);
    let asked = desk.person.was_asked();
    assert_eq!(
        asked[0].step_up.as_ref().unwrap().others,
        ["sms", "email", "password"]
    );
    desk.person.confirms_with(&["?password", ACCOUNTANTS_PASSWORD]);
    let page = desk.app.revoke_device(&second).await.unwrap();
    assert!(page.error.is_some());
    assert!(desk.app.state().await.session.is_none());
    let ended = desk.actions().await;
    let count = ended.iter().filter(|action| *action == "device-revoked").count();
    assert_eq!(count, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_is_fetched_once_grows_by_what_is_new_and_is_read_on_both_sides() {
    let desk = Desk::signed_in().await;
    let feed = desk.app.notifications(true).await.unwrap();
    assert_eq!((feed.items.len(), feed.unread, feed.error), (5, 5, None));
    let told = json!({"employee": "accountant", "kind": "security", "title": "Вход с нового устройства",
        "text": "Вход с планшета.", "important": true, "link": {"section": "devices"}});
    desk.stand.operate("notifications", &told);
    let feed = desk.app.notifications(true).await.unwrap();
    assert_eq!((feed.items.len(), feed.unread), (6, 6));
    let newest = &feed.items[0];
    assert_eq!(
        (newest.kind.as_str(), newest.section.as_deref()),
        ("security", Some("devices"))
    );
    let alerts = async || desk.app.state().await.standing.unwrap().alerts;
    let before = alerts().await;
    assert_eq!(desk.app.read_notification(&newest.id).await.unwrap().unread, 5);
    assert_eq!(alerts().await, before - 1);
    assert_eq!(
        desk.stand.requests_to(
            "POST",
            &format!("/api/cabinet/v1/notifications/{}/read", newest.id)
        ),
        1
    );
}
