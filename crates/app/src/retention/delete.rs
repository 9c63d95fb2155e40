//! Deleting documents at a person's word: what would go, why something may not go, and that it is gone.

use std::time::Duration;

use kabinet_domain::{Document, DocumentId, FileRole};
use kabinet_store::{NewEntry, OrganisationStore, StoreError};
use time::{Date, OffsetDateTime};

use super::{Rules, reason, today};
use crate::blocking::blocking;
use crate::documents::parse_documents;
use crate::retention::RetentionError;
use crate::view::{Deleted, Deletion, DocumentToDelete, NotDeleted, UiError, day};
use crate::{App, AppError, Event, journal};

/// Between two portions of the index the vault is free for whoever waits.
const PAUSE: Duration = Duration::from_millis(5);

impl App {
    /// What would go with these documents, and which of them may not go.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`RetentionError::Data`]; failures of the vault.
    pub async fn to_delete(&self, documents: &[String]) -> Result<Vec<DocumentToDelete>, AppError> {
        let rules = self.retention_rules()?;
        let ids = parse_documents(documents)?;
        self.with_store(move |store| ids.iter().map(|id| preview(store, &rules, *id)).collect())
            .await
    }

    /// Deletes documents for good, each by itself: what may not be deleted is named and stays. The journal keeps of each its
    /// digests, dates and the reason, and no title.
    ///
    /// What they were found by is wiped out of the index afterwards, by [`wipe_traces`](Self::wipe_traces).
    ///
    /// # Errors
    /// [`RetentionError::NoReason`], [`RetentionError::Data`]; what is wrong with one document is in the answer.
    pub async fn delete_documents(&self, deletion: Deletion) -> Result<Deleted, AppError> {
        let why = reason(&deletion.reason)?;
        let rules = self.retention_rules()?;
        let ids = parse_documents(&deletion.documents)?;
        let current = self.current().await?;
        // The outbox must not be in the middle of a step of one of them.
        let _turn = current.turn.lock().await;
        let actor = current.session().map(|session| session.view.holder);
        let store = current.store.clone();
        let deleted = blocking(move || {
            let order = Order {
                rules: &rules,
                why: &why,
                actor: actor.as_deref().unwrap_or_default(),
                early: deletion.early,
            };
            let mut deleted = Deleted {
                documents: Vec::new(),
                refused: Vec::new(),
            };
            for id in ids {
                match order.delete(&store, id) {
                    Ok(()) => deleted.documents.push(id.0.to_string()),
                    Err(error @ AppError::Store(StoreError::Locked)) => return Err(error),
                    Err(error) => deleted.refused.push(NotDeleted {
                        id: id.0.to_string(),
                        title: store.document(id).map(|one| one.title).unwrap_or_default(),
                        error: error.into(),
                    }),
                }
            }
            Ok(deleted)
        })
        .await?;
        if !deleted.documents.is_empty() {
            self.tell(Event::DocumentsChanged);
            self.tell(Event::ArrivalsChanged);
        }
        Ok(deleted)
    }

    /// Wipes what deleted documents were found by out of the index, in small portions. It can be broken off at any time, also by
    /// the end of the program, and goes on where it was.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn wipe_traces(&self) -> Result<(), AppError> {
        while self
            .with_store(|store| Ok(store.has_traces()? && store.wipe_traces()?))
            .await?
        {
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }
}

struct Order<'a> {
    rules: &'a Rules,
    why: &'a str,
    actor: &'a str,
    early: bool,
}

impl Order<'_> {
    fn delete(&self, store: &OrganisationStore, id: DocumentId) -> Result<(), AppError> {
        let document = store.document(id)?;
        let term = Term::of(store, self.rules, &document)?;
        if term.is_early() && !self.early {
            // What keeps it anyway is the better reason.
            if let Some(obstacle) = store.obstacle(id)? {
                return Err(StoreError::Kept(obstacle).into());
            }
            return Err(RetentionError::TermNotEnded {
                until: term.until.map(|until| day(until.midnight().assume_utc())),
            }
            .into());
        }
        store.change(self.entry(&document, &term), |change| {
            // What is journalled is what goes.
            if change.document(id)? != document {
                return Err(StoreError::Conflict);
            }
            change.erase_document(id)
        })?;
        Ok(())
    }

    fn entry(&self, document: &Document, term: &Term) -> NewEntry {
        let action = if term.is_early() {
            "document-deleted-early"
        } else {
            "document-deleted"
        };
        let digests: Vec<String> = document
            .files
            .iter()
            .map(|file| hex::encode(file.digest.0))
            .collect();
        let values = [
            ("format", document.format.clone()),
            ("class", term.class.clone()),
            (
                "until",
                term.until.map(|until| until.to_string()).unwrap_or_default(),
            ),
            ("added", today(document.added).to_string()),
            ("files", document.files.len().to_string()),
            ("sha256", digests.join(" ")),
            ("reason", self.why.to_owned()),
        ];
        let entry = journal::about(document.id, action, self.actor);
        values
            .into_iter()
            .fold(entry, |entry, (name, value)| journal::with(entry, name, value))
    }
}

/// How long a document was to be kept.
struct Term {
    class: String,
    until: Option<Date>,
}

impl Term {
    fn of(store: &OrganisationStore, rules: &Rules, document: &Document) -> Result<Self, AppError> {
        let chosen = store.retention(document.id)?.class;
        let class = rules.class(chosen.as_deref(), &document.format);
        Ok(Self {
            class: class.map(|class| class.code.clone()).unwrap_or_default(),
            until: class.and_then(|class| class.ends(document.added)),
        })
    }

    /// A term nobody knows has not ended.
    fn is_early(&self) -> bool {
        self.until
            .is_none_or(|until| today(OffsetDateTime::now_utc()) < until)
    }
}

fn preview(store: &OrganisationStore, rules: &Rules, id: DocumentId) -> Result<DocumentToDelete, AppError> {
    let document = store.document(id)?;
    let term = Term::of(store, rules, &document)?;
    let count = |wanted: fn(&FileRole) -> bool| {
        let files = document.files.iter().filter(|file| wanted(&file.role));
        small(files.count() as u64)
    };
    let bytes: u64 = document.files.iter().map(|file| file.size).sum();
    Ok(DocumentToDelete {
        id: id.0.to_string(),
        files: count(|role| matches!(role, FileRole::Main | FileRole::Companion)),
        signatures: count(|role| matches!(role, FileRole::Signature { .. })),
        receipts: count(|role| matches!(role, FileRole::Result | FileRole::ResultSignature { .. })),
        statuses: small(store.statuses(id)?.len() as u64),
        size_kb: small(bytes.div_ceil(1000)),
        drafts: small(store.count_drafts_of(id)?),
        until: term.until.map(|until| until.to_string()),
        early: term.is_early(),
        obstacle: store
            .obstacle(id)?
            .map(|obstacle| UiError::from(AppError::from(StoreError::Kept(obstacle)))),
        title: document.title,
    })
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
