//! A keychain that outlives the process: a folder beside the vault.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kabinet_store::{Keychain, KeychainError};
use zeroize::Zeroizing;

pub struct FolderKeychain(PathBuf);

impl FolderKeychain {
    pub fn beside(home: &Path) -> Arc<dyn Keychain> {
        let folder = home.join("keychain");
        fs::create_dir_all(&folder).unwrap();
        Arc::new(Self(folder))
    }
}

impl Keychain for FolderKeychain {
    fn store(&self, account: &str, secret: &[u8]) -> Result<(), KeychainError> {
        let partial = self.0.join("partial");
        fs::write(&partial, secret)
            .and_then(|()| fs::rename(&partial, self.0.join(account)))
            .map_err(|_| KeychainError::Failed)
    }

    fn load(&self, account: &str) -> Result<Zeroizing<Vec<u8>>, KeychainError> {
        fs::read(self.0.join(account))
            .map(Zeroizing::new)
            .map_err(missing)
    }

    fn remove(&self, account: &str) -> Result<(), KeychainError> {
        fs::remove_file(self.0.join(account)).map_err(missing)
    }
}

fn missing(error: std::io::Error) -> KeychainError {
    match error.kind() {
        ErrorKind::NotFound => KeychainError::EntryMissing,
        _ => KeychainError::Failed,
    }
}
