//! Organisations, their people, and which information systems speak for them.

use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};

use super::Console;
use super::layout::{self, Refresh, Section, Tone, badge};
use crate::demo::{Employee, Organisation};
use crate::world::World;

pub(super) async fn page(State(console): State<Console>) -> Response {
    let world = &console.world;
    let content = html! {
        p.quiet {
            "Заявление видит только та организация и та информационная система, которая его создала. "
            "Все организации и люди вымышлены."
        }
        @for organisation in &world.index.organisations { (section(world, organisation)) }
    };
    layout::page(Section::Tenants, "Организации", Refresh::Never, content)
}

fn section(world: &World, organisation: &Organisation) -> Markup {
    let people = || {
        let ours = |employee: &&Employee| employee.organisation == organisation.id;
        world.index.employees.iter().filter(ours)
    };
    html! {
        section.card {
            h2 { (organisation.short_name) }
            p {
                "ИНН " (organisation.inn) " · КПП " (organisation.kpp) " · ОГРН " (organisation.ogrn)
                " · oid " code { (organisation.oid) } " · "
                a href={ "/orders?organisation=" (organisation.id) } { "заявления" }
            }
            div.wide { table {
                thead { tr { th { "Сотрудник" } th { "Должность" } th { "СНИЛС" } th { "API-ключи (ИС)" } } }
                tbody { @for person in people() { tr {
                    td { (person.surname) " " (person.given_name) }
                    td { (person.title) }
                    td { (person.snils) }
                    td { (keys(world, person)) }
                } } }
            } }
        }
    }
}

/// The keys themselves are secrets; their beginnings tell them apart.
fn keys(world: &World, person: &Employee) -> Markup {
    let ours = world
        .index
        .api_keys
        .iter()
        .filter(|key| key.employee == person.id);
    html! {
        ul.plain { @for key in ours { li {
            @let text = key.key.to_string();
            code { (text.get(..8).unwrap_or_default()) "…" } " "
            (key.system.as_ref().unwrap_or(&world.index.client_id))
            @if key.blocked { " " (badge(Tone::Bad, "заблокирован")) }
        } } }
    }
}
