//! Asking about one order (method 4) and cancelling it (method 5).

use kabinet_domain::OrderId;
use reqwest::Method;
use serde_json::Value;
use time::OffsetDateTime;

use crate::loose::Loose;
use crate::transport::{Call, Effect, Payload, Site};
use crate::{AccessToken, Order, Portal, PortalError, ProtocolFault, Refusal};

impl Portal {
    /// Everything the portal tells about an order, or `None` when it says that it has no such order (204).
    ///
    /// # Errors
    /// What any request can meet; never an unknown outcome.
    pub async fn order(&self, token: &AccessToken, id: OrderId) -> Result<Option<Order>, PortalError> {
        let number = id.0.to_string();
        let answer = self
            .transport
            .exchange(Call {
                site: Site::Epgu,
                method: Method::POST,
                path: &["api", "gusmev", "order", &number],
                query: &[("embed", "STATUS_HISTORY")],
                token: Some(token),
                payload: Payload::Empty,
                effect: Effect::Reads,
                timeout: self.options.timeouts.answer,
            })
            .await?
            .accepted()?;
        if answer.http == 204 {
            return Ok(None);
        }
        let envelope = answer.json()?;
        let envelope = Loose::new(&envelope);
        let details = match envelope.field("order") {
            None => None,
            Some(details) => match details.as_text() {
                // JSON in a string in JSON.
                Some(text) if text.trim().is_empty() => None,
                Some(text) => {
                    Some(
                        serde_json::from_str::<Value>(text).map_err(|_| PortalError::Protocol {
                            what: ProtocolFault::NotJson,
                        })?,
                    )
                }
                None => Some(details.to_value()),
            },
        };
        // An answer without either says nothing about the order, and nothing must follow from it.
        if details.is_none() && envelope.text("code").is_none() {
            return Err(PortalError::Protocol {
                what: ProtocolFault::FieldMissing("code"),
            });
        }
        let details = details.as_ref().map(Loose::new);
        Ok(Some(Order::read(
            id,
            envelope,
            details,
            OffsetDateTime::now_utc(),
        )))
    }

    /// Asks for an order to be cancelled; the authority's answer comes as a later status. Only statuses with
    /// `cancel_allowed` permit it.
    ///
    /// # Errors
    /// [`PortalError::Refused`] with `CancelNotAllowed`; [`PortalError::OutcomeUnknown`]: ask [`Portal::order`].
    pub async fn cancel(&self, token: &AccessToken, id: OrderId) -> Result<(), PortalError> {
        let number = id.0.to_string();
        let answer = self
            .transport
            .exchange(Call {
                site: Site::Epgu,
                method: Method::POST,
                path: &["api", "gusmev", "order", &number, "cancel"],
                query: &[],
                token: Some(token),
                payload: Payload::Empty,
                effect: Effect::Changes,
                timeout: self.options.timeouts.answer,
            })
            .await?;
        if answer.http == 405 {
            let message = answer.error_body().message;
            let refusal = Refusal::CancelNotAllowed;
            return Err(PortalError::Refused {
                http: 405,
                refusal,
                message,
            });
        }
        match answer.accepted()?.http {
            204 => Err(PortalError::NotFound),
            _ => Ok(()),
        }
    }
}
