//! What is to be signed, made ready before the PIN is asked for: while the token works, nothing has to be read any more.

use std::io;

use kabinet_domain::{
    ContentDigest, Document, DocumentFile, DocumentId, DocumentStage, Environment, FileRole,
};
use kabinet_pki::Certificate;
use kabinet_signature::ToBeSigned;
use kabinet_store::{ItemState, OrganisationStore, SigningItem};
use uuid::Uuid;

use super::active::Turn;
use super::show;
use crate::blocking::blocking;
use crate::signing_run::SigningError;
use crate::state::Current;
use crate::tokens::Found;
use crate::{AppError, journal, limits, poa, shown, sign};

/// A document to sign: of its content only digests are held.
pub(super) struct Task {
    pub(super) document: DocumentId,
    pub(super) title: String,
    pub(super) shown: ContentDigest,
    /// Whether a person has opened it.
    pub(super) opened: bool,
    /// Name of each file, and what is signed of it.
    pub(super) files: Vec<(String, ToBeSigned)>,
    /// Signatures that are there already, where this one joins those of others.
    pub(super) beside: usize,
}

/// A document that will not be signed in this run.
pub(super) struct Settled {
    pub(super) document: DocumentId,
    pub(super) state: ItemState,
    /// For the journal.
    pub(super) code: String,
}

impl Settled {
    pub(super) fn new(document: DocumentId, error: &AppError) -> Self {
        let words = show::words(error);
        Self {
            document,
            state: match error {
                AppError::Signing(SigningError::AlreadySigned) => ItemState::Skipped(words),
                _ => ItemState::Failed(words),
            },
            code: error.code().to_owned(),
        }
    }

    pub(super) fn write(&self, store: &OrganisationStore, run: Uuid, holder: &str) -> Result<(), AppError> {
        let entry = journal::about(self.document, "sign-failed", holder);
        let entry = journal::with(entry, "error", &self.code);
        Ok(store.change(entry, |change| change.settle(run, self.document, &self.state))?)
    }
}

/// A run, ready for the token.
pub(super) struct Plan {
    pub(super) tasks: Vec<Task>,
    pub(super) settled: Vec<Settled>,
}

impl Plan {
    /// Reads every document to its end.
    ///
    /// # Errors
    /// [`SigningError::Stopped`]; failures of the vault as a whole. What is wrong with one document is in the plan.
    pub(super) async fn make(
        current: &Current,
        turn: &Turn,
        items: &[SigningItem],
        found: &Found,
    ) -> Result<Self, AppError> {
        let (store, items, told) = (current.store.clone(), items.to_vec(), turn.told());
        let environment = current.environment();
        let certificate = found.certificate.clone();
        blocking(move || {
            let mut plan = Self {
                tasks: Vec::new(),
                settled: Vec::new(),
            };
            for item in items {
                if *told.borrow() {
                    return Err(SigningError::Stopped.into());
                }
                match task(&store, environment, &item, &certificate) {
                    Ok(task) => plan.tasks.push(task),
                    Err(error @ AppError::Store(kabinet_store::StoreError::Locked)) => return Err(error),
                    Err(error) => plan.settled.push(Settled::new(item.document, &error)),
                }
            }
            Ok(plan)
        })
        .await
    }

    pub(super) fn ids(&self) -> Vec<String> {
        let tasks = self.tasks.iter();
        tasks.map(|task| task.document.0.to_string()).collect()
    }

    pub(super) fn titles(&self) -> Vec<String> {
        self.tasks.iter().map(|task| task.title.clone()).collect()
    }
}

/// Signatures under the document.
pub(super) fn signatures(document: &Document) -> usize {
    let is_signature = |file: &&DocumentFile| matches!(file.role, FileRole::Signature { .. });
    document.files.iter().filter(is_signature).count()
}

/// Why a document may not be signed now, although it was shown for that. With `beside` it waited for one more signature than those.
pub(super) fn refusal(document: &Document, then: ContentDigest, beside: usize) -> Option<AppError> {
    if shown::digest(document) != then {
        return Some(AppError::Signing(SigningError::DocumentChanged {
            title: document.title.clone(),
        }));
    }
    match document.stage {
        DocumentStage::Ready => None,
        DocumentStage::Signed if beside > 0 && signatures(document) == beside => None,
        DocumentStage::Invalid => Some(AppError::WrongStage),
        _ => Some(AppError::Signing(SigningError::AlreadySigned)),
    }
}

fn task(
    store: &OrganisationStore,
    environment: Environment,
    item: &SigningItem,
    certificate: &Certificate,
) -> Result<Task, AppError> {
    let document = store.document(item.document)?;
    let beside = if poa::waits_for_another(store, &document, Some(certificate))? {
        signatures(&document)
    } else {
        0
    };
    if let Some(refusal) = refusal(&document, item.shown, beside) {
        return Err(refusal);
    }
    limits::require(limits::nowhere(&document, environment))?;
    let files = shown::files(&document)
        .map(|file| {
            let mut bytes = store.read_blob(file.digest)?;
            let digest = sign::digest(certificate, &mut bytes).map_err(|error| damaged(error, &file.name))?;
            Ok((file.name.clone(), sign::prepare(certificate, digest)?))
        })
        .collect::<Result<_, AppError>>()?;
    Ok(Task {
        document: item.document,
        shown: item.shown,
        opened: shown::opened(store, item.document, item.shown)?.is_some(),
        title: document.title,
        files,
        beside,
    })
}

/// Bytes that are not those of their address are the file's fault, and it is named.
fn damaged(error: AppError, name: &str) -> AppError {
    match error {
        AppError::Io(source) if source.kind() == io::ErrorKind::InvalidData => AppError::File {
            path: name.to_owned(),
            source,
        },
        error => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_bytes_are_told_by_the_name_of_their_file() {
        let error = damaged(io::Error::from(io::ErrorKind::InvalidData).into(), "letter.txt");
        assert_eq!(
            (error.code(), error.params()["file"].as_str()),
            ("app.file-unreadable", "letter.txt")
        );
        let error = damaged(io::Error::from(io::ErrorKind::Other).into(), "letter.txt");
        assert_eq!(error.code(), "app.io");
    }
}
