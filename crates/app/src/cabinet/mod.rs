//! What the portal's cabinet API gives: organisations and their links, permissions, the safety of the account, notifications.
//! A portal without it takes nothing away: what it would say is then simply not known, and the screens say so.

mod channels;
mod documents;
mod error;
mod files;
mod form;
mod guard;
mod inspections;
mod kept_links;
mod licences;
mod linking;
mod notifications;
mod organisations;
mod registrations;
mod removal;
mod representative;
mod security;
mod standing;
mod step_up;
mod subscriptions;
mod unlinking;

use std::sync::Arc;

use kabinet_portal::cabinet::{Cabinet, CabinetError, Offer};
use kabinet_portal::{AccessToken, PortalError};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::blocking::blocking;
use crate::state::Current;
use crate::view::{CabinetPresence, Network};
use crate::{App, AppError, Event, journal};

pub use error::ActError;
pub(crate) use licences::KeptLicence;
pub(crate) use organisations::is_absence;
pub(crate) use standing::Standing;
pub(crate) use step_up::Confirmable;

/// Setting of the vault: the portal of its environment has no cabinet API, and when it said so.
const ABSENT: &str = "cabinet-absent";
/// It is asked again after so long.
const ABSENT_FOR: Duration = Duration::DAY;

#[derive(Clone, Copy, Serialize, Deserialize)]
struct Absent {
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
}

/// The cabinet API for the chosen organisation, with the session of whoever is signed in.
pub(crate) struct Access {
    pub(crate) current: Current,
    pub(crate) token: Arc<AccessToken>,
    pub(crate) offer: Arc<Offer>,
    pub(crate) holder: String,
}

impl Access {
    pub(crate) fn cabinet(&self) -> Cabinet<'_> {
        self.current.portal.cabinet(&self.token)
    }

    /// The person in ЕСИА, as the token says.
    pub(crate) fn subject(&self) -> String {
        self.token.claims().subject.clone().unwrap_or_default()
    }
}

/// Whether the portal says that it has this. One that names no features at all is asked.
pub(crate) fn offers(offer: &Offer, feature: &str) -> bool {
    offer.features.is_empty() || offer.features.iter().any(|one| one == feature)
}

impl App {
    /// The way in. What the portal offers is asked for once, and its absence is remembered for a day.
    ///
    /// # Errors
    /// [`AppError::NotSignedIn`], [`AppError::Cabinet`] with `cabinet.absent`; what any request can meet.
    pub(crate) async fn cabinet(&self) -> Result<Access, AppError> {
        let current = self.current().await?;
        let session = current.session().ok_or(AppError::NotSignedIn)?;
        let known = current.live().offer.clone();
        let offer = match known {
            Some(offer) => offer,
            None => {
                if self.is_cabinet_absent().await {
                    return Err(AppError::Cabinet(CabinetError::Absent));
                }
                let asked = current.portal.cabinet(&session.token).offer().await;
                self.remember_absence(matches!(asked, Err(CabinetError::Absent)))
                    .await;
                let offer = Arc::new(self.met(&current, asked).await?);
                current.live().offer = Some(offer.clone());
                offer
            }
        };
        Ok(Access {
            token: session.token,
            holder: session.view.holder,
            offer,
            current,
        })
    }

    /// Whether the portal offers it, as far as that is known without asking.
    pub(crate) async fn presence(&self) -> CabinetPresence {
        let Ok(current) = self.current().await else {
            return CabinetPresence::Unknown;
        };
        if current.live().offer.is_some() {
            return CabinetPresence::Present;
        }
        if self.is_cabinet_absent().await {
            return CabinetPresence::Absent;
        }
        CabinetPresence::Unknown
    }

    /// An answer of the portal as the use cases take it: who is signed out knows it, what was refused for want of a right is
    /// journalled, and the state line knows whether the portal answers.
    pub(crate) async fn met<T>(
        &self,
        current: &Current,
        answer: Result<T, CabinetError>,
    ) -> Result<T, AppError> {
        let unreachable = matches!(answer, Err(CabinetError::Portal(PortalError::Unreachable { .. })));
        self.network_is(
            current,
            if unreachable {
                Network::Offline
            } else {
                Network::Online
            },
        );
        match answer {
            Ok(value) => Ok(value),
            Err(CabinetError::Portal(error)) => {
                if matches!(error, PortalError::Unauthorized) {
                    current.live().session = None;
                    self.tell(Event::StateChanged);
                }
                Err(error.into())
            }
            Err(error) => {
                if let Some(refused) = error.refused().filter(|refused| refused.http == 403) {
                    let what = refused
                        .permission
                        .clone()
                        .unwrap_or_else(|| refused.refusal.name().to_owned());
                    self.note_refusal(current, "refused-by-portal", &what).await;
                }
                Err(AppError::Cabinet(error))
            }
        }
    }

    /// An action outside the role: the journal says who wanted what.
    pub(crate) async fn note_refusal(&self, current: &Current, action: &str, permission: &str) {
        let holder = current
            .session()
            .map(|session| session.view.holder)
            .unwrap_or_default();
        let entry = journal::with(journal::plain(action, &holder), "permission", permission);
        let store = current.store.clone();
        // The refusal stands whether it can be written down or not.
        if let Err(error) = blocking(move || Ok(store.record(&entry)?)).await {
            tracing::warn!(code = error.code(), "a refusal was not journalled");
        }
    }

    async fn is_cabinet_absent(&self) -> bool {
        let Ok(open) = self.open().await else { return false };
        let kept = blocking(move || Ok(open.vault.setting::<Option<Absent>>(ABSENT)?.flatten())).await;
        let now = OffsetDateTime::now_utc();
        kept.ok().flatten().is_some_and(|absent| {
            // A clock that was set back must not make it for ever.
            (now - absent.at).abs() < ABSENT_FOR
        })
    }

    async fn remember_absence(&self, is_absent: bool) {
        let Ok(open) = self.open().await else { return };
        let at = OffsetDateTime::now_utc();
        let kept = blocking(move || {
            let before: Option<Absent> = open.vault.setting::<Option<Absent>>(ABSENT)?.flatten();
            if is_absent || before.is_some() {
                open.vault
                    .set_setting(ABSENT, &is_absent.then_some(Absent { at }))?;
            }
            Ok(())
        });
        if let Err(error) = kept.await {
            tracing::warn!(code = error.code(), "the absence of the cabinet API was not kept");
        }
    }
}
