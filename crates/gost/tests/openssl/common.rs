//! OpenSSL with the gost engine, in a temporary directory of its own.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use kabinet_gost::ParameterSet;
use tempfile::TempDir;

const CONFIG: &str = "openssl_conf = openssl_init
[openssl_init]
engines = engines
[engines]
gost = gost_sect
[gost_sect]
engine_id = gost
default_algorithms = ALL
";

/// Parameter set, key algorithm and `paramset` as the engine names them.
pub const NAMES: [(ParameterSet, &str, &str); 12] = [
    (ParameterSet::CryptoProA, "gost2012_256", "A"),
    (ParameterSet::CryptoProB, "gost2012_256", "B"),
    (ParameterSet::CryptoProC, "gost2012_256", "C"),
    (ParameterSet::CryptoProXchA, "gost2012_256", "XA"),
    (ParameterSet::CryptoProXchB, "gost2012_256", "XB"),
    (ParameterSet::Tc26_256A, "gost2012_256", "TCA"),
    (ParameterSet::Tc26_256B, "gost2012_256", "TCB"),
    (ParameterSet::Tc26_256C, "gost2012_256", "TCC"),
    (ParameterSet::Tc26_256D, "gost2012_256", "TCD"),
    (ParameterSet::Tc26_512A, "gost2012_512", "A"),
    (ParameterSet::Tc26_512B, "gost2012_512", "B"),
    (ParameterSet::Tc26_512C, "gost2012_512", "C"),
];

pub struct OpenSsl {
    dir: TempDir,
}

impl OpenSsl {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().expect("temporary directory");
        std::fs::write(dir.path().join("gost.cnf"), CONFIG).expect("gost.cnf");
        Self { dir }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("write");
        path
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).expect("read")
    }

    pub fn run(&self, args: &[&str]) -> Output {
        Command::new("openssl")
            .args(args)
            .current_dir(self.dir.path())
            .env("OPENSSL_CONF", Path::new(self.dir.path()).join("gost.cnf"))
            .output()
            .expect("openssl must be installed, with the gost engine (libengine-gost-openssl)")
    }

    pub fn ok(&self, args: &[&str]) {
        let output = self.run(args);
        assert!(
            output.status.success(),
            "openssl {args:?}: {} (is libengine-gost-openssl installed?)",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// A new key of the engine as PKCS#8, also in the file `key`.
    pub fn key(&self, algorithm: &str, set: &str) -> Vec<u8> {
        let set = format!("paramset:{set}");
        self.ok(&[
            "genpkey",
            "-algorithm",
            algorithm,
            "-pkeyopt",
            &set,
            "-outform",
            "DER",
            "-out",
            "key",
        ]);
        self.read("key")
    }
}
