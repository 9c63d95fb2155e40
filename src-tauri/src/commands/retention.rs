//! How long documents are kept, and deleting them.

use kabinet_app::App;
use kabinet_app::view::{Deleted, Deletion, DocumentToDelete, EndedQuery, EndedTerms};
use tauri::State;

use super::Answer;

/// Puts a document into another class of retention, or back into that of its format.
#[tauri::command]
#[specta::specta]
pub async fn set_retention_class(app: State<'_, App>, id: String, chosen: Option<String>) -> Answer<()> {
    Ok(app.set_retention_class(&id, chosen.as_deref()).await?)
}

/// Holds a document for a reason, or releases it.
#[tauri::command]
#[specta::specta]
pub async fn set_hold(app: State<'_, App>, id: String, reason: Option<String>) -> Answer<()> {
    Ok(app.set_hold(&id, reason.as_deref()).await?)
}

/// Documents whose term has ended, by class.
#[tauri::command]
#[specta::specta]
pub async fn ended_terms(app: State<'_, App>, query: EndedQuery) -> Answer<EndedTerms> {
    Ok(app.ended_terms(query).await?)
}

/// What would go with these documents, and which of them may not go.
#[tauri::command]
#[specta::specta]
pub async fn to_delete(app: State<'_, App>, documents: Vec<String>) -> Answer<Vec<DocumentToDelete>> {
    Ok(app.to_delete(&documents).await?)
}

/// Deletes documents for good.
#[tauri::command]
#[specta::specta]
pub async fn delete_documents(app: State<'_, App>, deletion: Deletion) -> Answer<Deleted> {
    Ok(app.delete_documents(deletion).await?)
}
