//! What each role lets do, as data; and the roles an organisation makes for itself (EMP-08, EMP-16…23, Section E).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::access::{self, Membership, OwnRole, permission};
use super::employees::changes::{Action, Changed};
use super::poa::place;
use super::refusal::{Code, FieldProblem, Refusal};
use super::request::{Body, Caller};
use super::responses::{Common, Written};
use crate::store::StoreError;
use crate::world::World;

/// Roles nobody is given: the head is who the registry names, and third parties come by links.
const NOT_GIVEN: [&str; 2] = ["director", "outsider"];
/// What only the built-in roles of the head and the administrator, or a power of attorney, let do (C-19, C-22).
const NOT_FOR_OWN: [&str; 5] = [
    "administrators.appoint",
    "poa.manage",
    "roles.assign",
    "roles.create",
    "signing.sign",
];
/// Roles of its own an organisation may have.
const MOST_OWN: usize = 50;

/// An operation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Operation)]
pub(crate) struct OperationView {
    code: &'static str,
    /// In Russian.
    title: &'static str,
    /// Title of the group it is shown in.
    group: &'static str,
    /// Whether a role of the organisation's own may include it.
    for_own: bool,
}

/// A role and what it lets do. What is in none of the lists is not granted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RoleWithOperations)]
pub(crate) struct RoleLine {
    code: String,
    title: String,
    /// The organisation made it.
    own: bool,
    /// Whether it can be given to somebody.
    assignable: bool,
    granted: Vec<String>,
    /// What only a power of attorney that names it opens.
    by_power_of_attorney: Vec<String>,
    /// What is expressly forbidden.
    denied: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Roles {
    operations: Vec<OperationView>,
    roles: Vec<RoleLine>,
}

/// A role of the organisation's own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProfileRequest {
    /// 3…80 characters, of no other role.
    title: String,
    /// Codes of operations. Entering the cabinet is always among them.
    granted: Vec<String>,
}

fn own_line(role: OwnRole) -> RoleLine {
    RoleLine {
        code: role.code,
        title: role.title,
        own: true,
        assignable: true,
        granted: role.granted,
        by_power_of_attorney: vec![],
        denied: vec![],
    }
}

/// The organisation's own ones.
fn own(world: &World, organisation: i64) -> Result<Vec<OwnRole>, StoreError> {
    let mut all = world.store.records_of::<OwnRole>(&organisation.to_string())?;
    all.retain(|role| !role.removed);
    Ok(all)
}

/// Title of a role somebody may be given.
pub(super) fn assignable(world: &World, place: &Membership, code: &str) -> Result<String, Refusal> {
    if NOT_GIVEN.contains(&code) {
        return Err(Code::RoleNotAssignable.into());
    }
    if let Some(role) = access::roles().iter().find(|role| role.code == code) {
        return Ok(role.title.clone());
    }
    let own = own(world, place.organisation)?;
    own.into_iter()
        .find(|role| role.code == code)
        .map(|role| role.title)
        .ok_or(Refusal::new(Code::RoleNotFound))
}

/// Roles and operations, to everybody who works for the organisation.
#[utoipa::path(get, path = "/roles", tag = "roles", responses((status = 200, body = Roles), Common))]
pub(crate) async fn list(State(world): State<Arc<World>>, caller: Caller) -> Result<Json<Roles>, Refusal> {
    let place = place(&world, &caller)?;
    let operations = access::permissions().iter().map(|one| OperationView {
        code: &one.code,
        title: &one.title,
        group: &one.group,
        for_own: !NOT_FOR_OWN.contains(&one.code.as_str()),
    });
    let built_in = access::roles().iter().map(|role| RoleLine {
        code: role.code.clone(),
        title: role.title.clone(),
        own: false,
        assignable: !NOT_GIVEN.contains(&role.code.as_str()),
        granted: role.granted.keys().cloned().collect(),
        by_power_of_attorney: role.by_power_of_attorney.clone(),
        denied: role.denied.keys().cloned().collect(),
    });
    let own = own(&world, place.organisation)?;
    Ok(Json(Roles {
        operations: operations.collect(),
        roles: built_in.chain(own.into_iter().map(own_line)).collect(),
    }))
}

/// What was asked for, put right; or why it cannot be.
fn judged(
    world: &World,
    place: &Membership,
    request: ProfileRequest,
    code: Option<&str>,
) -> Result<(String, Vec<String>), Refusal> {
    let wrong = |name: &str, message: &str| {
        Refusal::new(Code::RequisitesInvalid).fields(vec![FieldProblem {
            name: name.into(),
            code: "format".into(),
            message: message.into(),
        }])
    };
    let title = request.title.trim().to_owned();
    let is_printable = !title.contains(char::is_control);
    if !(3..=80).contains(&title.chars().count()) || !is_printable {
        return Err(wrong("title", "От 3 до 80 знаков"));
    }
    let is_same = |other: &str| other.to_lowercase() == title.to_lowercase();
    let own = own(world, place.organisation)?;
    let is_taken = access::roles().iter().any(|role| is_same(&role.title))
        || own
            .iter()
            .any(|role| Some(role.code.as_str()) != code && is_same(&role.title));
    if is_taken {
        return Err(Code::RoleTitleTaken.into());
    }
    let known = access::permissions();
    let mut granted = vec![];
    for one in known {
        if one.code == permission::CABINET_ENTER || request.granted.contains(&one.code) {
            granted.push(one.code.clone());
        }
    }
    if request
        .granted
        .iter()
        .any(|wanted| !known.iter().any(|one| one.code == *wanted))
    {
        return Err(wrong("granted", "Операции с таким кодом нет"));
    }
    if let Some(wide) = NOT_FOR_OWN
        .iter()
        .find(|code| granted.iter().any(|one| one == *code))
    {
        let title = known.iter().find(|one| one.code == **wide);
        let refusal = Refusal::new(Code::RoleTooWide).because(title.map_or(*wide, |one| &one.title));
        return Err(refusal.with(|body| body.permission = Some((*wide).to_owned())));
    }
    Ok((title, granted))
}

/// Makes a role.
#[utoipa::path(
    post, path = "/roles", tag = "roles", request_body = ProfileRequest,
    responses((status = 201, body = RoleLine), Common, Written)
)]
pub(crate) async fn create(
    State(world): State<Arc<World>>,
    caller: Caller,
    body: Body<ProfileRequest>,
) -> Result<(StatusCode, Json<RoleLine>), Refusal> {
    let place = making(&world, &caller)?;
    let (title, granted) = judged(&world, &place, body.value, None)?;
    if own(&world, place.organisation)?.len() >= MOST_OWN {
        return Err(Refusal::new(Code::WrongState).because("ролей уже 50"));
    }
    let role = OwnRole {
        organisation: place.organisation,
        code: format!("own-{}", Uuid::new_v4().simple()),
        title,
        granted,
        removed: false,
    };
    world.store.put_record(&role)?;
    told(&world, &place, Action::ProfileMade, &role)?;
    Ok((StatusCode::CREATED, Json(own_line(role))))
}

/// Changes a role of the organisation's own; whoever has it may do from now on what it says.
#[utoipa::path(
    put, path = "/roles/{code}", tag = "roles",
    params(("code" = String, Path, description = "`code` of a role the organisation made")),
    request_body = ProfileRequest,
    responses((status = 200, body = RoleLine), Common, Written)
)]
pub(crate) async fn change(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(code): Path<String>,
    body: Body<ProfileRequest>,
) -> Result<Json<RoleLine>, Refusal> {
    let place = making(&world, &caller)?;
    let role = found(&world, &place, &code)?;
    let (title, granted) = judged(&world, &place, body.value, Some(&code))?;
    let role = OwnRole {
        title,
        granted,
        ..role
    };
    world.store.put_record(&role)?;
    told(&world, &place, Action::ProfileChanged, &role)?;
    Ok(Json(own_line(role)))
}

/// Takes a role away that nobody has.
#[utoipa::path(
    delete, path = "/roles/{code}", tag = "roles",
    params(("code" = String, Path, description = "`code` of a role the organisation made")),
    responses((status = 204, description = "Taken away."), Common, Written)
)]
pub(crate) async fn remove(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(code): Path<String>,
) -> Result<StatusCode, Refusal> {
    let place = making(&world, &caller)?;
    let role = found(&world, &place, &code)?;
    for employee in &world.index.employees {
        let person = i64::try_from(employee.oid).unwrap_or_default();
        let known = access::membership(&world, person, place.organisation)?;
        if known.is_some_and(|known| known.is_active() && known.role == code) {
            return Err(Code::RoleInUse.into());
        }
    }
    let role = OwnRole {
        removed: true,
        ..role
    };
    world.store.put_record(&role)?;
    told(&world, &place, Action::ProfileRemoved, &role)?;
    Ok(StatusCode::NO_CONTENT)
}

fn making(world: &World, caller: &Caller) -> Result<Membership, Refusal> {
    let place = place(world, caller)?;
    access::require(world, &place, permission::ROLES_CREATE, "roles")?;
    Ok(place)
}

fn found(world: &World, place: &Membership, code: &str) -> Result<OwnRole, Refusal> {
    if access::is_role(code) {
        return Err(Code::RoleNotAssignable.into());
    }
    let own = own(world, place.organisation)?;
    own.into_iter()
        .find(|role| role.code == code)
        .ok_or(Refusal::new(Code::RoleNotFound))
}

fn told(world: &World, place: &Membership, action: Action, role: &OwnRole) -> Result<(), StoreError> {
    Changed::new(world, place, action)
        .subject(&role.title)
        .settle(world)
}
