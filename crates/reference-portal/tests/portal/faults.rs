//! Scripted faults over real connections.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::stand::{SERVICE, Stand, code, meta};

#[test]
fn a_connection_dropped_before_leaves_nothing_behind() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    stand.fault(&json!({"path": "/api/gusmev/order", "kind": "drop-before"}));
    assert!(
        stand
            .post(&token, "/api/gusmev/order")
            .json(&meta(SERVICE))
            .send()
            .is_err()
    );
    assert_eq!(stand.control("/orders"), json!([]));
    stand.reserve(&token, SERVICE);
}

#[test]
fn a_connection_dropped_after_leaves_the_order_behind() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    stand.fault(&json!({"path": "/api/gusmev/order", "kind": "drop-after"}));
    assert!(
        stand
            .post(&token, "/api/gusmev/order")
            .json(&meta(SERVICE))
            .send()
            .is_err()
    );
    let orders = stand.control("/orders");
    assert_eq!(
        (orders.as_array().unwrap().len(), &orders[0]["draft"]),
        (1, &json!(true))
    );

    let id = stand.reserve(&token, SERVICE);
    stand.fault(&json!({"path": "/api/gusmev/push*", "kind": "drop-after"}));
    let archive = stand.good_archive();
    assert!(
        stand
            .try_chunk(&token, id, SERVICE, None, archive.clone())
            .is_err()
    );
    let seen = stand.wait_until_final(id);
    assert_eq!((&seen["status_id"], &seen["pushes"]), (&json!(3), &json!(1)));
    assert_eq!(stand.chunk(&token, id, SERVICE, None, archive).status(), 409);
}

#[test]
fn a_scripted_status_comes_with_code_and_pause_in_the_middle_of_an_upload() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let id = stand.reserve(&token, SERVICE);
    stand.fault(&json!({"path": "/api/gusmev/push/chunked", "skip": 1, "kind": "status", "status": 401, "code": "order_access"}));
    stand.fault(&json!({"path": "/api/gusmev/push/chunked", "skip": 1, "kind": "status", "status": 503, "retry_after_s": 7}));
    let archive = stand.good_archive();
    let half = archive.len() / 2;
    assert_eq!(
        stand
            .chunk(&token, id, SERVICE, Some((0, 2)), archive[..half].into())
            .status(),
        206
    );
    let refused = stand.chunk(&token, id, SERVICE, Some((1, 2)), archive[half..].into());
    assert_eq!(
        (refused.status().as_u16(), code(refused).as_str()),
        (401, "order_access")
    );
    let busy = stand.chunk(&token, id, SERVICE, Some((1, 2)), archive[half..].into());
    assert_eq!(
        (
            busy.status().as_u16(),
            busy.headers()["retry-after"].to_str().unwrap()
        ),
        (503, "7")
    );
    assert_eq!(
        stand
            .chunk(&token, id, SERVICE, Some((1, 2)), archive[half..].into())
            .status(),
        200
    );
    assert_eq!(stand.control("/faults"), json!([]));
}

#[test]
fn a_delay_delays_and_a_cut_body_breaks() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let id = stand.reserve(&token, SERVICE);
    stand.fault(&json!({"path": "/api/gusmev/order/*", "kind": "delay", "ms": 300}));
    let start = Instant::now();
    stand.details(&token, id);
    assert!(start.elapsed() >= Duration::from_millis(300));
    stand.fault(&json!({"path": "/api/gusmev/order/*", "kind": "cut-body", "after_bytes": 10}));
    let answer = stand
        .post(&token, &format!("/api/gusmev/order/{id}"))
        .send()
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.bytes().is_err());
}

#[test]
fn faults_reach_the_pki_port_but_never_the_control_api() {
    let stand = Stand::start();
    stand.fault(&json!({"path": "*", "kind": "status", "status": 502}));
    assert_eq!(stand.control("/faults").as_array().unwrap().len(), 1);
    let crl = || {
        stand
            .http
            .get(format!("{}/ca.crl", stand.portal.urls.pki))
            .send()
            .unwrap()
            .status()
    };
    assert_eq!((crl().as_u16(), crl().as_u16()), (502, 200));
}

#[test]
fn a_fault_or_setting_nobody_knows_is_refused() {
    let stand = Stand::start();
    assert_eq!(
        stand
            .control_post("/faults", &json!({"path": "*", "kind": "explode"}))
            .status(),
        400
    );
    let patch = stand
        .http
        .patch(format!("{}/settings", stand.portal.urls.control))
        .json(&json!({"sped": 1}));
    assert_eq!(patch.send().unwrap().status(), 400);
}

#[test]
fn requests_are_logged_without_secrets() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    stand.fault(&json!({"path": "/api/gusmev/order", "kind": "drop-before"}));
    assert!(
        stand
            .post(&token, "/api/gusmev/order")
            .json(&meta(SERVICE))
            .send()
            .is_err()
    );
    stand.reserve(&token, SERVICE);
    let log = stand.control("/requests");
    let reserved: Vec<&Value> = log
        .as_array()
        .unwrap()
        .iter()
        .filter(|r| r["path"] == "/api/gusmev/order")
        .collect();
    assert_eq!(reserved.len(), 2);
    assert_eq!(
        (&reserved[0]["handled"], &reserved[0]["status"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(
        (&reserved[1]["handled"], &reserved[1]["status"]),
        (&json!(true), &json!(200))
    );
    let text = log.to_string();
    assert!(!text.contains(&token) && !text.contains("signature="));
}

#[test]
fn a_foreign_host_name_does_not_reach_the_control_api() {
    let stand = Stand::start();
    let request = stand
        .http
        .get(format!("{}/settings", stand.portal.urls.control))
        .header("host", "evil.example");
    assert_eq!(request.send().unwrap().status(), 403);
}

#[test]
fn reset_forgets_orders_faults_settings_and_later_revocations() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    stand.reserve(&token, SERVICE);
    stand.fault(&json!({"path": "*", "kind": "drop-before"}));
    stand.set(&json!({"token_lifetime_s": 1}));
    let serial = &stand.portal.demo.certificate("accountant").unwrap().serial;
    stand.control_post("/revoke", &json!({"serial": serial}));
    assert_eq!(stand.control_post("/reset", &json!({})).status(), 204);
    assert_eq!(stand.control("/orders"), json!([]));
    assert_eq!(stand.control("/faults"), json!([]));
    assert_eq!(stand.control("/settings")["token_lifetime_s"], 3600);
    stand.token("accountant");
}
