//! People's phones: what waits for a signature in «Госключ», and what the person is made to do.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::Console;
use super::forms::{FormToken, Own, back_to, problem};
use super::layout::{self, Refresh, Section, Tone, badge};
use super::order::moment;
use crate::goskey::{Act, Decision, GoskeyAnswer, Waiting, act};

pub(super) async fn page(State(console): State<Console>) -> Response {
    let world = &console.world;
    let all = match world.store.records::<Waiting>() {
        Ok(all) => all,
        Err(error) => return crate::world::WorldError::from(error).into_response(),
    };
    let settings = world.settings().goskey;
    let by_itself = match settings.answer {
        GoskeyAnswer::Sign => format!("Документы подписываются сами через {} с.", settings.after_s),
        GoskeyAnswer::Reject => format!("Люди сами отказываются через {} с.", settings.after_s),
        GoskeyAnswer::Wait => "Документы ждут вашего решения или конца срока.".to_owned(),
    };
    let content = html! {
        p.quiet { "Здесь телефоны сотрудников учебных организаций. " (by_itself) " Меняется в настройках: " code { "goskey" } "." }
        @if all.is_empty() {
            (layout::nothing("На подпись ничего не отправляли."))
        } @else {
            div.wide { table {
                thead { tr { th { "Заявление" } th { "Кто подписывает" } th { "От кого" } th { "Документы" } th { "Прислано" } th { "Срок" } th { "Что с ним" } th {} } }
                tbody { @for waiting in all.iter().rev() { (row(&console, waiting)) } }
            } }
        }
    };
    layout::page(Section::Goskey, "Госключ", Refresh::Every(5), content)
}

fn row(console: &Console, waiting: &Waiting) -> Markup {
    let employees = &console.world.index.employees;
    let person = employees.iter().find(|one| one.id == waiting.employee);
    html! { tr {
        td.nowrap { a href={ "/orders/" (waiting.order) } { (waiting.order) } }
        td { @if let Some(person) = person { (person.surname) " " (person.given_name) } @else { (waiting.employee) } }
        td { (waiting.organisation) }
        td { @for (file, description) in &waiting.documents { div { @if description.is_empty() { (file) } @else { (description) } } } }
        td.nowrap { (moment(waiting.arrived_ms)) }
        td.nowrap { (moment(waiting.expires_ms)) }
        td { (state(waiting.decision)) }
        td.nowrap { @if waiting.decision.is_none() { (buttons(waiting.order, &console.token)) } }
    } }
}

fn state(decision: Option<Decision>) -> Markup {
    match decision {
        None => badge(Tone::Busy, "ждёт"),
        Some(Decision::Signed) => badge(Tone::Good, "подписано"),
        Some(Decision::Rejected) => badge(Tone::Bad, "отказ"),
        Some(Decision::Expired) => badge(Tone::Bad, "срок истёк"),
    }
}

fn buttons(order: i64, token: &FormToken) -> Markup {
    html! {
        form method="post" action={ "/goskey/" (order) } {
            (token.field())
            button name="action" value="sign" { "Подписать" } " "
            button name="action" value="reject" { "Отказаться" } " "
            button name="action" value="expire" { "Срок истёк" }
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Action {
    Sign,
    Reject,
    Expire,
}

#[derive(Deserialize)]
pub(super) struct Fields {
    action: Action,
}

pub(super) async fn answer(
    State(console): State<Console>,
    Path(order): Path<i64>,
    Own(fields): Own<Fields>,
) -> Response {
    let decision = match fields.action {
        Action::Sign => Decision::Signed,
        Action::Reject => Decision::Rejected,
        Action::Expire => Decision::Expired,
    };
    let flaw = None;
    match act(&console.world, order, Act { decision, flaw }) {
        Ok(true) => back_to("/goskey").into_response(),
        Ok(false) => problem(Section::Goskey, "Этого запроса на телефоне уже нет."),
        Err(error) => error.into_response(),
    }
}
