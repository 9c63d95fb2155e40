//! Госпочта: nothing is asked of the portal but what this very command names.

use std::path::Path;
use std::process::ExitCode;

use kabinet_app::view::{
    LetterDeletion, LetterRef, MailLetter, MailRow, MailTaskView, MailView, OpenLetter, Params,
};
use kabinet_app::{App, AppError, MailError};
use serde_json::json;

use crate::archive::told;
use crate::arguments::{Arguments, Mail, MailAction, MailFile, Rows};
use crate::output::{DONE, Output, UNDECIDED};
use crate::vault::opened;

type Done = Result<ExitCode, AppError>;

pub async fn run(arguments: &Arguments, output: &Output, asked: &Mail) -> Done {
    let app = opened(arguments, &asked.module, asked.pin_stdin).await?;
    // The conversation a letter stands in is known from its list.
    let id = async |letter: &str| app.letter_of(letter).await;
    match &asked.action {
        MailAction::List { rows } => list(output, &app.mail().await?, rows),
        MailAction::Request { days } => {
            session(&app, asked).await?;
            let view = app.request_mail(days.clone()).await?;
            tasks(
                output,
                &view,
                &view.tasks[..days.len().min(view.tasks.len())],
                DONE,
            )
        }
        MailAction::Results { lists } => {
            session(&app, asked).await?;
            results(&app, output, lists).await
        }
        MailAction::Open {
            letter,
            i_understand_delivery,
        } => {
            let letter = id(letter).await?;
            open(&app, output, asked, letter, *i_understand_delivery).await
        }
        MailAction::Save {
            letter,
            out,
            format,
            file,
        } => {
            let letter = id(letter).await?;
            save(&app, output, asked, letter, (out, *format, file.as_deref())).await
        }
        MailAction::Delete {
            letter,
            reason,
            before_term,
        } => {
            let deletion = LetterDeletion {
                letter: id(letter).await?,
                reason: reason.clone(),
                early: *before_term,
            };
            let view = app.delete_letter(deletion).await?;
            app.wipe_traces().await?;
            let lines = || {
                vec![
                    line(output, &view.row),
                    output.text("cli.archive.in-backups", &Params::new()),
                ]
            };
            Ok(output.result(&view, lines, DONE))
        }
        MailAction::Hold { letter, reason } => {
            let view = app.set_letter_hold(id(letter).await?, Some(reason)).await?;
            held(output, &view, "cli.archive.held")
        }
        MailAction::Release { letter } => {
            let view = app.set_letter_hold(id(letter).await?, None).await?;
            held(output, &view, "cli.archive.released")
        }
        MailAction::Answer { letter, files } => told(
            output,
            &app.answer_with_files(id(letter).await?, files.clone()).await?,
        ),
    }
}

/// Somebody has to be signed in for what the portal is asked.
async fn session(app: &App, asked: &Mail) -> Result<(), AppError> {
    match &asked.cert {
        Some(certificate) => app.sign_in(certificate).await.map(drop),
        None => app.keep_session(time::OffsetDateTime::now_utc()).await.map(drop),
    }
}

fn list(output: &Output, view: &MailView, rows: &Rows) -> Done {
    let (offset, limit) = (rows.offset as usize, rows.limit as usize);
    let letters: Vec<&MailRow> = view.letters.iter().skip(offset).take(limit).collect();
    let value = json!({
        "letters": letters, "total": view.total, "offset": rows.offset, "limit": rows.limit,
        "tasks": view.tasks, "budget": view.budget,
    });
    let lines = || {
        let mut lines: Vec<String> = letters.iter().map(|row| line(output, row)).collect();
        lines.extend(view.tasks.iter().map(|task| task_line(output, task)));
        lines.push(budget(output, view));
        lines
    };
    Ok(output.result(&value, lines, DONE))
}

fn tasks(output: &Output, view: &MailView, tasks: &[MailTaskView], code: u8) -> Done {
    let lines = || {
        let mut lines: Vec<String> = tasks.iter().map(|task| task_line(output, task)).collect();
        lines.push(budget(output, view));
        lines
    };
    Ok(output.result(&json!({ "tasks": tasks, "budget": view.budget }), lines, code))
}

async fn results(app: &App, output: &Output, lists: &[String]) -> Done {
    let waits = |task: &&MailTaskView| matches!(&*task.state, "preparing" | "partial");
    let mut view = app.mail().await?;
    let wanted: Vec<String> = if lists.is_empty() {
        let under_way = view.tasks.iter().filter(waits);
        under_way.map(|task| task.id.clone()).collect()
    } else {
        lists.to_vec()
    };
    for list in &wanted {
        view = app.look_at_mail(list).await?;
    }
    let looked: Vec<MailTaskView> = view
        .tasks
        .iter()
        .filter(|task| wanted.contains(&task.id))
        .cloned()
        .collect();
    let code = if looked.iter().any(|task| waits(&task)) {
        UNDECIDED
    } else {
        DONE
    };
    tasks(output, &view, &looked, code)
}

async fn open(app: &App, output: &Output, asked: &Mail, letter: LetterRef, understood: bool) -> Done {
    let is_here = app.letter(letter.clone()).await?.text.is_some();
    if !is_here {
        // Before anybody signs in: without the word for it the portal is not even met.
        if !understood {
            return Err(MailError::NotConfirmed.into());
        }
        session(app, asked).await?;
    }
    let view = app.open_letter(OpenLetter { letter, understood }).await?;
    Ok(output.result(&view, || letter_lines(output, &view), DONE))
}

async fn save(
    app: &App,
    output: &Output,
    asked: &Mail,
    letter: LetterRef,
    (out, format, file): (&Path, MailFile, Option<&str>),
) -> Done {
    match file {
        None => app.save_letter(letter.clone(), format.into(), out).await?,
        Some(file) => {
            let view = app.letter(letter.clone()).await?;
            let named = view.files.iter().find(|one| one.id == file);
            if !named.ok_or(AppError::NotFound)?.fetched {
                session(app, asked).await?;
                app.fetch_letter_file(letter.clone(), file).await?;
            }
            app.save_letter_file(letter.clone(), file.to_owned(), out).await?;
        }
    }
    let value = json!({ "letter": letter, "file": out });
    Ok(output.result(&value, || vec![out.display().to_string()], DONE))
}

fn held(output: &Output, view: &MailLetter, key: &str) -> Done {
    let params = Params::from([("document".to_owned(), view.row.letter.message.clone())]);
    Ok(output.result(view, || vec![output.text(key, &params)], DONE))
}

fn line(output: &Output, row: &MailRow) -> String {
    let state = word(row.state);
    let params = Params::from([
        ("who".to_owned(), row.who.clone().unwrap_or_default()),
        ("when".to_owned(), row.at.clone().unwrap_or_default()),
    ]);
    format!(
        "{}  {}  {}: {}  {}",
        row.letter.message,
        row.created,
        row.sender,
        row.subject.as_deref().unwrap_or_default(),
        output.text(&format!("ui.mail.state.{state}"), &params)
    )
}

fn task_line(output: &Output, task: &MailTaskView) -> String {
    let state = output.text(&format!("ui.mail.tasks.state.{}", task.state), &Params::new());
    let total = task.total.map(|total| format!(", {total}")).unwrap_or_default();
    format!("{}  {}  {state}{total}", task.id, task.day)
}

fn budget(output: &Output, view: &MailView) -> String {
    let budget = &view.budget;
    let params = [
        ("searches", budget.searches_left),
        ("allSearches", budget.searches),
        ("fetches", budget.fetches_left),
        ("allFetches", budget.fetches),
    ];
    let params = params.map(|(name, value)| (name.to_owned(), value.to_string()));
    output.text("ui.mail.order.budget", &params.into())
}

fn letter_lines(output: &Output, view: &MailLetter) -> Vec<String> {
    let mut lines = vec![line(output, &view.row)];
    lines.extend(view.params.iter().map(|(name, value)| format!("{name}: {value}")));
    lines.extend(view.text.iter().flat_map(|text| text.lines()).map(str::to_owned));
    for file in &view.files {
        lines.push(format!("{}  {}", file.id, file.name));
        for signature in &file.signatures {
            let verdict = output.text(
                &format!("signature.verdict.{}", word(signature.verdict)),
                &Params::new(),
            );
            lines.push(format!("  {verdict}: {}", signature.signer));
        }
    }
    lines
}

/// The name of a plain value, as JSON has it.
fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}
