//! The documents of an organisation: taken in, listed, found, written out.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use kabinet_app::view::{DocumentQuery, DocumentRow, HandOver, ImportOutcome};
use kabinet_app::{App, AppError};
use serde_json::json;

use crate::arguments::{Archive, ArchiveAction, Arguments, RetentionState, Rows};
use crate::local::app;
use crate::output::{DONE, INVALID, Output};
use crate::retention;
use crate::vault::given;

type Done = Result<ExitCode, AppError>;

pub async fn run(arguments: &Arguments, output: &Output, asked: &Archive) -> Done {
    let given = given(arguments, false)?.with_file_passphrase(asked.file_passphrase_file.clone());
    let app = app(arguments, &[], given)?;
    match &asked.organisation {
        Some(requisites) => {
            app.unlock_alone().await?;
            app.work_for(requisites).await?;
        }
        None => {
            app.unlock().await?;
        }
    }
    match &asked.action {
        ArchiveAction::Add { files } => add(&app, output, files).await,
        ArchiveAction::Import { packages } => import(&app, output, packages).await,
        ArchiveAction::List {
            retention: None,
            rows,
            ..
        } => list(&app, output, String::new(), rows).await,
        ArchiveAction::List {
            retention: Some(RetentionState::Ended),
            class,
            rows,
        } => retention::list(&app, output, class.as_deref(), rows).await,
        ArchiveAction::Delete {
            documents,
            dry_run: true,
            ..
        } => retention::preview(&app, output, documents).await,
        ArchiveAction::Delete {
            documents,
            reason,
            before_term,
            dry_run: false,
        } => retention::delete(&app, output, documents, reason, *before_term).await,
        ArchiveAction::Hold { document, reason } => {
            retention::hold(&app, output, document, Some(reason)).await
        }
        ArchiveAction::Release { document } => retention::hold(&app, output, document, None).await,
        ArchiveAction::Search { words, rows } => list(&app, output, words.join(" "), rows).await,
        ArchiveAction::HandOver {
            documents,
            to,
            name,
            note,
            out,
        } => {
            let how = HandOver {
                name: name.clone(),
                address: to.clone(),
            };
            hand_over(&app, output, documents, how, note, out).await
        }
        ArchiveAction::Export { documents, out } => export(&app, output, documents, out).await,
    }
}

async fn add(app: &App, output: &Output, files: &[PathBuf]) -> Done {
    told(output, &app.import(files.to_vec()).await?)
}

async fn import(app: &App, output: &Output, packages: &[PathBuf]) -> Done {
    let mut outcomes = Vec::new();
    for package in packages {
        outcomes.extend(app.import_package(package.clone()).await?);
    }
    told(output, &outcomes)
}

pub fn told(output: &Output, outcomes: &[ImportOutcome]) -> Done {
    let refused = outcomes.iter().any(|outcome| outcome.error.is_some());
    let lines = || {
        let mut lines = Vec::new();
        let mut said = None;
        for outcome in outcomes {
            if let Some(letter) = outcome.letter.as_ref().filter(|letter| said != Some(*letter)) {
                let params = [
                    ("from".to_owned(), letter.from.clone()),
                    ("note".to_owned(), letter.note.clone()),
                ];
                lines.push(output.text("cli.archive.letter", &params.into()));
                said = Some(letter);
            }
            lines.extend(outcome_lines(output, outcome));
        }
        lines
    };
    Ok(output.result(
        &json!({ "files": outcomes }),
        lines,
        if refused { INVALID } else { DONE },
    ))
}

fn outcome_lines(output: &Output, outcome: &ImportOutcome) -> Vec<String> {
    let said = |key: &str, document: &str| {
        let params = [
            ("file".to_owned(), outcome.name.clone()),
            ("document".to_owned(), document.to_owned()),
            ("draft".to_owned(), document.to_owned()),
            ("signatures".to_owned(), outcome.signatures.to_string()),
        ];
        vec![output.text(key, &params.into())]
    };
    match (&outcome.document_id, &outcome.duplicate_of, &outcome.error) {
        (Some(id), _, _) => said("cli.archive.added", id),
        (_, Some(id), _) if outcome.signatures > 0 || outcome.renewed => said("cli.archive.merged", id),
        (_, Some(id), _) => said("cli.archive.duplicate", id),
        (_, _, Some(error)) => {
            let mut lines = said("cli.archive.refused", "");
            lines.extend(output.error_lines(error));
            lines
        }
        (None, None, None) => match &outcome.draft_id {
            Some(id) => said("cli.archive.draft", id),
            None => Vec::new(),
        },
    }
}

async fn hand_over(
    app: &App,
    output: &Output,
    documents: &[String],
    how: HandOver,
    note: &str,
    out: &Path,
) -> Done {
    app.hand_over_documents(documents, how, note.to_owned(), out)
        .await?;
    let file = [("file".to_owned(), out.display().to_string())];
    Ok(output.result(
        &json!({ "file": out, "documents": documents }),
        || vec![output.text("cli.archive.handed-over", &file.into())],
        DONE,
    ))
}

async fn list(app: &App, output: &Output, text: String, rows: &Rows) -> Done {
    let query = DocumentQuery {
        text,
        limit: rows.limit,
        offset: rows.offset,
        ..DocumentQuery::default()
    };
    let list = app.documents(query).await?;
    let value = json!({ "rows": list.rows, "total": list.total, "offset": rows.offset, "limit": rows.limit });
    Ok(output.result(
        &value,
        || list.rows.iter().map(|row| document_line(output, row)).collect(),
        DONE,
    ))
}

async fn export(app: &App, output: &Output, documents: &[String], out: &Path) -> Done {
    let is_zip = out
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
    if is_zip {
        app.export_package(documents, out).await?;
    } else {
        app.export_folder(documents, out).await?;
    }
    Ok(output.result(
        &json!({ "package": out, "documents": documents }),
        || vec![out.display().to_string()],
        DONE,
    ))
}

pub fn document_line(output: &Output, row: &DocumentRow) -> String {
    let stage = serde_json::to_value(row.stage)
        .ok()
        .and_then(|stage| stage.as_str().map(str::to_owned))
        .unwrap_or_default();
    let stage = output.text(&format!("stage.{stage}"), &Default::default());
    let order = row
        .order_id
        .as_deref()
        .map(|order| format!(" № {order}"))
        .unwrap_or_default();
    format!(
        "{}  {}{order}  {stage}  {}",
        row.id,
        row.title,
        row.status_title.as_deref().unwrap_or_default()
    )
}
