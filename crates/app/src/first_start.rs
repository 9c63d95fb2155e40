//! Making, opening and closing the vault.

use std::path::Path;
use std::sync::Arc;

use kabinet_domain::Environment;
use kabinet_store::{Header, Keychain, Passphrase, Protection as StoreProtection, Unlock, Vault};

use crate::blocking::blocking;
use crate::state::Open;
use crate::view::{AppState, CreateVault, Protection, SecretKind, SecretPrompt, SecretPurpose};
use crate::{App, AppError};

/// Setting of the vault that holds its environment.
const ENVIRONMENT: &str = "environment";
/// Setting of the vault that holds the organisation last chosen.
pub(crate) const LAST_ORGANISATION: &str = "last-organisation";
/// Passphrases have no upper limit of their own; this one only keeps the window's field finite.
const LONGEST_PASSPHRASE: u32 = 256;

/// What guards the vault, read from its header without opening it.
pub(crate) fn protection(vault: &Path) -> Option<Protection> {
    let header = Header::read(vault).ok()?;
    match (header.has_keychain(), header.has_passphrase()) {
        (true, true) => Some(Protection::Both),
        (true, false) => Some(Protection::Keychain),
        (false, true) => Some(Protection::Passphrase),
        (false, false) => None,
    }
}

pub(crate) async fn keychain_available(keychain: Arc<dyn Keychain>) -> bool {
    blocking(move || Ok(keychain.is_available())).await.unwrap_or(false)
}

pub(crate) fn environment(vault: &Vault) -> Option<Environment> {
    vault.setting(ENVIRONMENT).ok().flatten()
}

impl App {
    /// Makes the vault and opens it. A passphrase is asked for in its own window.
    ///
    /// # Errors
    /// [`AppError::VaultExists`], [`AppError::NoDemo`], [`AppError::Cancelled`]; failures of the vault.
    pub async fn create_vault(&self, request: CreateVault) -> Result<AppState, AppError> {
        let folder = self.config().vault_dir.clone();
        if Vault::exists(&folder) {
            return Err(AppError::VaultExists);
        }
        let environment = Environment::from(request.environment);
        // An environment that cannot work is refused before there is a vault bound to it.
        crate::environment::endpoints(environment, self.config())?;
        let passphrase = match request.protection {
            Protection::Keychain => None,
            Protection::Passphrase | Protection::Both => {
                Some(self.ask_passphrase(SecretKind::NewPassphrase, SecretPurpose::CreateVault).await?)
            }
        };
        let with_keychain = request.protection != Protection::Passphrase;
        let keychain = self.config().keychain.clone();
        let vault = blocking(move || {
            let protection = StoreProtection { keychain: with_keychain, passphrase };
            let vault = Vault::create(&folder, protection, keychain)?;
            vault.set_setting(ENVIRONMENT, &environment)?;
            Ok(vault)
        })
        .await?;
        self.replace_open(Some(Open { vault: Arc::new(vault), current: None })).await;
        Ok(self.state().await)
    }

    /// Opens the vault: by the keychain if it can, else by the passphrase, which is asked for in its own window.
    ///
    /// # Errors
    /// [`AppError::Cancelled`]; failures of the vault, a wrong passphrase among them.
    pub async fn unlock(&self) -> Result<AppState, AppError> {
        if self.open().await.is_ok() {
            return Ok(self.state().await);
        }
        let vault = match protection(&self.config().vault_dir) {
            Some(Protection::Keychain) => self.open_vault(Unlock::Keychain).await?,
            Some(Protection::Both) => match self.open_vault(Unlock::Keychain).await {
                Ok(vault) => vault,
                Err(error) if is_keychain_failure(&error) => self.unlock_by_passphrase().await?,
                Err(error) => return Err(error),
            },
            Some(Protection::Passphrase) | None => self.unlock_by_passphrase().await?,
        };
        let last = vault.setting::<kabinet_domain::OrganisationId>(LAST_ORGANISATION)?;
        let first = vault.organisations()?.first().map(|organisation| organisation.id);
        let vault = Arc::new(vault);
        let current = match last.or(first) {
            Some(id) => Some(self.enter(vault.clone(), id).await?),
            None => None,
        };
        self.replace_open(Some(Open { vault, current })).await;
        Ok(self.state().await)
    }

    /// Closes the vault and forgets the session. What is in the outbox stays there.
    pub async fn lock(&self) -> AppState {
        self.replace_open(None).await;
        self.state().await
    }

    async fn unlock_by_passphrase(&self) -> Result<Vault, AppError> {
        let passphrase = self.ask_passphrase(SecretKind::Passphrase, SecretPurpose::Unlock).await?;
        self.open_vault(Unlock::Passphrase(passphrase)).await
    }

    async fn open_vault(&self, key: Unlock) -> Result<Vault, AppError> {
        let folder = self.config().vault_dir.clone();
        let keychain = self.config().keychain.clone();
        blocking(move || Ok(Vault::open(&folder, keychain)?.unlock(key)?)).await
    }

    async fn ask_passphrase(&self, kind: SecretKind, purpose: SecretPurpose) -> Result<Passphrase, AppError> {
        let settings = self.settings();
        let prompt = SecretPrompt {
            kind,
            language: settings.language,
            theme: settings.theme,
            purpose,
            holder: None,
            organisation: None,
            host: None,
            token_label: None,
            token_serial: None,
            documents: Vec::new(),
            pin_state: None,
            min_length: if kind == SecretKind::NewPassphrase { kabinet_store::PASSPHRASE_MIN as u32 } else { 1 },
            max_length: LONGEST_PASSPHRASE,
            error: None,
        };
        let secret = self.ask().secret(prompt).await.ok_or(AppError::Cancelled)?;
        Ok(Passphrase::new(secret.expose().to_owned())?)
    }
}

fn is_keychain_failure(error: &AppError) -> bool {
    error.code().starts_with("keychain.")
}
