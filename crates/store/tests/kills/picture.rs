//! All a vault holds, as read from it or as the calls heard of must have made it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use kabinet_domain::{Document, DocumentId, DraftId, OrderStatus, OrganisationId, Submission, SubmissionId};
use kabinet_store::{
    Cached, DocumentFilter, DocumentOrder, ItemState, JournalFilter, Opened, OrganisationStore, Page,
    Passphrase, SavedSearch, SigningRun, Vault, WaitingStamp,
};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::ORGANISATION;
use crate::drafts::{self, Written};
use crate::operation::{KEPT_BACKUPS, Kind, Operation, WORDS};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    pub organisations: Vec<OrganisationId>,
    pub documents: BTreeMap<DocumentId, Document>,
    pub submissions: BTreeMap<SubmissionId, Submission>,
    pub statuses: BTreeMap<DocumentId, Vec<OrderStatus>>,
    pub opened: BTreeMap<DocumentId, Opened>,
    /// Word of the text a document is found by; no other is.
    pub words: BTreeMap<DocumentId, String>,
    /// Documents whose text is still to come.
    pub unread: BTreeSet<DocumentId>,
    pub drafts: BTreeMap<DraftId, Written>,
    pub searches: BTreeMap<Uuid, SavedSearch>,
    /// Those under way; a run that ended is forgotten sooner or later.
    pub runs: BTreeMap<Uuid, SigningRun>,
    pub secrets: BTreeMap<String, String>,
    pub settings: BTreeMap<String, u64>,
    pub personal: BTreeMap<String, u64>,
    pub cached: BTreeMap<String, Cached>,
    pub stamps: BTreeMap<Uuid, WaitingStamp>,
    /// Action and subject.
    pub journal: Vec<(String, String)>,
    /// With what each holds, unless it was read from the vault.
    pub backups: BTreeMap<OffsetDateTime, Option<Box<Picture>>>,
    /// Which opens the vault, unless it was read from the vault.
    passphrase: Option<String>,
}

pub const EVERYTHING: Page = Page {
    offset: 0,
    limit: u64::MAX,
};

// ---- As it is

impl Picture {
    /// Reads every byte of every file of every document.
    pub fn of(vault: &Vault) -> Self {
        let store = vault.organisation(ORGANISATION).unwrap();
        let documents = store
            .documents(&DocumentFilter::default(), DocumentOrder::AddedOldest, EVERYTHING)
            .unwrap();
        let mut picture = Self {
            organisations: vault
                .organisations()
                .unwrap()
                .iter()
                .map(|known| known.id)
                .collect(),
            stamps: store
                .waiting_stamps()
                .unwrap()
                .into_iter()
                .map(|stamp| (stamp.id, stamp))
                .collect(),
            drafts: drafts::all(&store),
            searches: store
                .saved_searches()
                .unwrap()
                .into_iter()
                .map(|search| (search.id, search))
                .collect(),
            unread: store
                .documents_without_text(u32::MAX)
                .unwrap()
                .into_iter()
                .map(|document| document.id)
                .collect(),
            words: WORDS.iter().flat_map(|word| found(&store, word)).collect(),
            runs: store
                .unfinished_signing_runs()
                .unwrap()
                .into_iter()
                .map(|run| (run.id, run))
                .collect(),
            backups: vault
                .backups()
                .unwrap()
                .into_iter()
                .map(|backup| (backup.taken, None))
                .collect(),
            ..Self::default()
        };
        for organisation in &picture.organisations {
            // Listed is there.
            vault.organisation(*organisation).unwrap();
        }
        for name in Operation::names() {
            keep(
                &mut picture.secrets,
                &name,
                store
                    .secret(&name)
                    .unwrap()
                    .map(|secret| secret.expose().to_owned()),
            );
            keep(&mut picture.settings, &name, store.setting(&name).unwrap());
            keep(&mut picture.personal, &name, vault.setting(&name).unwrap());
            keep(&mut picture.cached, &name, store.cached(&name).unwrap());
        }
        for document in documents {
            read_files(&store, &document);
            keep(
                &mut picture.opened,
                &document.id,
                store.opened(document.id).unwrap(),
            );
            let statuses = store.statuses(document.id).unwrap();
            keep(
                &mut picture.statuses,
                &document.id,
                Some(statuses).filter(|list| !list.is_empty()),
            );
            for submission in store.submissions(document.id).unwrap() {
                picture.submissions.insert(submission.id, submission);
            }
            picture.documents.insert(document.id, document);
        }
        let entries = store
            .journal()
            .list(&JournalFilter::default(), EVERYTHING)
            .unwrap();
        picture.journal = entries
            .into_iter()
            .rev()
            .map(|entry| (entry.action, entry.subject.unwrap_or_default()))
            .collect();
        picture
    }

    /// Whether the vault read looks like this.
    pub fn shows(&self, read: &Self) -> bool {
        let mut visible = self.clone();
        visible.passphrase = None;
        visible.backups.values_mut().for_each(|held| *held = None);
        visible == *read
    }

    pub fn has_passphrase_of(&self, other: &Self) -> bool {
        self.passphrase == other.passphrase
    }

    /// What opens the vault besides its keychain.
    pub fn passphrase(&self) -> Option<Passphrase> {
        self.passphrase.clone().map(|text| Passphrase::new(text).unwrap())
    }
}

fn found(store: &OrganisationStore, word: &str) -> impl Iterator<Item = (DocumentId, String)> {
    let filter = DocumentFilter {
        text: Some(word.to_owned()),
        ..DocumentFilter::default()
    };
    let hits = store
        .documents(&filter, DocumentOrder::AddedOldest, EVERYTHING)
        .unwrap();
    hits.into_iter().map(move |hit| (hit.id, word.to_owned()))
}

fn read_files(store: &OrganisationStore, document: &Document) {
    for file in &document.files {
        let mut bytes = Vec::new();
        let mut reader = store.read_blob(file.digest).unwrap();
        reader.read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes.len() as u64, file.size);
        assert_eq!(Sha256::digest(&bytes)[..], file.digest.0);
    }
}

fn keep<K: Clone + Ord, V>(map: &mut BTreeMap<K, V>, name: &K, value: Option<V>) {
    if let Some(value) = value {
        map.insert(name.clone(), value);
    }
}

// ---- As it must be

impl Picture {
    /// After the call; nothing if it was not possible here.
    pub fn after(&self, operation: &Operation) -> Option<Self> {
        let mut next = self.clone();
        next.apply(operation)?;
        next.journal.extend(self.journalled(operation));
        Some(next)
    }

    /// Whole states a call passes through.
    pub fn during(&self, operation: &Operation) -> Option<Self> {
        let Kind::BackUp(seconds) = operation.kind else {
            return None;
        };
        // The new backup is there, the oldest is not yet gone.
        let mut halfway = self.clone();
        let taken = Operation::moment(seconds);
        halfway.backups.insert(taken, Some(Box::new(self.clone())));
        Some(halfway)
    }

    fn journalled(&self, operation: &Operation) -> Option<(String, String)> {
        let silent = match operation.kind {
            Kind::Postpone(_)
            | Kind::NoteOpened(_)
            | Kind::IndexText(_)
            | Kind::SaveDraft(..)
            | Kind::SettleDraft(..)
            | Kind::SaveSearch
            | Kind::DeleteSearch(_)
            | Kind::SetSetting
            | Kind::SetPersonalSetting
            | Kind::Cache
            | Kind::KeepStamp
            | Kind::DropUnused
            | Kind::BackUp(_)
            | Kind::SetKeychain
            | Kind::SetPassphrase
            | Kind::AddOrganisation => true,
            Kind::RemoveSecret => !self.secrets.contains_key(&operation.name()),
            _ => false,
        };
        (!silent).then(|| (operation.action(), operation.nonce.to_string()))
    }

    fn apply(&mut self, operation: &Operation) -> Option<()> {
        let (name, at) = (operation.name(), operation.at());
        match &operation.kind {
            Kind::AddDocument => {
                let document = operation.document();
                self.unread.insert(document.id);
                self.documents.insert(document.id, document);
            }
            Kind::Attach(id) => {
                let document = self.touched(id, at)?;
                document.files.extend(operation.files());
                // Its text is another one now.
                self.words.remove(id);
                self.unread.insert(*id);
            }
            Kind::IndexText(id) => {
                self.documents.get(id)?;
                self.unread.remove(id);
                self.words.insert(*id, operation.word().to_owned());
            }
            Kind::SetStage(id) => self.touched(id, at)?.stage = operation.stage(),
            Kind::Enqueue(id) => {
                self.touched(id, at)?.stage = kabinet_domain::DocumentStage::Queued;
                let submission = operation.submission(*id);
                self.submissions.insert(submission.id, submission);
            }
            Kind::Advance(id) => {
                let submission = self.submissions.get_mut(id)?;
                let step = operation.step(submission);
                submission.state = step.state;
                submission.attempts = step.attempts;
                submission.due = step.due;
                submission.last_error = step.last_error;
            }
            Kind::Postpone(id) => {
                let submission = self.submissions.get_mut(id)?;
                submission.attempts += 1;
                submission.due = at;
                submission.last_error = Some(operation.text());
            }
            Kind::AddStatus(id) => {
                self.documents.get(id)?;
                let statuses = self.statuses.entry(*id).or_default();
                statuses.push(operation.status());
                statuses.sort_by_key(|status| status.at);
            }
            Kind::NoteOpened(id) => {
                self.documents.get(id)?;
                self.opened.insert(*id, operation.opened());
            }
            Kind::BeginDraft => {
                let written = Written::begun(operation);
                self.drafts.insert(written.draft.id, written);
            }
            Kind::SaveDraft(id, seen) => self.drafts.get_mut(id)?.saved(operation, *seen)?,
            Kind::MergeDraft(id, base) => self.drafts.get_mut(id)?.merged(operation, *base)?,
            Kind::SettleDraft(id, field) => self.drafts.get_mut(id)?.settled(operation, field),
            Kind::ShareDraft(id) => self.drafts.get_mut(id)?.handed_over(),
            Kind::FileDraft(id, document) => self.drafts.get_mut(id)?.draft.document = Some(*document),
            Kind::RemoveDraft(id) => self.drafts.get_mut(id)?.draft.removed = Some(at),
            Kind::TakeDraftBack(id) => self.drafts.get_mut(id)?.draft.removed = None,
            Kind::EraseDraft(id) => drop(self.drafts.remove(id)?),
            Kind::SaveSearch => drop(self.searches.insert(operation.search().id, operation.search())),
            Kind::DeleteSearch(id) => drop(self.searches.remove(id)?),
            Kind::BeginRun(documents) => {
                let known = documents.iter().all(|id| self.documents.contains_key(id));
                self.runs
                    .insert(operation.uuid(), known.then(|| operation.run(documents))?);
            }
            Kind::Settle(run, document) => {
                let items = &mut self.runs.get_mut(run)?.items;
                items.iter_mut().find(|item| item.document == *document)?.state = ItemState::Signed;
                if items.iter().all(|item| item.state == ItemState::Signed) {
                    self.runs.remove(run);
                }
            }
            Kind::SetSecret => drop(self.secrets.insert(name, operation.text())),
            Kind::RemoveSecret => drop(self.secrets.remove(&name)),
            Kind::SetSetting => drop(self.settings.insert(name, operation.nonce)),
            Kind::SetPersonalSetting => drop(self.personal.insert(name, operation.nonce)),
            Kind::Cache => {
                let bytes = operation.download();
                self.cached.insert(
                    name,
                    Cached {
                        bytes,
                        fetched_at: at,
                    },
                );
            }
            Kind::KeepStamp => drop(self.stamps.insert(operation.uuid(), operation.stamp())),
            Kind::DropStamp(id) => drop(self.stamps.remove(id)?),
            Kind::BackUp(seconds) => {
                let held = Box::new(self.clone());
                self.backups.insert(Operation::moment(*seconds), Some(held));
                while self.backups.len() > KEPT_BACKUPS {
                    self.backups.pop_first();
                }
            }
            Kind::SetPassphrase => self.passphrase = Some(operation.text()),
            Kind::AddOrganisation => self.organisations.push(OrganisationId(operation.uuid())),
            Kind::Record | Kind::DropUnused | Kind::SetKeychain => {}
        }
        Some(())
    }

    fn touched(&mut self, id: &DocumentId, at: OffsetDateTime) -> Option<&mut Document> {
        let document = self.documents.get_mut(id)?;
        document.updated = at;
        Some(document)
    }
}
