//! Statuses of many orders.

use reqwest::blocking::multipart::Form;
use serde_json::{Value, json};

use crate::stand::{SERVICE, Stand};

const LONG_AGO: &str = "2020-01-01T00:00:00.000";

fn updated(stand: &Stand, token: &str, after: &str, page: i64, size: i64) -> Value {
    let query = [
        ("pageNum", page.to_string()),
        ("pageSize", size.to_string()),
        ("updatedAfter", after.to_owned()),
    ];
    let answer = stand
        .get(token, "/api/gusmev/order/getUpdatedAfter")
        .query(&query)
        .send()
        .unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().unwrap()
}

#[test]
fn a_reserved_order_is_listed_with_status_0() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let id = stand.reserve(&token, SERVICE);
    let list = updated(&stand, &token, LONG_AGO, 0, 10);
    assert_eq!((&list["count"], &list["totalCount"]), (&json!(1), &json!(1)));
    assert_eq!(list["content"][0]["orderId"], id);
    assert_eq!(list["content"][0]["orderSearchStatus"], "FOUND");
    assert_eq!(list["content"][0]["status"]["statusId"], 0);
}

#[test]
fn others_see_nothing_of_it() {
    let stand = Stand::start();
    let id = stand.reserve(&stand.token("accountant"), SERVICE);
    let stranger = stand.token("stranger");
    assert_eq!(updated(&stand, &stranger, LONG_AGO, 0, 10)["totalCount"], 0);
    let path = format!("/api/gusmev/order/getOrdersStatus?pageNum=0&pageSize=10&orderIds={id}");
    let list: Value = stand.get(&stranger, &path).send().unwrap().json().unwrap();
    assert_eq!(
        list["content"][0],
        json!({"orderId": id, "orderSearchStatus": "NOT_FOUND", "status": null})
    );
}

#[test]
fn pages_start_at_0_and_end() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let ids: Vec<i64> = (0..3).map(|_| stand.reserve(&token, SERVICE)).collect();
    let page = |number| -> Vec<i64> {
        let list = updated(&stand, &token, LONG_AGO, number, 2);
        assert_eq!(list["totalCount"], 3);
        list["content"]
            .as_array()
            .unwrap()
            .iter()
            .map(|o| o["orderId"].as_i64().unwrap())
            .collect()
    };
    assert_eq!(
        (page(0), page(1), page(2)),
        (ids[..2].to_vec(), ids[2..].to_vec(), vec![])
    );
}

#[test]
fn only_later_changes_are_listed() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    stand.reserve(&token, SERVICE);
    let seen = updated(&stand, &token, LONG_AGO, 0, 10)["content"][0]["status"]["updated"].clone();
    let seen = seen.as_str().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(5));
    let id = stand.pushed(&token, SERVICE, stand.good_archive());
    stand.wait_until_final(id);
    let list = updated(&stand, &token, seen, 0, 10);
    assert_eq!(list["totalCount"], 1);
    assert_eq!(
        (
            &list["content"][0]["orderId"],
            &list["content"][0]["status"]["statusId"]
        ),
        (&json!(id), &json!(3))
    );
}

#[test]
fn parameters_must_make_sense() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    for query in [
        "",
        "updatedAfter=yesterday",
        "updatedAfter=2020-01-01T00:00:00.000&pageSize=0",
        "pageNum=x",
    ] {
        let path = format!("/api/gusmev/order/getUpdatedAfter?{query}");
        assert_eq!(stand.get(&token, &path).send().unwrap().status(), 400, "{query}");
    }
    let path = "/api/gusmev/order/getOrdersStatus?orderIds=1,x";
    assert_eq!(stand.get(&token, path).send().unwrap().status(), 400);
}

#[test]
fn both_spellings_and_the_form_of_the_other_specification_are_served() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let id = stand.reserve(&token, SERVICE);
    for path in [
        "/api/gusmev/order/getUpdatedAfter/",
        "/api/gusmev/order/getUpdatedAfter",
    ] {
        let path = format!("{path}?updatedAfter={LONG_AGO}");
        assert_eq!(stand.get(&token, &path).send().unwrap().status(), 200);
    }
    let path = format!("/api/gusmev/order/getOrdersStatus/?orderIds={id},1");
    let list: Value = stand.get(&token, &path).send().unwrap().json().unwrap();
    assert_eq!(
        (&list["count"], &list["content"][0]["orderSearchStatus"]),
        (&json!(2), &json!("FOUND"))
    );
    let form = Form::new().text("meta", format!("[{id}]"));
    let list: Value = stand
        .post(&token, "/api/gusmev/order/getOrdersStatus")
        .multipart(form)
        .send()
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(list["content"][0]["orderId"], id);
}
