//! The cabinet API against a portal that has it, one that has not, and one that refuses.

use std::time::Duration;

use kabinet_portal::cabinet::{
    CabinetError, CheckState, Confirmed, Factor, LinkMethod, LinkRequest, LinkRequisites, LinkStatus,
    NotificationKind, RegistrationState, Representative, Unlock,
};
use kabinet_portal::{LostReason, PortalError, ProtocolFault};
use serde_json::json;

use crate::mock::{Fault, JWT, Mock, broken_server, client, reply, reply_with, token};

fn refused(error: CabinetError) -> kabinet_portal::cabinet::Refused {
    match error {
        CabinetError::Refused(refused) => *refused,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_portal_without_it_says_so_in_whatever_way() {
    let token = token().await;
    for (status, body) in [
        (404, ""),
        (404, r#"{"code":"not_found","message":"no such page"}"#),
        (404, "<html>"),
        (200, "<!doctype html><title>Госуслуги</title>"),
        (200, "{}"),
        (302, ""),
        (405, ""),
    ] {
        let mock = Mock::always(status, body).await;
        let portal = mock.client();
        let outcome = portal.cabinet(&token).offer().await;
        if status == 405 {
            // Whatever this is, it is no absence.
            assert!(outcome.is_err());
        } else {
            assert_eq!(outcome.unwrap_err(), CabinetError::Absent, "{status} {body}");
        }
    }
}

#[tokio::test]
async fn a_portal_that_fails_is_not_taken_for_one_without_it() {
    let token = token().await;
    for (status, expected) in [
        (401, PortalError::Unauthorized),
        (429, PortalError::RateLimited { retry_after: None }),
        (
            503,
            PortalError::Unavailable {
                reason: LostReason::Server { http: 503 },
                retry_after: None,
            },
        ),
    ] {
        let mock = Mock::always(status, "").await;
        let portal = mock.client();
        assert_eq!(portal.cabinet(&token).offer().await.unwrap_err(), expected.into());
    }
}

#[tokio::test]
async fn what_is_offered_is_read_with_the_token_of_the_session() {
    let token = token().await;
    let mock = Mock::always(
        200,
        r#"{"version":"1.2","features":["links",7,"devices"],"passwordPolicy":{"minLength":12,"classes":4,"maxAgeDays":"90"},"sessionIdleMinutes":30,"new":1}"#,
    )
    .await;
    let offer = mock.client().cabinet(&token).offer().await.unwrap();
    assert_eq!(offer.version, "1.2");
    assert_eq!(offer.features, ["links", "devices"]);
    assert_eq!(
        (offer.password.min_length, offer.password.max_age_days),
        (Some(12), Some(90))
    );
    let request = mock.only_request();
    assert_eq!(request.uri, "/api/cabinet/v1");
    assert_eq!(
        request.header("authorization"),
        Some(format!("Bearer {JWT}").as_str())
    );
}

#[tokio::test]
async fn a_sensitive_call_says_what_would_confirm_it_and_carries_the_confirmation_once_given() {
    let token = token().await;
    let mock = Mock::start(|request| match request.header("x-step-up") {
        Some("s-1") => reply(204, ""),
        _ => reply(
            403,
            json!({"code": "step-up-required", "message": "Подтвердите", "stepUp": {
                "id": "s-1", "operation": "unlink", "factors": ["sms", "password", "retina"], "all": ["password", "sms"],
                "expires": "2030-01-01T00:00:00+03:00", "bytesToSign": "AAEC"}})
            .to_string(),
        ),
    })
    .await;
    let portal = mock.client();
    let cabinet = portal.cabinet(&token);
    let CabinetError::StepUp(step_up) = cabinet.unlink("1000321282").await.unwrap_err() else {
        panic!()
    };
    assert_eq!(
        step_up.factors,
        [Factor::Sms, Factor::Password, Factor::Other("retina".into())]
    );
    assert_eq!(step_up.all, [Factor::Password, Factor::Sms]);
    assert_eq!(step_up.bytes_to_sign.as_deref(), Some(&[0_u8, 1, 2][..]));
    assert!(step_up.expires.is_some());
    cabinet
        .confirmed_by(Some(&step_up.id))
        .unlink("1000321282")
        .await
        .unwrap();
    let seen = mock.seen();
    assert_eq!(seen[1].method, "DELETE");
    assert_eq!(seen[1].uri, "/api/cabinet/v1/me/organisations/1000321282");
}

#[tokio::test]
async fn a_confirmation_that_would_break_the_header_never_leaves() {
    let token = token().await;
    let mock = Mock::always(204, "").await;
    let portal = mock.client();
    let error = portal
        .cabinet(&token)
        .confirmed_by(Some("a\r\nX: 1"))
        .unlink("1")
        .await
        .unwrap_err();
    assert_eq!(
        error,
        PortalError::Protocol {
            what: ProtocolFault::Request
        }
        .into()
    );
    assert!(mock.seen().is_empty());
}

#[tokio::test]
async fn a_wrong_code_keeps_the_attempts_left_and_is_sent_as_typed() {
    let token = token().await;
    let mock = Mock::always(
        422,
        r#"{"code":"code-wrong","message":"Неверный код","attemptsLeft":2,"support":"s"}"#,
    )
    .await;
    let portal = mock.client();
    let error = portal
        .cabinet(&token)
        .confirm("s/1", &Factor::Sms, "12\"34\\")
        .await
        .unwrap_err();
    assert_eq!(error.code(), "cabinet.refused.code-wrong");
    assert_eq!(error.params()["left"], "2");
    assert!(!error.is_retriable() && !error.outcome_unknown());
    let request = mock.only_request();
    assert_eq!(request.uri, "/api/cabinet/v1/step-up/s%2F1/confirm");
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.json(), json!({"factor": "sms", "value": "12\"34\\"}));
}

#[tokio::test]
async fn a_lost_answer_to_a_change_is_an_unknown_outcome() {
    let token = token().await;
    let portal = client(broken_server(Fault::CloseAfterRequest).await);
    let error = portal.cabinet(&token).request_link(&request()).await.unwrap_err();
    assert!(error.outcome_unknown() && !error.is_retriable());
    let portal = client(broken_server(Fault::CloseAfterRequest).await);
    let error = portal.cabinet(&token).links().await.unwrap_err();
    assert!(!error.outcome_unknown() && error.is_retriable());
}

#[tokio::test]
async fn a_success_nobody_can_read_may_have_been_done() {
    let token = token().await;
    for body in ["", "{}", "<html>"] {
        let mock = Mock::start(move |_| reply(201, body)).await;
        let error = mock
            .client()
            .cabinet(&token)
            .request_link(&request())
            .await
            .unwrap_err();
        assert!(error.outcome_unknown(), "{body}");
    }
}

#[tokio::test]
async fn every_reason_to_refuse_a_link_is_told_apart() {
    let token = token().await;
    for (http, name) in [
        (409, "linked-elsewhere"),
        (404, "organisation-not-found"),
        (422, "inn-ogrn-mismatch"),
        (422, "requisites-mismatch"),
        (422, "requisites-incomplete"),
        (403, "person-not-confirmed"),
        (403, "no-permission"),
        (423, "linking-blocked"),
    ] {
        let body = json!({"code": name, "message": "слова портала", "until": "2030-01-01T10:00:00+03:00",
            "fields": [{"name": "bik", "code": "unknown", "message": "нет такого банка"}, {}]});
        let mock = Mock::start(move |_| reply(http, body.to_string())).await;
        let error = mock
            .client()
            .cabinet(&token)
            .request_link(&request())
            .await
            .unwrap_err();
        assert_eq!(error.code(), format!("cabinet.refused.{name}"));
        assert_eq!(error.params()["message"], "слова портала");
        let refused = refused(error);
        assert_eq!(refused.fields.len(), 1);
        assert_eq!(refused.fields[0].name, "bik");
        assert!(refused.until.is_some());
    }
}

#[tokio::test]
async fn an_unlink_names_the_applications_in_its_way() {
    let token = token().await;
    let mock = Mock::always(
        409,
        r#"{"code":"open-applications","orders":[{"orderId":4711,"title":"Заявление"},{"title":"без номера"}]}"#,
    )
    .await;
    let refused = refused(mock.client().cabinet(&token).unlink("1").await.unwrap_err());
    assert_eq!(refused.orders.len(), 1);
    assert_eq!(
        (refused.orders[0].order.as_str(), refused.orders[0].title.as_str()),
        ("4711", "Заявление")
    );
}

#[tokio::test]
async fn a_pause_is_read_from_the_body_or_the_header() {
    let token = token().await;
    let mock = Mock::always(429, r#"{"code":"too-often","retryAfterSeconds":45}"#).await;
    let error = mock.client().cabinet(&token).repeat_link("l").await.unwrap_err();
    let pause = |seconds| PortalError::RateLimited {
        retry_after: Some(Duration::from_secs(seconds)),
    };
    assert_eq!(error, pause(45).into());
    let mock = Mock::start(|_| reply_with(429, "retry-after", "7", "")).await;
    assert_eq!(
        mock.client().cabinet(&token).repeat_link("l").await.unwrap_err(),
        pause(7).into()
    );
}

fn request() -> LinkRequest {
    LinkRequest {
        inn: "7707083893".into(),
        ogrn: "1027700132195".into(),
        kpp: Some("773601001".into()),
        method: LinkMethod::Director,
        representative: Representative {
            role: "director".into(),
            ..Representative::default()
        },
        requisites: LinkRequisites {
            bik: "044525225".into(),
            ..LinkRequisites::default()
        },
        documents: Vec::new(),
    }
}

#[tokio::test]
async fn a_link_request_has_only_what_was_filled_in() {
    let token = token().await;
    let mock = Mock::always(
        201,
        r#"{"id":"l-1","organisation":{"shortName":"ПАО","inn":"7707083893"},"status":"awaiting-director","method":"director","director":{"phone":"+7 ••• 12"},"expires":"2030-01-01T00:00:00Z"}"#,
    )
    .await;
    let link = mock
        .client()
        .cabinet(&token)
        .request_link(&request())
        .await
        .unwrap();
    assert_eq!(link.status, LinkStatus::AwaitingDirector);
    assert_eq!(link.director.unwrap().contact.as_deref(), Some("+7 ••• 12"));
    assert_eq!(
        mock.only_request().json(),
        json!({"inn": "7707083893", "ogrn": "1027700132195", "kpp": "773601001", "method": "director", "acceptTerms": true,
            "representative": {"role": "director"}, "requisites": {"bik": "044525225"}})
    );
}

#[tokio::test]
async fn permissions_are_asked_for_by_version() {
    let token = token().await;
    let mock = Mock::start(|request| match request.header("if-none-match") {
        Some("\"7\"") => reply(304, ""),
        _ => reply_with(
            200,
            "etag",
            "\"7\"",
            r#"{"role":{"code":"x","title":"Кто-то"},"permissions":[{"code":"signing.sign","granted":false,"reason":"нет доверенности"},{"granted":true}]}"#,
        ),
    })
    .await;
    let portal = mock.client();
    let cabinet = portal.cabinet(&token);
    let first = cabinet.permissions("10", None).await.unwrap().unwrap();
    assert_eq!(first.role.title, "Кто-то");
    assert_eq!(first.list.len(), 1);
    assert_eq!(first.list[0].reason.as_deref(), Some("нет доверенности"));
    assert_eq!(first.version.as_deref(), Some("\"7\""));
    assert!(
        cabinet
            .permissions("10", first.version.as_deref())
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_locked_unconfirmed_account_is_read_as_such() {
    let token = token().await;
    let mock = Mock::always(
        200,
        r#"{"oid":"5","confirmed":"not-confirmed","confirmWays":["bank","mfc"],"security":{"secondFactor":false,"passwordExpires":"2030-01-01T00:00:00Z","lock":{"cause":"wrong-password","until":"2030-01-01T00:00:00Z","unlock":"self-service"}},"contacts":{"phone":"+7 ••• 12"}}"#,
    )
    .await;
    let me = mock.client().cabinet(&token).me().await.unwrap();
    assert_eq!(me.confirmed, Confirmed::No);
    assert_eq!(me.second_factor, Some(false));
    assert_eq!(me.confirm_ways, ["bank", "mfc"]);
    let lock = me.lock.unwrap();
    assert_eq!(
        (lock.cause.as_str(), lock.unlock),
        ("wrong-password", Unlock::SelfService)
    );
    // A portal that says nothing of a second factor has not said that there is none.
    let mock = Mock::always(200, r#"{"confirmed":"confirmed"}"#).await;
    assert_eq!(
        mock.client().cabinet(&token).me().await.unwrap().second_factor,
        None
    );
}

#[tokio::test]
async fn words_of_a_newer_portal_survive() {
    let token = token().await;
    let mock = Mock::start(|request| {
        let body = match request.uri.split('/').next_back().unwrap_or_default() {
            "organisations" => r#"[{"oid":1,"inn":"771234567890","shortName":"ИП","role":"owner","link":{"status":"frozen"}},{"shortName":"без ИНН"}]"#,
            "check-up" => r#"[{"item":"passkeys","state":"unheard-of"},{"item":"password","state":"bad"}]"#,
            "r-1" => r#"{"id":"r-1","status":"paused"}"#,
            _ => r#"{"items":[{"id":"n","kind":"poem","title":"Т"}],"next":"m"}"#,
        };
        reply(200, body)
    })
    .await;
    let portal = mock.client();
    let cabinet = portal.cabinet(&token);
    let all = cabinet.organisations().await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].status, LinkStatus::Other("frozen".into()));
    assert_eq!(all[0].role.title, "owner");
    assert!(all[0].is_sole_proprietor && all[0].is_active);
    let states: Vec<_> = cabinet
        .check_up()
        .await
        .unwrap()
        .into_iter()
        .map(|line| line.state)
        .collect();
    assert_eq!(states, [CheckState::Attention, CheckState::Bad]);
    let registration = cabinet.registration("r-1", false).await.unwrap();
    assert_eq!(registration.state, RegistrationState::Other("paused".into()));
    let page = cabinet.notifications(Some("z"), 20).await.unwrap();
    assert_eq!(page.items[0].kind, NotificationKind::Other("poem".into()));
    assert_eq!(page.next.as_deref(), Some("m"));
    assert_eq!(
        mock.seen().last().unwrap().uri,
        "/api/cabinet/v1/notifications?limit=20&after=z"
    );
}
