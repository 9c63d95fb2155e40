//! One module with its worker: requests in a queue, deadlines, restarts.

use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::timeout;

use super::worker::Worker;
use crate::error::TokenError;
use crate::model::Module;
use crate::protocol::{Answer, Request};
use crate::secret::Pin;

/// A module and the place of its worker. The worker stays between requests: starting and ending a module each time makes
/// tokens blink and costs a second with some readers.
pub(super) struct Station {
    pub(super) module: Module,
    executable: PathBuf,
    worker: Mutex<Option<Worker>>,
}

/// A request under way. The worker is out of its place meanwhile, so that an abandoned request drops and kills it.
pub(super) struct Exchange<'station> {
    place: tokio::sync::MutexGuard<'station, Option<Worker>>,
    worker: Worker,
}

impl Station {
    pub(super) fn new(module: Module, executable: PathBuf) -> Self {
        Self {
            module,
            executable,
            worker: Mutex::new(None),
        }
    }

    /// Waits for the request before, starts the worker if there is none, and sends. A PIN goes out at most once: no error
    /// leads to sending it again.
    pub(super) async fn begin(
        &self,
        request: &Request,
        pin: Option<Pin>,
        deadline: Duration,
    ) -> Result<Exchange<'_>, TokenError> {
        let mut place = timeout(deadline, self.worker.lock())
            .await
            .map_err(|_| TokenError::TokenBusy)?;
        let idle = place.take().and_then(Worker::if_alive);
        let worker = idle.map_or_else(|| Worker::start(&self.executable, &self.module.path), Ok)?;
        let mut exchange = Exchange { place, worker };
        let sent = within(deadline, async {
            exchange.worker.ask(request).await?;
            match pin {
                Some(pin) => exchange.worker.hand_over(pin).await,
                None => Ok(()),
            }
        });
        match sent.await {
            Ok(()) => Ok(exchange),
            Err(error) => Err(exchange.fail(error).await),
        }
    }

    /// A request with a single answer.
    pub(super) async fn ask(&self, request: &Request, deadline: Duration) -> Result<Answer, TokenError> {
        let (answer, exchange) = self.begin(request, None, deadline).await?.next(deadline).await?;
        match answer {
            Answer::Failed(error) => Err(exchange.finish_with(error).await),
            answer => {
                exchange.finish();
                Ok(answer)
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
}

impl<'station> Exchange<'station> {
    /// The next answer within the deadline; otherwise the worker is ended.
    pub(super) async fn next(
        mut self,
        deadline: Duration,
    ) -> Result<(Answer, Exchange<'station>), TokenError> {
        match within(deadline, self.worker.answer()).await {
            Ok(answer) => Ok((answer, self)),
            Err(error) => Err(self.fail(error).await),
        }
    }

    /// The request is answered: the worker waits for the next one.
    pub(super) fn finish(mut self) {
        *self.place = Some(self.worker);
    }

    /// The request ended in an error of the module's own. Where its state is in doubt the worker is ended, and the next
    /// request starts a fresh one.
    pub(super) async fn finish_with(self, error: TokenError) -> TokenError {
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
    pub(super) async fn fail(self, error: TokenError) -> TokenError {
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
