//! How far files that are taken in are, and stopping it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::view::ImportProgress;
use crate::{App, AppError, Event};

/// Between two pieces of news: oftener nobody could read them.
const PAUSE: Duration = Duration::from_millis(100);

/// The pace of one import. Clones are one; when the last is gone, the import is over.
#[derive(Clone)]
pub(crate) struct Pace(Arc<Shared>);

struct Shared {
    app: App,
    /// How often the user had said stop when it began.
    stops: u64,
    so_far: Mutex<SoFar>,
}

struct SoFar {
    done: usize,
    total: usize,
    told: Option<Instant>,
}

impl Pace {
    /// An import of this many files begins.
    pub(crate) fn of(app: &App, total: usize) -> Self {
        Self(Arc::new(Shared {
            app: app.clone(),
            stops: app.import_stops(),
            so_far: Mutex::new(SoFar {
                done: 0,
                total,
                told: None,
            }),
        }))
    }

    /// The next one is looked at.
    ///
    /// # Errors
    /// [`AppError::ImportStopped`] once the user has said stop.
    pub(crate) fn next(&self, name: &str) -> Result<(), AppError> {
        let mut so_far = self.0.so_far.lock().unwrap_or_else(PoisonError::into_inner);
        let (done, total) = (so_far.done, so_far.total.max(so_far.done));
        if self.0.app.import_stops() != self.0.stops {
            return Err(AppError::ImportStopped { done, total });
        }
        if so_far.told.is_none_or(|told| told.elapsed() >= PAUSE) {
            so_far.told = Some(Instant::now());
            let small = |count| u32::try_from(count).unwrap_or(u32::MAX);
            self.0.app.tell(Event::Importing(Some(ImportProgress {
                done: small(done),
                total: small(total),
                name: name.to_owned(),
            })));
        }
        Ok(())
    }

    /// So many more are done.
    pub(crate) fn done(&self, count: usize) {
        let mut so_far = self.0.so_far.lock().unwrap_or_else(PoisonError::into_inner);
        so_far.done += count;
    }

    /// One file turned out to be so many documents.
    pub(crate) fn is_many(&self, count: usize) {
        let mut so_far = self.0.so_far.lock().unwrap_or_else(PoisonError::into_inner);
        so_far.total += count.saturating_sub(1);
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.app.tell(Event::Importing(None));
    }
}

impl App {
    /// Takes in no more files. What was taken in stays; each import that is under way tells how far it came.
    pub fn stop_import(&self) {
        self.stop_imports();
    }
}
