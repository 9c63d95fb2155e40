//! `doctor` over the software token. What this computer itself has on USB and in PC/SC makes chains of its own, so exit codes
//! are asked for where the token's own chain decides them.

use kabinet_softtoken::Profile;
use kabinet_testkit::{Drawer, Finished, Kabinetctl, OpenSsl, PIN, Stand, WRONG_PIN};
use serde_json::Value;

use crate::{kabinetctl, text};

/// The chain of the software module with its token, or of the module alone.
fn chain<'a>(report: &'a Value, title: &str) -> &'a Value {
    let chains = report["chains"].as_array().unwrap();
    chains
        .iter()
        .find(|chain| chain["title"] == title)
        .unwrap_or_else(|| panic!("no {title}: {report}"))
}

fn step<'a>(chain: &'a Value, name: &str) -> &'a Value {
    let lines = chain["lines"].as_array().unwrap();
    lines.iter().find(|line| line["step"] == name).unwrap()
}

fn diagnosed(ctl: &Kabinetctl, drawer: &Drawer) -> Finished {
    ctl.run(&["doctor", "--module", text(&drawer.module())], b"")
}

/// What goes before the options of a test signature.
fn tested(ctl: &Kabinetctl, drawer: &Drawer, certificate: &str, more: &[&str], input: &[u8]) -> Finished {
    let module = drawer.module();
    let asked = [
        "doctor",
        "--module",
        text(&module),
        "--test-signature",
        "--certificate",
        certificate,
    ];
    ctl.run(&[&asked[..], more].concat(), input)
}

#[test]
fn a_good_token_has_no_broken_step_and_its_test_signature_is_accepted_by_openssl() {
    let (stand, drawer) = (Stand::start(), Drawer::new());
    drawer.add(&stand, "0001", &["accountant"]);
    let ctl = kabinetctl();
    let report = diagnosed(&ctl, &drawer).json();
    assert_eq!(report["version"], 1);
    let found = chain(&report, "Rutoken ECP");
    assert_eq!(found["broken"], Value::Null, "{found}");
    assert_eq!(step(found, "signature")["state"], "not-checked");
    let (out, id) = (ctl.path("test.p7s"), stand.fingerprint("accountant"));
    let out = ["--pin-stdin", "--out", text(&out)];
    let report = tested(&ctl, &drawer, id, &out, format!("{PIN}\n").as_bytes()).json();
    let found = chain(&report, "Rutoken ECP");
    assert_eq!(step(found, "signature")["code"], "signature.made");
    assert_eq!(step(found, "verification")["code"], "verification.holds");
    let signature = std::fs::read(ctl.path("test.p7s")).unwrap();
    OpenSsl::new().accepts(&signature, None, &stand.roots());
    // The PIN from a file, a beginning of the fingerprint, and the signature alone.
    let pin = ctl.file("pin", format!("{PIN}\n").as_bytes());
    let finished = tested(
        &ctl,
        &drawer,
        &id[..16],
        &["--pin-file", text(&pin), "--out", "-"],
        b"",
    );
    OpenSsl::new().accepts(&finished.stdout, None, &stand.roots());
}

#[test]
fn a_failed_test_signature_decides_the_exit_code() {
    let (stand, drawer) = (Stand::start(), Drawer::new());
    drawer.add(&stand, "0001", &["accountant"]);
    let (ctl, id) = (kabinetctl(), stand.fingerprint("accountant"));
    // Without a terminal nobody is asked, and nothing is spent.
    let unasked = tested(&ctl, &drawer, id, &[], b"").expect(77);
    assert_eq!(
        (unasked.error().as_str(), drawer.tries_left("0001")),
        ("app.cancelled", 3)
    );
    let wrong = format!("{WRONG_PIN}\n");
    let report = tested(&ctl, &drawer, id, &["--pin-stdin"], wrong.as_bytes())
        .expect(77)
        .json();
    assert_eq!(
        step(chain(&report, "Rutoken ECP"), "signature")["code"],
        "token.pin-incorrect"
    );
    assert_eq!(drawer.tries_left("0001"), 2);
    tested(&ctl, &drawer, id, &["--pin-stdin"], wrong.as_bytes()).expect(77);
    // Nobody can confirm the last try here: it is left to somebody who can.
    let right = format!("{PIN}\n");
    let report = tested(&ctl, &drawer, id, &["--pin-stdin"], right.as_bytes())
        .expect(77)
        .json();
    assert_eq!(
        step(chain(&report, "Rutoken ECP"), "signature")["code"],
        "token.pin-final-try"
    );
    assert_eq!(drawer.tries_left("0001"), 1);
    assert_eq!(
        tested(&ctl, &drawer, &"0".repeat(64), &["--pin-stdin"], b"x\n")
            .expect(1)
            .error(),
        "app.no-certificate"
    );
    assert_eq!(drawer.tries_left("0001"), 1);
}

#[test]
fn what_is_broken_is_named_with_its_remedy() {
    let (stand, drawer) = (Stand::start(), Drawer::new());
    drawer.add_with(Profile::of_model("Rutoken lite", "0002", "Старый"), &stand, &[]);
    let ctl = kabinetctl();
    let finished = diagnosed(&ctl, &drawer).expect(1);
    let found = finished.json();
    let found = chain(&found, "Rutoken lite");
    assert_eq!(
        (&found["broken"], &step(found, "token")["code"]),
        (&"token".into(), &"token-state.passive".into())
    );
    let module = drawer.module();
    for (locale, words) in [
        (
            "ru_RU.UTF-8",
            ["Старый только хранит ключ и сам не подписывает.", "Рутокен ЭЦП"],
        ),
        (
            "en_US.UTF-8",
            [
                "Старый only stores a key and does not sign itself.",
                "Rutoken ECP",
            ],
        ),
    ] {
        let said = ctl
            .say(locale, &["doctor", "--module", text(&module)])
            .expect(1)
            .text();
        for words in words {
            assert!(said.contains(words), "{said}");
        }
        assert!(
            said.contains("[token-state.passive]") && !said.contains("{{"),
            "{said}"
        );
    }
}

#[test]
fn a_module_that_is_not_there_crashes_or_is_for_another_processor_has_its_own_chain() {
    let (stand, drawer) = (Stand::start(), Drawer::new());
    drawer.add(&stand, "0001", &["accountant"]);
    drawer.control("C_Initialize.crash = 1\n");
    let ctl = kabinetctl();
    let mut x86 = vec![0u8; 64];
    x86[..6].copy_from_slice(&[0x7f, b'E', b'L', b'F', 1, 1]);
    x86[16..20].copy_from_slice(&[3, 0, 3, 0]);
    let (x86, crashing) = (ctl.file("x86.so", &x86), drawer.module());
    let modules = [
        "--module",
        text(&x86),
        "--module",
        "/nowhere/gone.so",
        "--module",
        text(&crashing),
    ];
    let report = ctl
        .run(&[&["doctor"][..], &modules].concat(), b"")
        .expect(1)
        .json();
    for (title, name, code) in [
        ("x86.so", "bitness", "token.module-other-architecture"),
        ("gone.so", "module", "token.module-missing"),
        ("libkabinet_softtoken.so", "load", "token.module-crashed"),
    ] {
        let found = chain(&report, title);
        assert_eq!(
            (&found["broken"], &step(found, name)["code"]),
            (&name.into(), &code.into()),
            "{found}"
        );
    }
}

#[test]
fn a_test_signature_wants_its_certificate_and_only_one_source_of_the_pin() {
    let ctl = kabinetctl();
    for arguments in [
        &["doctor", "--test-signature"][..],
        &["doctor", "--certificate", "ab"],
        &["doctor", "--pin-stdin"],
        &[
            "doctor",
            "--test-signature",
            "--certificate",
            "ab",
            "--pin-stdin",
            "--pin-file",
            "x",
        ],
    ] {
        assert_eq!(ctl.run(arguments, b"").expect(64).error(), "cli.usage");
    }
}
