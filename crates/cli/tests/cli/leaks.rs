//! What an office's day leaves behind outside the encryption: in the vault's folder, where programs put temporary files, in logs
//! that say all there is to say, in what is meant for others to read.

use std::path::{Path, PathBuf};

use kabinet_testkit::{AKT, Drawer, PIN, Stand, sample};

use crate::office::Office;
use crate::vault_whole::files;
use crate::{kabinetctl, text};

/// Stands in a document and is searched for.
const CONTENT: &str = "Черноголовка-Маркер";
/// Stands in the name of a file.
const NAME: &str = "Зеленоградск-Маркер";
/// Is searched for and stands nowhere.
const SEARCHED: &str = "Белокаменка-Маркер";

/// A secret as it looks in UTF-8, in UTF-16, in small letters and in hexadecimal.
fn spellings(secret: &str) -> Vec<Vec<u8>> {
    let units: Vec<u16> = secret.encode_utf16().collect();
    vec![
        secret.as_bytes().to_vec(),
        units.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
        secret.to_lowercase().into_bytes(),
        secret
            .bytes()
            .flat_map(|byte| format!("{byte:02x}").into_bytes())
            .collect(),
    ]
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// Which of these can be read there.
fn found(secrets: &[(&'static str, String)], bytes: &[u8]) -> Vec<&'static str> {
    let is_there = |secret: &str| spellings(secret).iter().any(|needle| holds(bytes, needle));
    let there = secrets.iter().filter(|(_, secret)| is_there(secret));
    there.map(|(name, _)| *name).collect()
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

#[test]
fn nothing_of_documents_searches_and_secrets_is_left_outside_the_encryption() {
    let outside = tempfile::tempdir().unwrap();
    // Nobody made this folder: whoever wants to put something there fails, and so does the command.
    let temporary = outside.path().join("temporary");
    let (stand, drawer) = (Stand::start(), Drawer::new());
    drawer.add(&stand, "0001", &["accountant"]);
    let ctl = kabinetctl()
        .with_tokens(&drawer)
        .with("KABINET_LOG", "trace")
        .with_vault(&stand)
        .with("TMPDIR", &temporary)
        .with("SQLITE_TMPDIR", &temporary);
    let office = Office { stand, drawer, ctl };
    let passphrase = std::fs::read_to_string(office.ctl.path("passphrase")).unwrap();
    let secrets = [
        ("content", CONTENT.to_owned()),
        ("name", NAME.to_owned()),
        ("searched", SEARCHED.to_owned()),
        ("pin", PIN.to_owned()),
        ("passphrase", passphrase.trim().to_owned()),
        ("api key", office.stand.api_key("accountant")),
    ];

    let letter = outside.path().join(format!("{NAME}.txt"));
    std::fs::write(&letter, format!("Письмо из города {CONTENT}\n")).unwrap();
    let package = outside.path().join("package.zip");
    let mut logs = String::new();
    let mut run = |arguments: &[&str]| {
        let finished = office.ctl.run(arguments, b"");
        logs.push_str(&finished.stderr);
        finished.expect(0).json()
    };
    let added = run(&["archive", "add", text(&letter)]);
    assert_eq!(
        found(&secrets, &read(&letter)),
        ["content"],
        "the scan does not see what is there"
    );
    let found_by_text = run(&["archive", "search", CONTENT]);
    assert!(found(&secrets, found_by_text.to_string().as_bytes()).contains(&"name"));
    run(&["archive", "search", SEARCHED]);
    run(&["backup"]);
    run(&["vault", "verify"]);
    run(&["status"]);
    let exports: Vec<PathBuf> = ["json", "csv"]
        .iter()
        .map(|format| {
            let path = outside.path().join(format!("journal.{format}"));
            run(&["journal", "--export", text(&path), "--format", format]);
            path
        })
        .collect();
    let id = added["files"][0]["documentId"].as_str().unwrap();
    run(&["archive", "export", id, "--out", text(&package)]);
    let sent = office.run_with(PIN, &["send", text(&sample(AKT)), "--wait", "60"]);
    logs.push_str(&sent.stderr);
    sent.expect(0);
    // A wrong passphrase and what goes wrong is logged as well.
    office.ctl.file("passphrase", "другая длинная фраза\n".as_bytes());
    let refused = office.ctl.run(&["status"], b"").expect(77);
    logs.push_str(&refused.stderr);
    office.ctl.file("passphrase", passphrase.as_bytes());
    let doctor = office.ctl.run(&["doctor"], b"");
    logs.push_str(&doctor.stderr);

    assert!(!temporary.exists(), "something was put among the temporary files");
    assert!(
        logs.contains("TRACE"),
        "logs that say little prove nothing: {logs}"
    );
    assert_eq!(found(&secrets, logs.as_bytes()), [""; 0], "{logs}");
    assert!(!logs.contains("другая длинная"), "{logs}");
    assert_eq!(
        found(&secrets, &doctor.stdout),
        [""; 0],
        "{}",
        String::from_utf8_lossy(&doctor.stdout)
    );
    // The journal names documents by their numbers.
    for export in exports {
        assert_eq!(found(&secrets, &read(&export)), [""; 0], "{}", export.display());
    }
    let vault = files(&office.ctl.path("vault"));
    assert!(vault.len() > 8, "{vault:?}");
    for file in vault {
        assert_eq!(found(&secrets, &read(&file)), [""; 0], "{}", file.display());
    }
}
