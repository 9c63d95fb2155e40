//! Who works for the caller's organisation: the list, one person, and what an administrator does about them (EMP).
//!
//! What changes somebody's place is checked and done behind one lock, so that two administrators cannot take each other's rights
//! at once and leave none; it is recorded and told by [`changes`].

pub(crate) mod changes;
pub(crate) mod invitations;
mod open_work;
mod person;
pub(crate) mod removal;
pub(crate) mod revocation;
pub(crate) mod role;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::access::{self, Membership, permission};
use super::poa::{grants_any, place};
use super::refusal::Refusal;
use super::request::Caller;
use super::responses::Common;
use super::time_format::rfc3339;
use crate::demo::{self, Employee};
use crate::world::World;

use changes::{ChangeView, Changed};
use person::Person;
use removal::Removal;

/// Name of a person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PersonName {
    pub(crate) surname: String,
    pub(crate) given_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) patronymic: Option<String>,
}

impl PersonName {
    pub(crate) fn of(person: &Employee) -> Self {
        let (given, patronymic) = match person.given_name.split_once(' ') {
            Some((given, patronymic)) => (given, Some(patronymic.to_owned())),
            None => (person.given_name.as_str(), None),
        };
        Self {
            surname: person.surname.clone(),
            given_name: given.to_owned(),
            patronymic,
        }
    }
}

/// Somebody who works for the organisation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Employee)]
pub(crate) struct EmployeeView {
    id: String,
    #[serde(flatten)]
    name: PersonName,
    /// This and the next two only to who manages users or powers of attorney.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    inn: Option<String>,
    /// 11 digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    snils: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Date)]
    birth_date: Option<String>,
    position: String,
    role_code: String,
    role_title: String,
    /// Whether this is the head.
    head: bool,
    /// False for whose access was revoked.
    active: bool,
    /// Since when it stands so.
    #[schema(format = DateTime)]
    since: String,
}

/// Somebody who was removed and can be taken back for a while.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RemovedEmployee {
    id: String,
    #[serde(flatten)]
    name: PersonName,
    position: String,
    role_code: String,
    role_title: String,
    #[schema(format = DateTime)]
    removed_at: String,
    /// Who did it.
    removed_by: String,
    reason: String,
    /// Until when it can be undone.
    #[schema(format = DateTime)]
    restorable_until: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Employees {
    items: Vec<EmployeeView>,
    /// Only to who manages users.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    removed: Vec<RemovedEmployee>,
}

/// Somebody, and all that a change of the place has to heed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EmployeeDetails {
    #[serde(flatten)]
    employee: EmployeeView,
    /// Contacts of the account, hidden but for their ends.
    phone: String,
    email: String,
    /// Nobody else administers the organisation.
    last_administrator: bool,
    open_work: open_work::OpenWork,
    /// Numbers of the powers of attorney that are in force.
    poas: Vec<String>,
    /// Newest first.
    changes: Vec<ChangeView>,
}

/// One change of people at a time.
fn one_at_a_time() -> MutexGuard<'static, ()> {
    static CHANGING: Mutex<()> = Mutex::new(());
    CHANGING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The caller's place, when the role lets its holder manage people; a refusal is recorded.
fn managing(world: &World, caller: &Caller, wanted: &str, operation: &str) -> Result<Membership, Refusal> {
    let place = place(world, caller)?;
    access::require(world, &place, wanted, operation)?;
    Ok(place)
}

/// Everybody who works for the organisation, to who manages users or powers of attorney, reviews access, or sends documents to be
/// signed.
#[utoipa::path(
    get, path = "/employees", tag = "employees",
    responses((status = 200, body = Employees), Common)
)]
pub(crate) async fn list(
    State(world): State<Arc<World>>,
    caller: Caller,
) -> Result<Json<Employees>, Refusal> {
    let place = place(&world, &caller)?;
    let sees_numbers = sees_numbers(&world, &place)?;
    if !sees_numbers && !grants_any(&world, &place, &[permission::REVIEW_ACCESS])? {
        access::require(&world, &place, permission::SIGNING_INITIATE, "employees")?;
    }
    let manages = grants_any(&world, &place, &[permission::USERS_MANAGE])?;
    let (mut items, mut removed) = (vec![], vec![]);
    for person in &world.index.employees {
        let oid = i64::try_from(person.oid).unwrap_or_default();
        let Some(membership) = access::membership(&world, oid, place.organisation)? else {
            continue;
        };
        if membership.is_active() {
            items.push(view(&world, person, &membership, sees_numbers)?);
        } else if manages && let Some(removal) = Removal::undoable(&world, &membership)? {
            removed.push(removed_view(&world, person, &membership, &removal)?);
        }
    }
    Ok(Json(Employees { items, removed }))
}

/// Somebody who works for the organisation, to who manages users: what stands in the way of a removal, what goes with it, and
/// every change so far.
#[utoipa::path(
    get, path = "/employees/{id}", tag = "employees",
    params(("id" = String, Path, description = "`id` of an employee")),
    responses((status = 200, body = EmployeeDetails), Common)
)]
pub(crate) async fn one(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<EmployeeDetails>, Refusal> {
    let place = managing(&world, &caller, permission::USERS_MANAGE, "employee")?;
    let person = Person::working(&world, &place, &id)?;
    Ok(Json(details(&world, &person)?))
}

fn sees_numbers(world: &World, place: &Membership) -> Result<bool, Refusal> {
    grants_any(world, place, &[permission::USERS_MANAGE, permission::POA_MANAGE])
}

fn view(
    world: &World,
    person: &Employee,
    membership: &Membership,
    sees_numbers: bool,
) -> Result<EmployeeView, Refusal> {
    let role = access::role_view(world, membership)?;
    Ok(EmployeeView {
        id: person.oid.to_string(),
        name: PersonName::of(person),
        inn: sees_numbers.then(|| person.inn.clone()),
        snils: sees_numbers.then(|| person.snils.clone()),
        birth_date: demo::birth_date(&person.id)
            .filter(|_| sees_numbers)
            .map(str::to_owned),
        position: person.title.clone(),
        role_code: role.code,
        role_title: role.title,
        head: membership.chief,
        active: membership.enabled,
        since: rfc3339(membership.since_ms),
    })
}

fn removed_view(
    world: &World,
    person: &Employee,
    membership: &Membership,
    removal: &Removal,
) -> Result<RemovedEmployee, Refusal> {
    let role = access::role_view(world, membership)?;
    Ok(RemovedEmployee {
        id: person.oid.to_string(),
        name: PersonName::of(person),
        position: person.title.clone(),
        role_code: role.code,
        role_title: role.title,
        removed_at: rfc3339(removal.at_ms),
        removed_by: changes::name_of(world, removal.by),
        reason: removal.reason.clone(),
        restorable_until: rfc3339(removal.until_ms),
    })
}

fn details(world: &World, person: &Person<'_>) -> Result<EmployeeDetails, Refusal> {
    let account = super::account::Account::of(world, person.employee);
    Ok(EmployeeDetails {
        employee: view(world, person.employee, &person.membership, true)?,
        phone: super::account::masked_phone(&account.phone),
        email: super::account::masked_email(&account.email),
        last_administrator: person.is_last_administrator(world)?,
        open_work: open_work::of(world, person)?,
        poas: person.poas(world)?,
        changes: Changed::about(world, &person.membership)?,
    })
}
