//! Signing runs; how far one is, the event `signing-progress` tells.

use kabinet_app::App;
use kabinet_app::view::{Preflight, SigningRequest, SigningRun};
use tauri::State;

use super::Answer;

/// What is checked before the PIN is asked for, under the power of attorney the user chose.
#[tauri::command]
#[specta::specta]
pub async fn preflight_under(
    app: State<'_, App>,
    documents: Vec<String>,
    certificate_id: Option<String>,
    poa: Option<String>,
) -> Answer<Preflight> {
    Ok(app
        .preflight_under(&documents, certificate_id.as_deref(), poa.as_deref())
        .await?)
}

/// Writes a power of attorney into a copy of a document that is to be signed under it; the copy.
#[tauri::command]
#[specta::specta]
pub async fn attach_poa(
    app: State<'_, App>,
    document: String,
    number: String,
    certificate_id: String,
) -> Answer<String> {
    Ok(app.attach_poa(&document, &number, &certificate_id).await?)
}

/// Signs exactly these; the PIN has its own window. Answers when the run has ended or stopped.
#[tauri::command]
#[specta::specta]
pub async fn start_signing(app: State<'_, App>, request: SigningRequest) -> Answer<SigningRun> {
    Ok(app.start_signing(request).await?)
}

/// Goes on with a run; `retry` tries again what failed.
#[tauri::command]
#[specta::specta]
pub async fn continue_signing(app: State<'_, App>, run: String, retry: bool) -> Answer<SigningRun> {
    Ok(app.continue_signing(&run, retry).await?)
}

/// Stops the run that is under way.
#[tauri::command]
#[specta::specta]
pub fn stop_signing(app: State<'_, App>) {
    app.stop_signing();
}

/// Runs that are under way or can go on.
#[tauri::command]
#[specta::specta]
pub async fn signing_runs(app: State<'_, App>) -> Answer<Vec<SigningRun>> {
    Ok(app.signing_runs().await?)
}

/// Gives a run up; the others are left.
#[tauri::command]
#[specta::specta]
pub async fn drop_signing(app: State<'_, App>, run: String) -> Answer<Vec<SigningRun>> {
    Ok(app.drop_signing(&run).await?)
}
