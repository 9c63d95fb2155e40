//! Signing in.

use kabinet_app::App;
use kabinet_app::view::{
    ApiKeyView, AppState, EsiaEntry, EsiaPersonView, NewApiKey, SessionView, SignInWays,
};
use tauri::State;

use super::Answer;

/// Signs in with the certificate and, where several API keys may be meant, the one that is named; the PIN has its own window.
#[tauri::command]
#[specta::specta]
pub async fn sign_in(
    app: State<'_, App>,
    certificate_id: String,
    api_key: Option<String>,
) -> Answer<SessionView> {
    Ok(app.sign_in_by_key(&certificate_id, api_key.as_deref()).await?)
}

/// The ways to sign in.
#[tauri::command]
#[specta::specta]
pub async fn sign_in_ways(app: State<'_, App>) -> Answer<SignInWays> {
    Ok(app.sign_in_ways().await?)
}

/// Opens the browser at ЕСИА and answers when the person has signed in there.
#[tauri::command]
#[specta::specta]
pub async fn sign_in_in_browser(app: State<'_, App>, anew: bool) -> Answer<EsiaPersonView> {
    Ok(app.sign_in_in_browser(anew).await?)
}

/// Opens the browser again for the sign-in that waits.
#[tauri::command]
#[specta::specta]
pub async fn open_browser_again(app: State<'_, App>) -> Answer<()> {
    Ok(app.open_browser_again()?)
}

/// Gives up the sign-in that waits for the browser.
#[tauri::command]
#[specta::specta]
pub async fn cancel_browser_sign_in(app: State<'_, App>) -> Answer<()> {
    app.cancel_browser_sign_in();
    Ok(())
}

/// Signs in for one of the person's organisations.
#[tauri::command]
#[specta::specta]
pub async fn enter_by_esia(app: State<'_, App>, oid: String) -> Answer<EsiaEntry> {
    Ok(app.enter_by_esia(&oid).await?)
}

/// Forgets the session and ends the browser's at ЕСИА.
#[tauri::command]
#[specta::specta]
pub async fn sign_out_of_esia(app: State<'_, App>) -> Answer<AppState> {
    Ok(app.sign_out_of_esia().await?)
}

/// The API keys of the organisation.
#[tauri::command]
#[specta::specta]
pub async fn api_keys(app: State<'_, App>) -> Answer<Vec<ApiKeyView>> {
    Ok(app.api_keys().await?)
}

/// Adds an API key, or one that is to replace another.
#[tauri::command]
#[specta::specta]
pub async fn save_api_key(app: State<'_, App>, request: NewApiKey) -> Answer<Vec<ApiKeyView>> {
    Ok(app.save_api_key(request).await?)
}

/// Forgets an API key, or only the new one that was to replace it.
#[tauri::command]
#[specta::specta]
pub async fn remove_api_key(app: State<'_, App>, id: String, only_new: bool) -> Answer<Vec<ApiKeyView>> {
    Ok(app.remove_api_key(&id, only_new).await?)
}

/// Forgets the session.
#[tauri::command]
#[specta::specta]
pub async fn sign_out(app: State<'_, App>) -> Answer<AppState> {
    Ok(app.sign_out().await?)
}
