//! Everything about one power of attorney on one screen.

use kabinet_domain::poa::{
    Joint, Person, PoaNumber, PowerOfAttorney, Powers, Principal, Redelegation, Representative,
};
use kabinet_domain::{DocumentFile, FileRole};
use kabinet_formats::{Formats, poa as formats};
use kabinet_store::{ErrandStep, OrganisationStore, PoaRecord, StoreError};

use super::{list, parse_number, register, steps};
use crate::blocking::blocking;
use crate::readable::readable;
use crate::view::{
    JournalRow, PoaCard, PoaErrand, PoaFormat, PoaParty, PoaPowerView, PoaRow, Readable, rfc3339,
};
use crate::{App, AppError, send};

/// A chain longer than this is none that anybody gave.
const LONGEST: usize = 16;

impl App {
    /// Everything about one: what it says, where it stands, what it descends from and what was done with it.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn poa_card(&self, number: &str) -> Result<PoaCard, AppError> {
        let number = parse_number(number)?;
        let current = self.current().await?;
        let store = current.store.clone();
        let record = blocking(move || Ok(store.poa(number)?)).await?;
        let history = self.journal_of(record.document).await?;
        let formats = self.formats();
        blocking(move || card(&current.store, &formats, &record, history)).await
    }
}

fn card(
    store: &OrganisationStore,
    known: &Formats,
    record: &PoaRecord,
    history: Vec<JournalRow>,
) -> Result<PoaCard, AppError> {
    let document = store.document(record.document)?;
    let content = register::content(store, &document)?;
    let (chain, missing_parent) = chain(store, record)?;
    let children = store.poas_passing_on(record.number)?;
    let superseded_by = store.poa_superseding(record.number)?;
    let supersedes = match record.supersedes {
        Some(old) => found(store, old)?,
        None => None,
    };
    let chosen = store.default_poas()?;
    let own = chosen.iter().filter(|(_, number)| *number == record.number);
    let text = |poa: &PowerOfAttorney| match &poa.powers {
        Powers::Text(text) => Some(text.clone()),
        Powers::Machine(_) => None,
    };
    Ok(PoaCard {
        row: list::row(store, record)?,
        readable: readable_of(store, known, &document.files)?,
        principals: match &content {
            Some(poa) => poa.principals.iter().map(principal).collect(),
            None => vec![party(&record.principal_name, Some(&record.principal_inn), None)],
        },
        representatives: match &content {
            Some(poa) => poa.representatives.iter().map(representative).collect(),
            None => {
                let all = record.representatives.iter();
                all.map(|one| party(&one.name, one.inn.as_ref(), None)).collect()
            }
        },
        together: content
            .as_ref()
            .is_some_and(|poa| poa.joint == Joint::Together && poa.representatives.len() > 1),
        powers: powers(record, content.as_ref()),
        powers_text: content.as_ref().and_then(text),
        redelegation: match content.as_ref().map(|poa| poa.redelegation) {
            Some(Redelegation::Once) => "once",
            Some(Redelegation::Further) => "further",
            Some(Redelegation::Forbidden) | None => "forbidden",
        }
        .to_owned(),
        irrevocable: content.as_ref().is_some_and(|poa| poa.irrevocable.is_some()),
        systems: content.as_ref().and_then(|poa| poa.systems.clone()),
        chain: rows(store, &chain)?,
        missing_parent: missing_parent.map(|number| number.to_string()),
        children: rows(store, &children)?,
        steps: steps::of(record, &history, document.added),
        errands: errands(store, record.number)?,
        history,
        supersedes: supersedes.map(|old| list::row(store, &old)).transpose()?,
        superseded_by: superseded_by.map(|new| list::row(store, &new)).transpose()?,
        chosen_for: own.map(|(format, _)| format.clone()).collect(),
        formats: choices(&chosen, content.as_ref()),
    })
}

fn found(store: &OrganisationStore, number: PoaNumber) -> Result<Option<PoaRecord>, AppError> {
    match store.poa(number) {
        Err(StoreError::NotFound(_)) => Ok(None),
        other => Ok(Some(other?)),
    }
}

fn rows(store: &OrganisationStore, records: &[PoaRecord]) -> Result<Vec<PoaRow>, AppError> {
    records.iter().map(|record| list::row(store, record)).collect()
}

/// What it descends from, the direct parent first, and the first that is not here.
fn chain(
    store: &OrganisationStore,
    record: &PoaRecord,
) -> Result<(Vec<PoaRecord>, Option<PoaNumber>), AppError> {
    let (mut parents, mut next) = (Vec::<PoaRecord>::new(), record.parent);
    while let Some(number) = next {
        // What descends from itself is told of by the judgement.
        let is_seen = number == record.number || parents.iter().any(|one| one.number == number);
        if is_seen || parents.len() == LONGEST {
            break;
        }
        let Some(parent) = found(store, number)? else {
            return Ok((parents, Some(number)));
        };
        next = parent.parent;
        parents.push(parent);
    }
    Ok((parents, None))
}

fn readable_of(
    store: &OrganisationStore,
    known: &Formats,
    files: &[DocumentFile],
) -> Result<Option<Readable>, AppError> {
    let Some(main) = files.iter().find(|file| file.role == FileRole::Main) else {
        return Ok(None);
    };
    let bytes = send::read_all(store, main)?;
    Ok(known.view(&main.name, &bytes).ok().map(readable))
}

fn party(name: &str, inn: Option<&String>, position: Option<&String>) -> PoaParty {
    PoaParty {
        name: name.to_owned(),
        inn: inn.filter(|inn| !inn.is_empty()).cloned(),
        position: position.cloned(),
    }
}

fn principal(one: &Principal) -> PoaParty {
    let inn = one.inn().map(str::to_owned);
    party(&one.name(), inn.as_ref(), None)
}

fn representative(one: &Representative) -> PoaParty {
    let inn = one.inn().map(str::to_owned);
    let position = one.person().and_then(|person: &Person| person.position.as_ref());
    party(&one.name(), inn.as_ref(), position)
}

fn powers(record: &PoaRecord, content: Option<&PowerOfAttorney>) -> Vec<PoaPowerView> {
    match content.map(|poa| &poa.powers) {
        Some(Powers::Machine(all)) => all
            .iter()
            .map(|power| PoaPowerView {
                code: power.code.clone(),
                name: power.name.clone(),
                limits: power.restrictions.iter().map(formats::limit_in_words).collect(),
            })
            .collect(),
        Some(Powers::Text(_)) => Vec::new(),
        None => record
            .powers
            .iter()
            .map(|(code, name)| PoaPowerView {
                code: code.clone(),
                name: name.clone(),
                limits: Vec::new(),
            })
            .collect(),
    }
}

fn errands(store: &OrganisationStore, number: PoaNumber) -> Result<Vec<PoaErrand>, AppError> {
    let all = store.errands_of(number)?.into_iter();
    Ok(all
        .map(|errand| PoaErrand {
            kind: list::errand_word(errand.kind),
            step: match errand.step {
                ErrandStep::Waiting => "waiting",
                ErrandStep::Leaving => "leaving",
                ErrandStep::Taken(_) => "taken",
                ErrandStep::Done => "done",
                ErrandStep::Ended => "ended",
            }
            .to_owned(),
            attempts: errand.attempts,
            due: rfc3339(errand.due),
            error: errand.error,
        })
        .collect())
}

/// Formats it could be chosen for: those of which is known what they need, and those something is chosen for.
fn choices(chosen: &[(String, PoaNumber)], content: Option<&PowerOfAttorney>) -> Vec<PoaFormat> {
    let classifier = formats::Classifier::embedded();
    let mut codes: Vec<&str> = classifier.formats().collect();
    codes.extend(chosen.iter().map(|(format, _)| format.as_str()));
    codes.sort_unstable();
    codes.dedup();
    let mut all: Vec<PoaFormat> = codes
        .into_iter()
        .map(|code| PoaFormat {
            code: code.to_owned(),
            name: kabinet_formats::format_name(code).unwrap_or(code).to_owned(),
            suffices: content.and_then(|poa| classifier.suffices(poa, code)),
            chosen: chosen
                .iter()
                .find(|(format, _)| format == code)
                .map(|(_, number)| number.to_string()),
        })
        .collect();
    // What it is good for comes first.
    all.sort_by(|one, other| {
        let rank = |format: &PoaFormat| match format.suffices {
            Some(true) => 0,
            None => 1,
            Some(false) => 2,
        };
        (rank(one), &one.name).cmp(&(rank(other), &other.name))
    });
    all
}
