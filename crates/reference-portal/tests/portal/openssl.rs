//! OpenSSL with the GOST engine: the judge and the signer we did not write.

use std::fs;
use std::path::Path;
use std::process::Command;

const CONFIGURATION: &str = "openssl_conf = openssl_init
[openssl_init]
engines = engines
[engines]
gost = gost_sect
[gost_sect]
engine_id = gost
default_algorithms = ALL
CRYPT_PARAMS = id-Gost28147-89-CryptoPro-A-ParamSet
";

/// What a run said.
pub struct Output {
    pub success: bool,
    /// Both streams.
    pub text: String,
}

/// Runs `openssl` in `dir`.
pub fn run(dir: &Path, arguments: &[&str]) -> Output {
    let configuration = dir.join("gost.cnf");
    fs::write(&configuration, CONFIGURATION).unwrap();
    let output = Command::new("openssl")
        .args(arguments)
        .current_dir(dir)
        .env("OPENSSL_CONF", configuration)
        .output()
        .expect("openssl with the GOST engine is needed by these tests");
    let text = [output.stdout, output.stderr]
        .map(|part| String::from_utf8_lossy(&part).into_owned())
        .concat();
    Output {
        success: output.status.success(),
        text,
    }
}

/// Runs `openssl` and expects success.
pub fn must(dir: &Path, arguments: &[&str]) -> String {
    let output = run(dir, arguments);
    assert!(output.success, "openssl {arguments:?}: {}", output.text);
    output.text
}

/// A detached CAdES-BES signature, DER, with a key of the demo PKI.
pub fn sign(pki: &Path, certificate: &str, content: &[u8]) -> Vec<u8> {
    sign_with(pki, certificate, content, &["-cades"])
}

/// A detached CMS signature, DER, with more options of `openssl cms`.
pub fn sign_with(pki: &Path, certificate: &str, content: &[u8], options: &[&str]) -> Vec<u8> {
    let work = tempfile::tempdir().unwrap();
    let path = |name: &str| pki.join(name).display().to_string();
    fs::write(work.path().join("content"), content).unwrap();
    // The digest belongs to the size of the key.
    let key_text = must(
        work.path(),
        &[
            "pkey",
            "-in",
            &path(&format!("{certificate}.key")),
            "-noout",
            "-text",
        ],
    );
    let digest = if key_text.contains("512 bit") {
        "md_gost12_512"
    } else {
        "md_gost12_256"
    };
    let (certificate, key) = (
        path(&format!("{certificate}.crt")),
        path(&format!("{certificate}.key")),
    );
    let mut arguments = vec![
        "cms",
        "-sign",
        "-binary",
        "-in",
        "content",
        "-signer",
        &certificate,
        "-inkey",
        &key,
    ];
    arguments.extend([
        "-md",
        digest,
        "-nosmimecap",
        "-outform",
        "DER",
        "-out",
        "signature",
    ]);
    arguments.extend(options);
    must(work.path(), &arguments);
    fs::read(work.path().join("signature")).unwrap()
}
