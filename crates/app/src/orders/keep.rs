//! From what the portal tells of an order to what is kept of it.

use kabinet_portal::{Order, OrderSummary};
use kabinet_store::{OrderDetails, OrderLine, OrganisationStore};
use time::OffsetDateTime;

use crate::AppError;

/// An order ready to be kept.
pub(crate) struct Kept {
    line: OrderLine,
    service: Option<String>,
    is_final: bool,
    details: OrderDetails,
}

impl Kept {
    pub(crate) fn keep(&self, store: &OrganisationStore) -> Result<(), AppError> {
        Ok(store.keep_order_details(&self.line, self.service.as_deref(), self.is_final, &self.details)?)
    }
}

/// `now`: for an order that does not say when it changed.
pub(crate) fn to_keep(order: &Order, now: OffsetDateTime) -> Kept {
    let current = order.current.as_ref();
    let name = |file: &kabinet_portal::PortalFile| file.name.clone();
    Kept {
        line: OrderLine {
            order: order.id,
            status_id: current.and_then(|status| status.status_id),
            status: current.map(|status| status.title.clone()).unwrap_or_default(),
            updated: order.updated.or(current.map(|status| status.at)).unwrap_or(now),
        },
        service: order.service.clone(),
        is_final: order.is_over(),
        details: OrderDetails {
            service_title: order.service_name.clone(),
            authority: order.authority.clone(),
            statuses: order.statuses.clone(),
            results: order.results.iter().map(name).collect(),
            attachments: order.attachments.iter().map(name).collect(),
            question: current.filter(|_| order.needs_correction()).map(|status| {
                status
                    .history_id
                    .unwrap_or(status.at.unix_timestamp().unsigned_abs())
            }),
            answer_until: order.answer_until.filter(|_| order.needs_correction()),
            cancel_allowed: current.is_some_and(|status| status.cancel_allowed),
        },
    }
}

/// A line of the list of changes; nothing of one that says nothing.
pub(super) fn line_of(listed: OrderSummary) -> Option<OrderLine> {
    Some(OrderLine {
        order: listed.order,
        status_id: listed.status_id,
        status: listed.title.unwrap_or_default(),
        updated: listed.updated.filter(|_| listed.found)?,
    })
}
