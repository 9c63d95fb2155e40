//! Writing down what the engine decided: the submission, its document's stage and the journal, in one transaction.

use kabinet_domain::engine::{Heard, Wish};
use kabinet_domain::{DocumentStage, SubmissionEvent};
use kabinet_portal::PortalError;
use kabinet_store::Step;
use time::OffsetDateTime;

use super::said::Answer;
use super::{ORDER_WINDOW, Run, jittered};
use crate::blocking::blocking;
use crate::{AppError, Event, journal};

impl Run<'_> {
    /// Writes down what is about to be done.
    pub(super) async fn note(&mut self, event: SubmissionEvent) -> Result<(), AppError> {
        let seen = self.submission.clone();
        let state = seen.state.after(event)?;
        let step = Step {
            state,
            attempts: seen.attempts,
            due: OffsetDateTime::now_utc(),
            last_error: seen.last_error.clone(),
        };
        let stage = match event {
            SubmissionEvent::UploadStarted(_) | SubmissionEvent::AmendStarted(_) => {
                Some(DocumentStage::Sending)
            }
            SubmissionEvent::NotReserved => Some(DocumentStage::Queued),
            _ => None,
        };
        let entry = self.entry(journal::action_of(event), state);
        let store = self.current.store.clone();
        self.submission = blocking(move || {
            Ok(store.change(entry, |change| {
                if let SubmissionEvent::ReserveStarted(at) = event {
                    change.note_order_request(&seen.service, at - ORDER_WINDOW)?;
                }
                if let Some(stage) = stage {
                    change.set_stage(seen.document, stage)?;
                }
                change.advance(&seen, &step)
            })?)
        })
        .await?;
        self.tell_changed(stage.is_some());
        Ok(())
    }

    /// Writes down what follows from an answer.
    pub(super) async fn take_in(
        &mut self,
        wish: Wish,
        heard: Heard,
        answer: &Answer,
    ) -> Result<(), AppError> {
        if let (true, Some(session)) = (heard.session_lost, &self.session) {
            self.app.forget_session(self.current, session);
            self.session = None;
        }
        let seen = self.submission.clone();
        let now = OffsetDateTime::now_utc();
        let pause = heard.due - now;
        let due = if pause.is_positive() {
            now + jittered(pause)
        } else {
            heard.due
        };
        let state = heard
            .event
            .map_or(Ok(seen.state), |event| seen.state.after(event))?;
        let step = Step {
            state,
            attempts: heard.attempts,
            due,
            last_error: heard.error.map(str::to_owned),
        };
        let never_left = wish == Wish::Reserve
            && matches!(
                answer.failure,
                Some(PortalError::Unreachable { .. } | PortalError::ServerUntrusted)
            );
        let is_silent = heard.event.is_none() && heard.stage.is_none();
        let shows = heard.event.is_some() || seen.last_error != step.last_error;
        let action = match (heard.event, heard.stage) {
            (Some(SubmissionEvent::CancelSettled), _) if heard.error.is_some() => "cancel-refused",
            (Some(event), _) => journal::action_of(event),
            (None, Some(DocumentStage::OutcomeUnknown)) => "outcome-unknown",
            (None, _) => "upload-started",
        };
        let entry = self.entry(action, state);
        let (store, stage) = (self.current.store.clone(), heard.stage);
        self.submission = blocking(move || {
            if is_silent {
                return Ok(store.postpone(&seen, step.attempts, step.due, step.last_error)?);
            }
            // What was said of the document already is not said again.
            let is_known = match stage {
                Some(stage) => store.document(seen.document)?.stage == stage,
                None => true,
            };
            if is_known && heard.event.is_none() {
                return Ok(store.postpone(&seen, step.attempts, step.due, step.last_error)?);
            }
            Ok(store.change(entry, |change| {
                if never_left {
                    change.forget_order_request(&seen.service)?;
                }
                if let (false, Some(stage)) = (is_known, stage) {
                    change.set_stage(seen.document, stage)?;
                }
                change.advance(&seen, &step)
            })?)
        })
        .await?;
        if shows || stage.is_some() {
            self.tell_changed(stage.is_some());
        }
        Ok(())
    }

    fn tell_changed(&self, stage_too: bool) {
        self.app.tell(Event::OutboxChanged);
        if stage_too {
            self.app.tell(Event::DocumentsChanged);
        }
    }
}
