//! Linking: every refusal with its code, and the three ways to the end.

use base64ct::{Base64, Encoding as _};
use serde_json::{Value, json};

use super::{Cabinet, link_request};
use crate::stand::Stand;

fn director(stand: &Stand) -> (Cabinet<'_>, Value) {
    let cabinet = Cabinet::of(stand, "director");
    // Headed by the demo director and not linked to anybody.
    let entry = cabinet.registered("9904");
    (cabinet, entry)
}

/// An entry somebody else heads.
fn foreign(stand: &Stand, wanted: impl Fn(&Value) -> bool) -> Value {
    let all = stand.control("/registry?query=9901&limit=100");
    all.as_array()
        .unwrap()
        .iter()
        .find(|entry| wanted(entry))
        .unwrap()
        .clone()
}

fn free(entry: &Value) -> bool {
    entry["heldElsewhere"] == false && entry["state"] == "active"
}

#[test]
fn an_incomplete_or_malformed_request_costs_no_attempt() {
    let stand = Stand::start();
    stand.set(&json!({"cabinet": {"link_attempts": 1}}));
    let (cabinet, entry) = director(&stand);
    let good = link_request(&entry, "code");
    let with = |change: fn(&mut Value)| {
        let mut request = good.clone();
        change(&mut request);
        request
    };
    cabinet.refused(
        "/links",
        &with(|r| r["acceptTerms"] = json!(false)),
        422,
        "terms-not-accepted",
    );
    let missing = with(|r| {
        r["requisites"].as_object_mut().unwrap().remove("bik");
        r.as_object_mut().unwrap().remove("kpp");
    });
    let problem = cabinet.refused("/links", &missing, 422, "requisites-incomplete");
    let names: Vec<&str> = problem["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["bik", "kpp"]);
    let digits = with(|r| r["inn"] = json!("9904000012"));
    let problem = cabinet.refused("/links", &digits, 422, "requisites-invalid");
    assert_eq!(
        problem["fields"][0],
        json!({"name": "inn", "code": "digits", "message": problem["fields"][0]["message"]})
    );
    let account = with(|r| r["requisites"]["bankAccount"] = json!("40702810000000000001"));
    assert_eq!(
        cabinet.refused("/links", &account, 422, "requisites-invalid")["fields"][0]["name"],
        "bankAccount"
    );
    let sha = "ab".repeat(32);
    let document = |kind: &str| json!({"kind": kind, "name": "a.pdf", "sha256": sha});
    let mut order = good.clone();
    order["documents"] = json!([document("authority"), document("charter")]);
    cabinet.refused("/links", &order, 422, "documents-order");
    cabinet.posted("/links", &good, 201);
}

#[test]
fn what_the_registry_says_decides() {
    let stand = Stand::start();
    stand.set(&json!({"cabinet": {"link_attempts": 100}}));
    let (cabinet, entry) = director(&stand);
    let good = link_request(&entry, "director");
    let mut unknown = good.clone();
    unknown["inn"] = json!("9900000200");
    unknown.as_object_mut().unwrap().remove("ogrn");
    cabinet.refused("/links", &unknown, 404, "organisation-not-found");
    let other = foreign(&stand, free);
    let mut mixed = good.clone();
    mixed["ogrn"] = other["ogrn"].clone();
    cabinet.refused("/links", &mixed, 422, "inn-ogrn-mismatch");
    let held = foreign(&stand, |e| e["heldElsewhere"] == true && e["state"] == "active");
    cabinet.refused("/links", &link_request(&held, "code"), 409, "linked-elsewhere");
    let gone = foreign(&stand, |e| e["state"] == "liquidated");
    cabinet.refused(
        "/links",
        &link_request(&gone, "code"),
        409,
        "organisation-liquidated",
    );
    let own = cabinet.registered("9900000017");
    cabinet.refused("/links", &link_request(&own, "code"), 409, "already-linked");
    let mut address = good.clone();
    address["requisites"]["legalAddress"] = json!("г. Москва");
    let problem = cabinet.refused("/links", &address, 422, "requisites-mismatch");
    assert_eq!(problem["fields"][0]["name"], "legalAddress");
    assert_eq!(problem["fields"][0]["code"], "differs");
}

#[test]
fn wrong_attempts_close_linking_for_a_while_and_are_told() {
    let stand = Stand::start();
    stand.set(&json!({"cabinet": {"link_attempts": 3, "link_block_s": 2}}));
    let (cabinet, entry) = director(&stand);
    let mut wrong = link_request(&entry, "code");
    wrong["requisites"]["legalAddress"] = json!("г. Москва");
    cabinet.refused("/links", &wrong, 422, "requisites-mismatch");
    cabinet.refused("/links", &wrong, 422, "requisites-mismatch");
    let blocked = cabinet.refused("/links", &wrong, 423, "linking-blocked");
    assert!(blocked["until"].is_string() && blocked["retryAfterSeconds"].is_number());
    let good = link_request(&entry, "code");
    cabinet.refused("/links", &good, 423, "linking-blocked");
    std::thread::sleep(std::time::Duration::from_millis(2500));
    cabinet.posted("/links", &good, 201);
}

#[test]
fn an_employee_without_the_right_may_not_link() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "accountant");
    let entry = cabinet.registered("9904");
    let problem = cabinet.refused("/links", &link_request(&entry, "code"), 403, "no-permission");
    assert_eq!(problem["permission"], "link.manage");
}

#[test]
fn a_person_whose_identity_is_not_confirmed_may_not_link() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "stranger");
    let entry = cabinet.registered("9904");
    cabinet.refused(
        "/links",
        &link_request(&entry, "code"),
        403,
        "person-not-confirmed",
    );
    assert_eq!(cabinet.get("/me")["confirmed"], "not-confirmed");
    assert!(!cabinet.get("/me")["confirmWays"].as_array().unwrap().is_empty());
}

#[test]
fn a_link_by_code_of_the_head_is_active_at_once() {
    let stand = Stand::start();
    let (cabinet, entry) = director(&stand);
    let link = cabinet.posted("/links", &link_request(&entry, "code"), 201);
    assert_eq!(
        (&link["status"], &link["organisation"]["inn"]),
        (&json!("awaiting-code"), &entry["inn"])
    );
    let path = format!("/links/{}", link["id"].as_str().unwrap());
    let pending = cabinet.refused("/links", &link_request(&entry, "code"), 409, "link-pending");
    assert_eq!(pending["link"]["id"], link["id"]);
    let waiting = cabinet.organisation(&entry["inn"]);
    assert_eq!(waiting["link"]["status"], "awaiting-code");
    assert_eq!(waiting["link"]["requestId"], link["id"]);
    let wrong = cabinet.refused(
        &format!("{path}/code"),
        &json!({"code": "wrong"}),
        422,
        "code-wrong",
    );
    assert_eq!(wrong["attemptsLeft"], 2);
    let done = cabinet.posted(
        &format!("{path}/code"),
        &json!({"code": cabinet.last_code()}),
        200,
    );
    assert_eq!(done["status"], "active");
    cabinet.refused(&format!("{path}/code"), &json!({"code": "1"}), 410, "link-ended");
    let linked = cabinet.organisation(&entry["inn"]);
    assert_eq!(
        (&linked["chief"], &linked["link"]["status"]),
        (&json!(true), &json!("active"))
    );
    assert!(linked["permissions"].as_array().unwrap().len() > 10);
}

#[test]
fn without_the_head_a_code_is_not_enough() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "director");
    let entry = foreign(&stand, free);
    let link = cabinet.posted("/links", &link_request(&entry, "code"), 201);
    let path = format!("/links/{}/code", link["id"].as_str().unwrap());
    let half = cabinet.posted(&path, &json!({"code": cabinet.last_code()}), 200);
    assert_eq!(half["status"], "awaiting-director");
    assert!(half["director"]["contact"].as_str().unwrap().contains('•'));
    let done = cabinet.posted(&path, &json!({"code": cabinet.last_code()}), 200);
    assert_eq!(done["status"], "active");
    let linked = cabinet.organisation(&entry["inn"]);
    assert_eq!(
        (&linked["chief"], &linked["admin"]),
        (&json!(false), &json!(true))
    );
}

#[test]
fn three_wrong_codes_refuse_a_request() {
    let stand = Stand::start();
    stand.set(&json!({"cabinet": {"link_attempts": 100}}));
    let (cabinet, entry) = director(&stand);
    let link = cabinet.posted("/links", &link_request(&entry, "director"), 201);
    let path = format!("/links/{}", link["id"].as_str().unwrap());
    for left in [2, 1, 0] {
        let wrong = cabinet.refused(
            &format!("{path}/code"),
            &json!({"code": "wrong"}),
            422,
            "code-wrong",
        );
        assert_eq!(wrong["attemptsLeft"], left);
    }
    let refused = cabinet.get(&path);
    assert_eq!(refused["status"], "refused");
    assert!(refused["reason"].is_string());
}

#[test]
fn the_letter_is_repeated_after_a_pause_and_a_request_withdrawn_once() {
    let stand = Stand::start();
    let (cabinet, entry) = director(&stand);
    let link = cabinet.posted("/links", &link_request(&entry, "director"), 201);
    let path = format!("/links/{}", link["id"].as_str().unwrap());
    let early = cabinet.refused(&format!("{path}/repeat"), &Value::Null, 429, "too-often");
    assert!(early["retryAfterSeconds"].as_u64().unwrap() <= 60);
    let old = cabinet.last_code();
    stand.set(&json!({"cabinet": {"resend_pause_s": 0}}));
    cabinet.posted(&format!("{path}/repeat"), &Value::Null, 200);
    assert_ne!(cabinet.last_code(), old);
    cabinet.refused(&format!("{path}/code"), &json!({"code": old}), 422, "code-wrong");
    assert_eq!(cabinet.delete(&path).status(), 204);
    assert_eq!(cabinet.delete(&path).status(), 410);
    assert_eq!(cabinet.get(&path)["status"], "withdrawn");
    let stranger = Cabinet::of(&stand, "stranger");
    assert_eq!(stranger.delete(&path).status(), 404);
}

#[test]
fn a_signature_links_what_its_certificate_names_and_nothing_else() {
    let stand = Stand::start();
    let director = Cabinet::of(&stand, "director");
    let path = format!("/me/organisations/{}", director.romashka());
    let step_up = director.confirm(director.delete(&path).json().unwrap());
    assert_eq!(director.delete_confirmed(&path, &step_up).status(), 204);

    let entry = director.registered("9900000017");
    let link = director.posted("/links", &link_request(&entry, "signature"), 201);
    let content = Base64::decode_vec(link["bytesToSign"].as_str().unwrap()).unwrap();
    assert!(String::from_utf8(content.clone()).unwrap().contains("9900000017"));
    let path = format!("/links/{}", link["id"].as_str().unwrap());
    let signature = format!("{path}/signature");
    let by = |certificate: &str, content: &[u8]| json!({"cms": Base64::encode_string(&stand.sign(certificate, content))});
    director.refused(&signature, &json!({"cms": "AAAA"}), 422, "signature-invalid");
    director.refused(&signature, &by("director", b"other"), 422, "signature-invalid");
    director.refused(
        &signature,
        &by("director-untrusted", &content),
        422,
        "signature-invalid",
    );
    director.refused(&signature, &by("stranger", &content), 422, "certificate-mismatch");
    director.refused(
        &signature,
        &by("accountant", &content),
        422,
        "certificate-mismatch",
    );
    director.refused(
        &format!("{path}/code"),
        &json!({"code": "1"}),
        409,
        "wrong-method",
    );
    stand.set(&json!({"signing_service_down": true}));
    director.refused(
        &signature,
        &by("director", &content),
        503,
        "signature-service-down",
    );
    stand.set(&json!({"signing_service_down": false}));
    let done = director.posted(&signature, &by("director", &content), 200);
    assert_eq!(done["status"], "active");
    assert_eq!(director.organisation(&entry["inn"])["chief"], true);
}
