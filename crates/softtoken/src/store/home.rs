//! The folder of one token.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use super::{StoreError, TokenFile, seal::random, token_file::VERSION};

const TOKEN: &str = "token.json";
const LOCK: &str = "lock";
/// Its presence means "pulled out".
const REMOVED: &str = "removed";
/// Changes with each insertion, so that a quick out-and-in is not missed.
const INSERTION: &str = "insertion";
/// The PIN "typed on the reader"; for a change, the old and the new one, a line each.
const PIN_PAD: &str = "pin-pad";
/// The "finger on the token"; with the content `no`, the person refuses.
const TOUCH: &str = "touch";

/// A token's folder; holds no state of its own.
#[derive(Debug, Clone)]
pub struct TokenHome {
    path: PathBuf,
}

impl TokenHome {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn exists(&self) -> bool {
        self.path.join(TOKEN).is_file()
    }

    /// Whether the token is plugged in.
    pub(crate) fn is_inserted(&self) -> bool {
        self.exists() && !self.path.join(REMOVED).exists()
    }

    /// Changes with each insertion.
    pub(crate) fn insertion_mark(&self) -> Vec<u8> {
        fs::read(self.path.join(INSERTION)).unwrap_or_default()
    }

    /// Plugs the token in.
    pub fn insert(&self) -> Result<(), StoreError> {
        self.require()?;
        write_atomically(&self.path.join(INSERTION), hex::encode(random::<8>()?).as_bytes())?;
        match fs::remove_file(self.path.join(REMOVED)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Pulls the token out: its sessions and login are gone at the next call.
    pub fn remove(&self) -> Result<(), StoreError> {
        self.require()?;
        Ok(write_atomically(&self.path.join(REMOVED), b"")?)
    }

    fn require(&self) -> Result<(), StoreError> {
        if self.exists() {
            Ok(())
        } else {
            Err(StoreError::NotFound)
        }
    }

    /// What was typed on the reader, once; `None` if nobody typed.
    pub(crate) fn take_pin_pad_entry(&self) -> Option<Zeroizing<Vec<u8>>> {
        let path = self.path.join(PIN_PAD);
        let mut pin = Zeroizing::new(fs::read(&path).ok()?);
        fs::remove_file(&path).ok()?;
        while pin.last().is_some_and(|octet| matches!(octet, b'\n' | b'\r')) {
            pin.pop();
        }
        Some(pin)
    }

    /// Whether something was typed on the reader.
    pub(crate) fn has_pin_pad_entry(&self) -> bool {
        self.path.join(PIN_PAD).exists()
    }

    /// Whether a finger was on the token, once: `Some(false)` if the person refused.
    pub(crate) fn take_touch(&self) -> Option<bool> {
        let path = self.path.join(TOUCH);
        let content = fs::read(&path).ok()?;
        fs::remove_file(&path).ok()?;
        Some(content.trim_ascii() != b"no")
    }

    pub(crate) fn load(&self) -> Result<TokenFile, StoreError> {
        let text = match fs::read(self.path.join(TOKEN)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(StoreError::NotFound),
            other => other?,
        };
        let file: TokenFile = serde_json::from_slice(&text)?;
        if file.version > VERSION {
            return Err(StoreError::Version(file.version));
        }
        Ok(file)
    }

    /// Changes the file under a lock that other processes respect; on an error nothing is written.
    pub(crate) fn update<T>(
        &self,
        change: impl FnOnce(&mut TokenFile) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.require()?;
        let _lock = self.lock()?;
        let mut file = self.load()?;
        let result = change(&mut file)?;
        self.save(&file)?;
        Ok(result)
    }

    pub(crate) fn create(&self, file: &TokenFile) -> Result<(), StoreError> {
        fs::create_dir_all(&self.path)?;
        let _lock = self.lock()?;
        if self.exists() {
            return Err(StoreError::AlreadyExists);
        }
        self.save(file)
    }

    /// Released when the file is closed.
    fn lock(&self) -> Result<File, StoreError> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.path.join(LOCK))?;
        file.lock()?;
        Ok(file)
    }

    fn save(&self, file: &TokenFile) -> Result<(), StoreError> {
        Ok(write_atomically(
            &self.path.join(TOKEN),
            &serde_json::to_vec_pretty(file)?,
        )?)
    }
}

/// Replaces a file so that a reader, or a crash, sees either the old or the new content.
pub(crate) fn write_atomically(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().ok_or(ErrorKind::InvalidInput)?;
    let mut temporary = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
    temporary.write_all(content)?;
    temporary.as_file().sync_all()?;
    temporary.persist(path).map_err(|error| error.error)?;
    // The rename itself is durable only with the folder; Windows has no such call.
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}
