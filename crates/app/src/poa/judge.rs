//! Whether the owner of a certificate may sign for the chosen organisation under a power of attorney.

use kabinet_domain::poa::judge::{FRESH, Judgement, KnownPoa, Question, Signer, Verdict, Weight, judge};
use kabinet_domain::poa::{PoaNumber, PowerOfAttorney};
use kabinet_store::{OrganisationStore, PoaRecord, StoreError};
use time::OffsetDateTime;

use super::{parse_number, register, signatures};
use crate::blocking::blocking;
use crate::state::Current;
use crate::view::{PoaJudgement, PoaReason};
use crate::{App, AppError};

/// A chain longer than this is none that anybody gave.
const LONGEST: usize = 16;

/// A power of attorney with its content and those that pass it on.
struct Loaded {
    record: PoaRecord,
    poa: PowerOfAttorney,
    passed_on: Vec<PowerOfAttorney>,
}

impl App {
    /// Judges whether the owner of this certificate may sign now under this power of attorney, having any of these powers. Its
    /// signatures are verified anew with what the vault keeps.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::NoCertificate`]; failures of the vault.
    pub async fn judge_poa(
        &self,
        number: &str,
        certificate: &str,
        powers: &[String],
    ) -> Result<PoaJudgement, AppError> {
        let number = parse_number(number)?;
        let current = self.current().await?;
        let found = self.find_certificate(certificate).await?;
        let acting = signatures::signer_of(&found.certificate);
        let powers = powers.to_vec();
        blocking(move || judged(&current, number, &acting, &powers)).await
    }
}

fn judged(
    current: &Current,
    number: PoaNumber,
    acting: &Signer,
    powers: &[String],
) -> Result<PoaJudgement, AppError> {
    let own = load(current, number)?.ok_or(AppError::NotFound)?;
    let mut parents: Vec<Loaded> = Vec::new();
    let mut next = own.poa.delegated_from.as_ref().map(|from| from.parent);
    while let Some(number) = next {
        let is_seen = number == own.record.number || parents.iter().any(|one| one.record.number == number);
        if is_seen || parents.len() == LONGEST {
            break;
        }
        let Some(parent) = load(current, number)? else {
            break;
        };
        next = parent.poa.delegated_from.as_ref().map(|from| from.parent);
        parents.push(parent);
    }
    let children: Vec<Vec<&PowerOfAttorney>> = std::iter::once(&own)
        .chain(&parents)
        .map(|one| one.passed_on.iter().collect())
        .collect();
    let mut known = std::iter::once(&own)
        .chain(&parents)
        .zip(&children)
        .map(|(one, passed_on)| KnownPoa {
            poa: &one.poa,
            kind: one.record.kind,
            state: one.record.state,
            signatures: &one.record.signatures,
            registry: one.record.registry,
            revoked_here: one.record.revocation.map(|revocation| revocation.declared),
            passed_on,
        });
    let subject = known.next().ok_or(AppError::NotFound)?;
    let parents: Vec<KnownPoa<'_>> = known.collect();
    let powers: Vec<&str> = powers.iter().map(String::as_str).collect();
    let asked = Question {
        acting,
        together_with: &[],
        inn: &current.organisation.inn,
        kpp: current.organisation.kpp.as_deref(),
        at: OffsetDateTime::now_utc(),
        powers: &powers,
        matter: &[],
        tax_office: None,
        fresh: FRESH,
    };
    Ok(view(&judge(&asked, &subject, &parents)))
}

/// As it is shown and kept.
pub(crate) fn view(judgement: &Judgement) -> PoaJudgement {
    PoaJudgement {
        verdict: verdict_word(judgement.verdict).to_owned(),
        reasons: judgement
            .reasons
            .iter()
            .map(|reason| PoaReason {
                number: reason.of.to_string(),
                code: reason.what.code().to_owned(),
                params: reason
                    .what
                    .params()
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect(),
                weight: match reason.what.weight() {
                    Weight::Bar => "bar",
                    Weight::Doubt => "doubt",
                    Weight::Note => "note",
                }
                .to_owned(),
            })
            .collect(),
    }
}

fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allowed => "allowed",
        Verdict::NotAllowed => "not-allowed",
        Verdict::CannotTell => "cannot-tell",
    }
}

/// With its signatures as they are judged now; nothing if it is not here, or its file cannot be understood.
fn load(current: &Current, number: PoaNumber) -> Result<Option<Loaded>, AppError> {
    let store = &current.store;
    let mut record = match store.poa(number) {
        Err(StoreError::NotFound(_)) => return Ok(None),
        other => other?,
    };
    let document = store.document(record.document)?;
    let Some(poa) = register::content(store, &document)? else {
        return Ok(None);
    };
    let found = signatures::examine(current, &document, false)?;
    if found != record.signatures {
        store.keep_poa_signatures(number, &found)?;
        record.signatures = found;
    }
    Ok(Some(Loaded {
        passed_on: passed_on(store, number)?,
        record,
        poa,
    }))
}

fn passed_on(store: &OrganisationStore, number: PoaNumber) -> Result<Vec<PowerOfAttorney>, AppError> {
    let mut found = Vec::new();
    for child in store.poas_passing_on(number)? {
        found.extend(register::content(store, &store.document(child.document)?)?);
    }
    Ok(found)
}
