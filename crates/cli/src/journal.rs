//! The journal: listed, verified, written out.

use std::process::ExitCode;

use kabinet_app::{AppError, JournalFilter, JournalFormat};
use serde_json::json;

use crate::arguments::{Arguments, Journal, JournalForm};
use crate::output::{DONE, INVALID, Output};
use crate::vault::opened;

/// Entries that are listed.
const LISTED: u32 = 1000;

pub async fn run(arguments: &Arguments, output: &Output, journal: &Journal) -> Result<ExitCode, AppError> {
    let app = opened(arguments, &[], false).await?;
    if let Some(file) = &journal.export {
        let filter = JournalFilter {
            action: journal.action.clone(),
            actor: journal.actor.clone(),
            from: journal.from,
            until: journal.until,
            ..JournalFilter::default()
        };
        let format = match journal.format {
            JournalForm::Json => JournalFormat::Json,
            JournalForm::Csv => JournalFormat::Csv,
        };
        let (entries, key) = app.export_journal(filter, format, file).await?;
        let value = json!({ "file": file, "entries": entries, "publicKey": key });
        let params = [
            ("count".to_owned(), entries.to_string()),
            ("key".to_owned(), key.clone()),
        ]
        .into();
        return Ok(output.result(
            &value,
            || vec![output.text("cli.journal-exported", &params)],
            DONE,
        ));
    }
    if journal.verify {
        let check = app.verify_journal().await?;
        let code = if check.broken_at.is_some() { INVALID } else { DONE };
        let key = if check.broken_at.is_some() {
            "cli.journal-broken"
        } else {
            "cli.journal-intact"
        };
        let params = [("seq".to_owned(), check.broken_at.unwrap_or_default().to_string())].into();
        return Ok(output.result(&check, || vec![output.text(key, &params)], code));
    }
    let page = app.journal(0, LISTED).await?;
    let lines = || {
        page.rows
            .iter()
            .map(|row| {
                format!(
                    "{}  {}  {}",
                    row.at,
                    output.text(&format!("journal.{}", row.action), &row.params),
                    row.actor
                )
            })
            .collect()
    };
    Ok(output.result(&page, lines, DONE))
}
