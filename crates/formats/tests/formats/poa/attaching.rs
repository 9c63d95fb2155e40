//! A power of attorney inside the document that is signed under it, judged by the published schemas.

use kabinet_domain::poa::Person;
use kabinet_formats::Formats;
use kabinet_formats::poa::attach::{AttachError, Requisites, attach, carries, named_in};
use time::macros::date;

use super::{GUID, guid};
use crate::forms::NOTICE_SAMPLE;
use crate::{AKT, UPD, altered, encode, sample, xmllint};

const SELLER: &str = "fns.on_nschfdoppr";
const SELLER_XSD: &str = "fns/ON_NSCHFDOPPR_1_997_01_05_02_01.xsd";
const NOTICE: &str = "fns.dp_uvutoch";
const NOTICE_XSD: &str = "fns/DP_UVUTOCH_1_985_00_01_03_01.xsd";

fn requisites() -> Requisites {
    Requisites {
        number: guid(GUID),
        issued: date!(2026 - 09 - 01),
        internal_number: Some("17/26 \"а\" & <б>".to_owned()),
        system: "https://m4d.nalog.gov.ru/EMCHD/check-status?guid=1&x=2".to_owned(),
        signer: Person {
            surname: "Васильков".to_owned(),
            given_name: "Пётр".to_owned(),
            position: Some("Кладовщик".to_owned()),
            ..Person::default()
        },
    }
}

fn text(bytes: &[u8]) -> String {
    kabinet_formats::decode(bytes).unwrap().content
}

/// Both judges: libxml2 by the schema, and this program by the schema and the rules written into it.
fn is_good(name: &str, schema: &str, bytes: &[u8]) {
    assert_eq!(xmllint(schema, bytes), None, "{}", text(bytes));
    assert_eq!(Formats::embedded().check(name, bytes).findings, []);
}

#[test]
fn the_format_decides_whether_there_is_a_place() {
    for format in ["fns.on_nschfdoppok", "fns.dp_izvpol", SELLER, NOTICE] {
        assert!(carries(format), "{format}");
    }
    for format in ["fns.on_aktsverotp", "fns.dp_pdpol", "sfr.10000000109", "text", ""] {
        assert!(!carries(format), "{format}");
        assert_eq!(
            attach(format, &sample(AKT), &requisites()),
            Err(AttachError::NoPlace),
            "{format}"
        );
    }
}

#[test]
fn what_cannot_take_it_says_why() {
    let refused = |bytes: &[u8]| attach(SELLER, bytes, &requisites()).unwrap_err();
    assert_eq!(refused(b"\x00\x01"), AttachError::Unreadable);
    assert_eq!(refused("<Файл><Подписант>".as_bytes()), AttachError::Unreadable);
    assert_eq!(refused("<Файл/>".as_bytes()), AttachError::Signers { count: 0 });
    assert_eq!(
        refused("<Файл><Подписант/></Файл>".as_bytes()),
        AttachError::Unreadable
    );
    let two = altered(
        UPD,
        "</Подписант>",
        "</Подписант><Подписант СпосПодтПолном=\"1\"><ФИО Фамилия=\"А\" Имя=\"Б\"/></Подписант>",
    );
    assert_eq!(refused(&two), AttachError::Signers { count: 2 });
    let another = attach(
        SELLER,
        &sample(UPD),
        &Requisites {
            number: guid("00000000-0000-4000-8000-000000000001"),
            ..requisites()
        },
    )
    .unwrap();
    assert_eq!(refused(&another), AttachError::NamesAnother);
    let foreign = Requisites {
        system: "реестр ☂".to_owned(),
        ..requisites()
    };
    assert_eq!(attach(SELLER, &sample(UPD), &foreign), Err(AttachError::Encoding));
}

#[test]
fn an_invoice_names_the_power_of_attorney_and_who_signs_and_nothing_else_changes() {
    let attached = attach(SELLER, &sample(UPD), &requisites()).unwrap();
    is_good(UPD, SELLER_XSD, &attached);
    assert_eq!(named_in(&attached), [guid(GUID)]);
    let (before, after) = (text(&sample(UPD)), text(&attached));
    let signer = &after[after.find("<Подписант").unwrap()..];
    for part in [
        r#"СпосПодтПолном="3""#,
        r#"Должн="Кладовщик""#,
        r#"<ФИО Фамилия="Васильков" Имя="Пётр"/>"#,
        r#"ДатаВыдДовер="01.09.2026""#,
        r#"ВнНомДовер="17/26 &quot;а&quot; &amp; &lt;б>""#,
    ] {
        assert!(signer.contains(part), "{part}: {signer}");
    }
    let head = before.find("<Подписант").unwrap();
    assert_eq!(&after[..head], &before[..head]);
    assert!(
        after.ends_with("</Подписант>\n  </Документ>\n</Файл>\n")
            || after.ends_with("</Подписант>\n  </Документ>\n</Файл>")
    );
    // Once it is there, it stays as it is.
    assert_eq!(attach(SELLER, &attached, &requisites()).unwrap(), attached);
}

#[test]
fn who_is_named_already_keeps_the_position_and_a_paper_one_goes() {
    let own = altered(
        UPD,
        "Фамилия=\"Ромашкина\" Имя=\"Анна\" Отчество=\"Сергеевна\"/>\n    </Подписант>",
        "Фамилия=\"ВАСИЛЬКОВ\" Имя=\"Петр\"/>\n      <СвДоверБум ДатаВыдДовер=\"01.01.2025\" ВнНомДовер=\"7\"/>\n    </Подписант>",
    );
    let paper = encode(&text(&own).replace("СпосПодтПолном=\"1\"", "СпосПодтПолном=\"5\""));
    let attached = attach(SELLER, &paper, &requisites()).unwrap();
    is_good(UPD, SELLER_XSD, &attached);
    let after = text(&attached);
    assert!(after.contains("Должн=\"Генеральный директор\"") && after.contains("ВАСИЛЬКОВ"));
    assert!(!after.contains("СвДоверБум"), "{after}");
    let without = Requisites {
        internal_number: None,
        signer: Person {
            position: None,
            surname: "Иванов".to_owned(),
            given_name: "Иван".to_owned(),
            patronymic: Some("Иванович".to_owned()),
            ..Person::default()
        },
        ..requisites()
    };
    let attached = attach(SELLER, &sample(UPD), &without).unwrap();
    is_good(UPD, SELLER_XSD, &attached);
    let signer = text(&attached);
    let signer = &signer[signer.find("<Подписант").unwrap()..];
    assert!(
        !signer.contains("Должн=") && !signer.contains("ВнНомДовер"),
        "{signer}"
    );
}

#[test]
fn a_technological_document_of_the_tax_service_carries_it_likewise() {
    let name = "DP_UVUTOCH_DEMO-9900000024-990001001_DEMO-9900000017-990001001_20250403_7f3c2a10-5b1d-4e0a-9c55-2f6f0a1b3c01.xml";
    let before = encode(NOTICE_SAMPLE);
    let attached = attach(NOTICE, &before, &requisites()).unwrap();
    is_good(name, NOTICE_XSD, &attached);
    let after = text(&attached);
    for part in [
        r#"СтатПодп="2""#,
        r#"СпособПредставл="2""#,
        "СвСистХран=\"https://m4d.nalog.gov.ru",
    ] {
        assert!(after.contains(part), "{part}: {after}");
    }
    assert_eq!(named_in(&attached), [guid(GUID)]);
    assert_eq!(named_in(&before), []);
    assert_eq!(named_in(b"no xml"), []);
}
