//! `/rs/prns/{oid}…`: the person who signed in. What the demo directory does not hold is made up from the number.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use serde_json::{Map, Value, json};

use super::super::login::is_confirmed;
use super::super::people;
use super::{Bearer, Embed, Embedding, RestRefusal, collection, listed, members, object};
use crate::demo::Employee;
use crate::world::World;

type Answer = Result<Json<Value>, RestRefusal>;

/// Scopes any of which shows the person at all.
const ANY: [&str; 7] = [
    "openid",
    "fullname",
    "birthdate",
    "gender",
    "citizenship",
    "snils",
    "inn",
];

pub(in crate::esia) async fn person(
    State(world): State<Arc<World>>,
    bearer: Bearer,
    Path(oid): Path<u64>,
) -> Answer {
    let person = bearer.person(&world, oid, &ANY)?;
    Ok(Json(object(described(&world, person, |scope| {
        bearer.0.has_scope(scope)
    }))))
}

/// The members of a person whose scope `shows`.
pub(super) fn described(
    world: &World,
    person: &Employee,
    shows: impl Fn(&str) -> bool,
) -> Map<String, Value> {
    let shown = |scope: &str, value: Value| if shows(scope) { value } else { Value::Null };
    let (first, middle) = person
        .given_name
        .split_once(' ')
        .unwrap_or((&person.given_name, ""));
    let confirmed = is_confirmed(world, &person.id);
    members([
        ("firstName", shown("fullname", first.into())),
        ("lastName", shown("fullname", person.surname.clone().into())),
        ("middleName", shown("fullname", middle.into())),
        ("birthDate", shown("birthdate", birth_date(person).into())),
        ("gender", shown("gender", gender(person).into())),
        ("citizenship", shown("citizenship", "RUS".into())),
        ("snils", shown("snils", snils(&person.snils).into())),
        ("inn", shown("inn", person.inn.clone().into())),
        ("trusted", confirmed.into()),
        ("verifying", false.into()),
        ("status", "REGISTERED".into()),
        ("updatedOn", 1_735_689_600.into()),
        ("rIdDoc", shown("id_doc", (person.oid % 1000 + 5000).into())),
        ("containsUpCfmCode", false.into()),
    ])
}

/// `NNN-NNN-NNN NN`.
fn snils(digits: &str) -> String {
    match digits.len() {
        11 => format!(
            "{}-{}-{} {}",
            &digits[..3],
            &digits[3..6],
            &digits[6..9],
            &digits[9..]
        ),
        _ => digits.to_owned(),
    }
}

fn gender(person: &Employee) -> &'static str {
    if person.given_name.ends_with('а') {
        "F"
    } else {
        "M"
    }
}

/// `dd.MM.yyyy`.
fn birth_date(person: &Employee) -> String {
    format!(
        "{:02}.{:02}.{}",
        person.oid % 28 + 1,
        person.oid % 12 + 1,
        1965 + person.oid % 30
    )
}

pub(in crate::esia) async fn contacts(
    State(world): State<Arc<World>>,
    bearer: Bearer,
    Path(oid): Path<u64>,
    Query(embed): Embedding,
) -> Answer {
    let person = bearer.person(&world, oid, &["email", "mobile"])?;
    let account = people::account(&world, &person.id).ok_or(RestRefusal::NotFound)?;
    let mobile = account.phone.strip_prefix("+7").filter(|rest| rest.len() == 10);
    let mobile = mobile.map_or_else(
        || account.phone.clone(),
        |rest| format!("+7({}){}", &rest[..3], &rest[3..]),
    );
    let all = [("email", "EML", account.email.clone()), ("mobile", "MBT", mobile)];
    let elements = all
        .into_iter()
        .enumerate()
        .filter(|(_, (scope, ..))| bearer.0.has_scope(scope));
    let elements = elements.map(|(index, (_, kind, value))| {
        members([
            ("id", (oid * 10 + index as u64).into()),
            ("type", kind.into()),
            ("value", value.into()),
            ("vrfStu", "VERIFIED".into()),
        ])
    });
    Ok(listed(
        elements.collect(),
        embed.elements(),
        &base(&world, oid, "ctts"),
    ))
}

pub(in crate::esia) async fn documents(
    State(world): State<Arc<World>>,
    bearer: Bearer,
    Path(oid): Path<u64>,
    Query(embed): Embedding,
) -> Answer {
    let person = bearer.person(&world, oid, &["id_doc", "drivers_licence_doc"])?;
    let verified = if is_confirmed(&world, &person.id) {
        "VERIFIED"
    } else {
        "NOT_VERIFIED"
    };
    let mut elements = vec![];
    if bearer.0.has_scope("id_doc") {
        elements.push(members([
            ("id", (oid % 1000 + 5000).into()),
            ("type", "RF_PASSPORT".into()),
            ("series", "0000".into()),
            ("number", format!("{:06}", oid % 1_000_000).into()),
            ("issueDate", "15.05.2015".into()),
            ("issueId", "000000".into()),
            ("issuedBy", "Учебный отдел".into()),
            ("vrfStu", verified.into()),
        ]));
    }
    Ok(listed(elements, embed.elements(), &base(&world, oid, "docs")))
}

pub(in crate::esia) async fn addresses(
    State(world): State<Arc<World>>,
    bearer: Bearer,
    Path(oid): Path<u64>,
    Query(embed): Embedding,
) -> Answer {
    bearer.person(&world, oid, &["addresses"])?;
    let address = members([
        ("id", (oid % 1000 + 7000).into()),
        ("type", "PLV".into()),
        ("addressStr", "г. Москва, ул. Учебная".into()),
        ("countryId", "RUS".into()),
        ("zipCode", "000000".into()),
        ("region", "Москва".into()),
        ("street", "Учебная".into()),
        ("house", (oid % 100).to_string().into()),
    ]);
    Ok(listed(
        vec![address],
        embed.elements(),
        &base(&world, oid, "addrs"),
    ))
}

fn base(world: &World, oid: u64, collection: &str) -> String {
    format!("{}/rs/prns/{oid}/{collection}", world.index.urls.esia)
}

pub(in crate::esia) async fn organisations(
    State(world): State<Arc<World>>,
    bearer: Bearer,
    Path(oid): Path<u64>,
) -> Answer {
    let person = bearer.person(&world, oid, &["usr_org"])?;
    let esia = &world.index.urls.esia;
    let roles = people::roles(&world, person);
    Ok(collection(
        roles
            .iter()
            .map(|role| format!("{esia}/rs/orgs/{}", role.organisation.oid).into())
            .collect(),
    ))
}

pub(in crate::esia) async fn roles(
    State(world): State<Arc<World>>,
    bearer: Bearer,
    Path(oid): Path<u64>,
    Query(embed): Query<Embed>,
) -> Answer {
    // Elements come embedded whether it is asked for or not.
    let _ = embed;
    let person = bearer.person(&world, oid, &["usr_org"])?;
    let account = people::account(&world, &person.id);
    let elements = people::roles(&world, person).into_iter().map(|role| {
        let organisation = role.organisation;
        json!({
            "oid": organisation.oid,
            "prnOid": person.oid,
            "fullName": organisation.full_name,
            "shortName": organisation.short_name,
            "ogrn": organisation.ogrn,
            "type": if organisation.inn.len() == 12 { "BUSINESS" } else { "LEGAL" },
            "chief": role.chief,
            "admin": role.chief,
            "email": account.map(|account| &account.email),
            "active": role.active,
            "hasRightOfSubstitution": role.chief,
            "hasApprovalTabAccess": false,
            "isLiquidated": false,
        })
    });
    Ok(collection(elements.collect()))
}
