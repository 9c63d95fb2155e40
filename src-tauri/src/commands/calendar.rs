//! The calendar of deadlines.

use kabinet_app::App;
use kabinet_app::view::{CalendarProfile, CalendarView};
use tauri::State;

use super::Answer;

/// What falls due from one day to another.
#[tauri::command]
#[specta::specta]
pub async fn calendar(app: State<'_, App>, from: String, to: String) -> Answer<CalendarView> {
    Ok(app.calendar(&from, &to).await?)
}

/// Says what the organisation is, and when to remind.
#[tauri::command]
#[specta::specta]
pub async fn set_calendar_profile(app: State<'_, App>, profile: CalendarProfile) -> Answer<()> {
    Ok(app.set_calendar_profile(profile).await?)
}

/// Marks an entry as done, or not.
#[tauri::command]
#[specta::specta]
pub async fn mark_deadline(app: State<'_, App>, id: String, done: bool) -> Answer<()> {
    Ok(app.mark_deadline(id, done).await?)
}

/// Adds a deadline of the user's own.
#[tauri::command]
#[specta::specta]
pub async fn add_deadline(app: State<'_, App>, title: String, due: String) -> Answer<()> {
    Ok(app.add_deadline(&title, &due).await?)
}

/// Removes one.
#[tauri::command]
#[specta::specta]
pub async fn remove_deadline(app: State<'_, App>, id: String) -> Answer<()> {
    Ok(app.remove_deadline(id).await?)
}
