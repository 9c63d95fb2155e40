//! What the portal's cabinet API gives: organisations, links, registrations, the safety of the account, notifications.

use kabinet_app::App;
use kabinet_app::view::{
    KindChannels, LinkCheck, LinkForm, MyOrganisations, Notifications, PortalChannels, RegistrationView,
    RemovalOutcome, SecurityView, UnlinkOutcome,
};
use tauri::State;

use super::Answer;
use crate::dialogs;

/// Organisations of the vault and of the portal; `ask` asks the portal anew.
#[tauri::command]
#[specta::specta]
pub async fn my_organisations(app: State<'_, App>, ask: bool) -> Answer<MyOrganisations> {
    Ok(app.my_organisations(ask).await?)
}

/// How complete the form of a link is.
#[tauri::command]
#[specta::specta]
pub fn check_link(app: State<'_, App>, form: LinkForm) -> LinkCheck {
    app.check_link(&form)
}

/// Asks the portal for a link.
#[tauri::command]
#[specta::specta]
pub async fn request_link(app: State<'_, App>, form: LinkForm) -> Answer<MyOrganisations> {
    Ok(app.request_link(form).await?)
}

/// Confirms a link by a signature; the PIN has its own window.
#[tauri::command]
#[specta::specta]
pub async fn sign_link(app: State<'_, App>, id: String, certificate_id: String) -> Answer<MyOrganisations> {
    Ok(app.sign_link(&id, &certificate_id).await?)
}

/// Confirms a link by a code, which has its own window.
#[tauri::command]
#[specta::specta]
pub async fn confirm_link(app: State<'_, App>, id: String) -> Answer<MyOrganisations> {
    Ok(app.confirm_link(&id).await?)
}

/// Has the code or the director's letter sent again.
#[tauri::command]
#[specta::specta]
pub async fn repeat_link(app: State<'_, App>, id: String) -> Answer<MyOrganisations> {
    Ok(app.repeat_link(&id).await?)
}

/// Takes a link request back, or forgets one that ended.
#[tauri::command]
#[specta::specta]
pub async fn withdraw_link(app: State<'_, App>, id: String) -> Answer<MyOrganisations> {
    Ok(app.withdraw_link(&id).await?)
}

/// Unlinks an organisation; confirming has its own window.
#[tauri::command]
#[specta::specta]
pub async fn unlink_organisation(app: State<'_, App>, oid: String) -> Answer<UnlinkOutcome> {
    Ok(app.unlink_organisation(&oid).await?)
}

/// Takes an organisation out of the vault.
#[tauri::command]
#[specta::specta]
pub async fn remove_organisation(
    app: State<'_, App>,
    id: String,
    from_backups: bool,
) -> Answer<RemovalOutcome> {
    Ok(app.remove_organisation(&id, from_backups).await?)
}

/// Registrations at the portal.
#[tauri::command]
#[specta::specta]
pub async fn registrations(app: State<'_, App>) -> Answer<Vec<RegistrationView>> {
    Ok(app.registrations().await?)
}

/// How complete an application to register is.
#[tauri::command]
#[specta::specta]
pub fn check_registration(app: State<'_, App>, form: LinkForm) -> LinkCheck {
    app.check_registration(&form)
}

/// Applies for a registration.
#[tauri::command]
#[specta::specta]
pub async fn register_organisation(app: State<'_, App>, form: LinkForm) -> Answer<Vec<RegistrationView>> {
    Ok(app.register_organisation(form).await?)
}

/// Puts a corrected application in the place of one; it may have to be confirmed.
#[tauri::command]
#[specta::specta]
pub async fn correct_registration(
    app: State<'_, App>,
    id: String,
    form: LinkForm,
) -> Answer<Vec<RegistrationView>> {
    Ok(app.correct_registration(&id, form).await?)
}

/// Has the portal ask the registry anew.
#[tauri::command]
#[specta::specta]
pub async fn refresh_registration(app: State<'_, App>, id: String) -> Answer<Vec<RegistrationView>> {
    Ok(app.refresh_registration(&id).await?)
}

/// Answers a question about a registration.
#[tauri::command]
#[specta::specta]
pub async fn clarify_registration(
    app: State<'_, App>,
    id: String,
    clarification: String,
    text: String,
    document: Option<String>,
) -> Answer<Vec<RegistrationView>> {
    Ok(app
        .clarify_registration(&id, &clarification, &text, document.as_deref())
        .await?)
}

/// Lets the user choose where the confirmation of a registration goes; false = cancelled.
#[tauri::command]
#[specta::specta]
pub async fn save_confirmation(window: tauri::Window, app: State<'_, App>, id: String) -> Answer<bool> {
    let (name, kind) = app.confirmation_file();
    let Some(target) = dialogs::save_file(&window, name, &[(kind, "zip")]).await else {
        return Ok(false);
    };
    app.save_confirmation(&id, &target).await?;
    Ok(true)
}

/// The safety of the account.
#[tauri::command]
#[specta::specta]
pub async fn security(app: State<'_, App>) -> Answer<SecurityView> {
    Ok(app.security().await?)
}

/// Ends every session of a device; confirming has its own window.
#[tauri::command]
#[specta::specta]
pub async fn revoke_device(app: State<'_, App>, id: String) -> Answer<SecurityView> {
    Ok(app.revoke_device(&id).await?)
}

/// The check-up after a linking is over.
#[tauri::command]
#[specta::specta]
pub async fn end_check_up(app: State<'_, App>) -> Answer<()> {
    Ok(app.end_check_up().await?)
}

/// Opens a page of the portal about the account in the browser of the system.
#[tauri::command]
#[specta::specta]
pub async fn open_portal_page(app: State<'_, App>, code: String) -> Answer<()> {
    Ok(app.open_portal_page(&code).await?)
}

/// The feed of the portal; `ask` asks for what is new.
#[tauri::command]
#[specta::specta]
pub async fn notifications(app: State<'_, App>, ask: bool) -> Answer<Notifications> {
    Ok(app.notifications(ask).await?)
}

/// Marks a notification as read.
#[tauri::command]
#[specta::specta]
pub async fn read_notification(app: State<'_, App>, id: String) -> Answer<Notifications> {
    Ok(app.read_notification(&id).await?)
}

/// Where the portal tells of what.
#[tauri::command]
#[specta::specta]
pub async fn portal_channels(app: State<'_, App>) -> Answer<PortalChannels> {
    Ok(app.portal_channels().await?)
}

/// Changes that at the portal; it may have to be confirmed.
#[tauri::command]
#[specta::specta]
pub async fn set_portal_channels(
    app: State<'_, App>,
    enabled: bool,
    kinds: Vec<KindChannels>,
) -> Answer<PortalChannels> {
    Ok(app.set_portal_channels(enabled, kinds).await?)
}
