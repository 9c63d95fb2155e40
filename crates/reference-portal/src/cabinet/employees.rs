//! Who works for the caller's organisation (EMP-01).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::access::{self, permission};
use super::poa::{grants_any, place};
use super::refusal::Refusal;
use super::request::Caller;
use super::responses::Common;
use crate::demo::{self, Employee};
use crate::world::World;

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
    /// False for who was blocked.
    active: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Employees {
    items: Vec<EmployeeView>,
}

/// Everybody who works for the organisation, to who manages users or powers of attorney, or sends documents to be signed.
#[utoipa::path(
    get, path = "/employees", tag = "employees",
    responses((status = 200, body = Employees), Common)
)]
pub(crate) async fn list(
    State(world): State<Arc<World>>,
    caller: Caller,
) -> Result<Json<Employees>, Refusal> {
    let place = place(&world, &caller)?;
    let sees_numbers = grants_any(
        &world,
        &place,
        &[permission::USERS_MANAGE, permission::POA_MANAGE],
    )?;
    if !sees_numbers {
        access::require(&world, &place, permission::SIGNING_INITIATE, "employees")?;
    }
    let mut items = vec![];
    for person in &world.index.employees {
        let oid = i64::try_from(person.oid).unwrap_or_default();
        let membership = access::membership(&world, oid, place.organisation)?;
        let Some(membership) = membership.filter(|one| one.is_active()) else {
            continue;
        };
        let role = access::role_view(&world, &membership)?;
        items.push(EmployeeView {
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
        });
    }
    Ok(Json(Employees { items }))
}
