//! Codes by SMS and by the application: once, in time, and not to be guessed.

use serde_json::json;

use super::browser::Browser;
use super::{allow, app_code, change_account, give_password, last_code, outgoing, password, phone, request};
use crate::stand::Stand;

#[test]
fn the_application_gives_codes_that_are_good_once() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let page = give_password(&stand, &browser, &request(&[]), "director");
    assert!(page.body.contains("из приложения"), "{}", page.body);
    assert!(outgoing(&stand).iter().all(|m| m["code"].is_null()));
    let code = app_code(&stand, "director", 0);
    let page = browser.submit(&page, "/idp/login/code", &[("code", &code)]);
    assert!(allow(&browser, page).parameter("code").is_some());
    let page = give_password(
        &stand,
        &browser,
        &request(&[("prompt", Some("login"))]),
        "director",
    );
    let page = browser.submit(&page, "/idp/login/code", &[("code", &code)]);
    assert!(
        page.status == 422 && page.body.contains("AUTH-CODE-WRONG"),
        "{}",
        page.body
    );
}

#[test]
fn who_has_not_the_application_gets_an_sms() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let page = give_password(&stand, &browser, &request(&[]), "director");
    let page = browser.submit(&page, "/idp/login/resend", &[("channel", "sms")]);
    assert!(page.body.contains("в SMS на номер"), "{}", page.body);
    let page = browser.submit(&page, "/idp/login/code", &[("code", &last_code(&stand))]);
    assert!(page.has_id("allow"), "{}", page.body);
}

#[test]
fn a_code_is_over_after_its_time() {
    let stand = Stand::start();
    stand.set(&json!({"code_lifetime_s": 0}));
    let browser = Browser::new(&stand);
    let page = give_password(&stand, &browser, &request(&[]), "accountant");
    let page = browser.submit(&page, "/idp/login/code", &[("code", &last_code(&stand))]);
    assert!(
        page.status == 422 && page.body.contains("AUTH-CODE-EXPIRED"),
        "{}",
        page.body
    );
}

#[test]
fn another_code_comes_after_a_pause_and_ends_the_one_before() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let page = give_password(&stand, &browser, &request(&[]), "accountant");
    let first = last_code(&stand);
    let early = browser.submit(&page, "/idp/login/resend", &[]);
    assert!(early.status == 429 && early.has_id("pause"), "{}", early.body);
    stand.set(&json!({"code_pause_s": 0}));
    for _ in 0..4 {
        assert_eq!(browser.submit(&page, "/idp/login/resend", &[]).status, 200);
    }
    // Five in all.
    assert_eq!(browser.submit(&page, "/idp/login/resend", &[]).status, 429);
    let codes = outgoing(&stand).iter().filter(|m| m["code"].is_string()).count();
    assert_eq!(codes, 5);
    let last = last_code(&stand);
    if first != last {
        let page = browser.submit(&page, "/idp/login/code", &[("code", &first)]);
        assert!(page.body.contains("AUTH-CODE-WRONG"), "{}", page.body);
    }
    assert!(
        browser
            .submit(&page, "/idp/login/code", &[("code", &last)])
            .has_id("allow")
    );
}

#[test]
fn three_wrong_tries_spend_a_code_and_ten_lock_the_account() {
    let stand = Stand::start();
    stand.set(&json!({"code_pause_s": 0}));
    let browser = Browser::new(&stand);
    let mut wrong = 0;
    loop {
        let page = give_password(&stand, &browser, &request(&[]), "accountant");
        if page.status == 423 {
            break;
        }
        let right = last_code(&stand);
        for attempt in 1..=3 {
            let answer = browser.submit(&page, "/idp/login/code", &[("code", "x")]);
            wrong += 1;
            if answer.status == 423 {
                assert!(answer.body.contains("LOCK-CODE"), "{}", answer.body);
                break;
            }
            let expected = if attempt == 3 {
                "AUTH-CODE-SPENT"
            } else {
                "AUTH-CODE-WRONG"
            };
            assert!(answer.body.contains(expected), "{}", answer.body);
        }
        let late = browser.submit(&page, "/idp/login/code", &[("code", &right)]);
        assert!(
            late.status == 423 || late.body.contains("AUTH-CODE-SPENT"),
            "{}",
            late.body
        );
        assert!(wrong <= 10);
    }
    assert_eq!(wrong, 10);
}

#[test]
fn a_code_is_of_one_sign_in() {
    let stand = Stand::start();
    let (browser, other) = (Browser::new(&stand), Browser::new(&stand));
    let page = give_password(&stand, &browser, &request(&[]), "accountant");
    let first = last_code(&stand);
    let foreign = give_password(&stand, &other, &request(&[]), "accountant");
    if first != last_code(&stand) {
        let answer = other.submit(&foreign, "/idp/login/code", &[("code", &first)]);
        assert!(answer.body.contains("AUTH-CODE-WRONG"), "{}", answer.body);
    }
    assert!(
        browser
            .submit(&page, "/idp/login/code", &[("code", &first)])
            .has_id("allow")
    );
}

#[test]
fn the_factor_can_be_changed_for_demo_and_training() {
    let stand = Stand::start();
    change_account(&stand, "accountant", &json!({"second_factor": "none"}));
    let browser = Browser::new(&stand);
    super::pass(&stand, &browser, &request(&[]), "accountant");
    let page = browser.follow(browser.get(&request(&[("prompt", Some("login"))])));
    let (login, password) = (phone(&stand, "accountant"), password(&stand, "accountant"));
    let page = browser.submit(&page, "/idp/login", &[("login", &login), ("password", &password)]);
    assert!(page.parameter("code").is_some(), "{}", page.body);
}

#[test]
fn forms_of_strangers_are_refused() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let page = browser.follow(browser.get(&request(&[])));
    let (id, token) = (page.hidden("a").unwrap(), page.hidden("t").unwrap());
    let (login, password) = (phone(&stand, "accountant"), password(&stand, "accountant"));
    let fields = [("login", login.as_str()), ("password", password.as_str())];
    let send = |browser: &Browser, a: &str, t: &str| {
        let mut form = vec![("a", a), ("t", t)];
        form.extend(fields);
        let page = browser.follow(browser.post("/idp/login", &form));
        (page.status, page.has_id("problem"))
    };
    // Another token, none, and a browser that did not begin this: a page elsewhere can send no form here.
    assert_eq!(send(&browser, &id, "x"), (400, true));
    assert_eq!(send(&browser, &id, ""), (400, true));
    assert_eq!(send(&Browser::new(&stand), &id, &token), (400, true));
    assert_eq!(send(&browser, "x", &token), (400, true));
    assert_eq!(send(&browser, &id, &token), (200, false));
}

#[test]
fn a_session_begins_under_a_name_nobody_knew_before() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    // Planted by somebody else before the sign-in.
    browser.set_cookie("__Host-esia-session", "planted");
    browser.set_cookie("__Host-esia-device", "planted");
    let page = give_password(&stand, &browser, &request(&[]), "accountant");
    let login_cookie = browser.cookie("__Host-esia-login").unwrap();
    let page = browser.submit(&page, "/idp/login/code", &[("code", &last_code(&stand))]);
    assert!(page.has_id("allow"));
    let session = browser.cookie("__Host-esia-session").unwrap();
    assert!(session != "planted" && session.len() >= 43);
    assert_ne!(browser.cookie("__Host-esia-device").unwrap(), "planted");
    assert!(browser.cookie("__Host-esia-login").is_none());
    // Who knows the cookie of before the sign-in is not signed in by it, and cannot go on with it.
    let thief = Browser::new(&stand);
    thief.set_cookie("__Host-esia-login", &login_cookie);
    thief.set_cookie("__Host-esia-session", "planted");
    let stolen = thief.submit(&page, "/idp/login/consent", &[("answer", "allow")]);
    assert_eq!((stolen.status, stolen.location), (400, None));
    assert!(thief.follow(thief.get(&request(&[]))).has_id("password"));
}
