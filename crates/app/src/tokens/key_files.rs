//! Key files the user has added: they sign like tokens, under their passwords.

use std::path::PathBuf;

use kabinet_token::{KeyFileSource, Passphrase};
use serde::{Deserialize, Serialize};

use super::lines;
use crate::blocking::blocking;
use crate::view::{SecretKind, SecretPrompt, SecretPurpose};
use crate::{App, AppError, Event};

/// A key file that was added: where it is, and the certificates seen in it, which the file itself hides.
#[derive(Clone, Serialize, Deserialize)]
struct Added {
    path: PathBuf,
    certificates: Vec<String>,
}

impl App {
    /// Adds a key file (PKCS#12): its password is asked for once, to see its certificates. The file stays where it is.
    ///
    /// # Errors
    /// [`AppError::Cancelled`]; [`AppError::KeyFile`] when the password is wrong or the file holds no key with a certificate.
    pub async fn add_key_file(&self, path: PathBuf) -> Result<(), AppError> {
        let prompt = SecretPrompt {
            token_label: Some(crate::tools::name(&path)),
            ..SecretPrompt::new(&self.settings(), SecretKind::KeyFile, SecretPurpose::OpenKeyFile)
        };
        let secret = self.ask().secret(prompt).await.ok_or(AppError::Cancelled)?;
        let passphrase = Passphrase::from_bytes(secret.into_bytes());
        let file = path.clone();
        let identities = blocking(move || Ok(KeyFileSource::identities(&file, passphrase)?)).await?;
        let mut all = self.added()?;
        all.retain(|one| one.path != path);
        all.push(Added {
            path,
            certificates: identities.iter().map(hex::encode).collect(),
        });
        self.keep(&all)
    }

    /// Forgets an added key file; the file itself stays where it is.
    ///
    /// # Errors
    /// [`AppError::Io`] when the list cannot be written.
    pub async fn forget_key_file(&self, token_id: &str) -> Result<(), AppError> {
        // By its path alone: one that is gone from its place can be forgotten too.
        let is_it = |one: &Added| {
            let source = KeyFileSource::new(one.path.clone(), Vec::new());
            lines::address_id(&source.address()) == token_id
        };
        let mut all = self.added()?;
        all.retain(|one| !is_it(one));
        self.keep(&all)
    }

    pub(super) fn key_files(&self) -> Vec<KeyFileSource> {
        let source = |one: Added| {
            let certificates = one.certificates.iter().filter_map(|der| hex::decode(der).ok());
            KeyFileSource::new(one.path, certificates.collect())
        };
        // What cannot be read shows no files, and is not written over.
        self.added().unwrap_or_default().into_iter().map(source).collect()
    }

    fn added(&self) -> Result<Vec<Added>, AppError> {
        match std::fs::read(self.config().key_files_list()) {
            Ok(text) => Ok(serde_json::from_slice(&text).map_err(std::io::Error::other)?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }

    fn keep(&self, all: &[Added]) -> Result<(), AppError> {
        let list = self.config().key_files_list();
        let new = list.with_extension("json.new");
        let text = serde_json::to_vec_pretty(all).map_err(std::io::Error::other)?;
        if let Some(folder) = list.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&new, text)?;
        std::fs::rename(&new, &list)?;
        self.forget_tokens();
        self.tell(Event::TokensChanged);
        Ok(())
    }
}
