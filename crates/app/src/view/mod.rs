//! What the shells show: plain data shaped for a screen or for JSON, never domain objects.

mod arrivals;
mod backup;
mod cabinet;
mod calendar;
mod connection;
mod doctor;
mod document;
mod draft;
mod employees;
mod goskey;
mod hand_over;
mod inspections;
mod journal;
mod mail;
mod orders;
mod organisation;
mod outbox;
mod poa;
mod poa_back;
mod poa_card;
mod poa_form;
mod representative;
mod retention;
mod secret;
mod services;
mod session;
mod settings;
mod signing;
mod signing_run;
mod state;
mod subscriptions;
mod to_sign;
mod token;
mod trust;
mod vault;
mod verification;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

pub use arrivals::*;
pub use backup::*;
pub use cabinet::*;
pub use calendar::*;
pub use connection::*;
pub use doctor::*;
pub use document::*;
pub use draft::*;
pub use employees::*;
pub use goskey::*;
pub use hand_over::*;
pub use inspections::*;
pub use journal::*;
pub use mail::*;
pub use orders::*;
pub use organisation::*;
pub use outbox::*;
pub use poa::*;
pub use poa_back::*;
pub use poa_card::*;
pub use poa_form::*;
pub use representative::*;
pub use retention::*;
pub use secret::*;
pub use services::*;
pub use session::*;
pub use settings::*;
pub use signing::*;
pub use signing_run::*;
pub use state::*;
pub use subscriptions::*;
pub use to_sign::*;
pub use token::*;
pub use trust::*;
pub use vault::*;
pub use verification::*;

/// Named values that fill the gaps of a translated text.
pub type Params = BTreeMap<String, String>;

/// A failure as a person meets it; text is looked up under `errors.<code>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UiError {
    /// Stable code, for example `token.pin-incorrect`.
    pub code: String,
    /// Values for the text.
    pub params: Params,
    /// Whether trying the same again can help.
    pub retriable: bool,
}

/// A complaint about one field or certificate; text under a prefix the field's documentation names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FieldProblem {
    /// Stable code.
    pub code: String,
    /// Values for the text.
    pub params: Params,
}

impl FieldProblem {
    /// A problem whose text has no gaps.
    pub fn new(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            params: Params::new(),
        }
    }

    /// The same problem with one more value.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }
}

/// A moment as it crosses the border: RFC 3339 in UTC.
pub(crate) fn rfc3339(at: time::OffsetDateTime) -> String {
    at.to_offset(time::UtcOffset::UTC)
        .format(&time::format_description::well_known::Rfc3339)
        .unwrap_or_default()
}

/// A day as people here write it, in Moscow's time: the portal's and the law's.
pub(crate) fn day(at: time::OffsetDateTime) -> String {
    let date = at.to_offset(time::macros::offset!(+3)).date();
    format!("{:02}.{:02}.{}", date.day(), u8::from(date.month()), date.year())
}

/// A moment as people here write it, to the minute, in Moscow's time.
pub(crate) fn moment(at: time::OffsetDateTime) -> String {
    let local = at.to_offset(time::macros::offset!(+3));
    format!("{} {:02}:{:02}", day(at), local.hour(), local.minute())
}
