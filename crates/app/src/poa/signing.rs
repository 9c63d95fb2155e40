//! Who may sign a power of attorney, and what follows when it was signed.

use kabinet_domain::poa::judge::{Identity, SignatureStanding, is_same_person};
use kabinet_domain::poa::{Person, PoaEvent, PoaState, Principal};
use kabinet_domain::{Document, DocumentId};
use kabinet_pki::Certificate;
use kabinet_store::OrganisationStore;

use super::{PoaError, register, signatures, withdraw};
use crate::state::Current;
use crate::{AppError, journal};

/// Whether the owner of the certificate is none of those who may give this power of attorney: the registry would refuse it. Blocks.
pub(crate) fn is_not_the_head(
    store: &OrganisationStore,
    document: &Document,
    certificate: &Certificate,
) -> Result<bool, AppError> {
    let Some(poa) = register::content(store, document)? else {
        return Ok(false);
    };
    let signer = signatures::signer_of(certificate);
    let is = |person: &&Person| {
        is_same_person(person, signer.inn.as_deref(), signer.snils.as_deref()) == Identity::Same
    };
    let givers: Vec<&Person> = poa.principals.iter().flat_map(Principal::signers).collect();
    // A file that names nobody is the matter of its checks.
    Ok(!givers.is_empty() && !givers.iter().any(is))
}

/// What follows when these documents were signed. Blocks.
///
/// # Errors
/// Failures of the vault. What cannot be done is no error: the document is signed all the same.
pub(crate) fn after_signing(current: &Current, documents: &[DocumentId]) -> Result<(), AppError> {
    documents.iter().try_for_each(|id| note_if_possible(current, *id))
}

/// [`note`], where what cannot stand in the register stays a document. Blocks.
///
/// # Errors
/// Failures of the vault.
pub(crate) fn note_if_possible(current: &Current, id: DocumentId) -> Result<(), AppError> {
    note(current, id).or_else(expected)
}

/// Takes a power of attorney into the register, or notes the signatures one that is there has now; a signed revocation counts from here
/// on, and one that cannot count yet waits as a document. Nothing happens with other documents. Blocks.
///
/// # Errors
/// [`PoaError::NumberKnown`] when another file stands in the register under its number; failures of the vault.
pub(crate) fn note(current: &Current, id: DocumentId) -> Result<(), AppError> {
    let document = current.store.document(id)?;
    let Some(poa) = register::content(&current.store, &document)? else {
        return withdraw::take_in(current, &document).map(drop).or_else(expected);
    };
    let known = current.store.poa_of_document(id)?;
    if known.is_none_or(|known| known.document != id) {
        return register::take_in(current, id).map(drop);
    }
    let found = signatures::examine(current, &document, false)?;
    let is_sound = found.iter().any(|one| one.standing != SignatureStanding::Broken);
    current.store.keep_poa_signatures(poa.number, &found)?;
    if is_sound && current.store.poa(poa.number)?.state == PoaState::Made {
        let state = PoaState::Made.after(PoaEvent::Signed).map_err(PoaError::from)?;
        let entry = journal::with(journal::about(id, "poa-signed", ""), "number", poa.number);
        current.store.change(entry, |change| {
            change.advance_poa(poa.number, PoaState::Made, state, None)
        })?;
    }
    Ok(())
}

fn expected(error: AppError) -> Result<(), AppError> {
    match error {
        AppError::Poa(_) => Ok(()),
        other => Err(other),
    }
}
