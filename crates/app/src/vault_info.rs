//! What a vault is: all of it when it is open, what its header tells when it is not.

use kabinet_store::{Backup, DocumentFilter, Vault};

use crate::blocking::blocking;
use crate::view::{BackupPlace, OrganisationInfo, VaultInfo, rfc3339};
use crate::{App, AppError, backups, first_start};

impl App {
    /// What the vault is. While it is closed, or open in another process, that is what anybody may know.
    ///
    /// # Errors
    /// [`AppError::Store`] when there is none, or it cannot be read.
    pub async fn vault_info(&self) -> Result<VaultInfo, AppError> {
        let vault = self.open().await.ok().map(|open| open.vault);
        let dir = self.config().vault_dir.clone();
        blocking(move || {
            let glance = Vault::glance(&dir)?;
            let newest = Backup::of_vault(&dir)?.into_iter().next();
            let organisations = vault.as_deref().map(organisations).transpose()?;
            Ok(VaultInfo {
                id: glance.id.to_string(),
                path: dir.display().to_string(),
                program: env!("CARGO_PKG_VERSION").to_owned(),
                database_version: glance.supported,
                protection: first_start::words(&glance.protections),
                recovery_code: glance.protections.recovery_code.map(rfc3339),
                size: glance.size,
                open: vault.is_some(),
                environment: vault
                    .as_deref()
                    .and_then(first_start::environment)
                    .map(Into::into),
                organisations,
                last_backup: newest.map(|newest| backups::view(BackupPlace::Vault, &newest, Some(glance.id))),
            })
        })
        .await
    }
}

fn organisations(vault: &Vault) -> Result<Vec<OrganisationInfo>, AppError> {
    vault
        .organisations()?
        .into_iter()
        .map(|organisation| {
            let store = vault.organisation(organisation.id)?;
            Ok(OrganisationInfo {
                id: organisation.id.0.to_string(),
                documents: store.count_documents(&DocumentFilter::default())?,
                entries: store.journal().count()?,
                name: organisation.name,
                inn: organisation.inn,
                kpp: organisation.kpp,
            })
        })
        .collect()
}
