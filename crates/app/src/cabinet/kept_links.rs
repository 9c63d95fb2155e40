//! Link requests as the vault keeps them until they ended: proof that they were sent, and what to ask the portal about (ORG-45).

use kabinet_portal::cabinet::Link;
use kabinet_store::Vault;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::AppError;
use crate::cabinet::ActError;
use crate::view::{LinkView, Params, UiError, rfc3339};

/// Setting of the vault: it belongs to the person, for there is no organisation yet.
const LINKS: &str = "cabinet-links";
/// Refusals are counted so far back (C-35).
const REFUSALS_FOR: Duration = Duration::DAY;
/// After so many refusals in a row the next attempt waits.
const REFUSALS: usize = 3;
/// For so long.
const PAUSE: Duration = Duration::minutes(15);

/// Everything about linking that outlives a start of the program.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct KeptLinks {
    pub(super) links: Vec<KeptLink>,
    /// When the portal refused requests.
    #[serde(with = "moments")]
    pub(super) refusals: Vec<OffsetDateTime>,
    /// The portal has blocked linking until then.
    #[serde(with = "time::serde::rfc3339::option")]
    pub(super) blocked_until: Option<OffsetDateTime>,
}

/// A request that has not ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct KeptLink {
    pub(super) id: Uuid,
    /// Number at the portal.
    pub(super) number: Option<String>,
    pub(super) name: String,
    pub(super) inn: String,
    pub(super) ogrn: String,
    pub(super) method: String,
    pub(super) status: String,
    #[serde(with = "time::serde::rfc3339")]
    pub(super) sent: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    pub(super) checked: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub(super) expires: Option<OffsetDateTime>,
    pub(super) sent_to: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub(super) repeat_at: Option<OffsetDateTime>,
    pub(super) reason: Option<String>,
    /// What went wrong last: code and values.
    pub(super) error: Option<(String, Params, bool)>,
}

/// Nobody knows whether the portal has it.
pub(super) const UNKNOWN: &str = "unknown";

impl KeptLinks {
    pub(super) fn of(vault: &Vault) -> Result<Self, AppError> {
        Ok(vault.setting(LINKS)?.unwrap_or_default())
    }

    pub(super) fn save(&self, vault: &Vault) -> Result<(), AppError> {
        Ok(vault.set_setting(LINKS, self)?)
    }

    /// Refusals within the last day.
    pub(super) fn recent_refusals(&self, now: OffsetDateTime) -> usize {
        self.refusals
            .iter()
            .filter(|at| now - **at < REFUSALS_FOR && **at <= now)
            .count()
    }

    /// Lets the next attempt through, or says for how long it waits.
    ///
    /// # Errors
    /// [`ActError::LinkingPaused`].
    pub(super) fn admit(&self, now: OffsetDateTime) -> Result<(), AppError> {
        let own = (self.recent_refusals(now) >= REFUSALS)
            .then(|| self.refusals.last().map(|last| *last + PAUSE))
            .flatten();
        match own.max(self.blocked_until).filter(|until| *until > now) {
            None => Ok(()),
            Some(until) => {
                let seconds = u64::try_from((until - now).whole_seconds()).unwrap_or_default();
                Err(AppError::Act(ActError::LinkingPaused {
                    minutes: seconds.div_ceil(60).max(1),
                }))
            }
        }
    }

    pub(super) fn note_refusal(&mut self, now: OffsetDateTime, blocked_until: Option<OffsetDateTime>) {
        self.refusals.retain(|at| now - *at < REFUSALS_FOR);
        self.refusals.push(now);
        self.blocked_until = blocked_until.or(self.blocked_until).filter(|until| *until > now);
    }

    pub(super) fn find(&mut self, id: Uuid) -> Option<&mut KeptLink> {
        self.links.iter_mut().find(|link| link.id == id)
    }
}

impl KeptLink {
    /// Takes over what the portal says.
    pub(super) fn update(&mut self, link: &Link, now: OffsetDateTime) {
        self.number = Some(link.id.clone());
        self.status = link.status.name().to_owned();
        self.checked = Some(now);
        self.expires = link.expires;
        self.reason = link.reason.clone();
        self.error = None;
        if let Some(name) = &link.organisation.name {
            self.name = name.clone();
        }
        let director = link
            .director
            .as_ref()
            .and_then(|director| director.contact.clone());
        self.sent_to = link.code.as_ref().and_then(|code| code.to.clone()).or(director);
        if let Some(pause) = link.code.as_ref().and_then(|code| code.resend_after) {
            self.repeat_at = Some(now + Duration::seconds(i64::try_from(pause).unwrap_or_default()));
        }
    }

    pub(super) fn note_error(&mut self, error: &AppError) {
        self.error = Some((error.code().to_owned(), error.params(), error.is_retriable()));
    }

    pub(super) fn view(&self) -> LinkView {
        LinkView {
            id: self.id.to_string(),
            number: self.number.clone(),
            name: self.name.clone(),
            inn: self.inn.clone(),
            ogrn: self.ogrn.clone(),
            method: self.method.clone(),
            status: self.status.clone(),
            sent: rfc3339(self.sent),
            checked: self.checked.map(rfc3339),
            expires: self.expires.map(rfc3339),
            sent_to: self.sent_to.clone(),
            repeat_at: self.repeat_at.map(rfc3339),
            reason: self.reason.clone(),
            error: self.error.clone().map(|(code, params, retriable)| UiError {
                code,
                params,
                retriable,
            }),
        }
    }
}

mod moments {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use time::OffsetDateTime;

    pub(super) fn serialize<S: Serializer>(
        moments: &[OffsetDateTime],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        moments
            .iter()
            .map(|at| at.unix_timestamp())
            .collect::<Vec<_>>()
            .serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<OffsetDateTime>, D::Error> {
        let seconds = Vec::<i64>::deserialize(deserializer)?;
        Ok(seconds
            .into_iter()
            .filter_map(|one| OffsetDateTime::from_unix_timestamp(one).ok())
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_third_refusal_of_a_day_makes_the_next_attempt_wait() {
        let now = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
        let mut kept = KeptLinks::default();
        for _ in 0..2 {
            kept.note_refusal(now, None);
            assert!(kept.admit(now).is_ok());
        }
        kept.note_refusal(now, None);
        assert!(matches!(
            kept.admit(now),
            Err(AppError::Act(ActError::LinkingPaused { minutes: 15 }))
        ));
        assert!(kept.admit(now + PAUSE).is_ok());
        assert_eq!(kept.recent_refusals(now + Duration::DAY), 0);
    }

    #[test]
    fn a_block_of_the_portal_is_kept_to() {
        let now = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
        let mut kept = KeptLinks::default();
        kept.note_refusal(now, Some(now + Duration::HOUR));
        let again: KeptLinks = serde_json::from_value(serde_json::to_value(&kept).unwrap()).unwrap();
        assert!(matches!(
            again.admit(now),
            Err(AppError::Act(ActError::LinkingPaused { minutes: 60 }))
        ));
        assert_eq!(again.recent_refusals(now), 1);
    }
}
