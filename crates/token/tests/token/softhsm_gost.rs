//! SoftHSM built with GOST: keys made there by our client sign there, judged by OpenSSL with its GOST engine. R 34.10-2001 and
//! R 34.10-2012 with 256 bits are the same equations, so raw signatures of Streebog digests are the newer algorithm's.

use std::io::Write;
use std::path::{Path, PathBuf};

use kabinet_token::key_file::{KeyAlgorithm, KeySize};
use kabinet_token::{KeyOrder, KeySeen, SignMechanism, Tokens};

use crate::support::*;

const PIN: &str = "12345678";

/// A token in a SoftHSM of its own.
struct GostHsm {
    folder: tempfile::TempDir,
    module: PathBuf,
    environment: Vec<(&'static str, String)>,
}

impl GostHsm {
    /// `None` where `./dev` could not have the source: it says so by name, and so does this.
    fn new(test: &str) -> Option<Self> {
        let Some(module) = std::env::var_os("KABINET_SOFTHSM_GOST").map(PathBuf::from) else {
            // Past the test harness, which keeps the words of tests that pass.
            let line = format!(
                "softhsm_gost: {test} is left out: KABINET_SOFTHSM_GOST is not set (./dev test sets it)\n"
            );
            std::io::stderr().write_all(line.as_bytes()).expect("written");
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path();
        let environment = vec![
            ("SOFTHSM2_CONF", softhsm_configuration(path)),
            ("OPENSSL_CONF", gost_configuration(path)),
        ];
        let hsm = Self {
            module,
            environment,
            folder,
        };
        hsm.run(
            "softhsm2-util",
            &[
                "--module",
                text(&hsm.module),
                "--init-token",
                "--free",
                "--label",
                "gost",
                "--so-pin",
                "87654321",
                "--pin",
                PIN,
            ],
            b"",
        );
        Some(hsm)
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn file(&self, name: &str) -> String {
        text(&self.path().join(name)).to_owned()
    }

    fn run(&self, program: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let environment: Vec<_> = self
            .environment
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        run(program, arguments, &environment, input)
    }

    fn verified(&self, message: &[u8], signature: &[u8]) -> bool {
        std::fs::write(self.file("signature"), signature).expect("written");
        let public = self.file("issued.pub");
        let arguments = [
            "dgst",
            "-md_gost12_256",
            "-verify",
            &public,
            "-signature",
            &self.file("signature"),
        ];
        let environment = [("OPENSSL_CONF", self.environment[1].1.as_str())];
        try_run("openssl", &arguments, &environment, message).0
    }

    /// Has OpenSSL check a request and issue a certificate for it: DER, its public key in `issued.pub`.
    fn issue(&self, request: &[u8]) -> Vec<u8> {
        std::fs::write(self.file("request.der"), request).expect("written");
        let [request, ca_key, ca, issued, public] =
            ["request.der", "ca.key", "ca.crt", "issued.der", "issued.pub"].map(|name| self.file(name));
        let openssl = |arguments: &[&str]| drop(self.run("openssl", arguments, b""));
        openssl(&["req", "-inform", "DER", "-in", &request, "-verify", "-noout"]);
        openssl(&[
            "genpkey",
            "-algorithm",
            "gost2012_256",
            "-pkeyopt",
            "paramset:A",
            "-out",
            &ca_key,
        ]);
        openssl(&[
            "req",
            "-x509",
            "-new",
            "-key",
            &ca_key,
            "-subj",
            "/CN=authority",
            "-out",
            &ca,
        ]);
        openssl(&[
            "x509",
            "-req",
            "-inform",
            "DER",
            "-in",
            &request,
            "-CA",
            &ca,
            "-CAkey",
            &ca_key,
            "-set_serial",
            "5",
            "-outform",
            "DER",
            "-out",
            &issued,
        ]);
        openssl(&[
            "x509", "-inform", "DER", "-in", &issued, "-noout", "-pubkey", "-out", &public,
        ]);
        std::fs::read(issued).expect("read")
    }

    /// Our client, with this SoftHSM's configuration in the worker's environment; the engine is SoftHSM's own affair.
    fn tokens(&self) -> Tokens {
        let body = format!("SOFTHSM2_CONF='{}' exec '{WORKER}' \"$@\"", self.environment[0].1);
        let worker = script(&self.path().join("worker"), &body);
        tokens(&[&self.module], &worker)
    }
}

fn order(set: &str) -> KeyOrder {
    KeyOrder {
        algorithm: KeyAlgorithm::gost(KeySize::Bits256, set).expect("a known set"),
        label: "Новый ключ".into(),
        // CN=Иванова, UTF8String.
        subject: hex::decode("30193117301506035504030c0ed098d0b2d0b0d0bdd0bed0b2d0b0").expect("hex"),
        extensions: Vec::new(),
    }
}

#[tokio::test]
async fn a_key_made_by_our_client_signs_and_openssl_agrees_at_every_step() {
    let Some(hsm) = GostHsm::new("a_key_made_by_our_client_signs_and_openssl_agrees_at_every_step") else {
        return;
    };
    let tokens = hsm.tokens();
    let token = token_labelled(&tokens, "gost").await;
    assert!(token.mechanisms.contains(&SignMechanism::Gost256));
    assert!(!token.mechanisms.contains(&SignMechanism::Gost512));
    assert!(token.key_pairs.contains(&SignMechanism::Gost256));

    let request = tokens
        .make_key(&token.address, order("cryptopro-a"), pin(PIN), false)
        .await
        .expect("made");
    let der = hsm.issue(&request);
    let lone = tokens.scan().await.lone_keys;
    assert_eq!(
        lone.iter().map(|key| key.label.as_str()).collect::<Vec<_>>(),
        ["Новый ключ"]
    );

    tokens
        .import_certificate(&token.address, der.clone(), pin(PIN), false)
        .await
        .expect("imported");

    let scan = tokens.scan().await;
    assert_eq!(
        (scan.problems.len(), scan.lone_keys.len(), scan.certificates.len()),
        (0, 0, 1)
    );
    assert_eq!(scan.certificates[0].der, der);
    assert_eq!(scan.certificates[0].key, KeySeen::ById);
    let messages: Vec<Vec<u8>> = (0..20)
        .map(|number| format!("report {number}").into_bytes())
        .collect();
    let digest = |message: &Vec<u8>| hsm.run("openssl", &["dgst", "-md_gost12_256", "-binary"], message);
    let job = job(
        &scan.certificates[0],
        SignMechanism::Gost256,
        messages.iter().map(digest).collect(),
    );
    let signatures = tokens.sign(job, pin(PIN)).await.expect("signed");
    assert_eq!(signatures.len(), messages.len());
    for (message, signature) in messages.iter().zip(&signatures) {
        assert!(hsm.verified(message, signature));
        assert!(!hsm.verified(b"another", signature));
    }
}

#[tokio::test]
async fn what_is_left_of_a_key_that_failed_half_way_hides_nothing() {
    let Some(hsm) = GostHsm::new("what_is_left_of_a_key_that_failed_half_way_hides_nothing") else {
        return;
    };
    let tokens = hsm.tokens();
    let token = token_labelled(&tokens, "gost").await;
    let listed = || {
        let list = [
            "--module",
            text(&hsm.module),
            "--login",
            "--pin",
            PIN,
            "--list-objects",
            "--type",
            "privkey",
        ];
        String::from_utf8_lossy(&hsm.run("pkcs11-tool", &list, b"")).into_owned()
    };
    // The engine behind this SoftHSM makes keys on the curve of CryptoPro-A only. Ours leaves nothing behind.
    let refused = tokens
        .make_key(&token.address, order("tc26-a"), pin(PIN), false)
        .await;
    assert_eq!(
        refused.expect_err("a curve it does not have").code(),
        "token.device"
    );
    assert_eq!(listed(), "");
    // pkcs11-tool puts the parameters where SoftHSM does not take them, and leaves a private key without a name and an ID.
    let generate = [
        "--module",
        text(&hsm.module),
        "--login",
        "--pin",
        PIN,
        "--keypairgen",
        "--key-type",
        "GOSTR3410:A",
    ];
    let environment: Vec<_> = hsm
        .environment
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert!(!try_run("pkcs11-tool", &generate, &environment, b"").0);
    assert!(listed().contains("unknown GOSTR3410 algorithm"), "{}", listed());

    assert_eq!(token_labelled(&tokens, "gost").await, token);
    let request = tokens
        .make_key(&token.address, order("cryptopro-a"), pin(PIN), false)
        .await
        .expect("made beside it");
    let der = hsm.issue(&request);
    tokens
        .import_certificate(&token.address, der, pin(PIN), false)
        .await
        .expect("imported");
    let scan = tokens.scan().await;
    assert_eq!((scan.problems.len(), scan.lone_keys.len()), (0, 0));
    let digest = hsm.run("openssl", &["dgst", "-md_gost12_256", "-binary"], b"report");
    let job = job(&scan.certificates[0], SignMechanism::Gost256, vec![digest]);
    let signature = tokens.sign(job, pin(PIN)).await.expect("signed").remove(0);
    assert!(hsm.verified(b"report", &signature));
}
