//! Which ID tokens are believed.

use kabinet_portal::esia::{EsiaError, IdTokenFault, VerificationKeys};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::provider::{Provider, certificate, claims, gost, settings, signed, unsigned};

async fn fault(provider: &Provider) -> IdTokenFault {
    match provider.sign_in().await.unwrap_err() {
        EsiaError::IdToken(fault) => fault,
        other => panic!("{other}"),
    }
}

async fn changed(name: &'static str, value: Value) -> IdTokenFault {
    let provider = Provider::with_id_token(move |mut claims| {
        claims[name] = value.clone();
        signed(&gost(), &claims, "esia")
    })
    .await;
    fault(&provider).await
}

fn seconds_from_now(seconds: i64) -> Value {
    json!(OffsetDateTime::now_utc().unix_timestamp() + seconds)
}

#[tokio::test]
async fn one_by_a_key_of_esia_is_believed_whichever_of_its_certificates() {
    for (certificates, key) in [
        (&["esia"][..], "esia"),
        (&["other", "esia"], "esia"),
        (&["other", "esia"], "other"),
    ] {
        let provider = Provider::start(settings(certificates), move |answer, _| {
            let nonce = answer["test_nonce"].as_str().unwrap().to_owned();
            answer["id_token"] = json!(signed(&gost(), &claims(&nonce), key));
        })
        .await;
        provider.sign_in().await.unwrap();
    }
    let provider = Provider::start(settings(&["esia", "rsa"]), |answer, _| {
        let nonce = answer["test_nonce"].as_str().unwrap().to_owned();
        answer["id_token"] = json!(signed(&json!({"alg": "RS256"}), &claims(&nonce), "rsa"));
    })
    .await;
    provider.sign_in().await.unwrap();
}

#[tokio::test]
async fn one_signed_by_another_key_is_not() {
    let provider = Provider::with_id_token(|claims| signed(&gost(), &claims, "other")).await;
    assert_eq!(fault(&provider).await, IdTokenFault::Signature);
}

#[tokio::test]
async fn one_changed_after_signing_is_not() {
    let provider = Provider::with_id_token(|claims| {
        let good = signed(&gost(), &claims, "esia");
        let mut other = claims;
        other["sub"] = json!(1);
        let forged = unsigned(&gost(), &other, b"");
        format!("{}{}", forged, good.rsplit('.').next().unwrap())
    })
    .await;
    assert_eq!(fault(&provider).await, IdTokenFault::Signature);
}

#[tokio::test]
async fn unsigned_ones_and_unknown_algorithms_are_not() {
    for header in [
        json!({"alg": "none"}),
        json!({"alg": "None"}),
        json!({"alg": ""}),
        json!({}),
        json!({"alg": null}),
        json!({"alg": ["GOST3410_2012_256"]}),
        json!({"alg": "HS256"}),
        json!({"alg": "ES256"}),
        json!({"alg": "GOST3410_2012_512"}),
        json!({"alg": "GOST3410_2012_256", "crit": ["exp"]}),
    ] {
        let head = header.clone();
        let provider = Provider::with_id_token(move |claims| unsigned(&head, &claims, b"")).await;
        assert_eq!(fault(&provider).await, IdTokenFault::Algorithm, "{header}");
    }
}

#[tokio::test]
async fn the_algorithm_of_a_key_is_not_chosen_by_the_token() {
    // Only a ГОСТ certificate is configured; a good RSA signature, or the bytes of the certificate as a shared secret,
    // open nothing.
    let provider = Provider::with_id_token(|claims| signed(&json!({"alg": "RS256"}), &claims, "rsa")).await;
    assert_eq!(fault(&provider).await, IdTokenFault::Algorithm);
    let provider =
        Provider::with_id_token(|claims| unsigned(&json!({"alg": "RS256"}), &claims, &certificate("esia")))
            .await;
    assert_eq!(fault(&provider).await, IdTokenFault::Algorithm);
    // And the other way round.
    let provider = Provider::start(settings(&["rsa"]), |answer, _| {
        let nonce = answer["test_nonce"].as_str().unwrap().to_owned();
        answer["id_token"] = json!(signed(&gost(), &claims(&nonce), "esia"));
    })
    .await;
    assert_eq!(fault(&provider).await, IdTokenFault::Algorithm);
}

#[tokio::test]
async fn one_of_another_issuer_or_for_another_system_is_not() {
    for issuer in [
        json!("http://esia-portal1.test.gosuslugi.ru/"),
        json!("http://esia.gosuslugi.ru"),
        json!(null),
    ] {
        assert_eq!(changed("iss", issuer).await, IdTokenFault::Issuer);
    }
    for audience in [
        json!("OTHER"),
        json!(["OTHER"]),
        json!(["KABINET_DEMO", "OTHER"]),
        json!(null),
        json!([]),
    ] {
        assert_eq!(changed("aud", audience).await, IdTokenFault::Audience);
    }
    let provider = Provider::with_id_token(|mut claims| {
        claims["aud"] = json!(["KABINET_DEMO", "OTHER"]);
        claims["azp"] = json!("KABINET_DEMO");
        signed(&gost(), &claims, "esia")
    })
    .await;
    provider.sign_in().await.unwrap();
}

#[tokio::test]
async fn one_out_of_its_time_is_not() {
    for (name, seconds) in [("exp", -120), ("iat", 300), ("iat", -3600), ("nbf", 300)] {
        assert_eq!(
            changed(name, seconds_from_now(seconds)).await,
            IdTokenFault::Time,
            "{name} {seconds}"
        );
    }
    for name in ["exp", "iat"] {
        assert_eq!(changed(name, json!(null)).await, IdTokenFault::Time, "{name}");
        assert_eq!(changed(name, json!(i64::MAX)).await, IdTokenFault::Time, "{name}");
    }
}

#[tokio::test]
async fn one_for_another_request_is_not() {
    for nonce in [json!("another"), json!(null), json!("")] {
        assert_eq!(changed("nonce", nonce).await, IdTokenFault::Nonce);
    }
    let mut system = settings(&["esia"]);
    system.returns_nonce = false;
    // An ЕСИА that is known to leave it out may leave it out, and not put in another.
    for (nonce, good) in [(None, true), (Some("another"), false)] {
        let provider = Provider::start(system.clone(), move |answer, _| {
            let mut claims = claims("x");
            match nonce {
                None => drop(claims.as_object_mut().unwrap().remove("nonce")),
                Some(nonce) => claims["nonce"] = json!(nonce),
            }
            answer["id_token"] = json!(signed(&gost(), &claims, "esia"));
        })
        .await;
        assert_eq!(provider.sign_in().await.is_ok(), good);
    }
}

#[tokio::test]
async fn one_that_names_nobody_or_two_is_not() {
    assert_eq!(changed("sub", json!(null)).await, IdTokenFault::Subject);
    let inner = json!({"urn:esia:sbj:oid": 7});
    assert_eq!(changed("urn:esia:sbj", inner).await, IdTokenFault::Subject);
}

#[tokio::test]
async fn what_is_no_token_is_told_as_such() {
    for text in ["x", "a.b", "a.b.c.d", "!.!.!", "W10.W10.x", "bnVsbA.e30."] {
        let provider = Provider::with_id_token(move |_| text.to_owned()).await;
        assert_eq!(fault(&provider).await, IdTokenFault::Malformed, "{text}");
    }
}

#[test]
fn a_certificate_that_verifies_nothing_is_refused_at_setup() {
    let pem = certificate("esia");
    assert_eq!(VerificationKeys::read([pem.as_slice()]).unwrap().len(), 1);
    let root = std::fs::read(super::provider::authority().path("root.crt")).unwrap();
    // The root's key has 512 bits: no algorithm of ID tokens fits it.
    assert!(VerificationKeys::read([root.as_slice()]).is_err());
}
