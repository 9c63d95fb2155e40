//! Whether who acts for an organisation was confirmed there after linking (ORG-34…38, 42), and by what.
//!
//! People of the demo data are confirmed from the beginning, and so is who linked by the organisation's signature (C-42).
//! Everybody else waits, and what [`GATED`] names is refused meanwhile.

mod begin;
mod confirm;
pub(crate) mod page;
mod view;

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

pub(crate) use begin::{__path_begin, begin};
pub(crate) use confirm::{__path_by_code, __path_by_signature, __path_repeat, by_code, by_signature, repeat};

use view::{StandingView, view};

use super::access::Membership;
use super::codes::ExpectedCode;
use super::notifications::{self, Kind as NotificationKind, Link};
use super::refusal::{Code, Refusal};
use super::registry::State as RegistryState;
use super::request::Caller;
use super::responses::Common;
use crate::clock;
use crate::store::{Record, StoreError};
use crate::world::World;

/// What the confirmation opens: applications, extracts, signing, access management, analytics (ORG-35).
pub(crate) const GATED: [&str; 8] = [
    "applications.submit",
    "signing.initiate",
    "signing.sign",
    "services.enable",
    "users.manage",
    "roles.assign",
    "administrators.appoint",
    "statistics.view",
];
/// Why a gated permission is not granted.
pub(crate) const REASON: &str = "Представитель не подтверждён";
/// How long a check takes, at speed 1.
const CHECK_MS: i64 = 20_000;

/// How far the confirmation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = RepresentativeStatus)]
pub(crate) enum Status {
    NotConfirmed,
    AwaitingSignature,
    AwaitingCode,
    AwaitingApproval,
    InReview,
    Refused,
    Confirmed,
}

/// How it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = RepresentativeMethod)]
pub(crate) enum Method {
    /// The organisation's certificate.
    Signature,
    /// A document of authority, contacts and a code sent there.
    Code,
    /// The portal asks the registries.
    Smev,
    /// A page somebody authorised confirms; its address is shown as a QR code.
    Qr,
}

/// What is wrong with what was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = RepresentativeFinding)]
pub(crate) enum Finding {
    FileFormat,
    DocumentInvalid,
    ContactsWrong,
    RequisitesMismatch,
}

impl Finding {
    /// What was found, and what to do about it.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::FileFormat => (
                "Несоответствие формата файла",
                "Приложите документ в PDF, JPEG, PNG или TIFF",
            ),
            Self::DocumentInvalid => (
                "Недействительный документ",
                "Приложите действующую доверенность, выписку из ЕГРЮЛ или приказ о назначении",
            ),
            Self::ContactsWrong => (
                "Ошибка в контактных данных",
                "Укажите телефон в виде +7 и десять цифр и действующий адрес почты",
            ),
            Self::RequisitesMismatch => (
                "Реквизиты не подтверждены реестром",
                "Проверьте сведения об организации в ФНС или подтвердите их подписью",
            ),
        }
    }
}

/// How a person stands in an organisation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Standing {
    person: i64,
    organisation: i64,
    status: Status,
    method: Option<Method>,
    since_ms: i64,
    /// What is signed.
    text: String,
    code: Option<ExpectedCode>,
    /// Where the code goes.
    phone: Option<String>,
    attempts_left: u32,
    /// Names the page that confirms.
    approval: Option<Uuid>,
    expires_ms: Option<i64>,
    /// When a check ends; none while the portal's time stands still.
    due_ms: Option<i64>,
    /// What the operator wants the check to find.
    finding: Option<Finding>,
    reasons: Vec<Finding>,
    confirmed_by: Option<String>,
}

impl Record for Standing {
    const KIND: &'static str = "representative";
    fn id(&self) -> String {
        id(self.person, self.organisation)
    }
    fn owner(&self) -> String {
        self.organisation.to_string()
    }
    fn at_ms(&self) -> i64 {
        self.since_ms
    }
}

fn id(person: i64, organisation: i64) -> String {
    format!("{person}/{organisation}")
}

impl Standing {
    fn new(person: i64, organisation: i64, status: Status) -> Self {
        Self {
            person,
            organisation,
            status,
            method: None,
            since_ms: clock::now_ms(),
            text: String::new(),
            code: None,
            phone: None,
            attempts_left: 0,
            approval: None,
            expires_ms: None,
            due_ms: None,
            finding: None,
            reasons: vec![],
            confirmed_by: None,
        }
    }

    /// Takes what time has brought: the end of a check, of a code, of a page.
    fn settle(&mut self, now_ms: i64, is_listed: bool) {
        match self.status {
            Status::InReview if self.due_ms.is_some_and(|due| due <= now_ms) => {
                let unlisted = (!is_listed).then_some(Finding::RequisitesMismatch);
                match self.finding.take().or(unlisted) {
                    Some(finding) => self.refuse(vec![finding], now_ms),
                    None => self.confirm(None, now_ms),
                }
            }
            Status::AwaitingCode | Status::AwaitingApproval
                if self.expires_ms.is_some_and(|end| end <= now_ms) =>
            {
                self.status = Status::NotConfirmed;
                self.approval = None;
            }
            _ => {}
        }
    }

    fn refuse(&mut self, reasons: Vec<Finding>, now_ms: i64) {
        self.status = Status::Refused;
        self.reasons = reasons;
        self.since_ms = now_ms;
    }

    fn confirm(&mut self, by: Option<String>, now_ms: i64) {
        self.status = Status::Confirmed;
        self.confirmed_by = by;
        self.approval = None;
        self.code = None;
        self.reasons = vec![];
        self.since_ms = now_ms;
    }
}

/// How a person stands now; nothing for who needed no confirmation.
fn current(world: &World, person: i64, organisation: i64) -> Result<Option<Standing>, StoreError> {
    let now_ms = clock::now_ms();
    let entry = world.registry.by_oid(organisation);
    let is_listed = entry.is_some_and(|entry| entry.state != RegistryState::Liquidated);
    let settled = world
        .store
        .change_record(&id(person, organisation), |standing: &mut Standing| {
            let before = standing.status;
            standing.settle(now_ms, is_listed);
            (standing.clone(), before != standing.status)
        })?;
    let Some((standing, has_changed)) = settled else {
        return Ok(None);
    };
    if has_changed {
        tell(world, &standing)?;
    }
    Ok(Some(standing))
}

/// Tells the person how a confirmation ended.
fn tell(world: &World, standing: &Standing) -> Result<(), StoreError> {
    let title = match standing.status {
        Status::Confirmed => "Представитель подтверждён",
        Status::Refused => "Представитель не подтверждён",
        _ => return Ok(()),
    };
    let name = world
        .registry
        .by_oid(standing.organisation)
        .map_or("", |e| &e.short_name);
    let reasons: Vec<&str> = standing.reasons.iter().map(|one| one.words().0).collect();
    let text = match reasons.is_empty() {
        true => format!("{name}."),
        false => format!("{name}: {}.", reasons.join(", ")),
    };
    let link = Link {
        section: "organisations".into(),
        id: Some(standing.organisation.to_string()),
    };
    let person = standing.person;
    notifications::add(
        world,
        person,
        NotificationKind::Security,
        title,
        &text,
        Some(link),
        true,
    )
}

/// Whether the confirmation still keeps this permission closed.
pub(crate) fn is_closed(world: &World, membership: &Membership) -> Result<bool, StoreError> {
    let standing = current(world, membership.person, membership.organisation)?;
    Ok(standing.is_some_and(|standing| standing.status != Status::Confirmed))
}

/// After linking: who did it by the organisation's signature is confirmed by that.
pub(crate) fn linked(
    world: &World,
    person: i64,
    organisation: i64,
    by_signature: bool,
) -> Result<(), StoreError> {
    let status = if by_signature {
        Status::Confirmed
    } else {
        Status::NotConfirmed
    };
    world.store.put_record(&Standing {
        method: by_signature.then_some(Method::Signature),
        ..Standing::new(person, organisation, status)
    })
}

/// The operator's word.
pub(crate) fn set(
    world: &World,
    person: i64,
    organisation: i64,
    status: Status,
    finding: Option<Finding>,
) -> Result<(), StoreError> {
    let now_ms = clock::now_ms();
    let mut standing =
        current(world, person, organisation)?.unwrap_or_else(|| Standing::new(person, organisation, status));
    match (status, finding) {
        (Status::Refused, Some(finding)) => standing.refuse(vec![finding], now_ms),
        _ => {
            standing.status = status;
            standing.finding = finding;
            standing.reasons = vec![];
        }
    }
    world.store.put_record(&standing)
}

/// The caller's place in the organisation of the path.
fn member(world: &World, caller: &Caller, oid: &str) -> Result<Membership, Refusal> {
    let oid = oid.parse().map_err(|_| Code::OrganisationNotFound)?;
    caller.membership(world, oid)
}

/// How the caller stands in an organisation.
#[utoipa::path(
    get, path = "/organisations/{oid}/representative", tag = "representative",
    params(("oid" = String, Path, description = "oid of the organisation")),
    responses((status = 200, body = StandingView), Common)
)]
pub(crate) async fn show(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(oid): Path<String>,
) -> Result<Json<StandingView>, Refusal> {
    let membership = member(&world, &caller, &oid)?;
    let standing = current(&world, membership.person, membership.organisation)?;
    Ok(Json(view(&world, standing.as_ref())))
}
