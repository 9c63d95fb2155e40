use std::collections::{BTreeMap, BTreeSet};

use icu_plurals::{PluralCategory, PluralRuleType, PluralRules};

use super::*;

const NONE: [(&str, &str); 0] = [];

fn russian() -> Texts {
    Texts::parse(
        Language::Russian,
        r#"{"inbox": {"title": "Входящие", "count_one": "{{count}} документ", "count_few": "{{count}} документа",
            "count_many": "{{count}} документов", "count_other": "{{count}} документа"},
            "greeting": "{{ name }}, {{-name}}! {{missing}}{{ {"}"#,
    )
}

#[test]
fn an_unknown_key_is_its_own_text() {
    for key in [
        "",
        ".",
        "inbox",
        "inbox.",
        "inbox.title.more",
        "нет",
        "inbox.count",
    ] {
        assert_eq!(russian().text(key, NONE), key);
        assert!(!russian().has(key) || key == "inbox.count");
    }
}

#[test]
fn a_broken_file_has_no_texts_and_no_panic() {
    let texts = Texts::parse(Language::English, "{");
    assert_eq!(texts.plain("errors.unknown.what"), "errors.unknown.what");
}

#[test]
fn gaps_are_filled_once_and_literally() {
    let text = russian().text("greeting", [("name", "{{missing}}<b>")]);
    assert_eq!(text, "{{missing}}<b>, {{missing}}<b>! {{ {");
}

#[test]
fn the_plural_form_follows_the_count() {
    let texts = russian();
    for (count, expected) in [
        ("0", "0 документов"),
        ("1", "1 документ"),
        ("3", "3 документа"),
        ("12", "12 документов"),
        ("21", "21 документ"),
        ("-2", "-2 документа"),
        ("1.5", "1.5 документа"),
    ] {
        assert_eq!(texts.text("inbox.count", [("count", count)]), expected);
    }
    assert!(texts.has("inbox.count"));
    assert_eq!(
        texts.text("inbox.title", [("count", "5")]),
        "Входящие",
        "a text of one form serves all counts"
    );
}

#[test]
fn plural_categories_are_those_of_unicode() {
    for language in Language::ALL {
        let locale: icu_locale_core::Locale = language.code().parse().unwrap();
        let rules = PluralRules::try_new(locale.into(), PluralRuleType::Cardinal.into()).unwrap();
        for count in (0_u32..=1200).chain([1_000_000, 1_000_001, 1_000_011]) {
            let expected = match rules.category_for(count) {
                PluralCategory::One => "one",
                PluralCategory::Few => "few",
                PluralCategory::Many => "many",
                _ => "other",
            };
            assert_eq!(
                language.plural(&count.to_string()),
                expected,
                "{language:?} {count}"
            );
        }
    }
}

#[test]
fn languages_are_found_by_locale_names() {
    for (name, expected) in [
        ("ru", Some(Language::Russian)),
        ("ru_RU.UTF-8", Some(Language::Russian)),
        ("EN-gb", Some(Language::English)),
        ("C", None),
        ("", None),
        ("russian", None),
    ] {
        assert_eq!(Language::from_code(name), expected, "{name}");
    }
}

#[test]
fn an_unknown_error_code_is_named_to_the_user() {
    for language in Language::ALL {
        let text = Texts::new(language).error("portal.brand-new", NONE);
        assert!(text.why.contains("portal.brand-new"));
        assert!(!text.what.is_empty() && !text.todo.is_empty());
    }
}

#[test]
fn an_error_text_is_filled_from_the_errors_parameters() {
    let params = BTreeMap::from([("megabytes", "50".to_owned())]);
    let text = Texts::new(Language::Russian).error("portal.too-large", &params);
    assert!(text.why.contains("50 МБ"), "{text:?}");
}

/// Key without plural form → (forms, gaps of any form).
type Shape = BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)>;

fn shape(texts: &Texts) -> Shape {
    let mut shape = Shape::new();
    walk("", &texts.root, &mut shape);
    shape
}

fn walk(path: &str, value: &Value, shape: &mut Shape) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                assert!(
                    !name.contains('.') && !name.is_empty(),
                    "{path}: {name:?} cannot be reached by a key"
                );
                walk(
                    &format!("{path}{}{name}", if path.is_empty() { "" } else { "." }),
                    value,
                    shape,
                );
            }
        }
        Value::String(text) => {
            let (key, form) = match path.rsplit_once('_') {
                Some((key, form @ ("one" | "few" | "many" | "other"))) => (key, form),
                _ => (path, ""),
            };
            let (forms, gaps) = shape.entry(key.to_owned()).or_default();
            forms.insert(form.to_owned());
            gaps.extend(gaps_of(path, text));
        }
        other => panic!("{path}: {other} is no text"),
    }
}

fn gaps_of(path: &str, text: &str) -> Vec<String> {
    assert!(!text.trim().is_empty(), "{path} is empty");
    assert!(
        !text.contains("$t("),
        "{path}: nested texts are not supported here"
    );
    assert_eq!(
        text.matches("{{").count(),
        text.matches("}}").count(),
        "{path}: a gap is not closed"
    );
    let gaps = text
        .split("{{")
        .skip(1)
        .filter_map(|rest| rest.split("}}").next());
    gaps.map(|gap| {
        let name = gap.trim().trim_start_matches('-').trim();
        let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        assert!(plain, "{path}: {gap:?} is more than a name");
        name.to_owned()
    })
    .collect()
}

#[test]
fn both_languages_have_the_same_keys_with_the_same_gaps() {
    let [russian, english] = Language::ALL.map(|language| shape(&Texts::new(language)));
    let keys = |shape: &Shape| shape.keys().cloned().collect::<BTreeSet<_>>();
    let only_one: Vec<_> = keys(&russian)
        .symmetric_difference(&keys(&english))
        .cloned()
        .collect();
    assert!(only_one.is_empty(), "in one language only: {only_one:#?}");
    for (key, (_, gaps)) in &russian {
        assert_eq!(gaps, &english[key].1, "{key}");
    }
}

#[test]
fn a_text_with_forms_has_all_of_them() {
    for (language, all) in [
        (Language::Russian, &["few", "many", "one", "other"][..]),
        (Language::English, &["one", "other"][..]),
    ] {
        for (key, (forms, _)) in shape(&Texts::new(language)) {
            let forms: Vec<&str> = forms.iter().map(String::as_str).collect();
            assert!(forms == [""] || forms == all, "{language:?} {key}: {forms:?}");
        }
    }
}

#[test]
fn every_error_says_what_happened_why_and_what_to_do() {
    for language in Language::ALL {
        let mut parts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for key in shape(&Texts::new(language))
            .keys()
            .filter_map(|key| key.strip_prefix("errors."))
        {
            let (code, part) = key.rsplit_once('.').unwrap();
            parts.entry(code.to_owned()).or_default().insert(part.to_owned());
        }
        assert!(!parts.is_empty());
        for (code, parts) in parts {
            assert_eq!(
                parts.iter().collect::<Vec<_>>(),
                ["todo", "what", "why"],
                "{code}"
            );
        }
    }
}
