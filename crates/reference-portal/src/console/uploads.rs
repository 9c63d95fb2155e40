//! What was sent: complete archives, uploads under way and those that broke off.

use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};

use super::Console;
use super::layout::{self, Refresh, Section, Tone, badge};
use super::order::moment;
use super::orders::service_name;
use crate::settings::Settings;
use crate::store::Upload;
use crate::world::{World, WorldError};

const MOST: i64 = 200;

pub(super) async fn page(State(console): State<Console>) -> Result<Response, WorldError> {
    let world = &console.world;
    let settings = world.settings();
    let uploads = world.store.uploads(MOST)?;
    let content = html! {
        p.quiet {
            "На передачу всех частей даётся " (settings.chunk_window_ms / 1000) " с. Показаны последние " (MOST) "."
        }
        @if uploads.is_empty() {
            (layout::nothing("Ничего не передавали."))
        } @else {
            div.wide { table {
                thead { tr {
                    th { "Заявление" } th { "Организация" } th { "Услуга" } th { "Состояние" } th { "Части" }
                    th.number { "Байт" } th.number { "Принято / прислано" } th { "Начато" }
                } }
                tbody { @for upload in &uploads { (row(world, &settings, upload)) } }
            } }
        }
    };
    Ok(layout::page(
        Section::Uploads,
        "Загрузки",
        Refresh::Every(5),
        content,
    ))
}

fn row(world: &World, settings: &Settings, upload: &Upload) -> Markup {
    let order = &upload.order;
    let organisation = world.organisation_by_oid(order.org_oid);
    let (tone, text) = match order.upload_started_ms {
        Some(started) if settings.now_ms() - started > settings.chunk_window_ms => (Tone::Bad, "оборвана"),
        Some(_) => (Tone::Busy, "идёт"),
        None if order.pushes == 0 => (Tone::Bad, "отклонена"),
        None => (Tone::Good, "принята"),
    };
    let whole = || std::fs::metadata(world.store.archive_path(order.id)).map(|file| file.len());
    html! {
        tr {
            td { a href={ "/orders/" (order.id) } { (order.id) } }
            td { (organisation.map_or("—", |o| o.short_name.as_str())) }
            td.name { (service_name(&order.service)) }
            td { (badge(tone, text)) }
            td { @match order.upload_chunks {
                Some(chunks) => { (upload.parts) " из " (chunks) }
                None => { "—" }
            } }
            td.number { @match order.upload_started_ms {
                Some(_) => { (upload.bytes) }
                None => { (whole().map_or_else(|_| "—".to_owned(), |bytes| bytes.to_string())) }
            } }
            td.number { (order.pushes) " / " (order.push_requests) }
            td.nowrap { (moment(order.upload_started_ms.unwrap_or(order.created_ms))) }
        }
    }
}
