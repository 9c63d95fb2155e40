//! Requests to link and to register organisations, with the documents that came with them.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::Console;
use super::forms::problem;
use super::layout::{self, Refresh, Section};
use super::order::{download, moment};
use crate::cabinet::files::{self, RequestFile};
use crate::cabinet::{Link, Registration};
use crate::world::{World, WorldError};

/// One request, of whichever kind.
struct Request {
    at_ms: i64,
    what: &'static str,
    organisation: String,
    person: i64,
    facts: Vec<(String, String)>,
    files: Vec<RequestFile>,
}

fn all(world: &World) -> Result<Vec<Request>, WorldError> {
    let links = world.store.records::<Link>()?.into_iter().map(|link| Request {
        at_ms: link.requested_ms,
        what: "Привязка",
        organisation: world
            .registry
            .by_oid(link.organisation)
            .map_or_else(|| link.organisation.to_string(), |entry| entry.short_name.clone()),
        person: link.person,
        facts: link.facts,
        files: link.files,
    });
    let registrations = world.store.records::<Registration>()?.into_iter();
    let registrations = registrations.map(|one| Request {
        at_ms: one.submitted_ms,
        what: "Регистрация",
        organisation: one.full_name,
        person: one.person,
        facts: vec![],
        files: one.files,
    });
    let mut all: Vec<Request> = links.chain(registrations).collect();
    all.sort_by_key(|request| std::cmp::Reverse(request.at_ms));
    Ok(all)
}

pub(super) async fn page(State(console): State<Console>) -> Result<Response, WorldError> {
    let world = &console.world;
    let all = all(world)?;
    let content = html! {
        p.quiet { "Заявки на привязку и регистрацию организаций и документы, которые пришли с ними." }
        @if all.is_empty() {
            (layout::nothing("Заявок не было."))
        } @else {
            div.wide { table {
                thead { tr { th { "Когда" } th { "Заявка" } th { "Организация" } th { "Кто подал" } th { "Сведения" } th { "Документы" } } }
                tbody { @for request in &all { (row(world, request)) } }
            } }
        }
    };
    Ok(layout::page(
        Section::Papers,
        "Документы заявок",
        Refresh::Every(5),
        content,
    ))
}

fn row(world: &World, request: &Request) -> Markup {
    html! {
        tr {
            td.nowrap { (moment(request.at_ms)) }
            td { (request.what) }
            td.name { (request.organisation) }
            td { @match world.employee_by_oid(request.person) {
                Some(person) => { (person.surname) " " (person.given_name) }
                None => { code { (request.person) } }
            } }
            td { @for (name, value) in &request.facts { div { (name) ": " (value) } } }
            td {
                @if request.files.is_empty() { "—" }
                @for file in &request.files {
                    div {
                        a href={ "/papers/" (request.person) "/" (file.sha256) } download=(file.name) { (file.name) }
                        @if let Some(kind) = &file.kind { " " code { (kind) } }
                    }
                }
            }
        }
    }
}

pub(super) async fn file(
    State(console): State<Console>,
    Path((person, sha256)): Path<(i64, String)>,
) -> Response {
    match files::content(&console.world, person, &sha256) {
        Some(content) => download("application/octet-stream", content),
        None => (
            StatusCode::NOT_FOUND,
            problem(Section::Papers, "Такого файла нет."),
        )
            .into_response(),
    }
}
