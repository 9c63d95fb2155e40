//! Dictionaries.

use kabinet_portal::{DictionaryQuery, PortalError, Refusal};
use serde_json::{Value, json};

use crate::mock::{Mock, reply};

fn item(value: usize) -> Value {
    json!({"value": value.to_string(), "parentValue": null, "title": format!("Банк {value}"), "isLeaf": true,
           "children": [], "attributes": [], "source": null, "attributeValues": {"city": "Москва", "n": 5, "x": null}})
}

fn answer(total: usize, items: Vec<Value>) -> String {
    json!({"error": {"code": 0, "message": "operation completed"}, "fieldErrors": [], "total": total, "items": items})
        .to_string()
}

#[tokio::test]
async fn the_published_sample_is_understood_and_no_token_is_shown() {
    let mock = Mock::start(|_| reply(200, answer(1, vec![item(1)]))).await;
    let items = mock
        .client()
        .dictionary("BIC", &DictionaryQuery::default())
        .await
        .unwrap();
    assert_eq!(
        (items[0].value.as_str(), items[0].title.as_str(), items[0].is_leaf),
        ("1", "Банк 1", true)
    );
    assert_eq!(items[0].attributes["city"], "Москва");
    assert_eq!(items[0].attributes["n"], "5");
    assert!(!items[0].attributes.contains_key("x"));
    let request = mock.only_request();
    assert_eq!(
        (request.method.as_str(), &*request.uri),
        ("POST", "/api/nsi/v1/dictionary/BIC")
    );
    assert_eq!(request.header("authorization"), None);
    assert_eq!(
        request.json(),
        json!({"treeFiltering": "ONELEVEL", "pageNum": 1, "pageSize": 1000})
    );
}

#[tokio::test]
async fn pages_count_from_one_until_the_total_is_there() {
    let mock = Mock::start(|request| {
        let page = request.json()["pageNum"].as_u64().unwrap() as usize;
        let items = (0..1000).map(|n| item(page * 1000 + n)).collect();
        reply(200, answer(2000, items))
    })
    .await;
    let query = DictionaryQuery {
        subtree: true,
        parent: Some("77".to_owned()),
    };
    assert_eq!(mock.client().dictionary("BIC", &query).await.unwrap().len(), 2000);
    let bodies: Vec<Value> = mock.seen().iter().map(|request| request.json()).collect();
    assert_eq!(bodies.len(), 2);
    assert_eq!(
        bodies[1],
        json!({"treeFiltering": "SUBTREE", "parentRefItemValue": "77", "pageNum": 2, "pageSize": 1000})
    );
}

#[tokio::test]
async fn a_server_that_ignores_pages_is_asked_only_as_long_as_it_tells_something_new() {
    let all = answer(5000, (0..1000).map(item).collect());
    let mock = Mock::start(move |_| reply(200, all.clone())).await;
    let items = mock
        .client()
        .dictionary("BIC", &DictionaryQuery::default())
        .await
        .unwrap();
    assert_eq!((items.len(), mock.seen().len()), (1000, 2));
}

#[tokio::test]
async fn an_error_inside_a_success_is_an_error() {
    let mock = Mock::always(
        200,
        r#"{"error":{"code":8,"message":"dictionary not found"},"total":0,"items":[]}"#,
    )
    .await;
    let error = mock
        .client()
        .dictionary("NONE", &DictionaryQuery::default())
        .await
        .unwrap_err();
    let refusal = Refusal::Other("8".to_owned());
    let message = Some("dictionary not found".to_owned());
    assert_eq!(
        error,
        PortalError::Refused {
            http: 200,
            refusal,
            message
        }
    );
}

#[tokio::test]
async fn a_code_cannot_leave_its_place_in_the_path() {
    let mock = Mock::start(|_| reply(200, answer(0, Vec::new()))).await;
    mock.client()
        .dictionary("a/../b?c#d", &DictionaryQuery::default())
        .await
        .unwrap();
    assert_eq!(
        mock.only_request().uri,
        "/api/nsi/v1/dictionary/a%2F..%2Fb%3Fc%23d"
    );
}
