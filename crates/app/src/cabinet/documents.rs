//! Documents that go with a request: out of the archive, in the order the portal wants (ORG-26, 27; C-48).

use kabinet_domain::{DocumentFile, FileRole};
use kabinet_portal::cabinet::{AttachedDocument, WantedDocument};

use super::Access;
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
    /// Name and digest of each, in the portal's order; what it does not name comes last. Their bytes are at the portal then, if it
    /// takes them.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a document that is not in the archive; as [`bring_files`](Self::bring_files).
    pub(super) async fn attached(
        &self,
        access: &Access,
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
        let found: Vec<(String, DocumentFile)> = self
            .with_store(move |store| {
                ordered
                    .into_iter()
                    .map(|one| {
                        let document = store.document(parse_document(&one.document_id)?)?;
                        let main = |file: &DocumentFile| file.role == FileRole::Main;
                        let file = document.files.into_iter().find(main);
                        Ok((one.kind, file.ok_or(AppError::NotFound)?))
                    })
                    .collect()
            })
            .await?;
        let files: Vec<DocumentFile> = found.iter().map(|(_, file)| file.clone()).collect();
        self.bring_files(access, &files).await?;
        Ok(found
            .into_iter()
            .map(|(kind, file)| AttachedDocument {
                kind,
                // The archive's addresses are SHA-256.
                sha256: hex::encode(file.digest.0),
                name: file.name,
            })
            .collect())
    }
}
