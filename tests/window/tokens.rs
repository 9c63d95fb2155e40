//! What a person meets when a token is not simply there and open: PINs that are wrong, running out, locked; a token that cannot
//! sign; a driver that does not answer.

use anyhow::{Result, ensure};
use kabinet_softtoken::Profile;
use kabinet_testkit::{PIN, PUK, WRONG_PIN};

use crate::desk::{Desk, PATIENCE};
use crate::job::move_in;

/// Serial number of the token every desk has.
const TOKEN: &str = "0A1B2C3D";
const NEW_PIN: &str = "16180339";

async fn to_sign_in(desk: &Desk) -> Result<()> {
    let id = desk.stand.fingerprint("accountant").to_lowercase();
    desk.click("go-sign-in").await?;
    desk.click(&format!("sign-in-{id}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_goes_wrong_is_locked_and_is_unblocked_with_the_puk() -> Result<()> {
    let mut desk = Desk::set("pin").await?;
    move_in(&mut desk).await?;
    let id = desk.stand.fingerprint("accountant").to_lowercase();
    to_sign_in(&desk).await?;
    desk.enter_secret(WRONG_PIN, false).await?;
    desk.find_css("[data-code=\"token.pin-incorrect\"]").await?;
    desk.shoot("wrong").await?;
    desk.click(&format!("sign-in-{id}")).await?;
    desk.enter_secret(WRONG_PIN, false).await?;
    desk.find_css("[data-code=\"token.pin-incorrect-final-try\"]")
        .await?;
    desk.shoot("last-try-left").await?;
    desk.click(&format!("sign-in-{id}")).await?;
    desk.spend_last_try(WRONG_PIN).await?;
    desk.find_css("[data-code=\"token.pin-locked\"]").await?;
    desk.shoot("locked").await?;
    ensure!(desk.drawer.tries_left(TOKEN) == 0, "three entries, three tries");

    // Signing in happens over the page, which waits below.
    desk.click("close-sign-in").await?;
    desk.click("nav-tokens").await?;
    desk.find("token-pin-locked").await?;
    desk.shoot("tokens-locked").await?;
    desk.click_css("[data-testid^=\"unblock-\"]").await?;
    desk.enter_secret(PUK, false).await?;
    desk.enter_secret(NEW_PIN, true).await?;
    desk.wait_for_text_css("[data-testid^=\"done-\"]", "разблокирован", PATIENCE)
        .await?;
    desk.shoot("unblocked").await?;
    desk.click_css("[data-testid^=\"change-pin-\"]").await?;
    desk.enter_secret(NEW_PIN, false).await?;
    desk.enter_secret(PIN, true).await?;
    desk.wait_for_text_css("[data-testid^=\"done-\"]", "сменён", PATIENCE)
        .await?;
    desk.shoot("changed").await?;
    to_sign_in(&desk).await?;
    desk.enter_secret(PIN, false).await?;
    desk.find_css("[data-testid=\"session\"][data-session=\"active\"]")
        .await?;
    desk.clear().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passive_token_is_explained_and_a_driver_that_hangs_is_named_while_the_window_goes_on() -> Result<()>
{
    let mut desk = Desk::set("tokens").await?;
    move_in(&mut desk).await?;
    let passive = Profile::of_model("Rutoken lite", "0E0F", "Рутокен Lite");
    desk.drawer.add_with(passive, &desk.stand, &[]);
    desk.click("nav-tokens").await?;
    desk.scroll_to("passive-note").await?;
    desk.shoot("passive").await?;
    desk.dark(true).await?;
    desk.scroll_to("passive-note").await?;
    desk.shoot("dark").await?;
    desk.resize(640, 400).await?;
    desk.scroll_to("passive-note").await?;
    desk.shoot("small").await?;
    desk.resize(1280, 800).await?;
    desk.dark(false).await?;

    desk.drawer.control("C_GetSlotList.hang = 1\n");
    desk.click("rescan").await?;
    desk.wait_for_text("pending-modules", "libkabinet_softtoken", PATIENCE)
        .await?;
    desk.shoot("hung").await?;
    // The window goes on meanwhile.
    desk.click("nav-settings").await?;
    desk.click("nav-tokens").await?;
    desk.find_css("[data-code=\"token.module-hung\"], [data-code=\"token.module-stuck\"]")
        .await?;
    desk.shoot("hung-told").await?;
    desk.drawer.control("");
    desk.click("rescan").await?;
    desk.find("passive-note").await?;
    desk.clear().await
}
