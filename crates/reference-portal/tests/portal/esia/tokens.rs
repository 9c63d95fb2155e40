//! Tokens: who signs them, what stands in them, and what is not one.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::json;

use super::browser::Browser;
use super::{code_for, decoded, exchange, pass, request, scope_org, text, token_form, tokens_for};
use crate::openssl;
use crate::stand::{Stand, base64_url};

/// Verifies a token of GOST with OpenSSL and the certificate of this name.
fn is_signed_by(stand: &Stand, token: &str, certificate: &str) -> bool {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let work = tempfile::tempdir().unwrap();
    std::fs::write(work.path().join("signed"), signed).unwrap();
    std::fs::write(
        work.path().join("signature"),
        Base64UrlUnpadded::decode_vec(signature).unwrap(),
    )
    .unwrap();
    openssl::must(
        work.path(),
        &["dgst", "-md_gost12_256", "-binary", "-out", "digest", "signed"],
    );
    let certificate = stand
        .pki()
        .join(format!("{certificate}.crt"))
        .display()
        .to_string();
    let arguments = [
        "pkeyutl",
        "-verify",
        "-engine",
        "gost",
        "-certin",
        "-inkey",
        &certificate,
        "-in",
        "digest",
        "-sigfile",
        "signature",
    ];
    openssl::run(work.path(), &arguments)
        .text
        .contains("Signature Verified Successfully")
}

#[test]
fn an_identity_token_says_who_signed_in_where_and_for_whom() {
    let stand = Stand::start();
    let body = tokens_for(&stand, &Browser::new(&stand));
    let token = text(&body, "id_token");
    assert!(
        is_signed_by(&stand, &token, "token-signer") && !is_signed_by(&stand, &token, "token-signer-next")
    );
    let (header, payload) = decoded(&token);
    assert_eq!(
        (&header["alg"], &header["sbt"], &header["typ"]),
        (&json!("GOST3410_2012_256"), &json!("id"), &json!("JWT"))
    );
    let person = stand.portal.demo.employee("accountant").unwrap().oid;
    assert_eq!(payload["iss"], "http://esia.gosuslugi.ru/");
    assert_eq!(
        (&payload["aud"], &payload["sub"]),
        (&json!("KABINET_DEMO"), &json!(person))
    );
    assert_eq!(
        (&payload["nonce"], &payload["amr"]),
        (&json!("nonce-1"), &json!("PWD"))
    );
    assert_eq!(
        payload["urn:esia:sbj"],
        json!({"urn:esia:sbj:typ": "P", "urn:esia:sbj:oid": person, "urn:esia:sbj:nam": format!("OID.{person}"), "urn:esia:sbj:is_tru": true})
    );
    let number = |name: &str| payload[name].as_i64().unwrap();
    assert_eq!(number("exp") - number("iat"), 3600);
    assert!(number("auth_time") <= number("iat") && number("nbf") <= number("iat"));
}

#[test]
fn an_access_token_carries_scopes_as_they_are_published() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let (_, payload) = decoded(&text(&tokens_for(&stand, &browser), "access_token"));
    let person = stand.portal.demo.employee("accountant").unwrap().oid;
    assert_eq!(
        payload["scope"],
        json!(format!("openid fullname?oid={person} usr_org?oid={person}"))
    );
    assert_eq!(
        (&payload["client_id"], &payload["urn:esia:sbj_id"]),
        (&json!("KABINET_DEMO"), &json!(person))
    );
    assert!(payload.get("org_oid").is_none());

    let scopes = scope_org(&stand, "romashka", &["org_inn"]);
    let page = pass(
        &stand,
        &browser,
        &request(&[("scope_org", Some(&scopes))]),
        "accountant",
    );
    let (_, body) = exchange(
        &stand,
        &token_form(&page.parameter("code").unwrap(), &[("scope_org", Some(&scopes))]),
    );
    let (_, payload) = decoded(&text(&body, "access_token"));
    assert_eq!(
        payload["org_oid"],
        json!(stand.portal.demo.organisation("romashka").unwrap().oid)
    );
    assert!(payload["scope"].as_str().unwrap().contains(&scopes));
}

#[test]
fn after_a_rotation_another_key_signs_and_older_access_tokens_stay_good() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let before = text(&tokens_for(&stand, &browser), "access_token");
    stand.set(&json!({"token_key": "next"}));
    let after = tokens_for_again(&stand, &browser);
    assert!(is_signed_by(
        &stand,
        &text(&after, "id_token"),
        "token-signer-next"
    ));
    let person = stand.portal.demo.employee("accountant").unwrap().oid;
    for token in [&before, &text(&after, "access_token")] {
        assert_eq!(
            stand
                .get(token, &format!("/rs/prns/{person}"))
                .send()
                .unwrap()
                .status(),
            200
        );
    }
    let certificates = &stand.portal.demo.esia_certificates;
    assert_eq!(certificates.len(), 3);
    assert!(
        certificates
            .iter()
            .all(|file| stand.dir.path().join(file).is_file())
    );
}

/// Tokens of somebody who is signed in already.
fn tokens_for_again(stand: &Stand, browser: &Browser) -> serde_json::Value {
    let code = browser
        .follow(browser.get(&request(&[])))
        .parameter("code")
        .unwrap();
    exchange(stand, &token_form(&code, &[])).1
}

#[test]
fn identity_tokens_are_signed_with_rs256_where_the_settings_say_so() {
    let stand = Stand::start();
    stand.set(&json!({"id_token_alg": "RS256"}));
    let body = tokens_for(&stand, &Browser::new(&stand));
    let token = text(&body, "id_token");
    assert_eq!(decoded(&token).0["alg"], "RS256");
    assert_eq!(
        decoded(&text(&body, "access_token")).0["alg"],
        "GOST3410_2012_256"
    );
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let work = tempfile::tempdir().unwrap();
    std::fs::write(work.path().join("signed"), signed).unwrap();
    std::fs::write(
        work.path().join("signature"),
        Base64UrlUnpadded::decode_vec(signature).unwrap(),
    )
    .unwrap();
    let certificate = stand.pki().join("token-signer-rs256.cer").display().to_string();
    openssl::must(
        work.path(),
        &[
            "x509",
            "-inform",
            "DER",
            "-in",
            &certificate,
            "-pubkey",
            "-noout",
            "-out",
            "key.pem",
        ],
    );
    let said = openssl::must(
        work.path(),
        &[
            "dgst",
            "-sha256",
            "-verify",
            "key.pem",
            "-signature",
            "signature",
            "signed",
        ],
    );
    assert!(said.contains("Verified OK"), "{said}");
}

#[test]
fn without_openid_there_is_no_identity_token() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let code = code_for(&stand, &browser, &[("scope", Some("fullname"))]);
    let (status, body) = exchange(&stand, &token_form(&code, &[("scope", Some("fullname"))]));
    assert_eq!((status, body.get("id_token")), (200, None));
}

#[test]
fn an_identity_token_an_unsigned_one_and_one_of_another_kind_open_nothing() {
    let stand = Stand::start();
    let body = tokens_for(&stand, &Browser::new(&stand));
    let access = text(&body, "access_token");
    let mut parts = access.split('.');
    let (header, payload) = (parts.next().unwrap(), parts.next().unwrap());
    let signature = parts.next().unwrap();
    let with = |header: serde_json::Value| base64_url(header.to_string().as_bytes());
    let none = with(json!({"ver": 1, "typ": "JWT", "sbt": "access", "alg": "none"}));
    let rsa = with(json!({"ver": 1, "typ": "JWT", "sbt": "access", "alg": "RS256"}));
    let hmac = with(json!({"ver": 1, "typ": "JWT", "sbt": "access", "alg": "HS256"}));
    let person = stand.portal.demo.employee("accountant").unwrap().oid;
    for token in [
        text(&body, "id_token"),
        format!("{none}.{payload}."),
        format!("{none}.{payload}.{signature}"),
        format!("{rsa}.{payload}.{signature}"),
        format!("{hmac}.{payload}.{signature}"),
        format!("{header}.{payload}."),
        format!("{header}.{payload}.{}", base64_url(&[0; 64])),
        format!("{header}.{payload}"),
        String::new(),
    ] {
        let answer = stand.get(&token, &format!("/rs/prns/{person}")).send().unwrap();
        assert_eq!(answer.status(), 401, "{token}");
    }
    assert_eq!(
        stand
            .get(&access, &format!("/rs/prns/{person}"))
            .send()
            .unwrap()
            .status(),
        200
    );
}
