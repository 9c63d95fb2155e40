//! The outbox: executes what [`kabinet_domain::engine`] decides, writing down before a request leaves and after an answer
//! arrives. A crash anywhere leaves a state from which the portal is asked before anything is sent again.

mod collect;
mod fetch;
mod look;
mod pace;
mod said;
mod take_in;

pub(crate) use pace::jittered;

use kabinet_domain::engine::{self, Circumstances, Interest, Patience, Wish};
use kabinet_domain::{OrderId, Submission, SubmissionState};
use kabinet_portal::{OrderMeta, PortalError};
use kabinet_store::{NewEntry, OrganisationStore};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::blocking::blocking;
use crate::state::{Current, Session};
use crate::view::{AppState, Network, UiError, rfc3339};
use crate::{App, AppError, Event, journal, send};
use said::Answer;

/// Code of [`PortalError::Unreachable`].
const UNREACHABLE: &str = "portal.unreachable";
/// Setting of the organisation: when the portal last answered, RFC 3339.
const LAST_SYNC: &str = "last-sync";
/// Pause after a step that could not be written down, for example on a full disk: what is due stays due, and the portal is not to be
/// asked again and again meanwhile.
const AFTER_STOP: Duration = Duration::seconds(30);
/// Whatever is due later is due by then.
const EVER: Duration = Duration::days(365);
/// The portal counts orders of one service by one user in this stretch (API ЕПГУ 1.13, appendix 3).
const ORDER_WINDOW: Duration = Duration::minutes(10);

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

    /// Tries everything that waits, now, and asks for everything that changed.
    ///
    /// # Errors
    /// [`AppError::Locked`] and [`AppError::NoOrganisation`]; failures of submissions are written in their rows, that of the
    /// exchange in the state.
    pub async fn sync_now(&self) -> Result<AppState, AppError> {
        let current = self.current().await?;
        self.work(&current, OffsetDateTime::now_utc() + EVER, |_| true)
            .await;
        self.exchange_orders(&current).await;
        self.renew_poas_now_and_then(&current).await;
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
        let exchange = self.exchange_orders_if_due(&current).await;
        let poa = self.work_poas().await;
        let registry = self.renew_poas_if_due(&current);
        submission
            .into_iter()
            .chain(stamp)
            .chain(exchange)
            .chain(poa)
            .chain(registry)
            .min()
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
    pub(crate) async fn keep_last_sync(&self, current: &Current, at: Option<OffsetDateTime>) {
        let store = current.store.clone();
        let text = at.map(rfc3339);
        if let Err(error) = blocking(move || Ok(store.set_setting(LAST_SYNC, &text)?)).await {
            tracing::warn!(code = error.code(), "the moment of the exchange cannot be kept");
        }
    }

    /// # Errors
    /// When the row could not be written, or the vault was closed meanwhile: the state on disk is the truth.
    async fn take_further(&self, current: &Current, submission: Submission) -> Result<(), AppError> {
        let mut run = Run {
            app: self,
            current,
            session: current.session(),
            submission,
        };
        loop {
            match run.step().await {
                Ok(true) if !run.submission.state.is_finished() => {}
                Ok(_) => return Ok(()),
                Err(error) => {
                    tracing::warn!(code = error.code(), "a submission stopped");
                    return Err(error);
                }
            }
        }
    }

    pub(crate) fn network_is(&self, current: &Current, network: Network) {
        let changed = std::mem::replace(&mut current.live().network, network) != network;
        if changed {
            self.tell(Event::StateChanged);
        }
    }

    pub(crate) fn forget_session(&self, current: &Current, session: &Session) {
        let mut live = current.live();
        if live
            .session
            .as_ref()
            .is_some_and(|held| held.view == session.view)
        {
            live.session = None;
            // Until it is renewed, if it can be.
            live.ended = Some(UiError::from(&AppError::from(PortalError::Unauthorized)));
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

/// One submission under work: the program, the organisation and the session it runs under.
struct Run<'a> {
    app: &'a App,
    current: &'a Current,
    session: Option<Session>,
    submission: Submission,
}

impl Run<'_> {
    /// Does what the engine wants next; whether there is more to do at once.
    async fn step(&mut self) -> Result<bool, AppError> {
        let around = self.around().await?;
        let next = engine::next(&self.submission, &around);
        if let Some(event) = next.note {
            self.note(event).await?;
        }
        let mut wish = next.wish;
        loop {
            match wish {
                Wish::Nothing => return Ok(false),
                Wish::Again => return Ok(true),
                _ => {}
            }
            let answer = self.fulfil(wish).await?;
            self.tell_of_the_network(&answer);
            let around = self.around().await?;
            let heard = engine::hear(
                &self.submission,
                wish,
                &answer.said,
                &around,
                self.portal_now(),
                self.patience(),
            );
            let goes_on = heard.event.is_some() && heard.error.is_none();
            let then = heard.then;
            self.take_in(wish, heard, &answer).await?;
            match then {
                Some(then) => wish = then,
                None => return Ok(goes_on),
            }
        }
    }

    async fn around(&self) -> Result<Circumstances, AppError> {
        let now = OffsetDateTime::now_utc();
        let (store, submission) = (self.current.store.clone(), self.submission.clone());
        let most = self.app.config().portal.limits.orders_per_ten_minutes;
        let (order_limit, watched) = blocking(move || {
            let mut requests = Vec::new();
            if submission.state == SubmissionState::Queued {
                requests = store.order_requests(&submission.service, now - ORDER_WINDOW)?;
            }
            // The one that has to leave the window before another fits in.
            let free = requests
                .len()
                .checked_sub(most)
                .map(|index| requests[index] + ORDER_WINDOW);
            let order = match submission.state {
                SubmissionState::Following { order } => store.order(order)?,
                _ => None,
            };
            Ok((free, order.is_some_and(|order| order.watched)))
        })
        .await?;
        Ok(Circumstances {
            now,
            signed_in: self.session.is_some(),
            order_limit,
            interest: Interest {
                looked_at: self.app.looks_at_orders(),
                watched,
            },
        })
    }

    /// The portal's time of its newest answer, whatever this computer's clock says.
    fn portal_now(&self) -> Option<OffsetDateTime> {
        let offset = self.current.portal.clock_offset()?;
        Some(OffsetDateTime::now_utc() + offset)
    }

    /// A request that left, or a part of an upload, cannot be under way any more after its own limit and some air; and the
    /// portal takes no part after its five minutes.
    fn patience(&self) -> Patience {
        let options = &self.app.config().portal;
        let longest = options.timeouts.upload.max(options.timeouts.answer);
        Patience(Duration::try_from(longest + longest / 2 + options.upload_window).unwrap_or(Duration::MAX))
    }

    /// Does what is wished and says what came of it.
    ///
    /// # Errors
    /// Failures that are not the portal's: the vault was closed, the disk is full.
    async fn fulfil(&mut self, wish: Wish) -> Result<Answer, AppError> {
        let portal = &self.current.portal;
        let Some(session) = self.session.clone() else {
            return Ok(Answer::nothing());
        };
        let meta = OrderMeta::new(&self.current.organisation.region, &self.submission.service);
        let result = match wish {
            Wish::Reserve => portal
                .reserve(&session.token, &meta)
                .await
                .map(|order| Answer::said(engine::Said::Number(order))),
            Wish::Push { order, .. } => {
                let archive = send::archive(self.current, &self.submission, order).await?;
                portal
                    .push_chunked(&session.token, order, &meta, &archive, |_| {})
                    .await
                    .map(|()| Answer::said(engine::Said::Received))
            }
            Wish::Cancel(order) => portal
                .cancel(&session.token, order)
                .await
                .map(|()| Answer::said(engine::Said::CancelTaken)),
            Wish::Look(order) => match self.look(&session, order).await {
                Err(AppError::Portal(error)) => Err(error),
                other => return other,
            },
            Wish::Collect(order, _) => match self.collect(&session, order).await {
                Err(AppError::Portal(error)) => Err(error),
                Err(error) => return Err(error),
                Ok(()) => Ok(Answer::said(engine::Said::Collected)),
            },
            Wish::Again | Wish::Wait(_) | Wish::SignIn | Wish::Nothing => Ok(Answer::nothing()),
        };
        Ok(result.unwrap_or_else(|error| Answer::failed(wish, error)))
    }

    fn tell_of_the_network(&self, answer: &Answer) {
        match &answer.failure {
            Some(PortalError::Unreachable { .. }) => self.app.network_is(self.current, Network::Offline),
            Some(_) => self.app.network_is(self.current, Network::Online),
            None if answer.came => {
                let mut live = self.current.live();
                live.last_sync = Some(OffsetDateTime::now_utc());
                live.failing = None;
                drop(live);
                self.app.network_is(self.current, Network::Online);
            }
            None => {}
        }
        if let Some(error) = &answer.failure {
            self.current.live().failing = Some(error.clone());
        }
    }

    fn actor(&self) -> &str {
        self.session.as_ref().map_or("", |session| &session.view.holder)
    }

    fn entry(&self, action: &str, state: SubmissionState) -> NewEntry {
        let mut entry = journal::about(self.submission.document, action, self.actor());
        if let Some(OrderId(order)) = state.order() {
            entry = journal::with(entry, "order", order);
        }
        if let SubmissionState::Finished { outcome, .. } | SubmissionState::Collecting { outcome, .. } = state
        {
            entry = journal::with(entry, "outcome", journal::outcome_name(outcome));
        }
        entry
    }
}
