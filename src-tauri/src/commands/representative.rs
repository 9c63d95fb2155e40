//! Confirming the person as a representative of the organisation.

use kabinet_app::App;
use kabinet_app::view::{IdentityForm, RepresentativeView};
use tauri::State;

use super::Answer;

/// How the person stands in the organisation; `ask` asks the portal anew.
#[tauri::command]
#[specta::specta]
pub async fn representative(app: State<'_, App>, ask: bool) -> Answer<Option<RepresentativeView>> {
    Ok(app.representative(ask).await?)
}

/// Begins a confirmation by `signature`, `code`, `smev` or `qr`.
#[tauri::command]
#[specta::specta]
pub async fn begin_representative(
    app: State<'_, App>,
    method: String,
    form: IdentityForm,
) -> Answer<Option<RepresentativeView>> {
    Ok(app.begin_representative(&method, form).await?)
}

/// Confirms by a signature; the PIN has its own window.
#[tauri::command]
#[specta::specta]
pub async fn sign_representative(app: State<'_, App>) -> Answer<Option<RepresentativeView>> {
    Ok(app.sign_representative().await?)
}

/// Confirms by a code, which has its own window.
#[tauri::command]
#[specta::specta]
pub async fn confirm_representative(app: State<'_, App>) -> Answer<Option<RepresentativeView>> {
    Ok(app.confirm_representative().await?)
}

/// Takes exactly these services into use.
#[tauri::command]
#[specta::specta]
pub async fn enable_services(
    app: State<'_, App>,
    codes: Vec<String>,
    accept_terms: bool,
) -> Answer<Option<RepresentativeView>> {
    Ok(app.enable_services(codes, accept_terms).await?)
}
