//! `v3/te`: codes and refresh tokens, each good once, for one system, in its time.

use serde_json::json;

use super::browser::Browser;
use super::{
    REDIRECT, SCOPE, VERIFIER, challenge, code_for, exchange, pass, refresh_form, refusal, request,
    scope_org, text, timestamp, token_form, tokens_for,
};
use crate::stand::{SERVICE, Stand, meta};

const GRANT: &str = "invalid_grant";

fn expect(stand: &Stand, form: &[(String, String)], error: &str, code: &str) {
    assert_eq!(
        refusal(stand, form),
        (400, error.to_owned(), code.to_owned()),
        "{form:?}"
    );
}

#[test]
fn a_code_is_good_once_and_its_second_use_ends_what_came_of_it() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let code = code_for(&stand, &browser, &[]);
    let (status, body) = exchange(&stand, &token_form(&code, &[]));
    assert_eq!(status, 200, "{body}");
    let access = text(&body, "access_token");
    let person = stand.portal.demo.employee("accountant").unwrap().oid;
    let ask = || {
        stand
            .get(&access, &format!("/rs/prns/{person}"))
            .send()
            .unwrap()
            .status()
    };
    assert_eq!(ask(), 200);
    expect(&stand, &token_form(&code, &[]), GRANT, "ESIA-007011");
    assert_eq!(ask(), 401);
    expect(
        &stand,
        &refresh_form(&text(&body, "refresh_token"), &[]),
        GRANT,
        "ESIA-007011",
    );
}

#[test]
fn a_code_needs_the_verifier_of_its_challenge_and_is_spent_by_a_wrong_one() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let wrong = "x".repeat(43);
    let code = code_for(&stand, &browser, &[]);
    expect(
        &stand,
        &token_form(&code, &[("code_verifier", Some(&wrong))]),
        GRANT,
        "ESIA-007040",
    );
    expect(&stand, &token_form(&code, &[]), GRANT, "ESIA-007011");
    let code = code_for(&stand, &browser, &[]);
    expect(
        &stand,
        &token_form(&code, &[("code_verifier", None)]),
        "invalid_request",
        "ESIA-007014",
    );
    // The challenge itself, as with method plain.
    let code = code_for(&stand, &browser, &[]);
    expect(
        &stand,
        &token_form(&code, &[("code_verifier", Some(&challenge(VERIFIER)))]),
        GRANT,
        "ESIA-007040",
    );
}

#[test]
fn a_code_is_bound_to_its_address_its_scopes_and_its_system() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let code = code_for(&stand, &browser, &[]);
    // A public system cannot pass for one with a key; the code stays good for its owner.
    let foreign = token_form(&code, &[("client_id", Some("KABINET_SYSTEM"))]);
    assert_eq!(refusal(&stand, &foreign).0, 400);
    assert_eq!(exchange(&stand, &token_form(&code, &[])).0, 200);

    let code = code_for(&stand, &browser, &[]);
    let other = "http://127.0.0.1:41235/esia";
    expect(
        &stand,
        &token_form(&code, &[("redirect_uri", Some(other))]),
        GRANT,
        "ESIA-007011",
    );
    let code = code_for(&stand, &browser, &[]);
    let wider = format!("{SCOPE} snils");
    expect(
        &stand,
        &token_form(&code, &[("scope", Some(&wider))]),
        "invalid_scope",
        "ESIA-007006",
    );
    expect(&stand, &token_form("never-given", &[]), GRANT, "ESIA-007011");
}

#[test]
fn a_code_is_over_after_its_time() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    stand.set(&json!({"auth_code_lifetime_s": 0}));
    let code = code_for(&stand, &browser, &[]);
    expect(&stand, &token_form(&code, &[]), GRANT, "ESIA-007011");
}

#[test]
fn each_wrong_parameter_has_its_code_and_the_state_comes_back() {
    let stand = Stand::start();
    let late = timestamp(1000);
    for (changes, error, code) in [
        (("client_id", None), "invalid_request", "ESIA-007014"),
        (("grant_type", None), "invalid_request", "ESIA-007014"),
        (
            ("grant_type", Some("password")),
            "unsupported_grant_type",
            "ESIA-007012",
        ),
        (("code", None), "invalid_request", "ESIA-007014"),
        (("redirect_uri", None), "invalid_request", "ESIA-007014"),
        (("timestamp", None), "invalid_request", "ESIA-007014"),
        (("timestamp", Some("now")), "invalid_request", "ESIA-007003"),
        (
            ("timestamp", Some(late.as_str())),
            "invalid_request",
            "ESIA-007015",
        ),
        (("token_type", Some("MAC")), "invalid_request", "ESIA-007003"),
        (
            ("client_id", Some("NOBODY")),
            "unauthorized_client",
            "ESIA-007002",
        ),
        (("client_secret", Some("AAAA")), "invalid_client", "ESIA-008010"),
    ] {
        let (status, body) = exchange(&stand, &token_form("x", &[changes]));
        assert_eq!((status, &body["error"]), (400, &json!(error)), "{changes:?}");
        assert!(
            text(&body, "error_description").starts_with(&format!("{code}: ")),
            "{body}"
        );
        assert_eq!(body["state"], "state-2");
    }
    let mut twice = token_form("x", &[]);
    twice.push(("code".into(), "y".into()));
    expect(&stand, &twice, "invalid_request", "ESIA-007003");
    expect(
        &stand,
        &token_form("x", &[("state", None)]),
        "invalid_request",
        "ESIA-007014",
    );
}

#[test]
fn a_form_in_another_type_is_not_read() {
    let stand = Stand::start();
    let address = format!("{}/aas/oauth2/v3/te", stand.portal.urls.esia);
    let answer = stand
        .http
        .post(address)
        .json(&json!({"code": "x"}))
        .send()
        .unwrap();
    assert_eq!(
        (
            answer.status().as_u16(),
            answer.json::<serde_json::Value>().unwrap()["error"].clone()
        ),
        (400, json!("invalid_request"))
    );
}

#[test]
fn refresh_tokens_rotate_and_a_used_one_ends_the_family() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let first = text(&tokens_for(&stand, &browser), "refresh_token");
    let (status, body) = exchange(&stand, &refresh_form(&first, &[]));
    assert_eq!((status, &body["state"]), (200, &json!("state-3")), "{body}");
    let second = text(&body, "refresh_token");
    assert_ne!(first, second);
    let (status, body) = exchange(&stand, &refresh_form(&second, &[]));
    assert_eq!(status, 200);
    let (third, access) = (text(&body, "refresh_token"), text(&body, "access_token"));

    expect(&stand, &refresh_form(&first, &[]), GRANT, "ESIA-007011");
    // The thief's and the owner's are both dead.
    expect(&stand, &refresh_form(&third, &[]), GRANT, "ESIA-007011");
    let person = stand.portal.demo.employee("accountant").unwrap().oid;
    assert_eq!(
        stand
            .get(&access, &format!("/rs/prns/{person}"))
            .send()
            .unwrap()
            .status(),
        401
    );
}

#[test]
fn a_refresh_token_is_bound_to_its_system_scopes_and_time() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let token = text(&tokens_for(&stand, &browser), "refresh_token");
    expect(
        &stand,
        &refresh_form(&token, &[("scope", Some("openid snils"))]),
        "invalid_scope",
        "ESIA-007006",
    );
    expect(
        &stand,
        &refresh_form(&token, &[("refresh_token", None)]),
        "invalid_request",
        "ESIA-007014",
    );
    expect(&stand, &refresh_form("never-given", &[]), GRANT, "ESIA-007011");
    stand.set(&json!({"refresh_lifetime_s": 0}));
    let (status, body) = exchange(&stand, &refresh_form(&token, &[]));
    assert_eq!(status, 200);
    expect(
        &stand,
        &refresh_form(&text(&body, "refresh_token"), &[]),
        GRANT,
        "ESIA-007011",
    );
}

#[test]
fn without_offline_access_there_is_no_refresh_token() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let code = code_for(&stand, &browser, &[("access_type", Some("online"))]);
    let (status, body) = exchange(&stand, &token_form(&code, &[]));
    assert_eq!(status, 200);
    assert!(body.get("refresh_token").is_none(), "{body}");
}

#[test]
fn signing_out_ends_the_session_and_all_its_tokens() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let body = tokens_for(&stand, &browser);
    let page = browser.get("/idp/ext/Logout?client_id=KABINET_DEMO&redirect_url=https://evil.example/");
    assert!(page.status == 400 && page.location.is_none() && page.body.contains("ESIA-007023"));
    let address = format!("/idp/ext/Logout?client_id=KABINET_DEMO&redirect_url={REDIRECT}");
    let page = browser.get(&address);
    assert_eq!((page.status, page.location.as_deref()), (302, Some(REDIRECT)));
    assert!(browser.cookie("__Host-esia-session").is_none());
    expect(
        &stand,
        &refresh_form(&text(&body, "refresh_token"), &[]),
        GRANT,
        "ESIA-007011",
    );
    let person = stand.portal.demo.employee("accountant").unwrap().oid;
    let answer = stand
        .get(&text(&body, "access_token"), &format!("/rs/prns/{person}/roles"))
        .send()
        .unwrap();
    assert_eq!(answer.status(), 401);
    assert!(browser.follow(browser.get(&request(&[]))).has_id("password"));
    assert!(
        browser
            .get("/idp/ext/Logout?client_id=KABINET_DEMO")
            .has_id("done")
    );
}

#[test]
fn a_token_for_an_organisation_serves_api_epgu_and_one_without_does_not() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let scopes = scope_org(&stand, "romashka", &["org_ogrn", "org_inn"]);
    let page = pass(
        &stand,
        &browser,
        &request(&[("scope_org", Some(&scopes))]),
        "accountant",
    );
    let code = page.parameter("code").unwrap();
    let (status, body) = exchange(&stand, &token_form(&code, &[("scope_org", Some(&scopes))]));
    assert_eq!(status, 200, "{body}");
    let token = text(&body, "access_token");
    let order = stand.pushed(&token, SERVICE, stand.good_archive());
    assert_eq!(stand.wait_until_final(order)["status_id"], 3);

    let person_only = text(&tokens_for(&stand, &browser), "access_token");
    let answer = stand
        .post(&person_only, "/api/gusmev/order")
        .json(&meta(SERVICE))
        .send()
        .unwrap();
    assert_eq!(answer.status(), 403);
    assert_eq!(
        browser
            .get(&format!(
                "/idp/ext/Logout?client_id=KABINET_DEMO&redirect_url={REDIRECT}"
            ))
            .status,
        302
    );
    let answer = stand
        .post(&token, "/api/gusmev/order")
        .json(&meta(SERVICE))
        .send()
        .unwrap();
    assert_eq!(answer.status(), 401);
}
