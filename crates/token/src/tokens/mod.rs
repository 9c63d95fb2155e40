//! The application's view: all modules at once, each behind its worker.

mod merge;
mod station;
mod worker;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::error::TokenError;
use crate::model::{Module, ModuleInfo, Scan, ScanProblem, SignEvent, SignJob};
use crate::protocol::{Answer, Request};
use crate::secret::Pin;
use station::Station;

/// How long a module may take for one step. A worker that takes longer is ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deadlines {
    /// For reading all tokens of a module.
    pub scan: Duration,
    /// For the login, and for each signature: some tokens wait for a touch.
    pub sign: Duration,
    /// For a PIN entered on the reader's keys.
    pub on_device: Duration,
}

impl Default for Deadlines {
    /// 10 s, 60 s, 120 s.
    fn default() -> Self {
        let [scan, sign, on_device] = [10, 60, 120].map(Duration::from_secs);
        Self {
            scan,
            sign,
            on_device,
        }
    }
}

/// The tokens of this computer. Needs a tokio runtime with I/O and time. Dropping it ends all workers.
pub struct Tokens {
    stations: Vec<Arc<Station>>,
    deadlines: Deadlines,
}

impl Tokens {
    /// `worker_executable` is a program whose `main` calls [`crate::run_worker_if_requested`] first: usually
    /// `std::env::current_exe()`. A module named twice, by a link too, is used once. Nothing is started yet.
    pub fn new(modules: Vec<Module>, worker_executable: PathBuf) -> Self {
        let identity = |module: &Module| module.path.canonicalize().unwrap_or_else(|_| module.path.clone());
        let mut seen: Vec<PathBuf> = Vec::new();
        let mut stations = Vec::new();
        for module in modules {
            let identity = identity(&module);
            if !seen.contains(&identity) {
                seen.push(identity);
                stations.push(Arc::new(Station::new(module, worker_executable.clone())));
            }
        }
        Self {
            stations,
            deadlines: Deadlines::default(),
        }
    }

    /// Other deadlines than the default ones.
    pub fn with_deadlines(mut self, deadlines: Deadlines) -> Self {
        self.deadlines = deadlines;
        self
    }

    /// The modules, in order of preference.
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

    /// Reads all tokens of all modules at once, without a login. A module that fails becomes a problem and delays no other
    /// beyond the scan deadline.
    pub async fn scan(&self) -> Scan {
        let mut scans = Vec::new();
        for (module, answer) in self.ask_all(Request::Scan).await {
            let scan = match answer {
                Ok(Answer::Scan(scan)) => merge::checked(scan, &module.path),
                Ok(_) => Err(TokenError::ModuleMisbehaved { call: None }),
                Err(error) => Err(error),
            };
            let problem = |error| ScanProblem {
                module: module.path.clone(),
                reader: None,
                error,
            };
            let scan = scan.unwrap_or_else(|error| Scan {
                problems: vec![problem(error)],
                ..Scan::default()
            });
            scans.push((module, scan));
        }
        merge::merged(scans)
    }

    /// Signs all inputs under one login and gives the signatures in the same order, as `C_Sign` made them. `pin` is `None`
    /// for tokens whose PIN is entered on the device.
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
        let station = self.station(&job.token.module)?;
        let (mechanism, count) = (job.mechanism, job.inputs.len());
        let request = Request::Sign {
            job,
            pin: pin.is_some(),
        };
        let mut exchange = station.begin(&request, pin, self.deadlines.sign).await?;
        let mut deadline = self.deadlines.sign;
        let mut signed = 0;
        loop {
            let (answer, rest) = exchange.next(deadline).await?;
            exchange = rest;
            deadline = self.deadlines.sign;
            match answer {
                Answer::AwaitingDevice => {
                    deadline = self.deadlines.on_device;
                    on_event(SignEvent::AwaitingDevice);
                }
                Answer::LoggedIn => on_event(SignEvent::LoggedIn),
                Answer::Signed { index, signature }
                    if index == signed && index < count && mechanism.yields(signature.len()) =>
                {
                    signed += 1;
                    on_event(SignEvent::Signed { index, signature });
                }
                Answer::Done if signed == count => {
                    exchange.finish();
                    return Ok(());
                }
                Answer::Failed(error) => return Err(exchange.finish_with(error).await),
                Answer::Signed { .. } | Answer::Done | Answer::Hello(_) | Answer::Scan(_) => {
                    return Err(exchange.fail(TokenError::ModuleMisbehaved { call: None }).await);
                }
            }
        }
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

    fn station(&self, module: &Path) -> Result<&Station, TokenError> {
        let station = self.stations.iter().find(|station| station.module.path == module);
        station.map(Arc::as_ref).ok_or(TokenError::ModuleUnknown)
    }

    /// The same question to all modules in parallel; answers in the modules' order.
    async fn ask_all(&self, request: Request) -> Vec<(Module, Result<Answer, TokenError>)> {
        let request = Arc::new(request);
        let deadline = self.deadlines.scan;
        let mut asking = JoinSet::new();
        for (index, station) in self.stations.iter().cloned().enumerate() {
            let request = Arc::clone(&request);
            asking.spawn(async move {
                let answer = station.ask(&request, deadline).await;
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
