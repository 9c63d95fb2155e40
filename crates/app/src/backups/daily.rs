//! The backup nobody has to think of: once a day, when nothing else is going on.

use std::time::Duration as Pause;

use kabinet_store::Backup;
use time::{Duration, OffsetDateTime};

use crate::{App, AppError};

/// From one backup to the next.
const EVERY: Duration = Duration::hours(24);
/// After opening the vault people have work to do, and after a failure the disk is as full as before.
const PATIENCE: Pause = Pause::from_secs(60);
/// Between looks: a drive may have been plugged in, a signing run may have ended.
const LOOK: Pause = Pause::from_secs(60);
/// After a failure.
const AFTER_FAILURE: Pause = Pause::from_secs(60 * 60);

impl App {
    /// Makes the daily backups until the program ends.
    pub async fn back_up_forever(&self) {
        loop {
            let pause = match self.back_up_if_due(OffsetDateTime::now_utc()).await {
                Ok(()) => LOOK,
                Err(AppError::Locked) => PATIENCE,
                Err(error) => {
                    tracing::warn!(code = error.code(), "no backup was made");
                    AFTER_FAILURE
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                // Another folder was chosen: worth a try at once.
                () = self.wake_backups().notified() => {}
            }
        }
    }

    /// Makes the backups that are due, unless somebody signs or sends; then the next look does.
    ///
    /// # Errors
    /// As [`back_up`](Self::back_up).
    pub async fn back_up_if_due(&self, now: OffsetDateTime) -> Result<(), AppError> {
        let open = self.open().await?;
        if self.signing().is_some() {
            return Ok(());
        }
        // Held meanwhile, so that nothing is sent out of a database that is being copied.
        let turn = open.current.as_ref().map(|current| current.turn.clone());
        let _turn = match &turn {
            Some(turn) => match turn.try_lock() {
                Ok(turn) => Some(turn),
                Err(_) => return Ok(()),
            },
            None => None,
        };
        let vault = open.vault;
        let plan_is_due = move |newest: Option<&Backup>| is_due(newest, now);
        self.back_up_everywhere(vault, now, plan_is_due).await
    }
}

/// Whether a day has passed since the newest; one from the future says nothing.
fn is_due(newest: Option<&Backup>, now: OffsetDateTime) -> bool {
    newest.is_none_or(|newest| {
        let age = now - newest.taken;
        age >= EVERY || age < -EVERY || newest.checked.is_none_or(|checked| !checked.sound)
    })
}

#[cfg(test)]
mod tests {
    use kabinet_store::Checked;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_day_after_the_last_sound_one_the_next_is_due() {
        let now = datetime!(2026-11-28 12:00 UTC);
        let backup = |taken, sound| Backup {
            taken,
            path: "b".into(),
            vault: None,
            size: 0,
            checked: Some(Checked { at: taken, sound }),
        };
        for (newest, expected, why) in [
            (None, true, "none yet"),
            (Some(backup(now - Duration::hours(23), true)), false, "today's"),
            (Some(backup(now - Duration::hours(24), true)), true, "yesterday's"),
            (
                Some(backup(now - Duration::hours(1), false)),
                true,
                "a broken one",
            ),
            (
                Some(backup(now + Duration::hours(1), true)),
                false,
                "a clock set back a little",
            ),
            (
                Some(backup(now + Duration::days(400), true)),
                true,
                "a clock that was a year ahead",
            ),
        ] {
            assert_eq!(is_due(newest.as_ref(), now), expected, "{why}");
        }
    }
}
