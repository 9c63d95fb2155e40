//! Whether documents may be signed by somebody whose certificate does not act for the organisation: under which power of attorney, and
//! what stands against it. What cannot be checked is not good: it takes a person's word, which is written down, and a word cannot stand
//! for who the person is.

use std::collections::{BTreeMap, BTreeSet};

use kabinet_domain::poa::judge::{Identity, Signer, is_same_person};
use kabinet_domain::poa::{PoaNumber, Principal};
use kabinet_domain::{Document, FileRole};
use kabinet_formats::poa::{self, attach};
use kabinet_pki::Certificate;
use kabinet_store::{OrganisationStore, Page, PoaFilter};
use time::OffsetDateTime;

use super::judge::{self, Asked, Chain};
use super::{PoaError, list, register, signatures};
use crate::state::Current;
use crate::view::{Check, CheckState, Params, PoaChoice, PoaJudgement, PoaReason};
use crate::{AppError, send, tokens};

/// Most powers of attorney of one person that are looked through.
const MOST: u64 = 20;
/// Doubts about who the person is.
const NOT_BY_WORD: &[&str] = &["poa.person-unknown", "poa.branch-unknown"];

/// By what right somebody signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Right {
    /// The certificate acts for the organisation, or its owner passes on what is their own.
    Own,
    /// No power of attorney names the owner of the certificate.
    None,
    /// Everything was checked and holds.
    Allowed,
    /// Nothing stands against it, but not everything could be checked.
    Doubt,
    /// Something stands against it.
    Refused,
}

/// The answer for a batch of documents.
pub(crate) struct Authority {
    pub(crate) right: Right,
    /// Lines of the pre-flight list.
    pub(crate) checks: Vec<Check>,
    pub(crate) choice: Option<PoaChoice>,
    number: Option<PoaNumber>,
    /// How the chosen one is judged for documents of each format.
    judged: BTreeMap<String, PoaJudgement>,
}

/// What documents are signed under.
#[derive(Clone)]
pub(crate) struct Under {
    pub(crate) number: PoaNumber,
    /// When a person gave their word for what could not be checked.
    pub(crate) word: Option<OffsetDateTime>,
    judged: BTreeMap<String, PoaJudgement>,
}

impl Under {
    /// How it was judged for a document of this format.
    pub(crate) fn judged(&self, format: &str) -> PoaJudgement {
        self.judged.get(format).cloned().unwrap_or_else(|| PoaJudgement {
            verdict: "cannot-tell".to_owned(),
            reasons: Vec::new(),
        })
    }
}

impl Authority {
    fn plain(right: Right) -> Self {
        Self {
            right,
            checks: Vec::new(),
            choice: None,
            number: None,
            judged: BTreeMap::new(),
        }
    }

    /// # Errors
    /// [`PoaError::NotAllowed`], [`PoaError::WordNeeded`]; whatever else is wrong is told by [`Self::checks`].
    pub(crate) fn require(&self, has_word: bool) -> Result<(), AppError> {
        let Some(number) = self.number else { return Ok(()) };
        match self.right {
            Right::Refused => {
                let reason = self.reasons().find(is_bar).cloned();
                Err(PoaError::NotAllowed { number, reason }.into())
            }
            Right::Doubt if !has_word => Err(PoaError::WordNeeded { number }.into()),
            _ => Ok(()),
        }
    }

    fn reasons(&self) -> impl Iterator<Item = &PoaReason> {
        self.judged.values().flat_map(|judgement| &judgement.reasons)
    }

    /// What is signed under, if anything is. A word that was not needed is not kept.
    pub(crate) fn under(&self, word: Option<OffsetDateTime>) -> Option<Under> {
        Some(Under {
            number: self.number?,
            word: word.filter(|_| self.right == Right::Doubt),
            judged: self.judged.clone(),
        })
    }

    /// The registry was not heard, or too long ago, or what is asked for with it is missing.
    pub(crate) fn wants_the_registry(&self) -> Option<PoaNumber> {
        const OLD: &[&str] = &[
            "poa.registry-never-asked",
            "poa.registry-stale",
            "poa.not-registered-yet",
            "poa.signature-unknown",
        ];
        let mut reasons = self.reasons();
        self.number
            .filter(|_| reasons.any(|reason| OLD.contains(&reason.code.as_str())))
    }
}

/// Whether the owner of the certificate acts for the organisation by the certificate alone.
pub(super) fn acts_for(current: &Current, certificate: &Certificate) -> bool {
    let now = OffsetDateTime::now_utc();
    let unfit = tokens::unfit(certificate, None, None, Some(&current.organisation), now);
    !unfit
        .iter()
        .any(|problem| matches!(problem.code.as_str(), "no-organisation" | "other-organisation"))
}

/// By what right the owner of the certificate signs these documents; `wish` is the power of attorney a person chose. Blocks.
///
/// # Errors
/// Failures of the vault.
pub(crate) fn authority(
    current: &Current,
    documents: &[Document],
    certificate: &Certificate,
    wish: Option<PoaNumber>,
) -> Result<Authority, AppError> {
    if acts_for(current, certificate) {
        return Ok(Authority::plain(Right::Own));
    }
    let signer = signatures::signer_of(certificate);
    let (own, others): (Vec<&Document>, Vec<&Document>) = documents
        .iter()
        .partition(|document| document.format == poa::FORMAT || document.format == poa::WITHDRAWAL);
    for document in own {
        if !passes_on_own(&current.store, document, &signer)? {
            return Ok(Authority::plain(Right::None));
        }
    }
    if others.is_empty() {
        return Ok(Authority::plain(Right::Own));
    }
    Batch {
        current,
        signer,
        documents: others,
    }
    .authority(wish)
}

/// A redelegation by a person is theirs to sign.
fn passes_on_own(store: &OrganisationStore, document: &Document, signer: &Signer) -> Result<bool, AppError> {
    let Some(poa) = register::content(store, document)? else {
        return Ok(false);
    };
    Ok(poa.principals.iter().any(|principal| {
        let person = match principal {
            Principal::Person(person) => person,
            Principal::SoleProprietor(one) => &one.person,
            _ => return false,
        };
        is_same_person(person, signer.inn.as_deref(), signer.snils.as_deref()) == Identity::Same
    }))
}

/// Documents of the organisation with who is to sign them.
struct Batch<'a> {
    current: &'a Current,
    signer: Signer,
    documents: Vec<&'a Document>,
}

/// One power of attorney, judged for every format of the batch.
struct Candidate {
    chain: Chain,
    judged: BTreeMap<String, PoaJudgement>,
    right: Right,
}

impl Candidate {
    fn number(&self) -> PoaNumber {
        self.chain.record().number
    }

    fn is_usable(&self) -> bool {
        matches!(self.right, Right::Allowed | Right::Doubt)
    }
}

impl Batch<'_> {
    fn authority(&self, wish: Option<PoaNumber>) -> Result<Authority, AppError> {
        let store = &self.current.store;
        let formats: BTreeSet<&str> = self.documents.iter().map(|one| one.format.as_str()).collect();
        let named = self.named()?;
        let said = wish.or_else(|| only(named.values().flatten().copied()));
        let usual = only(
            formats
                .iter()
                .map(|format| store.default_poa(format))
                .collect::<Result<Vec<_>, _>>()?
                .into_iter()
                .flatten(),
        );
        let mut candidates = Vec::new();
        for number in self.numbers(said.into_iter().chain(usual))? {
            if let Some(chain) = Chain::load(self.current, number)? {
                candidates.push(self.judged(chain, &formats));
            }
        }
        candidates.sort_by_key(|one| {
            let rank = match one.right {
                Right::Allowed => 0,
                Right::Doubt => 1,
                _ => 2,
            };
            let is_usual = Some(one.number()) == usual;
            (rank, !is_usual, std::cmp::Reverse(one.chain.record().expires))
        });
        let at = match said {
            Some(said) => candidates.iter().position(|one| one.number() == said),
            // The usual one first if it fits at all, for it was chosen.
            None => candidates
                .iter()
                .position(|one| one.is_usable() && Some(one.number()) == usual)
                .or((!candidates.is_empty()).then_some(0)),
        };
        let Some(chosen) = at.and_then(|at| candidates.get(at)) else {
            let mut none = Authority::plain(Right::None);
            none.checks.push(check("poa-none", CheckState::Failed));
            none.choice = Some(self.choice(&candidates, None, Vec::new())?);
            return Ok(none);
        };
        let (to_attach, mut checks) = self.inside(chosen.number(), &named);
        checks.extend(self.lines(chosen));
        Ok(Authority {
            right: chosen.right,
            checks,
            choice: Some(self.choice(&candidates, Some(chosen), to_attach)?),
            number: Some(chosen.number()),
            judged: chosen.judged.clone(),
        })
    }

    /// Those that name the signer, the newest first, and those that were asked for.
    fn numbers(&self, asked: impl Iterator<Item = PoaNumber>) -> Result<Vec<PoaNumber>, AppError> {
        let any = PoaFilter::default;
        let signer = &self.signer;
        let filters = [
            signer.inn.clone().map(|inn| PoaFilter {
                representative_inn: Some(inn),
                ..any()
            }),
            signer.snils.clone().map(|snils| PoaFilter {
                representative_snils: Some(snils),
                ..any()
            }),
            signer.organisation_inn.clone().map(|inn| PoaFilter {
                representative_inn: Some(inn),
                ..any()
            }),
        ];
        let mut numbers: Vec<PoaNumber> = Vec::new();
        let mut put = |number| {
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        };
        asked.for_each(&mut put);
        for filter in filters.iter().flatten() {
            let page = Page {
                offset: 0,
                limit: MOST,
            };
            let found = self.current.store.poas(filter, page)?;
            found.into_iter().map(|record| record.number).for_each(&mut put);
        }
        Ok(numbers)
    }

    fn judged(&self, chain: Chain, formats: &BTreeSet<&str>) -> Candidate {
        let at = OffsetDateTime::now_utc();
        let judged: BTreeMap<String, PoaJudgement> = formats
            .iter()
            .map(|format| {
                let asked = Asked {
                    acting: &self.signer,
                    powers: poa::requirements(format),
                    at,
                };
                (
                    (*format).to_owned(),
                    judge::view(&chain.judge(self.current, &asked)),
                )
            })
            .collect();
        let verdicts = |verdict: &str| judged.values().any(|one| one.verdict == verdict);
        let reasons = || judged.values().flat_map(|one| &one.reasons);
        let right = if reasons().any(|reason| is_bar(&reason)) {
            Right::Refused
        } else if verdicts("cannot-tell") {
            Right::Doubt
        } else {
            Right::Allowed
        };
        Candidate { chain, judged, right }
    }

    /// What documents that carry their power of attorney name.
    fn named(&self) -> Result<BTreeMap<usize, Vec<PoaNumber>>, AppError> {
        let mut named = BTreeMap::new();
        for (at, document) in self.documents.iter().enumerate() {
            if attach::carries(&document.format) {
                named.insert(at, named_in(&self.current.store, document)?);
            }
        }
        Ok(named)
    }

    /// Documents the power of attorney has yet to be written into, and the lines about that.
    fn inside(
        &self,
        number: PoaNumber,
        named: &BTreeMap<usize, Vec<PoaNumber>>,
    ) -> (Vec<String>, Vec<Check>) {
        let (mut to_attach, mut checks) = (Vec::new(), Vec::new());
        for (at, numbers) in named {
            let Some(document) = self.documents.get(*at) else {
                continue;
            };
            if numbers.is_empty() {
                to_attach.push(document.id.0.to_string());
            } else if !numbers.contains(&number) {
                let other = numbers.first().map(ToString::to_string).unwrap_or_default();
                let line = check("poa-names-another", CheckState::Failed);
                checks.push(line.with("title", &document.title).with("number", other));
            }
        }
        if !to_attach.is_empty() {
            let line = check("poa-not-inside", CheckState::Failed);
            checks.push(line.with("count", to_attach.len()));
        }
        (to_attach, checks)
    }

    /// A line for each reason. One that is not about all of the documents names the first it is about.
    fn lines(&self, chosen: &Candidate) -> Vec<Check> {
        let number = chosen.number();
        let mut lines = Vec::new();
        if chosen.right == Right::Allowed {
            lines.push(check("poa-allowed", CheckState::Ok).with("number", number));
        }
        let mut seen: Vec<&PoaReason> = Vec::new();
        for reason in chosen.judged.values().flat_map(|one| &one.reasons) {
            if seen.contains(&reason) {
                continue;
            }
            seen.push(reason);
            let about = |format: &str| {
                let judged = chosen.judged.get(format);
                judged.is_some_and(|judged| judged.reasons.contains(reason))
            };
            let state = match reason.weight.as_str() {
                _ if is_bar(&reason) => CheckState::Failed,
                "doubt" => CheckState::Warning,
                _ => CheckState::Ok,
            };
            let mut line = check(&line_code(&reason.code), state).with("number", &reason.number);
            line.params.extend(reason.params.clone());
            if let Some(first) = self.documents.iter().find(|one| about(&one.format))
                && !self.documents.iter().all(|one| about(&one.format))
            {
                line = line.with("title", &first.title);
            }
            lines.push(line);
        }
        lines
    }

    fn choice(
        &self,
        candidates: &[Candidate],
        chosen: Option<&Candidate>,
        to_attach: Vec<String>,
    ) -> Result<PoaChoice, AppError> {
        let rows = |wanted: fn(&&Candidate) -> bool| {
            candidates
                .iter()
                .filter(wanted)
                .map(|one| list::row(&self.current.store, one.chain.record()))
                .collect::<Result<Vec<_>, AppError>>()
        };
        Ok(PoaChoice {
            needed: true,
            chosen: chosen.map(|one| one.number().to_string()),
            usable: rows(|one| one.is_usable())?,
            others: rows(|one| !one.is_usable())?,
            judgements: candidates
                .iter()
                .map(|one| (one.number().to_string(), merged(&one.judged)))
                .collect(),
            judgement: chosen.map(|one| merged(&one.judged)),
            word_needed: chosen.is_some_and(|one| one.right == Right::Doubt),
            to_attach,
        })
    }
}

/// The numbers of powers of attorney the main file of a document names. Blocks.
pub(crate) fn named_in(store: &OrganisationStore, document: &Document) -> Result<Vec<PoaNumber>, AppError> {
    let main = document.files.iter().find(|file| file.role == FileRole::Main);
    let Some(main) = main else { return Ok(Vec::new()) };
    match send::read_all(store, main) {
        Ok(bytes) => Ok(attach::named_in(&bytes)),
        // What is too large to be looked into names nothing.
        Err(AppError::TooLarge { .. }) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// The judgement for everything: the gravest verdict, and every reason once.
fn merged(judged: &BTreeMap<String, PoaJudgement>) -> PoaJudgement {
    let mut reasons: Vec<PoaReason> = Vec::new();
    for reason in judged.values().flat_map(|one| &one.reasons) {
        if !reasons.contains(reason) {
            reasons.push(reason.clone());
        }
    }
    let weight = |reason: &PoaReason| match reason.weight.as_str() {
        "bar" => 0,
        "doubt" => 1,
        _ => 2,
    };
    reasons.sort_by_key(weight);
    let verdict = ["not-allowed", "cannot-tell"]
        .into_iter()
        .find(|verdict| judged.values().any(|one| one.verdict == *verdict))
        .unwrap_or("allowed");
    PoaJudgement {
        verdict: verdict.to_owned(),
        reasons,
    }
}

/// Whether a reason keeps one from signing, whatever a person says.
fn is_bar(reason: &&PoaReason) -> bool {
    reason.weight == "bar" || NOT_BY_WORD.contains(&reason.code.as_str())
}

/// `poa.expired` as the code of a line.
fn line_code(code: &str) -> String {
    code.replacen("poa.", "poa-", 1)
}

fn check(code: &str, state: CheckState) -> Check {
    Check {
        code: code.to_owned(),
        state,
        params: Params::new(),
    }
}

/// The one there is, if all are the same.
fn only(mut numbers: impl Iterator<Item = PoaNumber>) -> Option<PoaNumber> {
    let first = numbers.next()?;
    numbers.all(|other| other == first).then_some(first)
}
