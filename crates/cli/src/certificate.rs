//! `kabinetctl cert`: judging certificates.

use std::process::ExitCode;

use kabinet_app::AppError;
use kabinet_app::certificate::{self, CertificateReport, LinkView, Purpose, Requirements, Verification};
use kabinet_app::view::{Params, Verdict};

use crate::arguments::{CertPurpose, VerifyCertificate};
use crate::files;
use crate::local::qualification_lines;
use crate::output::{Output, verdict_code};

pub async fn verify(output: &Output, arguments: &VerifyCertificate) -> Result<ExitCode, AppError> {
    let purpose = match arguments.purpose {
        CertPurpose::Any => Purpose::Any,
        CertPurpose::Signature => Purpose::Signature,
        CertPurpose::TimeStamping => Purpose::TimeStamping,
        CertPurpose::CrlSigning => Purpose::CrlSigning,
    };
    let by = Verification {
        chain: arguments.chain.clone(),
        trust: arguments.trust.clone(),
        trust_list: arguments.trust_list.clone(),
        crls: arguments.crl.clone(),
        ocsp: arguments.ocsp.clone(),
        at: arguments.at,
        requirements: Requirements {
            policies: arguments.policy.clone(),
            explicit_policy: arguments.explicit_policy,
            inhibit_mapping: arguments.inhibit_mapping,
            inhibit_any_policy: arguments.inhibit_any_policy,
            revocation: !arguments.no_revocation,
            accept_weak: arguments.accept_weak,
            ..Requirements::new(purpose)
        },
        offline: arguments.offline,
        internal: arguments.allow_internal,
    };
    let octets = files::read(&arguments.leaf)?;
    let report = certificate::verify(arguments.leaf.clone(), octets, by).await?;
    Ok(output.result(&report, || lines(output, &report), verdict_code(report.verdict)))
}

fn lines(output: &Output, report: &CertificateReport) -> Vec<String> {
    let none = Params::new();
    let with = |name: &str, value: &str| Params::from([(name.to_owned(), value.to_owned())]);
    let verdict = match report.verdict {
        Verdict::Valid => "cli.cert.valid",
        Verdict::Unknown => "cli.cert.unknown",
        Verdict::Invalid => "cli.cert.invalid",
    };
    let mut lines = vec![output.text(verdict, &none)];
    lines.extend(report.chain.iter().map(|link| chain_line(output, link)));
    for problem in &report.problems {
        let text = output.text(&format!("reasons.{}", problem.code), &problem.params);
        lines.push(format!("  {}: {text} [{}]", problem.subject, problem.code));
    }
    if let Some(qualification) = &report.qualification {
        lines.extend(qualification_lines(output, qualification));
    }
    if !report.policies.is_empty() {
        let policies = report.policies.join(", ");
        lines.push(output.text("cli.cert.policies", &with("policies", &policies)));
    }
    for url in &report.to_fetch {
        lines.push(output.text("cli.cert.to-fetch", &with("url", url)));
    }
    for file in &report.unreadable {
        lines.push(output.text("cli.cert.unreadable", &with("file", file)));
    }
    lines
}

fn chain_line(output: &Output, link: &LinkView) -> String {
    let revocation = link.revocation.as_ref().map(|found| {
        let value = |text: &Option<String>| text.clone().unwrap_or_default();
        let params = Params::from([
            ("asOf".to_owned(), value(&found.as_of)),
            ("at".to_owned(), value(&found.revoked_at)),
        ]);
        let text = output.text(&format!("cli.cert.revocation.{}", found.state), &params);
        format!("; {text}")
    });
    format!(
        "  {}, {}{}",
        link.certificate.holder,
        link.certificate.not_after,
        revocation.unwrap_or_default()
    )
}
