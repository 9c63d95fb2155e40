//! Every code the crates can give a person has its text in both languages. The codes are read from the sources,
//! so that a new one without a text fails here.

mod source;

use std::collections::BTreeSet;

use kabinet_texts::{Language, Texts};
use serde_json::Value;

use source::Source;

/// Crates with codes in `fn code(`.
const CRATES: [&str; 8] = [
    "app",
    "domain",
    "formats",
    "pki",
    "portal",
    "signature",
    "store",
    "token",
];

/// What the codes of findings begin with.
const FINDINGS: [&str; 6] = ["document", "file-name", "fns", "poa", "xml", "xsd"];

/// A code, not any text: words of small letters, digits and hyphens, joined by dots.
fn is_code(text: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    text.contains('.') && text.split('.').all(word)
}

fn is_of(code: &str, prefixes: &[&str]) -> bool {
    code.split('.')
        .next()
        .is_some_and(|prefix| prefixes.contains(&prefix))
}

/// Codes in `fn code(` of a crate, with the file they stand in.
fn coded(name: &str) -> Vec<(String, String)> {
    let mut codes = Vec::new();
    for source in Source::of_crate(name) {
        for code in source
            .in_bodies("fn code(")
            .into_iter()
            .filter(|text| is_code(text))
        {
            codes.push((source.name.clone(), code.to_owned()));
        }
    }
    assert!(!codes.is_empty(), "no codes in {name}");
    codes
}

/// Literals of these prefixes anywhere in a crate: codes that tables and functions other than `fn code(` hold.
fn anywhere(name: &str, prefixes: &[&str]) -> BTreeSet<String> {
    let sources = Source::of_crate(name);
    let literals = sources.iter().flat_map(Source::all);
    let codes: BTreeSet<String> = literals
        .filter(|text| is_code(text) && is_of(text, prefixes))
        .map(str::to_owned)
        .collect();
    assert!(!codes.is_empty(), "none of {prefixes:?} in {name}");
    codes
}

fn require<S: AsRef<str>>(keys: impl IntoIterator<Item = S>) {
    let keys: BTreeSet<String> = keys.into_iter().map(|key| key.as_ref().to_owned()).collect();
    assert!(!keys.is_empty());
    let missing: Vec<(Language, &String)> = Language::ALL
        .into_iter()
        .flat_map(|language| {
            let texts = Texts::new(language);
            keys.iter()
                .filter(move |key| !texts.has(key))
                .map(move |key| (language, key))
        })
        .collect();
    assert!(missing.is_empty(), "no text for {missing:#?}");
}

fn parts(code: &str) -> [String; 3] {
    ["what", "why", "todo"].map(|part| format!("errors.{code}.{part}"))
}

/// Where the texts of a code in `fn code(` are looked up.
fn keys(name: &str, file: &str, code: &str) -> Vec<String> {
    let reason = format!("reasons.{code}");
    match (name, file) {
        ("signature", "report.rs") | ("pki", "problem.rs" | "token.rs") => vec![reason],
        ("signature", "finding.rs") if code.starts_with("pdf.doubt.") => vec![reason],
        ("signature", "finding.rs") => vec![format!("changes.{code}")],
        ("signature", "range.rs") => vec![reason],
        // A signature that cannot be read fails by itself, and is a line among others on the page of a document.
        ("signature", "verify.rs") => parts(code).into_iter().chain([reason]).collect(),
        ("formats", "message.rs") => vec![format!("findings.{code}")],
        ("domain", _) => vec![code.replacen("requisite.", "requisites.", 1)],
        _ => parts(code).to_vec(),
    }
}

#[test]
fn every_code_of_an_error_or_a_reason_has_its_text() {
    let mut found = Vec::new();
    for name in CRATES {
        let codes = coded(name);
        require(codes.iter().flat_map(|(file, code)| keys(name, file, code)));
        found.extend(codes.into_iter().map(|(_, code)| code));
    }
    // Rules of the formats are named where they are broken.
    let rules = anywhere("signature", &["pdf", "signature"]);
    let known = |code: &&String| !found.contains(*code);
    require(rules.iter().filter(known).map(|code| format!("reasons.{code}")));
    for known in [
        "app.locked",
        "keychain.absent",
        "pfx.malformed",
        "pki.revoked",
        "signature.value-wrong",
        "store.full",
        "token.pin-locked",
        "vault.in-use",
    ] {
        assert!(found.iter().any(|code| code == known), "{known} was not read");
    }
    require(
        anywhere("portal", &["portal", "poa"])
            .iter()
            .flat_map(|code| parts(code)),
    );
    // What speaks for and against a power of attorney is a line, not an error.
    let reasons = anywhere("domain", &["poa"]);
    require(
        reasons
            .iter()
            .map(|code| code.replacen("poa.", "poa.reasons.", 1)),
    );
}

#[test]
fn every_finding_has_its_text() {
    let findings = anywhere("formats", &FINDINGS);
    require(findings.iter().map(|code| format!("findings.{code}")));
    // What stops a check also stops the readable view.
    let fatal = findings.iter().filter(|code| is_of(code, &["document", "xml"]));
    require(fatal.flat_map(|code| parts(code)));
    // The check takes this one over from the requisites.
    require(["findings.requisite.control-digit"]);
}

#[test]
fn every_complaint_about_a_certificate_or_requisite_has_its_text() {
    let unfit = Source::of_file("app/src/tokens/lines.rs");
    require(
        unfit
            .first_in_calls("FieldProblem::new(")
            .iter()
            .map(|code| format!("certificate.unfit.{code}")),
    );
    let requisites = Source::of_file("app/src/organisations.rs");
    let codes = requisites.first_in_calls("FieldProblem::new(").into_iter();
    // The prefix that is taken off a code there is none.
    let codes = codes.filter(|code| !code.ends_with('.'));
    require(codes.map(|code| format!("requisites.{code}")));
}

#[test]
fn every_change_of_a_power_of_attorney_has_its_text() {
    let keys = Source::of_file("formats/src/poa/changes.rs");
    let keys = keys.in_bodies("fn key(");
    assert!(keys.len() > 20, "{keys:?}");
    require(keys.iter().map(|key| format!("changes.poa.{key}")));
}

#[test]
fn every_check_before_signing_has_a_text_for_each_state() {
    let checks = Source::of_file("app/src/preflight.rs");
    let mut codes = checks.first_in_calls("line(");
    codes.extend(checks.constant("CODE"));
    let states = Source::of_file("app/src/view/document.rs").variants("CheckState");
    assert!(codes.len() > 10 && states.len() == 4, "{codes:?} {states:?}");
    require(codes.iter().flat_map(|code| {
        states
            .iter()
            .map(move |state| format!("preflight.{code}.{state}"))
    }));
}

#[test]
fn every_entry_of_the_journal_has_its_text() {
    let mut actions = BTreeSet::new();
    for source in Source::of_crate("app") {
        for call in [
            "journal::about(",
            "journal::about_draft(",
            "journal::plain(",
            "self.entry(",
        ] {
            actions.extend(source.first_in_calls(call).into_iter().map(str::to_owned));
        }
        actions.extend(source.in_bodies("fn action_of(").into_iter().map(str::to_owned));
    }
    for file in ["work.rs", "errand.rs"] {
        let registry = Source::of_file(&format!("app/src/poa/{file}"));
        let told = registry.all().into_iter().filter(|text| text.starts_with("poa-"));
        actions.extend(told.map(str::to_owned));
    }
    assert!(
        actions.contains("signed-in") && actions.contains("order-pushed"),
        "{actions:?}"
    );
    require(actions.iter().map(|action| format!("journal.{action}")));
}

#[test]
fn every_state_that_is_shown_has_its_word() {
    for (file, name, prefix) in [
        ("domain/src/document.rs", "DocumentStage", "stage"),
        ("app/src/view/outbox.rs", "OutboxState", "ui.outbox.state"),
        ("pki/src/problem.rs", "Status", "signature.verdict"),
    ] {
        let words = Source::of_file(file).variants(name);
        assert!(words.len() > 2, "{name}: {words:?}");
        require(words.iter().map(|word| format!("{prefix}.{word}")));
    }
}

#[test]
fn every_key_the_programs_ask_for_has_its_text() {
    let mut keys: BTreeSet<String> = anywhere("cli", &["cli"]);
    for source in Source::of_crate("cli")
        .iter()
        .chain(&Source::of_crate("../src-tauri"))
    {
        for call in ["output.text(", "texts.text(", "texts.plain("] {
            let asked = source.first_in_calls(call).into_iter();
            keys.extend(asked.filter(|key| is_code(key)).map(str::to_owned));
        }
    }
    assert!(keys.contains("ui.notification.status"), "{keys:?}");
    require(keys);
}

/// A gap nobody fills shows as a hole, or as braces.
#[test]
fn the_gaps_of_a_text_are_named_as_the_crates_name_their_values() {
    let mut wrong = Vec::new();
    for language in Language::ALL {
        let path = format!(
            "{}/../../assets/locales/{}.json",
            env!("CARGO_MANIFEST_DIR"),
            language.code()
        );
        let file = std::fs::read_to_string(path).expect("a locale file");
        let root: Value = serde_json::from_str(&file).expect("JSON");
        let mut check = |group: &Value, key: &str, names: &BTreeSet<String>| {
            let texts = key.split('.').try_fold(group, |node, name| node.get(name));
            let mut gaps = BTreeSet::new();
            gaps_of(texts.unwrap_or(&Value::Null), &mut gaps);
            wrong.extend(
                gaps.difference(names)
                    .map(|gap| format!("{language:?} {key}: {gap}")),
            );
        };
        for name in ["app", "portal", "store", "token"] {
            let sources = Source::of_crate(name);
            let names = sources.iter().flat_map(|source| source.in_bodies("fn params("));
            let names: BTreeSet<String> = names.map(str::to_owned).collect();
            assert!(!names.is_empty(), "{name}");
            for (_, code) in coded(name) {
                check(&root["errors"], &code, &names);
            }
        }
        let sources = Source::of_crate("formats");
        let literals = sources.iter().flat_map(Source::all).map(str::to_owned).collect();
        for code in anywhere("formats", &FINDINGS) {
            check(&root["findings"], &code, &literals);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn gaps_of(value: &Value, gaps: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.values().for_each(|value| gaps_of(value, gaps)),
        Value::String(text) => gaps.extend(
            text.split("{{")
                .skip(1)
                .filter_map(|rest| Some(rest.split_once("}}")?.0.to_owned())),
        ),
        _ => {}
    }
}
