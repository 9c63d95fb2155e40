//! The catalogue of services: pages by version, what a newer portal adds, what is no catalogue.

use kabinet_portal::cabinet::CabinetError;
use kabinet_portal::{PortalError, ProtocolFault};

use crate::mock::{Mock, reply, reply_with, token};

const PAGE: &str = r#"{"total":2,"page":1,"pages":3,"pageSize":20,"categories":["Справки"],"items":[
    {"code":"99000000012","targetCode":"-99000000012","title":"Выписка","summary":"s","category":"Справки","agency":"ФНС","audience":["legal",7],
     "termDays":"5","fee":{"amount":800,"currency":"RUB"},"documents":["Заявление"],"signed":true,"popularity":90,"updated":"2026-10-01","hologram":{}},
    {"title":"без номера"},{"code":"1","title":"Скупая"}]}"#;

#[tokio::test]
async fn a_page_is_asked_for_by_its_version_and_read_with_what_is_new_left_out() {
    let token = token().await;
    let mock = Mock::start(|request| match request.header("if-none-match") {
        Some("\"7\"") => reply(304, ""),
        _ => reply_with(200, "etag", "\"7\"", PAGE),
    })
    .await;
    let portal = mock.client();
    let cabinet = portal.cabinet(&token);
    let (page, version) = cabinet.services(2, None).await.unwrap().unwrap();
    assert_eq!(
        (page.pages, page.items.len(), version.as_deref()),
        (3, 2, Some("\"7\""))
    );
    let extract = &page.items[0];
    assert_eq!(
        (extract.term_days, extract.fee, extract.popularity),
        (Some(5), Some(800), 90)
    );
    assert_eq!(
        (extract.audience.as_slice(), extract.signed),
        (&["legal".to_owned()][..], true)
    );
    let scarce = &page.items[1];
    assert_eq!(
        (scarce.term_days, scarce.fee, scarce.signed, &scarce.form),
        (None, None, false, &None)
    );
    assert_eq!(cabinet.services(2, Some("\"7\"")).await.unwrap(), None);
}

#[tokio::test]
async fn what_is_no_catalogue_is_an_error_and_not_an_empty_one() {
    let token = token().await;
    for body in ["{}", r#"{"services":[]}"#, "[]"] {
        let mock = Mock::always(200, body).await;
        let portal = mock.client();
        let missing = PortalError::Protocol {
            what: ProtocolFault::FieldMissing("items"),
        };
        let outcome = portal.cabinet(&token).services(1, None).await;
        assert_eq!(outcome.unwrap_err(), CabinetError::from(missing), "{body}");
    }
    let mock = Mock::always(200, r#"{"title":"без номера"}"#).await;
    assert!(mock.client().cabinet(&token).service("1", None).await.is_err());
}
