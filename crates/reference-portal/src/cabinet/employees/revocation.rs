//! Closing somebody's access at once, the place kept; it comes back by an invitation only (EMP-32, EMP-35).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::access::{self, Membership, permission};
use super::super::refusal::{Code, Refusal};
use super::super::request::{Body, Caller};
use super::super::responses::{Common, Written};
use super::super::step_up::Confirmation;
use super::changes::{Action, Changed};
use super::person::{self, Person, is_administrator};
use super::{EmployeeDetails, details, managing, one_at_a_time};
use crate::world::World;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RevocationRequest {
    /// 3…500 characters.
    reason: String,
}

/// Closes somebody's access. Needs step-up. What is open stays with the person: access is closed where waiting would harm.
#[utoipa::path(
    post, path = "/employees/{id}/revocation", tag = "employees",
    params(
        ("id" = String, Path, description = "`id` of an employee"),
        ("X-Step-Up" = Option<String>, Header, description = "`stepUp.id` that was confirmed"),
    ),
    request_body = RevocationRequest,
    responses((status = 200, body = EmployeeDetails), Common, Written)
)]
pub(crate) async fn revoke(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
    confirmation: Confirmation,
    Body { value, digest }: Body<RevocationRequest>,
) -> Result<Json<EmployeeDetails>, Refusal> {
    let place = managing(&world, &caller, permission::USERS_MANAGE, "access.revoke")?;
    let _alone = one_at_a_time();
    let person = Person::working(&world, &place, &id)?;
    let reason = person::reason(&value.reason)?;
    if !person.membership.enabled {
        return Err(Refusal::new(Code::WrongState).because("доступ уже отозван"));
    }
    if is_administrator(&person.membership.role) {
        access::require(
            &world,
            &place,
            permission::ADMINISTRATORS_APPOINT,
            "access.revoke",
        )?;
    }
    person.require_dispensable(&world, caller.person)?;
    confirmation.require(&world, &caller, "access.revoke", &digest)?;
    let membership = Membership {
        enabled: false,
        since_ms: world.now_ms(),
        ..person.membership.clone()
    };
    world.store.put_record(&membership)?;
    Changed::new(&world, &place, Action::AccessRevoked)
        .about_person(membership.person)
        .because(&reason)
        .settle(&world)?;
    let person = Person { membership, ..person };
    Ok(Json(details(&world, &person)?))
}
