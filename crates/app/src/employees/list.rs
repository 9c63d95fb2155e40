//! Who works for the organisation, who is invited, and the roles: as the portal told them, kept for reading without a connection
//! (EMP-01, EMP-16…23, EMP-38).

use kabinet_portal::cabinet::{Employee, Invitation, RemovedEmployee, Roles, StaffChange};
use kabinet_store::OrganisationStore;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{ADMINISTRATOR, APPOINT, ASSIGN, CREATE, MANAGE, REVIEW};
use crate::blocking::blocking;
use crate::cabinet::{Access, is_absence, offers};
use crate::state::Current;
use crate::view::{
    CabinetPresence, EmployeeList, EmployeeRow, InvitationRow, OperationRow, RefusedPermission,
    RemovedEmployeeRow, RoleRow, StaffChangeRow, StaffPage, rfc3339,
};
use crate::{App, AppError};

/// Setting of an organisation.
const LIST: &str = "cabinet-employees";
/// The features of a portal that tells of them.
const PEOPLE: &str = "employees";
const ROLES: &str = "roles";
pub(super) const INVITATIONS: &str = "invitations";

/// What was told to one person: another may see less.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Kept {
    subject: String,
    #[serde(with = "time::serde::rfc3339::option")]
    pub(super) at: Option<OffsetDateTime>,
    pub(super) items: Vec<EmployeeRow>,
    pub(super) removed: Vec<RemovedEmployeeRow>,
    pub(super) invitations: Vec<InvitationRow>,
    pub(super) operations: Vec<OperationRow>,
    pub(super) roles: Vec<RoleRow>,
    pub(super) changes: Vec<StaffChangeRow>,
}

impl Kept {
    pub(super) fn of(store: &OrganisationStore) -> Result<Self, AppError> {
        Ok(store.setting::<Self>(LIST)?.unwrap_or_default())
    }

    pub(super) fn person(&self, id: &str) -> Option<&EmployeeRow> {
        self.items.iter().find(|one| one.id == id)
    }

    pub(super) fn role(&self, code: &str) -> Option<&RoleRow> {
        self.roles.iter().find(|one| one.code == code)
    }
}

impl App {
    /// The list; with `refresh` the portal is asked anew, and where it does not answer the list is as it was, with the reason.
    ///
    /// # Errors
    /// [`AppError::NoOrganisation`], [`AppError::Locked`]; failures of the vault.
    pub async fn employees(&self, refresh: bool) -> Result<EmployeeList, AppError> {
        let page = self.staff(refresh).await?;
        Ok(EmployeeList {
            presence: page.presence,
            items: page.items,
            heard: page.heard,
            error: page.error,
        })
    }

    /// The list with invitations, roles, the record of changes, and what the person may do about them.
    ///
    /// # Errors
    /// As [`employees`](Self::employees).
    pub async fn staff(&self, refresh: bool) -> Result<StaffPage, AppError> {
        let error = if refresh {
            self.renew_staff().await.err()
        } else {
            None
        };
        let current = self.current().await?;
        let kept = self.kept_staff(&current).await?;
        let is_offered = current
            .live()
            .offer
            .as_deref()
            .is_none_or(|offer| offers(offer, PEOPLE));
        let review = self.access_review(&kept).await?;
        Ok(StaffPage {
            presence: match is_offered {
                true => self.presence().await,
                false => CabinetPresence::Absent,
            },
            heard: kept.at.map(rfc3339),
            items: kept.items,
            removed: kept.removed,
            invitations: kept.invitations,
            operations: kept.operations,
            roles: kept.roles,
            changes: kept.changes,
            error: error.filter(|error| !is_absence(error)).map(Into::into),
            refused: refused(&current),
            review,
        })
    }

    /// What is kept, if it was told to whoever is signed in; to nobody who is signed out it is a secret.
    pub(super) async fn kept_staff(&self, current: &Current) -> Result<Kept, AppError> {
        let mut kept = self.with_store(Kept::of).await?;
        let session = current.session();
        let subject = session.and_then(|session| session.token.claims().subject.clone());
        if subject.is_some_and(|subject| subject != kept.subject) {
            kept = Kept::default();
        }
        kept.items.sort_by_key(|one| {
            (
                one.surname.to_lowercase(),
                one.given_name.to_lowercase(),
                one.id.clone(),
            )
        });
        Ok(kept)
    }

    async fn renew_staff(&self) -> Result<(), AppError> {
        let access = self.cabinet().await?;
        if !offers(&access.offer, PEOPLE) {
            return Ok(());
        }
        let kept = self.fetch_staff(&access).await?;
        let store = access.current.store.clone();
        blocking(move || Ok(store.set_setting(LIST, &kept)?)).await
    }

    async fn fetch_staff(&self, access: &Access) -> Result<Kept, AppError> {
        let current = &access.current;
        let people = self.met(current, access.cabinet().people().await).await?;
        let Roles { operations, roles } = match offers(&access.offer, ROLES) {
            true => self
                .met(current, access.cabinet().roles().await)
                .await
                .unwrap_or_default(),
            false => Roles::default(),
        };
        // What is known to be refused is not asked for: each refusal is written down at the portal.
        let manages = offers(&access.offer, INVITATIONS) && !is_refused(current, MANAGE);
        let (invitations, changes) = match manages {
            true => (
                self.met(current, access.cabinet().invitations().await)
                    .await
                    .unwrap_or_default(),
                self.met(current, access.cabinet().staff_changes().await)
                    .await
                    .unwrap_or_default(),
            ),
            false => Default::default(),
        };
        Ok(Kept {
            subject: access.subject(),
            at: Some(OffsetDateTime::now_utc()),
            items: people.working.into_iter().map(row).collect(),
            removed: people.removed.into_iter().map(removed).collect(),
            invitations: invitations.into_iter().map(invitation).collect(),
            operations: operations
                .into_iter()
                .map(|one| OperationRow {
                    code: one.code,
                    title: one.title,
                    group: one.group,
                    for_own: one.for_own,
                })
                .collect(),
            roles: roles
                .into_iter()
                .map(|one| RoleRow {
                    is_administrator: one.code == ADMINISTRATOR,
                    code: one.code,
                    title: one.title,
                    is_own: one.is_own,
                    is_assignable: one.is_assignable,
                    granted: one.granted,
                    by_power_of_attorney: one.by_power_of_attorney,
                    denied: one.denied,
                })
                .collect(),
            changes: changes.into_iter().map(change).collect(),
        })
    }
}

fn is_refused(current: &Current, permission: &str) -> bool {
    let now = OffsetDateTime::now_utc();
    current
        .standing()
        .is_some_and(|standing| standing.allows(permission, now).is_err())
}

fn refused(current: &Current) -> Vec<RefusedPermission> {
    let Some(standing) = current.standing() else {
        return vec![];
    };
    let now = OffsetDateTime::now_utc();
    let asked = [MANAGE, ASSIGN, CREATE, APPOINT, REVIEW].into_iter();
    asked
        .filter_map(|code| {
            let error = standing.allows(code, now).err()?;
            Some(RefusedPermission {
                code: code.to_owned(),
                error: error.into(),
            })
        })
        .collect()
}

pub(super) fn row(one: Employee) -> EmployeeRow {
    EmployeeRow {
        id: one.id,
        surname: one.surname,
        given_name: one.given_name,
        patronymic: one.patronymic,
        inn: one.inn,
        snils: one.snils,
        // The format of `Date` is that of ISO 8601.
        born: one.born.map(|day| day.to_string()),
        position: one.position,
        role_code: one.role.code,
        role_title: one.role.title,
        is_head: one.is_head,
        is_active: one.is_active,
    }
}

fn removed(one: RemovedEmployee) -> RemovedEmployeeRow {
    RemovedEmployeeRow {
        id: one.id,
        name: one.name,
        position: one.position,
        role: one.role,
        at: one.at.map(rfc3339),
        by: one.by,
        reason: one.reason,
        until: one.until.map(rfc3339),
    }
}

pub(super) fn invitation(one: Invitation) -> InvitationRow {
    InvitationRow {
        id: one.id,
        organisation: one.organisation,
        contact: one.contact,
        role: one.role.title,
        by: one.by,
        sent: one.sent.map(rfc3339),
        expires: one.expires.map(rfc3339),
        state: one.state,
    }
}

pub(super) fn change(one: StaffChange) -> StaffChangeRow {
    StaffChangeRow {
        at: one.at.map(rfc3339),
        action: one.action,
        by: one.by,
        about: one.about,
        from: one.from,
        to: one.to,
        reason: one.reason,
    }
}
