//! Subscriptions to services.

use serde_json::{Value, json};

use super::Cabinet;
use crate::stand::Stand;

#[test]
fn wrong_terms_services_and_rights_are_refused() {
    let stand = Stand::start();
    let director = Cabinet::of(&stand, "director");
    let ask = |service: &str, months: u32| json!({"serviceCode": service, "months": months});
    director.refused("/me/subscriptions", &ask("99000000012", 0), 400, "bad-request");
    director.refused("/me/subscriptions", &ask("1", 1), 404, "service-not-found");
    let accountant = Cabinet::of(&stand, "accountant");
    let refused = accountant.refused("/me/subscriptions", &ask("99000000012", 1), 403, "no-permission");
    assert_eq!(refused["permission"], "services.enable");
    assert_eq!(director.delete("/me/subscriptions/1").status(), 404);
}

#[test]
fn a_subscription_is_confirmed_extended_and_cancelled_and_remembers_who_did_it() {
    let stand = Stand::start();
    let director = Cabinet::of(&stand, "director");
    let made = director.posted(
        "/me/subscriptions",
        &json!({"serviceCode": "99000000012", "months": 3}),
        201,
    );
    assert_eq!(
        (&made["status"], made.get("until")),
        (&json!("awaiting-confirmation"), None)
    );
    let path = format!("/me/subscriptions/{}", made["id"].as_str().unwrap());
    let extend = format!("{path}/extend");
    let unpaid = json!({"months": 3, "paymentConfirmed": false});
    director.refused(&extend, &unpaid, 422, "payment-not-confirmed");
    let active = director.posted(&extend, &json!({"months": 3, "paymentConfirmed": true}), 200);
    assert_eq!(active["status"], "active");
    assert!(active["until"].is_string());
    assert_eq!(director.delete(&path).status(), 204);
    assert_eq!(director.delete(&path).status(), 409);
    director.refused(
        &extend,
        &json!({"months": 1, "paymentConfirmed": true}),
        409,
        "subscription-ended",
    );
    let all = director.get("/me/subscriptions");
    let operations: Vec<&str> = all[0]["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["operation"].as_str().unwrap())
        .collect();
    assert_eq!(operations, ["subscribed", "extended", "cancelled"]);
    assert_eq!(all[0]["history"][0]["by"], "Васильков Иван Сергеевич");
    assert_eq!(
        Cabinet::of(&stand, "stranger").get("/me/subscriptions"),
        Value::Array(vec![])
    );
}

#[test]
fn what_is_offered_can_be_subscribed_to_and_what_waits_is_confirmed_once() {
    let stand = Stand::start();
    let director = Cabinet::of(&stand, "director");
    let offers = director.get("/subscription-offers");
    let offer = &offers[0];
    assert!(offer["price"].as_u64().is_some_and(|price| price > 0));
    assert!(!offer["service"]["agency"].as_str().unwrap().is_empty());
    let made = director.posted(
        "/me/subscriptions",
        &json!({"serviceCode": offer["service"]["code"], "months": 2}),
        201,
    );
    let path = format!("/me/subscriptions/{}/confirm", made["id"].as_str().unwrap());
    let confirmed = director.posted(&path, &Value::Null, 200);
    assert_eq!(
        (&confirmed["status"], &confirmed["months"]),
        (&json!("active"), &json!(2))
    );
    assert_eq!(confirmed["service"], offer["service"]);
    director.refused(&path, &Value::Null, 409, "wrong-state");
    director.refused("/me/subscriptions/1/confirm", &Value::Null, 404, "not-found");
}
