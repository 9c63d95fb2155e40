use kabinet_domain::poa::{Joint, Powers, Principal, Redelegation, Representative};
use kabinet_formats::poa::{ReadError, read};
use time::macros::date;

use super::{FILE, FOREIGN, GUID, foreign, guid};

#[test]
fn a_file_in_the_shape_of_other_programs_is_understood() {
    let read = read(FILE, FOREIGN.as_bytes()).unwrap();
    let poa = &read.poa;
    assert_eq!(poa.number, guid(GUID));
    assert_eq!(
        (poa.issued, poa.expires),
        (date!(2026 - 09 - 01), date!(2027 - 08 - 31))
    );
    assert_eq!(
        (poa.redelegation, poa.joint),
        (Redelegation::Forbidden, Joint::Each)
    );
    assert!(poa.irrevocable.is_none());
    assert_eq!(
        poa.systems.as_deref(),
        Some(format!("https://m4d.nalog.gov.ru/EMCHD/check-status?guid={GUID}").as_str())
    );
    let Principal::Russian {
        organisation, heads, ..
    } = &poa.principals[0]
    else {
        panic!("{:?}", poa.principals)
    };
    assert_eq!(
        (organisation.inn.as_str(), heads[0].snils.as_deref()),
        ("9900000017", Some("90000000182"))
    );
    assert_eq!(
        organisation.address.as_ref().unwrap().text,
        "г. Демоград, ул. Полевая, 1"
    );
    // `ТипПред` says organisation; what stands inside is a person.
    let Representative::Person(person) = &poa.representatives[0] else {
        panic!("{:?}", poa.representatives)
    };
    assert_eq!(
        (person.full_name().as_str(), person.born),
        ("Васильков Пётр", None)
    );
    // `ТипПолн` says text; what stands inside is a code.
    assert!(matches!(&poa.powers, Powers::Machine(all) if all[0].code.starts_with("BBDOCS_")));
    assert!(
        read.kept.is_empty() && read.remarks.is_empty(),
        "{:?}",
        read.remarks
    );
}

#[test]
fn whatever_it_cannot_be_understood_without_is_named_with_its_line() {
    for (from, to, code, element) in [
        (
            " НомДовер=\"4f1c2d3e-5a6b-4c7d-8e9f-0a1b2c3d4e5f\"",
            "",
            "poa.missing",
            "Доверенность/Документ/Довер/СвДов/@НомДовер",
        ),
        (
            " НомДовер=\"4f1c2d3e-",
            " НомДовер=\"4f1c2d3e",
            "poa.value",
            "Доверенность/Документ/Довер/СвДов/@НомДовер",
        ),
        (
            "ДатаВыдДовер=\"2026-09-01\"",
            "",
            "poa.missing",
            "Доверенность/Документ/Довер/СвДов/@ДатаВыдДовер",
        ),
        (
            "СрокДейст=\"2027-08-31\"",
            "СрокДейст=\"2027-02-31\"",
            "poa.value",
            "Доверенность/Документ/Довер/СвДов/@СрокДейст",
        ),
        (
            "ПрПередов=\"1\"",
            "ПрПередов=\"4\"",
            "poa.value",
            "Доверенность/Документ/Довер/СвДов/@ПрПередов",
        ),
        (
            "ПрСовмПолн=\"1\"",
            "",
            "poa.missing",
            "Доверенность/Документ/Довер/СвПолн/@ПрСовмПолн",
        ),
        (
            "ПрЭлФорм=\"00000000\"",
            "ПрЭлФорм=\"0000000\"",
            "poa.value",
            "Доверенность/@ПрЭлФорм",
        ),
        (
            "ПрЭлФорм=\"00000000\"",
            "ПрЭлФорм=\"000000002\"",
            "poa.value",
            "Доверенность/@ПрЭлФорм",
        ),
        (
            "НаимОрг=\"ООО «Ромашка»\"",
            "",
            "poa.missing",
            "Доверенность/Документ/Довер/СвДоверит/Доверит/РосОргДовер/СвРосОрг/@НаимОрг",
        ),
        (
            "Фамилия=\"Васильков\"",
            "",
            "poa.missing",
            "Доверенность/Документ/Довер/СвУпПред/Пред/СведФизЛ/СведФЛ/ФИО/@Фамилия",
        ),
        (
            "КодПолн=\"BBDOCS_DOCS_DCSALL_SRCDOC_SOURCEDOCS8\"",
            "",
            "poa.missing",
            "Доверенность/Документ/Довер/СвПолн/МашПолн/@КодПолн",
        ),
    ] {
        let Err(ReadError::Broken(findings)) = read(FILE, &foreign(from, to)) else {
            panic!("{from} is not missed")
        };
        let found = findings
            .iter()
            .find(|one| one.element.as_deref() == Some(element));
        let found = found.unwrap_or_else(|| panic!("{element} is not in {findings:#?}"));
        assert_eq!(found.code, code, "{element}");
        let piece: &str = from.split('=').next().unwrap().trim();
        let line = FOREIGN.lines().position(|line| line.contains(from)).unwrap() + 1;
        assert_eq!(found.line, u32::try_from(line).ok(), "{piece}");
    }
}

#[test]
fn whole_parts_that_are_missing_are_named() {
    let without = |name: &str| {
        let start = FOREIGN.find(&format!("<{name}")).unwrap();
        let end = FOREIGN.find(&format!("</{name}>")).unwrap() + name.len() + 3;
        format!("{}{}", &FOREIGN[..start], &FOREIGN[end..])
    };
    for name in [
        "СвДов ",
        "СвДоверит",
        "СвУпПред",
        "СвПолн",
        "ЛицоБезДов",
        "Довер>",
    ] {
        let name = name.trim_end_matches([' ', '>']);
        let text = match name {
            "СвДов" => FOREIGN
                .replacen("<СвДов ", "<Иное ", 1)
                .replacen("</СвДов>", "</Иное>", 1),
            "Довер" => FOREIGN
                .replacen("<Довер>", "<Иное>", 1)
                .replacen("</Довер>", "</Иное>", 1),
            name => without(name),
        };
        let Err(ReadError::Broken(findings)) = read(FILE, text.as_bytes()) else {
            panic!("{name} is not missed")
        };
        let is_named = |one: &kabinet_domain::Finding| {
            one.code == "poa.missing"
                && one
                    .element
                    .as_deref()
                    .is_some_and(|path| path.ends_with(&format!("/{name}")))
        };
        assert!(findings.iter().any(is_named), "{name}: {findings:#?}");
    }
}

#[test]
fn hostile_and_foreign_files_are_refused_with_a_code() {
    let deep = format!(
        "{}{}",
        "<Доверенность>".repeat(200),
        "</Доверенность>".repeat(200)
    );
    let twice = FOREIGN.replacen("ПрПередов=\"1\"", "ПрПередов=\"1\" ПрПередов=\"2\"", 1);
    let entity = format!(
        "<!DOCTYPE Доверенность [<!ENTITY a 'b'>]>{}",
        FOREIGN.split_once('\n').unwrap().1
    );
    let wide: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(FOREIGN.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let wrong = FOREIGN.replace("utf-8", "windows-1251").into_bytes();
    let older = FOREIGN.replace("ВерсФорм=\"EMCHD_1\"", "ВерсФорм=\"002\"");
    for (bytes, code) in [
        (deep.into_bytes(), "xml.too-deep"),
        (twice.into_bytes(), "xml.malformed"),
        (entity.into_bytes(), "xml.dtd"),
        (wide, "xml.encoding"),
        (FOREIGN.replace("utf-8", "koi8-r").into_bytes(), "xml.encoding"),
        (b"<\xD0".to_vec(), "xml.undecodable"),
        (
            FOREIGN.as_bytes()[..FOREIGN.find("<СвПолн").unwrap()].to_vec(),
            "xml.malformed",
        ),
        (Vec::from("просто текст"), "poa-file.foreign"),
        (Vec::from("<Файл/>"), "poa-file.foreign"),
        (Vec::new(), "poa-file.foreign"),
        (older.into_bytes(), "poa-file.version"),
        (b"%PDF-1.7 \xFF".to_vec(), "document.not-text"),
    ] {
        let start = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        let error = read(FILE, &bytes).unwrap_err();
        assert_eq!(error.code(), code, "{start}");
    }
    // Read in another encoding it is another text, and never understood by halves.
    assert!(read(FILE, &wrong).is_err());
}

#[test]
fn what_is_not_understood_but_not_needed_stays_with_a_remark() {
    let read = read(
        FILE,
        &foreign(
            "<СведФЛ><ФИО Фамилия=\"Васильков\"",
            "<СведФЛ ДатаРожд=\"1990-02-31\" Пол=\"7\"><ФИО Фамилия=\"Васильков\"",
        ),
    )
    .unwrap();
    let person = read.poa.representatives[0].person().unwrap();
    assert_eq!((person.born, person.sex), (None, None));
    let named: Vec<_> = read
        .remarks
        .iter()
        .map(|one| (one.code.as_str(), one.params["name"].as_str()))
        .collect();
    assert_eq!(named, [("poa.value", "Пол"), ("poa.value", "ДатаРожд")]);
    let unknown: Vec<_> = read.kept.unknown().into_iter().map(|one| one.value).collect();
    assert_eq!(unknown, ["1990-02-31", "7"]);
}

#[test]
fn a_huge_file_is_refused_and_a_large_one_is_read_at_once() {
    let power = "<МашПолн КодПолн=\"1\" НаимПолн=\"1\"/>";
    let with = |count: usize| foreign("</СвПолн>", &format!("{}</СвПолн>", power.repeat(count)));
    assert_eq!(
        read(FILE, &with(60_000)).unwrap_err().code(),
        "document.too-large"
    );
    let large = read(FILE, &with(30_000)).unwrap();
    assert!(matches!(&large.poa.powers, Powers::Machine(all) if all.len() == 30_001));
    let made = kabinet_formats::poa::write(&large.poa, date!(2026 - 09 - 01), Some(&large.kept));
    assert_eq!(read(FILE, &made.bytes).unwrap().poa, large.poa);
}

#[test]
fn no_damage_makes_a_reader_do_more_than_refuse() {
    use proptest::prelude::*;
    let mut runner = proptest::test_runner::TestRunner::new(proptest::test_runner::Config::with_cases(500));
    let damage = (
        0..FOREIGN.len(),
        0..40usize,
        proptest::collection::vec(any::<u8>(), 0..6),
        any::<bool>(),
    );
    runner
        .run(&damage, |(start, length, fresh, swap)| {
            let mut bytes = FOREIGN.as_bytes().to_vec();
            let end = (start + length).min(bytes.len());
            bytes.splice(start..end, fresh);
            if swap {
                // Whole lines out of order keep it closer to XML.
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let mut lines: Vec<&str> = text.lines().collect();
                let place = start % lines.len();
                lines.rotate_left(place / 8);
                bytes = lines.join("\n").into_bytes();
            }
            let Ok(found) = read(FILE, &bytes) else {
                return Ok(());
            };
            let made = kabinet_formats::poa::write(&found.poa, date!(2026 - 09 - 01), Some(&found.kept));
            let again = read(FILE, &made.bytes);
            let again = again.map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
            prop_assert_eq!(&again.poa, &found.poa);
            let values = |read: &kabinet_formats::poa::Read| {
                let mut all: Vec<_> = read
                    .kept
                    .unknown()
                    .into_iter()
                    .map(|one| (one.path, one.value))
                    .collect();
                all.sort();
                all
            };
            if made.lost.is_empty() {
                prop_assert_eq!(values(&again), values(&found));
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn what_says_that_it_is_irrevocable_is_never_taken_for_revocable() {
    // It names no condition.
    let bare = read(FILE, &foreign("ВидДовер=\"1\"", "ВидДовер=\"2\"")).unwrap();
    assert_eq!(bare.poa.irrevocable.unwrap().condition, "");
    assert_eq!(bare.remarks[0].code, "poa.revocability");
    // It names conditions and says that it needs none: these stay, and are shown.
    let condition = "</СведСист><Безотзыв ПрПерБезДов=\"1\" УслОтзыва=\"2\"/>";
    let odd = read(FILE, &foreign("</СведСист>", condition)).unwrap();
    assert_eq!(
        (odd.poa.irrevocable, odd.remarks[0].code.as_str()),
        (None, "poa.revocability")
    );
    assert_eq!(odd.kept.unknown().len(), 2);
}
