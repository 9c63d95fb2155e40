//! Where things are on this computer.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kabinet_portal::Options;
use kabinet_store::{Keychain, OsKeychain};

use crate::{AppError, Browser, Buses, SystemBrowser};

/// Folders and programs the core works with.
#[derive(Clone)]
pub struct Config {
    /// Settings of this computer, apart from the vault since the lock screen needs them.
    pub settings_file: PathBuf,
    /// The vault.
    pub vault_dir: PathBuf,
    /// Certificates of roots and centres the administrator trusts, one per file.
    pub trust_dir: PathBuf,
    /// Lists of accredited authorities that were fetched.
    pub list_dir: PathBuf,
    /// What came with the program: `list.xml`, the list of accredited authorities, and `roots`, those of its keeper.
    pub snapshot_dir: PathBuf,
    /// Official schemas an administrator adds; they take over those shipped with the program.
    pub schema_dir: PathBuf,
    /// Profiles of signatures an administrator adds.
    pub profile_dir: PathBuf,
    /// Days off and terms that take the place of those shipped with the program.
    pub calendar_dir: PathBuf,
    /// Rules of retention that take the place of those shipped with the program.
    pub retention_file: PathBuf,
    /// Classifier of powers, templates and requirements that take the place of those shipped with the program.
    pub poa_dir: PathBuf,
    /// Folder of the reference portal's demo data, for the demo environment.
    pub demo_dir: PathBuf,
    /// Only these PKCS#11 modules, instead of the catalogue's and the user's own.
    pub only_modules: Option<Vec<PathBuf>>,
    /// The executable that answers to `--token-worker`: normally this one.
    pub worker: PathBuf,
    /// The operating system's keychain, or a stand-in in tests.
    pub keychain: Arc<dyn Keychain>,
    /// What opens addresses for a person.
    pub browser: Arc<dyn Browser>,
    /// How patient the client of the portal is.
    pub portal: Options,
    /// Where the desktop tells that its screen is locked or that it falls asleep.
    pub buses: Buses,
}

impl Config {
    /// The configuration of an ordinary start. `KABINET_HOME` moves everything to one folder.
    ///
    /// # Errors
    /// [`AppError::NoHome`] when the system names no home folder.
    pub fn for_this_user() -> Result<Self, AppError> {
        let home = match std::env::var_os("KABINET_HOME") {
            Some(folder) => PathBuf::from(folder),
            None => default_home().ok_or(AppError::NoHome)?,
        };
        Self::at(&home)
    }

    /// Everything under one folder.
    ///
    /// # Errors
    /// [`AppError::Io`] when the running program cannot tell its own path.
    pub fn at(home: &Path) -> Result<Self, AppError> {
        Ok(Self {
            settings_file: home.join("settings.json"),
            vault_dir: home.join("vault"),
            trust_dir: home.join("trust"),
            list_dir: home.join("trust-list"),
            snapshot_dir: snapshot_dir(std::env::current_exe()?.parent().unwrap_or(home)),
            schema_dir: home.join("schemas"),
            profile_dir: home.join("profiles"),
            calendar_dir: home.join("calendar"),
            retention_file: home.join("retention.json"),
            poa_dir: home.join("poa"),
            demo_dir: std::env::var_os("KABINET_DEMO").map_or_else(|| home.join("demo"), PathBuf::from),
            only_modules: None,
            worker: std::env::current_exe()?,
            keychain: Arc::new(OsKeychain),
            browser: Arc::new(SystemBrowser),
            portal: Options::default(),
            buses: Buses::default(),
        })
    }

    /// What a token's driver has no business with: secrets, and what is trusted.
    pub(crate) fn private_places(&self) -> Vec<PathBuf> {
        let (key_files, esia) = (self.key_files_list(), self.esia_file());
        let places = [
            &key_files,
            &esia,
            &self.vault_dir,
            &self.settings_file,
            &self.trust_dir,
            &self.list_dir,
            &self.schema_dir,
            &self.profile_dir,
            &self.calendar_dir,
            &self.retention_file,
            &self.poa_dir,
        ];
        places.map(PathBuf::clone).to_vec()
    }

    /// Where it is written which key files the user has added.
    pub(crate) fn key_files_list(&self) -> PathBuf {
        self.settings_file.with_file_name("key-files.json")
    }

    /// Where the administrator of the organisation writes down what was registered at ЕСИА.
    pub(crate) fn esia_file(&self) -> PathBuf {
        self.settings_file.with_file_name("esia.json")
    }

    /// With what the package carries as resources; by default they are looked for beside the program.
    #[must_use]
    pub fn with_resources(mut self, resources: &Path) -> Self {
        self.snapshot_dir = snapshot_dir(resources);
        self
    }
}

/// `KABINET_TRUST`, or `trust` among the resources.
fn snapshot_dir(resources: &Path) -> PathBuf {
    std::env::var_os("KABINET_TRUST").map_or_else(|| resources.join("trust"), PathBuf::from)
}

fn default_home() -> Option<PathBuf> {
    let var = |name| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if cfg!(target_os = "windows") {
        var("LOCALAPPDATA").map(|folder| folder.join("Kabinet"))
    } else if cfg!(target_os = "macos") {
        var("HOME").map(|home| home.join("Library/Application Support/ru.kabinet.desktop"))
    } else {
        var("XDG_DATA_HOME")
            .or_else(|| var("HOME").map(|home| home.join(".local/share")))
            .map(|folder| folder.join("kabinet"))
    }
}
