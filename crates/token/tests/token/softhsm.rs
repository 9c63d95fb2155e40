//! SoftHSM, Debian's build: RSA and P-256, judged by OpenSSL and pkcs11-tool.

use std::path::{Path, PathBuf};

use kabinet_token::key_file::KeyAlgorithm;
use kabinet_token::{KeyOrder, KeySeen, SignEvent, SignMechanism, Token, TokenError, Tokens};

use crate::support::*;

pub(crate) const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PIN: &str = "12345678";
const SO_PIN: &str = "87654321";

/// A SoftHSM of its own with one token: certificates `rsa` and `ec` with keys of the same ID, `moved` whose certificate
/// carries another ID than its key, `bare` without a key.
struct SoftHsm {
    folder: tempfile::TempDir,
    configuration: String,
}

impl SoftHsm {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path();
        std::fs::create_dir(path.join("tokens")).expect("created");
        let configuration = path.join("softhsm2.conf");
        let lines = format!(
            "directories.tokendir = {}\nlog.level = ERROR\n",
            text(&path.join("tokens"))
        );
        std::fs::write(&configuration, lines).expect("written");
        let hsm = Self {
            configuration: text(&configuration).to_owned(),
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

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn file(&self, name: &str, extension: &str) -> String {
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

    fn tool(&self, arguments: &[&str]) -> String {
        let arguments = [&["--module", MODULE, "--login", "--pin", PIN], arguments].concat();
        let environment = [("SOFTHSM2_CONF", self.configuration.as_str())];
        String::from_utf8_lossy(&run("pkcs11-tool", &arguments, &environment, b"")).into_owned()
    }

    /// Whether pkcs11-tool can log in with this PIN.
    fn takes(&self, pin: &str) -> bool {
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

    fn tokens(&self) -> Tokens {
        tokens(&[Path::new(MODULE)], &self.worker())
    }
}

#[tokio::test]
async fn a_scan_shows_certificates_with_their_keys_and_the_pin_state() {
    let hsm = SoftHsm::new();
    let tokens = hsm.tokens();
    let scan = tokens.scan().await;
    assert_eq!(scan.problems, []);
    let token = scan
        .tokens
        .iter()
        .find(|token| token.label == "kabinet")
        .expect("the token");
    assert!(!token.passive && token.pin.login_required && !token.pin.locked && !token.pin.on_device);
    assert_eq!((token.pin.min_len, token.pin.max_len), (4, 255));
    assert_eq!(
        token.mechanisms,
        [SignMechanism::RsaPkcs1, SignMechanism::EcdsaP256]
    );
    assert!(
        scan.tokens.iter().any(|token| token.passive),
        "SoftHSM's empty slot cannot sign"
    );
    let seen = |label| {
        let certificate = labelled(&scan, label);
        (certificate.mechanism, certificate.key)
    };
    assert_eq!(seen("rsa"), (Some(SignMechanism::RsaPkcs1), KeySeen::ById));
    assert_eq!(seen("ec"), (Some(SignMechanism::EcdsaP256), KeySeen::ById));
    assert_eq!(
        seen("moved"),
        (Some(SignMechanism::EcdsaP256), KeySeen::ByPublicKey)
    );
    assert_eq!(seen("bare"), (Some(SignMechanism::EcdsaP256), KeySeen::No));
    assert_eq!(
        labelled(&scan, "rsa").der,
        std::fs::read(hsm.file("rsa", "der")).expect("read")
    );
    assert_eq!(
        labelled(&scan, "rsa").fingerprint.to_vec(),
        sha256(&labelled(&scan, "rsa").der)
    );
    let (_, info) = tokens.introduce().await.pop().expect("one module");
    assert_eq!(info.expect("it introduces itself").manufacturer, "SoftHSM");
}

#[tokio::test]
async fn signatures_of_a_batch_verify_and_come_one_by_one() {
    let hsm = SoftHsm::new();
    let tokens = hsm.tokens();
    let scan = tokens.scan().await;
    let messages: Vec<Vec<u8>> = (0..3)
        .map(|number| format!("report {number}").into_bytes())
        .collect();
    let inputs = messages.iter().map(|message| digest_info(message)).collect();
    let signatures = tokens
        .sign(
            job(labelled(&scan, "rsa"), SignMechanism::RsaPkcs1, inputs),
            pin(PIN),
        )
        .await;
    for (message, signature) in messages.iter().zip(signatures.expect("signed")) {
        assert!(verified_by_openssl(hsm.path(), "rsa", message, &signature));
        assert!(!verified_by_openssl(hsm.path(), "rsa", b"another", &signature));
    }
    for name in ["ec", "moved"] {
        let inputs: Vec<_> = messages.iter().map(|message| sha256(message)).collect();
        let mut events = Vec::new();
        let job = job(labelled(&scan, name), SignMechanism::EcdsaP256, inputs);
        tokens
            .sign_each(job, pin(PIN), |event| events.push(event))
            .await
            .expect("signed");
        assert_eq!(events[0], SignEvent::LoggedIn);
        assert_eq!(events.len(), 4);
        for (event, (number, message)) in events[1..].iter().zip(messages.iter().enumerate()) {
            let SignEvent::Signed { index, signature } = event else {
                panic!("{event:?}")
            };
            assert_eq!(*index, number);
            assert!(verified_by_openssl(
                hsm.path(),
                name,
                message,
                &ecdsa_der(signature)
            ));
        }
    }
}

#[tokio::test]
async fn a_wrong_pin_is_told_with_the_state_after_it_and_the_right_one_still_works() {
    let hsm = SoftHsm::new();
    let tokens = hsm.tokens();
    let scan = tokens.scan().await;
    let job = job(
        labelled(&scan, "ec"),
        SignMechanism::EcdsaP256,
        vec![sha256(b"x")],
    );
    let error = tokens
        .sign(job.clone(), pin("87654321"))
        .await
        .expect_err("wrong");
    let TokenError::PinIncorrect { state } = &error else {
        panic!("{error:?}")
    };
    assert!(state.count_low && !state.locked);
    assert!(error.is_retriable());
    assert_eq!(error.code(), "token.pin-incorrect");
    tokens.sign(job.clone(), pin(PIN)).await.expect("the right PIN");
    assert_eq!(tokens.sign(job, None).await, Err(TokenError::PinRequired));
}

#[tokio::test]
async fn what_can_be_refused_early_never_spends_an_attempt() {
    let hsm = SoftHsm::new();
    let tokens = hsm.tokens();
    let scan = tokens.scan().await;
    let ec = labelled(&scan, "ec");
    let good = job(ec, SignMechanism::EcdsaP256, vec![sha256(b"x")]);
    let wrong = || pin("00000000");
    for short in ["", "123"] {
        let answer = tokens.sign(good.clone(), pin(short)).await;
        assert_eq!(answer, Err(TokenError::PinLength { min: 4, max: 255 }));
    }
    let long = "1".repeat(256);
    assert_eq!(
        tokens.sign(good.clone(), pin(&long)).await,
        Err(TokenError::PinLength { min: 4, max: 255 })
    );

    let mut odd = good.clone();
    odd.inputs = vec![vec![1; 31]];
    assert_eq!(tokens.sign(odd, wrong()).await, Err(TokenError::InputUnsuitable));

    let mut other_key = good.clone();
    other_key.mechanism = SignMechanism::Gost256;
    assert_eq!(
        tokens.sign(other_key, wrong()).await,
        Err(TokenError::MechanismUnsupported)
    );

    let mut elsewhere = good.clone();
    elsewhere.token.serial = "no such token".into();
    assert_eq!(
        tokens.sign(elsewhere, wrong()).await,
        Err(TokenError::TokenNotFound)
    );

    let mut stranger = good.clone();
    stranger.token.module = "/nowhere/module.so".into();
    assert_eq!(
        tokens.sign(stranger, wrong()).await,
        Err(TokenError::ModuleUnknown)
    );

    tokens.close().await;
    hsm.tool(&["--delete-object", "--type", "cert", "--id", "02"]);
    assert_eq!(
        tokens.sign(good, wrong()).await,
        Err(TokenError::CertificateNotFound)
    );

    let after = tokens.scan().await;
    let token = after
        .tokens
        .iter()
        .find(|token| token.label == "kabinet")
        .expect("the token");
    assert!(
        !token.pin.count_low,
        "SoftHSM sets the flag after any wrong attempt"
    );
}

#[tokio::test]
async fn a_certificate_without_a_key_is_found_out_after_the_login() {
    let hsm = SoftHsm::new();
    let tokens = hsm.tokens();
    let scan = tokens.scan().await;
    let job = job(
        labelled(&scan, "bare"),
        SignMechanism::EcdsaP256,
        vec![sha256(b"x")],
    );
    assert_eq!(tokens.sign(job, pin(PIN)).await, Err(TokenError::KeyNotFound));
}

/// `<folder>/issued.{der,pub}` for a request in `request.der`, from an authority made for it.
fn issue(hsm: &SoftHsm) -> Vec<u8> {
    make_certificate(hsm.path(), "authority", P256);
    let file = |name: &str| text(&hsm.path().join(name)).to_owned();
    let [request, authority, key, issued, public] = [
        "request.der",
        "authority.der",
        "authority.key",
        "issued.der",
        "issued.pub",
    ]
    .map(file);
    let sign = [
        "x509",
        "-req",
        "-inform",
        "DER",
        "-in",
        &request,
        "-CA",
        &authority,
        "-CAform",
        "DER",
        "-CAkey",
        &key,
        "-set_serial",
        "7",
        "-outform",
        "DER",
        "-out",
        &issued,
    ];
    run("openssl", &sign, &[], b"");
    run(
        "openssl",
        &[
            "x509", "-inform", "DER", "-in", &issued, "-noout", "-pubkey", "-out", &public,
        ],
        &[],
        b"",
    );
    std::fs::read(issued).expect("read")
}

async fn hsm_token(tokens: &Tokens) -> Token {
    let scan = tokens.scan().await;
    assert_eq!(scan.problems, []);
    scan.tokens
        .into_iter()
        .find(|token| token.label == "kabinet")
        .expect("the token")
}

#[tokio::test]
async fn a_key_made_by_our_client_and_its_certificate_serve_openssl_and_pkcs11_tool() {
    for (algorithm, mechanism, tool) in [
        (KeyAlgorithm::P256, SignMechanism::EcdsaP256, "ECDSA"),
        (KeyAlgorithm::Rsa(2048), SignMechanism::RsaPkcs1, "RSA-PKCS"),
    ] {
        let hsm = SoftHsm::new();
        let tokens = hsm.tokens();
        let token = hsm_token(&tokens).await;
        assert!(token.key_pairs.contains(&mechanism));
        let order = KeyOrder {
            algorithm,
            label: "Новый ключ".into(),
            // CN=new, UTF8String.
            subject: hex::decode("300e310c300a06035504030c036e6577").expect("hex"),
            extensions: Vec::new(),
        };
        let request = tokens
            .make_key(&token.address, order, pin(PIN), false)
            .await
            .expect("made");
        std::fs::write(hsm.path().join("request.der"), &request).expect("written");
        let path = hsm.file("request", "der");
        run(
            "openssl",
            &["req", "-inform", "DER", "-in", &path, "-verify", "-noout"],
            &[],
            b"",
        );
        let certificate = issue(&hsm);
        let import = |der: &[u8]| tokens.import_certificate(&token.address, der.to_vec(), pin(PIN), false);
        import(&certificate).await.expect("imported");
        let stranger = std::fs::read(hsm.file("authority", "der")).expect("read");
        assert_eq!(import(&stranger).await, Err(TokenError::CertificateForeign));

        let scan = tokens.scan().await;
        let written = labelled(&scan, "new");
        assert_eq!((&written.der, written.key), (&certificate, KeySeen::ById));
        let message = b"report";
        let input = match mechanism {
            SignMechanism::RsaPkcs1 => digest_info(message),
            _ => sha256(message),
        };
        let signature = tokens
            .sign(job(written, mechanism, vec![input.clone()]), pin(PIN))
            .await
            .expect("signed")
            .remove(0);
        let signature = match mechanism {
            SignMechanism::RsaPkcs1 => signature,
            _ => ecdsa_der(&signature),
        };
        assert!(verified_by_openssl(hsm.path(), "issued", message, &signature));

        // Another program finds the key by the certificate's ID, and the certificate as it was written.
        let id = hex::encode(&written.id);
        let [file, signed, read] =
            ["input", "signed", "read.der"].map(|name| text(&hsm.path().join(name)).to_owned());
        std::fs::write(&file, input).expect("written");
        hsm.tool(&[
            "--sign",
            "--id",
            &id,
            "--mechanism",
            tool,
            "--signature-format",
            "openssl",
            "--input-file",
            &file,
            "--output-file",
            &signed,
        ]);
        let signed = std::fs::read(signed).expect("read");
        assert!(verified_by_openssl(hsm.path(), "issued", message, &signed));
        hsm.tool(&[
            "--read-object",
            "--type",
            "cert",
            "--id",
            &id,
            "--output-file",
            &read,
        ]);
        assert_eq!(std::fs::read(read).expect("read"), certificate);
        let keys = hsm.tool(&["--list-objects", "--type", "privkey"]);
        assert!(
            keys.contains("Новый ключ") && keys.contains("never extractable"),
            "{keys}"
        );
    }
}

#[tokio::test]
async fn a_changed_and_a_reset_pin_are_what_pkcs11_tool_logs_in_with() {
    let hsm = SoftHsm::new();
    let tokens = hsm.tokens();
    let token = hsm_token(&tokens).await.address;
    let refused = tokens
        .change_pin(&token, pin("00000000"), pin("13572468"), false)
        .await
        .expect_err("a wrong old PIN");
    assert_eq!(refused.code(), "token.pin-incorrect");
    tokens
        .change_pin(&token, pin(PIN), pin("13572468"), false)
        .await
        .expect("changed");
    assert!(hsm.takes("13572468") && !hsm.takes(PIN));

    let refused = tokens
        .unblock(&token, pin("00000000"), pin("24681357"), false)
        .await
        .expect_err("a wrong PUK");
    assert_eq!(refused.code(), "token.puk-incorrect");
    tokens
        .unblock(&token, pin(SO_PIN), pin("24681357"), false)
        .await
        .expect("unblocked");
    assert!(hsm.takes("24681357") && !hsm.takes("13572468"));
}
