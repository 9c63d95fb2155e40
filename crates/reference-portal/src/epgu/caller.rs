//! Who calls: the bearer token of every method but dictionaries.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use super::failure::Failure;
use crate::esia::{self, TokenFault};
use crate::store::Order;
use crate::world::World;

/// What the access token says.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) org_oid: i64,
    pub(super) person_oid: i64,
    pub(super) client_id: String,
}

impl FromRequestParts<Arc<World>> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, world: &Arc<World>) -> Result<Self, Failure> {
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or(Failure::Unauthorised("Не передан маркер доступа"))?;
        let claims = esia::access(world, token.trim()).map_err(|fault| match fault {
            TokenFault::Invalid => Failure::Unauthorised("Маркер доступа не распознан"),
            TokenFault::Expired => Failure::Unauthorised("Срок действия маркера доступа истёк"),
            TokenFault::Ended => Failure::Unauthorised("Сеанс, в котором выдан маркер доступа, завершён"),
        })?;
        if !world.admit(&claims.client_id, world.settings().requests_per_minute) {
            return Err(Failure::Limitation(
                "Превышено количество запросов информационной системы в минуту",
            ));
        }
        // Orders are made for an organisation by a person.
        let (Some(org_oid), Some(person_oid)) = (claims.org_oid, claims.person_oid) else {
            return Err(Failure::OrderAccess);
        };
        Ok(Self {
            org_oid,
            person_oid,
            client_id: claims.client_id,
        })
    }
}

impl Caller {
    /// The order of this number, if it belongs to the caller's organisation and information system.
    pub(super) fn order(&self, world: &World, id: i64) -> Result<Order, Failure> {
        let order = world.store.order(id)?.ok_or(Failure::NotFound)?;
        if !self.owns(&order) {
            return Err(Failure::OrderAccess);
        }
        Ok(order)
    }

    pub(super) fn owns(&self, order: &Order) -> bool {
        order.org_oid == self.org_oid && order.client_id == self.client_id
    }
}
