//! Taking a power of attorney back: a signed document of its own, which counts here from the moment it is signed.

use kabinet_domain::poa::judge::{Identity, SignatureStanding, is_same_person};
use kabinet_domain::poa::{PoaEvent, PoaNumber, PoaState, Principal};
use kabinet_domain::{Document, FileRole};
use kabinet_formats::poa;
use kabinet_store::{ErrandKind, StoreError};

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
            take_in(&current, &document)?
                .ok_or_else(|| PoaError::RevocationOfNothing.into())
                .map(drop)
        })
        .await?;
        self.wake().notify_one();
        self.tell(Event::DocumentsChanged);
        Ok(())
    }
}

/// What a document revokes, if it is a revocation; that is revoked from now on. Blocks.
pub(super) fn take_in(current: &Current, document: &Document) -> Result<Option<PoaNumber>, AppError> {
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
    if record.revocation.is_some() {
        return Ok(Some(number));
    }
    if !is_by_the_giver(current, document, &record)? {
        return Err(PoaError::RevocationUnsigned.into());
    }
    record
        .state
        .after(PoaEvent::RevokedHere)
        .map_err(PoaError::from)?;
    let entry = journal::with(
        journal::about(record.document, "poa-revoked", ""),
        "number",
        number,
    );
    current.store.change(entry, |change| {
        change.revoke_poa(number, document.id)?;
        // What the registry never heard of it need not be told to take back.
        match record.state {
            PoaState::Signed | PoaState::Queued => Ok(()),
            _ => change.queue_errand(number, ErrandKind::Revoke),
        }
    })?;
    Ok(Some(number))
}

/// A sound signature by one of those who gave the powers. Whether the certificate was good is the registry's to judge: what somebody
/// wants taken back is not used meanwhile.
fn is_by_the_giver(
    current: &Current,
    revocation: &Document,
    record: &kabinet_store::PoaRecord,
) -> Result<bool, AppError> {
    let given = current.store.document(record.document)?;
    let Some(poa) = register::content(&current.store, &given)? else {
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
