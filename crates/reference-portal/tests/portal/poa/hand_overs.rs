//! Files for a colleague.

use base64ct::{Base64, Encoding as _};
use reqwest::Method;
use serde_json::{Value, json};

use super::{by_organisation, stand};
use crate::cabinet::Cabinet;

fn employee(cabinet: &Cabinet<'_>, id: &str) -> String {
    cabinet.stand.portal.demo.employee(id).unwrap().oid.to_string()
}

fn request(recipient: &str, content: &[u8]) -> Value {
    json!({"recipient": recipient, "name": "документ.kabinet", "content": Base64::encode_string(content)})
}

#[test]
fn a_file_reaches_the_colleague_and_nobody_else() {
    let stand = stand();
    let accountant = Cabinet::of(&stand, "accountant");
    let director = Cabinet::of(&stand, "director");
    let file: Vec<u8> = (0..300_000_u32).map(|number| number.to_le_bytes()[0]).collect();
    let sent = accountant.posted(
        "/hand-overs",
        &request(&employee(&accountant, "director"), &file),
        201,
    );
    let id = sent["id"].as_str().unwrap();
    let waiting = director.get("/hand-overs");
    let one = &waiting["items"][0];
    assert_eq!(
        (&one["id"], &one["size"], &one["name"]),
        (&json!(id), &json!(300_000), &json!("документ.kabinet"))
    );
    assert_eq!(
        one["from"],
        json!({"surname": "Лютикова", "givenName": "Мария", "patronymic": "Петровна"})
    );
    let path = format!("/hand-overs/{id}");
    let got = director
        .request(Method::GET, &path)
        .send()
        .unwrap()
        .bytes()
        .unwrap();
    assert_eq!(got.as_ref(), file);
    for other in ["accountant", "stranger"] {
        let other = Cabinet::of(&stand, other);
        assert_eq!(other.get("/hand-overs")["items"], json!([]));
        assert_eq!(other.status_of(&path), 404);
        assert_eq!(other.delete(&path).status(), 404);
    }
    assert_eq!(director.delete(&path).status(), 204);
    assert_eq!(director.delete(&path).status(), 404);
    assert_eq!(director.status_of("/hand-overs/x"), 404);
    assert_eq!(director.get("/hand-overs")["items"], json!([]));
}

#[test]
fn a_file_that_is_handed_over_again_under_its_id_waits_once_and_not_at_all_once_it_was_taken() {
    let stand = stand();
    let accountant = Cabinet::of(&stand, "accountant");
    let director = Cabinet::of(&stand, "director");
    let mut sent = request(&employee(&accountant, "director"), b"x");
    sent["id"] = json!("5d0c0a3e-7b1f-4c52-9f64-1c2d3e4f5a6b");
    for _ in 0..2 {
        assert_eq!(accountant.posted("/hand-overs", &sent, 201)["id"], sent["id"]);
    }
    let waiting = director.get("/hand-overs");
    assert_eq!(waiting["items"].as_array().unwrap().len(), 1);
    assert_eq!(waiting["items"][0]["sender"], employee(&accountant, "accountant"));
    // Nobody else's file takes the place of it.
    let mut other = request(&employee(&director, "accountant"), b"y");
    other["id"] = sent["id"].clone();
    director.refused("/hand-overs", &other, 400, "bad-request");
    let path = format!("/hand-overs/{}", sent["id"].as_str().unwrap());
    assert_eq!(director.delete(&path).status(), 204);
    accountant.posted("/hand-overs", &sent, 201);
    assert_eq!(director.get("/hand-overs")["items"], json!([]));
    sent["id"] = json!("x");
    accountant.refused("/hand-overs", &sent, 400, "bad-request");
}

#[test]
fn wrong_recipients_sizes_and_names_are_refused() {
    let stand = stand();
    let accountant = Cabinet::of(&stand, "accountant");
    for recipient in [
        employee(&accountant, "accountant"),
        employee(&accountant, "stranger"),
        "director".to_owned(),
        "1".to_owned(),
    ] {
        accountant.refused(
            "/hand-overs",
            &request(&recipient, b"x"),
            404,
            "recipient-not-found",
        );
    }
    let director = employee(&accountant, "director");
    let mut nameless = request(&director, b"x");
    nameless["name"] = json!("");
    accountant.refused("/hand-overs", &nameless, 400, "bad-request");
    accountant.refused(
        "/hand-overs",
        &request(&director, &vec![0; 20 * 1024 * 1024 + 1]),
        413,
        "too-large",
    );
    accountant.posted(
        "/hand-overs",
        &request(&director, &vec![0; 20 * 1024 * 1024]),
        201,
    );
    for _ in 1..50 {
        accountant.posted("/hand-overs", &request(&director, b"x"), 201);
    }
    accountant.refused("/hand-overs", &request(&director, b"x"), 409, "mailbox-full");
    // Whose colleague is blocked cannot leave anything there.
    let romashka = stand.portal.demo.organisation("romashka").unwrap().oid;
    let blocked =
        json!({"employee": "storekeeper", "organisation": romashka, "role": "employee", "enabled": false});
    assert_eq!(stand.control_post("/memberships", &blocked).status(), 204);
    let storekeeper = employee(&accountant, "storekeeper");
    accountant.refused(
        "/hand-overs",
        &request(&storekeeper, b"x"),
        404,
        "recipient-not-found",
    );
    let own = by_organisation(&stand, "storekeeper");
    own.refused("/hand-overs", &request(&director, b"x"), 403, "no-permission");
}
