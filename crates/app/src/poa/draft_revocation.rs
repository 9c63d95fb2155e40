//! The document that takes a power of attorney back, made and not yet signed.

use kabinet_domain::poa::{Person, PoaEvent, PoaNumber, PowerOfAttorney, Principal, Withdrawal};
use kabinet_formats::poa;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{PoaError, parse_number, register};
use crate::blocking::blocking;
use crate::import::{NamedFile, take_in_made};
use crate::send::MOSCOW;
use crate::{App, AppError, Event};

impl App {
    /// Makes the revocation of a power of attorney, for the head it names; the document, which counts once it is signed.
    ///
    /// # Errors
    /// [`PoaError::WrongState`]; [`AppError::NotFound`]; failures of the vault.
    pub async fn draft_revocation(&self, number: &str, reason: &str) -> Result<String, AppError> {
        let number = parse_number(number)?;
        let current = self.current().await?;
        self.permit(&current, "signing.sign").await?;
        let (formats, reason) = (self.formats(), reason.trim().to_owned());
        let document = blocking(move || {
            let record = current.store.poa(number)?;
            record
                .state
                .after(PoaEvent::RevokedHere)
                .map_err(PoaError::from)?;
            let given = current.store.document(record.document)?;
            let content = register::content(&current.store, &given)?.ok_or(AppError::NotFound)?;
            let today = OffsetDateTime::now_utc().to_offset(MOSCOW).date();
            let written = withdrawal(number, &content, reason, today).ok_or(AppError::NotFound)?;
            let written = poa::write_withdrawal(&written, Uuid::new_v4());
            let file = NamedFile {
                name: written.name,
                bytes: written.bytes,
            };
            take_in_made(&formats, &current, file, Vec::new())
        })
        .await?;
        self.tell(Event::DocumentsChanged);
        Ok(document.0.to_string())
    }
}

/// Declared by the first who gave it; nothing of one that names nobody who could sign.
fn withdrawal(number: PoaNumber, poa: &PowerOfAttorney, reason: String, today: Date) -> Option<Withdrawal> {
    let principal = poa.principals.first()?;
    let signer: &Person = principal.signers().into_iter().next()?;
    let (kpp, ogrn) = match principal {
        Principal::Russian { organisation, .. } | Principal::Branch { organisation, .. } => {
            (organisation.kpp.clone(), organisation.ogrn.clone())
        }
        Principal::Foreign { organisation, .. } => (organisation.kpp.clone(), None),
        Principal::SoleProprietor(one) => (None, Some(one.ogrnip.clone())),
        Principal::Person(_) => (None, None),
    };
    Some(Withdrawal {
        number,
        reason,
        declared: today,
        declarant: principal.name(),
        declarant_inn: principal.inn()?.to_owned(),
        declarant_kpp: kpp,
        declarant_ogrn: ogrn,
        signer: signer.clone(),
    })
}
