//! Signing documents: one PIN entry for exactly those shown, under one certificate. A run is written down before the token
//! gets its first digest, and each document with its last signature, so that whatever breaks it off (the token pulled out,
//! sleep, a crash) it goes on at the document where it stopped.

mod active;
mod error;
mod plan;
mod show;
mod work;

use kabinet_store::{ItemState, RunPoa, SigningItem, SigningRun as Run};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::blocking::blocking;
use crate::documents::{parse_document, parse_documents};
use crate::poa::{Authority, PoaError, Under};
use crate::sign::{Request, holder};
use crate::state::Current;
use crate::tokens::{Found, token_view};
use crate::view::{CheckState, Preflight, SecretPurpose, SigningPhase, SigningRequest, SigningRun};
use crate::{App, AppError, Event, journal, poa, shown};

pub(crate) use active::Active;
use active::Turn;
pub use error::SigningError;
use plan::Plan;

/// How a run is written down once the PIN is there.
enum Begin {
    /// For the first time.
    New(Box<Run>),
    /// Again; with `retry` what failed is tried again.
    Again { retry: bool },
}

impl App {
    /// Signs every file of these documents. The pre-flight runs first; nothing is signed if any of its checks fails, or if a
    /// document is not what was shown. Returns when the run has ended or stopped; [`Event::Signing`] tells how far it is.
    ///
    /// # Errors
    /// [`SigningError::Preflight`] names the check; [`SigningError::DocumentChanged`]; [`SigningError::Unopened`];
    /// [`SigningError::UnderWay`]; [`PoaError::NotAllowed`] and [`PoaError::WordNeeded`]; and whatever broke the run off before a document was signed. Later on, that stands in
    /// the run.
    pub async fn start_signing(&self, request: SigningRequest) -> Result<SigningRun, AppError> {
        let current = self.current().await?;
        self.permit(&current, "signing.sign").await?;
        let total = u32::try_from(request.documents.len()).unwrap_or(u32::MAX);
        let turn = Turn::take(self, Uuid::new_v4(), 0, total)?;
        turn.enter(SigningPhase::Checking, None);
        let ids: Vec<String> = request.documents.iter().map(|one| one.id.clone()).collect();
        let (preflight, authority, found) = self
            .checked(&ids, &request.certificate_id, request.poa.as_deref())
            .await?;
        as_agreed(&preflight, &request)?;
        authority.require(request.poa_word)?;
        let under = authority.under(request.poa_word.then(OffsetDateTime::now_utc));
        let items = request
            .documents
            .iter()
            .map(|one| {
                Ok(SigningItem {
                    document: parse_document(&one.id)?,
                    shown: shown::parse(&one.shown)?,
                    state: ItemState::Waiting,
                })
            })
            .collect::<Result<Vec<_>, AppError>>()?;
        let plan = Plan::make(&current, &turn, &items, &found).await?;
        let run = Run {
            id: turn.run(),
            certificate: found.certificate.fingerprint(),
            holder: holder(&found),
            token: token_view(&found.token).label,
            serial: found.token.address.serial.clone(),
            started: OffsetDateTime::now_utc(),
            ended: None,
            stopped: None,
            items,
        };
        let chosen = under.clone().filter(|_| request.poa.is_some());
        let run = self
            .work_run(&current, turn, &found, plan, under, Begin::New(Box::new(run)))
            .await?;
        if let Some(under) = chosen {
            remember(&current, &ids, &under).await?;
        }
        Ok(run)
    }

    /// Goes on with a run: signs exactly what is left, with the same certificate, and asks for the PIN again. With `retry`
    /// what failed is tried again as well. What is no longer what was shown is not signed, and named.
    ///
    /// # Errors
    /// As [`Self::start_signing`], before anything was signed; the run is left as it was then.
    pub async fn continue_signing(&self, run: &str, retry: bool) -> Result<SigningRun, AppError> {
        let current = self.current().await?;
        let id = parse_run(run)?;
        let store = current.store.clone();
        let (run, poa) = blocking(move || Ok((store.signing_run(id)?, store.run_poa(id)?))).await?;
        let signed = run.items.iter().filter(|item| item.state == ItemState::Signed);
        let turn = Turn::take(self, id, small(signed.count()), small(run.items.len()))?;
        turn.enter(SigningPhase::Checking, None);
        let found = self.find_certificate(&hex::encode(run.certificate)).await?;
        let left: Vec<SigningItem> = run
            .items
            .into_iter()
            .filter(|item| match item.state {
                ItemState::Waiting => true,
                ItemState::Failed(_) => retry,
                ItemState::Signed | ItemState::Skipped(_) => false,
            })
            .collect();
        let plan = Plan::make(&current, &turn, &left, &found).await?;
        let mut under = None;
        if !plan.tasks.is_empty() {
            let certificate = hex::encode(found.certificate.fingerprint());
            let number = poa.map(|poa| poa.number.to_string());
            let (_, authority, _) = self.checked(&plan.ids(), &certificate, number.as_deref()).await?;
            let word = poa.and_then(|poa| poa.word);
            authority.require(word.is_some())?;
            under = authority.under(word);
        }
        self.work_run(&current, turn, &found, plan, under, Begin::Again { retry })
            .await
    }

    /// Runs that are under way or can go on, the oldest first.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::NoOrganisation`]; failures of the vault.
    pub async fn signing_runs(&self) -> Result<Vec<SigningRun>, AppError> {
        let active = self.signing().clone();
        self.with_store(move |store| {
            store
                .unfinished_signing_runs()?
                .into_iter()
                .map(|run| show::run(store, run, active.as_deref()))
                .collect()
        })
        .await
    }

    /// Gives a run up: what it has not signed stays unsigned.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`SigningError::UnderWay`]; as [`Self::signing_runs`].
    pub async fn drop_signing(&self, run: &str) -> Result<Vec<SigningRun>, AppError> {
        let id = parse_run(run)?;
        if self.signing().as_ref().is_some_and(|active| active.run == id) {
            return Err(SigningError::UnderWay.into());
        }
        let why = show::words(&AppError::Signing(SigningError::Dropped));
        self.with_store(move |store| {
            let run = store.signing_run(id)?;
            let entry = counted(journal::plain("signing-dropped", &run.holder), &run);
            Ok(store.change(entry, |change| change.give_up_run(id, &why))?)
        })
        .await?;
        self.tell(Event::DocumentsChanged);
        self.signing_runs().await
    }

    /// The certificate, and the checks, none of which failed.
    async fn checked(
        &self,
        documents: &[String],
        certificate: &str,
        poa: Option<&str>,
    ) -> Result<(Preflight, Authority, Found), AppError> {
        let (preflight, authority) = self.examined(documents, Some(certificate), poa).await?;
        let authority = authority.ok_or(AppError::NoCertificate)?;
        let mut failed = preflight
            .checks
            .iter()
            .filter(|check| check.state == CheckState::Failed);
        if let Some(first) = failed.next() {
            // What stands against the power of attorney says more than that somebody may not sign.
            if first.code == "person-may-sign" {
                authority.require(true)?;
            }
            let check = first.code.clone();
            return Err(SigningError::Preflight { check }.into());
        }
        Ok((preflight, authority, self.find_certificate(certificate).await?))
    }

    /// Judges once more, after the PIN was typed and before the key is used, whether it still may be signed under the power of attorney.
    async fn still_allowed(
        &self,
        current: &Current,
        found: &Found,
        plan: &Plan,
        under: &Under,
    ) -> Result<Under, AppError> {
        let ids: Vec<_> = plan.tasks.iter().map(|task| task.document).collect();
        let (current, certificate) = (current.clone(), found.certificate.clone());
        let (number, word) = (under.number, under.word);
        let authority = blocking(move || {
            let documents = ids
                .iter()
                .map(|id| current.store.document(*id))
                .collect::<Result<Vec<_>, _>>()?;
            poa::authority(&current, &documents, &certificate, Some(number))
        })
        .await?;
        authority.require(word.is_some())?;
        authority
            .under(word)
            .ok_or_else(|| PoaError::NotAllowed { number, reason: None }.into())
    }

    /// Asks for the PIN, writes the run down and lets the token work.
    async fn work_run(
        &self,
        current: &Current,
        turn: Turn,
        found: &Found,
        plan: Plan,
        under: Option<Under>,
        begin: Begin,
    ) -> Result<SigningRun, AppError> {
        let id = turn.run();
        let is_new = matches!(begin, Begin::New(_));
        let pin = if plan.tasks.is_empty() {
            None
        } else {
            turn.enter(SigningPhase::Pin, None);
            let request = Request {
                purpose: SecretPurpose::Sign,
                documents: plan.titles(),
                organisation: current.organisation.name.clone(),
                host: None,
                revocation: None,
            };
            self.ask_pin(found, &request).await?
        };
        if turn.is_to_stop() {
            return Err(SigningError::Stopped.into());
        }
        let under = match under {
            Some(under) => Some(self.still_allowed(current, found, &plan, &under).await?),
            None => None,
        };
        let Plan { tasks, settled } = plan;
        let documents: Vec<_> = tasks.iter().map(|task| task.document).collect();
        write_down(current, id, begin, settled, holder(found), under.clone()).await?;
        let worked = self
            .let_token_sign(current, &turn, found, pin, tasks, under)
            .await;
        let signed = current.clone();
        let noted = blocking(move || poa::after_signing(&signed, &documents)).await;
        let stopped = match worked {
            Ok(()) => None,
            Err(error) => stop(current, id, is_new, error, holder(found)).await?,
        };
        // From now on another run may begin, and this one shows as it was left.
        drop(turn);
        // What was signed may be something for the registry.
        self.wake().notify_one();
        self.tell(Event::DocumentsChanged);
        if let Some(error) = stopped {
            return Err(error);
        }
        noted?;
        self.with_store(move |store| show::run(store, store.signing_run(id)?, None))
            .await
    }
}

/// Everything is what was shown, and what nobody opened was agreed to.
fn as_agreed(preflight: &Preflight, request: &SigningRequest) -> Result<(), AppError> {
    let changed = preflight
        .documents
        .iter()
        .zip(&request.documents)
        .find(|(now, then)| now.shown != then.shown);
    if let Some((now, _)) = changed {
        return Err(SigningError::DocumentChanged {
            title: now.row.title.clone(),
        }
        .into());
    }
    let unopened = small(
        preflight
            .documents
            .iter()
            .filter(|one| one.opened.is_none())
            .count(),
    );
    if unopened > request.unopened {
        return Err(SigningError::Unopened { count: unopened }.into());
    }
    Ok(())
}

/// What was chosen for documents of these formats is offered first from then on.
async fn remember(current: &Current, ids: &[String], under: &Under) -> Result<(), AppError> {
    let (store, number) = (current.store.clone(), under.number);
    let ids = parse_documents(ids)?;
    blocking(move || {
        for id in ids {
            let format = store.document(id)?.format;
            if store.default_poa(&format)? == Some(number) {
                continue;
            }
            let entry = journal::with(journal::plain("poa-chosen", ""), "format", &format);
            store.change(entry, |change| change.set_default_poa(&format, Some(number)))?;
        }
        Ok(())
    })
    .await
}

async fn write_down(
    current: &Current,
    id: Uuid,
    begin: Begin,
    settled: Vec<plan::Settled>,
    holder: String,
    under: Option<Under>,
) -> Result<(), AppError> {
    let store = current.store.clone();
    blocking(move || {
        match begin {
            Begin::New(run) => {
                let entry = journal::plain("signing-started", &holder);
                let entry = journal::with(entry, "total", run.items.len());
                let entry = journal::with(entry, "certificate", hex::encode(&run.certificate[..8]));
                let poa = under.map(|under| RunPoa {
                    number: under.number,
                    word: under.word,
                });
                store.change(entry, |change| {
                    change.begin_run(&run)?;
                    poa.iter().try_for_each(|poa| change.set_run_poa(run.id, poa))
                })?;
            }
            Begin::Again { retry } => {
                let run = store.signing_run(id)?;
                let entry = counted(journal::plain("signing-resumed", &holder), &run);
                store.change(entry, |change| change.resume_run(id, retry))?;
            }
        }
        for one in settled {
            one.write(&store, id, &holder)?;
        }
        Ok(())
    })
    .await
}

/// Writes down why the run stopped. A new one that did nothing is taken back, and its error returned.
async fn stop(
    current: &Current,
    id: Uuid,
    is_new: bool,
    error: AppError,
    holder: String,
) -> Result<Option<AppError>, AppError> {
    let store = current.store.clone();
    blocking(move || {
        let run = store.signing_run(id)?;
        let is_waiting = |item: &&SigningItem| item.state == ItemState::Waiting;
        let Some(at) = run.items.iter().find(is_waiting) else {
            return Ok(None);
        };
        let entry = match &error {
            AppError::Signing(SigningError::Stopped) => {
                counted(journal::plain("signing-stopped", &holder), &run)
            }
            error => journal::with(
                journal::about(at.document, "sign-failed", &holder),
                "error",
                error.code(),
            ),
        };
        if is_new && run.items.iter().filter(is_waiting).count() == run.items.len() {
            store.change(entry, |change| change.forget_run(id))?;
            return Ok(Some(error));
        }
        let why = show::words(&error);
        store.change(entry, |change| change.stop_run(id, &why))?;
        Ok(None)
    })
    .await
}

/// The entry with how much is signed.
fn counted(entry: kabinet_store::NewEntry, run: &Run) -> kabinet_store::NewEntry {
    let signed = run.items.iter().filter(|item| item.state == ItemState::Signed);
    let entry = journal::with(entry, "signed", signed.count());
    journal::with(entry, "total", run.items.len())
}

fn parse_run(id: &str) -> Result<Uuid, AppError> {
    Uuid::parse_str(id).map_err(|_| AppError::NotFound)
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
