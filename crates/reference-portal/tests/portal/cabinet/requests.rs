//! What is refused before any route looks at it: always in the one shape.

use reqwest::Method;
use serde_json::{Value, json};

use super::Cabinet;
use crate::stand::Stand;

fn problem(answer: reqwest::blocking::Response, status: u16, code: &str) {
    assert_eq!(answer.status(), status);
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(kind.starts_with("application/json"), "{kind}");
    let problem: Value = answer.json().unwrap();
    assert_eq!(problem["code"], code, "{problem}");
    assert!(problem["message"].is_string() && problem["support"].is_string());
}

#[test]
fn without_a_good_token_there_is_only_what_the_portal_offers() {
    let stand = Stand::start();
    let nobody = Cabinet {
        stand: &stand,
        token: "nonsense".into(),
    };
    for path in [
        "/me",
        "/me/organisations",
        "/links",
        "/services",
        "/notifications",
    ] {
        problem(
            nobody.request(Method::GET, path).send().unwrap(),
            401,
            "unauthorised",
        );
    }
    let base = nobody.get("");
    assert_eq!(base["version"], "1.0");
    assert_eq!(base["passwordPolicy"]["minLength"], 12);
    assert_eq!(nobody.get("/")["version"], "1.0");
}

#[test]
fn wrong_paths_methods_and_content_types_have_the_shape_too() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "director");
    problem(
        cabinet.request(Method::GET, "/nowhere").send().unwrap(),
        404,
        "not-found",
    );
    let answer = cabinet.request(Method::PATCH, "/me").send().unwrap();
    assert!(answer.headers()["allow"].to_str().unwrap().contains("GET"));
    problem(answer, 405, "method-not-allowed");
    let text = cabinet
        .request(Method::POST, "/links")
        .body("inn=1")
        .send()
        .unwrap();
    problem(text, 415, "unsupported-media-type");
    let large = json!({"serviceCode": "9".repeat(300_000), "months": 1});
    problem(cabinet.post("/me/subscriptions", &large), 413, "too-large");
}

#[test]
fn unknown_and_doubled_members_are_refused() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "director");
    let unknown = json!({"serviceCode": "99000000012", "months": 1, "colour": "red"});
    problem(cabinet.post("/me/subscriptions", &unknown), 400, "bad-request");
    let doubled = r#"{"serviceCode":"99000000012","months":1,"months":2}"#;
    let request = cabinet.request(Method::POST, "/me/subscriptions");
    let answer = request
        .header("content-type", "application/json")
        .body(doubled)
        .send()
        .unwrap();
    problem(answer, 400, "bad-request");
    problem(
        cabinet
            .request(Method::GET, "/services?colour=red")
            .send()
            .unwrap(),
        400,
        "bad-request",
    );
    problem(
        cabinet.request(Method::GET, "/services?page=0").send().unwrap(),
        400,
        "bad-request",
    );
    problem(
        cabinet
            .request(Method::GET, "/notifications?limit=1000")
            .send()
            .unwrap(),
        400,
        "bad-request",
    );
}

#[test]
fn the_account_is_shown_with_hidden_contacts() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "accountant");
    let me = cabinet.get("/me");
    assert_eq!(
        (&me["surname"], &me["confirmed"]),
        (&json!("Лютикова"), &json!("confirmed"))
    );
    assert!(me["contacts"]["phone"].as_str().unwrap().contains('•'));
    assert!(me["contacts"]["email"].as_str().unwrap().contains('•'));
    let items = cabinet.get("/me/check-up");
    let names: Vec<&str> = items
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["item"].as_str().unwrap())
        .collect();
    for item in [
        "identity",
        "password",
        "second-factor",
        "contacts",
        "organisations",
    ] {
        assert!(names.contains(&item), "{item}");
    }
}
