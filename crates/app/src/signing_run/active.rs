//! The one run that is under way: how far it is, and whether it was told to stop.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use uuid::Uuid;

use crate::signing_run::SigningError;
use crate::view::{SigningItem, SigningPhase, SigningProgress};
use crate::{App, AppError, Event};

/// What is shared with whoever looks on.
pub(crate) struct Active {
    pub(super) run: Uuid,
    stop: watch::Sender<bool>,
    progress: Mutex<SigningProgress>,
}

impl Active {
    pub(super) fn progress(&self) -> SigningProgress {
        self.progress
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn change(&self, change: impl FnOnce(&mut SigningProgress)) -> SigningProgress {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        progress.settled = None;
        change(&mut progress);
        progress.clone()
    }
}

/// Held by the run that is under way; dropped, another may begin.
pub(super) struct Turn {
    app: App,
    active: Arc<Active>,
}

impl Turn {
    /// # Errors
    /// [`SigningError::UnderWay`].
    pub(super) fn take(app: &App, run: Uuid, signed: u32, total: u32) -> Result<Self, AppError> {
        let mut place = app.signing();
        if place.is_some() {
            return Err(SigningError::UnderWay.into());
        }
        let active = Arc::new(Active {
            run,
            stop: watch::Sender::new(false),
            progress: Mutex::new(SigningProgress {
                run_id: run.to_string(),
                phase: SigningPhase::Checking,
                signed,
                total,
                current: None,
                settled: None,
            }),
        });
        *place = Some(active.clone());
        Ok(Self {
            app: app.clone(),
            active,
        })
    }

    pub(super) fn run(&self) -> Uuid {
        self.active.run
    }

    /// For a thread that has to look by itself.
    pub(super) fn told(&self) -> watch::Receiver<bool> {
        self.active.stop.subscribe()
    }

    pub(super) fn is_to_stop(&self) -> bool {
        *self.active.stop.borrow()
    }

    /// Waits until the run is told to stop.
    pub(super) async fn told_to_stop(&self) {
        let mut stop = self.active.stop.subscribe();
        if stop.wait_for(|told| *told).await.is_err() {
            std::future::pending().await
        }
    }

    pub(super) fn enter(&self, phase: SigningPhase, current: Option<String>) {
        let progress = self.active.change(|progress| {
            // Whoever said stop is not told otherwise.
            if progress.phase != SigningPhase::Stopping {
                progress.phase = phase;
            }
            progress.current = current;
        });
        self.app.tell(Event::Signing(progress));
    }

    /// The token has come to this document; told with the next one that is settled.
    pub(super) fn reach(&self, current: Option<String>) {
        self.active.change(|progress| progress.current = current);
    }

    pub(super) fn settled(&self, item: SigningItem) {
        let progress = self.active.change(|progress| {
            if item.state == crate::view::ItemState::Signed {
                progress.signed += 1;
            }
            progress.settled = Some(item);
        });
        self.app.tell(Event::Signing(progress));
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.app.signing() = None;
    }
}

impl App {
    /// Tells the run that is under way to stop: a signature that has begun is still waited for, a moment at most. What is
    /// signed stays signed, the rest can be signed later.
    pub fn stop_signing(&self) {
        let Some(active) = self.signing().clone() else {
            return;
        };
        let progress = active.change(|progress| progress.phase = SigningPhase::Stopping);
        active.stop.send_replace(true);
        self.tell(Event::Signing(progress));
    }
}
