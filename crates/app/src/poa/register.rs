//! Taking a power of attorney into the register.

use kabinet_domain::poa::judge::PoaKind;
use kabinet_domain::poa::{PoaNumber, PoaState, PowerOfAttorney, Powers, Principal, Representative};
use kabinet_domain::{Document, DocumentId, FileRole};
use kabinet_formats::poa;
use kabinet_store::{OrganisationStore, PoaRecord, PoaRepresentative, StoreError};
use time::OffsetDateTime;

use super::{PoaError, scan, signatures};
use crate::state::Current;
use crate::{AppError, journal, send};

/// Puts a document that is a power of attorney into the register; its number. Nothing happens with other documents, and with files
/// that cannot be understood, which stay documents as all others. Blocks.
///
/// # Errors
/// [`PoaError::NumberKnown`] when another file stands there under its number; failures of the vault.
pub(crate) fn take_in(current: &Current, id: DocumentId) -> Result<Option<PoaNumber>, AppError> {
    put(current, id, None)
}

/// [`take_in`] of one that takes the place of another. Blocks.
pub(super) fn put(
    current: &Current,
    id: DocumentId,
    supersedes: Option<PoaNumber>,
) -> Result<Option<PoaNumber>, AppError> {
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
        supersedes,
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
    if document.format != poa::FORMAT {
        return Ok(None);
    }
    let Some(main) = document.files.iter().find(|file| file.role == FileRole::Main) else {
        return Ok(None);
    };
    let bytes = send::read_all(store, main)?;
    Ok(poa::read(&main.name, &bytes).ok().map(|read| read.poa))
}

/// What one of the register says: its file, or for one on paper what was typed beside the picture. Blocks.
pub(super) fn said(
    store: &OrganisationStore,
    record: &PoaRecord,
    document: &Document,
) -> Result<Option<PowerOfAttorney>, AppError> {
    match record.kind {
        PoaKind::Electronic => content(store, document),
        PoaKind::PaperScan | PoaKind::NotarialScan => scan::typed(store, document),
    }
}

pub(super) fn record(poa: &PowerOfAttorney, document: DocumentId) -> PoaRecord {
    let principal = poa.principals.first();
    PoaRecord {
        number: poa.number,
        document,
        kind: PoaKind::Electronic,
        state: PoaState::Made,
        issued: poa.issued,
        expires: poa.expires,
        principal_inn: principal.and_then(Principal::inn).unwrap_or_default().to_owned(),
        principal_name: principal.map(Principal::name).unwrap_or_default(),
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

fn receiver(representative: &Representative) -> PoaRepresentative {
    PoaRepresentative {
        name: representative.name(),
        inn: representative.inn().map(str::to_owned),
        snils: representative.person().and_then(|person| person.snils.clone()),
    }
}
