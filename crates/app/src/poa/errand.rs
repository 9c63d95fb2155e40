//! One errand, a step at a time: that a request leaves is on disk before it does, and after a lost answer the registry is asked by
//! number before anything is sent again.

use kabinet_domain::engine::after_failure;
use kabinet_domain::poa::{PoaEvent, PoaState, RegistryState};
use kabinet_domain::{DocumentFile, FileRole};
use kabinet_portal::cabinet::{CabinetError, PoaTaskState, RegisteredPoa, SignedPoa};
use kabinet_store::{Errand, ErrandKind, ErrandStep, PoaRecord};
use time::{Duration, OffsetDateTime};

use super::work::{entry, hear};
use super::{list, together};
use crate::blocking::blocking;
use crate::cabinet::Access;
use crate::outbox::jittered;
use crate::send::read_all;
use crate::{App, AppError, journal};

/// Pause between two looks at a task.
const LOOK: Duration = Duration::seconds(3);
/// A refusal that somebody may put right, such as a missing permission, is not met again sooner.
const AFTER_REFUSAL: Duration = Duration::minutes(15);

/// An errand under work.
pub(super) struct Step<'a> {
    pub(super) app: &'a App,
    pub(super) access: &'a Access,
    pub(super) record: PoaRecord,
    pub(super) errand: Errand,
}

impl Step<'_> {
    /// Does what is next of it.
    ///
    /// # Errors
    /// What could not be written down; what the registry refuses stands in the row.
    pub(super) async fn take(mut self) -> Result<(), AppError> {
        match self.errand.step.clone() {
            ErrandStep::Waiting => self.send().await,
            ErrandStep::Leaving => self.ask_what_became().await,
            ErrandStep::Taken(task) => self.look(&task).await,
            ErrandStep::Done | ErrandStep::Ended => Ok(()),
        }
    }

    async fn send(&mut self) -> Result<(), AppError> {
        let signed = self.load().await?;
        let now = OffsetDateTime::now_utc();
        self.step(ErrandStep::Leaving, now, None, "poa-sent", None)
            .await?;
        let parts = SignedPoa {
            name: &signed.name,
            content: &signed.content,
            signature: &signed.signature,
        };
        let cabinet = self.access.cabinet();
        let asked = match self.errand.kind {
            ErrandKind::Register => cabinet.register_poa(parts).await,
            ErrandKind::Revoke => cabinet.revoke_poa(parts).await,
        };
        match asked {
            Ok(task) => {
                let due = OffsetDateTime::now_utc() + LOOK;
                let event = Some(PoaEvent::Taken);
                self.step(ErrandStep::Taken(task), due, None, "poa-taken", event)
                    .await
            }
            Err(error) if error.outcome_unknown() => {
                let code = self.met(error).await;
                let event = Some(PoaEvent::AnswerLost);
                let due = self.later(None);
                self.step(ErrandStep::Leaving, due, Some(code), "poa-outcome-unknown", event)
                    .await
            }
            Err(error) => {
                let pause = (!error.is_retriable()).then_some(AFTER_REFUSAL);
                let code = self.met(error).await;
                let due = self.later(pause);
                let event = Some(PoaEvent::NotSent);
                self.step(ErrandStep::Waiting, due, Some(code), "poa-not-sent", event)
                    .await
            }
        }
    }

    /// The answer was lost, or the program was ended meanwhile.
    async fn ask_what_became(&mut self) -> Result<(), AppError> {
        let told = match self.asked().await {
            Ok(told) => told,
            Err(Unheard(code)) => return self.put_off(code).await,
        };
        let state = told.as_ref().and_then(|told| told.state);
        let now = OffsetDateTime::now_utc();
        match (self.errand.kind, state) {
            (ErrandKind::Register, Some(_)) => {
                self.hear(told).await?;
                self.step(ErrandStep::Done, now, None, "poa-registered", None)
                    .await
            }
            (ErrandKind::Revoke, Some(RegistryState::Revoked)) => {
                self.hear(told).await?;
                self.confirm().await
            }
            // Known in a word nobody knows: it is not to be sent again.
            (_, None) if told.is_some() => self.put_off("poa.unknown-state".to_owned()).await,
            (ErrandKind::Register, None) => {
                let event = Some(PoaEvent::Heard(RegistryState::Absent));
                self.step(ErrandStep::Waiting, now, None, "poa-not-received", event)
                    .await
            }
            (ErrandKind::Revoke, _) => {
                self.step(ErrandStep::Waiting, now, None, "poa-not-received", None)
                    .await
            }
        }
    }

    async fn look(&mut self, task: &str) -> Result<(), AppError> {
        let asked = self.access.cabinet().poa_task(task).await;
        let task = match asked {
            Ok(task) => task,
            Err(error) => {
                let code = self.met(error).await;
                return self.put_off(code).await;
            }
        };
        let now = OffsetDateTime::now_utc();
        match (&task.state, self.errand.kind) {
            (PoaTaskState::Done, ErrandKind::Revoke) => self.confirm().await,
            (PoaTaskState::Done, ErrandKind::Register) => match self.asked().await {
                Ok(told) if told.as_ref().is_some_and(|told| told.state.is_some()) => {
                    self.hear(told).await?;
                    self.step(ErrandStep::Done, now, None, "poa-registered", None)
                        .await
                }
                Ok(_) => self.put_off("poa.unknown-state".to_owned()).await,
                Err(Unheard(code)) => self.put_off(code).await,
            },
            (PoaTaskState::Error, kind) => {
                let refusal = task.refusal();
                let code = refusal
                    .map_or("poa.refused.other", |refusal| refusal.code())
                    .to_owned();
                if refusal.is_some_and(|refusal| refusal.is_retriable()) {
                    let due = self.later(None);
                    return self
                        .step(ErrandStep::Waiting, due, Some(code), "poa-not-sent", None)
                        .await;
                }
                if kind == ErrandKind::Revoke && code == "poa.refused.already-revoked" {
                    return self.confirm().await;
                }
                let event = (kind == ErrandKind::Register).then_some(PoaEvent::Refused);
                self.step(ErrandStep::Ended, now, Some(code), "poa-refused", event)
                    .await
            }
            _ => {
                let (store, errand) = (self.access.current.store.clone(), self.errand.clone());
                blocking(move || {
                    let due = OffsetDateTime::now_utc() + jittered(LOOK);
                    store.postpone_errand(&errand, 0, due, None)?;
                    Ok(())
                })
                .await
            }
        }
    }

    /// What the registry says of the number.
    async fn asked(&self) -> Result<Option<RegisteredPoa>, Unheard> {
        let cabinet = self.access.cabinet();
        let asked = cabinet
            .registered_poa(self.record.number, &self.record.principal_inn)
            .await;
        match asked {
            Ok(told) => Ok(told),
            Err(error) => Err(Unheard(self.met(error).await)),
        }
    }

    async fn hear(&self, told: Option<RegisteredPoa>) -> Result<(), AppError> {
        let (store, record) = (self.access.current.store.clone(), self.record.clone());
        blocking(move || hear(&store, &record, told.as_ref())).await
    }

    async fn confirm(&self) -> Result<(), AppError> {
        let (store, errand) = (self.access.current.store.clone(), self.errand.clone());
        let entry = entry(&self.record, "poa-revocation-confirmed");
        blocking(move || {
            let next = Errand {
                step: ErrandStep::Done,
                error: None,
                ..errand.clone()
            };
            Ok(store.change(entry, |change| {
                change.advance_errand(&errand, &next)?;
                change.confirm_poa_revocation(errand.number)
            })?)
        })
        .await
    }

    /// The network and the session are told; the code is what is kept.
    async fn met(&self, error: CabinetError) -> String {
        let met: Result<(), AppError> = self.app.met(&self.access.current, Err(error)).await;
        met.err().map(|error| error.code().to_owned()).unwrap_or_default()
    }

    fn later(&self, pause: Option<Duration>) -> OffsetDateTime {
        let pause = pause.unwrap_or_else(|| after_failure(self.errand.attempts + 1, None));
        OffsetDateTime::now_utc() + jittered(pause)
    }

    async fn put_off(&self, code: String) -> Result<(), AppError> {
        let (store, errand, due) = (
            self.access.current.store.clone(),
            self.errand.clone(),
            self.later(None),
        );
        blocking(move || {
            store.postpone_errand(&errand, errand.attempts + 1, due, Some(code))?;
            Ok(())
        })
        .await
    }

    /// Moves the errand, and the power of attorney by what happened to it, where that changes it.
    async fn step(
        &mut self,
        step: ErrandStep,
        due: OffsetDateTime,
        error: Option<String>,
        action: &str,
        event: Option<PoaEvent>,
    ) -> Result<(), AppError> {
        let entry = journal::with(
            entry(&self.record, action),
            "errand",
            list::errand_word(self.errand.kind),
        );
        let (store, errand, number) = (
            self.access.current.store.clone(),
            self.errand.clone(),
            self.record.number,
        );
        let event = event.filter(|_| self.errand.kind == ErrandKind::Register);
        let is_refused = event == Some(PoaEvent::Refused);
        self.errand = blocking(move || {
            let next = Errand {
                attempts: if error.is_some() { errand.attempts + 1 } else { 0 },
                error: error.clone(),
                step,
                due,
                ..errand.clone()
            };
            Ok(store.change(entry, |change| {
                let moved = change.advance_errand(&errand, &next)?;
                let state = change.poa(number)?.state;
                // What was revoked meanwhile stays so, and a task that is begun anew changes nothing.
                let after = event.and_then(|event| state.after(event).ok());
                if let Some(after) = after.filter(|after| *after != state && state != PoaState::Revoked) {
                    let code = error.as_deref().filter(|_| is_refused);
                    change.advance_poa(number, state, after, code)?;
                }
                Ok(moved)
            })?)
        })
        .await?;
        Ok(())
    }

    async fn load(&self) -> Result<Parts, AppError> {
        let document = match (self.errand.kind, self.record.revocation) {
            (ErrandKind::Revoke, Some(revocation)) => revocation.document.ok_or(AppError::NotFound)?,
            _ => self.record.document,
        };
        let store = self.access.current.store.clone();
        blocking(move || {
            let document = store.document(document)?;
            let is_main = |file: &&DocumentFile| file.role == FileRole::Main;
            let main = document.files.iter().find(is_main).ok_or(AppError::NotFound)?;
            let content = read_all(&store, main)?;
            let signature = together::one_signature(&store, &document, &main.name, &content)?;
            Ok(Parts {
                name: main.name.clone(),
                content,
                signature,
            })
        })
        .await
    }
}

/// The registry could not be asked: the code of why.
struct Unheard(String);

/// What leaves for the registry.
struct Parts {
    name: String,
    content: Vec<u8>,
    signature: Vec<u8>,
}
