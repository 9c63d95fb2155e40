//! Powers of attorney taken back, replaced, and on paper.

use kabinet_app::App;
use kabinet_app::view::{AddedScan, PoaConsequences, ScanForm};
use tauri::{State, Window};

use super::Answer;
use crate::dialogs;

/// What a revocation would do, and what stands against it.
#[tauri::command]
#[specta::specta]
pub async fn poa_consequences(app: State<'_, App>, number: String) -> Answer<PoaConsequences> {
    Ok(app.poa_consequences(&number).await?)
}

/// Writes a revocation, which waits for its signature; the document.
#[tauri::command]
#[specta::specta]
pub async fn draft_revocation(app: State<'_, App>, number: String, reason: String) -> Answer<String> {
    Ok(app.draft_revocation(&number, &reason).await?)
}

/// Takes a registration off the queue nothing of has left.
#[tauri::command]
#[specta::specta]
pub async fn unqueue_poa(app: State<'_, App>, number: String) -> Answer<()> {
    Ok(app.unqueue_poa(&number).await?)
}

/// Begins a draft that takes the place of a power of attorney; the draft.
#[tauri::command]
#[specta::specta]
pub async fn supersede_poa(app: State<'_, App>, number: String) -> Answer<String> {
    Ok(app.supersede_poa(&number).await?)
}

/// Begins such a draft for as long again; the draft.
#[tauri::command]
#[specta::specta]
pub async fn extend_poa(app: State<'_, App>, number: String) -> Answer<String> {
    Ok(app.extend_poa(&number).await?)
}

/// Takes in a power of attorney on paper whose picture the user chooses; none = cancelled. The requisites are judged first.
#[tauri::command]
#[specta::specta]
pub async fn add_poa_scan(window: Window, app: State<'_, App>, form: ScanForm) -> Answer<Option<AddedScan>> {
    let problems = app.check_poa_scan(&form);
    if !problems.is_empty() {
        return Ok(Some(AddedScan { row: None, problems }));
    }
    match dialogs::pick_file(&window).await {
        Some(file) => Ok(Some(app.add_poa_scan(form, &file).await?)),
        None => Ok(None),
    }
}
