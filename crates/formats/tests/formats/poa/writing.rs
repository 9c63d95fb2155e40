use kabinet_domain::Severity;
use kabinet_domain::poa::{DelegatedFrom, Person, Representative, Withdrawal};
use kabinet_formats::Formats;
use kabinet_formats::poa::{
    PREFIX, ReadError, file_name, number_of_name, read, read_withdrawal, write, write_withdrawal,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use time::macros::date;

use super::models::any_poa;
use super::{EMCHD, FILE, FOREIGN, GUID, foreign, guid, written};
use crate::xmllint;

#[test]
fn the_foreign_shape_is_good_by_our_schema_and_stays_good_when_it_is_written_anew() {
    assert_eq!(xmllint(EMCHD, FOREIGN.as_bytes()), None);
    let first = read(FILE, FOREIGN.as_bytes()).unwrap();
    let again = written(&first.poa);
    assert_eq!(again.name, FILE);
    assert_eq!(xmllint(EMCHD, &again.bytes), None);
    let second = read(FILE, &again.bytes).unwrap();
    assert_eq!(second.poa, first.poa);
    assert_eq!(written(&first.poa), again, "the same bytes every time");
    assert!(
        again
            .bytes
            .starts_with(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
    );
}

#[test]
fn every_kind_is_read_back_as_it_was_written_and_obeys_the_schema() {
    let formats = Formats::embedded();
    let mut runner = TestRunner::new(Config::with_cases(200));
    runner
        .run(&any_poa(), |poa| {
            let made = written(&poa);
            let again = read(&made.name, &made.bytes);
            let again = again.map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
            prop_assert_eq!(&again.poa, &poa);
            prop_assert!(again.kept.is_empty(), "{:?}", again.kept.unknown());
            prop_assert!(again.remarks.is_empty());
            let check = formats.check(&made.name, &made.bytes);
            let errors: Vec<_> = check
                .findings
                .iter()
                .filter(|one| one.severity == Severity::Error)
                .collect();
            prop_assert!(
                errors.is_empty(),
                "{:#?}\n{}",
                errors,
                String::from_utf8_lossy(&made.bytes)
            );
            Ok(())
        })
        .unwrap();
}

#[test]
fn another_judge_finds_every_kind_good() {
    let mut runner = TestRunner::new(Config::with_cases(40));
    runner
        .run(&any_poa(), |poa| {
            let made = written(&poa);
            prop_assert_eq!(
                xmllint(EMCHD, &made.bytes),
                None,
                "{}",
                String::from_utf8_lossy(&made.bytes)
            );
            Ok(())
        })
        .unwrap();
}

/// [`FOREIGN`] with things of which the program knows nothing.
fn with_unknown() -> String {
    FOREIGN
        .replacen(
            " ПрЭлФорм=",
            " OID=\"1.2.643\" xsi:schemaLocation=\"a b\" ПрЭлФорм=",
            1,
        )
        .replacen(
            "<Документ>",
            "<ИнСвед><Пометка вид=\"1\">Сверено &amp; <б>точно</б></Пометка></ИнСвед>\n  <Документ>",
            1,
        )
        .replacen("<СвФЛ ИННФЛ=", "<СвФЛ СтУчНД=\"101\" ИННФЛ=", 1)
        .replacen("<СведФизЛ ИННФЛ=", "<СведФизЛ СтУчНД=\"102\" ИННФЛ=", 1)
        .replacen(
            "/></СведФЛ>\n          </СведФизЛ>",
            "/><иное:Метка xmlns:иное=\"urn:иное\" иное:вес=\"5\"/></СведФЛ>\n          </СведФизЛ>",
            1,
        )
        .replacen(
            "НаимПолн=\"Подписание транспортной накладной\"/>",
            "НаимПолн=\"Подписание транспортной накладной\" Область=\"перевозки\"/>",
            1,
        )
}

fn unknown(bytes: &[u8]) -> Vec<(String, String)> {
    let found = read(FILE, bytes).unwrap().kept.unknown();
    found.into_iter().map(|one| (one.path, one.value)).collect()
}

#[test]
fn what_the_program_does_not_know_survives() {
    let text = with_unknown();
    let first = read(FILE, text.as_bytes()).unwrap();
    let found = unknown(text.as_bytes());
    assert_eq!(found.len(), 9, "{found:#?}");
    let made = write(&first.poa, date!(2026 - 09 - 01), Some(&first.kept));
    assert!(made.lost.is_empty(), "{:?}", made.lost);
    assert_eq!(read(FILE, &made.bytes).unwrap().poa, first.poa);
    let mut again = unknown(&made.bytes);
    let mut before = found;
    again.sort();
    before.sort();
    assert_eq!(again, before, "{}", String::from_utf8_lossy(&made.bytes));
    // Mixed content to the letter, and at its place before the document.
    let text = String::from_utf8(made.bytes).unwrap();
    assert!(
        text.contains("<Пометка вид=\"1\">Сверено &amp; <б>точно</б></Пометка>"),
        "{text}"
    );
    assert!(text.find("<ИнСвед>").unwrap() < text.find("<Документ").unwrap());
    assert!(text.contains("xmlns=\"urn:иное\""), "{text}");
    // Without what is kept there is nothing of it.
    assert!(unknown(&written(&first.poa).bytes).is_empty());
}

/// Both were found by random input.
#[test]
fn what_is_written_otherwise_is_told_and_a_nameless_principal_stays() {
    // No meaning is known of `9`, and who may pass powers on is written with one that is.
    let text = FOREIGN
        .replacen("ПрПередов=\"1\"", "ПрПередов=\"2\"", 1)
        .replacen("ПрСовмПолн=", "ПрУтрПолн=\"9\" ПрСовмПолн=", 1);
    let first = read(FILE, text.as_bytes()).unwrap();
    assert_eq!(first.kept.unknown().len(), 1, "{:?}", first.kept.unknown());
    let made = write(&first.poa, date!(2026 - 09 - 01), Some(&first.kept));
    assert_eq!(made.lost, ["Доверенность/Документ/Довер/СвПолн/@ПрУтрПолн"]);

    let mut poa = first.poa;
    poa.delegated_from = Some(DelegatedFrom {
        first: poa.number,
        parent: poa.number,
        first_issued: None,
        first_expires: None,
        first_notarial: false,
        first_principal_inn: Some("9900000024".to_owned()),
        first_principal_name: None,
        parent_issued: None,
        parent_expires: None,
    });
    assert_eq!(read(FILE, &written(&poa).bytes).unwrap().poa, poa);
}

#[test]
fn what_is_unknown_stays_with_whom_it_is_about() {
    let first = read(FILE, with_unknown().as_bytes()).unwrap();
    let mut poa = first.poa.clone();
    // Another person comes first, and the power is another.
    let other = Person {
        surname: "Лютикова".to_owned(),
        given_name: "Вера".to_owned(),
        inn: Some("990000000362".to_owned()),
        ..Person::default()
    };
    poa.representatives
        .insert(0, Representative::Person(other.clone()));
    let made = write(&poa, date!(2026 - 09 - 01), Some(&first.kept));
    assert!(made.lost.is_empty(), "{:?}", made.lost);
    let found = unknown(&made.bytes);
    let status = found.iter().find(|(_, value)| value == "102").unwrap();
    assert_eq!(
        status.0,
        "Доверенность/Документ/Довер/СвУпПред/Пред/СведФизЛ/@СтУчНД"
    );
    let text = String::from_utf8(made.bytes).unwrap();
    assert!(
        text.find("Лютикова").unwrap() < text.find("СтУчНД=\"102\"").unwrap(),
        "{text}"
    );

    // In place of the old one: what was known of the old one only must not come to the new one, and is told.
    poa.representatives = vec![Representative::Person(other)];
    let made = write(&poa, date!(2026 - 09 - 01), Some(&first.kept));
    assert_eq!(
        made.lost,
        [
            "Доверенность/Документ/Довер/СвУпПред/Пред/СведФизЛ/@СтУчНД",
            "Доверенность/Документ/Довер/СвУпПред/Пред/СведФизЛ/СведФЛ/Метка/@вес"
        ]
    );
    assert!(!String::from_utf8(made.bytes).unwrap().contains("СтУчНД=\"102\""));
}

#[test]
fn a_second_kind_of_head_is_kept_though_the_model_has_no_place_for_it() {
    let second = "</ЛицоБезДов><ЛицоБезДов ПолнЮЛ=\"1\"><СВЮЛ><СвЮЛЕИО НаимОрг=\"ООО «Управа»\" ИННЮЛ=\"9900000024\"/>\
                  <СвФЛ ИННФЛ=\"990000000362\"><СведФЛ><ФИО Фамилия=\"Астрин\" Имя=\"Лев\"/></СведФЛ></СвФЛ></СВЮЛ></ЛицоБезДов>";
    let bytes = foreign("</ЛицоБезДов>", second);
    assert_eq!(xmllint(EMCHD, &bytes), None);
    let first = read(FILE, &bytes).unwrap();
    assert_eq!(first.poa.principals[0].signers().len(), 1);
    assert!(first.kept.unknown().iter().any(|one| one.value == "ООО «Управа»"));
    let made = write(&first.poa, date!(2026 - 09 - 01), Some(&first.kept));
    assert!(made.lost.is_empty());
    assert_eq!(xmllint(EMCHD, &made.bytes), None);
    assert!(String::from_utf8(made.bytes).unwrap().contains("Астрин"));
}

#[test]
fn names_of_files_hold_the_number() {
    assert_eq!(
        format!("{}.xml", file_name(PREFIX, date!(2026 - 09 - 01), guid(GUID))),
        FILE
    );
    assert_eq!(number_of_name(FILE), Some(guid(GUID)));
    for name in [
        "ON_EMCHD_20260901_4f1c2d3e.xml",
        "a.xml",
        "",
        "ёёёёёёёёёёёёёёёёёёёёёёёёёёёёёёёёёёёёё",
    ] {
        assert_eq!(number_of_name(name), None, "{name}");
    }
}

fn withdrawal() -> Withdrawal {
    Withdrawal {
        number: guid(GUID),
        reason: "Сотрудник уволен: \"по собственному\" & сразу".to_owned(),
        declared: date!(2026 - 11 - 29),
        declarant: "ООО «Ромашка»".to_owned(),
        declarant_inn: "9900000017".to_owned(),
        declarant_kpp: Some("990001001".to_owned()),
        declarant_ogrn: Some("1029900000019".to_owned()),
        signer: Person {
            surname: "Ромашкина".to_owned(),
            given_name: "Анна".to_owned(),
            inn: Some("990000000115".to_owned()),
            snils: Some("90000000182".to_owned()),
            position: Some("Директор".to_owned()),
            ..Person::default()
        },
    }
}

#[test]
fn a_revocation_is_read_back_and_obeys_its_schema() {
    let id = guid("11111111-2222-4333-8444-555555555555").0;
    let made = write_withdrawal(&withdrawal(), id);
    assert_eq!(
        made.name,
        "ON_OTZMCHD_20261129_11111111-2222-4333-8444-555555555555.xml"
    );
    assert_eq!(xmllint("emchd/OTZMCHD_1.reconstructed.xsd", &made.bytes), None);
    assert_eq!(read_withdrawal(&made.name, &made.bytes), Ok(withdrawal()));
    let check = Formats::embedded().check(&made.name, &made.bytes);
    assert_eq!(check.recognition.format, "emchd.withdrawal");
    assert!(check.findings.is_empty(), "{:#?}", check.findings);
    let text = String::from_utf8(made.bytes).unwrap();
    for (from, code) in [
        ("<Причина>", "poa-file.broken"),
        ("НомДовер=", "poa-file.broken"),
        ("ДатаОтз=", "poa-file.broken"),
        ("ИНН=", "poa-file.broken"),
        ("EMCHD_OTZ_1", "poa-file.version"),
    ] {
        let broken = match from {
            "<Причина>" => text.replace("Причина>", "Повод>"),
            "EMCHD_OTZ_1" => text.replace("EMCHD_OTZ_1", "EMCHD_OTZ_2"),
            name => text.replacen(name, &format!("X{name}"), 1),
        };
        let error = read_withdrawal("", broken.as_bytes()).unwrap_err();
        assert_eq!(error.code(), code, "{from}");
    }
    let other = read_withdrawal("", FOREIGN.as_bytes());
    assert_eq!(other, Err(ReadError::Foreign));
    assert!(matches!(read("", text.as_bytes()), Err(ReadError::Foreign)));
}
