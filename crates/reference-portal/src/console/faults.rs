//! Faults still to come and those that have struck.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use super::Console;
use super::forms::{Empty, FormToken, Own, back_to, problem};
use super::layout::{self, Refresh, Section};
use crate::faults::{Fault, FaultKind, InjectedFault};

const MOST: usize = 200;

/// Examples to begin from.
const EXAMPLES: [(&str, &str); 7] = [
    (
        "задержка с разбросом",
        r#"{"path": "*", "kind": "delay", "ms": 200, "jitter_ms": 800, "probability": 1}"#,
    ),
    (
        "потеря ответа",
        r#"{"path": "/api/gusmev/push*", "kind": "drop-after"}"#,
    ),
    (
        "сброс соединения",
        r#"{"path": "*", "kind": "reset", "probability": 0.1, "seed": 1}"#,
    ),
    (
        "тишина",
        r#"{"path": "*", "kind": "silence", "ms": 30000, "probability": 0.05, "seed": 1}"#,
    ),
    (
        "401 посреди загрузки",
        r#"{"path": "/api/gusmev/push/chunked", "kind": "unauthorised", "after_bytes": 1000}"#,
    ),
    (
        "занят",
        r#"{"path": "/api/*", "kind": "status", "status": 503, "retry_after_s": 5, "count": 3}"#,
    ),
    (
        "часы ответа",
        r#"{"path": "*", "kind": "clock-skew", "seconds": -600, "count": 10}"#,
    ),
];

pub(super) async fn page(State(console): State<Console>) -> Response {
    let pending = console.world.faults.pending();
    let injected = console.world.faults.injected();
    let content = html! {
        h2 { "Ещё впереди" }
        (script(&pending, &console.token))
        h2 { "Добавить" }
        form.add method="post" action="/faults" {
            (console.token.field())
            label { "Сбой (JSON)" textarea name="fault" rows="3" required spellcheck="false" {
                r#"{"path": "/api/gusmev/order", "method": "POST", "kind": "drop-after"}"#
            } }
            button type="submit" { "Добавить" }
        }
        details {
            summary { "Примеры" }
            table.facts { @for (name, text) in EXAMPLES { tr { th scope="row" { (name) } td { code { (text) } } } } }
        }
        h2 id="injected" { "Уже случились" }
        (struck(&injected))
    };
    layout::page(Section::Faults, "Сбои", Refresh::Never, content)
}

fn script(pending: &[Fault], token: &FormToken) -> Markup {
    if pending.is_empty() {
        return layout::nothing("Сбоев не задано.");
    }
    html! {
        div.wide { table {
            thead { tr {
                th { "Запросы" } th { "Сбой" } th.number { "Пропустить" } th.number { "Осталось" }
                th.number { "Вероятность" } th.number { "Затравка" }
            } }
            tbody { @for fault in pending { tr {
                td { (fault.method.as_deref().unwrap_or("любые")) " " code { (fault.path) } }
                td { code { (kind(&fault.kind)) } }
                td.number { (fault.skip) }
                td.number { (fault.count.map_or("без конца".to_owned(), |count| count.to_string())) }
                td.number { (fault.probability.map_or("всегда".to_owned(), |chance| chance.to_string())) }
                td.number { (fault.seed) }
            } } }
        } }
        form method="post" action="/faults/clear" {
            (token.field())
            button type="submit" { "Забыть все сбои" }
        }
    }
}

fn struck(injected: &[InjectedFault]) -> Markup {
    if injected.is_empty() {
        return layout::nothing("Ничего не случалось.");
    }
    html! {
        div.wide { table {
            thead { tr { th { "Когда" } th { "Запрос" } th { "Сбой" } } }
            tbody { @for fault in injected.iter().rev().take(MOST) { tr {
                td.nowrap { (fault.at.replace('T', " ")) }
                td { (fault.method) " " (layout::path(&fault.path)) }
                td {
                    code { (kind(&fault.kind)) }
                    @if let Some(ms) = fault.delay_ms { " " (ms) " мс" }
                }
            } } }
        } }
    }
}

/// The kind and its members in one line.
fn kind(kind: &FaultKind) -> String {
    let Ok(Value::Object(members)) = serde_json::to_value(kind) else {
        return String::new();
    };
    let name = members.get("kind").and_then(Value::as_str).unwrap_or_default();
    let own = members
        .iter()
        .filter(|(name, value)| *name != "kind" && !value.is_null());
    let own: Vec<String> = own.map(|(name, value)| format!("{name}={value}")).collect();
    format!("{name} {}", own.join(" "))
}

#[derive(Deserialize)]
pub(super) struct FaultForm {
    fault: String,
}

pub(super) async fn add(State(console): State<Console>, Own(form): Own<FaultForm>) -> Response {
    match serde_json::from_str(&form.fault) {
        Ok(fault) => {
            console.world.faults.add(fault);
            back_to("/faults").into_response()
        }
        Err(why) => (
            StatusCode::BAD_REQUEST,
            problem(Section::Faults, &format!("Сбой не принят: {why}.")),
        )
            .into_response(),
    }
}

pub(super) async fn clear(State(console): State<Console>, Own(Empty {}): Own<Empty>) -> Response {
    console.world.faults.clear();
    back_to("/faults").into_response()
}
