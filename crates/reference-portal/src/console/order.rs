//! One order: what it is, what happened to it, and levers.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::Console;
use super::forms::{Empty, Own, back_to, outcome_options, problem, read_outcome};
use super::layout::{self, Refresh, Section, Tone, badge};
use super::orders::{service_name, state};
use crate::clock;
use crate::lifecycle;
use crate::store::{HistoryEntry, Listed, Order, ResultFile, StoredFile};
use crate::world::{World, WorldError};

/// A moment as people read it, Moscow time.
pub(super) fn moment(ms: i64) -> String {
    let exact = clock::list_format(ms).replace('T', " ");
    exact.split('.').next().unwrap_or_default().to_owned()
}

fn absent(id: i64) -> Response {
    let text = format!("Заявления {id} нет.");
    (StatusCode::NOT_FOUND, problem(Section::Orders, &text)).into_response()
}

pub(super) async fn page(
    State(console): State<Console>,
    Path(id): Path<i64>,
) -> Result<Response, WorldError> {
    let world = &console.world;
    let Some(listed) = world.store.one_listed(id)? else {
        return Ok(absent(id));
    };
    let content = html! {
        (facts(world, &listed))
        (levers(&console, &listed.order))
        h2 { "История" }
        (history(&world.store.history(id)?))
        h2 { "Файлы архива" }
        (files(&listed.order, &world.store.files(id)?))
        h2 { "Ответ ведомства" }
        (results(id, &world.store.results(id)?))
    };
    let title = format!("Заявление {id}");
    Ok(layout::page(Section::Orders, &title, Refresh::Never, content))
}

fn facts(world: &World, listed: &Listed) -> Markup {
    let order = &listed.order;
    let organisation = world.organisation_by_oid(order.org_oid);
    let person = world.employee_by_oid(order.person_oid);
    html! {
        table.facts {
            tr { th scope="row" { "Состояние" } td { (state(listed)) } }
            @if let Some(message) = &order.message { tr { th scope="row" { "Сообщение" } td { (message) } } }
            tr { th scope="row" { "Услуга" } td { (service_name(&order.service)) " " code { (order.service) } } }
            tr { th scope="row" { "Организация" } td {
                (organisation.map_or("—", |o| o.short_name.as_str())) " " code { (order.org_oid) }
            } }
            tr { th scope="row" { "Кто подал" } td {
                @match person {
                    Some(person) => { (person.surname) " " (person.given_name) }
                    None => { code { (order.person_oid) } }
                }
            } }
            tr { th scope="row" { "Информационная система" } td { code { (order.client_id) } } }
            tr { th scope="row" { "Регион (ОКАТО)" } td { (order.region) } }
            tr { th scope="row" { "Создано" } td { (moment(order.created_ms)) } }
            tr { th scope="row" { "Изменено" } td { (moment(order.updated_ms)) } }
            tr { th scope="row" { "Архивов принято" } td {
                (order.pushes) " из " (order.push_requests) " присланных"
            } }
            @if let Some(sum) = &order.archive_sha256 {
                tr { th scope="row" { "SHA-256 архива" } td { code.sum { (sum) } } }
            }
            tr { th scope="row" { "Исход" } td {
                @match &order.outcome {
                    Some(outcome) => code { (serde_json::to_string(outcome).unwrap_or_default()) },
                    None => { "как в настройках" }
                }
            } }
        }
    }
}

fn levers(console: &Console, order: &Order) -> Markup {
    let settings = console.world.settings();
    let outcome = order.outcome.as_ref().unwrap_or(&settings.outcome);
    html! {
        div.levers {
            form method="post" action={ "/orders/" (order.id) "/advance" } {
                (console.token.field())
                button type="submit" { "Следующий шаг сейчас" }
            }
            form method="post" action={ "/orders/" (order.id) "/outcome" } {
                (console.token.field())
                label { "Исход" select name="outcome" { (outcome_options(outcome)) } }
                button type="submit" { "Задать" }
            }
        }
    }
}

fn history(entries: &[HistoryEntry]) -> Markup {
    html! {
        div.wide { table {
            thead { tr { th { "Когда" } th { "Код" } th { "Статус" } th { "Пояснение" } th {} } }
            tbody { @for entry in entries { tr {
                td.nowrap { (moment(entry.at_ms)) }
                td { @if !entry.code.is_empty() { code { (entry.code) } } }
                td { @if let Some(status) = entry.status_id { (status) " · " } (entry.title) }
                td { (entry.comment.as_deref().unwrap_or_default()) }
                td {
                    @if entry.is_final { (badge(Tone::Quiet, "конечный")) }
                    @if entry.cancel_allowed { (badge(Tone::Quiet, "можно отменить")) }
                    @if entry.edit_allowed { (badge(Tone::Quiet, "можно исправить")) }
                }
            } } }
        } }
    }
}

fn files(order: &Order, files: &[StoredFile]) -> Markup {
    if order.pushes == 0 {
        return layout::nothing("Архив ещё не передан.");
    }
    html! {
        div.wide { table {
            thead { tr { th { "Имя" } th.number { "Байт" } th { "SHA-256" } } }
            tbody { @for file in files { tr {
                td { (file.name) } td.number { (file.size) } td { code.sum { (file.sha256) } }
            } } }
        } }
        p { a href={ "/orders/" (order.id) "/archive" } download { "Скачать архив" } }
    }
}

fn results(order: i64, results: &[ResultFile]) -> Markup {
    if results.is_empty() {
        return layout::nothing("Ответа нет.");
    }
    html! {
        div.wide { table {
            thead { tr { th { "Имя" } th { "Вид" } th.number { "Байт" } } }
            tbody { @for result in results { tr {
                td { a href={ "/orders/" (order) "/results/" (result.mnemonic) } download=(result.name) { (result.name) } }
                td { (result.mime) } td.number { (result.content.len()) }
            } } }
        } }
    }
}

#[derive(Deserialize)]
pub(super) struct OutcomeForm {
    outcome: String,
}

pub(super) async fn set_outcome(
    State(console): State<Console>,
    Path(id): Path<i64>,
    Own(form): Own<OutcomeForm>,
) -> Result<Response, WorldError> {
    let Some(outcome) = read_outcome(&form.outcome) else {
        return Ok(problem(Section::Orders, "Такого исхода нет."));
    };
    if !console.world.store.set_outcome(id, &outcome)? {
        return Ok(absent(id));
    }
    Ok(back_to(&format!("/orders/{id}")).into_response())
}

pub(super) async fn advance(
    State(console): State<Console>,
    Path(id): Path<i64>,
    Own(Empty {}): Own<Empty>,
) -> Result<Response, WorldError> {
    let Some(order) = console.world.store.order(id)? else {
        return Ok(absent(id));
    };
    lifecycle::move_on(&console.world, &order)?;
    Ok(back_to(&format!("/orders/{id}")).into_response())
}

pub(super) async fn archive(State(console): State<Console>, Path(id): Path<i64>) -> Response {
    match tokio::fs::read(console.world.store.archive_path(id)).await {
        Ok(content) => download("application/zip", content),
        Err(_) => absent(id),
    }
}

pub(super) async fn result(
    State(console): State<Console>,
    Path((id, mnemonic)): Path<(i64, String)>,
) -> Result<Response, WorldError> {
    Ok(match console.world.store.result(id, &mnemonic)? {
        Some(result) => download("application/octet-stream", result.content),
        None => absent(id),
    })
}

/// Nothing of a client's is shown by the browser itself.
pub(super) fn download(mime: &'static str, content: Vec<u8>) -> Response {
    let head = [
        (header::CONTENT_TYPE, mime),
        (header::CONTENT_DISPOSITION, "attachment"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (head, content).into_response()
}
