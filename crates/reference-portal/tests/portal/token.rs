//! The access token: who gets one, who does not, and why.

use base64ct::{Base64, Base64Url, Base64UrlUnpadded, Encoding as _};
use serde_json::{Value, json};

use crate::openssl;
use crate::stand::{SERVICE, Stand, base64_url, code, meta};

/// Status and code of a request with the accountant's key and a signature by `certificate`.
fn answer(stand: &Stand, certificate: &str) -> (u16, String) {
    let key = stand.api_key("accountant");
    let signature = base64_url(&stand.sign(certificate, key.as_bytes()));
    let answer = stand.ask_for_token(&key, &signature);
    (answer.status().as_u16(), code(answer))
}

#[test]
fn certificates_that_do_not_fit_are_refused_each_with_its_code() {
    let stand = Stand::start();
    for (certificate, expected) in [
        ("accountant-expired", (400, "ESIA-990001")),
        ("accountant-revoked", (400, "ESIA-990002")),
        ("director-untrusted", (400, "ESIA-990003")),
        ("accountant-private", (400, "ESIA-990004")),
        ("stranger", (403, "ESIA-007194")),
        ("director", (403, "ESIA-007002")),
    ] {
        let (status, code) = answer(&stand, certificate);
        assert_eq!((status, code.as_str()), expected, "{certificate}");
    }
}

#[test]
fn a_signature_of_other_text_is_refused() {
    let stand = Stand::start();
    let key = stand.api_key("accountant");
    for content in [format!("{key}\n"), stand.api_key("director"), String::new()] {
        let answer = stand.ask_for_token(&key, &base64_url(&stand.sign("accountant", content.as_bytes())));
        assert_eq!(
            (answer.status().as_u16(), code(answer).as_str()),
            (400, "ESIA-007053")
        );
    }
}

#[test]
fn a_signature_that_is_not_cades_is_refused() {
    let stand = Stand::start();
    let key = stand.api_key("accountant");
    for options in [&["-noattr"][..], &[]] {
        let signature = openssl::sign_with(&stand.pki(), "accountant", key.as_bytes(), options);
        let answer = stand.ask_for_token(&key, &base64_url(&signature));
        assert_eq!(
            (answer.status().as_u16(), code(answer).as_str()),
            (400, "ESIA-007053"),
            "{options:?}"
        );
    }
}

#[test]
fn a_damaged_signature_value_is_refused() {
    let stand = Stand::start();
    let key = stand.api_key("accountant");
    let mut signature = stand.sign("accountant", key.as_bytes());
    *signature.last_mut().unwrap() ^= 1;
    let answer = stand.ask_for_token(&key, &base64_url(&signature));
    assert_eq!(
        (answer.status().as_u16(), code(answer).as_str()),
        (400, "ESIA-007053")
    );
}

#[test]
fn garbage_and_absence_are_refused() {
    let stand = Stand::start();
    let key = stand.api_key("accountant");
    for signature in ["", "!!!", "AAAA", "MIIB"] {
        let answer = stand.ask_for_token(&key, signature);
        assert_eq!(
            (answer.status().as_u16(), code(answer).as_str()),
            (400, "ESIA-007003"),
            "{signature:?}"
        );
    }
}

#[test]
fn unknown_and_blocked_keys_are_told_apart() {
    let stand = Stand::start();
    let unknown = "00000000-0000-4000-8000-000000000000";
    let signature = base64_url(&stand.sign("accountant", unknown.as_bytes()));
    assert_eq!(stand.ask_for_token(unknown, &signature).status(), 404);
    assert_eq!(stand.ask_for_token("not-a-key", &signature).status(), 404);
    let blocked = stand
        .portal
        .demo
        .api_keys
        .iter()
        .find(|k| k.blocked)
        .unwrap()
        .key
        .to_string();
    let answer = stand.ask_for_token(
        &blocked,
        &base64_url(&stand.sign("accountant", blocked.as_bytes())),
    );
    assert_eq!(
        (answer.status().as_u16(), code(answer).as_str()),
        (403, "ESIA-007019")
    );
}

#[test]
fn a_certificate_revoked_meanwhile_is_refused() {
    let stand = Stand::start();
    stand.token("accountant");
    let serial = &stand.portal.demo.certificate("accountant").unwrap().serial;
    assert_eq!(
        stand
            .control_post("/revoke", &json!({"serial": serial, "reason": "superseded"}))
            .status(),
        204
    );
    assert_eq!(answer(&stand, "accountant"), (400, "ESIA-990002".into()));
    assert_eq!(
        stand.control_post("/revoke", &json!({"serial": "ff"})).status(),
        404
    );
}

#[test]
fn nothing_is_checked_while_the_signature_service_is_down() {
    let stand = Stand::start();
    stand.set(&json!({"signing_service_down": true}));
    assert_eq!(answer(&stand, "accountant"), (503, "ESIA-007008".into()));
}

#[test]
fn every_form_of_base64_and_pem_is_read() {
    let stand = Stand::start();
    let key = stand.api_key("accountant");
    let der = stand.sign("accountant", key.as_bytes());
    let pem = format!(
        "-----BEGIN CMS-----\n{}\n-----END CMS-----\n",
        Base64::encode_string(&der)
    );
    let forms = [
        Base64UrlUnpadded::encode_string(&der),
        Base64Url::encode_string(&der),
        Base64::encode_string(&der),
        pem,
    ];
    for signature in forms {
        assert_eq!(stand.ask_for_token(&key, &signature).status(), 200, "{signature}");
    }
}

#[test]
fn the_certificate_of_the_organisation_itself_serves_any_of_its_employees() {
    let stand = Stand::start();
    for employee in ["accountant", "director"] {
        let key = stand.api_key(employee);
        let signature = base64_url(&stand.sign("organisation", key.as_bytes()));
        assert_eq!(stand.ask_for_token(&key, &signature).status(), 200);
    }
}

#[test]
fn the_token_is_a_jwt_signed_by_the_portal_for_an_hour() {
    let stand = Stand::start();
    let token = stand.token("director");
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (header, payload) = signed.split_once('.').unwrap();
    let decode = |text: &str| Base64UrlUnpadded::decode_vec(text).unwrap();
    let header: Value = serde_json::from_slice(&decode(header)).unwrap();
    assert_eq!(header["alg"], "GOST3410_2012_256");
    let payload: Value = serde_json::from_slice(&decode(payload)).unwrap();
    assert_eq!(
        payload["exp"].as_i64().unwrap() - payload["iat"].as_i64().unwrap(),
        3600
    );
    assert_eq!(
        payload["org_oid"],
        stand.portal.demo.organisation("romashka").unwrap().oid
    );
    assert_eq!(
        payload["urn:esia:sbj_id"],
        stand.portal.demo.employee("director").unwrap().oid
    );
    assert_eq!(payload["client_id"], stand.portal.demo.client_id.as_str());

    let pki = stand.pki();
    std::fs::write(pki.join("signed"), signed).unwrap();
    std::fs::write(pki.join("signature"), decode(signature)).unwrap();
    openssl::must(
        &pki,
        &["dgst", "-md_gost12_256", "-binary", "-out", "digest", "signed"],
    );
    let verify = [
        "pkeyutl",
        "-verify",
        "-engine",
        "gost",
        "-certin",
        "-inkey",
        "token-signer.crt",
        "-in",
        "digest",
        "-sigfile",
        "signature",
    ];
    assert!(openssl::must(&pki, &verify).contains("Signature Verified Successfully"));
}

#[test]
fn altered_and_expired_tokens_are_refused_with_401() {
    let stand = Stand::start();
    let reserve = |token: &str| {
        stand
            .post(token, "/api/gusmev/order")
            .json(&meta(SERVICE))
            .send()
            .unwrap()
            .status()
    };
    let token = stand.token("accountant");
    assert_eq!(reserve(&token), 200);
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (header, payload) = signed.split_once('.').unwrap();
    let mut claims: Value = serde_json::from_slice(&Base64UrlUnpadded::decode_vec(payload).unwrap()).unwrap();
    claims["org_oid"] = json!(1);
    let forged = format!(
        "{header}.{}.{signature}",
        base64_url(claims.to_string().as_bytes())
    );
    assert_eq!(reserve(&forged), 401);
    assert_eq!(reserve("nonsense"), 401);

    stand.set(&json!({"token_lifetime_s": 0}));
    let answer = stand
        .post(&stand.token("accountant"), "/api/gusmev/order")
        .json(&meta(SERVICE))
        .send()
        .unwrap();
    assert_eq!(
        (answer.status().as_u16(), code(answer).as_str()),
        (401, "order_access")
    );
}

#[test]
fn the_date_header_tells_the_time() {
    let stand = Stand::start();
    let answer = stand.ask_for_token("x", "y");
    let date = answer.headers()["date"].to_str().unwrap();
    let year = time::OffsetDateTime::now_utc().year().to_string();
    assert!(date.contains(&year) && date.ends_with("GMT"), "{date}");
}
