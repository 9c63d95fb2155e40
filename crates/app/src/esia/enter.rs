//! The second step: one organisation, its session, and its place in the vault.

use std::sync::Arc;

use kabinet_domain::Organisation;
use kabinet_portal::esia::{Asked, Scopes, Tokens};
use time::OffsetDateTime;

use super::Newcomer;
use crate::blocking::blocking;
use crate::esia::SignInError;
use crate::state::{Current, Session};
use crate::view::{EsiaEntry, Network, PrefilledOrganisation, SessionView, SessionWay, rfc3339};
use crate::{App, AppError, Event, journal};

impl App {
    /// Signs in for the organisation with this oid, of those [`esia_roles`](Self::esia_roles) names. An organisation of the vault
    /// is found by its ОГРН and chosen; for one it does not have, the answer says what to fill in, and the session waits until
    /// it was added.
    ///
    /// # Errors
    /// [`AppError::NotSignedIn`] before the first step, [`SignInError::Blocked`] when the person is blocked there, and those of
    /// the first step.
    pub async fn enter_by_esia(&self, oid: &str) -> Result<EsiaEntry, AppError> {
        let person = self.esia().person.clone().ok_or(AppError::NotSignedIn)?;
        let role = person
            .roles
            .iter()
            .find(|role| role.oid == oid)
            .ok_or(AppError::NotFound)?;
        if !role.active {
            return Err(SignInError::Blocked.into());
        }
        let counterpart = self.counterpart().await?;
        let asked = Asked {
            scopes: Scopes::organisation(oid),
            offline: true,
            anew: false,
        };
        let tokens = self.authorize(&counterpart, &asked).await?;
        // The browser may have signed somebody else in meanwhile.
        if tokens
            .identity
            .as_ref()
            .is_some_and(|identity| identity.oid != person.oid)
        {
            return Err(kabinet_portal::esia::EsiaError::OtherOrganisation.into());
        }
        let organisation = counterpart.portal.esia_organisation(&tokens.access, oid).await?;
        let ogrn = organisation.ogrn.clone().or_else(|| role.ogrn.clone());
        let known = self
            .organisation_with(ogrn.as_deref(), role.organisation_id.as_deref())
            .await?;
        let Some(known) = known else {
            let prefilled = PrefilledOrganisation {
                name: organisation
                    .short_name
                    .clone()
                    .unwrap_or_else(|| role.name.clone()),
                inn: organisation.inn.clone().unwrap_or_default(),
                ogrn: ogrn.unwrap_or_default(),
                kpp: organisation.kpp.clone(),
            };
            self.esia().newcomer = Some(Newcomer {
                organisation,
                tokens,
                holder: person.name,
            });
            return Ok(EsiaEntry {
                session: None,
                prefilled: Some(prefilled),
            });
        };
        let is_chosen = self
            .current()
            .await
            .is_ok_and(|current| current.organisation.id == known.id);
        if !is_chosen {
            self.select_organisation(&known.id.0.to_string()).await?;
        }
        let current = self.current().await?;
        let session = self
            .begin_esia_session(&current, tokens, &person.name, oid)
            .await?;
        Ok(EsiaEntry {
            session: Some(session),
            prefilled: None,
        })
    }

    /// An organisation was added: if a session waits for it, it begins.
    pub(crate) async fn welcome_newcomer(&self) -> Result<(), AppError> {
        let current = self.current().await?;
        let newcomer = {
            let mut desk = self.esia();
            let fits = desk.newcomer.as_ref().is_some_and(|newcomer| {
                newcomer.organisation.ogrn.as_deref() == Some(current.organisation.ogrn.as_str())
            });
            if fits { desk.newcomer.take() } else { None }
        };
        if let Some(newcomer) = newcomer {
            let oid = newcomer.organisation.oid.clone();
            self.begin_esia_session(&current, newcomer.tokens, &newcomer.holder, &oid)
                .await?;
        }
        Ok(())
    }

    async fn organisation_with(
        &self,
        ogrn: Option<&str>,
        preferred: Option<&str>,
    ) -> Result<Option<Organisation>, AppError> {
        let vault = self.open().await?.vault;
        let organisations = blocking(move || Ok(vault.organisations()?)).await?;
        Ok(organisations
            .into_iter()
            .filter(|one| Some(one.ogrn.as_str()) == ogrn)
            .max_by_key(|one| preferred == Some(one.id.0.to_string().as_str())))
    }

    /// The organisation is signed in; what waited for that need not wait longer.
    pub(super) async fn begin_esia_session(
        &self,
        current: &Current,
        tokens: Tokens,
        holder: &str,
        oid: &str,
    ) -> Result<SessionView, AppError> {
        let store = current.store.clone();
        let remembered = Remembered {
            oid: oid.to_owned(),
            holder: holder.to_owned(),
        };
        let entry = journal::with(journal::plain("signed-in", holder), "way", "browser");
        blocking(move || {
            store.set_setting(REMEMBERED, &remembered)?;
            Ok(store.record(&entry)?)
        })
        .await?;
        let session = self.take_session(current, tokens, holder, None).await?;
        self.renew_standing(current).await;
        self.make_waiting_due(current).await?;
        self.wake().notify_one();
        Ok(session)
    }

    /// Puts the tokens where they belong: access into memory, refresh into custody.
    pub(super) async fn take_session(
        &self,
        current: &Current,
        tokens: Tokens,
        holder: &str,
        begun: Option<String>,
    ) -> Result<SessionView, AppError> {
        let now = OffsetDateTime::now_utc();
        // A token that does not say when it ends is used until the portal refuses it, an hour at most.
        let by_answer = tokens
            .expires_in
            .and_then(|seconds| i64::try_from(seconds).ok())
            .map(|seconds| now + time::Duration::seconds(seconds.min(86_400)));
        let expires = tokens
            .access
            .claims()
            .expires
            .or(by_answer)
            .unwrap_or(now + time::Duration::HOUR);
        let renews = match &tokens.refresh {
            Some(refresh) => match self.keep_refresh(current, refresh, holder).await {
                Ok(()) => true,
                Err(error) => {
                    tracing::warn!(code = error.code(), "the session cannot go on by itself");
                    false
                }
            },
            None => false,
        };
        let view = SessionView {
            holder: holder.to_owned(),
            position: None,
            certificate_id: None,
            way: SessionWay::Browser,
            renews,
            signed_in_at: begun.unwrap_or_else(|| rfc3339(now)),
            expires_at: rfc3339(expires),
        };
        {
            let mut live = current.live();
            live.nothing_kept = !renews;
            live.ended = None;
            live.session = Some(Session {
                token: Arc::new(tokens.access),
                expires,
                certificate_days_left: None,
                view: view.clone(),
            });
        }
        self.network_is(current, Network::Online);
        self.tell(Event::StateChanged);
        Ok(view)
    }
}

/// Setting of an organisation: for whom its kept session was.
pub(super) const REMEMBERED: &str = "esia-session";

/// What is needed to go on with a session after a start.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct Remembered {
    /// The organisation in ЕСИА.
    pub(super) oid: String,
    /// Who signed in.
    pub(super) holder: String,
}
