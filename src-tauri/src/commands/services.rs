//! The catalogue of services, and applications made of the portal's forms.

use kabinet_app::App;
use kabinet_app::view::{
    DictionaryPage, DraftForm, DraftView, RenewalView, ServiceCatalogue, ServiceItem, ServiceListing,
    ServiceQuery,
};

use tauri::State;

use super::Answer;
use crate::dialogs;

/// The catalogue narrowed; with `ask` the portal is asked for what changed.
#[tauri::command]
#[specta::specta]
pub async fn services(
    app: State<'_, App>,
    query: ServiceQuery,
    rows: u32,
    ask: bool,
) -> Answer<ServiceCatalogue> {
    Ok(app.services(query, rows, ask).await?)
}

/// One service.
#[tauri::command]
#[specta::specta]
pub async fn service(app: State<'_, App>, code: String) -> Answer<ServiceItem> {
    Ok(app.service(&code).await?)
}

/// Remembers how the list is shown.
#[tauri::command]
#[specta::specta]
pub async fn list_services_so(app: State<'_, App>, listing: ServiceListing) -> Answer<()> {
    Ok(app.list_services_so(listing).await?)
}

/// Marks a service as a favourite, or takes the mark away.
#[tauri::command]
#[specta::specta]
pub async fn mark_service(app: State<'_, App>, code: String, favourite: bool) -> Answer<()> {
    Ok(app.mark_service(&code, favourite).await?)
}

/// Takes the mark from favourites that are gone.
#[tauri::command]
#[specta::specta]
pub async fn drop_outdated_services(app: State<'_, App>) -> Answer<()> {
    Ok(app.drop_outdated_services().await?)
}

/// Keeps a search under a name.
#[tauri::command]
#[specta::specta]
pub async fn save_service_search(app: State<'_, App>, name: String, query: ServiceQuery) -> Answer<()> {
    Ok(app.save_service_search(&name, query).await?)
}

/// Deletes a search.
#[tauri::command]
#[specta::specta]
pub async fn delete_service_search(app: State<'_, App>, name: String) -> Answer<()> {
    Ok(app.delete_service_search(&name).await?)
}

/// What an application that renews a licence would already say.
#[tauri::command]
#[specta::specta]
pub async fn licence_renewal(app: State<'_, App>, service: String, number: String) -> Answer<RenewalView> {
    Ok(app.licence_renewal(&service, &number).await?)
}

/// Begins the application that renews a licence.
#[tauri::command]
#[specta::specta]
pub async fn begin_renewal(app: State<'_, App>, service: String, number: String) -> Answer<DraftView> {
    Ok(app.begin_renewal(&service, &number).await?)
}

/// Begins an application for a service.
#[tauri::command]
#[specta::specta]
pub async fn begin_application(app: State<'_, App>, service: String) -> Answer<DraftView> {
    Ok(app.begin_application(&service).await?)
}

/// The form of that code, the program's or one a draft keeps.
#[tauri::command]
#[specta::specta]
pub async fn draft_form(app: State<'_, App>, code: String) -> Answer<DraftForm> {
    Ok(app.draft_form(&code).await?)
}

/// Entries of a dictionary of the portal.
#[tauri::command]
#[specta::specta]
pub async fn dictionary(
    app: State<'_, App>,
    code: String,
    text: String,
    offset: u32,
    limit: u32,
) -> Answer<DictionaryPage> {
    Ok(app.dictionary(&code, &text, offset, limit).await?)
}

/// Lets the user choose files and attaches them to a field of a draft; nothing = cancelled.
#[tauri::command]
#[specta::specta]
pub async fn attach_files(
    window: tauri::Window,
    app: State<'_, App>,
    id: String,
    seen: u32,
    field: String,
) -> Answer<Option<DraftView>> {
    let paths = dialogs::pick_files(&window).await;
    if paths.is_empty() {
        return Ok(None);
    }
    Ok(Some(app.attach_files(&id, seen, field, paths).await?))
}
