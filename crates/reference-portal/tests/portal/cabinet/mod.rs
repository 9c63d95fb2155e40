//! The cabinet API as a client meets it.

mod catalogue;
mod document;
mod employees;
mod files;
mod inspections;
mod licences;
mod links;
mod notifications;
mod organisations;
mod registrations;
mod representative;
mod requests;
mod step_up;
mod subscriptions;

use reqwest::Method;
use reqwest::blocking::{RequestBuilder, Response};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::stand::Stand;

/// The calls of a cabinet client.
pub struct Cabinet<'s> {
    pub stand: &'s Stand,
    pub token: String,
}

impl<'s> Cabinet<'s> {
    pub fn of(stand: &'s Stand, employee: &str) -> Self {
        Self {
            stand,
            token: stand.token(employee),
        }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let address = format!("{}/api/cabinet/v1{path}", self.stand.portal.urls.epgu);
        self.stand.http.request(method, address).bearer_auth(&self.token)
    }

    pub fn get(&self, path: &str) -> Value {
        let answer = self.request(Method::GET, path).send().unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().unwrap()
    }

    pub fn post(&self, path: &str, body: &Value) -> Response {
        self.request(Method::POST, path).json(body).send().unwrap()
    }

    /// Posts, and expects this status.
    pub fn posted(&self, path: &str, body: &Value, status: u16) -> Value {
        let answer = self.post(path, body);
        let seen = answer.status();
        let text = answer.text().unwrap();
        assert_eq!(seen, status, "{path}: {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Posts, and expects this refusal.
    pub fn refused(&self, path: &str, body: &Value, status: u16, code: &str) -> Value {
        let problem = self.posted(path, body, status);
        assert_eq!(problem["code"], code, "{problem}");
        assert!(problem["message"].as_str().is_some_and(|m| !m.is_empty()));
        assert!(problem["support"].is_string());
        problem
    }

    /// Puts a file, and answers the reference to it.
    pub fn put_document(&self, kind: &str, content: &[u8]) -> Value {
        let sha256 = hex::encode(Sha256::digest(content));
        let answer = self.put_file(&sha256, content);
        assert!(answer.status().is_success(), "{}", answer.status());
        json!({"kind": kind, "name": format!("{kind}.pdf"), "sha256": sha256})
    }

    pub fn put_file(&self, sha256: &str, content: &[u8]) -> Response {
        let request = self.request(Method::PUT, &format!("/files/{sha256}"));
        let request = request.header("content-type", "application/octet-stream");
        request.body(content.to_vec()).send().unwrap()
    }

    pub fn delete(&self, path: &str) -> Response {
        self.request(Method::DELETE, path).send().unwrap()
    }

    pub fn delete_confirmed(&self, path: &str, step_up: &str) -> Response {
        let request = self.request(Method::DELETE, path).header("X-Step-Up", step_up);
        request.send().unwrap()
    }

    /// The newest code that was sent, to whomever.
    pub fn last_code(&self) -> String {
        let sent = self.stand.control("/outgoing");
        let mut codes = sent.as_array().unwrap().iter().filter_map(|m| m["code"].as_str());
        codes.next_back().unwrap().to_owned()
    }

    /// The first entry the registry finds.
    pub fn registered(&self, query: &str) -> Value {
        self.stand.control(&format!("/registry?query={query}&limit=1"))[0].clone()
    }

    /// The caller's organisation with this ИНН, or null.
    pub fn organisation(&self, inn: &Value) -> Value {
        let all = self.get("/me/organisations");
        let found = all.as_array().unwrap().iter().find(|o| o["inn"] == *inn);
        found.cloned().unwrap_or(Value::Null)
    }

    /// oid of the demo organisation.
    pub fn romashka(&self) -> String {
        let organisation = self.stand.portal.demo.organisation("romashka").unwrap();
        organisation.oid.to_string()
    }
}

/// A complete link request for an entry of the registry.
pub fn link_request(entry: &Value, method: &str) -> Value {
    let head = &entry["head"];
    let name = format!(
        "{} {}",
        head["surname"].as_str().unwrap(),
        head["givenName"].as_str().unwrap()
    );
    let mut request = json!({
        "inn": entry["inn"],
        "ogrn": entry["ogrn"],
        "method": method,
        "representative": {"role": "director"},
        "requisites": {
            "legalAddress": entry["legalAddress"],
            "bankAccount": entry["bankAccount"],
            "bik": entry["bic"],
            "bankName": entry["bankName"],
            "phone": entry["phone"],
            "email": entry["email"],
            "directorName": name,
            "directorAppointed": entry["head"]["appointed"],
            "contactName": name,
        },
        "acceptTerms": true,
    });
    if entry["kpp"].is_string() {
        request["kpp"] = entry["kpp"].clone();
    }
    request
}
