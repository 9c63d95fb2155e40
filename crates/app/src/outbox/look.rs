//! Asking for an order: what is new in its history is kept and told.

use kabinet_domain::engine::Said;
use kabinet_domain::{DocumentStage, OrderId, OrderStatus, SubmissionState};
use kabinet_portal::Order;
use kabinet_store::StatusChange;
use time::{Duration, OffsetDateTime};

use super::Run;
use super::said::{Answer, failed_code, news};
use crate::blocking::blocking;
use crate::state::Session;
use crate::{AppError, Event, journal, orders};

/// Whoever watches is not told more often of an order of which nothing is new.
const NOTEWORTHY: Duration = Duration::minutes(1);

impl Run<'_> {
    /// Asks for the order and keeps what is new in its history.
    pub(super) async fn look(&mut self, session: &Session, order: OrderId) -> Result<Answer, AppError> {
        let Some(details) = self.ask(session, order).await? else {
            return Ok(Answer::said(Said::NoSuchOrder));
        };
        let mut has_news = false;
        if !details.is_draft() {
            has_news = self.keep_history(&details).await?;
        }
        Ok(Answer::said(Said::Order(news(&details, has_news))))
    }

    /// What the portal says of an order; when it said so is written down.
    pub(super) async fn ask(&self, session: &Session, order: OrderId) -> Result<Option<Order>, AppError> {
        let details = self.current.portal.order(&session.token, order).await?;
        if let Some(details) = &details {
            let (store, id, now) = (
                self.current.store.clone(),
                self.submission.id,
                OffsetDateTime::now_utc(),
            );
            let kept = orders::to_keep(details, now);
            let before = blocking(move || {
                let before = store.heard(id)?;
                store.note_heard(id, now)?;
                kept.keep(&store)?;
                Ok(before)
            })
            .await?;
            if before.is_none_or(|before| now - before >= NOTEWORTHY) {
                self.app.tell(Event::OutboxChanged);
            }
        }
        Ok(details)
    }

    /// Whether there was anything new.
    async fn keep_history(&self, details: &Order) -> Result<bool, AppError> {
        let stage = match self.submission.state {
            SubmissionState::Following { .. } if details.needs_correction() => {
                Some(DocumentStage::NeedsCorrection)
            }
            SubmissionState::Following { .. } => Some(DocumentStage::Sent),
            _ => None,
        };
        let mut newest = None;
        for status in details.statuses.iter().cloned().chain(failure(details)) {
            let store = self.current.store.clone();
            let document = self.submission.document;
            let entry = self.entry("status-changed", self.submission.state);
            let id = status.status_id.map_or_else(String::new, |id| id.to_string());
            let entry = journal::with(entry, "status", id);
            let title = status.title.clone();
            let is_final = status.is_final;
            let new = blocking(move || {
                Ok(store.change(entry, |change| {
                    let new = change.add_status(document, &status)? == StatusChange::Added;
                    if let (true, Some(stage)) = (new, stage) {
                        change.set_stage(document, stage)?;
                    }
                    Ok(new)
                })?)
            })
            .await?;
            if new {
                newest = Some((title, is_final));
            }
        }
        if newest.is_none() && stage == Some(DocumentStage::NeedsCorrection) {
            self.show_the_question().await?;
        }
        let has_news = newest.is_some();
        if let Some((status, is_final)) = newest {
            self.app.tell(Event::DocumentsChanged);
            let kind = match (is_final, details.needs_correction()) {
                (true, _) => orders::NoticeKind::Decision,
                (false, true) => orders::NoticeKind::Question,
                (false, false) => orders::NoticeKind::Status,
            };
            let store = self.current.store.clone();
            let document = self.submission.document;
            let title = blocking(move || Ok(store.document(document)?.title)).await?;
            let notice = orders::Notice {
                kind,
                title,
                status,
                document: Some(document),
                order: details.id,
            };
            self.app.tell_status(self.current, notice).await?;
        }
        Ok(has_news)
    }

    /// The question came to be known while it was still being found out whether the document had arrived.
    async fn show_the_question(&self) -> Result<(), AppError> {
        let (store, document) = (self.current.store.clone(), self.submission.document);
        let entry = self.entry("status-changed", self.submission.state);
        blocking(move || {
            Ok(store.change(entry, |change| {
                if change.document(document)?.stage == DocumentStage::Sent {
                    change.set_stage(document, DocumentStage::NeedsCorrection)?;
                }
                Ok(())
            })?)
        })
        .await
    }
}

/// The code with which processing failed, as a status: the portal's history does not mention it, and its message is all the
/// person learns about the reason.
fn failure(order: &Order) -> Option<OrderStatus> {
    let code = failed_code(order)?;
    Some(OrderStatus {
        history_id: None,
        status_id: None,
        title: code.0.clone(),
        comment: order.message.clone(),
        sender: None,
        agency_code: None,
        code: Some(code),
        at: OffsetDateTime::now_utc(),
        is_final: true,
        cancel_allowed: false,
        has_result: false,
    })
}
