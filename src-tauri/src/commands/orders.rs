//! Everything the organisation has filed, and what is told of it.

use kabinet_app::App;
use kabinet_app::view::{
    DraftView, NewOwnRule, NoticeRules, NoticeView, OrderList, OrderPage, OrderQuery, OwnRuleView, ServiceUse,
};
use tauri::State;

use super::Answer;

/// A page of applications.
#[tauri::command]
#[specta::specta]
pub async fn orders(app: State<'_, App>, query: OrderQuery) -> Answer<OrderList> {
    Ok(app.orders(query).await?)
}

/// How much each service is used.
#[tauri::command]
#[specta::specta]
pub async fn service_statistics(app: State<'_, App>) -> Answer<Vec<ServiceUse>> {
    Ok(app.service_statistics().await?)
}

/// Everything about one.
#[tauri::command]
#[specta::specta]
pub async fn order(app: State<'_, App>, id: String) -> Answer<OrderPage> {
    Ok(app.order(&id).await?)
}

/// Whether its changes are told.
#[tauri::command]
#[specta::specta]
pub async fn watch_order(app: State<'_, App>, id: String, watched: bool) -> Answer<OrderPage> {
    Ok(app.watch_order(&id, watched).await?)
}

/// Asks for it back.
#[tauri::command]
#[specta::specta]
pub async fn cancel_order(app: State<'_, App>, id: String) -> Answer<OrderPage> {
    Ok(app.cancel_order(&id).await?)
}

/// Sends a document as the answer to the authority's question.
#[tauri::command]
#[specta::specta]
pub async fn answer_order(app: State<'_, App>, id: String, document: String) -> Answer<OrderPage> {
    Ok(app.answer_order(&id, &document).await?)
}

/// A draft of what was refused.
#[tauri::command]
#[specta::specta]
pub async fn repeat_order(app: State<'_, App>, id: String) -> Answer<DraftView> {
    Ok(app.repeat_order(&id).await?)
}

/// Rules of one's own.
#[tauri::command]
#[specta::specta]
pub async fn own_rules(app: State<'_, App>) -> Answer<Vec<OwnRuleView>> {
    Ok(app.own_rules().await?)
}

/// Makes a rule.
#[tauri::command]
#[specta::specta]
pub async fn add_own_rule(app: State<'_, App>, rule: NewOwnRule) -> Answer<Vec<OwnRuleView>> {
    Ok(app.add_own_rule(rule).await?)
}

/// Takes a rule away.
#[tauri::command]
#[specta::specta]
pub async fn remove_own_rule(app: State<'_, App>, id: String) -> Answer<Vec<OwnRuleView>> {
    Ok(app.remove_own_rule(&id).await?)
}

/// What was told.
#[tauri::command]
#[specta::specta]
pub async fn notices(app: State<'_, App>) -> Answer<Vec<NoticeView>> {
    Ok(app.notices().await?)
}

/// What the desktop is told of.
#[tauri::command]
#[specta::specta]
pub async fn notice_rules(app: State<'_, App>) -> Answer<NoticeRules> {
    Ok(app.notice_rules().await?)
}

/// Changes what the desktop is told of.
#[tauri::command]
#[specta::specta]
pub async fn set_notice_rules(app: State<'_, App>, rules: NoticeRules) -> Answer<NoticeRules> {
    Ok(app.set_notice_rules(rules).await?)
}
