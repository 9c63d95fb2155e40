//! Signing in through Госуслуги in the browser, from the first address to the end of the session.

use std::sync::Arc;
use std::time::Duration;

use kabinet_app::view::{EsiaEntry, NewOrganisation, SessionView, SessionWay, Settings};
use kabinet_app::{App, AppError};
use kabinet_portal::Options;
use kabinet_store::KeychainError;
use kabinet_testkit::{AKT, Stand, sample};
use serde_json::json;
use time::OffsetDateTime;

use crate::browser::Does;
use crate::desk::{Desk, TAX, code};

fn oid(desk: &Desk) -> String {
    desk.stand.demo.organisations[0].oid.to_string()
}

/// Both steps for the demo organisation.
async fn enter(desk: &Desk) -> Result<SessionView, AppError> {
    desk.browser.does(Does::SignsIn("accountant"));
    desk.app.sign_in_in_browser(false).await?;
    Ok(desk.app.enter_by_esia(&oid(desk)).await?.session.unwrap())
}

/// Entries of the keychain besides the vault's own.
fn kept(desk: &Desk) -> usize {
    desk.keychain.len() - 1
}

async fn with_setting(app: &App, keep_signed_in: bool) {
    let settings = Settings {
        keep_signed_in,
        ..app.state().await.settings
    };
    app.save_settings(settings).await.unwrap();
}

/// Long after the access token has ended.
fn tomorrow() -> OffsetDateTime {
    OffsetDateTime::now_utc() + time::Duration::DAY
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_in_the_browser_and_enters_an_organisation() {
    let desk = Desk::new().await;
    let ways = desk.app.sign_in_ways().await.unwrap();
    assert!(ways.browser && ways.browser_problem.is_none() && ways.person.is_none());
    desk.browser.does(Does::SignsIn("accountant"));
    let person = desk.app.sign_in_in_browser(false).await.unwrap();
    assert_eq!(person.name, "Лютикова Мария Петровна");
    let role = &person.roles[0];
    assert_eq!(
        (role.oid.clone(), role.current, role.active),
        (oid(&desk), true, true)
    );
    assert!(
        desk.app.state().await.session.is_none(),
        "a person is no organisation"
    );

    let EsiaEntry { session, prefilled } = desk.app.enter_by_esia(&oid(&desk)).await.unwrap();
    let session = session.unwrap();
    assert!(prefilled.is_none());
    assert_eq!((session.way, session.renews), (SessionWay::Browser, true));
    assert_eq!(session.holder, "Лютикова Мария Петровна");
    assert_eq!(desk.app.state().await.session.as_ref(), Some(&session));
    assert_eq!(kept(&desk), 1);
    let actions = desk.actions().await;
    assert!(actions.contains(&"signed-in".to_owned()), "{actions:?}");

    // The first address asked for no organisation, the second for this one; neither has anything secret.
    let opened = desk.browser.was_opened();
    assert_eq!(opened.len(), 2);
    assert!(!opened[0].contains("org_oid") && opened[1].contains(&oid(&desk)));
    for url in &opened {
        assert!(!url.contains("code_verifier") && !url.contains("client_secret") && !url.contains("eyJ"));
    }
    assert!(desk.person.was_asked().is_empty(), "nobody asks for a PIN");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_sends_documents() {
    let desk = Desk::new().await;
    enter(&desk).await.unwrap();
    let document = desk.import(&[sample(AKT)]).await;
    desk.sign(std::slice::from_ref(&document)).await.unwrap();
    desk.app.send_document(&document, TAX).await.unwrap();
    // API ЕПГУ takes the token of the code flow just like that of a key.
    desk.app.work_outbox().await;
    assert_eq!(desk.stand.orders().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_in_the_browser_has_a_name() {
    let desk = Desk::new().await;
    desk.browser.is_missing(true);
    assert_eq!(code(desk.app.sign_in_in_browser(false).await), "app.no-browser");
    desk.browser.is_missing(false);
    // And the program is ready for the next try at once.
    desk.browser.does(Does::Denies("accountant"));
    assert_eq!(code(desk.app.sign_in_in_browser(false).await), "esia.denied");
    assert_eq!(code(desk.app.enter_by_esia("1").await), "app.not-signed-in");
    desk.browser.does(Does::SignsIn("accountant"));
    desk.app.sign_in_in_browser(false).await.unwrap();
    assert_eq!(code(desk.app.enter_by_esia("1").await), "app.not-found");
    assert!(desk.app.state().await.session.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_may_give_up_and_open_the_browser_again() {
    let desk = Desk::new().await;
    desk.browser.does(Does::Nothing);
    let app = desk.app.clone();
    let waiting = tokio::spawn(async move { app.sign_in_in_browser(false).await });
    while desk.browser.was_opened().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(
        code(desk.app.sign_in_in_browser(false).await),
        "app.sign-in-under-way"
    );
    desk.browser.was_opened();
    desk.app.open_browser_again().unwrap();
    assert_eq!(desk.browser.was_opened().len(), 1);
    desk.app.cancel_browser_sign_in();
    assert_eq!(code(waiting.await.unwrap()), "app.cancelled");
    // Locking gives up too.
    let app = desk.app.clone();
    let waiting = tokio::spawn(async move { app.sign_in_in_browser(false).await });
    while desk.browser.was_opened().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    desk.app.lock().await;
    assert_eq!(code(waiting.await.unwrap()), "app.cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_from_another_page_is_turned_away() {
    let desk = Desk::new().await;
    // The attacker has a code of his own and knows the port, and does not know the state.
    desk.browser.does(Does::Script(Arc::new(|url| {
        let url = reqwest::Url::parse(url).unwrap();
        let back = url
            .query_pairs()
            .find(|(name, _)| name == "redirect_uri")
            .unwrap()
            .1
            .into_owned();
        let answer = reqwest::blocking::get(format!("{back}?code=evil&state=guessed")).unwrap();
        assert_eq!(answer.status(), 400);
    })));
    let app = desk.app.clone();
    let waiting = tokio::spawn(async move { app.sign_in_in_browser(false).await });
    while desk.browser.was_opened().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!waiting.is_finished());
    assert_eq!(desk.stand.requests_to("POST", "/aas/*"), 0);
    desk.app.cancel_browser_sign_in();
    assert_eq!(code(waiting.await.unwrap()), "app.cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_was_swapped_buys_nothing() {
    let desk = Desk::new().await;
    // The state is right, the code is not: PKCE and the server refuse it.
    desk.browser.does(Does::Script(Arc::new(|url| {
        let url = reqwest::Url::parse(url).unwrap();
        let value = |wanted: &str| {
            url.query_pairs()
                .find(|(name, _)| name == wanted)
                .unwrap()
                .1
                .into_owned()
        };
        let address = format!("{}?code=evil&state={}", value("redirect_uri"), value("state"));
        reqwest::blocking::get(address).unwrap();
    })));
    assert_eq!(code(desk.app.sign_in_in_browser(false).await), "esia.grant-spent");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_goes_on_before_it_ends() {
    let desk = Desk::new().await;
    let first = enter(&desk).await.unwrap();
    let asked = desk.stand.requests_to("POST", "/aas/*");
    // Fresh: nothing happens.
    assert!(desk.app.keep_session(OffsetDateTime::now_utc()).await.unwrap());
    assert_eq!(desk.stand.requests_to("POST", "/aas/*"), asked);
    // Near its end: a new one, by the kept token, and that is another one now.
    assert!(desk.app.keep_session(tomorrow()).await.unwrap());
    assert!(desk.app.keep_session(tomorrow()).await.unwrap());
    assert_eq!(desk.stand.requests_to("POST", "/aas/*"), asked + 2);
    let now = desk.app.state().await.session.unwrap();
    assert_eq!((now.holder, now.signed_in_at), (first.holder, first.signed_in_at));
    assert_eq!(kept(&desk), 1);
    assert!(desk.actions().await.contains(&"session-renewed".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_takes_the_access_token_and_leaves_the_session() {
    let desk = Desk::new().await;
    enter(&desk).await.unwrap();
    desk.app.lock().await;
    assert_eq!(kept(&desk), 1);
    desk.app.unlock().await.unwrap();
    assert!(desk.app.state().await.session.is_none());
    assert!(desk.app.sign_in_ways().await.unwrap().person.is_none());
    assert!(desk.app.keep_session(OffsetDateTime::now_utc()).await.unwrap());
    assert_eq!(desk.app.state().await.session.unwrap().way, SessionWay::Browser);
    // After a new start as well.
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    assert!(desk.app.keep_session(OffsetDateTime::now_utc()).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_want_to_stay_signed_in_does_not() {
    let desk = Desk::new().await;
    with_setting(&desk.app, false).await;
    enter(&desk).await.unwrap();
    assert_eq!(kept(&desk), 1);
    desk.app.lock().await;
    assert_eq!(kept(&desk), 0);
    desk.app.unlock().await.unwrap();
    assert!(!desk.app.keep_session(OffsetDateTime::now_utc()).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_wipes_what_was_kept() {
    let desk = Desk::new().await;
    enter(&desk).await.unwrap();
    desk.app.sign_out().await.unwrap();
    assert_eq!(kept(&desk), 0);
    assert!(!desk.app.keep_session(tomorrow()).await.unwrap());
    assert!(desk.app.state().await.session.is_none());
    // And at ЕСИА, by its own address.
    enter(&desk).await.unwrap();
    desk.browser.was_opened();
    desk.app.sign_out_of_esia().await.unwrap();
    let opened = desk.browser.was_opened();
    assert!(
        opened[0].contains("/idp/ext/Logout?client_id=KABINET_DEMO"),
        "{opened:?}"
    );
    assert_eq!(kept(&desk), 0);
    assert_eq!(code(desk.app.esia_roles().await), "app.not-signed-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_elsewhere_is_told_and_ends_everything() {
    let desk = Desk::new().await;
    enter(&desk).await.unwrap();
    // Somebody spends the kept token elsewhere: the portal takes the whole family for stolen.
    desk.stand.set(&json!({ "refresh_lifetime_s": 0 }));
    assert!(desk.app.keep_session(tomorrow()).await.unwrap());
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert!(!desk.app.keep_session(tomorrow()).await.unwrap());
    let state = desk.app.state().await;
    assert_eq!(state.session_ended.unwrap().code, "esia.ended");
    assert!(state.session.is_none());
    assert_eq!(kept(&desk), 0);
    assert_eq!(desk.actions().await.last().unwrap(), "session-ended");
    // Signing in again, by the other way, settles it.
    desk.sign_in().await.unwrap();
    assert!(desk.app.state().await.session_ended.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_elsewhere_is_told_although_the_keychain_fails() {
    let desk = Desk::new().await;
    desk.keychain.fail_with(Some(KeychainError::Failed));
    enter(&desk).await.unwrap();
    desk.stand
        .change_account("accountant", &json!({ "end_sessions": true }));
    assert!(!desk.app.keep_session(tomorrow()).await.unwrap());
    let state = desk.app.state().await;
    assert_eq!(state.session_ended.unwrap().code, "esia.ended");
    assert_eq!(desk.actions().await.last().unwrap(), "session-ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_is_away_ends_nothing() {
    let mut desk = Desk::new().await;
    enter(&desk).await.unwrap();
    desk.stand.stop();
    assert_eq!(
        code(desk.app.keep_session(tomorrow()).await),
        "portal.unreachable"
    );
    assert_eq!(kept(&desk), 1);
    desk.stand.restart();
    assert!(desk.app.keep_session(tomorrow()).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keychain_the_vault_keeps_the_token() {
    let desk = Desk::new().await;
    desk.keychain.fail_with(Some(KeychainError::Absent));
    let session = enter(&desk).await.unwrap();
    assert!(session.renews);
    desk.keychain.fail_with(None);
    assert_eq!(kept(&desk), 0);
    assert!(desk.app.keep_session(tomorrow()).await.unwrap());
    // The keychain is back: the token moves there, and none stays behind.
    assert_eq!(kept(&desk), 1);
    assert!(desk.actions().await.contains(&"session-forgotten".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_the_vault_does_not_have_is_added_prefilled_and_signed_in() {
    let desk = Desk::empty(Stand::start(), Options::default());
    desk.create_vault(kabinet_app::view::Protection::Keychain)
        .await
        .unwrap();
    desk.browser.does(Does::SignsIn("accountant"));
    let person = desk.app.sign_in_in_browser(false).await.unwrap();
    assert!(person.roles[0].organisation_id.is_none());
    let entry = desk.app.enter_by_esia(&oid(&desk)).await.unwrap();
    let owner = desk.owner();
    let prefilled = entry.prefilled.unwrap();
    assert_eq!(
        (
            prefilled.inn.as_str(),
            prefilled.ogrn.as_str(),
            prefilled.kpp.as_deref()
        ),
        (owner.inn.as_str(), owner.ogrn.as_str(), owner.kpp.as_deref())
    );
    assert!(entry.session.is_none());
    let request = NewOrganisation {
        api_key: None,
        ..owner
    };
    let state = desk.app.add_organisation(request).await.unwrap();
    assert_eq!(state.session.unwrap().way, SessionWay::Browser);
    assert!(!state.organisation.unwrap().has_api_key);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_of_an_unknown_key_signs_nobody_in() {
    let desk = Desk::new().await;
    // Only the certificate of tomorrow is known here, as after a rotation that was announced and did not happen.
    let index = desk.stand.dir().join("demo.json");
    let mut demo: serde_json::Value = serde_json::from_slice(&std::fs::read(&index).unwrap()).unwrap();
    let all = demo["esia_certificates"].as_array().unwrap().clone();
    assert!(all.len() > 1, "{all:?}");
    demo["esia_certificates"] = json!(all[1..]);
    std::fs::write(&index, demo.to_string()).unwrap();
    desk.browser.does(Does::SignsIn("accountant"));
    let error = desk.app.sign_in_in_browser(false).await.unwrap_err();
    assert_eq!(
        (error.code(), error.params()["fault"].as_str()),
        ("esia.id-token", "signature")
    );
    // With both, the one of today and the one of tomorrow are believed.
    demo["esia_certificates"] = json!(all);
    std::fs::write(&index, demo.to_string()).unwrap();
    desk.app.sign_in_in_browser(false).await.unwrap();
    desk.stand.set(&json!({ "token_key": "next" }));
    desk.app.sign_in_in_browser(false).await.unwrap();
}
