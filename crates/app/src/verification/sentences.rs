//! Four plain sentences: who signed, what exactly, when, and were they allowed to.

use kabinet_pki::{ProblemKind, Revocation};
use kabinet_signature::{Form, Format, Report, SignatureReport, SubIndication};

use crate::view::{FieldProblem, FileFacts, day, moment};

/// What the files are called.
pub(super) struct Names<'a> {
    pub file: &'a FileFacts,
    pub content: Option<&'a FileFacts>,
}

/// The sentences in this order; texts under `verification.<code>`.
pub(super) fn of(report: &Report, signature: &SignatureReport, names: &Names<'_>) -> Vec<FieldProblem> {
    vec![
        who(signature),
        what(report, signature, names),
        when(signature),
        allowed(signature),
    ]
}

fn who(signature: &SignatureReport) -> FieldProblem {
    let Some(certificate) = &signature.certificate else {
        return FieldProblem::new("who.unknown");
    };
    let subject = certificate.subject();
    if signature.form == Form::TimeStamp {
        let name = subject.common_name.unwrap_or_default();
        return FieldProblem::new("who.time-stamp").with("name", name);
    }
    let common = subject.common_name.clone().unwrap_or_default();
    // A name in a certificate says nothing as long as nobody vouches for the key.
    let suffix = if signature.signature_ok { "" } else { "-claimed" };
    match (subject.person_name(), subject.organisation.clone()) {
        (Some(person), Some(organisation)) => {
            let inn = subject.organisation_inn().unwrap_or_default().to_owned();
            let title = subject.title.clone().unwrap_or_default();
            let code = match (title.is_empty(), inn.is_empty()) {
                (false, false) => "who.officer",
                (_, false) => "who.member",
                _ => "who.member-without-inn",
            };
            FieldProblem::new(&format!("{code}{suffix}"))
                .with("name", person)
                .with("title", title)
                .with("organisation", organisation)
                .with("inn", inn)
        }
        (Some(person), None) => FieldProblem::new(&format!("who.person{suffix}")).with("name", person),
        (None, Some(organisation)) => {
            FieldProblem::new(&format!("who.organisation{suffix}")).with("name", organisation)
        }
        (None, None) => FieldProblem::new(&format!("who.person{suffix}")).with("name", common),
    }
}

fn what(report: &Report, signature: &SignatureReport, names: &Names<'_>) -> FieldProblem {
    let name = match (names.content, report.attached) {
        (Some(content), _) => &content.name,
        (None, _) => &names.file.name,
    };
    let sentence = |code: &str| FieldProblem::new(code).with("file", name);
    let forbidden = signature.changes.iter().filter(|change| !change.allowed).count();
    if !signature.digest_ok && signature.certificate.is_some() {
        return sentence("what.changed");
    }
    if !signature.signature_ok {
        return sentence("what.not-signed");
    }
    if forbidden > 0 {
        return sentence("what.changed-later").with("count", forbidden);
    }
    let others = signature
        .changes
        .iter()
        .filter(|change| !change.is_proof())
        .count();
    if others > 0 {
        return sentence("what.allowed-changes").with("count", others);
    }
    if !signature.changes.is_empty() {
        return sentence("what.proofs-added");
    }
    if !signature.parts.iter().any(|part| part.whole) {
        let parts: Vec<_> = signature.parts.iter().map(|part| part.name.as_str()).collect();
        return sentence("what.parts").with("parts", parts.join(", "));
    }
    match (report.format, names.content, report.attached) {
        (Format::Asic, ..) => {
            let parts: Vec<_> = signature.parts.iter().map(|part| part.name.as_str()).collect();
            sentence("what.container").with("parts", parts.join(", "))
        }
        (_, None, true) if report.format == Format::Cms => sentence("what.inside"),
        _ => sentence("what.whole"),
    }
}

fn when(signature: &SignatureReport) -> FieldProblem {
    let stamp = signature
        .stamps
        .iter()
        .filter(|stamp| stamp.trusted_time() == signature.proven_at)
        .find_map(|stamp| stamp.outcome.as_ref().ok());
    match (signature.proven_at, signature.signing_time) {
        (Some(proven), _) => FieldProblem::new("when.proven")
            .with("time", moment(proven))
            .with(
                "authority",
                stamp
                    .and_then(|stamp| stamp.certificate.subject().common_name)
                    .unwrap_or_default(),
            ),
        (None, Some(stamped)) if signature.form == Form::TimeStamp => {
            FieldProblem::new("when.time-stamp").with("time", moment(stamped))
        }
        (None, Some(claimed)) => FieldProblem::new("when.claimed").with("time", moment(claimed)),
        (None, None) => FieldProblem::new("when.unknown"),
    }
}

fn allowed(signature: &SignatureReport) -> FieldProblem {
    let Some(chain) = &signature.chain else {
        return FieldProblem::new("allowed.no-certificate");
    };
    if chain.is_valid() {
        let known = match &chain.revocation {
            Revocation::Good { as_of, .. } => moment(*as_of),
            _ => moment(signature.judged_at),
        };
        return FieldProblem::new("allowed.certificate-valid")
            .with("time", moment(signature.judged_at))
            .with("known", known)
            .with(
                "issuer",
                chain
                    .chain
                    .first()
                    .and_then(|one| one.issuer().common_name)
                    .unwrap_or_default(),
            );
    }
    let find = |wanted: fn(&ProblemKind) -> bool| chain.problems.iter().find(|one| wanted(&one.kind));
    let sub = signature.reasons.iter().find_map(|reason| match reason {
        kabinet_signature::Reason::Certificate { why } => Some(*why),
        _ => None,
    });
    match sub {
        Some(SubIndication::Revoked | SubIndication::RevokedNoPoe | SubIndication::RevokedCaNoPoe) => {
            let code = match sub {
                Some(SubIndication::Revoked) => "allowed.revoked",
                Some(SubIndication::RevokedCaNoPoe) => "allowed.authority-revoked",
                _ => "allowed.revoked-without-proof",
            };
            let since = find(|kind| matches!(kind, ProblemKind::Revoked { .. }));
            let at = match since.map(|one| &one.kind) {
                Some(ProblemKind::Revoked { at, .. }) => moment(*at),
                _ => String::new(),
            };
            FieldProblem::new(code).with("time", at)
        }
        Some(SubIndication::Expired | SubIndication::OutOfBoundsNoPoe) => {
            let code = if sub == Some(SubIndication::Expired) {
                "allowed.expired"
            } else {
                "allowed.expired-without-proof"
            };
            let until = chain.chain.first().map(|one| day(one.not_after()));
            FieldProblem::new(code).with("date", until.unwrap_or_default())
        }
        Some(SubIndication::NotYetValid) => {
            let from = chain.chain.first().map(|one| day(one.not_before()));
            FieldProblem::new("allowed.not-yet-valid").with("date", from.unwrap_or_default())
        }
        Some(SubIndication::NoCertificateChainFound) => FieldProblem::new("allowed.untrusted").with(
            "issuer",
            chain
                .chain
                .last()
                .and_then(|one| one.issuer().common_name)
                .unwrap_or_default(),
        ),
        Some(SubIndication::TryLater) => FieldProblem::new("allowed.revocation-unknown"),
        _ => FieldProblem::new("allowed.unfit"),
    }
}
