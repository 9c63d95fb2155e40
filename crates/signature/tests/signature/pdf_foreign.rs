//! 130 foreign PDF files, and what pyHanko thinks of each of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use kabinet_pki::{Evidence, Trust};
use kabinet_signature::pdf::{Coverage, PdfSignature, signatures};
use serde_json::Value;

use crate::judge;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/pdf")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("tests/data/pdf") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "pdf") {
            found.push(path);
        }
    }
}

/// Every file by its name in the folder.
fn all() -> BTreeMap<String, Vec<u8>> {
    let mut found = Vec::new();
    files(&folder(), &mut found);
    let name = |path: &Path| path.strip_prefix(folder()).expect("inside").display().to_string();
    found
        .into_iter()
        .map(|path| (name(&path), std::fs::read(&path).expect("readable")))
        .collect()
}

fn describe_one(signature: &PdfSignature) -> String {
    let coverage = match signature.coverage {
        Coverage::WholeFile => "whole",
        Coverage::Revision => "revision",
        Coverage::Broken => "broken",
    };
    let mut words = vec![signature.field.clone().unwrap_or_default(), coverage.to_owned()];
    words.extend(signature.faults.iter().map(|fault| fault.code().to_owned()));
    if let Some(changes) = &signature.changes {
        words.extend(changes.violations.iter().map(|one| one.code().to_owned()));
        words.extend(changes.doubts.iter().map(|one| one.code().to_owned()));
        words.extend(changes.allowed.iter().map(|one| one.code().to_owned()));
    }
    words.join(" ").trim().to_owned()
}

fn describe(file: &[u8]) -> String {
    match signatures(file) {
        Err(error) => error.code().to_owned(),
        Ok(found) if found.is_empty() => "none".to_owned(),
        Ok(found) => found.iter().map(describe_one).collect::<Vec<_>>().join("; "),
    }
}

#[test]
fn every_file_gives_what_the_table_says() {
    let table = std::fs::read_to_string(folder().join("expected.txt")).expect("expected.txt");
    let expected: BTreeMap<&str, &str> = table
        .lines()
        .map(|line| line.split_once(": ").expect("a colon"))
        .collect();
    let files = all();
    assert_eq!((files.len(), expected.len()), (130, 130));
    let wrong: Vec<String> = files
        .iter()
        .map(|(name, file)| (name, describe(file)))
        .filter(|(name, found)| expected.get(name.as_str()) != Some(&found.as_str()))
        .map(|(name, found)| format!("{name}: {found}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Files about which pyHanko and we differ, and why.
const DIFFERENCES: [&str; 15] = [
    // The value is cut off in the middle; pyHanko fails, here the signature is invalid.
    "coverage-anomalies/base.pdf",
    // No signature, but pyHanko does not read on after a fault that does not concern signatures.
    "form-tree-circular-ref-input.pdf",
    "malformed-encrypt-dict2.pdf",
    "minimal-aes256-malformed-oe.pdf",
    "minimal-aes256-malformed-perms.pdf",
    "minimal-illegal-header.pdf",
    "minimal-startxref-hopeless2.pdf",
    // Encrypted: pyHanko wants the key, but whether there are signatures, and whether they hold, can be told without.
    "minimal-two-fields-aes256.pdf",
    "minimal-two-fields-pubkey-aes256.pdf",
    "minimal-two-fields-pubkey-rc4.pdf",
    "minimal-with-field-aes256.pdf",
    "minimal-with-field-pubkey-aes256.pdf",
    "minimal-with-field-pubkey-rc4.pdf",
    "minimal-with-field-rc4.pdf",
    "signed-encrypted-pubkey-with-catalog-ref.pdf",
];

#[test]
fn pyhanko_says_the_same_of_every_file() {
    let files = all();
    let output = Command::new(crate::pdf_peers::python())
        .arg(crate::pdf_peers::script("pdf_verdict.py"))
        .args(files.keys())
        .current_dir(folder())
        .output()
        .expect("pyHanko's interpreter");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let theirs: BTreeMap<String, Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(theirs.len(), 130);
    let mut differing: Vec<&str> = Vec::new();
    for (name, file) in &files {
        if comparable(&theirs[name]) != own(file) {
            differing.push(name);
        }
    }
    assert_eq!(differing, sorted(DIFFERENCES.to_vec()));
}

fn sorted(mut names: Vec<&str>) -> Vec<&str> {
    names.sort_unstable();
    names
}

/// Field, whether what it covers is in order, whether what followed is allowed, in the order of the fields' names.
type Signed = Vec<(String, bool, bool)>;

fn comparable(verdict: &Value) -> Option<Signed> {
    let mut signed: Signed = verdict
        .as_array()?
        .iter()
        .map(|one| {
            let text = |key: &str| one[key].as_str().unwrap_or_default();
            let covered = text("coverage").starts_with("ENTIRE");
            (
                text("field").to_owned(),
                covered,
                covered && text("changes") != "SUSPICIOUS",
            )
        })
        .collect();
    signed.sort();
    Some(signed)
}

fn own(file: &[u8]) -> Option<Signed> {
    let mut signed: Signed = signatures(file)
        .ok()?
        .into_iter()
        .map(|one| {
            let unchanged = one
                .changes
                .as_ref()
                .is_some_and(|changes| changes.violations.is_empty());
            (one.field.unwrap_or_default(), one.faults.is_empty(), unchanged)
        })
        .collect();
    signed.sort();
    Some(signed)
}

#[test]
fn a_foreign_file_is_never_valid_without_trust() {
    for (name, file) in all() {
        if let Ok(report) = judge(&file, None, &Trust::default(), &Evidence::default()) {
            assert_ne!(report.verdict, kabinet_pki::Status::Valid, "{name}");
        }
    }
}

#[test]
fn what_is_cut_off_or_overwritten_does_no_harm() {
    for (name, file) in all() {
        if file.len() > 30_000 {
            continue;
        }
        for step in 1..=12 {
            let cut = &file[..file.len() * step / 13];
            let mut changed = file.clone();
            let at = file.len() * step / 13;
            changed[at] = changed[at].wrapping_add(step as u8);
            for input in [cut, &changed] {
                if let Ok(report) = judge(input, None, &Trust::default(), &Evidence::default()) {
                    assert_ne!(report.verdict, kabinet_pki::Status::Valid, "{name}");
                }
            }
        }
    }
}
