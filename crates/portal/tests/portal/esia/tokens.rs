//! The token request, and everything a hostile or broken answer may try.

use std::sync::Arc;
use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding};
use kabinet_portal::esia::{Code, EsiaCode, EsiaError, IdTokenFault, RefreshToken, Scopes};
use kabinet_portal::{Endpoints, Portal, PortalError, ProtocolFault};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::authorization::OpenSslKey;
use super::provider::{Provider, access_token, form_of, query_of, settings};
use crate::mock::{JWT, Mock, client, options, reply, reply_with};

#[tokio::test]
async fn a_code_and_the_verifier_of_its_challenge_buy_tokens() {
    let provider = Provider::start(settings(&["esia"]), |_, _| {}).await;
    let authorization = provider.authorize(Scopes::person()).await;
    let asked = query_of(authorization.url());
    let tokens = provider
        .portal
        .exchange_code(&provider.system, authorization, Code::new("the-code".to_owned()))
        .await
        .unwrap();
    let request = provider.mock.only_request();
    assert!(!request.uri.contains('?'), "nothing secret stands in an address");
    let form = form_of(&request);
    let get = |name: &str| form.get(name).map(String::as_str);
    assert_eq!(get("grant_type"), Some("authorization_code"));
    assert_eq!(get("code"), Some("the-code"));
    assert_eq!(get("client_id"), Some("KABINET_DEMO"));
    assert_eq!(get("token_type"), Some("Bearer"));
    assert_eq!(get("redirect_uri"), asked.get("redirect_uri").map(String::as_str));
    assert_eq!(get("scope"), asked.get("scope").map(String::as_str));
    assert_ne!(get("state"), asked.get("state").map(String::as_str));
    assert_eq!(get("client_secret"), None);
    let challenge = Base64UrlUnpadded::encode_string(&Sha256::digest(form["code_verifier"].as_bytes()));
    assert_eq!(challenge, asked["code_challenge"]);
    let identity = tokens.identity.unwrap();
    assert_eq!(
        (identity.oid.as_str(), identity.methods),
        ("1000000002", vec!["PWD".to_owned()])
    );
    assert!(tokens.refresh.is_some() && tokens.access.claims().expires.is_some());
}

#[tokio::test]
async fn a_confidential_client_signs_the_code_too() {
    let key = OpenSslKey::new();
    let texts = key.texts.clone();
    let mut system = settings(&["esia"]);
    system.key = Some(Arc::new(key));
    let provider = Provider::start(system, |_, _| {}).await;
    provider.sign_in().await.unwrap();
    let form = form_of(&provider.mock.only_request());
    let expected = ["client_id", "scope", "timestamp", "state", "redirect_uri", "code"]
        .map(|name| form[name].as_str())
        .concat();
    assert_eq!(texts.lock().unwrap().last(), Some(&expected));
    assert_eq!(
        Base64UrlUnpadded::decode_vec(&form["client_secret"])
            .unwrap()
            .len(),
        64
    );
}

#[tokio::test]
async fn an_answer_with_another_state_is_not_ours() {
    for state in [json!("another"), json!(null), json!(1)] {
        let given = state.clone();
        let provider = Provider::start(settings(&["esia"]), move |answer, _| {
            answer["state"] = given.clone()
        })
        .await;
        assert_eq!(
            provider.sign_in().await.unwrap_err(),
            EsiaError::OtherState,
            "{state}"
        );
    }
}

#[tokio::test]
async fn an_answer_that_lacks_something_is_no_sign_in() {
    for (name, value) in [
        ("access_token", json!(null)),
        ("access_token", json!("a\r\nX-Evil: 1")),
        ("id_token", json!("")),
        ("refresh_token", json!("two words")),
        ("token_type", json!("mac")),
    ] {
        let given = value.clone();
        let provider =
            Provider::start(settings(&["esia"]), move |answer, _| answer[name] = given.clone()).await;
        assert_eq!(
            provider.sign_in().await.unwrap_err(),
            EsiaError::Incomplete(name),
            "{name}: {value}"
        );
    }
}

#[tokio::test]
async fn an_access_token_of_somebody_else_is_refused() {
    let provider = Provider::start(settings(&["esia"]), |answer, _| {
        answer["access_token"] = json!(access_token(1000000099, None));
    })
    .await;
    assert_eq!(
        provider.sign_in().await.unwrap_err(),
        EsiaError::IdToken(IdTokenFault::Subject)
    );
}

#[tokio::test]
async fn a_token_for_another_organisation_is_refused() {
    for (given, fits) in [(1000000001, true), (1000000009, false)] {
        let provider = Provider::start(settings(&["esia"]), move |answer, _| {
            answer["access_token"] = json!(access_token(1000000002, Some(given)));
        })
        .await;
        let authorization = provider.authorize(Scopes::organisation("1000000001")).await;
        let code = Code::new("the-code".to_owned());
        let outcome = provider
            .portal
            .exchange_code(&provider.system, authorization, code)
            .await;
        match outcome {
            Ok(tokens) => {
                assert!(fits && tokens.access.claims().organisation.as_deref() == Some("1000000001"))
            }
            Err(error) => assert!(!fits && error == EsiaError::OtherOrganisation, "{error}"),
        }
    }
}

#[tokio::test]
async fn refusals_keep_their_number_and_their_words() {
    for (number, kind, code, retriable) in [
        ("007011", EsiaCode::GrantSpent, "esia.grant-spent", true),
        ("007015", EsiaCode::Clock, "esia.clock", false),
        (
            "007023",
            EsiaCode::RedirectAddress,
            "esia.redirect-refused",
            false,
        ),
        ("007040", EsiaCode::Request, "esia.request-refused", false),
        ("007053", EsiaCode::System, "esia.system-refused", false),
        ("007055", EsiaCode::NotConfirmed, "esia.not-confirmed", false),
        ("007194", EsiaCode::NotEmployee, "esia.not-employee", false),
        ("007008", EsiaCode::Unavailable, "esia.unavailable", true),
    ] {
        let mock = Mock::start(move |_| {
            let words = format!(
                r#"{{"error":"invalid_request","error_description":"ESIA-{number}: слова","state":"x"}}"#
            );
            reply(400, words)
        })
        .await;
        let portal = mock.client();
        let system = settings(&["esia"]);
        let authorization = portal
            .authorization(
                &system,
                &super::provider::asked(Scopes::person()),
                "http://127.0.0.1:1/esia",
            )
            .await
            .unwrap();
        let error = portal
            .exchange_code(&system, authorization, Code::new("c".to_owned()))
            .await
            .unwrap_err();
        let EsiaError::Refused {
            code: given,
            name,
            message,
        } = &error
        else {
            panic!("{error}")
        };
        assert_eq!((*given, name.as_str()), (kind, format!("ESIA-{number}").as_str()));
        assert_eq!(message.as_deref(), Some(format!("ESIA-{number}: слова").as_str()));
        assert_eq!((error.code(), error.is_retriable()), (code, retriable));
    }
}

async fn exchange_with(mock: &Mock) -> Result<(), EsiaError> {
    let system = settings(&["esia"]);
    let portal = mock.client();
    let authorization = portal
        .authorization(
            &system,
            &super::provider::asked(Scopes::person()),
            "http://127.0.0.1:1/esia",
        )
        .await?;
    portal
        .exchange_code(&system, authorization, Code::new("c".to_owned()))
        .await
        .map(drop)
}

#[tokio::test]
async fn a_failing_esia_is_told_from_a_refusal() {
    for (status, body) in [(500, ""), (502, "<html>"), (503, "")] {
        let error = exchange_with(&Mock::always(status, body).await)
            .await
            .unwrap_err();
        assert!(
            matches!(error, EsiaError::Portal(PortalError::Unavailable { .. })),
            "{status}: {error}"
        );
        assert!(error.is_retriable());
    }
    let error = exchange_with(&Mock::always(400, "<html>").await)
        .await
        .unwrap_err();
    assert_eq!(
        error,
        EsiaError::Portal(PortalError::Protocol {
            what: ProtocolFault::Status(400)
        })
    );
}

#[tokio::test]
async fn a_redirect_does_not_carry_the_code_away() {
    let mock = Mock::start(|_| reply_with(307, "location", "https://evil.example/te", "")).await;
    let error = exchange_with(&mock).await.unwrap_err();
    assert_eq!(
        error,
        EsiaError::Portal(PortalError::HostNotAllowed {
            host: "evil.example".to_owned()
        })
    );
    assert_eq!(mock.seen().len(), 1);
}

#[tokio::test]
async fn an_endless_answer_is_cut_and_a_deep_one_is_not_read() {
    let mock = Mock::start(|_| reply(200, vec![b' '; 3 * 1024 * 1024])).await;
    assert!(matches!(
        exchange_with(&mock).await.unwrap_err(),
        EsiaError::Portal(PortalError::TooLarge { .. })
    ));
    let mock = Mock::start(|_| reply(200, format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)))).await;
    assert!(matches!(
        exchange_with(&mock).await.unwrap_err(),
        EsiaError::Portal(PortalError::Protocol {
            what: ProtocolFault::NotJson
        })
    ));
}

#[tokio::test]
async fn a_refresh_token_is_used_once_and_brings_the_next() {
    let provider = Provider::start(settings(&["esia"]), |answer, form| {
        if form["grant_type"] == "refresh_token" {
            assert_eq!(form["refresh_token"], "the-refresh-token");
            answer["refresh_token"] = json!("the-next-one");
            answer["id_token"] = json!("not looked at");
        }
    })
    .await;
    let first = provider.sign_in().await.unwrap().refresh.unwrap();
    let next = provider
        .portal
        .refresh(&provider.system, &Scopes::person(), first)
        .await
        .unwrap();
    assert!(next.refresh.unwrap().to_kept().ends_with("the-next-one"));
    let form = form_of(&provider.mock.seen()[1]);
    assert_eq!((form.get("code"), form.get("code_verifier")), (None, None));
}

#[tokio::test]
async fn a_refused_refresh_ends_the_session_and_a_failing_one_does_not() {
    let kept = |host: &str| RefreshToken::from_kept(&format!("{host}\nKABINET_DEMO\nr")).unwrap();
    let refresh = async |mock: &Mock| {
        let system = settings(&["esia"]);
        mock.client()
            .refresh(&system, &Scopes::person(), kept("127.0.0.1"))
            .await
            .unwrap_err()
    };
    let spent = r#"{"error":"invalid_grant","error_description":"ESIA-007011: …"}"#;
    let error = refresh(&Mock::always(400, spent).await).await;
    assert_eq!(error, EsiaError::Ended);
    assert!(error.ends_session());
    let error = refresh(&Mock::always(503, "").await).await;
    assert!(!error.ends_session() && error.is_retriable(), "{error}");
}

#[tokio::test]
async fn a_refresh_token_of_another_environment_does_not_leave() {
    let mock = Mock::always(200, "{}").await;
    let system = settings(&["esia"]);
    for kept in [
        "esia-portal1.test.gosuslugi.ru\nKABINET_DEMO\nr",
        "127.0.0.1\nOTHER\nr",
    ] {
        let token = RefreshToken::from_kept(kept).unwrap();
        let error = mock
            .client()
            .refresh(&system, &Scopes::person(), token)
            .await
            .unwrap_err();
        assert_eq!(error, EsiaError::OtherEnvironment);
    }
    assert!(mock.seen().is_empty());
}

#[tokio::test]
async fn an_access_token_of_another_environment_does_not_leave() {
    let mock = Mock::start(|_| reply(200, format!(r#"{{"accessTkn":"{JWT}"}}"#))).await;
    let base = format!("http://localhost:{}", mock.address.port());
    let here = Portal::new(&Endpoints::custom(&base, &base).unwrap(), options()).unwrap();
    let token = here.organisation_token(&crate::mock::key(), b"s").await.unwrap();
    let other = client(mock.address);
    let error = other.esia_person(&token, "1").await.unwrap_err();
    assert_eq!(error, EsiaError::Portal(PortalError::TokenOfOtherPortal));
    assert_eq!(mock.seen().len(), 1);
}

#[test]
fn what_is_no_kept_token_is_none() {
    for kept in ["", "a", "a\nb", "a\nb\n", "a\n\nc", "a\nb\nc d", "a\nb\nc\nd"] {
        assert!(RefreshToken::from_kept(kept).is_none(), "{kept:?}");
    }
}

#[tokio::test]
async fn tokens_do_not_print() {
    let provider = Provider::start(settings(&["esia"]), |_, _| {}).await;
    let authorization = provider.authorize(Scopes::person()).await;
    let printed = format!("{authorization:?}");
    assert!(!printed.contains(authorization.state()), "{printed}");
    let tokens = provider.sign_in().await.unwrap();
    let printed = format!("{tokens:?} {:?}", Code::new("the-code".to_owned()));
    assert!(
        !printed.contains("the-refresh-token") && !printed.contains("the-code") && !printed.contains("eyJ")
    );
}

#[tokio::test]
async fn silence_ends() {
    let address = crate::mock::broken_server(crate::mock::Fault::Silence).await;
    let portal = crate::mock::client_with(address, crate::mock::impatient());
    let system = settings(&["esia"]);
    let authorization = portal
        .authorization(
            &system,
            &super::provider::asked(Scopes::person()),
            "http://127.0.0.1:1/esia",
        )
        .await
        .unwrap();
    let exchange = portal.exchange_code(&system, authorization, Code::new("c".to_owned()));
    let outcome = tokio::time::timeout(Duration::from_secs(30), exchange)
        .await
        .unwrap();
    assert!(matches!(
        outcome.unwrap_err(),
        EsiaError::Portal(PortalError::Unavailable { .. })
    ));
}
