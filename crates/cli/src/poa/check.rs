//! `poa check`: may somebody act under what lies in these files?

use std::process::ExitCode;

use kabinet_app::AppError;
use kabinet_app::poa_file::{self, Acting, PoaFileQuestion, PoaFileReport, PoaParty};
use kabinet_app::verification::Verification;
use kabinet_app::view::Params;

use crate::arguments::CheckPoa;
use crate::output::{DONE, INVALID, Output, UNDECIDED};

pub async fn check(output: &Output, asked: &CheckPoa) -> Result<ExitCode, AppError> {
    let report = poa_file::check(question(asked)).await?;
    let code = match &*report.verdict {
        "allowed" => DONE,
        "not-allowed" => INVALID,
        _ => UNDECIDED,
    };
    Ok(output.result(&report, || lines(output, &report), code))
}

fn question(asked: &CheckPoa) -> PoaFileQuestion {
    let acting = match (&asked.certificate, &asked.person_inn, &asked.person_snils) {
        (Some(certificate), _, _) => Acting::Certificate(certificate.clone()),
        (None, None, None) => Acting::Unknown,
        (None, inn, snils) => Acting::Person {
            inn: inn.clone(),
            snils: snils.clone(),
        },
    };
    PoaFileQuestion {
        file: asked.file.clone(),
        signatures: asked.signature.clone(),
        parents: asked.parent.clone(),
        acting,
        organisation: asked.organisation.clone(),
        format: asked.for_format.clone(),
        powers: asked.power.clone(),
        tax_office: asked.tax_office.clone(),
        registry: asked.registry.map(Into::into),
        by: Verification {
            trust: asked.trust.clone(),
            trust_list: asked.trust_list.clone(),
            crls: asked.crl.clone(),
            at: asked.at,
            offline: asked.offline,
            internal: asked.allow_internal,
            profile: None,
        },
    }
}

fn lines(output: &Output, report: &PoaFileReport) -> Vec<String> {
    let mut lines = vec![
        output
            .texts()
            .plain(&format!("cli.poa.verdict.{}", report.verdict)),
    ];
    let params = [
        ("number", report.number.clone()),
        ("format", report.format.clone()),
        ("issued", report.issued.clone().unwrap_or_default()),
        ("expires", report.expires.clone().unwrap_or_default()),
        ("principals", names(&report.principals)),
        ("representatives", names(&report.representatives)),
    ];
    let params: Params = params.map(|(name, value)| (name.to_owned(), value)).into();
    lines.push(output.text("cli.poa.about", &params));
    lines.extend(report.reasons.iter().map(|reason| {
        let key = reason.code.strip_prefix("poa.").unwrap_or(&reason.code);
        let text = output.text(&format!("poa.reasons.{key}"), &reason.params);
        let of = if reason.number == report.number {
            String::new()
        } else {
            format!("{}: ", reason.number)
        };
        format!("  {of}{text} [{}]", reason.code)
    }));
    lines.extend(report.findings.iter().map(|finding| {
        let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
        let element = finding.element.as_deref().unwrap_or_default();
        let text = output.text(&format!("findings.{}", finding.code), &finding.params);
        format!("  {}{line} {element} {text} [{}]", finding.file, finding.code)
    }));
    lines
}

fn names(parties: &[PoaParty]) -> String {
    let names: Vec<&str> = parties.iter().map(|party| party.name.as_str()).collect();
    names.join("; ")
}
