//! Lists of documents.

use kabinet_domain::{Document, DocumentId, DocumentStage, FileRole, Severity, Submission};
use kabinet_store::{DocumentFilter, DocumentOrder, OrganisationStore, Page};
use uuid::Uuid;

use crate::view::{CertificateExpiry, DocumentList, DocumentQuery, DocumentRow, Today, rfc3339};
use crate::{App, AppError};

/// Rows of each block of the first screen.
const BLOCK: u64 = 12;
/// A certificate that ends sooner than this is mentioned on the first screen (CERT area: 60 days ahead).
const EXPIRY_WARNING_DAYS: i32 = 60;

pub(crate) fn parse_document(id: &str) -> Result<DocumentId, AppError> {
    Uuid::parse_str(id)
        .map(DocumentId)
        .map_err(|_| AppError::NotFound)
}

/// One line, with what the portal last said.
pub(crate) fn row(store: &OrganisationStore, document: &Document) -> Result<DocumentRow, AppError> {
    let count = |severity| {
        u32::try_from(
            document
                .findings
                .iter()
                .filter(|finding| finding.severity == severity)
                .count(),
        )
        .unwrap_or(u32::MAX)
    };
    let submission = latest(store, document.id)?;
    let status = match document.stage {
        // Before anything was sent there is nothing to look up.
        DocumentStage::Invalid | DocumentStage::Ready | DocumentStage::Signed => None,
        _ => store.statuses(document.id)?.pop(),
    };
    Ok(DocumentRow {
        id: document.id.0.to_string(),
        title: document.title.clone(),
        format: document.format.clone(),
        stage: document.stage.into(),
        added: rfc3339(document.added),
        updated: rfc3339(document.updated),
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        signed: document
            .files
            .iter()
            .any(|file| matches!(file.role, FileRole::Signature { .. })),
        order_id: submission
            .and_then(|submission| submission.state.order())
            .map(|order| order.0.to_string()),
        status_title: status.map(|status| status.title),
    })
}

/// The submission that counts: the last one.
pub(crate) fn latest(
    store: &OrganisationStore,
    document: DocumentId,
) -> Result<Option<Submission>, AppError> {
    Ok(store.submissions(document)?.pop())
}

impl App {
    /// A list, newest change first.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn documents(&self, query: DocumentQuery) -> Result<DocumentList, AppError> {
        self.with_store(move |store| {
            let filter = DocumentFilter {
                stages: query.stages.into_iter().map(Into::into).collect(),
                text: Some(query.text.trim().to_owned()).filter(|text| !text.is_empty()),
                ..DocumentFilter::default()
            };
            let page = Page {
                offset: query.offset.into(),
                limit: query.limit.into(),
            };
            let found = store.documents(&filter, DocumentOrder::default(), page)?;
            let rows = found
                .iter()
                .map(|document| row(store, document))
                .collect::<Result<_, _>>()?;
            Ok(DocumentList {
                rows,
                total: u32::try_from(store.count_documents(&filter)?).unwrap_or(u32::MAX),
            })
        })
        .await
    }

    /// The first screen: the user's turn, everybody else's turn, and what changed last.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn today(&self) -> Result<Today, AppError> {
        let session = self.current().await?.session();
        self.with_store(move |store| {
            let block = |stages: &[DocumentStage]| -> Result<Vec<DocumentRow>, AppError> {
                let filter = DocumentFilter {
                    stages: stages.to_vec(),
                    ..DocumentFilter::default()
                };
                let found = store.documents(
                    &filter,
                    DocumentOrder::default(),
                    Page {
                        offset: 0,
                        limit: BLOCK,
                    },
                )?;
                found.iter().map(|document| row(store, document)).collect()
            };
            use DocumentStage as S;
            Ok(Today {
                needs_action: block(&[S::Invalid, S::Ready, S::Signed, S::NeedsCorrection])?,
                in_progress: block(&[S::Queued, S::Sending, S::OutcomeUnknown, S::Sent])?,
                recent: block(&[S::Accepted, S::Refused, S::Failed, S::Cancelled])?,
                certificate_expiry: session.and_then(|session| {
                    (session.certificate_days_left <= EXPIRY_WARNING_DAYS).then_some(CertificateExpiry {
                        holder: session.view.holder,
                        days_left: session.certificate_days_left,
                    })
                }),
            })
        })
        .await
    }
}
