//! The signatures under a power of attorney, as the judgement wants to know them.

use kabinet_domain::poa::PoaNumber;
use kabinet_domain::poa::judge::{PoaKind, PrincipalSignature, SignatureStanding, Signer};
use kabinet_domain::{Document, FileRole};
use kabinet_pki::{Certificate, ProblemKind, Status};
use kabinet_signature::{Report, SignatureReport};
use time::OffsetDateTime;

use crate::state::Current;
use crate::trust::Trusted;
use crate::verification::qualification;
use crate::{AppError, send, verdicts};

/// Verifies every signature under the main file, with what the vault keeps; with `online`, what is missing is fetched. Blocks.
///
/// # Errors
/// Failures of the vault. What is no signature at all is a broken one.
pub(super) fn examine(
    current: &Current,
    document: &Document,
    online: bool,
) -> Result<Vec<PrincipalSignature>, AppError> {
    let main = document.files.iter().find(|file| file.role == FileRole::Main);
    let Some(main) = main else { return Ok(Vec::new()) };
    let trusted = current.trusted()?;
    let mut found = Vec::new();
    for file in &document.files {
        if !matches!(&file.role, FileRole::Signature { of } if *of == main.name) {
            continue;
        }
        let octets = send::read_all(&current.store, file)?;
        let mut content = current.store.read_blob(main.digest)?;
        match verdicts::judge(current, &octets, &mut content, online) {
            Ok(report) => found.extend(self::found(&report, &trusted, OffsetDateTime::now_utc())),
            Err(AppError::ReadSignature(_)) => found.push(PrincipalSignature {
                standing: SignatureStanding::Broken,
                signer: Signer::default(),
                made: None,
            }),
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// Fetches what is missing to judge the signatures of one: a principal whose certificate was never met is nobody to the vault. What
/// cannot be reached stays unknown. Blocks.
///
/// # Errors
/// Failures of the vault.
pub(super) fn learn(current: &Current, number: PoaNumber) -> Result<(), AppError> {
    let record = current.store.poa(number)?;
    if record.kind != PoaKind::Electronic {
        return Ok(());
    }
    let document = current.store.document(record.document)?;
    let is_known =
        |found: &[PrincipalSignature]| found.iter().all(|one| one.standing != SignatureStanding::Unknown);
    if is_known(&examine(current, &document, false)?) {
        return Ok(());
    }
    let found = examine(current, &document, true)?;
    Ok(current.store.keep_poa_signatures(number, &found)?)
}

/// The signatures of a report that was made at this moment.
pub(crate) fn found(report: &Report, trusted: &Trusted, at: OffsetDateTime) -> Vec<PrincipalSignature> {
    let all = report.signatures.iter();
    all.map(|one| PrincipalSignature {
        standing: standing(one, trusted, at),
        signer: one.certificate.as_ref().map(signer_of).unwrap_or_default(),
        made: one.proven_at.or(one.signing_time),
    })
    .collect()
}

/// Whom a certificate names.
pub(crate) fn signer_of(certificate: &Certificate) -> Signer {
    let subject = certificate.subject();
    let digits = |text: &String| text.chars().filter(char::is_ascii_digit).collect::<String>();
    Signer {
        inn: subject.person_inn().map(str::to_owned),
        snils: subject.snils.as_ref().map(digits),
        organisation_inn: subject.organisation_inn().map(str::to_owned),
        organisation_kpp: None,
    }
}

fn standing(one: &SignatureReport, trusted: &Trusted, at: OffsetDateTime) -> SignatureStanding {
    if one.certificate.is_none() {
        return SignatureStanding::Unknown;
    }
    if !one.digest_ok || !one.signature_ok {
        return SignatureStanding::Broken;
    }
    let problems = one.chain.iter().flat_map(|chain| &chain.problems);
    let mut has_bad_chain = false;
    for problem in problems {
        match problem.kind {
            ProblemKind::Revoked { .. } => return SignatureStanding::CertificateRevoked,
            ProblemKind::Expired { .. } | ProblemKind::NotYetValid { .. } if problem.position == 0 => {
                return SignatureStanding::CertificateExpired;
            }
            _ => has_bad_chain |= problem.effect() == Status::Invalid,
        }
    }
    match one.verdict() {
        Status::Invalid if has_bad_chain => SignatureStanding::CertificateUntrusted,
        Status::Invalid => SignatureStanding::Broken,
        Status::Unknown => SignatureStanding::Unknown,
        Status::Valid => match qualification::of(one, trusted, at) {
            Some(view) if view.status == "qualified" => SignatureStanding::Valid,
            Some(view) if view.status == "not-qualified" => SignatureStanding::CertificateNotQualified,
            _ => SignatureStanding::Unknown,
        },
    }
}
