//! A revocation the program writes, and what follows from one before it is made.

use kabinet_domain::poa::{Irrevocable, PoaNumber, PoaState, PowerOfAttorney, Principal, Withdrawal};
use kabinet_domain::{Document, DocumentId, FileRole};
use kabinet_formats::poa;
use kabinet_store::{OrganisationStore, PoaRecord, StoreError};
use time::Date;
use uuid::Uuid;

use super::error::shown;
use super::{PoaError, list, parse_number, register, withdraw};
use crate::blocking::blocking;
use crate::import::{NamedFile, take_in_made};
use crate::send::{self, MOSCOW};
use crate::state::Current;
use crate::view::PoaConsequences;
use crate::{App, AppError, Event, journal};

/// Characters of a reason: the file has room for so many, and fewer say nothing.
const LONGEST: usize = 500;
const LEAST: usize = 3;
/// A chain longer than this is none that anybody gave.
const LONGEST_CHAIN: usize = 16;

impl App {
    /// Writes a revocation and takes it into the archive, where it waits for the signature of who may revoke: the head of now. From
    /// the signature on it counts.
    ///
    /// # Errors
    /// [`PoaError::Reason`]; [`PoaError::Irrevocable`] unless the reason names its condition; [`PoaError::RevocationNeedless`] for one
    /// nobody was told of, [`PoaError::Over`], [`PoaError::AlreadyRevoked`], [`PoaError::NotOurs`], [`PoaError::HeadUnknown`];
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn draft_revocation(&self, number: &str, reason: &str) -> Result<String, AppError> {
        let number = parse_number(number)?;
        let reason = clean(reason)?;
        let current = self.current().await?;
        self.permit(&current, "signing.sign").await?;
        let id = self.write_revocation(&current, number, reason).await?;
        self.tell(Event::DocumentsChanged);
        Ok(id.0.to_string())
    }

    /// What a revocation would do, and what stands against it.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn poa_consequences(&self, number: &str) -> Result<PoaConsequences, AppError> {
        let number = parse_number(number)?;
        let current = self.current().await?;
        let asked = current.clone();
        let (told, principal) = blocking(move || consequences(&asked, number)).await?;
        let signer = match principal {
            Some(principal) => self.revoker(&current, &principal).await.ok(),
            None => None,
        };
        Ok(PoaConsequences {
            signer: signer.map(|person| person.full_name()),
            ..told
        })
    }

    /// Takes a registration off the queue nothing of has left: the power of attorney is signed then, and nobody was told of it.
    ///
    /// # Errors
    /// [`PoaError::RegistrationLeft`], [`PoaError::WrongState`]; [`AppError::NotFound`]; failures of the vault.
    pub async fn unqueue_poa(&self, number: &str) -> Result<(), AppError> {
        let number = parse_number(number)?;
        let current = self.current().await?;
        self.permit(&current, "signing.sign").await?;
        blocking(move || {
            let store = &current.store;
            let record = store.poa(number)?;
            let state = record
                .state
                .after(kabinet_domain::poa::PoaEvent::TakenOff)
                .map_err(PoaError::from)?;
            let entry = journal::about(record.document, "poa-unqueued", "");
            let entry = journal::with(entry, "number", number);
            let done = store.change(entry, |change| {
                change.unqueue_poa(number)?;
                change.advance_poa(number, record.state, state, None)
            });
            match done {
                Err(StoreError::Conflict) => Err(PoaError::RegistrationLeft.into()),
                other => Ok(other?),
            }
        })
        .await?;
        self.tell(Event::DocumentsChanged);
        Ok(())
    }

    /// Makes the document of a revocation with this reason, if nothing stands against it.
    pub(super) async fn write_revocation(
        &self,
        current: &Current,
        number: PoaNumber,
        reason: String,
    ) -> Result<DocumentId, AppError> {
        let (asked, named) = (current.clone(), reason.clone());
        let principal = blocking(move || {
            let (record, poa) = load(&asked.store, number)?;
            match refusal(&asked, &record, &poa, Some(&named))? {
                Some(error) => Err(error.into()),
                None => Ok(giver(&asked, &poa).cloned()),
            }
        })
        .await?;
        let principal = principal.ok_or(AppError::NotFound)?;
        let signer = self.revoker(current, &principal).await?;
        let (current, formats) = (current.clone(), self.formats());
        blocking(move || {
            let (inn, kpp, ogrn) = requisites(&principal);
            let withdrawal = Withdrawal {
                number,
                reason,
                declared: list::today(),
                declarant: principal.name(),
                declarant_inn: inn,
                declarant_kpp: kpp,
                declarant_ogrn: ogrn,
                signer,
            };
            let written = poa::write_withdrawal(&withdrawal, Uuid::new_v4());
            let file = NamedFile {
                name: written.name,
                bytes: written.bytes,
            };
            take_in_made(&formats, &current, file, Vec::new())
        })
        .await
    }
}

/// What a document revokes, if it is a revocation that can be read. Blocks.
pub(super) fn content(
    store: &OrganisationStore,
    document: &Document,
) -> Result<Option<Withdrawal>, AppError> {
    if document.format != poa::WITHDRAWAL {
        return Ok(None);
    }
    let Some(main) = document.files.iter().find(|file| file.role == FileRole::Main) else {
        return Ok(None);
    };
    let bytes = send::read_all(store, main)?;
    Ok(poa::read_withdrawal(&main.name, &bytes).ok())
}

/// Whether a document is a revocation of what is revoked or over already. Blocks.
pub(crate) fn is_revocation_needless(
    store: &OrganisationStore,
    document: &Document,
) -> Result<bool, AppError> {
    let Some(withdrawal) = content(store, document)? else {
        return Ok(false);
    };
    match store.poa(withdrawal.number) {
        Ok(record) => Ok(record.revocation.is_some() || record.state.is_final()),
        Err(StoreError::NotFound(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// With what it says.
pub(super) fn load(
    store: &OrganisationStore,
    number: PoaNumber,
) -> Result<(PoaRecord, PowerOfAttorney), AppError> {
    let record = store.poa(number)?;
    let document = store.document(record.document)?;
    let poa = register::said(store, &record, &document)?.ok_or(AppError::NotFound)?;
    Ok((record, poa))
}

/// Of those who gave it, whom this organisation may speak for: itself, and whoever of its people passed powers on.
pub(super) fn giver<'a>(current: &Current, poa: &'a PowerOfAttorney) -> Option<&'a Principal> {
    let own = current.organisation.inn.as_str();
    let mut principals = poa.principals.iter();
    let is_own = |one: &&Principal| one.inn() == Some(own);
    principals.clone().find(is_own).or_else(|| {
        principals.find(|one| poa.delegated_from.is_some() && matches!(one, Principal::Person(_)))
    })
}

/// Why it cannot be taken back now, if so; `reason` is what the revocation would say. Blocks.
pub(super) fn refusal(
    current: &Current,
    record: &PoaRecord,
    poa: &PowerOfAttorney,
    reason: Option<&str>,
) -> Result<Option<PoaError>, AppError> {
    if giver(current, poa).is_none() {
        return Ok(Some(PoaError::NotOurs {
            principal: record.principal_name.clone(),
        }));
    }
    Ok(match record.state {
        PoaState::Made | PoaState::Signed | PoaState::Refused => Some(PoaError::RevocationNeedless),
        PoaState::Queued if !withdraw::has_left(&current.store, record.number)? => {
            Some(PoaError::RevocationNeedless)
        }
        PoaState::Expired => Some(PoaError::Over {
            expires: record.expires,
        }),
        PoaState::Revoked => Some(PoaError::AlreadyRevoked {
            day: revoked_on(record).map(shown).unwrap_or_default(),
        }),
        _ => poa
            .irrevocable
            .as_ref()
            .filter(|one| !is_named(one, reason.unwrap_or_default()))
            .map(|one| PoaError::Irrevocable {
                condition: condition(one),
            }),
    })
}

fn revoked_on(record: &PoaRecord) -> Option<Date> {
    let here = record.revocation.map(|one| one.declared);
    let there = record.registry.and_then(|word| word.revoked_at);
    here.or(there).map(|at| at.to_offset(MOSCOW).date())
}

fn condition(one: &Irrevocable) -> String {
    one.description.clone().unwrap_or_else(|| one.condition.clone())
}

/// The registry takes the revocation of an irrevocable one whose reason names the condition it was given with, word for word.
fn is_named(one: &Irrevocable, reason: &str) -> bool {
    let plain = |text: &str| {
        let text = text.to_lowercase();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let wanted = one.description.as_deref().map(plain).unwrap_or_default();
    !wanted.is_empty() && plain(reason).contains(&wanted)
}

/// A reason as it stands in the file: one line that can be printed.
fn clean(reason: &str) -> Result<String, PoaError> {
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let count = reason.chars().count();
    let is_sound = reason.chars().all(is_printable) && reason.chars().any(char::is_alphabetic);
    if !is_sound || !(LEAST..=LONGEST).contains(&count) {
        return Err(PoaError::Reason {
            least: LEAST,
            longest: LONGEST,
        });
    }
    Ok(reason)
}

/// What XML cannot hold (XML 1.0 §2.2) or nobody could read.
fn is_printable(one: char) -> bool {
    !one.is_control()
        && !matches!(one, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        && !matches!(one, '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{fff0}'..='\u{ffff}' | '\u{f0000}'..)
}

/// ИНН, КПП, ОГРН.
fn requisites(principal: &Principal) -> (String, Option<String>, Option<String>) {
    let inn = principal.inn().unwrap_or_default().to_owned();
    let (kpp, ogrn) = match principal {
        Principal::Russian { organisation, .. } | Principal::Branch { organisation, .. } => {
            (organisation.kpp.clone(), organisation.ogrn.clone())
        }
        Principal::Foreign { organisation, .. } => (organisation.kpp.clone(), None),
        Principal::SoleProprietor(one) => (None, Some(one.ogrnip.clone())),
        Principal::Person(_) => (None, None),
    };
    (inn, kpp, ogrn.filter(|ogrn| !ogrn.is_empty()))
}

fn consequences(
    current: &Current,
    number: PoaNumber,
) -> Result<(PoaConsequences, Option<Principal>), AppError> {
    let store = &current.store;
    let (record, poa) = load(store, number)?;
    let refusal = refusal(current, &record, &poa, None)?;
    let is_queued = record.state == PoaState::Queued && !withdraw::has_left(store, number)?;
    let way = match &refusal {
        None | Some(PoaError::Irrevocable { .. }) => "revoke",
        Some(PoaError::RevocationNeedless) if is_queued => "unqueue",
        Some(_) => "none",
    };
    let chosen = store.default_poas()?.into_iter();
    let fallen = falling(store, number)?;
    let told = PoaConsequences {
        way: way.to_owned(),
        kind: list::word(record.kind),
        is_told: record.kind == kabinet_domain::poa::judge::PoaKind::Electronic,
        irrevocable: poa.irrevocable.as_ref().map(condition),
        against: refusal
            .filter(|error| !matches!(error, PoaError::Irrevocable { .. }))
            .map(|error| AppError::from(error).into()),
        representatives: record
            .representatives
            .iter()
            .map(|one| one.name.clone())
            .collect(),
        powers: record.powers.iter().map(|(_, name)| name.clone()).collect(),
        chosen_for: chosen
            .filter(|(_, chosen)| *chosen == number)
            .map(|(format, _)| format)
            .collect(),
        fallen: fallen
            .iter()
            .map(|one| list::row(store, one))
            .collect::<Result<_, _>>()?,
        signer: None,
    };
    Ok((told, giver(current, &poa).cloned()))
}

/// What passes its powers on, at whatever step, and is not over yet: it falls with it. Blocks.
fn falling(store: &OrganisationStore, number: PoaNumber) -> Result<Vec<PoaRecord>, AppError> {
    let mut found: Vec<PoaRecord> = Vec::new();
    let mut level = vec![number];
    for _ in 0..LONGEST_CHAIN {
        let mut next = Vec::new();
        for parent in level {
            for child in store.poas_passing_on(parent)? {
                if child.number != number && found.iter().all(|one| one.number != child.number) {
                    next.push(child.number);
                    found.push(child);
                }
            }
        }
        level = next;
    }
    found.retain(|one| !one.state.is_final());
    Ok(found)
}

/// The one of its chain that is revoked or over, with which it has fallen. Blocks.
pub(super) fn fallen_with(
    store: &OrganisationStore,
    record: &PoaRecord,
) -> Result<Option<PoaNumber>, AppError> {
    let mut parent = record.parent;
    for _ in 0..LONGEST_CHAIN {
        let Some(number) = parent else { break };
        let above = match store.poa(number) {
            Err(StoreError::NotFound(_)) => break,
            other => other?,
        };
        if above.state.is_final() {
            return Ok(Some(number));
        }
        parent = above.parent;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_that_can_be_printed_and_says_something() {
        assert_eq!(clean("  Уволен\n с 1 декабря ").unwrap(), "Уволен с 1 декабря");
        assert_eq!(clean(&"я".repeat(LONGEST)).unwrap().chars().count(), LONGEST);
        for wrong in [
            "",
            "  ",
            "ой",
            "12345",
            "Уволен\u{7}",
            "Уво\u{202e}лен",
            "Уволен \u{fffe}",
            "Уволен \u{e000}",
        ] {
            assert!(clean(wrong).is_err(), "{wrong:?}");
        }
        assert!(clean(&"я".repeat(LONGEST + 1)).is_err());
    }

    #[test]
    fn a_condition_is_named_word_for_word() {
        let one = |description: Option<&str>| Irrevocable {
            may_be_passed_on: false,
            condition: "1".to_owned(),
            description: description.map(str::to_owned),
        };
        let met = one(Some("Обязательство  исполнено"));
        assert!(is_named(&met, "Так как обязательство исполнено, отзываем"));
        assert!(!is_named(&met, "Обязательство не исполнено"));
        assert!(!is_named(&one(None), "1") && !is_named(&one(Some(" ")), "Уволен"));
    }
}
