//! Reserving, pushing whole, reading back, cancelling, limits.

use reqwest::blocking::multipart::Form;
use serde_json::{Value, json};

use crate::stand::{DOCUMENT, SERVICE, Stand, code, meta, order_id, settings, zip};
use kabinet_reference_portal::Settings;

#[test]
fn wrong_parameters_are_refused() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let send = |body: &Value| {
        let answer = stand.post(&token, "/api/gusmev/order").json(body).send().unwrap();
        (answer.status().as_u16(), code(answer))
    };
    let bad = (400, "bad_request".to_owned());
    assert_eq!(send(&json!({})), bad);
    assert_eq!(
        send(&json!({"region": "4", "serviceCode": SERVICE, "targetCode": format!("-{SERVICE}")})),
        bad
    );
    assert_eq!(
        send(&json!({"region": "45x", "serviceCode": SERVICE, "targetCode": format!("-{SERVICE}")})),
        bad
    );
    assert_eq!(
        send(&json!({"region": "45", "serviceCode": SERVICE, "targetCode": SERVICE})),
        bad
    );
    assert_eq!(send(&meta("10000000000")), (400, "service_not_found".to_owned()));
}

#[test]
fn without_a_token_nothing_happens() {
    let stand = Stand::start();
    let address = format!("{}/api/gusmev/order", stand.portal.urls.epgu);
    assert_eq!(
        stand
            .http
            .post(address)
            .json(&meta(SERVICE))
            .send()
            .unwrap()
            .status(),
        401
    );
    assert_eq!(stand.control("/orders"), json!([]));
}

#[test]
fn a_number_is_reserved_by_json_or_by_form_and_region_may_be_short() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let first = stand.reserve(&token, SERVICE);
    let mut short = meta(SERVICE);
    short["region"] = json!("45");
    let form = Form::new().text("meta", short.to_string());
    let answer = stand
        .post(&token, "/api/gusmev/order")
        .multipart(form)
        .send()
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert!(order_id(answer) > first);
}

#[test]
fn a_reserved_number_is_a_draft_with_status_0() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let id = stand.reserve(&token, SERVICE);
    let details = stand.details(&token, id);
    assert_eq!(details["code"], "OK");
    assert!(details["message_id"].is_string());
    let order = stand.order_object(&token, id);
    assert_eq!(
        (&order["id"], &order["orderStatusId"], &order["closed"]),
        (&json!(id), &json!(0), &json!(false))
    );
    assert_eq!(order["personType"], "LEGAL");
}

#[test]
fn what_does_not_exist_is_204_and_what_belongs_to_others_is_403() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let id = stand.reserve(&token, SERVICE);
    let stranger = stand.token("stranger");
    let path = |id: i64| format!("/api/gusmev/order/{id}");
    assert_eq!(stand.post(&token, &path(1)).send().unwrap().status(), 204);
    let foreign = stand.post(&stranger, &path(id)).send().unwrap();
    assert_eq!(
        (foreign.status().as_u16(), code(foreign).as_str()),
        (403, "order_access")
    );
    // A colleague works in the same organisation.
    assert_eq!(
        stand
            .post(&stand.token("director"), &path(id))
            .send()
            .unwrap()
            .status(),
        200
    );
}

#[test]
fn a_pushed_order_goes_all_the_way_and_brings_a_signed_receipt() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let id = stand.pushed(&token, SERVICE, stand.good_archive());
    let seen = stand.wait_until_final(id);
    assert_eq!(
        (&seen["status_id"], &seen["pushes"], &seen["push_requests"]),
        (&json!(3), &json!(1), &json!(1))
    );
    let steps: Vec<(&str, i64)> = seen["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|h| (h["code"].as_str().unwrap(), h["status_id"].as_i64().unwrap_or(-1)))
        .collect();
    let expected = [
        ("NEW", -1),
        ("FILES_VERIFICATION", -1),
        ("FILES_VERIFICATION_SUCCESS", -1),
        ("DONE", -1),
        ("OK", 17),
        ("OK", 21),
        ("OK", 2),
        ("OK", 3),
    ];
    assert_eq!(steps, expected);

    let order = stand.order_object(&token, id);
    assert_eq!(
        (&order["closed"], &order["hasResult"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(order["currentStatusHistory"]["finalStatus"], true);
    assert_eq!(order["statuses"].as_array().unwrap().len(), 4);
    let files = order["orderResponseFiles"].as_array().unwrap();
    assert_eq!(files.len(), 2);
    let fetch = |file: &Value, object: &Value, old: bool| {
        let link = file["link"].as_str().unwrap();
        let parts: Vec<&str> = link.strip_prefix("terrabyte://").unwrap().split('/').collect();
        assert_eq!((parts[1], parts[3]), (id.to_string().as_str(), "3"));
        let path = if old {
            format!("/api/storage/v2/files/{object}/3/download")
        } else {
            format!("/api/gusmev/files/download/{object}/3")
        };
        let query = [("mnemonic", parts[2]), ("eserviceCode", SERVICE)];
        let answer = stand.get(&token, &path).query(&query).send().unwrap();
        assert_eq!(answer.status(), 200);
        answer.bytes().unwrap().to_vec()
    };
    let history = &order["currentStatusHistoryId"];
    let document = fetch(&files[0], history, false);
    assert_eq!(document, fetch(&files[0], &json!(id), true));
    let pki = stand.pki();
    std::fs::write(pki.join("document"), &document).unwrap();
    std::fs::write(pki.join("document.sig"), fetch(&files[1], history, false)).unwrap();
    let said = crate::openssl::must(
        &pki,
        &[
            "cms",
            "-verify",
            "-cades",
            "-binary",
            "-inform",
            "DER",
            "-in",
            "document.sig",
            "-content",
            "document",
            "-CAfile",
            "root.crt",
            "-purpose",
            "any",
            "-out",
            "verified",
        ],
    );
    assert!(said.contains("CAdES Verification successful"), "{said}");
    assert!(String::from_utf8(document).unwrap().contains(&id.to_string()));
}

#[test]
fn a_pushed_order_is_shown_only_when_the_portal_has_it() {
    let stand = Stand::start_with(Settings {
        speed: 0.0,
        ..settings()
    });
    let token = stand.token("accountant");
    let id = stand.pushed(&token, SERVICE, stand.good_archive());
    let details = stand.details(&token, id);
    assert_eq!(details["code"], "NEW");
    assert!(details.get("order").is_none());
    stand.set(&json!({"speed": 300.0}));
    stand.wait_until_final(id);
    assert!(stand.details(&token, id)["order"].is_string());
}

#[test]
fn what_was_sent_can_be_fetched_back_by_its_owner_only() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let id = stand.pushed(&token, SERVICE, stand.good_archive());
    let path = format!("/api/gusmev/files/download/{id}/2");
    let ask = |token: &str, mnemonic: &str| {
        stand
            .get(token, &path)
            .query(&[("mnemonic", mnemonic)])
            .send()
            .unwrap()
    };
    assert_eq!(ask(&token, "document.xml").bytes().unwrap(), DOCUMENT.as_bytes());
    assert_eq!(ask(&token, "other.xml").status(), 204);
    assert_eq!(ask(&stand.token("stranger"), "document.xml").status(), 403);
    assert_eq!(stand.get(&token, &path).send().unwrap().status(), 400);
}

#[test]
fn an_incomplete_or_too_large_push_makes_no_order() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let form = Form::new().text("meta", meta(SERVICE).to_string());
    assert_eq!(
        stand
            .post(&token, "/api/gusmev/push")
            .multipart(form)
            .send()
            .unwrap()
            .status(),
        400
    );
    let form = Form::new().text("file", "x");
    assert_eq!(
        stand
            .post(&token, "/api/gusmev/push")
            .multipart(form)
            .send()
            .unwrap()
            .status(),
        400
    );
    let large = zip(&[("a.xml", &vec![b' '; crate::stand::CHUNK_MAX + 1])]);
    assert_eq!(stand.push(&token, SERVICE, large).status(), 400);
    assert_eq!(stand.control("/orders"), json!([]));
}

#[test]
fn the_twenty_first_order_of_a_service_is_refused() {
    let stand = Stand::start_with(Settings {
        order_limit: 2,
        ..settings()
    });
    let token = stand.token("accountant");
    stand.reserve(&token, SERVICE);
    stand.reserve(&token, SERVICE);
    let answer = stand
        .post(&token, "/api/gusmev/order")
        .json(&meta(SERVICE))
        .send()
        .unwrap();
    assert_eq!(
        (answer.status().as_u16(), code(answer).as_str()),
        (429, "limitation_exception")
    );
    assert_eq!(stand.push(&token, SERVICE, stand.good_archive()).status(), 429);
    // Other services and other people count for themselves.
    stand.reserve(&token, "10000000585");
    stand.reserve(&stand.token("director"), SERVICE);
}

#[test]
fn an_information_system_may_ask_only_so_often() {
    let stand = Stand::start_with(Settings {
        requests_per_minute: 3,
        ..settings()
    });
    let token = stand.token("accountant");
    let id = stand.reserve(&token, SERVICE);
    let path = format!("/api/gusmev/order/{id}");
    let statuses: Vec<u16> = (0..4)
        .map(|_| stand.post(&token, &path).send().unwrap().status().as_u16())
        .collect();
    assert_eq!(statuses, [200, 200, 429, 429]);
}

#[test]
fn an_order_can_be_cancelled_only_while_its_status_allows() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let cancel = |id: i64| {
        stand
            .post(&token, &format!("/api/gusmev/order/{id}/cancel"))
            .send()
            .unwrap()
    };
    let draft = stand.reserve(&token, SERVICE);
    let refused = cancel(draft);
    assert_eq!(
        (refused.status().as_u16(), code(refused).as_str()),
        (405, "cancel_not_allowed")
    );
    stand.set(&json!({"outcome": "hold"}));
    let id = stand.pushed(&token, SERVICE, stand.good_archive());
    stand.wait(id, |seen| seen["status_id"] == 17);
    assert_eq!(
        stand.order_object(&token, id)["currentStatusHistory"]["cancelAllowed"],
        true
    );
    assert_eq!(cancel(id).status(), 200);
    assert_eq!(stand.wait_until_final(id)["status_id"], 10);
    assert_eq!(cancel(id).status(), 405);
    assert_eq!(cancel(1).status(), 204);
}
