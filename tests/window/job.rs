//! The accountant's job, with the network and without.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use kabinet_reference_portal::demo::Organisation;
use kabinet_testkit::{AKT, PIN, sample};

use crate::desk::{Desk, PASSPHRASE};

/// A row of the list of documents; their ids are UUIDs, and so unlike rows of the journal.
pub const ROW: &str = "[data-testid^=\"row-\"]";
pub const LONG: Duration = Duration::from_secs(60);

/// First start: environment, vault behind a passphrase, organisation.
pub async fn move_in(desk: &mut Desk) -> Result<()> {
    move_in_as(desk, "accountant").await
}

/// [`move_in`] with the API key of this employee.
pub async fn move_in_as(desk: &mut Desk, employee: &str) -> Result<()> {
    desk.find("first-start-next").await?;
    desk.shoot_once("first-start").await?;
    desk.click("choice-demo").await?;
    desk.click("first-start-next").await?;
    desk.click("choice-passphrase").await?;
    desk.shoot_once("protection").await?;
    desk.click("create-vault").await?;
    desk.enter_secret(PASSPHRASE, true).await?;
    let organisation = organisation(desk, "romashka")?;
    desk.fill("field-name", &organisation.short_name).await?;
    // A typing mistake is told at once, in words.
    desk.fill("field-inn", "9900000018").await?;
    desk.wait_for_text("organisation-form", "опечатку", LONG).await?;
    desk.shoot_once("wrong-inn").await?;
    fill_organisation(desk, &organisation, employee).await?;
    desk.shoot_once("organisation").await?;
    desk.click("organisation-add").await?;
    desk.find("nav-documents").await?;
    Ok(())
}

/// An organisation of the demo.
pub fn organisation(desk: &Desk, id: &str) -> Result<Organisation> {
    let found = desk.stand.demo.organisation(id);
    Ok(found.context("organisation")?.clone())
}

/// The form of an organisation, with the API key of this employee.
pub async fn fill_organisation(desk: &Desk, organisation: &Organisation, employee: &str) -> Result<()> {
    desk.fill("field-name", &organisation.short_name).await?;
    desk.fill("field-inn", &organisation.inn).await?;
    desk.fill("field-ogrn", &organisation.ogrn).await?;
    desk.fill("field-kpp", &organisation.kpp).await?;
    choose_region(desk).await?;
    desk.fill("field-api-key", &desk.stand.api_key(employee)).await
}

/// The list is drawn anew with every letter typed, so that a click can meet an option on its way out; what was not chosen goes
/// from the field once it is left.
async fn choose_region(desk: &Desk) -> Result<()> {
    for _ in 0..10 {
        desk.fill("field-region", "Москва").await?;
        let chosen = desk.find_css("[role=option]").await?.click().await;
        desk.click("field-api-key").await?;
        let kept = desk.find("field-region").await?.value().await?;
        if chosen.is_ok() && kept.is_some_and(|kept| !kept.is_empty()) {
            return Ok(());
        }
    }
    anyhow::bail!("no region could be chosen")
}

pub async fn sign_in(desk: &mut Desk) -> Result<()> {
    sign_in_as(desk, "accountant").await
}

/// Signs in with the certificate of this name on the token.
pub async fn sign_in_as(desk: &mut Desk, certificate: &str) -> Result<()> {
    let id = desk.stand.fingerprint(certificate).to_lowercase();
    desk.click("go-sign-in").await?;
    desk.find(&format!("sign-in-{id}")).await?;
    desk.shoot_once("certificates").await?;
    desk.click(&format!("sign-in-{id}")).await?;
    desk.enter_secret(PIN, false).await?;
    is_signed_in(desk).await
}

/// Waits for a session.
pub async fn is_signed_in(desk: &Desk) -> Result<()> {
    desk.find_css("[data-testid=\"session\"][data-session=\"active\"]")
        .await?;
    Ok(())
}

/// Opens the file. Its page comes up by itself; the list leads there as well.
pub async fn open(desk: &mut Desk, file: &Path) -> Result<()> {
    desk.open_with_program(file)?;
    desk.find("next-actor").await?;
    desk.click("nav-documents").await?;
    desk.find_css(ROW).await?;
    desk.shoot_once("list").await?;
    enter(desk).await
}

/// Opens the page of the only document in the list.
async fn enter(desk: &mut Desk) -> Result<()> {
    desk.click_css(ROW).await?;
    desk.find("next-actor").await?;
    Ok(())
}

pub async fn sign(desk: &mut Desk) -> Result<()> {
    desk.click("primary-action").await?;
    desk.find("signing-sheet").await?;
    desk.find_css("[data-testid=\"check-organisation-match\"]")
        .await?;
    desk.shoot_once("preflight").await?;
    desk.click("sign-confirm").await?;
    desk.enter_secret(PIN, false).await?;
    desk.click("sign-done").await?;
    desk.wait_until_gone("sign-done").await?;
    desk.wait_for_text("stage", "одписан", LONG).await
}

pub async fn send(desk: &mut Desk) -> Result<()> {
    desk.click("primary-action").await?;
    desk.click("send-confirm").await?;
    Ok(())
}

async fn show_every_screen(desk: &mut Desk) -> Result<()> {
    for name in ["today", "documents", "outbox", "journal", "settings"] {
        desk.click(&format!("nav-{name}")).await?;
        desk.shoot(name).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_first_start_to_the_receipt() -> Result<()> {
    let mut desk = Desk::set("online").await?;
    move_in(&mut desk).await?;
    desk.shoot("today-empty").await?;
    sign_in(&mut desk).await?;
    open(&mut desk, &sample(AKT)).await?;
    desk.find("readable").await?;
    desk.shoot("document").await?;
    sign(&mut desk).await?;
    desk.shoot("signed").await?;
    send(&mut desk).await?;
    desk.wait_for_text("stage", "ринят", LONG).await?;
    desk.wait_for_notification("Услуга оказана").await?;
    desk.shoot("accepted").await?;
    desk.click("tab-files").await?;
    desk.find_css("[data-testid=\"file\"]").await?;
    desk.shoot("files").await?;
    desk.click("tab-history").await?;
    desk.wait_for_text("history", "слуга оказана", LONG).await?;
    desk.shoot("history").await?;
    show_every_screen(&mut desk).await?;
    assert_eq!(desk.stand.only_order()["pushes"], 1);
    desk.clear().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_everything_but_the_sending_and_it_goes_out_by_itself_later() -> Result<()> {
    let mut desk = Desk::set("offline").await?;
    move_in(&mut desk).await?;
    sign_in(&mut desk).await?;
    desk.stand.stop();
    open(&mut desk, &sample(AKT)).await?;
    sign(&mut desk).await?;
    send(&mut desk).await?;
    desk.wait_for_text("stage", "череди", LONG).await?;
    desk.shoot("queued").await?;
    desk.click("nav-outbox").await?;
    desk.shoot("outbox-waiting").await?;
    desk.stand.restart();
    desk.click("nav-documents").await?;
    enter(&mut desk).await?;
    desk.wait_for_text("stage", "ринят", LONG * 2).await?;
    desk.shoot("accepted").await?;
    desk.clear().await
}
