//! First start, unlocking and organisations.

use kabinet_app::view::{
    AppState, CreateVault, NewOrganisation, Proof, ProtectionChange, Requisites, RequisitesVerdict,
};
use kabinet_app::{App, Moment};
use tauri::State;

use super::Answer;

/// The state line.
#[tauri::command]
#[specta::specta]
pub async fn app_state(app: State<'_, App>) -> Answer<AppState> {
    Ok(app.state().await)
}

/// What is wrong with requisites as typed so far.
#[tauri::command]
#[specta::specta]
pub fn check_requisites(requisites: Requisites) -> RequisitesVerdict {
    kabinet_app::check_requisites(&requisites)
}

/// Makes the vault.
#[tauri::command]
#[specta::specta]
pub async fn create_vault(app: State<'_, App>, request: CreateVault) -> Answer<AppState> {
    Ok(app.create_vault(request).await?)
}

/// Opens the vault.
#[tauri::command]
#[specta::specta]
pub async fn unlock(app: State<'_, App>) -> Answer<AppState> {
    Ok(app.unlock().await?)
}

/// Opens the vault by its recovery code and asks for a new passphrase; both have their own window.
#[tauri::command]
#[specta::specta]
pub async fn unlock_by_code(app: State<'_, App>) -> Answer<AppState> {
    Ok(app.unlock_by_code().await?)
}

/// Changes what opens the vault; secrets have their own window.
#[tauri::command]
#[specta::specta]
pub async fn change_protection(
    app: State<'_, App>,
    change: ProtectionChange,
    proof: Proof,
) -> Answer<AppState> {
    Ok(app.change_protection(change, proof).await?)
}

/// Somebody touched the window.
#[tauri::command]
#[specta::specta]
pub async fn note_activity(app: State<'_, App>) -> Answer<()> {
    app.note_activity(Moment::now()).await;
    Ok(())
}

/// Closes the vault.
#[tauri::command]
#[specta::specta]
pub async fn lock(app: State<'_, App>) -> Answer<AppState> {
    Ok(app.lock().await)
}

/// The answer to the event `about-to-lock`: nothing is unsaved.
#[tauri::command]
#[specta::specta]
pub fn ready_to_lock(app: State<'_, App>) {
    app.ready_to_lock();
}

/// Adds an organisation and chooses it.
#[tauri::command]
#[specta::specta]
pub async fn add_organisation(app: State<'_, App>, request: NewOrganisation) -> Answer<AppState> {
    Ok(app.add_organisation(request).await?)
}

/// Chooses an organisation.
#[tauri::command]
#[specta::specta]
pub async fn select_organisation(app: State<'_, App>, id: String) -> Answer<AppState> {
    Ok(app.select_organisation(&id).await?)
}
