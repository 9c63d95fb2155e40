//! Sending and following.

use kabinet_app::App;
use kabinet_app::view::{AppState, OutboxRow};
use tauri::State;

use super::Answer;

/// Puts the document into the outbox.
#[tauri::command]
#[specta::specta]
pub async fn send_document(app: State<'_, App>, id: String, service: String) -> Answer<OutboxRow> {
    Ok(app.send_document(&id, &service).await?)
}

/// Takes a submission back, while that is possible.
#[tauri::command]
#[specta::specta]
pub async fn withdraw(app: State<'_, App>, submission: String) -> Answer<OutboxRow> {
    Ok(app.withdraw(&submission).await?)
}

/// The outbox.
#[tauri::command]
#[specta::specta]
pub async fn outbox(app: State<'_, App>) -> Answer<Vec<OutboxRow>> {
    Ok(app.outbox().await?)
}

/// Tries everything that waits, now.
#[tauri::command]
#[specta::specta]
pub async fn sync_now(app: State<'_, App>) -> Answer<AppState> {
    Ok(app.sync_now().await?)
}
