//! The XML signatures of other people: each file of `tests/data/xmldsig` beside what is expected of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use kabinet_pki::Certificate;
use kabinet_signature::xml::{Examined, Fault, examine};

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

/// One word for each signature: what a reader of the table needs to know.
fn outcome(signature: &Examined) -> String {
    let references = if signature.digest_ok() {
        "references-ok"
    } else {
        "references-not-ok"
    };
    let manifests = match signature.manifests.iter().find_map(|one| one.fault.as_ref()) {
        _ if signature.manifests.is_empty() => "",
        None => " manifest-ok",
        Some(_) => " manifest-not-ok",
    };
    let value = if signature.signature_ok {
        "value-ok"
    } else {
        "value-not-ok"
    };
    let mut faults: Vec<String> = signature
        .faults
        .iter()
        .filter(|fault| !matches!(fault, Fault::WeakDigest))
        .map(|fault| match fault {
            Fault::Unsupported(uri) => format!("unsupported:{uri}"),
            other => format!("{other:?}"),
        })
        .collect();
    faults.sort();
    faults.dedup();
    format!("{references}{manifests} {value} {}", faults.join(" "))
        .trim_end()
        .to_owned()
}

#[test]
fn every_file_of_the_interoperability_sets_is_as_expected() {
    let mut all = Vec::new();
    files(&data(), &mut all);
    let known = known(&all);
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
        let outcome = match examine(&fs::read(path).expect("file"), &|uri| beside(base, uri), &known) {
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
