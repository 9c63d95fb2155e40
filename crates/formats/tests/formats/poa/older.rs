use kabinet_formats::poa::ReadError;
use kabinet_formats::poa::older::{Party, read};
use kabinet_formats::{format_name, recognise};
use time::macros::date;

const DOVEL: &str = r#"<?xml version="1.0" encoding="windows-1251"?>
<Файл ИдФайл="ON_DOVEL_9900_9900_9900000017990001001_20260901_1" ВерсПрог="Другая программа" ВерсФорм="5.03">
  <Документ КНД="1151000">
    <Довер>
      <СвДов НомДовер="4f1c2d3e-5a6b-4c7d-8e9f-0a1b2c3d4e5f" ВнНомДовер="17" ДатаВыдДовер="01.09.2026" СрокДейст="31.08.2027"/>
      <СвДоверит><Доверит><РосОргДовер><СвРосОрг НаимОрг="ООО «Ромашка»" ИННЮЛ="9900000017"/><ЛицоБезДов><СвФЛ ИННФЛ="990000000115"/></ЛицоБезДов></РосОргДовер></Доверит></СвДоверит>
      <СвУпПред><Пред><СведФизЛ ИННФЛ="990000000299" СНИЛС="900-000-002 83"><ФИО Фамилия="Васильков" Имя="Пётр"/></СведФизЛ></Пред></СвУпПред>
      <СвПолн><МашПолн КодПолн="01" НаимПолн="Представлять отчётность"/><ТекстПолн>Получать документы</ТекстПолн></СвПолн>
    </Довер>
  </Документ>
</Файл>
"#;

fn encoded(text: &str) -> Vec<u8> {
    crate::encode(text)
}

#[test]
fn what_is_known_of_the_older_format_is_read_and_it_says_that_this_is_not_all() {
    let read = read(&encoded(DOVEL)).unwrap();
    assert_eq!(
        (read.version.as_str(), read.internal_number.as_deref()),
        ("5.03", Some("17"))
    );
    assert!(read.is_registry_number && !read.whole);
    assert_eq!(
        (read.issued, read.expires),
        (date!(2026 - 09 - 01), date!(2027 - 08 - 31))
    );
    let party = |name: &str, inn: &str, snils: Option<&str>| Party {
        name: name.to_owned(),
        inn: Some(inn.to_owned()),
        snils: snils.map(str::to_owned),
    };
    assert_eq!(read.principals, [party("ООО «Ромашка»", "9900000017", None)]);
    assert_eq!(
        read.representatives,
        [party("Васильков Пётр", "990000000299", Some("90000000283"))]
    );
    assert_eq!(
        read.powers,
        [
            (Some("01".to_owned()), "Представлять отчётность".to_owned()),
            (None, "Получать документы".to_owned())
        ]
    );
    assert_eq!(recognise("a.xml", &encoded(DOVEL)).format, "fns.dovel");
    assert_eq!(
        format_name("fns.dovel"),
        Some("Доверенность прежнего формата ФНС")
    );
}

#[test]
fn versions_that_are_not_known_and_other_documents_are_refused() {
    let with = |from: &str, to: &str| read(&encoded(&DOVEL.replacen(from, to, 1)));
    for version in ["5.01", "5.02"] {
        assert!(with("5.03", version).is_ok(), "{version}");
    }
    assert_eq!(with("5.03", "4.01"), Err(ReadError::Version("4.01".to_owned())));
    assert_eq!(with("ON_DOVEL", "ON_NDS"), Err(ReadError::Foreign));
    assert_eq!(with("<СвДов ", "<СвИное "), Err(ReadError::Foreign));
    for (from, to) in [
        (" НомДовер=", " Ном="),
        ("ДатаВыдДовер=\"01", "ДатаВыдДовер=\"41"),
        ("СрокДейст=", "Срок="),
    ] {
        assert_eq!(with(from, to).unwrap_err().code(), "poa-file.broken", "{from}");
    }
}
