//! Signatures on a phone, in Госключ.

use kabinet_app::App;
use kabinet_app::view::{GoskeyAsk, GoskeyOffer};
use tauri::State;

use super::Answer;

/// With what the window begins that asks for a signature in Госключ.
#[tauri::command]
#[specta::specta]
pub async fn goskey_offer(app: State<'_, App>, ids: Vec<String>) -> Answer<GoskeyOffer> {
    Ok(app.goskey_offer(&ids).await?)
}

/// Makes the document that asks a person to sign these on their phone; its identity.
#[tauri::command]
#[specta::specta]
pub async fn ask_goskey(app: State<'_, App>, ids: Vec<String>, ask: GoskeyAsk) -> Answer<String> {
    Ok(app.ask_goskey(&ids, ask).await?)
}
