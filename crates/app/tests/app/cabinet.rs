//! The portal's cabinet API as the program meets it: a portal without it, one that refuses, one that wants confirmations.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kabinet_app::view::{CabinetPresence, FormDocument, LinkForm, NewOrganisation, SecretKind};
use kabinet_portal::Options;
use kabinet_testkit::{AKT, Stand, sample};
use serde_json::{Value, json};

use crate::desk::{Desk, TAX, code};

type Answer = Arc<dyn Fn(&Seen) -> Option<(u16, Value)> + Send + Sync>;

/// A request below the base of the cabinet API.
#[derive(Clone, Debug)]
struct Seen {
    line: String,
    step_up: Option<String>,
    body: Value,
}

/// A portal that answers by a script; what the script leaves out it answers itself.
struct Portal {
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Portal {
    /// The program signed in at a portal whose cabinet API answers so.
    async fn signed_in(
        answer: impl Fn(&Seen) -> Option<(u16, Value)> + Send + Sync + 'static,
    ) -> (Desk, Self) {
        let stand = Stand::start();
        let portal = Self::beside(&stand, Arc::new(answer)).await;
        let desk = Desk::with(stand, Options::default()).await;
        desk.sign_in().await.unwrap();
        desk.person.was_asked();
        (desk, portal)
    }

    async fn beside(stand: &Stand, answer: Answer) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let kept = seen.clone();
        let router =
            Router::new().fallback(async move |request: Request| serve(request, &kept, &answer).await);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let index = stand.dir().join("demo.json");
        let mut demo: Value = serde_json::from_slice(&std::fs::read(&index).unwrap()).unwrap();
        demo["urls"]["epgu"] = json!(format!("http://{address}"));
        std::fs::write(&index, demo.to_string()).unwrap();
        Self { seen }
    }

    fn asked(&self, line: &str) -> Vec<Seen> {
        self.seen
            .lock()
            .unwrap()
            .iter()
            .filter(|one| one.line == line)
            .cloned()
            .collect()
    }
}

async fn serve(request: Request, seen: &Mutex<Vec<Seen>>, answer: &Answer) -> Response {
    let (head, body) = request.into_parts();
    let path = head.uri.path_and_query().unwrap().as_str();
    let Some(path) = path.strip_prefix("/api/cabinet/v1") else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let one = Seen {
        line: format!("{} {path}", head.method),
        step_up: head
            .headers
            .get("x-step-up")
            .map(|id| id.to_str().unwrap().to_owned()),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    };
    seen.lock().unwrap().push(one.clone());
    let (status, body) = answer(&one).unwrap_or_else(|| ordinary(&one));
    (
        StatusCode::from_u16(status).unwrap(),
        Body::from(body.to_string()),
    )
        .into_response()
}

/// A portal at which everything is in order.
fn ordinary(seen: &Seen) -> (u16, Value) {
    let line = seen.line.as_str();
    match line {
        "GET " => (
            200,
            json!({"version": "1.0", "linkDocuments": [
            {"kind": "charter", "title": "Устав", "required": true}, {"kind": "registration", "title": "Свидетельство"}]}),
        ),
        "GET /me" => (
            200,
            json!({"confirmed": "confirmed", "security": {"secondFactor": true}}),
        ),
        "GET /me/organisations" => (
            200,
            json!([romashka(), {
            "oid": "77", "shortName": "ПАО «Пример»", "inn": "7707083893", "ogrn": "1027700132195", "role": {"title": "Руководитель"},
            "link": {"status": "awaiting-director", "requestId": "l-1"}, "active": true}]),
        ),
        _ if line.ends_with("/permissions") => (
            200,
            json!({"role": {"code": "accountant", "title": "Бухгалтер"}, "permissions": []}),
        ),
        _ if line.starts_with("GET /notifications") => (200, json!([])),
        "GET /links" | "GET /me/devices" | "GET /me/check-up" | "GET /registrations" => (200, json!([])),
        _ => (404, json!({"code": "not-found"})),
    }
}

fn romashka() -> Value {
    json!({"oid": "10", "shortName": "ООО «Ромашка»", "inn": "9900000009", "ogrn": "1", "role": {"title": "Бухгалтер"},
        "link": {"status": "active"}, "permissions": ["link.remove"]})
}

/// The demo organisation in the portal's list, with its own ИНН.
fn own(desk: &Desk) -> String {
    desk.stand.demo.organisations[0].inn.clone()
}

fn refusing(
    permission: &'static str,
    reason: &'static str,
) -> impl Fn(&Seen) -> Option<(u16, Value)> + Send + Sync {
    move |seen| {
        seen.line.ends_with("/permissions").then(|| {
            let list = json!([{"code": permission, "granted": false, "reason": reason}, {"code": "applications.fill", "granted": true}]);
            (200, json!({"role": {"title": "Наблюдатель"}, "permissions": list}))
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_without_it_takes_nothing_away() {
    let stand = Stand::start();
    let portal = Portal::beside(&stand, Arc::new(|_| Some((404, Value::Null)))).await;
    let desk = Desk::with(stand, Options::default()).await;
    desk.sign_in().await.unwrap();
    let mine = desk.app.my_organisations(true).await.unwrap();
    assert_eq!(mine.presence, CabinetPresence::Absent);
    assert_eq!((mine.cards.len(), mine.error), (1, None));
    assert!(mine.cards[0].current && mine.cards[0].status.is_none());
    assert!(desk.app.state().await.standing.is_none());
    assert_eq!(desk.app.security().await.unwrap().error, None);
    assert_eq!(desk.app.notifications(true).await.unwrap().error, None);
    assert!(desk.app.registrations().await.unwrap().is_empty());
    assert_eq!(
        code(desk.app.request_link(LinkForm::default()).await),
        "cabinet.absent"
    );
    let id = desk.import(&[sample(AKT)]).await;
    desk.sign(&[id]).await.unwrap();
    // It was asked once, and not again after the next start.
    assert_eq!(portal.asked("GET ").len(), 1);
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    desk.sign_in().await.unwrap();
    assert_eq!(portal.asked("GET ").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_role_does_not_allow_is_refused_before_a_pin_and_journalled() {
    let (desk, _portal) = Portal::signed_in(refusing("signing.sign", "нет доверенности")).await;
    let id = desk.import(&[sample(AKT)]).await;
    let error = desk.sign(&[id]).await.unwrap_err();
    assert_eq!(error.code(), "app.not-permitted");
    assert_eq!(
        (
            error.params()["permission"].as_str(),
            error.params()["reason"].as_str()
        ),
        ("signing.sign", "нет доверенности")
    );
    assert!(desk.person.was_asked().is_empty());
    let last = desk.journal().await.pop().unwrap();
    assert_eq!(
        (last.action.as_str(), last.params["permission"].as_str()),
        ("not-permitted", "signing.sign")
    );
    assert!(!last.actor.is_empty());
    let standing = desk.app.state().await.standing.unwrap();
    assert_eq!(standing.role, "Наблюдатель");
    let refused: Vec<&str> = standing.refused.iter().map(|one| one.code.as_str()).collect();
    assert_eq!(refused, ["signing.sign"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn permissions_hold_after_the_next_start_and_until_the_portal_says_otherwise() {
    let (desk, _portal) = Portal::signed_in(refusing("applications.submit", "")).await;
    let id = desk.signed_akt().await;
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    assert_eq!(code(desk.app.send_document(&id, TAX).await), "app.not-permitted");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_locked_unconfirmed_or_without_a_second_factor_signs_nothing() {
    for (me, expected) in [
        (
            json!({"confirmed": "confirmed", "security": {"secondFactor": true, "lock": {"cause": "wrong-password", "until": "2100-01-01T00:00:00Z", "unlock": "self-service"}}}),
            "app.account-locked",
        ),
        (
            json!({"confirmed": "not-confirmed", "confirmWays": ["bank"], "security": {"secondFactor": true}}),
            "app.account-not-confirmed",
        ),
        (
            json!({"confirmed": "confirmed", "security": {"secondFactor": false}}),
            "app.no-second-factor",
        ),
    ] {
        let (desk, _portal) =
            Portal::signed_in(move |seen| (seen.line == "GET /me").then(|| (200, me.clone()))).await;
        let id = desk.import(&[sample(AKT)]).await;
        assert_eq!(code(desk.sign(&[id]).await), expected);
        // Drafts go on.
        assert!(
            desk.app
                .state()
                .await
                .standing
                .unwrap()
                .refused
                .iter()
                .all(|one| one.code != "applications.fill")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_has_ended_is_none() {
    let (desk, _portal) = Portal::signed_in(|seen| {
        (seen.line == "GET /me").then(|| (200, json!({"confirmed": "confirmed", "security": {"lock": {"cause": "x", "until": "2001-01-01T00:00:00Z"}}})))
    })
    .await;
    let id = desk.import(&[sample(AKT)]).await;
    desk.sign(&[id]).await.unwrap();
}

/// Wants the password and a code for unlinking.
fn guarded(seen: &Seen) -> Option<(u16, Value)> {
    match seen.line.as_str() {
        "DELETE /me/organisations/10" if seen.step_up.as_deref() == Some("s") => Some((204, Value::Null)),
        "DELETE /me/organisations/10" => Some((
            403,
            json!({"code": "step-up-required", "stepUp": {
            "id": "s", "operation": "unlink", "title": "Открепление", "factors": ["sms"], "all": ["password", "sms"]}}),
        )),
        "POST /step-up/s/send" => Some((200, json!({"to": "+7 ••• 12", "resendAfterSeconds": 60}))),
        "POST /step-up/s/confirm" => Some(
            match (
                seen.body["factor"].as_str().unwrap(),
                seen.body["value"].as_str().unwrap(),
            ) {
                ("password", "Пароль-1") => (200, json!({"done": false, "remaining": ["sms"]})),
                ("sms", "1234") => (200, json!({"done": true, "remaining": []})),
                _ => (422, json!({"code": "factor-wrong", "attemptsLeft": 2})),
            },
        ),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_a_confirmation_leaves_everything_as_it_was() {
    let (desk, portal) = Portal::signed_in(guarded).await;
    desk.app.my_organisations(true).await.unwrap();
    let before = desk.actions().await;
    desk.person.confirms_with(&["Пароль-1"]);
    assert_eq!(code(desk.app.unlink_organisation("10").await), "app.cancelled");
    assert_eq!(desk.actions().await, before);
    assert_eq!(portal.asked("DELETE /me/organisations/10").len(), 1);
    assert_eq!(
        desk.app
            .my_organisations(false)
            .await
            .unwrap()
            .cards
            .iter()
            .filter(|card| card.oid.as_deref() == Some("10"))
            .count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_word_is_asked_again_with_the_attempts_left_and_then_the_call_goes_through() {
    let (desk, portal) = Portal::signed_in(guarded).await;
    desk.app.my_organisations(true).await.unwrap();
    desk.person.confirms_with(&["не тот", "Пароль-1", "0000", "1234"]);
    let outcome = desk.app.unlink_organisation("10").await.unwrap();
    assert!(outcome.done);
    let asked = desk.person.was_asked();
    let kinds: Vec<SecretKind> = asked.iter().map(|prompt| prompt.kind).collect();
    assert_eq!(
        kinds,
        [
            SecretKind::AccountPassword,
            SecretKind::AccountPassword,
            SecretKind::OneTimeCode,
            SecretKind::OneTimeCode
        ]
    );
    let again = asked[1].step_up.as_ref().unwrap();
    assert_eq!(
        (
            again.attempts_left,
            asked[1].error.as_ref().unwrap().code.as_str()
        ),
        (Some(2), "cabinet.refused.factor-wrong")
    );
    let sent = asked[2].step_up.as_ref().unwrap();
    assert_eq!(sent.sent_to.as_deref(), Some("+7 ••• 12"));
    assert!(sent.resend_at.is_some() && sent.others.is_empty());
    assert_eq!(portal.asked("POST /step-up/s/send").len(), 1);
    assert_eq!(desk.actions().await.last().unwrap(), "organisation-unlinked");
    let mine = desk.app.my_organisations(false).await.unwrap();
    assert!(mine.cards.iter().all(|card| card.oid.as_deref() != Some("10")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_of_confirming_is_chosen_and_a_code_sent_again_on_demand() {
    let (desk, portal) = Portal::signed_in(|seen| match seen.line.as_str() {
        "DELETE /me/devices/d" if seen.step_up.is_some() => Some((204, Value::Null)),
        "DELETE /me/devices/d" => Some((
            403,
            json!({"code": "step-up-required", "stepUp": {
            "id": "s", "operation": "x", "factors": ["sms", "email", "retina"]}}),
        )),
        "POST /step-up/s/send" => Some((200, json!({"to": "a•••@b.ru"}))),
        "POST /step-up/s/confirm" => Some((200, json!({"done": true}))),
        _ => None,
    })
    .await;
    desk.person.confirms_with(&["?email", "!", "1"]);
    desk.app.revoke_device("d").await.unwrap();
    let asked = desk.person.was_asked();
    assert_eq!(asked[0].kind, SecretKind::Factor);
    assert_eq!(asked[0].step_up.as_ref().unwrap().others, ["sms", "email"]);
    assert_eq!(asked[1].step_up.as_ref().unwrap().others, ["sms"]);
    let sent = portal.asked("POST /step-up/s/send");
    assert_eq!(sent.len(), 2);
    assert!(sent.iter().all(|one| one.body["channel"] == "email"));
    assert_eq!(portal.asked("POST /step-up/s/confirm")[0].body["factor"], "email");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_by_signature_shows_what_is_signed_and_nothing_else_is_signed() {
    for (text, is_signed) in [
        ("Завершить сеансы\nна устройстве «Ноутбук»", true),
        ("a\u{0}b", false),
    ] {
        let (desk, portal) = Portal::signed_in(move |seen| match seen.line.as_str() {
            "DELETE /me/devices/d" if seen.step_up.is_some() => Some((204, Value::Null)),
            "DELETE /me/devices/d" => Some((
                403,
                json!({"code": "step-up-required", "stepUp": {
                "id": "s", "operation": "x", "factors": ["token"], "bytesToSign": base64(text.as_bytes())}}),
            )),
            "POST /step-up/s/confirm" => Some((200, json!({"done": true}))),
            _ => None,
        })
        .await;
        let outcome = desk.app.revoke_device("d").await;
        let asked = desk.person.was_asked();
        if is_signed {
            outcome.unwrap();
            assert_eq!(
                asked[0].documents,
                ["Завершить сеансы", "на устройстве «Ноутбук»"]
            );
            let value = portal.asked("POST /step-up/s/confirm")[0].body["value"]
                .as_str()
                .unwrap()
                .to_owned();
            assert!(value.starts_with("MII"), "a CMS in Base64");
        } else {
            assert_eq!(code(outcome), "app.nothing-to-show");
            assert!(asked.is_empty() && portal.asked("POST /step-up/s/confirm").is_empty());
        }
    }
}

fn base64(bytes: &[u8]) -> String {
    use base64ct::Encoding;
    base64ct::Base64::encode_string(bytes)
}

#[tokio::test(flavor = "multi_thread")]
async fn open_applications_are_listed_and_nothing_is_lost() {
    let (desk, _portal) = Portal::signed_in(|seen| {
        (seen.line == "DELETE /me/organisations/10").then(|| {
            (
                409,
                json!({"code": "open-applications", "orders": [{"orderId": 7, "title": "Заявление"}]}),
            )
        })
    })
    .await;
    desk.app.my_organisations(true).await.unwrap();
    let outcome = desk.app.unlink_organisation("10").await.unwrap();
    assert!(!outcome.done);
    assert_eq!(
        (outcome.orders[0].order.as_str(), outcome.orders[0].title.as_str()),
        ("7", "Заявление")
    );
}

fn form() -> LinkForm {
    let text = |value: &str| value.to_owned();
    LinkForm {
        inn: text("7707083893"),
        ogrn: text("1027700132195"),
        kpp: text("773601001"),
        method: text("code"),
        role: text("director"),
        legal_address: text("г. Москва"),
        bank_account: text("40702810938000000008"),
        bik: text("044525225"),
        bank_name: text("Банк"),
        phone: text("+74951234567"),
        email: text("a@b.ru"),
        director_name: text("Иванов"),
        director_appointed: text("01.02.2020"),
        contact_name: text("Петров"),
        accept_terms: true,
        ..LinkForm::default()
    }
}

/// The form with an account whose control digit fits.
fn whole_form(desk: &Desk) -> LinkForm {
    (0..10)
        .map(|digit| LinkForm {
            bank_account: format!("40702810{digit}38000000008"),
            ..form()
        })
        .find(|form| desk.app.check_link(form).ready)
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_with_a_slip_never_leaves() {
    let (desk, portal) = Portal::signed_in(|_| None).await;
    let wrong = LinkForm {
        inn: "7707083894".to_owned(),
        ..whole_form(&desk)
    };
    assert_eq!(code(desk.app.request_link(wrong).await), "app.requisite");
    assert!(portal.asked("POST /links").is_empty());
    assert!(desk.app.my_organisations(false).await.unwrap().links.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn after_three_refusals_the_program_waits_by_itself() {
    let (desk, portal) = Portal::signed_in(|seen| {
        (seen.line == "POST /links").then(|| {
            (
                422,
                json!({"code": "requisites-mismatch", "fields": [{"name": "bik", "code": "differs"}]}),
            )
        })
    })
    .await;
    for _ in 0..3 {
        let error = desk.app.request_link(whole_form(&desk)).await.unwrap_err();
        assert_eq!(
            (error.code(), error.params()["fields"].as_str()),
            ("cabinet.refused.requisites-mismatch", "bik")
        );
    }
    assert_eq!(
        code(desk.app.request_link(whole_form(&desk)).await),
        "app.linking-paused"
    );
    assert_eq!(portal.asked("POST /links").len(), 3);
    let mine = desk.app.my_organisations(false).await.unwrap();
    assert_eq!(
        (mine.refusals, mine.linking_refused.unwrap().code.as_str()),
        (3, "app.linking-paused")
    );
    assert!(mine.links.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_answer_was_lost_is_found_again_after_a_start() {
    let stage = Arc::new(Mutex::new(0));
    let answers = stage.clone();
    let (desk, portal) = Portal::signed_in(move |seen| match seen.line.as_str() {
        "POST /links" => Some((502, Value::Null)),
        "GET /links" if *answers.lock().unwrap() == 1 => Some((200, json!([{"id": "l-9", "status": "awaiting-code", "method": "code",
            "organisation": {"inn": "7707083893", "shortName": "ПАО «Пример»"}, "code": {"to": "+7 ••• 12", "resendAfterSeconds": 60}}]))),
        _ => None,
    })
    .await;
    assert_eq!(
        code(desk.app.request_link(whole_form(&desk)).await),
        "portal.outcome-unknown"
    );
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    let kept = desk.app.my_organisations(false).await.unwrap().links;
    assert_eq!((kept.len(), kept[0].status.as_str()), (1, "unknown"));
    assert_eq!(kept[0].error.as_ref().unwrap().code, "portal.outcome-unknown");
    desk.sign_in().await.unwrap();
    *stage.lock().unwrap() = 1;
    let found = desk.app.my_organisations(true).await.unwrap().links;
    assert_eq!(
        (found[0].status.as_str(), found[0].number.as_deref()),
        ("awaiting-code", Some("l-9"))
    );
    assert_eq!(found[0].sent_to.as_deref(), Some("+7 ••• 12"));
    assert_eq!(portal.asked("POST /links").len(), 1, "nothing is sent twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_go_in_the_order_of_the_portal_and_a_code_ends_the_request() {
    let link = |status: &str| json!({"id": "l-1", "status": status, "method": "code", "organisation": {"inn": "7707083893"}});
    let (desk, portal) = Portal::signed_in(move |seen| match seen.line.as_str() {
        "POST /links" => Some((201, link("awaiting-code"))),
        "POST /links/l-1/code" if seen.body["code"] == "1234" => Some((200, link("active"))),
        "POST /links/l-1/code" => Some((422, json!({"code": "code-wrong", "attemptsLeft": 4}))),
        "POST /links/l-1/repeat" => Some((429, json!({"code": "too-often", "retryAfterSeconds": 50}))),
        "GET /links" => Some((200, json!([link("active")]))),
        _ => None,
    })
    .await;
    let letters = desk.import_letters(2).await;
    let document = |kind: &str, id: &String| FormDocument {
        kind: kind.to_owned(),
        document_id: id.clone(),
    };
    let form = LinkForm {
        documents: vec![
            document("registration", &letters[0]),
            document("charter", &letters[1]),
        ],
        ..whole_form(&desk)
    };
    let mine = desk.app.request_link(form).await.unwrap();
    let sent = &portal.asked("POST /links")[0].body;
    let kinds: Vec<&str> = sent["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["charter", "registration"]);
    assert_eq!(sent["documents"][0]["sha256"].as_str().unwrap().len(), 64);
    let id = mine.links[0].id.clone();
    desk.person.confirms_with(&["0000", "!", "1234"]);
    let mine = desk.app.confirm_link(&id).await.unwrap();
    assert_eq!(mine.links[0].status, "active");
    let asked = desk.person.was_asked();
    assert_eq!(asked[1].step_up.as_ref().unwrap().attempts_left, Some(4));
    assert_eq!(asked[2].error.as_ref().unwrap().code, "portal.rate-limited");
    assert!(desk.actions().await.contains(&"organisation-linked".to_owned()));
    assert!(desk.app.withdraw_link(&id).await.unwrap().links.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_joins_the_vault_and_the_portal_and_outlives_the_connection() {
    let (desk, _portal) = Portal::signed_in(|_| None).await;
    let mine = desk.app.my_organisations(true).await.unwrap();
    assert_eq!(mine.presence, CabinetPresence::Present);
    let here = mine.cards.iter().find(|card| card.current).unwrap();
    assert_eq!(here.inn, own(&desk));
    assert_eq!(here.certificate, kabinet_app::view::CertificateFit::Fit);
    let waiting = mine
        .cards
        .iter()
        .find(|card| card.oid.as_deref() == Some("77"))
        .unwrap();
    assert_eq!(waiting.status.as_deref(), Some("awaiting-director"));
    assert!(waiting.organisation_id.is_none() && waiting.unlink_refused.is_some());
    desk.app.sign_out().await.unwrap();
    let later = desk.app.my_organisations(true).await.unwrap();
    assert_eq!(later.error.unwrap().code, "app.not-signed-in");
    assert_eq!(later.cards, mine.cards);
}

#[tokio::test(flavor = "multi_thread")]
async fn notifications_are_fetched_once_kept_and_read_at_the_portal_too() {
    let (desk, portal) = Portal::signed_in(|seen| match seen.line.as_str() {
        "GET /notifications?limit=100" => Some((200, json!([
            {"id": "1", "kind": "news", "title": "Новости", "read": true},
            {"id": "2", "kind": "security", "title": "Вход с нового устройства", "important": true, "link": {"section": "devices"}}]))),
        "POST /notifications/2/read" => Some((204, Value::Null)),
        _ => None,
    })
    .await;
    assert_eq!(desk.app.state().await.standing.unwrap().alerts, 1);
    let feed = desk.app.notifications(true).await.unwrap();
    assert_eq!(
        (feed.items.len(), feed.unread, feed.items[0].id.as_str()),
        (2, 1, "2")
    );
    assert_eq!(portal.asked("GET /notifications?limit=100&after=2").len(), 1);
    let feed = desk.app.read_notification("2").await.unwrap();
    assert_eq!(feed.unread, 0);
    assert_eq!(desk.app.state().await.standing.unwrap().alerts, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_taken_out_of_the_vault_leaves_no_file_and_no_choice() {
    let desk = Desk::signed_in().await;
    let id = desk.signed_akt().await;
    let organisation = desk.app.state().await.organisation.unwrap().id;
    desk.app.back_up().await.unwrap();
    let file = desk
        .path("vault")
        .join("organisations")
        .join(format!("{organisation}.db"));
    assert!(file.exists());
    desk.app.set_hold(&id, Some("Проверка")).await.unwrap();
    assert_eq!(
        code(desk.app.remove_organisation(&organisation, false).await),
        "store.kept-hold"
    );
    desk.app.set_hold(&id, None).await.unwrap();
    let outcome = desk.app.remove_organisation(&organisation, false).await.unwrap();
    assert_eq!((outcome.backups_left, outcome.backups_cleaned), (1, 0));
    let left: Vec<_> = std::fs::read_dir(desk.path("vault").join("organisations"))
        .unwrap()
        .collect();
    assert!(left.is_empty(), "{left:?}");
    let state = desk.app.state().await;
    assert!(state.organisations.is_empty() && state.organisation.is_none());
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    assert!(desk.app.state().await.organisations.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_is_taken_out_of_backups_and_the_others_stay_in_them_whole() {
    let desk = Desk::signed_in().await;
    desk.signed_akt().await;
    let first = desk.app.state().await.organisation.unwrap().id;
    let second = NewOrganisation {
        name: "ПАО «Пример»".to_owned(),
        inn: "7707083893".to_owned(),
        ogrn: "1027700132195".to_owned(),
        kpp: Some("773601001".to_owned()),
        region: "45".to_owned(),
        api_key: None,
    };
    desk.app.add_organisation(second).await.unwrap();
    desk.app.back_up().await.unwrap();
    let outcome = desk.app.remove_organisation(&first, true).await.unwrap();
    assert_eq!((outcome.backups_left, outcome.backups_cleaned), (0, 1));
    let found = walk(&desk.path("vault"))
        .into_iter()
        .filter(|path| path.to_string_lossy().contains(&first))
        .count();
    assert_eq!(found, 0, "no file has its name");
    let backups = desk.app.backups().await.unwrap().backups;
    assert_eq!(backups.len(), 1);
    let checked = desk.app.verify_backup(&backups[0].id).await.unwrap();
    assert!(checked.failures.is_empty(), "{checked:?}");
    let state = desk.app.state().await;
    assert_eq!(state.organisations.len(), 1);
    assert_eq!(state.organisation.unwrap().inn, "7707083893");
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_signed_as_it_was_shown_and_a_foreign_certificate_keeps_it_open() {
    let refuses = Arc::new(Mutex::new(true));
    let answers = refuses.clone();
    let link = |status: &str| {
        json!({"id": "l-1", "status": status, "method": "signature", "organisation": {"inn": "7707083893"},
            "bytesToSign": base64("Привязать организацию\nИНН 7707083893".as_bytes())})
    };
    let (desk, portal) = Portal::signed_in(move |seen| match seen.line.as_str() {
        "POST /links" => Some((201, link("awaiting-signature"))),
        "GET /links/l-1" => Some((200, link("awaiting-signature"))),
        "GET /links" => Some((200, json!([link("active")]))),
        "POST /links/l-1/signature" if *answers.lock().unwrap() => {
            Some((422, json!({"code": "certificate-mismatch"})))
        }
        "POST /links/l-1/signature" => Some((200, link("active"))),
        _ => None,
    })
    .await;
    let form = LinkForm {
        method: "signature".to_owned(),
        ..whole_form(&desk)
    };
    let mine = desk.app.request_link(form).await.unwrap();
    let (id, certificate) = (
        mine.links[0].id.clone(),
        desk.stand.fingerprint("accountant").to_owned(),
    );
    assert_eq!(
        code(desk.app.sign_link(&id, &certificate).await),
        "cabinet.refused.certificate-mismatch"
    );
    let kept = desk.app.my_organisations(false).await.unwrap().links;
    assert_eq!(kept[0].status, "awaiting-signature");
    assert_eq!(
        kept[0].error.as_ref().unwrap().code,
        "cabinet.refused.certificate-mismatch"
    );
    *refuses.lock().unwrap() = false;
    desk.person.was_asked();
    let mine = desk.app.sign_link(&id, &certificate).await.unwrap();
    assert_eq!(mine.links[0].status, "active");
    assert_eq!(
        desk.person.was_asked()[0].documents,
        ["Привязать организацию", "ИНН 7707083893"]
    );
    let cms = &portal.asked("POST /links/l-1/signature")[1].body["cms"];
    assert!(cms.as_str().unwrap().starts_with("MII"));
    assert!(desk.actions().await.contains(&"organisation-linked".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_is_followed_from_the_application_through_questions_to_its_refusal() {
    let registration = |status: &str| {
        json!({"id": "r-1", "number": "Р-1", "status": status, "fullName": "ООО «Новый берег»", "expected": "2030-01-01",
            "missing": [{"kind": "decision", "title": "Решение"}], "reason": "Устав не читается",
            "corrections": [{"field": "documents", "text": "Приложить устав целиком"}],
            "clarifications": [{"id": "q", "text": "Вид деятельности?", "due": "2029-12-01", "answered": false}]})
    };
    let stage = Arc::new(Mutex::new("in-review"));
    let answers = stage.clone();
    let (desk, portal) = Portal::signed_in(move |seen| match seen.line.as_str() {
        "POST /registrations" => Some((201, registration("in-review"))),
        "GET /registrations" => Some((200, json!([registration(*answers.lock().unwrap())]))),
        "POST /registrations/r-1/refresh" | "POST /registrations/r-1/clarifications/q" => {
            Some((200, registration("in-review")))
        }
        "GET /registrations/r-1/confirmation" => Some((409, json!({"code": "not-registered"}))),
        _ => None,
    })
    .await;
    assert_eq!(
        code(
            desk.app
                .register_organisation(LinkForm {
                    accept_terms: true,
                    ..LinkForm::default()
                })
                .await
        ),
        "app.requisite"
    );
    assert!(portal.asked("POST /registrations").is_empty());
    let form = LinkForm {
        name: "ООО «Новый берег»".to_owned(),
        ownership_form: "16".to_owned(),
        organisation_type: "ООО".to_owned(),
        activity_aims: "Торговля".to_owned(),
        ..whole_form(&desk)
    };
    let all = desk.app.register_organisation(form).await.unwrap();
    assert_eq!(
        (all[0].status.as_str(), all[0].expected.as_deref()),
        ("in-review", Some("2030-01-01"))
    );
    assert_eq!(
        (all[0].missing.as_slice(), all[0].clarifications[0].due.as_deref()),
        (&["Решение".to_owned()][..], Some("2029-12-01"))
    );
    assert_eq!(
        portal.asked("POST /registrations")[0].body["legalAddress"],
        "г. Москва"
    );
    desk.app
        .clarify_registration("r-1", "q", " Торговля ")
        .await
        .unwrap();
    assert_eq!(
        portal.asked("POST /registrations/r-1/clarifications/q")[0].body,
        json!({"text": "Торговля"})
    );
    let target = desk.path("confirmation.zip");
    assert_eq!(
        code(desk.app.save_confirmation("r-1", &target).await),
        "cabinet.refused.not-registered"
    );
    assert!(!target.exists());
    *stage.lock().unwrap() = "refused";
    let all = desk.app.refresh_registration("r-1").await.unwrap();
    assert_eq!(
        (all[0].reason.as_deref(), all[0].corrections.as_slice()),
        (
            Some("Устав не читается"),
            &["Приложить устав целиком".to_owned()][..]
        )
    );
}
