//! Verifying and signing files of this computer.

use kabinet_app::view::{FileCheck, FileSigning, SignatureLevel, SignedFile, SigningChoices, WaitingFile};
use kabinet_app::{App, AppError};
use tauri::{Manager, State};

use super::Answer;
use crate::dialogs;
use crate::files::{DropTarget, FileToSign, Files};

/// What was last verified.
#[tauri::command]
#[specta::specta]
pub fn file_check(files: State<'_, Files>) -> Option<FileCheck> {
    files.shown()
}

/// Lets the user choose a signed file, or a pair, and verifies it; null = cancelled.
#[tauri::command]
#[specta::specta]
pub async fn choose_signed(window: tauri::Window, files: State<'_, Files>) -> Answer<Option<FileCheck>> {
    let paths = dialogs::pick_files(&window).await;
    if paths.is_empty() {
        return Ok(None);
    }
    Ok(Some(files.verify(window.app_handle(), paths, false).await))
}

/// Lets the user choose what the file in hand signs, and verifies it; null = cancelled.
#[tauri::command]
#[specta::specta]
pub async fn choose_content(window: tauri::Window, files: State<'_, Files>) -> Answer<Option<FileCheck>> {
    match dialogs::pick_file(&window).await {
        Some(content) => Ok(Some(files.verify_with(window.app_handle(), content).await?)),
        None => Ok(None),
    }
}

/// Verifies the file in hand again, asking the network for what is missing.
#[tauri::command]
#[specta::specta]
pub async fn check_online(handle: tauri::AppHandle, files: State<'_, Files>) -> Answer<FileCheck> {
    Ok(files.verify_online(&handle).await?)
}

/// Forgets what was verified.
#[tauri::command]
#[specta::specta]
pub fn put_down(files: State<'_, Files>) {
    files.put_down();
}

/// Writes the protocol of the last verification where the user says; false = cancelled.
#[tauri::command]
#[specta::specta]
pub async fn save_protocol(
    window: tauri::Window,
    app: State<'_, App>,
    files: State<'_, Files>,
) -> Answer<bool> {
    let report = files.report()?;
    let (name, kinds) = (app.protocol_name(&report), app.protocol_kinds());
    let Some(target) = dialogs::save_file(&window, name, &kinds).await else {
        return Ok(false);
    };
    app.save_protocol(&report, &target).await?;
    Ok(true)
}

/// Says what files dropped on the window are for.
#[tauri::command]
#[specta::specta]
pub fn aim_drops(files: State<'_, Files>, target: DropTarget) {
    files.aim(target);
}

/// The file that is going to be signed.
#[tauri::command]
#[specta::specta]
pub fn file_to_sign(files: State<'_, Files>) -> Option<FileToSign> {
    files.to_sign()
}

/// Lets the user choose a file to sign; null = cancelled.
#[tauri::command]
#[specta::specta]
pub async fn choose_to_sign(window: tauri::Window, files: State<'_, Files>) -> Answer<Option<FileToSign>> {
    let chosen = dialogs::pick_file(&window).await;
    Ok(chosen.map(|path| files.take_to_sign(path)))
}

/// Lets the user choose the signature that the new one is added to; null = cancelled.
#[tauri::command]
#[specta::specta]
pub async fn choose_existing(window: tauri::Window, files: State<'_, Files>) -> Answer<Option<FileToSign>> {
    let Some(existing) = dialogs::pick_file(&window).await else {
        return Ok(None);
    };
    files.add_to(Some(existing));
    Ok(files.to_sign())
}

/// The new signature goes into a file of its own after all.
#[tauri::command]
#[specta::specta]
pub fn forget_existing(files: State<'_, Files>) -> Option<FileToSign> {
    files.add_to(None);
    files.to_sign()
}

/// Signs the file in hand; the PIN has its own window.
#[tauri::command]
#[specta::specta]
pub async fn sign_file(
    app: State<'_, App>,
    files: State<'_, Files>,
    certificate_id: String,
    options: FileSigning,
) -> Answer<SignedFile> {
    let (path, existing) = files.paths_to_sign()?;
    let written = app.sign_file(&path, &certificate_id, options, existing).await?;
    files.signed(written.files, written.report);
    Ok(written.signed)
}

/// What the file in hand can be signed as.
#[tauri::command]
#[specta::specta]
pub async fn signing_choices(app: State<'_, App>, files: State<'_, Files>) -> Answer<SigningChoices> {
    let (path, _) = files.paths_to_sign()?;
    Ok(app.signing_choices(&path).await?)
}

/// Writes the verified file beside itself, raised to this level.
#[tauri::command]
#[specta::specta]
pub async fn raise_verified(
    app: State<'_, App>,
    files: State<'_, Files>,
    level: SignatureLevel,
) -> Answer<SignedFile> {
    let written = app.upgrade_files(&files.verified(), level).await?;
    files.signed(written.files, written.report);
    Ok(written.signed)
}

/// Signed files that wait for their time stamp.
#[tauri::command]
#[specta::specta]
pub async fn waiting_files(app: State<'_, App>) -> Answer<Vec<WaitingFile>> {
    match app.waiting_files().await {
        // Without a vault nothing waits.
        Err(AppError::Locked | AppError::NoOrganisation) => Ok(Vec::new()),
        other => Ok(other?),
    }
}

/// Tries every file that waits for its time stamp, now.
#[tauri::command]
#[specta::specta]
pub async fn stamp_now(app: State<'_, App>) -> Answer<Vec<WaitingFile>> {
    Ok(app.stamp_now().await?)
}

/// Waits for the time stamp of this file no longer.
#[tauri::command]
#[specta::specta]
pub async fn forget_waiting(app: State<'_, App>, id: String) -> Answer<Vec<WaitingFile>> {
    Ok(app.forget_waiting(&id).await?)
}
