//! Documents on their way: sent and followed.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use kabinet_app::view::{AppState, DocumentQuery, OutboxRow, OutboxState, SigningRequest, WaitingFor};
use kabinet_app::{App, AppError, OrderError, SigningError};
use serde_json::json;

use crate::archive::document_line;
use crate::arguments::{Arguments, Send, Sync};
use crate::output::{DONE, INVALID, Output, UNDECIDED, exit_code};
use crate::vault::opened;

type Done = Result<ExitCode, AppError>;

/// Documents listed by `status`.
const LISTED: u32 = 1000;

pub async fn send(arguments: &Arguments, output: &Output, send: &Send) -> Done {
    let app = opened(arguments, &send.module, send.pin_stdin).await?;
    let id = take_in(&app, &send.files).await?;
    let page = app.document(&id).await?;
    let service = match &send.service {
        Some(code) => page.services.iter().find(|service| service.code == *code),
        None if page.services.len() == 1 => page.services.first(),
        None => None,
    };
    let service = service
        .cloned()
        .ok_or_else(|| AppError::Order(OrderError::Service(send.service.clone().unwrap_or_default())))?;
    if let Some(certificate) = &send.cert
        && service.needs_signature
        && !page.row.signed
    {
        sign(&app, &id, certificate).await?;
    }
    let row = app.send_document(&id, &service.code).await?;
    let mut unreachable = None;
    if send.cert.is_none() {
        go_on(&app).await;
    }
    if let Some(certificate) = &send.cert {
        match app.sign_in(certificate).await {
            Ok(_) => {}
            // A portal that does not answer leaves the submission in the outbox, which is what it is for.
            Err(error @ AppError::Portal(_)) if error.is_retriable() => unreachable = Some(error),
            Err(error) => return Err(error),
        }
    }
    let row = work(&app, send.wait, |rows| {
        rows.iter().find(|other| other.id == row.id).cloned()
    })
    .await?
    .unwrap_or(row);
    let code = unreachable
        .as_ref()
        .map_or_else(|| outcome_code(&row, send.wait.is_some()), exit_code);
    Ok(output.result(&row, || vec![outbox_line(output, &row)], code))
}

/// Goes on with a sign-in in the browser, if there was one; without a session the outbox waits, as it does then.
async fn go_on(app: &App) {
    // What became of it shows in what the outbox waits for.
    let _ = app.keep_session(time::OffsetDateTime::now_utc()).await;
}

/// Signs one document as its file came: nobody opens it here.
async fn sign(app: &App, id: &str, certificate: &str) -> Result<(), AppError> {
    let preflight = app.preflight(&[id.to_owned()], None).await?;
    let run = app
        .start_signing(SigningRequest::of(&preflight, certificate))
        .await?;
    match run.error() {
        Some(error) => Err(AppError::Signing(SigningError::Unsigned(error.clone()))),
        None => Ok(()),
    }
}

async fn take_in(app: &App, paths: &[std::path::PathBuf]) -> Result<String, AppError> {
    let outcomes = app.import(paths.to_vec()).await?;
    let mut id = None;
    for outcome in outcomes {
        if let Some(error) = outcome.error {
            return Err(AppError::Import(error));
        }
        id = id.or(outcome.document_id).or(outcome.duplicate_of);
    }
    id.ok_or(AppError::NotFound)
}

pub async fn sync(arguments: &Arguments, output: &Output, sync: &Sync) -> Done {
    let app = opened(arguments, &sync.module, sync.pin_stdin).await?;
    match &sync.cert {
        Some(certificate) => drop(app.sign_in(certificate).await?),
        None => go_on(&app).await,
    }
    work(&app, sync.wait, |_| None::<OutboxRow>).await?;
    let rows = app.outbox().await?;
    let state: AppState = app.state().await;
    let value = json!({ "outbox": rows, "network": state.network });
    let unfinished = rows.iter().any(|row| row.state != OutboxState::Finished);
    let code = if sync.wait.is_some() && unfinished {
        UNDECIDED
    } else {
        DONE
    };
    Ok(output.result(
        &value,
        || rows.iter().map(|row| outbox_line(output, row)).collect(),
        code,
    ))
}

/// Works the outbox: once, or until nothing moves any more.
async fn work<T>(
    app: &App,
    wait: Option<u64>,
    pick: impl Fn(&[OutboxRow]) -> Option<T>,
) -> Result<Option<T>, AppError> {
    let deadline = wait.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    loop {
        app.work_outbox().await;
        let rows = app.outbox().await?;
        let moving = rows
            .iter()
            .any(|row| row.state != OutboxState::Finished && row.waiting_for != Some(WaitingFor::SignIn));
        if !moving || deadline.is_none_or(|deadline| Instant::now() >= deadline) {
            return Ok(pick(&rows));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

pub async fn status(arguments: &Arguments, output: &Output, document: Option<&str>) -> Done {
    let app = opened(arguments, &[], false).await?;
    if let Some(id) = document {
        let page = app.document(id).await?;
        let lines = || {
            let mut lines = vec![document_line(output, &page.row)];
            lines.extend(
                page.history
                    .iter()
                    .map(|status| format!("  {}  {}", status.at, status.title)),
            );
            lines
        };
        return Ok(output.result(&page, lines, DONE));
    }
    let query = DocumentQuery {
        limit: LISTED,
        ..DocumentQuery::default()
    };
    let list = app.documents(query).await?;
    Ok(output.result(
        &list,
        || list.rows.iter().map(|row| document_line(output, row)).collect(),
        DONE,
    ))
}

/// Whoever waited for the end and did not see it knows no more than before.
fn outcome_code(row: &OutboxRow, waited: bool) -> u8 {
    match row.outcome.as_deref() {
        Some("accepted") => DONE,
        Some(_) => INVALID,
        None if waited || row.outcome_unknown => UNDECIDED,
        None => DONE,
    }
}

fn outbox_line(output: &Output, row: &OutboxRow) -> String {
    let state = serde_json::to_value(row.state)
        .ok()
        .and_then(|state| state.as_str().map(str::to_owned))
        .unwrap_or_default();
    let state = output.text(&format!("ui.outbox.state.{state}"), &Default::default());
    let order = row
        .order_id
        .as_deref()
        .map(|order| format!(" № {order}"))
        .unwrap_or_default();
    let error = row
        .last_error
        .as_ref()
        .map(|error| format!(" [{}]", error.code))
        .unwrap_or_default();
    format!(
        "{}  {}{order}  {state}{error}",
        row.document_id, row.document_title
    )
}
