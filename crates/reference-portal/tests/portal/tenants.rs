//! Several organisations and systems on one portal: nobody sees, changes or counts what is another's.

use reqwest::blocking::multipart::Form;
use serde_json::{Value, json};

use crate::stand::{SERVICE, Stand, base64_url, meta, settings};

fn key_of_system(stand: &Stand, employee: &str, system: &str) -> String {
    let keys = &stand.portal.demo.api_keys;
    let key = keys
        .iter()
        .find(|key| key.employee == employee && key.system.as_deref() == Some(system));
    key.unwrap().key.to_string()
}

/// The accountant's token for another vendor's system.
fn token_of_system(stand: &Stand, system: &str) -> String {
    let key = key_of_system(stand, "accountant", system);
    let signature = base64_url(&stand.sign("accountant", key.as_bytes()));
    let answer: Value = stand.ask_for_token(&key, &signature).json().unwrap();
    answer["accessTkn"].as_str().unwrap().to_owned()
}

fn listed(stand: &Stand, token: &str) -> Vec<i64> {
    let answer: Value = stand
        .get(
            token,
            "/api/gusmev/order/getUpdatedAfter?updatedAfter=2020-01-01T00:00:00.000",
        )
        .send()
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(answer["count"], answer["totalCount"]);
    let orders = answer["content"].as_array().unwrap();
    orders
        .iter()
        .map(|order| order["orderId"].as_i64().unwrap())
        .collect()
}

#[test]
fn three_organisations_and_two_systems_never_meet() {
    let stand = Stand::start();
    let tokens = [
        stand.token("accountant"),
        token_of_system(&stand, "UCHET_DEMO"),
        stand.token("stranger"),
        stand.token("beekeeper"),
    ];
    let orders: Vec<i64> = tokens.iter().map(|token| stand.reserve(token, SERVICE)).collect();
    for (token, own) in tokens.iter().zip(&orders) {
        assert_eq!(listed(&stand, token), [*own]);
        for other in orders.iter().filter(|order| *order != own) {
            let details = stand
                .post(token, &format!("/api/gusmev/order/{other}"))
                .send()
                .unwrap();
            assert_eq!(details.status(), 403);
            let pushed = stand.chunk(token, *other, SERVICE, None, stand.good_archive());
            assert_eq!(pushed.status(), 403);
            let cancelled = stand
                .post(token, &format!("/api/gusmev/order/{other}/cancel"))
                .send()
                .unwrap();
            assert_eq!(cancelled.status(), 403);
            let file =
                format!("/api/gusmev/files/download/{other}/1?mnemonic=document.xml&eserviceCode={SERVICE}");
            assert_eq!(stand.get(token, &file).send().unwrap().status(), 403);
        }
        let ids = orders.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
        let status: Value = stand
            .get(
                token,
                &format!("/api/gusmev/order/getOrdersStatus?orderIds={ids}"),
            )
            .send()
            .unwrap()
            .json()
            .unwrap();
        let found = status["content"].as_array().unwrap().iter();
        let found = found.filter(|order| order["orderSearchStatus"] == "FOUND");
        assert_eq!(
            found.map(|order| order["orderId"].as_i64()).collect::<Vec<_>>(),
            [Some(*own)]
        );
        // By the form of one service's text as well.
        let form = Form::new().text("meta", json!(orders).to_string());
        let answer = stand
            .post(token, "/api/gusmev/order/getOrdersStatus")
            .multipart(form);
        let text = answer.send().unwrap().text().unwrap();
        assert_eq!(text.matches("NOT_FOUND").count(), 3);
    }
    // Nothing of what was tried has changed anything.
    let all = stand.control("/orders");
    let drafts = all
        .as_array()
        .unwrap()
        .iter()
        .filter(|order| order["draft"] == true);
    assert_eq!(drafts.count(), 4);
}

#[test]
fn an_order_of_one_organisation_is_judged_by_its_own_certificates() {
    let stand = Stand::start();
    let token = stand.token("beekeeper");
    let archive = |signer| stand.signed_archive(signer, &[("document.xml", b"<a/>")]);
    let good = stand.pushed(&token, SERVICE, archive("beekeeper"));
    let foreign = stand.pushed(&token, SERVICE, archive("accountant"));
    assert_eq!(stand.wait_until_final(good)["status_id"], 3);
    assert_eq!(stand.wait_until_final(foreign)["code"], "REQ_VERIFY_FAILED");
    assert_eq!(
        stand.control(&format!("/orders/{good}"))["organisation"],
        "klever"
    );
}

#[test]
fn a_system_that_has_spent_its_limit_leaves_the_others_theirs_and_is_told_when_to_come_back() {
    let stand = Stand::start_with(kabinet_reference_portal::Settings {
        requests_per_hour: 2,
        ..settings()
    });
    let (token, other) = (stand.token("accountant"), token_of_system(&stand, "UCHET_DEMO"));
    let reserve = |token: &str| {
        let request = stand.post(token, "/api/gusmev/order").json(&meta(SERVICE));
        request.send().unwrap()
    };
    assert_eq!(
        (reserve(&token).status(), reserve(&token).status()),
        (200.try_into().unwrap(), 200.try_into().unwrap())
    );
    let refused = reserve(&token);
    assert_eq!(refused.status(), 429);
    let pause: u64 = refused.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((3500..=3600).contains(&pause), "{pause}");
    assert_eq!(refused.json::<Value>().unwrap()["code"], "limitation_exception");
    assert_eq!(reserve(&other).status(), 200);
}

#[test]
fn the_order_limit_is_one_users_and_says_when_there_is_room_again() {
    let stand = Stand::start_with(kabinet_reference_portal::Settings {
        order_limit: 1,
        ..settings()
    });
    let (token, other) = (stand.token("accountant"), stand.token("beekeeper"));
    stand.reserve(&token, SERVICE);
    let refused = stand
        .post(&token, "/api/gusmev/order")
        .json(&meta(SERVICE))
        .send()
        .unwrap();
    assert_eq!(refused.status(), 429);
    let pause: u64 = refused.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((590..=600).contains(&pause), "{pause}");
    stand.reserve(&other, SERVICE);
}
