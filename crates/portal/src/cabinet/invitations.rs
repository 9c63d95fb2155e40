//! Invitations to work for an organisation, as both sides meet them.

use reqwest::Method;
use serde_json::json;
use time::OffsetDateTime;

use super::staff::missing;
use super::{Cabinet, CabinetError, Role};
use crate::loose::Loose;

/// Whom an invitation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationTo<'a> {
    /// An address.
    Email(&'a str),
    /// A number, in any spelling.
    Phone(&'a str),
    /// Somebody whose access was revoked, by id.
    Employee(&'a str),
}

/// An invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Names it.
    pub id: String,
    /// Name of the organisation.
    pub organisation: String,
    /// Address or number.
    pub contact: String,
    /// The role it gives.
    pub role: Role,
    /// Who invites.
    pub by: String,
    /// When it was sent.
    pub sent: Option<OffsetDateTime>,
    /// Until when it can be accepted.
    pub expires: Option<OffsetDateTime>,
    /// `sent`, `accepted`, `declined`, `revoked`, `expired`, or the portal's own.
    pub state: String,
}

impl Invitation {
    fn read(value: Loose<'_>) -> Option<Self> {
        let text = |name: &str| value.text(name).unwrap_or_default();
        let role = value.field("role");
        let code = role.and_then(|role| role.text("code")).unwrap_or_default();
        Some(Self {
            id: value.text("id")?,
            organisation: text("organisationName"),
            contact: text("contact"),
            role: Role {
                title: role
                    .and_then(|role| role.text("title"))
                    .unwrap_or_else(|| code.clone()),
                code,
            },
            by: text("by"),
            sent: value.time("sentAt"),
            expires: value.time("expires"),
            state: text("state"),
        })
    }
}

impl Cabinet<'_> {
    /// Invitations of the organisation, newest first.
    ///
    /// # Errors
    /// [`CabinetError::Refused`] `no-permission`.
    pub async fn invitations(&self) -> Result<Vec<Invitation>, CabinetError> {
        self.invitations_at(&["invitations"]).await
    }

    /// Invitations that wait for the person's answer.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn own_invitations(&self) -> Result<Vec<Invitation>, CabinetError> {
        self.invitations_at(&["me", "invitations"]).await
    }

    async fn invitations_at(&self, path: &[&str]) -> Result<Vec<Invitation>, CabinetError> {
        let value = self.read(path, &[]).await?;
        let value = Loose::new(&value);
        if !value.is_list("items") {
            return Err(missing("items"));
        }
        Ok(value.list("items").filter_map(Invitation::read).collect())
    }

    /// Invites somebody.
    ///
    /// # Errors
    /// [`CabinetError::StepUp`] first; [`CabinetError::Refused`] `requisites-invalid`, `already-invited`, `already-employee`,
    /// `role-not-found`, `role-not-assignable`, `no-permission`.
    pub async fn invite(&self, to: InvitationTo<'_>, role: &str) -> Result<(), CabinetError> {
        let (name, value) = match to {
            InvitationTo::Email(address) => ("email", address),
            InvitationTo::Phone(number) => ("phone", number),
            InvitationTo::Employee(id) => ("employee", id),
        };
        let mut body = json!({ "role": role });
        body[name] = json!(value);
        self.change(Method::POST, &["invitations"], Some(body))
            .await
            .map(drop)
    }

    /// Takes an invitation back.
    ///
    /// # Errors
    /// [`CabinetError::Refused`] `invitation-not-found`, `invitation-ended`, `no-permission`.
    pub async fn revoke_invitation(&self, id: &str) -> Result<(), CabinetError> {
        self.change(Method::DELETE, &["invitations", id], None)
            .await
            .map(drop)
    }

    /// Accepts or declines an invitation.
    ///
    /// # Errors
    /// [`CabinetError::Refused`] `invitation-not-found`, `invitation-ended`, `person-not-confirmed`.
    pub async fn answer_invitation(&self, id: &str, accepts: bool) -> Result<(), CabinetError> {
        let answer = if accepts { "acceptance" } else { "refusal" };
        self.change(Method::POST, &["me", "invitations", id, answer], None)
            .await
            .map(drop)
    }
}
