//! Taking a power of attorney into the register.

use kabinet_domain::poa::judge::PoaKind;
use kabinet_domain::poa::{PoaNumber, PoaState, PowerOfAttorney, Powers, Principal, Representative};
use kabinet_domain::{Document, DocumentId, FileRole};
use kabinet_store::{OrganisationStore, PoaRecord, PoaRepresentative, StoreError};
use time::OffsetDateTime;

use super::{FORMAT, PoaError, file, signatures};
use crate::state::Current;
use crate::{AppError, journal, send};

/// Puts a document that is a power of attorney into the register; its number. Nothing happens with other documents, and with files
/// that cannot be understood, which stay documents as all others. Blocks.
///
/// # Errors
/// [`PoaError::NumberKnown`] when another file stands there under its number; failures of the vault.
pub(crate) fn take_in(current: &Current, id: DocumentId) -> Result<Option<PoaNumber>, AppError> {
    let document = current.store.document(id)?;
    let Some(poa) = content(&current.store, &document)? else {
        return Ok(None);
    };
    let number = poa.number;
    match current.store.poa(number) {
        Ok(known) if known.document == id => return Ok(Some(number)),
        Ok(_) => return Err(PoaError::NumberKnown { number }.into()),
        Err(StoreError::NotFound(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let signatures = signatures::examine(current, &document, false)?;
    let record = PoaRecord {
        state: if signatures.is_empty() {
            PoaState::Made
        } else {
            PoaState::Signed
        },
        signatures,
        ..record(&poa, id)
    };
    let entry = journal::with(journal::about(id, "poa-added", ""), "number", number);
    current.store.change(entry, |change| change.add_poa(&record))?;
    Ok(Some(number))
}

/// What a document says if it is a power of attorney that can be understood. Blocks.
pub(super) fn content(
    store: &OrganisationStore,
    document: &Document,
) -> Result<Option<PowerOfAttorney>, AppError> {
    if document.format != FORMAT {
        return Ok(None);
    }
    let main = document.files.iter().find(|file| file.role == FileRole::Main);
    let bytes = main.map(|main| send::read_all(store, main)).transpose()?;
    Ok(bytes.and_then(|bytes| file::read(&bytes)))
}

fn record(poa: &PowerOfAttorney, document: DocumentId) -> PoaRecord {
    let (principal_inn, principal_name) = poa.principals.first().map(giver).unwrap_or_default();
    PoaRecord {
        number: poa.number,
        document,
        kind: PoaKind::Electronic,
        state: PoaState::Made,
        issued: poa.issued,
        expires: poa.expires,
        principal_inn,
        principal_name,
        representatives: poa.representatives.iter().map(receiver).collect(),
        powers: match &poa.powers {
            Powers::Text(_) => Vec::new(),
            Powers::Machine(powers) => powers
                .iter()
                .map(|power| (power.code.clone(), power.name.clone()))
                .collect(),
        },
        parent: poa.delegated_from.as_ref().map(|from| from.parent),
        supersedes: None,
        signatures: Vec::new(),
        registry: None,
        revocation: None,
        error: None,
        added: OffsetDateTime::now_utc(),
    }
}

fn giver(principal: &Principal) -> (String, String) {
    let person =
        |person: &kabinet_domain::poa::Person| (person.inn.clone().unwrap_or_default(), full_name(person));
    match principal {
        Principal::Russian { organisation, .. } => (organisation.inn.clone(), organisation.name.clone()),
        Principal::Foreign { organisation, .. } => (
            organisation.inn.clone().unwrap_or_default(),
            organisation.name.clone(),
        ),
        Principal::SoleProprietor(one) => person(&one.person),
        Principal::Person(one) => person(one),
    }
}

fn receiver(representative: &Representative) -> PoaRepresentative {
    let person = |person: &kabinet_domain::poa::Person| PoaRepresentative {
        name: full_name(person),
        inn: person.inn.clone(),
        snils: person.snils.clone(),
    };
    let organisation = |name: &String, inn: Option<&String>| PoaRepresentative {
        name: name.clone(),
        inn: inn.cloned(),
        snils: None,
    };
    match representative {
        Representative::Organisation(one) => organisation(&one.name, Some(&one.inn)),
        Representative::Branch {
            organisation: one, ..
        } => organisation(&one.name, Some(&one.inn)),
        Representative::ForeignBranch {
            organisation: one, ..
        } => organisation(&one.name, one.inn.as_ref()),
        Representative::SoleProprietor(one) => person(&one.person),
        Representative::Person(one) => person(one),
    }
}

fn full_name(person: &kabinet_domain::poa::Person) -> String {
    let parts = [
        Some(&person.surname),
        Some(&person.given_name),
        person.patronymic.as_ref(),
    ];
    let named: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    named.join(" ").trim().to_owned()
}
