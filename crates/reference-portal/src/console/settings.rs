//! All settings in one form.

use std::collections::HashMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde_json::{Map, Value};

use super::Console;
use super::forms::{Own, back_to, outcome_options, problem};
use super::layout::{self, Refresh, Section};
use crate::lifecycle;
use crate::world::WorldError;

/// What people call a setting; those of other modules are shown by name.
fn label(name: &str) -> Option<&'static str> {
    Some(match name {
        "speed" => "Скорость движения заявлений (0 — стоят)",
        "token_lifetime_s" => "Срок маркера доступа, с",
        "chunk_min_bytes" => "Часть не меньше, байт",
        "chunk_max_bytes" => "Часть не больше, байт",
        "chunk_window_ms" => "На передачу всех частей, мс",
        "order_limit" => "Заявлений одной услуги на пользователя",
        "order_window_s" => "… за столько секунд",
        "requests_per_minute" => "Запросов ИС в минуту",
        "requests_per_hour" => "Запросов ИС в час",
        "requests_per_day" => "Запросов ИС в сутки",
        "outcome" => "Исход заявлений",
        "signing_service_down" => "Проверка подписей не работает",
        "cancel_allowed" => "Заявление можно отменить",
        "mail_delay_s" => "Список писем Госпочты готов через, с",
        "mail_fails" => "Списки писем Госпочты не получаются",
        "clock_skew_s" => "Сдвиг часов портала, с",
        _ => return None,
    })
}

pub(super) async fn page(State(console): State<Console>) -> Result<Response, WorldError> {
    let settings = console.world.settings();
    let all = match serde_json::to_value(&settings) {
        Ok(Value::Object(all)) => all,
        _ => Map::new(),
    };
    let content = html! {
        form.settings method="post" action="/settings" {
            (console.token.field())
            @for (name, value) in &all {
                div.setting {
                    label for=(name) {
                        (label(name).unwrap_or(name))
                        @if label(name).is_some() { " " code { (name) } }
                    }
                    @if name == "outcome" {
                        select id=(name) name=(name) { (outcome_options(&settings.outcome)) }
                    } @else {
                        (input(name, value))
                    }
                }
            }
            button type="submit" { "Сохранить" }
        }
        h2 { "Начать сначала" }
        p { "Удаляет все заявления, сбои и поздние отзывы сертификатов и возвращает настройки запуска." }
        form method="post" action="/settings/reset" {
            (console.token.field())
            label.check { input type="checkbox" name="sure" value="yes" required; " Удалить всё" }
            button.danger type="submit" { "Начать сначала" }
        }
    };
    Ok(layout::page(
        Section::Settings,
        "Настройки",
        Refresh::Never,
        content,
    ))
}

fn input(name: &str, value: &Value) -> Markup {
    match value {
        Value::Bool(on) => html! {
            select id=(name) name=(name) {
                option value="true" selected[*on] { "да" }
                option value="false" selected[!*on] { "нет" }
            }
        },
        Value::Number(number) => {
            html! { input id=(name) name=(name) type="number" step="any" value=(number.to_string()); }
        }
        Value::String(text) => html! { input id=(name) name=(name) value=(text); },
        other => html! { input id=(name) name=(name) value=(other.to_string()); },
    }
}

pub(super) async fn change(
    State(console): State<Console>,
    Own(fields): Own<HashMap<String, String>>,
) -> Result<Response, WorldError> {
    let world = &console.world;
    let settings = world.settings();
    let current = serde_json::to_value(&settings).unwrap_or_default();
    let patch = fields.into_iter().filter_map(|(name, text)| {
        let value = match current.get(&name)? {
            Value::String(_) if name != "outcome" => Value::String(text),
            _ => serde_json::from_str(text.trim()).unwrap_or(Value::String(text)),
        };
        Some((name, value))
    });
    match settings.patched(patch.collect()) {
        Ok(changed) => {
            world.set_settings(changed);
            lifecycle::reschedule(world)?;
            Ok(back_to("/settings").into_response())
        }
        Err(why) => Ok((
            StatusCode::BAD_REQUEST,
            problem(Section::Settings, &why.to_string()),
        )
            .into_response()),
    }
}

pub(super) async fn reset(
    State(console): State<Console>,
    Own(fields): Own<HashMap<String, String>>,
) -> Result<Response, WorldError> {
    if fields.get("sure").is_none_or(|sure| sure != "yes") {
        return Ok(problem(Section::Settings, "Подтвердите, что всё нужно удалить."));
    }
    console.world.reset()?;
    Ok(back_to("/settings").into_response())
}
