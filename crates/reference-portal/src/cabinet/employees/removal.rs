//! Removing somebody with every binding at once, and undoing it for a while (EMP-26…31, EMP-43, C-20).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::access::{self, LinkStatus, Membership, permission};
use super::super::refusal::{Code, Refusal};
use super::super::request::{Body, Caller};
use super::super::responses::{Common, Written};
use super::super::roles;
use super::super::step_up::Confirmation;
use super::changes::{Action, Changed};
use super::person::{self, Person, is_administrator};
use super::{EmployeeDetails, details, managing, one_at_a_time, open_work};
use crate::store::{Record, StoreError};
use crate::world::World;

/// A removal can be undone for so long.
const UNDOABLE_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// That somebody was removed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Removal {
    person: i64,
    organisation: i64,
    pub(super) by: i64,
    pub(super) reason: String,
    pub(super) at_ms: i64,
    pub(super) until_ms: i64,
}

impl Record for Removal {
    const KIND: &'static str = "removal";
    fn id(&self) -> String {
        format!("{}/{}", self.person, self.organisation)
    }
    fn owner(&self) -> String {
        self.organisation.to_string()
    }
    fn at_ms(&self) -> i64 {
        self.at_ms
    }
}

impl Removal {
    fn of(world: &World, membership: &Membership) -> Result<Option<Self>, StoreError> {
        let id = format!("{}/{}", membership.person, membership.organisation);
        world.store.record(&id)
    }

    /// The removal of somebody who is not there any more, while it can be undone.
    pub(super) fn undoable(world: &World, membership: &Membership) -> Result<Option<Self>, StoreError> {
        if membership.is_active() {
            return Ok(None);
        }
        let known = Self::of(world, membership)?;
        Ok(known.filter(|removal| world.now_ms() < removal.until_ms))
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RemovalRequest {
    /// 3…500 characters.
    reason: String,
    /// `id` of who takes the open applications over.
    #[schema(nullable = false)]
    reassign_to: Option<String>,
}

/// Removes somebody. Needs step-up; open applications have to be given to somebody else.
#[utoipa::path(
    post, path = "/employees/{id}/removal", tag = "employees",
    params(
        ("id" = String, Path, description = "`id` of an employee"),
        ("X-Step-Up" = Option<String>, Header, description = "`stepUp.id` that was confirmed"),
    ),
    request_body = RemovalRequest,
    responses((status = 204, description = "Removed."), Common, Written)
)]
pub(crate) async fn remove(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
    confirmation: Confirmation,
    Body { value, digest }: Body<RemovalRequest>,
) -> Result<StatusCode, Refusal> {
    let place = managing(&world, &caller, permission::USERS_MANAGE, "employee.remove")?;
    let _alone = one_at_a_time();
    let person = Person::working(&world, &place, &id)?;
    let reason = person::reason(&value.reason)?;
    if is_administrator(&person.membership.role) {
        access::require(
            &world,
            &place,
            permission::ADMINISTRATORS_APPOINT,
            "employee.remove",
        )?;
    }
    person.require_dispensable(&world, caller.person)?;
    let mut work = open_work::of(&world, &person)?;
    let successor = value
        .reassign_to
        .map(|id| Person::working(&world, &place, &id))
        .transpose()?
        .filter(|one| one.membership.enabled && one.membership.person != person.membership.person);
    let handed = match &successor {
        Some(_) => std::mem::take(&mut work.orders),
        None => vec![],
    };
    open_work::require_none(work)?;
    confirmation.require(&world, &caller, "employee.remove", &digest)?;
    if let Some(successor) = &successor {
        open_work::give(&world, &handed, successor.membership.person)?;
    }
    let now_ms = world.now_ms();
    world.store.put_record(&Removal {
        person: person.membership.person,
        organisation: place.organisation,
        by: caller.person,
        reason: reason.clone(),
        at_ms: now_ms,
        until_ms: now_ms + UNDOABLE_MS,
    })?;
    world.store.put_record(&Membership {
        status: LinkStatus::Unlinked,
        since_ms: now_ms,
        ..person.membership.clone()
    })?;
    let role = access::role_view(&world, &person.membership)?.title;
    Changed::new(&world, &place, Action::Removed)
        .about_person(person.membership.person)
        .roles(Some(role), None)
        .because(&reason)
        .settle(&world)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes back who was removed by mistake, in the role of before. Needs step-up.
#[utoipa::path(
    post, path = "/employees/{id}/restoration", tag = "employees",
    params(
        ("id" = String, Path, description = "`id` of an employee who was removed"),
        ("X-Step-Up" = Option<String>, Header, description = "`stepUp.id` that was confirmed"),
    ),
    responses((status = 200, body = EmployeeDetails), Common, Written)
)]
pub(crate) async fn restore(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
    confirmation: Confirmation,
) -> Result<Json<EmployeeDetails>, Refusal> {
    let place = managing(&world, &caller, permission::USERS_MANAGE, "employee.restore")?;
    let _alone = one_at_a_time();
    let person = Person::known(&world, &place, &id)?;
    if person.membership.is_active() {
        return Err(Refusal::new(Code::WrongState).because("сотрудник не удалён"));
    }
    if Removal::of(&world, &person.membership)?.is_none() {
        return Err(Code::EmployeeNotFound.into());
    }
    if Removal::undoable(&world, &person.membership)?.is_none() {
        return Err(Code::RestoreEnded.into());
    }
    if is_administrator(&person.membership.role) {
        access::require(
            &world,
            &place,
            permission::ADMINISTRATORS_APPOINT,
            "employee.restore",
        )?;
    }
    // A role that is gone meanwhile comes back as the least one.
    let role = match roles::assignable(&world, &place, &person.membership.role) {
        Ok(_) => person.membership.role.clone(),
        Err(_) => "employee".to_owned(),
    };
    confirmation.require(&world, &caller, "employee.add", &[])?;
    let membership = Membership {
        role,
        status: LinkStatus::Active,
        enabled: true,
        since_ms: world.now_ms(),
        ..person.membership.clone()
    };
    world.store.put_record(&membership)?;
    let title = access::role_view(&world, &membership)?.title;
    Changed::new(&world, &place, Action::Restored)
        .about_person(membership.person)
        .roles(None, Some(title))
        .settle(&world)?;
    let person = Person { membership, ..person };
    Ok(Json(details(&world, &person)?))
}
