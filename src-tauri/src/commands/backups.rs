//! Backups of the vault.

use kabinet_app::App;
use kabinet_app::view::{AppState, BackupsView, Proof};
use tauri::State;

use super::Answer;
use crate::dialogs;

/// Backups and how they are made.
#[tauri::command]
#[specta::specta]
pub async fn backups(app: State<'_, App>) -> Answer<BackupsView> {
    Ok(app.backups().await?)
}

/// Makes a backup now.
#[tauri::command]
#[specta::specta]
pub async fn back_up(app: State<'_, App>) -> Answer<BackupsView> {
    Ok(app.back_up().await?)
}

/// Reads everything in a backup and notes what was found.
#[tauri::command]
#[specta::specta]
pub async fn verify_backup(app: State<'_, App>, id: String) -> Answer<BackupsView> {
    Ok(app.verify_backup(&id).await?)
}

/// Lets the user choose the folder or drive that gets backups too.
#[tauri::command]
#[specta::specta]
pub async fn choose_backup_folder(window: tauri::Window, app: State<'_, App>) -> Answer<BackupsView> {
    match dialogs::pick_folder(&window).await {
        Some(folder) => Ok(app.set_backup_folder(Some(folder)).await?),
        None => Ok(app.backups().await?),
    }
}

/// Writes no more backups to the chosen folder; those in it stay.
#[tauri::command]
#[specta::specta]
pub async fn forget_backup_folder(app: State<'_, App>) -> Answer<BackupsView> {
    Ok(app.set_backup_folder(None).await?)
}

/// At most this many backups stay in each place; 0 = as many as their age allows.
#[tauri::command]
#[specta::specta]
pub async fn set_backup_keep(app: State<'_, App>, keep: u32) -> Answer<BackupsView> {
    Ok(app.set_backup_keep(keep).await?)
}

/// Lets the user point at a folder with backups; they are in the list from now on.
#[tauri::command]
#[specta::specta]
pub async fn find_backups(window: tauri::Window, app: State<'_, App>) -> Answer<BackupsView> {
    match dialogs::pick_folder(&window).await {
        Some(folder) => Ok(app.find_backups(folder).await?),
        None => Ok(app.backups().await?),
    }
}

/// Puts a backup in place of the vault and opens it.
#[tauri::command]
#[specta::specta]
pub async fn restore_backup(app: State<'_, App>, id: String, proof: Proof) -> Answer<AppState> {
    Ok(app.restore_backup(&id, proof).await?)
}
