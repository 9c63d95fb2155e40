//! Drafts in the real window: typed, killed in the middle, joined with a colleague's work, made into a document.

use std::io::Write;
use std::time::Duration;

use anyhow::{Context, Result};
use kabinet_age::{Recipient, Recipients};
use serde_json::json;

use crate::desk::{Desk, PASSPHRASE};
use crate::job::move_in;

const SHORT: Duration = Duration::from_secs(10);

/// What a person types into a new act, beside what the program knows already.
pub const ANSWERS: &[(&str, &str)] = &[
    ("number", "21"),
    ("from", "01.04.2025"),
    ("to", "30.06.2025"),
    ("recipient.name", "ООО «Василёк»"),
    ("recipient.inn", "9900000024"),
    ("recipient.kpp", "990001001"),
    ("recipient.ogrn", "1209900000023"),
    ("recipient.edo", "DEMO-9900000024-990001001"),
    ("signer.surname", "Ромашкина"),
    ("signer.given-name", "Анна"),
];
const ROW: &[&str] = &[
    "УПД",
    "31",
    "05.04.2025",
    "05.04.2025",
    "Реализация товаров",
    "12 500,50",
];

pub async fn value(desk: &Desk, field: &str) -> Result<String> {
    let field = format!("[data-testid=\"field-{field}\"]");
    let value = desk.with_css(&field, async |field| field.value().await);
    Ok(value.await?.unwrap_or_default())
}

pub async fn is_saved(desk: &Desk) -> Result<()> {
    desk.find_css("[data-testid=saving][data-saving=saved]").await?;
    Ok(())
}

#[tokio::test]
async fn typing_survives_a_crash_and_a_lock_and_meets_a_colleagues_answers() -> Result<()> {
    let mut desk = Desk::set("drafts").await?;
    move_in(&mut desk).await?;
    desk.click("nav-drafts").await?;
    desk.find("empty").await?;
    desk.shoot("none").await?;
    begin(&desk).await?;
    desk.fill("field-number", "21").await?;
    // A second later the computer may lose its power.
    tokio::time::sleep(Duration::from_millis(1000)).await;
    desk.crash().await?;
    desk.click("unlock").await?;
    desk.enter_secret(PASSPHRASE, false).await?;
    desk.click("nav-drafts").await?;
    desk.click_css("[data-testid=drafts] a").await?;
    assert_eq!(value(&desk, "number").await?, "21");

    for (field, answer) in ANSWERS {
        desk.fill(&format!("field-{field}"), answer).await?;
    }
    add_row(&desk).await?;
    is_saved(&desk).await?;
    desk.wait_for_text("computed-closing.debit", "12 500,50", SHORT)
        .await?;
    desk.shoot("filled").await?;

    // Locked in the middle of a word, and back at the same place with it.
    desk.fill("field-signer.position", "Главный бухгалтер").await?;
    desk.click("lock").await?;
    desk.find("unlock").await?;
    desk.shoot("locked").await?;
    desk.click("unlock").await?;
    desk.enter_secret(PASSPHRASE, false).await?;
    assert_eq!(value(&desk, "signer.position").await?, "Главный бухгалтер");

    conflict(&mut desk).await?;

    desk.click("open-history").await?;
    desk.find("versions").await?;
    desk.shoot("history").await?;
    desk.click_css("[data-testid=draft-history] button[aria-label]")
        .await?;
    desk.wait_until_gone("versions").await?;
    desk.resize(640, 400).await?;
    desk.scroll_to("table-operations").await?;
    desk.shoot("small").await?;
    desk.resize(1280, 720).await?;
    desk.click("make-document").await?;
    desk.find("next-actor").await?;
    desk.shoot("document").await?;
    desk.clear().await
}

/// Begins a new act.
pub async fn begin(desk: &Desk) -> Result<()> {
    desk.click("nav-drafts").await?;
    desk.click("new-draft").await?;
    desk.click("form-fns.on_aktsverotp").await
}

/// Adds the one operation of the act.
pub async fn add_row(desk: &Desk) -> Result<()> {
    desk.click("add-operations").await?;
    for (index, answer) in ROW.iter().enumerate() {
        let cell = format!(
            "[data-field^=\"operations/\"][data-field$=\"/{}\"]",
            column(index)
        );
        desk.fill_css(&cell, answer).await?;
    }
    Ok(())
}

fn column(index: usize) -> &'static str {
    ["document", "number", "date", "at", "what", "debit"][index]
}

/// A colleague's file arrives: one field of it differs from what is typed here.
async fn conflict(desk: &mut Desk) -> Result<()> {
    desk.click("draft-more").await?;
    desk.click("hand-over-draft").await?;
    // The dialog comes up by degrees; what is still transparent has no text.
    desk.wait_for_text("own-address", "age1", SHORT).await?;
    let address: Recipient = desk.find("own-address").await?.text().await?.trim().parse()?;
    desk.shoot("hand-over").await?;
    desk.click_css("[data-testid=hand-over] header button").await?;
    desk.wait_until_gone("own-address").await?;
    let url = desk.driver.current_url().await?.to_string();
    let id = url.rsplit('/').next().context("the draft's address")?.to_owned();
    let owner = desk.stand.demo.organisation("romashka").context("organisation")?;
    let content = json!({
        "format": "kabinet-hand-over", "version": 1, "from": "Вера Полевая",
        "environment": "demo", "inn": owner.inn, "kpp": owner.kpp,
        "drafts": [{
            "id": id, "form": "fns.on_aktsverotp", "title": "Акт сверки",
            "base": {"number": "20"}, "fields": {"number": "22", "recipient.phone": "+7 000 000-00-00"},
        }],
    });
    let file = desk.folder().join("Акт.kabinet");
    let to = [address];
    let mut sealed = kabinet_age::encrypt(&Recipients::Addresses(&to), std::fs::File::create(&file)?)?;
    sealed.write_all(content.to_string().as_bytes())?;
    sealed.finish()?;
    desk.open_with_program(&file)?;
    desk.wait_for_text("conflict-number", "22", SHORT).await?;
    desk.find("draft-conflicts").await?;
    desk.scroll_to("conflict-number").await?;
    desk.shoot("conflict").await?;
    desk.click("take-theirs-number").await?;
    desk.wait_until_gone("draft-conflicts").await?;
    assert_eq!(value(desk, "number").await?, "22");
    assert_eq!(value(desk, "recipient.phone").await?, "+7 000 000-00-00");
    assert_eq!(value(desk, "from").await?, "01.04.2025");
    Ok(())
}
