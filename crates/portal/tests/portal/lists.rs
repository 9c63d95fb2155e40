//! Status lists.

use kabinet_domain::OrderId;
use kabinet_portal::{OrderSummary, PortalError, ProtocolFault};
use serde_json::{Value, json};
use time::macros::datetime;

use crate::mock::{Mock, Seen, reply, token};

fn entry(order: usize, updated: &str) -> Value {
    json!({"orderId": order, "orderSearchStatus": "FOUND",
           "status": {"statusId": 2, "statusName": "Получено", "updated": updated}})
}

fn page_number(request: &Seen) -> usize {
    let query = request.uri.split_once('?').unwrap().1;
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix("pageNum="))
        .unwrap()
        .parse()
        .unwrap()
}

#[tokio::test]
async fn the_published_sample_is_understood() {
    let mock = Mock::always(
        200,
        r#"{"count":2,"totalCount":40,"content":[
          {"orderId":764607248,"orderSearchStatus":"FOUND",
           "status":{"statusId":24,"statusName":"Ошибка отправки заявления в ведомство","updated":"2022-12-21T20:49:37.672"}},
          {"orderId":2354270898,"orderSearchStatus":"NOT_FOUND","status":null}]}"#,
    )
    .await;
    let orders = [OrderId(764_607_248), OrderId(2_354_270_898)];
    let found = mock
        .client()
        .orders_status(&token().await, &orders)
        .await
        .unwrap();
    let failed = OrderSummary {
        order: orders[0],
        found: true,
        status_id: Some(24),
        title: Some("Ошибка отправки заявления в ведомство".to_owned()),
        updated: Some(datetime!(2022-12-21 20:49:37.672 +3)),
    };
    let missing = OrderSummary {
        order: orders[1],
        found: false,
        status_id: None,
        title: None,
        updated: None,
    };
    assert_eq!(found, [failed, missing]);
    let request = mock.only_request();
    assert_eq!(request.method, "GET");
    assert_eq!(
        request.uri,
        "/api/gusmev/order/getOrdersStatus?pageNum=0&pageSize=100&orderIds=764607248%2C2354270898"
    );
}

#[tokio::test]
async fn pages_are_read_until_one_is_short() {
    let mock = Mock::start(|request| {
        let page = page_number(request);
        let length = if page < 2 { 100 } else { 3 };
        let content: Vec<Value> = (0..length)
            .map(|n| entry(page * 100 + n + 1, "2026-01-01T00:00:00.000"))
            .collect();
        reply(
            200,
            json!({"Count": length, "TotalCount": 203, "Content": content}).to_string(),
        )
    })
    .await;
    let found = mock
        .client()
        .updated_after(&token().await, datetime!(2026-01-01 00:00 UTC))
        .await
        .unwrap();
    assert_eq!(found.len(), 203);
    let uris: Vec<String> = mock.seen().into_iter().map(|request| request.uri).collect();
    assert_eq!(uris.len(), 3);
    assert_eq!(
        uris[0],
        "/api/gusmev/order/getUpdatedAfter?pageNum=0&pageSize=100&updatedAfter=2026-01-01T03%3A00%3A00.000"
    );
}

#[tokio::test]
async fn an_order_on_two_pages_is_listed_once_with_its_newest_status() {
    let mock = Mock::start(|request| {
        let content: Vec<Value> = match page_number(request) {
            0 => (1..=100).map(|n| entry(n, "2026-01-01T00:00:00.000")).collect(),
            _ => vec![entry(7, "2026-01-02T00:00:00.000")],
        };
        reply(
            200,
            json!({"count": content.len(), "content": content}).to_string(),
        )
    })
    .await;
    let found = mock
        .client()
        .updated_after(&token().await, datetime!(2026-01-01 00:00 UTC))
        .await
        .unwrap();
    assert_eq!(found.len(), 100);
    assert_eq!(found[6].updated, Some(datetime!(2026-01-02 00:00 +3)));
}

#[tokio::test]
async fn a_server_that_does_not_page_does_not_hold_us_for_ever() {
    let content: Vec<Value> = (1..=100).map(|n| entry(n, "2026-01-01T00:00:00.000")).collect();
    let body = json!({"count": 100, "content": content}).to_string();
    let mock = Mock::start(move |_| reply(200, body.clone())).await;
    let found = mock
        .client()
        .updated_after(&token().await, datetime!(2026-01-01 00:00 UTC))
        .await
        .unwrap();
    assert_eq!((found.len(), mock.seen().len()), (100, 2));
}

#[tokio::test]
async fn a_failing_page_fails_the_list() {
    let mock = Mock::start(|request| match page_number(request) {
        0 => {
            let content: Vec<Value> = (1..=100).map(|n| entry(n, "2026-01-01T00:00:00.000")).collect();
            reply(200, json!({"count": 100, "content": content}).to_string())
        }
        _ => reply(500, ""),
    })
    .await;
    let error = mock
        .client()
        .updated_after(&token().await, datetime!(2026-01-01 00:00 UTC))
        .await
        .unwrap_err();
    assert!(matches!(error, PortalError::Unavailable { .. }));
}

#[tokio::test]
async fn the_address_with_a_slash_is_tried_as_well() {
    let mock = Mock::start(|request| match request.uri.contains("getUpdatedAfter/?") {
        true => reply(200, r#"{"count":0,"content":[]}"#),
        false => reply(404, ""),
    })
    .await;
    let found = mock
        .client()
        .updated_after(&token().await, datetime!(2026-01-01 00:00 UTC))
        .await
        .unwrap();
    assert!(found.is_empty());
}

#[tokio::test]
async fn many_orders_are_asked_about_in_portions() {
    let mock = Mock::always(200, r#"{"count":0,"content":[]}"#).await;
    let orders: Vec<OrderId> = (1..=250).map(OrderId).collect();
    mock.client()
        .orders_status(&token().await, &orders)
        .await
        .unwrap();
    assert_eq!(mock.seen().len(), 3);
    mock.client().orders_status(&token().await, &[]).await.unwrap();
    assert_eq!(mock.seen().len(), 3, "nothing to ask, nothing asked");
}

#[tokio::test]
async fn an_answer_without_a_list_is_not_an_empty_list() {
    let mock = Mock::always(200, r#"{"error":"oops"}"#).await;
    let error = mock
        .client()
        .updated_after(&token().await, datetime!(2026-01-01 00:00 UTC))
        .await
        .unwrap_err();
    assert_eq!(
        error,
        PortalError::Protocol {
            what: ProtocolFault::FieldMissing("content")
        }
    );
}
