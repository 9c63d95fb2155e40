//! The portal's cabinet API as the program meets it: a portal without it, one that refuses, one that wants confirmations.

mod employees;
mod links;
mod organisations;
mod poa;
mod poa_form;
mod poa_register;
mod representative;
mod services;
mod standing;
mod step_up;
mod subscriptions;
mod under;

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
        // A string is the bytes of a file.
        Body::from(body.as_str().map_or_else(|| body.to_string(), str::to_owned)),
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

fn base64(bytes: &[u8]) -> String {
    use base64ct::Encoding;
    base64ct::Base64::encode_string(bytes)
}
