//! The journal: listed, verified, written out.

use kabinet_app::view::{JournalCheck, JournalExport, JournalForm, JournalPage, JournalQuery};
use kabinet_app::{App, JournalSelection, JournalTarget};
use tauri::State;

use super::Answer;
use crate::dialogs;

/// A page of the journal.
#[tauri::command]
#[specta::specta]
pub async fn journal(app: State<'_, App>, query: JournalQuery) -> Answer<JournalPage> {
    let selection = JournalSelection::of(&query)?;
    Ok(app.journal(selection, query.offset, query.limit).await?)
}

/// Who is named in the journal; an empty name is the program.
#[tauri::command]
#[specta::specta]
pub async fn journal_actors(app: State<'_, App>) -> Answer<Vec<String>> {
    Ok(app.journal_actors().await?)
}

/// Whether the journal's chain holds.
#[tauri::command]
#[specta::specta]
pub async fn verify_journal(app: State<'_, App>) -> Answer<JournalCheck> {
    Ok(app.verify_journal().await?)
}

/// Writes what the query selects where the user says, as JSON always the whole journal; null = cancelled.
#[tauri::command]
#[specta::specta]
pub async fn export_journal(
    window: tauri::Window,
    app: State<'_, App>,
    query: JournalQuery,
    form: JournalForm,
) -> Answer<Option<JournalExport>> {
    let selection = JournalSelection::to_export(&query, form)?;
    let (name, kind) = app.journal_name(form).await?;
    let Some(path) = dialogs::save_file(&window, name, &[(kind, form.ending())]).await else {
        return Ok(None);
    };
    // The dialog asks before it takes the name of another file.
    let target = JournalTarget { path, replace: true };
    Ok(Some(app.export_journal(selection, form, target).await?))
}
