//! The network at its worst, in the real window: what the person is told is true, and the portal gets one order, whole.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use kabinet_testkit::{AKT, Stand, sample};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use time::macros::{format_description, offset};
use time::{Duration, OffsetDateTime};

use crate::desk::{Desk, PATIENCE};
use crate::job::{LONG, ROW, move_in, open, send, sign, sign_in};

const PUSH: &str = "/api/gusmev/push/chunked";
const ORDER: &str = "/api/gusmev/order/*";

/// Bytes of each document: three of them make three parts, the last a small one.
const DOCUMENT_BYTES: usize = 13_700_000;

/// A request to sign that travels with its documents.
fn request(stand: &Stand) -> Result<String> {
    let person = stand.demo.employee("accountant").context("accountant")?;
    let (digits, control) = person.snils.split_at(9);
    let snils = format!("{}-{}-{} {control}", &digits[..3], &digits[3..6], &digits[6..]);
    let text = std::fs::read_to_string(sample("goskey/req.xml"))?;
    // The time of the published example is long over.
    let expires = OffsetDateTime::now_utc().to_offset(offset!(+3)) + Duration::hours(12);
    let expires = expires.format(format_description!(
        "[year]-[month]-[day]T[hour]:[minute]:[second].000+03:00"
    ))?;
    Ok(text
        .replace("2022-04-28T17:22:00.000+03:00", &expires)
        .replace("1000550738", &person.oid.to_string())
        .replace("000-729-729 38", &snils))
}

/// A request with documents that no packing makes smaller.
fn package(stand: &Stand, folder: &Path) -> Result<Vec<PathBuf>> {
    let write = |name: &str, content: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, content)?;
        anyhow::Ok(path)
    };
    let mut files = vec![write("req.xml", request(stand)?.as_bytes())?];
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for name in ["Contract.pdf", "Appendix_A.pdf", "Appendix_B.pdf"] {
        let mut content = b"%PDF-1.4\n".to_vec();
        while content.len() < DOCUMENT_BYTES {
            // xorshift64 (G. Marsaglia, 2003).
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            content.extend_from_slice(&state.to_le_bytes());
        }
        files.push(write(name, &content)?);
    }
    Ok(files)
}

/// Whether the portal has each file as it lies here.
fn has_all(order: &Value, files: &[PathBuf]) -> Result<()> {
    let received = order["files"].as_array().context("files")?;
    for file in files {
        let name = file.file_name().and_then(|name| name.to_str()).context("name")?;
        let digest = hex::encode(Sha256::digest(std::fs::read(file)?));
        let is_there = |one: &Value| {
            one["name"] == name
                && one["sha256"]
                    .as_str()
                    .is_some_and(|hex| hex.eq_ignore_ascii_case(&digest))
        };
        ensure!(
            received.iter().any(is_there),
            "{name} is not whole: {received:#?}"
        );
        let signature = format!("{name}.sig");
        ensure!(
            received.iter().any(|one| one["name"] == signature),
            "no {signature}"
        );
    }
    ensure!(received.len() == 2 * files.len(), "{received:#?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_lost_in_the_middle_of_an_upload_leaves_one_whole_order_at_the_portal() -> Result<()> {
    let mut desk = Desk::set("upload").await?;
    move_in(&mut desk).await?;
    sign_in(&mut desk).await?;
    let folder = tempfile::tempdir()?;
    let files = package(&desk.stand, folder.path())?;
    desk.start_again(&files)?;
    desk.find("next-actor").await?;
    sign(&mut desk).await?;
    // The second of three parts is under way when the network goes.
    desk.stand
        .fault(&json!({ "path": PUSH, "skip": 1, "kind": "delay", "ms": 600_000 }));
    send(&mut desk).await?;
    desk.until("the second part is under way", |desk| {
        desk.stand.all_faults_struck()
    })
    .await?;
    desk.wait_for_text("stage", "тправляется", PATIENCE).await?;
    desk.wait_for_text("outbox-pending", "1 документ", PATIENCE)
        .await?;
    desk.shoot("under-way").await?;
    desk.stand.stop();
    desk.find("outcome-unknown").await?;
    desk.find_css("[data-testid=network][data-network=offline]")
        .await?;
    desk.wait_for_text("stage", "точняем", PATIENCE).await?;
    desk.wait_for_text("next-actor", "Связи нет", PATIENCE).await?;
    desk.shoot("lost").await?;
    desk.click("nav-outbox").await?;
    desk.find("outcome-unknown").await?;
    desk.click_css("[data-testid=outbox-active] summary").await?;
    desk.shoot("lost-outbox").await?;

    desk.stand.restart();
    desk.wait_until_gone("outcome-unknown").await?;
    desk.find_css("[data-testid=network][data-network=online]")
        .await?;
    desk.until("the portal has it", |desk| {
        desk.stand.orders().iter().any(|order| order["draft"] == false)
    })
    .await?;
    desk.shoot("back").await?;
    let order = desk.stand.only_order();
    ensure!(order["pushes"] == 1, "{order:#}");
    has_all(&order, &files)?;
    desk.click("nav-documents").await?;
    desk.click_css(ROW).await?;
    desk.find("next-actor").await?;
    desk.shoot("sent").await?;
    desk.clear().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_lost_is_said_to_be_unknown_until_the_portal_was_asked() -> Result<()> {
    let mut desk = Desk::set("unknown").await?;
    move_in(&mut desk).await?;
    sign_in(&mut desk).await?;
    open(&mut desk, &sample(AKT)).await?;
    sign(&mut desk).await?;
    // The portal has the document, and for a while says nothing more.
    desk.stand.fault(&json!({ "path": PUSH, "kind": "drop-after" }));
    desk.stand
        .fault(&json!({ "path": ORDER, "kind": "status", "status": 503, "count": 2 }));
    send(&mut desk).await?;
    desk.find("outcome-unknown").await?;
    desk.wait_for_text("stage", "точняем", PATIENCE).await?;
    desk.wait_for_text("next-actor", "спрашивает портал", PATIENCE)
        .await?;
    desk.shoot("unknown").await?;
    desk.shoot_dark("unknown-dark").await?;
    desk.click("nav-outbox").await?;
    desk.find("outcome-unknown").await?;
    desk.shoot("unknown-outbox").await?;

    // Asked, it says that it has the document: nothing leaves a second time.
    desk.wait_until_gone("outcome-unknown").await?;
    ensure!(desk.stand.all_faults_struck());
    desk.click("nav-documents").await?;
    desk.click_css(ROW).await?;
    desk.wait_for_text("stage", "ринят", LONG).await?;
    desk.click("tab-history").await?;
    desk.shoot("known").await?;
    let order = desk.stand.only_order();
    ensure!(order["pushes"] == 1 && order["push_requests"] == 1, "{order:#}");
    ensure!(desk.stand.requests_to("POST", PUSH) == 1);
    desk.clear().await
}
