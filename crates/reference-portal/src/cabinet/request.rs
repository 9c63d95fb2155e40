//! What a call brings along: its caller, a strictly read body, a strictly read query.

use std::sync::Arc;

use axum::body::Body as HttpBody;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use bytes::BytesMut;
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::access::{self, Membership};
use super::refusal::{Code, Refusal};
use crate::demo::Employee;
use crate::esia;
use crate::world::World;

/// Octets of a body: a detached signature with its chain fits many times.
const BODY_LIMIT: usize = 256 * 1024;
/// Octets of a body that is a file.
const FILE_LIMIT: usize = super::files::FILE_LIMIT;
/// Octets of a body with a power of attorney and its signature, in Base64.
const DEED_LIMIT: usize = 1536 * 1024;
/// Octets of a body with a file for a colleague, in Base64.
const HAND_OVER_LIMIT: usize = 28 * 1024 * 1024;
/// Octets that are read of a body that is too large, so that its sender can read the answer.
const DRAIN_LIMIT: usize = 16 * 1024 * 1024;

/// Octets a body at this path may have.
fn body_limit(method: &Method, path: &str) -> usize {
    if *method == Method::PUT && path.contains("/files/") {
        FILE_LIMIT
    } else if path.ends_with("/hand-overs") {
        HAND_OVER_LIMIT
    } else if path.ends_with("/poa/registrations") || path.ends_with("/poa/revocations") {
        DEED_LIMIT
    } else {
        BODY_LIMIT
    }
}

/// Who calls: always a person, perhaps for an organisation.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// oid of the person.
    pub(crate) person: i64,
    /// oid of the organisation the token is for.
    pub(crate) organisation: Option<i64>,
    /// Name of the session the token belongs to.
    pub(crate) session: String,
}

impl FromRequestParts<Arc<World>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, world: &Arc<World>) -> Result<Self, Refusal> {
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or(Code::Unauthorised)?;
        let claims = esia::access(world, token.trim()).map_err(|_| Code::Unauthorised)?;
        world
            .limits
            .admit(&claims.client_id, &world.settings())
            .map_err(|spent| {
                let ms = i64::try_from(spent.retry_after_s).unwrap_or(60) * 1000;
                Refusal::new(Code::TooManyRequests).retry_after_ms(ms)
            })?;
        let caller = Self {
            // A system's own token names nobody.
            person: claims.person_oid.ok_or(Code::Unauthorised)?,
            organisation: claims.org_oid,
            session: claims.session,
        };
        // An account that is gone cannot act.
        caller.employee(world).map(|_| caller.clone())
    }
}

impl Caller {
    /// The person behind the call.
    pub(crate) fn employee<'w>(&self, world: &'w World) -> Result<&'w Employee, Refusal> {
        world
            .employee_by_oid(self.person)
            .ok_or(Refusal::new(Code::Unauthorised))
    }

    /// The caller's place in an organisation.
    pub(crate) fn membership(&self, world: &World, organisation: i64) -> Result<Membership, Refusal> {
        access::membership(world, self.person, organisation)?
            .filter(Membership::is_active)
            .ok_or(Refusal::new(Code::OrganisationNotFound))
    }

    /// Demands a permission in an organisation; a refusal is recorded.
    pub(crate) fn require(
        &self,
        world: &World,
        organisation: i64,
        permission: &str,
        operation: &str,
    ) -> Result<Membership, Refusal> {
        let membership = self.membership(world, organisation)?;
        access::require(world, &membership, permission, operation)?;
        Ok(membership)
    }
}

/// A JSON body: `application/json`, bounded, without members nobody knows.
#[derive(Debug)]
pub(crate) struct Body<T> {
    pub(crate) value: T,
    /// Of the octets as they came.
    pub(crate) digest: [u8; 32],
}

impl<T: DeserializeOwned> FromRequest<Arc<World>> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request<HttpBody>, _: &Arc<World>) -> Result<Self, Refusal> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(Code::UnsupportedMediaType.into());
        }
        let limit = body_limit(request.method(), request.uri().path());
        let bytes = axum::body::to_bytes(request.into_body(), limit)
            .await
            .map_err(|_| Code::TooLarge)?;
        Ok(Self {
            value: serde_json::from_slice(&bytes).map_err(Refusal::bad)?,
            digest: Sha256::digest(&bytes).into(),
        })
    }
}

/// Reads the body before anything is answered: a connection closed over an unread body would lose the answer.
pub(crate) async fn take_body(request: Request<HttpBody>, next: Next) -> Response {
    let (parts, mut body) = request.into_parts();
    let limit = body_limit(&parts.method, parts.uri.path());
    let mut taken = BytesMut::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            return Refusal::bad("тело запроса оборвалось").into_response();
        };
        let Ok(data) = frame.into_data() else { continue };
        length += data.len();
        if length <= limit {
            taken.extend_from_slice(&data);
        }
        if length > limit + DRAIN_LIMIT {
            break;
        }
    }
    if length > limit {
        return Refusal::new(Code::TooLarge).into_response();
    }
    next.run(Request::from_parts(parts, HttpBody::from(taken.freeze())))
        .await
}

/// A query without parameters nobody knows.
#[derive(Debug)]
pub(crate) struct Parameters<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Arc<World>> for Parameters<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<World>) -> Result<Self, Refusal> {
        let query = Query::<T>::try_from_uri(&parts.uri).map_err(|error| Refusal::bad(error.body_text()))?;
        Ok(Self(query.0))
    }
}
