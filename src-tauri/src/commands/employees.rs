//! The people of the organisation, their roles, invitations, and the review of access.

use kabinet_app::App;
use kabinet_app::view::{
    EmployeeList, EmployeePage, InvitationRow, InviteForm, ReviewForm, RoleForm, StaffPage,
};
use tauri::State;

use super::Answer;
use crate::dialogs;

/// Who works for the organisation; `refresh` asks the portal anew.
#[tauri::command]
#[specta::specta]
pub async fn employees(app: State<'_, App>, refresh: bool) -> Answer<EmployeeList> {
    Ok(app.employees(refresh).await?)
}

/// The same with invitations, roles and what the person may do about them.
#[tauri::command]
#[specta::specta]
pub async fn staff(app: State<'_, App>, refresh: bool) -> Answer<StaffPage> {
    Ok(app.staff(refresh).await?)
}

/// One person, and what a change of the place has to heed.
#[tauri::command]
#[specta::specta]
pub async fn employee(app: State<'_, App>, id: String) -> Answer<EmployeePage> {
    Ok(app.employee(&id).await?)
}

/// Invites somebody; confirming has its own window.
#[tauri::command]
#[specta::specta]
pub async fn invite_employee(app: State<'_, App>, form: InviteForm) -> Answer<StaffPage> {
    Ok(app.invite_employee(form).await?)
}

/// Takes an invitation back.
#[tauri::command]
#[specta::specta]
pub async fn revoke_invitation(app: State<'_, App>, id: String) -> Answer<StaffPage> {
    Ok(app.revoke_invitation(&id).await?)
}

/// Gives somebody another role.
#[tauri::command]
#[specta::specta]
pub async fn set_employee_role(app: State<'_, App>, id: String, role: String) -> Answer<StaffPage> {
    Ok(app.set_employee_role(&id, &role).await?)
}

/// Removes somebody; confirming has its own window.
#[tauri::command]
#[specta::specta]
pub async fn remove_employee(
    app: State<'_, App>,
    id: String,
    reason: String,
    successor: Option<String>,
) -> Answer<StaffPage> {
    Ok(app.remove_employee(&id, &reason, successor).await?)
}

/// Takes back who was removed by mistake.
#[tauri::command]
#[specta::specta]
pub async fn restore_employee(app: State<'_, App>, id: String) -> Answer<StaffPage> {
    Ok(app.restore_employee(&id).await?)
}

/// Closes somebody's access.
#[tauri::command]
#[specta::specta]
pub async fn revoke_employee_access(app: State<'_, App>, id: String, reason: String) -> Answer<StaffPage> {
    Ok(app.revoke_employee_access(&id, &reason).await?)
}

/// Makes or changes a role of the organisation's own.
#[tauri::command]
#[specta::specta]
pub async fn save_role(app: State<'_, App>, form: RoleForm) -> Answer<StaffPage> {
    Ok(app.save_role(form).await?)
}

/// Takes a role of the organisation's own away.
#[tauri::command]
#[specta::specta]
pub async fn remove_role(app: State<'_, App>, code: String) -> Answer<StaffPage> {
    Ok(app.remove_role(&code).await?)
}

/// Invitations that wait for the person's own answer.
#[tauri::command]
#[specta::specta]
pub async fn own_invitations(app: State<'_, App>) -> Answer<Vec<InvitationRow>> {
    Ok(app.own_invitations().await?)
}

/// Accepts or declines an invitation.
#[tauri::command]
#[specta::specta]
pub async fn answer_invitation(app: State<'_, App>, id: String, accepts: bool) -> Answer<Vec<InvitationRow>> {
    Ok(app.answer_invitation(&id, accepts).await?)
}

/// Lets the user choose where a copy of what is known of somebody goes; false = cancelled.
#[tauri::command]
#[specta::specta]
pub async fn save_employee_copy(window: tauri::Window, app: State<'_, App>, id: String) -> Answer<bool> {
    let name = app.employee_copy_name(&id).await?;
    let Some(target) = dialogs::save_file(&window, name, &[("age".to_owned(), "age")]).await else {
        return Ok(false);
    };
    app.save_employee_copy(&id, &target).await?;
    Ok(true)
}

/// How often access is reviewed.
#[tauri::command]
#[specta::specta]
pub async fn set_access_review(app: State<'_, App>, interval: String) -> Answer<StaffPage> {
    Ok(app.set_access_review(&interval).await?)
}

/// Lets the user choose where the report of a review goes, and writes it; nothing = cancelled.
#[tauri::command]
#[specta::specta]
pub async fn finish_access_review(
    window: tauri::Window,
    app: State<'_, App>,
    form: ReviewForm,
) -> Answer<Option<StaffPage>> {
    let name = app.access_review_name();
    let Some(target) = dialogs::save_file(&window, name, &[("PDF".to_owned(), "pdf")]).await else {
        return Ok(None);
    };
    Ok(Some(app.finish_access_review(form, &target).await?))
}
