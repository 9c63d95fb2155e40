//! `xmllint` judges the same documents by the same schemas.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use kabinet_domain::Severity;
use kabinet_formats::Formats;

use crate::{AKT, TRANS, UPD, assets, encode, sample};

/// Verdicts of xmllint by file name.
fn xmllint(schema: &Path, folder: &Path) -> BTreeMap<String, bool> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let output = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema"])
        .arg(schema)
        .args(&files)
        .output()
        .expect("xmllint (libxml2-utils) is installed");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    files
        .iter()
        .map(|file| {
            let valid = said
                .lines()
                .any(|line| line == format!("{} validates", file.display()));
            (file.file_name().unwrap().to_string_lossy().into_owned(), valid)
        })
        .collect()
}

fn we_say(bytes: &[u8]) -> bool {
    let findings = Formats::embedded().check("x.xml", bytes).findings;
    !findings.iter().any(|finding| {
        finding.severity == Severity::Error
            && (finding.code.starts_with("xsd.") || finding.code.starts_with("xml."))
    })
}

#[test]
fn valid_samples_are_valid_to_both() {
    let schemas = assets().join("schemas");
    for (name, schema) in [
        (AKT, "fns/ON_AKTSVEROTP_1_972_01_05_01_01.xsd"),
        (UPD, "fns/ON_NSCHFDOPPR_1_997_01_05_02_01.xsd"),
        (TRANS, "sfr/10000000109/schemas.xsd"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.xml"), sample(name)).unwrap();
        assert!(xmllint(&schemas.join(schema), folder.path())["a.xml"], "{name}");
        assert_eq!(Formats::embedded().check(name, &sample(name)).findings, []);
    }
}

#[test]
fn random_changes_are_judged_alike() {
    for (name, schema, seed) in [
        (AKT, "fns/ON_AKTSVEROTP_1_972_01_05_01_01.xsd", 1),
        (UPD, "fns/ON_NSCHFDOPPR_1_997_01_05_02_01.xsd", 2),
    ] {
        let text = encoding_rs::WINDOWS_1251.decode(&sample(name)).0.into_owned();
        let mut random = Random(seed);
        let folder = tempfile::tempdir().unwrap();
        let mut ours = BTreeMap::new();
        for index in 0..110 {
            let bytes = encode(&mutated(&text, &mut random));
            // What is not recognised any more has no schema here; xmllint would still apply the one it is given.
            let format = kabinet_formats::recognise(name, &bytes).format;
            if format != "fns.on_aktsverotp" && format != "fns.on_nschfdoppr" {
                continue;
            }
            let file = format!("{index:03}.xml");
            std::fs::write(folder.path().join(&file), &bytes).unwrap();
            ours.insert(file, we_say(&bytes));
        }
        let theirs = xmllint(&assets().join("schemas").join(schema), folder.path());
        assert_eq!(ours, theirs);
        let valid = ours.values().filter(|valid| **valid).count();
        assert!(
            ours.len() > 90 && valid > 5 && valid < ours.len() - 20,
            "{valid} of {}",
            ours.len()
        );
    }
}

/// xorshift64*: the same changes in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let value = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(value).unwrap() % limit
    }
}

/// One random change of an attribute or element.
fn mutated(text: &str, random: &mut Random) -> String {
    let document = roxmltree::Document::parse(text).unwrap();
    let elements: Vec<_> = document.descendants().filter(|node| node.is_element()).collect();
    let element = elements[1 + random.below(elements.len() - 1)];
    let attributes: Vec<_> = element.attributes().collect();
    let mut changed = text.to_owned();
    if !attributes.is_empty() && random.below(4) != 0 {
        let attribute = attributes[random.below(attributes.len())];
        let value = attribute.range_value();
        match random.below(8) {
            0 => changed.replace_range(attribute.range(), ""),
            1 => changed.replace_range(value, ""),
            2 => changed.insert(value.end, '0'),
            3 => changed.insert(value.start, 'Ж'),
            4 => changed.replace_range(value, "1"),
            5 => changed.replace_range(value, "29.02.2023"),
            6 => changed.replace_range(value, &"9".repeat(300)),
            _ => changed.insert_str(attribute.range().start, "Лишний=\"1\" "),
        }
        return changed;
    }
    let range = element.range();
    match random.below(5) {
        0 => changed.replace_range(range, ""),
        1 => changed.insert_str(range.end, &text[range.clone()]),
        2 => changed.insert_str(range.end, "<Лишний/>"),
        3 => changed.insert_str(range.end, "слово"),
        _ => changed.insert_str(range.start, "<!-- заметка -->"),
    }
    changed
}
