//! Key files the user has added: they sign like tokens, under their passwords.

use std::path::{Path, PathBuf};

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
        let prompt = self.file_prompt(&path);
        let secret = self.ask().secret(prompt).await.ok_or(AppError::Cancelled)?;
        let passphrase = Passphrase::from_bytes(secret.into_bytes());
        let file = path.clone();
        let identities = blocking(move || Ok(KeyFileSource::identities(&file, passphrase)?)).await?;
        let mut all = self.added();
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
        let token = self.find_key_file(token_id).await;
        let mut all = self.added();
        all.retain(|one| Some(&one.path) != token.as_ref());
        self.keep(&all)
    }

    /// Also one that is gone from its place can be forgotten.
    async fn find_key_file(&self, token_id: &str) -> Option<PathBuf> {
        self.added().into_iter().map(|one| one.path).find(|path| {
            let source = KeyFileSource::new(path.clone(), Vec::new());
            lines::address_id(&source.address()) == token_id
        })
    }

    pub(super) fn key_files(&self) -> Vec<KeyFileSource> {
        let source = |one: Added| {
            let certificates = one.certificates.iter().filter_map(|der| hex::decode(der).ok());
            KeyFileSource::new(one.path, certificates.collect())
        };
        self.added().into_iter().map(source).collect()
    }

    /// A list that cannot be read is an empty one: files are added again in a moment.
    fn added(&self) -> Vec<Added> {
        let text = std::fs::read(self.config().key_files_list()).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
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

    fn file_prompt(&self, path: &Path) -> SecretPrompt {
        let settings = self.settings();
        SecretPrompt {
            kind: SecretKind::KeyFile,
            language: settings.language,
            theme: settings.theme,
            purpose: SecretPurpose::OpenKeyFile,
            holder: None,
            organisation: None,
            host: None,
            token_label: Some(crate::tools::name(path)),
            token_serial: None,
            documents: Vec::new(),
            pin_state: None,
            min_length: 0,
            max_length: 0,
            error: None,
        }
    }
}
