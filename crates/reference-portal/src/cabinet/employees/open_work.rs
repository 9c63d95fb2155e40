//! What somebody has not finished, and who takes it over (EMP-27).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::refusal::{Code, OpenOrder, Refusal};
use super::person::Person;
use crate::services;
use crate::store::{Record, StoreError};
use crate::world::World;

/// What is not over.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OpenWork {
    /// Applications the person filed or was given.
    pub(crate) orders: Vec<OpenOrder>,
    /// Files of colleagues that wait for the person.
    pub(crate) waiting_files: usize,
}

impl OpenWork {
    pub(super) fn is_none(&self) -> bool {
        self.orders.is_empty() && self.waiting_files == 0
    }
}

/// Who answers for an application now.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Assignment {
    order: i64,
    person: i64,
    at_ms: i64,
}

impl Record for Assignment {
    const KIND: &'static str = "assignment";
    fn id(&self) -> String {
        self.order.to_string()
    }
    fn owner(&self) -> String {
        self.person.to_string()
    }
    fn at_ms(&self) -> i64 {
        self.at_ms
    }
}

/// What the person has not finished in this organisation.
pub(super) fn of(world: &World, person: &Person<'_>) -> Result<OpenWork, StoreError> {
    let place = &person.membership;
    let mut orders = vec![];
    for order in world.store.all_orders()? {
        if order.org_oid != place.organisation || order.is_draft() {
            continue;
        }
        let given = world.store.record::<Assignment>(&order.id.to_string())?;
        if given.map_or(order.person_oid, |given| given.person) != place.person {
            continue;
        }
        let history = world.store.history(order.id)?;
        if history.last().is_some_and(|last| !last.is_final) {
            orders.push(OpenOrder {
                order_id: order.id,
                title: services::by_code(&order.service)
                    .map_or_else(|| order.service.clone(), |service| service.name.clone()),
            });
        }
    }
    let waiting = world.store.hand_overs(place.person)?;
    let own = waiting
        .iter()
        .filter(|one| one.organisation == place.organisation);
    Ok(OpenWork {
        orders,
        waiting_files: own.count(),
    })
}

/// Refuses while there is something, naming it.
pub(super) fn require_none(work: OpenWork) -> Result<(), Refusal> {
    if work.is_none() {
        return Ok(());
    }
    let waiting = work.waiting_files;
    let refusal = Refusal::new(Code::OpenWork).with(|body| {
        body.orders = work.orders;
        body.waiting_files = (waiting > 0).then_some(waiting);
    });
    Err(refusal)
}

/// Gives the applications to somebody else. Files wait for whom they were sealed to, so they go nowhere.
pub(super) fn give(world: &World, orders: &[OpenOrder], to: i64) -> Result<(), StoreError> {
    for order in orders {
        world.store.put_record(&Assignment {
            order: order.order_id,
            person: to,
            at_ms: world.now_ms(),
        })?;
    }
    Ok(())
}
