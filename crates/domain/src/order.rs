use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// Order number given by the portal (API ЕПГУ 1.13, `orderId`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderId(pub u64);

/// Processing code of the gu-smev service (API ЕПГУ 1.13, appendix 1). Unknown codes survive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProcessingCode(pub String);

impl ProcessingCode {
    /// Whether the code ends processing without success, so that no portal status will follow.
    pub fn is_failure(&self) -> bool {
        matches!(
            self.0.as_str(),
            "LIMITATION_EXCEPTION"
                | "INVALID_FILES_STRUCTURE"
                | "VALIDATION_ERROR"
                | "REQ_NOT_FOUND"
                | "MPC_NOT_FOUND"
                | "REQ_VERIFY_FAILED"
                | "FILES_VERIFICATION_FAILED"
                | "INTERNAL_ERROR"
                | "CREATE_ORDER_FORBIDDEN"
        )
    }
}

/// One entry of an order's history as the portal tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderStatus {
    /// Identity of the history entry; `None` for a bare processing code.
    pub history_id: Option<u64>,
    /// Portal status id (`statusId`), for example 17, 2, 3.
    pub status_id: Option<i64>,
    /// Title in the portal's own words.
    pub title: String,
    /// The authority's comment.
    pub comment: Option<String>,
    /// Who set it, in the portal's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// The authority's own word for it (`stateOrgStatusCode`), lower case, for example `sign_reject` of Госключ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency_code: Option<String>,
    /// Processing code, when the order has not reached the portal yet.
    pub code: Option<ProcessingCode>,
    /// When the status was set.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Nothing follows. Taken from `finalStatus`/`closed`, never from the id.
    pub is_final: bool,
    /// The order may be cancelled in this status.
    pub cancel_allowed: bool,
    /// The authority attached files.
    pub has_result: bool,
}
