//! Licences and permits (SVC-20…22): given when an application for one is granted, listed for whoever works for the
//! organisation, each with a signed file.

mod file;

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use time::Duration;
use utoipa::ToSchema;

use super::access;
use super::notifications::{self, Kind as NotificationKind, Link};
use super::refusal::{Code, Refusal};
use super::request::Caller;
use super::responses::Common;
use super::time_format::rfc3339;
use crate::clock;
use crate::services;
use crate::store::{Order, Record, ResultFile, Step, StoreError};
use crate::world::{World, WorldError};

/// What a service gives, and for how many days.
const GIVEN: [(&str, Kind, i64); 3] = [
    ("99000000010", Kind::Licence, 5 * 365),
    ("99000000011", Kind::ConstructionPermit, 3 * 365),
    ("99000000015", Kind::SanitaryConclusion, 365),
];

/// What was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = LicenceKind)]
pub(crate) enum Kind {
    Licence,
    ConstructionPermit,
    SanitaryConclusion,
}

impl Kind {
    /// In Russian, for the file.
    fn title(self) -> &'static str {
        match self {
            Self::Licence => "Лицензия",
            Self::ConstructionPermit => "Разрешение на строительство",
            Self::SanitaryConclusion => "Санитарно-эпидемиологическое заключение",
        }
    }
}

/// An entry of the register.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Licence {
    number: String,
    organisation: i64,
    service: String,
    kind: Kind,
    issued_ms: i64,
    ends_ms: i64,
    /// The application it was given for; none for one the operator made.
    order: Option<i64>,
}

impl Record for Licence {
    const KIND: &'static str = "licence";
    fn id(&self) -> String {
        self.number.clone()
    }
    fn owner(&self) -> String {
        self.organisation.to_string()
    }
    fn at_ms(&self) -> i64 {
        self.issued_ms
    }
}

impl Licence {
    /// What this order leads to when it is granted.
    fn of(order: &Order, now_ms: i64) -> Option<Self> {
        let (service, kind, days) = GIVEN.into_iter().find(|row| row.0 == order.service)?;
        Some(Self {
            number: format!("{}-{:08}", &service[service.len() - 2..], order.id),
            organisation: order.org_oid,
            service: service.into(),
            kind,
            issued_ms: now_ms,
            ends_ms: now_ms + days_ms(days),
            order: Some(order.id),
        })
    }

    /// One of the operator's; nothing for a service that gives none.
    pub(crate) fn made(
        organisation: i64,
        service: &str,
        number: Option<String>,
        ends_in_days: i64,
    ) -> Option<Self> {
        let (service, kind, days) = GIVEN.into_iter().find(|row| row.0 == service)?;
        let now_ms = clock::now_ms();
        // A minute more: «ends in 30 days» is said of it today, and not that 29 whole days are left.
        let ends_ms = now_ms + days_ms(ends_in_days) + 60_000;
        Some(Self {
            number: number.unwrap_or_else(|| format!("{}-{now_ms}", &service[service.len() - 2..])),
            organisation,
            service: service.into(),
            kind,
            issued_ms: ends_ms - days_ms(days),
            ends_ms,
            order: None,
        })
    }
}

fn days_ms(days: i64) -> i64 {
    i64::try_from(Duration::days(days).whole_milliseconds()).unwrap_or(i64::MAX)
}

/// The signed files of the licence an order is granted with, to be put among its results.
pub(crate) fn files_for(world: &World, order: &Order, now_ms: i64) -> Result<Vec<ResultFile>, WorldError> {
    match Licence::of(order, now_ms) {
        Some(licence) => licence.results(world),
        None => Ok(vec![]),
    }
}

/// Enters the licence of an order that was granted, and tells who may track it.
pub(crate) fn granted(world: &World, order: &Order, step: &Step) -> Result<(), StoreError> {
    if !(step.is_final && step.status_id == Some(3)) {
        return Ok(());
    }
    let Some(licence) = Licence::of(order, step.now_ms) else {
        return Ok(());
    };
    if world.store.add_record(&licence)? {
        let link = Link {
            section: "subscriptions".into(),
            id: Some(licence.number.clone()),
        };
        let text = format!("{} № {}.", licence.kind.title(), licence.number);
        notifications::add(
            world,
            order.person_oid,
            NotificationKind::Order,
            "Выдан документ",
            &text,
            Some(link),
            false,
        )?;
    }
    Ok(())
}

/// Whom a licence was given to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LicenceHolder {
    oid: String,
    short_name: String,
}

/// A licence on the wire.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Licence)]
pub(crate) struct LicenceView {
    number: String,
    kind: Kind,
    /// In Russian.
    title: String,
    /// The service that gives and renews it.
    service_code: String,
    agency: String,
    organisation: LicenceHolder,
    #[schema(format = DateTime)]
    issued: String,
    #[schema(format = DateTime)]
    ends: String,
    /// The application it was given for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    order_id: Option<i64>,
    /// Of the file below `/licences/{number}/file`.
    file_name: String,
}

impl LicenceView {
    fn of(world: &World, licence: &Licence) -> Self {
        let entry = world.registry.by_oid(licence.organisation);
        let service = services::by_code(&licence.service);
        Self {
            number: licence.number.clone(),
            kind: licence.kind,
            title: licence.kind.title().into(),
            service_code: licence.service.clone(),
            agency: service.map(|s| s.authority.clone()).unwrap_or_default(),
            organisation: LicenceHolder {
                oid: licence.organisation.to_string(),
                short_name: entry.map(|e| e.short_name.clone()).unwrap_or_default(),
            },
            issued: rfc3339(licence.issued_ms),
            ends: rfc3339(licence.ends_ms),
            order_id: licence.order,
            file_name: format!("licence-{}.zip", licence.number),
        }
    }
}

/// Organisations whose licences the caller may see: that of the token, or all the caller works for.
fn visible(world: &World, caller: &Caller) -> Result<Vec<i64>, Refusal> {
    if let Some(oid) = caller.organisation {
        return Ok(vec![caller.membership(world, oid)?.organisation]);
    }
    let all = access::memberships(world, caller.person)?;
    Ok(all
        .iter()
        .filter(|m| m.is_active() && m.enabled)
        .map(|m| m.organisation)
        .collect())
}

/// Licences of the caller's organisations; those that end first come first.
#[utoipa::path(
    get, path = "/licences", tag = "licences",
    responses((status = 200, body = Vec<LicenceView>), Common)
)]
pub(crate) async fn list(
    State(world): State<Arc<World>>,
    caller: Caller,
) -> Result<Json<Vec<LicenceView>>, Refusal> {
    let mut all = vec![];
    for organisation in visible(&world, &caller)? {
        all.extend(world.store.records_of::<Licence>(&organisation.to_string())?);
    }
    all.sort_by_key(|licence| licence.ends_ms);
    Ok(Json(all.iter().map(|one| LicenceView::of(&world, one)).collect()))
}

/// The licence as `licence.pdf` for people and `licence.xml` for programs, each with its detached signature, in a zip.
#[utoipa::path(
    get, path = "/licences/{number}/file", tag = "licences",
    params(("number" = String, Path, description = "`number` of the licence")),
    responses((status = 200, body = Vec<u8>, content_type = "application/zip"), Common)
)]
pub(crate) async fn file(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(number): Path<String>,
) -> Result<Response, Refusal> {
    let visible = visible(&world, &caller)?;
    let licence = world
        .store
        .record::<Licence>(&number)?
        .filter(|licence| visible.contains(&licence.organisation))
        .ok_or(Code::LicenceNotFound)?;
    let archive = licence.archive(&world)?;
    Ok(([(header::CONTENT_TYPE, "application/zip")], archive).into_response())
}
