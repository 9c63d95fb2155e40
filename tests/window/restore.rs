//! The archive in the real window, put back from a backup after damage and loss.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use kabinet_testkit::{AKT, sample};

use crate::desk::{Desk, PASSPHRASE};
use crate::job::{ROW, move_in, open, send, sign, sign_in};

const SHORT: Duration = Duration::from_secs(15);

/// Chooses the newest backup and gives the passphrase.
async fn restore(desk: &mut Desk, shot: &str) -> Result<()> {
    desk.click("restore-instead").await?;
    desk.find("backups").await?;
    desk.shoot(&format!("{shot}-backups")).await?;
    desk.click("restore-backup").await?;
    desk.find("restore-dialog").await?;
    desk.shoot(&format!("{shot}-confirm")).await?;
    desk.click("confirm-restore").await?;
    desk.enter_secret(PASSPHRASE, false).await?;
    desk.find("nav-documents").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_and_an_emptied_vault_come_back_and_nothing_is_sent_by_itself() -> Result<()> {
    let mut desk = Desk::set("restore").await?;
    move_in(&mut desk).await?;
    sign_in(&mut desk).await?;
    desk.stand.stop();
    open(&mut desk, &sample(AKT)).await?;
    sign(&mut desk).await?;
    send(&mut desk).await?;
    desk.wait_for_text("stage", "череди", SHORT).await?;
    desk.click("nav-settings").await?;
    desk.click("back-up-now").await?;
    desk.find_css("[data-testid=\"back-up-now\"][data-loading]")
        .await?;
    desk.find_css("[data-testid=\"back-up-now\"]:not([data-loading])")
        .await?;
    desk.scroll_to("backup").await?;
    desk.shoot("made").await?;

    desk.crash().await?;
    let vault = desk.folder().join("vault");
    damage(&vault.join("personal.db"))?;
    desk.click("unlock").await?;
    desk.enter_secret(PASSPHRASE, false).await?;
    desk.find("restore-instead").await?;
    desk.shoot("damaged").await?;
    restore(&mut desk, "damaged").await?;
    is_as_it_was(&mut desk).await?;

    // The portal is there again, and so is the accountant: what waited then waits for a person now.
    desk.stand.restart();
    sign_in(&mut desk).await?;
    tokio::time::sleep(Duration::from_secs(5)).await;
    ensure!(desk.stand.orders().is_empty(), "sent by itself");

    desk.crash().await?;
    empty(&vault)?;
    desk.crash().await?;
    desk.find("first-start-next").await?;
    restore(&mut desk, "emptied").await?;
    is_as_it_was(&mut desk).await?;
    ensure!(desk.stand.orders().is_empty(), "sent by itself");
    desk.clear().await
}

async fn is_as_it_was(desk: &mut Desk) -> Result<()> {
    desk.click("nav-documents").await?;
    desk.click_css(ROW).await?;
    desk.wait_for_text("stage", "одписан", SHORT).await?;
    desk.find("readable").await?;
    desk.shoot("restored").await?;
    desk.click("nav-journal").await?;
    // WebDriver does not see text that is cut with dots.
    desk.find_css("[title*=\"восстановлен из резервной копии\"]")
        .await?;
    desk.shoot("restored-journal").await?;
    Ok(())
}

/// The drive gives back something else, of the file and of its log.
fn damage(file: &Path) -> Result<()> {
    let log = file.with_extension("db-wal");
    for file in [file, &log].into_iter().filter(|file| file.exists()) {
        fs::write(file, vec![7; 16_384])?;
    }
    Ok(())
}

/// Somebody's tidying: everything but the backups is gone.
fn empty(vault: &Path) -> Result<()> {
    for entry in fs::read_dir(vault)? {
        let path = entry?.path();
        if path.ends_with("backups") {
            continue;
        }
        if path.is_dir() {
            fs::remove_dir_all(path)?;
        } else {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}
