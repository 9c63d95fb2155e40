//! What a person who is about to sign has to know of a power of attorney or of a revocation.

use kabinet_domain::{Document, FileRole};
use kabinet_formats::poa;
use kabinet_pki::Certificate;
use kabinet_store::{OrganisationStore, StoreError};

use super::{grants, register, signing, together};
use crate::view::{Grant, Revoked};
use crate::{AppError, send};

/// What is known of a document that gives powers or takes them back.
#[derive(Default)]
pub(crate) struct AboutPoa {
    /// Its number, or that of the one it takes back.
    pub(crate) number: Option<String>,
    /// What it gives.
    pub(crate) grants: Vec<Grant>,
    /// What it takes back.
    pub(crate) revokes: Option<Revoked>,
    /// Who may give it: names, all of them where they act together.
    pub(crate) heads: Vec<String>,
    /// All of them have to sign.
    pub(crate) together: bool,
}

impl AboutPoa {
    /// Whether it is a power of attorney that can be understood.
    pub(crate) fn is_given(&self) -> bool {
        self.number.is_some() && self.revokes.is_none()
    }
}

/// Reads it; nothing is known of a document of another kind. Blocks.
///
/// # Errors
/// Failures of the vault.
pub(crate) fn about(store: &OrganisationStore, document: &Document) -> Result<AboutPoa, AppError> {
    if let Some(given) = register::content(store, document)? {
        let missing = together::missing(&given, &[]);
        let all = given.principals.iter().flat_map(|one| one.signers());
        return Ok(AboutPoa {
            number: Some(given.number.to_string()),
            grants: grants::of(&given),
            revokes: None,
            heads: all.map(|one| one.full_name()).collect(),
            together: missing.len() > 1,
        });
    }
    if document.format != poa::WITHDRAWAL {
        return Ok(AboutPoa::default());
    }
    let Some(main) = document.files.iter().find(|file| file.role == FileRole::Main) else {
        return Ok(AboutPoa::default());
    };
    let Ok(read) = poa::read_withdrawal(&main.name, &send::read_all(store, main)?) else {
        return Ok(AboutPoa::default());
    };
    let record = match store.poa(read.number) {
        Err(StoreError::NotFound(_)) => None,
        other => Some(other?),
    };
    Ok(AboutPoa {
        number: Some(read.number.to_string()),
        revokes: Some(Revoked {
            number: read.number.to_string(),
            reason: read.reason,
            who: record
                .map(|record| record.representatives.into_iter().map(|one| one.name).collect())
                .unwrap_or_default(),
        }),
        ..AboutPoa::default()
    })
}

/// Whether the owner of this certificate may sign the document: somebody else is named in a power of attorney. Blocks.
///
/// # Errors
/// Failures of the vault.
pub(crate) fn may_sign(
    store: &OrganisationStore,
    document: &Document,
    certificate: &Certificate,
) -> Result<bool, AppError> {
    Ok(!signing::is_not_the_head(store, document, certificate)?)
}
