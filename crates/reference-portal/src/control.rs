//! The control API of demo and tests, on the operator's port: settings, faults, orders, revocation.

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::authority::RevocationReason;
use crate::clock;
use crate::demo::CertificateRole;
use crate::faults::{Fault, InjectedFault};
use crate::lifecycle;
use crate::seed;
use crate::settings::{Outcome, Settings};
use crate::store::StoreError;
use crate::trust_list::{Accreditation, Flaw};
use crate::world::{World, WorldError};

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/control/demo", get(demo))
        .route("/control/settings", get(settings).patch(change_settings))
        .route(
            "/control/faults",
            get(faults).post(add_fault).delete(clear_faults),
        )
        .route("/control/faults/injected", get(injected_faults))
        .route("/control/requests", get(requests).delete(clear_requests))
        .route("/control/orders", get(orders))
        .route("/control/orders/{order}", get(order))
        .route("/control/orders/{order}/outcome", post(set_outcome))
        .route("/control/orders/{order}/advance", post(advance))
        .route("/control/orders/{order}/results", post(replace_result))
        .route("/control/trust-list", post(publish_list))
        .route("/control/revoke", post(revoke))
        .route("/control/reset", post(reset))
        .merge(crate::cabinet::operator::router())
        .merge(crate::esia::control_router())
        .merge(crate::goskey::router())
        .merge(crate::poa::router())
        .merge(crate::epgu::mail::operator_router())
        .merge(seed::router())
}

/// What the control API answers instead of a success.
pub(crate) enum Refused {
    BadRequest(String),
    NotFound,
    Internal(WorldError),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}

impl From<WorldError> for Refused {
    fn from(error: WorldError) -> Self {
        Self::Internal(error)
    }
}

impl From<JsonRejection> for Refused {
    fn from(error: JsonRejection) -> Self {
        Self::BadRequest(error.body_text())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::BadRequest(message) => {
                (StatusCode::BAD_REQUEST, Json(json!({"message": message}))).into_response()
            }
            Self::NotFound => StatusCode::NOT_FOUND.into_response(),
            Self::Internal(error) => error.into_response(),
        }
    }
}

async fn demo(State(world): State<Arc<World>>) -> Json<Value> {
    Json(json!(world.index))
}

async fn settings(State(world): State<Arc<World>>) -> Json<Settings> {
    Json(world.settings())
}

async fn change_settings(
    State(world): State<Arc<World>>,
    patch: Result<Json<serde_json::Map<String, Value>>, JsonRejection>,
) -> Result<Json<Settings>, Refused> {
    let changed = world
        .settings()
        .patched(patch?.0)
        .map_err(|error| Refused::BadRequest(error.to_string()))?;
    world.set_settings(changed.clone());
    lifecycle::reschedule(&world)?;
    Ok(Json(changed))
}

async fn faults(State(world): State<Arc<World>>) -> Json<Vec<Fault>> {
    Json(world.faults.pending())
}

async fn add_fault(
    State(world): State<Arc<World>>,
    fault: Result<Json<Fault>, JsonRejection>,
) -> Result<StatusCode, Refused> {
    world.faults.add(fault?.0);
    Ok(StatusCode::NO_CONTENT)
}

async fn injected_faults(State(world): State<Arc<World>>) -> Json<Vec<InjectedFault>> {
    Json(world.faults.injected())
}

async fn clear_faults(State(world): State<Arc<World>>) -> StatusCode {
    world.faults.clear();
    StatusCode::NO_CONTENT
}

async fn requests(State(world): State<Arc<World>>) -> Json<Value> {
    Json(json!(world.log.all()))
}

async fn clear_requests(State(world): State<Arc<World>>) -> StatusCode {
    world.log.clear();
    StatusCode::NO_CONTENT
}

async fn orders(State(world): State<Arc<World>>) -> Result<Json<Vec<Value>>, Refused> {
    let all = world.store.all_orders()?;
    let described = all.iter().map(|order| describe(&world, order.id));
    Ok(Json(described.collect::<Result<_, _>>()?))
}

async fn order(State(world): State<Arc<World>>, Path(id): Path<i64>) -> Result<Json<Value>, Refused> {
    Ok(Json(describe(&world, id)?))
}

fn describe(world: &World, id: i64) -> Result<Value, Refused> {
    // The history first: both change at once, so an order read later is never older than an end that was seen.
    let history = world.store.history(id)?;
    let order = world.store.order(id)?.ok_or(Refused::NotFound)?;
    let entries: Vec<Value> = history
        .iter()
        .map(|h| {
            json!({
                "id": h.id,
                "at": clock::list_format(h.at_ms),
                "code": h.code,
                "status_id": h.status_id,
                "title": h.title,
                "comment": h.comment,
                "final": h.is_final,
            })
        })
        .collect();
    let files = world.store.files(order.id)?;
    let results = world.store.results(order.id)?;
    Ok(json!({
        "id": order.id,
        "service": order.service,
        "region": order.region,
        "organisation": world.organisation_by_oid(order.org_oid).map(|o| &o.id),
        "employee": world.employee_by_oid(order.person_oid).map(|e| &e.id),
        "reserved": order.reserved,
        "draft": order.is_draft(),
        "code": order.code,
        "message": order.message,
        "status_id": history.iter().rev().find_map(|h| h.status_id),
        "final": history.last().is_some_and(|h| h.is_final),
        "outcome": order.outcome,
        "pushes": order.pushes,
        "push_requests": order.push_requests,
        "archive_sha256": order.archive_sha256,
        "upload": order.upload_started_ms.map(|at| json!({
            "started": clock::list_format(at),
            "chunks": order.upload_chunks,
        })),
        "files": files.iter().map(|f| json!({"name": f.name, "size": f.size, "sha256": f.sha256})).collect::<Vec<_>>(),
        "results": results.iter().map(|r| &r.name).collect::<Vec<_>>(),
        "created": clock::list_format(order.created_ms),
        "updated": clock::list_format(order.updated_ms),
        "history": entries,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutcomeRequest {
    outcome: Outcome,
}

async fn set_outcome(
    State(world): State<Arc<World>>,
    Path(id): Path<i64>,
    request: Result<Json<OutcomeRequest>, JsonRejection>,
) -> Result<StatusCode, Refused> {
    if world.store.set_outcome(id, &request?.0.outcome)? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refused::NotFound)
    }
}

async fn advance(State(world): State<Arc<World>>, Path(id): Path<i64>) -> Result<Json<Value>, Refused> {
    let order = world.store.order(id)?.ok_or(Refused::NotFound)?;
    lifecycle::move_on(&world, &order)?;
    Ok(Json(describe(&world, id)?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResultRequest {
    /// File name of a result of the order.
    name: String,
    /// What the file holds from now on.
    text: String,
}

/// Changes a result, as an authority does that mends its answer.
async fn replace_result(
    State(world): State<Arc<World>>,
    Path(id): Path<i64>,
    request: Result<Json<ResultRequest>, JsonRejection>,
) -> Result<StatusCode, Refused> {
    let ResultRequest { name, text } = request?.0;
    let mut results = world.store.results(id)?;
    let result = results.iter_mut().find(|result| result.name == name);
    result.ok_or(Refused::NotFound)?.content = text.into_bytes();
    world.store.set_results(id, &results)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListRequest {
    /// The next one if absent.
    version: Option<u64>,
    /// What becomes of the demo authority's accreditation.
    status: Option<Accreditation>,
    /// Since when, RFC 3339; now if absent.
    #[serde(default, with = "time::serde::rfc3339::option")]
    since: Option<OffsetDateTime>,
    /// What is wrong with the list.
    flaw: Option<Flaw>,
}

async fn publish_list(
    State(world): State<Arc<World>>,
    request: Result<Json<ListRequest>, JsonRejection>,
) -> Result<Json<Value>, Refused> {
    let ListRequest {
        version,
        status,
        since,
        flaw,
    } = request?.0;
    let status = status.map(|status| (since.unwrap_or_else(|| world.now()), status));
    let version = world
        .publish_list(version, status, flaw)?
        .ok_or(Refused::NotFound)?;
    Ok(Json(json!({ "version": version })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RevokeRequest {
    /// Hex, any case.
    serial: String,
    #[serde(default)]
    reason: RevocationReason,
}

async fn revoke(
    State(world): State<Arc<World>>,
    request: Result<Json<RevokeRequest>, JsonRejection>,
) -> Result<StatusCode, Refused> {
    let RevokeRequest { serial, reason } = request?.0;
    let serial = serial.to_lowercase();
    let is_ours = |role| {
        !matches!(
            role,
            CertificateRole::Root | CertificateRole::Untrusted | CertificateRole::Authority
        )
    };
    if !world
        .index
        .certificates
        .iter()
        .any(|c| c.serial == serial && is_ours(c.role))
    {
        return Err(Refused::NotFound);
    }
    world.store.revoke(&serial, world.now_ms(), reason)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn reset(State(world): State<Arc<World>>) -> Result<StatusCode, Refused> {
    world.reset()?;
    Ok(StatusCode::NO_CONTENT)
}
