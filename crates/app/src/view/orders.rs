use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Days, StatusView, UiError};

/// Which applications.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OrderQuery {
    /// Last changed in these days.
    pub days: Days,
    /// Only of this service.
    pub service: Option<String>,
    /// Only with this status, in the portal's words.
    pub status: Option<String>,
    /// Only what is not known to be over.
    pub open: bool,
    /// Only what is watched.
    pub watched: bool,
    /// Stands in the number, the status or the title of the service.
    pub text: String,
    /// Rows to skip.
    pub offset: u32,
    /// Rows at most.
    pub limit: u32,
}

/// A page of applications.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OrderList {
    /// Last changed first.
    pub rows: Vec<OrderItem>,
    /// How many there are in all.
    pub total: u32,
    /// Statuses one can narrow by, the commonest first.
    pub statuses: Vec<String>,
    /// Services one can narrow by.
    pub services: Vec<OrderService>,
    /// When everything that changed was last asked for, RFC 3339.
    pub exchanged: Option<String>,
    /// Why that fails now.
    pub failing: Option<UiError>,
}

/// How much the organisation uses a service, by what is known here of its applications.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ServiceUse {
    /// Code.
    pub code: String,
    /// Title, or the code.
    pub title: String,
    /// Applications.
    pub orders: u32,
    /// Of those not over yet.
    pub open: u32,
    /// When one of them changed last, RFC 3339.
    pub last: String,
}

/// A service in a filter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OrderService {
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
}

/// One application in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OrderItem {
    /// Number at the portal.
    pub id: String,
    /// Title of the service; empty until its details are known.
    pub service_title: String,
    /// Service code.
    pub service: Option<String>,
    /// Status in the portal's words; a processing code as it is.
    pub status: String,
    /// When it last changed, RFC 3339.
    pub updated: String,
    /// Who has it.
    pub authority: Option<String>,
    /// Nothing will follow; unknown until its details are known.
    pub is_final: Option<bool>,
    /// Its changes are told.
    pub watched: bool,
    /// The document that was filed from here.
    pub document_id: Option<String>,
    /// The authority waits for an answer.
    pub has_question: bool,
    /// Until when, RFC 3339, where the portal says it.
    pub answer_until: Option<String>,
}

/// Everything about one application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OrderPage {
    /// Its line.
    pub item: OrderItem,
    /// Title of the document that was filed from here.
    pub document_title: Option<String>,
    /// Every status, oldest first.
    pub history: Vec<StatusView>,
    /// Files that came with the answer.
    pub results: Vec<String>,
    /// Files that were sent.
    pub attachments: Vec<String>,
    /// It can be cancelled now.
    pub can_cancel: bool,
    /// The answer to the authority's question can be sent now.
    pub can_answer: bool,
    /// It was refused, and a new draft can be made of what was filed.
    pub can_repeat: bool,
    /// It was refused: how that is appealed against is shown.
    pub refused: bool,
    /// What is shown may be older than what the portal has.
    pub outdated: bool,
    /// Documents that can be sent as the answer.
    pub answers: Vec<OrderAnswer>,
    /// Its documents are on their way; nothing can be sent meanwhile.
    pub under_way: bool,
}

/// A document that can answer the authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OrderAnswer {
    /// Document.
    pub document_id: String,
    /// Its title.
    pub title: String,
}

/// What the desktop is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct NoticeRules {
    /// Anything at all.
    pub enabled: bool,
    /// Every new status of what was sent from here.
    pub statuses: bool,
    /// How it ended.
    pub decisions: bool,
    /// The authority waits for an answer.
    pub questions: bool,
    /// Changes of what is watched.
    pub watched: bool,
    /// First hour of the quiet ones, 0 to 23.
    pub quiet_from: u8,
    /// First hour after them; the same: it is never quiet.
    pub quiet_to: u8,
}

impl Default for NoticeRules {
    fn default() -> Self {
        Self {
            enabled: true,
            statuses: true,
            decisions: true,
            questions: true,
            watched: true,
            quiet_from: 0,
            quiet_to: 0,
        }
    }
}

/// Something the person was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NoticeView {
    /// RFC 3339.
    pub at: String,
    /// `status`, `decision`, `question`, `watched`, `rule`, `deadline`, `certificate`; text under `ui.notices.kind.<kind>`.
    pub kind: String,
    /// In the portal's words, or what falls due.
    pub text: String,
    /// Title of the document.
    pub title: String,
    /// The document it is about.
    pub document_id: Option<String>,
    /// The application it is about.
    pub order_id: Option<String>,
}

/// When a rule of one's own speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum OwnRuleWhen {
    /// An application reaches a status.
    Status,
    /// The authority has not moved an application for some days.
    Silence,
    /// A term of the calendar is some days ahead.
    Deadline,
}

/// A rule of one's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OwnRuleView {
    /// Names it.
    pub id: String,
    /// When it speaks.
    pub when: OwnRuleWhen,
    /// Only of this service.
    pub service: Option<String>,
    /// Its title, where it is known.
    pub service_title: Option<String>,
    /// What stands in the status.
    pub status: String,
    /// Days; 0 for a status.
    pub days: u16,
}

/// A rule to make.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewOwnRule {
    /// When it speaks.
    pub when: OwnRuleWhen,
    /// Only of this service.
    pub service: Option<String>,
    /// What stands in the status.
    pub status: String,
    /// Days, 1 to 365.
    pub days: u16,
}
