//! Roles of an organisation and what they let do, as the portal tells it.

use reqwest::Method;
use serde_json::json;

use super::staff::missing;
use super::{Cabinet, CabinetError};
use crate::loose::Loose;

/// Something a role may let do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Code.
    pub code: String,
    /// The portal's words.
    pub title: String,
    /// Title of the group it is shown in.
    pub group: String,
    /// A role of the organisation's own may include it.
    pub for_own: bool,
}

/// A role. What is in none of its lists is not granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleWithOperations {
    /// Code.
    pub code: String,
    /// The portal's word for it.
    pub title: String,
    /// The organisation made it.
    pub is_own: bool,
    /// It can be given to somebody.
    pub is_assignable: bool,
    /// Codes of operations.
    pub granted: Vec<String>,
    /// What only a power of attorney opens.
    pub by_power_of_attorney: Vec<String>,
    /// What is expressly forbidden.
    pub denied: Vec<String>,
}

/// All roles and operations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles {
    /// Operations in the order of the portal.
    pub operations: Vec<Operation>,
    /// Roles in the order of the portal.
    pub roles: Vec<RoleWithOperations>,
}

fn codes(value: Loose<'_>, name: &str) -> Vec<String> {
    value
        .list(name)
        .filter_map(|code| code.as_text().map(str::to_owned))
        .collect()
}

impl Operation {
    fn read(value: Loose<'_>) -> Option<Self> {
        let code = value.text("code")?;
        Some(Self {
            title: value.text("title").unwrap_or_else(|| code.clone()),
            group: value.text("group").unwrap_or_default(),
            for_own: value.flag("forOwn"),
            code,
        })
    }
}

impl RoleWithOperations {
    fn read(value: Loose<'_>) -> Option<Self> {
        let code = value.text("code")?;
        Some(Self {
            title: value.text("title").unwrap_or_else(|| code.clone()),
            is_own: value.flag("own"),
            is_assignable: value.flag("assignable"),
            granted: codes(value, "granted"),
            by_power_of_attorney: codes(value, "byPowerOfAttorney"),
            denied: codes(value, "denied"),
            code,
        })
    }
}

impl Cabinet<'_> {
    /// Roles and operations of the organisation.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn roles(&self) -> Result<Roles, CabinetError> {
        let value = self.read(&["roles"], &[]).await?;
        let value = Loose::new(&value);
        if !value.is_list("roles") {
            return Err(missing("roles"));
        }
        Ok(Roles {
            operations: value.list("operations").filter_map(Operation::read).collect(),
            roles: value.list("roles").filter_map(RoleWithOperations::read).collect(),
        })
    }

    /// Makes a role of the organisation's own, or changes the one of this code.
    ///
    /// # Errors
    /// [`CabinetError::Refused`] `role-title-taken`, `role-too-wide`, `role-not-found`, `role-not-assignable`,
    /// `requisites-invalid`, `no-permission`.
    pub async fn save_role(
        &self,
        code: Option<&str>,
        title: &str,
        granted: &[String],
    ) -> Result<(), CabinetError> {
        let body = Some(json!({ "title": title, "granted": granted }));
        match code {
            None => self.change(Method::POST, &["roles"], body).await,
            Some(code) => self.change(Method::PUT, &["roles", code], body).await,
        }
        .map(drop)
    }

    /// Takes a role of the organisation's own away.
    ///
    /// # Errors
    /// [`CabinetError::Refused`] `role-in-use`, `role-not-found`, `no-permission`.
    pub async fn remove_role(&self, code: &str) -> Result<(), CabinetError> {
        self.change(Method::DELETE, &["roles", code], None)
            .await
            .map(drop)
    }
}
