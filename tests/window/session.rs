//! A session that ends while its person types: nothing typed is lost, and signing in again happens over the page.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::browser::PersonsBrowser;
use crate::desk::{Desk, PATIENCE};
use crate::drafts::{ANSWERS, add_row, begin, is_saved, value};
use crate::job::{LONG, move_in, sign};
use crate::logins::in_browser;

async fn type_in(desk: &Desk, answers: &[(&str, &str)]) -> Result<()> {
    for (field, answer) in answers {
        desk.fill(&format!("field-{field}"), answer).await?;
    }
    Ok(())
}

async fn is_typed(desk: &Desk, answers: &[(&str, &str)]) -> Result<()> {
    for (field, answer) in answers {
        let found = value(desk, field).await?;
        ensure!(found == *answer, "{field} holds «{found}»");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_in_the_middle_of_a_form_costs_nothing_that_was_typed() -> Result<()> {
    let mut desk = Desk::set("session").await?;
    move_in(&mut desk).await?;
    let mut browser = PersonsBrowser::start().await?;
    desk.click("go-sign-in").await?;
    in_browser(&mut desk, &mut browser).await?;

    begin(&desk).await?;
    let (before, after) = ANSWERS.split_at(4);
    type_in(&desk, before).await?;
    desk.stand
        .change_account("accountant", &json!({ "end_sessions": true }));
    // The next exchange finds out; the person goes on.
    desk.click("sync").await?;
    desk.wait_for_text("session", "Сеанс закончился", LONG).await?;
    is_typed(&desk, before).await?;
    desk.shoot("ended").await?;
    desk.click("go-sign-in").await?;
    desk.find("way-browser").await?;
    desk.shoot("over-the-form").await?;
    desk.click("close-sign-in").await?;
    desk.wait_until_gone("way-browser").await?;
    type_in(&desk, after).await?;
    add_row(&desk).await?;
    is_saved(&desk).await?;
    is_typed(&desk, ANSWERS).await?;
    desk.click("make-document").await?;
    sign(&mut desk).await?;
    desk.click("primary-action").await?;
    desk.wait_for_text("send-dialog", "уйдёт после входа", PATIENCE)
        .await?;
    desk.shoot("send-signed-out").await?;
    desk.click("send-confirm").await?;
    desk.wait_until_gone("send-confirm").await?;

    // What was sent waits for somebody to sign in, and asks for that where it stands.
    desk.find_css("[data-testid=primary-action][data-action=sign-in]")
        .await?;
    desk.wait_for_text("next-actor", "войдите", PATIENCE).await?;
    ensure!(desk.stand.orders().is_empty(), "nobody was signed in");
    let page = desk.driver.current_url().await?;
    desk.shoot("asked").await?;
    desk.click("primary-action").await?;
    desk.find("way-browser").await?;
    desk.shoot("over-the-document").await?;
    in_browser(&mut desk, &mut browser).await?;
    desk.wait_until_gone("way-browser").await?;
    ensure!(
        desk.driver.current_url().await? == page,
        "the person was led away"
    );
    desk.wait_for_text("stage", "ринят", LONG).await?;
    desk.shoot("accepted").await?;
    ensure!(desk.stand.only_order()["pushes"] == 1);
    desk.clear().await
}
