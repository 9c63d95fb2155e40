//! The cabinet as the program meets it at the reference portal itself: both sides in one test, nothing scripted between them.

mod account;
mod employees;
mod hand_overs;
mod inspections;
mod links;
mod notices;
mod papers;
mod permissions;
mod poa;
mod poa_back;
mod poa_register;
mod registrations;
mod renewals;
mod safety;
mod step_up;
mod templates;
mod together;
mod told;
mod under;

use std::time::{Duration, Instant};

use kabinet_app::view::{LinkForm, LinkView, MyOrganisations, OrganisationCard};
use kabinet_portal::Options;
use kabinet_testkit::Stand;
use serde_json::{Value, json};

use crate::desk::{Desk, code};

/// Serial number of the director's token.
const DIRECTORS_TOKEN: &str = "0002";
/// The director's password in the demo data.
const DIRECTORS_PASSWORD: &str = "Ромашка-Василёк-202!";

/// Signed in as the director, whose organisation and one more are in the registry.
async fn director() -> Desk {
    director_at(Stand::start()).await
}

async fn director_at(stand: Stand) -> Desk {
    let desk = Desk::empty(stand, Options::default());
    desk.drawer.add(&desk.stand, DIRECTORS_TOKEN, &["director"]);
    desk.create_vault(kabinet_app::view::Protection::Keychain)
        .await
        .unwrap();
    let mut owner = desk.owner();
    owner.api_key = Some(desk.stand.api_key("director"));
    desk.app.add_organisation(owner).await.unwrap();
    desk.sign_in_as("director").await.unwrap();
    desk.person.was_asked();
    desk
}

/// The organisation the director heads and has not linked.
fn own_second(desk: &Desk) -> Value {
    desk.stand.registered("9904", |_| true)
}

/// One that somebody else heads.
fn foreign(desk: &Desk, wanted: impl Fn(&Value) -> bool) -> Value {
    desk.stand.registered("9901", wanted)
}

fn free(entry: &Value) -> bool {
    entry["heldElsewhere"] == false && entry["state"] == "active"
}

/// A form with everything as the registry has it.
fn form(entry: &Value, method: &str) -> LinkForm {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let head = &entry["head"];
    let name = format!("{} {}", text(&head["surname"]), text(&head["givenName"]));
    LinkForm {
        inn: text(&entry["inn"]),
        ogrn: text(&entry["ogrn"]),
        kpp: text(&entry["kpp"]),
        method: method.to_owned(),
        role: "director".to_owned(),
        legal_address: text(&entry["legalAddress"]),
        bank_account: text(&entry["bankAccount"]),
        bik: text(&entry["bic"]),
        bank_name: text(&entry["bankName"]),
        phone: text(&entry["phone"]),
        email: text(&entry["email"]),
        director_name: name.clone(),
        director_appointed: text(&head["appointed"]),
        contact_name: name,
        accept_terms: true,
        ..LinkForm::default()
    }
}

fn only(mine: &MyOrganisations) -> &LinkView {
    assert_eq!(mine.links.len(), 1, "{:#?}", mine.links);
    &mine.links[0]
}

async fn card(desk: &Desk, inn: &Value) -> Option<OrganisationCard> {
    let mine = desk.app.my_organisations(true).await.unwrap();
    assert_eq!(mine.error, None);
    mine.cards.into_iter().find(|card| *inn == card.inn.as_str())
}
