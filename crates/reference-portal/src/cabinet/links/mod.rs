//! Linking an organisation to the caller's account: by signature, by code, by the director.

mod blocking;
mod confirm;
mod create;
mod requisites;

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

pub(crate) use confirm::{__path_by_code, __path_by_signature, __path_repeat, by_code, by_signature, repeat};
pub(crate) use create::{__path_create, DocumentReference, check_documents, create};
pub(crate) use requisites::{Requisites, check_formats};

use super::access::LinkStatus;
use super::codes::ExpectedCode;
use super::files::RequestFile;
use super::refusal::{Code, Refusal};
use super::registry::{Entry, Kind};
use super::request::Caller;
use super::responses::{Common, Written};
use super::signature::encoded;
use super::time_format::rfc3339;
use crate::clock;
use crate::store::{Record, StoreError};
use crate::world::World;

/// A document that goes with a request.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct WantedDocument {
    pub(crate) kind: &'static str,
    pub(crate) title: &'static str,
    pub(crate) required: bool,
}

/// The order in which documents are to be given (C-48: the portal declares it).
pub(crate) const LINK_DOCUMENTS: [WantedDocument; 3] = [
    WantedDocument {
        kind: "charter",
        title: "Устав",
        required: false,
    },
    WantedDocument {
        kind: "registration",
        title: "Лист записи ЕГРЮЛ или свидетельство о регистрации",
        required: false,
    },
    WantedDocument {
        kind: "authority",
        title: "Документ о полномочиях",
        required: false,
    },
];

/// How a link is confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = LinkMethod)]
pub(crate) enum Method {
    /// The organisation's certificate.
    Signature,
    /// A code to the caller; the head's code too, if the caller is not the head.
    Code,
    /// A code to the head.
    Director,
}

/// How far a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = LinkRequestStatus)]
pub(crate) enum Status {
    AwaitingSignature,
    AwaitingCode,
    AwaitingDirector,
    Active,
    Refused,
    Withdrawn,
    Expired,
}

/// A request to link.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Link {
    pub(crate) id: Uuid,
    pub(crate) person: i64,
    pub(crate) organisation: i64,
    method: Method,
    status: Status,
    /// Role the caller gets if not the head.
    role: String,
    pub(crate) requested_ms: i64,
    expires_ms: i64,
    /// What is signed.
    text: String,
    code: Option<ExpectedCode>,
    attempts_left: u32,
    reason: Option<String>,
    /// Documents that came with it.
    #[serde(default)]
    pub(crate) files: Vec<RequestFile>,
    /// What else was told, by name, for the operator.
    #[serde(default)]
    pub(crate) facts: Vec<(String, String)>,
}

impl Record for Link {
    const KIND: &'static str = "link";
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn owner(&self) -> String {
        self.person.to_string()
    }
    fn at_ms(&self) -> i64 {
        self.requested_ms
    }
}

/// The organisation a request is for.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LinkOrganisation {
    oid: String,
    short_name: String,
    full_name: String,
    inn: String,
    ogrn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    kpp: Option<String>,
    kind: Kind,
}

/// Who confirms as the head.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct LinkDirector {
    name: String,
    /// Hidden but for its end.
    contact: String,
}

/// Where the last code went.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LinkCode {
    channel: super::codes::Channel,
    to: String,
    resend_after_seconds: i64,
}

/// A request on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Link)]
pub(crate) struct LinkView {
    id: Uuid,
    organisation: LinkOrganisation,
    status: Status,
    method: Method,
    #[schema(format = DateTime)]
    requested: String,
    #[schema(format = DateTime)]
    expires: String,
    /// Base64 of a text in UTF-8; while a signature is awaited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    bytes_to_sign: Option<String>,
    /// While the head's code is awaited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    director: Option<LinkDirector>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    code: Option<LinkCode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    attempts_left: Option<u32>,
    /// In Russian, of a refused request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<String>,
}

impl Link {
    /// Requests of a person that still wait for something.
    pub(crate) fn open_ones(world: &World, person: i64) -> Result<Vec<Self>, StoreError> {
        let now_ms = clock::now_ms();
        let mut all = world.store.records_of::<Self>(&person.to_string())?;
        all.retain(|link| link.is_open(now_ms));
        Ok(all)
    }

    fn status_at(&self, now_ms: i64) -> Status {
        match self.status {
            Status::AwaitingSignature | Status::AwaitingCode | Status::AwaitingDirector
                if now_ms >= self.expires_ms =>
            {
                Status::Expired
            }
            status => status,
        }
    }

    fn is_open(&self, now_ms: i64) -> bool {
        matches!(
            self.status_at(now_ms),
            Status::AwaitingSignature | Status::AwaitingCode | Status::AwaitingDirector
        )
    }

    /// The status as the list of organisations names it.
    pub(crate) fn link_status(&self) -> LinkStatus {
        match self.status {
            Status::AwaitingSignature => LinkStatus::AwaitingSignature,
            Status::AwaitingCode => LinkStatus::AwaitingCode,
            Status::AwaitingDirector => LinkStatus::AwaitingDirector,
            Status::Active => LinkStatus::Active,
            Status::Refused | Status::Withdrawn | Status::Expired => LinkStatus::Refused,
        }
    }

    fn view(&self, world: &World, entry: &Entry) -> LinkView {
        let now_ms = clock::now_ms();
        let status = self.status_at(now_ms);
        let pause_ms = world.settings().cabinet.resend_pause_s * 1000;
        let awaits_code = matches!(status, Status::AwaitingCode | Status::AwaitingDirector);
        let code = self.code.as_ref().filter(|_| awaits_code).map(|code| LinkCode {
            channel: code.channel,
            to: code.to.clone(),
            resend_after_seconds: (code.sent_ms + pause_ms - now_ms).max(0).div_ceil_to(1000),
        });
        LinkView {
            id: self.id,
            organisation: LinkOrganisation {
                oid: entry.oid.to_string(),
                short_name: entry.short_name.clone(),
                full_name: entry.full_name.clone(),
                inn: entry.inn.clone(),
                ogrn: entry.ogrn.clone(),
                kpp: entry.kpp.clone(),
                kind: entry.kind,
            },
            status,
            method: self.method,
            requested: rfc3339(self.requested_ms),
            expires: rfc3339(self.expires_ms),
            bytes_to_sign: (status == Status::AwaitingSignature).then(|| encoded(&self.text)),
            director: (status == Status::AwaitingDirector).then(|| LinkDirector {
                name: entry.head.name(),
                contact: super::account::masked_email(&entry.email),
            }),
            code,
            attempts_left: awaits_code.then_some(self.attempts_left),
            reason: self.reason.clone(),
        }
    }
}

/// Whole units upwards, which the standard library has for unsigned numbers only.
trait CeilingDivision {
    fn div_ceil_to(self, unit: Self) -> Self;
}

impl CeilingDivision for i64 {
    fn div_ceil_to(self, unit: Self) -> Self {
        (self + unit - 1) / unit
    }
}

/// A request of the caller, with the registry's entry.
fn own<'w>(world: &'w World, caller: &Caller, id: &str) -> Result<(Link, &'w Entry), Refusal> {
    let link = world.store.record::<Link>(id)?;
    let link = link
        .filter(|link| link.person == caller.person)
        .ok_or(Code::NotFound)?;
    let entry = world.registry.by_oid(link.organisation).ok_or(Code::NotFound)?;
    Ok((link, entry))
}

/// The caller's requests, oldest first.
#[utoipa::path(get, path = "/links", tag = "links", responses((status = 200, body = Vec<LinkView>), Common))]
pub(crate) async fn list(
    State(world): State<Arc<World>>,
    caller: Caller,
) -> Result<Json<Vec<LinkView>>, Refusal> {
    let all = world.store.records_of::<Link>(&caller.person.to_string())?;
    let views = all.iter().filter_map(|link| {
        let entry = world.registry.by_oid(link.organisation)?;
        Some(link.view(&world, entry))
    });
    Ok(Json(views.collect()))
}

/// One request.
#[utoipa::path(
    get, path = "/links/{id}", tag = "links",
    params(("id" = String, Path, description = "`id` of the link")),
    responses((status = 200, body = LinkView), Common)
)]
pub(crate) async fn one(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<LinkView>, Refusal> {
    let (link, entry) = own(&world, &caller, &id)?;
    Ok(Json(link.view(&world, entry)))
}

/// Withdraws a request.
#[utoipa::path(
    delete, path = "/links/{id}", tag = "links",
    params(("id" = String, Path, description = "`id` of the link")),
    responses((status = 204, description = "Withdrawn."), Common, Written)
)]
pub(crate) async fn withdraw(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    let now_ms = clock::now_ms();
    own(&world, &caller, &id)?;
    let withdrawn = world.store.change_record(&id, |link: &mut Link| {
        let open = link.is_open(now_ms);
        if open {
            link.status = Status::Withdrawn;
        }
        open
    })?;
    if withdrawn == Some(true) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Code::LinkEnded.into())
    }
}
