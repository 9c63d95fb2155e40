//! The people of an organisation, as far as the portal tells the asker.

use time::{Date, OffsetDateTime};

use super::{Cabinet, CabinetError, Role};
use crate::loose::Loose;
use crate::{PortalError, ProtocolFault};

/// Somebody who works for the organisation. Nothing of it may be logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Employee {
    /// Names the person in other calls.
    pub id: String,
    /// Фамилия.
    pub surname: String,
    /// Имя.
    pub given_name: String,
    /// Отчество.
    pub patronymic: Option<String>,
    /// ИНН, 12 digits.
    pub inn: Option<String>,
    /// СНИЛС, digits only.
    pub snils: Option<String>,
    /// Date of birth.
    pub born: Option<Date>,
    /// Post.
    pub position: Option<String>,
    /// Role in the cabinet.
    pub role: Role,
    /// Acts for the organisation without a power of attorney.
    pub is_head: bool,
    /// Still works there.
    pub is_active: bool,
    /// Since when it stands so.
    pub since: Option<OffsetDateTime>,
}

/// Somebody who was removed and can be taken back for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedEmployee {
    /// Names the person in other calls.
    pub id: String,
    /// Фамилия, имя, отчество.
    pub name: String,
    /// Post.
    pub position: Option<String>,
    /// The portal's word for the role of before.
    pub role: String,
    /// When it was done.
    pub at: Option<OffsetDateTime>,
    /// Who did it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Until when it can be undone.
    pub until: Option<OffsetDateTime>,
}

impl RemovedEmployee {
    fn read(value: Loose<'_>) -> Option<Self> {
        let text = |name: &str| value.text(name).unwrap_or_default();
        let parts = ["surname", "givenName", "patronymic"];
        let name: Vec<String> = parts.into_iter().filter_map(|part| value.text(part)).collect();
        Some(Self {
            id: value.text("id")?,
            name: name.join(" "),
            position: value.text("position"),
            role: value
                .text("roleTitle")
                .or_else(|| value.text("roleCode"))
                .unwrap_or_default(),
            at: value.time("removedAt"),
            by: text("removedBy"),
            reason: text("reason"),
            until: value.time("restorableUntil"),
        })
    }
}

/// Everybody the portal tells of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    /// Who works there.
    pub working: Vec<Employee>,
    /// Who can be taken back; told only to who manages people.
    pub removed: Vec<RemovedEmployee>,
}

impl Employee {
    pub(super) fn read(value: Loose<'_>) -> Option<Self> {
        let code = value.text("roleCode").unwrap_or_default();
        let digits = |name| {
            let text: String = value.text(name)?.chars().filter(char::is_ascii_digit).collect();
            (!text.is_empty()).then_some(text)
        };
        Some(Self {
            id: value.text("id")?,
            surname: value.text("surname")?,
            given_name: value.text("givenName").unwrap_or_default(),
            patronymic: value.text("patronymic"),
            inn: digits("inn"),
            snils: digits("snils"),
            born: value.day("birthDate"),
            position: value.text("position"),
            role: Role {
                title: value.text("roleTitle").unwrap_or_else(|| code.clone()),
                code,
            },
            is_head: value.flag("head"),
            is_active: value.field("active").is_none() || value.flag("active"),
            since: value.time("since"),
        })
    }
}

impl Cabinet<'_> {
    /// Everybody who works for the organisation.
    ///
    /// # Errors
    /// [`CabinetError::Refused`] `no-permission`.
    pub async fn employees(&self) -> Result<Vec<Employee>, CabinetError> {
        Ok(self.people().await?.working)
    }

    /// Everybody who works for the organisation, and who was removed not long ago.
    ///
    /// # Errors
    /// As [`employees`](Self::employees).
    pub async fn people(&self) -> Result<People, CabinetError> {
        let value = self.read(&["employees"], &[]).await?;
        let value = Loose::new(&value);
        // Anything else must not be taken for «there are none».
        if !value.is_list("items") {
            return Err(PortalError::Protocol {
                what: ProtocolFault::FieldMissing("items"),
            }
            .into());
        }
        Ok(People {
            working: value.list("items").filter_map(Employee::read).collect(),
            removed: value.list("removed").filter_map(RemovedEmployee::read).collect(),
        })
    }
}
