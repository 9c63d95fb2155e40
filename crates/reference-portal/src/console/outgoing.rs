//! SMS and e-mails that would have been sent, codes of signing in among them.

use axum::extract::State;
use axum::response::Response;
use maud::html;

use super::Console;
use super::layout::{self, Refresh, Section, Tone, badge};
use super::order::moment;
use crate::esia;

const MOST: usize = 200;

pub(super) async fn page(State(console): State<Console>) -> Response {
    let all = esia::sent(&console.world, 0);
    let content = html! {
        p.quiet { "Портал ничего никуда не отправляет: SMS и письма остаются здесь. Показаны последние " (MOST) "." }
        @if all.is_empty() {
            (layout::nothing("Ничего не отправляли."))
        } @else {
            div.wide { table {
                thead { tr { th { "Когда" } th { "Как" } th { "Кому" } th { "Код" } th { "Текст" } } }
                tbody { @for message in all.iter().rev().take(MOST) { tr {
                    td.nowrap { (moment(message.at_ms)) }
                    td { (badge(Tone::Quiet, if message.channel == "sms" { "SMS" } else { "Почта" })) }
                    td.nowrap { (message.to) }
                    td.nowrap { @if let Some(code) = &message.code { code { (code) } } }
                    td { (message.text) }
                } } }
            } }
        }
    };
    layout::page(Section::Outgoing, "Отправленные коды", Refresh::Every(5), content)
}
