//! What is trusted, in the settings and beside a verdict.

use anyhow::Result;
use serde_json::json;

use crate::desk::Desk;
use crate::job::move_in;

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_renewed_a_changed_one_refused_and_an_own_root_let_go() -> Result<()> {
    let mut desk = Desk::set("trust").await?;
    move_in(&mut desk).await?;
    desk.trust(&desk.stand.pki("untrusted-root.crt"))?;
    desk.click("nav-settings").await?;
    desk.wait_for_text("trust-list", "сегодняшний", crate::desk::PATIENCE)
        .await?;
    desk.stand.publish_list(&json!({}));
    desk.click("update-trust").await?;
    desk.wait_for_text("trust-list", "версия 2", crate::desk::PATIENCE)
        .await?;
    desk.shoot("renewed").await?;
    desk.stand.publish_list(&json!({"flaw": "tampered"}));
    desk.click("update-trust").await?;
    desk.find_css("[data-code=\"app.trust-list-tampered\"]").await?;
    desk.shoot("refused").await?;
    desk.find("trust-list").await?;
    desk.dark(true).await?;
    desk.scroll_to("own-trusted").await?;
    desk.shoot("dark").await?;
    desk.resize(640, 400).await?;
    desk.scroll_to("own-trusted").await?;
    desk.shoot("small").await?;
    desk.resize(1280, 800).await?;
    desk.click("remove-trusted").await?;
    desk.find("confirm-remove-trusted").await?;
    desk.shoot("remove").await?;
    desk.click("confirm-remove-trusted").await?;
    desk.wait_until_gone("own-trusted").await?;
    desk.clear().await
}
