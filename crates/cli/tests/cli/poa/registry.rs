//! `poa register`, `status`, `list`, `revoke` at the reference portal.

use kabinet_testkit::OpenSsl;
use serde_json::{Value, json};

use super::{Deeds, answers, beside};
use crate::text;

impl Deeds {
    /// In the vault, not signed.
    fn in_vault(&self) -> String {
        let mut known = answers(&self.stand);
        known["principal"] = json!({});
        let made = self
            .new_poa(&known, &["--for", "Ландышева", "--in-vault"])
            .expect(0)
            .json();
        assert_eq!(made["file"], Value::Null);
        made["number"].as_str().unwrap().to_owned()
    }
}

#[test]
fn from_answers_to_the_registry_and_back() {
    let deeds = Deeds::with_vault();
    let unknown = "00000000-0000-4000-8000-000000000001";
    for rest in [
        &["status", unknown][..],
        &["register", unknown],
        &["sign", unknown, "--cert", "00"],
        &["revoke", unknown, "--reason", "Уволен", "--cert", "00"],
    ] {
        let refused = deeds.poa(rest).expect(1);
        assert_eq!(refused.error(), "store.no-power-of-attorney", "{rest:?}");
    }
    let absent = deeds.poa(&["register", "absent.xml"]).expect(1);
    assert_eq!(absent.error(), "app.not-found");
    let number = deeds.in_vault();
    let row = deeds.poa(&["status", &number]).expect(2).json();
    assert_eq!(row["state"], "made", "{row}");
    let early = deeds.poa_as("director", &["register", &number]).expect(1);
    assert_eq!(early.error(), "poa.wrong-state");
    let refused = deeds
        .poa_with("accountant", kabinet_testkit::WRONG_PIN, &["sign", &number])
        .expect(77);
    assert_eq!(refused.error(), "poa.not-the-head");
    let signed = deeds.poa_as("director", &["sign", &number]).expect(0).json();
    assert_eq!(signed["state"], "signed");
    assert_eq!(deeds.stand.registered_poas(), Vec::<Value>::new());

    let row = deeds
        .poa_as("director", &["register", &number, "--wait", "60"])
        .expect(0)
        .json();
    assert_eq!(
        (&row["state"], &row["registry"]),
        (&json!("active"), &json!("active"))
    );
    assert_eq!(deeds.stand.registered_poas()[0]["number"], number.as_str());
    deeds.poa(&["status", &number]).expect(0);
    let again = deeds.poa_as("director", &["register", &number]).expect(1);
    assert_eq!(again.error(), "poa.wrong-state");
    let list = deeds
        .poa(&[
            "list",
            "ландышева",
            "--state",
            "active",
            "--power",
            "DEMO_SRCDOC_ALL",
        ])
        .expect(0)
        .json();
    assert_eq!(
        (&list["total"], &list["items"][0]["number"]),
        (&json!(1.0), &json!(number))
    );
    assert_eq!(
        deeds.poa(&["list", "--state", "revoked"]).expect(0).json()["total"],
        0.0
    );
    let said = deeds.ctl.say_in_vault("ru_RU.UTF-8", &["poa", "list"]).text();
    assert!(said.contains("Действует") && said.contains(&number), "{said}");

    // What the file holds is what the registry holds, and OpenSSL takes it.
    let document = row["documentId"].as_str().unwrap();
    let folder = deeds.ctl.path("exported");
    deeds
        .ctl
        .run(&["archive", "export", document, "--out", text(&folder)], b"")
        .expect(0);
    let (content, signature) = pair(&folder);
    OpenSsl::new().accepts(&signature, Some(&content), &deeds.stand.roots());

    assert_eq!(
        deeds
            .poa(&["revoke", &number, "--reason", "Уволен"])
            .expect(64)
            .error(),
        "cli.usage"
    );
    let refused = deeds
        .poa_with(
            "accountant",
            kabinet_testkit::WRONG_PIN,
            &["revoke", &number, "--reason", "Уволен"],
        )
        .expect(77);
    assert_eq!(refused.error(), "poa.not-the-head");
    deeds.poa(&["status", &number]).expect(0);
    let row = deeds
        .poa_as(
            "director",
            &["revoke", &number, "--reason", "Уволен", "--wait", "60"],
        )
        .expect(0)
        .json();
    assert_eq!(row["state"], "revoked");
    assert!(
        row["revoked"].is_string() && row["revocationConfirmed"].is_string(),
        "{row}"
    );
    assert_eq!(deeds.stand.registered_poas()[0]["state"], "revoked");
    deeds.poa(&["status", &number]).expect(1);
    let asked = deeds
        .poa_as("director", &["status", &number, "--ask"])
        .expect(1)
        .json();
    assert_eq!(asked["registry"], "revoked");
}

/// The deed and its signature of an exported folder.
fn pair(folder: &std::path::Path) -> (Vec<u8>, Vec<u8>) {
    let mut found = (Vec::new(), Vec::new());
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match text(&path) {
                _ if path.is_dir() => folders.push(path),
                name if name.ends_with(".xml.sig") => found.1 = std::fs::read(&path).unwrap(),
                name if name.ends_with(".xml") => found.0 = std::fs::read(&path).unwrap(),
                _ => {}
            }
        }
    }
    found
}

#[test]
fn refused_not_settled_unreachable_and_lost_are_told_apart() {
    let mut deeds = Deeds::with_vault();
    // Refused: signed by somebody the registry does not take.
    let file = deeds.signed(&answers(&deeds.stand), "accountant");
    let refused = deeds
        .poa_as("director", &["register", text(&file), "--wait", "60"])
        .expect(1)
        .json();
    assert_eq!(
        (&refused["state"], &refused["error"]),
        (&json!("refused"), &json!("poa.refused.not-the-head"))
    );

    // Not settled in time, and then it is: nothing is sent twice.
    deeds
        .stand
        .set(&json!({"poa": {"queue_s": 3600, "processing_s": 0}}));
    let file = deeds.signed(&answers(&deeds.stand), "director");
    let waits = deeds
        .poa_as("director", &["register", text(&file), "--wait", "1"])
        .expect(2)
        .json();
    assert_eq!(waits["state"], "processing", "{waits}");
    let number = waits["number"].as_str().unwrap().to_owned();
    let task = deeds.stand.poa_tasks().last().unwrap()["task"]
        .as_str()
        .unwrap()
        .to_owned();
    deeds
        .stand
        .set(&json!({"poa": {"queue_s": 0, "processing_s": 0}}));
    for _ in 0..2 {
        deeds
            .stand
            .operate(&format!("poa/tasks/{task}/advance"), &Value::Null);
    }
    deeds
        .poa_as("director", &["register", &number, "--wait", "60"])
        .expect(0);
    assert_eq!(deeds.stand.poa_tasks().len(), 2);

    // The answer is lost: the registry is asked by number, and has it once.
    let file = deeds.signed(&answers(&deeds.stand), "director");
    deeds.stand.operate("poa/lose-next-answer", &Value::Null);
    let row = deeds
        .poa_as("director", &["register", text(&file), "--wait", "60"])
        .expect(0)
        .json();
    assert_eq!(row["state"], "active");
    assert_eq!(deeds.stand.poa_tasks().len(), 3);

    // Nobody answers: it stays on its way, and goes on when somebody does.
    let file = deeds.signed(&answers(&deeds.stand), "director");
    std::fs::metadata(beside(&file)).unwrap();
    deeds.stand.stop();
    let row = deeds
        .poa_as(
            "director",
            &["register", text(&file), "--wait", "1", "--timeout", "2"],
        )
        .expect(69)
        .json();
    assert_eq!(row["state"], "queued", "{row}");
    deeds.stand.restart();
    deeds
        .stand
        .set(&json!({"poa": {"queue_s": 0, "processing_s": 0}}));
    let number = row["number"].as_str().unwrap();
    deeds
        .poa_as("director", &["register", number, "--wait", "60"])
        .expect(0);
    assert_eq!(deeds.stand.registered_poas().len(), 3);
}
