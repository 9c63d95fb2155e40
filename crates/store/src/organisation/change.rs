//! What one transaction may do to an organisation's data.

use std::cell::Cell;

use kabinet_domain::draft::Fields;
use kabinet_domain::poa::judge::RegistryWord;
use kabinet_domain::poa::{PoaNumber, PoaState};
use kabinet_domain::{
    Document, DocumentFile, DocumentId, DocumentStage, Draft, DraftId, OrderStatus, OrganisationId,
    Submission, SubmissionId,
};
use rusqlite::Transaction;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Arrival, Erased, Errand, ErrandKind, HandOver, Hold, ItemState, KeptFile, LetterContent, MailKey,
    MailRequest, PoaRecord, Retention, RunPoa, SignedUnder, SigningRun, StatusChange, Step, arrivals,
    documents, downloads, drafts, erasure, hand_overs, mail, orders, poa, retention, runs, secrets,
    signed_under, statuses, submissions,
};
use crate::StoreError;
use crate::secret::Secret;

/// A running change; see [`OrganisationStore::change`](super::OrganisationStore::change). All methods fail with
/// [`StoreError::StorageFull`] and other failures of the database besides what they name.
pub struct Change<'a> {
    transaction: &'a Transaction<'a>,
    organisation: OrganisationId,
    at: OffsetDateTime,
    happened: Cell<bool>,
}

impl<'a> Change<'a> {
    pub(super) fn new(
        transaction: &'a Transaction<'a>,
        organisation: OrganisationId,
        at: OffsetDateTime,
    ) -> Self {
        Self {
            transaction,
            organisation,
            at,
            happened: Cell::new(false),
        }
    }

    pub(super) fn happened(&self) -> bool {
        self.happened.get()
    }

    fn done<T>(&self, value: T) -> Result<T, StoreError> {
        self.happened.set(true);
        Ok(value)
    }

    /// A document as it is inside this change.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn document(&self, id: DocumentId) -> Result<Document, StoreError> {
        documents::load(self.transaction, self.organisation, id)
    }

    /// A submission as it is inside this change.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn submission(&self, id: SubmissionId) -> Result<Submission, StoreError> {
        submissions::load(self.transaction, id)
    }

    /// Takes a document in. The content of its files is put first, by `put_blob`.
    ///
    /// # Errors
    /// [`StoreError::WrongOrganisation`], [`StoreError::AlreadyExists`]; [`StoreError::NotFound`] when the content
    /// of a file is not there or has another size.
    pub fn add_document(&self, document: &Document) -> Result<(), StoreError> {
        documents::add(self.transaction, self.organisation, document, None)?;
        self.done(())
    }

    /// Takes a document in with what can be read in it, so that it is found by that at once; see
    /// [`OrganisationStore::index_text`](super::OrganisationStore::index_text).
    ///
    /// # Errors
    /// As [`add_document`](Self::add_document).
    pub fn add_document_with_text(&self, document: &Document, text: &str) -> Result<(), StoreError> {
        documents::add(self.transaction, self.organisation, document, Some(text))?;
        self.done(())
    }

    /// Adds a file to a document: a signature, a result.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn attach_file(&self, document: DocumentId, file: &DocumentFile) -> Result<(), StoreError> {
        documents::attach(self.transaction, document, file, self.at)?;
        self.done(())
    }

    /// Adds a file to a document that has come by [`begin_download`](super::OrganisationStore::begin_download) under its name;
    /// digest and size are those of [`digest_download`](super::OrganisationStore::digest_download).
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Conflict`] when more has come since.
    pub fn attach_download(&self, document: DocumentId, file: &DocumentFile) -> Result<(), StoreError> {
        downloads::settle(self.transaction, document, file)?;
        documents::attach(self.transaction, document, file, self.at)?;
        self.done(())
    }

    /// Begins a draft.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`].
    pub fn add_draft(&self, draft: &Draft, author: &str) -> Result<(), StoreError> {
        drafts::add(self.transaction, draft, author)?;
        self.done(())
    }

    /// Merges what somebody else made of `base`, the version both had.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn merge_draft(
        &self,
        id: DraftId,
        base: &Fields,
        theirs: &Fields,
        author: &str,
    ) -> Result<Draft, StoreError> {
        let merged = drafts::merge(self.transaction, id, base, theirs, author, self.at)?;
        self.done(merged)
    }

    /// Remembers the version of a draft that is handed over.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn share_draft(&self, id: DraftId, fields: &Fields) -> Result<(), StoreError> {
        drafts::set_shared(self.transaction, id, fields)?;
        self.done(())
    }

    /// Remembers the document made of a draft.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_draft_document(&self, id: DraftId, document: DocumentId) -> Result<(), StoreError> {
        drafts::set_document(self.transaction, id, document)?;
        self.done(())
    }

    /// Throws a draft away; it can be taken back.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn remove_draft(&self, id: DraftId) -> Result<(), StoreError> {
        drafts::set_removed(self.transaction, id, Some(self.at))?;
        self.done(())
    }

    /// Takes a draft back that was thrown away.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn take_draft_back(&self, id: DraftId) -> Result<(), StoreError> {
        drafts::set_removed(self.transaction, id, None)?;
        self.done(())
    }

    /// Removes a draft and every version of it for good.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn erase_draft(&self, id: DraftId) -> Result<(), StoreError> {
        drafts::erase(self.transaction, id)?;
        self.done(())
    }

    /// Moves a document on its way.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_stage(&self, document: DocumentId, stage: DocumentStage) -> Result<(), StoreError> {
        documents::set_stage(self.transaction, document, stage, self.at)?;
        self.done(())
    }

    /// Puts a submission into the outbox and its document into the stage `Queued`.
    ///
    /// # Errors
    /// [`StoreError::AlreadyQueued`] while the document has an unfinished one, [`StoreError::AlreadyExists`],
    /// [`StoreError::NotFound`].
    pub fn enqueue(&self, submission: &Submission) -> Result<(), StoreError> {
        documents::set_stage(
            self.transaction,
            submission.document,
            DocumentStage::Queued,
            self.at,
        )?;
        submissions::add(self.transaction, submission)?;
        self.done(())
    }

    /// Moves a submission if it still is as `seen`, so that of two writers only one moves it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is not, [`StoreError::NotFound`].
    pub fn advance(&self, seen: &Submission, step: &Step) -> Result<Submission, StoreError> {
        let moved = submissions::advance(self.transaction, seen, step)?;
        self.done(moved)
    }

    /// Remembers that a number of this service is about to be asked for; requests from before `forget_before` count no more.
    ///
    /// # Errors
    /// None of its own.
    pub fn note_order_request(&self, service: &str, forget_before: OffsetDateTime) -> Result<(), StoreError> {
        orders::note_request(self.transaction, service, self.at, forget_before)?;
        self.done(())
    }

    /// The newest request for a number of this service never left this computer.
    ///
    /// # Errors
    /// None of its own.
    pub fn forget_order_request(&self, service: &str) -> Result<(), StoreError> {
        orders::forget_request(self.transaction, service)?;
        self.done(())
    }

    /// Adds a status to the history of a document's order, or brings it up to date by its `history_id`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such document.
    pub fn add_status(&self, document: DocumentId, status: &OrderStatus) -> Result<StatusChange, StoreError> {
        match statuses::add(self.transaction, document, status)? {
            StatusChange::Known => Ok(StatusChange::Known),
            change => self.done(change),
        }
    }

    /// What was decided about a document, as it is inside this change.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn retention(&self, document: DocumentId) -> Result<Retention, StoreError> {
        let seq = documents::seq_of(self.transaction, document)?;
        retention::load(self.transaction, seq)
    }

    /// Decides how long a document is kept; what was decided so before is no change.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_retention(&self, document: DocumentId, retention: &Retention) -> Result<(), StoreError> {
        if self.retention(document)? == *retention {
            return Ok(());
        }
        retention::save(self.transaction, document, retention)?;
        self.done(())
    }

    /// Deletes a document for good: its files, signatures, statuses and receipts, what it was found by, and content nothing else
    /// uses. The journal keeps what it says. [`OrganisationStore::wipe_traces`](super::OrganisationStore::wipe_traces)
    /// has to follow.
    ///
    /// # Errors
    /// [`StoreError::Kept`], [`StoreError::NotFound`].
    pub fn erase_document(&self, document: DocumentId) -> Result<Erased, StoreError> {
        let erased = erasure::erase(self.transaction, document)?;
        self.done(erased)
    }

    /// Remembers a file that came by itself, with the document it made.
    ///
    /// # Errors
    /// None of its own.
    pub fn note_arrival(&self, arrival: &Arrival) -> Result<(), StoreError> {
        arrivals::add(self.transaction, arrival)?;
        self.done(())
    }

    /// Takes the document back that a file made when it came by itself: it is removed, and everything that came with it counts
    /// as taken back.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the file made no document, or it was taken back already; [`StoreError::Conflict`] when the
    /// document was signed or sent, or either was begun.
    pub fn take_back(&self, arrival: Uuid) -> Result<DocumentId, StoreError> {
        let document = arrivals::take_back(self.transaction, arrival)?;
        self.done(document)
    }

    /// Remembers that a document was handed over.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn note_hand_over(&self, document: DocumentId, hand_over: &HandOver) -> Result<(), StoreError> {
        hand_overs::add(self.transaction, document, hand_over)?;
        self.done(())
    }

    /// Begins a signing run. Of the finished ones the last hundred stay.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such document, [`StoreError::AlreadyExists`].
    pub fn begin_run(&self, run: &SigningRun) -> Result<(), StoreError> {
        runs::add(self.transaction, run)?;
        self.done(())
    }

    /// Writes down what became of a document of a run; with the last one that waits the run has ended.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it does not wait any more, [`StoreError::NotFound`].
    pub fn settle(&self, run: Uuid, document: DocumentId, state: &ItemState) -> Result<(), StoreError> {
        runs::settle(self.transaction, run, document, state, self.at)?;
        self.done(())
    }

    /// A run goes on; with `retry` the documents that failed wait again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn resume_run(&self, run: Uuid, retry: bool) -> Result<(), StoreError> {
        runs::resume(self.transaction, run, retry)?;
        self.done(())
    }

    /// A run stops for this reason; what waits can be signed later.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn stop_run(&self, run: Uuid, why: &str) -> Result<(), StoreError> {
        runs::stop(self.transaction, run, why)?;
        self.done(())
    }

    /// Gives a run up: the documents that wait are left out for this reason.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn give_up_run(&self, run: Uuid, why: &str) -> Result<(), StoreError> {
        runs::give_up(self.transaction, run, why, self.at)?;
        self.done(())
    }

    /// Takes a run back that did nothing.
    ///
    /// # Errors
    /// None of its own.
    pub fn forget_run(&self, run: Uuid) -> Result<(), StoreError> {
        runs::remove(self.transaction, run)?;
        self.done(())
    }

    /// Remembers that the portal is about to be asked for mail: it counts how often that is done in a day.
    ///
    /// # Errors
    /// None of its own.
    pub fn note_mail_request(&self, request: MailRequest) -> Result<(), StoreError> {
        mail::note_request(self.transaction, request, self.at)?;
        self.done(())
    }

    /// Somebody is about to open a letter: from here on it may count as opened.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn begin_opening(&self, letter: MailKey, who: &str) -> Result<(), StoreError> {
        mail::begin_opening(self.transaction, letter, who, self.at)?;
        self.done(())
    }

    /// The request that was to open a letter certainly opened nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn opening_failed(&self, letter: MailKey) -> Result<(), StoreError> {
        mail::opening_failed(self.transaction, letter)?;
        self.done(())
    }

    /// A letter was opened, and this is in it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn keep_letter(&self, letter: MailKey, content: &LetterContent) -> Result<(), StoreError> {
        mail::keep_content(self.transaction, letter, content, self.at)?;
        self.done(())
    }

    /// Keeps a file of a letter, or the signature of one. Its content is put first, by `put_blob`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such letter.
    pub fn keep_letter_file(&self, letter: MailKey, file: &KeptFile) -> Result<(), StoreError> {
        mail::keep_file(self.transaction, letter, file)?;
        self.done(())
    }

    /// Holds a letter: it cannot be deleted until it is released, which nothing does.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_letter_hold(&self, letter: MailKey, hold: Option<&Hold>) -> Result<(), StoreError> {
        mail::set_hold(self.transaction, letter, hold)?;
        self.done(())
    }

    /// Deletes what is in an opened letter, its files, and content nothing else uses. Who it came from, when it came and who opened
    /// it stay, and `number` in place of its subject. [`OrganisationStore::wipe_traces`](super::OrganisationStore::wipe_traces)
    /// has to follow.
    ///
    /// # Errors
    /// [`StoreError::Kept`]; [`StoreError::NotFound`] when there is no such letter, or nothing in it.
    pub fn erase_letter(&self, letter: MailKey, number: Option<&str>) -> Result<Erased, StoreError> {
        let erased = mail::erase(self.transaction, letter, number)?;
        self.done(erased)
    }

    /// A document answers a letter.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such letter.
    pub fn set_answer(&self, document: DocumentId, letter: MailKey) -> Result<(), StoreError> {
        mail::set_answer(self.transaction, document, letter)?;
        self.done(())
    }

    /// A power of attorney of the register as it is inside this change.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn poa(&self, number: PoaNumber) -> Result<PoaRecord, StoreError> {
        poa::load(self.transaction, number)
    }

    /// Takes a power of attorney into the register. Its document is there already; a revocation is noted by
    /// [`revoke_poa`](Self::revoke_poa) only.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such document, [`StoreError::AlreadyExists`] for the number.
    pub fn add_poa(&self, record: &PoaRecord) -> Result<(), StoreError> {
        poa::add(self.transaction, record)?;
        self.done(())
    }

    /// Moves a power of attorney from the state that was seen, with the stable code of what was against it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is in another state, [`StoreError::NotFound`].
    pub fn advance_poa(
        &self,
        number: PoaNumber,
        seen: PoaState,
        state: PoaState,
        error: Option<&str>,
    ) -> Result<(), StoreError> {
        poa::advance(self.transaction, number, seen, state, error)?;
        self.done(())
    }

    /// Keeps what the registry said of one.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn keep_poa_word(&self, number: PoaNumber, word: &RegistryWord) -> Result<(), StoreError> {
        poa::keep_word(self.transaction, number, word)?;
        self.done(())
    }

    /// A revocation was signed: the power of attorney is revoked from this moment, is nobody's choice for any format any more,
    /// and is not sent to the registry if it still waited for that.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it was revoked already or is over; [`StoreError::NotFound`].
    pub fn revoke_poa(&self, number: PoaNumber, revocation: DocumentId) -> Result<(), StoreError> {
        poa::revoke(self.transaction, number, revocation, self.at)?;
        self.done(())
    }

    /// A revocation of this one lies ready: it counts once it is given to [`revoke_poa`](Self::revoke_poa). The last one stays.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it was revoked already; [`StoreError::NotFound`].
    pub fn prepare_poa_revocation(&self, number: PoaNumber, document: DocumentId) -> Result<(), StoreError> {
        poa::prepare_revocation(self.transaction, number, document)?;
        self.done(())
    }

    /// The registration of this one is not to be asked for after all.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it left already, or nothing waits; [`StoreError::NotFound`].
    pub fn unqueue_poa(&self, number: PoaNumber) -> Result<(), StoreError> {
        poa::unqueue(self.transaction, number)?;
        self.done(())
    }

    /// The registry confirmed a revocation signed here. Twice is once.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn confirm_poa_revocation(&self, number: PoaNumber) -> Result<(), StoreError> {
        if poa::confirm_revocation(self.transaction, number, self.at)? {
            self.done(())
        } else {
            Ok(())
        }
    }

    /// Remembers that a document was signed under a power of attorney.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn note_signed_under(&self, signed: &SignedUnder) -> Result<(), StoreError> {
        signed_under::add(self.transaction, signed)?;
        self.done(())
    }

    /// Remembers under which power of attorney a run that has just begun signs.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_run_poa(&self, run: Uuid, poa: &RunPoa) -> Result<(), StoreError> {
        signed_under::set_for_run(self.transaction, run, poa)?;
        self.done(())
    }

    /// Chooses the power of attorney documents of a format are signed under, or none.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn set_default_poa(&self, format: &str, number: Option<PoaNumber>) -> Result<(), StoreError> {
        if poa::set_default(self.transaction, format, number)? {
            self.done(())
        } else {
            Ok(())
        }
    }

    /// Something is to be told to the registry, from now on.
    ///
    /// # Errors
    /// [`StoreError::AlreadyQueued`] when that is under way, [`StoreError::NotFound`].
    pub fn queue_errand(&self, number: PoaNumber, kind: ErrandKind) -> Result<(), StoreError> {
        poa::queue_errand(self.transaction, number, kind, self.at)?;
        self.done(())
    }

    /// Moves an errand from what was seen.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is no longer as seen.
    pub fn advance_errand(&self, seen: &Errand, next: &Errand) -> Result<Errand, StoreError> {
        let now = poa::advance_errand(self.transaction, seen, next)?;
        self.done(now)
    }

    /// Stores a secret under a name.
    ///
    /// # Errors
    /// None of its own.
    pub fn set_secret(&self, name: &str, secret: &Secret) -> Result<(), StoreError> {
        secrets::save(self.transaction, name, secret)?;
        self.done(())
    }

    /// Removes a secret; one that is not there is no error.
    ///
    /// # Errors
    /// None of its own.
    pub fn remove_secret(&self, name: &str) -> Result<(), StoreError> {
        if secrets::remove(self.transaction, name)? {
            self.done(())
        } else {
            Ok(())
        }
    }
}
