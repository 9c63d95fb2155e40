use serde::{Deserialize, Serialize};
use specta::Type;

use super::{CabinetPresence, UiError};

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
