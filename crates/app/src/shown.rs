//! What of a document a person sees and signs, as one number, so that another content is never signed in its place.

use kabinet_domain::{ContentDigest, Document, DocumentFile, DocumentId, FileRole};
use kabinet_store::{Opened, OrganisationStore};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::documents::parse_document;
use crate::{App, AppError};

const TAG: &[u8] = b"kabinet-shown-v1";

/// The files of a document that are signed.
pub(crate) fn files(document: &Document) -> impl Iterator<Item = &DocumentFile> {
    document
        .files
        .iter()
        .filter(|file| matches!(file.role, FileRole::Main | FileRole::Companion))
}

/// SHA-256 over names and digests of the files that are signed: tag, then for each the length of its name as 8 bytes
/// big-endian, the name, the digest.
pub(crate) fn digest(document: &Document) -> ContentDigest {
    let mut hash = Sha256::new_with_prefix(TAG);
    for file in files(document) {
        hash.update((file.name.len() as u64).to_be_bytes());
        hash.update(&file.name);
        hash.update(file.digest.0);
    }
    ContentDigest(hash.finalize().into())
}

/// When a person opened the document as it is now.
pub(crate) fn opened(
    store: &OrganisationStore,
    document: DocumentId,
    shown: ContentDigest,
) -> Result<Option<OffsetDateTime>, AppError> {
    let opened = store.opened(document)?.filter(|opened| opened.shown == shown);
    Ok(opened.map(|opened| opened.at))
}

pub(crate) fn parse(hexadecimal: &str) -> Result<ContentDigest, AppError> {
    let mut digest = [0; 32];
    hex::decode_to_slice(hexadecimal, &mut digest).map_err(|_| AppError::NotFound)?;
    Ok(ContentDigest(digest))
}

impl App {
    /// Remembers that a person has opened the page of a document and was shown these files of it.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn note_opened(&self, id: &str, shown: &str) -> Result<(), AppError> {
        let (id, shown) = (parse_document(id)?, parse(shown)?);
        let at = OffsetDateTime::now_utc();
        self.with_store(move |store| Ok(store.note_opened(id, &Opened { shown, at })?))
            .await
    }
}

#[cfg(test)]
mod tests {
    use kabinet_domain::{DocumentStage, OrganisationId};
    use uuid::Uuid;

    use super::*;

    fn document(files: &[(&str, FileRole, u8)]) -> Document {
        Document {
            id: DocumentId(Uuid::nil()),
            organisation: OrganisationId(Uuid::nil()),
            format: String::new(),
            title: String::new(),
            files: files
                .iter()
                .map(|(name, role, content)| DocumentFile {
                    name: (*name).to_owned(),
                    role: role.clone(),
                    digest: ContentDigest([*content; 32]),
                    size: 1,
                })
                .collect(),
            stage: DocumentStage::Ready,
            findings: Vec::new(),
            added: OffsetDateTime::UNIX_EPOCH,
            updated: OffsetDateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn every_change_of_what_is_signed_shows_and_a_signature_beside_it_does_not() {
        let signature = FileRole::Signature { of: "a".to_owned() };
        let one = digest(&document(&[("a", FileRole::Main, 1)]));
        assert_eq!(
            one,
            digest(&document(&[("a", FileRole::Main, 1), ("a.sig", signature, 2)]))
        );
        for other in [
            document(&[("a", FileRole::Main, 2)]),
            document(&[("b", FileRole::Main, 1)]),
            document(&[("a", FileRole::Main, 1), ("b", FileRole::Companion, 2)]),
        ] {
            assert_ne!(one, digest(&other));
        }
    }
}
