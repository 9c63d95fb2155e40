//! The directory of tokens.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    MasterKey, Profile, Role, StoreError, TokenFile, TokenHome, pins::PinRecord, token_file::VERSION,
};

/// One folder per token, named by serial number.
#[derive(Debug, Clone)]
pub struct TokenDirectory {
    path: PathBuf,
}

/// What can be said about a token without a PIN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSummary {
    /// Identity and abilities.
    pub profile: Profile,
    /// Plugged in.
    pub present: bool,
    /// Tries left for the user's PIN; `None` while it is not set.
    pub user_tries_left: Option<u32>,
    /// Tries left for the administrator's PIN.
    pub so_tries_left: u32,
    /// Objects of any class.
    pub objects: usize,
}

impl TokenDirectory {
    /// Names the directory; it may not exist yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes a token with both PINs (octets, UTF-8 by convention) set, and plugs it in.
    pub fn create(&self, profile: Profile, user_pin: &[u8], so_pin: &[u8]) -> Result<TokenHome, StoreError> {
        for pin in [user_pin, so_pin] {
            if !(profile.min_pin..=profile.max_pin).contains(&pin.len()) {
                return Err(StoreError::PinLength {
                    min: profile.min_pin,
                    max: profile.max_pin,
                });
            }
        }
        let home = self.home(&profile.serial).ok_or(StoreError::NotFound)?;
        let master = MasterKey::generate()?;
        home.create(&TokenFile {
            version: VERSION,
            user_pin: Some(PinRecord::new(Role::User, user_pin, profile.max_tries, &master)?),
            so_pin: PinRecord::new(Role::SecurityOfficer, so_pin, profile.max_so_tries, &master)?,
            next_object: 1,
            objects: Vec::new(),
            profile,
        })?;
        home.insert()?;
        Ok(home)
    }

    /// The folder of a token that exists.
    pub fn token(&self, serial: &str) -> Result<TokenHome, StoreError> {
        self.home(serial)
            .filter(TokenHome::exists)
            .ok_or(StoreError::NotFound)
    }

    /// `None` if the serial number could lead out of the directory.
    pub(crate) fn home(&self, serial: &str) -> Option<TokenHome> {
        let plain = !serial.is_empty()
            && serial
                .bytes()
                .all(|octet| octet.is_ascii_alphanumeric() || octet == b'-');
        plain.then(|| TokenHome::new(self.path.join(serial)))
    }

    /// Serial numbers of all tokens, plugged in or not, in order.
    pub(crate) fn serials(&self) -> Vec<String> {
        let mut serials: Vec<String> = fs::read_dir(&self.path)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|serial| self.token(serial).is_ok())
            .collect();
        serials.sort();
        serials
    }

    /// All tokens, in order of their serial numbers.
    pub fn list(&self) -> Result<Vec<TokenSummary>, StoreError> {
        self.serials()
            .iter()
            .map(|serial| {
                let home = self.token(serial)?;
                let file = home.load()?;
                Ok(TokenSummary {
                    present: home.is_inserted(),
                    user_tries_left: file.pin(Role::User).map(|pin| pin.tries_left),
                    so_tries_left: file.so_pin.tries_left,
                    objects: file.objects.len(),
                    profile: file.profile,
                })
            })
            .collect()
    }
}
