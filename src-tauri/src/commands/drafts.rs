//! Drafts: forms filled in, saved at every pause, made into documents.

use std::collections::BTreeMap;

use kabinet_app::App;
use kabinet_app::view::{
    Colleague, Colleagues, Counterparty, DraftForm, DraftList, DraftPreview, DraftRevision, DraftRow,
    DraftShelf, DraftView, FiledDraft, HandOver, HandOverOffer,
};

use tauri::State;

use super::Answer;
use crate::dialogs;

/// Every form, in the order they are offered.
#[tauri::command]
#[specta::specta]
pub async fn forms(app: State<'_, App>) -> Answer<Vec<DraftForm>> {
    Ok(app.forms())
}

/// Every counterparty that is known, by name.
#[tauri::command]
#[specta::specta]
pub async fn counterparties(app: State<'_, App>) -> Answer<Vec<Counterparty>> {
    Ok(app.counterparties().await?)
}

/// A page of a shelf of drafts.
#[tauri::command]
#[specta::specta]
pub async fn drafts(app: State<'_, App>, shelf: DraftShelf, offset: u32, limit: u32) -> Answer<DraftList> {
    Ok(app.drafts(shelf, offset, limit).await?)
}

/// A draft as it is now.
#[tauri::command]
#[specta::specta]
pub async fn draft(app: State<'_, App>, id: String) -> Answer<DraftView> {
    Ok(app.draft(&id).await?)
}

/// Begins a draft with what is known of the organisation.
#[tauri::command]
#[specta::specta]
pub async fn new_draft(app: State<'_, App>, form: String) -> Answer<DraftView> {
    Ok(app.new_draft(&form).await?)
}

/// Copies a draft or a template: into a draft, or, with a name, into a template.
#[tauri::command]
#[specta::specta]
pub async fn copy_draft(app: State<'_, App>, id: String, template: Option<String>) -> Answer<DraftView> {
    Ok(app.copy_draft(&id, template).await?)
}

/// Templates of applications: of one service, or of every one.
#[tauri::command]
#[specta::specta]
pub async fn templates(app: State<'_, App>, service: Option<String>) -> Answer<Vec<DraftRow>> {
    Ok(app.templates(service).await?)
}

/// Gives a template another name.
#[tauri::command]
#[specta::specta]
pub async fn rename_template(app: State<'_, App>, id: String, name: String) -> Answer<DraftView> {
    Ok(app.rename_template(&id, &name).await?)
}

/// Opens a document in its form.
#[tauri::command]
#[specta::specta]
pub async fn draft_of_document(app: State<'_, App>, document: String) -> Answer<DraftView> {
    Ok(app.draft_of_document(&document).await?)
}

/// Saves what was typed into revision `seen`.
#[tauri::command]
#[specta::specta]
pub async fn save_draft(
    app: State<'_, App>,
    id: String,
    seen: u32,
    fields: BTreeMap<String, String>,
) -> Answer<DraftView> {
    Ok(app.save_draft(&id, seen, fields).await?)
}

/// Gives a field in conflict the value somebody chose.
#[tauri::command]
#[specta::specta]
pub async fn settle_draft(
    app: State<'_, App>,
    id: String,
    field: String,
    value: Option<String>,
) -> Answer<DraftView> {
    Ok(app.settle_draft(&id, field, value).await?)
}

/// A page of the changes of a draft, newest first.
#[tauri::command]
#[specta::specta]
pub async fn draft_history(
    app: State<'_, App>,
    id: String,
    offset: u32,
    limit: u32,
) -> Answer<Vec<DraftRevision>> {
    Ok(app.draft_history(&id, offset, limit).await?)
}

/// The fields of a draft as they were at a revision.
#[tauri::command]
#[specta::specta]
pub async fn draft_version(
    app: State<'_, App>,
    id: String,
    revision: u32,
) -> Answer<BTreeMap<String, String>> {
    Ok(app.draft_version(&id, revision).await?)
}

/// Throws a draft away.
#[tauri::command]
#[specta::specta]
pub async fn remove_draft(app: State<'_, App>, id: String) -> Answer<()> {
    Ok(app.remove_draft(&id).await?)
}

/// Takes a draft back that was thrown away.
#[tauri::command]
#[specta::specta]
pub async fn take_draft_back(app: State<'_, App>, id: String) -> Answer<()> {
    Ok(app.take_draft_back(&id).await?)
}

/// Removes a draft and every version of it for good.
#[tauri::command]
#[specta::specta]
pub async fn erase_draft(app: State<'_, App>, id: String) -> Answer<()> {
    Ok(app.erase_draft(&id).await?)
}

/// A draft as whoever gets its document will read it.
#[tauri::command]
#[specta::specta]
pub async fn preview_draft(app: State<'_, App>, id: String) -> Answer<DraftPreview> {
    Ok(app.preview_draft(&id).await?)
}

/// Makes the document of a draft.
#[tauri::command]
#[specta::specta]
pub async fn file_draft(app: State<'_, App>, id: String) -> Answer<FiledDraft> {
    Ok(app.file_draft(&id).await?)
}

/// Colleagues and the own address.
#[tauri::command]
#[specta::specta]
pub async fn colleagues(app: State<'_, App>) -> Answer<Colleagues> {
    Ok(app.colleagues().await?)
}

/// Remembers a colleague.
#[tauri::command]
#[specta::specta]
pub async fn add_colleague(app: State<'_, App>, colleague: Colleague) -> Answer<Colleagues> {
    Ok(app.add_colleague(colleague).await?)
}

/// Forgets a colleague.
#[tauri::command]
#[specta::specta]
pub async fn remove_colleague(app: State<'_, App>, address: String) -> Answer<Colleagues> {
    Ok(app.remove_colleague(address).await?)
}

/// Writes a draft for a colleague where the user says; false = cancelled.
#[tauri::command]
#[specta::specta]
pub async fn hand_over(
    window: tauri::Window,
    app: State<'_, App>,
    id: String,
    how: HandOver,
) -> Answer<bool> {
    let Some(target) = dialogs::save_file(&window, app.hand_over_name(&id).await?, &[]).await else {
        return Ok(false);
    };
    app.hand_over(&id, how, &target).await?;
    Ok(true)
}

/// With what the window that hands these documents over begins.
#[tauri::command]
#[specta::specta]
pub async fn hand_over_offer(app: State<'_, App>, ids: Vec<String>) -> Answer<HandOverOffer> {
    Ok(app.hand_over_offer(&ids).await?)
}

/// Writes documents for a colleague where the user says; false = cancelled.
#[tauri::command]
#[specta::specta]
pub async fn hand_over_documents(
    window: tauri::Window,
    app: State<'_, App>,
    ids: Vec<String>,
    how: HandOver,
    note: String,
) -> Answer<bool> {
    let name = app.hand_over_documents_name(&ids).await?;
    let Some(target) = dialogs::save_file(&window, name, &[]).await else {
        return Ok(false);
    };
    app.hand_over_documents(&ids, how, note, &target).await?;
    Ok(true)
}
