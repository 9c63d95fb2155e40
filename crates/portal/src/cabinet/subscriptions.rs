//! Subscriptions to services.

use reqwest::Method;
use serde_json::json;
use time::OffsetDateTime;

use super::{Cabinet, CabinetError};
use crate::loose::Loose;
use crate::transport::Answer;
use crate::{PortalError, ProtocolFault};

/// What is subscribed to, with what helps to decide.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubscribedService {
    /// Code in the catalogue.
    pub code: String,
    /// Title.
    pub title: String,
    /// What it is for.
    pub summary: Option<String>,
    /// Who renders it.
    pub agency: Option<String>,
    /// Days it takes.
    pub term_days: Option<u32>,
    /// Documents it wants.
    pub documents: Vec<String>,
}

/// A service that can be subscribed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionOffer {
    /// The service.
    pub service: SubscribedService,
    /// Roubles a month.
    pub price: Option<u64>,
}

/// How far a subscription is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubscriptionStatus {
    /// In force.
    Active,
    /// Waits for a confirmation.
    AwaitingConfirmation,
    /// Ended or cancelled.
    Ended,
    /// In a word this program does not know.
    Other(String),
}

/// Something done to a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionEvent {
    /// When.
    pub at: Option<OffsetDateTime>,
    /// `subscribed`, `confirmed`, `extended`, `cancelled`, or the portal's own.
    pub operation: String,
    /// Who.
    pub by: Option<String>,
}

/// A subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Names it in the calls below.
    pub id: String,
    /// The service.
    pub service: SubscribedService,
    /// How far it is.
    pub status: SubscriptionStatus,
    /// Since when.
    pub since: Option<OffsetDateTime>,
    /// Until when.
    pub until: Option<OffsetDateTime>,
    /// Months that were asked for last.
    pub months: Option<u32>,
    /// Roubles a month.
    pub price: Option<u64>,
    /// What was done, oldest first.
    pub history: Vec<SubscriptionEvent>,
}

impl SubscriptionStatus {
    /// The name on the wire.
    pub fn name(&self) -> &str {
        match self {
            Self::Active => "active",
            Self::AwaitingConfirmation => "awaiting-confirmation",
            Self::Ended => "ended",
            Self::Other(word) => word,
        }
    }

    fn from_name(name: &str) -> Self {
        match name {
            "active" => Self::Active,
            "awaiting-confirmation" => Self::AwaitingConfirmation,
            "ended" => Self::Ended,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl SubscribedService {
    fn read(value: Loose<'_>) -> Option<Self> {
        let code = value.text("code")?;
        Some(Self {
            title: value.text("title").unwrap_or_else(|| code.clone()),
            code,
            summary: value.text("summary").filter(|text| !text.is_empty()),
            agency: value.text("agency").filter(|text| !text.is_empty()),
            term_days: value
                .number("termDays")
                .and_then(|days| u32::try_from(days).ok())
                .filter(|days| *days > 0),
            documents: value
                .list("documents")
                .filter_map(Loose::as_text)
                .map(str::to_owned)
                .collect(),
        })
    }
}

impl Subscription {
    fn read(value: Loose<'_>) -> Option<Self> {
        Some(Self {
            id: value.text("id")?,
            service: value.field("service").and_then(SubscribedService::read)?,
            status: SubscriptionStatus::from_name(&value.text("status").unwrap_or_default()),
            since: value.time("since"),
            until: value.time("until"),
            months: value
                .number("months")
                .and_then(|months| u32::try_from(months).ok()),
            price: price(value),
            history: value
                .list("history")
                .map(|event| SubscriptionEvent {
                    at: event.time("at"),
                    operation: event.text("operation").unwrap_or_default(),
                    by: event.text("by"),
                })
                .collect(),
        })
    }

    fn of(answer: &Answer) -> Result<Self, CabinetError> {
        let value = answer.json()?;
        Ok(Self::read(Loose::new(&value))
            .ok_or_else(|| answer.unreadable(ProtocolFault::FieldMissing("id")))?)
    }
}

fn price(value: Loose<'_>) -> Option<u64> {
    value.number("price").and_then(|price| u64::try_from(price).ok())
}

impl Cabinet<'_> {
    /// The person's subscriptions, those that ended too.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn subscriptions(&self) -> Result<Vec<Subscription>, CabinetError> {
        let value = self.read(&["me", "subscriptions"], &[]).await?;
        // Anything else must not be taken for «there are none».
        let items = value.as_array().ok_or(PortalError::Protocol {
            what: ProtocolFault::NotJson,
        })?;
        Ok(items
            .iter()
            .map(Loose::new)
            .filter_map(Subscription::read)
            .collect())
    }

    /// What can be subscribed to.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn subscription_offers(&self) -> Result<Vec<SubscriptionOffer>, CabinetError> {
        let value = self.read(&["subscription-offers"], &[]).await?;
        let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(items
            .iter()
            .map(Loose::new)
            .filter_map(|one| {
                Some(SubscriptionOffer {
                    service: one.field("service").and_then(SubscribedService::read)?,
                    price: price(one),
                })
            })
            .collect())
    }

    /// Subscribes for so many months. Unless it is `confirmed`, the subscription waits to be.
    ///
    /// # Errors
    /// [`CabinetError::StepUp`] where the portal wants it; [`CabinetError::Refused`] `service-not-found`, `no-permission`.
    pub async fn subscribe(
        &self,
        service: &str,
        months: u32,
        confirmed: bool,
    ) -> Result<Subscription, CabinetError> {
        let body = json!({ "serviceCode": service, "months": months, "confirmed": confirmed });
        let answer = self
            .change(Method::POST, &["me", "subscriptions"], Some(body))
            .await?;
        Subscription::of(&answer)
    }

    /// Confirms a subscription that waits.
    ///
    /// # Errors
    /// As [`subscribe`](Self::subscribe); `wrong-state`, `subscription-ended`.
    pub async fn confirm_subscription(&self, id: &str) -> Result<Subscription, CabinetError> {
        let answer = self
            .change(Method::POST, &["me", "subscriptions", id, "confirm"], None)
            .await?;
        Subscription::of(&answer)
    }

    /// Extends a subscription by so many months; by this the person says that the payment was made.
    ///
    /// # Errors
    /// As [`subscribe`](Self::subscribe); `payment-not-confirmed`, `subscription-ended`.
    pub async fn extend_subscription(&self, id: &str, months: u32) -> Result<Subscription, CabinetError> {
        let body = json!({ "months": months, "paymentConfirmed": true });
        let answer = self
            .change(Method::POST, &["me", "subscriptions", id, "extend"], Some(body))
            .await?;
        Subscription::of(&answer)
    }

    /// Cancels a subscription.
    ///
    /// # Errors
    /// As [`subscribe`](Self::subscribe); `subscription-ended`.
    pub async fn cancel_subscription(&self, id: &str) -> Result<(), CabinetError> {
        self.change(Method::DELETE, &["me", "subscriptions", id], None)
            .await
            .map(drop)
    }
}
