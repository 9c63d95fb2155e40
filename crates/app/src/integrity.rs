//! Reading everything that is kept for the organisation and comparing it with its digests.

use std::io;

use kabinet_store::{DocumentFilter, DocumentOrder, OrganisationStore, Page};

use crate::view::{DamagedFile, Integrity};
use crate::{App, AppError, journal};

/// Documents taken into memory at a time.
const PAGE: u64 = 200;

impl App {
    /// Checks the database, every file and the chain of the journal. Takes a while on a large archive.
    ///
    /// # Errors
    /// A damaged database; other damage is in the answer.
    pub async fn check_integrity(&self) -> Result<Integrity, AppError> {
        self.with_store(|store| {
            store.check()?;
            let mut integrity = Integrity {
                documents: 0,
                damaged: Vec::new(),
                journal: journal::check(store)?,
            };
            loop {
                let page = Page {
                    offset: u64::from(integrity.documents),
                    limit: PAGE,
                };
                let documents =
                    store.documents(&DocumentFilter::default(), DocumentOrder::default(), page)?;
                if documents.is_empty() {
                    return Ok(integrity);
                }
                for document in documents {
                    integrity.documents += 1;
                    let damaged = document.files.iter().filter(|file| !is_whole(store, file.digest));
                    integrity.damaged.extend(damaged.map(|file| DamagedFile {
                        document_id: document.id.0.to_string(),
                        name: file.name.clone(),
                    }));
                }
            }
        })
        .await
    }
}

/// Reading to the end compares the bytes with their address.
fn is_whole(store: &OrganisationStore, digest: kabinet_domain::ContentDigest) -> bool {
    store
        .read_blob(digest)
        .is_ok_and(|mut bytes| io::copy(&mut bytes, &mut io::sink()).is_ok())
}
