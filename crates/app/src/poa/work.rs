//! What the registry is told and asked by itself, and what ends by the clock.

use kabinet_domain::poa::judge::{PoaKind, RegistryWord};
use kabinet_domain::poa::{PoaEvent, RegistryState};
use kabinet_portal::cabinet::RegisteredPoa;
use kabinet_store::{ErrandKind, NewEntry, OrganisationStore, PoaRecord};
use time::{Duration, OffsetDateTime};

use super::errand::Step;
use super::{PoaError, list, parse_number, signatures, supersede, together, withdraw};
use crate::blocking::blocking;
use crate::send::MOSCOW;
use crate::state::Current;
use crate::view::PoaRow;
use crate::{App, AppError, Event, journal};

/// The program does it by itself.
const NOBODY: &str = "";
/// What is in force is asked about again after so long.
const HEARD_AGAIN: Duration = Duration::hours(12);
/// A revocation looks again so often whether the registration before it has ended.
const BEHIND: Duration = Duration::seconds(3);
/// So many of them at a time.
const ASKED_AT_ONCE: u32 = 5;

impl App {
    /// Has a signed power of attorney registered as soon as the registry can be told.
    ///
    /// # Errors
    /// [`PoaError::WrongState`] unless it is signed and not on its way; [`PoaError::OthersMustSign`]; [`AppError::NotFound`]; failures of
    /// the vault.
    pub async fn register_poa(&self, number: &str) -> Result<PoaRow, AppError> {
        let text = number;
        let number = parse_number(number)?;
        let current = self.current().await?;
        self.permit(&current, "signing.sign").await?;
        blocking(move || {
            let record = current.store.poa(number)?;
            let state = record.state.after(PoaEvent::Queued).map_err(PoaError::from)?;
            let document = current.store.document(record.document)?;
            let awaited = together::awaited(&current.store, &document, &record.signatures)?;
            // The registry refuses it for good then, and another one would have to be made.
            if !awaited.is_empty() {
                let names = awaited.join(", ");
                return Err(PoaError::OthersMustSign { names }.into());
            }
            Ok(current.store.change(entry(&record, "poa-queued"), |change| {
                change.advance_poa(number, record.state, state, None)?;
                change.queue_errand(number, ErrandKind::Register)
            })?)
        })
        .await?;
        self.wake().notify_one();
        self.poa(text).await
    }

    /// Asks the registry what it holds under a number, and those who issue certificates what is missing to judge its signatures.
    ///
    /// # Errors
    /// The portal's own; [`PoaError::OnPaper`]; [`AppError::NotFound`]; failures of the vault.
    pub async fn refresh_poa(&self, number: &str) -> Result<PoaRow, AppError> {
        let text = number;
        let number = parse_number(number)?;
        let access = self.cabinet().await?;
        let store = access.current.store.clone();
        let record = blocking(move || {
            let record = store.poa(number)?;
            match record.kind {
                PoaKind::Electronic => Ok(record),
                PoaKind::PaperScan | PoaKind::NotarialScan => Err(PoaError::OnPaper.into()),
            }
        })
        .await?;
        let asked = access
            .cabinet()
            .registered_poa(number, &record.principal_inn)
            .await;
        let told = self.met(&access.current, asked).await?;
        let store = access.current.store.clone();
        let current = access.current.clone();
        blocking(move || {
            hear(&store, &record, told.as_ref())?;
            signatures::learn(&current, number)
        })
        .await?;
        self.poa(text).await
    }

    /// Does what is due with powers of attorney; answers when the next is.
    pub async fn work_poas(&self) -> Option<OffsetDateTime> {
        let current = self.current().await.ok()?;
        let _turn = current.turn.lock().await;
        match self.tell_the_registry(&current).await {
            Ok(next) => next,
            Err(error) => {
                tracing::warn!(code = error.code(), "the registry could not be told");
                None
            }
        }
    }

    async fn tell_the_registry(&self, current: &Current) -> Result<Option<OffsetDateTime>, AppError> {
        let now = OffsetDateTime::now_utc();
        let (store, replacing) = (current.store.clone(), current.clone());
        let (due, unheard) = blocking(move || {
            end_by_the_clock(&store, now)?;
            supersede::replace(&replacing)?;
            let due = store.errands_due(now)?;
            Ok((due, store.poas_unheard_since(now - HEARD_AGAIN, ASKED_AT_ONCE)?))
        })
        .await?;
        // Who signs in wakes the work.
        if current.session().is_none() {
            return Ok(None);
        }
        if due.is_empty() && unheard.is_empty() {
            return next_errand(current).await;
        }
        let access = match self.cabinet().await {
            Err(error) if error.code() == "cabinet.absent" => return Ok(None),
            other => other?,
        };
        for errand in due {
            let store = access.current.store.clone();
            let number = errand.number;
            let record = blocking(move || {
                let waits = errand.kind == ErrandKind::Revoke && withdraw::has_left(&store, number)?;
                if waits {
                    // The registry has to know it before it can take it back.
                    store.postpone_errand(&errand, errand.attempts, now + BEHIND, None)?;
                    return Ok(None);
                }
                Ok(Some((store.poa(number)?, errand)))
            })
            .await?;
            let Some((record, errand)) = record else { continue };
            let step = Step {
                app: self,
                access: &access,
                record,
                errand,
            };
            step.take().await?;
            self.tell(Event::DocumentsChanged);
        }
        let replacing = current.clone();
        blocking(move || supersede::replace(&replacing)).await?;
        for number in unheard {
            if let Err(error) = self.refresh_poa(&number.to_string()).await {
                tracing::warn!(code = error.code(), "the registry was not heard");
                break;
            }
        }
        next_errand(current).await
    }
}

async fn next_errand(current: &Current) -> Result<Option<OffsetDateTime>, AppError> {
    let store = current.store.clone();
    blocking(move || Ok(store.next_errand()?)).await
}

/// Whose last day is over has expired, whatever the registry says and when.
fn end_by_the_clock(store: &OrganisationStore, now: OffsetDateTime) -> Result<(), AppError> {
    for (number, state) in store.poas_over(now.to_offset(MOSCOW).date())? {
        if let Ok(over) = state.after(PoaEvent::LastDayOver) {
            let record = store.poa(number)?;
            store.change(entry(&record, "poa-expired"), |change| {
                change.advance_poa(number, state, over, None)
            })?;
        }
    }
    Ok(())
}

/// Takes the registry's word in; no word is its word that it has none. Blocks.
pub(super) fn hear(
    store: &OrganisationStore,
    seen: &PoaRecord,
    told: Option<&RegisteredPoa>,
) -> Result<(), AppError> {
    let at = told
        .and_then(|told| told.as_of)
        .unwrap_or_else(OffsetDateTime::now_utc);
    let state = match told {
        None => RegistryState::Absent,
        // A word nobody knows tells nothing.
        Some(told) => match told.state {
            Some(state) => state,
            None => return Ok(()),
        },
    };
    let word = RegistryWord {
        state,
        at,
        revoked_at: told.and_then(|told| told.revoked_at),
    };
    let record = store.poa(seen.number)?;
    let after = record.state.after(PoaEvent::Heard(state)).unwrap_or(record.state);
    if after == record.state {
        return Ok(store.keep_poa_word(record.number, &word)?);
    }
    let entry = journal::with(entry(&record, "poa-heard"), "state", list::word(state));
    Ok(store.change(entry, |change| {
        change.advance_poa(record.number, record.state, after, None)?;
        change.keep_poa_word(record.number, &word)
    })?)
}

/// An entry of the journal about one.
pub(super) fn entry(record: &PoaRecord, action: &str) -> NewEntry {
    journal::with(
        journal::about(record.document, action, NOBODY),
        "number",
        record.number,
    )
}
