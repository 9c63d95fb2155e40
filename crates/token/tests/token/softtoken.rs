//! The project's software token: GOST 256 and 512, PIN counter, removal, faults; signatures judged by OpenSSL with its GOST
//! engine.

use std::path::{Path, PathBuf};
use std::time::Duration;

use kabinet_softtoken::{Import, Profile, TokenDirectory, TokenHome};
use kabinet_token::{KeySeen, SignEvent, SignMechanism, TokenError, Tokens};

use crate::support::*;

pub(crate) const PIN: &str = "12345678";
pub(crate) const WRONG: &str = "87654321";
pub(crate) const PUK: &str = "00000000";

/// A copy of the module with a token directory of its own, and keys made by OpenSSL on its token.
pub(crate) struct Drawer {
    folder: tempfile::TempDir,
    configuration: String,
    pub(crate) home: TokenHome,
}

impl Drawer {
    pub(crate) fn new(profile: Profile, keys: &[(&str, &str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path();
        std::fs::copy(built_module(), path.join("libkabinet_softtoken.so")).expect("copied");
        let setting = format!("directory = {}\n", text(&path.join("tokens")));
        std::fs::write(path.join("kabinet-softtoken.conf"), setting).expect("written");
        let directory = TokenDirectory::new(path.join("tokens"));
        let home = directory
            .create(profile, PIN.as_bytes(), PUK.as_bytes())
            .expect("a token");
        let drawer = Self {
            configuration: gost_configuration(path),
            home,
            folder,
        };
        for (number, (name, algorithm, parameters)) in keys.iter().enumerate() {
            drawer.add_key(name, algorithm, parameters, &[number as u8 + 1]);
        }
        drawer
    }

    fn add_key(&self, name: &str, algorithm: &str, parameters: &str, id: &[u8]) {
        let [key, certificate, public] = ["key", "crt", "pub"]
            .map(|extension| text(&self.file(&format!("{name}.{extension}"))).to_owned());
        let parameters = format!("paramset:{parameters}");
        let subject = format!("/CN={name}");
        self.openssl(
            &[
                "genpkey",
                "-algorithm",
                algorithm,
                "-pkeyopt",
                &parameters,
                "-out",
                &key,
            ],
            b"",
        );
        self.openssl(
            &[
                "req",
                "-x509",
                "-new",
                "-key",
                &key,
                "-subj",
                &subject,
                "-out",
                &certificate,
            ],
            b"",
        );
        self.openssl(&["pkey", "-in", &key, "-pubout", "-out", &public], b"");
        let (key, certificate) = (
            std::fs::read(key).expect("read"),
            std::fs::read(certificate).expect("read"),
        );
        let import = Import {
            key: &key,
            certificate: Some(&certificate),
            id,
            label: name,
        };
        self.home.import(PIN.as_bytes(), &import).expect("imported");
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn openssl(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        run(
            "openssl",
            arguments,
            &[("OPENSSL_CONF", &self.configuration)],
            input,
        )
    }

    pub(crate) fn verified(&self, name: &str, digest: &str, message: &[u8], signature: &[u8]) -> bool {
        let (public, raw) = (self.file(&format!("{name}.pub")), self.file("signature"));
        std::fs::write(&raw, signature).expect("written");
        let arguments = ["dgst", digest, "-verify", text(&public), "-signature", text(&raw)];
        try_run(
            "openssl",
            &arguments,
            &[("OPENSSL_CONF", &self.configuration)],
            message,
        )
        .0
    }

    pub(crate) fn tokens(&self) -> Tokens {
        tokens(&[&self.file("libkabinet_softtoken.so")], Path::new(WORKER))
    }

    /// Directives of the token's control file, from the next call on.
    pub(crate) fn control(&self, directives: &str) {
        let new = self.file("control.new");
        std::fs::write(&new, directives).expect("written");
        std::fs::rename(new, self.file("tokens/control")).expect("renamed");
    }
}

/// Cargo builds the library for this test as a module too, beside the test itself.
fn built_module() -> PathBuf {
    let tests = std::env::current_exe().expect("the test's own path");
    tests.with_file_name("libkabinet_softtoken.so")
}

pub(crate) fn rutoken() -> Profile {
    Profile {
        max_tries: 3,
        max_so_tries: 3,
        ..Profile::of_model("Rutoken ECP", "0123456789", "Директор")
    }
}

fn one_key() -> Drawer {
    Drawer::new(rutoken(), &[("one", "gost2012_256", "TCA")])
}

#[tokio::test]
async fn gost_signatures_of_both_lengths_verify() {
    let keys = [
        (
            "one",
            "gost2012_256",
            "TCA",
            "-md_gost12_256",
            SignMechanism::Gost256,
        ),
        (
            "two",
            "gost2012_256",
            "XA",
            "-md_gost12_256",
            SignMechanism::Gost256,
        ),
        (
            "three",
            "gost2012_512",
            "A",
            "-md_gost12_512",
            SignMechanism::Gost512,
        ),
        (
            "four",
            "gost2012_512",
            "C",
            "-md_gost12_512",
            SignMechanism::Gost512,
        ),
    ];
    let drawer = Drawer::new(
        rutoken(),
        &keys.map(|(name, algorithm, parameters, ..)| (name, algorithm, parameters)),
    );
    let tokens = drawer.tokens();
    let scan = tokens.scan().await;
    assert_eq!(scan.problems, []);
    assert_eq!(
        (scan.tokens.len(), scan.certificates.len(), scan.lone_keys.len()),
        (1, 4, 0)
    );
    let token = &scan.tokens[0];
    assert_eq!(
        (token.label.as_str(), token.address.serial.as_str()),
        ("Директор", "0123456789")
    );
    assert_eq!(token.mechanisms, SignMechanism::ALL);
    for (name, _, _, digest, mechanism) in keys {
        let certificate = labelled(&scan, name);
        assert_eq!(
            (certificate.mechanism, certificate.key),
            (Some(mechanism), KeySeen::ById)
        );
        let hashes =
            [&b"first"[..], b"second"].map(|message| drawer.openssl(&["dgst", digest, "-binary"], message));
        let signatures = tokens
            .sign(job(certificate, mechanism, hashes.to_vec()), pin(PIN))
            .await
            .expect("signed");
        assert!(drawer.verified(name, digest, b"first", &signatures[0]));
        assert!(drawer.verified(name, digest, b"second", &signatures[1]));
        assert!(!drawer.verified(name, digest, b"first", &signatures[1]));
    }
}

#[tokio::test]
async fn wrong_pins_lead_to_the_last_attempt_and_then_to_the_lock() {
    let drawer = one_key();
    let tokens = drawer.tokens();
    let scan = tokens.scan().await;
    let mut job = job(labelled(&scan, "one"), SignMechanism::Gost256, vec![vec![1; 32]]);
    let code = |result: Result<Vec<Vec<u8>>, TokenError>| result.expect_err("refused").code();
    assert_eq!(
        code(tokens.sign(job.clone(), pin(WRONG)).await),
        "token.pin-incorrect"
    );
    assert_eq!(
        code(tokens.sign(job.clone(), pin(WRONG)).await),
        "token.pin-incorrect-final-try"
    );
    assert!(tokens.scan().await.tokens[0].pin.final_try);
    assert_eq!(
        code(tokens.sign(job.clone(), pin(PIN)).await),
        "token.pin-final-try"
    );
    job.final_try_confirmed = true;
    assert_eq!(
        code(tokens.sign(job.clone(), pin(WRONG)).await),
        "token.pin-locked"
    );
    assert!(tokens.scan().await.tokens[0].pin.locked);
    assert_eq!(code(tokens.sign(job, pin(PIN)).await), "token.pin-locked");
}

#[tokio::test]
async fn the_right_pin_on_the_last_attempt_gives_all_attempts_back() {
    let drawer = one_key();
    let tokens = drawer.tokens();
    let mut job = job(
        labelled(&tokens.scan().await, "one"),
        SignMechanism::Gost256,
        vec![vec![1; 32]],
    );
    for _ in 0..2 {
        tokens.sign(job.clone(), pin(WRONG)).await.expect_err("wrong");
    }
    job.final_try_confirmed = true;
    tokens.sign(job, pin(PIN)).await.expect("signed");
    let state = &tokens.scan().await.tokens[0].pin;
    assert!(!state.count_low && !state.final_try && !state.locked);
}

#[tokio::test]
async fn a_token_pulled_after_the_scan_is_not_found_and_back_again_it_signs() {
    let drawer = one_key();
    let tokens = drawer.tokens();
    let job = job(
        labelled(&tokens.scan().await, "one"),
        SignMechanism::Gost256,
        vec![vec![1; 32]],
    );
    drawer.home.remove().expect("pulled");
    let error = tokens
        .sign(job.clone(), pin(WRONG))
        .await
        .expect_err("it is gone");
    assert_eq!(error, TokenError::TokenNotFound);
    assert!(error.is_retriable());
    assert_eq!(tokens.scan().await.tokens, []);
    drawer.home.insert().expect("plugged in");
    tokens
        .sign(job, pin(PIN))
        .await
        .expect("signed, and no attempt was spent");
}

#[tokio::test]
async fn a_token_pulled_in_the_middle_keeps_the_signatures_made_before() {
    let drawer = one_key();
    let tokens = drawer.tokens();
    let inputs = (1..=5).map(|number| vec![number; 32]).collect();
    let job = job(
        labelled(&tokens.scan().await, "one"),
        SignMechanism::Gost256,
        inputs,
    );
    drawer.control("C_Sign.delay = 200\n");
    let mut signed = 0;
    let result = tokens.sign_each(job.clone(), pin(PIN), |event| {
        if let SignEvent::Signed { .. } = event {
            signed += 1;
            if signed == 2 {
                drawer.home.remove().expect("pulled");
            }
        }
    });
    assert_eq!(result.await, Err(TokenError::TokenRemoved));
    assert_eq!(signed, 2);
    drawer.control("");
    drawer.home.insert().expect("plugged in");
    assert_eq!(tokens.sign(job, pin(PIN)).await.expect("signed").len(), 5);
}

#[tokio::test]
async fn crashes_and_hangs_on_the_way_become_errors_and_the_next_run_works() {
    let drawer = one_key();
    let tokens = drawer.tokens();
    let job = job(
        labelled(&tokens.scan().await, "one"),
        SignMechanism::Gost256,
        vec![vec![1; 32], vec![2; 32]],
    );
    for (directives, expected) in [
        ("C_Login.crash = 1\n", TokenError::ModuleCrashed),
        ("C_Sign.crash = 1\nC_Sign.after = 1\n", TokenError::ModuleCrashed),
        ("C_OpenSession.crash = 1\n", TokenError::ModuleCrashed),
        ("C_Sign.hang = 1\n", TokenError::ModuleHung { seconds: 2 }),
        ("C_Login.hang = 1\n", TokenError::ModuleHung { seconds: 2 }),
        ("C_Sign.rv = 0x30\n", TokenError::TokenRemoved),
        ("C_SignInit.rv = 0x101\n", TokenError::LoginLost),
    ] {
        drawer.control(directives);
        assert_eq!(
            tokens.sign(job.clone(), pin(PIN)).await,
            Err(expected),
            "{directives}"
        );
        drawer.control("");
        assert_eq!(
            tokens.sign(job.clone(), pin(PIN)).await.expect("signed").len(),
            2,
            "{directives}"
        );
    }
    assert!(
        !tokens.scan().await.tokens[0].pin.count_low,
        "the right PIN was never spent as a wrong one"
    );
}

#[tokio::test]
async fn a_key_that_asks_each_time_and_a_pin_pad_work_with_one_entry() {
    let drawer = Drawer::new(
        Profile {
            always_authenticate: true,
            ..rutoken()
        },
        &[("one", "gost2012_256", "TCA")],
    );
    let tokens = drawer.tokens();
    let inputs = vec![vec![1; 32], vec![2; 32]];
    let job_always = job(
        labelled(&tokens.scan().await, "one"),
        SignMechanism::Gost256,
        inputs,
    );
    assert_eq!(tokens.sign(job_always, pin(PIN)).await.expect("signed").len(), 2);

    let drawer = Drawer::new(
        Profile {
            protected_authentication_path: true,
            ..rutoken()
        },
        &[("one", "gost2012_256", "TCA")],
    );
    let tokens = drawer.tokens();
    let job_pad = job(
        labelled(&tokens.scan().await, "one"),
        SignMechanism::Gost256,
        vec![vec![1; 32]],
    );
    std::fs::write(drawer.home.path().join("pin-pad"), PIN).expect("typed on the reader");
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(tokens.sign(job_pad, None).await.expect("signed").len(), 1);
}

#[tokio::test]
async fn a_memory_token_is_passive() {
    let drawer = Drawer::new(Profile::of_model("Rutoken lite", "0000000001", "память"), &[]);
    let scan = drawer.tokens().scan().await;
    assert!(scan.tokens[0].passive);
    assert!(scan.tokens[0].offered.is_empty());
}

#[tokio::test]
async fn a_token_that_waits_for_a_finger_says_so_before_each_signature() {
    let profile = Profile {
        touch: true,
        patience: 10_000,
        ..rutoken()
    };
    let drawer = Drawer::new(profile, &[("touch", "gost2012_256", "A")]);
    let tokens = drawer.tokens();
    let scan = tokens.scan().await;
    let job = job(
        labelled(&scan, "touch"),
        SignMechanism::Gost256,
        vec![vec![1; 32], vec![2; 32]],
    );
    let finger = drawer.home.path().join("touch");
    let mut events = Vec::new();
    let signed = tokens.sign_each(job, pin(PIN), |event| {
        // Whoever is told to touch the token does.
        if event == SignEvent::AwaitingDevice {
            std::fs::write(&finger, "").expect("touched");
        }
        events.push(std::mem::discriminant(&event));
    });
    signed.await.expect("signed");
    let waiting = std::mem::discriminant(&SignEvent::AwaitingDevice);
    assert_eq!(events.iter().filter(|event| **event == waiting).count(), 2);
}

/// Workers of this module that are running.
#[cfg(target_os = "linux")]
fn workers_of(module: &Path) -> usize {
    let processes = std::fs::read_dir("/proc").expect("readable").flatten();
    let lines = processes.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    lines
        .filter(|line| {
            line.split(|byte| *byte == 0)
                .any(|argument| argument == text(module).as_bytes())
        })
        .count()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_module_for_cards_of_all_kinds_lets_go_of_the_card_after_each_login() {
    let drawer = Drawer::new(rutoken(), &[("own", "gost2012_256", "A")]);
    let path = drawer.file("libkabinet_softtoken.so");
    for (generic, left) in [(true, 0), (false, 1)] {
        let module = kabinet_token::Module {
            generic,
            ..module(&path)
        };
        let tokens = Tokens::new(vec![module], std::path::PathBuf::from(WORKER));
        let scan = tokens.scan().await;
        assert_eq!(workers_of(&path), 1, "looking needs no login");
        let job = job(labelled(&scan, "own"), SignMechanism::Gost256, vec![vec![1; 32]]);
        tokens.sign(job, pin(PIN)).await.expect("signed");
        assert_eq!(workers_of(&path), left, "generic: {generic}");
        tokens.close().await;
    }
}
