//! Two organisations in one window: what belongs to one is never shown while the other is chosen.

use anyhow::{Result, ensure};
use kabinet_testkit::{AKT, sample};

use crate::desk::{Desk, PATIENCE};
use crate::drafts::{begin, is_saved, value};
use crate::job::{
    LONG, ROW, fill_organisation, move_in, open, organisation, send, sign, sign_in, sign_in_as,
};

/// Every screen that lists something of the organisation.
const SCREENS: &[&str] = &[
    "today",
    "documents",
    "drafts",
    "calendar",
    "outbox",
    "orders",
    "journal",
    "settings",
];

/// Chooses an organisation in the menu.
async fn choose(desk: &Desk, inn: &str) -> Result<()> {
    desk.click("organisation-menu").await?;
    desk.click(&format!("organisation-{inn}")).await?;
    desk.wait_for_text("organisation-menu", inn, PATIENCE).await?;
    // The menu names all organisations until it has closed.
    desk.wait_until_gone(&format!("organisation-{inn}")).await
}

/// None of the words stands on any screen.
async fn nothing_says(desk: &Desk, words: &[&str]) -> Result<()> {
    for screen in SCREENS {
        desk.click(&format!("nav-{screen}")).await?;
        desk.find_css(&format!("[data-testid=nav-{screen}][aria-current=page]"))
            .await?;
        desk.wait_until_gone("loading").await?;
        let text = desk.text().await?;
        for word in words {
            ensure!(!text.contains(word), "«{word}» stands on {screen}: {text}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn another_organisation_shows_its_own_lists_and_status_and_nothing_of_the_first() -> Result<()> {
    let mut desk = Desk::set("organisations").await?;
    move_in(&mut desk).await?;
    let (first, second) = (organisation(&desk, "romashka")?, organisation(&desk, "lopukh")?);
    sign_in(&mut desk).await?;
    open(&mut desk, &sample(AKT)).await?;
    sign(&mut desk).await?;
    send(&mut desk).await?;
    desk.wait_for_text("stage", "ринят", LONG).await?;
    let order = desk.stand.only_order()["id"].to_string();
    begin(&desk).await?;
    desk.fill("field-number", "2101").await?;
    is_saved(&desk).await?;
    desk.click("nav-orders").await?;
    desk.wait_for_text("orders", &order, PATIENCE).await?;
    desk.shoot("first-orders").await?;

    desk.click("organisation-menu").await?;
    desk.click("add-organisation").await?;
    fill_organisation(&desk, &second, "stranger").await?;
    desk.click("organisation-add").await?;
    desk.wait_for_text("organisation-menu", &second.inn, PATIENCE)
        .await?;
    desk.wait_until_gone("organisation-form").await?;
    // Neither session nor exchange nor network were this organisation's.
    desk.find_css("[data-testid=session][data-session=none]").await?;
    desk.wait_for_text("last-sync", "ещё не было", PATIENCE).await?;
    desk.find_css("[data-testid=network][data-network=unknown]")
        .await?;
    desk.shoot("second-today").await?;
    let of_the_first = [&order as &str, "2101", &first.short_name, &first.inn, "Лютикова"];
    nothing_says(&desk, &of_the_first).await?;
    desk.click("nav-orders").await?;
    desk.shoot("second-orders").await?;
    sign_in_as(&mut desk, "stranger").await?;
    desk.click("sync").await?;
    desk.wait_for_text("last-sync", "Обмен:", PATIENCE).await?;
    nothing_says(&desk, &of_the_first).await?;
    begin(&desk).await?;
    desk.fill("field-number", "3202").await?;
    is_saved(&desk).await?;
    desk.shoot("second-draft").await?;

    // From the middle of a form: what was typed stays with its organisation.
    choose(&desk, &first.inn).await?;
    desk.find_css("[data-testid=session][data-session=none]").await?;
    desk.shoot("first-again").await?;
    nothing_says(&desk, &["3202", &second.short_name, &second.inn, "Репейников"]).await?;
    desk.click("nav-documents").await?;
    desk.find_css(ROW).await?;
    desk.click("nav-orders").await?;
    desk.wait_for_text("orders", &order, PATIENCE).await?;
    desk.click("nav-drafts").await?;
    desk.click_css("[data-testid=drafts] a").await?;
    ensure!(value(&desk, "number").await? == "2101");
    choose(&desk, &second.inn).await?;
    desk.click("nav-drafts").await?;
    desk.click_css("[data-testid=drafts] a").await?;
    ensure!(value(&desk, "number").await? == "3202");
    desk.clear().await
}
