//! The document made of files that are in the vault: what a look into them said, and what is known of its life before.

use std::io::Read;
use std::sync::Arc;

use kabinet_domain::{
    Document, DocumentFile, DocumentId, DocumentStage, FileRole, Finding, OrderStatus, Severity,
};
use kabinet_formats::Formats;
use kabinet_store::{HandOver, NewEntry, OrganisationStore};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{BEGINNING, LIMIT, added, unchecked};
use crate::AppError;
use crate::state::Current;

/// What a look into a document's files said.
pub(crate) struct Examined {
    pub(crate) format: String,
    pub(crate) title: String,
    pub(crate) findings: Vec<Finding>,
}

impl Examined {
    /// Looks into files that are in the vault already.
    pub(crate) fn of_stored(
        formats: &Arc<Formats>,
        store: &OrganisationStore,
        files: &[DocumentFile],
    ) -> Result<Self, AppError> {
        let (mut examined, mut findings) = (None, Vec::new());
        for file in files {
            if !matches!(file.role, FileRole::Main | FileRole::Companion) {
                continue;
            }
            let mut bytes = Vec::new();
            let is_large = file.size > LIMIT;
            let wanted = if is_large { BEGINNING } else { LIMIT };
            store
                .read_blob(file.digest)?
                .take(wanted)
                .read_to_end(&mut bytes)?;
            if is_large {
                findings.push(unchecked(&file.name, file.size));
            } else {
                findings.extend(formats.check(&file.name, &bytes).findings);
            }
            examined.get_or_insert_with(|| kabinet_formats::recognise(&file.name, &bytes));
        }
        let recognised = examined.ok_or(AppError::NotFound)?;
        Ok(Self {
            format: recognised.format,
            title: recognised.title.line,
            findings,
        })
    }
}

/// What a package tells of a document's life before.
pub(crate) struct Past {
    pub(crate) id: DocumentId,
    pub(crate) added: OffsetDateTime,
    pub(crate) stage: DocumentStage,
    /// It has an order number.
    pub(crate) is_at_portal: bool,
    pub(crate) statuses: Vec<OrderStatus>,
    /// It was handed over.
    pub(crate) came: Option<HandOver>,
}

/// Makes a document of files that are in the vault already.
pub(crate) fn record(
    current: &Current,
    examined: Examined,
    files: Vec<DocumentFile>,
    past: Option<Past>,
) -> Result<DocumentId, AppError> {
    let document = document_of(current, examined, files, past.as_ref());
    let came = past.as_ref().and_then(|past| past.came.as_ref());
    let entry = NewEntry {
        action: if came.is_some() {
            "document-taken-over".to_owned()
        } else {
            "document-added".to_owned()
        },
        ..added(&document)
    };
    current.store.change(entry, |change| {
        change.add_document(&document)?;
        for status in past.iter().flat_map(|past| &past.statuses) {
            change.add_status(document.id, status)?;
        }
        if let Some(came) = came {
            change.note_hand_over(document.id, came)?;
        }
        Ok(())
    })?;
    Ok(document.id)
}

pub(super) fn document_of(
    current: &Current,
    examined: Examined,
    files: Vec<DocumentFile>,
    past: Option<&Past>,
) -> Document {
    let now = OffsetDateTime::now_utc();
    let fresh = stage_of(&examined.findings, &files);
    Document {
        id: past.map_or_else(|| DocumentId(Uuid::new_v4()), |past| past.id),
        organisation: current.organisation.id,
        format: examined.format,
        title: examined.title,
        files,
        stage: past.map_or(fresh, |past| past.stage_here(fresh)),
        findings: examined.findings,
        added: past.map_or(now, |past| past.added.min(now)),
        updated: now,
    }
}

impl Past {
    /// What ended stays ended, and what the portal has is not sent to it again.
    pub(crate) fn stage_here(&self, fresh: DocumentStage) -> DocumentStage {
        use DocumentStage as S;
        match self.stage {
            S::Accepted | S::Refused | S::Failed | S::Cancelled | S::NeedsCorrection => self.stage,
            S::Sent | S::Sending | S::OutcomeUnknown | S::Queued if self.is_at_portal => S::Sent,
            _ => fresh,
        }
    }
}

fn stage_of(findings: &[Finding], files: &[DocumentFile]) -> DocumentStage {
    let is_signed = |file: &DocumentFile| matches!(file.role, FileRole::Signature { .. });
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        DocumentStage::Invalid
    } else if files.iter().any(is_signed) {
        DocumentStage::Signed
    } else {
        DocumentStage::Ready
    }
}
