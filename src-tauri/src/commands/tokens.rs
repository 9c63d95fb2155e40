//! What is done to tokens: PINs, keys, certificates, key files. PINs have their own window, files the system's dialogs.

use kabinet_app::view::{CertificateOrder, CertificateView, OrderedCertificate, RenewalStep, TokenScan};
use kabinet_app::{App, AppError};
use kabinet_texts::Texts;
use tauri::{State, Window};

use super::Answer;
use crate::dialogs;

/// Tokens and certificates of all modules. A slow module is named and not waited for.
#[tauri::command]
#[specta::specta]
pub async fn scan_tokens(app: State<'_, App>) -> Answer<TokenScan> {
    Ok(app.scan_tokens().await?)
}

/// The same because a person asks: modules that hung are asked again too.
#[tauri::command]
#[specta::specta]
pub async fn rescan_tokens(app: State<'_, App>) -> Answer<TokenScan> {
    Ok(app.rescan_tokens().await?)
}

/// Changes the PIN of a token.
#[tauri::command]
#[specta::specta]
pub async fn change_pin(app: State<'_, App>, token_id: String) -> Answer<()> {
    Ok(app.change_pin(&token_id).await?)
}

/// Gives a locked token a new PIN with its PUK.
#[tauri::command]
#[specta::specta]
pub async fn unblock_pin(app: State<'_, App>, token_id: String) -> Answer<()> {
    Ok(app.unblock_pin(&token_id).await?)
}

/// An order for a certificate with what is known already, also of the certificate it renews.
#[tauri::command]
#[specta::specta]
pub async fn draft_order(app: State<'_, App>, renewed: Option<String>) -> Answer<CertificateOrder> {
    Ok(app.draft_order(renewed.as_deref()).await?)
}

/// Lets the user choose where the request goes, makes the key and writes it; null = cancelled.
#[tauri::command]
#[specta::specta]
pub async fn order_certificate(
    window: Window,
    app: State<'_, App>,
    token_id: String,
    order: CertificateOrder,
) -> Answer<Option<OrderedCertificate>> {
    let texts = Texts::new(app.language().into());
    let kind = texts.plain("ui.tokens.order.fileKind");
    let name = format!("{}.req", texts.plain("ui.tokens.order.fileName"));
    let kinds = [(kind, "req")];
    let ask = || dialogs::save_file(&window, name.clone(), &kinds);
    let Some(target) = ask().await else {
        return Ok(None);
    };
    let mut ordered = app.order_certificate(&token_id, order, &target).await;
    // The key is there: only the place of the file is asked for again.
    while let Err(AppError::RequestNotWritten) = ordered {
        match ask().await {
            Some(target) => ordered = app.write_last_request(&target).await,
            None => break,
        }
    }
    Ok(Some(ordered?))
}

/// Lets the user choose an issued certificate and writes it to the token; null = cancelled.
#[tauri::command]
#[specta::specta]
pub async fn import_certificate(
    window: Window,
    app: State<'_, App>,
    token_id: String,
) -> Answer<Option<CertificateView>> {
    match dialogs::pick_file(&window).await {
        Some(file) => Ok(Some(app.import_certificate(&token_id, &file).await?)),
        None => Ok(None),
    }
}

/// Lets the user choose where a copy of the certificate goes; false = cancelled.
#[tauri::command]
#[specta::specta]
pub async fn export_certificate(window: Window, app: State<'_, App>, certificate_id: String) -> Answer<bool> {
    let texts = Texts::new(app.language().into());
    let kind = texts.plain("ui.tokens.certificateKind");
    let name = format!("{}.cer", texts.plain("ui.tokens.certificateFile"));
    let Some(target) = dialogs::save_file(&window, name, &[(kind, "cer")]).await else {
        return Ok(false);
    };
    app.export_certificate(&certificate_id, &target).await?;
    Ok(true)
}

/// How far the renewal of a certificate is.
#[tauri::command]
#[specta::specta]
pub async fn renewal(app: State<'_, App>, certificate_id: String) -> Answer<Vec<RenewalStep>> {
    Ok(app.renewal(&certificate_id).await?)
}

/// Lets the user choose a key file and adds it; false = cancelled.
#[tauri::command]
#[specta::specta]
pub async fn add_key_file(window: Window, app: State<'_, App>) -> Answer<bool> {
    let Some(file) = dialogs::pick_file(&window).await else {
        return Ok(false);
    };
    app.add_key_file(file).await?;
    Ok(true)
}

/// Forgets a key file that was added.
#[tauri::command]
#[specta::specta]
pub async fn forget_key_file(app: State<'_, App>, token_id: String) -> Answer<()> {
    Ok(app.forget_key_file(&token_id).await?)
}
