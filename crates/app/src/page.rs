//! Everything about one document.

use kabinet_domain::{Document, DocumentFile, DocumentStage, FileRole, OrderStatus};
use kabinet_formats::{Formats, Signed};
use kabinet_store::OrganisationStore;

use crate::blocking::blocking;
use crate::documents::{self, parse_document};
use crate::readable::readable;
use crate::state::Current;
use crate::view::{
    DocumentPage, FileKind, FileView, FindingView, NextActor, ServiceView, StatusView, rfc3339,
};
use crate::{App, AppError, goskey, hand_over, import, limits, mail, poa, retention, send, shown, verdicts};

/// Characters of raw text the page takes; the export has all of it.
const RAW_LIMIT: usize = 2_000_000;

impl App {
    /// Everything about one document. Signatures are judged anew, with what the vault keeps.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn document(&self, id: &str) -> Result<DocumentPage, AppError> {
        let id = parse_document(id)?;
        let current = self.current().await?;
        let journal = self.journal_of(id).await?;
        let formats = self.formats();
        let (rules, language) = (self.retention_rules().ok(), self.language().into());
        blocking(move || {
            let document = current.store.document(id)?;
            let mut page = page(&current, &formats, &document)?;
            if let Some(rules) = rules {
                page.retention = retention::view(&current.store, &rules, language, &document)?;
            }
            page.journal = journal;
            Ok(page)
        })
        .await
    }
}

fn page(current: &Current, formats: &Formats, document: &Document) -> Result<DocumentPage, AppError> {
    let store = &current.store;
    // What is too large to be looked into is not shown either.
    let is_main = |file: &&DocumentFile| file.role == FileRole::Main && file.size <= import::LIMIT;
    let main = document.files.iter().find(is_main);
    let bytes = main
        .map(|file| send::read_all(store, file))
        .transpose()?
        .unwrap_or_default();
    let text = main.and_then(|_| kabinet_formats::decode(&bytes).ok());
    let encoding = text.as_ref().map(|text| text.encoding.name().to_owned());
    let mut raw = text.map(|text| text.content);
    let raw_truncated = raw.as_mut().is_some_and(cut);
    let submission = documents::latest(store, document.id)?;
    let goskey = goskey::views(store, document)?;
    // The request itself says which of the services for its kind it is for.
    let own = goskey
        .first()
        .filter(|one| one.document_id == document.id.0.to_string());
    let own = own.map(|one| one.service.clone());
    Ok(DocumentPage {
        row: documents::row(store, document)?,
        shown: hex::encode(shown::digest(document).0),
        files: document.files.iter().map(file_view).collect(),
        findings: document
            .findings
            .iter()
            .map(|finding| FindingView {
                code: finding.code.clone(),
                severity: finding.severity.into(),
                file: finding.file.clone(),
                line: finding.line,
                element: finding.element.clone(),
                params: finding.params.clone(),
            })
            .collect(),
        readable: main
            .and_then(|file| formats.view(&file.name, &bytes).ok())
            .map(readable),
        raw,
        raw_truncated,
        encoding,
        signatures: verdicts::signatures(current, document)?,
        signed_under: poa::signed_under(store, document)?,
        history: history(store, document)?,
        journal: Vec::new(),
        submission: submission
            .as_ref()
            .map(|submission| send::row(store, current.environment(), submission))
            .transpose()?,
        hand_overs: hand_over::rows(store, document.id)?,
        goskey,
        services: kabinet_formats::services_for(&document.format, current.environment())
            .into_iter()
            .filter(|service| own.as_ref().is_none_or(|own| service.code == *own))
            .map(|service| ServiceView {
                code: service.code.clone(),
                title: service.title.clone(),
                needs_signature: service.signed == Signed::All,
                problems: limits::breaches(document, service),
            })
            .collect(),
        next_actor: next_actor(document.stage),
        retention: None,
        answers: mail::answered(store, document.id)?,
    })
}

fn cut(text: &mut String) -> bool {
    match text.char_indices().nth(RAW_LIMIT) {
        Some((end, _)) => {
            text.truncate(end);
            true
        }
        None => false,
    }
}

fn file_view(file: &kabinet_domain::DocumentFile) -> FileView {
    let (kind, signs) = FileKind::of(&file.role);
    FileView {
        name: file.name.clone(),
        kind,
        size: u32::try_from(file.size).unwrap_or(u32::MAX),
        digest: hex::encode(file.digest.0),
        signs,
    }
}

fn history(store: &OrganisationStore, document: &Document) -> Result<Vec<StatusView>, AppError> {
    Ok(store
        .statuses(document.id)?
        .into_iter()
        .map(status_view)
        .collect())
}

pub(crate) fn status_view(status: OrderStatus) -> StatusView {
    StatusView {
        title: status.title,
        comment: status.comment,
        at: rfc3339(status.at),
        sender: status.sender,
        is_final: status.is_final,
        code: status.code.map(|code| code.0),
    }
}

fn next_actor(stage: DocumentStage) -> NextActor {
    match stage {
        DocumentStage::Invalid
        | DocumentStage::Ready
        | DocumentStage::Signed
        | DocumentStage::NeedsCorrection => NextActor::You,
        DocumentStage::Queued | DocumentStage::Sending => NextActor::Program,
        DocumentStage::OutcomeUnknown => NextActor::Portal,
        DocumentStage::Sent => NextActor::Authority,
        DocumentStage::Accepted
        | DocumentStage::Refused
        | DocumentStage::Failed
        | DocumentStage::Cancelled => NextActor::Nobody,
    }
}
