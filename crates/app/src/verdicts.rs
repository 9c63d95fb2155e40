//! Verdicts on the signatures of a document, made with what the vault keeps: no network, no waiting.

use std::io::{Cursor, Read as _};

use kabinet_domain::{ContentDigest, Document, FileRole};
use kabinet_pki::{Evidence, Status};
use kabinet_signature::{Policy, ReadError, Report, SignatureReport, examine};
use time::OffsetDateTime;

use crate::state::Current;
use crate::view::{SignatureView, Verdict, rfc3339};
use crate::{AppError, evidence, poa, send};

pub(crate) fn signatures(current: &Current, document: &Document) -> Result<Vec<SignatureView>, AppError> {
    let mut views = Vec::new();
    let named = poa::named_in(&current.store, document)?;
    for file in &document.files {
        let (FileRole::Signature { of } | FileRole::ResultSignature { of }) = &file.role else {
            continue;
        };
        let signature = send::read_all(&current.store, file)?;
        let Some(signed) = document.files.iter().find(|other| other.name == *of) else {
            continue;
        };
        let mut content = current.store.read_blob(signed.digest)?;
        match judge(current, &signature, &mut content, false) {
            Ok(report) => {
                for signer in &report.signatures {
                    let authority = match (&file.role, &signer.certificate) {
                        (FileRole::Signature { .. }, Some(certificate)) => poa::allowed_under(
                            current,
                            &poa::Signature {
                                certificate,
                                proven_at: signer.proven_at,
                                file: Some((document, file.digest)),
                                format: &document.format,
                                named: &named,
                            },
                        )?,
                        _ => None,
                    };
                    views.push(SignatureView {
                        authority,
                        ..view(of, signer)
                    });
                }
            }
            Err(AppError::ReadSignature(error)) => views.push(unreadable(of, &error)),
            Err(error) => return Err(error),
        }
    }
    Ok(views)
}

/// Verdicts on a detached signature of content in the vault; with `online`, what is missing is fetched and kept.
pub(crate) fn detached(
    current: &Current,
    name: &str,
    signature: ContentDigest,
    content: ContentDigest,
    online: bool,
) -> Result<Vec<SignatureView>, AppError> {
    let mut octets = Vec::new();
    current.store.read_blob(signature)?.read_to_end(&mut octets)?;
    let mut content = current.store.read_blob(content)?;
    match judge(current, &octets, &mut content, online) {
        Ok(report) => Ok(report
            .signatures
            .iter()
            .map(|signer| view(name, signer))
            .collect()),
        Err(AppError::ReadSignature(error)) => Ok(vec![unreadable(name, &error)]),
        Err(error) => Err(error),
    }
}

/// What can be said of a detached signature; with `online`, what is missing is fetched and kept. Blocks.
pub(crate) fn judge(
    current: &Current,
    signature: &[u8],
    content: &mut dyn std::io::Read,
    online: bool,
) -> Result<Report, AppError> {
    let at = OffsetDateTime::now_utc();
    let mut evidence = Evidence::default();
    let trusted = current.trusted()?;
    let examined = examine(&mut Cursor::new(signature), Some(content))?;
    let judge = |evidence: &Evidence| {
        examined.judge(&Policy {
            trust: &trusted.trust,
            evidence,
            at,
        })
    };
    for certificate in judge(&evidence)?.certificates() {
        evidence.extend(evidence::collect(
            &current.store,
            &trusted.trust,
            current.environment(),
            &certificate,
            at,
            online,
        )?);
    }
    Ok(judge(&evidence)?)
}

pub(crate) fn verdict(status: Status) -> Verdict {
    match status {
        Status::Valid => Verdict::Valid,
        Status::Unknown => Verdict::Unknown,
        Status::Invalid => Verdict::Invalid,
    }
}

/// Codes of everything that speaks against the signature, the certificate's own problems included.
pub(crate) fn reasons(signer: &SignatureReport) -> Vec<String> {
    let own = signer.reasons.iter().map(|reason| reason.code());
    let chain = signer
        .chain
        .iter()
        .flat_map(|verdict| verdict.problems.iter().map(|problem| problem.code()));
    let mut codes: Vec<String> = own.chain(chain).map(str::to_owned).collect();
    codes.dedup();
    codes
}

fn view(file: &str, signer: &SignatureReport) -> SignatureView {
    let subject = signer
        .certificate
        .as_ref()
        .map(|certificate| certificate.subject());
    SignatureView {
        file: file.to_owned(),
        signer: subject
            .as_ref()
            .and_then(|subject| subject.person_name().or(subject.common_name.clone()))
            .unwrap_or_default(),
        organisation: subject.and_then(|subject| subject.organisation),
        signing_time: signer.signing_time.map(rfc3339),
        verdict: verdict(signer.verdict()),
        reasons: reasons(signer),
        certificate_id: signer
            .certificate
            .as_ref()
            .map(|one| hex::encode(one.fingerprint()))
            .unwrap_or_default(),
        checked_at: rfc3339(signer.judged_at),
        authority: None,
    }
}

fn unreadable(file: &str, error: &ReadError) -> SignatureView {
    SignatureView {
        file: file.to_owned(),
        signer: String::new(),
        organisation: None,
        signing_time: None,
        verdict: Verdict::Invalid,
        reasons: vec![error.code().to_owned()],
        certificate_id: String::new(),
        checked_at: rfc3339(OffsetDateTime::now_utc()),
        authority: None,
    }
}
