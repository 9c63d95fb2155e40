//! Documents: lists, pages, opening, exporting.

use kabinet_app::App;
use kabinet_app::view::{
    DocumentList, DocumentPage, DocumentQuery, FormatCount, ImportOutcome, NamedSearch, PackageForm, Passage,
    Today,
};
use tauri::State;

use super::Answer;
use crate::dialogs;

/// The first screen.
#[tauri::command]
#[specta::specta]
pub async fn today(app: State<'_, App>) -> Answer<Today> {
    Ok(app.today().await?)
}

/// Lets the user choose files and takes them in.
#[tauri::command]
#[specta::specta]
pub async fn pick_documents(window: tauri::Window, app: State<'_, App>) -> Answer<Vec<ImportOutcome>> {
    let paths = dialogs::pick_files(&window).await;
    Ok(app.import(paths).await?)
}

/// Takes in no more files; what was taken in stays.
#[tauri::command]
#[specta::specta]
pub async fn stop_import(app: State<'_, App>) -> Answer<()> {
    app.stop_import();
    Ok(())
}

/// A list.
#[tauri::command]
#[specta::specta]
pub async fn documents(app: State<'_, App>, query: DocumentQuery) -> Answer<DocumentList> {
    Ok(app.documents(query).await?)
}

/// Kinds of documents there are, the most frequent first.
#[tauri::command]
#[specta::specta]
pub async fn document_formats(app: State<'_, App>) -> Answer<Vec<FormatCount>> {
    Ok(app.document_formats().await?)
}

/// Where in the text of these documents the words stand.
#[tauri::command]
#[specta::specta]
pub async fn passages(app: State<'_, App>, documents: Vec<String>, text: String) -> Answer<Vec<Passage>> {
    Ok(app.passages(&documents, text).await?)
}

/// Searches kept under a name.
#[tauri::command]
#[specta::specta]
pub async fn saved_searches(app: State<'_, App>) -> Answer<Vec<NamedSearch>> {
    Ok(app.saved_searches().await?)
}

/// Keeps a search under a name; with `id` it takes the place of that one.
#[tauri::command]
#[specta::specta]
pub async fn save_search(
    app: State<'_, App>,
    id: Option<String>,
    name: String,
    query: DocumentQuery,
) -> Answer<Vec<NamedSearch>> {
    Ok(app.save_search(id, name, query).await?)
}

/// Deletes a saved search.
#[tauri::command]
#[specta::specta]
pub async fn delete_search(app: State<'_, App>, id: String) -> Answer<Vec<NamedSearch>> {
    Ok(app.delete_search(&id).await?)
}

/// Everything about one.
#[tauri::command]
#[specta::specta]
pub async fn document(app: State<'_, App>, id: String) -> Answer<DocumentPage> {
    Ok(app.document(&id).await?)
}

/// Remembers that the user has the page of a document before their eyes.
#[tauri::command]
#[specta::specta]
pub async fn note_opened(app: State<'_, App>, id: String, shown: String) -> Answer<()> {
    Ok(app.note_opened(&id, &shown).await?)
}

/// Writes documents with their signatures and receipts where the user says, as one zip or as a folder; false = cancelled.
#[tauri::command]
#[specta::specta]
pub async fn export_documents(
    window: tauri::Window,
    app: State<'_, App>,
    ids: Vec<String>,
    form: PackageForm,
) -> Answer<bool> {
    let name = app.export_name(&ids, form).await?;
    let target = match form {
        PackageForm::Zip => dialogs::save_file(&window, name, &[]).await,
        PackageForm::Folder => dialogs::pick_folder(&window)
            .await
            .map(|folder| folder.join(name)),
    };
    let Some(target) = target else {
        return Ok(false);
    };
    match form {
        PackageForm::Zip => app.export_package(&ids, &target).await?,
        PackageForm::Folder => app.export_folder(&ids, &target).await?,
    }
    Ok(true)
}
