//! Login with a signature.

use kabinet_portal::{PortalError, ProtocolFault};
use time::OffsetDateTime;

use crate::mock::{JWT, KEY, Mock, key, reply, token};

#[tokio::test]
async fn the_signature_travels_url_safe_and_without_padding() {
    let mock = Mock::start(|_| reply(200, format!(r#"{{"accessTkn":"{JWT}"}}"#))).await;
    // Bytes whose plain Base64 has all three troublesome characters: "+//+AA==".
    let token = mock
        .client()
        .organisation_token(&key(), &[0xfb, 0xff, 0xfe, 0x00])
        .await
        .unwrap();
    let request = mock.only_request();
    assert_eq!(request.method, "GET");
    assert_eq!(
        request.uri,
        format!("/esia-rs/api/public/v1/orgs/ext-app/{KEY}/tkn?signature=-__-AA")
    );
    assert_eq!(request.header("authorization"), None);
    assert_eq!(request.header("cookie"), None);
    assert_eq!(
        request.header("user-agent"),
        Some(concat!("Kabinet/", env!("CARGO_PKG_VERSION")))
    );
    assert_eq!(
        token.claims().expires,
        Some(OffsetDateTime::from_unix_timestamp(4_102_444_800).unwrap())
    );
    assert_eq!(token.claims().organisation.as_deref(), Some("1000321282"));
    assert_eq!(token.claims().subject.as_deref(), Some("240"));
}

#[tokio::test]
async fn an_unknown_key_is_told_from_other_absences() {
    let mock = Mock::always(404, "").await;
    let error = mock.client().organisation_token(&key(), b"s").await.unwrap_err();
    assert_eq!(error, PortalError::KeyUnknown);
    assert!(!error.is_retriable());
}

#[tokio::test]
async fn a_refused_certificate_keeps_the_words_of_esia() {
    for status in [400, 401, 403] {
        let mock = Mock::start(move |_| {
            reply(
                status,
                r#"{"error":"invalid_request","error_description":"ESIA-007053: Неверная подпись"}"#,
            )
        })
        .await;
        assert_eq!(
            mock.client().organisation_token(&key(), b"s").await.unwrap_err(),
            PortalError::CertificateRefused {
                http: status,
                code: Some("ESIA-007053".to_owned()),
                message: Some("ESIA-007053: Неверная подпись".to_owned()),
            }
        );
    }
}

#[tokio::test]
async fn a_blocked_key_and_one_of_somebody_else_are_told_apart() {
    let mock = Mock::always(
        403,
        r#"{"code":"ESIA-007019","message":"Ключ доступа заблокирован"}"#,
    )
    .await;
    assert_eq!(
        mock.client().organisation_token(&key(), b"s").await.unwrap_err(),
        PortalError::KeyBlocked
    );
    for code in ["ESIA-007002", "ESIA-007194"] {
        let mock = Mock::start(move |_| reply(403, format!(r#"{{"code":"{code}","message":"-"}}"#))).await;
        assert_eq!(
            mock.client().organisation_token(&key(), b"s").await.unwrap_err(),
            PortalError::KeyOfOther {
                code: code.to_owned()
            }
        );
    }
}

#[tokio::test]
async fn a_refusal_without_words_is_still_a_refusal() {
    let mock = Mock::always(400, "<html>").await;
    let error = mock.client().organisation_token(&key(), b"s").await.unwrap_err();
    assert_eq!(
        error,
        PortalError::CertificateRefused {
            http: 400,
            code: None,
            message: None
        }
    );
}

#[tokio::test]
async fn a_wrong_clock_is_named() {
    let mock = Mock::always(400, r#"{"code":"ESIA-007015","message":"wrong time"}"#).await;
    assert_eq!(
        mock.client().organisation_token(&key(), b"s").await.unwrap_err(),
        PortalError::ClockSkew
    );
}

#[tokio::test]
async fn an_answer_without_a_token_is_no_login() {
    for body in ["", "{}", r#"{"accessTkn":null}"#, r#"{"accessTkn":"eyJ"#] {
        let mock = Mock::always(200, body).await;
        let error = mock.client().organisation_token(&key(), b"s").await.unwrap_err();
        assert_eq!(
            error,
            PortalError::Protocol {
                what: ProtocolFault::NotJson
            },
            "{body}"
        );
    }
    let mock = Mock::always(200, r#"{"accessTkn":"a\r\nb"}"#).await;
    let error = mock.client().organisation_token(&key(), b"s").await.unwrap_err();
    assert_eq!(
        error,
        PortalError::Protocol {
            what: ProtocolFault::FieldMissing("accessTkn")
        }
    );
}

#[tokio::test]
async fn the_servers_clock_is_compared_with_ours() {
    let mock =
        Mock::start(|_| crate::mock::reply_with(404, "date", "Sun, 06 Nov 1994 08:49:37 GMT", "")).await;
    let client = mock.client();
    assert_eq!(client.clock_offset(), None);
    client.organisation_token(&key(), b"s").await.unwrap_err();
    let offset = client.clock_offset().unwrap();
    let seconds =
        (time::macros::datetime!(1994-11-06 08:49:37 UTC) - OffsetDateTime::now_utc()).whole_seconds();
    assert!((offset.whole_seconds() - seconds).abs() <= 2, "{offset}");
}

#[tokio::test]
async fn the_token_goes_to_epgu_in_the_header_and_nowhere_else() {
    let mock = Mock::always(200, r#"{"orderId":1}"#).await;
    let meta = kabinet_portal::OrderMeta::new("45000000000", "10000000109");
    mock.client().reserve(&token().await, &meta).await.unwrap();
    let request = mock.only_request();
    assert_eq!(request.header("authorization"), Some(&*format!("Bearer {JWT}")));
    assert!(!request.uri.contains("eyJ"));
}
