//! A signing run in the real window: the token pulled in the middle and put back.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use kabinet_testkit::PIN;
use thirtyfour::By;

use crate::desk::{Desk, PATIENCE};
use crate::job::move_in;

/// Serial number of the token every desk has.
const TOKEN: &str = "0A1B2C3D";
const DOCUMENTS: usize = 5;

fn letters(folder: &tempfile::TempDir) -> Result<Vec<PathBuf>> {
    (1..=DOCUMENTS)
        .map(|number| {
            let path = folder.path().join(format!("Письмо {number}.txt"));
            std::fs::write(&path, format!("Письмо № {number}"))?;
            Ok(path)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_pulled_in_the_middle_and_put_back_signs_the_rest_and_nothing_twice() -> Result<()> {
    let mut desk = Desk::set("batch").await?;
    move_in(&mut desk).await?;
    let folder = tempfile::tempdir()?;
    desk.start_again(letters(&folder)?)?;
    desk.click("import-done").await?;
    desk.click("nav-documents").await?;
    desk.wait_for_text("documents-count", "5", PATIENCE).await?;
    desk.tick("select-all").await?;
    desk.click("sign-marked").await?;
    desk.find("signing-sheet").await?;
    let accountant = desk.stand.fingerprint("accountant").to_lowercase();
    desk.click(&format!("signer-{accountant}")).await?;
    desk.tick("agree-unopened").await?;
    desk.shoot("choice").await?;
    // Slow enough for a person to see it, and pulled at the third signature.
    let pulled = "C_Sign.delay = 700\nC_Sign.rv = 0x32\nC_Sign.after = 2\n";
    desk.drawer.control(pulled);
    desk.click("sign-confirm").await?;
    desk.enter_secret(PIN, false).await?;
    desk.find_css("[data-testid=\"run-outcome\"]").await?;
    desk.drawer.control(&format!("present.{TOKEN} = 0\n"));
    desk.wait_for_text("run-outcome", "Подписано 2 из 5", PATIENCE)
        .await?;
    desk.find_css("[data-testid=\"note\"][data-code=\"token.removed\"]")
        .await?;
    desk.wait_for_text("run-hint", TOKEN, PATIENCE).await?;
    desk.shoot("pulled").await?;

    // The sheet can be left; the run is found again.
    desk.click("sign-done").await?;
    desk.click("nav-today").await?;
    desk.wait_for_text("unfinished-run", "Подписано 2 из 5", PATIENCE)
        .await?;
    desk.shoot("unfinished").await?;
    desk.click("run-go-on").await?;
    desk.drawer.control("C_Sign.delay = 300\n");
    desk.click("sign-continue").await?;
    desk.enter_secret(PIN, false).await?;
    desk.wait_for_text("run-outcome", "Подписано 5 документов", PATIENCE)
        .await?;
    desk.shoot("signed").await?;
    desk.click("sign-done").await?;
    desk.wait_until_gone("unfinished-run").await?;

    desk.click("nav-journal").await?;
    // WebDriver does not see text that can be cut with dots.
    desk.find_css("[title^=\"Подписание продолжено\"]").await?;
    desk.shoot("journal").await?;
    let signed = desk
        .find("journal")
        .await?
        .find_all(By::Css("[title^=\"Документ подписан\"]"))
        .await?
        .len();
    ensure!(signed == DOCUMENTS, "{signed} signings");
    desk.clear().await
}
