use kabinet_store::ArrivalOutcome;
use serde::Serialize;
use specta::Type;

use super::UiError;

/// The folder whose files are taken in by themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HotFolder {
    /// Absolute path; none = no folder is watched.
    pub folder: Option<String>,
    /// Why it could not be looked into last time.
    pub problem: Option<UiError>,
    /// What came, the newest first.
    pub arrivals: Vec<ArrivalRow>,
}

/// A file that came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ArrivalRow {
    /// Identity.
    pub id: String,
    /// File name.
    pub name: String,
    /// RFC 3339.
    pub at: String,
    /// What became of it.
    pub outcome: ArrivalState,
    /// The document it is part of, or whose content it repeats.
    pub document_id: Option<String>,
    /// Title of that document.
    pub title: Option<String>,
    /// Why it was rejected.
    pub error: Option<UiError>,
    /// The document can be taken back: nothing was done with it.
    pub can_take_back: bool,
}

/// What became of a file that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ArrivalState {
    /// It is part of a new document.
    Taken,
    /// A document has this content already.
    Known,
    /// It was not taken in.
    Rejected,
    /// A person took the document back.
    TakenBack,
}

impl From<ArrivalOutcome> for ArrivalState {
    fn from(outcome: ArrivalOutcome) -> Self {
        match outcome {
            ArrivalOutcome::Taken => Self::Taken,
            ArrivalOutcome::Known => Self::Known,
            ArrivalOutcome::Rejected => Self::Rejected,
            ArrivalOutcome::TakenBack => Self::TakenBack,
        }
    }
}
