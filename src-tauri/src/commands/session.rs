//! Tokens and signing in.

use kabinet_app::App;
use kabinet_app::view::{AppState, SessionView, TokenScan};
use tauri::State;

use super::Answer;

/// Tokens and certificates of all modules.
#[tauri::command]
#[specta::specta]
pub async fn scan_tokens(app: State<'_, App>) -> Answer<TokenScan> {
    Ok(app.scan_tokens().await?)
}

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
