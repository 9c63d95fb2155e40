//! Inspections: written down by the operator, seen and heard of by whoever may.

use reqwest::Method;
use serde_json::{Value, json};

use super::Cabinet;
use crate::stand::Stand;

#[test]
fn an_inspection_is_seen_by_whoever_may_and_told_by_its_title_alone() {
    let stand = Stand::start();
    let accountant = Cabinet::of(&stand, "accountant");
    assert_eq!(accountant.get("/inspections"), json!([]));
    let organisation: i64 = accountant.romashka().parse().unwrap();
    let said = json!({"organisation": organisation, "kind": "planned", "agency": "Учебная инспекция", "subject": "Хранение первичных документов",
        "begins_in": 10, "ends_in": 20, "status": "announced", "documents": [{"title": "Решение о проверке", "number": "7"}]});
    assert_eq!(stand.control_post("/inspections", &said).status(), 200);
    let wrong = json!({"organisation": organisation, "kind": "sudden"});
    assert_eq!(stand.control_post("/inspections", &wrong).status(), 400);
    let seen = accountant.get("/inspections");
    let one = &seen[0];
    assert_eq!(
        (&one["kind"], &one["status"], &one["documents"][0]["title"]),
        (
            &json!("planned"),
            &json!("announced"),
            &json!("Решение о проверке")
        )
    );
    assert!(one["begins"].as_str() < one["ends"].as_str());
    let feed = accountant.get("/notifications");
    let told: Vec<&Value> = feed
        .as_array()
        .unwrap()
        .iter()
        .filter(|n| n["link"]["section"] == "inspections")
        .collect();
    assert_eq!((told.len(), &told[0]["link"]["id"]), (1, &one["id"]));
    let sent = stand.control("/outgoing");
    let letter = sent.as_array().unwrap().last().unwrap();
    assert!(!letter["text"].as_str().unwrap().contains("Хранение"), "{letter}");
    // Another organisation's are its own.
    assert_eq!(Cabinet::of(&stand, "stranger").get("/inspections"), json!([]));
    let role = json!({"employee": "accountant", "organisation": organisation, "role": "procurement"});
    assert!(stand.control_post("/memberships", &role).status().is_success());
    let refused = accountant.request(Method::GET, "/inspections").send().unwrap();
    assert_eq!(refused.status(), 403);
    assert_eq!(refused.json::<Value>().unwrap()["permission"], "taxes.view");
}
