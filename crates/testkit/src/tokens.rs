//! Software tokens: a directory of them, and a copy of the module that looks there.

use std::path::{Path, PathBuf};

use kabinet_gost::ParameterSet;
use kabinet_softtoken::{Import, Profile, TokenDirectory, TokenHome};
use tempfile::TempDir;

use crate::Stand;

/// PIN of every token made here; not the one tokens leave the factory with.
pub const PIN: &str = "31415926";
/// PUK of every token made here.
pub const PUK: &str = "27182818";
/// A PIN of the right length that is not it.
pub const WRONG_PIN: &str = "87654321";

/// A drawer of tokens with a module of its own, so that tests of one process do not see each other's.
pub struct Drawer {
    folder: TempDir,
}

/// Cargo builds the module beside the test that depends on it.
pub fn built_module() -> PathBuf {
    std::env::current_exe()
        .unwrap()
        .with_file_name("libkabinet_softtoken.so")
}

impl Default for Drawer {
    fn default() -> Self {
        Self::new()
    }
}

impl Drawer {
    /// An empty drawer.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let drawer = Self { folder };
        std::fs::create_dir(drawer.tokens()).unwrap();
        std::fs::copy(built_module(), drawer.module()).unwrap();
        let setting = format!("directory = {}\n", drawer.tokens().display());
        std::fs::write(drawer.folder.path().join("kabinet-softtoken.conf"), setting).unwrap();
        drawer
    }

    /// The module that shows only the tokens of this drawer.
    pub fn module(&self) -> PathBuf {
        self.folder.path().join("libkabinet_softtoken.so")
    }

    /// The directory of tokens.
    pub fn tokens(&self) -> PathBuf {
        self.folder.path().join("tokens")
    }

    /// Plugs in a token with demo keys; three wrong PINs lock it.
    pub fn add(&self, stand: &Stand, serial: &str, certificates: &[&str]) -> TokenHome {
        let profile = Profile {
            max_tries: 3,
            ..Profile::of_model("Rutoken ECP", serial, "Кабинет")
        };
        self.add_with(profile, stand, certificates)
    }

    /// Plugs in a token with these abilities and demo keys.
    pub fn add_with(&self, profile: Profile, stand: &Stand, certificates: &[&str]) -> TokenHome {
        let directory = TokenDirectory::new(self.tokens());
        let home = directory.create(profile, PIN.as_bytes(), PUK.as_bytes()).unwrap();
        for (number, id) in certificates.iter().enumerate() {
            let key = stand.pki(&format!("{id}.key"));
            import(&home, &key, &stand.pki(&format!("{id}.crt")), number as u8 + 1);
        }
        home
    }

    /// Brings a key made elsewhere onto a token.
    pub fn import(&self, serial: &str, key: &Path, certificate: &Path, id: u8) {
        import(
            &TokenDirectory::new(self.tokens()).token(serial).unwrap(),
            key,
            certificate,
            id,
        );
    }

    /// PIN tries left.
    pub fn tries_left(&self, serial: &str) -> u32 {
        let list = TokenDirectory::new(self.tokens()).list().unwrap();
        list.into_iter()
            .find(|token| token.profile.serial == serial)
            .unwrap()
            .user_tries_left
            .unwrap()
    }

    /// Spends every PIN try of a token.
    pub fn lock(&self, serial: &str) {
        let home = TokenDirectory::new(self.tokens()).token(serial).unwrap();
        while self.tries_left(serial) > 0 {
            home.generate(WRONG_PIN.as_bytes(), ParameterSet::ALL[0], b"x", "x")
                .unwrap_err();
        }
    }

    /// Directives of the control file, from the next call of the module on.
    pub fn control(&self, directives: &str) {
        let new = self.folder.path().join("control.new");
        std::fs::write(&new, directives).unwrap();
        std::fs::rename(new, self.tokens().join("control")).unwrap();
    }
}

fn import(home: &TokenHome, key: &Path, certificate: &Path, id: u8) {
    let (key, certificate) = (std::fs::read(key).unwrap(), std::fs::read(certificate).unwrap());
    let import = Import {
        key: &key,
        certificate: Some(&certificate),
        id: &[id],
        label: "key",
    };
    home.import(PIN.as_bytes(), &import).unwrap();
}
