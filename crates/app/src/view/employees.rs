use serde::{Deserialize, Serialize};
use specta::Type;

use super::{CabinetPresence, PoaRow, UiError};

/// The people of the chosen organisation, as far as the portal told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EmployeeList {
    /// Whether the portal tells of them.
    pub presence: CabinetPresence,
    /// Everybody who works there, by surname.
    pub items: Vec<EmployeeRow>,
    /// When the portal told it, RFC 3339.
    pub heard: Option<String>,
    /// Why it is an older list.
    pub error: Option<UiError>,
}

/// Somebody who works for the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EmployeeRow {
    /// Names the person in other calls.
    pub id: String,
    /// Фамилия.
    pub surname: String,
    /// Имя.
    pub given_name: String,
    /// Отчество.
    pub patronymic: Option<String>,
    /// ИНН, 12 digits; the portal tells it only to who manages people or powers of attorney.
    pub inn: Option<String>,
    /// СНИЛС, 11 digits; told as the ИНН.
    pub snils: Option<String>,
    /// Date of birth, `YYYY-MM-DD`; told as the ИНН.
    pub born: Option<String>,
    /// Post.
    pub position: Option<String>,
    /// Code of the role.
    pub role_code: String,
    /// The portal's word for the role.
    pub role_title: String,
    /// Acts for the organisation without a power of attorney.
    pub is_head: bool,
    /// False once the access was revoked.
    pub is_active: bool,
}

/// The people, invitations and roles of the organisation, and what the person may do about them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StaffPage {
    /// Whether the portal tells of them.
    pub presence: CabinetPresence,
    /// Who works there, by surname.
    pub items: Vec<EmployeeRow>,
    /// Who was removed and can be taken back.
    pub removed: Vec<RemovedEmployeeRow>,
    /// Newest first.
    pub invitations: Vec<InvitationRow>,
    /// Operations in the order of the portal.
    pub operations: Vec<OperationRow>,
    /// Roles in the order of the portal.
    pub roles: Vec<RoleRow>,
    /// What was done to people and roles, newest first.
    pub changes: Vec<StaffChangeRow>,
    /// When the portal told it, RFC 3339.
    pub heard: Option<String>,
    /// Why it is an older list.
    pub error: Option<UiError>,
    /// Acts that are not open to the person, and why: `users.manage`, `roles.assign`, `roles.create`, `administrators.appoint`,
    /// `review.access`.
    pub refused: Vec<super::RefusedPermission>,
    /// The review of access.
    pub review: AccessReview,
}

/// Somebody who was removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RemovedEmployeeRow {
    /// Names the person in other calls.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Post.
    pub position: Option<String>,
    /// The portal's word for the role of before.
    pub role: String,
    /// When, RFC 3339.
    pub at: Option<String>,
    /// Who did it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Until when it can be undone, RFC 3339.
    pub until: Option<String>,
}

/// An invitation, of the organisation or to the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct InvitationRow {
    /// Names it.
    pub id: String,
    /// Name of the organisation.
    pub organisation: String,
    /// Address or number.
    pub contact: String,
    /// The portal's word for the role.
    pub role: String,
    /// Who invites.
    pub by: String,
    /// When it was sent, RFC 3339.
    pub sent: Option<String>,
    /// Until when it can be accepted, RFC 3339.
    pub expires: Option<String>,
    /// `sent`, `accepted`, `declined`, `revoked`, `expired`, or the portal's own; text under `ui.employees.invitation.<code>`.
    pub state: String,
}

/// Something a role may let do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OperationRow {
    /// Code.
    pub code: String,
    /// The portal's words.
    pub title: String,
    /// Title of the group it is shown in.
    pub group: String,
    /// A role of the organisation's own may include it.
    pub for_own: bool,
}

/// A role and what it lets do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RoleRow {
    /// Code.
    pub code: String,
    /// The portal's word for it.
    pub title: String,
    /// The organisation made it.
    pub is_own: bool,
    /// It can be given to somebody.
    pub is_assignable: bool,
    /// Giving or taking it makes or dismisses an administrator.
    pub is_administrator: bool,
    /// Codes of what it grants.
    pub granted: Vec<String>,
    /// Codes of what only a power of attorney opens.
    pub by_power_of_attorney: Vec<String>,
    /// Codes of what is expressly forbidden.
    pub denied: Vec<String>,
}

/// One change of people or roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StaffChangeRow {
    /// When, RFC 3339.
    pub at: Option<String>,
    /// Code; text under `ui.employees.change.<code>`.
    pub action: String,
    /// Who did it.
    pub by: String,
    /// Whom or what it is about.
    pub about: Option<String>,
    /// Role before.
    pub from: Option<String>,
    /// Role after.
    pub to: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// Somebody, and what a change of the place has to heed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EmployeePage {
    /// The person.
    pub row: EmployeeRow,
    /// Contacts, hidden but for their ends.
    pub contacts: Vec<String>,
    /// Nobody else administers the organisation.
    pub is_last_administrator: bool,
    /// Applications that are not over.
    pub orders: Vec<super::BlockingOrderView>,
    /// Files of colleagues nobody took yet.
    pub waiting_files: u32,
    /// Powers of attorney of the register by which the person acts, or will.
    pub poas: Vec<PoaRow>,
    /// Numbers of those that only the portal knows.
    pub foreign_poas: Vec<String>,
    /// Codes of what the role grants and whose misuse is grave.
    pub critical: Vec<String>,
    /// What was done about the person, newest first.
    pub changes: Vec<StaffChangeRow>,
    /// Why the portal could not be asked; then only what is kept here is shown.
    pub error: Option<UiError>,
}

/// Whom to invite, and as what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct InviteForm {
    /// `email`, `phone`, `employee`.
    pub channel: String,
    /// Address, number, or the id of somebody whose access was revoked.
    pub to: String,
    /// Code of the role.
    pub role: String,
}

/// A role of the organisation's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RoleForm {
    /// Code of the role that is changed; none for a new one.
    pub code: Option<String>,
    /// Title.
    pub title: String,
    /// Codes of operations.
    pub granted: Vec<String>,
}

/// When access is reviewed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccessReview {
    /// `monthly`, `quarterly`, `off`.
    pub interval: String,
    /// Day of the last one, `YYYY-MM-DD`.
    pub last: Option<String>,
    /// Day of the next one, `YYYY-MM-DD`.
    pub due: Option<String>,
    /// The day has come.
    pub is_due: bool,
    /// What is worth a look before anybody looks.
    pub findings: Vec<ReviewFinding>,
}

/// Something that is not as it should be, or may not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReviewFinding {
    /// `id` of the person, where it is about one.
    pub employee: Option<String>,
    /// Code; text under `ui.employees.finding.<code>`.
    pub code: String,
    /// Values for the text.
    pub params: super::Params,
}

/// What a review came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReviewForm {
    /// Codes of the points that were looked at; all of `ui.employees.review.point.<code>` are offered.
    pub points: Vec<String>,
    /// People whose rights fit their duties, by id.
    pub fit: Vec<String>,
    /// People whose rights deviate, by id, with what is to be done.
    pub deviations: Vec<(String, String)>,
    /// With whom the outcome was agreed.
    pub agreed_with: String,
}
