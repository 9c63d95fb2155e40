use serde::Serialize;

use super::{BackupView, Environment, Integrity, Protection, UiError};

/// What a vault is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VaultInfo {
    /// Random identity.
    pub id: String,
    /// Its folder.
    pub path: String,
    /// Version of this program.
    pub program: String,
    /// Version of the databases this program reads and writes; an open vault has it.
    pub database_version: u32,
    /// What guards it.
    pub protection: Protection,
    /// When the recovery code was made that opens it too, RFC 3339.
    pub recovery_code: Option<String>,
    /// Bytes of its files, without its backups.
    pub size: u64,
    /// It was opened; if not, what follows is not known.
    pub open: bool,
    /// Environment.
    pub environment: Option<Environment>,
    /// Organisations in it.
    pub organisations: Option<Vec<OrganisationInfo>>,
    /// The newest backup in it.
    pub last_backup: Option<BackupView>,
}

/// An organisation of a vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrganisationInfo {
    /// Identity.
    pub id: String,
    /// Short name.
    pub name: String,
    /// ИНН.
    pub inn: String,
    /// КПП.
    pub kpp: Option<String>,
    /// Documents.
    pub documents: u64,
    /// Journal entries.
    pub entries: u64,
}

/// Whether a vault is whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VaultCheck {
    /// Each organisation.
    pub organisations: Vec<OrganisationCheck>,
}

/// Whether what belongs to an organisation is whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrganisationCheck {
    /// Identity.
    pub id: String,
    /// Short name.
    pub name: String,
    /// ИНН.
    pub inn: String,
    /// What reading everything showed.
    pub integrity: Option<Integrity>,
    /// Why it could not be read at all.
    pub error: Option<UiError>,
}

impl VaultCheck {
    /// Nothing is amiss.
    pub fn is_whole(&self) -> bool {
        let is_whole = |check: &OrganisationCheck| check.integrity.as_ref().is_some_and(Integrity::is_whole);
        self.organisations.iter().all(is_whole)
    }
}
