//! Status lists.

use kabinet_domain::OrderId;
use kabinet_portal::{OrderSummary, PortalError, ProtocolFault};
use serde_json::{Value, json};
use time::macros::datetime;

use crate::mock::{Mock, reply, token};

fn entry(order: usize, updated: &str) -> Value {
    json!({"orderId": order, "orderSearchStatus": "FOUND",
           "status": {"statusId": 2, "statusName": "Получено", "updated": updated}})
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
async fn a_page_says_whether_another_follows() {
    for (answered, total, is_last) in [
        (100, None, false),
        (3, None, true),
        (0, None, true),
        // A server may give less at a time than it was asked for; then only its total tells.
        (50, Some(203), false),
        (50, Some(150), true),
    ] {
        let mock = Mock::start(move |_| {
            let content: Vec<Value> = (0..answered)
                .map(|n| entry(n + 1, "2026-01-01T00:00:00.000"))
                .collect();
            let mut body = json!({"Count": answered, "Content": content});
            if let Some(total) = total {
                body["TotalCount"] = json!(total);
            }
            reply(200, body.to_string())
        })
        .await;
        let page = mock
            .client()
            .updated_page(&token().await, datetime!(2026-01-01 00:00 UTC), 2, 100)
            .await
            .unwrap();
        assert_eq!(
            (page.entries.len(), page.is_last),
            (answered, is_last),
            "{answered} of {total:?}"
        );
        assert_eq!(
            mock.only_request().uri,
            "/api/gusmev/order/getUpdatedAfter?pageNum=2&pageSize=100&updatedAfter=2026-01-01T03%3A00%3A00.000"
        );
    }
}

#[tokio::test]
async fn a_page_that_fails_is_no_empty_page() {
    let mock = Mock::always(500, "").await;
    let error = mock
        .client()
        .updated_page(&token().await, datetime!(2026-01-01 00:00 UTC), 1, 100)
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
        .updated_page(&token().await, datetime!(2026-01-01 00:00 UTC), 0, 100)
        .await
        .unwrap();
    assert!(found.entries.is_empty() && found.is_last);
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
        .updated_page(&token().await, datetime!(2026-01-01 00:00 UTC), 0, 100)
        .await
        .unwrap_err();
    assert_eq!(
        error,
        PortalError::Protocol {
            what: ProtocolFault::FieldMissing("content")
        }
    );
}
