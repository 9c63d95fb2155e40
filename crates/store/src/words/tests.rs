//! The judge here is a reader of conditions written apart from the index; what FTS5 makes of them is seen in
//! `organisation/` and `tests/store/`.

use std::collections::HashSet;
use std::convert::Infallible;

use proptest::prelude::*;

use super::query::{Wanted, wanted};
use super::{PART, find_in_text, find_in_title, folded, terms};

fn expression(query: &str) -> Option<String> {
    let Ok(found) = super::expression(query, |_| Ok::<_, Infallible>(Vec::new()));
    found
}

fn holds(wanted: &Wanted, row: &[&str], title: &str) -> bool {
    match wanted {
        Wanted::Term(term) => row.contains(&term.as_str()),
        Wanted::Beginning(start) => row
            .iter()
            .any(|term| term.starts_with(start.as_str()) && !term.ends_with('…')),
        Wanted::Part(part) => title.contains(part.as_str()),
        Wanted::All(all) => all.iter().all(|wanted| holds(wanted, row, title)),
        Wanted::Any(any) => any.iter().any(|wanted| holds(wanted, row, title)),
    }
}

fn found(query: &str, title: &str, text: &str) -> bool {
    let row = terms(title, text);
    let row: Vec<&str> = row.split(' ').filter(|term| !term.starts_with(PART)).collect();
    wanted(query).is_some_and(|wanted| holds(&wanted, &row, &folded(title)))
}

fn in_text(query: &str, text: &str) -> bool {
    found(query, "", text)
}

#[test]
fn stems_are_those_of_snowball() {
    let vocabulary = include_str!("../../tests/data/snowball-russian.txt");
    let mut count = 0;
    for line in vocabulary.lines() {
        let (word, stem) = line.split_once(' ').unwrap();
        assert_eq!(super::stem::stem(word), stem, "{word}");
        count += 1;
    }
    assert!(count > 250);
}

#[test]
fn a_word_is_found_by_any_of_its_forms() {
    let text = "Заявление о выдаче доверенностей подписано генеральным директором";
    for query in [
        "заявления",
        "ЗАЯВЛЕНИЙ ",
        "доверенность",
        "директору генеральному",
        "выдача ",
        "директор заявлению",
    ] {
        assert!(in_text(query, text), "{query}");
    }
    for query in ["накладная", "заявление накладная", "доверие "] {
        assert!(!in_text(query, text), "{query}");
    }
}

#[test]
fn the_last_word_may_be_half_typed_and_no_other() {
    let text = "Уведомление о подписанном договоре";
    for typed in [
        "у",
        "ув",
        "уве",
        "уведо",
        "уведомлени",
        "договор",
        "догово",
        "подписанн",
        "уведомление до",
    ] {
        assert!(in_text(typed, text), "{typed}");
    }
    for typed in ["уведо договор", "уведо ", "говор"] {
        assert!(!in_text(typed, text), "{typed}");
    }
}

#[test]
fn yo_is_ye_and_capitals_do_not_matter() {
    assert!(in_text("отчет", "ОТЧЁТ за счёт ООО «Ёлка»"));
    assert!(in_text("ЁЛКИ", "отчет ООО «ЕЛКА»"));
    // As macOS writes names: the mark apart from its letter.
    assert!(found("налоговый отчёт", "налоговыи\u{306} отче\u{308}т.xml", ""));
    assert!(!in_text("налоговыи ", "налоговыи\u{306}"));
}

#[test]
fn latin_words_are_found_too() {
    assert!(in_text("invoice", "Commercial INVOICES and packing list"));
    assert!(in_text("Müller", "müller GmbH"));
}

#[test]
fn words_joined_by_a_hyphen_are_words() {
    for query in ["интернет-магазин", "магазина", "интернет", "магазин интернет"]
    {
        assert!(in_text(query, "Сеть интернет-магазинов"), "{query}");
    }
}

#[test]
fn a_number_is_found_in_any_spelling() {
    let spellings = [
        "12/34-А",
        "№ 12/34-А",
        "№12/34-A",
        "12-34А",
        "12/34а",
        "N 12/34-а",
        "12 34 А",
        "12/34/А",
    ];
    for text in &spellings[..6] {
        for query in ["12/34-А", "12/34-A", "12/34А", "1234а", "12/34", "№ 12/34"] {
            assert!(
                in_text(query, &format!("Договор {text} от вторника")),
                "{query} in {text}"
            );
        }
    }
    for query in spellings {
        assert!(in_text(query, "Договор № 12/34-А"), "{query}");
    }
    for query in ["12/35", "34/12-А", "12/34-Б", "2/34-А"] {
        assert!(!in_text(query, "Договор № 12/34-А"), "{query}");
    }
    assert!(in_text("ндфл", "Справка 2-НДФЛ"));
    assert!(in_text("2ндфл", "Справка 2-НДФЛ"));
}

#[test]
fn requisites_are_found_whole_and_as_they_are_typed() {
    let text = "ИНН/КПП 7707083893/773601001, ОГРН 1027700132195, р/с 4070 2810 0000 1234 5678, СНИЛС 112-233-445 95";
    for query in [
        "7707083893",
        "770708",
        "773601001",
        "7707083893/773601001",
        "1027700132195",
        "40702810000012345678",
        "4070 2810 0000 1234 5678",
        "11223344595",
        "112-233-445 95",
        "инн 7707083893",
    ] {
        assert!(in_text(query, text), "{query}");
    }
    for query in ["7707083894", "7083893 ", "40702810000012345679"] {
        assert!(!in_text(query, text), "{query}");
    }
}

#[test]
fn sums_are_one_number_however_they_are_grouped() {
    for text in [
        "1 234,50",
        "1234.50",
        "1234,5",
        "1\u{a0}234,50 руб.",
        "1\u{202f}234.5",
    ] {
        for query in ["1 234,50", "1234.50", "1234,5 ", "1234,50"] {
            assert!(in_text(query, &format!("Итого {text}")), "{query} in {text}");
        }
    }
    for query in ["1 234 567,00", "1234567", "1 234 567", "1234567.00"] {
        assert!(in_text(query, "Всего 1 234 567,00"), "{query}");
    }
    // A round sum may stand without its hundredths.
    assert!(in_text("5000,00", "Итого 5000 рублей"));
    assert!(!in_text("1 234,50", "Итого 1 235,50"));
    assert!(!in_text("1234.50 ", "Итого 12345"));
}

#[test]
fn a_day_is_found_in_any_spelling() {
    let spellings = [
        "03.04.2025",
        "3.4.2025",
        "2025-04-03",
        "03.04.25",
        "3 апреля 2025",
        "3 апреля 2025 г.",
        "20250403",
        "03/04/2025",
    ];
    for text in spellings {
        for query in [
            "03.04.2025",
            "2025-04-03",
            "3.4.2025",
            "3 апреля 2025",
            "03.04.25",
            "2025-04",
            "04.2025",
        ] {
            assert!(in_text(query, &format!("Акт от {text}")), "{query} in {text}");
        }
    }
    assert!(in_text("03.04.2025", "<Дата>2025-04-03T10:20:30</Дата>"));
    for typed in ["0", "03", "03.0", "03.04", "03.04.2", "03.04.202"] {
        assert!(in_text(typed, "Акт от 2025-04-03"), "{typed}");
    }
    for query in ["04.03.2025", "03.04.2024", "2025-05", "3 мая 2025"] {
        assert!(!in_text(query, "Акт от 03.04.2025"), "{query}");
    }
}

#[test]
fn numbers_beside_numbers_are_read_every_way() {
    let text = "Платёж 48212.30 от 07.05.2025 за 2 трубы, счёт 815";
    for query in [
        "48 212,30 7 мая 2025",
        "815 48 212,30",
        "2 48 212.3 ",
        "48 212,30 2 815",
    ] {
        assert!(in_text(query, text), "{query}");
    }
    for query in ["48 212,31 7 мая 2025", "48 212,30 8 мая 2025", "816 48 212,30"] {
        assert!(!in_text(query, text), "{query}");
    }
    // Many of them are no reason to think long.
    assert!(expression(&"1 234 ".repeat(40)).unwrap().len() < 20_000);
}

#[test]
fn parts_of_words_are_found_in_titles_only() {
    assert!(found(
        "договор 083893",
        "Допсоглашение к договору, ИНН 7707083893",
        ""
    ));
    assert!(found("шение к дог", "Допсоглашение к договору", ""));
    assert!(!found("оговор", "", "к договору"));
    assert!(found("100%_", "Скидка 100%_", ""));
}

#[test]
fn nothing_to_look_for_is_no_condition() {
    for query in ["", "  ", "\u{a0}\n"] {
        assert_eq!(wanted(query), None, "{query:?}");
    }
    assert_eq!(wanted("№ 5 "), wanted("5 "));
    assert_eq!(wanted("—"), Some(Wanted::Part("—".to_owned())));
}

#[test]
fn the_same_term_is_written_once_and_data_is_not_taken_for_words() {
    let row = terms(
        "",
        &format!(
            "акт акта акт {} 5d0c0a3e-7b1f-4c52-9f64-1c2d3e4f5a6b",
            "ж".repeat(500)
        ),
    );
    let words: Vec<&str> = row.split(' ').collect();
    assert_eq!(words.iter().collect::<HashSet<_>>().len(), words.len());
    assert!(
        words.contains(
            &"5d0c0a3e7b1f4c529f641c2d3e4f5a6b"
                .replace('a', "а")
                .replace('b', "в")
                .replace('c', "с")
                .replace('e', "е")
                .as_str()
        )
    );
    assert!(
        words.iter().all(|word| word.chars().count() < 80) && words.len() < 60,
        "{row}"
    );
    assert!(in_text(
        "5d0c0a3e-7b1f",
        "id 5d0c0a3e-7b1f-4c52-9f64-1c2d3e4f5a6b"
    ));
}

fn marked<'a>(text: &'a str, places: &[std::ops::Range<usize>]) -> Vec<&'a str> {
    places.iter().map(|place| &text[place.clone()]).collect()
}

#[test]
fn what_was_found_is_pointed_at() {
    let text = "Договоры № 12/34-А на 1 234,50 от 3 апреля 2025 с ООО «Ёлка»";
    for (query, places) in [
        ("договор", vec!["Договоры"]),
        ("12/34", vec!["12/34-А"]),
        ("1234.5 ", vec!["1 234,50"]),
        ("03.04.2025", vec!["3 апреля 2025"]),
        ("елка ооо", vec!["ООО", "Ёлка"]),
        ("накладная", vec![]),
    ] {
        assert_eq!(marked(text, &find_in_text(query, text)), places, "{query}");
    }
    assert_eq!(marked(text, &find_in_title("оговор", text)), ["оговор"]);
    assert_eq!(
        marked("отче\u{308}т", &find_in_text("отчёты", "отче\u{308}т")),
        ["отче\u{308}т"]
    );
}

proptest! {
    #[test]
    fn a_text_is_found_by_its_own_words_and_pointed_at(words in proptest::collection::vec("[а-яёА-ЯЁ]{1,12}|[0-9]{1,12}|[a-zA-Z]{1,9}", 1..8), at in 0usize..8) {
        let text = words.join(", ");
        let word = &words[at % words.len()];
        prop_assert!(in_text(word, &text));
        let whole = format!("{word} ");
        prop_assert!(in_text(&whole, &text));
        prop_assert!(!find_in_text(&whole, &text).is_empty());
    }

    #[test]
    fn no_text_breaks_anything(query in "\\PC{0,40}", text in "\\PC{0,80}") {
        let _ = expression(&query);
        for place in find_in_title(&query, &text).into_iter().chain(find_in_text(&query, &text)) {
            prop_assert!(text.get(place).is_some());
        }
        prop_assert!(terms(&text, &query).split(' ').all(|term| !term.chars().any(|sign| sign.is_ascii() && !sign.is_ascii_alphanumeric())));
    }
}
