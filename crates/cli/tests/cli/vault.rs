//! Commands that work in the vault.

use kabinet_testkit::{AKT, AKT_INVALID, OpenSsl, PIN, UPD, WRONG_PIN, sample};
use serde_json::{Value, json};

use crate::office::Office;
use crate::{kabinetctl, text};

#[test]
fn a_document_goes_the_whole_way_and_is_exported_with_everything() {
    let office = Office::new();
    let row = office.send(AKT).expect(0).json();
    assert_eq!(
        (&row["state"], &row["outcome"]),
        (&"finished".into(), &"accepted".into()),
        "{row}"
    );
    office.all_is_well(row["documentId"].as_str().unwrap());

    let journal = office.ctl.run(&["journal"], b"").expect(0).json();
    let actions: Vec<&str> = journal["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["action"].as_str().unwrap())
        .collect();
    for action in [
        "document-added",
        "document-signed-unopened",
        "document-queued",
        "signed-in",
        "order-pushed",
        "result-received",
    ] {
        assert!(actions.contains(&action), "{action}: {actions:?}");
    }
    let check = office.ctl.run(&["journal", "--verify"], b"").expect(0).json();
    assert_eq!(
        (&check["entries"], &check["brokenAt"], &check["fault"]),
        (&journal["total"], &Value::Null, &Value::Null)
    );
    assert_eq!(
        (
            &check["proven"],
            &check["checkpoints"],
            &check["lastCheckpoint"]["seq"]
        ),
        (&journal["total"], &1.into(), &1.into())
    );
    let file = office.ctl.path("journal.json");
    let export = ["journal", "--export", text(&file)];
    let exported = office.ctl.run(&export, b"").expect(0).json();
    assert_eq!(exported["entries"], journal["total"]);
    let key = exported["publicKey"].as_str().unwrap();
    assert_eq!(check["publicKey"], key);
    // A program of others recomputes the chain and asks OpenSSL about the checkpoints.
    let judge = concat!(env!("CARGO_MANIFEST_DIR"), "/../store/tests/verify_journal.py");
    let verdict = std::process::Command::new("python3")
        .args([judge, text(&file), key])
        .output()
        .unwrap();
    let expected = format!("intact {}, vouched 1\n", journal["total"]);
    assert_eq!(String::from_utf8_lossy(&verdict.stdout), expected);
    // Nobody's file is written over, and what was written out is in the journal.
    assert_eq!(office.ctl.run(&export, b"").expect(64).error(), "app.file-exists");
    let sheet = office.ctl.path("journal.csv");
    let part = ["--format", "csv", "--action", "journal-exported"];
    let export = ["journal", "--export", text(&sheet)];
    let exported = office
        .ctl
        .run(&[&export[..], &part].concat(), b"")
        .expect(0)
        .json();
    assert_eq!(exported["entries"], 1);
    assert!(
        std::fs::read_to_string(&sheet)
            .unwrap()
            .starts_with("\u{feff}seq,at,")
    );
    let paper = office.ctl.path("journal.pdf");
    let part = ["--format", "pdf", "--topic", "access", "--text", "ВХОД"];
    let export = ["journal", "--export", text(&paper)];
    let exported = office.ctl.run(&[&export[..], &part].concat(), b"").expect(0);
    assert_eq!(exported.json()["entries"], 1);
    let read = std::process::Command::new("pdftotext")
        .arg(&paper)
        .arg("-")
        .output();
    let read = String::from_utf8(read.unwrap().stdout).unwrap();
    assert!(
        read.contains("Вход выполнен") && !read.contains("Документ добавлен"),
        "{read}"
    );
    let access = office
        .ctl
        .run(&["journal", "--topic", "access"], b"")
        .expect(0)
        .json();
    assert_eq!(
        (&access["total"], &access["rows"][0]["action"]),
        (&1.into(), &"signed-in".into())
    );
    office
        .ctl
        .run(&["journal", "--verify", "--topic", "access"], b"")
        .expect(64);

    let id = row["documentId"].as_str().unwrap();
    let package = office.ctl.path("package.zip");
    office
        .ctl
        .run(&["archive", "export", id, "--out", text(&package)], b"")
        .expect(0);
    let folder = office.ctl.path("package");
    let unzip = ["-q", text(&package), "-d", text(&folder)];
    assert!(
        std::process::Command::new("unzip")
            .args(unzip)
            .status()
            .unwrap()
            .success()
    );
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let content = std::fs::read(sample(AKT)).unwrap();
    assert_eq!(read(AKT), content);
    let (openssl, roots) = (OpenSsl::new(), office.stand.roots());
    openssl.accepts(&read(&format!("{AKT}.sig")), Some(&content), &roots);
    let receipt = format!("kvitanciya_{}.xml", row["orderId"].as_str().unwrap());
    openssl.accepts(&read(&format!("{receipt}.sig")), Some(&read(&receipt)), &roots);
}

#[test]
fn an_unreachable_portal_ends_with_69_and_the_document_waits() {
    let mut office = Office::new();
    office.stand.stop();
    let row = office.send(AKT).expect(69).json();
    assert_eq!(row["state"], "queued", "{row}");
    assert_eq!(office.sync().expect(69).error(), "portal.unreachable");
    office.stand.restart();
    office.sync().expect(0);
    office.all_is_well(row["documentId"].as_str().unwrap());
}

#[test]
fn a_wrong_pin_ends_with_77_and_nothing_is_queued() {
    let office = Office::new();
    let tries = office.drawer.tries_left("0001");
    let run = office
        .run_with(WRONG_PIN, &["send", text(&sample(AKT)), "--wait"])
        .expect(77);
    assert_eq!(run.error(), "token.pin-incorrect");
    assert_eq!(office.drawer.tries_left("0001"), tries - 1);
    let page = office.page();
    assert_eq!(
        (&page["row"]["stage"], &page["submission"]),
        (&"ready".into(), &Value::Null)
    );
    assert_eq!(office.stand.orders().len(), 0);
    office.send(AKT).expect(0);
}

#[test]
fn a_sign_in_that_is_refused_ends_with_77_and_the_document_waits() {
    let office = Office::new();
    office.stand.revoke("accountant");
    // Revoked for the portal, but this computer has heard nothing about it yet.
    office
        .stand
        .fault(&json!({ "path": "/ocsp*", "kind": "status", "status": 503, "count": 10 }));
    office
        .stand
        .fault(&json!({ "path": "/*.crl", "kind": "status", "status": 503, "count": 10 }));
    let run = office.send(AKT).expect(77);
    assert_eq!(run.error(), "portal.certificate-refused");
    assert_eq!(office.page()["submission"]["state"], "queued");
    assert_eq!(office.stand.orders().len(), 0);
}

#[test]
fn without_a_certificate_a_signed_document_is_only_queued() {
    let office = Office::new();
    let file = sample(UPD);
    assert_eq!(
        office.ctl.run(&["send", text(&file)], b"").expect(1).error(),
        "app.not-signed"
    );
    let pension = kabinet_testkit::sfr_pair();
    let row = office
        .ctl
        .run(
            &[
                "send",
                text(&pension[0]),
                text(&pension[1]),
                "--service",
                "10000000109",
            ],
            b"",
        )
        .expect(0)
        .json();
    assert_eq!(
        (&row["state"], &row["waitingFor"]),
        (&"queued".into(), &"sign-in".into()),
        "{row}"
    );
    office.sync().expect(0);
    assert_eq!(office.stand.only_order()["service"], "10000000109");
}

#[test]
fn an_outcome_that_is_no_acceptance_ends_with_1() {
    let office = Office::new();
    office.stand.set(&json!({ "outcome": "refuse" }));
    let row = office.send(AKT).expect(1).json();
    assert_eq!(row["outcome"], "refused", "{row}");
    office.stand.set(&json!({ "outcome": "fail-delivery" }));
    assert_eq!(office.send(UPD).expect(1).json()["outcome"], "failed");
}

#[test]
fn who_waited_in_vain_gets_2() {
    let office = Office::new();
    office.stand.set(&json!({ "outcome": "hold" }));
    let row = office
        .run_with(PIN, &["send", text(&sample(AKT)), "--wait", "3"])
        .expect(2)
        .json();
    assert_eq!(row["state"], "following", "{row}");
}

#[test]
fn an_invalid_document_is_not_signed() {
    let office = Office::new();
    let tries = office.drawer.tries_left("0001");
    let run = office
        .run_with(WRONG_PIN, &["send", text(&sample(AKT_INVALID)), "--wait"])
        .expect(1);
    assert_eq!(
        (run.error(), &run.json()["error"]["params"]["check"]),
        ("app.preflight".to_owned(), &"schema".into())
    );
    assert_eq!(office.drawer.tries_left("0001"), tries);
    assert_eq!(office.page()["row"]["stage"], "invalid");
}

#[test]
fn the_vault_opens_only_with_its_passphrase() {
    let office = Office::new();
    office.ctl.file("passphrase", "другая длинная фраза\n".as_bytes());
    assert_eq!(
        office.ctl.run(&["status"], b"").expect(77).error(),
        "vault.wrong-passphrase"
    );
    std::fs::remove_file(office.ctl.path("passphrase")).unwrap();
    assert_eq!(
        office.ctl.run(&["status"], b"").expect(77).error(),
        "app.cancelled"
    );
}

#[test]
fn no_vault_and_a_second_vault_are_told_apart() {
    let ctl = kabinetctl();
    assert_eq!(ctl.run(&["status"], b"").error(), "vault.not-found");
    let office = Office::new();
    assert_eq!(
        office
            .ctl
            .run(&["vault", "create", "--environment", "demo"], b"")
            .expect(1)
            .error(),
        "app.vault-exists"
    );
}

#[test]
fn a_wrong_requisite_names_its_field_and_ends_with_64() {
    let office = Office::new();
    let add = [
        "organisation",
        "--name",
        "ООО",
        "--ogrn",
        "1027700132195",
        "--region",
        "45",
        "--inn",
    ];
    let run = office
        .ctl
        .run(&[&add[..], &["7707083894"]].concat(), b"")
        .expect(64);
    assert_eq!(
        (run.error(), &run.json()["error"]["params"]["field"]),
        ("app.requisite".to_owned(), &"inn".into())
    );
}

#[test]
fn people_meet_sentences_and_no_keys() {
    let office = Office::new();
    let row = office.send(AKT).expect(0).json();
    let id = row["documentId"].as_str().unwrap();
    let (openssl, content) = (OpenSsl::new(), sample(AKT));
    let key = |extension: &str| office.stand.pki(&format!("accountant.{extension}"));
    let signature = openssl.sign(&key("key"), &key("crt"), b"other content", &[]);
    let signature = office.ctl.file("signature", &signature);
    let verify = [
        "verify",
        text(&signature),
        "--content",
        text(&content),
        "--offline",
    ];
    for locale in ["ru_RU.UTF-8", "en_US.UTF-8"] {
        for arguments in [
            &["status"][..],
            &["status", id],
            &["journal"],
            &["journal", "--verify"],
            &["vault", "verify"],
            &["vault", "info"],
            &["archive", "list"],
            &["archive", "search", "сверки"],
            &["archive", "add", text(&sample(AKT))],
            &["backup"],
            &["backup", "list"],
            &["backup", "verify", "nothing"],
            &["restore", "nothing"],
            &["sync"],
            &["check", "inn", "7707083893"],
            &["check", "account", "044525225:40702810838000000018"],
            &["validate", text(&sample(AKT_INVALID))],
            &["certs", "--module", text(&kabinet_testkit::built_module())],
            &verify,
            &["vault", "create", "--environment", "demo"],
            &["hash", "--alg", "streebog256", "/nowhere/file"],
        ] {
            let run = office.ctl.say_in_vault(locale, arguments);
            let said = run.text() + &run.stderr;
            for word in
                said.split(|character: char| character.is_whitespace() || "[]():,;«»".contains(character))
            {
                let roots = [
                    "cli",
                    "errors",
                    "findings",
                    "journal",
                    "reasons",
                    "requisites",
                    "signature",
                    "stage",
                    "ui",
                ];
                let is_key = word
                    .split_once('.')
                    .is_some_and(|(root, rest)| roots.contains(&root) && !rest.is_empty());
                // A code in brackets is meant for the support line.
                assert!(
                    !is_key || said.contains(&format!("[{word}]")),
                    "{arguments:?} says {word}:\n{said}"
                );
            }
        }
    }
}

#[test]
fn verifying_with_the_register_says_by_what_right_a_person_signed() {
    let office = Office::new();
    let content = office.ctl.path("letter.txt");
    let signature = office.ctl.path("letter.txt.sig");
    std::fs::write(&content, "Письмо").unwrap();
    let sign = |who: &str| {
        let key = office.stand.pki(&format!("{who}.key"));
        let certificate = office.stand.pki(&format!("{who}.crt"));
        std::fs::write(
            &signature,
            OpenSsl::new().sign(&key, &certificate, "Письмо".as_bytes(), &[]),
        )
        .unwrap();
    };
    let verify = [
        "verify",
        "--register",
        "--offline",
        text(&signature),
        "--content",
        text(&content),
    ];
    sign("representative");
    let report: Value = serde_json::from_slice(&office.ctl.run(&verify, b"").stdout).unwrap();
    let authority = &report["signers"][0]["authority"];
    assert_eq!(
        (&authority["by"], &authority["judgement"]),
        (&"none".into(), &Value::Null),
        "{report}"
    );
    sign("director");
    let report: Value = serde_json::from_slice(&office.ctl.run(&verify, b"").stdout).unwrap();
    assert_eq!(report["signers"][0]["authority"], Value::Null);
    // Whose trust counts is decided once.
    let both = [&verify[..], &["--crl", "x.crl"]].concat();
    office.ctl.run(&both, b"").expect(64);
}
