//! `archive`: taken in, listed, found, written out, taken in elsewhere; judged by unzip and Python's zipfile.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use kabinet_testkit::{AKT, Kabinetctl, Stand, UPD, sample};
use serde_json::{Value, json};

use crate::vault_whole::{files, vault};
use crate::{kabinetctl, text};

const SECOND: [&str; 10] = [
    "organisation",
    "--name",
    "ООО «Лютик»",
    "--inn",
    "7736050003",
    "--ogrn",
    "1027700070518",
    "--region",
    "45",
    "--kpp",
];

fn add(ctl: &Kabinetctl, file: &Path) -> String {
    let run = ctl.run(&["archive", "add", text(file)], b"").expect(0).json();
    run["files"][0]["documentId"].as_str().unwrap().to_owned()
}

/// Runs a Python script with these arguments; what it prints.
fn python(script: &str, arguments: &[&Path]) -> String {
    let output = Command::new("python3")
        .arg("-c")
        .arg(script)
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// A computer with a vault of the same organisation.
fn another_computer(stand: &Stand) -> Kabinetctl {
    kabinetctl().with_vault(stand)
}

#[test]
fn what_is_there_already_is_reported_and_what_cannot_be_read_does_not_stop_the_rest() {
    let (_stand, ctl) = vault();
    let id = add(&ctl, &sample(AKT));
    let run = ctl
        .run(
            &[
                "archive",
                "add",
                text(&sample(AKT)),
                "/nowhere/file",
                text(&sample(UPD)),
            ],
            b"",
        )
        .expect(1)
        .json();
    let of = |name: &str| {
        let rows = run["files"].as_array().unwrap().iter();
        rows.clone()
            .find(|row| row["name"] == name)
            .unwrap_or(&Value::Null)
            .clone()
    };
    assert_eq!(of(AKT)["duplicateOf"], id.as_str(), "{run}");
    assert_eq!(of("file")["error"]["code"], "app.file-not-found", "{run}");
    assert!(of(UPD)["documentId"].is_string(), "{run}");
}

#[test]
fn lists_come_in_pages_and_words_find_documents() {
    let (_stand, ctl) = vault();
    let id = add(&ctl, &sample(AKT));
    for number in 0..5 {
        add(
            &ctl,
            &ctl.file(&format!("Письмо {number}.txt"), format!("{number}").as_bytes()),
        );
    }
    let page = ctl
        .run(&["archive", "list", "--limit", "2", "--offset", "4"], b"")
        .expect(0)
        .json();
    assert_eq!(
        (
            &page["total"],
            page["rows"].as_array().unwrap().len(),
            &page["offset"]
        ),
        (&6.into(), 2, &4.into()),
        "{page}"
    );
    let found = ctl
        .run(&["archive", "search", "письмо", "3"], b"")
        .expect(0)
        .json();
    assert_eq!(found["total"], 1, "{found}");
    let found = ctl.run(&["archive", "search", "сверки"], b"").expect(0).json();
    assert_eq!(
        (&found["total"], &found["rows"][0]["id"]),
        (&1.into(), &id.into()),
        "{found}"
    );
}

#[test]
fn an_organisation_is_named_by_its_inn_and_the_choice_is_not_remembered() {
    let (stand, ctl) = vault();
    add(&ctl, &sample(AKT));
    ctl.run(&[&SECOND[..], &["773601001"]].concat(), b"").expect(0);
    let total = |arguments: &[&str]| {
        let list = [&["archive", "list"], arguments].concat();
        ctl.run(&list, b"").expect(0).json()["total"].clone()
    };
    let first = stand.demo.organisations[0].inn.as_str();
    assert_eq!(total(&["--organisation", first]), 1);
    assert_eq!(total(&["--organisation", "7736050003/773601001"]), 0);
    assert_eq!(total(&[]), 0, "the one last added is chosen");
    let unknown = ctl
        .run(&["archive", "list", "--organisation", "7707083893"], b"")
        .expect(1);
    assert_eq!(unknown.error(), "store.no-organisation");
}

#[test]
fn a_package_is_what_others_can_read_and_the_same_each_time() {
    let (_stand, ctl) = vault();
    let ids = [add(&ctl, &sample(AKT)), add(&ctl, &sample(UPD))];
    let write = |name: &str| {
        let target = ctl.path(name);
        ctl.run(
            &["archive", "export", &ids[0], &ids[1], "--out", text(&target)],
            b"",
        )
        .expect(0);
        target
    };
    let (package, again) = (write("пакет.zip"), write("ещё раз.zip"));
    assert_eq!(std::fs::read(&package).unwrap(), std::fs::read(again).unwrap());
    let test = Command::new("unzip").arg("-tqq").arg(&package).status().unwrap();
    assert!(test.success());
    let script = "
import hashlib, json, sys, zipfile
package = zipfile.ZipFile(sys.argv[1])
assert package.testzip() is None
inventory = json.loads(package.read('kabinet-package.json'))
listed = [file for document in inventory['documents'] for file in document['files']]
assert sorted(package.namelist()) == sorted([file['path'] for file in listed] + ['kabinet-package.json'])
for file in listed:
    content = package.read(file['path'])
    assert len(content) == file['size'] and hashlib.sha256(content).hexdigest() == file['sha256']
print(json.dumps([document['id'] for document in inventory['documents']]))
";
    let listed: Value = serde_json::from_str(&python(script, &[&package])).unwrap();
    assert_eq!(listed, json!(ids));

    let folder = ctl.path("папка");
    ctl.run(
        &["archive", "export", &ids[0], &ids[1], "--out", text(&folder)],
        b"",
    )
    .expect(0);
    assert_eq!(files(&folder).len(), 3);
    let taken = ctl
        .run(&["archive", "export", &ids[0], "--out", text(&folder)], b"")
        .expect(64);
    assert_eq!(taken.error(), "app.file-exists");
}

#[test]
fn a_package_that_cannot_be_written_leaves_what_was_there() {
    let (_stand, ctl) = vault();
    let id = add(&ctl, &sample(AKT));
    let target = ctl.file("package.zip", b"precious");
    let unknown = "00000000-0000-0000-0000-000000000000";
    let run = ctl
        .run(&["archive", "export", &id, unknown, "--out", text(&target)], b"")
        .expect(1);
    assert_eq!(run.error(), "store.no-document");
    assert_eq!(std::fs::read(&target).unwrap(), b"precious");
    let nowhere = ctl.path("no such folder/package.zip");
    let run = ctl
        .run(&["archive", "export", &id, "--out", text(&nowhere)], b"")
        .expect(64);
    assert_eq!(run.error(), "app.file-not-found");
}

#[test]
fn a_package_comes_back_as_it_was_on_another_computer_and_only_once() {
    let (stand, ctl) = vault();
    let id = add(&ctl, &sample(AKT));
    let (letter, signature) = (
        ctl.file("Письмо.txt", b"letter"),
        ctl.file("Письмо.txt.sig", b"signature"),
    );
    let run = ctl
        .run(&["archive", "add", text(&letter), text(&signature)], b"")
        .expect(0)
        .json();
    let signed = run["files"][0]["documentId"].as_str().unwrap();
    let package = ctl.path("package.zip");
    ctl.run(&["archive", "export", &id, signed, "--out", text(&package)], b"")
        .expect(0);

    let other = another_computer(&stand);
    let taken = other
        .run(&["archive", "import", text(&package)], b"")
        .expect(0)
        .json();
    let ids: Vec<&Value> = taken["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["documentId"])
        .collect();
    assert_eq!(json!(ids), json!([id, signed]));
    for id in [id.as_str(), signed] {
        let page = |ctl: &Kabinetctl| {
            let page = ctl.run(&["status", id], b"").expect(0).json();
            json!([
                page["row"]["title"],
                page["row"]["stage"],
                page["row"]["added"],
                page["files"]
            ])
        };
        assert_eq!(page(&other), page(&ctl));
    }
    let again = other
        .run(&["archive", "add", text(&package)], b"")
        .expect(0)
        .json();
    assert_eq!(again["files"][0]["duplicateOf"], id.as_str(), "{again}");
    assert_eq!(again["files"][1]["duplicateOf"], signed, "{again}");
    // The same documents make the same package there.
    let second = other.path("package.zip");
    other
        .run(&["archive", "export", &id, signed, "--out", text(&second)], b"")
        .expect(0);
    assert_eq!(std::fs::read(&second).unwrap(), std::fs::read(&package).unwrap());
}

#[test]
fn a_package_of_another_organisation_is_refused() {
    let (stand, ctl) = vault();
    let id = add(&ctl, &sample(AKT));
    let package = ctl.path("package.zip");
    ctl.run(&["archive", "export", &id, "--out", text(&package)], b"")
        .expect(0);
    let other = another_computer(&stand);
    other.run(&[&SECOND[..], &["773601001"]].concat(), b"").expect(0);
    let run = other.run(&["archive", "import", text(&package)], b"").expect(1);
    assert_eq!(run.error(), "store.wrong-organisation");
}

#[test]
fn a_package_that_was_changed_is_taken_in_without_the_changed_document() {
    let (stand, ctl) = vault();
    let ids = [add(&ctl, &sample(AKT)), add(&ctl, &sample(UPD))];
    let package = ctl.path("package.zip");
    ctl.run(
        &["archive", "export", &ids[0], &ids[1], "--out", text(&package)],
        b"",
    )
    .expect(0);
    let changed = ctl.path("changed.zip");
    let script = "
import sys, zipfile
source, target = zipfile.ZipFile(sys.argv[1]), zipfile.ZipFile(sys.argv[2], 'w')
for name in source.namelist():
    content = source.read(name)
    target.writestr(name, content + b' ' if name.endswith('.xml') and 'AKT' in name else content)
target.close()
";
    python(script, &[&package, &changed]);
    let other = another_computer(&stand);
    let taken = other
        .run(&["archive", "import", text(&changed)], b"")
        .expect(1)
        .json();
    assert_eq!(
        taken["files"][0]["error"]["code"], "package.changed-file",
        "{taken}"
    );
    assert_eq!(taken["files"][1]["documentId"], ids[1].as_str(), "{taken}");
    let check = other.run(&["vault", "verify"], b"").expect(0).json();
    let kept = &check["organisations"][0]["integrity"];
    assert_eq!(
        (&kept["documents"], &kept["contents"]),
        (&1.into(), &1.into()),
        "{check}"
    );
}

#[test]
fn a_name_in_an_inventory_leads_nowhere() {
    let (stand, ctl) = vault();
    let id = add(&ctl, &sample(AKT));
    let package = ctl.path("package.zip");
    ctl.run(&["archive", "export", &id, "--out", text(&package)], b"")
        .expect(0);
    let changed = ctl.path("changed.zip");
    let script = "
import json, sys, zipfile
source, target = zipfile.ZipFile(sys.argv[1]), zipfile.ZipFile(sys.argv[2], 'w')
for name in source.namelist():
    content = source.read(name)
    if name == 'kabinet-package.json':
        inventory = json.loads(content)
        inventory['documents'][0]['files'][0]['name'] = '../../planted.xml'
        content = json.dumps(inventory)
    target.writestr(name, content)
target.close()
";
    python(script, &[&package, &changed]);
    let other = another_computer(&stand);
    let taken = other
        .run(&["archive", "import", text(&changed)], b"")
        .expect(1)
        .json();
    assert_eq!(
        taken["files"][0]["error"]["code"], "package.unsafe-name",
        "{taken}"
    );
    let listed = other.run(&["archive", "list"], b"").expect(0).json();
    assert_eq!(listed["total"], 0, "{listed}");
}

#[test]
fn files_of_a_plain_zip_find_their_signatures() {
    let (_stand, ctl) = vault();
    let bundle = zip(
        &ctl,
        "письма.zip",
        &[
            ("входящие/Письмо.txt", b"letter"),
            ("входящие/Письмо.txt.sig", b"signature"),
        ],
    );
    let taken = ctl
        .run(&["archive", "import", text(&bundle)], b"")
        .expect(0)
        .json();
    let id = taken["files"][0]["documentId"].as_str().unwrap();
    let page = ctl.run(&["status", id], b"").expect(0).json();
    assert_eq!(page["row"]["stage"], "signed", "{page}");
    assert_eq!(
        (&page["files"][1]["kind"], &page["files"][1]["signs"]),
        (&"signature".into(), &"Письмо.txt".into()),
        "{page}"
    );
}

#[test]
fn traps_are_not_opened() {
    let (_stand, ctl) = vault();
    let inventory = br#"{"format":"kabinet-package","version":9}"#;
    let unreadable = ctl.file("text.zip", b"no zip at all");
    let truncated = {
        let whole = std::fs::read(zip(&ctl, "whole.zip", &[("a.txt", &[7; 10_000])])).unwrap();
        ctl.file("truncated.zip", &whole[..whole.len() / 2])
    };
    let bomb = ctl.path("bomb.zip");
    let link = ctl.path("link.zip");
    python(
        "
import sys, zipfile
bomb = zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED)
bomb.writestr('zeros.txt', bytes(100 << 20))
bomb.close()
link = zipfile.ZipFile(sys.argv[2], 'w')
entry = zipfile.ZipInfo('link')
entry.create_system, entry.external_attr = 3, 0o120777 << 16
link.writestr(entry, '/etc/passwd')
link.close()
",
        &[&bomb, &link],
    );
    for (file, expected) in [
        (unreadable, "package.unreadable"),
        (truncated, "package.unreadable"),
        (
            zip(&ctl, "slip.zip", &[("../../slip.txt", b"x")]),
            "package.unsafe-name",
        ),
        (
            zip(&ctl, "root.zip", &[("/etc/slip.txt", b"x")]),
            "package.unsafe-name",
        ),
        (
            zip(&ctl, "windows.zip", &[("..\\slip.txt", b"x")]),
            "package.unsafe-name",
        ),
        (link, "package.unsafe-name"),
        (bomb, "package.too-much"),
        (
            zip(&ctl, "newer.zip", &[("kabinet-package.json", inventory)]),
            "package.newer",
        ),
        (
            zip(&ctl, "broken.zip", &[("kabinet-package.json", b"{")]),
            "package.inventory",
        ),
    ] {
        let run = ctl.run(&["archive", "import", text(&file)], b"").expect(1);
        assert_eq!(run.error(), expected, "{}", file.display());
    }
    let list = ctl.run(&["archive", "list"], b"").expect(0).json();
    assert_eq!(list["total"], 0, "{list}");
}

/// A zip with these entries, as Python writes it.
fn zip(ctl: &Kabinetctl, name: &str, entries: &[(&str, &[u8])]) -> PathBuf {
    let target = ctl.path(name);
    let script = "
import json, sys, zipfile
target = zipfile.ZipFile(sys.argv[1], 'w')
for name, content in json.load(sys.stdin):
    entry = zipfile.ZipInfo('x')
    entry.filename = name
    target.writestr(entry, bytes(content))
target.close()
";
    let mut child = Command::new("python3")
        .arg("-c")
        .arg(script)
        .arg(&target)
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let entries = serde_json::to_vec(entries).unwrap();
    child.stdin.take().unwrap().write_all(&entries).unwrap();
    assert!(child.wait().unwrap().success());
    target
}

#[test]
fn a_file_larger_than_the_memory_it_gets_is_kept_and_comes_out_again() {
    const SIZE: u64 = 600 << 20;
    let (stand, ctl) = vault();
    let large = ctl.path("съёмка.mov");
    // A hole on the disk, as much to read.
    std::fs::File::create(&large).unwrap().set_len(SIZE).unwrap();
    let limited = |arguments: &[&str]| {
        // Kilobytes of data the process may have; Argon2 wants 64 MiB of them.
        let script = "ulimit -d 400000; exec \"$@\"";
        let output = Command::new("bash")
            .env("KABINET_DEMO", stand.dir())
            .args([
                "-c",
                script,
                "bash",
                env!("CARGO_BIN_EXE_kabinetctl"),
                "--json",
                "--vault",
            ])
            .arg(ctl.path(""))
            .arg("--passphrase-file")
            .arg(ctl.path("passphrase"))
            .args(arguments)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{} {}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let taken = limited(&["archive", "add", text(&large)]);
    let id = taken["files"][0]["documentId"].as_str().unwrap().to_owned();
    let page = limited(&["status", &id]);
    assert_eq!(page["findings"][0]["code"], "document.too-large", "{page}");
    let package = ctl.path("large.zip");
    limited(&["archive", "export", &id, "--out", text(&package)]);
    let listed = python(
        "import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).getinfo('съёмка.mov').file_size)",
        &[&package],
    );
    assert_eq!(listed.trim(), SIZE.to_string());
}

/// Makes everything in a package come ten years earlier.
const AGE: &str = "
import json, sys, zipfile
source, target = sys.argv[1:]
with zipfile.ZipFile(source) as package, zipfile.ZipFile(target, 'w') as aged:
    for entry in package.infolist():
        content = package.read(entry)
        if entry.filename.endswith('.json'):
            inventory = json.loads(content)
            for document in inventory.get('documents', []):
                document['added'] = str(int(document['added'][:4]) - 10) + document['added'][4:]
            content = json.dumps(inventory, ensure_ascii=False).encode()
        aged.writestr(entry.filename, content)
";

#[test]
fn what_has_ended_is_listed_and_deleted_with_a_reason_that_the_journal_keeps() {
    let (stand, ctl) = vault();
    let id = add(&ctl, &sample(AKT));
    let (package, aged) = (ctl.path("пакет.zip"), ctl.path("старый.zip"));
    ctl.run(&["archive", "export", &id, "--out", text(&package)], b"")
        .expect(0);
    python(AGE, &[&package, &aged]);
    let ctl = another_computer(&stand);
    ctl.run(&["archive", "import", text(&aged)], b"").expect(0);
    let fresh = add(&ctl, &sample(UPD));

    let ended = || {
        ctl.run(&["archive", "list", "--retention", "ended"], b"")
            .expect(0)
            .json()
    };
    let list = ended();
    assert_eq!(
        (&list["class"], &list["total"], &list["rows"][0]["id"]),
        (&"primary".into(), &1.into(), &id.as_str().into()),
        "{list}"
    );
    assert!(
        list["classes"][0]["class"]["source"]
            .as_str()
            .unwrap()
            .contains("402-ФЗ")
    );

    // Held: neither listed nor deleted.
    ctl.run(&["archive", "hold", &id, "--reason", "суд"], b"")
        .expect(0);
    assert_eq!(ended()["total"], 0);
    let delete = |documents: &[&str], more: &[&str], code| {
        let reason = ["--reason", "акт № 3"];
        let arguments = [&["archive", "delete"], documents, &reason, more].concat();
        ctl.run(&arguments, b"").expect(code).json()
    };
    let refused = delete(&[&id], &["--before-term"], 1);
    assert_eq!(
        refused["refused"][0]["error"]["code"], "store.kept-hold",
        "{refused}"
    );
    ctl.run(&["archive", "release", &id], b"").expect(0);

    // Nothing goes when only asked what would.
    let plan = delete(&[&id, &fresh], &["--dry-run"], 0);
    assert_eq!(
        (&plan["documents"][0]["early"], &plan["documents"][1]["early"]),
        (&false.into(), &true.into())
    );
    let done = delete(&[&id, &fresh], &[], 1);
    assert_eq!(done["documents"], json!([id]), "{done}");
    assert_eq!(
        done["refused"][0]["error"]["code"], "app.term-not-ended",
        "{done}"
    );
    assert_eq!(
        delete(&[&fresh], &["--before-term"], 0)["documents"],
        json!([fresh])
    );
    assert_eq!(ctl.run(&["archive", "list"], b"").expect(0).json()["total"], 0);
    ctl.run(&["vault", "verify"], b"").expect(0);

    let journal = ctl.path("journal.json");
    ctl.run(&["journal", "--export", text(&journal), "--format", "json"], b"")
        .expect(0);
    let journal = std::fs::read_to_string(journal).unwrap();
    for kept in ["document-deleted", "document-deleted-early", "акт № 3"] {
        assert!(journal.contains(kept), "{kept}");
    }
    let missing = ctl
        .run(&["archive", "delete", &id, "--reason", "акт № 3"], b"")
        .expect(1)
        .json();
    assert_eq!(
        missing["refused"][0]["error"]["code"], "store.no-document",
        "{missing}"
    );
    ctl.run(&["archive", "delete", &id], b"").expect(64);
}

#[test]
fn documents_go_to_a_colleague_by_a_passphrase_that_is_not_the_vaults() {
    let (stand, ctl) = vault();
    let id = add(&ctl, &sample(AKT));
    let (phrase, wrong) = (
        ctl.file("phrase", "совсем другая фраза\n".as_bytes()),
        ctl.file("wrong", b"no such phrase\n"),
    );
    let file = ctl.path("Акт.kabinet");
    let note = "Подпишите до пятницы";
    let hand_over = |options: &[&str]| {
        let all = [
            &[
                "archive",
                "hand-over",
                id.as_str(),
                "--name",
                "Анна",
                "--note",
                note,
                "--out",
                text(&file),
            ],
            options,
        ]
        .concat();
        ctl.run(&all, b"")
    };
    // Neither an address nor a passphrase; an address that is none.
    hand_over(&[]).expect(64);
    assert!(!file.exists());
    assert_eq!(
        hand_over(&["--to", "age1nonsense"]).expect(1).error(),
        "age.not-recipient"
    );
    let written = hand_over(&["--file-passphrase-file", text(&phrase)])
        .expect(0)
        .json();
    assert_eq!(written["documents"], json!([id]));

    let other = another_computer(&stand);
    let import = |options: &[&str]| {
        let all = [&["archive", "import", text(&file)], options].concat();
        other.run(&all, b"")
    };
    assert_eq!(import(&[]).expect(77).error(), "app.cancelled");
    let refused = import(&["--file-passphrase-file", text(&wrong)]).expect(1);
    assert_eq!(refused.error(), "age.wrong-passphrase");
    let taken = import(&["--file-passphrase-file", text(&phrase)])
        .expect(0)
        .json();
    let row = &taken["files"][0];
    assert_eq!(row["documentId"], id.as_str(), "{taken}");
    assert_eq!(
        (&row["letter"]["from"], &row["letter"]["note"]),
        (&"Анна".into(), &note.into())
    );
    let again = import(&["--file-passphrase-file", text(&phrase)])
        .expect(0)
        .json();
    assert_eq!(again["files"][0]["duplicateOf"], id.as_str());
    assert_eq!(again["files"][0]["signatures"], 0);
}
