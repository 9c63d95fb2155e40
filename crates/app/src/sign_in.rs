//! Signing in: the API key, signed by the token, is exchanged for the organisation's access token
//! («Руководство потребителя» 3.3, ЕСИА Б.12).

use std::sync::Arc;

use kabinet_portal::{AccessToken, PortalError};
use time::OffsetDateTime;

use crate::blocking::blocking;
use crate::sign::{Request, holder};
use crate::state::{Current, Session};
use crate::tokens::Found;
use crate::view::{
    AppState, Check, CheckState, Network, SecretPurpose, SessionView, SessionWay, WaitingFor, rfc3339,
};
use crate::{App, AppError, Event, api_keys, evidence, journal, preflight, send, tokens};

impl App {
    /// Signs in with the certificate; the PIN is asked for once.
    ///
    /// # Errors
    /// `SignInError::NoApiKey`, [`AppError::UnfitCertificate`] before any PIN; the token's and the portal's own.
    pub async fn sign_in(&self, certificate_id: &str) -> Result<SessionView, AppError> {
        self.sign_in_by_key(certificate_id, None).await
    }

    /// [`sign_in`](Self::sign_in) with the API key a person names.
    ///
    /// # Errors
    /// `SignInError::ChooseApiKey` when several keys may be the right one and none was named; as [`sign_in`](Self::sign_in).
    pub async fn sign_in_by_key(
        &self,
        certificate_id: &str,
        key: Option<&str>,
    ) -> Result<SessionView, AppError> {
        let current = self.current().await?;
        let (who, outcome) = match self.find_certificate(certificate_id).await {
            Ok(found) => {
                let who = (holder(&found), hex::encode(&found.certificate.fingerprint()[..8]));
                (who, self.try_sign_in(&current, &found, key).await)
            }
            Err(error) => (
                (String::new(), certificate_id.chars().take(16).collect()),
                Err(error),
            ),
        };
        self.note_sign_in(&current, who, &outcome).await?;
        let session = outcome?;
        let view = session.view.clone();
        // The session of before, by whatever way, has a successor.
        if let Err(error) = self.forget_refresh(&current).await {
            tracing::warn!(code = error.code(), "a kept session was not forgotten");
        }
        {
            let mut live = current.live();
            live.session = Some(session);
            live.ended = None;
        }
        self.network_is(&current, Network::Online);
        self.tell(Event::StateChanged);
        self.make_waiting_due(&current).await?;
        self.wake().notify_one();
        self.renew_standing(&current).await;
        Ok(view)
    }

    /// Forgets the session, and what it would go on with.
    ///
    /// # Errors
    /// [`AppError::Locked`] and [`AppError::NoOrganisation`]; failures of the vault.
    pub async fn sign_out(&self) -> Result<AppState, AppError> {
        let current = self.current().await?;
        let ended = {
            let mut live = current.live();
            live.ended = None;
            live.session.take()
        };
        let forgotten = self.forget_refresh(&current).await;
        if let Some(session) = ended {
            let store = current.store.clone();
            blocking(move || Ok(store.record(&journal::plain("signed-out", &session.view.holder))?)).await?;
        }
        self.tell(Event::StateChanged);
        forgotten?;
        Ok(self.state().await)
    }

    async fn try_sign_in(
        &self,
        current: &Current,
        found: &Found,
        named: Option<&str>,
    ) -> Result<Session, AppError> {
        let named = named.map(str::to_owned);
        let snils = api_keys::digits(found.certificate.subject().snils.as_deref());
        let (store, of) = (current.store.clone(), snils.clone());
        let (note, candidates) = blocking(move || {
            let notes = api_keys::notes(&store)?;
            let note = api_keys::choose(&notes, named.as_deref(), of.as_deref())?;
            let candidates = api_keys::candidates(&store, note)?;
            Ok((note.id.clone(), candidates))
        })
        .await?;
        let now = OffsetDateTime::now_utc();
        let organisation = Some(&current.organisation);
        let unfit = tokens::unfit(
            &found.certificate,
            Some(&found.on),
            Some(&found.token),
            organisation,
            now,
        );
        if let Some(problem) = unfit.into_iter().next() {
            return Err(AppError::UnfitCertificate { reason: problem.code });
        }
        // A revoked one is refused by the portal anyway: no PIN is spent on it (AUTH-10). What is not known, the portal decides.
        let verdict = evidence::judge(current, found.certificate.clone(), now, true).await?;
        let revocation = preflight::revocation(&verdict, now);
        if revocation.state == CheckState::Failed {
            return Err(AppError::UnfitCertificate {
                reason: "revoked".to_owned(),
            });
        }
        self.exchange(current, found, (&note, &candidates, snils), revocation)
            .await
    }

    /// One PIN entry signs every key there is to try.
    async fn exchange(
        &self,
        current: &Current,
        found: &Found,
        (note, candidates, snils): (&str, &[api_keys::Candidate], Option<String>),
        revocation: Check,
    ) -> Result<Session, AppError> {
        let request = Request {
            purpose: SecretPurpose::SignIn,
            documents: Vec::new(),
            organisation: current.organisation.name.clone(),
            host: Some(current.portal_host.clone()),
            revocation: Some(revocation),
        };
        let contents: Vec<&[u8]> = candidates.iter().map(|one| one.key.bytes_to_sign()).collect();
        let signatures = self.sign_with(found, &request, &contents).await?;
        let mut refused = None;
        for (candidate, signature) in candidates.iter().zip(&signatures) {
            match current.portal.organisation_token(&candidate.key, signature).await {
                Ok(token) => {
                    let (store, id, is_new) = (current.store.clone(), note.to_owned(), candidate.is_new);
                    blocking(move || Ok(api_keys::worked(&store, &id, is_new, snils)?)).await?;
                    return Ok(session_by(found, token));
                }
                Err(error) => {
                    let about_the_key = api_keys::is_about_the_key(&error);
                    if about_the_key {
                        let (store, id, why) = (current.store.clone(), note.to_owned(), error.clone());
                        let is_new = candidate.is_new;
                        blocking(move || Ok(api_keys::failed(&store, &id, is_new, &why)?)).await?;
                    }
                    let unreachable = matches!(error, PortalError::Unreachable { .. });
                    self.network_is(
                        current,
                        if unreachable {
                            Network::Offline
                        } else {
                            Network::Online
                        },
                    );
                    // What was entered last is what the person waits to hear about.
                    refused.get_or_insert(error);
                    if !about_the_key {
                        break;
                    }
                }
            }
        }
        Err(refused.map_or(AppError::Background, AppError::from))
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
    pub(crate) async fn make_waiting_due(&self, current: &Current) -> Result<(), AppError> {
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

/// The session of a token that came for a signature.
fn session_by(found: &Found, token: AccessToken) -> Session {
    let now = OffsetDateTime::now_utc();
    // A token that does not say when it ends is used until the portal refuses it.
    let expires = token.claims().expires.unwrap_or(now + time::Duration::HOUR);
    let line = tokens::certificate_view(&found.certificate, now);
    let certificate_days_left = Some(line.days_left);
    let view = SessionView {
        holder: line.holder,
        position: line.position,
        certificate_id: Some(line.id),
        way: SessionWay::Signature,
        renews: false,
        signed_in_at: rfc3339(now),
        expires_at: rfc3339(expires),
    };
    Session {
        token: Arc::new(token),
        expires,
        certificate_days_left,
        view,
    }
}
