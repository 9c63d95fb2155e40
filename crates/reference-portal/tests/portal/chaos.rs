//! Faults of the network and of a server in disorder, as a client meets them on the wire.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use crate::stand::{SERVICE, Stand, code};

/// One request on a bare connection to the PKI port, and everything that comes back.
fn ask(stand: &Stand) -> (Vec<u8>, Option<ErrorKind>) {
    let address = stand.portal.urls.pki.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(
        stream,
        "GET /root.crt HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = vec![];
    let error = stream.read_to_end(&mut answer).err().map(|error| error.kind());
    (answer, error)
}

fn injected(stand: &Stand) -> Vec<Value> {
    stand.control("/faults/injected").as_array().unwrap().clone()
}

#[test]
fn a_reset_is_a_reset_and_a_drop_a_farewell() {
    let stand = Stand::start();
    stand.fault(&json!({"path": "/root.crt", "kind": "reset"}));
    assert_eq!(ask(&stand), (vec![], Some(ErrorKind::ConnectionReset)));
    stand.fault(&json!({"path": "/root.crt", "kind": "drop-before"}));
    assert_eq!(ask(&stand), (vec![], None));
    let (answer, error) = ask(&stand);
    assert!(answer.starts_with(b"HTTP/1.1 200") && error.is_none());
}

#[test]
fn a_reset_after_the_work_leaves_the_order_behind() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    stand.fault(&json!({"path": "/api/gusmev/order", "kind": "reset", "handled": true}));
    let lost = stand
        .post(&token, "/api/gusmev/order")
        .json(&crate::stand::meta(SERVICE));
    assert!(lost.send().is_err());
    assert_eq!(stand.control("/orders").as_array().unwrap().len(), 1);
}

#[test]
fn silence_gives_no_answer_until_it_is_over() {
    let stand = Stand::start();
    stand.fault(&json!({"path": "/root.crt", "kind": "silence", "ms": 400}));
    let start = Instant::now();
    assert_eq!(ask(&stand), (vec![], None));
    assert!(start.elapsed() >= Duration::from_millis(400));
    let log = stand.control("/requests");
    assert_eq!(
        (&log[0]["status"], &log[0]["handled"]),
        (&Value::Null, &json!(false))
    );
}

#[test]
fn a_slow_body_comes_whole_and_an_oversized_one_is_as_long_as_asked() {
    let stand = Stand::start();
    let (whole, _) = ask(&stand);
    let body = |answer: &[u8]| {
        let head = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        answer[head + 4..].to_vec()
    };
    stand.fault(&json!({"path": "/root.crt", "kind": "slow-body", "bytes": 100, "ms": 20}));
    let start = Instant::now();
    let (slow, error) = ask(&stand);
    assert!(error.is_none() && start.elapsed() >= Duration::from_millis(60));
    assert_eq!(body(&slow), body(&whole));

    let token = stand.token("accountant");
    let id = stand.reserve(&token, SERVICE);
    stand.fault(&json!({"path": "/api/gusmev/order/*", "kind": "oversized", "bytes": 3_000_000}));
    let answer = stand
        .post(&token, &format!("/api/gusmev/order/{id}"))
        .send()
        .unwrap();
    let text = answer.text().unwrap();
    assert_eq!(text.len(), 3_000_000);
    assert!(serde_json::from_str::<Value>(&text).unwrap()["order"].is_string());
}

#[test]
fn a_token_can_run_out_in_the_middle_of_an_upload() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let id = stand.reserve(&token, SERVICE);
    stand.fault(&json!({"path": "/api/gusmev/push/chunked", "kind": "unauthorised", "after_bytes": 300}));
    let refused = stand.chunk(&token, id, SERVICE, None, stand.good_archive());
    assert_eq!(
        (refused.status().as_u16(), code(refused).as_str()),
        (401, "order_access")
    );
    let order = stand.control(&format!("/orders/{id}"));
    assert_eq!(
        (&order["draft"], &order["push_requests"]),
        (&json!(true), &json!(0))
    );
    assert_eq!(
        stand
            .chunk(&token, id, SERVICE, None, stand.good_archive())
            .status(),
        200
    );
}

#[test]
fn headers_can_say_the_wrong_thing_or_say_it_twice() {
    let stand = Stand::start();
    let root = || {
        let address = format!("{}/root.crt", stand.portal.urls.pki);
        stand.http.get(address).send().unwrap()
    };
    stand.fault(&json!({"path": "/root.crt", "kind": "content-type", "value": "text/html"}));
    assert_eq!(root().headers()["content-type"], "text/html");
    stand.fault(&json!({"path": "/root.crt", "kind": "duplicate-header", "name": "Content-Type", "value": "text/plain"}));
    let answer = root();
    let said: Vec<_> = answer.headers().get_all("content-type").iter().collect();
    assert_eq!(said, ["application/pkix-cert", "text/plain"]);
    stand.fault(&json!({"path": "/root.crt", "kind": "clock-skew", "seconds": 86400}));
    assert!((date(root().headers()) - OffsetDateTime::now_utc()).whole_hours() >= 23);
}

fn date(headers: &reqwest::header::HeaderMap) -> OffsetDateTime {
    let text = headers["date"].to_str().unwrap().replace("GMT", "+0000");
    OffsetDateTime::parse(&text, &Rfc2822).unwrap()
}

#[test]
fn a_portal_whose_clock_is_off_says_and_does_so() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    stand.set(&json!({"clock_skew_s": 7200}));
    let late = stand
        .post(&token, "/api/gusmev/order")
        .json(&crate::stand::meta(SERVICE));
    let refused = late.send().unwrap();
    assert!((date(refused.headers()) - OffsetDateTime::now_utc()).whole_minutes() >= 118);
    // The token's hour is over by that clock.
    assert_eq!(refused.status(), 401);
    let fresh = stand.token("accountant");
    let id = stand.pushed(&fresh, SERVICE, stand.good_archive());
    let order = stand.wait_until_final(id);
    let made: String = order["created"].as_str().unwrap()[..13].into();
    let hour = time::macros::format_description!("[year]-[month]-[day]T[hour]");
    let ahead = OffsetDateTime::now_utc() + time::Duration::hours(5);
    assert_eq!(made, ahead.format(hour).unwrap());
}

#[test]
fn what_was_injected_is_told() {
    let stand = Stand::start();
    stand.fault(&json!({"path": "/root.crt", "kind": "delay", "ms": 1, "jitter_ms": 5}));
    stand.fault(&json!({"path": "/root.crt", "kind": "status", "status": 503}));
    ask(&stand);
    ask(&stand);
    let told = injected(&stand);
    assert_eq!(told.len(), 2);
    assert!(told[0]["kind"] == "delay" && (1..=6).contains(&told[0]["delay_ms"].as_u64().unwrap()));
    assert_eq!(
        (&told[1]["kind"], &told[1]["status"]),
        (&json!("status"), &json!(503))
    );
    assert_eq!(
        (&told[1]["method"], &told[1]["path"]),
        (&json!("GET"), &json!("/root.crt"))
    );
    stand.control_post("/reset", &json!({}));
    assert!(injected(&stand).is_empty());
}

#[test]
fn the_same_seed_strikes_the_same_requests() {
    let stand = Stand::start();
    let run = |seed: u64| -> Vec<bool> {
        let address = format!("{}/faults", stand.portal.urls.control);
        assert_eq!(stand.http.delete(&address).send().unwrap().status(), 204);
        stand.fault(
            &json!({"path": "/root.crt", "kind": "status", "status": 500, "probability": 0.4, "seed": seed}),
        );
        (0..40)
            .map(|_| ask(&stand).0.starts_with(b"HTTP/1.1 500"))
            .collect()
    };
    let first = run(11);
    assert!(first.contains(&true) && first.contains(&false));
    assert_eq!(run(11), first);
    assert_ne!(run(12), first);
}
