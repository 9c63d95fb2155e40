//! The caller's organisations, permissions in them, and leaving one.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::access::{self, Grant, LinkStatus, Membership, RoleView, permission};
use super::links::Link;
use super::notifications::{self, Kind as NotificationKind};
use super::refusal::{Code, OpenOrder, Refusal};
use super::registry::Kind;
use super::request::Caller;
use super::responses::{Common, Written};
use super::step_up::Confirmation;
use super::time_format::rfc3339;
use crate::services;
use crate::world::World;

/// How a person is connected with an organisation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OrganisationLink)]
pub(crate) struct LinkState {
    status: LinkStatus,
    #[schema(format = DateTime)]
    since: String,
    /// `id` of the link, while it is not active yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    request_id: Option<String>,
}

/// An organisation the caller acts for, or asked to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Organisation)]
pub(crate) struct OrganisationView {
    oid: String,
    short_name: String,
    full_name: String,
    inn: String,
    ogrn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    kpp: Option<String>,
    kind: Kind,
    role: RoleView,
    /// Whether the caller is the head.
    chief: bool,
    /// Whether the caller administers the profile.
    admin: bool,
    /// False for an employee the organisation blocked.
    active: bool,
    link: LinkState,
    /// Codes of what is granted.
    permissions: Vec<String>,
}

/// The caller's organisations: linked ones, and those a request is open for.
#[utoipa::path(
    get, path = "/me/organisations", tag = "organisations",
    responses((status = 200, body = Vec<OrganisationView>), Common)
)]
pub(crate) async fn list(
    State(world): State<Arc<World>>,
    caller: Caller,
) -> Result<Json<Vec<OrganisationView>>, Refusal> {
    let mut all = vec![];
    for membership in access::memberships(&world, caller.person)? {
        if membership.is_active() {
            all.extend(view(&world, &membership, None)?);
        }
    }
    for link in Link::open_ones(&world, caller.person)? {
        let membership = Membership {
            person: caller.person,
            organisation: link.organisation,
            role: "outsider".into(),
            chief: false,
            enabled: true,
            status: link.link_status(),
            since_ms: link.requested_ms,
        };
        all.extend(view(&world, &membership, Some(link.id.to_string()))?);
    }
    Ok(Json(all))
}

fn view(
    world: &World,
    membership: &Membership,
    request_id: Option<String>,
) -> Result<Option<OrganisationView>, Refusal> {
    let Some(entry) = world.registry.by_oid(membership.organisation) else {
        return Ok(None);
    };
    let permissions = if membership.is_active() {
        let grants = access::grants(world, membership)?;
        grants.into_iter().filter(|g| g.granted).map(|g| g.code).collect()
    } else {
        vec![]
    };
    Ok(Some(OrganisationView {
        oid: entry.oid.to_string(),
        short_name: entry.short_name.clone(),
        full_name: entry.full_name.clone(),
        inn: entry.inn.clone(),
        ogrn: entry.ogrn.clone(),
        kpp: entry.kpp.clone(),
        kind: entry.kind,
        role: access::role_view(world, membership)?,
        chief: membership.chief,
        admin: membership.is_admin(),
        active: membership.enabled,
        link: LinkState {
            status: membership.status,
            since: rfc3339(membership.since_ms),
            request_id,
        },
        permissions,
    }))
}

/// Every permission of the caller in one organisation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Permissions {
    role: RoleView,
    permissions: Vec<Grant>,
    /// Changes when anything above does.
    version: String,
}

/// The caller's permissions in an organisation. `ETag` is the version.
#[utoipa::path(
    get, path = "/organisations/{oid}/permissions", tag = "organisations",
    params(
        ("oid" = String, Path, description = "oid of the organisation"),
        ("If-None-Match" = Option<String>, Header, description = "the ETag known"),
    ),
    responses((status = 200, body = Permissions), (status = 304, description = "As known."), Common)
)]
pub(crate) async fn permissions(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(oid): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let membership = caller.membership(&world, parse(&oid)?)?;
    let role = access::role_view(&world, &membership)?;
    let permissions = access::grants(&world, &membership)?;
    let state = serde_json::to_vec(&(&role, &permissions)).unwrap_or_default();
    let version = hex::encode(&Sha256::digest(state)[..8]);
    let answer = Permissions {
        role,
        permissions,
        version: version.clone(),
    };
    Ok(tagged(&headers, &version, Json(answer)))
}

/// The answer with its tag, or 304 if the client has it.
pub(crate) fn tagged(headers: &HeaderMap, version: &str, answer: impl IntoResponse) -> Response {
    let tag = format!("\"{version}\"");
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    let is_known = known.is_some_and(|known| {
        let mut tags = known.split(',').map(|t| t.trim().trim_start_matches("W/"));
        known.trim() == "*" || tags.any(|t| t == tag)
    });
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        answer.into_response()
    };
    if let Ok(value) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, value);
    }
    response
}

/// Unlinks the caller from an organisation. Needs step-up; nothing may be under way.
#[utoipa::path(
    delete, path = "/me/organisations/{oid}", tag = "organisations",
    params(
        ("oid" = String, Path, description = "oid of the organisation"),
        ("X-Step-Up" = Option<String>, Header, description = "`stepUp.id` that was confirmed"),
    ),
    responses((status = 204, description = "Unlinked."), Common, Written)
)]
pub(crate) async fn unlink(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(oid): Path<String>,
    confirmation: Confirmation,
) -> Result<StatusCode, Refusal> {
    let oid = parse(&oid)?;
    let membership = caller.require(&world, oid, permission::LINK_REMOVE, "organisation.unlink")?;
    let open = open_orders(&world, oid)?;
    if !open.is_empty() {
        return Err(Refusal::new(Code::OpenApplications).with(|body| body.orders = open));
    }
    confirmation.require(&world, &caller, "organisation.unlink", &[])?;
    world.store.put_record(&Membership {
        status: LinkStatus::Unlinked,
        since_ms: crate::clock::now_ms(),
        ..membership
    })?;
    let name = world.registry.by_oid(oid).map_or("", |entry| &entry.short_name);
    let text = format!("{name}: организация откреплена от вашей учётной записи.");
    notifications::add(
        &world,
        caller.person,
        NotificationKind::Security,
        "Организация откреплена",
        &text,
        None,
        true,
    )?;
    Ok(StatusCode::NO_CONTENT)
}

/// Orders of an organisation that were sent and are not over.
fn open_orders(world: &World, organisation: i64) -> Result<Vec<OpenOrder>, Refusal> {
    let mut open = vec![];
    for order in world.store.all_orders()? {
        if order.org_oid != organisation || order.is_draft() {
            continue;
        }
        if world
            .store
            .history(order.id)?
            .last()
            .is_some_and(|last| !last.is_final)
        {
            open.push(OpenOrder {
                order_id: order.id,
                title: services::by_code(&order.service)
                    .map_or_else(|| order.service.clone(), |s| s.name.clone()),
            });
        }
    }
    Ok(open)
}

fn parse(oid: &str) -> Result<i64, Refusal> {
    oid.parse().map_err(|_| Code::OrganisationNotFound.into())
}
