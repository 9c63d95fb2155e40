//! When the registry is asked for everything that changed: once after each sign-in, then once an hour while somebody is signed in, when
//! the portal tells of a power of attorney, and whenever a person asks. Nothing that changes there is more urgent than that: what is about
//! to be signed under is judged by what the registry said of it itself, and what is sent from here is followed on its own.

use kabinet_portal::cabinet::CabinetError;
use time::{Duration, OffsetDateTime};

use crate::state::Current;
use crate::{App, AppError};

/// While somebody is signed in.
const ASKED_AGAIN: Duration = Duration::hours(1);
/// When it could not be asked.
const AFTER_FAILURE: Duration = Duration::minutes(5);

/// When the registry is to be asked next.
#[derive(Debug, Default)]
pub(crate) struct Renewal {
    /// The sign-in after which it was asked.
    sign_in: Option<String>,
    /// Nothing: now.
    next: Option<OffsetDateTime>,
}

impl Renewal {
    /// Whether it is time. That it is asked now is noted with the answer.
    fn take(&mut self, sign_in: &str, now: OffsetDateTime) -> bool {
        if self.sign_in.as_deref() != Some(sign_in) {
            self.sign_in = Some(sign_in.to_owned());
            self.next = None;
        }
        // A clock that was set back must not silence it.
        let waits = self
            .next
            .is_some_and(|next| next > now && next - now <= ASKED_AGAIN);
        if !waits {
            self.next = Some(now + ASKED_AGAIN);
        }
        !waits
    }
}

impl App {
    /// Begins to ask the registry if it is time, and does not wait for it: the first time there may be thousands to fetch. Answers when it
    /// is time again.
    pub(crate) fn renew_poas_if_due(&self, current: &Current) -> Option<OffsetDateTime> {
        let session = current.session()?;
        let now = OffsetDateTime::now_utc();
        let is_due = current.live().poas.take(&session.view.signed_in_at, now);
        if is_due {
            let (app, current) = (self.clone(), current.clone());
            tokio::spawn(async move { app.renew_poas(&current).await });
        }
        current.live().poas.next
    }

    /// Asks it unless it was asked not long ago.
    pub(crate) async fn renew_poas_now_and_then(&self, current: &Current) {
        let Some(session) = current.session() else { return };
        let now = OffsetDateTime::now_utc();
        let is_due = current.live().poas.take(&session.view.signed_in_at, now);
        if is_due {
            self.renew_poas(current).await;
        }
    }

    /// The portal told of one: the registry knows something new.
    pub(crate) fn poas_are_news(&self, current: &Current) {
        current.live().poas.next = None;
        self.wake().notify_one();
    }

    async fn renew_poas(&self, current: &Current) {
        let again = match self.sync_poas().await {
            Ok(_) | Err(AppError::Cabinet(CabinetError::Absent)) => return,
            Err(error) => {
                tracing::info!(code = error.code(), "the registry's list is not known anew");
                OffsetDateTime::now_utc() + AFTER_FAILURE
            }
        };
        current.live().poas.next = Some(again);
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn once_after_each_sign_in_and_once_an_hour() {
        let now = datetime!(2026-11-29 12:00 UTC);
        let mut renewal = Renewal::default();
        assert!(renewal.take("morning", now));
        assert!(!renewal.take("morning", now + Duration::minutes(59)));
        assert!(renewal.take("morning", now + Duration::minutes(60)));
        assert!(renewal.take("evening", now + Duration::minutes(61)));
        // The clock was set back by a day.
        assert!(renewal.take("evening", now - Duration::DAY));
        assert!(!renewal.take("evening", now - Duration::DAY));
    }
}
