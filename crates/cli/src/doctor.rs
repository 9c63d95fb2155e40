//! `doctor`: what stands between a token and a signature.

use std::process::ExitCode;

use kabinet_app::AppError;
use kabinet_app::doctor::{DoctorReport, lines_of};
use kabinet_app::view::{Diagnosis, DoctorStep};
use serde_json::json;

use crate::arguments::{Arguments, Doctor};
use crate::files;
use crate::local::app;
use crate::output::{DONE, INVALID, Output, code_of};
use crate::secrets::{Given, PinSource};

/// Prints every chain. With a test signature its failure decides the exit code, as for `sign`.
pub async fn run(arguments: &Arguments, output: &Output, asked: &Doctor) -> Result<ExitCode, AppError> {
    let source = match &asked.pin_file {
        Some(path) => PinSource::File(path.clone()),
        None if asked.pin_stdin => PinSource::Stdin,
        None => PinSource::Terminal,
    };
    let given = if asked.test_signature {
        Given::with_pin(source)?
    } else {
        Given::new(false, None)?
    };
    let app = app(arguments, &asked.module, given)?;
    let mut diagnosis = app.diagnose().await?;
    if let Some(certificate) = asked.certificate.as_deref().filter(|_| asked.test_signature) {
        let tested = app.test_signature(diagnosis, certificate).await?;
        diagnosis = tested.diagnosis;
        if let (Some(out), Some(signature)) = (&asked.out, &tested.signature) {
            files::write(out, signature)?;
        }
    }
    if asked.out.as_deref().is_some_and(files::is_standard) {
        return Ok(exit(&diagnosis).into());
    }
    // Scripts and those who help get the report: what people see here besides is theirs alone.
    let report = DoctorReport::of(&diagnosis);
    let lines = || {
        let chains = diagnosis.chains.iter().enumerate();
        chains
            .flat_map(|(number, chain)| {
                let apart = (number > 0).then(String::new);
                apart
                    .into_iter()
                    .chain(lines_of(chain, &diagnosis.system, output.texts(), false))
            })
            .collect()
    };
    Ok(output.result(&json!(report), lines, exit(&diagnosis)))
}

/// Done if nothing is broken; the code of its own error if the test signature failed; otherwise invalid.
fn exit(diagnosis: &Diagnosis) -> u8 {
    let broken = |step| {
        let lines = diagnosis
            .chains
            .iter()
            .filter(move |chain| chain.broken == Some(step));
        lines
            .flat_map(|chain| &chain.lines)
            .find(move |line| line.step == step)
    };
    match broken(DoctorStep::Signature) {
        Some(line) => code_of(&line.code),
        None if diagnosis.chains.iter().any(|chain| chain.broken.is_some()) => INVALID,
        None => DONE,
    }
}
