//! All orders, narrowed by organisation, service and state.

use axum::extract::{Query, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::Console;
use super::layout::{self, Refresh, Section, Tone, badge};
use super::order::moment;
use crate::services;
use crate::store::{Listed, OrderFilter, OrderState};
use crate::world::{World, WorldError};

/// Rows on a page.
const PAGE: i64 = 50;

#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    service: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    page: i64,
}

const STATES: [(&str, &str, OrderState); 4] = [
    ("draft", "черновики", OrderState::Draft),
    ("moving", "в работе", OrderState::Moving),
    ("correction", "на исправлении", OrderState::Correction),
    ("final", "завершённые", OrderState::Final),
];

impl Asked {
    fn filter(&self, world: &World) -> OrderFilter {
        let organisation = world.index.organisation(&self.organisation);
        let state = STATES.iter().find(|(name, ..)| *name == self.state);
        OrderFilter {
            org_oid: organisation.and_then(|o| i64::try_from(o.oid).ok()),
            service: Some(self.service.clone()).filter(|service| !service.is_empty()),
            state: state.map(|(.., state)| *state),
            number: self.number.trim().parse().ok(),
        }
    }

    fn address_of(&self, page: i64) -> String {
        format!(
            "/orders?organisation={}&service={}&state={}&page={page}",
            self.organisation, self.service, self.state
        )
    }
}

pub(super) async fn page(
    State(console): State<Console>,
    Query(asked): Query<Asked>,
) -> Result<Response, WorldError> {
    let world = &console.world;
    let page = asked.page.max(0);
    let (orders, total) = world.store.listed(&asked.filter(world), page, PAGE)?;
    let content = html! {
        (filter_form(world, &asked))
        p.quiet { "Найдено: " (total) }
        @if orders.is_empty() {
            (layout::nothing("Заявлений нет."))
        } @else {
            div.wide { table {
                thead { tr {
                    th { "Номер" } th { "Организация" } th { "Услуга" } th { "ИС" } th { "Состояние" }
                    th { "Изменено" }
                } }
                tbody { @for order in &orders { (row(world, order)) } }
            } }
        }
        p.pages {
            @if page > 0 { a href=(asked.address_of(page - 1)) { "← новее" } }
            @if (page + 1) * PAGE < total { a href=(asked.address_of(page + 1)) { "старше →" } }
        }
    };
    Ok(layout::page(
        Section::Orders,
        "Заявления",
        Refresh::Never,
        content,
    ))
}

fn row(world: &World, listed: &Listed) -> Markup {
    let order = &listed.order;
    let organisation = world.organisation_by_oid(order.org_oid);
    html! {
        tr {
            td { a href={ "/orders/" (order.id) } { (order.id) } }
            td { (organisation.map_or("—", |o| o.short_name.as_str())) }
            td.name title=(order.service) { (service_name(&order.service)) }
            td { code { (order.client_id) } }
            td { (state(listed)) }
            td.nowrap { (moment(order.updated_ms)) }
        }
    }
}

/// The state in a word, as the client would see it.
pub(super) fn state(listed: &Listed) -> Markup {
    let tone = match listed.state() {
        OrderState::Draft => Tone::Quiet,
        OrderState::Moving => Tone::Busy,
        OrderState::Correction => Tone::Bad,
        OrderState::Final if listed.status_id == Some(3) => Tone::Good,
        OrderState::Final => Tone::Bad,
    };
    let text = match listed.status_id {
        Some(status) if listed.order.is_at_portal() || listed.order.is_draft() => {
            format!("{status} · {}", listed.title)
        }
        _ => listed.order.code.clone(),
    };
    badge(tone, &text)
}

pub(super) fn service_name(code: &str) -> &str {
    services::by_code(code).map_or(code, |service| &service.name)
}

fn filter_form(world: &World, asked: &Asked) -> Markup {
    html! {
        form.filter method="get" action="/orders" {
            label { "Организация" select name="organisation" {
                option value="" { "все" }
                @for organisation in &world.index.organisations {
                    option value=(organisation.id) selected[organisation.id == asked.organisation] {
                        (organisation.short_name)
                    }
                }
            } }
            label { "Услуга" select name="service" {
                option value="" { "все" }
                @for service in services::all() {
                    option value=(service.code) selected[service.code == asked.service] { (service.name) }
                }
            } }
            label { "Состояние" select name="state" {
                option value="" { "все" }
                @for (value, name, _) in STATES {
                    option value=(value) selected[value == asked.state] { (name) }
                }
            } }
            label { "Номер" input name="number" inputmode="numeric" size="12" value=(asked.number); }
            button type="submit" { "Показать" }
        }
    }
}
