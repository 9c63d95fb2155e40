//! The way through the pages.

use serde_json::json;

use super::browser::Browser;
use super::{
    allow, change_account, code_for, exchange, give_password, outgoing, pass, request, scope_org, sign_in,
    token_form,
};
use crate::stand::Stand;

#[test]
fn who_gives_password_code_and_consent_comes_back_with_a_code_and_the_state() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let page = give_password(&stand, &browser, &request(&[]), "accountant");
    assert!(
        page.has_id("code") && page.has_id("confirm") && page.has_id("resend"),
        "{}",
        page.body
    );
    assert!(page.has_id("new-device"));
    let page = browser.submit(&page, "/idp/login/code", &[("code", &super::last_code(&stand))]);
    assert!(
        page.has_id("allow") && page.has_id("deny") && page.body.contains("Список организаций"),
        "{}",
        page.body
    );
    let page = allow(&browser, page);
    assert_eq!(page.status, 302);
    assert!(
        page.location
            .as_deref()
            .unwrap()
            .starts_with("http://127.0.0.1:41234/esia?")
    );
    assert_eq!(page.parameter("state").as_deref(), Some("state-1"));
    let (status, body) = exchange(&stand, &token_form(&page.parameter("code").unwrap(), &[]));
    assert_eq!(status, 200, "{body}");
    assert_eq!(
        (&body["state"], &body["token_type"], &body["expires_in"]),
        (&json!("state-2"), &json!("Bearer"), &json!(3600))
    );
    assert!(body["refresh_token"].is_string() && body["id_token"].is_string());
}

#[test]
fn who_is_signed_in_is_not_asked_again_unless_the_system_wants_it() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    pass(&stand, &browser, &request(&[]), "accountant");
    let page = browser.follow(browser.get(&request(&[("state", Some("again"))])));
    assert_eq!(
        (page.status, page.parameter("state").as_deref()),
        (302, Some("again"))
    );
    assert!(page.parameter("code").is_some());
    let page = browser.follow(browser.get(&request(&[("prompt", Some("login"))])));
    assert!(page.has_id("password"), "{}", page.body);
    // Another browser knows nothing of it.
    let page = Browser::new(&stand).get(&request(&[]));
    assert!(page.location.unwrap().starts_with("/idp/login"));
}

#[test]
fn a_known_device_needs_no_code_where_no_second_factor_is_set() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let page = give_password(&stand, &browser, &request(&[]), "stranger");
    assert!(page.has_id("new-device"), "{}", page.body);
    let mails: Vec<_> = outgoing(&stand)
        .into_iter()
        .filter(|m| m["channel"] == "email")
        .collect();
    assert!(
        mails[0]["text"]
            .as_str()
            .unwrap()
            .contains("нового устройства: Firefox, Linux"),
        "{mails:?}"
    );
    let page = browser.submit(&page, "/idp/login/code", &[("code", &super::last_code(&stand))]);
    assert!(allow(&browser, page).parameter("code").is_some());
    let page = give_password(
        &stand,
        &browser,
        &request(&[("prompt", Some("login"))]),
        "stranger",
    );
    assert!(page.parameter("code").is_some(), "{}", page.body);
    // The same person elsewhere is held up again.
    let page = give_password(&stand, &Browser::new(&stand), &request(&[]), "stranger");
    assert!(page.has_id("new-device"), "{}", page.body);
}

#[test]
fn who_refuses_sends_the_system_away_empty_handed() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let page = sign_in(&stand, &browser, &request(&[]), "accountant");
    let page = browser.submit(&page, "/idp/login/consent", &[("answer", "deny")]);
    assert_eq!(
        (page.parameter("error").as_deref(), page.error_code().as_str()),
        (Some("access_denied"), "ESIA-007004")
    );
    assert_eq!(page.parameter("state").as_deref(), Some("state-1"));
    assert!(page.parameter("code").is_none());
}

#[test]
fn consent_is_asked_for_what_is_new_only() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    code_for(&stand, &browser, &[]);
    let page = browser.follow(browser.get(&request(&[("scope", Some("openid fullname"))])));
    assert!(page.parameter("code").is_some());
    let page = browser.follow(browser.get(&request(&[("scope", Some("openid fullname snils"))])));
    assert!(
        page.has_id("allow") && page.body.contains("СНИЛС"),
        "{}",
        page.body
    );
}

#[test]
fn the_organisation_is_chosen_where_the_system_names_none() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let asks = request(&[("scope_org", Some("org_ogrn org_inn"))]);
    let page = sign_in(&stand, &browser, &asks, "accountant");
    assert!(
        page.has_id("organisation") && page.body.contains("доступ заблокирован"),
        "{}",
        page.body
    );
    let oid = stand
        .portal
        .demo
        .organisation("romashka")
        .unwrap()
        .oid
        .to_string();
    let page = browser.submit(&page, "/idp/login/organisation", &[("organisation", &oid)]);
    assert!(
        page.has_id("scopes-org") && page.body.contains("Ромашка"),
        "{}",
        page.body
    );
    assert!(allow(&browser, page).parameter("code").is_some());

    // A blocked place cannot be taken by a form of one's own either.
    let page = browser.follow(browser.get(&asks));
    let blocked = stand.portal.demo.organisation("lopukh").unwrap().oid.to_string();
    let page = browser.submit(&page, "/idp/login/organisation", &[("organisation", &blocked)]);
    assert_eq!(page.error_code(), "ESIA-007194");
}

#[test]
fn scopes_of_an_organisation_are_for_its_employees_only() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let foreign = scope_org(&stand, "lopukh", &["org_inn"]);
    let page = sign_in(
        &stand,
        &browser,
        &request(&[("scope_org", Some(&foreign))]),
        "accountant",
    );
    assert_eq!(
        (page.parameter("error").as_deref(), page.error_code().as_str()),
        (Some("access_denied"), "ESIA-007194")
    );
}

#[test]
fn an_unconfirmed_account_is_not_enough_where_a_confirmed_one_is_asked_for() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    // conf_acc
    let asks = request(&[("person_filter", Some("Y29uZl9hY2M="))]);
    let page = sign_in(&stand, &browser, &asks, "stranger");
    assert_eq!(page.error_code(), "ESIA-007055");
    change_account(&stand, "stranger", &json!({"confirmed": true}));
    let page = browser.follow(browser.get(&asks));
    assert!(allow(&browser, page).parameter("code").is_some());
}

#[test]
fn pages_can_be_neither_framed_nor_scripted_nor_kept() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let page = browser.follow(browser.get(&request(&[])));
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    assert!(
        policy.contains("form-action 'self' http://127.0.0.1:41234;"),
        "{policy}"
    );
    assert_eq!(page.headers["x-frame-options"], "DENY");
    assert_eq!(page.headers["cache-control"], "no-store");
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    assert!(!page.body.contains("<script") && !page.body.contains("style="));
}
