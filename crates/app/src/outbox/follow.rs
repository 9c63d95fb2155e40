//! Following an order until its final status.

use kabinet_domain::{
    DocumentStage, OrderId, OrderStatus, Outcome, ProcessingCode, Submission, SubmissionEvent,
};
use kabinet_portal::Order;
use kabinet_store::StatusChange;
use time::{Duration, OffsetDateTime};

use super::{Run, Step, pace};
use crate::blocking::blocking;
use crate::{AppError, Event, journal};

/// Whoever watches is not told more often of an order of which nothing is new.
const NOTEWORTHY: Duration = Duration::minutes(1);

impl Run<'_> {
    /// Asks for the order, keeps what is new in its history and tells the person about it.
    pub(super) async fn follow(&self, submission: &mut Submission, order: OrderId) -> Result<Step, AppError> {
        let polls = submission.attempts.saturating_add(1);
        let Some(details) = self.ask(submission, order).await? else {
            return self
                .come_back(submission, pace::while_following(polls), polls)
                .await;
        };
        let stage = if details.needs_correction() {
            DocumentStage::NeedsCorrection
        } else {
            DocumentStage::Sent
        };
        let mut news = None;
        for status in details.statuses.iter().cloned().chain(failure(&details)) {
            let store = self.current.store.clone();
            let document = submission.document;
            let entry = self.entry(submission, "status-changed", submission.state);
            let entry = journal::with(
                entry,
                "status",
                status.status_id.map_or_else(String::new, |id| id.to_string()),
            );
            let title = status.title.clone();
            let new = blocking(move || {
                Ok(store.change(entry, |change| {
                    let new = change.add_status(document, &status)? == StatusChange::Added;
                    if new {
                        change.set_stage(document, stage)?;
                    }
                    Ok(new)
                })?)
            })
            .await?;
            if new {
                news = Some(title);
            }
        }
        let has_news = news.is_some();
        if let Some(status) = news {
            self.tell_status(submission, status).await?;
        }
        if let Some(outcome) = details
            .outcome()
            .or(details.is_over().then_some(Outcome::Refused))
        {
            self.advance(submission, SubmissionEvent::Final(outcome), None)
                .await?;
            return Ok(Step::Progress);
        }
        let polls = if has_news { 0 } else { polls };
        self.come_back(submission, pace::while_following(polls), polls)
            .await
    }

    /// What the portal says of an order; when it said so is written down.
    pub(super) async fn ask(
        &self,
        submission: &Submission,
        order: OrderId,
    ) -> Result<Option<Order>, AppError> {
        let details = self.current.portal.order(&self.session.token, order).await?;
        if details.is_some() {
            let (store, id, now) = (
                self.current.store.clone(),
                submission.id,
                OffsetDateTime::now_utc(),
            );
            let before = blocking(move || {
                let before = store.heard(id)?;
                store.note_heard(id, now)?;
                Ok(before)
            })
            .await?;
            if before.is_none_or(|before| now - before >= NOTEWORTHY) {
                self.app.tell(Event::OutboxChanged);
            }
        }
        Ok(details)
    }

    async fn tell_status(&self, submission: &Submission, status: String) -> Result<(), AppError> {
        let store = self.current.store.clone();
        let document = submission.document;
        let title = blocking(move || Ok(store.document(document)?.title)).await?;
        self.app.tell(Event::DocumentsChanged);
        self.app.tell(Event::StatusChanged { title, status });
        Ok(())
    }
}

/// The code with which processing failed, as a status: the portal's history does not mention it, and its message is all the
/// person learns about the reason.
fn failure(order: &Order) -> Option<OrderStatus> {
    let code = order.code.clone().filter(ProcessingCode::is_failure)?;
    Some(OrderStatus {
        history_id: None,
        status_id: None,
        title: code.0.clone(),
        comment: order.message.clone(),
        code: Some(code),
        at: OffsetDateTime::now_utc(),
        is_final: true,
        cancel_allowed: false,
        has_result: false,
    })
}
