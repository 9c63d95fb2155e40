//! The token doctor.

use kabinet_app::App;
use kabinet_app::view::Diagnosis;
use tauri::State;

use super::Answer;

/// Looks at everything between the socket and the key; no PIN is spent.
#[tauri::command]
#[specta::specta]
pub async fn diagnose(app: State<'_, App>) -> Answer<Diagnosis> {
    Ok(app.diagnose().await?)
}

/// Makes a test signature and gives the diagnosis back with its outcome; the PIN has its own window.
#[tauri::command]
#[specta::specta]
pub async fn test_signature(
    app: State<'_, App>,
    diagnosis: Diagnosis,
    certificate_id: String,
) -> Answer<Diagnosis> {
    Ok(app.test_signature(diagnosis, &certificate_id).await?.diagnosis)
}
