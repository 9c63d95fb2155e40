//! A look at one source that nobody has to wait for.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use tokio::time::{Duration, Instant};

use super::source::KeySource;
use crate::error::TokenError;
use crate::model::Scan;

/// An answer that nobody has taken yet serves the next look for so long.
const FRESH: Duration = Duration::from_secs(5);

/// What a source answered, and when.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) scan: Result<Scan, TokenError>,
    at: Instant,
}

/// The place of the look that is under way, or whose answer came late.
pub(super) struct Look {
    pub(super) source: Arc<dyn KeySource>,
    running: Mutex<Option<watch::Receiver<Option<Seen>>>>,
    given_up: Arc<AtomicBool>,
}

impl Look {
    pub(super) fn new(source: Arc<dyn KeySource>) -> Self {
        Self {
            source,
            running: Mutex::default(),
            given_up: Arc::default(),
        }
    }

    /// Starts a look, or joins the one under way. `late` counts the answers that somebody had stopped waiting for.
    pub(super) fn begin(&self, late: &watch::Sender<u64>) -> watch::Receiver<Option<Seen>> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = running.as_ref() {
            let stale = |seen: &Seen| seen.at.elapsed() > FRESH;
            if !answer.borrow().as_ref().is_some_and(stale) {
                return answer.clone();
            }
        }
        let (sender, answer) = watch::channel(None);
        let (source, late, given_up) = (self.source.clone(), late.clone(), self.given_up.clone());
        given_up.store(false, Ordering::Release);
        tokio::spawn(async move {
            let scan = source.scan().await;
            let at = Instant::now();
            sender.send_replace(Some(Seen { scan, at }));
            if given_up.load(Ordering::Acquire) {
                late.send_modify(|count| *count += 1);
            }
        });
        *running = Some(answer.clone());
        answer
    }

    /// The answer was taken: the next look is a new one.
    pub(super) fn taken(&self) {
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Nobody waits for this answer any more; that it came is to be told.
    pub(super) fn give_up(&self) {
        self.given_up.store(true, Ordering::Release);
    }
}
