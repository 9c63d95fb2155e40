//! Inspections of the caller's organisation by authorities: planned or not, whose, of what, when, how they ended (STAT-07).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::access::{self, permission};
use super::notifications::{self, Kind as NotificationKind, Link};
use super::refusal::{Code, Refusal};
use super::request::Caller;
use super::responses::Common;
use super::time_format::rfc3339;
use crate::clock;
use crate::store::{Record, StoreError};
use crate::world::World;

/// Whether it stands in the plan of the year.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = InspectionKind)]
pub(crate) enum Kind {
    Planned,
    Unplanned,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = InspectionStatus)]
pub(crate) enum Status {
    Announced,
    UnderWay,
    Suspended,
    Ended,
    Cancelled,
}

/// A document of an inspection: an order, a protocol.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InspectionDocument)]
pub(crate) struct Document {
    title: String,
    number: String,
}

/// What an operator says of an inspection.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Described {
    /// oid of the organisation.
    organisation: i64,
    kind: Kind,
    agency: String,
    subject: String,
    /// Days from now.
    begins_in: i32,
    /// Days from now.
    ends_in: i32,
    status: Status,
    #[serde(default)]
    result: Option<String>,
    #[serde(default)]
    documents: Vec<Document>,
    /// Papers the authority wants of the organisation, in Russian.
    #[serde(default)]
    papers: Vec<String>,
    /// Days from now in which they are wanted.
    #[serde(default)]
    papers_in: Option<i32>,
    /// The inspection that is now so; without it a new one is meant.
    #[serde(default)]
    id: Option<Uuid>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Inspection {
    id: Uuid,
    number: String,
    begins_ms: i64,
    ends_ms: i64,
    #[serde(default)]
    papers_due_ms: Option<i64>,
    said: Described,
}

impl Record for Inspection {
    const KIND: &'static str = "inspection";
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn owner(&self) -> String {
        self.said.organisation.to_string()
    }
    fn at_ms(&self) -> i64 {
        self.begins_ms
    }
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Writes an inspection down and tells whoever may see it of a new one.
pub(crate) fn add(world: &World, said: Described) -> Result<Uuid, StoreError> {
    let (id, now_ms) = (said.id.unwrap_or_else(Uuid::new_v4), clock::now_ms());
    let is_new = said.id.is_none();
    let inspection = Inspection {
        id,
        number: format!("99{:012}", id.as_u128() % 1_000_000_000_000),
        begins_ms: now_ms + i64::from(said.begins_in) * DAY_MS + 60_000,
        ends_ms: now_ms + i64::from(said.ends_in) * DAY_MS,
        // A minute more: «in 3 days» is said of it today, and not that 2 whole days are left.
        papers_due_ms: said
            .papers_in
            .map(|days| now_ms + i64::from(days) * DAY_MS + 60_000),
        said,
    };
    world.store.put_record(&inspection)?;
    if !is_new {
        return Ok(id);
    }
    for member in access::members(world, inspection.said.organisation)? {
        let grants = access::grants(world, &member)?;
        if grants
            .iter()
            .any(|grant| grant.granted && grant.code == permission::TAXES_VIEW)
        {
            let text = format!("{}: {}", inspection.said.agency, inspection.said.subject);
            let link = Link {
                section: "inspections".into(),
                id: Some(id.to_string()),
            };
            let kind = NotificationKind::Deadline;
            notifications::add(
                world,
                member.person,
                kind,
                "Назначена проверка",
                &text,
                Some(link),
                true,
            )?;
        }
    }
    Ok(id)
}

/// An inspection on the wire.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Inspection)]
pub(crate) struct InspectionView {
    id: Uuid,
    /// In the register of inspections.
    number: String,
    kind: Kind,
    agency: String,
    subject: String,
    #[schema(format = DateTime)]
    begins: String,
    #[schema(format = DateTime)]
    ends: String,
    status: Status,
    /// In Russian, of one that ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    result: Option<String>,
    documents: Vec<Document>,
    /// Papers the authority wants of the organisation, in Russian.
    papers: Vec<String>,
    /// Until when it wants them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    papers_due: Option<String>,
}

/// Inspections of the organisation the token is for, the latest first.
#[utoipa::path(
    get, path = "/inspections", tag = "inspections",
    responses((status = 200, body = Vec<InspectionView>), Common)
)]
pub(crate) async fn list(
    State(world): State<Arc<World>>,
    caller: Caller,
) -> Result<Json<Vec<InspectionView>>, Refusal> {
    let organisation = caller.organisation.ok_or(Code::OrganisationNotFound)?;
    caller.require(&world, organisation, permission::TAXES_VIEW, "inspections.list")?;
    let all = world.store.records_of::<Inspection>(&organisation.to_string())?;
    let views = all.into_iter().rev().map(|one| InspectionView {
        id: one.id,
        number: one.number,
        kind: one.said.kind,
        agency: one.said.agency,
        subject: one.said.subject,
        begins: rfc3339(one.begins_ms),
        ends: rfc3339(one.ends_ms),
        status: one.said.status,
        result: one.said.result,
        documents: one.said.documents,
        papers: one.said.papers,
        papers_due: one.papers_due_ms.map(rfc3339),
    });
    Ok(Json(views.collect()))
}
