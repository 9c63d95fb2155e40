//! `sign` with the software token, judged by OpenSSL.

use std::path::{Path, PathBuf};

use kabinet_testkit::{Drawer, Finished, Kabinetctl, OpenSsl, PIN, Stand, WRONG_PIN, built_module};

use crate::{kabinetctl, text};

const CONTENT: &[u8] = "Содержание документа\n".as_bytes();

struct Desk {
    stand: Stand,
    drawer: Drawer,
    ctl: Kabinetctl,
    openssl: OpenSsl,
}

impl Desk {
    fn new() -> Self {
        let (stand, drawer) = (Stand::start(), Drawer::new());
        drawer.add(&stand, "0001", &["accountant", "director"]);
        let ctl = kabinetctl().with_tokens(&drawer);
        ctl.file("content", CONTENT);
        Self {
            stand,
            drawer,
            ctl,
            openssl: OpenSsl::new(),
        }
    }

    fn out(&self) -> PathBuf {
        self.ctl.path("signature")
    }

    fn sign(&self, certificate: &str, pin: &str, more: &[&str]) -> Finished {
        let (content, out) = (self.ctl.path("content"), self.out());
        self.sign_file(certificate, &content, &out, format!("{pin}\n").as_bytes(), more)
    }

    fn sign_file(&self, certificate: &str, file: &Path, out: &Path, input: &[u8], more: &[&str]) -> Finished {
        let module = built_module();
        let id = self
            .stand
            .demo
            .certificate(certificate)
            .map_or(certificate, |entry| &entry.fingerprint);
        let arguments = [
            "sign",
            text(file),
            "--cert",
            id,
            "--module",
            text(&module),
            "--pin-stdin",
            "--out",
            text(out),
        ];
        self.ctl.run(&[&arguments[..], more].concat(), input)
    }

    /// Nothing was written, not even a part.
    fn nothing_was_written(&self) {
        let left: Vec<_> = std::fs::read_dir(self.out().parent().unwrap())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with("signature"))
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn openssl_accepts_a_detached_signature_of_either_key_size() {
    let desk = Desk::new();
    for certificate in ["accountant", "director"] {
        let report = desk.sign(certificate, PIN, &[]).expect(0).json();
        assert_eq!(report["attached"], false);
        let signature = std::fs::read(desk.out()).unwrap();
        desk.openssl
            .accepts(&signature, Some(CONTENT), &desk.stand.roots());
        let (accepted, _) = desk
            .openssl
            .judges(&signature, Some(b"another"), &desk.stand.roots());
        assert!(!accepted, "OpenSSL has to be able to say no");
    }
}

#[test]
fn openssl_accepts_an_attached_signature_and_finds_the_content_inside() {
    let desk = Desk::new();
    desk.sign("accountant", PIN, &["--attached"]).expect(0);
    let signature = std::fs::read(desk.out()).unwrap();
    desk.openssl.accepts(&signature, None, &desk.stand.roots());
    assert!(signature.windows(CONTENT.len()).any(|window| window == CONTENT));
}

#[test]
fn content_follows_the_pin_on_standard_input_and_the_signature_leaves_on_standard_output() {
    let desk = Desk::new();
    let input = [PIN.as_bytes(), b"\n", CONTENT].concat();
    let run = desk
        .sign_file("accountant", Path::new("-"), Path::new("-"), &input, &[])
        .expect(0);
    desk.openssl
        .accepts(&run.stdout, Some(CONTENT), &desk.stand.roots());
}

#[test]
fn a_beginning_of_the_fingerprint_is_enough_unless_it_is_ambiguous() {
    let desk = Desk::new();
    let beginning = desk.stand.fingerprint("director")[..12].to_uppercase();
    let (content, out, input) = (desk.ctl.path("content"), desk.out(), format!("{PIN}\n"));
    desk.sign_file(&beginning, &content, &out, input.as_bytes(), &[])
        .expect(0);
    std::fs::remove_file(&out).unwrap();
    let run = desk
        .sign_file("", &content, &out, input.as_bytes(), &[])
        .expect(64);
    assert_eq!(run.error(), "app.ambiguous-certificate");
    let run = desk.sign_file("00112233", &content, &out, input.as_bytes(), &[]);
    assert_eq!(run.error(), "app.no-certificate");
    desk.nothing_was_written();
}

#[test]
fn a_wrong_pin_ends_with_77_spends_one_try_and_writes_nothing() {
    let desk = Desk::new();
    let before = desk.drawer.tries_left("0001");
    let run = desk.sign("accountant", WRONG_PIN, &[]).expect(77);
    assert_eq!(run.error(), "token.pin-incorrect");
    assert_eq!(desk.drawer.tries_left("0001"), before - 1);
    desk.nothing_was_written();
    desk.sign("accountant", PIN, &[]).expect(0);
    assert_eq!(desk.drawer.tries_left("0001"), before);
}

#[test]
fn the_last_try_is_left_to_a_person() {
    let desk = Desk::new();
    desk.sign("accountant", WRONG_PIN, &[]).expect(77);
    let run = desk.sign("accountant", WRONG_PIN, &[]).expect(77);
    assert_eq!(run.error(), "token.pin-incorrect-final-try");
    let run = desk.sign("accountant", PIN, &[]).expect(77);
    assert_eq!(run.error(), "token.pin-final-try");
    assert_eq!(desk.drawer.tries_left("0001"), 1);
    desk.nothing_was_written();
}

#[test]
fn a_locked_pin_ends_with_77() {
    let desk = Desk::new();
    desk.drawer.lock("0001");
    let run = desk.sign("accountant", PIN, &[]).expect(77);
    assert_eq!(run.error(), "token.pin-locked");
    desk.nothing_was_written();
}

#[test]
fn a_pin_of_impossible_length_spends_no_try() {
    let desk = Desk::new();
    let before = desk.drawer.tries_left("0001");
    for pin in ["", "12"] {
        assert_eq!(
            desk.sign("accountant", pin, &[]).expect(77).error(),
            "token.pin-length"
        );
    }
    assert_eq!(desk.drawer.tries_left("0001"), before);
}

#[test]
fn a_missing_file_ends_with_64_and_spends_no_try() {
    let desk = Desk::new();
    let before = desk.drawer.tries_left("0001");
    let input = format!("{WRONG_PIN}\n");
    let run = desk
        .sign_file(
            "accountant",
            Path::new("/nowhere/file"),
            &desk.out(),
            input.as_bytes(),
            &[],
        )
        .expect(64);
    assert_eq!(run.error(), "app.file-not-found");
    assert_eq!(desk.drawer.tries_left("0001"), before);
    desk.nothing_was_written();
}

#[test]
fn a_token_that_fails_in_the_middle_leaves_no_file_and_the_old_one_stays() {
    let desk = Desk::new();
    for (fault, code) in [
        ("C_Sign.rv = 0x30\n", "token.removed"),
        ("C_Sign.crash = 1\n", "token.module-crashed"),
        ("C_Sign.wrong = 1\n", "signature.raw-signature-wrong"),
    ] {
        desk.drawer.control(fault);
        assert_eq!(desk.sign("accountant", PIN, &[]).error(), code);
        desk.nothing_was_written();
    }
    std::fs::write(desk.out(), "kept").unwrap();
    assert_ne!(desk.sign("accountant", PIN, &[]).code, 0);
    assert_eq!(std::fs::read(desk.out()).unwrap(), b"kept");
}

#[test]
fn a_target_that_cannot_be_written_is_a_failure_with_its_name() {
    let desk = Desk::new();
    let out = desk.ctl.path("no such folder/signature");
    let input = format!("{PIN}\n");
    let run = desk.sign_file(
        "accountant",
        &desk.ctl.path("content"),
        &out,
        input.as_bytes(),
        &[],
    );
    assert_ne!(run.code, 0);
    assert_eq!(run.json()["error"]["params"]["file"], text(&out));
}
