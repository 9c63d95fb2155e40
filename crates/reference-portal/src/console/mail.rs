//! Letters of Госпочта: who opened what, and a form to put one in.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::html;
use serde::Deserialize;
use uuid::Uuid;

use super::Console;
use super::forms::{Own, back_to, problem};
use super::layout::{self, Refresh, Section, Tone, badge};
use super::order::moment;
use crate::epgu::mail::{AttachmentState, Letter, NewAttachment, NewLetter};
use crate::world::WorldError;

pub(super) async fn page(State(console): State<Console>) -> Result<Response, WorldError> {
    let all = console.world.store.records::<Letter>()?;
    let content = html! {
        p.quiet { "Открытое письмо считается вручённым (ПП РФ 606/2016, 947/2021): здесь видно, кто и когда его открыл." }
        @if all.is_empty() {
            (layout::nothing("Писем нет."))
        } @else {
            div.wide { table {
                thead { tr { th { "Пришло" } th { "От кого" } th { "О чём" } th { "Файлов" } th { "Вручено" } } }
                tbody { @for letter in all.iter().rev() { tr {
                    td.nowrap { (moment(letter.at_ms)) }
                    td { (letter.title) }
                    td { (letter.subtitle.as_deref().unwrap_or_default()) }
                    td { (letter.attachments.len()) }
                    td { @match letter.readings.first() {
                        Some(reading) => { (badge(Tone::Good, &moment(reading.at_ms))) " " (reading.name) }
                        None => { (badge(Tone::Quiet, "не открыто")) }
                    } }
                } } }
            } }
        }
        h2 { "Положить письмо" }
        form.settings method="post" action="/mail" {
            (console.token.field())
            div.setting { label for="title" { "От кого" } input id="title" name="title" required; }
            div.setting { label for="subtitle" { "О чём" } input id="subtitle" name="subtitle" required; }
            div.setting { label for="html" { "Текст, HTML" } textarea id="html" name="html" rows="5" required {} }
            div.setting { label for="file" { "Имя подписанного вложения, если оно есть" } input id="file" name="file"; }
            button type="submit" { "Положить" }
        }
    };
    Ok(layout::page(Section::Mail, "Госпочта", Refresh::Never, content))
}

#[derive(Deserialize)]
pub(super) struct Fields {
    title: String,
    subtitle: String,
    html: String,
    file: String,
}

pub(super) async fn put(
    State(console): State<Console>,
    Own(fields): Own<Fields>,
) -> Result<Response, WorldError> {
    if fields.title.trim().is_empty() {
        return Ok(problem(Section::Mail, "Нужно имя отправителя."));
    }
    let attachments = if fields.file.trim().is_empty() {
        vec![]
    } else {
        vec![NewAttachment {
            name: fields.file.trim().into(),
            mime: "application/pdf".into(),
            text: "Letter".into(),
            signed: true,
            broken: false,
            state: AttachmentState::Ready,
        }]
    };
    let letter = NewLetter {
        organisation: None,
        title: fields.title,
        subtitle: Some(fields.subtitle),
        html: fields.html,
        params: Default::default(),
        attachments,
        ago_s: 0,
    };
    Letter::put(&console.world, &letter, Uuid::new_v4())?;
    Ok(back_to("/mail").into_response())
}
