//! Wrong passwords, locks, old passwords and forgotten ones.

use serde_json::json;

use super::browser::{Browser, Page};
use super::{
    change_account, exchange, give_password, last_code, outgoing, pass, password, phone, refresh_form,
    request, sign_in, text, tokens_for,
};
use crate::stand::Stand;

const NEW: &str = "Совсем-Новый-Пароль-7!";

fn try_password(browser: &Browser, login: &str, password: &str) -> Page {
    let page = browser.follow(browser.get(&request(&[("prompt", Some("login"))])));
    browser.submit(&page, "/idp/login", &[("login", login), ("password", password)])
}

/// The page without what differs by design: identifiers and what was typed.
fn without_names(page: &Page, login: &str) -> String {
    let mut body = page.body.replace(login, "LOGIN");
    for name in ["a", "t", "recovery"] {
        if let Some(value) = page.hidden(name) {
            body = body.replace(&value, "ID");
        }
    }
    body
}

#[test]
fn three_wrong_passwords_lock_the_account_for_a_time_and_say_until_when() {
    let stand = Stand::start();
    stand.set(&json!({"lock_s": 2}));
    let browser = Browser::new(&stand);
    let phone = phone(&stand, "accountant");
    for _ in 0..2 {
        let page = try_password(&browser, &phone, "wrong");
        assert_eq!(page.status, 422);
        assert!(page.body.contains("AUTH-WRONG"), "{}", page.body);
    }
    let page = try_password(&browser, &phone, "wrong");
    assert_eq!(page.status, 423);
    assert!(
        page.has_id("until") && page.body.contains("LOCK-PASSWORD") && page.has_id("recover"),
        "{}",
        page.body
    );
    // The right one does not help now.
    let right = password(&stand, "accountant");
    assert_eq!(try_password(&browser, &phone, &right).status, 423);
    assert!(
        outgoing(&stand)
            .iter()
            .any(|m| m["text"].as_str().unwrap().contains("заблокирована"))
    );
    std::thread::sleep(std::time::Duration::from_millis(2100));
    assert!(try_password(&browser, &phone, &right).has_id("code"));
}

#[test]
fn a_right_password_forgets_the_wrong_ones() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let (phone, right) = (phone(&stand, "accountant"), password(&stand, "accountant"));
    for _ in 0..2 {
        for _ in 0..2 {
            assert_eq!(try_password(&browser, &phone, "wrong").status, 422);
        }
        assert!(try_password(&browser, &phone, &right).has_id("code"));
    }
}

#[test]
fn many_guesses_at_once_are_no_more_than_one_after_another() {
    let stand = Stand::start();
    let phone = phone(&stand, "accountant");
    let judged: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..12)
            .map(|_| scope.spawn(|| try_password(&Browser::new(&stand), &phone, "wrong").status == 422))
            .collect();
        threads
            .into_iter()
            .map(|thread| usize::from(thread.join().unwrap()))
            .sum()
    });
    assert!(judged <= 2, "{judged}");
}

#[test]
fn a_login_nobody_has_looks_like_one_somebody_has() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let (known, unknown) = (phone(&stand, "accountant"), "+79999999999");
    for _ in 0..3 {
        let (one, other) = (
            try_password(&browser, &known, "wrong"),
            try_password(&browser, unknown, "wrong"),
        );
        assert_eq!(one.status, other.status);
        if one.status == 422 {
            assert_eq!(without_names(&one, &known), without_names(&other, unknown));
        }
    }
    // Locked alike, and a lock in both cases.
    let (one, other) = (
        try_password(&browser, &known, "x"),
        try_password(&browser, unknown, "x"),
    );
    assert_eq!((one.status, other.status), (423, 423));
    assert!(one.has_id("until") && other.has_id("until"));
    // Recovery says the same to both.
    let recover = |login: &str| {
        let page = browser.follow(browser.get(&request(&[])));
        let page = browser.get(&format!("/idp/recover?a={}", page.hidden("a").unwrap()));
        browser.submit(&page, "/idp/recover", &[("login", login)])
    };
    let (one, other) = (recover(&known), recover(unknown));
    assert_eq!(
        (one.status, without_names(&one, &known)),
        (other.status, without_names(&other, unknown))
    );
}

#[test]
fn passwords_are_kept_as_argon2_only() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    pass(&stand, &browser, &request(&[]), "accountant");
    let mut kept = std::fs::read(stand.dir.path().join("portal.db")).unwrap();
    kept.extend(std::fs::read(stand.dir.path().join("portal.db-wal")).unwrap_or_default());
    let kept = String::from_utf8_lossy(&kept);
    assert!(kept.contains("$argon2id$"));
    for account in &stand.portal.demo.accounts {
        assert!(!kept.contains(&account.password));
    }
    // Nor is a cookie that opens a session.
    assert!(!kept.contains(&browser.cookie("__Host-esia-session").unwrap()));
}

#[test]
fn causes_of_a_lock_are_told_to_who_knows_the_password_only() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let phone = phone(&stand, "director");
    change_account(
        &stand,
        "director",
        &json!({"lock": {"cause": "terms", "seconds": null}}),
    );
    assert_eq!(try_password(&browser, &phone, "wrong").status, 422);
    let page = try_password(&browser, &phone, &password(&stand, "director"));
    assert!(
        page.status == 423 && page.body.contains("LOCK-TERMS") && page.body.contains("поддержк"),
        "{}",
        page.body
    );
    change_account(&stand, "director", &json!({"lock": "none"}));
    assert!(try_password(&browser, &phone, &password(&stand, "director")).has_id("code"));
}

#[test]
fn an_imposed_lock_holds_for_who_is_signed_in_as_well() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let tokens = tokens_for(&stand, &browser);
    change_account(
        &stand,
        "accountant",
        &json!({"lock": {"cause": "hacking-suspicion", "seconds": 600}}),
    );
    let page = browser.follow(browser.get(&request(&[])));
    assert_eq!(page.error_code(), "ESIA-007004");
    let refresh = text(&tokens, "refresh_token");
    assert_eq!(exchange(&stand, &refresh_form(&refresh, &[])).0, 400);
    change_account(&stand, "accountant", &json!({"lock": "none"}));
    assert_eq!(exchange(&stand, &refresh_form(&refresh, &[])).0, 200);
}

#[test]
fn an_old_password_must_be_changed_for_one_the_rule_allows() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    give_password(&stand, &browser, &request(&[]), "accountant");
    change_account(&stand, "accountant", &json!({"password_age_days": 91}));
    let page = sign_in(&stand, &browser, &request(&[]), "accountant");
    assert!(page.has_id("expired"), "{}", page.body);
    let old = password(&stand, "accountant");
    for (new, again, wrong) in [
        ("short", "short", "12 символов"),
        ("безверхнихбукв-12", "безверхнихбукв-12", "заглавная"),
        ("Без-цифр-в-пароле", "Без-цифр-в-пароле", "цифра"),
        (NEW, "другой", "не совпадают"),
        (&old, &old, "совпадает с прежним"),
    ] {
        let again = browser.submit(&page, "/idp/login/renew", &[("new", new), ("again", again)]);
        assert!(
            again.status == 422 && again.body.contains(wrong),
            "{new}: {}",
            again.body
        );
    }
    let page = browser.submit(&page, "/idp/login/renew", &[("new", NEW), ("again", NEW)]);
    assert!(page.has_id("allow"), "{}", page.body);
    assert_eq!(
        try_password(&browser, &phone(&stand, "accountant"), &old).status,
        422
    );
    assert!(try_password(&browser, &phone(&stand, "accountant"), NEW).has_id("code"));
}

#[test]
fn a_forgotten_password_is_replaced_with_a_code_and_ends_all_sessions() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let tokens = tokens_for(&stand, &browser);
    let elsewhere = Browser::new(&stand);
    let email = stand.portal.demo.accounts[0].email.clone();
    for _ in 0..3 {
        try_password(&elsewhere, &email, "wrong");
    }
    assert_eq!(try_password(&elsewhere, &email, "wrong").status, 423);

    let page = elsewhere.follow(elsewhere.get(&request(&[])));
    let page = elsewhere.get(&format!("/idp/recover?a={}", page.hidden("a").unwrap()));
    let page = elsewhere.submit(&page, "/idp/recover", &[("login", &email)]);
    let sent = outgoing(&stand);
    let sent = sent.iter().rev().find(|m| m["code"].is_string()).unwrap();
    assert_eq!((&sent["channel"], &sent["to"]), (&json!("email"), &json!(email)));
    let code = last_code(&stand);
    let weak = elsewhere.submit(
        &page,
        "/idp/recover/code",
        &[("code", &code), ("new", "weak"), ("again", "weak")],
    );
    assert!(weak.status == 422 && weak.body.contains("12 символов"));
    let done = elsewhere.submit(
        &page,
        "/idp/recover/code",
        &[("code", &code), ("new", NEW), ("again", NEW)],
    );
    assert!(done.has_id("done"), "{}", done.body);
    let twice = elsewhere.submit(
        &page,
        "/idp/recover/code",
        &[("code", &code), ("new", NEW), ("again", NEW)],
    );
    assert_eq!(twice.status, 422);

    assert_eq!(
        exchange(&stand, &refresh_form(&text(&tokens, "refresh_token"), &[])).0,
        400
    );
    // The lock is off, the new password opens.
    assert!(try_password(&elsewhere, &email, NEW).has_id("code"));
}

#[test]
fn guesses_at_a_recovery_code_are_bounded() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let phone = phone(&stand, "accountant");
    let begin = || {
        let page = browser.follow(browser.get(&request(&[])));
        let page = browser.get(&format!("/idp/recover?a={}", page.hidden("a").unwrap()));
        browser.submit(&page, "/idp/recover", &[("login", &phone)])
    };
    let page = begin();
    let (right, wrong) = (last_code(&stand), "000 000x");
    for _ in 0..3 {
        assert_eq!(
            browser
                .submit(
                    &page,
                    "/idp/recover/code",
                    &[("code", wrong), ("new", NEW), ("again", NEW)]
                )
                .status,
            422
        );
    }
    let late = browser.submit(
        &page,
        "/idp/recover/code",
        &[("code", &right), ("new", NEW), ("again", NEW)],
    );
    assert!(late.body.contains("AUTH-CODE-SPENT"), "{}", late.body);
    for _ in 0..10 {
        begin();
    }
    let sent = outgoing(&stand).iter().filter(|m| m["code"].is_string()).count();
    assert_eq!(sent, 3);
}
