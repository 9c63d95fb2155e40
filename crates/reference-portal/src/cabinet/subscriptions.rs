//! Subscriptions to services (SVC-27…31).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use time::Duration;
use utoipa::ToSchema;
use uuid::Uuid;

use super::access::permission;
use super::refusal::{Code, Refusal};
use super::request::{Body, Caller};
use super::responses::{Common, Written};
use super::step_up::Confirmation;
use super::time_format::rfc3339;
use crate::clock;
use crate::services;
use crate::store::Record;
use crate::world::World;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = SubscriptionStatus)]
pub(crate) enum Status {
    Active,
    AwaitingConfirmation,
    Ended,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = SubscriptionOperation)]
pub(crate) enum Operation {
    Subscribed,
    Confirmed,
    Extended,
    Cancelled,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Event {
    at_ms: i64,
    operation: Operation,
    by: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Subscription {
    id: Uuid,
    person: i64,
    service: String,
    status: Status,
    since_ms: i64,
    until_ms: Option<i64>,
    months: u32,
    history: Vec<Event>,
}

impl Record for Subscription {
    const KIND: &'static str = "subscription";
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn owner(&self) -> String {
        self.person.to_string()
    }
    fn at_ms(&self) -> i64 {
        self.since_ms
    }
}

/// What is subscribed to, with all that helps to decide.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubscribedService {
    code: String,
    title: String,
    summary: String,
    agency: String,
    term_days: u32,
    documents: Vec<String>,
}

impl SubscribedService {
    /// A service that left the catalogue keeps its code.
    fn of(code: &str) -> Self {
        match services::by_code(code) {
            Some(known) => Self {
                code: known.code.clone(),
                title: known.name.clone(),
                summary: known.summary.clone(),
                agency: known.authority.clone(),
                term_days: known.term_days,
                documents: known.documents.clone(),
            },
            None => Self {
                code: code.into(),
                title: code.into(),
                summary: String::new(),
                agency: String::new(),
                term_days: 0,
                documents: vec![],
            },
        }
    }
}

/// One operation on a subscription.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SubscriptionEvent {
    #[schema(format = DateTime)]
    at: String,
    operation: Operation,
    /// Who did it.
    by: String,
}

/// A subscription on the wire.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Subscription)]
pub(crate) struct SubscriptionView {
    id: Uuid,
    service: SubscribedService,
    status: Status,
    #[schema(format = DateTime)]
    since: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    until: Option<String>,
    /// What was asked for last.
    months: u32,
    /// Roubles a month.
    price: u32,
    history: Vec<SubscriptionEvent>,
}

/// Name in `data/confirmations.json`.
const OPERATION: &str = "subscription.change";
/// Categories of the catalogue whose services are offered by subscription.
const OFFERED: [&str; 4] = [
    "Выписки и справки",
    "Исполнительное производство",
    "Отчётность",
    "Электронная подпись",
];
/// Roubles a month, for every service.
const PRICE: u32 = 300;
const MONTH_MS: i64 = Duration::days(30).whole_milliseconds() as i64;

impl Subscription {
    fn view(&self) -> SubscriptionView {
        let is_over = self.until_ms.is_some_and(|until| until <= clock::now_ms());
        SubscriptionView {
            id: self.id,
            service: SubscribedService::of(&self.service),
            status: if is_over { Status::Ended } else { self.status },
            since: rfc3339(self.since_ms),
            until: self.until_ms.map(rfc3339),
            months: self.months,
            price: PRICE,
            history: self
                .history
                .iter()
                .map(|event| SubscriptionEvent {
                    at: rfc3339(event.at_ms),
                    operation: event.operation,
                    by: event.by.clone(),
                })
                .collect(),
        }
    }
}

fn by(world: &World, caller: &Caller) -> Result<String, Refusal> {
    let employee = caller.employee(world)?;
    Ok(format!("{} {}", employee.surname, employee.given_name))
}

/// Subscriptions of an organisation change with its permission; those of a person alone need none.
fn require(world: &World, caller: &Caller, operation: &str) -> Result<(), Refusal> {
    match caller.organisation {
        Some(oid) => caller
            .require(world, oid, permission::SERVICES_ENABLE, operation)
            .map(drop),
        None => Ok(()),
    }
}

/// The caller's subscriptions, oldest first.
#[utoipa::path(
    get, path = "/me/subscriptions", tag = "subscriptions",
    responses((status = 200, body = Vec<SubscriptionView>), Common)
)]
pub(crate) async fn list(
    State(world): State<Arc<World>>,
    caller: Caller,
) -> Result<Json<Vec<SubscriptionView>>, Refusal> {
    let all = world
        .store
        .records_of::<Subscription>(&caller.person.to_string())?;
    Ok(Json(all.iter().map(Subscription::view).collect()))
}

/// A service that can be subscribed to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SubscriptionOffer {
    service: SubscribedService,
    /// Roubles a month.
    price: u32,
}

/// What can be subscribed to, by title.
#[utoipa::path(
    get, path = "/subscription-offers", tag = "subscriptions",
    responses((status = 200, body = Vec<SubscriptionOffer>), Common)
)]
pub(crate) async fn offers(_caller: Caller) -> Json<Vec<SubscriptionOffer>> {
    let mut all: Vec<SubscriptionOffer> = services::all()
        .iter()
        .filter(|service| OFFERED.contains(&service.category.as_str()))
        .map(|service| SubscriptionOffer {
            service: SubscribedService::of(&service.code),
            price: PRICE,
        })
        .collect();
    all.sort_by(|a, b| a.service.title.cmp(&b.service.title));
    Json(all)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SubscribeRequest {
    service_code: String,
    #[schema(minimum = 1, maximum = 36)]
    months: u32,
    /// Whether the user has confirmed already; otherwise it waits.
    #[serde(default)]
    confirmed: bool,
}

fn check_months(months: u32) -> Result<i64, Refusal> {
    if (1..=36).contains(&months) {
        Ok(i64::from(months) * MONTH_MS)
    } else {
        Err(Refusal::bad("months: от 1 до 36"))
    }
}

/// Subscribes to a service.
#[utoipa::path(
    post, path = "/me/subscriptions", tag = "subscriptions",
    params(("X-Step-Up" = Option<String>, Header, description = "`stepUp.id` that was confirmed")),
    request_body = SubscribeRequest,
    responses((status = 201, body = SubscriptionView), Common, Written)
)]
pub(crate) async fn subscribe(
    State(world): State<Arc<World>>,
    caller: Caller,
    confirmation: Confirmation,
    Body { value, digest }: Body<SubscribeRequest>,
) -> Result<(StatusCode, Json<SubscriptionView>), Refusal> {
    let term_ms = check_months(value.months)?;
    let service = services::by_code(&value.service_code).ok_or(Code::ServiceNotFound)?;
    require(&world, &caller, "subscription.create")?;
    confirmation.require(&world, &caller, OPERATION, &digest)?;
    let now_ms = clock::now_ms();
    let operation = if value.confirmed {
        Operation::Confirmed
    } else {
        Operation::Subscribed
    };
    let subscription = Subscription {
        id: Uuid::new_v4(),
        person: caller.person,
        service: service.code.clone(),
        status: if value.confirmed {
            Status::Active
        } else {
            Status::AwaitingConfirmation
        },
        since_ms: now_ms,
        until_ms: value.confirmed.then_some(now_ms + term_ms),
        months: value.months,
        history: vec![Event {
            at_ms: now_ms,
            operation,
            by: by(&world, &caller)?,
        }],
    };
    world.store.add_record(&subscription)?;
    Ok((StatusCode::CREATED, Json(subscription.view())))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ExtendRequest {
    #[schema(minimum = 1, maximum = 36)]
    months: u32,
    payment_confirmed: bool,
}

/// Confirms a subscription that waits; its term begins now.
#[utoipa::path(
    post, path = "/me/subscriptions/{id}/confirm", tag = "subscriptions",
    params(
        ("id" = String, Path, description = "`id` of the subscription"),
        ("X-Step-Up" = Option<String>, Header, description = "`stepUp.id` that was confirmed"),
    ),
    responses((status = 200, body = SubscriptionView), Common, Written)
)]
pub(crate) async fn confirm(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
    confirmation: Confirmation,
) -> Result<Json<SubscriptionView>, Refusal> {
    own(&world, &caller, &id)?;
    require(&world, &caller, "subscription.confirm")?;
    confirmation.require(&world, &caller, OPERATION, &[])?;
    let (now_ms, by) = (clock::now_ms(), by(&world, &caller)?);
    let confirmed = world
        .store
        .change_record(&id, |subscription: &mut Subscription| {
            match subscription.status {
                Status::Ended => return Err(Code::SubscriptionEnded),
                Status::Active => return Err(Code::WrongState),
                Status::AwaitingConfirmation => {}
            }
            subscription.status = Status::Active;
            subscription.until_ms = Some(now_ms + i64::from(subscription.months) * MONTH_MS);
            subscription.history.push(Event {
                at_ms: now_ms,
                operation: Operation::Confirmed,
                by,
            });
            Ok(subscription.view())
        })?;
    Ok(Json(confirmed.ok_or(Code::NotFound)??))
}

/// Extends a subscription, or confirms one that waits.
#[utoipa::path(
    post, path = "/me/subscriptions/{id}/extend", tag = "subscriptions",
    params(
        ("id" = String, Path, description = "`id` of the subscription"),
        ("X-Step-Up" = Option<String>, Header, description = "`stepUp.id` that was confirmed"),
    ),
    request_body = ExtendRequest,
    responses((status = 200, body = SubscriptionView), Common, Written)
)]
pub(crate) async fn extend(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
    confirmation: Confirmation,
    Body { value, digest }: Body<ExtendRequest>,
) -> Result<Json<SubscriptionView>, Refusal> {
    let term_ms = check_months(value.months)?;
    own(&world, &caller, &id)?;
    require(&world, &caller, "subscription.extend")?;
    confirmation.require(&world, &caller, OPERATION, &digest)?;
    if !value.payment_confirmed {
        return Err(Code::PaymentNotConfirmed.into());
    }
    let (now_ms, by) = (clock::now_ms(), by(&world, &caller)?);
    let extended = world
        .store
        .change_record(&id, |subscription: &mut Subscription| {
            if subscription.status == Status::Ended {
                return Err(Code::SubscriptionEnded);
            }
            subscription.status = Status::Active;
            subscription.until_ms = Some(subscription.until_ms.unwrap_or(now_ms).max(now_ms) + term_ms);
            subscription.months = value.months;
            subscription.history.push(Event {
                at_ms: now_ms,
                operation: Operation::Extended,
                by,
            });
            Ok(subscription.view())
        })?;
    Ok(Json(extended.ok_or(Code::NotFound)??))
}

/// Cancels a subscription.
#[utoipa::path(
    delete, path = "/me/subscriptions/{id}", tag = "subscriptions",
    params(
        ("id" = String, Path, description = "`id` of the subscription"),
        ("X-Step-Up" = Option<String>, Header, description = "`stepUp.id` that was confirmed"),
    ),
    responses((status = 204, description = "Cancelled."), Common, Written)
)]
pub(crate) async fn cancel(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
    confirmation: Confirmation,
) -> Result<StatusCode, Refusal> {
    own(&world, &caller, &id)?;
    require(&world, &caller, "subscription.cancel")?;
    confirmation.require(&world, &caller, OPERATION, &[])?;
    let (now_ms, by) = (clock::now_ms(), by(&world, &caller)?);
    let cancelled = world
        .store
        .change_record(&id, |subscription: &mut Subscription| {
            if subscription.status == Status::Ended {
                return Err(Code::SubscriptionEnded);
            }
            subscription.status = Status::Ended;
            subscription.history.push(Event {
                at_ms: now_ms,
                operation: Operation::Cancelled,
                by,
            });
            Ok(StatusCode::NO_CONTENT)
        })?;
    Ok(cancelled.ok_or(Code::NotFound)??)
}

fn own(world: &World, caller: &Caller, id: &str) -> Result<(), Refusal> {
    let found = world.store.record::<Subscription>(id)?;
    match found {
        Some(subscription) if subscription.person == caller.person => Ok(()),
        _ => Err(Code::NotFound.into()),
    }
}
