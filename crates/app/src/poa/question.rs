//! «May this person sign such a document under it?», asked from the card.

use kabinet_domain::poa::judge::Signer;
use kabinet_domain::poa::{Person, Representative};
use kabinet_formats::poa as formats;

use super::{judge, parse_number, register};
use crate::blocking::blocking;
use crate::state::Current;
use crate::view::{PoaAsk, PoaJudgement};
use crate::{App, AppError};

impl App {
    /// Judges whether the owner of a certificate, or one of those it names, may sign documents of a format now.
    ///
    /// # Errors
    /// [`AppError::NotFound`] also for a representative it does not name; [`AppError::NoCertificate`]; failures of the vault.
    pub async fn ask_poa(&self, number: &str, ask: &PoaAsk) -> Result<PoaJudgement, AppError> {
        let powers: Vec<String> = match &ask.format {
            Some(format) => formats::requirements(format).to_vec(),
            None => Vec::new(),
        };
        if let Some(certificate) = &ask.certificate {
            return self.judge_poa(number, certificate, &powers).await;
        }
        let place = ask.representative.unwrap_or_default();
        let number = parse_number(number)?;
        let current = self.current().await?;
        blocking(move || {
            let acting = named(&current, number, place)?;
            judge::judged(&current, number, &acting, &powers)
        })
        .await
    }
}

/// Whoever stands at this place among those who receive the powers.
fn named(current: &Current, number: kabinet_domain::poa::PoaNumber, place: u32) -> Result<Signer, AppError> {
    let record = current.store.poa(number)?;
    let document = current.store.document(record.document)?;
    let poa = register::content(&current.store, &document)?.ok_or(AppError::NotFound)?;
    let place = usize::try_from(place).map_err(|_| AppError::NotFound)?;
    let person = |one: &Person| Signer {
        inn: one.inn.clone(),
        snils: one.snils.as_deref().map(digits),
        ..Signer::default()
    };
    Ok(match poa.representatives.get(place).ok_or(AppError::NotFound)? {
        Representative::Person(one) => person(one),
        Representative::SoleProprietor(one) => person(&one.person),
        Representative::Organisation(one) | Representative::Branch { organisation: one } => Signer {
            organisation_inn: Some(one.inn.clone()),
            organisation_kpp: one.kpp.clone(),
            ..Signer::default()
        },
        Representative::ForeignBranch { organisation } => Signer {
            organisation_inn: organisation.inn.clone(),
            ..Signer::default()
        },
    })
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
