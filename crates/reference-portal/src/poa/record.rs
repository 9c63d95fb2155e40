//! What the registry holds, and how it stands at a moment of the portal's clock.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::deed::{self, Deed};
use super::notices;
use crate::store::{Record, StoreError};
use crate::world::World;

/// How a power of attorney stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = PoaState)]
pub(crate) enum State {
    /// Its first day has not come.
    Created,
    Active,
    Expired,
    Revoked,
}

impl State {
    /// As it stands in answers.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

/// A revocation that has happened.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Revoked {
    pub(crate) at_ms: i64,
    pub(crate) reason: String,
    /// Digest of the file and the signature that revoked it; none where the principal did it elsewhere.
    pub(crate) by: Option<String>,
}

impl Revoked {
    /// Whether it was done by the file and signature of this digest.
    pub(crate) fn is_by(&self, digest: &str) -> bool {
        self.by.as_deref() == Some(digest)
    }
}

/// A power of attorney of the registry.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Registered {
    pub(crate) deed: Deed,
    /// Which brought it, and keeps its files.
    pub(crate) task: Uuid,
    /// Name of the file.
    pub(crate) name: String,
    /// Of the file and the signature, [`super::task::digest`].
    pub(crate) digest: String,
    /// oid of the organisation that registered it.
    pub(crate) organisation: i64,
    pub(crate) registered_ms: i64,
    pub(crate) revoked: Option<Revoked>,
    /// Warnings given, days before the end; 0 is that of the end.
    pub(crate) warned: Vec<i64>,
}

impl Record for Registered {
    const KIND: &'static str = "poa";
    fn id(&self) -> String {
        self.deed.number.to_string()
    }
    fn owner(&self) -> String {
        self.organisation.to_string()
    }
    fn at_ms(&self) -> i64 {
        self.registered_ms
    }
}

impl Registered {
    /// How it stood or stands at a moment.
    pub(crate) fn state(&self, at_ms: i64) -> State {
        if self
            .revoked
            .as_ref()
            .is_some_and(|revoked| revoked.at_ms <= at_ms)
        {
            State::Revoked
        } else if at_ms >= deed::end_ms(self.deed.expires) {
            State::Expired
        } else if at_ms < deed::begin_ms(self.deed.issued) {
            State::Created
        } else {
            State::Active
        }
    }

    /// Since when it stands as it does.
    pub(crate) fn since_ms(&self, now_ms: i64) -> i64 {
        let since = match (self.state(now_ms), &self.revoked) {
            (State::Revoked, Some(revoked)) => revoked.at_ms,
            (State::Expired, _) => deed::end_ms(self.deed.expires),
            (State::Active, _) => deed::begin_ms(self.deed.issued),
            _ => self.registered_ms,
        };
        since.max(self.registered_ms)
    }

    /// Whether an ИНН is of somebody who gives.
    pub(crate) fn is_given_by(&self, inn: &str) -> bool {
        !inn.is_empty() && self.deed.principals.iter().any(|party| party.inn() == inn)
    }

    /// Whether an ИНН is of somebody who receives.
    pub(crate) fn is_given_to(&self, inn: &str) -> bool {
        !inn.is_empty() && self.deed.representatives.iter().any(|party| party.inn() == inn)
    }
}

/// The one of this number.
pub(crate) fn find(world: &World, number: Uuid) -> Result<Option<Registered>, StoreError> {
    world.store.record(&number.to_string())
}

/// What this organisation (ИНН) gave to a person (ИНН and СНИЛС), whatever became of it.
pub(crate) fn by_representative(
    world: &World,
    organisation: i64,
    (inn, snils): (&str, &str),
) -> Result<Vec<Registered>, StoreError> {
    let mut all = world.store.records_of::<Registered>(&organisation.to_string())?;
    all.retain(|one| {
        let people = one.deed.representatives.iter().filter_map(|party| party.person());
        people
            .into_iter()
            .any(|person| person.inn == inn && person.snils == snils)
    });
    Ok(all)
}

/// Revokes, with everything that was passed on from it; `false` when it was revoked already or is not there. Done again, it
/// finishes what a killed portal left undone.
pub(crate) fn withdraw(world: &World, number: Uuid, revoked: &Revoked) -> Result<bool, StoreError> {
    let done = world
        .store
        .change_record(&number.to_string(), |one: &mut Registered| {
            let is_first = one.revoked.is_none();
            if is_first {
                one.revoked = Some(revoked.clone());
            }
            (is_first, one.clone())
        })?;
    let Some((is_first, one)) = done else {
        return Ok(false);
    };
    if is_first {
        notices::revoked(world, &one, revoked)?;
    }
    let lapsed = Revoked {
        reason: format!("Отозвана доверенность № {number}, по которой переданы полномочия"),
        by: None,
        ..revoked.clone()
    };
    for child in world.store.records::<Registered>()? {
        if child.deed.parent.is_some_and(|parent| parent.direct == number) {
            withdraw(world, child.deed.number, &lapsed)?;
        }
    }
    Ok(is_first)
}
