//! The people of an organisation, as far as the portal tells the asker.

use time::Date;

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
}

impl Employee {
    fn read(value: Loose<'_>) -> Option<Self> {
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
        })
    }
}

impl Cabinet<'_> {
    /// Everybody who works for the organisation.
    ///
    /// # Errors
    /// [`CabinetError::Refused`] `no-permission`.
    pub async fn employees(&self) -> Result<Vec<Employee>, CabinetError> {
        let value = self.read(&["employees"], &[]).await?;
        let value = Loose::new(&value);
        // Anything else must not be taken for «there are none».
        if !value.is_list("items") {
            return Err(PortalError::Protocol {
                what: ProtocolFault::FieldMissing("items"),
            }
            .into());
        }
        Ok(value.list("items").filter_map(Employee::read).collect())
    }
}
