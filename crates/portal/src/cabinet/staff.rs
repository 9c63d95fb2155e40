//! What an administrator does about the people of an organisation, and the record of it.

use reqwest::Method;
use serde_json::json;
use time::OffsetDateTime;

use super::{BlockingOrder, Cabinet, CabinetError, Employee};
use crate::loose::Loose;
use crate::{PortalError, ProtocolFault};

/// Somebody, and all that a change of the place has to heed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmployeeDetails {
    /// The person.
    pub employee: Employee,
    /// Contacts, hidden but for their ends.
    pub contacts: Vec<String>,
    /// Nobody else administers the organisation.
    pub is_last_administrator: bool,
    /// Applications that are not over.
    pub orders: Vec<BlockingOrder>,
    /// Files of colleagues nobody took yet.
    pub waiting_files: u32,
    /// Numbers of the powers of attorney that are in force.
    pub poas: Vec<String>,
    /// What was done about the person, newest first.
    pub changes: Vec<StaffChange>,
}

/// One change of people or roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffChange {
    /// When.
    pub at: Option<OffsetDateTime>,
    /// What, in a code of the portal.
    pub action: String,
    /// Who did it.
    pub by: String,
    /// Whom or what it is about.
    pub about: Option<String>,
    /// Title of the role before.
    pub from: Option<String>,
    /// Title of the role after.
    pub to: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

impl StaffChange {
    fn read(value: Loose<'_>) -> Option<Self> {
        Some(Self {
            at: value.time("at"),
            action: value.text("action")?,
            by: value.text("by").unwrap_or_default(),
            about: value.text("about"),
            from: value.text("from"),
            to: value.text("to"),
            reason: value.text("reason"),
        })
    }
}

impl EmployeeDetails {
    fn read(value: Loose<'_>) -> Option<Self> {
        let work = value.field("openWork");
        Some(Self {
            employee: Employee::read(value)?,
            contacts: ["phone", "email"]
                .into_iter()
                .filter_map(|name| value.text(name))
                .collect(),
            is_last_administrator: value.flag("lastAdministrator"),
            orders: work
                .into_iter()
                .flat_map(|work| work.list("orders"))
                .filter_map(BlockingOrder::read)
                .collect(),
            waiting_files: work
                .and_then(|work| work.number("waitingFiles"))
                .and_then(|count| u32::try_from(count).ok())
                .unwrap_or_default(),
            poas: value
                .list("poas")
                .filter_map(|number| number.as_text().map(str::to_owned))
                .collect(),
            changes: value.list("changes").filter_map(StaffChange::read).collect(),
        })
    }
}

impl Cabinet<'_> {
    /// One person with everything that matters before a change.
    ///
    /// # Errors
    /// [`CabinetError::Refused`] `no-permission`, `employee-not-found`.
    pub async fn employee(&self, id: &str) -> Result<EmployeeDetails, CabinetError> {
        let value = self.read(&["employees", id], &[]).await?;
        EmployeeDetails::read(Loose::new(&value)).ok_or_else(|| missing("id"))
    }

    /// Gives somebody another role.
    ///
    /// # Errors
    /// [`CabinetError::StepUp`] where an administrator is made or dismissed; [`CabinetError::Refused`] `last-administrator`,
    /// `head-stays`, `own-account`, `candidate-unfit`, `role-not-found`, `role-not-assignable`, `wrong-state`, `no-permission`.
    pub async fn set_role(&self, id: &str, role: &str) -> Result<(), CabinetError> {
        let body = json!({ "role": role });
        self.change(Method::PUT, &["employees", id, "role"], Some(body))
            .await
            .map(drop)
    }

    /// Removes somebody; what is open goes to `successor`.
    ///
    /// # Errors
    /// [`CabinetError::StepUp`] first; [`CabinetError::Refused`] `open-work` with what it is, `reason-missing`, and as
    /// [`set_role`](Self::set_role).
    pub async fn remove_employee(
        &self,
        id: &str,
        reason: &str,
        successor: Option<&str>,
    ) -> Result<(), CabinetError> {
        let mut body = json!({ "reason": reason });
        if let Some(successor) = successor {
            body["reassignTo"] = json!(successor);
        }
        self.change(Method::POST, &["employees", id, "removal"], Some(body))
            .await
            .map(drop)
    }

    /// Takes back who was removed.
    ///
    /// # Errors
    /// [`CabinetError::StepUp`] first; [`CabinetError::Refused`] `restore-ended`, `wrong-state`, `employee-not-found`.
    pub async fn restore_employee(&self, id: &str) -> Result<(), CabinetError> {
        self.change(Method::POST, &["employees", id, "restoration"], None)
            .await
            .map(drop)
    }

    /// Closes somebody's access.
    ///
    /// # Errors
    /// [`CabinetError::StepUp`] first; [`CabinetError::Refused`] as [`set_role`](Self::set_role).
    pub async fn revoke_access(&self, id: &str, reason: &str) -> Result<(), CabinetError> {
        let body = json!({ "reason": reason });
        self.change(Method::POST, &["employees", id, "revocation"], Some(body))
            .await
            .map(drop)
    }

    /// What was done to people and roles, newest first.
    ///
    /// # Errors
    /// [`CabinetError::Refused`] `no-permission`.
    pub async fn staff_changes(&self) -> Result<Vec<StaffChange>, CabinetError> {
        let value = self.read(&["staff-changes"], &[]).await?;
        let value = Loose::new(&value);
        if !value.is_list("items") {
            return Err(missing("items"));
        }
        Ok(value.list("items").filter_map(StaffChange::read).collect())
    }
}

pub(super) fn missing(field: &'static str) -> CabinetError {
    PortalError::Protocol {
        what: ProtocolFault::FieldMissing(field),
    }
    .into()
}
