//! `poa sign`: a file, or what the register holds.

use std::path::Path;
use std::process::ExitCode;

use kabinet_app::sign_streams::Stream;
use kabinet_app::view::SignatureForm;
use kabinet_app::{AppError, Signing};
use serde_json::json;

use super::register;
use crate::arguments::{Arguments, Poa};
use crate::files::{self, Content, Target};
use crate::local::app;
use crate::output::{DONE, Output};
use crate::secrets::Given;

type Done = Result<ExitCode, AppError>;

pub async fn sign(
    arguments: &Arguments,
    output: &Output,
    asked: &Poa,
    named: &str,
    out: Option<&Path>,
) -> Done {
    if asked.cert.is_none() {
        return Ok(output.usage("kabinetctl poa sign: --cert"));
    }
    let file = Path::new(named);
    if file.is_file() {
        sign_file(arguments, output, asked, file, out).await
    } else {
        register::sign(arguments, output, asked, named).await
    }
}

async fn sign_file(
    arguments: &Arguments,
    output: &Output,
    asked: &Poa,
    file: &Path,
    out: Option<&Path>,
) -> Done {
    let certificate = asked.cert.as_deref().unwrap_or_default();
    let mut beside = file.as_os_str().to_owned();
    beside.push(".sig");
    let out = out.unwrap_or(Path::new(&beside));
    if out.exists() {
        return Err(files::failed(out, std::io::ErrorKind::AlreadyExists.into()));
    }
    let app = app(arguments, &asked.module, Given::new(asked.pin_stdin, None)?)?;
    let number = app.check_poa_signer(file, certificate).await?;
    let signing = Signing {
        content: Content::new(file)?,
        length: files::length(file),
        form: SignatureForm::Detached,
        visible: None,
        existing: None,
        out: Target::new(out)?,
    };
    let name = file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut streams = [Stream::new(name, signing)];
    app.sign_streams(certificate, &mut streams).await?;
    let [stream] = streams;
    stream.outcome.ok_or(AppError::Background)??;
    let bytes = stream.signing.out.written();
    let value = json!({ "number": number, "signature": out, "bytes": bytes });
    Ok(output.result(&value, || vec![out.display().to_string()], DONE))
}
