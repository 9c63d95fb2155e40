//! Signing in: the API key, signed by the token, is exchanged for the organisation's access token
//! («Руководство потребителя» 3.3, ЕСИА Б.12).

use std::sync::Arc;

use kabinet_portal::ApiKey;
use time::OffsetDateTime;

use crate::blocking::blocking;
use crate::sign::{Request, holder};
use crate::state::{Current, Session};
use crate::tokens::Found;
use crate::view::{AppState, Network, SecretPurpose, SessionView, WaitingFor, rfc3339};
use crate::{App, AppError, Event, journal, send, tokens};

/// Name of the secret under which the store keeps the API key.
pub(crate) const API_KEY: &str = "api-key";

impl App {
    /// Signs in with the certificate; the PIN is asked for once.
    ///
    /// # Errors
    /// [`AppError::NoApiKey`], [`AppError::UnfitCertificate`] before any PIN; the token's and the portal's own.
    pub async fn sign_in(&self, certificate_id: &str) -> Result<SessionView, AppError> {
        let current = self.current().await?;
        let (who, outcome) = match self.find_certificate(certificate_id).await {
            Ok(found) => {
                let who = (holder(&found), hex::encode(&found.certificate.fingerprint()[..8]));
                (who, self.try_sign_in(&current, &found).await)
            }
            Err(error) => (
                (String::new(), certificate_id.chars().take(16).collect()),
                Err(error),
            ),
        };
        self.note_sign_in(&current, who, &outcome).await?;
        let session = outcome?;
        let view = session.view.clone();
        current.live().session = Some(session);
        self.network_is(&current, Network::Online);
        self.tell(Event::StateChanged);
        self.make_waiting_due(&current).await?;
        self.wake().notify_one();
        self.renew_standing(&current).await;
        Ok(view)
    }

    /// Forgets the session.
    ///
    /// # Errors
    /// [`AppError::Locked`] and [`AppError::NoOrganisation`]; failures of the vault.
    pub async fn sign_out(&self) -> Result<AppState, AppError> {
        let current = self.current().await?;
        let ended = current.live().session.take();
        if let Some(session) = ended {
            let store = current.store.clone();
            blocking(move || Ok(store.record(&journal::plain("signed-out", &session.view.holder))?)).await?;
        }
        self.tell(Event::StateChanged);
        Ok(self.state().await)
    }

    async fn try_sign_in(&self, current: &Current, found: &Found) -> Result<Session, AppError> {
        let key = api_key(current).await?;
        let now = OffsetDateTime::now_utc();
        let organisation = Some(&current.organisation);
        let unfit = tokens::unfit(
            &found.certificate,
            Some(&found.on),
            Some(&found.token),
            organisation,
            now,
        );
        match unfit.into_iter().next() {
            Some(problem) => Err(AppError::UnfitCertificate { reason: problem.code }),
            None => self.exchange(current, &key, found).await,
        }
    }

    async fn exchange(&self, current: &Current, key: &ApiKey, found: &Found) -> Result<Session, AppError> {
        let request = Request {
            purpose: SecretPurpose::SignIn,
            documents: Vec::new(),
            organisation: current.organisation.name.clone(),
            host: Some(current.portal_host.clone()),
        };
        let mut signatures = self.sign_with(found, &request, &[key.bytes_to_sign()]).await?;
        let signature = signatures.pop().ok_or(AppError::Background)?;
        let now = OffsetDateTime::now_utc();
        let token = match current.portal.organisation_token(key, &signature).await {
            Ok(token) => token,
            Err(error) => {
                let unreachable = matches!(error, kabinet_portal::PortalError::Unreachable { .. });
                self.network_is(
                    current,
                    if unreachable {
                        Network::Offline
                    } else {
                        Network::Online
                    },
                );
                return Err(error.into());
            }
        };
        // A token that does not say when it ends is used until the portal refuses it.
        let expires = token.claims().expires.unwrap_or(now + time::Duration::HOUR);
        let line = tokens::certificate_view(&found.certificate, now);
        let certificate_days_left = line.days_left;
        let view = SessionView {
            holder: line.holder,
            position: line.position,
            certificate_id: line.id,
            signed_in_at: rfc3339(now),
            expires_at: rfc3339(expires),
        };
        Ok(Session {
            token: Arc::new(token),
            expires,
            certificate_days_left,
            view,
        })
    }

    async fn note_sign_in(
        &self,
        current: &Current,
        (holder, certificate): (String, String),
        outcome: &Result<Session, AppError>,
    ) -> Result<(), AppError> {
        let entry = match outcome {
            Ok(_) => journal::plain("signed-in", &holder),
            Err(AppError::Cancelled) => return Ok(()),
            Err(error) => journal::with(journal::plain("sign-in-failed", &holder), "error", error.code()),
        };
        let entry = journal::with(entry, "certificate", certificate);
        let store = current.store.clone();
        blocking(move || Ok(store.record(&entry)?)).await
    }

    /// What waited for somebody to sign in, or for the portal to be there at all, need not wait any longer. Nothing else is
    /// touched: the portal may have asked for a pause, and what is under way has no failure behind it.
    async fn make_waiting_due(&self, current: &Current) -> Result<(), AppError> {
        let store = current.store.clone();
        blocking(move || {
            let now = OffsetDateTime::now_utc();
            for submission in store.due(now + time::Duration::days(365))? {
                if matches!(
                    send::waiting_for(&submission),
                    Some(WaitingFor::SignIn | WaitingFor::Network)
                ) {
                    store.postpone(&submission, submission.attempts, now, None)?;
                }
            }
            Ok(())
        })
        .await
    }
}

async fn api_key(current: &Current) -> Result<ApiKey, AppError> {
    let store = current.store.clone();
    let secret = blocking(move || Ok(store.secret(API_KEY)?))
        .await?
        .ok_or(AppError::NoApiKey)?;
    ApiKey::parse(secret.expose()).map_err(|_| AppError::NoApiKey)
}
