use std::collections::BTreeSet;

use kabinet_domain::poa::{Power, Powers};
use kabinet_formats::poa::{Classifier, ClassifierError, read};

use super::{FILE, FOREIGN};

fn names(words: &str) -> Vec<&'static str> {
    let found = Classifier::embedded().search(words);
    found.into_iter().map(|power| power.name.as_str()).collect()
}

#[test]
fn powers_are_found_by_words_in_any_order_with_any_ending() {
    for words in [
        "транспортная накладная",
        "накладных транспортных",
        "ТРАНСПОРТНЫЕ",
        "накладную подписывать транспорт",
    ] {
        assert!(
            names(words).contains(&"Подписывать транспортные накладные"),
            "{words}: {:?}",
            names(words)
        );
    }
    // A name before an explanation.
    assert_eq!(
        names("накладные").first(),
        Some(&"Подписывать транспортные накладные")
    );
    assert!(names("акты").len() > 1);
    assert_eq!(names("BBDOCS"), ["Подписывать транспортные накладные"]);
    assert_eq!(
        names("DEMO_SRCDOC_ALL"),
        ["Подписывать первичные учётные документы"]
    );
    assert!(names("госуслуги").contains(&"Подавать заявления от имени организации на Госуслугах"));
    // While a word is still being typed.
    let whole = names("отчётность");
    for begun in ["отчётн", "отчётност", "отчетност"] {
        assert!(
            whole.iter().all(|name| names(begun).contains(name)),
            "{begun}: {:?}",
            names(begun)
        );
    }
    assert_eq!(names("ходить в лес"), [""; 0]);
    assert_eq!(names(" , ").len(), Classifier::embedded().powers().len());
}

#[test]
fn the_data_are_whole() {
    let classifier = Classifier::embedded();
    let codes: BTreeSet<&str> = classifier
        .powers()
        .iter()
        .map(|power| power.code.as_str())
        .collect();
    assert_eq!(codes.len(), classifier.powers().len(), "every code once");
    for power in classifier.powers() {
        assert!(
            !power.group.is_empty() && power.explanation.ends_with('.'),
            "{}",
            power.code
        );
        // What was made up for the demo cannot be taken for official.
        assert_ne!(power.seen, power.code.starts_with("DEMO_"), "{}", power.code);
        let limits = power
            .restrictions
            .iter()
            .map(|one| &one.code)
            .collect::<BTreeSet<_>>();
        assert_eq!(limits.len(), power.restrictions.len());
    }
    for template in classifier.templates() {
        assert_eq!(
            classifier.powers_of(template).len(),
            template.powers.len(),
            "{}",
            template.code
        );
    }
    for code in ["accountant", "report-signer", "courier", "hr", "storekeeper"] {
        assert!(
            classifier
                .templates()
                .iter()
                .any(|template| template.code == code),
            "{code}"
        );
    }
}

#[test]
fn powers_are_enough_for_a_document_or_not_or_no_machine_can_say() {
    let classifier = Classifier::embedded();
    let mut poa = read(FILE, FOREIGN.as_bytes()).unwrap().poa;
    assert_eq!(classifier.suffices(&poa, "fns.on_nschfdoppr"), Some(false));
    let power = |code: &str| Power {
        code: code.to_owned(),
        mnemonic: None,
        name: String::new(),
        restrictions: Vec::new(),
    };
    poa.powers = Powers::Machine(vec![power("DEMO_COURT"), power("DEMO_SRCDOC_ISSUE")]);
    assert_eq!(classifier.suffices(&poa, "fns.on_nschfdoppr"), Some(true));
    assert_eq!(classifier.suffices(&poa, "fns.on_nschfdoppok"), Some(false));
    // The rule of all applications holds for that of one service.
    assert_eq!(
        classifier.suffices(&poa, "epgu.application.99000000012"),
        Some(false)
    );
    assert_eq!(classifier.suffices(&poa, "letters"), None);
    poa.powers = Powers::Text("Всё".to_owned());
    assert_eq!(classifier.suffices(&poa, "fns.on_nschfdoppr"), None);
}

#[test]
fn a_folder_replaces_single_files_and_a_broken_one_replaces_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let own = r#"{"powers": [{"code": "OWN_1", "name": "Своё", "group": "Г", "explanation": "П."}]}"#;
    std::fs::write(folder.path().join("powers.json"), own).unwrap();
    let replaced = Classifier::with_folder(folder.path()).unwrap();
    assert_eq!(replaced.powers().len(), 1);
    assert_eq!(replaced.templates(), Classifier::embedded().templates());
    // A template whose powers the replaced list lacks gives none of them.
    assert!(replaced.powers_of(&replaced.templates()[0]).is_empty());
    assert_eq!(replaced.requirements("fns.report"), ["DEMO_TAX_REPORT"]);

    std::fs::write(folder.path().join("requirements.json"), "{").unwrap();
    let error = Classifier::with_folder(folder.path()).unwrap_err();
    assert!(matches!(&error, ClassifierError::Malformed { .. }));
    assert_eq!(error.code(), "classifier.malformed");
    let none = Classifier::with_folder(&folder.path().join("none")).unwrap();
    assert_eq!(none.powers(), Classifier::embedded().powers());
}
