//! How a vault is protected, and changing that without touching its databases.

use std::path::Path;

use time::OffsetDateTime;
use uuid::Uuid;

use crate::StoreError;
use crate::header::{Header, KeychainSlot, PassphraseSlot, RecoverySlot, SealedHeader};
use crate::keychain::{Keychain, KeychainError};
use crate::recovery::RecoveryCode;
use crate::secret::{Key, Passphrase};
use crate::vault::{Unlock, Vault, held};

/// How a new vault is to be protected; at least one of the two.
#[derive(Debug)]
pub struct Protection {
    /// Opens without typing while the user is logged in to the computer.
    pub keychain: bool,
    /// Opens anywhere.
    pub passphrase: Option<Passphrase>,
}

/// How a vault is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protections {
    /// By the keychain of the operating system.
    pub keychain: bool,
    /// By a passphrase.
    pub passphrase: bool,
    /// When the recovery code was made that opens the vault too; `None` if there is none.
    pub recovery_code: Option<OffsetDateTime>,
}

impl Vault {
    /// How the vault is protected now.
    pub fn protections(&self) -> Protections {
        protections(&held(&self.sealed).header)
    }

    /// Whether this opens the vault: asked before its protection is changed, since anybody may sit at an open vault.
    ///
    /// # Errors
    /// As [`unlock`](crate::LockedVault::unlock).
    pub fn prove(&self, how: &Unlock) -> Result<(), StoreError> {
        self.sealed().open(how, &*self.shell.keychain).map(drop)
    }

    /// Adds a passphrase or replaces it. The databases stay as they are.
    ///
    /// # Errors
    /// [`StoreError::StorageFull`] and other failures of writing; the old protection holds then.
    pub fn set_passphrase(&self, passphrase: &Passphrase) -> Result<(), StoreError> {
        let slot = PassphraseSlot::seal(self.id(), passphrase, &self.key)?;
        self.rewrite(|header| header.passphrase = Some(slot))
    }

    /// Removes the passphrase.
    ///
    /// # Errors
    /// [`StoreError::NoProtection`] when nothing else protects the vault.
    pub fn remove_passphrase(&self) -> Result<(), StoreError> {
        self.rewrite(|header| header.passphrase = None)
    }

    /// Lets the keychain open the vault, under a new secret if it does already.
    ///
    /// # Errors
    /// [`StoreError::Keychain`].
    pub fn set_keychain(&self) -> Result<(), StoreError> {
        let slot = seal_in_keychain(&*self.shell.keychain, self.id(), &self.key)?;
        let account = slot.account.clone();
        let old = self.keychain_account();
        match self.rewrite(|header| header.keychain = Some(slot)) {
            Ok(()) => {
                old.iter().for_each(|old| forget(&*self.shell.keychain, old));
                Ok(())
            }
            Err(error) => {
                forget_unless_needed(&*self.shell.keychain, &self.shell.dir, &account);
                Err(error)
            }
        }
    }

    /// Stops the keychain from opening the vault.
    ///
    /// # Errors
    /// [`StoreError::NoProtection`] when nothing else protects the vault.
    pub fn remove_keychain(&self) -> Result<(), StoreError> {
        let old = self.keychain_account();
        self.rewrite(|header| header.keychain = None)?;
        old.iter().for_each(|old| forget(&*self.shell.keychain, old));
        Ok(())
    }

    /// Lets this recovery code open the vault, and no code before it. It is a spare key: a keychain or a passphrase stays.
    ///
    /// # Errors
    /// [`StoreError::StorageFull`] and other failures of writing; the old code holds then.
    pub fn set_recovery_code(&self, code: &RecoveryCode, now: OffsetDateTime) -> Result<(), StoreError> {
        let slot = RecoverySlot::seal(self.id(), code, now, &self.key)?;
        self.rewrite(|header| header.recovery = Some(slot))
    }

    /// Makes the recovery code void.
    ///
    /// # Errors
    /// Failures of writing; the code holds then.
    pub fn remove_recovery_code(&self) -> Result<(), StoreError> {
        self.rewrite(|header| header.recovery = None)
    }

    fn keychain_account(&self) -> Option<String> {
        held(&self.sealed)
            .header
            .keychain
            .as_ref()
            .map(|slot| slot.account.clone())
    }

    fn rewrite(&self, change: impl FnOnce(&mut Header)) -> Result<(), StoreError> {
        let mut sealed = held(&self.sealed);
        let mut header = sealed.header.clone();
        change(&mut header);
        if header.keychain.is_none() && header.passphrase.is_none() {
            return Err(StoreError::NoProtection);
        }
        let fresh = SealedHeader::seal(header, &self.key)?;
        fresh.write(&self.shell.dir)?;
        *sealed = fresh;
        Ok(())
    }
}

pub(crate) fn seal_in_keychain(
    keychain: &dyn Keychain,
    vault: Uuid,
    data: &Key,
) -> Result<KeychainSlot, StoreError> {
    // A new account each time: the old entry stays good until the header that names the new one is on the disk.
    let account = format!("vault-{vault}-{}", Uuid::new_v4().simple());
    let secret = Key::random()?;
    keychain.store(&account, secret.bytes())?;
    let slot = keychain
        .load(&account)
        .map_err(StoreError::from)
        .and_then(|kept| match kept[..] == secret.bytes()[..] {
            true => KeychainSlot::seal(vault, account.clone(), &secret, data),
            false => Err(KeychainError::Failed.into()),
        });
    if slot.is_err() {
        forget(keychain, &account);
    }
    slot
}

/// After a failed change of the header, which may or may not have reached the disk.
pub(crate) fn forget_unless_needed(keychain: &dyn Keychain, dir: &Path, account: &str) {
    if !SealedHeader::may_need(dir, account) {
        forget(keychain, account);
    }
}

/// An entry that stays behind opens nothing, so failing to remove it is no failure.
fn forget(keychain: &dyn Keychain, account: &str) {
    let _ = keychain.remove(account);
}

pub(crate) fn protections(header: &Header) -> Protections {
    Protections {
        keychain: header.keychain.is_some(),
        passphrase: header.passphrase.is_some(),
        recovery_code: header.recovery.as_ref().map(|slot| slot.made),
    }
}
