//! `vault recovery-code|passphrase|keychain`, the ways they fail first, and every command by the recovery code.

use kabinet_testkit::Kabinetctl;
use serde_json::Value;

use crate::vault_whole::vault;
use crate::{kabinetctl, text};

/// Makes a recovery code in the file of this name; its first line.
fn make_code(ctl: &Kabinetctl, name: &str) -> String {
    let target = ctl.path(name);
    let told = ctl
        .run(&["vault", "recovery-code", "--out", text(&target)], b"")
        .expect(0)
        .json();
    assert_eq!(told["protection"], "passphrase");
    assert!(told["recoveryCode"].is_string(), "{told}");
    let sheet = std::fs::read_to_string(&target).unwrap();
    let code = sheet.lines().next().unwrap().to_owned();
    assert!(!told.to_string().contains(&code));
    code
}

fn header(ctl: &Kabinetctl) -> Value {
    serde_json::from_slice(&std::fs::read(ctl.path("vault/vault.json")).unwrap()).unwrap()
}

#[test]
fn a_wrong_or_mistyped_code_ends_every_command_with_77_and_says_which_group() {
    let (_stand, ctl) = vault();
    let code = make_code(&ctl, "code");
    std::fs::remove_file(ctl.path("passphrase")).unwrap();
    let by = |code: &str, command: &[&str]| {
        let file = ctl.file("typed", format!("{code}\n").as_bytes());
        ctl.run(&[command, &["--recovery-code-file", text(&file)]].concat(), b"")
    };
    let other = "01237-4567K-89ABE-CDEFY-GHJKN-MNPQ1-RSTVW";
    let commands = [
        &["vault", "info"][..],
        &["vault", "verify"],
        &["archive", "list"],
        &["journal"],
        &["backup"],
        &["vault", "recovery-code", "--remove"],
    ];
    for command in commands {
        let run = by(other, command).expect(77);
        assert_eq!(run.error(), "vault.wrong-recovery-code", "{command:?}");
        let run = by(&other.replacen("4567", "4576", 1), command).expect(77);
        assert_eq!(run.error(), "vault.recovery-code-mistyped", "{command:?}");
        assert_eq!(run.json()["error"]["params"]["groups"], "2");
        let run = by("01237-4567K", command).expect(77);
        assert_eq!(run.error(), "vault.recovery-code-length", "{command:?}");
    }
    let typed = code.to_lowercase().replace('-', " ");
    by(&typed, &["vault", "verify"]).expect(0);
    let journal = by(&typed, &["journal"]).expect(0).json();
    assert_eq!(journal["rows"][0]["action"], "recovery-code-used", "{journal}");
}

#[test]
fn a_code_is_written_once_over_nothing_and_the_one_before_is_void() {
    let (_stand, ctl) = vault();
    let before = header(&ctl);
    let taken = ctl.file("taken", b"somebody's file");
    let run = ctl.run(&["vault", "recovery-code", "--out", text(&taken)], b"");
    assert_eq!(run.expect(64).error(), "app.file-exists");
    assert_eq!(std::fs::read(&taken).unwrap(), b"somebody's file");
    let nowhere = ctl.path("no/such/folder/code");
    let run = ctl.run(&["vault", "recovery-code", "--out", text(&nowhere)], b"");
    run.expect(64);
    assert_eq!(header(&ctl), before, "a code nobody has opens nothing");

    let old = make_code(&ctl, "old");
    let new = make_code(&ctl, "new");
    assert_ne!(old, new);
    let vault_json = std::fs::read_to_string(ctl.path("vault/vault.json")).unwrap();
    assert!(!vault_json.contains(&new[..5]) || !vault_json.contains(&new[6..11]));
    let by = |name: &str| {
        let file = ctl.path(name);
        ctl.run(&["vault", "verify", "--recovery-code-file", text(&file)], b"")
    };
    assert_eq!(by("old").expect(77).error(), "vault.wrong-recovery-code");
    by("new").expect(0);
    let info = ctl.run(&["vault", "info"], b"").expect(0).json();
    assert!(info["recoveryCode"].is_string(), "{info}");
    let said = ctl
        .say_in_vault("ru_RU.UTF-8", &["vault", "info"])
        .expect(0)
        .text();
    assert!(said.contains("Код восстановления создан"), "{said}");

    let removed = ctl
        .run(&["vault", "recovery-code", "--remove"], b"")
        .expect(0)
        .json();
    assert_eq!(removed["recoveryCode"], Value::Null);
    assert_eq!(by("new").expect(1).error(), "vault.protection-not-set");
    let again = ctl.run(&["vault", "recovery-code", "--remove"], b"");
    assert_eq!(again.expect(1).error(), "vault.protection-not-set");
}

#[test]
fn the_passphrase_is_changed_with_the_old_one_or_the_code_and_nothing_is_encrypted_anew() {
    let (_stand, ctl) = vault();
    make_code(&ctl, "code");
    let databases = || std::fs::read(ctl.path("vault/personal.db")).unwrap();
    let before = databases();
    let right = std::fs::read(ctl.path("passphrase")).unwrap();
    let new = ctl.file("new", "новая длинная фраза\n".as_bytes());
    let change = ["vault", "passphrase", "--new-passphrase-file", text(&new)];
    ctl.file("passphrase", "другая длинная фраза\n".as_bytes());
    assert_eq!(ctl.run(&change, b"").expect(77).error(), "vault.wrong-passphrase");
    ctl.file("passphrase", &right);
    let nothing = ctl.path("nothing");
    let from_nothing = ["vault", "passphrase", "--new-passphrase-file", text(&nothing)];
    assert_eq!(
        ctl.run(&from_nothing, b"").expect(64).error(),
        "app.file-not-found"
    );
    ctl.file("new", "кратко\n".as_bytes());
    assert_eq!(
        ctl.run(&change, b"").expect(1).error(),
        "vault.passphrase-too-short"
    );
    ctl.file("new", "новая длинная фраза\n".as_bytes());
    ctl.run(&change, b"").expect(0);
    assert_eq!(
        ctl.run(&["vault", "verify"], b"").expect(77).error(),
        "vault.wrong-passphrase"
    );
    std::fs::copy(&new, ctl.path("passphrase")).unwrap();
    ctl.run(&["vault", "verify"], b"").expect(0);
    assert!(databases() == before);

    // Forgotten.
    std::fs::remove_file(ctl.path("passphrase")).unwrap();
    ctl.file("new", "третья длинная фраза\n".as_bytes());
    let code = ctl.path("code");
    let by_code = [&change[..], &["--recovery-code-file", text(&code)]].concat();
    ctl.run(&by_code, b"").expect(0);
    std::fs::copy(&new, ctl.path("passphrase")).unwrap();
    let journal = ctl.run(&["journal"], b"").expect(0).json();
    let actions: Vec<&str> = journal["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        actions[..4],
        [
            "passphrase-changed",
            "recovery-code-used",
            "passphrase-changed",
            "recovery-code-made"
        ]
    );
}

#[test]
fn the_last_way_in_stays() {
    let (_stand, ctl) = vault();
    make_code(&ctl, "code");
    for (command, problem) in [
        (["vault", "passphrase", "--remove"], "vault.no-protection"),
        (["vault", "keychain", "--remove"], "vault.protection-not-set"),
    ] {
        assert_eq!(ctl.run(&command, b"").expect(1).error(), problem, "{command:?}");
    }
    // There is no keychain where these tests run.
    let added = ctl.run(&["vault", "keychain", "--add"], b"");
    assert_eq!(added.expect(77).error(), "keychain.absent");
    for command in [
        &["vault", "recovery-code"][..],
        &["vault", "passphrase"],
        &["vault", "keychain"],
    ] {
        ctl.run(command, b"").expect(64);
    }
    ctl.run(&["vault", "verify"], b"").expect(0);
}

#[test]
fn a_new_computer_restores_by_the_code_and_gets_a_passphrase_of_its_own() {
    let (_stand, ctl) = vault();
    make_code(&ctl, "code");
    let drive = ctl.path("drive");
    std::fs::create_dir(&drive).unwrap();
    let made = ctl.run(&["backup", "--to", text(&drive)], b"").expect(0).json();
    let new = kabinetctl();
    let phrase = new.file("new", "фраза нового компьютера\n".as_bytes());
    let code = ctl.path("code");
    let restore = [
        "restore",
        made["path"].as_str().unwrap(),
        "--recovery-code-file",
        text(&code),
        "--new-passphrase-file",
        text(&phrase),
    ];
    new.run(&restore, b"").expect(0);
    std::fs::copy(&phrase, new.path("passphrase")).unwrap();
    let info = new.run(&["vault", "info"], b"").expect(0).json();
    assert_eq!(
        (&info["open"], &info["protection"]),
        (&true.into(), &"passphrase".into()),
        "{info}"
    );
}
