//! `check`.

use crate::kabinetctl;

/// Right control digits, from public examples and the invented demo organisations.
const VALID: [(&str, &str); 9] = [
    ("inn", "7707083893"),
    ("inn", "9900000017"),
    ("inn", "770000000156"),
    ("ogrn", "1027700132195"),
    ("ogrnip", "304500116000157"),
    ("kpp", "990001001"),
    ("snils", "112-233-445 95"),
    ("bik", "044525225"),
    ("account", "044525225:40702810838000000017"),
];

const INVALID: [(&str, &str); 9] = [
    ("inn", "7707083894"),
    ("inn", "770708389"),
    ("inn", "770000000157"),
    ("ogrn", "1027700132196"),
    ("ogrnip", "304500116000158"),
    ("kpp", "99000100"),
    ("snils", "112-233-445 96"),
    ("bik", "04452522X"),
    ("account", "044525225:40702810838000000018"),
];

#[test]
fn right_requisites_pass() {
    for (kind, value) in VALID {
        let report = kabinetctl().run(&["check", kind, value], b"").expect(0).json();
        assert_eq!(report["results"][0]["code"], serde_json::Value::Null, "{report}");
        assert!(report["results"][0]["normalised"].is_string(), "{report}");
    }
}

#[test]
fn wrong_requisites_end_with_1_and_say_why() {
    for (kind, value) in INVALID {
        let report = kabinetctl().run(&["check", kind, value], b"").expect(1).json();
        assert!(
            report["results"][0]["code"].is_string(),
            "{kind} {value}: {report}"
        );
        assert!(report["results"][0]["normalised"].is_null(), "{report}");
    }
}

#[test]
fn one_wrong_value_among_right_ones_decides_the_exit_code() {
    let report = kabinetctl()
        .run(&["check", "inn", "7707083893", "7707083894"], b"")
        .expect(1)
        .json();
    let codes: Vec<bool> = report["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result["code"].is_null())
        .collect();
    assert_eq!(codes, [true, false]);
}

#[test]
fn an_unknown_kind_ends_with_64() {
    assert_eq!(
        kabinetctl()
            .run(&["check", "passport", "1"], b"")
            .expect(64)
            .error(),
        "cli.usage"
    );
}

#[test]
fn people_read_a_sentence() {
    let run = kabinetctl()
        .say("ru_RU.UTF-8", &["check", "inn", "7707083894"])
        .expect(1);
    assert!(run.text().contains("опечатк"), "{}", run.text());
}
