//! Dictionaries: flat, tree, pages, failures with 200.

use serde_json::{Value, json};

use crate::stand::Stand;

fn ask(stand: &Stand, code: &str, body: &Value) -> Value {
    let address = format!("{}/api/nsi/v1/dictionary/{code}", stand.portal.urls.epgu);
    let answer = stand.http.post(address).json(body).send().unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().unwrap()
}

fn values(list: &Value) -> Vec<&str> {
    list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["value"].as_str().unwrap())
        .collect()
}

#[test]
fn an_unknown_dictionary_is_a_failure_with_200() {
    let stand = Stand::start();
    assert_ne!(
        ask(&stand, "NOPE", &json!({"treeFiltering": "ONELEVEL"}))["error"]["code"],
        0
    );
    assert_ne!(
        ask(&stand, "BIC", &json!({"treeFiltering": "SIDEWAYS"}))["error"]["code"],
        0
    );
}

#[test]
fn pages_of_a_flat_dictionary_start_at_1() {
    let stand = Stand::start();
    let all = ask(&stand, "BIC", &json!({"treeFiltering": "ONELEVEL"}));
    assert_eq!(all["error"], json!({"code": 0, "message": "operation completed"}));
    let page = |number| {
        ask(
            &stand,
            "BIC",
            &json!({"treeFiltering": "ONELEVEL", "pageNum": number, "pageSize": 2}),
        )
    };
    assert_eq!(page(1)["total"], all["total"]);
    assert_eq!(values(&page(1)), values(&all)[..2]);
    assert_eq!(values(&page(2)), values(&all)[2..4]);
}

#[test]
fn a_tree_is_read_by_level_or_by_branch() {
    let stand = Stand::start();
    let roots = ask(&stand, "OKATO", &json!({"treeFiltering": "ONELEVEL"}));
    assert!(values(&roots).contains(&"45000000000"));
    let level = ask(
        &stand,
        "OKATO",
        &json!({"treeFiltering": "ONELEVEL", "parentRefItemValue": "45000000000"}),
    );
    assert!(values(&level).contains(&"45286000000") && !values(&level).contains(&"45286552000"));
    let branch = ask(
        &stand,
        "OKATO",
        &json!({"treeFiltering": "SUBTREE", "parentRefItemValue": "45000000000"}),
    );
    assert!(values(&branch).contains(&"45286552000"));
    let leaf = branch["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|i| i["value"] == "45286552000")
        .unwrap();
    assert_eq!(
        (&leaf["isLeaf"], &leaf["parentValue"]),
        (&json!(true), &json!("45286000000"))
    );
}
