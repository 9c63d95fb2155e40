//! What an administrator does about people and roles. Each act needs the network and its operation, is confirmed where the portal
//! wants it, and is journalled with who did it; one whose answer was lost is journalled as such and never repeated by itself.

use kabinet_portal::cabinet::InvitationTo;
use kabinet_store::NewEntry;

use super::{ADMINISTRATOR, APPOINT, ASSIGN, CREATE, MANAGE};
use crate::blocking::blocking;
use crate::cabinet::Confirmable;
use crate::view::{InviteForm, RoleForm, StaffPage};
use crate::{App, AppError, Event, journal};

impl App {
    /// Invites somebody.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a channel that is none; [`ActError::NotPermitted`](crate::cabinet::ActError) and its kin before
    /// anything leaves; [`AppError::Cancelled`]; the portal's own.
    pub async fn invite_employee(&self, form: InviteForm) -> Result<StaffPage, AppError> {
        if !["email", "phone", "employee"].contains(&form.channel.as_str()) {
            return Err(AppError::NotFound);
        }
        let entry = journal::with(journal::plain("employee-invited", ""), "role", &form.role);
        let needed = needed(MANAGE, &[&form.role]);
        self.act_on_staff(&needed, entry, &|cabinet| {
            let form = form.clone();
            Box::pin(async move {
                let to = match form.channel.as_str() {
                    "email" => InvitationTo::Email(form.to.trim()),
                    "phone" => InvitationTo::Phone(form.to.trim()),
                    _ => InvitationTo::Employee(&form.to),
                };
                cabinet.invite(to, &form.role).await
            })
        })
        .await
    }

    /// Takes an invitation back.
    ///
    /// # Errors
    /// As [`invite_employee`](Self::invite_employee).
    pub async fn revoke_invitation(&self, id: &str) -> Result<StaffPage, AppError> {
        let entry = journal::with(journal::plain("invitation-revoked", ""), "invitation", id);
        self.act_on_staff(&[MANAGE], entry, &|cabinet| {
            let id = id.to_owned();
            Box::pin(async move { cabinet.revoke_invitation(&id).await })
        })
        .await
    }

    /// Gives somebody another role.
    ///
    /// # Errors
    /// As [`invite_employee`](Self::invite_employee).
    pub async fn set_employee_role(&self, id: &str, role: &str) -> Result<StaffPage, AppError> {
        let current = self.current().await?;
        let kept = self.kept_staff(&current).await?;
        let before = kept
            .person(id)
            .map(|one| one.role_code.clone())
            .unwrap_or_default();
        let entry = journal::with(journal::plain("employee-role-changed", ""), "employee", id);
        let entry = journal::with(journal::with(entry, "from", &before), "role", role);
        let needed = needed(ASSIGN, &[role, &before]);
        self.act_on_staff(&needed, entry, &|cabinet| {
            let (id, role) = (id.to_owned(), role.to_owned());
            Box::pin(async move { cabinet.set_role(&id, &role).await })
        })
        .await
    }

    /// Removes somebody; what is open goes to `successor`.
    ///
    /// # Errors
    /// As [`invite_employee`](Self::invite_employee).
    pub async fn remove_employee(
        &self,
        id: &str,
        reason: &str,
        successor: Option<String>,
    ) -> Result<StaffPage, AppError> {
        let entry = journal::with(journal::plain("employee-removed", ""), "employee", id);
        let entry = match &successor {
            Some(successor) => journal::with(entry, "successor", successor),
            None => entry,
        };
        self.act_on_staff(&[MANAGE], entry, &|cabinet| {
            let (id, reason, successor) = (id.to_owned(), reason.to_owned(), successor.clone());
            Box::pin(async move { cabinet.remove_employee(&id, &reason, successor.as_deref()).await })
        })
        .await
    }

    /// Takes back who was removed by mistake.
    ///
    /// # Errors
    /// As [`invite_employee`](Self::invite_employee).
    pub async fn restore_employee(&self, id: &str) -> Result<StaffPage, AppError> {
        let entry = journal::with(journal::plain("employee-restored", ""), "employee", id);
        self.act_on_staff(&[MANAGE], entry, &|cabinet| {
            let id = id.to_owned();
            Box::pin(async move { cabinet.restore_employee(&id).await })
        })
        .await
    }

    /// Closes somebody's access at once.
    ///
    /// # Errors
    /// As [`invite_employee`](Self::invite_employee).
    pub async fn revoke_employee_access(&self, id: &str, reason: &str) -> Result<StaffPage, AppError> {
        let entry = journal::with(journal::plain("employee-access-revoked", ""), "employee", id);
        self.act_on_staff(&[MANAGE], entry, &|cabinet| {
            let (id, reason) = (id.to_owned(), reason.to_owned());
            Box::pin(async move { cabinet.revoke_access(&id, &reason).await })
        })
        .await
    }

    /// Makes or changes a role of the organisation's own.
    ///
    /// # Errors
    /// As [`invite_employee`](Self::invite_employee).
    pub async fn save_role(&self, form: RoleForm) -> Result<StaffPage, AppError> {
        let entry = match &form.code {
            Some(code) => journal::with(journal::plain("role-changed", ""), "role", code),
            None => journal::plain("role-made", ""),
        };
        let entry = journal::with(entry, "operations", form.granted.len());
        self.act_on_staff(&[CREATE], entry, &|cabinet| {
            let form = form.clone();
            Box::pin(async move {
                cabinet
                    .save_role(form.code.as_deref(), &form.title, &form.granted)
                    .await
            })
        })
        .await
    }

    /// Takes a role of the organisation's own away.
    ///
    /// # Errors
    /// As [`invite_employee`](Self::invite_employee).
    pub async fn remove_role(&self, code: &str) -> Result<StaffPage, AppError> {
        let entry = journal::with(journal::plain("role-removed", ""), "role", code);
        self.act_on_staff(&[CREATE], entry, &|cabinet| {
            let code = code.to_owned();
            Box::pin(async move { cabinet.remove_role(&code).await })
        })
        .await
    }

    /// Does it, writes down who did what, and gives the lists as they then are.
    async fn act_on_staff(
        &self,
        needed: &[&str],
        entry: NewEntry,
        call: &Confirmable<'_, ()>,
    ) -> Result<StaffPage, AppError> {
        let access = self.cabinet().await?;
        for permission in needed {
            self.permit(&access.current, permission).await?;
        }
        let answer = self.confirmed(&access, call).await;
        let is_lost = matches!(&answer, Err(AppError::Portal(error)) if error.outcome_unknown());
        if answer.is_ok() || is_lost {
            let mut entry = NewEntry {
                actor: access.holder.clone(),
                ..entry
            };
            if is_lost {
                entry = journal::with(entry, "outcome", "unknown");
            }
            let store = access.current.store.clone();
            blocking(move || Ok(store.record(&entry)?)).await?;
        }
        answer?;
        self.tell(Event::CabinetChanged);
        self.staff(true).await
    }
}

/// What an act needs; with the administrator's role in it, one operation more.
fn needed(first: &'static str, roles: &[&str]) -> Vec<&'static str> {
    let mut all = vec![first];
    if roles.contains(&ADMINISTRATOR) {
        all.push(APPOINT);
    }
    all
}
