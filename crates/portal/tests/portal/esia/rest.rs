//! Person, roles, organisation and employees, as published samples have them.

use kabinet_portal::PortalError;
use kabinet_portal::esia::{EsiaCode, EsiaError, RoleKind};

use crate::mock::{JWT, Mock, reply, token};

#[tokio::test]
async fn the_published_role_is_read() {
    let mock = Mock::always(
        200,
        r#"{"stateFacts":["hasSize"],"size":3,"eTag":"0","elements":[
            {"oid":1000000001,"prnOid":1000000002,"fullName":"ООО «Пример»","shortName":"ООО Пример","ogrn":"1027700132195",
             "type":"LEGAL","chief":true,"admin":false,"phone":"+7(495)0000000","email":"info@example.ru","active":true,
             "hasRightOfSubstitution":true,"hasApprovalTabAccess":false,"isLiquidated":false},
            {"oid":"1000000003","fullName":"ИП Иванов","type":"BUSINESS","active":false},
            "http://esia.gosuslugi.ru/rs/orgs/1"]}"#,
    )
    .await;
    let roles = mock
        .client()
        .esia_roles(&token().await, "1000000002")
        .await
        .unwrap();
    assert_eq!(roles.len(), 2);
    assert_eq!(
        (roles[0].oid.as_str(), roles[0].short_name.as_str()),
        ("1000000001", "ООО Пример")
    );
    assert_eq!(
        (roles[0].kind, roles[0].chief, roles[0].active),
        (RoleKind::Legal, true, true)
    );
    assert_eq!(roles[0].ogrn.as_deref(), Some("1027700132195"));
    assert_eq!(
        (roles[1].kind, roles[1].active),
        (RoleKind::SoleProprietor, false)
    );
    assert_eq!(roles[1].short_name, "ИП Иванов");
    let request = mock.only_request();
    assert_eq!(request.uri, "/rs/prns/1000000002/roles?embed=%28elements%29");
    assert_eq!(request.header("authorization"), Some(&*format!("Bearer {JWT}")));
}

#[tokio::test]
async fn an_organisation_shows_what_the_scopes_allow() {
    let mock = Mock::always(
        200,
        r#"{"stateFacts":["Identifiable"],"oid":1000000001,"ogrn":"1027700132195","inn":"7707083893","eTag":"0"}"#,
    )
    .await;
    let organisation = mock
        .client()
        .esia_organisation(&token().await, "1000000001")
        .await
        .unwrap();
    assert_eq!(organisation.inn.as_deref(), Some("7707083893"));
    assert_eq!(organisation.kpp, None);
}

#[tokio::test]
async fn a_person_and_the_employees_are_read() {
    let mock = Mock::start(|seen| {
        if seen.uri.contains("/emps") {
            reply(200, r#"{"elements":[{"prnOid":7,"position":"Бухгалтер","person":{"lastName":"Лютикова","firstName":"Мария"}},{}]}"#)
        } else {
            reply(200, r#"{"firstName":"Мария","lastName":"Лютикова","middleName":"Петровна","trusted":true,"snils":"000-000-003 00"}"#)
        }
    })
    .await;
    let person = mock.client().esia_person(&token().await, "7").await.unwrap();
    assert_eq!(
        (person.name().as_str(), person.confirmed),
        ("Лютикова Мария Петровна", true)
    );
    let employees = mock.client().esia_employees(&token().await, "1").await.unwrap();
    assert_eq!((employees.len(), employees[0].oid.as_str()), (1, "7"));
    assert_eq!(employees[0].person.name(), "Лютикова Мария");
}

#[tokio::test]
async fn a_scope_that_was_not_granted_is_named() {
    let mock = Mock::always(403, r#"{"code":"ESIA-005029","message":"scope"}"#).await;
    match mock.client().esia_person(&token().await, "7").await.unwrap_err() {
        EsiaError::Refused { code, name, .. } => {
            assert_eq!((code, name.as_str()), (EsiaCode::ScopeNotAllowed, "ESIA-005029"));
        }
        other => panic!("{other}"),
    }
    let mock = Mock::always(401, "").await;
    assert_eq!(
        mock.client().esia_person(&token().await, "7").await.unwrap_err(),
        EsiaError::Portal(PortalError::Unauthorized)
    );
}

#[tokio::test]
async fn an_oid_that_is_no_number_does_not_leave() {
    let mock = Mock::always(200, "{}").await;
    let token = token().await;
    for oid in ["", "..", "1/../../idp", "1?x", "ж"] {
        assert!(mock.client().esia_person(&token, oid).await.is_err(), "{oid}");
    }
    assert!(mock.seen().is_empty());
}
