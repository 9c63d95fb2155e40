use serde::Serialize;
use specta::Type;

use super::{CabinetPresence, UiError};

/// Inspections of the chosen organisation, as far as the portal told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Inspections {
    /// Whether the portal tells of them.
    pub presence: CabinetPresence,
    /// Those that are not over come first, the nearest term before the others.
    pub items: Vec<InspectionView>,
    /// When the portal told it, RFC 3339.
    pub at: Option<String>,
    /// Why they are not shown: the role does not allow it.
    pub refused: Option<UiError>,
    /// Why it is an older list.
    pub error: Option<UiError>,
}

/// An inspection by an authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct InspectionView {
    /// Names it.
    pub id: String,
    /// In the register of inspections.
    pub number: Option<String>,
    /// `planned`, `unplanned`, or the portal's own; text under `ui.inspections.kind.<code>`.
    pub kind: Option<String>,
    /// Who inspects.
    pub agency: String,
    /// What is looked at.
    pub subject: Option<String>,
    /// When it begins, RFC 3339.
    pub begins: Option<String>,
    /// When it ends, or is to, RFC 3339.
    pub ends: Option<String>,
    /// `announced`, `under-way`, `suspended`, `ended`, `cancelled`, or the portal's own; text under `ui.inspections.status.<code>`.
    pub status: String,
    /// It is not over.
    pub open: bool,
    /// What came of it.
    pub result: Option<String>,
    /// Orders, protocols: a line each.
    pub documents: Vec<String>,
    /// Papers the authority wants.
    pub papers: Vec<String>,
    /// Until when it wants them, RFC 3339.
    pub papers_due: Option<String>,
    /// Whole days left for them while it is not over; negative afterwards.
    pub papers_days_left: Option<i32>,
    /// Whole days until an announced one begins; negative afterwards.
    pub begins_in: Option<i32>,
}
