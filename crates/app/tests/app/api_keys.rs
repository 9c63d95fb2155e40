//! Several API keys of an organisation, and changing one.

use kabinet_app::view::{ApiKeyView, NewApiKey};

use crate::desk::{Desk, code};

const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

async fn save(desk: &Desk, id: Option<&str>, name: &str, key: &str) -> Vec<ApiKeyView> {
    desk.app
        .save_api_key(NewApiKey {
            id: id.map(str::to_owned),
            name: name.to_owned(),
            key: key.to_owned(),
        })
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_takes_the_place_of_the_old_only_when_it_has_worked() {
    let desk = Desk::new().await;
    desk.sign_in().await.unwrap();
    let keys = desk.app.api_keys().await.unwrap();
    assert_eq!((keys.len(), keys[0].replacing), (1, false));
    assert!(keys[0].last_used.is_some() && keys[0].snils.is_some());
    let id = keys[0].id.clone();

    // A wrong new key: the old one still signs in, and the list says what became of the new one. One PIN entry.
    let keys = save(&desk, Some(&id), "Бухгалтер", UNKNOWN).await;
    assert!(keys[0].replacing && keys[0].name == "Бухгалтер");
    desk.person.was_asked();
    desk.sign_in().await.unwrap();
    assert_eq!(desk.person.was_asked().len(), 1);
    let keys = desk.app.api_keys().await.unwrap();
    assert!(keys[0].replacing);
    assert_eq!(
        keys[0].replacing_problem.as_ref().unwrap().code,
        "portal.key-unknown"
    );
    assert!(keys[0].problem.is_none());

    // Dropped, it is tried no more.
    let keys = desk.app.remove_api_key(&id, true).await.unwrap();
    assert!(!keys[0].replacing && keys[0].replacing_problem.is_none());

    // A good one: from then on the old one is gone.
    let good = desk.stand.api_key("accountant");
    desk.only_api_key(UNKNOWN).await.unwrap();
    let keys = save(&desk, Some(&id), "Бухгалтер", &good).await;
    assert!(keys[0].replacing);
    desk.sign_in().await.unwrap();
    let keys = desk.app.api_keys().await.unwrap();
    assert!(!keys[0].replacing && keys[0].problem.is_none());
    assert!(desk.actions().await.contains(&"api-key-changed".to_owned()));
    let before = desk.stand.requests_to("GET", "/esia-rs/*");
    desk.sign_in().await.unwrap();
    assert_eq!(desk.stand.requests_to("GET", "/esia-rs/*"), before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_employee_has_a_key_and_the_certificate_finds_it() {
    let desk = Desk::new().await;
    desk.drawer.add(&desk.stand, "0002", &["director"]);
    // The accountant's key is not yet known as hers, and there is the director's: somebody has to say which.
    let director = desk.stand.api_key("director");
    let keys = save(&desk, None, "Директор", &director).await;
    assert_eq!(keys.len(), 2);
    assert_eq!(code(desk.sign_in().await), "app.choose-api-key");
    let (first, second) = (keys[0].id.clone(), keys[1].id.clone());
    let fingerprint = desk.stand.fingerprint("accountant").to_owned();
    // The wrong one is told as such and stays what it was.
    let wrong = desk.app.sign_in_by_key(&fingerprint, Some(&second)).await;
    assert_eq!(code(wrong), "portal.key-of-other");
    desk.app.sign_in_by_key(&fingerprint, Some(&first)).await.unwrap();
    // Now each finds its own.
    desk.sign_in().await.unwrap();
    desk.sign_in_as("director").await.unwrap();
    let keys = desk.app.api_keys().await.unwrap();
    assert!(
        keys.iter()
            .all(|key| key.snils.is_some() && key.problem.is_none()),
        "{keys:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_key_signs_in_no_more() {
    let desk = Desk::new().await;
    let keys = desk.app.api_keys().await.unwrap();
    assert!(desk.app.state().await.organisation.unwrap().has_api_key);
    assert!(
        desk.app
            .remove_api_key(&keys[0].id, false)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(!desk.app.state().await.organisation.unwrap().has_api_key);
    assert_eq!(code(desk.sign_in().await), "app.no-api-key");
    assert_eq!(
        code(desk.app.remove_api_key(&keys[0].id, false).await),
        "app.not-found"
    );
    let refused = desk
        .app
        .save_api_key(NewApiKey {
            id: None,
            name: String::new(),
            key: "nonsense".to_owned(),
        })
        .await;
    assert_eq!(code(refused), "app.requisite");
    save(&desk, None, "", &desk.stand.api_key("accountant")).await;
    desk.sign_in().await.unwrap();
}
