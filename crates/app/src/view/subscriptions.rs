use serde::{Deserialize, Serialize};
use specta::Type;

use super::{CabinetPresence, UiError};

/// Subscriptions of the person, as far as the portal told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Subscriptions {
    /// Whether the portal has subscriptions.
    pub presence: CabinetPresence,
    /// Active ones, those that wait, then those that ended.
    pub items: Vec<SubscriptionView>,
    /// What can be subscribed to.
    pub offers: Vec<SubscriptionOfferView>,
    /// When the portal told it, RFC 3339.
    pub at: Option<String>,
    /// Why nothing can be changed.
    pub refused: Option<UiError>,
    /// Why it is an older list.
    pub error: Option<UiError>,
}

/// What is subscribed to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SubscribedServiceView {
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionOfferView {
    /// The service.
    pub service: SubscribedServiceView,
    /// Roubles a month.
    pub price: Option<u32>,
}

/// A subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionView {
    /// Names it.
    pub id: String,
    /// The service.
    pub service: SubscribedServiceView,
    /// `active`, `awaiting-confirmation`, `ended`, or the portal's own; text under `ui.subscriptions.status.<code>`.
    pub status: String,
    /// Since when, RFC 3339.
    pub since: Option<String>,
    /// Until when, RFC 3339.
    pub until: Option<String>,
    /// Months that were asked for last.
    pub months: Option<u32>,
    /// Roubles a month.
    pub price: Option<u32>,
    /// What was done, oldest first.
    pub history: Vec<SubscriptionEventView>,
}

/// Something done to a subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionEventView {
    /// When, RFC 3339.
    pub at: Option<String>,
    /// Code; text under `ui.subscriptions.event.<code>`.
    pub operation: String,
    /// Who.
    pub by: Option<String>,
}

/// Licences of the chosen organisation, as far as the portal told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Licences {
    /// Whether the portal keeps a register of them.
    pub presence: CabinetPresence,
    /// Those that end first come first.
    pub items: Vec<LicenceView>,
    /// When the portal told it, RFC 3339.
    pub at: Option<String>,
    /// Why it is an older list.
    pub error: Option<UiError>,
}

/// A licence, a permit, a conclusion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LicenceView {
    /// Number.
    pub number: String,
    /// The portal's word for what it is.
    pub title: String,
    /// The service that renews it.
    pub service: Option<String>,
    /// Who gave it.
    pub agency: Option<String>,
    /// When it was given, RFC 3339.
    pub issued: Option<String>,
    /// When it ends, RFC 3339; none for one without a term.
    pub ends: Option<String>,
    /// Whole days left; negative once it has ended.
    pub days_left: Option<i32>,
    /// The warning that is due: 90, 30 or 7 days.
    pub warning: Option<u8>,
    /// The application it was given for.
    pub order: Option<String>,
    /// It has a file.
    pub has_file: bool,
}
