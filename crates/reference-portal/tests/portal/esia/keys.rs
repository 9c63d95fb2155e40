//! API keys: several for one employee, blocked, deleted, replaced.

use serde_json::{Value, json};

use crate::stand::{SERVICE, Stand, base64_url, code, meta};

fn new_key(stand: &Stand, employee: &str) -> String {
    let answer = stand.control_post("/api-keys", &json!({"employee": employee}));
    assert_eq!(answer.status(), 201);
    let entry: Value = answer.json().unwrap();
    assert_eq!(
        (&entry["employee"], &entry["blocked"]),
        (&json!(employee), &json!(false))
    );
    entry["key"].as_str().unwrap().to_owned()
}

/// Status and code of asking for a token with this key.
fn ask(stand: &Stand, key: &str) -> (u16, String) {
    let answer = stand.ask_for_token(key, &base64_url(&stand.sign("accountant", key.as_bytes())));
    let status = answer.status().as_u16();
    (
        status,
        if status == 200 {
            String::new()
        } else {
            code(answer)
        },
    )
}

fn delete(stand: &Stand, key: &str) -> u16 {
    let address = format!("{}/api-keys/{key}", stand.portal.urls.control);
    stand.http.delete(address).send().unwrap().status().as_u16()
}

#[test]
fn a_new_key_works_beside_the_old_until_the_old_is_blocked() {
    let stand = Stand::start();
    let old = stand.api_key("accountant");
    let new = new_key(&stand, "accountant");
    assert_eq!((ask(&stand, &old).0, ask(&stand, &new).0), (200, 200));
    assert_eq!(
        stand
            .control_post(&format!("/api-keys/{old}/block"), &json!({}))
            .status(),
        204
    );
    assert_eq!(ask(&stand, &old), (403, "ESIA-007019".into()));
    assert_eq!(ask(&stand, &new).0, 200);
    assert_eq!(delete(&stand, &old), 204);
    assert_eq!(ask(&stand, &old), (404, "ESIA-990005".into()));
    assert_eq!(delete(&stand, &old), 404);
    let keys = stand.control("/api-keys");
    assert!(
        keys.as_array()
            .unwrap()
            .iter()
            .any(|key| key["key"] == json!(new))
    );
    assert!(
        !keys
            .as_array()
            .unwrap()
            .iter()
            .any(|key| key["key"] == json!(old))
    );
}

#[test]
fn a_token_got_before_a_key_was_blocked_lives_to_its_end() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let key = stand.api_key("accountant");
    assert_eq!(
        stand
            .control_post(&format!("/api-keys/{key}/block"), &json!({}))
            .status(),
        204
    );
    let answer = stand
        .post(&token, "/api/gusmev/order")
        .json(&meta(SERVICE))
        .send()
        .unwrap();
    assert_eq!(answer.status(), 200);
}

#[test]
fn a_key_of_another_employee_is_of_no_use() {
    let stand = Stand::start();
    let key = new_key(&stand, "director");
    assert_eq!(ask(&stand, &key), (403, "ESIA-007002".into()));
    assert_eq!(
        stand
            .control_post("/api-keys", &json!({"employee": "nobody"}))
            .status(),
        404
    );
    assert_eq!(
        stand
            .control_post("/api-keys", &json!({"who": "accountant"}))
            .status(),
        400
    );
    let unknown = "/api-keys/00000000-0000-4000-8000-000000000000/block";
    assert_eq!(stand.control_post(unknown, &json!({})).status(), 404);
}
