//! The keychain of the operating system: where the secret that opens the vault without a passphrase lives.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use thiserror::Error;
use zeroize::Zeroizing;

/// Why a keychain did not serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeychainError {
    /// This computer session has no keychain (no Secret Service, no session bus). Remembered until the program ends.
    #[error("no keychain")]
    Absent,
    /// The keychain is there but locked, or the user refused access.
    #[error("the keychain is locked")]
    Locked,
    /// The keychain has no entry for this vault.
    #[error("no entry for this vault")]
    EntryMissing,
    /// Any other failure of the keychain.
    #[error("the keychain failed")]
    Failed,
}

impl KeychainError {
    /// Stable code for texts and scripts.
    pub fn code(self) -> &'static str {
        match self {
            Self::Absent => "keychain.absent",
            Self::Locked => "keychain.locked",
            Self::EntryMissing => "keychain.entry-missing",
            Self::Failed => "keychain.failed",
        }
    }
}

/// A place that keeps small secrets for the logged-in user. Calls may block on a prompt: not for async threads.
pub trait Keychain: Send + Sync {
    /// Stores `secret` under `account`, replacing what was there.
    ///
    /// # Errors
    /// [`KeychainError::Absent`], [`Locked`](KeychainError::Locked) or [`Failed`](KeychainError::Failed).
    fn store(&self, account: &str, secret: &[u8]) -> Result<(), KeychainError>;

    /// The secret stored under `account`.
    ///
    /// # Errors
    /// [`KeychainError::EntryMissing`] when there is none; otherwise as [`store`](Self::store).
    fn load(&self, account: &str) -> Result<Zeroizing<Vec<u8>>, KeychainError>;

    /// Removes the secret stored under `account`.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    fn remove(&self, account: &str) -> Result<(), KeychainError>;
}

/// Secret Service on Linux, Keychain Services on macOS, Credential Manager on Windows.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsKeychain;

/// Name under which users see the entries in their keychain program.
const SERVICE: &str = "kabinet";

impl OsKeychain {
    fn entry(account: &str) -> Result<keyring::Entry, KeychainError> {
        if keyring::Entry::store_status().is_err() {
            return Err(KeychainError::Absent);
        }
        keyring::Entry::new(SERVICE, account).map_err(translate)
    }
}

impl Keychain for OsKeychain {
    fn store(&self, account: &str, secret: &[u8]) -> Result<(), KeychainError> {
        Self::entry(account)?.set_secret(secret).map_err(translate)
    }

    fn load(&self, account: &str) -> Result<Zeroizing<Vec<u8>>, KeychainError> {
        Self::entry(account)?
            .get_secret()
            .map(Zeroizing::new)
            .map_err(translate)
    }

    fn remove(&self, account: &str) -> Result<(), KeychainError> {
        Self::entry(account)?.delete_credential().map_err(translate)
    }
}

// The source is dropped on purpose: some variants carry the secret's bytes.
fn translate(error: keyring::Error) -> KeychainError {
    match error {
        keyring::Error::NoDefaultStore => KeychainError::Absent,
        keyring::Error::NoStorageAccess(_) => KeychainError::Locked,
        keyring::Error::NoEntry => KeychainError::EntryMissing,
        _ => KeychainError::Failed,
    }
}

/// A keychain that lasts as long as the value: for tests and for throw-away vaults.
#[derive(Default)]
pub struct MemoryKeychain {
    entries: Mutex<HashMap<String, Zeroizing<Vec<u8>>>>,
    failure: Mutex<Option<KeychainError>>,
}

impl MemoryKeychain {
    /// From now on every call fails with `failure`; `None` mends it.
    pub fn fail_with(&self, failure: Option<KeychainError>) {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn check(&self) -> Result<(), KeychainError> {
        (*self.failure.lock().unwrap_or_else(PoisonError::into_inner)).map_or(Ok(()), Err)
    }
}

impl Keychain for MemoryKeychain {
    fn store(&self, account: &str, secret: &[u8]) -> Result<(), KeychainError> {
        self.check()?;
        let secret = Zeroizing::new(secret.to_vec());
        self.entries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(account.to_owned(), secret);
        Ok(())
    }

    fn load(&self, account: &str) -> Result<Zeroizing<Vec<u8>>, KeychainError> {
        self.check()?;
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.get(account).cloned().ok_or(KeychainError::EntryMissing)
    }

    fn remove(&self, account: &str) -> Result<(), KeychainError> {
        self.check()?;
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries
            .remove(account)
            .map(drop)
            .ok_or(KeychainError::EntryMissing)
    }
}
