//! The registry of powers of attorney, employees and waiting files against a portal that answers well, badly, and not at all.

use kabinet_domain::poa::{PoaNumber, RegistryState};
use kabinet_portal::cabinet::{
    CabinetError, HAND_OVER_AT_MOST, PoaRefusal, PoaRole, PoaTaskState, SignedPoa,
};
use kabinet_portal::{LostReason, PortalError, ProtocolFault};
use serde_json::json;
use time::macros::{date, datetime};
use uuid::Uuid;

use crate::mock::{Fault, Mock, broken_server, client, reply, token};

const NUMBER: PoaNumber = PoaNumber(Uuid::from_u128(0x5d0c_0a3e_7b1f_4c52_9f64_1c2d_3e4f_5a6b));
const TEXT: &str = "5d0c0a3e-7b1f-4c52-9f64-1c2d3e4f5a6b";
const SIGNED: SignedPoa<'static> = SignedPoa {
    name: "ON_EMCHD_20261120_5d0c0a3e-7b1f-4c52-9f64-1c2d3e4f5a6b.xml",
    content: b"<a/>",
    signature: b"cms",
};

fn missing(field: &'static str) -> CabinetError {
    PortalError::Protocol {
        what: ProtocolFault::FieldMissing(field),
    }
    .into()
}

#[tokio::test]
async fn a_file_leaves_with_its_signature_and_the_task_comes_back() {
    let token = token().await;
    for (revoke, uri) in [
        (false, "/api/cabinet/v1/poa/registrations"),
        (true, "/api/cabinet/v1/poa/revocations"),
    ] {
        let mock = Mock::always(202, r#"{"task":17,"more":1}"#).await;
        let portal = mock.client();
        let cabinet = portal.cabinet(&token);
        let task = if revoke {
            cabinet.revoke_poa(SIGNED).await
        } else {
            cabinet.register_poa(SIGNED).await
        };
        assert_eq!(task.unwrap(), "17");
        let request = mock.only_request();
        assert_eq!(request.uri, uri);
        assert_eq!(
            request.json(),
            json!({"name": SIGNED.name, "content": "PGEvPg==", "signature": "Y21z"})
        );
    }
}

#[tokio::test]
async fn an_answer_that_was_lost_leaves_it_unknown_and_is_never_a_refusal() {
    let token = token().await;
    for fault in [
        Fault::ResetAfterRequest,
        Fault::CloseAfterRequest,
        Fault::TruncatedAnswer,
        Fault::Gibberish,
    ] {
        let portal = client(broken_server(fault).await);
        let cabinet = portal.cabinet(&token);
        let error = cabinet.register_poa(SIGNED).await.unwrap_err();
        assert!(error.outcome_unknown(), "{fault:?}: {error:?}");
        let error = cabinet.revoke_poa(SIGNED).await.unwrap_err();
        assert!(error.outcome_unknown(), "{fault:?}: {error:?}");
        let error = cabinet
            .hand_over(uuid::Uuid::nil(), "e", "n", b"x")
            .await
            .unwrap_err();
        assert!(error.outcome_unknown(), "{fault:?}: {error:?}");
    }
    for (status, body) in [(202, "{}"), (202, "[]"), (200, "ok"), (502, ""), (503, "<html>")] {
        let mock = Mock::always(status, body).await;
        let error = mock
            .client()
            .cabinet(&token)
            .register_poa(SIGNED)
            .await
            .unwrap_err();
        assert!(error.outcome_unknown(), "{status} {body}: {error:?}");
    }
}

#[tokio::test]
async fn what_was_certainly_not_taken_is_told_apart() {
    let token = token().await;
    for (status, body, code) in [
        (400, r#"{"code":"bad-request"}"#, "cabinet.refused.bad-request"),
        (
            403,
            r#"{"code":"no-permission"}"#,
            "cabinet.refused.no-permission",
        ),
        (
            503,
            r#"{"code":"registry-unavailable","retryAfterSeconds":30}"#,
            "cabinet.refused.registry-unavailable",
        ),
        (
            503,
            r#"{"code":"system-unavailable"}"#,
            "cabinet.refused.system-unavailable",
        ),
        (
            404,
            r#"{"code":"recipient-not-found"}"#,
            "cabinet.refused.recipient-not-found",
        ),
        (409, r#"{"code":"mailbox-full"}"#, "cabinet.refused.mailbox-full"),
        (413, r#"{"code":"too-large"}"#, "cabinet.refused.too-large"),
        (422, r#"{"code":"never-seen"}"#, "cabinet.refused.other"),
    ] {
        let mock = Mock::always(status, body).await;
        let error = mock
            .client()
            .cabinet(&token)
            .register_poa(SIGNED)
            .await
            .unwrap_err();
        assert!(!error.outcome_unknown(), "{body}");
        assert_eq!(error.code(), code);
        assert_eq!(error.is_retriable(), status == 503);
    }
    let mock = Mock::always(401, "").await;
    let error = mock
        .client()
        .cabinet(&token)
        .register_poa(SIGNED)
        .await
        .unwrap_err();
    assert_eq!(error, PortalError::Unauthorized.into());
}

#[tokio::test]
async fn a_task_is_read_with_all_that_was_against_it() {
    let token = token().await;
    let mock = Mock::start(|seen| {
        assert_eq!(seen.uri, "/api/cabinet/v1/poa/registrations/t%2F1");
        reply(
            200,
            r#"{"task":"t/1","number":"5D0C0A3E-7B1F-4C52-9F64-1C2D3E4F5A6B","kind":"registration","state":"Error",
                "errors":[{"code":"INCOMPLETE","text":"Нет поля","element":"СрокДейст"},{"code":"brand-new"},{}],
                "finishedAt":"2026-11-20T12:00:00+03:00"}"#,
        )
    })
    .await;
    let task = mock.client().cabinet(&token).poa_task("t/1").await.unwrap();
    assert_eq!((task.number, &task.state), (Some(NUMBER), &PoaTaskState::Error));
    assert_eq!(task.refusal().unwrap().code(), "poa.refused.incomplete");
    assert_eq!(task.errors[0].element.as_deref(), Some("СрокДейст"));
    assert_eq!(task.errors[1].refusal, PoaRefusal::Other("brand-new".to_owned()));
    assert_eq!(task.errors[2].refusal.code(), "poa.refused.other");
    assert_eq!(task.finished, Some(datetime!(2026-11-20 09:00 UTC)));
    for (body, state, already) in [
        (
            r#"{"task":1,"state":"done","alreadyRegistered":true}"#,
            PoaTaskState::Done,
            true,
        ),
        (
            r#"{"task":1,"state":"queued","number":null}"#,
            PoaTaskState::Queued,
            false,
        ),
        (
            r#"{"task":1,"state":"processing","errors":[{"code":"term"}]}"#,
            PoaTaskState::Processing,
            false,
        ),
        (
            r#"{"task":1,"state":"paused"}"#,
            PoaTaskState::Other("paused".to_owned()),
            false,
        ),
    ] {
        let mock = Mock::always(200, body).await;
        let task = mock.client().cabinet(&token).poa_task("1").await.unwrap();
        assert_eq!(
            (&task.state, task.already_registered),
            (&state, already),
            "{body}"
        );
        assert_eq!(task.refusal(), None, "{body}");
    }
    let mock = Mock::always(200, r#"{"task":1}"#).await;
    let error = mock.client().cabinet(&token).poa_task("1").await.unwrap_err();
    assert_eq!(error, missing("state"));
}

#[tokio::test]
async fn only_the_registrys_own_word_says_that_there_is_no_such_number() {
    let token = token().await;
    let mock = Mock::always(404, r#"{"code":"poa-not-found","message":"нет"}"#).await;
    let portal = mock.client();
    let told = portal.cabinet(&token).registered_poa(NUMBER, "7707083893").await;
    assert_eq!(told.unwrap(), None);
    assert_eq!(
        mock.only_request().uri,
        format!("/api/cabinet/v1/poa/{TEXT}?inn=7707083893")
    );
    for (status, body) in [
        (404, ""),
        (404, "<html>"),
        (404, r#"{"code":"not-found"}"#),
        (200, "{}"),
        (200, "null"),
        (500, r#"{"code":"poa-not-found"}"#),
        // The answer about another one.
        (
            200,
            r#"{"number":"00000000-0000-0000-0000-000000000001","state":"active"}"#,
        ),
    ] {
        let mock = Mock::always(status, body).await;
        let told = mock.client().cabinet(&token).registered_poa(NUMBER, "1").await;
        assert!(told.is_err(), "{status} {body}: {told:?}");
    }
}

#[tokio::test]
async fn what_the_registry_holds_is_read_whatever_is_missing() {
    let token = token().await;
    let body = format!(
        r#"{{"number":"{TEXT}","state":"revoked","stateAt":"2026-11-20T09:00:00Z","issued":"2026-01-10","expires":"31.12.2026",
            "principals":[{{"inn":7707083893,"name":"ООО «Ромашка»"}},{{}}],"representatives":[{{"inn":"500100000002"}}],
            "revokedAt":"2026-11-19T09:00:00Z","reason":"Уволен","parent":"x","asOf":"2026-11-20T10:00:00Z"}}"#
    );
    let mock = Mock::start(move |_| reply(200, body.clone())).await;
    let portal = mock.client();
    let told = portal.cabinet(&token).registered_poa(NUMBER, "1").await;
    let told = told.unwrap().unwrap();
    assert_eq!(told.state, Some(RegistryState::Revoked));
    assert_eq!(
        (told.issued, told.expires),
        (Some(date!(2026 - 01 - 10)), Some(date!(2026 - 12 - 31)))
    );
    assert_eq!(told.principals.len(), 1);
    assert_eq!(told.principals[0].inn.as_deref(), Some("7707083893"));
    assert_eq!(told.representatives[0].name, "");
    assert_eq!(told.revoked_at, Some(datetime!(2026-11-19 09:00 UTC)));
    assert_eq!((told.parent, told.reason.as_deref()), (None, Some("Уволен")));
    let mock = Mock::always(
        200,
        r#"{"number":"5d0c0a3e7b1f4c529f641c2d3e4f5a6b","state":"suspended"}"#,
    )
    .await;
    let told = mock.client().cabinet(&token).registered_poa(NUMBER, "1").await;
    // A word nobody knows is no state that anything could be allowed by.
    assert_eq!(told.unwrap().unwrap().state, None);
}

#[tokio::test]
async fn the_list_is_asked_for_by_what_changed_and_nothing_else_is_taken_for_an_empty_one() {
    let token = token().await;
    let mock = Mock::always(
        200,
        r#"{"items":[{"number":"5d0c0a3e-7b1f-4c52-9f64-1c2d3e4f5a6b","state":"active"},{"number":"no","state":"active"},7],
            "next":2,"asOf":"2026-11-20T10:00:00Z"}"#,
    )
    .await;
    let portal = mock.client();
    let cabinet = portal.cabinet(&token);
    let after = Some(datetime!(2026-11-01 00:00 UTC));
    let page = cabinet
        .registered_poas(Some(PoaRole::Representative), after, Some("1"))
        .await
        .unwrap();
    assert_eq!((page.items.len(), page.next.as_deref()), (1, Some("2")));
    assert_eq!(
        mock.only_request().uri,
        "/api/cabinet/v1/poa?changedAfter=2026-11-01T00%3A00%3A00Z&page=1&role=representative"
    );
    for body in ["[]", "{}", r#"{"items":{}}"#, "null"] {
        let mock = Mock::always(200, body).await;
        let portal = mock.client();
        let cabinet = portal.cabinet(&token);
        let error = cabinet.registered_poas(None, None, None).await.unwrap_err();
        assert_eq!(error, missing("items"), "{body}");
        assert_eq!(cabinet.employees().await.unwrap_err(), missing("items"), "{body}");
        assert_eq!(
            cabinet.waiting_files().await.unwrap_err(),
            missing("items"),
            "{body}"
        );
    }
}

#[tokio::test]
async fn the_files_are_the_bytes_the_registry_holds() {
    let token = token().await;
    let mock = Mock::start(|seen| match seen.uri.rsplit('/').next() {
        Some("file") => reply(200, "<a/>"),
        Some("signature") => reply(200, "cms"),
        _ => reply(500, ""),
    })
    .await;
    let portal = mock.client();
    let cabinet = portal.cabinet(&token);
    assert_eq!(cabinet.poa_file(NUMBER).await.unwrap(), b"<a/>");
    assert_eq!(cabinet.poa_signature(NUMBER).await.unwrap(), b"cms");
    let mock = Mock::always(404, r#"{"code":"poa-not-found"}"#).await;
    let error = mock.client().cabinet(&token).poa_file(NUMBER).await.unwrap_err();
    assert_eq!(error.code(), "cabinet.refused.poa-not-found");
}

#[tokio::test]
async fn anybody_may_look_a_number_up_and_no_token_leaves() {
    let mock = Mock::always(
        200,
        r#"{"poaNumber":"5d0c0a3e-7b1f-4c52-9f64-1c2d3e4f5a6b","startDate":"2026-01-10","endDate":"2026-12-31","status":"ACTIVE","statusDate":"2026-01-10T10:00:00"}"#,
    )
    .await;
    let told = mock.client().public_poa(NUMBER).await.unwrap().unwrap();
    assert_eq!(
        (told.state, told.expires),
        (Some(RegistryState::Active), Some(date!(2026 - 12 - 31)))
    );
    let request = mock.only_request();
    assert_eq!(
        request.uri,
        format!("/api/v0/poar-portal/public/poa/{TEXT}/public")
    );
    assert_eq!(request.header("authorization"), None);
    let mock = Mock::always(404, "").await;
    assert_eq!(mock.client().public_poa(NUMBER).await.unwrap(), None);
    let mock = Mock::always(502, "").await;
    assert_eq!(
        mock.client().public_poa(NUMBER).await.unwrap_err(),
        PortalError::Unavailable {
            reason: LostReason::Server { http: 502 },
            retry_after: None
        }
    );
}

#[tokio::test]
async fn employees_are_read_with_what_a_power_of_attorney_needs() {
    let token = token().await;
    let mock = Mock::always(
        200,
        r#"{"items":[{"id":7,"surname":"Иванова","givenName":"Анна","inn":"500100000002","snils":"112-233-000 02","birthDate":"1980-02-29",
            "position":"Бухгалтер","roleCode":"accountant","head":false},{"id":"8","surname":"Петров","head":true,"active":false},{"surname":"Без номера"}]}"#,
    )
    .await;
    let all = mock.client().cabinet(&token).employees().await.unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].snils.as_deref(), Some("11223300002"));
    assert_eq!(
        (all[0].born, all[0].is_active),
        (Some(date!(1980 - 02 - 29)), true)
    );
    assert_eq!(all[0].role.title, "accountant");
    assert!(all[1].is_head && !all[1].is_active);
}

#[tokio::test]
async fn a_file_for_a_colleague_is_left_looked_at_fetched_and_forgotten() {
    let token = token().await;
    let mock = Mock::start(|seen| match (seen.method.as_str(), seen.uri.as_str()) {
        ("POST", "/api/cabinet/v1/hand-overs") => reply(201, r#"{"id":"h1"}"#),
        ("GET", "/api/cabinet/v1/hand-overs") => reply(
            200,
            r#"{"items":[{"id":"h1","name":"дело.age","from":{"surname":"Иванова","givenName":"Анна"},"sender":"9","sentAt":"2026-11-20T10:00:00Z","size":3}]}"#,
        ),
        ("GET", "/api/cabinet/v1/hand-overs/h1") => reply(200, "age"),
        ("DELETE", "/api/cabinet/v1/hand-overs/h1") => reply(204, ""),
        ("DELETE", _) => reply(404, r#"{"code":"not-found"}"#),
        _ => reply(500, ""),
    })
    .await;
    let portal = mock.client();
    let cabinet = portal.cabinet(&token);
    let id = uuid::Uuid::from_u128(7);
    assert_eq!(
        cabinet.hand_over(id, "7", "дело.age", b"age").await.unwrap(),
        "h1"
    );
    assert_eq!(
        mock.only_request().json(),
        json!({"id": id, "recipient": "7", "name": "дело.age", "content": "YWdl"})
    );
    let waiting = cabinet.waiting_files().await.unwrap();
    assert_eq!(
        (
            waiting[0].from.as_str(),
            waiting[0].sender.as_deref(),
            waiting[0].size
        ),
        ("Иванова Анна", Some("9"), Some(3))
    );
    assert_eq!(cabinet.waiting_file("h1").await.unwrap(), b"age");
    cabinet.drop_waiting_file("h1").await.unwrap();
    cabinet.drop_waiting_file("gone").await.unwrap();
    let large = vec![0; HAND_OVER_AT_MOST + 1];
    let count = mock.seen().len();
    assert_eq!(
        cabinet.hand_over(id, "7", "n", &large).await.unwrap_err(),
        PortalError::TooLarge { limit: 20 << 20 }.into()
    );
    assert_eq!(mock.seen().len(), count);
}
