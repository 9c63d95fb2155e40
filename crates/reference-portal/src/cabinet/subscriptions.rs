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

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SubscribedService {
    code: String,
    title: String,
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
    /// Roubles a month.
    price: u32,
    history: Vec<SubscriptionEvent>,
}

/// Roubles a month, for every service.
const PRICE: u32 = 300;
const MONTH_MS: i64 = Duration::days(30).whole_milliseconds() as i64;

impl Subscription {
    fn view(&self) -> SubscriptionView {
        let known = services::by_code(&self.service);
        let is_over = self.until_ms.is_some_and(|until| until <= clock::now_ms());
        SubscriptionView {
            id: self.id,
            service: SubscribedService {
                code: self.service.clone(),
                title: known.map_or_else(|| self.service.clone(), |s| s.name.clone()),
            },
            status: if is_over { Status::Ended } else { self.status },
            since: rfc3339(self.since_ms),
            until: self.until_ms.map(rfc3339),
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
    request_body = SubscribeRequest,
    responses((status = 201, body = SubscriptionView), Common, Written)
)]
pub(crate) async fn subscribe(
    State(world): State<Arc<World>>,
    caller: Caller,
    Body { value, .. }: Body<SubscribeRequest>,
) -> Result<(StatusCode, Json<SubscriptionView>), Refusal> {
    let term_ms = check_months(value.months)?;
    let service = services::by_code(&value.service_code).ok_or(Code::ServiceNotFound)?;
    require(&world, &caller, "subscription.create")?;
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

/// Extends a subscription, or confirms one that waits.
#[utoipa::path(
    post, path = "/me/subscriptions/{id}/extend", tag = "subscriptions",
    params(("id" = String, Path, description = "`id` of the subscription")),
    request_body = ExtendRequest,
    responses((status = 200, body = SubscriptionView), Common, Written)
)]
pub(crate) async fn extend(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
    Body { value, .. }: Body<ExtendRequest>,
) -> Result<Json<SubscriptionView>, Refusal> {
    let term_ms = check_months(value.months)?;
    own(&world, &caller, &id)?;
    require(&world, &caller, "subscription.extend")?;
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
    params(("id" = String, Path, description = "`id` of the subscription")),
    responses((status = 204, description = "Cancelled."), Common, Written)
)]
pub(crate) async fn cancel(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    own(&world, &caller, &id)?;
    require(&world, &caller, "subscription.cancel")?;
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
