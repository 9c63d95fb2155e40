//! What an operator sees and steers of the cabinet, under `/control/`.

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::access::{self, LinkStatus, Membership, OwnRole, RefusedAction};
use super::inspections;
use super::licences::Licence;
use super::notifications::{self, Kind, Link};
use super::registrations::{self, RegistrationOutcome};
use super::registry::Entry;
use super::representative;
use super::time_format::rfc3339;
use crate::clock;
use crate::control::Refused;
use crate::store::Record as _;
use crate::world::World;

/// Routes to be put on the operator's port, behind its check of the host name.
pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/control/registry", get(registry))
        .route("/control/notifications", post(notify))
        .route("/control/refusals", get(refusals))
        .route("/control/inspections", post(add_inspection))
        .route("/control/registrations/{id}/outcome", post(registration_outcome))
        .route("/control/roles", post(add_role))
        .route("/control/memberships", post(set_membership))
        .route("/control/licences", post(give_licence))
        .route("/control/representatives", post(set_representative))
}

#[derive(Deserialize)]
struct RegistryQuery {
    #[serde(default)]
    query: String,
    limit: Option<usize>,
}

async fn registry(State(world): State<Arc<World>>, Query(query): Query<RegistryQuery>) -> Json<Vec<Entry>> {
    let found = world.registry.search(&query.query);
    Json(found.take(query.limit.unwrap_or(50)).cloned().collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NotifyRequest {
    /// `id` of an employee in `demo.json`; everybody, if absent.
    employee: Option<String>,
    kind: Kind,
    title: String,
    text: String,
    link: Option<Link>,
    #[serde(default)]
    important: bool,
}

async fn notify(
    State(world): State<Arc<World>>,
    request: Result<Json<NotifyRequest>, JsonRejection>,
) -> Result<StatusCode, Refused> {
    let request = request?.0;
    let chosen = world
        .index
        .employees
        .iter()
        .filter(|e| request.employee.as_ref().is_none_or(|wanted| e.id == *wanted));
    let mut told = 0;
    for employee in chosen {
        let person = i64::try_from(employee.oid).unwrap_or_default();
        let (kind, link) = (request.kind, request.link.clone());
        notifications::add(
            &world,
            person,
            kind,
            &request.title,
            &request.text,
            link,
            request.important,
        )?;
        told += 1;
    }
    if told == 0 {
        return Err(Refused::NotFound);
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn add_inspection(
    State(world): State<Arc<World>>,
    request: Result<Json<inspections::Described>, JsonRejection>,
) -> Result<Json<Value>, Refused> {
    let id = inspections::add(&world, request?.0)?;
    Ok(Json(json!({ "id": id })))
}

async fn refusals(State(world): State<Arc<World>>) -> Result<Json<Vec<Value>>, Refused> {
    let all = world.store.records::<RefusedAction>()?;
    Ok(Json(
        all.iter()
            .map(|refused| {
                json!({
                    "at": rfc3339(refused.at_ms),
                    "employee": world.employee_by_oid(refused.person).map(|e| &e.id),
                    "organisation": refused.organisation,
                    "role": refused.role,
                    "permission": refused.permission,
                    "operation": refused.operation,
                })
            })
            .collect(),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutcomeRequest {
    outcome: RegistrationOutcome,
}

async fn registration_outcome(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    request: Result<Json<OutcomeRequest>, JsonRejection>,
) -> Result<StatusCode, Refused> {
    if registrations::set_outcome(&world, &id, request?.0.outcome)? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refused::NotFound)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleRequest {
    /// oid of the organisation.
    organisation: i64,
    code: String,
    title: String,
    granted: Vec<String>,
}

async fn add_role(
    State(world): State<Arc<World>>,
    request: Result<Json<RoleRequest>, JsonRejection>,
) -> Result<StatusCode, Refused> {
    let role = request?.0;
    if access::is_role(&role.code) {
        return Err(Refused::BadRequest(format!("{} is a built-in role", role.code)));
    }
    let unknown = role
        .granted
        .iter()
        .find(|code| !access::permissions().iter().any(|p| p.code == **code));
    if let Some(unknown) = unknown {
        return Err(Refused::BadRequest(format!("no permission {unknown}")));
    }
    world.store.put_record(&OwnRole {
        organisation: role.organisation,
        code: role.code,
        title: role.title,
        granted: role.granted,
        removed: false,
    })?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MembershipRequest {
    /// `id` of an employee in `demo.json`.
    employee: String,
    /// oid of the organisation.
    organisation: i64,
    role: String,
    #[serde(default = "enabled")]
    enabled: bool,
}

fn enabled() -> bool {
    true
}

async fn set_membership(
    State(world): State<Arc<World>>,
    request: Result<Json<MembershipRequest>, JsonRejection>,
) -> Result<StatusCode, Refused> {
    let request = request?.0;
    let employee = world.index.employee(&request.employee).ok_or(Refused::NotFound)?;
    let entry = world
        .registry
        .by_oid(request.organisation)
        .ok_or(Refused::NotFound)?;
    world.store.put_record(&Membership {
        person: i64::try_from(employee.oid).unwrap_or_default(),
        organisation: request.organisation,
        chief: request.role == "director" && entry.is_headed_by(employee),
        role: request.role,
        enabled: request.enabled,
        status: LinkStatus::Active,
        since_ms: clock::now_ms(),
    })?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LicenceRequest {
    /// oid of the organisation.
    organisation: i64,
    /// Code of a service that gives licences.
    service: String,
    /// A licence of this number is replaced.
    number: Option<String>,
    ends_in_days: i64,
}

async fn give_licence(
    State(world): State<Arc<World>>,
    request: Result<Json<LicenceRequest>, JsonRejection>,
) -> Result<Json<Value>, Refused> {
    let request = request?.0;
    if world.registry.by_oid(request.organisation).is_none() {
        return Err(Refused::NotFound);
    }
    if !(-36_500..=36_500).contains(&request.ends_in_days) {
        return Err(Refused::BadRequest("endsInDays: within a hundred years".into()));
    }
    let licence = Licence::made(
        request.organisation,
        &request.service,
        request.number,
        request.ends_in_days,
    )
    .ok_or_else(|| Refused::BadRequest(format!("{} gives no licences", request.service)))?;
    world.store.put_record(&licence)?;
    Ok(Json(json!({ "number": licence.id() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RepresentativeRequest {
    /// `id` of an employee in `demo.json`.
    employee: String,
    /// oid of the organisation.
    organisation: i64,
    status: representative::Status,
    /// What a check that is under way, or comes next, ends with; one that finds nothing succeeds.
    finding: Option<representative::Finding>,
}

async fn set_representative(
    State(world): State<Arc<World>>,
    request: Result<Json<RepresentativeRequest>, JsonRejection>,
) -> Result<StatusCode, Refused> {
    let request = request?.0;
    let employee = world.index.employee(&request.employee).ok_or(Refused::NotFound)?;
    let person = i64::try_from(employee.oid).unwrap_or_default();
    if access::membership(&world, person, request.organisation)?.is_none() {
        return Err(Refused::NotFound);
    }
    representative::set(
        &world,
        person,
        request.organisation,
        request.status,
        request.finding,
    )?;
    Ok(StatusCode::NO_CONTENT)
}
