//! Organisations a person may act for, and what they may do there.

use time::OffsetDateTime;

use super::{Cabinet, CabinetError, LinkStatus};
use crate::loose::Loose;
use reqwest::Method;

/// A role: data, never a reason to decide by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Role {
    /// Code.
    pub code: String,
    /// The portal's word for it.
    pub title: String,
}

/// An organisation the person belongs to, or has asked to be linked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Identity in ЕСИА.
    pub oid: String,
    /// Short name.
    pub short_name: String,
    /// Full name.
    pub full_name: String,
    /// ИНН.
    pub inn: String,
    /// ОГРН or ОГРНИП.
    pub ogrn: String,
    /// КПП.
    pub kpp: Option<String>,
    /// A sole proprietor and no legal person.
    pub is_sole_proprietor: bool,
    /// The person's role.
    pub role: Role,
    /// The person is the head.
    pub is_chief: bool,
    /// The person is an administrator.
    pub is_administrator: bool,
    /// The membership is in force.
    pub is_active: bool,
    /// How far the link is.
    pub status: LinkStatus,
    /// Since when.
    pub since: Option<OffsetDateTime>,
    /// Request for the link, while it is under way.
    pub request: Option<String>,
    /// Codes of what is permitted.
    pub permissions: Vec<String>,
}

/// One permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// Code, for example `applications.submit`.
    pub code: String,
    /// The person has it.
    pub granted: bool,
    /// Why not, in the portal's words.
    pub reason: Option<String>,
}

/// What a person may do in an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permissions {
    /// Their role.
    pub role: Role,
    /// Every permission the portal speaks of.
    pub list: Vec<Permission>,
    /// Version (ETag) for [`Cabinet::permissions`].
    pub version: Option<String>,
}

impl Role {
    fn read(value: Option<Loose<'_>>) -> Self {
        let Some(value) = value else {
            return Self::default();
        };
        if let Some(code) = value.as_text() {
            return Self {
                code: code.to_owned(),
                title: code.to_owned(),
            };
        }
        let code = value.text("code").unwrap_or_default();
        Self {
            title: value.text("title").unwrap_or_else(|| code.clone()),
            code,
        }
    }
}

impl Membership {
    fn read(value: Loose<'_>) -> Option<Self> {
        let inn = value.text("inn")?;
        let full_name = value.text("fullName");
        let short_name = value
            .text("shortName")
            .or_else(|| full_name.clone())
            .unwrap_or_default();
        let link = value.field("link");
        Some(Self {
            oid: value.text("oid")?,
            full_name: full_name.unwrap_or_else(|| short_name.clone()),
            short_name,
            is_sole_proprietor: match value.text("kind") {
                Some(kind) => kind == "sole-proprietor",
                None => inn.len() == 12,
            },
            inn,
            ogrn: value.text("ogrn").unwrap_or_default(),
            kpp: value.text("kpp"),
            role: Role::read(value.field("role")),
            is_chief: value.flag("chief"),
            is_administrator: value.flag("admin"),
            is_active: value.field("active").is_none() || value.flag("active"),
            status: link
                .and_then(|link| link.text("status"))
                .map_or(LinkStatus::Active, |status| LinkStatus::from_name(&status)),
            since: link.and_then(|link| link.time("since")),
            request: link.and_then(|link| link.text("requestId")),
            permissions: value
                .list("permissions")
                .filter_map(Loose::as_text)
                .map(str::to_owned)
                .collect(),
        })
    }
}

impl Cabinet<'_> {
    /// Organisations the person may act for, or has asked to.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn organisations(&self) -> Result<Vec<Membership>, CabinetError> {
        let value = self.read(&["me", "organisations"], &[]).await?;
        let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(items
            .iter()
            .map(Loose::new)
            .filter_map(Membership::read)
            .collect())
    }

    /// What the person may do in the organisation; nothing if that has not changed since version `known`.
    ///
    /// # Errors
    /// [`CabinetError::Refused`] `no-permission` when the person has nothing to do there.
    pub async fn permissions(
        &self,
        oid: &str,
        known: Option<&str>,
    ) -> Result<Option<Permissions>, CabinetError> {
        let path = ["organisations", oid, "permissions"];
        let Some((value, version)) = self.read_if_changed(&path, known).await? else {
            return Ok(None);
        };
        let value = Loose::new(&value);
        Ok(Some(Permissions {
            role: Role::read(value.field("role")),
            list: value
                .list("permissions")
                .filter_map(|one| {
                    Some(Permission {
                        code: one.text("code")?,
                        granted: one.flag("granted"),
                        reason: one.text("reason"),
                    })
                })
                .collect(),
            version,
        }))
    }

    /// Ends the link with an organisation.
    ///
    /// # Errors
    /// [`CabinetError::StepUp`] first; [`CabinetError::Refused`] `open-applications` with the applications, `no-permission`.
    pub async fn unlink(&self, oid: &str) -> Result<(), CabinetError> {
        self.change(Method::DELETE, &["me", "organisations", oid], None)
            .await
            .map(drop)
    }
}
