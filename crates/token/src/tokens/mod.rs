//! The application's view: all sources of keys at once, each PKCS#11 module behind its worker.

mod key_file;
mod look;
mod merge;
mod source;
mod station;
mod worker;
mod workers;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use crate::error::TokenError;
use crate::key_file::CertificationRequest;
use crate::model::{KeyOrder, Module, ModuleInfo, Scan, ScanProblem, SignEvent, SignJob, TokenAddress};
use crate::protocol::{Answer, Request, Task};
use crate::secret::Pin;
pub use key_file::KeyFileSource;
use look::Look;
pub use source::{KeySource, Later};
use station::Station;
pub use workers::{Deadlines, ReaderChanges, Workers};

/// The tokens of this computer. Needs a tokio runtime with I/O and time. Dropping it ends all workers.
pub struct Tokens {
    stations: Vec<Arc<Station>>,
    looks: Vec<Look>,
    late: watch::Sender<u64>,
}

impl Tokens {
    /// A module named twice, by a link too, is used once. Nothing is started yet.
    pub fn new(modules: Vec<Module>, workers: impl Into<Workers>) -> Self {
        let workers = Arc::new(workers.into());
        let identity = |module: &Module| module.path.canonicalize().unwrap_or_else(|_| module.path.clone());
        let mut seen: Vec<PathBuf> = Vec::new();
        let mut stations = Vec::new();
        for module in modules {
            let identity = identity(&module);
            if !seen.contains(&identity) {
                seen.push(identity);
                stations.push(Arc::new(Station::new(module, workers.clone())));
            }
        }
        let look = |station: &Arc<Station>| Look::new(station.clone());
        Self {
            looks: stations.iter().map(look).collect(),
            stations,
            late: watch::channel(0).0,
        }
    }

    /// With one more source of keys, behind those that are there.
    pub fn and(mut self, source: Arc<dyn KeySource>) -> Self {
        self.looks.push(Look::new(source));
        self
    }

    /// The PKCS#11 modules, in order of preference.
    pub fn modules(&self) -> impl Iterator<Item = &Module> {
        self.stations.iter().map(|station| &station.module)
    }

    /// What each module says about itself, for diagnostics. All are asked at once.
    pub async fn introduce(&self) -> Vec<(Module, Result<ModuleInfo, TokenError>)> {
        let answers = self.ask_all(Request::Hello).await;
        let answers = answers.into_iter().map(|(module, answer)| match answer {
            Ok(Answer::Hello(info)) => (module, Ok(info)),
            Ok(_) => (module, Err(TokenError::ModuleMisbehaved { call: None })),
            Err(error) => (module, Err(error)),
        });
        answers.collect()
    }

    /// Reads all sources at once, without a login, and waits for each until its deadline. One that fails becomes a problem.
    pub async fn scan(&self) -> Scan {
        self.look(None).await
    }

    /// Like [`Tokens::scan`], but waits for nobody longer than this: who has not answered by then is named in
    /// [`Scan::pending`], goes on meanwhile, and is counted by [`Tokens::late`] when it has answered.
    pub async fn glance(&self, patience: Duration) -> Scan {
        self.look(Some(patience)).await
    }

    /// Changes each time a source answers that [`Tokens::glance`] did not wait for.
    pub fn late(&self) -> watch::Receiver<u64> {
        self.late.subscribe()
    }

    async fn look(&self, patience: Option<Duration>) -> Scan {
        let until = patience.map(|patience| Instant::now() + patience);
        let answers: Vec<_> = self.looks.iter().map(|look| look.begin(&self.late)).collect();
        let mut scans = Vec::new();
        let mut pending = Vec::new();
        for (look, mut answer) in self.looks.iter().zip(answers) {
            let seen = answer.wait_for(Option::is_some);
            let seen = match until {
                Some(until) => timeout_at(until, seen).await.ok(),
                None => Some(seen.await),
            };
            let module = look.source.module();
            let Some(seen) = seen else {
                look.give_up();
                pending.push(module.path.clone());
                continue;
            };
            let seen = seen.ok().and_then(|seen| seen.clone());
            look.taken();
            let scan = seen.map_or(Err(TokenError::WorkerUnavailable), |seen| seen.scan);
            let scan = scan.unwrap_or_else(|error| Scan {
                problems: vec![ScanProblem {
                    module: module.path.clone(),
                    reader: None,
                    error,
                }],
                ..Scan::default()
            });
            scans.push((module.clone(), scan));
        }
        Scan {
            pending,
            ..merge::merged(scans)
        }
    }

    /// Signs all inputs under one login and gives the signatures in the same order, as `C_Sign` made them. `pin` is `None`
    /// for tokens whose PIN is entered on the device, and the passphrase for key files.
    pub async fn sign(&self, job: SignJob, pin: Option<Pin>) -> Result<Vec<Vec<u8>>, TokenError> {
        let mut signatures = Vec::with_capacity(job.inputs.len());
        let collect = |event| {
            if let SignEvent::Signed { signature, .. } = event {
                signatures.push(signature);
            }
        };
        self.sign_each(job, pin, collect).await?;
        Ok(signatures)
    }

    /// Like [`Tokens::sign`], but reports each signature as soon as it exists: what was reported before an error is good, and
    /// a later job can go on with the inputs after it. Dropping the future ends the worker at once, which cancels the run.
    ///
    /// The PIN is sent at most once and never again, whatever the error.
    pub async fn sign_each(
        &self,
        job: SignJob,
        pin: Option<Pin>,
        mut on_event: impl FnMut(SignEvent) + Send,
    ) -> Result<(), TokenError> {
        if !job.inputs.iter().all(|input| job.mechanism.accepts(input)) {
            return Err(TokenError::InputUnsuitable);
        }
        let mut sources = self.looks.iter().map(|look| &look.source);
        let source = sources.find(|source| source.module().path == job.token.module);
        let source = source.ok_or(TokenError::ModuleUnknown)?;
        source.sign(job, pin, &mut on_event).await
    }

    /// Changes the user's PIN. One attempt, like a login: a wrong old PIN counts. Both are `None` where they are entered on
    /// the device.
    pub async fn change_pin(
        &self,
        token: &TokenAddress,
        old: Option<Pin>,
        new: Option<Pin>,
        final_try_confirmed: bool,
    ) -> Result<(), TokenError> {
        let secrets = [old, new].into_iter().flatten().collect();
        self.change(token, Task::ChangePin, secrets, final_try_confirmed)
            .await
            .map(drop)
    }

    /// Gives the user a new PIN with the PUK, where the token allows it; its keys stay. One attempt at the PUK.
    pub async fn unblock(
        &self,
        token: &TokenAddress,
        puk: Option<Pin>,
        new: Option<Pin>,
        final_try_confirmed: bool,
    ) -> Result<(), TokenError> {
        let secrets = [puk, new].into_iter().flatten().collect();
        self.change(token, Task::Unblock, secrets, final_try_confirmed)
            .await
            .map(drop)
    }

    /// Makes a key on the token and gives the request for its certificate, PKCS#10 DER, signed by the new key and verified.
    pub async fn make_key(
        &self,
        token: &TokenAddress,
        order: KeyOrder,
        pin: Option<Pin>,
        final_try_confirmed: bool,
    ) -> Result<Vec<u8>, TokenError> {
        let secrets = pin.into_iter().collect();
        let misbehaved = TokenError::ModuleMisbehaved { call: None };
        match self
            .change(token, Task::MakeKey(order), secrets, final_try_confirmed)
            .await?
        {
            Answer::Requested(request) => match CertificationRequest::read(&request) {
                Ok(read) if read.verify().is_ok() => Ok(request),
                _ => Err(misbehaved),
            },
            _ => Err(misbehaved),
        }
    }

    /// Writes an issued certificate, DER, beside its key. One that is there already is left alone.
    pub async fn import_certificate(
        &self,
        token: &TokenAddress,
        certificate: Vec<u8>,
        pin: Option<Pin>,
        final_try_confirmed: bool,
    ) -> Result<(), TokenError> {
        let secrets = pin.into_iter().collect();
        self.change(
            token,
            Task::ImportCertificate(certificate),
            secrets,
            final_try_confirmed,
        )
        .await
        .map(drop)
    }

    async fn change(
        &self,
        token: &TokenAddress,
        task: Task,
        secrets: Vec<Pin>,
        final_try_confirmed: bool,
    ) -> Result<Answer, TokenError> {
        let mut stations = self.stations.iter();
        let station = stations.find(|station| station.module.path == token.module);
        let station = station.ok_or(TokenError::NotOffered)?;
        let request = Request::Change {
            token: token.clone(),
            task,
            secrets: secrets.len() as u8,
            final_try_confirmed,
        };
        station.change(&request, secrets).await
    }

    /// Ends all idle workers in good order; without it they are killed when this is dropped.
    pub async fn close(&self) {
        let mut closing = JoinSet::new();
        for station in &self.stations {
            let station = Arc::clone(station);
            closing.spawn(async move { station.close().await });
        }
        closing.join_all().await;
    }

    /// Modules that are left alone since they hung are asked again: somebody wants to know now.
    pub fn forgive(&self) {
        for station in &self.stations {
            station.forgive();
        }
    }

    /// The same question to all modules in parallel; answers in the modules' order.
    async fn ask_all(&self, request: Request) -> Vec<(Module, Result<Answer, TokenError>)> {
        let request = Arc::new(request);
        let mut asking = JoinSet::new();
        for (index, station) in self.stations.iter().cloned().enumerate() {
            let request = Arc::clone(&request);
            asking.spawn(async move {
                let answer = station.ask(&request).await;
                (index, station.module.clone(), answer)
            });
        }
        let mut answers = asking.join_all().await;
        answers.sort_by_key(|(index, ..)| *index);
        answers
            .into_iter()
            .map(|(_, module, answer)| (module, answer))
            .collect()
    }
}
