//! `validate`.

use kabinet_testkit::{AKT, AKT_INVALID, UPD, sample, sfr_pair};
use serde_json::Value;

use crate::{kabinetctl, text};

#[test]
fn right_documents_pass() {
    for name in [AKT, UPD] {
        let report = kabinetctl()
            .run(&["validate", text(&sample(name))], b"")
            .expect(0)
            .json();
        assert_eq!(
            report["documents"][0]["findings"],
            Value::Array(Vec::new()),
            "{report}"
        );
        assert!(!report["documents"][0]["title"].as_str().unwrap().is_empty());
    }
}

#[test]
fn mistakes_come_with_their_line_and_element() {
    let report = kabinetctl()
        .run(&["validate", text(&sample(AKT_INVALID))], b"")
        .expect(1)
        .json();
    let findings = report["documents"][0]["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 7, "{report}");
    let found = |line: u64, element: &str| {
        findings.iter().any(|finding| {
            finding["line"] == line
                && finding["element"]
                    .as_str()
                    .is_some_and(|path| path.ends_with(element))
        })
    };
    assert!(
        found(2, "Файл/@ВерсФорм") && found(13, "@ИННЮЛ") && found(22, "@ДатаОпер"),
        "{report}"
    );
    assert!(findings.iter().all(|finding| finding["file"] == AKT_INVALID));
}

#[test]
fn people_read_the_mistakes_in_their_language() {
    let path = sample(AKT_INVALID);
    let russian = kabinetctl()
        .say("ru_RU.UTF-8", &["validate", text(&path)])
        .expect(1)
        .text();
    assert!(
        russian.contains("Не заполнено обязательное поле «КПП»"),
        "{russian}"
    );
    assert!(russian.contains(":13 "), "{russian}");
    let english = kabinetctl()
        .say("en_US.UTF-8", &["validate", text(&path)])
        .expect(1)
        .text();
    assert_ne!(russian, english);
}

#[test]
fn files_that_belong_together_are_one_document() {
    let [transport, request] = sfr_pair();
    let report = kabinetctl()
        .run(&["validate", text(&transport), text(&request)], b"")
        .expect(0)
        .json();
    let documents = report["documents"].as_array().unwrap();
    assert_eq!(
        (documents.len(), documents[0]["files"].as_array().unwrap().len()),
        (1, 2),
        "{report}"
    );
}

#[test]
fn one_wrong_document_among_right_ones_decides_the_exit_code() {
    kabinetctl()
        .run(&["validate", text(&sample(AKT)), text(&sample(AKT_INVALID))], b"")
        .expect(1);
}

#[test]
fn a_missing_file_ends_with_64() {
    assert_eq!(
        kabinetctl()
            .run(&["validate", "/nowhere/file.xml"], b"")
            .expect(64)
            .error(),
        "app.file-not-found"
    );
}
