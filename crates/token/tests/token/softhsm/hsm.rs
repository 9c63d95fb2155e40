//! A SoftHSM of its own for each test, filled by its own tools.

use std::path::{Path, PathBuf};

use kabinet_token::Tokens;

use crate::support::*;

pub(crate) const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
pub(super) const PIN: &str = "12345678";
pub(super) const SO_PIN: &str = "87654321";

/// A SoftHSM of its own with one token: certificates `rsa` and `ec` with keys of the same ID, `moved` whose certificate
/// carries another ID than its key, `bare` without a key.
pub(super) struct SoftHsm {
    folder: tempfile::TempDir,
    configuration: String,
}

impl SoftHsm {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let hsm = Self {
            configuration: softhsm_configuration(folder.path()),
            folder,
        };
        hsm.util(&[
            "--init-token",
            "--free",
            "--label",
            "kabinet",
            "--so-pin",
            SO_PIN,
            "--pin",
            PIN,
        ]);
        for (name, algorithm, key_id, certificate_id) in [
            ("rsa", RSA, Some("01"), "01"),
            ("ec", P256, Some("02"), "02"),
            ("moved", P256, Some("03"), "33"),
            ("bare", P256, None, "04"),
        ] {
            make_certificate(hsm.path(), name, algorithm);
            if let Some(id) = key_id {
                let key = hsm.file(name, "key");
                hsm.util(&[
                    "--import", &key, "--token", "kabinet", "--label", name, "--id", id, "--pin", PIN,
                ]);
            }
            let certificate = hsm.file(name, "der");
            hsm.tool(&[
                "--write-object",
                &certificate,
                "--type",
                "cert",
                "--id",
                certificate_id,
                "--label",
                name,
            ]);
        }
        hsm
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn file(&self, name: &str, extension: &str) -> String {
        text(&self.path().join(format!("{name}.{extension}"))).to_owned()
    }

    fn util(&self, arguments: &[&str]) {
        run(
            "softhsm2-util",
            arguments,
            &[("SOFTHSM2_CONF", &self.configuration)],
            b"",
        );
    }

    pub(super) fn tool(&self, arguments: &[&str]) -> String {
        let arguments = [&["--module", MODULE, "--login", "--pin", PIN], arguments].concat();
        let environment = [("SOFTHSM2_CONF", self.configuration.as_str())];
        String::from_utf8_lossy(&run("pkcs11-tool", &arguments, &environment, b"")).into_owned()
    }

    /// Whether pkcs11-tool can log in with this PIN.
    pub(super) fn takes(&self, pin: &str) -> bool {
        let arguments = ["--module", MODULE, "--login", "--pin", pin, "--list-objects"];
        try_run(
            "pkcs11-tool",
            &arguments,
            &[("SOFTHSM2_CONF", &self.configuration)],
            b"",
        )
        .0
    }

    /// The worker with this SoftHSM's configuration in its environment.
    fn worker(&self) -> PathBuf {
        let body = format!("SOFTHSM2_CONF='{}' exec '{WORKER}' \"$@\"", self.configuration);
        script(&self.path().join("worker"), &body)
    }

    pub(super) fn tokens(&self) -> Tokens {
        tokens(&[Path::new(MODULE)], &self.worker())
    }
}
