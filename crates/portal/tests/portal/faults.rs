//! What can happen to a request, and what each failure is taken for.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use kabinet_domain::OrderId;
use kabinet_portal::{
    ConnectFault, Content, DictionaryQuery, Endpoints, Limits, LostReason, Options, OrderMeta, Portal,
    PortalError, ProtocolFault, Refusal,
};
use time::OffsetDateTime;
use tokio::net::TcpListener;

use crate::mock::{Fault, Mock, broken_server, client_with, impatient, key, options, reply_with, token};

fn meta() -> OrderMeta {
    OrderMeta::new("45000000000", "10000000109")
}

/// Runs one request that changes something and one that only reads.
async fn both(portal: &Portal) -> (PortalError, PortalError) {
    let token = token().await;
    let changing = portal.reserve(&token, &meta()).await.unwrap_err();
    let reading = portal.order(&token, OrderId(7)).await.unwrap_err();
    (changing, reading)
}

fn unknown(reason: LostReason) -> PortalError {
    PortalError::OutcomeUnknown {
        reason,
        retry_after: None,
    }
}

fn unavailable(reason: LostReason) -> PortalError {
    PortalError::Unavailable {
        reason,
        retry_after: None,
    }
}

async fn closed_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
}

#[tokio::test]
async fn a_refused_connection_sent_nothing() {
    let (changing, reading) = both(&client_with(closed_port().await, options())).await;
    let expected = PortalError::Unreachable {
        reason: ConnectFault::Connect,
    };
    assert_eq!((&changing, &reading), (&expected, &expected));
    assert!(changing.is_retriable() && !changing.outcome_unknown());
}

#[tokio::test]
async fn an_unresolved_name_sent_nothing() {
    // RFC 6761: names under .invalid never resolve. A proxy set for this computer would hide that.
    let endpoints = Endpoints::custom("https://esia.invalid", "https://epgu.invalid").unwrap();
    let portal = Portal::new(&endpoints, options()).unwrap();
    let error = portal.organisation_token(&key(), b"s").await.unwrap_err();
    assert!(matches!(error, PortalError::Unreachable { .. }), "{error:?}");
}

#[tokio::test]
async fn tls_that_cannot_be_agreed_on_sent_nothing() {
    let plain = Mock::always(200, "{}").await;
    let base = format!("https://{}", plain.address);
    let portal = Portal::new(&Endpoints::custom(&base, &base).unwrap(), options()).unwrap();
    let error = portal.reserve(&token().await, &meta()).await.unwrap_err();
    assert_eq!(
        error,
        PortalError::Unreachable {
            reason: ConnectFault::Tls
        }
    );
    assert!(plain.seen().is_empty());
}

#[tokio::test]
async fn a_connection_broken_after_the_request_leaves_the_outcome_unknown() {
    for fault in [
        Fault::ResetAfterRequest,
        Fault::CloseAfterRequest,
        Fault::Gibberish,
        Fault::TruncatedAnswer,
    ] {
        let (changing, reading) = both(&client_with(broken_server(fault).await, options())).await;
        assert_eq!(changing, unknown(LostReason::ConnectionLost), "{fault:?}");
        assert_eq!(reading, unavailable(LostReason::ConnectionLost), "{fault:?}");
    }
}

#[tokio::test]
async fn a_push_broken_after_its_body_leaves_the_outcome_unknown() {
    let address = broken_server(Fault::ResetAfterRequest).await;
    let content = Content::Bytes(vec![7; 300_000]);
    let error = client_with(address, options())
        .push(&token().await, &meta(), &content)
        .await
        .unwrap_err();
    assert_eq!(error, unknown(LostReason::ConnectionLost));
    assert!(error.outcome_unknown() && !error.is_retriable());
}

#[tokio::test]
async fn silence_after_the_request_leaves_the_outcome_unknown() {
    let (changing, reading) = both(&client_with(broken_server(Fault::Silence).await, impatient())).await;
    assert_eq!(changing, unknown(LostReason::Timeout));
    assert_eq!(reading, unavailable(LostReason::Timeout));
    assert!(reading.is_retriable() && !reading.outcome_unknown());
}

#[tokio::test]
async fn a_failing_gateway_leaves_the_outcome_unknown() {
    for http in [500, 501, 502, 503, 504, 520] {
        let (changing, reading) = both(&Mock::always(http, "<html>").await.client()).await;
        assert_eq!(changing, unknown(LostReason::Server { http }));
        assert_eq!(reading, unavailable(LostReason::Server { http }));
    }
}

#[tokio::test]
async fn an_internal_error_is_unknown_only_where_something_could_change() {
    let mock = Mock::always(500, r#"{"code":"internal_error","message":"Сбой"}"#).await;
    let (changing, reading) = both(&mock.client()).await;
    assert_eq!(changing, unknown(LostReason::Server { http: 500 }));
    let message = Some("Сбой".to_owned());
    assert_eq!(
        reading,
        PortalError::Refused {
            http: 500,
            refusal: Refusal::InternalError,
            message
        }
    );
    assert!(reading.is_retriable());
}

#[tokio::test]
async fn the_pause_the_server_asks_for_is_kept() {
    let mock = Mock::start(|_| reply_with(503, "retry-after", "120", "")).await;
    let (changing, reading) = both(&mock.client()).await;
    assert_eq!(changing.retry_after(), Some(Duration::from_secs(120)));
    assert_eq!(reading.retry_after(), Some(Duration::from_secs(120)));

    let in_two_minutes = OffsetDateTime::now_utc() + Duration::from_secs(120);
    let date = in_two_minutes
        .format(&time::macros::format_description!(
            "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
        ))
        .unwrap();
    let mock = Mock::start(move |_| reply_with(429, "retry-after", &date, "")).await;
    let (changing, _) = both(&mock.client()).await;
    let PortalError::RateLimited {
        retry_after: Some(pause),
    } = changing
    else {
        panic!("{changing:?}")
    };
    assert!(
        pause > Duration::from_secs(100) && pause <= Duration::from_secs(120),
        "{pause:?}"
    );
}

#[tokio::test]
async fn statuses_mean_what_the_specification_says() {
    let refused = |http| PortalError::Refused {
        http,
        refusal: Refusal::Other(String::new()),
        message: None,
    };
    for (http, expected) in [
        (400, refused(400)),
        (401, PortalError::Unauthorized),
        (403, refused(403)),
        (404, PortalError::NotFound),
        (405, refused(405)),
        (409, refused(409)),
        (413, refused(413)),
        (429, PortalError::RateLimited { retry_after: None }),
        (
            302,
            PortalError::Protocol {
                what: ProtocolFault::Redirect,
            },
        ),
    ] {
        let (changing, reading) = both(&Mock::always(http, "").await.client()).await;
        assert_eq!((&changing, &reading), (&expected, &expected));
        assert!(!changing.outcome_unknown());
    }
    let mock = Mock::always(409, r#"{"code":"not_found","message":"Нет заявления"}"#).await;
    assert_eq!(both(&mock.client()).await.1, PortalError::NotFound);
}

#[tokio::test]
async fn only_a_passing_fault_is_worth_repeating() {
    for (http, body, retriable) in [
        (400, r#"{"code":"bad_request"}"#, false),
        (401, "", false),
        (403, r#"{"code":"bad_delegation"}"#, false),
        (404, "", false),
        (409, r#"{"code":"limitation_exception"}"#, true),
        (429, "", true),
    ] {
        let (changing, _) = both(&Mock::always(http, body).await.client()).await;
        assert_eq!(changing.is_retriable(), retriable, "{changing:?}");
    }
}

#[tokio::test]
async fn a_redirect_never_carries_credentials_to_another_host() {
    let stranger = Mock::always(200, r#"{"orderId":1,"accessTkn":"a.b.c"}"#).await;
    for http in [301, 302, 303, 307, 308] {
        let target = format!("http://{}/steal", stranger.address);
        let mock = Mock::start(move |_| reply_with(http, "location", &target, "")).await;
        let portal = mock.client();
        let token = token().await;
        for error in [
            portal.reserve(&token, &meta()).await.unwrap_err(),
            portal.order(&token, OrderId(7)).await.unwrap_err(),
            portal.organisation_token(&key(), b"s").await.unwrap_err(),
            portal
                .push(&token, &meta(), &Content::Bytes(vec![1]))
                .await
                .unwrap_err(),
        ] {
            assert_eq!(
                error,
                PortalError::HostNotAllowed {
                    host: "127.0.0.1".to_owned()
                }
            );
        }
    }
    assert!(stranger.seen().is_empty());
}

#[tokio::test]
async fn a_cookie_is_not_kept() {
    let mock = Mock::start(|_| reply_with(200, "set-cookie", "session=1", r#"{"orderId":1}"#)).await;
    let (portal, token) = (mock.client(), token().await);
    portal.reserve(&token, &meta()).await.unwrap();
    portal.reserve(&token, &meta()).await.unwrap();
    assert!(
        mock.seen()
            .iter()
            .all(|request| request.header("cookie").is_none())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_answer_within_the_time_is_awaited() {
    let mock = Mock::start(|_| {
        std::thread::sleep(Duration::from_millis(400));
        crate::mock::reply(200, r#"{"orderId":1}"#)
    })
    .await;
    assert_eq!(
        mock.client().reserve(&token().await, &meta()).await,
        Ok(OrderId(1))
    );
}

#[tokio::test]
async fn requests_beyond_our_own_limit_wait() {
    let mock = Mock::always(204, "").await;
    let limits = Limits {
        requests_per_minute: 2,
        ..Limits::default()
    };
    let portal = client_with(mock.address, Options { limits, ..options() });
    let token = token().await;
    for _ in 0..2 {
        portal.order(&token, OrderId(7)).await.unwrap();
    }
    let start = Instant::now();
    let third = tokio::time::timeout(Duration::from_millis(300), portal.order(&token, OrderId(7))).await;
    assert!(third.is_err() && start.elapsed() >= Duration::from_millis(300));
    assert_eq!(mock.seen().len(), 2);
}

#[tokio::test]
async fn requests_can_run_on_any_thread() {
    // That this compiles is the point; the requests are dropped before they start.
    fn sendable<T: Send>(_: T) {}
    fn shareable<T: Send + Sync>(_: &T) {}
    let mock = Mock::always(204, "").await;
    let (portal, token, meta, content) = (mock.client(), token().await, meta(), Content::Bytes(Vec::new()));
    shareable(&portal);
    sendable(portal.organisation_token(&key(), b"s"));
    sendable(portal.reserve(&token, &meta));
    sendable(portal.push(&token, &meta, &content));
    sendable(portal.push_chunked(&token, OrderId(1), &meta, &content, |_| {}));
    sendable(portal.order(&token, OrderId(1)));
    sendable(portal.cancel(&token, OrderId(1)));
    sendable(portal.updated_page(&token, OffsetDateTime::UNIX_EPOCH, 0, 100));
    sendable(portal.orders_status(&token, &[]));
    sendable(portal.dictionary("BIC", &DictionaryQuery::default()));
    assert!(mock.seen().is_empty());
}
