//! Signing in.

use kabinet_app::App;
use kabinet_app::view::{AppState, SessionView};
use tauri::State;

use super::Answer;

/// Signs in with the certificate; the PIN has its own window.
#[tauri::command]
#[specta::specta]
pub async fn sign_in(app: State<'_, App>, certificate_id: String) -> Answer<SessionView> {
    Ok(app.sign_in(&certificate_id).await?)
}

/// Forgets the session.
#[tauri::command]
#[specta::specta]
pub async fn sign_out(app: State<'_, App>) -> Answer<AppState> {
    Ok(app.sign_out().await?)
}
