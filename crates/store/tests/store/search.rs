//! Finding by words, and lists of every kind against a list that is filtered and sorted by hand.

use kabinet_domain::{Document, DocumentFile, DocumentStage, FileRole};
use kabinet_store::{DocumentFilter, DocumentOrder, Found, OrganisationStore, Page, Period};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::{Bench, document, entry, later};

fn text(text: &str) -> DocumentFilter {
    DocumentFilter {
        text: Some(text.to_owned()),
        ..DocumentFilter::default()
    }
}

fn add(store: &OrganisationStore, title: &str, text: &str) -> Document {
    let document = document(store, title, title.as_bytes());
    store
        .change(entry("document.added"), |change| {
            change.add_document_with_text(&document, text)
        })
        .unwrap();
    document
}

fn found(store: &OrganisationStore, query: &str) -> Vec<String> {
    let filter = text(query);
    let page = Page::first(1000);
    let found = store
        .documents(&filter, DocumentOrder::AddedOldest, page)
        .unwrap();
    assert_eq!(store.count_documents(&filter).unwrap(), found.len() as u64);
    found.into_iter().map(|document| document.title).collect()
}

#[test]
fn every_word_is_found_in_the_title_or_in_the_text() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    add(
        &store,
        "Счёт № 12/34-А",
        "ООО «Ёлка», ИНН 7707083893, всего 1 234,50 от 2025-04-03",
    );
    add(&store, "Акт сверки", "с ООО «Ромашка» по договору поставки");
    for query in [
        "счета елки",
        "ЁЛКА счёт",
        "12/34а 7707083893",
        "1234.50",
        "1 234,50 счет",
        "03.04.2025",
        "3 апреля 2025",
        "чёт",
        "счет ООО елк",
        "\"счёт\" (ёлка)",
        "счёт*",
        "№ 12/34",
    ] {
        assert_eq!(found(&store, query), ["Счёт № 12/34-А"], "{query}");
    }
    for query in [
        "акты ромашки",
        "сверки с ромашкой",
        "поставка договор",
        "верк",
        "on_akt ромашка",
    ] {
        assert_eq!(found(&store, query), ["Акт сверки"], "{query}");
    }
    assert_eq!(found(&store, "ооо").len(), 2);
    for query in ["счёт ромашка", "лка", "елка 7707083894", "AND", "ооо NOT елка"] {
        assert_eq!(found(&store, query), [""; 0], "{query}");
    }
}

#[test]
fn a_beginning_finds_every_word_that_begins_so_however_many_there_are() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    for number in 0..300 {
        add(
            &store,
            &format!("{number}"),
            &format!("договоримся{number:03} 770012{number:04}"),
        );
    }
    for (query, all) in [
        ("догов", 300),
        ("договор", 300),
        ("договоримся", 300),
        ("договоримся2", 100),
        ("договоримся142", 1),
        ("77001", 300),
        ("770012", 300),
        ("7700120", 300),
        ("770012004", 10),
        ("договоримсяя", 0),
        ("договоримся 770012008", 10),
        ("договоримся4 7700120", 0),
    ] {
        assert_eq!(found(&store, query).len(), all, "{query}");
    }
}

#[test]
fn no_query_is_an_error() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    add(&store, "Акт", "сверки");
    for query in [
        "",
        " ",
        "*",
        "\"",
        "'",
        "\"акт",
        "акт\" OR \"1",
        "terms:акт",
        "акт NEAR(сверки, 2)",
        "^акт",
        "{a b}: c",
        "акт + сверки",
        "(",
        ")",
        "-",
        "а",
        "—",
        "…",
        "‹акт",
        "¤1",
        "\0",
        "акт\0сверки",
        "💼",
        "%",
        "_",
        "акт:",
        "AND OR NOT",
    ] {
        assert!(
            store
                .documents(&text(query), DocumentOrder::default(), Page::first(5))
                .is_ok(),
            "{query:?}"
        );
        assert!(store.found(&text(query)).is_ok(), "{query:?}");
    }
    // A whole page pasted into the field, of numbers that reach into each other and of words.
    for query in [
        "1 ".repeat(50_000),
        "акт сверки ".repeat(5_000),
        "1".repeat(100_000),
        "а".repeat(100_000),
    ] {
        assert!(store.found(&text(&query)).is_ok(), "{} letters", query.len());
    }
    let mut runner = TestRunner::new(Config::with_cases(300));
    runner
        .run(&"\\PC{0,30}", |query| {
            prop_assert!(store.found(&text(&query)).is_ok());
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_new_text_takes_the_place_of_the_old_one() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let document = add(&store, "Акт", "ромашка");
    store.index_text(document.id, "лютик").unwrap();
    assert_eq!(found(&store, "ромашка"), [""; 0]);
    assert_eq!(found(&store, "лютики"), ["Акт"]);
    assert_eq!(found(&store, "акты"), ["Акт"]);
    store.check().unwrap();
}

fn file(store: &OrganisationStore, name: &str, role: FileRole) -> DocumentFile {
    let (digest, size) = store.put_blob(name.as_bytes()).unwrap();
    DocumentFile {
        name: name.to_owned(),
        role,
        digest,
        size,
    }
}

#[test]
fn a_result_asks_for_the_text_anew_and_a_signature_does_not() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let document = add(&store, "Акт", "ромашка");
    assert_eq!(store.count_documents_without_text().unwrap(), 0);
    let signed = DocumentFilter {
        signed: Some(true),
        ..DocumentFilter::default()
    };
    assert_eq!(store.count_documents(&signed).unwrap(), 0);
    let signature = file(
        &store,
        "a.xml.sig",
        FileRole::Signature {
            of: "a.xml".to_owned(),
        },
    );
    store
        .change(entry("x"), |change| change.attach_file(document.id, &signature))
        .unwrap();
    assert_eq!(store.count_documents(&signed).unwrap(), 1);
    assert_eq!(store.count_documents_without_text().unwrap(), 0);
    assert_eq!(found(&store, "ромашка"), ["Акт"]);
    let result = file(&store, "Квитанция.xml", FileRole::Result);
    store
        .change(entry("x"), |change| change.attach_file(document.id, &result))
        .unwrap();
    assert_eq!(store.documents_without_text(9).unwrap()[0].id, document.id);
    assert_eq!(found(&store, "квитанции"), ["Акт"]);
}

#[test]
fn a_word_of_many_documents_is_counted_to_a_thousand() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let sample = document(&store, "Акт", b"content");
    store
        .change(entry("x"), |change| {
            (0..1500).try_for_each(|number| {
                let mut one = sample.clone();
                one.id = kabinet_domain::DocumentId(uuid::Uuid::from_u128(number));
                one.stage = if number % 100 == 0 {
                    DocumentStage::Sent
                } else {
                    DocumentStage::Ready
                };
                one.added = later(number as i64);
                change.add_document_with_text(&one, if number % 2 == 0 { "чётный" } else { "" })
            })
        })
        .unwrap();
    let exactly = |documents| Found {
        documents,
        more: false,
    };
    assert_eq!(store.found(&DocumentFilter::default()).unwrap(), exactly(1500));
    assert_eq!(
        store.found(&text("акты")).unwrap(),
        Found {
            documents: 1000,
            more: true
        }
    );
    assert_eq!(store.count_documents(&text("акты")).unwrap(), 1500);
    assert_eq!(store.found(&text("чётные")).unwrap(), exactly(750));
    let sent = DocumentFilter {
        stages: vec![DocumentStage::Sent],
        ..text("акты")
    };
    assert_eq!(store.found(&sent).unwrap(), exactly(15));
    for (order, first) in [
        (DocumentOrder::AddedNewest, later(99)),
        (DocumentOrder::AddedOldest, later(1400)),
    ] {
        let deep = store
            .documents(
                &text("акты"),
                order,
                Page {
                    offset: 1400,
                    limit: 50,
                },
            )
            .unwrap();
        assert_eq!((deep.len(), deep[0].added), (50, first));
    }
    assert_eq!(store.formats().unwrap(), [(sample.format, 1500)]);
}

const STAGES: [DocumentStage; 4] = [
    DocumentStage::Ready,
    DocumentStage::Signed,
    DocumentStage::Sent,
    DocumentStage::Accepted,
];
const FORMATS: [&str; 3] = ["fns.a", "sfr.b", "bank.c"];
const WORDS: [&str; 5] = ["ромашка", "лютик", "договор", "7707083893", "12/34-А"];

/// Words that are in no other one's forms, so that a hand can look for them.
fn written(words: &[usize]) -> String {
    words
        .iter()
        .map(|word| WORDS[*word])
        .collect::<Vec<_>>()
        .join(", ")
}

#[derive(Clone, Debug)]
struct Made {
    title: Vec<usize>,
    text: Vec<usize>,
    stage: usize,
    format: usize,
    signed: bool,
    added: i64,
    updated: i64,
}

fn made() -> impl Strategy<Value = Made> {
    let words = || proptest::collection::vec(0..WORDS.len(), 0..4);
    (
        words(),
        words(),
        0..STAGES.len(),
        0..FORMATS.len(),
        any::<bool>(),
        0..20i64,
        0..20i64,
    )
        .prop_map(|(title, text, stage, format, signed, added, updated)| Made {
            title,
            text,
            stage,
            format,
            signed,
            added,
            updated,
        })
}

#[derive(Clone, Debug)]
struct Asked {
    words: Vec<usize>,
    inn: bool,
    stages: Vec<usize>,
    formats: Vec<usize>,
    signed: Option<bool>,
    added: (Option<i64>, Option<i64>),
    updated: (Option<i64>, Option<i64>),
}

fn asked() -> impl Strategy<Value = Asked> {
    let few = |most| proptest::collection::vec(0..most, 0..3usize);
    let period = || (proptest::option::of(0..20i64), proptest::option::of(0..20i64));
    let signed = proptest::option::of(any::<bool>());
    (
        few(WORDS.len()),
        proptest::bool::weighted(0.2),
        few(STAGES.len()),
        few(FORMATS.len()),
        signed,
        period(),
        period(),
    )
        .prop_map(|(words, inn, stages, formats, signed, added, updated)| Asked {
            words,
            inn,
            stages,
            formats,
            signed,
            added,
            updated,
        })
}

impl Asked {
    fn filter(&self) -> DocumentFilter {
        let period = |(from, until): (Option<i64>, Option<i64>)| Period {
            from: from.map(later),
            until: until.map(later),
        };
        DocumentFilter {
            stages: self.stages.iter().map(|stage| STAGES[*stage]).collect(),
            formats: self
                .formats
                .iter()
                .map(|format| FORMATS[*format].to_owned())
                .collect(),
            signed: self.signed,
            added: period(self.added),
            updated: period(self.updated),
            inn: self.inn.then(|| WORDS[3].to_owned()),
            text: Some(
                self.words
                    .iter()
                    .map(|word| WORDS[*word])
                    .collect::<Vec<_>>()
                    .join(" "),
            ),
        }
    }

    fn takes(&self, made: &Made) -> bool {
        let has = |word: &usize| made.title.contains(word) || made.text.contains(word);
        let within = |(from, until): (Option<i64>, Option<i64>), at| {
            from.is_none_or(|from| from <= at) && until.is_none_or(|until| at < until)
        };
        self.words.iter().all(has)
            && (!self.inn || has(&3))
            && (self.stages.is_empty() || self.stages.contains(&made.stage))
            && (self.formats.is_empty() || self.formats.contains(&made.format))
            && self.signed.is_none_or(|signed| signed == made.signed)
            && within(self.added, made.added)
            && within(self.updated, made.updated)
    }
}

/// By hand: the numbers of the documents in the order they came.
fn by_hand(documents: &[Made], asked: &Asked, order: DocumentOrder) -> Vec<usize> {
    let mut found: Vec<usize> = (0..documents.len())
        .filter(|at| asked.takes(&documents[*at]))
        .collect();
    match order {
        DocumentOrder::AddedOldest | DocumentOrder::AddedNewest => {}
        DocumentOrder::UpdatedOldest | DocumentOrder::UpdatedNewest => {
            found.sort_by_key(|at| documents[*at].updated)
        }
        DocumentOrder::Title | DocumentOrder::TitleBackwards => {
            found.sort_by_key(|at| written(&documents[*at].title).to_lowercase())
        }
    }
    if matches!(
        order,
        DocumentOrder::AddedNewest | DocumentOrder::UpdatedNewest | DocumentOrder::TitleBackwards
    ) {
        found.reverse();
    }
    found
}

const ORDERS: [DocumentOrder; 6] = [
    DocumentOrder::AddedNewest,
    DocumentOrder::AddedOldest,
    DocumentOrder::UpdatedNewest,
    DocumentOrder::UpdatedOldest,
    DocumentOrder::Title,
    DocumentOrder::TitleBackwards,
];

#[test]
fn every_filter_order_and_page_is_what_a_list_by_hand_is() {
    let mut runner = TestRunner::new(Config::with_cases(12));
    let cases = (
        proptest::collection::vec(made(), 0..40),
        proptest::collection::vec(asked(), 12),
        0..40u64,
        1..15u64,
    );
    runner
        .run(&cases, |(documents, questions, offset, limit)| {
            let bench = Bench::new();
            let (_vault, store) = bench.store();
            let sample = document(&store, "", b"content");
            let signature = FileRole::Signature {
                of: "ON_AKT.xml".to_owned(),
            };
            store
                .change(entry("x"), |change| {
                    for (number, made) in documents.iter().enumerate() {
                        let mut one = sample.clone();
                        one.id = kabinet_domain::DocumentId(uuid::Uuid::from_u128(number as u128));
                        one.title = written(&made.title);
                        one.format = FORMATS[made.format].to_owned();
                        (one.added, one.updated) = (later(made.added), later(made.updated));
                        // Half of them come as they are, half are changed on their way.
                        if number % 2 == 0 {
                            one.stage = STAGES[made.stage];
                        }
                        change.add_document_with_text(&one, &written(&made.text))?;
                        if made.signed {
                            let file = DocumentFile {
                                name: "ON_AKT.xml".to_owned(),
                                role: signature.clone(),
                                ..sample.files[0].clone()
                            };
                            change.attach_file(one.id, &file)?;
                        }
                    }
                    Ok(())
                })
                .unwrap();
            for (number, made) in documents.iter().enumerate() {
                let mut at = entry("x");
                at.at = later(made.updated);
                let id = kabinet_domain::DocumentId(uuid::Uuid::from_u128(number as u128));
                store
                    .change(at, |change| change.set_stage(id, STAGES[made.stage]))
                    .unwrap();
            }
            for asked in questions {
                let filter = asked.filter();
                for order in ORDERS {
                    let expected = by_hand(&documents, &asked, order);
                    prop_assert_eq!(store.count_documents(&filter).unwrap(), expected.len() as u64);
                    let numbers = |page| -> Vec<usize> {
                        let found = store.documents(&filter, order, page).unwrap();
                        found
                            .into_iter()
                            .map(|document| document.id.0.as_u128() as usize)
                            .collect()
                    };
                    prop_assert_eq!(&numbers(Page::first(100)), &expected, "{:?} {:?}", &filter, order);
                    let page: Vec<usize> = expected
                        .into_iter()
                        .skip(offset as usize)
                        .take(limit as usize)
                        .collect();
                    prop_assert_eq!(numbers(Page { offset, limit }), page, "{:?} {:?}", &filter, order);
                }
            }
            Ok(())
        })
        .unwrap();
}
