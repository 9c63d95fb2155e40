//! What opens the vault besides the everyday way, and changing all of it.

use std::io::Write;
use std::path::Path;

use kabinet_store::{Passphrase, Protections, RecoveryCode, StoreError, Unlock, Vault};
use kabinet_texts::Texts;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::blocking::blocking;
use crate::view::{
    AppState, Language, Proof, ProtectionChange, SecretKind, SecretPrompt, SecretPurpose, day,
};
use crate::{App, AppError, Event, journal, tools};

/// More than a code with any spaces and dashes.
const LONGEST_CODE: u32 = 100;

impl App {
    /// Opens the vault by its recovery code and gives it a new passphrase, which is asked for once the code has proved right.
    ///
    /// # Errors
    /// [`AppError::Cancelled`]; a mistyped or wrong code, a vault without one. Nothing is changed then.
    pub async fn unlock_by_code(&self) -> Result<AppState, AppError> {
        if self.open().await.is_ok() {
            return Ok(self.state().await);
        }
        // The vault cannot be taken hold of while it is still being closed.
        drop(self.closing().lock().await);
        if self.hold()?.recovery_code.is_none() {
            return Err(StoreError::ProtectionNotSet.into());
        }
        let how = Unlock::RecoveryCode(self.ask_code(SecretPurpose::RecoverAccess).await?);
        // Proved and not opened: an open vault does not wait for a person who may have gone.
        let locked = self.locked().as_ref().map(|locked| locked.prove(&how));
        locked.ok_or(AppError::Locked)??;
        let passphrase = self.ask_new_passphrase().await?;
        let vault = self.open_vault(how).await?;
        let vault = blocking(move || set_passphrase(&vault, &passphrase).map(|()| vault)).await?;
        self.enter_last(vault).await?;
        Ok(self.state().await)
    }

    /// Changes what opens the vault. Who knows the passphrase, or has the code, is asked for it first where there is one: the
    /// open vault of somebody who has gone for a moment must not get a second owner. A new code is in force once the person
    /// says that they have it; until then the old one is.
    ///
    /// # Errors
    /// [`AppError::Cancelled`]; a wrong passphrase or code; [`StoreError::NoProtection`] when neither keychain nor passphrase
    /// would be left, [`StoreError::ProtectionNotSet`] when what is to go is not there. Nothing is changed then.
    pub async fn change_protection(
        &self,
        change: ProtectionChange,
        proof: Proof,
    ) -> Result<AppState, AppError> {
        let protections = self.with_vault(|vault| Ok(vault.protections())).await?;
        // Nobody types a passphrase for something that cannot be done.
        let (there, another) = match change {
            ProtectionChange::RemovePassphrase => (protections.passphrase, protections.keychain),
            ProtectionChange::RemoveKeychain => (protections.keychain, protections.passphrase),
            ProtectionChange::RemoveRecoveryCode => (protections.recovery_code.is_some(), true),
            _ => (true, true),
        };
        if !there {
            return Err(StoreError::ProtectionNotSet.into());
        }
        if !another {
            return Err(StoreError::NoProtection.into());
        }
        self.prove(&protections, self.proves_by_code(proof)).await?;
        match change {
            ProtectionChange::SetPassphrase => {
                let passphrase = self.ask_new_passphrase().await?;
                self.with_vault(move |vault| set_passphrase(vault, &passphrase))
                    .await
            }
            ProtectionChange::MakeRecoveryCode => self.make_code().await,
            ProtectionChange::RemovePassphrase => {
                self.changed("passphrase-removed", Vault::remove_passphrase).await
            }
            ProtectionChange::AddKeychain => self.changed("keychain-added", Vault::set_keychain).await,
            ProtectionChange::RemoveKeychain => {
                self.changed("keychain-removed", Vault::remove_keychain).await
            }
            ProtectionChange::RemoveRecoveryCode => {
                self.changed("recovery-code-removed", Vault::remove_recovery_code)
                    .await
            }
        }?;
        self.tell(Event::StateChanged);
        Ok(self.state().await)
    }

    /// A name for the file of a recovery code, and the kind of file it is.
    pub fn code_file(&self) -> (String, String) {
        let texts = self.texts();
        let name = format!("{}.txt", texts.plain("secret.code.fileName"));
        (name, texts.plain("secret.code.fileKind"))
    }

    async fn make_code(&self) -> Result<(), AppError> {
        let code = RecoveryCode::random()?;
        let purpose = SecretPurpose::MakeRecoveryCode;
        let prompt = SecretPrompt::new(&self.settings(), SecretKind::NewRecoveryCode, purpose);
        if !self.ask().show_code(prompt, &code).await {
            return Err(AppError::Cancelled);
        }
        self.changed("recovery-code-made", move |vault| {
            vault.set_recovery_code(&code, OffsetDateTime::now_utc())
        })
        .await
    }

    async fn changed(
        &self,
        action: &'static str,
        change: impl FnOnce(&Vault) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<(), AppError> {
        self.with_vault(move |vault| {
            change(vault)?;
            record(vault, action);
            Ok(())
        })
        .await
    }

    /// The vault is not held while a person is asked: it may be closed meanwhile.
    async fn with_vault<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Vault) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let vault = self.open().await?.vault;
        blocking(move || work(&vault)).await
    }

    /// A vault that only the keychain opens is open to whoever sits here; there is nothing to ask.
    async fn prove(&self, protections: &Protections, by_code: bool) -> Result<(), AppError> {
        if !by_code && !protections.passphrase {
            return Ok(());
        }
        let how = self.ask_key(by_code, SecretPurpose::ChangeProtection).await?;
        self.with_vault(move |vault| Ok(vault.prove(&how)?)).await
    }

    pub(crate) fn proves_by_code(&self, proof: Proof) -> bool {
        proof == Proof::RecoveryCode || self.ask().has_recovery_code()
    }

    /// Passphrase or recovery code.
    pub(crate) async fn ask_key(&self, by_code: bool, purpose: SecretPurpose) -> Result<Unlock, AppError> {
        Ok(match by_code {
            true => Unlock::RecoveryCode(self.ask_code(purpose).await?),
            false => Unlock::Passphrase(self.ask_passphrase(SecretKind::Passphrase, purpose).await?),
        })
    }

    pub(crate) async fn ask_code(&self, purpose: SecretPurpose) -> Result<RecoveryCode, AppError> {
        let prompt = SecretPrompt {
            min_length: 1,
            max_length: LONGEST_CODE,
            ..SecretPrompt::new(&self.settings(), SecretKind::RecoveryCode, purpose)
        };
        let secret = self.ask().secret(prompt).await.ok_or(AppError::Cancelled)?;
        Ok(RecoveryCode::parse(secret.into_text())?)
    }

    async fn ask_new_passphrase(&self) -> Result<Passphrase, AppError> {
        self.ask_passphrase(SecretKind::NewPassphrase, SecretPurpose::SetPassphrase)
            .await
    }

    /// After the recovery code was used. Who cancels keeps what there is and can choose a passphrase later, by the code.
    pub(crate) async fn with_new_passphrase(&self, vault: Vault) -> Result<Vault, AppError> {
        match self.ask_new_passphrase().await {
            Err(AppError::Cancelled) => Ok(vault),
            passphrase => {
                let passphrase = passphrase?;
                blocking(move || set_passphrase(&vault, &passphrase).map(|()| vault)).await
            }
        }
    }
}

fn set_passphrase(vault: &Vault, passphrase: &Passphrase) -> Result<(), AppError> {
    let action = match vault.protections().passphrase {
        true => "passphrase-changed",
        false => "passphrase-added",
    };
    vault.set_passphrase(passphrase)?;
    record(vault, action);
    Ok(())
}

/// Says in the journal of every organisation what became of the vault's protection. It has happened by now: an organisation
/// whose journal cannot be written does not undo it.
pub(crate) fn record(vault: &Vault, action: &str) {
    let organisations = vault.organisations().unwrap_or_default();
    for organisation in organisations {
        let recorded = vault
            .organisation(organisation.id)
            .and_then(|store| store.record(&journal::plain(action, journal::NOBODY)));
        if let Err(error) = recorded {
            tracing::warn!(
                code = error.code(),
                action,
                "not in the journal of an organisation"
            );
        }
    }
}

/// Writes the code to a new file that nobody else can read: the code in the first line, then what it is. Nothing is
/// written over.
///
/// # Errors
/// [`AppError::File`] when there is a file of this name, or it cannot be written; then none is left.
pub fn save_code(path: &Path, code: &str, language: Language) -> Result<(), AppError> {
    let texts = Texts::new(language.into());
    let made = day(OffsetDateTime::now_utc());
    let about = texts.text("recovery-sheet", [("made", made)]);
    // As long as it will be: a string that grows leaves copies behind.
    let mut sheet = Zeroizing::new(String::with_capacity(code.len() + about.len() + 3));
    for part in [code, "\n\n", &about, "\n"] {
        sheet.push_str(part);
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let failed = |source| tools::file_error(path, source);
    let mut file = options.open(path).map_err(failed)?;
    let written = file.write_all(sheet.as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a code is none.
        let _ = std::fs::remove_file(path);
    }
    written.map_err(failed)
}
