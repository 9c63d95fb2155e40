//! Subscriptions, licences and representatives against a portal that says less, more, and other than it should.

use kabinet_portal::cabinet::{CabinetError, SubscriptionStatus};
use kabinet_portal::{PortalError, ProtocolFault};

use crate::mock::{Mock, token};

#[tokio::test]
async fn what_is_no_list_is_never_taken_for_an_empty_one() {
    let token = token().await;
    for body in ["{}", r#"{"items":[]}"#, "null"] {
        let mock = Mock::always(200, body).await;
        let portal = mock.client();
        let expected: CabinetError = PortalError::Protocol {
            what: ProtocolFault::NotJson,
        }
        .into();
        assert_eq!(
            portal.cabinet(&token).subscriptions().await.unwrap_err(),
            expected,
            "{body}"
        );
        assert_eq!(
            portal.cabinet(&token).licences().await.unwrap_err(),
            expected,
            "{body}"
        );
        assert_eq!(
            portal.cabinet(&token).inspections().await.unwrap_err(),
            expected,
            "{body}"
        );
    }
}

#[tokio::test]
async fn an_unknown_status_survives_and_what_has_no_identity_is_left_out() {
    let token = token().await;
    let mock = Mock::always(
        200,
        r#"[{"id":"s","status":"frozen","service":{"code":"7"},"price":"300","until":"2027-01-01T00:00:00+03:00"},
            {"status":"active","service":{"code":"8"}},{"id":"t","status":"active"}]"#,
    )
    .await;
    let all = mock.client().cabinet(&token).subscriptions().await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].status, SubscriptionStatus::Other("frozen".to_owned()));
    assert_eq!((all[0].service.title.as_str(), all[0].price), ("7", Some(300)));
    assert!(all[0].until.is_some() && all[0].history.is_empty());
}

#[tokio::test]
async fn an_extension_says_that_it_is_paid_for_and_an_answer_without_sense_leaves_it_unknown() {
    let token = token().await;
    let mock = Mock::always(200, r#"{"ok":true}"#).await;
    let portal = mock.client();
    let error = portal
        .cabinet(&token)
        .extend_subscription("a/b", 6)
        .await
        .unwrap_err();
    assert!(error.outcome_unknown());
    let request = mock.only_request();
    assert_eq!(request.uri, "/api/cabinet/v1/me/subscriptions/a%2Fb/extend");
    let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body, serde_json::json!({"months": 6, "paymentConfirmed": true}));
}

#[tokio::test]
async fn a_licence_without_a_term_has_none_and_numbers_may_be_numbers() {
    let token = token().await;
    let mock = Mock::always(
        200,
        r#"[{"number":17,"organisation":{"oid":1000},"orderId":"4711"}]"#,
    )
    .await;
    let licence = &mock.client().cabinet(&token).licences().await.unwrap()[0];
    assert_eq!((licence.number.as_str(), licence.ends), ("17", None));
    assert_eq!(
        (licence.organisation.as_deref(), licence.order.as_deref()),
        (Some("1000"), Some("4711"))
    );
}

#[tokio::test]
async fn a_standing_is_read_with_its_reasons_and_whatever_is_missing_is_simply_not_known() {
    let token = token().await;
    let mock = Mock::always(
        200,
        r#"{"status":"refused","reasons":[{"code":"file-format"}],"qr":{"text":"https://x/1"},"bytesToSign":"***","methods":["code",7]}"#,
    )
    .await;
    let standing = mock.client().cabinet(&token).representative("10").await.unwrap();
    assert_eq!(standing.reasons[0].code, "file-format");
    assert_eq!(standing.qr, Some(("https://x/1".to_owned(), None)));
    assert!(standing.bytes_to_sign.is_none() && !standing.smev_available);
    assert_eq!(standing.methods, ["code"]);
    let mock = Mock::always(200, "{}").await;
    let error = mock
        .client()
        .cabinet(&token)
        .representative("10")
        .await
        .unwrap_err();
    assert_eq!(
        error,
        PortalError::Protocol {
            what: ProtocolFault::FieldMissing("status")
        }
        .into()
    );
}

#[tokio::test]
async fn an_inspection_told_in_part_is_shown_in_part_and_one_without_a_state_is_left_out() {
    let token = token().await;
    let mock = Mock::always(
        200,
        r#"[{"id":7,"status":"frozen","papers":["Журнал",5],"papersDue":"2026-12-03","documents":[{"number":"1"},{"title":"Решение"}]},
            {"id":"8","agency":"Инспекция"}]"#,
    )
    .await;
    let all = mock.client().cabinet(&token).inspections().await.unwrap();
    assert_eq!(mock.only_request().uri, "/api/cabinet/v1/inspections");
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].id.as_str(), all[0].status.as_str()), ("7", "frozen"));
    assert_eq!(
        (all[0].papers.as_slice(), all[0].begins),
        (["Журнал".to_owned()].as_slice(), None)
    );
    assert_eq!(
        (all[0].documents.len(), all[0].documents[0].number.as_ref()),
        (1, None)
    );
}
