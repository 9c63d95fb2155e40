//! Locks when nobody has touched the window for as long as the settings say.
//!
//! The window only reports input. The clock and the decision are on this side, so that a window that hangs, is hidden or does
//! not run its timers keeps nothing open.

use std::time::{Duration, Instant, SystemTime};

use crate::App;

/// How often it is looked. A timer for the whole time would sleep together with the computer.
const LOOK: Duration = Duration::from_secs(5);

/// A moment on the two clocks of a computer. The running one stands still while the computer sleeps, the one on the wall can
/// be set back; between two moments has passed what the clock says that says more.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The clock that cannot be set.
    pub running: Instant,
    /// The clock that does not sleep.
    pub wall: SystemTime,
}

impl Moment {
    /// This one.
    pub fn now() -> Self {
        Self {
            running: Instant::now(),
            wall: SystemTime::now(),
        }
    }

    fn since(self, earlier: Self) -> Duration {
        let running = self.running.saturating_duration_since(earlier.running);
        let wall = self.wall.duration_since(earlier.wall).unwrap_or_default();
        running.max(wall)
    }
}

impl App {
    /// Locks whenever nobody has touched the window for too long. Ends with the program.
    pub async fn lock_when_idle_forever(&self) {
        loop {
            tokio::time::sleep(LOOK).await;
            self.lock_if_idle(Moment::now()).await;
        }
    }

    /// Locks if as many minutes have passed without input as the settings allow; what is unsaved is saved first, as far as
    /// [`lock_after_notice`](Self::lock_after_notice) can see to it. Answers whether it did.
    pub async fn lock_if_idle(&self, now: Moment) -> bool {
        let minutes = self.settings().lock_after_minutes;
        let allowed = Duration::from_secs(u64::from(minutes) * 60);
        if minutes == 0 || now.since(*self.touched()) < allowed || self.open().await.is_err() {
            return false;
        }
        self.lock_after_notice().await;
        true
    }

    /// Somebody touched the window. What comes too late, as after a sleep of the computer, does not save the vault from the
    /// lock.
    pub async fn note_activity(&self, now: Moment) {
        if !self.lock_if_idle(now).await {
            *self.touched() = now;
        }
    }
}
