//! The catalogue, and that every service in it is served.

use reqwest::Method;
use serde_json::{Value, json};

use super::Cabinet;
use crate::stand::{Stand, code, zip};

#[test]
fn an_unknown_service_is_named_so() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "accountant");
    let answer = cabinet
        .request(Method::GET, "/services/10000000000")
        .send()
        .unwrap();
    assert_eq!(
        (answer.status().as_u16(), code(answer).as_str()),
        (404, "service-not-found")
    );
    assert_eq!(cabinet.get("/services?query=небывалое")["total"], 0);
}

#[test]
fn thirty_services_are_paged_searched_and_tagged() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "accountant");
    let first = cabinet.get("/services");
    assert_eq!((&first["total"], &first["pages"]), (&json!(30), &json!(2)));
    let second = cabinet.get("/services?page=2");
    assert_eq!(
        first["items"].as_array().unwrap().len() + second["items"].as_array().unwrap().len(),
        30
    );
    assert!(first["items"][0]["popularity"].as_u64() >= first["items"][1]["popularity"].as_u64());
    assert!(
        first["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|s| s.get("form").is_none())
    );
    let found = cabinet.get("/services?query=Прокуратур обращ");
    assert_eq!(found["items"][0]["code"], "60011906");
    assert_eq!(
        cabinet.get("/services?query=0000374")["items"][0]["code"],
        "10000000374"
    );
    let category = cabinet.get("/services?category=Отчётность");
    assert_eq!(category["total"], 2);
    let one = cabinet
        .request(Method::GET, "/services/99000000010")
        .send()
        .unwrap();
    let tag = one.headers()["etag"].to_str().unwrap().to_owned();
    let one: Value = one.json().unwrap();
    assert_eq!(
        (&one["demo"], &one["fee"]["amount"]),
        (&json!(true), &json!(7500))
    );
    assert!(one["form"]["sections"].is_array());
    let again = cabinet
        .request(Method::GET, "/services/99000000010")
        .header("If-None-Match", tag)
        .send()
        .unwrap();
    assert_eq!(again.status(), 304);
}

#[test]
fn a_service_of_the_catalogue_wants_its_own_files() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let end =
        |service: &str, archive: Vec<u8>| stand.wait_until_final(stand.pushed(&token, service, archive));
    let lone = end("10000000367", zip(&[("req.xml", b"<a/>")]));
    assert_eq!(lone["code"], "REQ_NOT_FOUND");
    let both = end(
        "10000000367",
        zip(&[("req.xml", b"<a/>"), ("piev_epgu.xml", b"<a/>")]),
    );
    assert_eq!(both["status_id"], 3);
    let vehicle = end("10000000804", zip(&[("attach.xml", b"<a/>")]));
    assert_eq!(vehicle["code"], "REQ_NOT_FOUND");
    let vehicle = end(
        "10000000804",
        zip(&[("attach.xml", b"<a/>"), ("trans_1.xml", b"<a/>")]),
    );
    assert_eq!(vehicle["status_id"], 3);
    let unsigned = end("99000000010", zip(&[("a.xml", b"<a/>")]));
    assert_eq!(unsigned["code"], "FILES_VERIFICATION_FAILED");
}
