use kabinet_domain::poa::{
    Power, PowerOfAttorney, Powers, Redelegation, Representative, Restriction, RestrictionValue,
};
use kabinet_formats::poa::{What, changes, read};
use kabinet_formats::{Formats, View};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use time::macros::date;

use super::models::any_poa;
use super::{FILE, FOREIGN, foreign, guid, written};

fn view(bytes: &[u8]) -> View {
    Formats::embedded().view(FILE, bytes).unwrap()
}

fn text(view: &View) -> String {
    let mut out = String::new();
    for section in &view.sections {
        out.push_str(&format!("# {}\n", section.heading));
        for field in &section.fields {
            out.push_str(&format!("{}: {}\n", field.label, field.value));
        }
        for table in &section.tables {
            for row in &table.rows {
                out.push_str(&format!("{}\n", row.join(" | ")));
            }
        }
    }
    out
}

#[test]
fn a_person_reads_who_whom_what_until_when_and_whether_it_can_be_passed_on_or_revoked() {
    let shown = text(&view(FOREIGN.as_bytes()));
    for line in [
        "# Кто доверяет",
        "Организация: ООО «Ромашка»",
        "Действует без доверенности: Ромашкина Анна Сергеевна",
        "# Кому",
        "Человек: Васильков Пётр",
        "# Что можно",
        "Подписание транспортной накладной | без ограничений | BBDOCS_DOCS_DCSALL_SRCDOC_SOURCEDOCS8",
        "# До какого дня",
        "Действует по: 31.08.2027",
        "# Передоверие",
        "Передоверие: запрещено",
        "# Отзыв",
        "Отзыв: можно отозвать в любой день",
    ] {
        assert!(shown.lines().any(|one| one == line), "{line}\n{shown}");
    }
    assert!(!shown.contains("Остальное"), "{shown}");
}

#[test]
fn nothing_of_a_file_is_hidden() {
    let more = foreign("ТипПолн=\"0\"", "ТипПолн=\"0\" Тайное=\"и ещё продать дом\"");
    let shown = text(&view(&more));
    assert!(
        shown.contains("# Остальное, что записано в файле\nДокумент/Довер/СвПолн/@Тайное: и ещё продать дом"),
        "{shown}"
    );
    // A text beside codes has no place in the model.
    let both = foreign("<МашПолн", "<ТекстПолн>и ещё продать дом</ТекстПолн><МашПолн");
    assert!(text(&view(&both)).contains("продать дом"));
    // What cannot be understood as a whole is shown by the schema.
    let broken = foreign(" НомДовер=\"4f1c2d3e-", " НомДовер=\"4f1c2d3e");
    assert!(text(&view(&broken)).contains("Васильков"));
}

#[test]
fn every_value_of_every_kind_is_shown() {
    let mut runner = TestRunner::new(Config::with_cases(100));
    runner
        .run(&any_poa(), |poa| {
            let made = written(&poa);
            let shown = text(&view(&made.bytes));
            let plain: String = shown.chars().filter(|one| one.is_alphanumeric()).collect();
            let document = String::from_utf8(made.bytes).unwrap();
            let document = roxmltree::Document::parse(&document).unwrap();
            for node in document.descendants().filter(roxmltree::Node::is_element) {
                let values = node.attributes().map(|one| one.value()).chain(node.text());
                // One digit is a code, which is shown in words.
                for value in values.filter(|value| value.trim().chars().count() > 1) {
                    let is_sign = node.tag_name().name() == "Доверенность";
                    let is_form = value == "1110310";
                    let shown = match value.split('-').collect::<Vec<_>>()[..] {
                        [year, month, day] if value.len() == 10 && year.parse::<u16>().is_ok() => {
                            format!("{day}{month}{year}")
                        }
                        _ => value.chars().filter(|one| one.is_alphanumeric()).collect(),
                    };
                    prop_assert!(is_sign || is_form || plain.contains(&shown), "{value}\n{shown}");
                }
            }
            Ok(())
        })
        .unwrap();
}

fn poa() -> PowerOfAttorney {
    read(FILE, FOREIGN.as_bytes()).unwrap().poa
}

fn said(change: impl FnOnce(&mut PowerOfAttorney)) -> Vec<(What, Option<String>, Option<String>)> {
    let mut new = poa();
    new.number = guid("11111111-2222-4333-8444-555555555555");
    let number = new.number.to_string();
    new.systems = new.systems.map(|text| text.replace(super::GUID, &number));
    change(&mut new);
    changes(&poa(), &new)
        .into_iter()
        .map(|one| (one.what, one.before, one.after))
        .collect()
}

#[test]
fn a_new_version_that_says_the_same_changes_nothing() {
    assert_eq!(said(|_| {}), []);
}

#[test]
fn every_change_is_told_by_what_it_is_about() {
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        said(|new| new.expires = date!(2028 - 08 - 31)),
        [(What::Expires, some("31.08.2027"), some("31.08.2028"))]
    );
    assert_eq!(
        said(|new| new.redelegation = Redelegation::Once),
        [(What::Redelegation, some("forbidden"), some("once"))]
    );
    let power = Power {
        code: "X_1".to_owned(),
        mnemonic: None,
        name: "Иное".to_owned(),
        restrictions: Vec::new(),
    };
    let added = power.clone();
    assert_eq!(
        said(|new| {
            let Powers::Machine(all) = &mut new.powers else {
                panic!()
            };
            all.insert(0, added);
        }),
        [(What::PowerAdded, None, some("X_1"))]
    );
    assert_eq!(
        said(|new| new.powers = Powers::Machine(vec![power])),
        [
            (
                What::PowerRemoved,
                some("BBDOCS_DOCS_DCSALL_SRCDOC_SOURCEDOCS8"),
                None
            ),
            (What::PowerAdded, None, some("X_1")),
        ]
    );
    assert_eq!(
        said(|new| {
            let Powers::Machine(all) = &mut new.powers else {
                panic!()
            };
            all[0].restrictions.push(Restriction {
                id: Some("1".to_owned()),
                code: "S".to_owned(),
                name: "Не больше суммы".to_owned(),
                value_name: None,
                value: RestrictionValue::Text("1000".to_owned()),
            });
        }),
        [(What::LimitAdded, None, some("Не больше суммы: 1000"))]
    );
    assert_eq!(
        said(|new| new.powers = Powers::Text("Всё".to_owned())),
        [
            (What::PowersText, None, some("Всё")),
            (
                What::PowerRemoved,
                some("BBDOCS_DOCS_DCSALL_SRCDOC_SOURCEDOCS8"),
                None
            ),
        ]
    );
    // The same person with another surname, and another person.
    let rename = |new: &mut PowerOfAttorney, inn: &str| {
        let Representative::Person(person) = &mut new.representatives[0] else {
            panic!()
        };
        person.surname = "Лютиков".to_owned();
        person.inn = Some(inn.to_owned());
    };
    assert_eq!(
        said(|new| rename(new, "990000000299")),
        [(
            What::RepresentativeChanged,
            some("Васильков Пётр"),
            some("Лютиков Пётр")
        )]
    );
    assert_eq!(
        said(|new| rename(new, "990000000362")),
        [
            (What::RepresentativeRemoved, some("990000000299"), None),
            (What::RepresentativeAdded, None, some("990000000362")),
        ]
    );
    assert_eq!(
        said(|new| {
            new.flags.tax = true;
            new.tax_office = Some("9901".to_owned());
            new.internal_number = None;
        })
        .into_iter()
        .map(|(what, _, _)| what)
        .collect::<Vec<_>>(),
        [What::TaxOffices, What::InternalNumber, What::Purpose]
    );
}
