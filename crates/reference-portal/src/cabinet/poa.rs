//! Powers of attorney: handing files in, what the registry says of them, and the files themselves.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64ct::{Base64, Encoding as _};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::access::{self, Membership, permission};
use super::refusal::{Code, Refusal};
use super::request::{Body, Caller, Parameters};
use super::responses::{Common, Written};
use super::time_format::rfc3339;
use crate::clock;
use crate::poa::{
    self, Fault, MOST_CONTENT, MOST_SIGNATURE, Registered, Submission, Task, TaskKind, TaskState,
};
use crate::store::PoaFiles;
use crate::world::World;

/// On a page of the list.
const PAGE: usize = 100;

/// A file and its signature.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PoaFile {
    /// `ON_EMCHD_YYYYMMDD_{guid}.xml`, or `ON_OTZMCHD_…` of a revocation.
    name: String,
    /// Base64, at most 512 KiB before.
    content: String,
    /// Base64 of a detached CMS, at most 256 KiB before.
    signature: String,
}

/// Names what was begun.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PoaTaskId {
    task: Uuid,
}

/// How far a task is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PoaTask)]
pub(crate) struct TaskView {
    task: Uuid,
    /// Where the file or its name tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    number: Option<Uuid>,
    kind: TaskKind,
    state: TaskState,
    /// The registry had the same file with the same signature.
    already_registered: bool,
    errors: Vec<Fault>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    finished_at: Option<String>,
}

/// Somebody who gives or receives powers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PoaParty)]
pub(crate) struct PartyView {
    /// Empty of a foreign organisation.
    inn: String,
    name: String,
}

/// What the registry says of a power of attorney.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Poa)]
pub(crate) struct PoaView {
    number: Uuid,
    state: poa::State,
    /// Since when.
    #[schema(format = DateTime)]
    state_at: String,
    #[schema(format = Date)]
    issued: String,
    /// The last day.
    #[schema(format = Date)]
    expires: String,
    principals: Vec<PartyView>,
    representatives: Vec<PartyView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    revoked_at: Option<String>,
    /// Of the revocation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<String>,
    /// The one whose powers it passes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    parent: Option<Uuid>,
    /// When the registry said so.
    #[schema(format = DateTime)]
    as_of: String,
}

/// Powers of attorney, those that changed last come last.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PoaPage {
    items: Vec<PoaView>,
    /// Number of the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<usize>,
    #[schema(format = DateTime)]
    as_of: String,
}

impl PoaView {
    fn of(one: &Registered, now_ms: i64) -> Self {
        let parties = |all: &[poa::Party]| {
            let view = |party: &poa::Party| PartyView {
                inn: party.inn().to_owned(),
                name: party.name(),
            };
            all.iter().map(view).collect()
        };
        Self {
            number: one.deed.number,
            state: one.state(now_ms),
            state_at: rfc3339(one.since_ms(now_ms)),
            issued: one.deed.issued.to_string(),
            expires: one.deed.expires.to_string(),
            principals: parties(&one.deed.principals),
            representatives: parties(&one.deed.representatives),
            revoked_at: one.revoked.as_ref().map(|revoked| rfc3339(revoked.at_ms)),
            reason: one.revoked.as_ref().map(|revoked| revoked.reason.clone()),
            parent: one.deed.parent.map(|parent| parent.direct),
            as_of: rfc3339(now_ms),
        }
    }
}

/// The caller's place: in the organisation of the token, or the first there is.
pub(super) fn place(world: &World, caller: &Caller) -> Result<Membership, Refusal> {
    if let Some(oid) = caller.organisation {
        return caller.membership(world, oid);
    }
    let all = access::memberships(world, caller.person)?;
    let own = all.into_iter().find(|one| one.is_active() && one.enabled);
    own.ok_or(Refusal::new(Code::OrganisationNotFound))
}

/// Whether the caller's role grants one of these, without a record of a refusal.
pub(super) fn grants_any(world: &World, place: &Membership, wanted: &[&str]) -> Result<bool, Refusal> {
    let grants = access::grants(world, place)?;
    Ok(grants
        .iter()
        .any(|grant| grant.granted && wanted.contains(&grant.code.as_str())))
}

fn is_up(world: &World) -> Result<(), Refusal> {
    match world.settings().poa.unavailable {
        true => Err(Code::PoaRegistryDown.into()),
        false => Ok(()),
    }
}

fn hand_in(world: &World, caller: &Caller, kind: TaskKind, file: &PoaFile) -> Result<Uuid, Refusal> {
    let place = place(world, caller)?;
    let decoded = |text: &str, name: &str, most: usize| {
        let bytes = Base64::decode_vec(text).map_err(|_| Refusal::bad(format!("{name}: нужен Base64")))?;
        match bytes.len() <= most {
            true => Ok(bytes),
            false => Err(Refusal::new(Code::TooLarge)),
        }
    };
    let (content, signature) = (
        decoded(&file.content, "content", MOST_CONTENT)?,
        decoded(&file.signature, "signature", MOST_SIGNATURE)?,
    );
    let submission = Submission {
        kind,
        name: &file.name,
        content: &content,
        signature: &signature,
        organisation: place.organisation,
        person: caller.person,
    };
    // Who was given powers as a person passes them on without the organisation's rights.
    if !poa::is_of_own_hand(world, &submission, &caller.employee(world)?.inn)? {
        let operation = match kind {
            TaskKind::Registration => "poa.register",
            TaskKind::Revocation => "poa.revoke",
        };
        access::require(world, &place, permission::POA_MANAGE, operation)?;
    }
    Ok(poa::submit(world, &submission)?)
}

/// Hands a power of attorney in to be registered. The same file is the same task.
#[utoipa::path(
    post, path = "/poa/registrations", tag = "powers of attorney", request_body = PoaFile,
    responses((status = 202, body = PoaTaskId), Common, Written)
)]
pub(crate) async fn register(
    State(world): State<Arc<World>>,
    caller: Caller,
    body: Body<PoaFile>,
) -> Result<(StatusCode, Json<PoaTaskId>), Refusal> {
    let task = hand_in(&world, &caller, TaskKind::Registration, &body.value)?;
    Ok((StatusCode::ACCEPTED, Json(PoaTaskId { task })))
}

/// Hands a revocation in. Its progress is read as that of a registration.
#[utoipa::path(
    post, path = "/poa/revocations", tag = "powers of attorney", request_body = PoaFile,
    responses((status = 202, body = PoaTaskId), Common, Written)
)]
pub(crate) async fn revoke(
    State(world): State<Arc<World>>,
    caller: Caller,
    body: Body<PoaFile>,
) -> Result<(StatusCode, Json<PoaTaskId>), Refusal> {
    let task = hand_in(&world, &caller, TaskKind::Revocation, &body.value)?;
    Ok((StatusCode::ACCEPTED, Json(PoaTaskId { task })))
}

/// How far a task of the caller's organisation is.
#[utoipa::path(
    get, path = "/poa/registrations/{task}", tag = "powers of attorney",
    params(("task" = String, Path, description = "`task` of the answer")),
    responses((status = 200, body = TaskView), Common)
)]
pub(crate) async fn task(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(task): Path<String>,
) -> Result<Json<TaskView>, Refusal> {
    let place = place(&world, &caller)?;
    let task = world
        .store
        .record::<Task>(&task)?
        .filter(|task| task.organisation == place.organisation)
        .ok_or(Code::NotFound)?;
    Ok(Json(TaskView {
        task: task.id,
        number: task.number,
        kind: task.kind,
        state: task.state,
        already_registered: task.already,
        errors: task.errors,
        finished_at: task.finished_ms.map(rfc3339),
    }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OneQuery {
    /// ИНН of who gave it.
    inn: String,
}

/// What the registry says of a number, to whoever knows who gave it.
#[utoipa::path(
    get, path = "/poa/{number}", tag = "powers of attorney",
    params(("number" = String, Path, description = "GUID"), OneQuery),
    responses((status = 200, body = PoaView), Common)
)]
pub(crate) async fn one(
    State(world): State<Arc<World>>,
    _caller: Caller,
    Path(number): Path<String>,
    Parameters(query): Parameters<OneQuery>,
) -> Result<Json<PoaView>, Refusal> {
    is_up(&world)?;
    let one = found(&world, &number)?;
    let one = one
        .filter(|one| one.is_given_by(&query.inn))
        .ok_or(Code::PoaNotFound)?;
    Ok(Json(PoaView::of(&one, world.now_ms())))
}

fn found(world: &World, number: &str) -> Result<Option<Registered>, Refusal> {
    let Ok(number) = Uuid::parse_str(number) else {
        return Ok(None);
    };
    Ok(poa::find(world, number)?)
}

/// On which side the organisation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = PoaRole)]
pub(crate) enum Role {
    Principal,
    Representative,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PoaListQuery {
    /// RFC 3339: only those that changed later.
    #[param(format = DateTime)]
    changed_after: Option<String>,
    /// From 1.
    #[param(minimum = 1, maximum = 1000000)]
    page: Option<usize>,
    #[param(inline)]
    role: Option<Role>,
}

/// Given by the caller's organisation, to it, and to its people. Whose role does not include powers of attorney sees what
/// was given to them in person.
#[utoipa::path(
    get, path = "/poa", tag = "powers of attorney", params(PoaListQuery),
    responses((status = 200, body = PoaPage), Common)
)]
pub(crate) async fn list(
    State(world): State<Arc<World>>,
    caller: Caller,
    Parameters(query): Parameters<PoaListQuery>,
) -> Result<Json<PoaPage>, Refusal> {
    let page = query.page.unwrap_or(1);
    if !(1..=1_000_000).contains(&page) {
        return Err(Refusal::bad("page: от 1"));
    }
    let after = query.changed_after.map(|text| {
        let at = OffsetDateTime::parse(&text, &Rfc3339);
        at.map(clock::to_ms)
            .map_err(|_| Refusal::bad("changedAfter: нужен момент RFC 3339"))
    });
    let after = after.transpose()?;
    is_up(&world)?;
    let place = place(&world, &caller)?;
    let sees_all = grants_any(
        &world,
        &place,
        &[permission::POA_MANAGE, permission::REVIEW_ACCESS],
    )?;
    let sight = Sight::of(&world, &caller, &place, sees_all)?;
    let now_ms = world.now_ms();
    let mut all = world.store.records::<Registered>()?;
    all.retain(|one| {
        let (gives, receives) = (sight.gives(one), sight.receives(one));
        match query.role {
            Some(Role::Principal) => gives,
            Some(Role::Representative) => receives,
            None => gives || receives,
        }
    });
    all.retain(|one| after.is_none_or(|after| one.since_ms(now_ms) > after));
    all.sort_by_key(|one| (one.since_ms(now_ms), one.deed.number));
    let shown = all.iter().skip((page - 1).saturating_mul(PAGE)).take(PAGE);
    Ok(Json(PoaPage {
        items: shown.map(|one| PoaView::of(one, now_ms)).collect(),
        next: (page.saturating_mul(PAGE) < all.len()).then_some(page + 1),
        as_of: rfc3339(now_ms),
    }))
}

/// What a caller sees of the registry.
struct Sight {
    /// ИНН of the organisation.
    organisation: Option<String>,
    oid: i64,
    /// ИНН of people whose powers are seen.
    people: Vec<String>,
}

impl Sight {
    fn of(world: &World, caller: &Caller, place: &Membership, sees_all: bool) -> Result<Self, Refusal> {
        let own = caller.employee(world)?.inn.clone();
        if !sees_all {
            return Ok(Self {
                organisation: None,
                oid: place.organisation,
                people: vec![own],
            });
        }
        let members = access::members(world, place.organisation)?;
        let people = members.iter().filter_map(|one| world.employee_by_oid(one.person));
        let entry = world.registry.by_oid(place.organisation);
        Ok(Self {
            organisation: entry.map(|entry| entry.inn.clone()),
            oid: place.organisation,
            people: people.map(|person| person.inn.clone()).collect(),
        })
    }

    fn gives(&self, one: &Registered) -> bool {
        match &self.organisation {
            Some(inn) => one.organisation == self.oid || one.is_given_by(inn),
            None => self.people.iter().any(|inn| one.is_given_by(inn)),
        }
    }

    fn receives(&self, one: &Registered) -> bool {
        self.organisation
            .iter()
            .chain(&self.people)
            .any(|inn| one.is_given_to(inn))
    }
}

/// The file, to organisations and people it names.
#[utoipa::path(
    get, path = "/poa/{number}/file", tag = "powers of attorney",
    params(("number" = String, Path, description = "GUID")),
    responses((status = 200, body = Vec<u8>, content_type = "application/xml"), Common)
)]
pub(crate) async fn file(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(number): Path<String>,
) -> Result<Response, Refusal> {
    let content = files(&world, &caller, &number)?.content;
    Ok(([(header::CONTENT_TYPE, "application/xml")], content).into_response())
}

/// Its detached signature, to organisations and people it names.
#[utoipa::path(
    get, path = "/poa/{number}/signature", tag = "powers of attorney",
    params(("number" = String, Path, description = "GUID")),
    responses((status = 200, body = Vec<u8>, content_type = "application/pkcs7-signature"), Common)
)]
pub(crate) async fn signature(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(number): Path<String>,
) -> Result<Response, Refusal> {
    let signature = files(&world, &caller, &number)?.signature;
    Ok(([(header::CONTENT_TYPE, "application/pkcs7-signature")], signature).into_response())
}

fn files(world: &World, caller: &Caller, number: &str) -> Result<PoaFiles, Refusal> {
    is_up(world)?;
    let place = place(world, caller)?;
    let sees_all = grants_any(
        world,
        &place,
        &[permission::POA_MANAGE, permission::REVIEW_ACCESS],
    )?;
    let sight = Sight::of(world, caller, &place, sees_all)?;
    let one = found(world, number)?.filter(|one| sight.gives(one) || sight.receives(one));
    let one = one.ok_or(Code::PoaNotFound)?;
    Ok(world.store.poa_files(one.task)?.ok_or(Code::PoaNotFound)?)
}
