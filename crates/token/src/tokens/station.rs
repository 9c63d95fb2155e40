//! One module with its worker: requests in a queue, deadlines, restarts.

use std::future::Future;
use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio::time::timeout;

use super::merge;
use super::source::{KeySource, Later};
use super::worker::Worker;
use super::workers::Workers;
use crate::error::TokenError;
use crate::model::{Module, Scan, SignEvent, SignJob};
use crate::protocol::{Answer, Request};
use crate::secret::Pin;

/// A module that hung is asked again after so long even if nothing happened at the readers: it may hang for another reason.
const REST: Duration = Duration::from_secs(30);

/// A module and the place of its worker. The worker stays between requests: starting and ending a module each time makes
/// tokens blink and costs a second with some readers.
pub(super) struct Station {
    pub(super) module: Module,
    workers: Arc<Workers>,
    worker: Mutex<Option<Worker>>,
    stuck: Lock<Option<Stuck>>,
}

/// When a module hung, and how much had happened at the readers by then.
struct Stuck {
    since: Instant,
    changes: Option<u64>,
}

/// A request under way. The worker is out of its place meanwhile, so that an abandoned request drops and kills it.
struct Exchange<'station> {
    station: &'station Station,
    place: tokio::sync::MutexGuard<'station, Option<Worker>>,
    worker: Worker,
}

impl Station {
    pub(super) fn new(module: Module, workers: Arc<Workers>) -> Self {
        Self {
            module,
            workers,
            worker: Mutex::new(None),
            stuck: Lock::new(None),
        }
    }

    /// Waits for the request before, starts the worker if there is none, and sends. PINs go out at most once: no error leads
    /// to sending one again.
    async fn begin(
        &self,
        request: &Request,
        secrets: Vec<Pin>,
        deadline: Duration,
    ) -> Result<Exchange<'_>, TokenError> {
        let mut place = timeout(deadline, self.worker.lock())
            .await
            .map_err(|_| TokenError::TokenBusy)?;
        self.refuse_while_stuck()?;
        let idle = place.take().and_then(Worker::if_alive);
        let worker = idle.map_or_else(|| Worker::start(&self.workers, &self.module), Ok)?;
        let mut exchange = Exchange {
            station: self,
            place,
            worker,
        };
        let sent = within(deadline, async {
            exchange.worker.ask(request).await?;
            for secret in secrets {
                exchange.worker.hand_over(secret).await?;
            }
            Ok(())
        });
        match sent.await {
            Ok(()) => Ok(exchange),
            Err(error) => Err(exchange.fail(error).await),
        }
    }

    /// A request with a single answer.
    pub(super) async fn ask(&self, request: &Request) -> Result<Answer, TokenError> {
        let deadline = self.workers.deadlines.scan;
        let exchange = self.begin(request, Vec::new(), deadline).await?;
        let (answer, exchange) = exchange.next(deadline).await?;
        exchange.last(answer).await
    }

    /// A change of the token.
    pub(super) async fn change(&self, request: &Request, secrets: Vec<Pin>) -> Result<Answer, TokenError> {
        let changed = self.try_change(request, secrets).await;
        self.leave_card().await;
        changed
    }

    async fn try_change(&self, request: &Request, secrets: Vec<Pin>) -> Result<Answer, TokenError> {
        let deadline = self.workers.deadlines.on_device;
        let mut exchange = self.begin(request, secrets, deadline).await?;
        loop {
            let (answer, rest) = exchange.next(deadline).await?;
            exchange = rest;
            if !matches!(answer, Answer::AwaitingDevice | Answer::LoggedIn) {
                return exchange.last(answer).await;
            }
        }
    }

    async fn read(&self) -> Result<Scan, TokenError> {
        match self.ask(&Request::Scan).await? {
            Answer::Scan(scan) => merge::checked(scan, &self.module.path),
            _ => Err(TokenError::ModuleMisbehaved { call: None }),
        }
    }

    async fn sign_all(
        &self,
        job: SignJob,
        pin: Option<Pin>,
        on_event: &mut (dyn FnMut(SignEvent) + Send),
    ) -> Result<(), TokenError> {
        let deadlines = self.workers.deadlines;
        let (mechanism, count) = (job.mechanism, job.inputs.len());
        let request = Request::Sign {
            job,
            pin: pin.is_some(),
        };
        let secrets = pin.into_iter().collect();
        let mut exchange = self.begin(&request, secrets, deadlines.sign).await?;
        let mut deadline = deadlines.sign;
        let mut signed = 0;
        loop {
            let (answer, rest) = exchange.next(deadline).await?;
            exchange = rest;
            deadline = deadlines.sign;
            match answer {
                Answer::AwaitingDevice => {
                    deadline = deadlines.on_device;
                    on_event(SignEvent::AwaitingDevice);
                }
                Answer::LoggedIn => on_event(SignEvent::LoggedIn),
                Answer::Signed { index, signature }
                    if index == signed && index < count && mechanism.yields(signature.len()) =>
                {
                    signed += 1;
                    on_event(SignEvent::Signed { index, signature });
                }
                Answer::Done if signed == count => {
                    exchange.finish();
                    return Ok(());
                }
                Answer::Failed(error) => return Err(exchange.finish_with(error).await),
                Answer::Signed { .. }
                | Answer::Done
                | Answer::Hello(_)
                | Answer::Scan(_)
                | Answer::Requested(_) => {
                    return Err(exchange.fail(TokenError::ModuleMisbehaved { call: None }).await);
                }
            }
        }
    }

    /// Ends the worker in good order, if there is one and it is idle.
    pub(super) async fn close(&self) {
        if let Ok(mut place) = self.worker.try_lock()
            && let Some(worker) = place.take()
        {
            worker.quit().await;
        }
    }

    /// Some cards know no logout (PIV): they stay open to whoever asks until the connection ends. Modules for cards of all
    /// kinds are ended after each login, so that it does.
    async fn leave_card(&self) {
        if self.module.generic {
            self.close().await;
        }
    }

    /// Asks the module again although it hung.
    pub(super) fn forgive(&self) {
        *self.stuck.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn refuse_while_stuck(&self) -> Result<(), TokenError> {
        let mut stuck = self.stuck.lock().unwrap_or_else(PoisonError::into_inner);
        let still = |stuck: &Stuck| {
            let changes = self.workers.changes.as_ref().map(|changes| changes());
            changes == Some(stuck.changes) && stuck.since.elapsed() < REST
        };
        if stuck.as_ref().is_some_and(still) {
            return Err(TokenError::ModuleStuck);
        }
        *stuck = None;
        Ok(())
    }

    /// Without PC/SC nobody would tell when to try again.
    fn note_hanging(&self) {
        if let Some(changes) = &self.workers.changes {
            let stuck = Stuck {
                since: Instant::now(),
                changes: changes(),
            };
            *self.stuck.lock().unwrap_or_else(PoisonError::into_inner) = Some(stuck);
        }
    }
}

impl KeySource for Station {
    fn module(&self) -> &Module {
        &self.module
    }

    fn scan(&self) -> Later<'_, Result<Scan, TokenError>> {
        Box::pin(self.read())
    }

    fn sign<'a>(
        &'a self,
        job: SignJob,
        secret: Option<Pin>,
        on_event: &'a mut (dyn FnMut(SignEvent) + Send),
    ) -> Later<'a, Result<(), TokenError>> {
        Box::pin(async move {
            let signed = self.sign_all(job, secret, on_event).await;
            self.leave_card().await;
            signed
        })
    }
}

impl<'station> Exchange<'station> {
    /// The next answer within the deadline; otherwise the worker is ended.
    async fn next(mut self, deadline: Duration) -> Result<(Answer, Exchange<'station>), TokenError> {
        match within(deadline, self.worker.answer()).await {
            Ok(answer) => Ok((answer, self)),
            Err(error) => Err(self.fail(error).await),
        }
    }

    /// What the last answer of a request comes to.
    async fn last(self, answer: Answer) -> Result<Answer, TokenError> {
        match answer {
            Answer::Failed(error) => Err(self.finish_with(error).await),
            answer => {
                self.finish();
                Ok(answer)
            }
        }
    }

    /// The request is answered: the worker waits for the next one.
    fn finish(mut self) {
        *self.place = Some(self.worker);
    }

    /// The request ended in an error of the module's own. Where its state is in doubt the worker is ended, and the next
    /// request starts a fresh one.
    async fn finish_with(self, error: TokenError) -> TokenError {
        match error {
            TokenError::ModuleReset
            | TokenError::ModuleMisbehaved { .. }
            | TokenError::ModuleUnloadable { .. }
            | TokenError::Device { .. } => self.fail(error).await,
            error => {
                self.finish();
                error
            }
        }
    }

    /// Ends the worker.
    async fn fail(self, error: TokenError) -> TokenError {
        if matches!(error, TokenError::ModuleHung { .. }) {
            self.station.note_hanging();
        }
        self.worker.kill().await;
        error
    }
}

async fn within<T>(
    deadline: Duration,
    work: impl Future<Output = Result<T, TokenError>>,
) -> Result<T, TokenError> {
    match timeout(deadline, work).await {
        Ok(result) => result,
        Err(_) => Err(TokenError::ModuleHung {
            seconds: deadline.as_secs_f64().ceil() as u64,
        }),
    }
}
