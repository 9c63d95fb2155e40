//! Making, opening and closing the vault.

use std::sync::Arc;

use kabinet_domain::Environment;
use kabinet_store::{
    KeychainError, LockedVault, Passphrase, Protection as StoreProtection, Protections, StoreError, Unlock,
    Vault,
};

use crate::blocking::blocking;
use crate::state::Open;
use crate::view::{AppState, CreateVault, Protection, SecretKind, SecretPrompt, SecretPurpose};
use crate::{App, AppError, protection};

/// Setting of the vault that holds its environment.
const ENVIRONMENT: &str = "environment";
/// Setting of the vault that holds the organisation last chosen.
pub(crate) const LAST_ORGANISATION: &str = "last-organisation";
/// Passphrases have no upper limit of their own; this one only keeps the window's field finite.
const LONGEST_PASSPHRASE: u32 = 256;

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
        crate::environment::endpoints(environment, self.config(), &self.settings().connection)?;
        let passphrase = match request.protection {
            Protection::Keychain => None,
            Protection::Passphrase | Protection::Both => Some(
                self.ask_passphrase(SecretKind::NewPassphrase, SecretPurpose::CreateVault)
                    .await?,
            ),
        };
        let with_keychain = request.protection != Protection::Passphrase;
        let keychain = self.config().keychain.clone();
        let vault = blocking(move || {
            let protection = StoreProtection {
                keychain: with_keychain,
                passphrase,
            };
            let vault = Vault::create(&folder, protection, keychain)?;
            vault.set_setting(ENVIRONMENT, &environment)?;
            Ok(vault)
        })
        .await?;
        self.replace_open(Some(Open {
            vault: Arc::new(vault),
            current: None,
        }))
        .await;
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
        let vault = self.opened_vault().await?;
        self.enter_last(vault).await?;
        Ok(self.state().await)
    }

    /// Opens the vault and no organisation: for work on the vault as a whole, also when an organisation cannot be entered.
    ///
    /// # Errors
    /// As [`unlock`](Self::unlock).
    pub async fn unlock_alone(&self) -> Result<(), AppError> {
        let vault = self.opened_vault().await?;
        self.replace_open(Some(Open {
            vault: Arc::new(vault),
            current: None,
        }))
        .await;
        Ok(())
    }

    /// Enters the organisation last chosen, or the first.
    pub(crate) async fn enter_last(&self, vault: Vault) -> Result<(), AppError> {
        let last = vault.setting::<kabinet_domain::OrganisationId>(LAST_ORGANISATION)?;
        let known: Vec<_> = vault.organisations()?.into_iter().map(|one| one.id).collect();
        // The last one may have been taken out of the vault since.
        let last = last.filter(|last| known.contains(last));
        let first = known.first().copied();
        let vault = Arc::new(vault);
        let current = match last.or(first) {
            Some(id) => Some(self.enter(vault.clone(), id).await?),
            None => None,
        };
        self.replace_open(Some(Open { vault, current })).await;
        Ok(())
    }

    /// Closes the vault and forgets the session. What is in the outbox stays there, and a signing run goes on later.
    pub async fn lock(&self) -> AppState {
        self.stop_signing();
        let _closing = self.closing().lock().await;
        if let Ok(open) = self.open().await {
            self.ask().withdraw();
            self.forget_person();
            if !self.settings().keep_signed_in {
                self.forget_kept_sessions().await;
            }
            self.replace_open(None).await;
            drop(open.current);
            open.vault.stop_backups();
            *self.locked() = released(open.vault).await.map(Vault::lock);
        }
        self.state().await
    }

    async fn opened_vault(&self) -> Result<Vault, AppError> {
        // The vault cannot be taken hold of while it is still being closed.
        drop(self.closing().lock().await);
        if self.ask().has_recovery_code() {
            let code = self.ask_code(SecretPurpose::Unlock).await?;
            return self.open_vault(Unlock::RecoveryCode(code)).await;
        }
        match self.hold().map(|protections| words(&protections))? {
            Protection::Keychain => self.open_vault(Unlock::Keychain).await,
            Protection::Both => match self.open_vault(Unlock::Keychain).await {
                Err(AppError::Store(StoreError::Keychain(_) | StoreError::WrongKeychainEntry)) => {
                    self.unlock_by_passphrase().await
                }
                other => other,
            },
            Protection::Passphrase => self.unlock_by_passphrase().await,
        }
    }

    /// What guards the vault; none before it exists.
    pub(crate) fn protections(&self, open: Option<&Open>) -> Option<Protections> {
        match open {
            Some(open) => Some(open.vault.protections()),
            None => self.hold().ok(),
        }
    }

    /// Whether the keychain of the operating system answers, asked once: whoever has none gets none while running.
    pub(crate) async fn keychain_available(&self) -> bool {
        let keychain = self.config().keychain.clone();
        *self
            .keychain_answers()
            .get_or_init(|| async move {
                let probe = blocking(move || Ok(keychain.load("probe").map(drop)));
                matches!(probe.await, Ok(Ok(()) | Err(KeychainError::EntryMissing)))
            })
            .await
    }

    /// Takes hold of the closed vault, so that no other process opens it meanwhile.
    pub(crate) fn hold(&self) -> Result<Protections, AppError> {
        let mut locked = self.locked();
        if locked.is_none() {
            *locked = Some(Vault::open(
                &self.config().vault_dir,
                self.config().keychain.clone(),
            )?);
        }
        locked
            .as_ref()
            .map(LockedVault::protections)
            .ok_or(AppError::Locked)
    }

    async fn unlock_by_passphrase(&self) -> Result<Vault, AppError> {
        let passphrase = self
            .ask_passphrase(SecretKind::Passphrase, SecretPurpose::Unlock)
            .await?;
        self.open_vault(Unlock::Passphrase(passphrase)).await
    }

    pub(crate) async fn open_vault(&self, how: Unlock) -> Result<Vault, AppError> {
        self.hold()?;
        let locked = self.locked().take().ok_or(AppError::Locked)?;
        let by_code = matches!(how, Unlock::RecoveryCode(_));
        let (vault, failed) = blocking(move || {
            Ok(match locked.unlock(how) {
                Ok(vault) => {
                    if by_code {
                        protection::record(&vault, "recovery-code-used");
                    }
                    (Some(vault), None)
                }
                Err(failed) => (None, Some(failed)),
            })
        })
        .await?;
        match (vault, failed) {
            (Some(vault), _) => Ok(vault),
            (None, Some(failed)) => {
                *self.locked() = Some(failed.vault);
                Err(failed.error.into())
            }
            (None, None) => Err(AppError::Background),
        }
    }

    pub(crate) async fn ask_passphrase(
        &self,
        kind: SecretKind,
        purpose: SecretPurpose,
    ) -> Result<Passphrase, AppError> {
        let prompt = SecretPrompt {
            min_length: if kind == SecretKind::NewPassphrase {
                kabinet_store::PASSPHRASE_MIN as u32
            } else {
                1
            },
            max_length: LONGEST_PASSPHRASE,
            ..SecretPrompt::new(&self.settings(), kind, purpose)
        };
        let secret = self.ask().secret(prompt).await.ok_or(AppError::Cancelled)?;
        Ok(Passphrase::new(secret.into_text())?)
    }
}

/// The vault itself, once whoever was in the middle of something has let go of it.
async fn released(mut vault: Arc<Vault>) -> Option<Vault> {
    const TRIES: u32 = 100;
    for _ in 0..TRIES {
        match Arc::try_unwrap(vault) {
            Ok(vault) => return Some(vault),
            Err(shared) => vault = shared,
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    None
}

pub(crate) fn words(protections: &Protections) -> Protection {
    match (protections.keychain, protections.passphrase) {
        (true, true) => Protection::Both,
        (true, false) => Protection::Keychain,
        (false, _) => Protection::Passphrase,
    }
}
