//! The folder whose files are taken in by themselves.

use kabinet_app::App;
use kabinet_app::view::HotFolder;
use tauri::State;

use super::Answer;
use crate::dialogs;

/// The folder, and what came.
#[tauri::command]
#[specta::specta]
pub async fn hot_folder(app: State<'_, App>) -> Answer<HotFolder> {
    Ok(app.hot_folder().await?)
}

/// Lets the user choose the folder.
#[tauri::command]
#[specta::specta]
pub async fn choose_hot_folder(window: tauri::Window, app: State<'_, App>) -> Answer<HotFolder> {
    match dialogs::pick_folder(&window).await {
        Some(folder) => Ok(app.choose_hot_folder(folder).await?),
        None => Ok(app.hot_folder().await?),
    }
}

/// Watches no folder any more.
#[tauri::command]
#[specta::specta]
pub async fn forget_hot_folder(app: State<'_, App>) -> Answer<HotFolder> {
    Ok(app.forget_hot_folder().await?)
}

/// Removes the document a file made.
#[tauri::command]
#[specta::specta]
pub async fn take_back_arrival(app: State<'_, App>, id: String) -> Answer<HotFolder> {
    Ok(app.take_back(&id).await?)
}
