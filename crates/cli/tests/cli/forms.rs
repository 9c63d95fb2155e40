//! Signatures inside documents, raised and judged by the rules of a purpose.

use std::path::{Path, PathBuf};

use kabinet_testkit::{Drawer, Finished, Kabinetctl, PIN, Stand, built_module};

use crate::{kabinetctl, text};

const PDF: &[u8] = include_bytes!("../../../../tests/data/pdf/empty-a4.pdf");

struct Desk {
    stand: Stand,
    ctl: Kabinetctl,
    _drawer: Drawer,
}

impl Desk {
    fn new() -> Self {
        let (stand, drawer) = (Stand::start(), Drawer::new());
        drawer.add(&stand, "0001", &["accountant"]);
        let ctl = kabinetctl().with_tokens(&drawer);
        Self {
            stand,
            ctl,
            _drawer: drawer,
        }
    }

    fn sign(&self, content: &[u8], form: &str, more: &[&str]) -> (PathBuf, Finished) {
        let (file, out) = (self.ctl.file("content", content), self.ctl.path("signed"));
        let module = built_module();
        let arguments = [
            "sign",
            text(&file),
            "--cert",
            self.stand.fingerprint("accountant"),
            "--module",
            text(&module),
            "--pin-stdin",
            "--form",
            form,
            "--out",
            text(&out),
        ];
        let finished = self
            .ctl
            .run(&[&arguments[..], more].concat(), format!("{PIN}\n").as_bytes());
        (out, finished)
    }

    fn verify(&self, file: &Path, more: &[&str]) -> Finished {
        let trust = self.stand.trust_folder();
        let list = self.stand.trust_list();
        let arguments = [
            "verify",
            text(file),
            "--trust",
            text(&trust),
            "--trust-list",
            text(&list),
            "--json",
        ];
        self.ctl.run(&[&arguments[..], more].concat(), b"")
    }
}

#[test]
fn documents_carry_their_signature_and_are_raised_as_far_as_their_form_goes() {
    let desk = Desk::new();
    let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Договор/>\n".as_bytes();
    for (form, content, to, profile, too_far) in [
        ("pdf", PDF, "lta", "pades-lta", "xlt1"),
        ("xml", xml, "lt", "xades-lt", "lta"),
    ] {
        let (signed, finished) = desk.sign(content, form, &["--visible"]);
        assert_eq!(finished.expect(0).json()["form"], form);
        let (trust, out) = (desk.stand.trust_folder(), desk.ctl.path("raised"));
        let tsa = format!("{}/tsa", desk.stand.pki_url());
        let raise = |to: &str| {
            let arguments = [
                "upgrade",
                text(&signed),
                "--trust",
                text(&trust),
                "--allow-internal",
                "--to",
                to,
            ];
            desk.ctl.run(
                &[&arguments[..], &["--tsa", &tsa, "--out", text(&out), "--json"]].concat(),
                b"",
            )
        };
        assert_eq!(raise(too_far).json()["error"]["code"], "app.level-not-for-form");
        raise(to).expect(0);
        let report = desk.verify(&out, &["--offline"]).expect(0).json();
        assert_eq!(report["signers"][0]["profile"], profile, "{report:#}");
        assert_eq!(report["indication"], "total-passed");
    }
    let (_, finished) = desk.sign(xml, "pdf", &[]);
    assert_eq!(finished.json()["error"]["code"], "pdf.not-pdf");
}

#[test]
fn a_purpose_asks_for_more_than_a_good_signature() {
    let desk = Desk::new();
    let (signed, finished) = desk.sign(b"text", "attached", &[]);
    finished.expect(0);
    desk.verify(&signed, &["--allow-internal"]).expect(0);
    let judged = desk
        .verify(&signed, &["--allow-internal", "--profile", "fns"])
        .expect(2)
        .json();
    assert_eq!(
        (&judged["purpose"], &judged["signers"][0]["subIndication"]),
        (&"fns".into(), &"SIG_CONSTRAINTS_FAILURE".into())
    );
    assert_eq!(
        judged["signers"][0]["reasons"],
        serde_json::json!(["requirement.detached"])
    );

    let (detached, finished) = desk.sign(b"text", "detached", &[]);
    finished.expect(0);
    let content = desk.ctl.path("content");
    let of = |profile: &str| {
        let more = [
            "--allow-internal",
            "--content",
            text(&content),
            "--profile",
            profile,
        ];
        desk.verify(&detached, &more)
    };
    of("fns").expect(0);
    assert_eq!(
        of("archive").expect(2).json()["signers"][0]["reasons"],
        serde_json::json!(["requirement.level"])
    );
    assert_eq!(of("bank").json()["error"]["code"], "app.no-profile");

    // A new purpose is a file.
    std::fs::create_dir_all(desk.ctl.path("profiles")).unwrap();
    let bank = r#"{"code":"bank","title":{"ru":"Банк","en":"Bank"},"note":"","order":5,"formats":[],
        "forms":["attached"],"level":"basic"}"#;
    desk.ctl.file("profiles/bank.json", bank.as_bytes());
    let listed = desk.ctl.run(&["profiles", "--json"], b"").expect(0).json();
    assert_eq!(
        listed["profiles"][0],
        serde_json::json!({"code": "bank", "title": "Банк"})
    );
    assert_eq!(
        of("bank").expect(2).json()["signers"][0]["reasons"],
        serde_json::json!(["requirement.attached"])
    );
}
