//! Both ways to sign in, in the real window: through ЕСИА in a real browser, and by the API key with the token's signature.

use anyhow::{Result, ensure};

use crate::browser::PersonsBrowser;
use crate::desk::{Desk, PATIENCE};
use crate::job::{is_signed_in, move_in, sign_in};

const PERSON: &str = "Лютикова Мария Петровна";

/// Signs in through the browser in the dialog that is open.
pub async fn in_browser(desk: &mut Desk, browser: &mut PersonsBrowser) -> Result<()> {
    // Who has signed in once is known, and chooses the organisation at once.
    let first = "[data-testid=esia-begin], [data-testid=way-browser] [data-testid^=enter-]";
    let id = desk
        .with_css(first, async |button| button.attr("data-testid").await)
        .await?;
    let is_known = id.is_some_and(|id| id != "esia-begin");
    desk.click_css(first).await?;
    desk.find("esia-waiting").await?;
    browser.follow(desk, "accountant").await?;
    if !is_known {
        // First the person, then the organisation.
        browser.follow(desk, "accountant").await?;
    }
    is_signed_in(desk).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_with_password_and_code_in_the_browser_and_then_with_the_token() -> Result<()> {
    let mut desk = Desk::set("logins").await?;
    move_in(&mut desk).await?;
    let mut browser = PersonsBrowser::start().await?;
    desk.click("go-sign-in").await?;
    desk.find("esia-begin").await?;
    desk.shoot("ways").await?;
    desk.click("esia-begin").await?;
    desk.find("esia-waiting").await?;
    desk.shoot("waiting").await?;
    // A wrong password is between the person and ЕСИА: the window waits.
    browser.mistype(&mut desk, "accountant").await?;
    browser.shoot(&mut desk, "wrong-password").await?;
    desk.find("esia-waiting").await?;
    desk.click("esia-again").await?;
    browser.follow(&mut desk, "accountant").await?;
    browser.follow(&mut desk, "accountant").await?;
    let page = browser.text().await?;
    ensure!(page.contains("Вы вошли"), "{page}");
    browser.shoot(&mut desk, "answer-is-back").await?;
    is_signed_in(&desk).await?;
    desk.wait_for_text("session", PERSON, PATIENCE).await?;
    desk.wait_for_text("session", "через Госуслуги", PATIENCE).await?;
    desk.wait_until_gone("esia-waiting").await?;
    desk.wait_until_gone("way-browser").await?;
    desk.shoot("by-browser").await?;

    desk.click("sign-out").await?;
    desk.click("sign-out-here").await?;
    desk.find_css("[data-testid=session][data-session=none]").await?;
    let browsers = desk.opened_addresses()?.len();
    sign_in(&mut desk).await?;
    desk.wait_for_text("session", PERSON, PATIENCE).await?;
    desk.wait_for_text("session", "электронной подписью", PATIENCE)
        .await?;
    desk.shoot("by-signature").await?;
    ensure!(
        desk.opened_addresses()?.len() == browsers,
        "a token needs no browser"
    );

    desk.click("nav-journal").await?;
    // WebDriver does not see text that can be cut with dots.
    desk.find_css("[data-testid=journal] [title*=\"Вход\"]").await?;
    desk.shoot("journal").await?;
    desk.clear().await
}
