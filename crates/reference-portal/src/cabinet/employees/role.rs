//! Another role for somebody who works there; making and dismissing administrators (EMP-07, EMP-36, EMP-37).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::access::{self, Membership, permission};
use super::super::refusal::{Code, Refusal};
use super::super::request::{Body, Caller};
use super::super::responses::{Common, Written};
use super::super::roles;
use super::super::step_up::Confirmation;
use super::changes::{Action, Changed};
use super::person::{Person, is_administrator};
use super::{EmployeeDetails, details, managing, one_at_a_time};
use crate::world::World;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleRequest {
    /// Code of a role.
    role: String,
}

/// Gives somebody another role. Making or dismissing an administrator needs step-up and the right to appoint administrators.
#[utoipa::path(
    put, path = "/employees/{id}/role", tag = "employees",
    params(
        ("id" = String, Path, description = "`id` of an employee"),
        ("X-Step-Up" = Option<String>, Header, description = "`stepUp.id` that was confirmed"),
    ),
    request_body = RoleRequest,
    responses((status = 200, body = EmployeeDetails), Common, Written)
)]
pub(crate) async fn change(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
    confirmation: Confirmation,
    Body { value, digest }: Body<RoleRequest>,
) -> Result<Json<EmployeeDetails>, Refusal> {
    let place = managing(&world, &caller, permission::ROLES_ASSIGN, "role")?;
    let _alone = one_at_a_time();
    let person = Person::working(&world, &place, &id)?;
    let title = roles::assignable(&world, &place, &value.role)?;
    if person.membership.role == value.role {
        return Err(Refusal::new(Code::WrongState).because("эта роль уже назначена"));
    }
    let (was, will) = (
        is_administrator(&person.membership.role),
        is_administrator(&value.role),
    );
    if was || will {
        access::require(
            &world,
            &place,
            permission::ADMINISTRATORS_APPOINT,
            "administrator",
        )?;
    }
    person.require_dispensable(&world, caller.person)?;
    if will {
        person.require_fit_for_administrator(&world)?;
    }
    if was || will {
        confirmation.require(&world, &caller, "administrator.appoint", &digest)?;
    }
    let before = access::role_view(&world, &person.membership)?.title;
    let membership = Membership {
        role: value.role,
        since_ms: world.now_ms(),
        ..person.membership.clone()
    };
    world.store.put_record(&membership)?;
    let action = match (was, will) {
        (false, true) => Action::AdministratorAppointed,
        (true, false) => Action::AdministratorDismissed,
        _ => Action::RoleChanged,
    };
    Changed::new(&world, &place, action)
        .about_person(membership.person)
        .roles(Some(before), Some(title))
        .settle(&world)?;
    let person = Person { membership, ..person };
    Ok(Json(details(&world, &person)?))
}
