//! Settings of this computer, and the commands of the secret window.

use kabinet_app::App;
use kabinet_app::view::{AppState, ConnectionCheck, Environment, ModuleView, Settings, TrustView};
use tauri::State;

use super::Answer;
use crate::dialogs;
use crate::secret_window::{SecretText, SecretWindow};

/// Stores the settings.
#[tauri::command]
#[specta::specta]
pub async fn save_settings(app: State<'_, App>, settings: Settings) -> Answer<AppState> {
    Ok(app.save_settings(settings).await?)
}

/// Asks each host of the portal for its first page.
#[tauri::command]
#[specta::specta]
pub async fn check_connection(
    app: State<'_, App>,
    environment: Option<Environment>,
) -> Answer<Vec<ConnectionCheck>> {
    Ok(app.check_connection(environment).await?)
}

/// PKCS#11 modules of this computer.
#[tauri::command]
#[specta::specta]
pub async fn modules(app: State<'_, App>) -> Answer<Vec<ModuleView>> {
    Ok(app.modules().await?)
}

/// Lets the user choose a module file and adds it.
#[tauri::command]
#[specta::specta]
pub async fn add_module(window: tauri::Window, app: State<'_, App>) -> Answer<Vec<ModuleView>> {
    if let Some(path) = dialogs::pick_files(&window).await.into_iter().next() {
        app.add_module(path).await?;
    }
    Ok(app.modules().await?)
}

/// What is trusted.
#[tauri::command]
#[specta::specta]
pub async fn trust(app: State<'_, App>) -> Answer<TrustView> {
    Ok(app.trust_view(app.trust_environment().await).await?)
}

/// Fetches the list of accredited authorities.
#[tauri::command]
#[specta::specta]
pub async fn update_trust(app: State<'_, App>) -> Answer<TrustView> {
    Ok(app.update_trust(app.trust_environment().await).await?)
}

/// Lets the user choose a file with certificates of authorities and trusts them.
#[tauri::command]
#[specta::specta]
pub async fn add_trusted(window: tauri::Window, app: State<'_, App>) -> Answer<TrustView> {
    let environment = app.trust_environment().await;
    match dialogs::pick_files(&window).await.into_iter().next() {
        Some(path) => Ok(app.add_trusted(environment, &path).await?),
        None => Ok(app.trust_view(environment).await?),
    }
}

/// Trusts a certificate that was added no more.
#[tauri::command]
#[specta::specta]
pub async fn remove_trusted(app: State<'_, App>, id: String) -> Answer<TrustView> {
    Ok(app.remove_trusted(app.trust_environment().await, &id).await?)
}

/// The secret the user typed; null = cancelled.
#[tauri::command]
#[specta::specta]
pub fn submit_secret(secrets: State<'_, SecretWindow>, value: Option<SecretText>) {
    secrets.submit(value);
}

/// The way of confirming the user chose instead of answering.
#[tauri::command]
#[specta::specta]
pub fn choose_factor(secrets: State<'_, SecretWindow>, name: String) {
    secrets.choose(name);
}

/// The user wants the code sent again instead of answering.
#[tauri::command]
#[specta::specta]
pub fn resend_code(secrets: State<'_, SecretWindow>) {
    secrets.resend();
}

/// Lets the user choose where the recovery code that is shown goes as a text file; false = cancelled.
#[tauri::command]
#[specta::specta]
pub async fn save_code(
    window: tauri::Window,
    app: State<'_, App>,
    secrets: State<'_, SecretWindow>,
) -> Answer<bool> {
    let (name, kind) = app.code_file();
    let Some(target) = dialogs::save_file(&window, name, &[(kind, "txt")]).await else {
        return Ok(false);
    };
    secrets.save_shown(&target, app.language())?;
    Ok(true)
}
