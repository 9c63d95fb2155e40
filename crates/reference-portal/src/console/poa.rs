//! The registry of powers of attorney: tasks with their errors, what is registered, and what can happen to it elsewhere.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use uuid::Uuid;

use super::Console;
use super::forms::{Empty, Own, back_to, problem};
use super::layout::{self, Refresh, Section, Tone, badge};
use super::order::{download, moment};
use crate::poa::{self, Fault, Registered, Task, TaskKind, TaskState};
use crate::store::PoaFiles;
use crate::world::WorldError;

/// Tasks on the page, the newest first.
const TASKS: usize = 50;

pub(super) async fn page(State(console): State<Console>) -> Result<Response, WorldError> {
    let world = &console.world;
    let all = world.store.records::<Registered>()?;
    let tasks = world.store.records::<Task>()?;
    let now_ms = world.now_ms();
    let is_down = world.settings().poa.unavailable;
    let (switch, name) = match is_down {
        true => ("on", "Включить реестр"),
        false => ("off", "Выключить реестр"),
    };
    let content = html! {
        p.quiet {
            "Реестр " @if is_down { strong { "недоступен" } } @else { "работает" } ". Задержки меняются в настройках: "
            code { "poa" } "."
        }
        form method="post" action="/poa/availability" {
            (console.token.field())
            button name="state" value=(switch) { (name) }
        }
        form method="post" action="/poa/lose" {
            (console.token.field())
            button { "Потерять ответ на следующую подачу" }
        }
        h2 { "Зарегистрированные" }
        @if all.is_empty() {
            (layout::nothing("Доверенностей ещё нет."))
        } @else {
            div.wide { table {
                thead { tr { th { "Номер" } th { "Доверитель" } th { "Представитель" } th { "Срок" } th { "Состояние" } } }
                tbody { @for one in all.iter().rev() { tr {
                    td.nowrap { a href={ "/poa/" (one.deed.number) } { (one.deed.number) } }
                    td { (names(&one.deed.principals)) }
                    td { (names(&one.deed.representatives)) }
                    td.nowrap { (one.deed.issued) " — " (one.deed.expires) }
                    td { (state(one.state(now_ms))) }
                } } }
            } }
        }
        h2 { "Поданные файлы" }
        @if tasks.is_empty() {
            (layout::nothing("Ничего не подавали."))
        } @else {
            div.wide { table {
                thead { tr { th { "Подано" } th { "Что" } th { "Файл" } th { "Состояние" } th { "Ошибки" } } }
                tbody { @for task in tasks.iter().rev().take(TASKS) { (row(task)) } }
            } }
        }
    };
    Ok(layout::page(
        Section::Poa,
        "Доверенности",
        Refresh::Every(5),
        content,
    ))
}

fn names(parties: &[poa::Party]) -> String {
    let all: Vec<String> = parties
        .iter()
        .map(|party| format!("{} ({})", party.name(), party.inn()))
        .collect();
    all.join(", ")
}

fn state(state: poa::State) -> Markup {
    match state {
        poa::State::Created => badge(Tone::Busy, "ещё не действует"),
        poa::State::Active => badge(Tone::Good, "действует"),
        poa::State::Expired => badge(Tone::Quiet, "истекла"),
        poa::State::Revoked => badge(Tone::Bad, "отозвана"),
    }
}

fn row(task: &Task) -> Markup {
    html! { tr {
        td.nowrap { (moment(task.submitted_ms)) }
        td { @match task.kind { TaskKind::Registration => "регистрация", TaskKind::Revocation => "отзыв" } }
        td { (task.name) }
        td { @match task.state {
            TaskState::Queued => (badge(Tone::Busy, "в очереди")),
            TaskState::Processing => (badge(Tone::Busy, "проверяется")),
            TaskState::Done => (badge(Tone::Good, if task.already { "уже была" } else { "принято" })),
            TaskState::Error => (badge(Tone::Bad, "отказ")),
        } }
        td { @for fault in &task.errors { (described(fault)) } }
    } }
}

fn described(fault: &Fault) -> Markup {
    html! { div {
        code { (serde_json::to_value(fault.code).ok().and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_default()) }
        " " (fault.text)
        @if let Some(element) = &fault.element { " " span.quiet { (element) } }
    } }
}

pub(super) async fn one(
    State(console): State<Console>,
    Path(number): Path<Uuid>,
) -> Result<Response, WorldError> {
    let world = &console.world;
    let Some(one) = poa::find(world, number)? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let now_ms = world.now_ms();
    let now = one.state(now_ms);
    let address = format!("/poa/{number}");
    let content = html! {
        table.facts {
            tr { th scope="row" { "Состояние" } td { (state(now)) " с " (moment(one.since_ms(now_ms))) } }
            tr { th scope="row" { "Доверитель" } td { (names(&one.deed.principals)) } }
            tr { th scope="row" { "Представитель" } td { (names(&one.deed.representatives)) } }
            tr { th scope="row" { "Срок" } td { (one.deed.issued) " — " (one.deed.expires) } }
            tr { th scope="row" { "Полномочия" } td { @for power in powers(&one) { div { (power) } } } }
            @if let Some(parent) = one.deed.parent {
                tr { th scope="row" { "Передано по" } td { a href={ "/poa/" (parent.direct) } { (parent.direct) } } }
            }
            @if let Some(revoked) = &one.revoked {
                tr { th scope="row" { "Отозвана" } td { (moment(revoked.at_ms)) ": " (revoked.reason) } }
            }
            tr { th scope="row" { "Файл" } td {
                a href={ (address) "/file" } { (one.name) } ", " a href={ (address) "/signature" } { "подпись" }
            } }
        }
        @if matches!(now, poa::State::Active | poa::State::Created) {
            form method="post" action={ (address) "/revoke" } {
                (console.token.field())
                button { "Отозвать от имени доверителя в другой системе" }
            }
        }
    };
    Ok(layout::page(
        Section::Poa,
        "Доверенность",
        Refresh::Every(5),
        content,
    ))
}

fn powers(one: &Registered) -> Vec<String> {
    match &one.deed.powers {
        poa::Powers::Text(words) => vec![words.clone()],
        poa::Powers::Machine(powers) => powers
            .iter()
            .map(|power| format!("{} {}", power.code, power.name))
            .collect(),
    }
}

pub(super) async fn file(
    State(console): State<Console>,
    Path(number): Path<Uuid>,
) -> Result<Response, WorldError> {
    attachment(&console, number, |files| files.content)
}

pub(super) async fn signature(
    State(console): State<Console>,
    Path(number): Path<Uuid>,
) -> Result<Response, WorldError> {
    attachment(&console, number, |files| files.signature)
}

fn attachment(
    console: &Console,
    number: Uuid,
    choose: impl FnOnce(PoaFiles) -> Vec<u8>,
) -> Result<Response, WorldError> {
    let world = &console.world;
    let files = match poa::find(world, number)? {
        Some(one) => world.store.poa_files(one.task)?,
        None => None,
    };
    let Some(files) = files else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    Ok(download("application/octet-stream", choose(files)))
}

pub(super) async fn revoke(
    State(console): State<Console>,
    Path(number): Path<Uuid>,
    Own(Empty {}): Own<Empty>,
) -> Result<Response, WorldError> {
    Ok(match poa::revoke_elsewhere(&console.world, number, None)? {
        true => back_to(&format!("/poa/{number}")).into_response(),
        false => problem(Section::Poa, "Этой доверенности нет, или она уже отозвана."),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Availability {
    On,
    Off,
}

#[derive(Deserialize)]
pub(super) struct Fields {
    state: Availability,
}

pub(super) async fn set_availability(State(console): State<Console>, Own(fields): Own<Fields>) -> Response {
    let mut settings = console.world.settings();
    settings.poa.unavailable = matches!(fields.state, Availability::Off);
    console.world.set_settings(settings);
    back_to("/poa").into_response()
}

pub(super) async fn lose(State(console): State<Console>, Own(Empty {}): Own<Empty>) -> Response {
    poa::lose_next_answer(&console.world);
    back_to("/poa").into_response()
}
