//! Handing over through the portal; by a file it is in [`super::drafts`].

use kabinet_app::App;
use kabinet_app::view::{HandOver, HandOverWhat, IncomingFile, PortalColleague, TakenIncoming};
use tauri::State;

use super::Answer;

/// Colleagues as the portal knows them.
#[tauri::command]
#[specta::specta]
pub async fn portal_colleagues(app: State<'_, App>) -> Answer<Vec<PortalColleague>> {
    Ok(app.portal_colleagues().await?)
}

/// Leaves a draft or documents for a colleague at the portal.
#[tauri::command]
#[specta::specta]
pub async fn hand_over_by_portal(
    app: State<'_, App>,
    what: HandOverWhat,
    how: HandOver,
    note: String,
    recipient: PortalColleague,
) -> Answer<()> {
    Ok(app.hand_over_by_portal(what, how, note, recipient).await?)
}

/// Leaves the own address for a colleague at the portal.
#[tauri::command]
#[specta::specta]
pub async fn send_own_address(app: State<'_, App>, recipient: String, name: String) -> Answer<()> {
    Ok(app.send_own_address(recipient, name).await?)
}

/// Files that wait at the portal.
#[tauri::command]
#[specta::specta]
pub async fn incoming(app: State<'_, App>) -> Answer<Vec<IncomingFile>> {
    Ok(app.incoming().await?)
}

/// Takes one of them in.
#[tauri::command]
#[specta::specta]
pub async fn take_incoming(app: State<'_, App>, id: String) -> Answer<TakenIncoming> {
    Ok(app.take_incoming(&id).await?)
}

/// Lets the portal forget one of them unread; the others are left.
#[tauri::command]
#[specta::specta]
pub async fn drop_incoming(app: State<'_, App>, id: String) -> Answer<Vec<IncomingFile>> {
    Ok(app.drop_incoming(&id).await?)
}
