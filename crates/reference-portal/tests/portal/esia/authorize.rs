//! `v2/ac`: what is refused, and where the refusal goes.

use super::browser::Browser;
use super::{Changes, REDIRECT, request, timestamp};
use crate::stand::Stand;

/// OAuth error and code of a refusal that goes back to the system, which must get its state back.
fn refused(browser: &Browser, changes: Changes<'_>) -> (String, String) {
    let page = browser.get(&request(changes));
    assert_eq!(page.status, 302, "{changes:?}: {}", page.body);
    assert!(
        page.location.as_deref().unwrap().starts_with(REDIRECT),
        "{:?}",
        page.location
    );
    let state = changes
        .iter()
        .find(|(name, _)| *name == "state")
        .map_or(Some("state-1"), |(_, value)| *value);
    assert_eq!(page.parameter("state").as_deref(), state);
    assert!(page.parameter("code").is_none());
    (page.parameter("error").unwrap(), page.error_code())
}

#[test]
fn each_wrong_parameter_has_its_code() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let (early, late) = (timestamp(-400), timestamp(400));
    let (early, late) = (
        [("timestamp", Some(early.as_str()))],
        [("timestamp", Some(late.as_str()))],
    );
    let invalid = |code: &str| ("invalid_request".to_owned(), code.to_owned());
    let cases: Vec<(Changes<'_>, (String, String))> = vec![
        (
            &[("response_type", Some("token"))],
            ("unsupported_response_type".into(), "ESIA-007009".into()),
        ),
        (&[("response_type", None)], invalid("ESIA-007003")),
        (&[("state", None)], invalid("ESIA-007003")),
        (&[("timestamp", None)], invalid("ESIA-007003")),
        (
            &[("timestamp", Some("2026-01-01T00:00:00Z"))],
            invalid("ESIA-007003"),
        ),
        (&early, invalid("ESIA-007015")),
        (&late, invalid("ESIA-007015")),
        (&[("scope", None)], ("invalid_scope".into(), "ESIA-007013".into())),
        (
            &[("scope", Some("openid everything"))],
            ("invalid_scope".into(), "ESIA-007006".into()),
        ),
        (
            &[("scope_org", Some("org_gold"))],
            ("invalid_scope".into(), "ESIA-007006".into()),
        ),
        (&[("access_type", Some("always"))], invalid("ESIA-007003")),
        (&[("person_filter", Some("%"))], invalid("ESIA-007003")),
        (&[("permissions", Some("e30"))], invalid("ESIA-007003")),
        // [{"sysname":"GOLD"}]
        (
            &[("permissions", Some("W3sic3lzbmFtZSI6IkdPTEQifV0"))],
            invalid("ESIA-036701"),
        ),
        // [{}]
        (&[("permissions", Some("W3t9XQ"))], invalid("ESIA-036700")),
        // [{"sysname":"APIPGU"}]
        (
            &[("permissions", Some("W3sic3lzbmFtZSI6IkFQSVBHVSJ9XQ"))],
            invalid("ESIA-036702"),
        ),
    ];
    for (changes, expected) in cases {
        assert_eq!(refused(&browser, changes), expected, "{changes:?}");
    }
}

#[test]
fn without_pkce_of_method_s256_a_program_gets_no_code() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let cases: [(Changes<'_>, &str); 5] = [
        (
            &[("code_challenge", None), ("code_challenge_method", None)],
            "ESIA-007039",
        ),
        (&[("code_challenge", None)], "ESIA-007039"),
        (&[("code_challenge_method", Some("plain"))], "ESIA-007003"),
        // RFC 7636 takes an absent method for plain.
        (&[("code_challenge_method", None)], "ESIA-007003"),
        (&[("code_challenge", Some("short"))], "ESIA-007003"),
    ];
    for (changes, code) in cases {
        assert_eq!(refused(&browser, changes).1, code, "{changes:?}");
    }
}

#[test]
fn nothing_is_sent_to_an_address_that_is_not_registered() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    for address in [
        "https://evil.example/esia",
        "http://127.0.0.1:41234/other",
        "http://127.0.0.1:41234/esia?next=https://evil.example",
        "http://127.0.0.1:41234@evil.example/esia",
        "http://localhost:41234/esia",
        "//evil.example/esia",
        "javascript:alert(1)",
        "https://system.example/esia",
    ] {
        let page = browser.get(&request(&[("redirect_uri", Some(address))]));
        assert_eq!((page.status, page.location.as_deref()), (400, None), "{address}");
        assert!(
            page.body.contains("ESIA-007023") && page.has_id("problem"),
            "{}",
            page.body
        );
    }
    let page = browser.get(&request(&[("client_id", Some("NOBODY"))]));
    assert!(page.status == 400 && page.location.is_none() && page.body.contains("ESIA-007002"));
    let page = browser.get(&request(&[("client_id", None)]));
    assert!(page.status == 400 && page.location.is_none() && page.body.contains("ESIA-007003"));
    let page = browser.get(&request(&[("redirect_uri", None)]));
    assert!(page.status == 400 && page.location.is_none() && page.body.contains("ESIA-007003"));
}

#[test]
fn parameters_given_twice_or_not_readable_are_refused() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let page = browser.get(&format!("{}&state=2", request(&[])));
    assert!(page.status == 400 && page.location.is_none() && page.body.contains("ESIA-007003"));
    let page = browser.get(&format!("{}&x=%ff%fe", request(&[])));
    assert!(page.status == 400 && page.location.is_none() && page.body.contains("ESIA-007038"));
}

#[test]
fn what_a_request_says_is_never_markup_on_a_page() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let page = browser.follow(browser.get(&request(&[])));
    let evil = "\"><script>alert(1)</script>";
    let page = browser.submit(&page, "/idp/login", &[("login", evil), ("password", "x")]);
    assert!(!page.body.contains("<script"), "{}", page.body);
    assert!(page.body.contains("&lt;script&gt;"), "{}", page.body);
}

#[test]
fn the_old_methods_are_withdrawn() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    assert_eq!(browser.get("/aas/oauth2/ac?client_id=KABINET_DEMO").status, 410);
    assert_eq!(browser.post("/aas/oauth2/te", &[("code", "x")]).status, 410);
}
