//! Locks when the person may have gone: nobody touches the window, the screen is locked, the computer falls asleep, another
//! user takes the seat.
//!
//! Linux tells the last three over D-Bus. On other systems the program does not ask for these signals yet: there it locks by
//! its own clock and by command only.

mod idle;
#[cfg(target_os = "linux")]
mod linux;

use std::time::Duration;

pub use idle::Moment;

use crate::view::AppState;
use crate::{App, Event};

/// How long unsaved work may take to be saved. A desktop that falls asleep grants five seconds by default
/// (`InhibitDelayMaxSec`, logind.conf(5)), and the vault needs a part of them to close.
const NOTICE: Duration = Duration::from_secs(2);

/// Addresses of the message buses; `None` = where the system says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Buses {
    /// logind: sleep, sessions, users.
    pub system: Option<String>,
    /// The screen saver of the desktop.
    pub session: Option<String>,
}

impl App {
    /// Locks whenever the desktop says that nobody may be sitting at it. Ends with the program.
    pub async fn lock_when_away_forever(&self) {
        #[cfg(target_os = "linux")]
        linux::watch(self).await;
        #[cfg(not(target_os = "linux"))]
        std::future::pending::<()>().await;
    }

    /// [`lock`](Self::lock), after whoever holds something unsaved had the time to save it.
    pub async fn lock_after_notice(&self) -> AppState {
        if self.open().await.is_ok() && self.is_heard() {
            let mut saved = std::pin::pin!(self.saved().notified());
            // Listening begins before the question, so that no answer is too early.
            saved.as_mut().enable();
            self.tell(Event::AboutToLock);
            if tokio::time::timeout(NOTICE, saved).await.is_err() {
                tracing::warn!("locked without the word that everything is saved");
            }
        }
        self.lock().await
    }

    /// The answer to [`Event::AboutToLock`]: nothing is unsaved.
    pub fn ready_to_lock(&self) {
        self.saved().notify_waiters();
    }
}
