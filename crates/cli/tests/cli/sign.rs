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

    /// Signs these files of the home folder as the accountant into the folder `signed`.
    fn sign_many(&self, names: &[&str], pin: &str, more: &[&str]) -> Finished {
        let input = format!("{pin}\n");
        self.with_many(names, more, |arguments| self.ctl.run(arguments, input.as_bytes()))
    }

    fn with_many<T>(&self, names: &[&str], more: &[&str], then: impl FnOnce(&[&str]) -> T) -> T {
        let (module, folder) = (built_module(), self.ctl.path("signed"));
        std::fs::create_dir_all(&folder).unwrap();
        let files: Vec<PathBuf> = names.iter().map(|name| self.ctl.path(name)).collect();
        let mut arguments = vec!["sign"];
        arguments.extend(files.iter().map(|file| text(file)));
        arguments.extend([
            "--cert",
            self.stand.fingerprint("accountant"),
            "--module",
            text(&module),
        ]);
        arguments.extend(["--pin-stdin", "--out-dir", text(&folder)]);
        arguments.extend(more);
        then(&arguments)
    }

    /// OpenSSL accepts the signature in the folder `signed`.
    fn is_signed(&self, name: &str) {
        let content = std::fs::read(self.ctl.path(name)).unwrap();
        let signature = std::fs::read(self.ctl.path("signed").join(format!("{name}.sig"))).unwrap();
        self.openssl
            .accepts(&signature, Some(&content), &self.stand.roots());
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

const MANY: [&str; 4] = ["a.txt", "b.txt", "c.txt", "d.txt"];

fn desk_with_many() -> Desk {
    let desk = Desk::new();
    for name in MANY {
        desk.ctl.file(name, format!("Содержание {name}").as_bytes());
    }
    desk
}

/// States of the files in order.
fn states(run: &Finished) -> Vec<String> {
    let value = run.json();
    let files = value["files"].as_array().unwrap();
    files
        .iter()
        .map(|file| file["state"].as_str().unwrap().to_owned())
        .collect()
}

/// Names in the folder `signed`.
fn written(desk: &Desk) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(desk.ctl.path("signed"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn many_files_are_signed_under_one_pin_and_openssl_accepts_all() {
    let desk = desk_with_many();
    let run = desk.sign_many(&MANY, PIN, &[]).expect(0);
    assert_eq!(states(&run), ["signed"; 4]);
    let value = run.json();
    assert_eq!(
        (&value["signed"], &value["total"], &value["error"]),
        (&4.into(), &4.into(), &().into())
    );
    MANY.iter().for_each(|name| desk.is_signed(name));
    // One wrong entry for all of them is one try, not four.
    let before = desk.drawer.tries_left("0001");
    std::fs::remove_dir_all(desk.ctl.path("signed")).unwrap();
    let run = desk.sign_many(&MANY, WRONG_PIN, &[]).expect(77);
    assert_eq!(
        (run.error().as_str(), states(&run)),
        ("token.pin-incorrect", vec!["waiting".to_owned(); 4])
    );
    assert_eq!(desk.drawer.tries_left("0001"), before - 1);
    assert!(written(&desk).is_empty());
}

#[test]
fn a_file_that_cannot_be_signed_stops_no_other_and_the_exit_code_says_so() {
    let desk = desk_with_many();
    let run = desk
        .sign_many(&["a.txt", "missing.txt", "b.txt"], PIN, &[])
        .expect(64);
    assert_eq!(states(&run), ["signed", "failed", "signed"]);
    assert_eq!(run.json()["files"][1]["error"]["code"], "app.file-not-found");
    assert_eq!(written(&desk), ["a.txt.sig", "b.txt.sig"]);
}

#[test]
fn a_token_pulled_in_the_middle_is_told_for_each_file_and_the_rest_signed_by_the_next_run() {
    let desk = desk_with_many();
    desk.drawer.control("C_Sign.rv = 0x30\nC_Sign.after = 2\n");
    let run = desk.sign_many(&MANY, PIN, &[]).expect(1);
    assert_eq!(run.error(), "token.removed");
    assert_eq!(states(&run), ["signed", "signed", "waiting", "waiting"]);
    assert_eq!(written(&desk), ["a.txt.sig", "b.txt.sig"]);
    desk.drawer.control("");
    // Without the word nothing that is there is taken for done.
    let run = desk.sign_many(&MANY, PIN, &[]).expect(64);
    assert_eq!(states(&run), ["failed", "failed", "signed", "signed"]);
    assert_eq!(run.json()["files"][0]["error"]["code"], "app.file-exists");
    for name in ["c.txt.sig", "d.txt.sig"] {
        std::fs::remove_file(desk.ctl.path("signed").join(name)).unwrap();
    }
    let kept = std::fs::read(desk.ctl.path("signed/a.txt.sig")).unwrap();
    let run = desk.sign_many(&MANY, PIN, &["--resume"]).expect(0);
    assert_eq!(states(&run), ["skipped", "skipped", "signed", "signed"]);
    assert_eq!(std::fs::read(desk.ctl.path("signed/a.txt.sig")).unwrap(), kept);
    MANY.iter().for_each(|name| desk.is_signed(name));
}

#[test]
fn what_was_signed_before_the_program_was_killed_is_in_its_place() {
    let desk = desk_with_many();
    desk.drawer.control("C_Sign.delay = 30000\nC_Sign.after = 2\n");
    let input = format!("{PIN}\n");
    let running = desk.with_many(&MANY, &[], |arguments| {
        desk.ctl.start(arguments, input.as_bytes())
    });
    let second = desk.ctl.path("signed/b.txt.sig");
    let begun = std::time::Instant::now();
    while !second.exists() && begun.elapsed().as_secs() < 60 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    running.kill();
    desk.drawer.control("");
    let run = desk.sign_many(&MANY, PIN, &["--resume"]).expect(0);
    assert_eq!(states(&run), ["skipped", "skipped", "signed", "signed"]);
    MANY.iter().for_each(|name| desk.is_signed(name));
}

#[test]
fn resuming_does_not_take_another_files_signature_or_rubbish_for_done() {
    let desk = desk_with_many();
    desk.sign_many(&["a.txt", "b.txt"], PIN, &[]).expect(0);
    desk.ctl.file("a.txt", b"changed since");
    std::fs::write(desk.ctl.path("signed/c.txt.sig"), "rubbish").unwrap();
    let run = desk.sign_many(&MANY, PIN, &["--resume"]).expect(64);
    assert_eq!(states(&run), ["failed", "skipped", "failed", "signed"]);
}

#[test]
fn a_wrong_signature_names_its_file_and_stops() {
    let desk = desk_with_many();
    desk.drawer.control("C_Sign.wrong = 1\nC_Sign.after = 1\n");
    let run = desk.sign_many(&MANY, PIN, &[]).expect(1);
    assert_eq!(states(&run), ["signed", "failed", "waiting", "waiting"]);
    let error = &run.json()["files"][1]["error"];
    assert_eq!(error["code"], "signature.raw-signature-wrong");
    assert_eq!(written(&desk), ["a.txt.sig"]);
}

#[test]
fn two_files_of_one_name_do_not_overwrite_each_other() {
    let desk = desk_with_many();
    std::fs::create_dir(desk.ctl.path("other")).unwrap();
    desk.ctl.file("other/a.txt", b"another");
    let run = desk.sign_many(&["a.txt", "other/a.txt"], PIN, &[]).expect(64);
    assert_eq!(states(&run), ["signed", "failed"]);
    desk.is_signed("a.txt");
}

#[test]
fn many_files_want_a_folder_and_standard_input_is_signed_alone() {
    let desk = desk_with_many();
    let (a, b) = (desk.ctl.path("a.txt"), desk.ctl.path("b.txt"));
    let id = desk.stand.fingerprint("accountant");
    for rest in [
        [text(&a), text(&b), "--out", "x"],
        [text(&a), "-", "--out-dir", "."],
    ] {
        let arguments = [&["sign", "--cert", id, "--pin-stdin"][..], &rest].concat();
        assert_eq!(desk.ctl.run(&arguments, b"").expect(64).error(), "cli.usage");
    }
}
