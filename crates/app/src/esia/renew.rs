//! Going on with a session without a person.

use std::time::Duration;

use kabinet_portal::esia::Scopes;
use time::OffsetDateTime;

use super::enter::{REMEMBERED, Remembered};
use crate::blocking::blocking;
use crate::state::Current;
use crate::view::{Network, SessionWay, UiError};
use crate::{App, AppError, Event, journal};

/// How often sessions are looked at.
const LOOK: Duration = Duration::from_secs(30);
/// A token that ends sooner is renewed.
const BEFORE_END: time::Duration = time::Duration::minutes(5);

impl App {
    /// Renews the session of the chosen organisation in time, and begins it again after the vault was opened. Ends with the
    /// program.
    pub async fn keep_sessions_forever(&self) {
        loop {
            if let Err(error) = self.keep_session(OffsetDateTime::now_utc()).await {
                tracing::debug!(code = error.code(), "the session was not renewed");
            }
            let _ = tokio::time::timeout(LOOK, self.wake_sessions().notified()).await;
        }
    }

    /// One look: renews if the session ends soon, or if there is none and one was kept. Answers whether there is a session now.
    ///
    /// # Errors
    /// Of ЕСИА and of the vault. An end of the session is no error: the state says why.
    pub async fn keep_session(&self, now: OffsetDateTime) -> Result<bool, AppError> {
        let _one_at_a_time = self.renewing().lock().await;
        let Ok(current) = self.current().await else {
            return Ok(false);
        };
        let session = current.session();
        let (by_signature, lasts) = match &session {
            Some(session) => (
                session.view.way == SessionWay::Signature,
                session.expires - now > BEFORE_END.min(lifetime(session, now) / 4),
            ),
            None => (false, false),
        };
        if by_signature || lasts || current.live().nothing_kept {
            return Ok(session.is_some());
        }
        self.renew(&current).await?;
        Ok(current.session().is_some())
    }

    async fn renew(&self, current: &Current) -> Result<(), AppError> {
        let store = current.store.clone();
        let remembered = blocking(move || Ok(store.setting::<Remembered>(REMEMBERED)?)).await?;
        let kept = self.kept_refresh(current).await?;
        let (Some(remembered), Some(token)) = (remembered, kept) else {
            current.live().nothing_kept = true;
            return Ok(());
        };
        let counterpart = self.counterpart().await?;
        let scopes = Scopes::organisation(&remembered.oid);
        let renewed = current.portal.refresh(&counterpart.system, &scopes, token).await;
        match renewed {
            Ok(tokens) => {
                let begun = current
                    .live()
                    .session
                    .as_ref()
                    .map(|session| session.view.signed_in_at.clone());
                self.take_session(current, tokens, &remembered.holder, begun)
                    .await?;
                self.make_waiting_due(current).await?;
                self.wake().notify_one();
                Ok(())
            }
            Err(error) if error.ends_session() => {
                self.end_session(current, &remembered.holder, &AppError::from(error))
                    .await
            }
            Err(error) => {
                let offline = matches!(
                    &error,
                    kabinet_portal::esia::EsiaError::Portal(kabinet_portal::PortalError::Unreachable { .. })
                );
                if offline {
                    self.network_is(current, Network::Offline);
                }
                Err(error.into())
            }
        }
    }

    /// The session is over; whoever shows it says why and offers to sign in again.
    async fn end_session(&self, current: &Current, holder: &str, why: &AppError) -> Result<(), AppError> {
        {
            let mut live = current.live();
            live.session = None;
            live.ended = Some(UiError::from(why));
        }
        self.tell(Event::StateChanged);
        // What is kept is of no use any more, whether the keychain lets go of it or not.
        if let Err(error) = self.forget_refresh(current).await {
            tracing::warn!(code = error.code(), "a kept session was not forgotten");
        }
        let entry = journal::with(journal::plain("session-ended", holder), "error", why.code());
        let store = current.store.clone();
        blocking(move || Ok(store.record(&entry)?)).await
    }
}

/// How long the token was good for, at least a second.
fn lifetime(session: &crate::state::Session, now: OffsetDateTime) -> time::Duration {
    use time::format_description::well_known::Rfc3339;
    let begun = OffsetDateTime::parse(&session.view.signed_in_at, &Rfc3339).unwrap_or(now);
    (session.expires - begun).max(time::Duration::SECOND)
}
