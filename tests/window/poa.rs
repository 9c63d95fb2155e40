//! A power of attorney in the real window: led through step by step without a network, read in plain words, and signed by nobody but
//! the head it names.

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::desk::Desk;
use crate::drafts::{is_saved, value};
use crate::job::{move_in, sign_in};

const SHORT: Duration = Duration::from_secs(10);

/// What the program does not know of the organisation yet.
pub const GIVER: &[(&str, &str)] = &[
    ("principal.region", "99"),
    ("principal.address", "г. Демоград, ул. Полевая, 1"),
    ("head.position", "Генеральный директор"),
];
/// What it does not know of the colleague: nobody tells it of passports.
pub const RECEIVER: &[(&str, &str)] = &[
    ("representative.born", "17.11.1987"),
    ("representative.passport.number", "99 00 123456"),
    ("representative.passport.issued", "05.06.2010"),
    ("representative.passport.issuer", "Отделом № 1 г. Демограда"),
];

/// The list is drawn anew with every letter typed, so that a click can meet an option on its way out.
pub async fn pick_person(desk: &Desk, surname: &str) -> Result<()> {
    for _ in 0..10 {
        desk.fill("poa-person-pick", surname).await?;
        let clicked = desk.find_css("[role=option]").await?.click().await;
        if clicked.is_ok() && value(desk, "representative.surname").await? == surname {
            return Ok(());
        }
    }
    anyhow::bail!("nobody could be chosen")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_of_attorney_is_drafted_read_and_refused_to_whoever_is_not_the_head() -> Result<()> {
    let mut desk = Desk::set("poa").await?;
    move_in(&mut desk).await?;
    sign_in(&mut desk).await?;
    desk.click("nav-drafts").await?;
    desk.click("new-draft").await?;
    desk.click("form-emchd").await?;
    desk.find("poa-step-giver").await?;
    desk.stand.stop();
    let employee = |id: &str| {
        let mut all = desk.stand.demo.employees.iter();
        all.find(|one| one.id == id).cloned().context("employee")
    };
    let (head, accountant) = (employee("director")?, employee("accountant")?);
    for (field, answer) in GIVER.iter().copied().chain([
        ("head.surname", head.surname.as_str()),
        ("head.given-name", head.given_name.as_str()),
        ("head.inn", head.inn.as_str()),
        ("head.snils", head.snils.as_str()),
    ]) {
        desk.fill(&format!("field-{field}"), answer).await?;
    }
    desk.shoot("giver").await?;

    desk.click("poa-step-receiver").await?;
    pick_person(&desk, &accountant.surname).await?;
    ensure!(
        value(&desk, "representative.inn").await? == accountant.inn,
        "the certificate says the ИНН"
    );
    for (field, answer) in RECEIVER {
        desk.fill(&format!("field-{field}"), answer).await?;
    }
    desk.shoot("receiver").await?;

    // Without a power there is nothing to sign: the search is where it leads.
    is_saved(&desk).await?;
    desk.click("make-document").await?;
    desk.find("poa-power-search").await?;
    desk.shoot("power-missing").await?;
    desk.fill("poa-power-search", "транспортную накладную").await?;
    desk.click("poa-power-BBDOCS_DOCS_DCSALL_SRCDOC_SOURCEDOCS8")
        .await?;
    desk.click("poa-template-accountant").await?;
    desk.wait_for_text("poa-chosen", "Подписывать первичные учётные документы", SHORT)
        .await?;
    desk.shoot("powers").await?;

    desk.click("poa-step-check").await?;
    is_saved(&desk).await?;
    desk.click("poa-missing-expires").await?;
    desk.click("poa-term-year").await?;
    is_saved(&desk).await?;
    desk.shoot("terms").await?;
    desk.click("poa-step-check").await?;
    desk.wait_for_text("readable", &accountant.surname, SHORT).await?;
    desk.shoot("check").await?;
    desk.shoot_dark("check").await?;
    desk.click("make-document").await?;
    desk.find("next-actor").await?;
    desk.wait_for_text("readable", &accountant.surname, SHORT).await?;
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
