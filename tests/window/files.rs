//! Signing and verifying files of the computer in the real window.

use std::ffi::OsStr;
use std::path::Path;

use anyhow::Result;
use kabinet_testkit::PIN;

use crate::desk::Desk;
use crate::job::move_in;

async fn verify(desk: &Desk, files: &[&Path], verdict: &str) -> Result<()> {
    // The verdict before must not be taken for this one.
    desk.click("nav-today").await?;
    desk.wait_until_gone("verdict").await?;
    let files = files.iter().map(|file| file.as_os_str());
    desk.start_again(std::iter::once(OsStr::new("--verify")).chain(files))?;
    let line = format!("[data-testid=\"verdict\"][data-verdict=\"{verdict}\"]");
    desk.find_css(&line).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_signed_verified_and_found_out_when_it_was_changed() -> Result<()> {
    let mut desk = Desk::set("files").await?;
    move_in(&mut desk).await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("Договор поставки.pdf");
    std::fs::write(&file, b"%PDF-1.7 one hundred")?;

    desk.start_again([OsStr::new("--sign"), file.as_os_str()])?;
    desk.find("file-to-sign").await?;
    desk.shoot("to-sign").await?;
    desk.click("sign-file-confirm").await?;
    desk.enter_secret(PIN, false).await?;
    desk.find("file-signed").await?;
    desk.find_css("[data-testid=\"verdict\"][data-verdict=\"valid\"]")
        .await?;
    desk.shoot("signed").await?;
    let signature = folder.path().join("Договор поставки.pdf.sig");
    assert!(signature.is_file(), "the signature lies beside the file");

    verify(&desk, &[&file, &signature], "valid").await?;
    desk.click_css("[data-testid=\"signature-details\"] > summary")
        .await?;
    desk.shoot("verified").await?;

    std::fs::write(&file, b"%PDF-1.7 nine hundred")?;
    verify(&desk, &[&file], "invalid").await?;
    desk.shoot("changed").await?;

    std::fs::remove_file(&file)?;
    desk.start_again([OsStr::new("--verify"), signature.as_os_str()])?;
    desk.find("content-needed").await?;
    desk.shoot("content-needed").await?;
    desk.clear().await
}

const PDF: &[u8] = include_bytes!("../data/pdf/empty-a4.pdf");

async fn sign(desk: &mut Desk) -> Result<()> {
    desk.click("sign-file-confirm").await?;
    desk.enter_secret(PIN, false).await?;
    desk.find("file-signed").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_is_signed_inside_and_raised_and_what_nobody_stamps_waits() -> Result<()> {
    let mut desk = Desk::set("forms").await?;
    move_in(&mut desk).await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("Договор № 118.pdf");
    std::fs::write(&file, PDF)?;

    desk.start_again([OsStr::new("--sign"), file.as_os_str()])?;
    desk.click_css("[data-testid=\"purpose\"] option[value=\"contract\"]")
        .await?;
    desk.click_css("[data-testid=\"sign-more\"] > summary").await?;
    desk.click("visible").await?;
    desk.shoot("contract").await?;
    sign(&mut desk).await?;
    let profile = "[data-testid=\"verdict\"][data-verdict=\"valid\"]";
    desk.find_css(profile).await?;
    desk.shoot("contract-signed").await?;
    let signed = folder.path().join("Договор № 118 (подписан).pdf");
    assert!(signed.is_file());

    verify(&desk, &[&signed], "valid").await?;
    desk.click("raise").await?;
    desk.click("raise-archive").await?;
    desk.shoot("raise").await?;
    desk.click("raise-confirm").await?;
    desk.wait_for_text("raised", "(подписан) (2).pdf", std::time::Duration::from_secs(30))
        .await?;
    desk.shoot("raised").await?;

    desk.stand.stop();
    desk.start_again([OsStr::new("--sign"), file.as_os_str()])?;
    desk.find("file-to-sign").await?;
    sign(&mut desk).await?;
    desk.find("queued").await?;
    desk.shoot("not-stamped").await?;
    desk.click("sign-another").await?;
    desk.find("waiting-file").await?;
    desk.shoot("waiting").await?;
    desk.stand.restart();
    desk.click("stamp-now").await?;
    desk.wait_until_gone("waiting-files").await?;
    let beside = folder.path().join("Договор № 118.pdf.sig");
    verify(&desk, &[&file, &beside], "valid").await?;
    desk.click("nav-settings").await?;
    desk.find("stamp-service-address")
        .await?
        .scroll_into_view()
        .await?;
    desk.shoot("stamp-services").await?;
    desk.clear().await
}
