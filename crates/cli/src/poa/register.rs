//! What the register of the vault holds: shown, signed, registered, taken back.

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use kabinet_app::view::{Params, PoaQuery, PoaRow, SigningRequest};
use kabinet_app::{App, AppError, SigningError, poa_file};
use serde_json::json;

use crate::arguments::{Arguments, ListPoas, Poa};
use crate::output::{DONE, INVALID, Output, UNDECIDED, exit_code};
use crate::vault::opened;

type Done = Result<ExitCode, AppError>;

/// Pause between two looks at what the registry does.
const PAUSE: Duration = Duration::from_millis(200);

pub async fn list(arguments: &Arguments, output: &Output, poa: &Poa, asked: &ListPoas) -> Done {
    let app = opened(arguments, &poa.module, poa.pin_stdin).await?;
    let new = if asked.ask {
        session(&app, poa).await?;
        Some(app.sync_poas().await?)
    } else {
        None
    };
    let query = PoaQuery {
        text: asked.words.join(" "),
        representative_inn: asked.to.clone(),
        power: asked.power.clone(),
        states: asked.state.clone(),
        expires_by: asked.expires_by.clone(),
        offset: asked.offset,
        ..PoaQuery::default()
    };
    let list = app.poas(query).await?;
    let value = json!({ "items": list.items, "total": list.total, "offset": asked.offset, "new": new });
    let lines = || list.items.iter().map(|row| line(output, row)).collect();
    Ok(output.result(&value, lines, DONE))
}

pub async fn status(arguments: &Arguments, output: &Output, poa: &Poa, number: &str, ask: bool) -> Done {
    let app = opened(arguments, &poa.module, poa.pin_stdin).await?;
    let row = if ask {
        session(&app, poa).await?;
        app.refresh_poa(number).await?
    } else {
        app.poa(number).await?
    };
    let code = match &*row.state {
        "active" => DONE,
        "refused" | "expired" | "revoked" => INVALID,
        _ => UNDECIDED,
    };
    Ok(output.result(&row, || vec![line(output, &row)], code))
}

/// Signs the document of the register.
pub async fn sign(arguments: &Arguments, output: &Output, poa: &Poa, number: &str) -> Done {
    let app = opened(arguments, &poa.module, poa.pin_stdin).await?;
    let document = app.poa(number).await?.document_id;
    sign_document(&app, poa, &document).await?;
    let row = app.poa(number).await?;
    Ok(output.result(&row, || vec![line(output, &row)], DONE))
}

pub async fn register(
    arguments: &Arguments,
    output: &Output,
    poa: &Poa,
    named: &str,
    wait: Option<u64>,
) -> Done {
    let app = opened(arguments, &poa.module, poa.pin_stdin).await?;
    let number = match app.poa(named).await {
        Ok(row) => row.number,
        Err(AppError::NotFound) | Err(AppError::Store(_)) if Path::new(named).is_file() => {
            take_in(&app, Path::new(named)).await?
        }
        Err(error) => return Err(error),
    };
    let on_its_way = |row: &PoaRow| matches!(&*row.state, "queued" | "processing" | "outcome-unknown");
    if !on_its_way(&app.poa(&number).await?) {
        app.register_poa(&number).await?;
    }
    let unreachable = reach(&app, poa).await?;
    let row = work(&app, &number, wait, |row| !on_its_way(row)).await?;
    let code = match &*row.state {
        "active" => DONE,
        "refused" | "revoked" | "expired" => INVALID,
        "outcome-unknown" => UNDECIDED,
        _ => pending(unreachable.as_ref(), wait),
    };
    Ok(output.result(&row, || told(output, &row), code))
}

pub async fn revoke(
    arguments: &Arguments,
    output: &Output,
    poa: &Poa,
    number: &str,
    reason: &str,
    wait: Option<u64>,
) -> Done {
    let app = opened(arguments, &poa.module, poa.pin_stdin).await?;
    let document = app.draft_revocation(number, reason).await?;
    sign_document(&app, poa, &document).await?;
    let unreachable = reach(&app, poa).await?;
    let is_settled = |row: &PoaRow| {
        let is_refused = row.error.as_deref().is_some_and(|code| code.starts_with(REFUSED));
        row.revocation_confirmed.is_some() || is_refused || row.state != "revoked"
    };
    let row = work(&app, number, wait, is_settled).await?;
    let code = match (&*row.state, &row.revocation_confirmed) {
        ("revoked", Some(_)) => DONE,
        // Not signed by who could revoke, or meanwhile something else became of it.
        (state, _) if state != "revoked" => INVALID,
        // The registry never heard of it, so it need not be told.
        _ if row.registry.is_none() && row.error.is_none() => DONE,
        _ if is_settled(&row) => INVALID,
        _ => pending(unreachable.as_ref(), wait),
    };
    Ok(output.result(&row, || told(output, &row), code))
}

/// What the registry refused has codes that begin so.
const REFUSED: &str = "poa.refused.";

/// Whoever waited for the end and did not see it knows no more than before.
fn pending(unreachable: Option<&AppError>, wait: Option<u64>) -> u8 {
    match (unreachable, wait) {
        (Some(error), _) => exit_code(error),
        (None, Some(_)) => UNDECIDED,
        (None, None) => DONE,
    }
}

/// Signs one document as its file came: nobody opens it here. Who may not is refused before a PIN is asked for.
async fn sign_document(app: &App, poa: &Poa, document: &str) -> Result<(), AppError> {
    let certificate = poa.cert.as_deref().unwrap_or_default();
    let documents = [document.to_owned()];
    app.check_poa_document_signer(document, certificate).await?;
    let preflight = app.preflight(&documents, None).await?;
    let run = app
        .start_signing(SigningRequest::of(&preflight, certificate))
        .await?;
    match run.error() {
        Some(error) => Err(AppError::Signing(SigningError::Unsigned(error.clone()))),
        None => Ok(()),
    }
}

async fn take_in(app: &App, file: &Path) -> Result<String, AppError> {
    let number = poa_file::number(file)?;
    let mut signature = file.as_os_str().to_owned();
    signature.push(".sig");
    let mut files = vec![file.to_owned()];
    files.extend(Some(signature.into()).filter(|path: &std::path::PathBuf| path.is_file()));
    for outcome in app.import(files).await? {
        if let Some(error) = outcome.error {
            return Err(AppError::Import(error));
        }
    }
    Ok(number)
}

/// Somebody has to be signed in for what the portal is asked.
async fn session(app: &App, poa: &Poa) -> Result<(), AppError> {
    match &poa.cert {
        Some(certificate) => app.sign_in(certificate).await.map(drop),
        None => app.keep_session(time::OffsetDateTime::now_utc()).await.map(drop),
    }
}

/// As [`session`]; a portal that does not answer leaves everything on its way, and is the answer. Without a sign-in nothing is told
/// the registry now.
async fn reach(app: &App, poa: &Poa) -> Result<Option<AppError>, AppError> {
    match (session(app, poa).await, &poa.cert) {
        (Ok(()), _) => Ok(None),
        (Err(error @ AppError::Portal(_)), _) if error.is_retriable() => Ok(Some(error)),
        (Err(error), None) => Ok(Some(error)),
        (Err(error), Some(_)) => Err(error),
    }
}

/// Works what is due: once, or until it is settled.
async fn work(
    app: &App,
    number: &str,
    wait: Option<u64>,
    settled: impl Fn(&PoaRow) -> bool,
) -> Result<PoaRow, AppError> {
    let deadline = wait.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    loop {
        app.work_poas().await;
        let row = app.poa(number).await?;
        if settled(&row) || deadline.is_none_or(|deadline| Instant::now() >= deadline) {
            return Ok(row);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The row, and what is against it.
fn told(output: &Output, row: &PoaRow) -> Vec<String> {
    let mut lines = vec![line(output, row)];
    if let Some(code) = &row.error {
        let text = output.texts().error::<&str, &str>(code, []);
        lines.extend([text.what, text.why, text.todo].map(|text| format!("  {text}")));
        lines.push(format!("  [{code}]"));
    }
    lines
}

fn line(output: &Output, row: &PoaRow) -> String {
    let params = [
        ("number", row.number.clone()),
        (
            "state",
            output.texts().plain(&format!("cli.poa.state.{}", row.state)),
        ),
        ("issued", row.issued.clone()),
        ("expires", row.expires.clone()),
        ("principal", row.principal.clone()),
        ("representatives", row.representatives.join("; ")),
    ];
    let params: Params = params.map(|(name, value)| (name.to_owned(), value)).into();
    output.text("cli.poa.line", &params)
}
