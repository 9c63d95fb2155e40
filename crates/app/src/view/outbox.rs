use serde::Serialize;
use specta::Type;

use super::UiError;

/// State of a submission in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum OutboxState {
    /// Nothing has left.
    Queued,
    /// Asking for an order number.
    Reserving,
    /// The number is ours.
    Reserved,
    /// Content is leaving.
    Uploading,
    /// An answer to the authority is leaving.
    Amending,
    /// The portal has it.
    Following,
    /// It is being asked back.
    Cancelling,
    /// Results are being fetched.
    Collecting,
    /// Over.
    Finished,
}

/// What a submission waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum WaitingFor {
    /// The network.
    Network,
    /// A signed-in session.
    SignIn,
    /// The portal.
    Portal,
}

/// A file that is on its way from the portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Incoming {
    /// File name.
    pub file: String,
    /// Bytes that are here.
    pub received: u32,
    /// Bytes in all, if the portal said so.
    pub total: Option<u32>,
    /// After an interruption it goes on from here; otherwise it begins anew.
    pub resumable: bool,
}

/// One row of the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OutboxRow {
    /// Identity.
    pub id: String,
    /// Document.
    pub document_id: String,
    /// Its title.
    pub document_title: String,
    /// Service code.
    pub service: String,
    /// Service title.
    pub service_title: String,
    /// State.
    pub state: OutboxState,
    /// `accepted`, `refused`, `failed`, `cancelled` once finished.
    pub outcome: Option<String>,
    /// The answer to a request was lost; the portal is being asked.
    pub outcome_unknown: bool,
    /// Order number.
    pub order_id: Option<String>,
    /// Tries since the last progress.
    pub attempts: u32,
    /// RFC 3339.
    pub next_try: Option<String>,
    /// What it waits for.
    pub waiting_for: Option<WaitingFor>,
    /// Last failure.
    pub last_error: Option<UiError>,
    /// RFC 3339.
    pub created: String,
    /// It can still be withdrawn.
    pub can_withdraw: bool,
    /// When the portal last told of the order, RFC 3339.
    pub heard: Option<String>,
    /// The result that is being fetched.
    pub incoming: Option<Incoming>,
}
