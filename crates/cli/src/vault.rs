//! Commands that work in the vault.

use std::io::BufReader;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use kabinet_app::view::{
    AppState, CreateVault, DocumentQuery, DocumentRow, NewOrganisation, OutboxRow, OutboxState,
    SigningRequest, WaitingFor,
};
use kabinet_app::{App, AppError, JournalFilter, JournalFormat, view};
use serde_json::json;

use crate::arguments::{Arguments, Init, Journal, JournalForm, Organisation, Protection, Send, Sync};
use crate::files;
use crate::local::app;
use crate::output::{DONE, INVALID, Output, UNDECIDED, exit_code};
use crate::secrets::{Given, first_line};

type Done = Result<ExitCode, AppError>;

/// Documents listed by `status`.
const LISTED: u32 = 1000;

async fn opened(
    arguments: &Arguments,
    modules: &[std::path::PathBuf],
    pin_stdin: bool,
) -> Result<App, AppError> {
    let given = Given::new(pin_stdin, arguments.passphrase_file.clone())?;
    let app = app(arguments, modules, given)?;
    app.unlock().await?;
    Ok(app)
}

pub async fn init(arguments: &Arguments, output: &Output, init: &Init) -> Done {
    let app = app(
        arguments,
        &[],
        Given::new(false, arguments.passphrase_file.clone())?,
    )?;
    let request = CreateVault {
        environment: init.environment.into(),
        protection: match init.protection {
            Protection::Keychain => view::Protection::Keychain,
            Protection::Passphrase => view::Protection::Passphrase,
            Protection::Both => view::Protection::Both,
        },
    };
    let state = app.create_vault(request).await?;
    Ok(output.result(
        &state,
        || vec![output.text("cli.vault-created", &Default::default())],
        DONE,
    ))
}

pub async fn add_organisation(arguments: &Arguments, output: &Output, new: &Organisation) -> Done {
    let app = opened(arguments, &[], false).await?;
    let api_key = match &new.api_key_file {
        Some(path) => Some(first_line(&mut BufReader::new(files::open(path)?))?.to_string()),
        None => None,
    };
    let state = app
        .add_organisation(NewOrganisation {
            name: new.name.clone(),
            inn: new.inn.clone(),
            ogrn: new.ogrn.clone(),
            kpp: new.kpp.clone(),
            region: new.region.clone(),
            api_key,
        })
        .await?;
    Ok(output.result(&state, || vec![new.name.clone()], DONE))
}

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
        .ok_or_else(|| AppError::Service(send.service.clone().unwrap_or_default()))?;
    if let Some(certificate) = &send.cert
        && service.needs_signature
        && !page.row.signed
    {
        sign(&app, &id, certificate).await?;
    }
    let row = app.send_document(&id, &service.code).await?;
    let mut unreachable = None;
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

/// Signs one document as its file came: nobody opens it here.
async fn sign(app: &App, id: &str, certificate: &str) -> Result<(), AppError> {
    let preflight = app.preflight(&[id.to_owned()], None).await?;
    let run = app
        .start_signing(SigningRequest::of(&preflight, certificate))
        .await?;
    match run.error() {
        Some(error) => Err(AppError::Unsigned(error.clone())),
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
    if let Some(certificate) = &sync.cert {
        app.sign_in(certificate).await?;
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

pub async fn export(arguments: &Arguments, output: &Output, document: &str, out: &Path) -> Done {
    let app = opened(arguments, &[], false).await?;
    app.export_document(document, out).await?;
    Ok(output.result(
        &json!({ "package": out }),
        || vec![out.display().to_string()],
        DONE,
    ))
}

pub async fn integrity(arguments: &Arguments, output: &Output) -> Done {
    let app = opened(arguments, &[], false).await?;
    let integrity = app.check_integrity().await?;
    let code = if integrity.is_whole() { DONE } else { INVALID };
    let lines = || {
        let damaged = integrity
            .damaged
            .iter()
            .map(|file| format!("{}  {}", file.document_id, file.name));
        let key = if integrity.is_whole() {
            "cli.whole"
        } else {
            "cli.damaged"
        };
        let params = [("documents".to_owned(), integrity.documents.to_string())].into();
        std::iter::once(output.text(key, &params))
            .chain(damaged)
            .collect()
    };
    Ok(output.result(&integrity, lines, code))
}

pub async fn journal(arguments: &Arguments, output: &Output, journal: &Journal) -> Done {
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

fn document_line(output: &Output, row: &DocumentRow) -> String {
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
