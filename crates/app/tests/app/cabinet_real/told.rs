//! What the portal tells of itself, of safety, of news and of duties (NOTE-04, 05, 08, 10, 11, 12).

use kabinet_app::Event;
use kabinet_app::view::{NotificationView, Notifications};

use super::*;
use crate::browser::Does;

async fn feed(desk: &Desk) -> Notifications {
    let feed = desk.app.notifications(true).await.unwrap();
    assert_eq!(feed.error, None);
    feed
}

fn titled<'a>(feed: &'a Notifications, title: &str) -> &'a NotificationView {
    feed.items
        .iter()
        .find(|one| one.title == title)
        .unwrap_or_else(|| panic!("{title}: {:#?}", feed.items))
}

#[tokio::test(flavor = "multi_thread")]
async fn works_on_the_portal_news_and_changes_of_law_come_by_kind_stay_offline_and_are_read() {
    let mut desk = Desk::signed_in().await;
    let first = feed(&desk).await;
    for (title, kind, section) in [
        ("Работы на портале", "system", "news"),
        ("Новая услуга", "news", "services"),
        ("Изменения в законодательстве", "news", "news"),
        ("Скоро срок отчётности", "deadline", "orders"),
    ] {
        let one = titled(&first, title);
        assert_eq!((one.kind.as_str(), one.section.as_deref()), (kind, Some(section)));
        assert!(!one.text.is_empty() && one.at.is_some() && !one.read);
    }
    let told = [
        ("system", "Обновление портала", "В субботу портал обновят."),
        ("news", "Новый тариф подписки", "С января подписка дешевле."),
        ("deadline", "Плановая проверка", "Инспекция придёт 12 марта."),
    ];
    for (kind, title, text) in told {
        let body = json!({"employee": "accountant", "kind": kind, "title": title, "text": text});
        desk.stand.operate("notifications", &body);
    }
    let second = feed(&desk).await;
    assert_eq!(second.items.len(), first.items.len() + 3);
    assert_eq!(second.items[0].title, "Плановая проверка", "the newest first");
    for (kind, title, text) in told {
        let one = titled(&second, title);
        assert_eq!((one.kind.as_str(), one.text.as_str()), (kind, text));
    }
    let id = titled(&second, "Обновление портала").id.clone();
    let read = desk.app.read_notification(&id).await.unwrap();
    assert_eq!(read.unread, second.unread - 1);
    // What is there is there without the portal, read or not as it was.
    desk.stand.stop();
    let kept = desk.app.notifications(true).await.unwrap();
    assert!(kept.error.is_some());
    assert_eq!(kept.items, read.items);
    assert!(titled(&kept, "Обновление портала").read);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_from_a_new_device_is_told_of_loudly_and_leads_to_the_devices() {
    let desk = Desk::signed_in().await;
    let before = feed(&desk).await;
    let alerts = async || desk.app.state().await.standing.unwrap().alerts;
    let alerts_before = alerts().await;
    let mut events = desk.app.events();
    // Somebody with the password and the phone, in a browser the portal has never seen.
    desk.browser.does(Does::SignsIn("accountant"));
    desk.app.sign_in_in_browser(true).await.unwrap();
    let after = feed(&desk).await;
    assert_eq!(after.items.len(), before.items.len() + 1);
    let told = &after.items[0];
    assert_eq!(
        (told.kind.as_str(), told.title.as_str(), told.section.as_deref()),
        ("security", "Вход с нового устройства", Some("devices"))
    );
    assert!(told.important && told.text.contains("Firefox"), "{}", told.text);
    assert_eq!(alerts().await, alerts_before + 1);
    let heard = tokio::time::timeout(Duration::from_secs(10), async {
        while !matches!(events.recv().await, Ok(Event::SecurityNotice)) {}
    });
    heard.await.unwrap();
    // The known browser is no news.
    desk.app.sign_in_in_browser(true).await.unwrap();
    assert_eq!(feed(&desk).await.items.len(), after.items.len());
    let read = desk.app.read_notification(&told.id).await.unwrap();
    assert_eq!(read.unread, after.unread - 1);
    assert_eq!(alerts().await, alerts_before);
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_at_the_password_and_a_lock_are_told_of_and_cannot_be_switched_off() {
    let desk = Desk::signed_in().await;
    let there = desk.app.portal_channels().await.unwrap();
    // Everything the portal lets one do without is switched off.
    let mut silent = there.kinds.clone();
    for one in silent.iter_mut().filter(|one| one.kind != "security") {
        one.wanted = false;
    }
    desk.app.set_portal_channels(true, silent).await.unwrap();
    let before = feed(&desk).await;
    desk.stand.set(&json!({"password_attempts": 1}));
    // A wrong password where something is confirmed counts as one at a sign-in.
    let off = desk.app.portal_channels().await.unwrap();
    let mut off = off.kinds;
    for one in &mut off {
        one.email = false;
    }
    desk.person.confirms_with(&["?password", "чужая догадка"]);
    assert!(desk.app.set_portal_channels(true, off).await.is_err());
    let after = feed(&desk).await;
    let told = titled(&after, "Учётная запись заблокирована");
    assert_eq!((told.kind.as_str(), told.important), ("security", true));
    assert!(after.items.len() > before.items.len());
    let news = json!({"employee": "accountant", "kind": "news", "title": "Не нужна", "text": "а"});
    desk.stand.operate("notifications", &news);
    assert_eq!(feed(&desk).await.items.len(), after.items.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_head_has_to_decide_reaches_the_head_and_nobody_else() {
    let desk = director().await;
    let first = feed(&desk).await;
    let decision = titled(&first, "Нужно ваше решение");
    assert_eq!(
        (
            decision.kind.as_str(),
            decision.section.as_deref(),
            decision.important
        ),
        ("director", Some("organisations"), true)
    );
    let told = json!({"employee": "director", "kind": "director", "title": "Смена администратора",
        "text": "Администратором назначен другой сотрудник.", "important": true, "link": {"section": "organisations"}});
    desk.stand.operate("notifications", &told);
    let alerts = desk.app.state().await.standing.unwrap().alerts;
    assert_eq!(
        titled(&feed(&desk).await, "Смена администратора").kind,
        "director"
    );
    assert_eq!(desk.app.state().await.standing.unwrap().alerts, alerts + 1);
    let other = Desk::signed_in().await;
    let others = feed(&other).await;
    assert!(others.items.iter().all(|one| one.kind != "director"));
}
