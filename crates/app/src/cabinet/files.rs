//! The bytes of documents that go with a request: brought before it, each once, and after a break only what is missing (ORG-26).

use kabinet_domain::DocumentFile;

use super::Access;
use crate::blocking::blocking;
use crate::{App, AppError, send};

/// The part of the cabinet API this is.
const FEATURE: &str = "files";

impl App {
    /// Brings the files the portal does not have yet. A portal that takes none gets names and digests only, as before.
    ///
    /// # Errors
    /// [`AppError::TooLarge`] before anything leaves; the vault's and the portal's own.
    pub(super) async fn bring_files(&self, access: &Access, files: &[DocumentFile]) -> Result<(), AppError> {
        if files.is_empty() || !access.offer.features.iter().any(|one| one == FEATURE) {
            return Ok(());
        }
        if let Some(limit) = access.offer.max_file_bytes
            && files.iter().any(|file| file.size > limit)
        {
            return Err(AppError::TooLarge { limit });
        }
        let digests: Vec<String> = files.iter().map(|file| hex::encode(file.digest.0)).collect();
        let asked = access.cabinet().files_present(&digests).await;
        let mut present = self.met(&access.current, asked).await?;
        for (digest, file) in digests.into_iter().zip(files) {
            // The same file may stand for two documents.
            if !present.insert(digest.clone()) {
                continue;
            }
            let (store, file) = (access.current.store.clone(), file.clone());
            let bytes = blocking(move || send::read_all(&store, &file)).await?;
            let put = access.cabinet().put_file(&digest, bytes).await;
            self.met(&access.current, put).await?;
        }
        Ok(())
    }
}
