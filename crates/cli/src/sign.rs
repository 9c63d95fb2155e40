//! `sign`: any number of files under one PIN entry, each with a result of its own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use kabinet_app::sign_streams::{Stream, sign_with_key_file};
use kabinet_app::view::{SignatureForm, UiError};
use kabinet_app::{AppError, Signing};
use serde::Serialize;
use serde_json::json;

use crate::arguments::{Arguments, Form, Sign};
use crate::files::{self, Content, Target};
use crate::local::app;
use crate::output::{DONE, Output, exit_code};
use crate::secrets::{self, Given};

type Done = Result<ExitCode, AppError>;
type File = Stream<Content, Target>;

pub async fn sign(arguments: &Arguments, output: &Output, sign: &Sign) -> Done {
    match (&sign.out, &sign.out_dir, &sign.files[..]) {
        (_, Some(folder), files) if !files.iter().any(|file| files::is_standard(file)) => {
            many(arguments, output, sign, folder).await
        }
        (Some(out), _, [file]) => one(arguments, output, sign, file, out).await,
        _ => Ok(output.usage("kabinetctl sign: FILE --out FILE, or FILE… --out-dir DIR")),
    }
}

fn form(sign: &Sign) -> SignatureForm {
    match sign.form {
        _ if sign.attached => SignatureForm::Attached,
        Form::Detached => SignatureForm::Detached,
        Form::Attached => SignatureForm::Attached,
        Form::Pdf => SignatureForm::Pdf,
        Form::Xml => SignatureForm::Xml,
    }
}

fn stream(output: &Output, sign: &Sign, file: &Path, target: &Path) -> Result<File, AppError> {
    let name = file.file_name().unwrap_or_default();
    let signing = Signing {
        content: Content::new(file)?,
        length: files::length(file),
        form: form(sign),
        visible: sign.visible.then(|| output.language()),
        existing: None,
        out: Target::new(target)?,
    };
    Ok(Stream::new(name.to_string_lossy().into_owned(), signing))
}

/// Signs those that have no outcome yet.
async fn run(arguments: &Arguments, sign: &Sign, given: Given, files: &mut [File]) -> Result<(), AppError> {
    match &sign.pfx {
        Some(key) => {
            let passphrase = secrets::passphrase(&mut std::io::stdin().lock())?;
            let key = files::read_key_file(key)?;
            sign_with_key_file(&key, &passphrase, sign.cert.as_deref(), files)
        }
        None => {
            let app = app(arguments, &sign.module, given)?;
            app.sign_streams(sign.cert.as_deref().unwrap_or_default(), files)
                .await
        }
    }
}

async fn one(arguments: &Arguments, output: &Output, sign: &Sign, file: &Path, out: &Path) -> Done {
    let given = Given::new(sign.pin_stdin && sign.pfx.is_none(), None)?;
    let mut files = [stream(output, sign, file, out)?];
    run(arguments, sign, given, &mut files).await?;
    let [file] = files;
    file.outcome.ok_or(AppError::Background)??;
    let bytes = file.signing.out.written();
    if files::is_standard(out) {
        return Ok(DONE.into());
    }
    let form = form(sign);
    let value = json!({ "signature": out, "bytes": bytes, "form": form, "attached": form == SignatureForm::Attached });
    Ok(output.result(&value, || vec![out.display().to_string()], DONE))
}

/// What became of a file.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    /// Signed now.
    Signed,
    /// Was signed by an earlier run.
    Skipped,
    /// Could not be signed.
    Failed,
    /// Its turn did not come.
    Waiting,
}

#[derive(Serialize)]
struct Outcome {
    file: PathBuf,
    signature: PathBuf,
    state: State,
    error: Option<UiError>,
    #[serde(skip)]
    code: u8,
}

impl Outcome {
    fn failed(file: &Path, signature: PathBuf, error: &AppError) -> Self {
        Self {
            state: State::Failed,
            error: Some(error.into()),
            code: exit_code(error),
            ..Self::of(file, signature, State::Failed)
        }
    }

    fn of(file: &Path, signature: PathBuf, state: State) -> Self {
        Self {
            file: file.to_owned(),
            signature,
            state,
            error: None,
            code: DONE,
        }
    }
}

async fn many(arguments: &Arguments, output: &Output, sign: &Sign, folder: &Path) -> Done {
    let given = Given::new(sign.pin_stdin && sign.pfx.is_none(), None)?;
    let (mut outcomes, mut streams, mut places) = (Vec::new(), Vec::new(), Vec::new());
    let mut taken = BTreeSet::new();
    for file in &sign.files {
        let target = folder.join(target_name(file, form(sign)));
        match begin(
            arguments,
            output,
            sign,
            file,
            &target,
            taken.insert(target.clone()),
        )
        .await
        {
            Ok(Some(stream)) => {
                places.push(outcomes.len());
                streams.push(stream);
                outcomes.push(Outcome::of(file, target, State::Waiting));
            }
            Ok(None) => outcomes.push(Outcome::of(file, target, State::Skipped)),
            Err(error) => outcomes.push(Outcome::failed(file, target, &error)),
        }
    }
    let stopped = match streams.is_empty() {
        true => None,
        false => run(arguments, sign, given, &mut streams).await.err(),
    };
    for (place, stream) in places.into_iter().zip(streams) {
        let outcome = &mut outcomes[place];
        match stream.outcome {
            Some(Ok(())) => outcome.state = State::Signed,
            Some(Err(error)) => {
                *outcome = Outcome::failed(&outcome.file, outcome.signature.clone(), &error);
            }
            None => {}
        }
    }
    Ok(tell(output, &outcomes, stopped.as_ref()))
}

/// The file, ready to be signed; or nothing if an earlier run did that.
async fn begin(
    arguments: &Arguments,
    output: &Output,
    sign: &Sign,
    file: &Path,
    target: &Path,
    is_first: bool,
) -> Result<Option<File>, AppError> {
    let is_there = || files::failed(target, std::io::ErrorKind::AlreadyExists.into());
    if !is_first {
        return Err(is_there());
    }
    if target.exists() {
        let certificate = sign
            .cert
            .as_deref()
            .filter(|_| sign.resume)
            .ok_or_else(is_there)?;
        let is_beside = form(sign) == SignatureForm::Detached;
        let content = is_beside.then(|| file.to_owned());
        let app = app(arguments, &sign.module, Given::new(false, None)?)?;
        return match app.is_signed_by(target.to_owned(), content, certificate).await {
            Ok(true) => Ok(None),
            _ => Err(is_there()),
        };
    }
    stream(output, sign, file, target).map(Some)
}

fn target_name(file: &Path, form: SignatureForm) -> std::ffi::OsString {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    if matches!(form, SignatureForm::Detached | SignatureForm::Attached) {
        name.push(".sig");
    }
    name
}

/// The exit code is 0 only if every file is signed; otherwise that of what stopped the token, or of the first failure.
fn tell(output: &Output, outcomes: &[Outcome], stopped: Option<&AppError>) -> ExitCode {
    let signed = outcomes.iter().filter(|one| one.state == State::Signed).count();
    let code = stopped.map(exit_code).unwrap_or_else(|| {
        let mut codes = outcomes.iter().map(|one| one.code);
        codes.find(|code| *code != DONE).unwrap_or(DONE)
    });
    let error = stopped.map(UiError::from);
    let value = json!({ "files": outcomes, "signed": signed, "total": outcomes.len(), "error": error });
    let lines = || {
        let mut lines: Vec<String> = outcomes.iter().map(|one| line(output, one)).collect();
        lines.extend(error.iter().flat_map(|error| output.error_lines(error)));
        lines
    };
    output.result(&value, lines, code)
}

fn line(output: &Output, one: &Outcome) -> String {
    let key = match one.state {
        State::Signed => "cli.sign.signed",
        State::Skipped => "cli.sign.skipped",
        State::Failed => "cli.sign.failed",
        State::Waiting => "cli.sign.waiting",
    };
    let mut params = kabinet_app::view::Params::from([
        ("file".to_owned(), one.file.display().to_string()),
        ("signature".to_owned(), one.signature.display().to_string()),
    ]);
    if let Some(error) = &one.error {
        let lines = output.error_lines(error);
        params.insert("why".to_owned(), lines.join(" "));
    }
    output.text(key, &params)
}
