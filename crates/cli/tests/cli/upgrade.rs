//! `upgrade` with the time stamp, OCSP and CRL services of the reference portal.

use kabinet_testkit::{OpenSsl, Stand};

use crate::{kabinetctl, text};

const CONTENT: &[u8] = "Договор\n".as_bytes();

struct Setting {
    stand: Stand,
    openssl: OpenSsl,
}

impl Setting {
    fn new() -> Self {
        Self {
            stand: Stand::start(),
            openssl: OpenSsl::new(),
        }
    }

    fn signed(&self, options: &[&str]) -> Vec<u8> {
        let path = |extension: &str| self.stand.pki(&format!("accountant.{extension}"));
        self.openssl.sign(&path("key"), &path("crt"), CONTENT, options)
    }

    fn tsa(&self) -> String {
        format!("{}/tsa", self.stand.pki_url())
    }
}

#[test]
fn every_level_is_reached_and_proven_without_a_network_afterwards() {
    let setting = Setting::new();
    let ctl = kabinetctl();
    let signature = ctl.file("f.sig", &setting.signed(&["-cades"]));
    let content = ctl.file("f", CONTENT);
    let trust = setting.stand.trust_folder();
    let tsa = setting.tsa();
    for (level, profile) in [
        ("t", "cades-t"),
        ("xlt1", "cades-xlt1"),
        ("lt", "cades-lt"),
        ("lta", "cades-lta"),
    ] {
        let out = ctl.path(&format!("{level}.sig"));
        let finished = ctl.run(
            &[
                "upgrade",
                text(&signature),
                "--content",
                text(&content),
                "--trust",
                text(&trust),
                "--allow-internal",
                "--to",
                level,
                // Nobody answers here: the next service is asked.
                "--tsa",
                "http://127.0.0.1:9/tsa",
                "--tsa",
                &tsa,
                "--out",
                text(&out),
                "--json",
            ],
            b"",
        );
        let done = finished.expect(0).json();
        assert_eq!(done["services"][0], tsa.as_str());
        assert_eq!(done["failures"][0][1], "pki.stamp-service-unreachable");

        let mut arguments = vec![
            "verify",
            text(&out),
            "--content",
            text(&content),
            "--trust",
            text(&trust),
            "--json",
        ];
        // T needs the services once more, the others carry everything.
        arguments.push(if level == "t" {
            "--allow-internal"
        } else {
            "--offline"
        });
        let verified = ctl.run(&arguments, b"");
        let report = verified.json();
        assert_eq!(
            (verified.code, report["signers"][0]["profile"].as_str()),
            (0, Some(profile)),
            "{report:#}"
        );
        assert_eq!(report["indication"], "total-passed");
        assert!(report["signers"][0]["provenAt"].is_string());
    }
}

#[test]
fn without_any_service_nothing_is_written() {
    let setting = Setting::new();
    let ctl = kabinetctl();
    let signature = ctl.file("f.sig", &setting.signed(&["-cades"]));
    let out = ctl.path("t.sig");
    let finished = ctl.run(
        &[
            "upgrade",
            text(&signature),
            "--to",
            "t",
            "--allow-internal",
            "--tsa",
            "http://127.0.0.1:9/tsa",
            "--out",
            text(&out),
            "--json",
        ],
        b"",
    );
    assert_eq!(finished.expect(69).json()["error"]["code"], "app.time-stamp");
    assert!(!out.exists());
    assert!(!ctl.path("t.sig.part").exists());
}
