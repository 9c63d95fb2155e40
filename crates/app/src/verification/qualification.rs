//! Whether the signer's certificate is a qualified one, and for whom its owner acts: a line of its own beside the verdict,
//! which it never changes.

use kabinet_pki::trust_list::TrustList;
use kabinet_pki::{
    ActsFor, Certificate, Identification, ProblemKind, Qualification, QualificationProblem as Problem,
    QualificationStatus as Status, Trust, Verdict, qualification,
};
use kabinet_signature::SignatureReport;
use time::OffsetDateTime;

use crate::trust::Trusted;
use crate::view::{FieldProblem, QualificationView, day, moment, rfc3339};

/// `None` while no key of a certificate is proven to have made the signature.
pub(crate) fn of(
    signature: &SignatureReport,
    trusted: &Trusted,
    asked: OffsetDateTime,
) -> Option<QualificationView> {
    let certificate = signature
        .certificate
        .as_ref()
        .filter(|_| signature.signature_ok)?;
    let claimed = signature.signing_time.filter(|at| *at <= asked);
    let at = signature.proven_at.or(claimed).unwrap_or(asked);
    let proven = signature.proven_at.is_some();
    let at = Moment { at, proven, asked };
    let list = trusted.anchors.list.as_ref();
    let verdict = signature.chain.as_ref();
    let issuer = verdict.and_then(|verdict| issuer_of(verdict, &trusted.trust));
    Some(judged(certificate, issuer, list, &at))
}

/// Whether the signature is known to be by a qualified certificate.
pub(super) fn is_qualified(signature: &SignatureReport, trusted: &Trusted, asked: OffsetDateTime) -> bool {
    of(signature, trusted, asked).is_some_and(|view| view.status == QUALIFIED)
}

/// Word for [`Status::Qualified`].
const QUALIFIED: &str = "qualified";

/// The moment signed at, as far as it is known.
struct Moment {
    at: OffsetDateTime,
    proven: bool,
    asked: OffsetDateTime,
}

/// [`QualificationView`] of a certificate at a moment, its issuer being known.
pub(crate) fn of_certificate(
    certificate: &Certificate,
    issuer: Option<&Certificate>,
    list: Option<&TrustList>,
    at: OffsetDateTime,
) -> QualificationView {
    let at = Moment {
        at,
        proven: true,
        asked: at,
    };
    judged(certificate, issuer, list, &at)
}

fn judged(
    certificate: &Certificate,
    issuer: Option<&Certificate>,
    list: Option<&TrustList>,
    moment: &Moment,
) -> QualificationView {
    let mut found = qualification(certificate, issuer, list, moment.at);
    let mut only_claimed = false;
    if !moment.proven && found.status == Status::Qualified {
        // ст. 11: without a proof of the moment of signing the day of the check counts. Nobody proved that the signature is
        // older than the end of the accreditation, and nobody that it is not.
        let today = qualification(certificate, issuer, list, moment.asked);
        if today.status != Status::Qualified {
            only_claimed = true;
            found.status = Status::Unknown;
            found.problems = today.problems;
        }
    }
    let centre = issuer.and_then(|issuer| list.and_then(|list| list.centre_of(issuer)));
    QualificationView {
        status: match found.status {
            Status::Qualified => QUALIFIED,
            Status::Unknown => "unknown",
            Status::NotQualified => "not-qualified",
        }
        .to_owned(),
        at: rfc3339(moment.at),
        proven: moment.proven,
        sentences: vec![
            answer(&found, certificate, list, moment, only_claimed),
            acts_for(certificate),
        ],
        problems: found.problems.iter().map(problem).collect(),
        centre: centre.map(|centre| centre.name.clone()),
        registry_number: centre.and_then(|centre| centre.registry_number.clone()),
        tool_class: found.tool_class.map(str::to_owned),
        subject_tool: found.subject_tool,
        identification: found.identification.map(|how| {
            match how {
                Identification::Personal => "personal",
                Identification::RemoteByCertificate => "certificate",
                Identification::RemoteByPassport => "passport",
                Identification::RemoteBySystem => "biometric-system",
            }
            .to_owned()
        }),
    }
}

/// The issuer, if the chain proves that it is one and ends in something trusted.
pub(crate) fn issuer_of<'a>(verdict: &'a Verdict, trust: &Trust) -> Option<&'a Certificate> {
    let forged = |kind: &ProblemKind| matches!(kind, ProblemKind::BadSignature | ProblemKind::NameChaining);
    let anchored = trust.anchors.contains(verdict.chain.last()?);
    let broken = verdict.problems.iter().any(|problem| forged(&problem.kind));
    verdict.chain.get(1).filter(|_| anchored && !broken)
}

fn answer(
    found: &Qualification,
    certificate: &Certificate,
    list: Option<&TrustList>,
    at: &Moment,
    only_claimed: bool,
) -> FieldProblem {
    let sentence = |code: &str| FieldProblem::new(&format!("qualified.{code}"));
    let issuer = certificate.issuer();
    let issuer = issuer.common_name.or(issuer.organisation).unwrap_or_default();
    let open = |list: Option<&TrustList>| match list {
        None => sentence("no-list"),
        Some(list) => sentence("not-listed")
            .with("issuer", &issuer)
            .with("date", day(list.issued)),
    };
    let form = found
        .problems
        .iter()
        .any(|one| !one.is_open() && accreditation(one).is_none());
    let lost = found.problems.iter().find_map(accreditation);
    match (found.status, lost) {
        (Status::Qualified, _) => sentence(if at.proven { "yes" } else { "yes-claimed" })
            .with("issuer", &issuer)
            .with("time", moment(at.at)),
        (_, Some((code, since))) => {
            let code = if only_claimed { "claimed" } else { code };
            sentence(code).with("issuer", &issuer).with("date", day(since))
        }
        _ if form => sentence("form"),
        _ => open(list),
    }
}

/// What became of the accreditation, and since when.
fn accreditation(problem: &Problem) -> Option<(&'static str, OffsetDateTime)> {
    match problem {
        Problem::AccreditationEnded { since } => Some(("ended", *since)),
        Problem::AccreditationSuspended { since } => Some(("suspended", *since)),
        _ => None,
    }
}

fn acts_for(certificate: &Certificate) -> FieldProblem {
    let subject = certificate.subject();
    let organisation = subject.organisation.clone().unwrap_or_default();
    let sentence = |code: &str| FieldProblem::new(&format!("acts-for.{code}"));
    match subject.acts_for() {
        ActsFor::Organisation { inn, ogrn } => {
            let code = match (&inn, subject.person_name()) {
                (Some(_), Some(_)) => "organisation",
                (Some(_), None) => "organisation-itself",
                (None, _) => "organisation-by-ogrn",
            };
            sentence(code)
                .with("organisation", organisation)
                .with("inn", inn.unwrap_or_default())
                .with("ogrn", ogrn.unwrap_or_default())
        }
        ActsFor::Entrepreneur { ogrnip, .. } => sentence("entrepreneur").with("ogrnip", ogrnip),
        ActsFor::Person { .. } => sentence("person"),
    }
}

fn problem(problem: &Problem) -> FieldProblem {
    let found = FieldProblem::new(problem.code());
    match problem {
        Problem::Subject(requisite) | Problem::Issuer(requisite) => found.with("requisite", requisite.name()),
        Problem::AccreditationEnded { since } | Problem::AccreditationSuspended { since } => {
            found.with("date", day(*since))
        }
        _ => found,
    }
}
