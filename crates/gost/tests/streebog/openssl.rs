//! OpenSSL with the gost engine as the reference, for each kernel.

use std::process::Command;

use crate::hasher::{hashers, noise};

const CONFIG: &str = "openssl_conf = openssl_init
[openssl_init]
engines = engines
[engines]
gost = gost_sect
[gost_sect]
engine_id = gost
default_algorithms = ALL
";

#[test]
fn big_messages() {
    let dir = tempfile::tempdir().expect("temporary directory");
    std::fs::write(dir.path().join("gost.cnf"), CONFIG).expect("gost.cnf");
    let openssl = |algorithm: &str| {
        let output = Command::new("openssl")
            .args(["dgst", "-engine", "gost", algorithm, "-binary", "message"])
            .current_dir(dir.path())
            .env("OPENSSL_CONF", dir.path().join("gost.cnf"))
            .output()
            .expect("openssl must be installed, with the gost engine (libengine-gost-openssl)");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        output.stdout
    };
    // N leaves its low 16 bits, then its low 24 bits.
    for len in [8 * 1024 + 1, 1 << 20, (2 << 20) + 63] {
        let message = noise(8, len);
        std::fs::write(dir.path().join("message"), &message).expect("message");
        let (digest_256, digest_512) = (openssl("-md_gost12_256"), openssl("-md_gost12_512"));
        for hasher in hashers() {
            assert_eq!(hasher.digest(32, &message), digest_256, "{} {len}", hasher.kernel);
            assert_eq!(hasher.digest(64, &message), digest_512, "{} {len}", hasher.kernel);
        }
    }
}
