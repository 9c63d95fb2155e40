//! Reserving a number and sending content.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::response::Response;
use kabinet_domain::OrderId;
use kabinet_portal::{Content, Limits, LostReason, Options, OrderMeta, PortalError, Refusal};
use serde_json::json;

use crate::mock::{
    Fault, Mock, Seen, broken_server, client_with, impatient, options, reply, reply_with, token,
};

const ORDER: OrderId = OrderId(764_255_248);
const ACCEPTED: &str = r#"{"orderId": 764255248}"#;

fn meta() -> OrderMeta {
    OrderMeta::new("45000000000", "10000000109")
}

/// Ten bytes in parts of four: 4, 4, 2.
fn small_chunks() -> Options {
    Options {
        chunk_size: 4,
        ..options()
    }
}

fn ten_bytes() -> Content {
    Content::Bytes(b"0123456789".to_vec())
}

/// 206 for each part, 200 for the last.
fn by_the_book(request: &Seen) -> Response {
    let number = |name| request.part(name).parse::<u32>().unwrap();
    let last = number("chunk") + 1 == number("chunks");
    reply(if last { 200 } else { 206 }, ACCEPTED)
}

#[tokio::test]
async fn a_reservation_is_the_published_sample() {
    let mock = Mock::always(200, ACCEPTED).await;
    assert_eq!(
        mock.client().reserve(&token().await, &meta()).await.unwrap(),
        ORDER
    );
    let request = mock.only_request();
    assert_eq!(
        (request.method.as_str(), request.uri.as_str()),
        ("POST", "/api/gusmev/order")
    );
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(
        request.json(),
        json!({"region":"45000000000","serviceCode":"10000000109","targetCode":"-10000000109"})
    );
}

#[tokio::test]
async fn the_number_is_read_in_every_published_spelling() {
    for body in [
        r#"{" orderId": 764255248}"#,
        r#"{"orderId": "764255248"}"#,
        r#"{"OrderID": 764255248, "extra": []}"#,
        r#"{"order_id": 764255248.0}"#,
    ] {
        let mock = Mock::always(200, body).await;
        assert_eq!(
            mock.client().reserve(&token().await, &meta()).await.unwrap(),
            ORDER,
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_success_without_a_number_leaves_the_outcome_unknown() {
    for body in [
        "",
        "{}",
        r#"{"orderId":null}"#,
        r#"{"orderId":0}"#,
        r#"{"orderId": 7642"#,
        "<html>",
    ] {
        let mock = Mock::always(200, body).await;
        let error = mock.client().reserve(&token().await, &meta()).await.unwrap_err();
        assert_eq!(
            error,
            PortalError::OutcomeUnknown {
                reason: LostReason::AnswerUnreadable,
                retry_after: None
            },
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_push_carries_meta_as_json_and_the_file_as_it_is() {
    let mock = Mock::always(200, ACCEPTED).await;
    let bytes: Vec<u8> = (0..=255).collect();
    let content = Content::Bytes(bytes.clone());
    assert_eq!(
        mock.client()
            .push(&token().await, &meta(), &content)
            .await
            .unwrap(),
        ORDER
    );
    let request = mock.only_request();
    assert_eq!(
        (request.method.as_str(), request.uri.as_str()),
        ("POST", "/api/gusmev/push")
    );
    assert_eq!(request.parts.keys().collect::<Vec<_>>(), ["file", "meta"]);
    assert_eq!(
        request.parts["meta"].content_type.as_deref(),
        Some("application/json")
    );
    assert_eq!(
        request.part("meta"),
        r#"{"region":"45000000000","serviceCode":"10000000109","targetCode":"-10000000109"}"#
    );
    assert_eq!(request.parts["file"].content, bytes);
    assert_eq!(request.parts["file"].file_name.as_deref(), Some("archive.zip"));
}

#[tokio::test]
async fn content_too_large_for_one_request_does_not_leave() {
    let mock = Mock::always(200, ACCEPTED).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive.zip");
    std::fs::File::create(&path).unwrap().set_len(50_000_001).unwrap();
    let error = mock
        .client()
        .push(&token().await, &meta(), &Content::File(path))
        .await
        .unwrap_err();
    assert_eq!(error, PortalError::TooLarge { limit: 50_000_000 });
    assert!(mock.seen().is_empty());
}

#[tokio::test]
async fn content_that_cannot_be_read_does_not_leave() {
    let mock = Mock::always(200, ACCEPTED).await;
    let missing = Content::File("/nonexistent/archive.zip".into());
    let error = mock
        .client()
        .push(&token().await, &meta(), &missing)
        .await
        .unwrap_err();
    assert_eq!(
        error,
        PortalError::File {
            kind: std::io::ErrorKind::NotFound
        }
    );
    assert!(mock.seen().is_empty());
}

#[tokio::test]
async fn parts_go_out_in_order_with_everything_on_each() {
    let mock = Mock::start(by_the_book).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive.zip");
    std::fs::write(&path, b"0123456789").unwrap();
    let mut progress = Vec::new();
    client_with(mock.address, small_chunks())
        .push_chunked(&token().await, ORDER, &meta(), &Content::File(path), |sent| {
            progress.push(sent)
        })
        .await
        .unwrap();
    assert_eq!(progress, [4, 8, 10]);
    let seen = mock.seen();
    let sent: Vec<_> = seen
        .iter()
        .map(|r| {
            (
                r.part("orderId"),
                r.part("chunk"),
                r.part("chunks"),
                r.part("file"),
            )
        })
        .collect();
    assert_eq!(
        sent,
        [
            ("764255248", "0", "3", "0123"),
            ("764255248", "1", "3", "4567"),
            ("764255248", "2", "3", "89"),
        ]
    );
    for (request, name) in seen.iter().zip(["z001", "z002", "z003"]) {
        assert_eq!(request.uri, "/api/gusmev/push/chunked");
        assert_eq!(
            request.parts["meta"].content_type.as_deref(),
            Some("application/json")
        );
        assert_eq!(
            request.parts["file"].file_name.as_deref(),
            Some(&*format!("764255248-archive.{name}"))
        );
    }
}

#[tokio::test]
async fn a_single_part_is_first_and_last_at_once() {
    let mock = Mock::start(by_the_book).await;
    mock.client()
        .push_chunked(&token().await, ORDER, &meta(), &ten_bytes(), |_| {})
        .await
        .unwrap();
    let request = mock.only_request();
    assert_eq!((request.part("chunk"), request.part("chunks")), ("0", "1"));
    assert_eq!(
        request.parts["file"].file_name.as_deref(),
        Some("764255248-archive.zip")
    );
}

async fn upload_failing_at(chunk: &'static str, answer: fn() -> Response) -> (PortalError, usize) {
    let mock = Mock::start(move |request| {
        if request.part("chunk") == chunk {
            answer()
        } else {
            by_the_book(request)
        }
    })
    .await;
    let error = client_with(mock.address, small_chunks())
        .push_chunked(&token().await, ORDER, &meta(), &ten_bytes(), |_| {})
        .await
        .unwrap_err();
    (error, mock.seen().len())
}

#[tokio::test]
async fn a_refused_first_part_leaves_the_number_good() {
    let (error, requests) = upload_failing_at("0", || reply(401, "")).await;
    assert_eq!((error.clone(), requests), (PortalError::Unauthorized, 1));
    assert!(!error.order_lost());
}

#[tokio::test]
async fn a_break_in_the_middle_loses_the_number_but_not_the_certainty() {
    for answer in [
        || reply(401, ""),
        || reply(409, ""),
        || reply(503, ""),
        || reply(500, ""),
    ] {
        let (error, requests) = upload_failing_at("1", answer).await;
        assert!(
            matches!(
                error,
                PortalError::UploadBroken {
                    chunk: 1,
                    chunks: 3,
                    ..
                }
            ),
            "{error:?}"
        );
        assert!(error.order_lost() && !error.outcome_unknown());
        assert_eq!(requests, 2, "nothing is sent after a part was lost");
    }
    let (error, _) = upload_failing_at("0", || reply(504, "")).await;
    assert!(
        error.order_lost(),
        "the first part may have arrived, the last did not"
    );
    assert!(error.is_retriable());
}

#[tokio::test]
async fn a_lost_answer_to_the_last_part_leaves_the_outcome_unknown() {
    for (status, body) in [
        (502, ""),
        (503, ""),
        (504, ""),
        (200, r#"{"orderId":76"#),
        (200, r#"{"orderId":1}"#),
    ] {
        let mock = Mock::start(move |request| {
            if request.part("chunk") == "2" {
                reply(status, body)
            } else {
                by_the_book(request)
            }
        })
        .await;
        let error = client_with(mock.address, small_chunks())
            .push_chunked(&token().await, ORDER, &meta(), &ten_bytes(), |_| {})
            .await
            .unwrap_err();
        assert!(
            error.outcome_unknown() && !error.order_lost() && !error.is_retriable(),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_portal_waiting_for_more_after_the_last_part_is_asked() {
    let (error, _) = upload_failing_at("2", || reply(206, ACCEPTED)).await;
    assert!(error.outcome_unknown());
}

#[tokio::test]
async fn a_refused_last_part_is_no_unknown_outcome() {
    let (error, _) = upload_failing_at("2", || reply(409, r#"{"code":"bad_request"}"#)).await;
    assert!(error.order_lost() && !error.outcome_unknown());
}

#[tokio::test]
async fn a_part_the_portal_had_no_time_for_is_sent_again() {
    let failures = Arc::new(AtomicUsize::new(0));
    let counter = failures.clone();
    let mock = Mock::start(move |request| {
        if request.part("chunk") == "1" && counter.fetch_add(1, Ordering::SeqCst) == 0 {
            return reply_with(429, "retry-after", "0", "");
        }
        by_the_book(request)
    })
    .await;
    client_with(mock.address, small_chunks())
        .push_chunked(&token().await, ORDER, &meta(), &ten_bytes(), |_| {})
        .await
        .unwrap();
    let chunks: Vec<String> = mock
        .seen()
        .iter()
        .map(|request| request.part("chunk").to_owned())
        .collect();
    assert_eq!(chunks, ["0", "1", "1", "2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_stop_when_the_window_closes() {
    let mock = Mock::start(|request| {
        std::thread::sleep(Duration::from_millis(120));
        by_the_book(request)
    })
    .await;
    let options = Options {
        upload_window: Duration::from_millis(130),
        chunk_size: 1,
        ..options()
    };
    let error = client_with(mock.address, options)
        .push_chunked(&token().await, ORDER, &meta(), &ten_bytes(), |_| {})
        .await
        .unwrap_err();
    assert!(
        error.order_lost() && error.is_retriable() && !error.outcome_unknown(),
        "{error:?}"
    );
    assert!(mock.seen().len() < 4, "nothing leaves after the deadline");
}

#[tokio::test]
async fn a_silent_portal_after_the_only_part_leaves_the_outcome_unknown() {
    let address = broken_server(Fault::Silence).await;
    let error = client_with(address, impatient())
        .push_chunked(&token().await, ORDER, &meta(), &ten_bytes(), |_| {})
        .await
        .unwrap_err();
    assert_eq!(
        error,
        PortalError::OutcomeUnknown {
            reason: LostReason::Timeout,
            retry_after: None
        }
    );
}

#[tokio::test]
async fn orders_beyond_the_limit_do_not_leave() {
    let mock = Mock::always(200, ACCEPTED).await;
    let limits = Limits {
        orders_per_ten_minutes: 1,
        ..Limits::default()
    };
    let client = client_with(mock.address, Options { limits, ..options() });
    let token = token().await;
    client.reserve(&token, &meta()).await.unwrap();
    let error = client.push(&token, &meta(), &ten_bytes()).await.unwrap_err();
    let PortalError::RateLimited {
        retry_after: Some(wait),
    } = error
    else {
        panic!("{error:?}")
    };
    assert!(wait > Duration::from_secs(590) && wait <= Duration::from_secs(600));
    assert_eq!(mock.seen().len(), 1);
    client
        .reserve(&token, &OrderMeta::new("45000000000", "10000000374"))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_refusal_names_the_published_code() {
    for (status, name, refusal) in [
        (403, "bad_delegation", Refusal::BadDelegation),
        (403, "access_denied_user_legal", Refusal::UserLegal),
        (400, "service_not_found", Refusal::ServiceNotFound),
        (409, "PUSH_DENIED", Refusal::PushDenied),
        (500, "limitation_exception", Refusal::LimitationException),
        (403, "brand_new", Refusal::Other("brand_new".to_owned())),
    ] {
        let mock =
            Mock::start(move |_| reply(status, format!(r#"{{"code":"{name}","message":"Нет прав"}}"#))).await;
        let error = mock.client().reserve(&token().await, &meta()).await.unwrap_err();
        let message = Some("Нет прав".to_owned());
        assert_eq!(
            error,
            PortalError::Refused {
                http: status,
                refusal,
                message
            }
        );
    }
}
