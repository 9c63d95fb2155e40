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

#[test]
fn papers_asked_and_their_term_are_told_and_one_that_changed_is_not_announced_again() {
    let stand = Stand::start();
    let accountant = Cabinet::of(&stand, "accountant");
    let organisation: i64 = accountant.romashka().parse().unwrap();
    let mut said = json!({"organisation": organisation, "kind": "unplanned", "agency": "Учебная инспекция", "subject": "Охрана труда",
        "begins_in": 5, "ends_in": 9, "status": "announced", "papers": ["Журнал инструктажей"], "papers_in": 3});
    let answer: Value = stand.control_post("/inspections", &said).json().unwrap();
    let told = || {
        let feed = accountant.get("/notifications");
        let about = |one: &&Value| one["link"]["section"] == "inspections";
        feed.as_array().unwrap().iter().filter(about).count()
    };
    assert_eq!(told(), 1);
    let one = &accountant.get("/inspections")[0];
    assert_eq!(one["papers"], json!(["Журнал инструктажей"]));
    assert!(one["papersDue"].as_str() < one["begins"].as_str());
    said["id"] = answer["id"].clone();
    said["status"] = json!("ended");
    said["result"] = json!("Нарушений нет");
    said["papers_in"] = Value::Null;
    assert_eq!(stand.control_post("/inspections", &said).status(), 200);
    let seen = accountant.get("/inspections");
    assert_eq!(seen.as_array().unwrap().len(), 1);
    assert_eq!(
        (&seen[0]["status"], &seen[0]["result"]),
        (&json!("ended"), &json!("Нарушений нет"))
    );
    assert!(seen[0].get("papersDue").is_none());
    assert_eq!(told(), 1);
}
