//! Lists of accredited authorities on the command line.

use kabinet_testkit::{Finished, Kabinetctl, OpenSsl, Stand};
use serde_json::{Value, json};

use crate::{kabinetctl, text};

const CONTENT: &[u8] = b"content";

/// `verify` of the accountant's signature with this list.
fn verify(ctl: &Kabinetctl, stand: &Stand, list: &[u8]) -> Finished {
    let pki = |file: &str| stand.pki(&format!("accountant.{file}"));
    let signature = OpenSsl::new().sign(&pki("key"), &pki("crt"), CONTENT, &["-cades"]);
    let [root, authority] = stand.crls();
    let (signature, content) = (ctl.file("signature", &signature), ctl.file("content", CONTENT));
    let (list, trust) = (ctl.file("list.xml", list), stand.pki("root.crt"));
    let arguments = [
        "--json",
        "verify",
        text(&signature),
        "--content",
        text(&content),
        "--offline",
        "--trust",
        text(&trust),
        "--trust-list",
        text(&list),
        "--crl",
        text(&root),
        "--crl",
        text(&authority),
    ];
    ctl.run(&arguments, b"")
}

fn published(stand: &Stand, request: &Value) -> Vec<u8> {
    stand.publish_list(request);
    stand.request("GET", "/trust-list.xml", None).body
}

#[test]
fn a_named_list_brings_the_issuer_and_says_whether_the_certificate_is_qualified() {
    let (stand, ctl) = (Stand::start(), kabinetctl());
    let report = verify(&ctl, &stand, &published(&stand, &json!({})))
        .expect(0)
        .json();
    let signer = &report["signers"][0];
    assert_eq!(signer["qualification"]["status"], "qualified", "{signer:#}");
    assert_eq!(signer["anchor"], "command-line");
    assert_eq!(report["schema"], "kabinet.verification/1");
    assert_eq!(
        (&report["trust"]["listVersion"], &report["trust"]["listOrigin"]),
        (&json!(2.0), &json!("file"))
    );
    let ended = json!({"status": "ended", "since": "2021-01-01T00:00:00+03:00"});
    let report = verify(&ctl, &stand, &published(&stand, &ended)).expect(0).json();
    let signer = &report["signers"][0];
    assert_eq!(
        (&signer["verdict"], &signer["qualification"]["status"]),
        (&json!("valid"), &json!("not-qualified"))
    );
}

#[test]
fn a_list_that_its_keeper_did_not_sign_is_no_ground_for_anything() {
    let (stand, ctl) = (Stand::start(), kabinetctl());
    for (flaw, code) in [
        ("tampered", "app.trust-list-tampered"),
        ("foreign", "app.trust-list-foreign"),
        ("unsigned", "app.trust-list-unsigned"),
    ] {
        let refused = verify(&ctl, &stand, &published(&stand, &json!({ "flaw": flaw })));
        assert_eq!(refused.json()["error"]["code"], code);
    }
    let refused = verify(&ctl, &stand, b"<list/>").json();
    assert_eq!(refused["error"]["code"], "app.trust-list-unsigned");
}

#[test]
fn a_certificate_is_judged_by_a_named_list() {
    let (stand, ctl) = (Stand::start(), kabinetctl());
    let list = ctl.file("list.xml", &published(&stand, &json!({})));
    let (leaf, root) = (stand.pki("accountant.crt"), stand.pki("root.crt"));
    let arguments = [
        "--json",
        "cert",
        "verify",
        text(&leaf),
        "--trust",
        text(&root),
        "--trust-list",
        text(&list),
        "--no-revocation",
        "--offline",
    ];
    let report = ctl.run(&arguments, b"").expect(0).json();
    assert_eq!(report["qualification"]["status"], "qualified");
    assert_eq!(report["qualification"]["toolClass"], "КС1");
}

#[test]
fn what_is_trusted_is_shown_renewed_added_and_removed() {
    let stand = Stand::start();
    let ctl = kabinetctl().with("KABINET_DEMO", stand.dir());
    let trust = |more: &[&str]| {
        let arguments = [&["--json", "trust", "--environment", "demo"], more].concat();
        ctl.run(&arguments, b"")
    };
    assert_eq!(trust(&["show"]).expect(0).json()["list"]["version"], 1.0);
    stand.publish_list(&json!({}));
    assert_eq!(trust(&["update"]).expect(0).json()["list"]["version"], 2.0);
    let old = stand.dir().join("trust-list.xml");
    let refused = trust(&["update", "--file", text(&old)]).json();
    assert_eq!(refused["error"]["code"], "pki.trust-list-rolled-back");

    let own = stand.pki("untrusted-root.crt");
    trust(&["add", text(&own)]).expect(0);
    let id = stand.fingerprint("untrusted-root");
    let shown = ctl
        .run(&["trust", "--environment", "demo", "show"], b"")
        .expect(0);
    assert!(shown.text().contains(id), "{}", shown.text());
    let left = trust(&["remove", id]).expect(0).json();
    let sources = left["certificates"].as_array().unwrap().iter();
    assert!(
        sources
            .map(|one| &one["source"])
            .all(|source| source == "program")
    );
    assert_eq!(trust(&["remove", id]).json()["error"]["code"], "app.not-found");
    let real = ctl.run(&["--json", "trust", "show"], b"").expect(0).json();
    assert_eq!((&real["list"], &real["certificates"]), (&Value::Null, &json!([])));
}
