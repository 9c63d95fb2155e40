//! What the form of a power of attorney offers.

use std::collections::BTreeMap;

use kabinet_app::App;
use kabinet_app::view::{
    DraftView, PoaDraftChanges, PoaPerson, PoaPowerQuery, PoaPowers, PoaRow, PoaTemplate,
};
use tauri::State;

use super::Answer;

/// Powers of the classifier.
#[tauri::command]
#[specta::specta]
pub async fn poa_powers(app: State<'_, App>, query: PoaPowerQuery) -> Answer<PoaPowers> {
    Ok(app.poa_powers(&query))
}

/// Roles with their powers.
#[tauri::command]
#[specta::specta]
pub async fn poa_templates(app: State<'_, App>) -> Answer<Vec<PoaTemplate>> {
    Ok(app.poa_templates())
}

/// Who can be named in a power of attorney.
#[tauri::command]
#[specta::specta]
pub async fn poa_people(app: State<'_, App>) -> Answer<Vec<PoaPerson>> {
    Ok(app.poa_people().await?)
}

/// Powers of attorney that may be passed on.
#[tauri::command]
#[specta::specta]
pub async fn poa_parents(app: State<'_, App>) -> Answer<Vec<PoaRow>> {
    Ok(app.poa_parents().await?)
}

/// The answers with which the form of a redelegation begins.
#[tauri::command]
#[specta::specta]
pub async fn redelegation_of(app: State<'_, App>, number: String) -> Answer<BTreeMap<String, String>> {
    Ok(app.redelegation_of(&number).await?)
}

/// Begins a draft that passes a power of attorney on.
#[tauri::command]
#[specta::specta]
pub async fn redelegate_poa(app: State<'_, App>, number: String) -> Answer<DraftView> {
    Ok(app.redelegate_poa(&number).await?)
}

/// What a draft changes of the version it was made from.
#[tauri::command]
#[specta::specta]
pub async fn poa_draft_changes(app: State<'_, App>, id: String) -> Answer<PoaDraftChanges> {
    Ok(app.poa_draft_changes(&id).await?)
}
