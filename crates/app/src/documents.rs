//! Lists of documents.

use kabinet_domain::{Document, DocumentId, DocumentStage, FileRole, Severity, Submission};
use kabinet_store::{
    DocumentFilter, DocumentOrder, OrderFilter, OrganisationStore, Page, Period, find_in_title,
};
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use crate::passages::marks;
use crate::view::{
    CertificateExpiry, Days, DocumentList, DocumentQuery, DocumentRow, FormatCount, OrderCounts, Today,
    rfc3339,
};
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

/// Each once.
pub(crate) fn parse_documents(ids: &[String]) -> Result<Vec<DocumentId>, AppError> {
    let mut parsed = Vec::with_capacity(ids.len());
    for id in ids {
        let id = parse_document(id)?;
        if !parsed.contains(&id) {
            parsed.push(id);
        }
    }
    Ok(parsed)
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
        marks: Vec::new(),
    })
}

/// The submission that counts: the last one.
pub(crate) fn latest(
    store: &OrganisationStore,
    document: DocumentId,
) -> Result<Option<Submission>, AppError> {
    Ok(store.submissions(document)?.pop())
}

fn filter(query: &DocumentQuery) -> Result<DocumentFilter, AppError> {
    Ok(DocumentFilter {
        stages: query.stages.iter().copied().map(Into::into).collect(),
        formats: query.formats.clone(),
        signed: query.signed,
        added: period(&query.added)?,
        updated: period(&query.updated)?,
        text: Some(query.text.clone()).filter(|text| !text.trim().is_empty()),
        ..DocumentFilter::default()
    })
}

/// From the beginning of the first day to the end of the last.
pub(crate) fn period(days: &Days) -> Result<Period, AppError> {
    Ok(Period {
        from: days.from.as_deref().map(midnight).transpose()?,
        until: days
            .to
            .as_deref()
            .map(midnight)
            .transpose()?
            .map(|day| day + Duration::DAY),
    })
}

/// The beginning of a day in Moscow.
fn midnight(day: &str) -> Result<OffsetDateTime, AppError> {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    let date = Date::parse(day, &format).map_err(|_| AppError::NotADay)?;
    Ok(date.midnight().assume_offset(time::macros::offset!(+3)))
}

impl App {
    /// A list.
    ///
    /// # Errors
    /// [`AppError::NotADay`]; failures of the vault.
    pub async fn documents(&self, query: DocumentQuery) -> Result<DocumentList, AppError> {
        let filter = filter(&query)?;
        self.with_store(move |store| {
            let page = Page {
                offset: query.offset.into(),
                limit: query.limit.into(),
            };
            let documents = store.documents(&filter, query.order.into(), page)?;
            let rows = documents
                .iter()
                .map(|document| {
                    let marks = marks(&document.title, &find_in_title(&query.text, &document.title));
                    Ok(DocumentRow {
                        marks,
                        ..row(store, document)?
                    })
                })
                .collect::<Result<Vec<_>, AppError>>()?;
            let found = store.found(&filter)?;
            // Where counting stopped, as many as were seen are known, and that there is one more behind a full page.
            let seen = page.offset + documents.len() as u64;
            let is_full = documents.len() as u64 == page.limit && page.limit > 0;
            let total = if found.more {
                found.documents.max(seen + u64::from(is_full))
            } else {
                found.documents
            };
            let unread = match filter.text {
                Some(_) => store.count_documents_without_text()?,
                None => 0,
            };
            Ok(DocumentList {
                rows,
                total: u32::try_from(total).unwrap_or(u32::MAX),
                more: found.more && (is_full || documents.is_empty() || total > seen),
                unread: u32::try_from(unread).unwrap_or(u32::MAX),
            })
        })
        .await
    }

    /// Kinds of documents there are, the most frequent first.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn document_formats(&self) -> Result<Vec<FormatCount>, AppError> {
        self.with_store(|store| {
            let counts = store.formats()?.into_iter();
            Ok(counts
                .map(|(format, documents)| FormatCount {
                    name: kabinet_formats::format_name(&format)
                        .unwrap_or(&format)
                        .to_owned(),
                    documents: u32::try_from(documents).unwrap_or(u32::MAX),
                    format,
                })
                .collect())
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
            let count = |open, watched| -> Result<u32, AppError> {
                let filter = OrderFilter {
                    open,
                    watched,
                    ..OrderFilter::default()
                };
                Ok(u32::try_from(store.count_orders(&filter)?).unwrap_or(u32::MAX))
            };
            use DocumentStage as S;
            Ok(Today {
                orders: OrderCounts {
                    all: count(false, false)?,
                    open: count(true, false)?,
                    watched: count(false, true)?,
                },
                needs_action: block(&[S::Invalid, S::Ready, S::Signed, S::NeedsCorrection])?,
                in_progress: block(&[S::Queued, S::Sending, S::OutcomeUnknown, S::Sent])?,
                recent: block(&[S::Accepted, S::Refused, S::Failed, S::Cancelled])?,
                certificate_expiry: session.and_then(|session| {
                    let days_left = session.certificate_days_left?;
                    (days_left <= EXPIRY_WARNING_DAYS).then_some(CertificateExpiry {
                        holder: session.view.holder,
                        days_left,
                    })
                }),
            })
        })
        .await
    }
}
