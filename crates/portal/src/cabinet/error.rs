//! What the cabinet API says when it does not do what was asked.

use std::collections::BTreeMap;
use std::time::Duration;

use thiserror::Error;
use time::OffsetDateTime;

use super::{CabinetRefusal, StepUp};
use crate::PortalError;
use crate::loose::Loose;
use crate::transport::Answer;

/// Why a call did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CabinetError {
    /// What any request can meet.
    #[error(transparent)]
    Portal(#[from] PortalError),
    /// The portal offers no cabinet API.
    #[error("the portal offers no cabinet API")]
    Absent,
    /// Nothing was done: the call has to be confirmed first.
    #[error("the call has to be confirmed: {}", .0.operation)]
    StepUp(Box<StepUp>),
    /// The portal understood and refused; nothing was done.
    #[error("refused, HTTP {}: {:?}", .0.http, .0.refusal)]
    Refused(Box<Refused>),
}

/// A refusal with everything the portal said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// HTTP status.
    pub http: u16,
    /// Why.
    pub refusal: CabinetRefusal,
    /// The portal's own words.
    pub message: Option<String>,
    /// Complaints about fields.
    pub fields: Vec<FieldRefusal>,
    /// Pause to keep before the next try.
    pub retry_after: Option<Duration>,
    /// Number by which the portal's support finds the request.
    pub support: Option<String>,
    /// Attempts left with a code, a password or the like.
    pub attempts_left: Option<u32>,
    /// When a block ends.
    pub until: Option<OffsetDateTime>,
    /// The permission that is missing.
    pub permission: Option<String>,
    /// Applications that stand in the way.
    pub orders: Vec<BlockingOrder>,
    /// Files of colleagues that stand in the way because nobody took them.
    pub waiting_files: u32,
}

/// A complaint about one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldRefusal {
    /// Name of the field in the request.
    pub name: String,
    /// Code of the complaint.
    pub code: String,
    /// The portal's own words.
    pub message: Option<String>,
}

/// An application that is not over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockingOrder {
    /// Its number.
    pub order: String,
    /// Its title.
    pub title: String,
}

impl CabinetError {
    /// Stable code; the user's text stands under `errors.<code>`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Portal(error) => error.code(),
            Self::Absent => "cabinet.absent",
            Self::StepUp(_) => "cabinet.step-up-required",
            Self::Refused(refused) => refused.refusal.code(),
        }
    }

    /// Values for the gaps of the text.
    pub fn params(&self) -> BTreeMap<&'static str, String> {
        match self {
            Self::Portal(error) => error.params(),
            Self::Absent | Self::StepUp(_) => BTreeMap::new(),
            Self::Refused(refused) => refused.params(),
        }
    }

    /// Whether the portal may have done what was asked. Ask it; never repeat the request.
    pub fn outcome_unknown(&self) -> bool {
        matches!(self, Self::Portal(error) if error.outcome_unknown())
    }

    /// Whether repeating can help without anyone doing anything.
    pub fn is_retriable(&self) -> bool {
        match self {
            Self::Portal(error) => error.is_retriable(),
            Self::Refused(refused) => refused.refusal.is_temporary(),
            Self::Absent | Self::StepUp(_) => false,
        }
    }

    /// The refusal, if it is one.
    pub fn refused(&self) -> Option<&Refused> {
        match self {
            Self::Refused(refused) => Some(refused),
            _ => None,
        }
    }
}

impl Refused {
    fn params(&self) -> BTreeMap<&'static str, String> {
        let name = self.refusal.name();
        let quoted = match (&self.message, name) {
            (Some(message), _) => message.clone(),
            (None, "") => format!("HTTP {}", self.http),
            (None, name) => name.to_owned(),
        };
        let mut params = BTreeMap::from([
            ("http", self.http.to_string()),
            ("refusal", name.to_owned()),
            ("message", quoted),
            ("support", self.support.clone().unwrap_or_else(|| "—".to_owned())),
        ]);
        params.insert(
            "left",
            self.attempts_left
                .map_or_else(|| "—".to_owned(), |left| left.to_string()),
        );
        params.insert(
            "fields",
            self.fields
                .iter()
                .map(|field| field.name.as_str())
                .collect::<Vec<_>>()
                .join(", "),
        );
        let said: Vec<&str> = self
            .fields
            .iter()
            .filter_map(|field| field.message.as_deref())
            .collect();
        params.insert("said", said.join("; "));
        params.insert("permission", self.permission.clone().unwrap_or_default());
        params
    }
}

/// The refusal an answer is, when its body names one. Everything else is left to what any answer of the portal may be.
pub(super) fn read_refusal(answer: &Answer) -> Option<CabinetError> {
    // Who says with 503 what it could not reach, and that by name, has done nothing.
    if !((400..=499).contains(&answer.http) || answer.http == 503) || answer.http == 401 {
        return None;
    }
    let value = serde_json::from_slice(&answer.body).ok()?;
    let body = Loose::new(&value);
    let name = body.text("code")?;
    if answer.http == 503 && !CabinetRefusal::from_name(&name).is_temporary() {
        return None;
    }
    let retry_after = body
        .number("retryAfterSeconds")
        .and_then(|seconds| u64::try_from(seconds).ok())
        .map(Duration::from_secs)
        .or(answer.retry_after);
    if answer.http == 429 {
        return Some(PortalError::RateLimited { retry_after }.into());
    }
    if name == "step-up-required"
        && let Some(step_up) = body.field("stepUp").and_then(StepUp::read)
    {
        return Some(CabinetError::StepUp(Box::new(step_up)));
    }
    let blocked = body.field("blocked");
    Some(CabinetError::Refused(Box::new(Refused {
        http: answer.http,
        refusal: CabinetRefusal::from_name(&name),
        message: body.text("message"),
        fields: body.list("fields").filter_map(FieldRefusal::read).collect(),
        retry_after,
        support: body.text("support"),
        attempts_left: body
            .number("attemptsLeft")
            .and_then(|left| u32::try_from(left).ok()),
        until: body
            .time("until")
            .or_else(|| blocked.and_then(|blocked| blocked.time("until"))),
        permission: body.text("permission"),
        orders: body.list("orders").filter_map(BlockingOrder::read).collect(),
        waiting_files: body
            .number("waitingFiles")
            .and_then(|count| u32::try_from(count).ok())
            .unwrap_or_default(),
    })))
}

impl FieldRefusal {
    fn read(field: Loose<'_>) -> Option<Self> {
        Some(Self {
            name: field.text("name")?,
            code: field.text("code").unwrap_or_default(),
            message: field.text("message"),
        })
    }
}

impl BlockingOrder {
    pub(super) fn read(order: Loose<'_>) -> Option<Self> {
        Some(Self {
            order: order.text("orderId")?,
            title: order.text("title").unwrap_or_default(),
        })
    }
}
