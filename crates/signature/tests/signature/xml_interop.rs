//! The XML signatures of other people: each file of `tests/data/xmldsig` beside what is expected of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use kabinet_pki::{Certificate, Evidence, Trust};
use kabinet_signature::xml::judge;
use kabinet_signature::{Policy, Reason, SignatureReport};
use time::macros::datetime;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/xmldsig")
}

fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(directory)
        .expect("directory")
        .map(|entry| entry.expect("entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// Certificates that signatures only name.
fn known(all: &[PathBuf]) -> Vec<Certificate> {
    all.iter()
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| ["der", "pem", "crt"].iter().any(|known| extension == *known))
        })
        .filter_map(|path| Certificate::from_pem_or_der(&fs::read(path).expect("file")).ok())
        .collect()
}

/// Content outside the documents, from the folders the sets come with.
fn beside(base: &Path, uri: Option<&str>) -> Option<Vec<u8>> {
    let path = match uri? {
        // The page changed in between.
        "http://www.w3.org/TR/xml-stylesheet" if base.ends_with("aleksey-xmldsig-01") => {
            data().join("external-data/xml-stylesheet-2018")
        }
        "http://www.w3.org/TR/xml-stylesheet" => data().join("external-data/xml-stylesheet-2005"),
        "http://www.w3.org/Signature/2002/04/xml-stylesheet.b64" => {
            data().join("external-data/xml-stylesheet-2005.b64")
        }
        "http://www.ietf.org/rfc/rfc3161.txt" => data().join("external-data/rfc3161.txt"),
        uri => match uri.strip_prefix("tests/") {
            Some(rest) => data().join(rest),
            None => base.join(uri),
        },
    };
    fs::read(path).ok()
}

/// What a reader of the table needs to know of a signature, whatever its certificate is worth.
fn outcome(signature: &SignatureReport) -> String {
    let word = |good: bool, name: &str| format!("{name}-{}", if good { "ok" } else { "not-ok" });
    let mut words = vec![
        word(signature.digest_ok, "references"),
        word(signature.signature_ok, "value"),
    ];
    if signature.digest_ok && signature.parts.iter().any(|part| !part.intact) {
        words.push("manifest-not-ok".to_owned());
    }
    let mut reasons: Vec<String> = signature
        .reasons
        .iter()
        .filter(|reason| !matches!(reason, Reason::WeakDigest | Reason::Certificate { .. }))
        .map(|reason| match reason {
            Reason::Unsupported { name } => format!("unsupported:{name}"),
            other => other.code().replace("signature.", ""),
        })
        .collect();
    reasons.sort();
    reasons.dedup();
    words.extend(reasons);
    words.join(" ")
}

#[test]
fn every_file_of_the_interoperability_sets_is_as_expected() {
    let mut all = Vec::new();
    files(&data(), &mut all);
    let evidence = Evidence {
        certificates: known(&all),
        ..Evidence::default()
    };
    let policy = Policy {
        trust: &Trust::default(),
        evidence: &evidence,
        at: datetime!(2026-01-01 00:00 UTC),
    };
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for path in all
        .iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "xml"))
    {
        let name = path
            .strip_prefix(data())
            .expect("inside")
            .to_string_lossy()
            .into_owned();
        let base = path.parent().expect("folder");
        let octets = fs::read(path).expect("file");
        let outcome = match judge(&octets, &|uri| beside(base, uri), &policy) {
            Err(error) => format!("refused:{error:?}"),
            Ok(signatures) if signatures.is_empty() => "no-signature".to_owned(),
            Ok(signatures) => signatures.iter().map(outcome).collect::<Vec<_>>().join(" | "),
        };
        found.insert(name, outcome);
    }
    let table = fs::read_to_string(data().join("expected.tsv")).expect("table");
    let expected: BTreeMap<String, String> = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once('\t').expect("two columns"))
        .map(|(name, outcome)| (name.to_owned(), outcome.to_owned()))
        .collect();
    let text = |table: &BTreeMap<String, String>| {
        let lines: Vec<String> = table
            .iter()
            .map(|(name, outcome)| format!("{name}\t{outcome}"))
            .collect();
        lines.join("\n")
    };
    assert_eq!(text(&found), text(&expected));
    assert_eq!(expected.len(), 236);
}
