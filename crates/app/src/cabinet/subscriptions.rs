//! Subscriptions to services: kept for reading without a connection, changed only after a confirmation, each change journalled
//! with who made it (SVC-27…31).

use kabinet_portal::cabinet::{SubscribedService, Subscription, SubscriptionOffer, SubscriptionStatus};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::organisations::is_absence;
use super::step_up::Confirmable;
use super::{Access, offers};
use crate::blocking::blocking;
use crate::cabinet::ActError;
use crate::view::{
    CabinetPresence, SubscribedServiceView, SubscriptionEventView, SubscriptionOfferView, SubscriptionView,
    Subscriptions, UiError, rfc3339,
};
use crate::{App, AppError, Event, journal};

/// Setting of an organisation.
const LIST: &str = "cabinet-subscriptions";
/// The feature of a portal that has them.
const FEATURE: &str = "subscriptions";
/// What changing one needs.
const PERMISSION: &str = "services.enable";

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    subject: String,
    #[serde(with = "time::serde::rfc3339::option")]
    at: Option<OffsetDateTime>,
    items: Vec<SubscriptionView>,
    offers: Vec<SubscriptionOfferView>,
}

impl App {
    /// The list; with `ask` the portal is asked anew, and what it does not answer is shown as it was.
    ///
    /// # Errors
    /// [`AppError::NoOrganisation`], [`AppError::Locked`]; failures of the vault.
    pub async fn subscriptions(&self, ask: bool) -> Result<Subscriptions, AppError> {
        let error = if ask {
            self.renew_subscriptions().await.err()
        } else {
            None
        };
        let current = self.current().await?;
        let mut kept = self
            .with_store(|store| Ok(store.setting::<Kept>(LIST)?.unwrap_or_default()))
            .await?;
        let session = current.session();
        let subject = session.and_then(|session| session.token.claims().subject.clone());
        if subject.is_some_and(|subject| subject != kept.subject) {
            // Somebody else's.
            kept = Kept::default();
        }
        kept.items
            .sort_by_key(|one| (rank(&one.status), one.service.title.to_lowercase()));
        let presence = match current.live().offer.as_deref() {
            Some(offer) if !offers(offer, FEATURE) => CabinetPresence::Absent,
            _ => CabinetPresence::Unknown,
        };
        let standing = current.standing();
        let refused = standing
            .and_then(|standing| standing.allows(PERMISSION, OffsetDateTime::now_utc()).err())
            .map(UiError::from);
        Ok(Subscriptions {
            presence: match presence {
                CabinetPresence::Absent => presence,
                _ => self.presence().await,
            },
            items: kept.items,
            offers: kept.offers,
            at: kept.at.map(rfc3339),
            refused,
            error: error.filter(|error| !is_absence(error)).map(Into::into),
        })
    }

    /// Subscribes to a service for so many months; unless it is `confirmed`, the subscription waits to be.
    ///
    /// # Errors
    /// [`ActError::NotPermitted`] and its kin; [`AppError::Cancelled`]; the portal's own.
    pub async fn subscribe(
        &self,
        service: &str,
        months: u32,
        confirmed: bool,
    ) -> Result<Subscriptions, AppError> {
        self.operate("subscription-begun", service, months, &|cabinet| {
            let service = service.to_owned();
            Box::pin(async move { cabinet.subscribe(&service, months, confirmed).await.map(Some) })
        })
        .await
    }

    /// Confirms a subscription that waits.
    ///
    /// # Errors
    /// As [`subscribe`](Self::subscribe).
    pub async fn confirm_subscription(&self, id: &str) -> Result<Subscriptions, AppError> {
        let (service, months) = self.known_subscription(id).await?;
        self.operate("subscription-confirmed", &service, months, &|cabinet| {
            let id = id.to_owned();
            Box::pin(async move { cabinet.confirm_subscription(&id).await.map(Some) })
        })
        .await
    }

    /// Extends a subscription. Who calls has asked whether it is paid for.
    ///
    /// # Errors
    /// [`ActError::PaymentNotConfirmed`] before anything leaves; as [`subscribe`](Self::subscribe).
    pub async fn extend_subscription(
        &self,
        id: &str,
        months: u32,
        paid: bool,
    ) -> Result<Subscriptions, AppError> {
        if !paid {
            return Err(ActError::PaymentNotConfirmed.into());
        }
        let (service, _) = self.known_subscription(id).await?;
        self.operate("subscription-extended", &service, months, &|cabinet| {
            let id = id.to_owned();
            Box::pin(async move { cabinet.extend_subscription(&id, months).await.map(Some) })
        })
        .await
    }

    /// Cancels a subscription.
    ///
    /// # Errors
    /// As [`subscribe`](Self::subscribe).
    pub async fn cancel_subscription(&self, id: &str) -> Result<Subscriptions, AppError> {
        let (service, _) = self.known_subscription(id).await?;
        self.operate("subscription-cancelled", &service, 0, &|cabinet| {
            let id = id.to_owned();
            Box::pin(async move { cabinet.cancel_subscription(&id).await.map(|()| None) })
        })
        .await
    }

    /// Does it, writes down who did what, and shows the list as it then is. An answer that was lost is written down as such: the
    /// portal may have acted.
    async fn operate(
        &self,
        action: &str,
        service: &str,
        months: u32,
        call: &Confirmable<'_, Option<Subscription>>,
    ) -> Result<Subscriptions, AppError> {
        let access = self.cabinet().await?;
        self.permit(&access.current, PERMISSION).await?;
        let answer = self.confirmed(&access, call).await;
        let is_lost = matches!(&answer, Err(AppError::Portal(error)) if error.outcome_unknown());
        if answer.is_ok() || is_lost {
            let mut entry = journal::with(journal::plain(action, &access.holder), "service", service);
            if months > 0 {
                entry = journal::with(entry, "months", months);
            }
            if is_lost {
                entry = journal::with(entry, "outcome", "unknown");
            }
            let store = access.current.store.clone();
            blocking(move || Ok(store.record(&entry)?)).await?;
        }
        answer?;
        self.tell(Event::CabinetChanged);
        self.subscriptions(true).await
    }

    async fn known_subscription(&self, id: &str) -> Result<(String, u32), AppError> {
        let id = id.to_owned();
        self.with_store(move |store| {
            let kept: Kept = store.setting(LIST)?.unwrap_or_default();
            kept.items
                .into_iter()
                .find(|one| one.id == id)
                .map(|one| (one.service.code, one.months.unwrap_or_default()))
                .ok_or(AppError::NotFound)
        })
        .await
    }

    async fn renew_subscriptions(&self) -> Result<(), AppError> {
        let access = self.cabinet().await?;
        if !offers(&access.offer, FEATURE) {
            return Ok(());
        }
        self.fetch_subscriptions(&access).await
    }

    async fn fetch_subscriptions(&self, access: &Access) -> Result<(), AppError> {
        let asked = access.cabinet().subscriptions().await;
        let items = self.met(&access.current, asked).await?;
        let asked = access.cabinet().subscription_offers().await;
        // A portal that offers nothing new still tells what there is.
        let offered = self.met(&access.current, asked).await.unwrap_or_default();
        let kept = Kept {
            subject: access.subject(),
            at: Some(OffsetDateTime::now_utc()),
            items: items.into_iter().map(view).collect(),
            offers: offered.into_iter().map(offer_view).collect(),
        };
        let store = access.current.store.clone();
        blocking(move || Ok(store.set_setting(LIST, &kept)?)).await
    }
}

/// What is in force comes first.
fn rank(status: &str) -> u8 {
    match status {
        "awaiting-confirmation" => 0,
        "active" => 1,
        "ended" => 3,
        _ => 2,
    }
}

fn price(price: Option<u64>) -> Option<u32> {
    price.and_then(|price| u32::try_from(price).ok())
}

fn service_view(one: SubscribedService) -> SubscribedServiceView {
    SubscribedServiceView {
        code: one.code,
        title: one.title,
        summary: one.summary,
        agency: one.agency,
        term_days: one.term_days,
        documents: one.documents,
    }
}

fn offer_view(one: SubscriptionOffer) -> SubscriptionOfferView {
    SubscriptionOfferView {
        service: service_view(one.service),
        price: price(one.price),
    }
}

fn view(one: Subscription) -> SubscriptionView {
    let is_over = one.until.is_some_and(|until| until <= OffsetDateTime::now_utc());
    let status = match &one.status {
        SubscriptionStatus::Active if is_over => SubscriptionStatus::Ended.name().to_owned(),
        status => status.name().to_owned(),
    };
    SubscriptionView {
        id: one.id,
        service: service_view(one.service),
        status,
        since: one.since.map(rfc3339),
        until: one.until.map(rfc3339),
        months: one.months,
        price: price(one.price),
        history: one
            .history
            .into_iter()
            .map(|event| SubscriptionEventView {
                at: event.at.map(rfc3339),
                operation: event.operation,
                by: event.by,
            })
            .collect(),
    }
}
