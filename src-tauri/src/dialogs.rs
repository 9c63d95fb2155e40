//! Native file dialogs: paths stay on this side, the WebView sees names only.

use std::path::PathBuf;

use tauri::{Manager, Window};
use tauri_plugin_dialog::{DialogExt, FilePath};
use tokio::sync::oneshot;

/// Lets the user choose files; none if cancelled.
pub async fn pick_files(window: &Window) -> Vec<PathBuf> {
    let (answer, chosen) = oneshot::channel();
    window
        .app_handle()
        .dialog()
        .file()
        .set_parent(window)
        .pick_files(move |files| {
            // The receiver is gone only if the window was closed meanwhile.
            let _ = answer.send(files.unwrap_or_default());
        });
    chosen
        .await
        .unwrap_or_default()
        .into_iter()
        .filter_map(|file| file.into_path().ok())
        .collect()
}

/// Lets the user choose one file.
pub async fn pick_file(window: &Window) -> Option<PathBuf> {
    let (answer, chosen) = oneshot::channel();
    window
        .app_handle()
        .dialog()
        .file()
        .set_parent(window)
        .pick_file(move |file| {
            let _ = answer.send(file);
        });
    chosen.await.ok()??.into_path().ok()
}

/// Lets the user choose a folder.
pub async fn pick_folder(window: &Window) -> Option<PathBuf> {
    let (answer, chosen) = oneshot::channel();
    window
        .app_handle()
        .dialog()
        .file()
        .set_parent(window)
        .pick_folder(move |folder| {
            let _ = answer.send(folder);
        });
    chosen.await.ok()??.into_path().ok()
}

/// Lets the user say where to write, and as which of these kinds (name and ending, the first is proposed); `None` if
/// cancelled.
pub async fn save_file(window: &Window, name: String, kinds: &[(String, &str)]) -> Option<PathBuf> {
    let (answer, chosen) = oneshot::channel();
    let dialog = window
        .app_handle()
        .dialog()
        .file()
        .set_parent(window)
        .set_file_name(name);
    kinds
        .iter()
        .fold(dialog, |dialog, (kind, ending)| {
            dialog.add_filter(kind, &[*ending])
        })
        .save_file(move |file: Option<FilePath>| {
            let _ = answer.send(file);
        });
    chosen.await.ok()??.into_path().ok()
}
