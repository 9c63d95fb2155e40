//! `/rs/orgs/{oid}…`: the organisation the token was made for.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use serde_json::{Value, json};

use super::super::people;
use super::{Bearer, Embedding, RestRefusal, collection, listed, members, object, person};
use crate::demo::Organisation;
use crate::world::World;

type Answer = Result<Json<Value>, RestRefusal>;

/// The organisation, if one of the scopes was granted for it.
fn granted<'w>(
    world: &'w World,
    bearer: &Bearer,
    oid: u64,
    scopes: &[&str],
) -> Result<&'w Organisation, RestRefusal> {
    if !scopes
        .iter()
        .any(|scope| bearer.0.has_organisation_scope(scope, oid))
    {
        return Err(RestRefusal::ScopeNotAllowed);
    }
    world
        .index
        .organisations
        .iter()
        .find(|o| o.oid == oid)
        .ok_or(RestRefusal::NotFound)
}

pub(in crate::esia) async fn organisation(
    State(world): State<Arc<World>>,
    bearer: Bearer,
    Path(oid): Path<u64>,
) -> Answer {
    const SHOWING: [&str; 8] = [
        "org_shortname",
        "org_fullname",
        "org_type",
        "org_ogrn",
        "org_inn",
        "org_leg",
        "org_kpp",
        "org_oktmo",
    ];
    let organisation = granted(&world, &bearer, oid, &SHOWING)?;
    let shown = |scope: &str, value: Value| {
        if bearer.0.has_organisation_scope(scope, oid) {
            value
        } else {
            Value::Null
        }
    };
    let is_sole = organisation.inn.len() == 12;
    Ok(Json(object(members([
        ("oid", oid.into()),
        (
            "shortName",
            shown("org_shortname", organisation.short_name.clone().into()),
        ),
        (
            "fullName",
            shown("org_fullname", organisation.full_name.clone().into()),
        ),
        (
            "type",
            shown("org_type", if is_sole { "BUSINESS" } else { "LEGAL" }.into()),
        ),
        ("ogrn", shown("org_ogrn", organisation.ogrn.clone().into())),
        ("inn", shown("org_inn", organisation.inn.clone().into())),
        ("kpp", shown("org_kpp", organisation.kpp.clone().into())),
        // ОКОПФ: общество с ограниченной ответственностью.
        ("leg", shown("org_leg", "12300".into())),
        ("oktmo", shown("org_oktmo", organisation.region.clone().into())),
        ("isLiquidated", false.into()),
    ]))))
}

pub(in crate::esia) async fn contacts(
    State(world): State<Arc<World>>,
    bearer: Bearer,
    Path(oid): Path<u64>,
    Query(embed): Embedding,
) -> Answer {
    let organisation = granted(&world, &bearer, oid, &["org_ctts"])?;
    let all = [
        ("OPH", "+7(000)0000100".to_owned()),
        ("OEM", format!("info@{}.example", organisation.id)),
    ];
    let elements = all.into_iter().enumerate().map(|(index, (kind, value))| {
        members([
            ("id", (oid * 10 + index as u64).into()),
            ("type", kind.into()),
            ("value", value.into()),
            ("vrfStu", "NOT_VERIFIED".into()),
        ])
    });
    Ok(listed(
        elements.collect(),
        embed.elements(),
        &base(&world, oid, "ctts"),
    ))
}

pub(in crate::esia) async fn addresses(
    State(world): State<Arc<World>>,
    bearer: Bearer,
    Path(oid): Path<u64>,
    Query(embed): Embedding,
) -> Answer {
    let organisation = granted(&world, &bearer, oid, &["org_addrs"])?;
    let legal = members([
        ("id", (oid % 1000 + 7000).into()),
        ("type", "OLG".into()),
        ("addressStr", organisation.address.clone().into()),
        ("countryId", "RUS".into()),
    ]);
    Ok(listed(vec![legal], embed.elements(), &base(&world, oid, "addrs")))
}

fn base(world: &World, oid: u64, collection: &str) -> String {
    format!("{}/rs/orgs/{oid}/{collection}", world.index.urls.esia)
}

pub(in crate::esia) async fn employees(
    State(world): State<Arc<World>>,
    bearer: Bearer,
    Path(oid): Path<u64>,
    Query(embed): Embedding,
) -> Answer {
    let organisation = granted(&world, &bearer, oid, &["org_emps"])?;
    let mut elements = vec![];
    for employee in &world.index.employees {
        let roles = people::roles(&world, employee);
        let Some(role) = roles
            .iter()
            .find(|role| role.organisation.oid == organisation.oid)
        else {
            continue;
        };
        if !embed.elements() {
            elements.push(format!("{}/{}", base(&world, oid, "emps"), employee.oid).into());
            continue;
        }
        let mut element = members([
            ("prnOid", employee.oid.into()),
            ("position", employee.title.clone().into()),
            ("chief", role.chief.into()),
            ("blocked", (!role.active).into()),
        ]);
        if embed.persons() {
            let person = person::described(&world, employee, |scope| scope == "fullname");
            element.insert("person".into(), object(person));
        }
        elements.push(object(element));
    }
    Ok(collection(elements))
}

pub(in crate::esia) async fn groups(
    State(world): State<Arc<World>>,
    bearer: Bearer,
    Path((oid, person)): Path<(u64, u64)>,
) -> Answer {
    let organisation = granted(&world, &bearer, oid, &["org_grps"])?;
    let employee = world
        .index
        .employees
        .iter()
        .find(|e| e.oid == person)
        .ok_or(RestRefusal::NotFound)?;
    let roles = people::roles(&world, employee);
    let role = roles
        .iter()
        .find(|role| role.organisation.oid == organisation.oid)
        .ok_or(RestRefusal::NotFound)?;
    let administrators = json!({
        "grp_id": "ORG_ADMIN",
        "name": "Администраторы профиля организации",
        "description": "Ведут профиль организации и её сотрудников",
        "isSystem": true,
        "itSystem": "ESIA",
    });
    Ok(collection(if role.chief { vec![administrators] } else { vec![] }))
}
