//! A system with a key: its secret, made by OpenSSL.

use std::path::Path;

use serde_json::json;

use super::browser::Browser;
use super::{Changes, allow, exchange, refresh_form, refusal, request, sign_in, text, timestamp, token_form};
use crate::openssl;
use crate::stand::{Stand, base64_url};

/// A raw signature, url-safe: Стрибог-256 of the text, then the key.
fn secret(pki: &Path, key: &str, content: &str) -> String {
    let work = tempfile::tempdir().unwrap();
    std::fs::write(work.path().join("text"), content).unwrap();
    openssl::must(
        work.path(),
        &["dgst", "-md_gost12_256", "-binary", "-out", "digest", "text"],
    );
    let key = pki.join(format!("{key}.key")).display().to_string();
    openssl::must(
        work.path(),
        &[
            "pkeyutl",
            "-sign",
            "-inkey",
            &key,
            "-in",
            "digest",
            "-out",
            "signature",
        ],
    );
    let signature = std::fs::read(work.path().join("signature")).unwrap();
    assert_eq!(signature.len(), 64);
    base64_url(&signature)
}

/// Стрибог-256 of the certificate, upper-case hex, by OpenSSL.
fn certificate_hash(pki: &Path) -> String {
    let printed = openssl::must(pki, &["dgst", "-md_gost12_256", "-r", "system.cer"]);
    printed.split_whitespace().next().unwrap().to_uppercase()
}

const SCOPE: &str = "openid fullname";
const REDIRECT: &str = "https://system.example/esia";

/// A request of the system, signed, with `changes` made afterwards.
fn signed_request(stand: &Stand, changes: Changes<'_>) -> String {
    let at = timestamp(0);
    let signature = secret(
        &stand.pki(),
        "system",
        &format!("KABINET_SYSTEM{SCOPE}{at}state-1{REDIRECT}"),
    );
    let hash = certificate_hash(&stand.pki());
    let mut all: Vec<(&str, Option<&str>)> = vec![
        ("client_id", Some("KABINET_SYSTEM")),
        ("redirect_uri", Some(REDIRECT)),
        ("scope", Some(SCOPE)),
        ("timestamp", Some(&at)),
        ("client_secret", Some(&signature)),
        ("client_certificate_hash", Some(&hash)),
        ("code_challenge", None),
        ("code_challenge_method", None),
    ];
    all.extend(changes);
    request(&all)
}

/// A form of the system over `signed_end` after the usual text.
fn signed_form(
    stand: &Stand,
    form: fn(&str, Changes<'_>) -> Vec<(String, String)>,
    value: &str,
    texts: &str,
    more: Changes<'_>,
) -> Vec<(String, String)> {
    let at = timestamp(0);
    let signature = secret(&stand.pki(), "system", &texts.replace("{at}", &at));
    let hash = certificate_hash(&stand.pki());
    let mut all: Vec<(&str, Option<&str>)> = vec![
        ("client_id", Some("KABINET_SYSTEM")),
        ("redirect_uri", Some(REDIRECT)),
        ("scope", Some(SCOPE)),
        ("timestamp", Some(&at)),
        ("client_secret", Some(&signature)),
        ("client_certificate_hash", Some(&hash)),
        ("code_verifier", None),
    ];
    all.extend(more);
    form(value, &all)
}

fn code(stand: &Stand, browser: &Browser) -> String {
    let page = sign_in(stand, browser, &signed_request(stand, &[]), "accountant");
    allow(browser, page).parameter("code").unwrap()
}

#[test]
fn a_system_signs_with_its_key_from_the_request_to_the_refresh() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let code = code(&stand, &browser);
    let usual = format!("KABINET_SYSTEM{SCOPE}{{at}}state-2{REDIRECT}{code}");
    let (status, body) = exchange(&stand, &signed_form(&stand, token_form, &code, &usual, &[]));
    assert_eq!(status, 200, "{body}");
    // Both published texts of a refresh.
    let first = text(&body, "refresh_token");
    let one = format!("KABINET_SYSTEM{SCOPE}{{at}}state-3{REDIRECT}");
    let (status, body) = exchange(&stand, &signed_form(&stand, refresh_form, &first, &one, &[]));
    assert_eq!(status, 200, "{body}");
    let second = text(&body, "refresh_token");
    let other = format!("KABINET_SYSTEM{SCOPE}{{at}}state-3{second}");
    let (status, body) = exchange(&stand, &signed_form(&stand, refresh_form, &second, &other, &[]));
    assert_eq!(status, 200, "{body}");
}

#[test]
fn a_secret_of_other_text_another_key_or_another_certificate_is_refused() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let at = timestamp(0);
    let by_another = secret(
        &stand.pki(),
        "accountant",
        &format!("KABINET_SYSTEM{SCOPE}{at}state-1{REDIRECT}"),
    );
    let lower = certificate_hash(&stand.pki()).to_lowercase();
    let zeros = base64_url(&[0; 64]);
    let cases: [(Changes<'_>, &str); 9] = [
        (&[("state", Some("state-9"))], "ESIA-007053"),
        (
            &[("timestamp", Some(&at)), ("client_secret", Some(&by_another))],
            "ESIA-007053",
        ),
        (&[("client_secret", Some("AAAA"))], "ESIA-007053"),
        (&[("client_secret", Some("!"))], "ESIA-007053"),
        (&[("client_secret", Some(&zeros))], "ESIA-007053"),
        (&[("client_certificate_hash", Some(&lower))], "ESIA-007053"),
        (&[("client_certificate_hash", Some("00"))], "ESIA-007053"),
        (&[("client_secret", None)], "ESIA-007003"),
        (&[("client_certificate_hash", None)], "ESIA-007003"),
    ];
    for (changes, code) in cases {
        let page = browser.get(&signed_request(&stand, changes));
        assert_eq!(
            (page.status, page.error_code().as_str()),
            (302, code),
            "{changes:?} {}",
            page.body
        );
    }
}

#[test]
fn the_secret_of_a_token_request_covers_the_code() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let code = code(&stand, &browser);
    let without_code = format!("KABINET_SYSTEM{SCOPE}{{at}}state-2{REDIRECT}");
    let form = signed_form(&stand, token_form, &code, &without_code, &[]);
    assert_eq!(
        refusal(&stand, &form),
        (400, "unauthorized_client".into(), "ESIA-007053".into())
    );
    let usual = format!("{without_code}{code}");
    // A verifier nobody announced.
    let verifier = "x".repeat(43);
    let form = signed_form(
        &stand,
        token_form,
        &code,
        &usual,
        &[("code_verifier", Some(&verifier))],
    );
    assert_eq!(
        refusal(&stand, &form),
        (400, "invalid_request".into(), "ESIA-007039".into())
    );
}

#[test]
fn a_system_without_a_key_gets_no_token_of_its_own() {
    let stand = Stand::start();
    let own = |client_id, changes: Changes<'_>| {
        let mut all: Vec<(&str, Option<&str>)> = vec![
            ("client_id", Some(client_id)),
            ("grant_type", Some("client_credentials")),
            ("code", None),
            ("code_verifier", None),
        ];
        all.extend(changes);
        token_form("", &all)
    };
    assert_eq!(
        refusal(&stand, &own("KABINET_DEMO", &[])),
        (400, "unauthorized_client".into(), "ESIA-007005".into())
    );
    assert_eq!(refusal(&stand, &own("KABINET_SYSTEM", &[])).2, "ESIA-007003");
    let at = timestamp(0);
    let signature = secret(
        &stand.pki(),
        "system",
        &format!("KABINET_SYSTEMopenid{at}state-2{REDIRECT}"),
    );
    let hash = certificate_hash(&stand.pki());
    let form = own(
        "KABINET_SYSTEM",
        &[
            ("scope", Some("openid")),
            ("redirect_uri", Some(REDIRECT)),
            ("timestamp", Some(&at)),
            ("client_secret", Some(&signature)),
            ("client_certificate_hash", Some(&hash)),
        ],
    );
    let (status, body) = exchange(&stand, &form);
    assert_eq!(
        (status, body.get("refresh_token"), body.get("id_token")),
        (200, None, None),
        "{body}"
    );
    let (_, claims) = super::decoded(&text(&body, "access_token"));
    assert_eq!(
        (&claims["client_id"], claims.get("urn:esia:sbj_id")),
        (&json!("KABINET_SYSTEM"), None)
    );
}
