//! Details of an order and its cancelling.

use kabinet_domain::{OrderId, Outcome, ProcessingCode};
use kabinet_portal::{LostReason, Order, PortalError, ProtocolFault, Refusal};
use serde_json::{Value, json};
use time::macros::datetime;

use crate::mock::{Mock, reply, token};

const ORDER: OrderId = OrderId(2_058_864_134);

/// The published sample: JSON in a string in JSON.
fn envelope(details: &Value) -> String {
    json!({
        "code": "OK", "message": null, "message_id": "1e9b2f6a-54d5-11ed-bdc3-0242ac120002",
        "order": details.to_string(),
    })
    .to_string()
}

fn sample() -> Value {
    let received = json!({
        "id": 11, "date": "2022-07-25T13:01:47.438+0300", "statusId": 2, "title": "Заявление получено ведомством",
        "sender": "ЕПГУ", "orderId": 2058864134, "finalStatus": false, "cancelAllowed": true, "hasResult": "N"});
    let done = json!({
        "id": 12, "date": "2022-07-26T09:00:00.000+0300", "statusId": 3, "title": "Услуга оказана",
        "comment": "Подписано", "orderId": 2058864134, "finalStatus": true, "cancelAllowed": false,
        "hasResult": "Y", "stateOrgStatusCode": "done"});
    json!({
        "id": 2058864134, "orderType": "ORDER", "eserviceId": "10000000374", "serviceName": "Отправка документов",
        "stateStructureName": "Минцифры России", "updated": "2022-07-26T09:00:00.123+0300", "closed": true,
        "orderStatusId": 3, "orderStatusName": "Услуга оказана", "currentStatusHistoryId": 12,
        "currentStatusHistory": done, "statuses": [done, received],
        "orderResponseFiles": [
            {"id": 1, "fileName": "07_01.pdf", "fileSize": 6, "mimeType": "application/pdf", "hasDigitalSignature": true,
             "link": "terrabyte://00/2042107808/07_01.pdf_attach/3"},
            {"id": 2, "fileName": "07_01.pdf.sig", "link": "terrabyte://00/2042107808/07_01.pdf/3"}],
        "orderAttachmentFiles": [{"fileName": "req.xml", "link": "terrabyte://00/2042107808/req.xml/2"}],
    })
}

async fn read(body: String) -> Result<Option<Order>, PortalError> {
    let mock = Mock::start(move |_| reply(200, body.clone())).await;
    mock.client().order(&token().await, ORDER).await
}

#[tokio::test]
async fn the_published_sample_is_understood() {
    let mock = Mock::start(|_| reply(200, envelope(&sample()))).await;
    let order = mock.client().order(&token().await, ORDER).await.unwrap().unwrap();
    let request = mock.only_request();
    assert_eq!(request.method, "POST");
    assert_eq!(request.uri, "/api/gusmev/order/2058864134?embed=STATUS_HISTORY");
    assert!(request.body.is_empty());

    assert_eq!(order.code, Some(ProcessingCode("OK".to_owned())));
    assert_eq!(
        order.message_id.as_deref(),
        Some("1e9b2f6a-54d5-11ed-bdc3-0242ac120002")
    );
    assert_eq!(order.authority.as_deref(), Some("Минцифры России"));
    assert_eq!(order.updated, Some(datetime!(2022-07-26 09:00:00.123 +3)));
    let ids: Vec<_> = order.statuses.iter().map(|status| status.status_id).collect();
    assert_eq!(ids, [Some(2), Some(3)], "oldest first, however they come");
    assert!(order.statuses[0].cancel_allowed);
    assert_eq!(order.statuses[0].at, datetime!(2022-07-25 13:01:47.438 +3));
    let current = order.current.as_ref().unwrap();
    assert_eq!(current, &order.statuses[1]);
    assert_eq!(
        (current.comment.as_deref(), current.has_result),
        (Some("Подписано"), true)
    );
    assert_eq!(current.agency_code.as_deref(), Some("done"));
    assert_eq!(order.outcome(), Some(Outcome::Accepted));

    let pdf = &order.results[0];
    assert_eq!(
        (pdf.name.as_str(), pdf.size, pdf.signed),
        ("07_01.pdf", Some(6), true)
    );
    assert_eq!(
        (pdf.owner, pdf.mnemonic.as_str(), pdf.object_type),
        (2_042_107_808, "07_01.pdf_attach", 3)
    );
    assert_eq!(
        (pdf.history_id, pdf.service.as_deref()),
        (Some(12), Some("10000000374"))
    );
    assert_eq!(order.results[1].mnemonic, "07_01.pdf");
    assert_eq!(order.attachments[0].object_type, 2);
}

#[tokio::test]
async fn an_order_the_portal_does_not_have_is_none_not_an_error() {
    let mock = Mock::always(204, "").await;
    assert_eq!(mock.client().order(&token().await, ORDER).await, Ok(None));
}

#[tokio::test]
async fn a_missing_route_is_not_mistaken_for_a_missing_order() {
    let mock = Mock::always(404, "").await;
    assert_eq!(
        mock.client().order(&token().await, ORDER).await,
        Err(PortalError::NotFound)
    );
}

#[tokio::test]
async fn processing_codes_stand_in_until_the_portal_has_the_order() {
    let order = read(r#"{"code":"FILES_VERIFICATION","message":"идёт проверка"}"#.to_owned())
        .await
        .unwrap()
        .unwrap();
    let current = order.current.as_ref().unwrap();
    assert_eq!(
        current.code,
        Some(ProcessingCode("FILES_VERIFICATION".to_owned()))
    );
    assert_eq!((current.status_id, current.is_final), (None, false));
    assert_eq!((order.outcome(), order.is_over()), (None, false));
    assert!(order.statuses.is_empty());

    let order = read(r#"{"code":"REQ_VERIFY_FAILED","order":""}"#.to_owned())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((order.outcome(), order.is_over()), (Some(Outcome::Failed), true));
}

#[tokio::test]
async fn contradictions_of_the_published_texts_are_tolerated() {
    // messageId, order as an object, odd letter case, numbers as strings, a missing history.
    let order = read(
        json!({"Code": "OK", "messageId": "m", "Order": {
            "OrderStatusId": "17", "orderStatusName": "Зарегистрировано", "unknown": {"a": [1]}, "statuses": null,
            "orderResponseFiles": "none", "updated": "2022-12-21T20:49:37.672"}})
        .to_string(),
    )
    .await
    .unwrap()
    .unwrap();
    assert_eq!(order.message_id.as_deref(), Some("m"));
    let current = order.current.unwrap();
    assert_eq!(
        (current.status_id, current.title.as_str()),
        (Some(17), "Зарегистрировано")
    );
    assert_eq!(current.at, datetime!(2022-12-21 20:49:37.672 +3));
    assert!(order.results.is_empty());
}

#[tokio::test]
async fn details_without_a_code_are_enough() {
    let body = json!({"order": sample().to_string()}).to_string();
    assert_eq!(
        read(body).await.unwrap().unwrap().outcome(),
        Some(Outcome::Accepted)
    );
}

#[tokio::test]
async fn what_says_nothing_about_the_order_is_an_error() {
    let broken_inside = json!({"code": "OK", "order": "{\"id\": 205"}).to_string();
    for (body, what) in [
        ("{\"code\":\"OK\",".to_owned(), ProtocolFault::NotJson),
        (broken_inside, ProtocolFault::NotJson),
        ("{}".to_owned(), ProtocolFault::FieldMissing("code")),
        ("[]".to_owned(), ProtocolFault::FieldMissing("code")),
        ("null".to_owned(), ProtocolFault::FieldMissing("code")),
    ] {
        assert_eq!(
            read(body.clone()).await,
            Err(PortalError::Protocol { what }),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_cancelling_is_sent_once_to_its_own_address() {
    let mock = Mock::always(200, "").await;
    mock.client().cancel(&token().await, ORDER).await.unwrap();
    let request = mock.only_request();
    assert_eq!(
        (request.method.as_str(), &*request.uri),
        ("POST", "/api/gusmev/order/2058864134/cancel")
    );
}

#[tokio::test]
async fn a_cancelling_that_is_not_possible_is_refused() {
    for body in ["", r#"{"code":"cancel_not_allowed"}"#] {
        let mock = Mock::always(405, body).await;
        let error = mock.client().cancel(&token().await, ORDER).await.unwrap_err();
        let refusal = Refusal::CancelNotAllowed;
        assert_eq!(
            error,
            PortalError::Refused {
                http: 405,
                refusal,
                message: None
            }
        );
    }
    let mock = Mock::always(204, "").await;
    assert_eq!(
        mock.client().cancel(&token().await, ORDER).await,
        Err(PortalError::NotFound)
    );
}

#[tokio::test]
async fn a_cancelling_without_an_answer_is_unknown() {
    let mock = Mock::always(504, "").await;
    let error = mock.client().cancel(&token().await, ORDER).await.unwrap_err();
    let reason = LostReason::Server { http: 504 };
    assert_eq!(
        error,
        PortalError::OutcomeUnknown {
            reason,
            retry_after: None
        }
    );
}
