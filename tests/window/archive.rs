//! The archive in the real window: found again by what stands in it.

use std::fs;
use std::time::Duration;

use anyhow::{Result, ensure};
use kabinet_testkit::{AKT, UPD, sample};

use crate::desk::{Desk, PASSPHRASE};
use crate::job::{ROW, move_in};

const SHORT: Duration = Duration::from_secs(15);

async fn rows(desk: &Desk) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll(arguments[0])].map((row) => row.dataset.testid)";
    let ids = desk.driver.execute(script, vec![ROW.into()]).await?;
    Ok(ids.convert()?)
}

/// Waits until so many documents are in the list.
async fn count(desk: &Desk, words: &str) -> Result<Vec<String>> {
    desk.wait_for_text("documents-count", words, SHORT).await?;
    rows(desk).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_found_by_a_word_in_another_form_and_the_search_is_kept() -> Result<()> {
    let mut desk = Desk::set("search").await?;
    move_in(&mut desk).await?;
    let letter = desk.folder().join("Письмо поставщику.txt");
    fs::write(
        &letter,
        "Уважаемые коллеги!\nПросим вернуть переплату за электроэнергию по договору с ромашкой.\n",
    )?;
    for file in [sample(AKT), sample(UPD), letter] {
        desk.open_with_program(&file)?;
        desk.find("next-actor").await?;
        desk.click("nav-today").await?;
        desk.wait_until_gone("next-actor").await?;
    }
    desk.click("nav-documents").await?;
    ensure!(count(&desk, "3 документа").await?.len() == 3);

    // Neither word stands in the letter as it is typed.
    desk.fill("documents-search", "переплаты электроэнергии").await?;
    let found = count(&desk, "1 документ").await?;
    desk.wait_for_text_css("[data-testid^=\"passage-\"]", "вернуть переплату", SHORT)
        .await?;
    desk.wait_for_text_css("[data-testid^=\"passage-\"] mark", "электроэнергию", SHORT)
        .await?;
    // The list is asked for again with every letter.
    ensure!(count(&desk, "1 документ").await? == found);
    desk.shoot("passage").await?;

    desk.fill("documents-search", "ромашка").await?;
    ensure!(count(&desk, "3 документа").await?.contains(&found[0]));
    desk.click("filters").await?;
    desk.find("kind-fns.on_aktsverotp").await?;
    desk.shoot("filters").await?;
    desk.tick("kind-fns.on_aktsverotp").await?;
    let narrowed = count(&desk, "1 документ").await?;
    ensure!(narrowed != found, "the letter is no act");
    desk.click("filters").await?;
    desk.find("chips").await?;
    desk.shoot("narrowed").await?;

    desk.click("saved-searches").await?;
    desk.click("save-search").await?;
    desk.fill("search-name", "Акты с «Ромашкой»").await?;
    desk.shoot("naming").await?;
    desk.click("search-name-confirm").await?;
    desk.wait_until_gone("search-name").await?;

    // To a document and back: the list is as it was left.
    desk.click(&narrowed[0]).await?;
    desk.find("next-actor").await?;
    desk.click("back").await?;
    ensure!(count(&desk, "1 документ").await? == narrowed);
    let field = desk.find("documents-search").await?;
    ensure!(field.value().await?.as_deref() == Some("ромашка"));
    desk.find("chips").await?;
    desk.shoot("back").await?;

    // Another day: the list is whole, and the kept search leads there again.
    desk.click("lock").await?;
    desk.click("unlock").await?;
    desk.enter_secret(PASSPHRASE, false).await?;
    desk.click("nav-documents").await?;
    ensure!(count(&desk, "3 документа").await?.len() == 3);
    desk.click("saved-searches").await?;
    const KEPT: &str = "[data-testid^=\"saved-\"]:not([data-testid=\"saved-searches\"])";
    let kept = desk.find_css(KEPT).await?;
    // The driver takes a button's cut text for no text.
    ensure!(kept.prop("textContent").await?.as_deref() == Some("Акты с «Ромашкой»"));
    desk.shoot("saved").await?;
    desk.click_css(KEPT).await?;
    ensure!(count(&desk, "1 документ").await? == narrowed);
    desk.fill("documents-search", "незабудка").await?;
    desk.find_css("[data-testid=\"empty\"]").await?;
    desk.shoot("nothing").await?;
    desk.resize(640, 400).await?;
    desk.shoot("small").await?;
    desk.clear().await
}
