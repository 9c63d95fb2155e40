//! A bench for one case after another: what the job gave, and what the token kept.

use std::path::{Path, PathBuf};
use std::time::Duration;

use kabinet_softtoken::TokenDirectory;
use kabinet_token::key_file::{KeyAlgorithm, KeySize};
use kabinet_token::{Deadlines, KeyOrder, SignEvent, SignJob, TokenError, Tokens, Workers};

use super::OTHER;
use super::case::{Case, Job};
use crate::softtoken::{Drawer, PIN, PUK, WRONG, rutoken};
use crate::support::*;

/// Deadline of jobs whose module hangs: longer than a job without a fault takes on a busy machine.
const SHORT: Duration = Duration::from_secs(3);
/// Of all other jobs: never reached.
const LONG: Duration = Duration::from_secs(60);

/// A copy of the module with tokens of its own.
pub(super) struct Lane {
    folder: tempfile::TempDir,
    template: PathBuf,
    job: SignJob,
    /// One more of the key in the job, DER.
    certificate: Vec<u8>,
}

impl Lane {
    pub(super) fn new(drawer: &Drawer, job: &SignJob, certificate: &[u8]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let module = folder.path().join("module.so");
        std::fs::copy(drawer.file("libkabinet_softtoken.so"), &module).expect("copied");
        let setting = format!("directory = {}\n", text(&folder.path().join("tokens")));
        std::fs::write(folder.path().join("kabinet-softtoken.conf"), setting).expect("written");
        let mut job = job.clone();
        job.token.module = module;
        Self {
            folder,
            template: drawer.file("tokens"),
            job,
            certificate: certificate.to_vec(),
        }
    }

    fn directory(&self) -> PathBuf {
        self.folder.path().join("tokens")
    }

    /// Tokens as they were: the one in, the other out.
    fn reset(&self) {
        for serial in [rutoken().serial.as_str(), OTHER] {
            let (from, to) = (self.template.join(serial), self.directory().join(serial));
            std::fs::create_dir_all(&to).expect("made");
            for file in ["token.json", "insertion"] {
                std::fs::copy(from.join(file), to.join(file)).expect("copied");
            }
            let removed = to.join("removed");
            if serial == OTHER {
                std::fs::write(removed, "").expect("written");
            } else if removed.exists() {
                std::fs::remove_file(removed).expect("removed");
            }
        }
    }

    fn control(&self, directives: &str) {
        let new = self.folder.path().join("control.new");
        std::fs::write(&new, directives).expect("written");
        std::fs::rename(new, self.directory().join("control")).expect("renamed");
    }

    fn tries_left(&self, serial: &str) -> u32 {
        let list = TokenDirectory::new(self.directory()).list().expect("a list");
        let token = list.into_iter().find(|token| token.profile.serial == serial);
        token.and_then(|token| token.user_tries_left).expect("a PIN")
    }

    pub(super) async fn run(&self, case: Case) -> Outcome {
        self.reset();
        self.control(&case.directives());
        let deadline = if case.waits() { SHORT } else { LONG };
        let deadlines = Deadlines {
            scan: deadline,
            sign: deadline,
            on_device: deadline,
        };
        let workers = Workers::new(Path::new(WORKER).to_path_buf()).with_deadlines(deadlines);
        let tokens = Tokens::new(vec![module(&self.job.token.module)], workers);
        let (errors, signatures) = self.perform(case.job, &tokens).await;
        if case.job == Job::Introduce {
            tokens.close().await;
        }
        self.control("");
        let tries = [rutoken().serial.as_str(), OTHER].map(|serial| self.tries_left(serial));
        // The next look finds a module that works; the worker of a hung one is another one.
        self.reset();
        let scan = tokens.scan().await;
        let recovered = scan.problems.is_empty() && scan.certificates.len() == 2;
        tokens.close().await;
        Outcome {
            errors,
            signatures,
            tries,
            recovered,
        }
    }

    async fn perform(&self, job: Job, tokens: &Tokens) -> (Vec<TokenError>, Vec<Vec<u8>>) {
        let entered = match job {
            Job::Introduce => {
                let answers = tokens.introduce().await;
                let errors = answers.into_iter().filter_map(|(_, answer)| answer.err());
                return (errors.collect(), Vec::new());
            }
            Job::Scan => {
                let scan = tokens.scan().await;
                let errors = scan.problems.into_iter().map(|problem| problem.error);
                return (errors.collect(), Vec::new());
            }
            Job::Sign => PIN,
            Job::SignWithWrongPin => WRONG,
            Job::ChangePin | Job::Unblock | Job::MakeKey | Job::ImportCertificate => {
                return (
                    self.change(job, tokens).await.err().into_iter().collect(),
                    Vec::new(),
                );
            }
        };
        let mut signatures = Vec::new();
        let collect = |event| {
            if let SignEvent::Signed { signature, .. } = event {
                signatures.push(signature);
            }
        };
        let result = tokens.sign_each(self.job.clone(), pin(entered), collect).await;
        (result.err().into_iter().collect(), signatures)
    }

    async fn change(&self, job: Job, tokens: &Tokens) -> Result<(), TokenError> {
        let token = &self.job.token;
        match job {
            Job::ChangePin => tokens.change_pin(token, pin(PIN), pin(PUK), false).await,
            Job::Unblock => tokens.unblock(token, pin(PUK), pin(PIN), false).await,
            Job::MakeKey => {
                let order = KeyOrder {
                    algorithm: KeyAlgorithm::gost(KeySize::Bits256, "tc26-a").expect("a known set"),
                    label: "new".into(),
                    subject: vec![0x30, 0],
                    extensions: Vec::new(),
                };
                tokens.make_key(token, order, pin(PIN), false).await.map(drop)
            }
            _ => {
                let certificate = self.certificate.clone();
                tokens
                    .import_certificate(token, certificate, pin(PIN), false)
                    .await
            }
        }
    }
}

pub(super) struct Outcome {
    pub(super) errors: Vec<TokenError>,
    pub(super) signatures: Vec<Vec<u8>>,
    /// Of the token in the job, and of the other one.
    pub(super) tries: [u32; 2],
    pub(super) recovered: bool,
}
