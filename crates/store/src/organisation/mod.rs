//! The database of one organisation: documents, outbox, statuses, journal, and nobody else's data.

mod arrivals;
mod blobs;
mod change;
mod checkpoints;
mod documents;
mod downloads;
mod drafts;
mod erasure;
mod evidence;
mod facets;
mod filter;
mod hand_overs;
mod journal;
mod listing;
mod mail;
mod notices;
mod opened;
mod orders;
mod poa;
mod retention;
mod runs;
mod saved;
mod search;
mod secrets;
mod signed_under;
mod soundness;
mod stamps;
mod statuses;
mod submissions;
#[cfg(test)]
mod tests;

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use kabinet_domain::draft::Fields;
use kabinet_domain::{
    ContentDigest, Document, DocumentId, Draft, DraftId, OrderId, OrderStatus, OrganisationId, Submission,
    SubmissionId,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;
use uuid::Uuid;

pub use arrivals::{Arrival, ArrivalOutcome};
pub use blobs::BlobReader;
pub use change::Change;
pub use checkpoints::Checkpoint;
pub use downloads::{Download, Origin};
pub use drafts::{ATTACHMENT, DraftSave, DraftShelf, Revision};
pub use erasure::{Erased, Obstacle};
pub use evidence::Cached;
pub use filter::{DocumentFilter, DocumentOrder, Found, Page, Period};
pub use hand_overs::{HandOver, HandOverWay};
pub use journal::{
    Actions, Break, Fault, Journal, JournalEntry, JournalFilter, JournalFormat, JournalSearch, NewEntry,
    Verification, Wanted,
};
pub use mail::{
    KeptFile, KeptLetter, LetterContent, LetterLine, LetterPart, LetterReading, MailKey, MailRequest,
    MailTask, MailTaskState, NamedFile,
};
pub use notices::Notice;
pub use opened::Opened;
pub use orders::{OrderChange, OrderDetails, OrderFilter, OrderLine, OrderRow, ServiceUse};
pub use poa::{
    Errand, ErrandKind, ErrandStep, PoaFacets, PoaFilter, PoaOrder, PoaOrderBy, PoaRecord, PoaRepresentative,
    PoaRevocation,
};
pub use retention::{Ended, Hold, Retention};
pub use runs::{ItemState, SigningItem, SigningRun};
pub use saved::SavedSearch;
pub use signed_under::{RunPoa, SignedUnder};
pub use soundness::Soundness;
pub use stamps::WaitingStamp;
pub use statuses::StatusChange;
pub use submissions::Step;

use checkpoints::Notary;
use rusqlite::Transaction;

pub(crate) use soundness::inspect;

use crate::database::{Database, Open, Place, Schema};
use crate::files::FolderLock;
use crate::secret::{Key, Secret};
use crate::{StoreError, settings};

/// In the order tables refer to each other.
pub(crate) const SCHEMA: &Schema = &[
    settings::MIGRATIONS,
    blobs::MIGRATIONS,
    documents::MIGRATIONS,
    facets::MIGRATIONS,
    drafts::MIGRATIONS,
    search::MIGRATIONS,
    saved::MIGRATIONS,
    statuses::MIGRATIONS,
    submissions::MIGRATIONS,
    downloads::MIGRATIONS,
    secrets::MIGRATIONS,
    evidence::MIGRATIONS,
    stamps::MIGRATIONS,
    opened::MIGRATIONS,
    retention::MIGRATIONS,
    runs::MIGRATIONS,
    arrivals::MIGRATIONS,
    hand_overs::MIGRATIONS,
    orders::MIGRATIONS,
    notices::MIGRATIONS,
    mail::MIGRATIONS,
    poa::MIGRATIONS,
    signed_under::MIGRATIONS,
    journal::MIGRATIONS,
    journal::READING,
    checkpoints::MIGRATIONS,
];

/// Nothing is put off further than this.
pub const FARTHEST: time::Duration = time::Duration::DAY;

/// Path of an organisation's database inside the vault.
pub(crate) fn file_name(id: OrganisationId) -> String {
    format!("organisations/{}.db", id.0)
}

/// One organisation's data. Clones share one connection; calls block, so async code uses `spawn_blocking`.
#[derive(Clone)]
pub struct OrganisationStore {
    id: OrganisationId,
    database: Arc<Database>,
    notary: Arc<Notary>,
}

impl OrganisationStore {
    pub(crate) fn open(
        vault: &Path,
        id: OrganisationId,
        key: &Key,
        mode: Open,
        lock: Arc<FolderLock>,
    ) -> Result<Self, StoreError> {
        let place = Place {
            vault,
            name: file_name(id),
        };
        let database = Database::open(&place, key, SCHEMA, mode, lock)?;
        database.write(|transaction| {
            // Only then: a journal that lost its head later must not start afresh as if nothing had been.
            if mode == Open::Create {
                journal::found(transaction, id)?;
            }
            blobs::remove_incomplete(transaction)
        })?;
        Self::with(id, key, Arc::new(database))
    }

    /// The store of a database that is open already.
    pub(crate) fn with(id: OrganisationId, key: &Key, database: Arc<Database>) -> Result<Self, StoreError> {
        let notary = Arc::new(Notary::new(id, key)?);
        Ok(Self { id, database, notary })
    }

    /// Writes an entry, and a checkpoint where it is time to.
    fn journalise(&self, transaction: &Transaction<'_>, entry: &NewEntry) -> Result<(), StoreError> {
        let (seq, hash) = journal::append(transaction, entry)?;
        self.notary.witness(transaction, seq, entry.at, hash)
    }

    pub(crate) fn database(&self) -> &Arc<Database> {
        &self.database
    }

    /// Whose data this is.
    pub fn id(&self) -> OrganisationId {
        self.id
    }

    /// Does `work` and writes `entry` into the journal, in one transaction: both are there afterwards, or neither.
    /// When `work` changed nothing (a status that is known already), nothing is journalled either.
    ///
    /// `work` must not call back into this store; what it needs to read is on [`Change`].
    ///
    /// # Errors
    /// What `work` returns; [`StoreError::StorageFull`] and other failures of the database. Nothing is changed then.
    pub fn change<T>(
        &self,
        entry: NewEntry,
        work: impl FnOnce(&Change<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.database.write(|transaction| {
            let change = Change::new(transaction, self.id, entry.at);
            let value = work(&change)?;
            if change.happened() {
                self.journalise(transaction, &entry)?;
            }
            Ok(value)
        })
    }

    /// Journals something that changes no data here: a log-in, an export, a refusal.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn record(&self, entry: &NewEntry) -> Result<(), StoreError> {
        self.database
            .write(|transaction| self.journalise(transaction, entry))
    }

    /// The journal.
    pub fn journal(&self) -> Journal<'_> {
        Journal::of(self)
    }

    /// Takes content in, in constant memory; the same bytes are stored once. Content that no document refers to
    /// is dropped by [`drop_unused_blobs`](Self::drop_unused_blobs).
    ///
    /// # Errors
    /// [`StoreError::Io`] when `reader` fails, [`StoreError::StorageFull`]; what was written so far is removed.
    pub fn put_blob(&self, reader: impl Read) -> Result<(ContentDigest, u64), StoreError> {
        blobs::put(&self.database, reader)
    }

    /// Content by its address, in constant memory. Reading fails with `InvalidData` at the end if the bytes are not
    /// those the address stands for.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn read_blob(&self, digest: ContentDigest) -> Result<BlobReader, StoreError> {
        blobs::open(&self.database, digest)
    }

    /// Removes content no document refers to; returns how many pieces. Call it when nothing is being taken in.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn drop_unused_blobs(&self) -> Result<u64, StoreError> {
        self.database.write(blobs::remove_unused)
    }

    /// Removes this content if no document refers to it; whether it did. For what was put and then not used.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn drop_blob_if_unused(&self, digest: ContentDigest) -> Result<bool, StoreError> {
        self.database
            .write(|transaction| blobs::remove_if_unused(transaction, digest))
    }

    /// A document.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn document(&self, id: DocumentId) -> Result<Document, StoreError> {
        self.database
            .read(|connection| documents::load(connection, self.id, id))
    }

    /// Documents that hold this content in any file, oldest first: is it in the archive already?
    ///
    /// # Errors
    /// Failures of the database.
    pub fn find_by_digest(&self, digest: ContentDigest) -> Result<Vec<DocumentId>, StoreError> {
        self.database
            .read(|connection| documents::find_by_digest(connection, digest))
    }

    /// A draft as it is now.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn draft(&self, id: DraftId) -> Result<Draft, StoreError> {
        self.database.read(|connection| drafts::load(connection, id))
    }

    /// A page of a shelf of drafts, last changed first.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn drafts(&self, shelf: DraftShelf, page: Page) -> Result<Vec<Draft>, StoreError> {
        self.database
            .read(|connection| drafts::list(connection, shelf, page))
    }

    /// The fields of a draft as they were at a revision; at one that is yet to come they are as now.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn draft_version(&self, id: DraftId, revision: u64) -> Result<Fields, StoreError> {
        self.database
            .read(|connection| drafts::version(connection, id, revision))
    }

    /// A page of the changes of a draft, newest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn draft_history(&self, id: DraftId, page: Page) -> Result<Vec<Revision>, StoreError> {
        self.database
            .read(|connection| drafts::history(connection, id, page))
    }

    /// The version of a draft that somebody else has as well, if it was ever handed over.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn draft_shared(&self, id: DraftId) -> Result<Option<Fields>, StoreError> {
        self.database.read(|connection| drafts::shared(connection, id))
    }

    /// How many drafts this document was made of.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn count_drafts_of(&self, document: DocumentId) -> Result<u64, StoreError> {
        self.database
            .read(|connection| drafts::count_of_document(connection, document))
    }

    /// Saves a draft and gives it back as it is then: changes made elsewhere since `seen` are in it, and where both
    /// changed a field the other value stands in its conflicts. Not journalled: this happens at every pause of typing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Conflict`] when `seen` is yet to come; [`StoreError::StorageFull`].
    pub fn save_draft(&self, id: DraftId, save: &DraftSave) -> Result<Draft, StoreError> {
        self.database
            .write(|transaction| drafts::save(transaction, id, save))
    }

    /// Gives a field in conflict the value somebody chose.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::StorageFull`].
    pub fn settle_draft(
        &self,
        id: DraftId,
        field: &str,
        value: Option<&str>,
        author: &str,
        at: OffsetDateTime,
    ) -> Result<Draft, StoreError> {
        self.database
            .write(|transaction| drafts::settle(transaction, id, field, value, author, at))
    }

    /// The history of a document's order, oldest first.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn statuses(&self, document: DocumentId) -> Result<Vec<OrderStatus>, StoreError> {
        self.database
            .read(|connection| statuses::list(connection, document))
    }

    /// A submission.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn submission(&self, id: SubmissionId) -> Result<Submission, StoreError> {
        self.database.read(|connection| submissions::load(connection, id))
    }

    /// Every submission of a document, oldest first.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn submissions(&self, document: DocumentId) -> Result<Vec<Submission>, StoreError> {
        self.database
            .read(|connection| submissions::of_document(connection, document))
    }

    /// The submission that holds an order number.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn submission_of_order(&self, order: OrderId) -> Result<Option<Submission>, StoreError> {
        self.database
            .read(|connection| submissions::of_order(connection, order))
    }

    /// Unfinished submissions whose time has come, the longest waiting first. One put off further than [`FARTHEST`] was put off by
    /// a clock that has been set back since, and is among them.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn due(&self, now: OffsetDateTime) -> Result<Vec<Submission>, StoreError> {
        self.database.read(|connection| submissions::due(connection, now))
    }

    /// The outbox as a person sees it: every unfinished submission and the last `finished` of the others.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn outbox(&self, finished: u32) -> Result<Vec<Submission>, StoreError> {
        self.database
            .read(|connection| submissions::outbox(connection, finished))
    }

    /// When the next unfinished submission falls due, if there is one: how long the sender may sleep.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn next_due(&self) -> Result<Option<OffsetDateTime>, StoreError> {
        self.database.read(submissions::next_due)
    }

    /// When the portal last told of a submission's order: how old what is shown of it is.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn heard(&self, id: SubmissionId) -> Result<Option<OffsetDateTime>, StoreError> {
        self.database
            .read(|connection| submissions::heard(connection, id))
    }

    /// Remembers that the portal told of a submission's order. Not journalled.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn note_heard(&self, id: SubmissionId, at: OffsetDateTime) -> Result<(), StoreError> {
        self.database
            .write(|transaction| submissions::note_heard(transaction, id, at))
    }

    /// What is on its way to a document under this name.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn download(&self, document: DocumentId, name: &str) -> Result<Option<Download>, StoreError> {
        self.database
            .read(|connection| downloads::find(connection, document, name))
    }

    /// Everything on its way to a document, in the order it began.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn downloads(&self, document: DocumentId) -> Result<Vec<Download>, StoreError> {
        self.database
            .read(|connection| downloads::of_document(connection, document))
    }

    /// Begins to take a file in that comes over the network; what was on its way under the name before is dropped. Ends by
    /// [`Change::attach_download`], by [`drop_download`](Self::drop_download), with the submission, or with the document. Not
    /// journalled.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such document, [`StoreError::StorageFull`].
    pub fn begin_download(
        &self,
        document: DocumentId,
        name: &str,
        origin: &Origin,
    ) -> Result<(), StoreError> {
        self.database
            .write(|transaction| downloads::begin(transaction, document, name, origin))
    }

    /// Adds what came to the first `at` bytes. It is there for good once this returns.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when not exactly `at` bytes are here, [`StoreError::StorageFull`].
    pub fn add_to_download(
        &self,
        document: DocumentId,
        name: &str,
        at: u64,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        self.database
            .write(|transaction| downloads::append(transaction, document, name, at, bytes))
    }

    /// Digest and size of what has come, read in constant memory.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Conflict`] when the sender spoke of another number of bytes.
    pub fn digest_download(
        &self,
        document: DocumentId,
        name: &str,
    ) -> Result<(ContentDigest, u64), StoreError> {
        downloads::digest(&self.database, document, name)
    }

    /// Drops what is on its way to a document under a name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such document.
    pub fn drop_download(&self, document: DocumentId, name: &str) -> Result<(), StoreError> {
        self.database
            .write(|transaction| downloads::remove(transaction, document, name))
    }

    /// Puts a submission off without moving it: another try failed, the next is at `due`. Not journalled.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is no longer as `seen`.
    pub fn postpone(
        &self,
        seen: &Submission,
        attempts: u32,
        due: OffsetDateTime,
        error: Option<String>,
    ) -> Result<Submission, StoreError> {
        let step = Step {
            state: seen.state,
            attempts,
            due,
            last_error: error,
        };
        self.database
            .write(|transaction| submissions::advance(transaction, seen, &step))
    }

    /// Decrypts and checks the whole database: every page, index and reference. Takes seconds on a large archive.
    ///
    /// # Errors
    /// [`StoreError::DatabaseDamaged`].
    pub fn check(&self) -> Result<(), StoreError> {
        self.database.check()
    }

    /// The same, and reads all content and the whole journal. Nobody else gets a turn meanwhile.
    ///
    /// # Errors
    /// [`StoreError::DatabaseDamaged`]; other damage is in the answer.
    pub fn soundness(&self) -> Result<Soundness, StoreError> {
        self.database.check()?;
        self.database.read(|connection| inspect(connection, self.id))
    }

    /// A secret by name, for example the API key.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn secret(&self, name: &str) -> Result<Option<Secret>, StoreError> {
        self.database.read(|connection| secrets::load(connection, name))
    }

    /// A setting of the organisation, for example where the last synchronisation stopped.
    ///
    /// # Errors
    /// [`StoreError::Value`] when it is not a `T`.
    pub fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        self.database.read(|connection| settings::load(connection, key))
    }

    /// Sets a setting of the organisation. Not journalled.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn set_setting(&self, key: &str, value: &impl Serialize) -> Result<(), StoreError> {
        self.database
            .write(|transaction| settings::save(transaction, key, value))
    }

    /// A downloaded certificate or revocation list.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn cached(&self, url: &str) -> Result<Option<Cached>, StoreError> {
        self.database.read(|connection| evidence::load(connection, url))
    }

    /// Keeps a downloaded certificate or revocation list, replacing an earlier one from the same address.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn cache(&self, url: &str, bytes: &[u8], fetched_at: OffsetDateTime) -> Result<(), StoreError> {
        self.database
            .write(|transaction| evidence::save(transaction, url, bytes, fetched_at))
    }

    /// Signed files that wait for their time stamp, the oldest first.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn waiting_stamps(&self) -> Result<Vec<WaitingStamp>, StoreError> {
        self.database.read(stamps::list)
    }

    /// Keeps a file that waits, or what became of the last try of one that is kept.
    ///
    /// # Errors
    /// [`StoreError::Value`] for a path that is no text; failures of the database.
    pub fn keep_waiting_stamp(&self, stamp: &WaitingStamp) -> Result<(), StoreError> {
        self.database
            .write(|transaction| stamps::save(transaction, stamp))
    }

    /// Lets go of a file that waited; whether it did. What happened goes into the journal with it.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn drop_waiting_stamp(&self, id: Uuid, entry: &NewEntry) -> Result<bool, StoreError> {
        self.database.write(|transaction| {
            let was_there = stamps::remove(transaction, id)?;
            if was_there {
                self.journalise(transaction, entry)?;
            }
            Ok(was_there)
        })
    }
}
