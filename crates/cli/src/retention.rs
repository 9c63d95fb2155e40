//! Terms of keeping: what has ended, what is held, and deleting at a person's word.

use std::process::ExitCode;

use kabinet_app::view::{Deletion, DocumentToDelete, EndedQuery, Params};
use kabinet_app::{App, AppError};
use serde_json::json;

use crate::archive::document_line;
use crate::arguments::Rows;
use crate::output::{DONE, INVALID, Output};

type Done = Result<ExitCode, AppError>;

pub async fn list(app: &App, output: &Output, class: Option<&str>, rows: &Rows) -> Done {
    let ended = app
        .ended_terms(EndedQuery {
            class: class.map(str::to_owned),
            text: String::new(),
            offset: rows.offset,
            limit: rows.limit,
        })
        .await?;
    let lines = || {
        let mut lines = Vec::new();
        for one in &ended.classes {
            let params = [
                ("code", one.class.code.clone()),
                ("class", one.class.title.clone()),
                ("documents", one.documents.to_string()),
                ("source", one.class.source.clone()),
            ];
            lines.push(output.text("cli.archive.ended", &named(params)));
        }
        lines.extend(ended.rows.iter().map(|row| document_line(output, row)));
        if ended.classes.is_empty() {
            lines.push(output.text("cli.archive.none-ended", &Params::new()));
        }
        lines
    };
    let value = json!({
        "classes": ended.classes, "class": ended.class, "rows": ended.rows, "total": ended.total,
        "offset": rows.offset, "limit": rows.limit,
    });
    Ok(output.result(&value, lines, DONE))
}

pub async fn preview(app: &App, output: &Output, documents: &[String]) -> Done {
    let preview = app.to_delete(documents).await?;
    let refused = preview.iter().any(|one| one.obstacle.is_some());
    let lines = || {
        preview
            .iter()
            .flat_map(|one| preview_lines(output, one))
            .collect()
    };
    Ok(output.result(
        &json!({ "documents": preview }),
        lines,
        if refused { INVALID } else { DONE },
    ))
}

fn preview_lines(output: &Output, one: &DocumentToDelete) -> Vec<String> {
    let params = [
        ("document", one.id.clone()),
        ("title", one.title.clone()),
        ("files", one.files.to_string()),
        ("signatures", one.signatures.to_string()),
        ("receipts", one.receipts.to_string()),
        ("statuses", one.statuses.to_string()),
    ];
    let mut lines = vec![output.text("cli.archive.would-delete", &named(params))];
    match (&one.obstacle, one.early, &one.until) {
        (Some(obstacle), _, _) => lines.extend(output.error_lines(obstacle)),
        (None, true, Some(until)) => {
            let until = [("until", until.clone())];
            lines.push(output.text("cli.archive.before-term", &named(until)));
        }
        (None, true, None) => lines.push(output.text("cli.archive.no-term", &Params::new())),
        (None, false, _) => {}
    }
    lines
}

pub async fn delete(app: &App, output: &Output, documents: &[String], reason: &str, early: bool) -> Done {
    let deleted = app
        .delete_documents(Deletion {
            documents: documents.to_vec(),
            reason: reason.to_owned(),
            early,
        })
        .await?;
    app.wipe_traces().await?;
    let lines = || {
        let said = |key: &str, id: &str| output.text(key, &named([("document", id.to_owned())]));
        let mut lines: Vec<String> = deleted
            .documents
            .iter()
            .map(|id| said("cli.archive.deleted", id))
            .collect();
        for one in &deleted.refused {
            lines.push(said("cli.archive.not-deleted", &one.id));
            lines.extend(output.error_lines(&one.error));
        }
        if !deleted.documents.is_empty() {
            lines.push(output.text("cli.archive.in-backups", &Params::new()));
        }
        lines
    };
    let code = if deleted.refused.is_empty() { DONE } else { INVALID };
    Ok(output.result(&deleted, lines, code))
}

pub async fn hold(app: &App, output: &Output, document: &str, reason: Option<&str>) -> Done {
    app.set_hold(document, reason).await?;
    let key = if reason.is_some() {
        "cli.archive.held"
    } else {
        "cli.archive.released"
    };
    let params = named([("document", document.to_owned())]);
    Ok(output.result(
        &json!({ "document": document, "held": reason.is_some() }),
        || vec![output.text(key, &params)],
        DONE,
    ))
}

fn named<const N: usize>(params: [(&str, String); N]) -> Params {
    params.map(|(name, value)| (name.to_owned(), value)).into()
}
