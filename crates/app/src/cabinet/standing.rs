//! What a person may do in the chosen organisation, and how their account stands: asked for at sign-in, kept with its age.

use std::collections::BTreeMap;

use kabinet_portal::cabinet::{Account, Confirmed, Permissions, Unlock};
use kabinet_store::OrganisationStore;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::Access;
use crate::blocking::blocking;
use crate::cabinet::ActError;
use crate::state::Current;
use crate::view::{AccountView, LockView, RefusedPermission, StandingView, rfc3339};
use crate::{App, AppError, Event};

/// Setting of an organisation.
const STANDING: &str = "cabinet-standing";
/// The password is spoken of when so many days are left (C-39).
const PASSWORD_DAYS: i64 = 7;

/// What the portal said last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Standing {
    #[serde(with = "time::serde::rfc3339")]
    pub(crate) at: OffsetDateTime,
    /// The person it is about.
    pub(crate) subject: String,
    pub(crate) oid: String,
    pub(crate) role: String,
    pub(crate) version: Option<String>,
    pub(crate) permissions: Vec<KeptPermission>,
    pub(crate) account: KeptAccount,
    /// Important notifications nobody has read.
    #[serde(default)]
    pub(crate) alerts: u32,
    /// Name of the organisation that was linked last, until the check-up after it is over (AUTH-50).
    #[serde(default)]
    pub(crate) check_up_due: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptPermission {
    pub(crate) code: String,
    pub(crate) granted: bool,
    pub(crate) reason: Option<String>,
}

/// The account as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptAccount {
    pub(crate) confirmed: String,
    pub(crate) confirm_ways: Vec<String>,
    pub(crate) second_factor: Option<bool>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub(crate) password_expires: Option<OffsetDateTime>,
    pub(crate) lock: Option<KeptLock>,
    pub(crate) phone: Option<String>,
    pub(crate) email: Option<String>,
    /// Pages of the portal, by code.
    #[serde(default)]
    pub(crate) pages: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptLock {
    pub(crate) cause: String,
    #[serde(with = "time::serde::rfc3339::option")]
    pub(crate) until: Option<OffsetDateTime>,
    pub(crate) self_service: bool,
}

impl From<Account> for KeptAccount {
    fn from(account: Account) -> Self {
        Self {
            confirmed: match account.confirmed {
                Confirmed::Yes => "confirmed".to_owned(),
                Confirmed::InReview => "in-review".to_owned(),
                Confirmed::No => "not-confirmed".to_owned(),
                Confirmed::Other(word) => word,
            },
            confirm_ways: account.confirm_ways,
            second_factor: account.second_factor,
            password_expires: account.password_expires,
            lock: account.lock.map(|lock| KeptLock {
                cause: lock.cause,
                until: lock.until,
                self_service: lock.unlock == Unlock::SelfService,
            }),
            phone: account.phone,
            email: account.email,
            pages: account.pages,
        }
    }
}

impl KeptAccount {
    /// The lock, unless it has ended.
    pub(crate) fn lock(&self, now: OffsetDateTime) -> Option<&KeptLock> {
        self.lock
            .as_ref()
            .filter(|lock| lock.until.is_none_or(|until| until > now))
    }

    pub(crate) fn view(&self, now: OffsetDateTime) -> AccountView {
        AccountView {
            confirmed: self.confirmed.clone(),
            confirm_ways: self.confirm_ways.clone(),
            second_factor: self.second_factor,
            password_expires: self.password_expires.map(rfc3339),
            password_days_left: self.password_expires.map(|until| days(until - now)),
            lock: self.lock(now).map(|lock| LockView {
                cause: lock.cause.clone(),
                until: lock.until.map(rfc3339),
                self_service: lock.self_service,
            }),
            phone: self.phone.clone(),
            email: self.email.clone(),
            pages: self.pages.keys().cloned().collect(),
        }
    }
}

impl Standing {
    /// What was kept of it; nothing is as good as unreadable.
    pub(crate) fn kept(store: &OrganisationStore) -> Option<std::sync::Arc<Self>> {
        store
            .setting::<Self>(STANDING)
            .ok()
            .flatten()
            .map(std::sync::Arc::new)
    }

    /// Why the permission is refused, if it is.
    ///
    /// # Errors
    /// That, as a person meets it.
    pub(crate) fn allows(&self, permission: &str, now: OffsetDateTime) -> Result<(), AppError> {
        use super::guard::{NEEDS_CONFIRMED, NEEDS_SECOND_FACTOR, is_offline};
        let refused = self
            .permissions
            .iter()
            .find(|one| one.code == permission && !one.granted);
        if let Some(refused) = refused {
            return Err(ActError::NotPermitted {
                permission: permission.to_owned(),
                reason: refused.reason.clone(),
            }
            .into());
        }
        if let Some(lock) = self.account.lock(now).filter(|_| !is_offline(permission)) {
            return Err(ActError::AccountLocked {
                cause: lock.cause.clone(),
            }
            .into());
        }
        if self.account.confirmed == "not-confirmed" && NEEDS_CONFIRMED.contains(&permission) {
            return Err(ActError::AccountNotConfirmed.into());
        }
        if self.account.second_factor == Some(false) && NEEDS_SECOND_FACTOR.contains(&permission) {
            return Err(ActError::NoSecondFactor.into());
        }
        Ok(())
    }

    pub(crate) fn view(&self, now: OffsetDateTime) -> StandingView {
        let spoken_of = super::guard::KNOWN.iter().copied();
        let left = self.account.password_expires.map(|until| until - now);
        StandingView {
            role: self.role.clone(),
            at: rfc3339(self.at),
            refused: spoken_of
                .filter_map(|code| {
                    let error = self.allows(code, now).err()?;
                    Some(RefusedPermission {
                        code: code.to_owned(),
                        error: error.into(),
                    })
                })
                .collect(),
            locked: self.account.lock(now).is_some(),
            password_days_left: left.filter(|left| left.whole_days() <= PASSWORD_DAYS).map(days),
            alerts: self.alerts,
            check_up_due: self.check_up_due.clone(),
        }
    }
}

/// Whole days, those begun not counted; negative afterwards.
fn days(left: time::Duration) -> i32 {
    i32::try_from(left.whole_seconds().div_euclid(86_400)).unwrap_or(i32::MAX)
}

impl App {
    /// Asks the portal what the person may do, and keeps it. Whatever goes wrong, what was known stays, unless it was about
    /// somebody else.
    pub(crate) async fn renew_standing(&self, current: &Current) {
        let access = match self.cabinet().await {
            Ok(access) if access.current.organisation.id == current.organisation.id => access,
            Ok(_) => return,
            Err(error) => {
                tracing::info!(code = error.code(), "permissions are not known anew");
                return;
            }
        };
        let known = current
            .standing()
            .filter(|known| known.subject == access.subject());
        if known.is_none() {
            current.live().standing = None;
        }
        match self.ask_standing(&access, known.as_deref()).await {
            Ok(standing) => {
                self.keep_standing(current, standing).await;
            }
            Err(error) => tracing::info!(code = error.code(), "permissions are not known anew"),
        }
        self.renew_notifications(&access).await;
        self.renew_licences(&access).await;
        self.renew_inspections(&access).await;
        self.tell(Event::StateChanged);
        self.tell(Event::CabinetChanged);
    }

    async fn keep_standing(&self, current: &Current, standing: Standing) {
        let standing = std::sync::Arc::new(standing);
        current.live().standing = Some(standing.clone());
        let store = current.store.clone();
        let kept = blocking(move || Ok(store.set_setting(STANDING, &*standing)?)).await;
        if let Err(error) = kept {
            tracing::warn!(code = error.code(), "permissions were not kept");
        }
    }

    /// Changes what is known, where anything is; nothing is told when nothing changed by it.
    pub(super) async fn change_standing(&self, current: &Current, change: impl FnOnce(&mut Standing)) {
        let Some(known) = current.standing() else { return };
        let mut standing = (*known).clone();
        change(&mut standing);
        if standing == *known {
            return;
        }
        self.keep_standing(current, standing).await;
        self.tell(Event::StateChanged);
    }

    async fn ask_standing(&self, access: &Access, known: Option<&Standing>) -> Result<Standing, AppError> {
        let current = &access.current;
        let account = self.met(current, access.cabinet().me().await).await?;
        let oid = self.oid_of(access).await?;
        let version = known
            .filter(|known| known.oid == oid)
            .and_then(|known| known.version.clone());
        let asked = access.cabinet().permissions(&oid, version.as_deref()).await;
        let answer = self.met(current, asked).await?;
        let (role, version, permissions) = match (answer, known) {
            (Some(Permissions { role, list, version }), _) => {
                let kept = list.into_iter().map(|one| KeptPermission {
                    code: one.code,
                    granted: one.granted,
                    reason: one.reason,
                });
                (role.title, version, kept.collect())
            }
            (None, Some(known)) => (
                known.role.clone(),
                known.version.clone(),
                known.permissions.clone(),
            ),
            (None, None) => (String::new(), None, Vec::new()),
        };
        Ok(Standing {
            at: OffsetDateTime::now_utc(),
            subject: access.subject(),
            oid,
            role,
            version,
            permissions,
            account: self.openable(current, account.into()),
            alerts: known.map(|known| known.alerts).unwrap_or_default(),
            check_up_due: known.and_then(|known| known.check_up_due.clone()),
        })
    }

    /// Identity of the chosen organisation in ЕСИА: the token says it, or the list of the person's organisations does.
    pub(super) async fn oid_of(&self, access: &Access) -> Result<String, AppError> {
        if let Some(oid) = &access.token.claims().organisation {
            return Ok(oid.clone());
        }
        let asked = access.cabinet().organisations().await;
        let all = self.met(&access.current, asked).await?;
        let wanted = &access.current.organisation;
        let found = all
            .into_iter()
            .find(|one| one.inn == wanted.inn && (one.kpp.is_none() || one.kpp == wanted.kpp));
        found.map(|one| one.oid).ok_or(AppError::NotFound)
    }
}
