//! Whether the owner of a certificate may sign for the chosen organisation under a power of attorney.

use kabinet_domain::poa::judge::{
    FRESH, Judgement, KnownPoa, PoaKind, Question, Signer, Verdict, Weight, judge,
};
use kabinet_domain::poa::{PoaNumber, PowerOfAttorney};
use kabinet_formats::poa::Classifier;
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

/// What is asked of a chain.
pub(crate) struct Asked<'a> {
    pub(crate) acting: &'a Signer,
    /// Any of them is enough.
    pub(crate) powers: &'a [String],
    pub(crate) at: OffsetDateTime,
}

/// A power of attorney with those it descends from, as far as they are here; their signatures are verified anew with what the vault
/// keeps.
pub(crate) struct Chain {
    own: Loaded,
    parents: Vec<Loaded>,
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

/// As of now. Blocks.
///
/// # Errors
/// [`AppError::NotFound`]; failures of the vault.
pub(super) fn judged(
    current: &Current,
    number: PoaNumber,
    acting: &Signer,
    powers: &[String],
) -> Result<PoaJudgement, AppError> {
    let chain = Chain::load(current, number)?.ok_or(AppError::NotFound)?;
    let at = OffsetDateTime::now_utc();
    let asked = Asked { acting, powers, at };
    Ok(view(&chain.judge(current, &asked)))
}

impl Chain {
    /// Nothing if it is not here, or its file cannot be understood. Blocks.
    pub(crate) fn load(current: &Current, number: PoaNumber) -> Result<Option<Self>, AppError> {
        let Some(own) = load(current, number)? else {
            return Ok(None);
        };
        let mut parents: Vec<Loaded> = Vec::new();
        let mut next = own.poa.delegated_from.as_ref().map(|from| from.parent);
        while let Some(number) = next {
            let is_seen =
                number == own.record.number || parents.iter().any(|one| one.record.number == number);
            if is_seen || parents.len() == LONGEST {
                break;
            }
            let Some(parent) = load(current, number)? else {
                break;
            };
            next = parent.poa.delegated_from.as_ref().map(|from| from.parent);
            parents.push(parent);
        }
        Ok(Some(Self { own, parents }))
    }

    /// The register's row of the one that was asked for.
    pub(crate) fn record(&self) -> &PoaRecord {
        &self.own.record
    }

    /// What it says.
    pub(crate) fn poa(&self) -> &PowerOfAttorney {
        &self.own.poa
    }

    /// The rows of the whole chain, the one that was asked for first.
    pub(crate) fn records(&self) -> impl Iterator<Item = &PoaRecord> {
        std::iter::once(&self.own)
            .chain(&self.parents)
            .map(|one| &one.record)
    }

    pub(crate) fn judge(&self, current: &Current, asked: &Asked<'_>) -> Judgement {
        let children: Vec<Vec<&PowerOfAttorney>> = std::iter::once(&self.own)
            .chain(&self.parents)
            .map(|one| one.passed_on.iter().collect())
            .collect();
        let parents: Vec<KnownPoa<'_>> = self
            .parents
            .iter()
            .zip(children.iter().skip(1))
            .map(|(one, passed_on)| one.known(passed_on))
            .collect();
        let none = Vec::new();
        let subject = self.own.known(children.first().unwrap_or(&none));
        let powers: Vec<&str> = asked.powers.iter().map(String::as_str).collect();
        let question = Question {
            acting: asked.acting,
            together_with: &[],
            inn: &current.organisation.inn,
            kpp: current.organisation.kpp.as_deref(),
            at: asked.at,
            powers: &powers,
            matter: &[],
            tax_office: None,
            fresh: FRESH,
        };
        judge(&question, &subject, &parents)
    }
}

impl Loaded {
    fn known<'a>(&'a self, passed_on: &'a [&'a PowerOfAttorney]) -> KnownPoa<'a> {
        KnownPoa {
            poa: &self.poa,
            kind: self.record.kind,
            state: self.record.state,
            signatures: &self.record.signatures,
            registry: self.record.registry,
            revoked_here: self.record.revocation.map(|revocation| revocation.declared),
            passed_on,
        }
    }
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
                    .map(|(name, value)| (name.to_owned(), in_words(name, value)))
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

/// A power by its name, where the classifier knows it: its code says nothing to a person.
fn in_words(gap: &str, value: String) -> String {
    if !matches!(gap, "power" | "powers") {
        return value;
    }
    let classifier = Classifier::embedded();
    let name = |code: &str| {
        classifier
            .power(code)
            .map_or(code.to_owned(), |one| format!("«{}»", one.name))
    };
    value.split(", ").map(name).collect::<Vec<_>>().join(", ")
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
    let Some(poa) = register::said(store, &record, &document)? else {
        return Ok(None);
    };
    let found = match record.kind {
        PoaKind::Electronic => signatures::examine(current, &document, false)?,
        // Whoever signed the file of the picture has given nothing by that.
        PoaKind::PaperScan | PoaKind::NotarialScan => Vec::new(),
    };
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
