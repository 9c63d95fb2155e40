//! Programs and files the tests share. A missing program is a failure with its name, never a skipped test.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use kabinet_token::{
    Deadlines, Module, Pin, Scan, SignJob, SignMechanism, Token, TokenCertificate, Tokens, Workers,
};

/// The worker of this crate.
pub(crate) const WORKER: &str = env!("CARGO_BIN_EXE_kabinet-token-worker");

/// Runs a program and gives its standard output; panics with its complaint.
pub(crate) fn run(program: &str, arguments: &[&str], environment: &[(&str, &str)], input: &[u8]) -> Vec<u8> {
    let (ok, output, complaint) = try_run(program, arguments, environment, input);
    assert!(ok, "{program} {arguments:?}: {complaint}");
    output
}

/// Like [`run`], for programs whose refusal is an answer.
pub(crate) fn try_run(
    program: &str,
    arguments: &[&str],
    environment: &[(&str, &str)],
    input: &[u8],
) -> (bool, Vec<u8>, String) {
    let mut command = Command::new(program);
    command.args(arguments).envs(environment.iter().copied());
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut process = command
        .spawn()
        .unwrap_or_else(|error| panic!("the test needs the program {program}: {error}"));
    // A program that does not read its input closes the pipe; its exit code tells the rest.
    let _ = process.stdin.take().expect("a pipe").write_all(input);
    let output = process.wait_with_output().expect("it ends");
    (
        output.status.success(),
        output.stdout,
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// A module called after its file.
pub(crate) fn module(path: &Path) -> Module {
    Module {
        name: path.display().to_string(),
        path: path.to_path_buf(),
        generic: false,
        network: false,
    }
}

/// Tokens of these modules with deadlines short enough for tests of hanging modules.
pub(crate) fn tokens(modules: &[&Path], worker: &Path) -> Tokens {
    let deadlines = Deadlines {
        scan: Duration::from_secs(8),
        sign: Duration::from_millis(1500),
        on_device: Duration::from_millis(3000),
    };
    Tokens::new(
        modules.iter().map(|path| module(path)).collect(),
        Workers::new(worker.to_path_buf()).with_deadlines(deadlines),
    )
}

pub(crate) fn pin(digits: &str) -> Option<Pin> {
    Some(Pin::from_bytes(digits.as_bytes().to_vec()))
}

/// The only certificate with this label.
pub(crate) fn labelled<'scan>(scan: &'scan Scan, label: &str) -> &'scan TokenCertificate {
    let mut found = scan
        .certificates
        .iter()
        .filter(|certificate| certificate.label == label);
    let first = found
        .next()
        .unwrap_or_else(|| panic!("no certificate {label}: {scan:#?}"));
    assert!(found.next().is_none(), "more than one certificate {label}");
    first
}

pub(crate) fn job(certificate: &TokenCertificate, mechanism: SignMechanism, inputs: Vec<Vec<u8>>) -> SignJob {
    SignJob {
        token: certificate.token.clone(),
        certificate: certificate.fingerprint,
        mechanism,
        inputs,
        final_try_confirmed: false,
    }
}

/// Writes an executable script through another process: a descriptor of ours, inherited by a program that a parallel test
/// starts, would make the script busy.
pub(crate) fn script(path: &Path, body: &str) -> PathBuf {
    run(
        "install",
        &["-m", "755", "/dev/stdin", text(path)],
        &[],
        format!("#!/bin/sh\n{body}\n").as_bytes(),
    );
    path.to_path_buf()
}

/// A self-signed certificate and its key: `<name>.key` (PKCS#8 PEM), `<name>.der`, `<name>.pub` in the folder.
pub(crate) fn make_certificate(folder: &Path, name: &str, algorithm: &[&str]) {
    let file = |extension: &str| text(&folder.join(format!("{name}.{extension}"))).to_owned();
    let (key, certificate, public) = (file("key"), file("der"), file("pub"));
    run(
        "openssl",
        &[&["genpkey", "-out", key.as_str()], algorithm].concat(),
        &[],
        b"",
    );
    let subject = format!("/CN={name}");
    let request = [
        "req",
        "-x509",
        "-new",
        "-key",
        &key,
        "-subj",
        &subject,
        "-outform",
        "DER",
        "-out",
        &certificate,
    ];
    run("openssl", &request, &[], b"");
    run(
        "openssl",
        &["pkey", "-in", &key, "-pubout", "-out", &public],
        &[],
        b"",
    );
}

pub(crate) const RSA: &[&str] = &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
pub(crate) const P256: &[&str] = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];

/// SHA-256 by OpenSSL.
pub(crate) fn sha256(message: &[u8]) -> Vec<u8> {
    run("openssl", &["dgst", "-sha256", "-binary"], &[], message)
}

/// DigestInfo of a SHA-256 digest, RFC 8017 §9.2 note 1.
pub(crate) fn digest_info(message: &[u8]) -> Vec<u8> {
    let head = [
        0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0, 4,
        32,
    ];
    [&head[..], &sha256(message)].concat()
}

/// Whether OpenSSL takes this as a signature over SHA-256 of the message.
pub(crate) fn verified_by_openssl(folder: &Path, name: &str, message: &[u8], signature: &[u8]) -> bool {
    let signed = folder.join(format!(
        "{name}-{}.sig",
        sha256(signature)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect::<String>()
    ));
    std::fs::write(&signed, signature).expect("written");
    let public = folder.join(format!("{name}.pub"));
    try_run(
        "openssl",
        &[
            "dgst",
            "-sha256",
            "-verify",
            text(&public),
            "-signature",
            text(&signed),
        ],
        &[],
        message,
    )
    .0
}

/// ECDSA-Sig-Value (RFC 3279 §2.2.3) of raw r‖s.
pub(crate) fn ecdsa_der(raw: &[u8]) -> Vec<u8> {
    let integer = |half: &[u8]| {
        let start = half.iter().position(|byte| *byte != 0).unwrap_or(half.len() - 1);
        let sign = if half[start] & 0x80 == 0 {
            &[][..]
        } else {
            &[0][..]
        };
        let value = [sign, &half[start..]].concat();
        [&[0x02, value.len() as u8][..], &value].concat()
    };
    let body = [integer(&raw[..32]), integer(&raw[32..])].concat();
    [&[0x30, body.len() as u8][..], &body].concat()
}

/// Writes OpenSSL's configuration with the GOST engine and gives its path for `OPENSSL_CONF`.
pub(crate) fn gost_configuration(folder: &Path) -> String {
    let path = folder.join("gost.cnf");
    let lines = "openssl_conf = init\n[init]\nengines = engines\n[engines]\ngost = gost\n[gost]\nengine_id = gost\n\
                 default_algorithms = ALL\nCRYPT_PARAMS = id-Gost28147-89-CryptoPro-A-ParamSet\n\
                 [req]\ndistinguished_name = dn\n[dn]\n";
    std::fs::write(&path, lines).expect("written");
    text(&path).to_owned()
}

/// An empty SoftHSM in the folder; gives its configuration for `SOFTHSM2_CONF`.
pub(crate) fn softhsm_configuration(folder: &Path) -> String {
    let (tokens, path) = (folder.join("tokens"), folder.join("softhsm2.conf"));
    std::fs::create_dir(&tokens).expect("created");
    let lines = format!("directories.tokendir = {}\nlog.level = ERROR\n", text(&tokens));
    std::fs::write(&path, lines).expect("written");
    text(&path).to_owned()
}

/// The token with this label, in a look without problems.
pub(crate) async fn token_labelled(tokens: &Tokens, label: &str) -> Token {
    let scan = tokens.scan().await;
    assert_eq!(scan.problems, []);
    let mut found = scan.tokens.into_iter().filter(|token| token.label == label);
    found.next().expect("the token")
}
