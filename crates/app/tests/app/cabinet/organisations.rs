//! The list, unlinking, taking an organisation out of the vault, and the feed.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn open_applications_are_listed_and_nothing_is_lost() {
    let (desk, _portal) = Portal::signed_in(|seen| {
        (seen.line == "DELETE /me/organisations/10").then(|| {
            (
                409,
                json!({"code": "open-applications", "orders": [{"orderId": 7, "title": "Заявление"}]}),
            )
        })
    })
    .await;
    desk.app.my_organisations(true).await.unwrap();
    let outcome = desk.app.unlink_organisation("10").await.unwrap();
    assert!(!outcome.done);
    assert_eq!(
        (outcome.orders[0].order.as_str(), outcome.orders[0].title.as_str()),
        ("7", "Заявление")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_joins_the_vault_and_the_portal_and_outlives_the_connection() {
    let (desk, _portal) = Portal::signed_in(|_| None).await;
    let mine = desk.app.my_organisations(true).await.unwrap();
    assert_eq!(mine.presence, CabinetPresence::Present);
    let here = mine.cards.iter().find(|card| card.current).unwrap();
    assert_eq!(here.inn, own(&desk));
    assert_eq!(here.certificate, kabinet_app::view::CertificateFit::Fit);
    let waiting = mine
        .cards
        .iter()
        .find(|card| card.oid.as_deref() == Some("77"))
        .unwrap();
    assert_eq!(waiting.status.as_deref(), Some("awaiting-director"));
    assert!(waiting.organisation_id.is_none() && waiting.unlink_refused.is_some());
    desk.app.sign_out().await.unwrap();
    let later = desk.app.my_organisations(true).await.unwrap();
    assert_eq!(later.error.unwrap().code, "app.not-signed-in");
    assert_eq!(later.cards, mine.cards);
}

#[tokio::test(flavor = "multi_thread")]
async fn notifications_are_fetched_once_kept_and_read_at_the_portal_too() {
    let (desk, portal) = Portal::signed_in(|seen| match seen.line.as_str() {
        "GET /notifications?limit=100" => Some((200, json!([
            {"id": "1", "kind": "news", "title": "Новости", "read": true},
            {"id": "2", "kind": "security", "title": "Вход с нового устройства", "important": true, "link": {"section": "devices"}}]))),
        "POST /notifications/2/read" => Some((204, Value::Null)),
        _ => None,
    })
    .await;
    assert_eq!(desk.app.state().await.standing.unwrap().alerts, 1);
    let feed = desk.app.notifications(true).await.unwrap();
    assert_eq!(
        (feed.items.len(), feed.unread, feed.items[0].id.as_str()),
        (2, 1, "2")
    );
    assert_eq!(portal.asked("GET /notifications?limit=100&after=2").len(), 1);
    let feed = desk.app.read_notification("2").await.unwrap();
    assert_eq!(feed.unread, 0);
    assert_eq!(desk.app.state().await.standing.unwrap().alerts, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_taken_out_of_the_vault_leaves_no_file_and_no_choice() {
    let desk = Desk::signed_in().await;
    let id = desk.signed_akt().await;
    let organisation = desk.app.state().await.organisation.unwrap().id;
    desk.app.back_up().await.unwrap();
    let file = desk
        .path("vault")
        .join("organisations")
        .join(format!("{organisation}.db"));
    assert!(file.exists());
    desk.app.set_hold(&id, Some("Проверка")).await.unwrap();
    assert_eq!(
        code(desk.app.remove_organisation(&organisation, false).await),
        "store.kept-hold"
    );
    desk.app.set_hold(&id, None).await.unwrap();
    let outcome = desk.app.remove_organisation(&organisation, false).await.unwrap();
    assert_eq!((outcome.backups_left, outcome.backups_cleaned), (1, 0));
    let left: Vec<_> = std::fs::read_dir(desk.path("vault").join("organisations"))
        .unwrap()
        .collect();
    assert!(left.is_empty(), "{left:?}");
    let state = desk.app.state().await;
    assert!(state.organisations.is_empty() && state.organisation.is_none());
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    assert!(desk.app.state().await.organisations.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_is_taken_out_of_backups_and_the_others_stay_in_them_whole() {
    let desk = Desk::signed_in().await;
    desk.signed_akt().await;
    let first = desk.app.state().await.organisation.unwrap().id;
    let second = NewOrganisation {
        name: "ПАО «Пример»".to_owned(),
        inn: "7707083893".to_owned(),
        ogrn: "1027700132195".to_owned(),
        kpp: Some("773601001".to_owned()),
        region: "45".to_owned(),
        api_key: None,
    };
    desk.app.add_organisation(second).await.unwrap();
    desk.app.back_up().await.unwrap();
    let outcome = desk.app.remove_organisation(&first, true).await.unwrap();
    assert_eq!((outcome.backups_left, outcome.backups_cleaned), (0, 1));
    let found = walk(&desk.path("vault"))
        .into_iter()
        .filter(|path| path.to_string_lossy().contains(&first))
        .count();
    assert_eq!(found, 0, "no file has its name");
    let backups = desk.app.backups().await.unwrap().backups;
    assert_eq!(backups.len(), 1);
    let checked = desk.app.verify_backup(&backups[0].id).await.unwrap();
    assert!(checked.failures.is_empty(), "{checked:?}");
    let state = desk.app.state().await;
    assert_eq!(state.organisations.len(), 1);
    assert_eq!(state.organisation.unwrap().inn, "7707083893");
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] })
        .collect()
}
