//! Putting a document into the outbox, building its archive, taking it back.

use kabinet_domain::{
    Document, DocumentFile, DocumentStage, Environment, FileRole, OrderId, Outcome, Submission,
    SubmissionEvent, SubmissionId, SubmissionState,
};
use kabinet_formats::sign_config::{self, SignedFile};
use kabinet_formats::{OrderNumberPlace, Service, Signed};
use kabinet_portal::Content;
use kabinet_portal::archive::{self, ArchiveFile};
use kabinet_store::{OrganisationStore, Step};
use time::{OffsetDateTime, UtcOffset};
use uuid::Uuid;

use crate::blocking::blocking;
use crate::documents::parse_document;
use crate::orders::OrderError;
use crate::state::Current;
use crate::view::{Incoming, OutboxRow, OutboxState, Params, UiError, WaitingFor, rfc3339};
use crate::{App, AppError, Event, goskey, import, journal, limits, poa};

/// The portal's day is Moscow's.
pub(crate) const MOSCOW: UtcOffset = time::macros::offset!(+3);
/// Finished submissions the outbox still shows.
const FINISHED_SHOWN: u32 = 100;

impl App {
    /// Puts the document into the outbox, together with its new stage and a journal entry in one transaction.
    /// Works without a network and without a session: the outbox waits for both.
    ///
    /// # Errors
    /// [`OrderError::Service`], [`OrderError::NotSigned`], [`AppError::WrongStage`]; failures of the vault.
    pub async fn send_document(&self, id: &str, service: &str) -> Result<OutboxRow, AppError> {
        let id = parse_document(id)?;
        let current = self.current().await?;
        self.permit(&current, "applications.submit").await?;
        let environment = current.environment();
        let store = current.store.clone();
        let code = service.to_owned();
        let submission = blocking(move || {
            let document = store.document(id)?;
            let service = kabinet_formats::services_for(&document.format, environment)
                .into_iter()
                .find(|service| service.code == code)
                .ok_or(AppError::Order(OrderError::Service(code)))?;
            ready(&document, service)?;
            goskey::must_be_in_time(&store, &document)?;
            let now = OffsetDateTime::now_utc();
            let submission = Submission {
                id: SubmissionId(Uuid::new_v4()),
                document: id,
                service: service.code.clone(),
                state: SubmissionState::Queued,
                attempts: 0,
                due: now,
                last_error: None,
                created: now,
            };
            let entry = journal::with(
                journal::about(id, "document-queued", ""),
                "service",
                &service.code,
            );
            store.change(entry, |change| change.enqueue(&submission))?;
            Ok(submission)
        })
        .await?;
        self.tell(Event::DocumentsChanged);
        self.tell(Event::OutboxChanged);
        self.wake().notify_one();
        self.outbox_row(submission).await
    }

    /// Takes a submission back. Possible until its content starts to leave.
    ///
    /// # Errors
    /// [`AppError::WrongStage`] when it is too late; [`AppError::NotFound`].
    pub async fn withdraw(&self, submission: &str) -> Result<OutboxRow, AppError> {
        let id = SubmissionId(Uuid::parse_str(submission).map_err(|_| AppError::NotFound)?);
        let current = self.current().await?;
        // The outbox must not be in the middle of a step of this very submission.
        let _turn = current.turn.lock().await;
        let store = current.store.clone();
        let submission = blocking(move || take_back(&store, &store.submission(id)?)).await?;
        self.tell(Event::DocumentsChanged);
        self.tell(Event::OutboxChanged);
        self.outbox_row(submission).await
    }

    /// The outbox: everything unfinished first, then what finished last.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn outbox(&self) -> Result<Vec<OutboxRow>, AppError> {
        let environment = self.current().await?.environment();
        self.with_store(move |store| {
            let mut rows = store.outbox(FINISHED_SHOWN)?;
            rows.sort_by_key(|row| (row.state.is_finished(), std::cmp::Reverse(row.created)));
            rows.iter()
                .map(|submission| row(store, environment, submission))
                .collect()
        })
        .await
    }

    async fn outbox_row(&self, submission: Submission) -> Result<OutboxRow, AppError> {
        let environment = self.current().await?.environment();
        self.with_store(move |store| row(store, environment, &submission))
            .await
    }
}

/// Submissions the portal does not have yet.
pub(crate) fn unsent(store: &OrganisationStore) -> Result<u32, AppError> {
    let sent = |state| {
        matches!(
            state,
            SubmissionState::Following { .. }
                | SubmissionState::Cancelling { .. }
                | SubmissionState::Collecting { .. }
        )
    };
    let waiting = store.outbox(0)?;
    Ok(u32::try_from(waiting.iter().filter(|one| !sent(one.state)).count()).unwrap_or(u32::MAX))
}

/// A document that was withdrawn rests where it was before.
fn resting_stage(document: &Document) -> DocumentStage {
    if document
        .files
        .iter()
        .any(|file| matches!(file.role, FileRole::Signature { .. }))
    {
        DocumentStage::Signed
    } else {
        DocumentStage::Ready
    }
}

pub(crate) fn ready(document: &Document, service: &Service) -> Result<(), AppError> {
    match document.stage {
        DocumentStage::Ready if service.signed == Signed::All => Err(AppError::Order(OrderError::NotSigned)),
        // A failed or withdrawn one may be sent again as a new order.
        DocumentStage::Ready | DocumentStage::Signed | DocumentStage::Failed | DocumentStage::Cancelled => {
            limits::require(limits::breaches(document, service))
        }
        _ => Err(AppError::WrongStage),
    }
}

/// The flat archive of the order (API ЕПГУ 1.13 §1.5): each file, beside it its signatures where the service wants them, the power of
/// attorney it was signed under with its signature where the document has no place for it, and
/// `sign_config.xml` where names alone do not say which is whose.
pub(crate) async fn archive(
    current: &Current,
    submission: &Submission,
    order: OrderId,
) -> Result<Content, AppError> {
    let current = current.clone();
    let document = submission.document;
    let code = submission.service.clone();
    let environment = current.environment();
    blocking(move || {
        let store = &current.store;
        let document = store.document(document)?;
        let service = kabinet_formats::service(&code, environment)
            .ok_or_else(|| AppError::Order(OrderError::Service(code.clone())))?;
        let mut files = Vec::new();
        for file in &document.files {
            if !travels(file, service) {
                continue;
            }
            let mut bytes = read_all(store, file)?;
            if file.role == FileRole::Main && service.order_number_in == Some(OrderNumberPlace::Transport) {
                let today = OffsetDateTime::now_utc().to_offset(MOSCOW).date().to_string();
                bytes = kabinet_formats::sfr::with_order_number(&bytes, order.0, &today)
                    .map_err(|_| AppError::Order(OrderError::Service(code.clone())))?;
            }
            files.push(ArchiveFile::new(file.name.clone(), Content::Bytes(bytes)));
        }
        if service.signed == Signed::All {
            for beside in poa::files_beside(&current, &document)? {
                let signature = beside.signature_name();
                files.push(ArchiveFile::new(beside.name, Content::Bytes(beside.content)));
                files.push(ArchiveFile::new(signature, Content::Bytes(beside.signature)));
            }
        }
        files.extend(sign_config(&document, service));
        Ok(Content::Bytes(archive::build(&files)?))
    })
    .await
}

/// Which signatures are whose, where that has to be said. A file of this name that the document brought stays what it is.
fn sign_config(document: &Document, service: &Service) -> Option<ArchiveFile> {
    let files: Vec<&DocumentFile> = document
        .files
        .iter()
        .filter(|file| travels(file, service))
        .collect();
    if files
        .iter()
        .any(|file| file.name.eq_ignore_ascii_case(sign_config::FILE))
    {
        return None;
    }
    let signed = files.iter().map(|file| SignedFile {
        name: &file.name,
        signatures: files
            .iter()
            .filter(|one| matches!(&one.role, FileRole::Signature { of } if *of == file.name))
            .map(|one| one.name.as_str())
            .collect(),
    });
    let text = sign_config::write(&signed.collect::<Vec<_>>())?;
    Some(ArchiveFile::new(sign_config::FILE, text.into_bytes()))
}

/// Takes a submission back, and its document to where it was before.
///
/// # Errors
/// [`AppError::WrongStage`] when it is too late.
pub(crate) fn take_back(store: &OrganisationStore, seen: &Submission) -> Result<Submission, AppError> {
    let state = seen
        .state
        .after(SubmissionEvent::Withdrawn)
        .map_err(|_| AppError::WrongStage)?;
    let step = Step {
        state,
        attempts: 0,
        due: OffsetDateTime::now_utc(),
        last_error: None,
    };
    let entry = journal::about(seen.document, "submission-withdrawn", "");
    Ok(store.change(entry, |change| {
        let document = change.document(seen.document)?;
        change.set_stage(seen.document, resting_stage(&document))?;
        change.advance(seen, &step)
    })?)
}

pub(crate) fn travels(file: &DocumentFile, service: &Service) -> bool {
    match file.role {
        FileRole::Main | FileRole::Companion => true,
        FileRole::Signature { .. } => service.signed == Signed::All,
        FileRole::Result | FileRole::ResultSignature { .. } => false,
    }
}

pub(crate) fn read_all(store: &OrganisationStore, file: &DocumentFile) -> Result<Vec<u8>, AppError> {
    use std::io::Read;
    if file.size > import::LIMIT {
        return Err(AppError::TooLarge { limit: import::LIMIT });
    }
    let mut bytes = Vec::new();
    store.read_blob(file.digest)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub(crate) fn row(
    store: &OrganisationStore,
    environment: Environment,
    submission: &Submission,
) -> Result<OutboxRow, AppError> {
    let document = store.document(submission.document)?;
    let (state, outcome) = words(submission.state);
    let finished = submission.state.is_finished();
    Ok(OutboxRow {
        id: submission.id.0.to_string(),
        document_id: submission.document.0.to_string(),
        document_title: document.title,
        service: submission.service.clone(),
        service_title: kabinet_formats::service(&submission.service, environment)
            .map(|service| service.title.clone())
            .unwrap_or_default(),
        state,
        outcome: outcome.map(|outcome| journal::outcome_name(outcome).to_owned()),
        outcome_unknown: document.stage == DocumentStage::OutcomeUnknown,
        order_id: submission.state.order().map(|order| order.0.to_string()),
        attempts: submission.attempts,
        next_try: (!finished).then(|| rfc3339(submission.due)),
        waiting_for: waiting_for(submission),
        last_error: submission.last_error.as_ref().map(|code| UiError {
            code: code.clone(),
            params: Params::new(),
            retriable: !finished,
        }),
        created: rfc3339(submission.created),
        can_withdraw: submission.state.after(SubmissionEvent::Withdrawn).is_ok(),
        heard: store.heard(submission.id)?.map(rfc3339),
        incoming: incoming(store, submission)?,
    })
}

fn incoming(store: &OrganisationStore, submission: &Submission) -> Result<Option<Incoming>, AppError> {
    if !matches!(submission.state, SubmissionState::Collecting { .. }) {
        return Ok(None);
    }
    let bytes = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(store
        .downloads(submission.document)?
        .pop()
        .map(|download| Incoming {
            file: download.name,
            received: bytes(download.received),
            total: download.origin.total.map(bytes),
            resumable: download.origin.validator.is_some(),
        }))
}

fn words(state: SubmissionState) -> (OutboxState, Option<Outcome>) {
    match state {
        SubmissionState::Queued => (OutboxState::Queued, None),
        SubmissionState::Reserving { .. } => (OutboxState::Reserving, None),
        SubmissionState::Reserved { .. } => (OutboxState::Reserved, None),
        SubmissionState::Uploading { .. } => (OutboxState::Uploading, None),
        SubmissionState::Amending { .. } => (OutboxState::Amending, None),
        SubmissionState::Following { .. } => (OutboxState::Following, None),
        SubmissionState::Cancelling { .. } => (OutboxState::Cancelling, None),
        SubmissionState::Collecting { outcome, .. } => (OutboxState::Collecting, Some(outcome)),
        SubmissionState::Finished { outcome, .. } => (OutboxState::Finished, Some(outcome)),
    }
}

pub(crate) fn waiting_for(submission: &Submission) -> Option<WaitingFor> {
    match submission.last_error.as_deref() {
        _ if submission.state.is_finished() => None,
        Some("app.not-signed-in" | "portal.unauthorized") => Some(WaitingFor::SignIn),
        Some("portal.unreachable") => Some(WaitingFor::Network),
        Some(_) => Some(WaitingFor::Portal),
        None => matches!(submission.state, SubmissionState::Following { .. }).then_some(WaitingFor::Portal),
    }
}
