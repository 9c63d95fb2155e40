//! The journal: listed, verified, written out.

use std::path::Path;
use std::process::ExitCode;

use kabinet_app::view::{JournalCheck, JournalTopic, Params};
use kabinet_app::{Actions, App, AppError, JournalFilter, JournalSelection, JournalTarget};
use serde_json::json;

use crate::arguments::{Arguments, Journal};
use crate::output::{DONE, INVALID, Output};
use crate::vault::opened;

/// Entries that are listed.
const LISTED: u32 = 1000;

pub async fn run(arguments: &Arguments, output: &Output, journal: &Journal) -> Result<ExitCode, AppError> {
    let app = opened(arguments, &[], false).await?;
    if journal.verify {
        let check = app.verify_journal().await?;
        let code = if check.broken_at.is_some() { INVALID } else { DONE };
        return Ok(output.result(&check, || verdict(output, &check), code));
    }
    let selection = selection(journal);
    match &journal.export {
        Some(file) => export(&app, output, journal, selection, file).await,
        None => list(&app, output, selection).await,
    }
}

fn selection(journal: &Journal) -> JournalSelection {
    let action = |action: &String| Actions::Of(vec![action.clone()]);
    let topic = journal.topic.map(|topic| JournalTopic::from(topic).actions());
    JournalSelection {
        filter: JournalFilter {
            actions: journal.action.as_ref().map(action).or(topic).unwrap_or_default(),
            actor: journal.actor.clone(),
            from: journal.from,
            until: journal.until,
            subject: None,
        },
        text: journal.text.clone().unwrap_or_default(),
    }
}

async fn export(
    app: &App,
    output: &Output,
    journal: &Journal,
    selection: JournalSelection,
    file: &Path,
) -> Result<ExitCode, AppError> {
    let target = JournalTarget {
        path: file.to_owned(),
        replace: false,
    };
    let done = app
        .export_journal(selection, journal.format.into(), target)
        .await?;
    let value = json!({ "file": file, "entries": done.entries, "publicKey": done.public_key });
    let params = params([
        ("count", done.entries.to_string()),
        ("key", done.public_key.clone()),
    ]);
    let lines = || vec![output.text("cli.journal-exported", &params)];
    Ok(output.result(&value, lines, DONE))
}

async fn list(app: &App, output: &Output, selection: JournalSelection) -> Result<ExitCode, AppError> {
    let page = app.journal(selection, 0, LISTED).await?;
    let lines = || {
        let rows = page.rows.iter().map(|row| {
            if row.missing {
                return output.text("ui.journal.missing", &params([("seq", row.seq.to_string())]));
            }
            let action = output.text(&format!("journal.{}", row.action), &row.params);
            format!("{}  {action}  {}", row.at, row.actor)
        });
        let searched = page.searched.iter().map(|searched| {
            let values = [
                ("count", searched.entries.to_string()),
                ("since", searched.since.clone()),
            ];
            output.text("cli.journal-searched", &params(values))
        });
        rows.chain(searched).collect()
    };
    Ok(output.result(&page, lines, DONE))
}

/// What was found, in sentences.
pub fn verdict(output: &Output, check: &JournalCheck) -> Vec<String> {
    let found = match (check.broken_at, check.fault) {
        (Some(seq), Some(fault)) => {
            let key = format!("ui.journal.fault.{}.what", fault.code());
            vec![
                output.text(&key, &params([("seq", seq.to_string())])),
                output.text("cli.journal-broken", &params([("seq", check.proven.to_string())])),
            ]
        }
        _ => vec![output.text(
            "cli.journal-intact",
            &params([("count", check.entries.to_string())]),
        )],
    };
    let checkpoint = check.last_checkpoint.iter().map(|last| {
        let values = [
            ("count", check.checkpoints.to_string()),
            ("seq", last.seq.to_string()),
            ("time", last.at.clone()),
            ("key", check.public_key.clone()),
        ];
        output.text("cli.journal-checkpoints", &params(values))
    });
    found.into_iter().chain(checkpoint).collect()
}

fn params<const N: usize>(values: [(&str, String); N]) -> Params {
    values.map(|(name, value)| (name.to_owned(), value)).into()
}

#[cfg(test)]
mod tests {
    use kabinet_app::view::{JournalCheckpoint, JournalFault};

    use super::*;

    #[test]
    fn a_broken_journal_is_told_with_its_place_and_what_is_still_proven() {
        let intact = JournalCheck {
            entries: 9,
            broken_at: None,
            fault: None,
            proven: 9,
            checkpoints: 2,
            last_checkpoint: Some(JournalCheckpoint {
                seq: 8,
                at: "2026-11-28T21:30:00Z".to_owned(),
            }),
            public_key: "4f4f".to_owned(),
        };
        let broken = JournalCheck {
            broken_at: Some(7),
            fault: Some(JournalFault::Rewritten),
            proven: 6,
            ..intact.clone()
        };
        let said = |check| verdict(&Output::new(false), check);
        let (intact, broken) = (said(&intact), said(&broken));
        assert_eq!((intact.len(), broken.len()), (2, 3));
        assert!(intact[0].contains('9') && broken[0].contains('7') && broken[1].contains('6'));
        for lines in [intact, broken] {
            let last = lines.last().unwrap();
            assert!(last.contains('8') && last.contains("4f4f"), "{last}");
            assert!(!lines.concat().contains("journal."), "{lines:?}");
        }
    }
}
