//! An order number before there is content (method 1).

use kabinet_domain::OrderId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::loose::Loose;
use crate::transport::{Answer, Call, Effect, Payload, Site};
use crate::{AccessToken, Portal, PortalError, ProtocolFault};

/// What an order is for (`meta`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderMeta {
    /// ОКАТО of the user, 2 to 11 digits.
    pub region: String,
    /// Service code, for example `10000000109`.
    pub service: String,
    /// Target code of the service.
    pub target: String,
}

impl OrderMeta {
    /// An order of `service` from `region`; all published services have the target `-service`.
    pub fn new(region: &str, service: &str) -> Self {
        Self {
            region: region.to_owned(),
            service: service.to_owned(),
            target: format!("-{service}"),
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({ "region": self.region, "serviceCode": self.service, "targetCode": self.target })
    }
}

impl Portal {
    /// Reserves an order number, for services that want it inside their document and for large content.
    ///
    /// # Errors
    /// [`PortalError::OutcomeUnknown`] when the portal may hold a reservation we do not know: another installation
    /// may hold it as well, so it is left alone (docs/adr/0006). [`PortalError::RateLimited`] also before sending, when
    /// this user's orders of this service would exceed the portal's limit.
    pub async fn reserve(&self, token: &AccessToken, meta: &OrderMeta) -> Result<OrderId, PortalError> {
        self.within_order_limit(token, &meta.service, async || {
            let answer = self
                .transport
                .exchange(Call {
                    site: Site::Epgu,
                    method: Method::POST,
                    path: &["api", "gusmev", "order"],
                    query: &[],
                    token: Some(token),
                    payload: Payload::Json(meta.to_json()),
                    effect: Effect::Changes,
                    timeout: self.options.timeouts.answer,
                })
                .await?;
            read_order_id(&answer.accepted()?)
        })
        .await
    }

    /// Runs a request that creates an order, if the limit on orders leaves room for it.
    pub(crate) async fn within_order_limit<T>(
        &self,
        token: &AccessToken,
        service: &str,
        request: impl AsyncFnOnce() -> Result<T, PortalError>,
    ) -> Result<T, PortalError> {
        let user = token.claims().subject.as_deref().unwrap_or_default();
        self.transport
            .pace(|pace, now| pace.admit_order(user, service, now))
            .map_err(|wait| PortalError::RateLimited {
                retry_after: Some(wait),
            })?;
        let result = request().await;
        if matches!(
            result,
            Err(PortalError::Unreachable { .. } | PortalError::ServerUntrusted)
        ) {
            self.transport.pace(|pace, _| pace.forget_order(user, service));
        }
        result
    }
}

/// `{"orderId": <number>}`.
pub(crate) fn read_order_id(answer: &Answer) -> Result<OrderId, PortalError> {
    let value = answer.json()?;
    Loose::new(&value)
        .id("orderId")
        .map(OrderId)
        .ok_or_else(|| answer.unreadable(ProtocolFault::FieldMissing("orderId")))
}
