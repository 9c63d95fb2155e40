//! Documents that go with a request: out of the archive, in the order the portal wants (ORG-26, 27; C-48).

use kabinet_domain::FileRole;
use kabinet_portal::cabinet::{AttachedDocument, WantedDocument};

use crate::documents::parse_document;
use crate::view::{FormDocument, WantedDocumentView};
use crate::{App, AppError};

pub(super) fn wanted(documents: &[WantedDocument]) -> Vec<WantedDocumentView> {
    documents
        .iter()
        .map(|one| WantedDocumentView {
            kind: one.kind.clone(),
            title: one.title.clone(),
            required: one.is_required,
        })
        .collect()
}

impl App {
    /// Name and digest of each, in the portal's order; what it does not name comes last.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a document that is not in the archive.
    pub(super) async fn attached(
        &self,
        wanted: &[WantedDocument],
        documents: &[FormDocument],
    ) -> Result<Vec<AttachedDocument>, AppError> {
        let place = |kind: &str| {
            wanted
                .iter()
                .position(|one| one.kind == kind)
                .unwrap_or(usize::MAX)
        };
        let mut ordered: Vec<FormDocument> = documents.to_vec();
        ordered.sort_by_key(|one| place(&one.kind));
        self.with_store(move |store| {
            ordered
                .into_iter()
                .map(|one| {
                    let document = store.document(parse_document(&one.document_id)?)?;
                    let file = document.files.iter().find(|file| file.role == FileRole::Main);
                    let file = file.ok_or(AppError::NotFound)?;
                    // The archive's addresses are SHA-256.
                    Ok(AttachedDocument {
                        kind: one.kind,
                        name: file.name.clone(),
                        sha256: hex::encode(file.digest.0),
                    })
                })
                .collect()
        })
        .await
    }
}
