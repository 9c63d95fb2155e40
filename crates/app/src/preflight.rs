//! What is checked before a PIN is asked for (architecture, «Signing»): every line of the list a person sees.

use kabinet_domain::poa::PoaNumber;
use kabinet_domain::{Document, DocumentStage};
use kabinet_formats::Signed;
use kabinet_pki::{ProblemKind, Revocation, Status, Verdict};
use kabinet_store::OrganisationStore;
use time::OffsetDateTime;
use tokio::time::timeout;

use crate::blocking::blocking;
use crate::documents::{self, parse_document};
use crate::poa::{Authority, Right};
use crate::state::Current;
use crate::tokens::{self, Found};
use crate::view::{Check, CheckState, DocumentToSign, Params, PinState, Preflight, day, rfc3339};
use crate::{App, AppError, evidence, goskey, limits, poa, shown};

/// A clock that is off by more makes signing times that others refuse.
const CLOCK_TOLERANCE: time::Duration = time::Duration::minutes(3);

/// The registry is waited for so long before signing.
const REGISTRY_PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// From here on a new certificate should be on its way.
const ENDS_SOON: time::Duration = time::Duration::days(14);

impl App {
    /// Runs the checks. Without a certificate only those that concern the documents.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault. A failed check is no error, it is a line.
    pub async fn preflight(
        &self,
        documents: &[String],
        certificate_id: Option<&str>,
    ) -> Result<Preflight, AppError> {
        self.preflight_under(documents, certificate_id, None).await
    }

    /// [`Self::preflight`] with the power of attorney a person chose to sign under; without one the best that fits is taken, where the
    /// certificate does not act for the organisation.
    ///
    /// # Errors
    /// As there.
    pub async fn preflight_under(
        &self,
        documents: &[String],
        certificate_id: Option<&str>,
        poa: Option<&str>,
    ) -> Result<Preflight, AppError> {
        Ok(self.examined(documents, certificate_id, poa).await?.0)
    }

    /// The checks, and by what right the owner of the certificate signs.
    pub(crate) async fn examined(
        &self,
        documents: &[String],
        certificate_id: Option<&str>,
        poa: Option<&str>,
    ) -> Result<(Preflight, Option<Authority>), AppError> {
        let wish = poa.map(poa::parse_number).transpose()?;
        let current = self.current().await?;
        let ids = documents
            .iter()
            .map(|id| parse_document(id))
            .collect::<Result<Vec<_>, _>>()?;
        let of_documents = current.clone();
        let (loaded, rows) = blocking(move || {
            let ids = poa::with_revocations(&of_documents.store, ids)?;
            let loaded = ids
                .iter()
                .map(|id| of_documents.store.document(*id))
                .collect::<Result<Vec<_>, _>>()?;
            let rows = loaded
                .iter()
                .map(|document| to_sign(&of_documents.store, document))
                .collect::<Result<Vec<_>, _>>()?;
            Ok((loaded, rows))
        })
        .await?;
        let found = match certificate_id {
            Some(id) => Some(self.find_certificate(id).await),
            None => None,
        };
        let certificate = found.as_ref().and_then(|found| found.as_ref().ok());
        let mut checks = document_checks(&current, &loaded, certificate).await?;
        let mut authority = None;
        if let Some(found) = found {
            match found {
                Ok(found) => {
                    let right = self.authority(&current, &loaded, &found, wish).await?;
                    checks.extend(certificate_checks(&current, &found, right.right).await?);
                    checks.extend(head_check(&current, &loaded, &found).await?);
                    checks.extend(right.checks.iter().cloned());
                    authority = Some(right);
                }
                Err(AppError::NoCertificate) => checks.push(line("token-present", CheckState::Failed)),
                Err(error) => return Err(error),
            }
        }
        checks.extend(revocation_check(&current, &loaded).await?);
        checks.push(clock(&current));
        let can_sign = !loaded.is_empty() && checks.iter().all(|check| check.state != CheckState::Failed);
        let preflight = Preflight {
            checks,
            can_sign,
            documents: rows,
            poa: authority.as_ref().and_then(|one| one.choice.clone()),
        };
        Ok((preflight, authority))
    }

    /// By what right the owner of the certificate signs. What the registry has not said lately it is asked for, where it can be.
    async fn authority(
        &self,
        current: &Current,
        documents: &[Document],
        found: &Found,
        wish: Option<PoaNumber>,
    ) -> Result<Authority, AppError> {
        let ask = || {
            let (current, documents) = (current.clone(), documents.to_vec());
            let certificate = found.certificate.clone();
            blocking(move || poa::authority(&current, &documents, &certificate, wish))
        };
        let first = ask().await?;
        let Some(number) = first.wants_the_registry().filter(|_| current.session().is_some()) else {
            return Ok(first);
        };
        match timeout(REGISTRY_PATIENCE, self.refresh_poa(&number.to_string())).await {
            Ok(Ok(_)) => ask().await,
            // What is known already has to do; the lines say how old it is.
            _ => Ok(first),
        }
    }
}

/// The document as whoever signs it meets it. Blocks.
pub(crate) fn to_sign(store: &OrganisationStore, document: &Document) -> Result<DocumentToSign, AppError> {
    let shown = shown::digest(document);
    Ok(DocumentToSign {
        row: documents::row(store, document)?,
        shown: hex::encode(shown.0),
        opened: shown::opened(store, document.id, shown)?.map(rfc3339),
    })
}

fn line(code: &str, state: CheckState) -> Check {
    Check {
        code: code.to_owned(),
        state,
        params: Params::new(),
    }
}

impl Check {
    pub(crate) fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }
}

async fn document_checks(
    current: &Current,
    documents: &[Document],
    found: Option<&Found>,
) -> Result<Vec<Check>, AppError> {
    let store = current.store.clone();
    let files: Vec<_> = documents
        .iter()
        .flat_map(shown::files)
        .map(|file| file.digest)
        .collect();
    // Reading to the end compares the bytes with their address: what is signed is what was shown.
    let readable = blocking(move || {
        Ok(files.into_iter().all(|digest| {
            store
                .read_blob(digest)
                .is_ok_and(|mut bytes| std::io::copy(&mut bytes, &mut std::io::sink()).is_ok())
        }))
    })
    .await?;
    let schema = if documents
        .iter()
        .any(|document| document.stage == DocumentStage::Invalid)
    {
        CheckState::Failed
    } else if documents.iter().any(|document| !document.findings.is_empty()) {
        CheckState::Warning
    } else {
        CheckState::Ok
    };
    let service = documents.iter().all(|document| {
        kabinet_formats::services_for(&document.format, current.environment())
            .iter()
            .any(|service| service.signed == Signed::All)
    });
    let mut checks = vec![
        line(
            "file-readable",
            if readable {
                CheckState::Ok
            } else {
                CheckState::Failed
            },
        ),
        line("schema", schema),
        line(
            "service",
            if service {
                CheckState::Ok
            } else {
                CheckState::Warning
            },
        ),
    ];
    checks.push(limits_of(current, documents));
    if is_signed(current, documents, found).await? {
        checks.push(line("not-signed-yet", CheckState::Failed));
    }
    let (store, asked) = (current.store.clone(), documents.to_vec());
    let is_late = blocking(move || {
        for document in &asked {
            if goskey::is_over(&store, document)? {
                return Ok(true);
            }
        }
        Ok(false)
    });
    // Госключ would not take it any more, so a signature under it is for nothing.
    if is_late.await? {
        checks.push(line("goskey-time", CheckState::Failed));
    }
    Ok(checks)
}

/// Whether one of them has every signature it waits for: those of this certificate, or of anybody.
async fn is_signed(
    current: &Current,
    documents: &[Document],
    found: Option<&Found>,
) -> Result<bool, AppError> {
    let is_unsigned =
        |document: &Document| matches!(document.stage, DocumentStage::Ready | DocumentStage::Invalid);
    let rest: Vec<Document> = documents
        .iter()
        .filter(|one| !is_unsigned(one))
        .cloned()
        .collect();
    let (store, certificate) = (
        current.store.clone(),
        found.map(|found| found.certificate.clone()),
    );
    blocking(move || {
        for document in &rest {
            if !poa::waits_for_another(&store, document, certificate.as_ref())? {
                return Ok(true);
            }
        }
        Ok(false)
    })
    .await
}

/// A signature under what no service takes is for nothing. The first document is named; its page tells the rest.
fn limits_of(current: &Current, documents: &[Document]) -> Check {
    const CODE: &str = "limits";
    let refused = documents.iter().find_map(|document| {
        let problems = limits::nowhere(document, current.environment());
        let first = problems.into_iter().next()?;
        Some((&document.title, first.code))
    });
    match refused {
        None => line(CODE, CheckState::Ok),
        Some((title, reason)) => line(CODE, CheckState::Failed)
            .with("title", title)
            .with("reason", reason),
    }
}

async fn certificate_checks(current: &Current, found: &Found, right: Right) -> Result<Vec<Check>, AppError> {
    let now = OffsetDateTime::now_utc();
    let unfit = tokens::unfit(
        &found.certificate,
        Some(&found.on),
        Some(&found.token),
        Some(&current.organisation),
        now,
    );
    let has = |codes: &[&str]| unfit.iter().any(|problem| codes.contains(&problem.code.as_str()));
    let is_foreign = has(&["other-organisation", "no-organisation"]);
    let failed_if = |bad: bool| if bad { CheckState::Failed } else { CheckState::Ok };
    let verdict = evidence::judge(current, found.certificate.clone(), now, true).await?;
    let subject = found.certificate.subject();
    Ok(vec![
        line(
            "certificate-valid-now",
            validity(found.certificate.not_before(), found.certificate.not_after(), now),
        )
        .with("until", day(found.certificate.not_after())),
        line("certificate-chain", chain_state(&verdict)),
        revocation(&verdict, now),
        // A certificate that names the organisation gives its owner the right to sign; any other needs a power of attorney.
        line(
            "organisation-match",
            match right {
                Right::None => CheckState::Failed,
                _ if is_foreign => CheckState::Skipped,
                _ => CheckState::Ok,
            },
        )
        .with("organisation", &current.organisation.name),
        line(
            "person-may-sign",
            match right {
                _ if has(&["key-usage"]) => CheckState::Failed,
                Right::None | Right::Refused => CheckState::Failed,
                Right::Doubt => CheckState::Warning,
                Right::Own | Right::Allowed => CheckState::Ok,
            },
        )
        .with("position", subject.title.unwrap_or_default()),
        line(
            "token-present",
            failed_if(has(&["passive-token", "no-key", "unsupported-algorithm"])),
        )
        .with("token", &found.token.label),
        pin_tries(&found.token.pin),
    ])
}

/// A power of attorney is given by the head it names and by nobody else. Said only where it is not so.
async fn head_check(
    current: &Current,
    documents: &[Document],
    found: &Found,
) -> Result<Option<Check>, AppError> {
    let (store, asked, certificate) = (
        current.store.clone(),
        documents.to_vec(),
        found.certificate.clone(),
    );
    blocking(move || {
        for document in &asked {
            if poa::is_not_the_head(&store, document, &certificate)? {
                let check = line("poa-not-the-head", CheckState::Failed);
                return Ok(Some(check.with("title", &document.title)));
            }
        }
        Ok(None)
    })
    .await
}

/// What is revoked or over already needs no revocation. Said only where it is so: it may have come about since the document was made.
async fn revocation_check(current: &Current, documents: &[Document]) -> Result<Option<Check>, AppError> {
    let (store, asked) = (current.store.clone(), documents.to_vec());
    blocking(move || {
        for document in &asked {
            if poa::is_revocation_needless(&store, document)? {
                let check = line("poa-revocation-needless", CheckState::Failed);
                return Ok(Some(check.with("title", &document.title)));
            }
        }
        Ok(None)
    })
    .await
}

fn pin_tries(pin: &kabinet_token::PinState) -> Check {
    line(
        "pin-tries",
        match tokens::pin_state(pin) {
            PinState::Locked => CheckState::Failed,
            PinState::LastTry | PinState::Low | PinState::MustChange => CheckState::Warning,
            PinState::Ok | PinState::OnDevice => CheckState::Ok,
        },
    )
}

fn chain_state(verdict: &Verdict) -> CheckState {
    let worst = verdict
        .problems
        .iter()
        // Validity and revocation have lines of their own.
        .filter(|problem| {
            problem.position > 0
                || !matches!(
                    problem.kind,
                    ProblemKind::Expired { .. }
                        | ProblemKind::NotYetValid { .. }
                        | ProblemKind::Revoked { .. }
                        | ProblemKind::RevocationUnknown(_)
                )
        })
        .map(|problem| problem.effect())
        .max();
    match worst {
        None | Some(Status::Valid) => CheckState::Ok,
        // The portal decides in the end; a missing root or list is worth reading, not worth a missed deadline.
        Some(Status::Unknown) => CheckState::Warning,
        Some(Status::Invalid) => CheckState::Failed,
    }
}

/// What is known of the revocation of the certificate, and how old that is.
pub(crate) fn revocation(verdict: &Verdict, now: OffsetDateTime) -> Check {
    const CODE: &str = "certificate-revocation";
    match verdict.revocation {
        Revocation::Good { as_of, .. } => {
            line(CODE, CheckState::Ok).with("hours", (now - as_of).whole_hours().max(0))
        }
        Revocation::Anchor => line(CODE, CheckState::Ok).with("hours", 0),
        Revocation::Revoked { at, .. } => line(CODE, CheckState::Failed).with("date", day(at)),
        Revocation::Unknown { why, .. } => line(CODE, CheckState::Warning).with("reason", why.code()),
    }
}

/// Valid now, and for how long: a certificate about to end is worth reading before the next deadline.
fn validity(from: OffsetDateTime, until: OffsetDateTime, now: OffsetDateTime) -> CheckState {
    if now < from || now > until {
        CheckState::Failed
    } else if until - now < ENDS_SOON {
        CheckState::Warning
    } else {
        CheckState::Ok
    }
}

fn clock(current: &Current) -> Check {
    match current.portal.clock_offset() {
        None => line("clock", CheckState::Skipped),
        Some(offset) if offset.abs() > CLOCK_TOLERANCE => {
            line("clock", CheckState::Warning).with("minutes", offset.whole_minutes().abs())
        }
        Some(_) => line("clock", CheckState::Ok),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_about_to_end_is_a_warning_and_an_ended_one_a_refusal() {
        let now = OffsetDateTime::UNIX_EPOCH;
        let (day, year) = (time::Duration::DAY, time::Duration::days(365));
        assert_eq!(validity(now - year, now + year, now), CheckState::Ok);
        assert_eq!(validity(now - year, now + day, now), CheckState::Warning);
        assert_eq!(validity(now - year, now - day, now), CheckState::Failed);
        assert_eq!(validity(now + day, now + year, now), CheckState::Failed);
    }
}
