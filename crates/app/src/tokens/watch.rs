//! Notices by itself when tokens come and go.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use kabinet_token::{NoService, ReaderChanges, Readers, ReadersState, Service};
use tokio::sync::watch;

use crate::view::UiError;
use crate::{App, Event};

/// What PC/SC tells of readers and cards, once somebody watches.
#[derive(Default)]
pub(crate) struct CardWatch {
    readers: OnceLock<Readers>,
    changes: Arc<AtomicU64>,
}

impl CardWatch {
    fn state(&self) -> watch::Receiver<ReadersState> {
        self.readers.get_or_init(Readers::watch).state()
    }

    /// Grows with every card or reader that comes or goes.
    pub(crate) fn changes(&self) -> ReaderChanges {
        let changes = self.changes.clone();
        Arc::new(move || Some(changes.load(Ordering::Relaxed)))
    }

    fn count(&self) {
        self.changes.fetch_add(1, Ordering::Relaxed);
    }

    /// Why nobody tells; nothing while it is not watched at all.
    pub(crate) fn no_service(&self) -> Option<UiError> {
        match self.readers.get()?.state().borrow().service {
            Service::Absent(reason) => Some(no_service(reason)),
            Service::Starting | Service::Running => None,
        }
    }
}

fn no_service(reason: NoService) -> UiError {
    UiError {
        code: reason.code().to_owned(),
        params: crate::error::owned(reason.params()),
        retriable: true,
    }
}

impl App {
    /// Tells [`Event::TokensChanged`] when a reader or card comes or goes, when the smart-card service does, and when a slow
    /// module has answered. Ends with the program.
    pub async fn watch_tokens_forever(&self) {
        let mut readers = self.cards().state();
        let mut seen = readers.borrow_and_update().clone();
        let mut late = self.tokens().late();
        loop {
            tokio::select! {
                changed = readers.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    let now = readers.borrow_and_update().clone();
                    let same_cards = now.has_same_cards(&seen);
                    if !same_cards {
                        self.cards().count();
                    }
                    if !same_cards || now.service != seen.service {
                        self.tell(Event::TokensChanged);
                    }
                    seen = now;
                }
                answered = late.changed() => {
                    if answered.is_err() {
                        // Modules or key files were added or removed: the new layer has answers of its own.
                        late = self.tokens().late();
                    }
                    self.tell(Event::TokensChanged);
                }
            }
        }
    }
}
