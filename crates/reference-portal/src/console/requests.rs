//! The last requests of clients.

use axum::extract::State;
use axum::response::Response;
use maud::html;

use super::Console;
use super::layout::{self, Refresh, Section, Tone, badge};

const MOST: usize = 300;

pub(super) async fn page(State(console): State<Console>) -> Response {
    let all = console.world.log.all();
    let content = html! {
        p.quiet { "Показаны последние " (MOST) " из " (all.len()) ". Параметров и заголовков журнал не хранит." }
        @if all.is_empty() {
            (layout::nothing("Запросов не было."))
        } @else {
            div.wide { table {
                thead { tr { th { "Когда" } th { "Метод" } th { "Путь" } th { "Диапазон" } th { "Ответ" } } }
                tbody { @for request in all.iter().rev().take(MOST) { tr {
                    td.nowrap { (request.at.replace('T', " ")) }
                    td { (request.method) }
                    td { (layout::path(&request.path)) }
                    td { (request.range.as_deref().unwrap_or_default()) }
                    td {
                        @match request.status {
                            Some(status) if status < 400 => { (badge(Tone::Good, &status.to_string())) }
                            Some(status) => { (badge(Tone::Bad, &status.to_string())) }
                            None => { (badge(Tone::Bad, "связь оборвана")) }
                        }
                        @if !request.handled { " " (badge(Tone::Quiet, "не обработан")) }
                    }
                } } }
            } }
        }
    };
    layout::page(Section::Requests, "Запросы", Refresh::Every(5), content)
}
