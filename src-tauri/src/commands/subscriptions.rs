//! Subscriptions to services, licences, and inspections.

use kabinet_app::App;
use kabinet_app::view::{Inspections, Licences, Subscriptions};
use tauri::State;

use super::Answer;
use crate::dialogs;

/// Subscriptions of the person; `ask` asks the portal anew.
#[tauri::command]
#[specta::specta]
pub async fn subscriptions(app: State<'_, App>, ask: bool) -> Answer<Subscriptions> {
    Ok(app.subscriptions(ask).await?)
}

/// Subscribes to a service; confirming has its own window where the portal wants it.
#[tauri::command]
#[specta::specta]
pub async fn subscribe(
    app: State<'_, App>,
    service: String,
    months: u32,
    confirmed: bool,
) -> Answer<Subscriptions> {
    Ok(app.subscribe(&service, months, confirmed).await?)
}

/// Confirms a subscription that waits.
#[tauri::command]
#[specta::specta]
pub async fn confirm_subscription(app: State<'_, App>, id: String) -> Answer<Subscriptions> {
    Ok(app.confirm_subscription(&id).await?)
}

/// Extends a subscription that was paid for.
#[tauri::command]
#[specta::specta]
pub async fn extend_subscription(
    app: State<'_, App>,
    id: String,
    months: u32,
    paid: bool,
) -> Answer<Subscriptions> {
    Ok(app.extend_subscription(&id, months, paid).await?)
}

/// Cancels a subscription.
#[tauri::command]
#[specta::specta]
pub async fn cancel_subscription(app: State<'_, App>, id: String) -> Answer<Subscriptions> {
    Ok(app.cancel_subscription(&id).await?)
}

/// Licences of the organisation; `ask` asks the portal anew.
#[tauri::command]
#[specta::specta]
pub async fn licences(app: State<'_, App>, ask: bool) -> Answer<Licences> {
    Ok(app.licences(ask).await?)
}

/// Inspections of the organisation; `ask` asks the portal anew.
#[tauri::command]
#[specta::specta]
pub async fn inspections(app: State<'_, App>, ask: bool) -> Answer<Inspections> {
    Ok(app.inspections(ask).await?)
}

/// Lets the user choose where the file of a licence goes; false = cancelled.
#[tauri::command]
#[specta::specta]
pub async fn save_licence(window: tauri::Window, app: State<'_, App>, number: String) -> Answer<bool> {
    let (name, kind) = app.licence_file(&number);
    let Some(target) = dialogs::save_file(&window, name, &[(kind, "zip")]).await else {
        return Ok(false);
    };
    app.save_licence(&number, &target).await?;
    Ok(true)
}
