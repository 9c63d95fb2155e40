//! The register of powers of attorney.

use kabinet_app::App;
use kabinet_app::view::{PoaAsk, PoaCard, PoaCounts, PoaFacetsView, PoaJudgement, PoaList, PoaQuery, PoaRow};
use tauri::State;

use super::Answer;

/// A page of the register.
#[tauri::command]
#[specta::specta]
pub async fn poas(app: State<'_, App>, query: PoaQuery) -> Answer<PoaList> {
    Ok(app.poas(query).await?)
}

/// One line of it.
#[tauri::command]
#[specta::specta]
pub async fn poa(app: State<'_, App>, number: String) -> Answer<PoaRow> {
    Ok(app.poa(&number).await?)
}

/// Everything about one.
#[tauri::command]
#[specta::specta]
pub async fn poa_card(app: State<'_, App>, number: String) -> Answer<PoaCard> {
    Ok(app.poa_card(&number).await?)
}

/// How many want something.
#[tauri::command]
#[specta::specta]
pub async fn poa_counts(app: State<'_, App>) -> Answer<PoaCounts> {
    Ok(app.poa_counts().await?)
}

/// What the register can be narrowed to.
#[tauri::command]
#[specta::specta]
pub async fn poa_facets(app: State<'_, App>) -> Answer<PoaFacetsView> {
    Ok(app.poa_facets().await?)
}

/// Has a signed one registered.
#[tauri::command]
#[specta::specta]
pub async fn register_poa(app: State<'_, App>, number: String) -> Answer<PoaRow> {
    Ok(app.register_poa(&number).await?)
}

/// Asks the registry about one.
#[tauri::command]
#[specta::specta]
pub async fn refresh_poa(app: State<'_, App>, number: String) -> Answer<PoaRow> {
    Ok(app.refresh_poa(&number).await?)
}

/// Asks the registry for everything that changed; how many are new here.
#[tauri::command]
#[specta::specta]
pub async fn sync_poas(app: State<'_, App>) -> Answer<u32> {
    Ok(app.sync_poas().await?)
}

/// Whether somebody may sign documents of a format under one.
#[tauri::command]
#[specta::specta]
pub async fn judge_poa(app: State<'_, App>, number: String, ask: PoaAsk) -> Answer<PoaJudgement> {
    Ok(app.ask_poa(&number, &ask).await?)
}

/// Chooses under which documents of a format are signed, or none.
#[tauri::command]
#[specta::specta]
pub async fn choose_poa(app: State<'_, App>, format: String, number: Option<String>) -> Answer<()> {
    Ok(app.choose_poa(&format, number.as_deref()).await?)
}

/// Takes back the one a signed revocation names.
#[tauri::command]
#[specta::specta]
pub async fn revoke_poa(app: State<'_, App>, document: String) -> Answer<()> {
    Ok(app.revoke_poa(&document).await?)
}
