//! A person who is signed in changes the password and what confirms a sign-in.

use super::browser::Browser;
use super::{exchange, give_password, outgoing, pass, password, refresh_form, request, text, tokens_for};
use crate::stand::Stand;

const NEW: &str = "Совсем-Новый-Пароль-7!";

#[test]
fn a_new_password_needs_the_old_one_and_ends_every_other_session() {
    let stand = Stand::start();
    let (browser, elsewhere) = (Browser::new(&stand), Browser::new(&stand));
    let mine = tokens_for(&stand, &browser);
    let other = tokens_for(&stand, &elsewhere);
    let page = browser.get("/idp/security");
    assert!(
        page.has_id("change-password") && page.has_id("password-expires"),
        "{}",
        page.body
    );
    let change = |current: &str, new: &str| {
        browser.submit(
            &page,
            "/idp/security/password",
            &[("current", current), ("new", new), ("again", new)],
        )
    };
    let old = password(&stand, "accountant");
    let wrong = change("wrong", NEW);
    assert!(
        wrong.status == 422 && wrong.body.contains("AUTH-WRONG"),
        "{}",
        wrong.body
    );
    assert!(change(&old, "weak").body.contains("12 символов"));
    assert!(change(&old, NEW).has_id("done"));
    assert_eq!(
        exchange(&stand, &refresh_form(&text(&other, "refresh_token"), &[])).0,
        400
    );
    assert_eq!(
        exchange(&stand, &refresh_form(&text(&mine, "refresh_token"), &[])).0,
        200
    );
    assert!(elsewhere.follow(elsewhere.get(&request(&[]))).has_id("password"));
}

#[test]
fn guesses_of_the_password_count_here_as_well() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    pass(&stand, &browser, &request(&[]), "accountant");
    let page = browser.get("/idp/security");
    let mut statuses = vec![];
    for _ in 0..4 {
        statuses.push(
            browser
                .submit(
                    &page,
                    "/idp/security/factor",
                    &[("current", "x"), ("factor", "none")],
                )
                .status,
        );
    }
    assert_eq!(statuses, [422, 422, 423, 423]);
}

#[test]
fn the_second_factor_is_changed_by_who_knows_the_password_and_the_owner_is_told() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    pass(&stand, &browser, &request(&[]), "accountant");
    let page = browser.get("/idp/security");
    let password = password(&stand, "accountant");
    let change = |factor: &str| {
        browser.submit(
            &page,
            "/idp/security/factor",
            &[("current", password.as_str()), ("factor", factor)],
        )
    };
    // This account has no application.
    assert!(!page.body.contains("value=\"app\"") && change("app").status == 422);
    assert!(change("none").has_id("done"));
    assert!(
        outgoing(&stand)
            .iter()
            .any(|m| m["text"].as_str().unwrap().contains("Способ подтверждения"))
    );
    let page = give_password(
        &stand,
        &browser,
        &request(&[("prompt", Some("login"))]),
        "accountant",
    );
    assert!(page.parameter("code").is_some(), "{}", page.body);
}

#[test]
fn who_is_not_signed_in_and_whose_form_is_not_ours_changes_nothing() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    assert_eq!(browser.get("/idp/security").status, 400);
    pass(&stand, &browser, &request(&[]), "accountant");
    let password = password(&stand, "accountant");
    let form = [("t", "x"), ("current", password.as_str()), ("factor", "none")];
    assert_eq!(browser.post("/idp/security/factor", &form).status, 400);
}
