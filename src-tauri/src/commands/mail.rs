//! Госпочта: each command that asks the portal is one press of a button.

use kabinet_app::App;
use kabinet_app::view::{
    ImportOutcome, LetterDeletion, LetterForm, LetterRef, MailLetter, MailView, OpenLetter, WrittenAnswer,
};
use tauri::State;

use super::Answer;
use crate::dialogs;

/// The box as it is known here; asks the portal nothing.
#[tauri::command]
#[specta::specta]
pub async fn mail(app: State<'_, App>) -> Answer<MailView> {
    Ok(app.mail().await?)
}

/// Orders a list of letters for each of these days.
#[tauri::command]
#[specta::specta]
pub async fn request_mail(app: State<'_, App>, days: Vec<String>) -> Answer<MailView> {
    Ok(app.request_mail(days).await?)
}

/// Looks whether an ordered list is ready.
#[tauri::command]
#[specta::specta]
pub async fn look_at_mail(app: State<'_, App>, task: String) -> Answer<MailView> {
    Ok(app.look_at_mail(&task).await?)
}

/// A letter as it is kept; asks the portal nothing.
#[tauri::command]
#[specta::specta]
pub async fn letter(app: State<'_, App>, letter: LetterRef) -> Answer<MailLetter> {
    Ok(app.letter(letter).await?)
}

/// Opens a letter, with legal effect.
#[tauri::command]
#[specta::specta]
pub async fn open_letter(app: State<'_, App>, request: OpenLetter) -> Answer<MailLetter> {
    Ok(app.open_letter(request).await?)
}

/// Fetches a file of an opened letter with its signature.
#[tauri::command]
#[specta::specta]
pub async fn fetch_letter_file(app: State<'_, App>, letter: LetterRef, file: String) -> Answer<MailLetter> {
    Ok(app.fetch_letter_file(letter, &file).await?)
}

/// Saves an opened letter where the user says; false = cancelled.
#[tauri::command]
#[specta::specta]
pub async fn save_letter(
    window: tauri::Window,
    app: State<'_, App>,
    letter: LetterRef,
    form: LetterForm,
) -> Answer<bool> {
    let (name, kind) = app.letter_file_name(letter.clone(), form).await?;
    let Some(target) = dialogs::save_file(&window, name, &[(kind, form.ending())]).await else {
        return Ok(false);
    };
    app.save_letter(letter, form, &target).await?;
    Ok(true)
}

/// Saves a fetched file of a letter, and its signature beside it; false = cancelled.
#[tauri::command]
#[specta::specta]
pub async fn save_letter_file(
    window: tauri::Window,
    app: State<'_, App>,
    letter: LetterRef,
    file: String,
) -> Answer<bool> {
    let name = app.attachment_name(letter.clone(), file.clone()).await?;
    let Some(target) = dialogs::save_file(&window, name, &[]).await else {
        return Ok(false);
    };
    app.save_letter_file(letter, file, &target).await?;
    Ok(true)
}

/// Holds a letter for a reason, or releases it; asks the portal nothing.
#[tauri::command]
#[specta::specta]
pub async fn set_letter_hold(
    app: State<'_, App>,
    letter: LetterRef,
    reason: Option<String>,
) -> Answer<MailLetter> {
    Ok(app.set_letter_hold(letter, reason.as_deref()).await?)
}

/// Deletes what is in a letter; asks the portal nothing.
#[tauri::command]
#[specta::specta]
pub async fn delete_letter(app: State<'_, App>, deletion: LetterDeletion) -> Answer<MailLetter> {
    Ok(app.delete_letter(deletion).await?)
}

/// Makes a document of an answer somebody wrote; its identity.
#[tauri::command]
#[specta::specta]
pub async fn answer_letter(app: State<'_, App>, answer: WrittenAnswer) -> Answer<String> {
    Ok(app.answer_letter(answer).await?)
}

/// Lets the user choose files and takes them in as answers to a letter.
#[tauri::command]
#[specta::specta]
pub async fn answer_letter_with_files(
    window: tauri::Window,
    app: State<'_, App>,
    letter: LetterRef,
) -> Answer<Vec<ImportOutcome>> {
    let paths = dialogs::pick_files(&window).await;
    Ok(app.answer_with_files(letter, paths).await?)
}
