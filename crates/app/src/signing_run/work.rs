//! The token at work: it signs one digest after the other, while what it has signed is verified and stored.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use kabinet_domain::{DocumentFile, DocumentStage, FileRole};
use kabinet_pki::Certificate;
use kabinet_store::{ItemState, OrganisationStore};
use kabinet_token::{Pin, SignEvent};
use tokio::sync::{Notify, mpsc};
use uuid::Uuid;

use super::active::Turn;
use super::plan::{Settled, Task, refusal};
use super::show;
use crate::blocking::blocking;
use crate::forms::ToSign;
use crate::poa::Under;
use crate::sign::{holder, job};
use crate::signing_run::SigningError;
use crate::state::Current;
use crate::tokens::Found;
use crate::view::{SigningItem, SigningPhase};
use crate::{App, AppError, journal, poa};

/// How long a signature under way is waited for when the run is told to stop; then its worker is ended.
const LAST_SIGNATURE: Duration = Duration::from_secs(3);

impl App {
    /// Signs the tasks in order.
    ///
    /// # Errors
    /// What stopped the token, or [`SigningError::Stopped`]. Documents settled before that are settled.
    pub(super) async fn let_token_sign(
        &self,
        current: &Current,
        turn: &Turn,
        found: &Found,
        pin: Option<Pin>,
        tasks: Vec<Task>,
        under: Option<Under>,
    ) -> Result<(), AppError> {
        let to_sign = tasks.iter().flat_map(|task| &task.files);
        let Some(job) = job(
            found,
            to_sign.map(|(_, prepared)| ToSign::from(prepared)).collect(),
        ) else {
            return Ok(());
        };
        let titles: Vec<String> = tasks
            .iter()
            .flat_map(|task| task.files.iter().map(|_| task.title.clone()))
            .collect();
        if !found.token.pin.login_required {
            // Nobody will tell that the PIN was right.
            turn.enter(SigningPhase::Signing, titles.first().cloned());
        }
        let (made, raw) = mpsc::unbounded_channel();
        let (signed, broken) = (Arc::new(Notify::new()), Notify::new());
        let each = {
            let signed = signed.clone();
            let mut at = 0;
            // What a person has to do is told at once, not after what was signed is stored.
            move |event| match event {
                SignEvent::AwaitingDevice => turn.enter(SigningPhase::Device, titles.get(at).cloned()),
                SignEvent::LoggedIn => turn.enter(SigningPhase::Signing, titles.first().cloned()),
                SignEvent::Signed { signature, .. } => {
                    at += 1;
                    turn.reach(titles.get(at).cloned());
                    signed.notify_waiters();
                    // Nobody listens any more when a document could not be stored; the token is stopped then.
                    let _ = made.send(signature);
                }
            }
        };
        let tokens = self.tokens();
        // Dropping what the token does ends its worker, and with it the signatures.
        let token = async {
            tokio::select! {
                done = tokens.sign_each(job, pin, each) => Ok(done?),
                () = told(turn, &signed) => Err(AppError::Signing(SigningError::Stopped)),
                () = broken.notified() => Ok(()),
            }
        };
        let keeping = Keeping {
            store: current.store.clone(),
            run: turn.run(),
            holder: holder(found),
            certificate: found.certificate.clone(),
            under,
        };
        let kept = async {
            let kept = keeping.all(turn, tasks.into(), raw).await;
            if kept.is_err() {
                broken.notify_one();
            }
            kept
        };
        let (token, kept) = tokio::join!(token, kept);
        kept?;
        token
    }
}

/// Comes when the run was told to stop and the signature under way is made, or takes too long.
async fn told(turn: &Turn, signed: &Notify) {
    turn.told_to_stop().await;
    // Whether it came or not, it is not waited for any longer.
    let _ = tokio::time::timeout(LAST_SIGNATURE, signed.notified()).await;
}

/// Where signatures go.
#[derive(Clone)]
struct Keeping {
    store: Arc<OrganisationStore>,
    run: Uuid,
    holder: String,
    certificate: Certificate,
    under: Option<Under>,
}

impl Keeping {
    /// Stores each document with its last signature, until no more come.
    async fn all(
        &self,
        turn: &Turn,
        mut tasks: VecDeque<Task>,
        mut signatures: mpsc::UnboundedReceiver<Vec<u8>>,
    ) -> Result<(), AppError> {
        let mut raw = Vec::new();
        while let Some(signature) = signatures.recv().await {
            raw.push(signature);
            let is_whole = |task: &Task| task.files.len() == raw.len();
            if tasks.front().is_some_and(is_whole)
                && let Some(task) = tasks.pop_front()
            {
                let (this, raw) = (self.clone(), std::mem::take(&mut raw));
                let (item, error) = blocking(move || this.one(&task, &raw)).await?;
                turn.settled(item);
                error.map_or(Ok(()), Err)?;
            }
        }
        Ok(())
    }

    /// Verifies and stores one document. What is wrong with the signature ends the run: the next would be no better.
    fn one(&self, task: &Task, raw: &[Vec<u8>]) -> Result<(SigningItem, Option<AppError>), AppError> {
        // `complete` verifies the signature with the certificate's key before it is let out.
        let signatures = task
            .files
            .iter()
            .zip(raw)
            .map(|((of, prepared), raw)| Ok((of.clone(), prepared.complete(raw)?)))
            .collect::<Result<Vec<_>, AppError>>();
        let (settled, error) = match signatures {
            Ok(signatures) => match self.store(task, signatures)? {
                None => return Ok((self.item(task, &ItemState::Signed), None)),
                Some(refusal) => (Settled::new(task.document, &refusal), None),
            },
            Err(error) => (Settled::new(task.document, &error), Some(error)),
        };
        settled.write(&self.store, self.run, &self.holder)?;
        Ok((self.item(task, &settled.state), error))
    }

    fn item(&self, task: &Task, state: &ItemState) -> SigningItem {
        show::item(task.document, task.title.clone(), state)
    }

    /// Attaches the signatures and settles the document in one transaction, unless it is no longer what was shown.
    fn store(&self, task: &Task, signatures: Vec<(String, Vec<u8>)>) -> Result<Option<AppError>, AppError> {
        let action = if task.opened {
            "document-signed"
        } else {
            "document-signed-unopened"
        };
        let entry = journal::about(task.document, action, &self.holder);
        let entry = journal::with(
            entry,
            "certificate",
            hex::encode(&self.certificate.fingerprint()[..8]),
        );
        let entry = match &self.under {
            Some(under) => journal::with(entry, "poa", under.number),
            None => entry,
        };
        let mut files = Vec::with_capacity(signatures.len());
        for (of, der) in signatures {
            let (digest, size) = self.store.put_blob(der.as_slice())?;
            files.push(DocumentFile {
                name: match task.beside {
                    0 => format!("{of}.sig"),
                    others => format!("{of}.{}.sig", others + 1),
                },
                role: FileRole::Signature { of },
                digest,
                size,
            });
        }
        let refused = self.store.change(entry, |change| {
            let document = change.document(task.document)?;
            if let Some(refusal) = refusal(&document, task.shown, task.beside) {
                return Ok(Some(refusal));
            }
            if let Some(under) = &self.under
                && let Some(refusal) = poa::record_under(change, under, &document, &files)?
            {
                return Ok(Some(refusal.into()));
            }
            for file in &files {
                change.attach_file(task.document, file)?;
            }
            change.set_stage(task.document, DocumentStage::Signed)?;
            change.settle(self.run, task.document, &ItemState::Signed)?;
            Ok(None)
        })?;
        if let Some(under) = self.under.as_ref().filter(|_| refused.is_none()) {
            let document = self.store.document(task.document)?;
            let entry = poa::signed_under_entry(under, &document, &self.holder);
            self.store.record(&entry)?;
        }
        Ok(refused)
    }
}
