//! A vault in a temporary folder, an organisation in it, and things to put there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kabinet_domain::{Document, DocumentId, Organisation, OrganisationId, Submission, SubmissionId};
use kabinet_store::{MemoryKeychain, NewEntry, OrganisationStore, Passphrase, Protection, Vault};
use tempfile::TempDir;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::demo;

/// 14 November 2023, 22:13:20 UTC.
pub const NOW: OffsetDateTime = time::macros::datetime!(2023-11-14 22:13:20 UTC);

pub struct Bench {
    pub folder: TempDir,
    pub keychain: Arc<MemoryKeychain>,
}

impl Bench {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            keychain: Arc::default(),
        }
    }

    pub fn dir(&self) -> PathBuf {
        self.folder.path().join("vault")
    }

    /// Protected by the keychain: no waiting for Argon2.
    pub fn create(&self) -> Vault {
        Vault::create(
            &self.dir(),
            Protection {
                keychain: true,
                passphrase: None,
            },
            self.keychain.clone(),
        )
        .unwrap()
    }

    pub fn store(&self) -> (Vault, OrganisationStore) {
        let vault = self.create();
        let organisation = organisation("7707083893");
        vault.save_organisation(&organisation).unwrap();
        let store = vault.organisation(organisation.id).unwrap();
        (vault, store)
    }
}

pub fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned()).unwrap()
}

pub fn organisation(inn: &str) -> Organisation {
    demo::organisation(OrganisationId(Uuid::new_v4()), inn)
}

pub fn entry(action: &str) -> NewEntry {
    demo::entry(action, NOW)
}

/// A document whose content was put into `store`.
pub fn document(store: &OrganisationStore, title: &str, content: &[u8]) -> Document {
    let content = store.put_blob(content).unwrap();
    demo::document(DocumentId(Uuid::new_v4()), store.id(), title, content, NOW)
}

pub fn add(store: &OrganisationStore, title: &str, content: &[u8]) -> Document {
    let document = document(store, title, content);
    store
        .change(entry("document.added"), |change| change.add_document(&document))
        .unwrap();
    document
}

pub fn submission(document: &Document) -> Submission {
    demo::submission(SubmissionId(Uuid::new_v4()), document.id, NOW)
}

pub fn later(seconds: i64) -> OffsetDateTime {
    NOW + Duration::seconds(seconds)
}

/// Every file under `dir` with its content.
pub fn contents(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            let bytes = fs::read(&path).unwrap();
            found.insert(path, bytes);
        }
    }
    found
}
