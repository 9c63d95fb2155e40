//! The outbox engine: takes each submission one step further, writing down before a request leaves and after an
//! answer arrives. A crash anywhere leaves a state from which the portal is asked before anything is sent again.

mod collect;
mod fetch;
mod follow;
mod pace;
mod reserve;
mod upload;

pub(crate) use pace::after_failure;

use kabinet_domain::{DocumentStage, Submission, SubmissionEvent, SubmissionState};
use kabinet_portal::PortalError;
use kabinet_store::{NewEntry, OrganisationStore, Step as Move};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::blocking::blocking;
use crate::state::{Current, Session};
use crate::view::{AppState, Network, rfc3339};
use crate::{App, AppError, Event, journal};

/// What a step came to.
enum Step {
    /// The state changed; the next step can follow at once.
    Progress,
    /// Nothing to do before the submission's due time.
    Wait,
}

const NOT_SIGNED_IN: &str = "app.not-signed-in";
/// Code of [`PortalError::Unreachable`].
const UNREACHABLE: &str = "portal.unreachable";
/// Setting of the organisation: when the portal last answered, RFC 3339.
const LAST_SYNC: &str = "last-sync";
/// Pause after a step that could not be written down, for example on a full disk: what is due stays due, and the portal is not to be
/// asked again and again meanwhile.
const AFTER_STOP: Duration = Duration::seconds(30);
/// Whatever is due later is due by then.
const EVER: Duration = Duration::days(365);

impl App {
    /// Works the outbox until the program ends: when something is due, when it is woken, and after unlocking.
    pub async fn work_forever(&self) {
        const LONGEST: Duration = Duration::seconds(30);
        loop {
            let next = self.work_due().await;
            let pause = next.map_or(LONGEST, |at| at - OffsetDateTime::now_utc());
            let pause = pause.clamp(Duration::milliseconds(50), LONGEST).unsigned_abs();
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.wake().notified() => {}
            }
        }
    }

    /// Tries everything that waits, now.
    ///
    /// # Errors
    /// [`AppError::Locked`] and [`AppError::NoOrganisation`]; failures of submissions are written in their rows.
    pub async fn sync_now(&self) -> Result<AppState, AppError> {
        let current = self.current().await?;
        self.work(&current, OffsetDateTime::now_utc() + EVER, |_| true)
            .await;
        Ok(self.state().await)
    }

    /// The network is another now: tries at once what could not reach the portal, and what waits for a time stamp.
    pub async fn network_changed(&self) {
        let Ok(current) = self.current().await else { return };
        let unreachable = |submission: &Submission| submission.last_error.as_deref() == Some(UNREACHABLE);
        self.work(&current, OffsetDateTime::now_utc() + EVER, unreachable)
            .await;
        self.work_stamps(&current, None).await;
    }

    /// Takes everything that is due as far as it goes; answers when the next is due.
    async fn work_due(&self) -> Option<OffsetDateTime> {
        let submission = self.work_outbox().await;
        let current = self.current().await.ok()?;
        let stamp = self.work_stamps(&current, Some(OffsetDateTime::now_utc())).await;
        submission.into_iter().chain(stamp).min()
    }

    /// Takes every due submission as far as it goes; answers when the next one is due.
    pub async fn work_outbox(&self) -> Option<OffsetDateTime> {
        let current = self.current().await.ok()?;
        let stopped = self.work(&current, OffsetDateTime::now_utc(), |_| true).await;
        let store = current.store.clone();
        let next = blocking(move || Ok(store.next_due()?)).await.ok().flatten()?;
        let earliest = OffsetDateTime::now_utc() + AFTER_STOP;
        Some(if stopped { next.max(earliest) } else { next })
    }

    /// Whether a submission stopped whose next time could not be written down.
    async fn work(
        &self,
        current: &Current,
        due: OffsetDateTime,
        wanted: impl Fn(&Submission) -> bool,
    ) -> bool {
        let mut stopped = false;
        // One at a time: a window and a timer may both ask for work.
        let _turn = current.turn.lock().await;
        let store = current.store.clone();
        match blocking(move || Ok(store.due(due)?)).await {
            Ok(rows) => {
                let before = current.live().last_sync;
                for submission in rows.into_iter().filter(wanted) {
                    stopped |= self.take_further(current, submission).await.is_err();
                }
                let now = current.live().last_sync;
                if now != before {
                    self.keep_last_sync(current, now).await;
                    self.tell(Event::StateChanged);
                }
            }
            Err(error) => tracing::warn!(code = error.code(), "the outbox cannot be read"),
        }
        stopped
    }

    /// What is shown without a network says how old it is, after a restart too.
    async fn keep_last_sync(&self, current: &Current, at: Option<OffsetDateTime>) {
        let store = current.store.clone();
        let text = at.map(rfc3339);
        if let Err(error) = blocking(move || Ok(store.set_setting(LAST_SYNC, &text)?)).await {
            tracing::warn!(code = error.code(), "the moment of the exchange cannot be kept");
        }
    }

    /// # Errors
    /// When the row could not be written, or the vault was closed meanwhile: the state on disk is the truth.
    async fn take_further(&self, current: &Current, mut submission: Submission) -> Result<(), AppError> {
        loop {
            match self.step(current, &mut submission).await {
                Ok(Step::Progress) if !submission.state.is_finished() => {}
                Ok(_) => return Ok(()),
                Err(error) => {
                    tracing::warn!(code = error.code(), "a submission stopped");
                    return Err(error);
                }
            }
        }
    }

    async fn step(&self, current: &Current, submission: &mut Submission) -> Result<Step, AppError> {
        let Some(session) = current.session() else {
            let due = OffsetDateTime::now_utc() + pace::UNTIL_SIGN_IN;
            return self
                .postpone(current, submission, due, submission.attempts, Some(NOT_SIGNED_IN))
                .await;
        };
        let run = Run {
            app: self,
            current,
            session: &session,
        };
        let outcome = match submission.state {
            SubmissionState::Queued => run.reserve(submission).await,
            SubmissionState::Reserving { since } => run.find_reservation(submission, since).await,
            SubmissionState::Reserved { order } => run.upload(submission, order).await,
            SubmissionState::Uploading { order, .. } => run.find_upload(submission, order).await,
            SubmissionState::Following { order } => run.follow(submission, order).await,
            SubmissionState::Collecting { order, outcome } => run.collect(submission, order, outcome).await,
            SubmissionState::Finished { .. } => return Ok(Step::Wait),
        };
        match outcome {
            Ok(step) => {
                current.live().last_sync = Some(OffsetDateTime::now_utc());
                self.network_is(current, Network::Online);
                Ok(step)
            }
            Err(AppError::Portal(error)) => self.after_failure(current, &session, submission, &error).await,
            Err(error) => Err(error),
        }
    }

    async fn after_failure(
        &self,
        current: &Current,
        session: &Session,
        submission: &mut Submission,
        error: &PortalError,
    ) -> Result<Step, AppError> {
        if matches!(error, PortalError::Unauthorized) {
            self.forget_session(current, session);
        }
        let unreachable = matches!(error, PortalError::Unreachable { .. });
        self.network_is(
            current,
            if unreachable {
                Network::Offline
            } else {
                Network::Online
            },
        );
        let attempts = failures(submission).saturating_add(1);
        let due = OffsetDateTime::now_utc() + pace::after_failure(attempts, error.retry_after());
        if error.outcome_unknown() {
            let document = submission.document;
            let store = current.store.clone();
            let entry = journal::about(document, "outcome-unknown", &session.view.holder);
            blocking(move || {
                Ok(store.change(entry, |change| {
                    change.set_stage(document, DocumentStage::OutcomeUnknown)
                })?)
            })
            .await?;
            self.tell(Event::DocumentsChanged);
        }
        self.postpone(current, submission, due, attempts, Some(error.code()))
            .await
    }

    async fn postpone(
        &self,
        current: &Current,
        submission: &mut Submission,
        due: OffsetDateTime,
        attempts: u32,
        error: Option<&str>,
    ) -> Result<Step, AppError> {
        let store = current.store.clone();
        let seen = submission.clone();
        let error = error.map(str::to_owned);
        let changed = seen.last_error != error;
        *submission = blocking(move || Ok(store.postpone(&seen, attempts, due, error)?)).await?;
        if changed {
            self.tell(Event::OutboxChanged);
        }
        Ok(Step::Wait)
    }

    pub(crate) fn network_is(&self, current: &Current, network: Network) {
        let changed = std::mem::replace(&mut current.live().network, network) != network;
        if changed {
            self.tell(Event::StateChanged);
        }
    }

    fn forget_session(&self, current: &Current, session: &Session) {
        let mut live = current.live();
        if live
            .session
            .as_ref()
            .is_some_and(|held| held.view == session.view)
        {
            live.session = None;
            drop(live);
            // One that goes on by itself does so at once.
            self.wake_sessions().notify_one();
            self.tell(Event::StateChanged);
        }
    }
}

/// When the portal last answered, as far as it was kept.
pub(crate) fn last_sync(store: &OrganisationStore) -> Option<OffsetDateTime> {
    let text = store
        .setting::<Option<String>>(LAST_SYNC)
        .ok()
        .flatten()
        .flatten()?;
    OffsetDateTime::parse(&text, &Rfc3339).ok()
}

/// Failures in a row. While an order is followed, the same number counts the questions that brought nothing new.
fn failures(submission: &Submission) -> u32 {
    if submission.last_error.is_some() {
        submission.attempts
    } else {
        0
    }
}

/// One step of one submission: the program, the organisation and the session it runs under.
struct Run<'a> {
    app: &'a App,
    current: &'a Current,
    session: &'a Session,
}

impl Run<'_> {
    /// Moves the submission, and with it its document's stage and the journal, in one transaction.
    async fn advance(
        &self,
        submission: &mut Submission,
        event: SubmissionEvent,
        stage: Option<DocumentStage>,
    ) -> Result<(), AppError> {
        self.advance_with_error(submission, event, stage, None).await
    }

    async fn advance_with_error(
        &self,
        submission: &mut Submission,
        event: SubmissionEvent,
        stage: Option<DocumentStage>,
        error: Option<&str>,
    ) -> Result<(), AppError> {
        let state = submission.state.after(event)?;
        let step = Move {
            state,
            attempts: 0,
            due: OffsetDateTime::now_utc(),
            last_error: error.map(str::to_owned),
        };
        let seen = submission.clone();
        let entry = self.entry(submission, journal::action_of(event), state);
        let store = self.current.store.clone();
        *submission = blocking(move || {
            Ok(store.change(entry, |change| {
                if let Some(stage) = stage {
                    change.set_stage(seen.document, stage)?;
                }
                change.advance(&seen, &step)
            })?)
        })
        .await?;
        self.app.tell(Event::OutboxChanged);
        if stage.is_some() {
            self.app.tell(Event::DocumentsChanged);
        }
        Ok(())
    }

    fn entry(&self, submission: &Submission, action: &str, state: SubmissionState) -> NewEntry {
        let mut entry = journal::about(submission.document, action, &self.session.view.holder);
        if let Some(order) = state.order() {
            entry = journal::with(entry, "order", order.0);
        }
        if let SubmissionState::Finished { outcome, .. } | SubmissionState::Collecting { outcome, .. } = state
        {
            entry = journal::with(entry, "outcome", journal::outcome_name(outcome));
        }
        entry
    }

    /// Time after which a request that left cannot be under way any more: the client's own limit and some air.
    fn in_flight(&self) -> Duration {
        let limit = self.app.config().portal.timeouts.answer;
        Duration::try_from(limit + limit / 2).unwrap_or(Duration::MAX)
    }

    /// Comes back later without a failure: the portal has nothing new yet.
    async fn come_back(
        &self,
        submission: &mut Submission,
        after: Duration,
        polls: u32,
    ) -> Result<Step, AppError> {
        let due = OffsetDateTime::now_utc() + after;
        self.app
            .postpone(self.current, submission, due, polls, None)
            .await
    }

    /// Ends a submission the portal refused for good.
    async fn reject(&self, submission: &mut Submission, error: &PortalError) -> Result<Step, AppError> {
        self.advance_with_error(
            submission,
            SubmissionEvent::Rejected,
            Some(DocumentStage::Failed),
            Some(error.code()),
        )
        .await?;
        Ok(Step::Wait)
    }
}

#[cfg(test)]
mod tests {
    use kabinet_domain::{DocumentId, OrderId, SubmissionId};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn many_quiet_questions_do_not_lengthen_the_pause_after_one_failure() {
        let mut followed = Submission {
            id: SubmissionId(Uuid::nil()),
            document: DocumentId(Uuid::nil()),
            service: String::new(),
            state: SubmissionState::Following { order: OrderId(1) },
            attempts: 29,
            due: OffsetDateTime::UNIX_EPOCH,
            last_error: None,
            created: OffsetDateTime::UNIX_EPOCH,
        };
        assert_eq!(failures(&followed), 0);
        followed.last_error = Some("portal.unavailable".to_owned());
        assert_eq!(failures(&followed), 29);
    }
}
