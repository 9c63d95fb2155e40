//! From what the portal client says to what the engine understands.

use kabinet_domain::ProcessingCode;
use kabinet_domain::engine::{Failure, FailureKind, OrderNews, Said, Wish};
use kabinet_portal::{Order, PortalError};

/// What came of a wish.
pub(super) struct Answer {
    pub(super) said: Said,
    /// The portal answered.
    pub(super) came: bool,
    /// What went wrong.
    pub(super) failure: Option<PortalError>,
}

impl Answer {
    pub(super) fn said(said: Said) -> Self {
        Self {
            said,
            came: true,
            failure: None,
        }
    }

    /// Nothing was asked.
    pub(super) fn nothing() -> Self {
        Self {
            came: false,
            ..Self::said(Said::Collected)
        }
    }

    pub(super) fn failed(wish: Wish, error: PortalError) -> Self {
        let failure = Failure {
            kind: kind_of(wish, &error),
            code: error.code(),
            retry_after: error.retry_after(),
        };
        Self {
            said: Said::Failure(failure),
            came: false,
            failure: Some(error),
        }
    }
}

fn kind_of(wish: Wish, error: &PortalError) -> FailureKind {
    let is_push = matches!(wish, Wish::Push { .. });
    match error {
        PortalError::Unauthorized => FailureKind::Unauthorized,
        PortalError::OutcomeUnknown { .. } => FailureKind::Unknown,
        _ if error.order_lost() => FailureKind::Broken,
        PortalError::Refused { http: 409, .. } | PortalError::NotFound if is_push => FailureKind::Conflict,
        PortalError::Refused { http: 409, .. } => FailureKind::Conflict,
        PortalError::Refused { http: 405, .. } => FailureKind::TooLate,
        _ if error.is_retriable() => FailureKind::NotDone,
        _ => FailureKind::Refused,
    }
}

/// What matters of an order to the engine.
pub(super) fn news(order: &Order, has_news: bool) -> OrderNews {
    let current = order.current.as_ref();
    // While gu-smev examines an answer, the history still ends with the question it answers.
    let is_examined = order
        .code
        .as_ref()
        .is_some_and(|code| !matches!(code.0.as_str(), "OK" | "DONE"));
    let question = current
        .filter(|_| order.needs_correction() && !is_examined)
        .map(|status| {
            status
                .history_id
                .unwrap_or(status.at.unix_timestamp().unsigned_abs())
        });
    OrderNews {
        is_draft: order.is_draft(),
        question,
        is_over: order.is_over(),
        outcome: order.outcome(),
        cancel_allowed: current.is_some_and(|status| status.cancel_allowed) && !is_examined,
        has_news,
    }
}

/// Whether the order's end is one the portal's own history does not mention.
pub(super) fn failed_code(order: &Order) -> Option<ProcessingCode> {
    order.code.clone().filter(ProcessingCode::is_failure)
}
