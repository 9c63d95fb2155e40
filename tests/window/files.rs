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
    desk.find_css("[data-testid=\"signature-details\"] > summary")
        .await?
        .click()
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
