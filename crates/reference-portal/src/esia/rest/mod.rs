//! `/rs/…`: persons and organisations, each member only where its scope was granted (section 2.7 of our notes).

mod organisation;
mod person;

use std::sync::Arc;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha1::Digest as _;

use super::{AccessClaims, access};
use crate::demo::Employee;
use crate::world::World;

pub(super) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/rs/prns/{oid}", get(person::person))
        .route("/rs/prns/{oid}/ctts", get(person::contacts))
        .route("/rs/prns/{oid}/docs", get(person::documents))
        .route("/rs/prns/{oid}/addrs", get(person::addresses))
        .route("/rs/prns/{oid}/orgs", get(person::organisations))
        .route("/rs/prns/{oid}/roles", get(person::roles))
        .route("/rs/orgs/{oid}", get(organisation::organisation))
        .route("/rs/orgs/{oid}/ctts", get(organisation::contacts))
        .route("/rs/orgs/{oid}/addrs", get(organisation::addresses))
        .route("/rs/orgs/{oid}/emps", get(organisation::employees))
        .route("/rs/orgs/{oid}/emps/{person}/grps", get(organisation::groups))
}

/// `{code, message}` of these methods.
pub(super) enum RestRefusal {
    Unauthorised,
    ScopeNotAllowed,
    NotFound,
}

impl IntoResponse for RestRefusal {
    fn into_response(self) -> Response {
        let (status, code, message) = match self {
            Self::Unauthorised => (
                StatusCode::UNAUTHORIZED,
                "ESIA-005004",
                "Маркер доступа не передан, не распознан или больше не действует",
            ),
            Self::ScopeNotAllowed => (
                StatusCode::FORBIDDEN,
                "ESIA-005029",
                "Область доступа не разрешена",
            ),
            Self::NotFound => (StatusCode::NOT_FOUND, "ESIA-005018", "Объект не найден"),
        };
        (status, Json(json!({"code": code, "message": message}))).into_response()
    }
}

/// Who asks.
pub(super) struct Bearer(pub(super) AccessClaims);

impl FromRequestParts<Arc<World>> for Bearer {
    type Rejection = RestRefusal;

    async fn from_request_parts(parts: &mut Parts, world: &Arc<World>) -> Result<Self, RestRefusal> {
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or(RestRefusal::Unauthorised)?;
        access(world, token.trim())
            .map(Self)
            .map_err(|_| RestRefusal::Unauthorised)
    }
}

impl Bearer {
    /// The person of this number, if it is the one who asks and a scope allows it.
    fn person<'w>(&self, world: &'w World, oid: u64, scopes: &[&str]) -> Result<&'w Employee, RestRefusal> {
        if self.0.person_oid != i64::try_from(oid).ok() || !scopes.iter().any(|name| self.0.has_scope(name)) {
            return Err(RestRefusal::ScopeNotAllowed);
        }
        world
            .index
            .employees
            .iter()
            .find(|e| e.oid == oid)
            .ok_or(RestRefusal::NotFound)
    }
}

#[derive(Deserialize)]
pub(super) struct Embed {
    embed: Option<String>,
}

impl Embed {
    fn elements(&self) -> bool {
        self.embed
            .as_deref()
            .is_some_and(|text| text.contains("elements"))
    }

    fn persons(&self) -> bool {
        self.embed
            .as_deref()
            .is_some_and(|text| text.contains("elements.person"))
    }
}

type Embedding = Query<Embed>;

/// A single object: what tells it apart, and a tag of its content.
fn object(mut members: Map<String, Value>) -> Value {
    let tag = e_tag(&Value::Object(members.clone()));
    members.insert("stateFacts".into(), json!(["Identifiable"]));
    members.insert("eTag".into(), tag.into());
    Value::Object(members)
}

/// A collection: addresses of the elements, or the elements themselves.
fn collection(elements: Vec<Value>) -> Json<Value> {
    let tag = e_tag(&Value::Array(elements.clone()));
    Json(json!({"stateFacts": ["hasSize"], "size": elements.len(), "eTag": tag, "elements": elements}))
}

/// Elements embedded, or their addresses below `base`.
fn listed(elements: Vec<Map<String, Value>>, embedded: bool, base: &str) -> Json<Value> {
    let each = elements.into_iter().map(|members| {
        let id = members.get("id").map(ToString::to_string).unwrap_or_default();
        if embedded {
            object(members)
        } else {
            format!("{base}/{id}").into()
        }
    });
    collection(each.collect())
}

/// 40 hex digits, upper-case.
fn e_tag(value: &Value) -> String {
    hex::encode_upper(sha1::Sha1::digest(value.to_string()))
}

/// Members from pairs; null ones are left out.
fn members<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
