//! The whole story of a power of attorney, at two computers: drafted without a network, handed over, signed by the head, registered,
//! signed under, revoked, and of no use from then on.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use kabinet_testkit::{PIN, UPD, sample};

use crate::desk::{Computer, Desk, PASSPHRASE, PATIENCE};
use crate::drafts::{is_saved, value};
use crate::job::{LONG, ROW, move_in, move_in_as, send, sign_in, sign_in_as};
use crate::poa::{GIVER, RECEIVER, pick_person};

/// Said to the director by telephone.
const PHRASE: &str = "синяя птица 42";
const REPRESENTATIVE: &str = "Ландышева";
const DIRECTOR: &str = "Васильков";
const ACCOUNTANT: &str = "Лютикова";
const POA: &str = "[data-testid=poa-row]";

/// Fills in the form with what the program does not know: the head it does.
async fn draft(desk: &Desk) -> Result<()> {
    ensure!(
        value(desk, "head.surname").await? == DIRECTOR,
        "the head is known"
    );
    // The role of an accountant does not see the numbers of others.
    let mut employees = desk.stand.demo.employees.iter();
    let head = employees
        .find(|one| one.id == "director")
        .cloned()
        .context("director")?;
    let numbers = [
        ("head.inn", head.inn.as_str()),
        ("head.snils", head.snils.as_str()),
    ];
    for (field, answer) in GIVER.iter().copied().chain(numbers) {
        desk.fill(&format!("field-{field}"), answer).await?;
    }
    desk.click("poa-step-receiver").await?;
    pick_person(desk, REPRESENTATIVE).await?;
    for (field, answer) in RECEIVER {
        desk.fill(&format!("field-{field}"), answer).await?;
    }
    desk.click("poa-step-powers").await?;
    desk.click("poa-template-accountant").await?;
    desk.click("poa-step-check").await?;
    is_saved(desk).await?;
    desk.click("poa-missing-expires").await?;
    desk.click("poa-term-year").await?;
    is_saved(desk).await
}

/// Chooses an option of a list by its words.
async fn choose(desk: &Desk, list: &str, words: &str) -> Result<()> {
    let script = "const all = [...document.querySelectorAll(`[data-testid=${arguments[0]}] option`)];
        return 1 + all.findIndex((one) => one.textContent.includes(arguments[1]))";
    let deadline = std::time::Instant::now() + PATIENCE;
    loop {
        let found = desk
            .driver
            .execute(script, vec![list.into(), words.into()])
            .await?;
        let place: usize = found.convert()?;
        if place > 0 {
            return desk
                .click_css(&format!("[data-testid={list}] option:nth-child({place})"))
                .await;
        }
        ensure!(std::time::Instant::now() < deadline, "{list} offers no {words}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Leaves the document whose page is open at the portal for a colleague.
async fn hand_over(desk: &mut Desk, button: &str, own_name: &str, to: &str) -> Result<()> {
    desk.click(button).await?;
    desk.find("hand-over-name").await?;
    let by_portal = "document.querySelector('[data-testid=hand-over-way] input[value=portal]').click()";
    desk.driver.execute(by_portal, Vec::new()).await?;
    desk.fill("hand-over-name", own_name).await?;
    choose(desk, "portal-to", to).await?;
    desk.find("portal-no-address").await?;
    desk.shoot("hand-over").await?;
    desk.click("hand-over-confirm").await?;
    desk.enter_secret(PHRASE, true).await?;
    desk.find("handed-over").await?;
    desk.click_css("[data-testid=hand-over] header button").await?;
    desk.wait_until_gone("handed-over").await
}

/// Takes what waits at the portal.
async fn take(desk: &mut Desk) -> Result<()> {
    desk.click("nav-to-sign").await?;
    desk.click("incoming-take").await?;
    desk.enter_secret(PHRASE, false).await
}

/// Asks the registry about the only one of the register.
async fn ask(desk: &Desk, state: &str) -> Result<()> {
    card(desk).await?;
    desk.click("poa-refresh").await?;
    is_in(desk, state).await
}

async fn unlock(desk: &mut Desk) -> Result<()> {
    desk.click("unlock").await?;
    desk.enter_secret(PASSPHRASE, false).await?;
    desk.find("nav-today").await?;
    Ok(())
}

/// Signs in the sheet that is open.
async fn sign_in_sheet(desk: &mut Desk) -> Result<()> {
    desk.click("sign-confirm").await?;
    desk.enter_secret(PIN, false).await?;
    desk.click("sign-done").await?;
    desk.wait_until_gone("sign-done").await
}

/// Reads and signs the power of attorney that came, and has it registered.
async fn give(desk: &mut Desk) -> Result<()> {
    take(desk).await?;
    // What came is shown at once; with others it waits where everything does.
    desk.find("next-actor").await?;
    desk.click("nav-to-sign").await?;
    desk.find("to-sign-item").await?;
    desk.wait_for_text("grant", REPRESENTATIVE, PATIENCE).await?;
    desk.shoot("to-sign").await?;
    desk.shoot_dark("to-sign").await?;
    ensure!(
        !desk.is_enabled("to-sign-sign").await?,
        "nothing is signed unread"
    );
    desk.click("to-sign-open").await?;
    desk.wait_for_text("to-sign-reading", REPRESENTATIVE, PATIENCE)
        .await?;
    desk.shoot("reading").await?;
    desk.click("to-sign-read").await?;
    desk.click("to-sign-sign").await?;
    desk.find("signing-sheet").await?;
    desk.shoot("sheet").await?;
    sign_in_sheet(desk).await?;
    desk.click("to-sign-register").await?;
    desk.click("nav-poas").await?;
    desk.find_css(POA).await?;
    desk.shoot("register").await?;
    card(desk).await?;
    is_in(desk, "active").await?;
    desk.shoot("active").await
}

/// Opens the only one of the register.
async fn card(desk: &Desk) -> Result<()> {
    desk.click("nav-poas").await?;
    desk.click_css(POA).await?;
    desk.find("poa-state").await?;
    Ok(())
}

async fn is_in(desk: &Desk, state: &str) -> Result<()> {
    desk.find_css(&format!("[data-testid=poa-state][data-state={state}]"))
        .await?;
    Ok(())
}

/// Chooses the representative in the sheet of the document whose page is open.
async fn as_representative(desk: &Desk) -> Result<()> {
    let representative = desk.stand.fingerprint("representative").to_lowercase();
    desk.click("primary-action").await?;
    desk.find("signing-sheet").await?;
    desk.click(&format!("signer-{representative}")).await?;
    desk.find("poa-choice").await?;
    Ok(())
}

/// Opens the document of the list whose row says this and does not say that.
async fn open_row(desk: &Desk, says: &str, not: &str) -> Result<()> {
    desk.click("nav-documents").await?;
    desk.find_css(ROW).await?;
    let script = "const all = [...document.querySelectorAll(arguments[0])];
        const row = all.find((one) => one.innerText.includes(arguments[1]) && !one.innerText.includes(arguments[2]));
        return row ? row.dataset.testid : ''";
    let found = desk
        .driver
        .execute(script, vec![ROW.into(), says.into(), not.into()])
        .await?;
    let id: String = found.convert()?;
    ensure!(!id.is_empty(), "no row says {says} and not {not}");
    desk.click(&id).await?;
    desk.find("next-actor").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn drafted_offline_handed_over_given_used_and_revoked() -> Result<()> {
    let mut desk = Desk::set("poa-story").await?;
    let mut directors = Computer::new(&desk.stand, "0D1E2F3A", &["director"])?;
    desk.drawer.add(&desk.stand, "0E2F3A4B", &["representative"]);

    // The accountant, without a network.
    move_in(&mut desk).await?;
    sign_in(&mut desk).await?;
    desk.click("nav-drafts").await?;
    desk.click("new-draft").await?;
    desk.click("form-emchd").await?;
    desk.find("poa-step-giver").await?;
    desk.stand.stop();
    draft(&desk).await?;
    ensure!(value(&desk, "expires").await?.ends_with("2027"), "a year");
    desk.click("make-document").await?;
    desk.find("next-actor").await?;
    desk.wait_for_text("readable", REPRESENTATIVE, PATIENCE).await?;
    desk.shoot("made").await?;
    desk.stand.restart();
    hand_over(&mut desk, "hand-over-document", "Лютикова М. П.", DIRECTOR).await?;

    // The director, at another computer.
    desk.change_to(&mut directors).await?;
    move_in_as(&mut desk, "director").await?;
    sign_in_as(&mut desk, "director").await?;
    give(&mut desk).await?;
    open_row(&desk, REPRESENTATIVE, "отов").await?;
    hand_over(&mut desk, "hand-back", "Васильков И. С.", ACCOUNTANT).await?;

    // The representative, at the first one.
    desk.change_to(&mut directors).await?;
    unlock(&mut desk).await?;
    sign_in(&mut desk).await?;
    take(&mut desk).await?;
    desk.click("import-done").await?;
    ask(&desk, "active").await?;
    desk.click("nav-today").await?;
    desk.open_with_program(&sample(UPD))?;
    desk.find("next-actor").await?;
    as_representative(&desk).await?;
    desk.shoot("under").await?;
    desk.click("poa-attach").await?;
    desk.find("check-poa-allowed").await?;
    // The copy is another document, which nobody has opened.
    desk.tick("agree-unopened").await?;
    desk.shoot("attached").await?;
    sign_in_sheet(&mut desk).await?;
    open_row(&desk, "одписан", "отов").await?;
    desk.shoot("signed-under").await?;
    send(&mut desk).await?;
    desk.wait_for_text("stage", "ринят", LONG).await?;

    // The director takes it back.
    desk.change_to(&mut directors).await?;
    unlock(&mut desk).await?;
    sign_in_as(&mut desk, "director").await?;
    card(&desk).await?;
    desk.click("poa-revoke").await?;
    desk.fill("revoke-reason", "Представитель уволен").await?;
    desk.shoot("revoke").await?;
    desk.click("revoke-write").await?;
    desk.find("signing-sheet").await?;
    desk.tick("agree-unopened").await?;
    sign_in_sheet(&mut desk).await?;
    is_in(&desk, "revoked").await?;
    desk.until("the registry's word", |desk| {
        desk.stand
            .registered_poas()
            .iter()
            .any(|one| one["state"] == "revoked")
    })
    .await?;
    desk.shoot("revoked").await?;

    // The same signature is refused, before anybody is asked for a PIN.
    desk.change_to(&mut directors).await?;
    unlock(&mut desk).await?;
    sign_in(&mut desk).await?;
    ask(&desk, "revoked").await?;
    open_row(&desk, "дёт подписи", "ринят").await?;
    as_representative(&desk).await?;
    desk.find("check-poa-revoked").await?;
    desk.shoot("refused").await?;
    ensure!(
        !desk.is_enabled("sign-confirm").await?,
        "nothing is signed under it any more"
    );
    desk.clear().await
}
