//! Reading everything that is kept and comparing it with its digests.

use kabinet_store::OrganisationStore;

use crate::blocking::blocking;
use crate::view::{DamagedFile, Integrity, OrganisationCheck, VaultCheck};
use crate::{App, AppError, journal};

impl App {
    /// Checks the database of the chosen organisation, every file and the chain of the journal. Takes a while on a large
    /// archive.
    ///
    /// # Errors
    /// A damaged database; other damage is in the answer.
    pub async fn check_integrity(&self) -> Result<Integrity, AppError> {
        self.with_store(integrity).await
    }

    /// Checks the vault as a whole: each of its databases, each file of every organisation, each journal.
    ///
    /// # Errors
    /// [`AppError::Locked`]; [`AppError::Store`] when the list of organisations is damaged. Damage of an organisation
    /// is in the answer.
    pub async fn verify_vault(&self) -> Result<VaultCheck, AppError> {
        let vault = self.open().await?.vault;
        blocking(move || {
            vault.check_personal()?;
            let checks = vault.organisations()?.into_iter().map(|organisation| {
                let store = vault.organisation(organisation.id).map_err(AppError::from);
                let checked = store.and_then(|store| integrity(&store));
                let (integrity, error) = match checked {
                    Ok(integrity) => (Some(integrity), None),
                    Err(error) => (None, Some(error.into())),
                };
                OrganisationCheck {
                    id: organisation.id.0.to_string(),
                    name: organisation.name,
                    inn: organisation.inn,
                    integrity,
                    error,
                }
            });
            Ok(VaultCheck {
                organisations: checks.collect(),
            })
        })
        .await
    }
}

fn integrity(store: &OrganisationStore) -> Result<Integrity, AppError> {
    let soundness = store.soundness()?;
    let mut damaged = Vec::new();
    for digest in soundness.damaged {
        for id in store.find_by_digest(digest)? {
            let document = store.document(id)?;
            let files = document.files.into_iter().filter(|file| file.digest == digest);
            damaged.extend(files.map(|file| DamagedFile {
                document_id: id.0.to_string(),
                name: file.name,
            }));
        }
    }
    Ok(Integrity {
        documents: soundness.documents,
        contents: soundness.contents,
        bytes: soundness.bytes,
        damaged,
        journal: journal::checked(store, soundness.journal)?,
    })
}
