//! Commands that need no vault.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use kabinet_app::sign_streams::Place;
use kabinet_app::tools::{self, HashAlgorithm, RequisiteReport};
use kabinet_app::verification::protocol::Format;
use kabinet_app::verification::{Signed, Verification};
use kabinet_app::view::{
    CertificateView, PinState, PoaAuthority, QualificationView, SignatureLevel, VerificationReport,
};
use kabinet_app::{App, AppError, Browser, Config, profile, upgrade};
use serde_json::json;

use crate::arguments::{Alg, Arguments, Level, Report, Upgrade, Verify};
use crate::files;
use crate::output::{DONE, INVALID, Output, verdict_code};
use crate::secrets::Given;
use crate::vault::opened;

type Done = Result<ExitCode, AppError>;

/// The core with the modules of the command line, if any were named.
pub fn app(arguments: &Arguments, modules: &[PathBuf], given: Given) -> Result<App, AppError> {
    let mut config = config(arguments)?;
    if !modules.is_empty() {
        config.only_modules = Some(modules.to_vec());
    }
    if let Some(seconds) = arguments.timeout {
        config.portal.timeouts.answer = Duration::from_secs(seconds);
    }
    App::new(config, Arc::new(given))
}

/// The core whose browser is this one.
pub fn app_with_browser(
    arguments: &Arguments,
    given: Given,
    browser: Arc<dyn Browser>,
) -> Result<App, AppError> {
    let mut config = config(arguments)?;
    config.browser = browser;
    App::new(config, Arc::new(given))
}

fn config(arguments: &Arguments) -> Result<Config, AppError> {
    match &arguments.vault {
        Some(folder) => Config::at(folder),
        None => Config::for_this_user(),
    }
}

pub fn hash(output: &Output, algorithm: Alg, file: &Path) -> Done {
    let algorithm = match algorithm {
        Alg::Streebog256 => HashAlgorithm::Streebog256,
        Alg::Streebog512 => HashAlgorithm::Streebog512,
    };
    let hash =
        tools::hash(algorithm, &mut files::open(file)?).map_err(|source| files::failed(file, source))?;
    let value = json!({ "file": file, "hash": hash });
    Ok(output.result(&value, || vec![format!("{hash}  {}", file.display())], DONE))
}

pub fn check(output: &Output, kind: &str, values: &[String]) -> Done {
    let reports: Option<Vec<RequisiteReport>> = values
        .iter()
        .map(|value| tools::check_requisite(kind, value))
        .collect();
    let Some(reports) = reports else {
        return Ok(output.usage("kabinetctl check: inn, ogrn, ogrnip, kpp, snils, bik, account"));
    };
    let code = if reports.iter().all(|report| report.code.is_none()) {
        DONE
    } else {
        INVALID
    };
    let lines = || {
        reports
            .iter()
            .map(|report| match &report.code {
                None => format!("{}  {}", report.value, output.text("cli.right", &report.params)),
                Some(code) => format!(
                    "{}  {}",
                    report.value,
                    output.text(&format!("requisites.{code}"), &report.params)
                ),
            })
            .collect()
    };
    Ok(output.result(&json!({ "results": reports }), lines, code))
}

pub fn validate(output: &Output, paths: &[PathBuf]) -> Done {
    let reports = tools::validate(paths)?;
    let is_error = |code: &kabinet_app::tools::DocumentReport| code.has_errors();
    let code = if reports.iter().any(is_error) {
        INVALID
    } else {
        DONE
    };
    let lines = || {
        let mut lines = Vec::new();
        for report in &reports {
            lines.push(format!("{}: {}", report.files.join(", "), report.title));
            for finding in &report.findings {
                let place = finding
                    .line
                    .map_or_else(|| finding.file.clone(), |line| format!("{}:{line}", finding.file));
                let element = finding.element.as_deref().unwrap_or_default();
                let text = output.text(&format!("findings.{}", finding.code), &finding.params);
                lines.push(format!("  {place} {element} {text} [{}]", finding.code));
            }
        }
        lines
    };
    Ok(output.result(&json!({ "documents": reports }), lines, code))
}

/// The purposes signatures can be judged by.
pub fn profiles(arguments: &Arguments, output: &Output) -> Done {
    let profiles = profile::profiles(&config(arguments)?.profile_dir)?;
    let rows: Vec<_> = profiles
        .iter()
        .map(|one| json!({ "code": one.code, "title": one.title(output.language()) }))
        .collect();
    let lines = || {
        profiles
            .iter()
            .map(|one| format!("{:10} {}", one.code, one.title(output.language())))
            .collect()
    };
    Ok(output.result(&json!({ "profiles": rows }), lines, DONE))
}

pub async fn verify(arguments: &Arguments, output: &Output, asked: &Verify) -> Done {
    let report = verification(arguments, asked).await?.without_material();
    Ok(output.result(
        &report,
        || verdict_lines(output, &report),
        verdict_code(report.verdict),
    ))
}

/// Writes the signature raised to a level.
pub async fn upgrade(arguments: &Arguments, output: &Output, asked: &Upgrade) -> Done {
    let to = match asked.to {
        Level::T => SignatureLevel::Timestamped,
        Level::Xlt1 => SignatureLevel::ExtendedLong,
        Level::Lt => SignatureLevel::LongTerm,
        Level::Lta => SignatureLevel::Archive,
    };
    let target = files::Target::new(&asked.out)?;
    let (done, mut target) = upgrade::upgrade(
        asked.verify.signature.clone(),
        asked.verify.content.clone(),
        to,
        asked.tsa.clone(),
        by(arguments, &asked.verify)?,
        target,
    )
    .await?;
    target.keep()?;
    if files::is_standard(&asked.out) {
        return Ok(DONE.into());
    }
    Ok(output.result(&done, || vec![asked.out.display().to_string()], DONE))
}

/// Writes the protocol of a check; its exit code is that of the check.
pub async fn report(arguments: &Arguments, output: &Output, asked: &Report) -> Done {
    let report = verification(arguments, &asked.verify).await?;
    files::write(&asked.out, &output.protocol(&report, Format::of(&asked.out))?)?;
    if files::is_standard(&asked.out) {
        return Ok(verdict_code(report.verdict).into());
    }
    let value = json!({ "report": asked.out, "verdict": report.verdict });
    let line = || vec![asked.out.display().to_string()];
    Ok(output.result(&value, line, verdict_code(report.verdict)))
}

fn by(arguments: &Arguments, asked: &Verify) -> Result<Verification, AppError> {
    let profile = match &asked.profile {
        Some(code) => Some(profile::profile(code, &config(arguments)?.profile_dir)?),
        None => None,
    };
    Ok(Verification {
        trust: asked.trust.clone(),
        trust_list: asked.trust_list.clone(),
        crls: asked.crl.clone(),
        at: asked.at,
        offline: asked.offline,
        internal: asked.allow_internal,
        profile,
    })
}

async fn verification(arguments: &Arguments, asked: &Verify) -> Result<VerificationReport, AppError> {
    if asked.register {
        let app = opened(arguments, &[], false).await?;
        return app
            .verify_file(&asked.signature, asked.content.clone(), !asked.offline)
            .await;
    }
    let signed = if asked.signature.as_os_str() == "-" {
        Signed::of("-", files::read(&asked.signature)?)
    } else {
        Signed::open(&asked.signature)?
    };
    kabinet_app::verification::verify(signed, asked.content.clone(), by(arguments, asked)?).await
}

/// Whether the certificate is a qualified one, and why not.
pub fn qualification_lines(output: &Output, qualification: &QualificationView) -> Vec<String> {
    let sentences = qualification.sentences.iter();
    let sentences = sentences.map(|one| {
        format!(
            "  {}",
            output.text(&format!("verification.{}", one.code), &one.params)
        )
    });
    let problems = qualification.problems.iter().map(|one| {
        let text = output.text(&format!("reasons.{}", one.code), &one.params);
        format!("  - {text} [{}]", one.code)
    });
    sentences.chain(problems).collect()
}

/// For each signature the verdict, the four sentences, and what speaks against it.
fn verdict_lines(output: &Output, report: &VerificationReport) -> Vec<String> {
    let mut lines = Vec::new();
    for signer in &report.signers {
        let verdict = serde_json::to_value(signer.verdict)
            .ok()
            .and_then(|verdict| verdict.as_str().map(str::to_owned));
        let key = format!("signature.verdict.{}", verdict.unwrap_or_default());
        let who = signer.certificate.as_ref().map(describe).unwrap_or_default();
        lines.push(format!("{}: {who}", output.text(&key, &Default::default())));
        for sentence in &signer.sentences {
            let key = format!("verification.{}", sentence.code);
            lines.push(format!("  {}", output.text(&key, &sentence.params)));
        }
        if let Some(authority) = &signer.authority {
            lines.extend(authority_lines(output, authority));
        }
        if let Some(qualification) = &signer.qualification {
            lines.extend(qualification_lines(output, qualification));
        }
        for reason in signer.reasons.iter().chain(&signer.notes) {
            let text = output.text(&format!("reasons.{reason}"), &Default::default());
            lines.push(format!("  - {text} [{reason}]"));
        }
    }
    lines
}

/// By what right somebody signed for the organisation.
fn authority_lines(output: &Output, authority: &PoaAuthority) -> Vec<String> {
    let number = authority.number.clone().unwrap_or_default();
    let one = |key: String, name: &str, value: &str| {
        let params = [(name.to_owned(), value.to_owned())].into();
        format!("  {}", output.text(&key, &params))
    };
    let mut lines = vec![one(format!("ui.authority.{}", authority.by), "number", &number)];
    match &authority.judgement {
        None if authority.number.is_some() => lines.push(one("ui.authority.absent".to_owned(), "number", "")),
        None => {}
        Some(judgement) => {
            lines.push(one(
                format!("ui.authority.verdicts.{}", judgement.verdict),
                "number",
                "",
            ));
            lines.push(one(
                format!("ui.authority.basis.{}", authority.basis),
                "time",
                &authority.at,
            ));
            lines.extend(judgement.reasons.iter().map(|reason| {
                let key = reason.code.replacen("poa.", "poa.reasons.", 1);
                format!("  - {} [{}]", output.text(&key, &reason.params), reason.code)
            }));
        }
    }
    lines
}

pub async fn tokens(arguments: &Arguments, output: &Output, modules: &[PathBuf]) -> Done {
    let scan = app(arguments, modules, Given::new(false, None)?)?
        .scan_tokens()
        .await?;
    let lines = || {
        let mut lines: Vec<String> = scan
            .tokens
            .iter()
            .map(|token| {
                let pin = serde_json::to_value(token.pin)
                    .ok()
                    .and_then(|pin| pin.as_str().map(str::to_owned));
                let note = match token.pin {
                    PinState::Ok => String::new(),
                    _ => format!("  PIN: {}", pin.unwrap_or_default()),
                };
                format!(
                    "{}  {}  {}  {}{note}",
                    token.serial, token.label, token.model, token.module
                )
            })
            .collect();
        for problem in &scan.problems {
            lines.push(format!(
                "{}: {}",
                problem.module,
                output.error_lines(&problem.error).join(" ")
            ));
        }
        lines
    };
    Ok(output.result(
        &json!({ "tokens": scan.tokens, "problems": scan.problems }),
        lines,
        DONE,
    ))
}

pub async fn certs(arguments: &Arguments, output: &Output, modules: &[PathBuf]) -> Done {
    let scan = app(arguments, modules, Given::new(false, None)?)?
        .scan_tokens()
        .await?;
    let lines = || {
        scan.certificates
            .iter()
            .map(|line| {
                let unfit: Vec<String> = line
                    .unfit
                    .iter()
                    .map(|reason| output.text(&format!("certificate.unfit.{}", reason.code), &reason.params))
                    .collect();
                format!(
                    "{}  {}  {}",
                    &line.id[..16.min(line.id.len())],
                    describe(line),
                    unfit.join("; ")
                )
            })
            .collect()
    };
    Ok(output.result(
        &json!({ "certificates": scan.certificates, "problems": scan.problems }),
        lines,
        DONE,
    ))
}

fn describe(line: &CertificateView) -> String {
    let organisation = line
        .organisation
        .as_deref()
        .map(|name| format!(", {name}"))
        .unwrap_or_default();
    format!("{}{organisation}, {}", line.holder, line.not_after)
}
