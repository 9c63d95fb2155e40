//! Taking a power of attorney back: a signed document of its own, which counts here from the moment it is signed.

use kabinet_domain::poa::judge::{Identity, PoaKind, SignatureStanding, is_same_person};
use kabinet_domain::poa::{PoaEvent, PoaNumber, PoaState, Principal};
use kabinet_domain::{Document, FileRole};
use kabinet_formats::poa;
use kabinet_store::{ErrandKind, ErrandStep, OrganisationStore, PoaRecord, StoreError};

use super::{PoaError, register, signatures};
use crate::documents::parse_document;
use crate::state::Current;
use crate::{App, AppError, Event, blocking::blocking, journal, send};

impl App {
    /// Takes back the power of attorney a signed revocation of the archive names: at once here, and at the registry as soon as it can
    /// be told.
    ///
    /// # Errors
    /// [`PoaError::RevocationOfNothing`], [`PoaError::RevocationUnsigned`], [`PoaError::WrongState`]; failures of the vault.
    pub async fn revoke_poa(&self, document: &str) -> Result<(), AppError> {
        let id = parse_document(document)?;
        let current = self.current().await?;
        self.permit(&current, "signing.sign").await?;
        blocking(move || {
            let document = current.store.document(id)?;
            count(&current, &document, Why::Said)?
                .ok_or_else(|| PoaError::RevocationOfNothing.into())
                .map(drop)
        })
        .await?;
        self.wake().notify_one();
        self.tell(Event::DocumentsChanged);
        Ok(())
    }
}

/// Why a revocation counts from now on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// It was signed.
    Signed,
    /// Somebody said so.
    Said,
    /// This one is in force, which takes its place.
    Replaced(PoaNumber),
}

/// What a document revokes, if it is a revocation; that is revoked from now on, unless it was only made to be replaced: then it
/// holds until the new one does. Blocks.
pub(super) fn take_in(current: &Current, document: &Document) -> Result<Option<PoaNumber>, AppError> {
    count(current, document, Why::Signed)
}

/// [`take_in`], whatever it was made for. Blocks.
pub(super) fn count(current: &Current, document: &Document, why: Why) -> Result<Option<PoaNumber>, AppError> {
    if document.format != poa::WITHDRAWAL {
        return Ok(None);
    }
    let Some(main) = document.files.iter().find(|file| file.role == FileRole::Main) else {
        return Ok(None);
    };
    let bytes = send::read_all(&current.store, main)?;
    let Ok(read) = poa::read_withdrawal(&main.name, &bytes) else {
        return Ok(None);
    };
    let number = read.number;
    let record = match current.store.poa(number) {
        Err(StoreError::NotFound(_)) => return Err(PoaError::RevocationOfNothing.into()),
        other => other?,
    };
    // The registry may have said so while this was being signed.
    if record.revocation.is_some() || record.state == PoaState::Revoked {
        return Ok(Some(number));
    }
    if why == Why::Signed && current.store.prepared_revocation(number)? == Some(document.id) {
        return Ok(Some(number));
    }
    if !is_by_the_giver(current, document, &record)? {
        return Err(PoaError::RevocationUnsigned.into());
    }
    record
        .state
        .after(PoaEvent::RevokedHere)
        .map_err(PoaError::from)?;
    let store = &current.store;
    let entry = match why {
        Why::Replaced(new) => {
            let entry = journal::about(record.document, "poa-replaced", "");
            journal::with(entry, "by", new)
        }
        Why::Signed | Why::Said => journal::about(record.document, "poa-revoked", ""),
    };
    let entry = journal::with(entry, "number", number);
    let is_to_be_told = is_to_be_told(store, &record)?;
    let inherited = match why {
        Why::Replaced(new) => inherited(store, &record, new)?,
        Why::Signed | Why::Said => Vec::new(),
    };
    store.change(entry, |change| {
        change.revoke_poa(number, document.id)?;
        for (format, heir) in &inherited {
            change.set_default_poa(format, Some(*heir))?;
        }
        if is_to_be_told {
            change.queue_errand(number, ErrandKind::Revoke)?;
        }
        Ok(())
    })?;
    Ok(Some(number))
}

/// What the registry never heard of, or does not keep, it need not be told to take back.
fn is_to_be_told(store: &OrganisationStore, record: &PoaRecord) -> Result<bool, AppError> {
    if record.kind != PoaKind::Electronic {
        return Ok(false);
    }
    Ok(match record.state {
        PoaState::Signed => false,
        PoaState::Queued => has_left(store, record.number)?,
        _ => true,
    })
}

/// Whether a registration is on its way that cannot be called back.
pub(super) fn has_left(store: &OrganisationStore, number: PoaNumber) -> Result<bool, AppError> {
    Ok(store.errands_of(number)?.iter().any(|errand| {
        errand.kind == ErrandKind::Register
            && matches!(errand.step, ErrandStep::Leaving | ErrandStep::Taken(_))
    }))
}

/// What the old one was chosen for, the new one is from now on, if somebody of the same receives powers by it.
fn inherited(
    store: &OrganisationStore,
    old: &PoaRecord,
    new: PoaNumber,
) -> Result<Vec<(String, PoaNumber)>, AppError> {
    let heir = store.poa(new)?;
    let is_same = heir.representatives.iter().any(|one| {
        old.representatives
            .iter()
            .any(|other| (one.inn.is_some() && one.inn == other.inn) || one.name == other.name)
    });
    let chosen = store.default_poas()?.into_iter();
    Ok(chosen
        .filter(|(_, number)| is_same && *number == old.number)
        .map(|(format, _)| (format, new))
        .collect())
}

/// A sound signature by one of those who gave the powers. Whether the certificate was good is the registry's to judge: what somebody
/// wants taken back is not used meanwhile.
fn is_by_the_giver(current: &Current, revocation: &Document, record: &PoaRecord) -> Result<bool, AppError> {
    let given = current.store.document(record.document)?;
    let Some(poa) = register::said(&current.store, record, &given)? else {
        return Ok(false);
    };
    let found = signatures::examine(current, revocation, false)?;
    Ok(found.iter().any(|one| {
        one.standing != SignatureStanding::Broken
            && poa.principals.iter().any(|principal| match principal {
                Principal::Russian {
                    managing_proprietor: Some(proprietor),
                    ..
                } => is_one(&proprietor.person, &one.signer),
                // The head may be another one by now.
                Principal::Russian { organisation, .. } | Principal::Branch { organisation, .. } => {
                    one.signer.organisation_inn.as_ref() == Some(&organisation.inn)
                }
                Principal::Foreign { organisation, .. } => {
                    organisation.inn.is_some() && one.signer.organisation_inn == organisation.inn
                }
                Principal::SoleProprietor(giver) => is_one(&giver.person, &one.signer),
                Principal::Person(giver) => is_one(giver, &one.signer),
            })
    }))
}

fn is_one(person: &kabinet_domain::poa::Person, signer: &kabinet_domain::poa::judge::Signer) -> bool {
    is_same_person(person, signer.inn.as_deref(), signer.snils.as_deref()) == Identity::Same
}
