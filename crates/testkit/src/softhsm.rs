//! SoftHSM, Debian's build, with RSA and P-256 keys of an authority made by OpenSSL.

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::Authority;
use crate::process::{must, text};

/// Where Debian puts the module.
pub const SOFTHSM_MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
/// PIN of the token.
pub const SOFTHSM_PIN: &str = "12345678";

/// A SoftHSM with a configuration and one token of its own.
pub struct SoftHsm {
    folder: TempDir,
}

impl SoftHsm {
    /// A token with the keys and certificates of these leaves.
    pub fn with(authority: &Authority, names: &[&str]) -> Self {
        let hsm = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let tokens = hsm.folder.path().join("tokens");
        std::fs::create_dir(&tokens).unwrap();
        let configuration = format!("directories.tokendir = {}\nlog.level = ERROR\n", tokens.display());
        std::fs::write(hsm.configuration(), configuration).unwrap();
        let init = [
            "--init-token",
            "--free",
            "--label",
            "kabinet",
            "--so-pin",
            "87654321",
            "--pin",
            SOFTHSM_PIN,
        ];
        hsm.run("softhsm2-util", &init);
        for (number, name) in names.iter().enumerate() {
            let id = format!("{:02x}", number + 1);
            let key = authority.path(&format!("{name}.key"));
            let import = [
                "--import",
                text(&key),
                "--token",
                "kabinet",
                "--label",
                name,
                "--id",
                &id,
            ];
            hsm.run("softhsm2-util", &[&import[..], &["--pin", SOFTHSM_PIN]].concat());
            let der = authority.path(&format!("{name}.der"));
            let certificate = authority.path(&format!("{name}.crt"));
            let convert = [
                "x509",
                "-in",
                text(&certificate),
                "-outform",
                "DER",
                "-out",
                text(&der),
            ];
            authority.openssl().must(&convert, b"");
            let write = [
                "--module",
                SOFTHSM_MODULE,
                "--login",
                "--pin",
                SOFTHSM_PIN,
                "--write-object",
                text(&der),
            ];
            hsm.run(
                "pkcs11-tool",
                &[&write[..], &["--type", "cert", "--id", &id, "--label", name]].concat(),
            );
        }
        hsm
    }

    /// For `SOFTHSM2_CONF`.
    pub fn configuration(&self) -> PathBuf {
        self.folder.path().join("softhsm2.conf")
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        must(
            Command::new(program)
                .args(arguments)
                .env("SOFTHSM2_CONF", self.configuration()),
            b"",
        );
    }
}
