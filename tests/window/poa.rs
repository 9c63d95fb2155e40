//! A power of attorney in the real window: drafted without a network, read in plain words, and signed by nobody but the head it names.

use std::time::Duration;

use anyhow::{Context, Result};

use crate::desk::Desk;
use crate::drafts::is_saved;
use crate::job::move_in;

const SHORT: Duration = Duration::from_secs(10);

/// What a person types, beside what the program knows and who they are.
const ANSWERS: &[(&str, &str)] = &[
    ("number.internal", "17/26"),
    ("issued", "1.12.2026"),
    ("expires", "30.11.2027"),
    ("principal.region", "99"),
    ("principal.address", "г. Демоград, ул. Полевая, 1"),
    ("head.position", "Генеральный директор"),
    ("representative.surname", "Ландышева"),
    ("representative.given-name", "Вера"),
    ("representative.inn", "990000000299"),
    ("representative.snils", "90000000283"),
    ("representative.born", "17.11.1987"),
    ("representative.passport.number", "99 00 123456"),
    ("representative.passport.issued", "05.06.2010"),
    ("representative.passport.issuer", "Отделом № 1 г. Демограда"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_power_of_attorney_is_drafted_read_and_refused_to_whoever_is_not_the_head() -> Result<()> {
    let mut desk = Desk::set("poa").await?;
    move_in(&mut desk).await?;
    desk.stand.stop();
    desk.click("nav-drafts").await?;
    desk.click("new-draft").await?;
    desk.click("form-emchd").await?;
    desk.shoot("empty").await?;
    let employees = &desk.stand.demo.employees;
    let head = employees
        .iter()
        .find(|one| one.id == "director")
        .context("director")?
        .clone();
    for (field, answer) in ANSWERS.iter().copied().chain([
        ("head.surname", head.surname.as_str()),
        ("head.given-name", head.given_name.as_str()),
        ("head.inn", head.inn.as_str()),
        ("head.snils", head.snils.as_str()),
    ]) {
        desk.fill(&format!("field-{field}"), answer).await?;
    }
    desk.click("make-document").await?;
    desk.shoot("power-missing").await?;
    desk.click("add-powers").await?;
    for (column, answer) in [
        ("code", "DEMO_SRCDOC_ALL"),
        ("name", "Подписывать первичные учётные документы"),
    ] {
        let cell = format!("[data-field^=\"powers/\"][data-field$=\"/{column}\"]");
        desk.fill_css(&cell, answer).await?;
    }
    is_saved(&desk).await?;
    desk.scroll_to("table-powers").await?;
    desk.shoot("powers").await?;
    desk.click("make-document").await?;
    desk.find("next-actor").await?;
    desk.wait_for_text("readable", "Ландышева", SHORT).await?;
    desk.shoot("document").await?;
    desk.shoot_dark("document").await?;

    // Only the accountant's token is plugged in.
    desk.click("primary-action").await?;
    desk.find_css("[data-testid=\"check-poa-not-the-head\"]").await?;
    desk.shoot("refused").await?;
    let can = desk.is_enabled("sign-confirm").await?;
    assert!(!can, "nobody but the head signs it");
    desk.clear().await
}
