//! The people of the organisation and their roles.

use kabinet_app::App;
use kabinet_app::view::EmployeeList;
use tauri::State;

use super::Answer;

/// Who works for the organisation; `refresh` asks the portal anew.
#[tauri::command]
#[specta::specta]
pub async fn employees(app: State<'_, App>, refresh: bool) -> Answer<EmployeeList> {
    Ok(app.employees(refresh).await?)
}
