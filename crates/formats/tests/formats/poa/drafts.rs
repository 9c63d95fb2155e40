use kabinet_domain::draft::Fields;
use kabinet_domain::poa::{Powers, Principal, Representative};
use kabinet_formats::Formats;
use kabinet_formats::form::{FieldProblem, Form, FormDocument, Moment, ReadError, code_for, form};
use kabinet_formats::poa::{
    FORMAT, PREVIOUS, REDELEGATION_FORM, What, as_text, draft_changes, passing_on, read,
};
use time::macros::{date, time};

use super::{EMCHD, FILE, FOREIGN, GUID, foreign};
use crate::xmllint;

/// Answers that differ from those of a whole form.
type Answers = &'static [(&'static str, &'static str)];

fn main_form() -> &'static Form {
    form(FORMAT).unwrap()
}

fn moment() -> Moment {
    Moment {
        date: date!(2026 - 09 - 01),
        time: time!(10:15:00),
        guid: GUID.to_owned(),
        program: "Кабинет 0.1".to_owned(),
    }
}

/// A second organisation that gives the powers together with the first.
const PARTNER: &[(&str, &str)] = &[
    ("principals/00000100/kind", "organisation"),
    ("principals/00000100/name", "ООО «Лютик»"),
    ("principals/00000100/inn", "9900000024"),
    ("principals/00000100/kpp", "990001001"),
    ("principals/00000100/ogrn", "1029900000020"),
    ("principals/00000100/region", "99"),
    ("principals/00000100/address", "г. Демоград, ул. Лесная, 2"),
    ("principals/00000100/head", "Лютикова Вера Львовна"),
    ("principals/00000100/head-inn", "990000000362"),
    ("principals/00000100/head-snils", "900-000-003 84"),
    ("principals/00000100/head-position", "Директор"),
];
/// An entrepreneur and a person who do.
const PARTNERS_IN_PERSON: &[(&str, &str)] = &[
    ("principals/00000100/kind", "entrepreneur"),
    ("principals/00000100/name", "Лютикова Вера"),
    ("principals/00000100/inn", "990000000362"),
    ("principals/00000100/ogrn", "304990000000010"),
    ("principals/00000100/snils", "90000000384"),
    ("principals/00000100/born", "01.02.1985"),
    ("principals/00000100/document", "99 00 111111"),
    ("principals/00000100/document-issued", "01.02.2005"),
    ("principals/00000100/document-issuer", "Отделом № 3"),
    ("principals/00000200/kind", "person"),
    ("principals/00000200/name", "Васильков Пётр Ильич"),
    ("principals/00000200/inn", "990000000299"),
    ("principals/00000200/snils", "90000000283"),
    ("principals/00000200/born", "03.04.1990"),
    ("principals/00000200/document", "99 00 123456"),
    ("principals/00000200/document-issued", "05.06.2010"),
    ("principals/00000200/document-issuer", "Отделом № 1"),
];

/// A whole form: the organisation gives one power with one limit to one person.
fn answers() -> Fields {
    let known = |what: &str| {
        let value = match what {
            "organisation.kind" => "organisation",
            "organisation.name" => "ООО «Ромашка»",
            "organisation.inn" => "9900000017",
            "organisation.kpp" => "990001001",
            "organisation.ogrn" => "1029900000019",
            _ => return None,
        };
        Some(value.to_owned())
    };
    let mut fields = main_form().blank(known);
    for (name, value) in [
        ("number.internal", "17/26"),
        ("issued", "1.9.2026"),
        ("expires", "31.08.2027"),
        ("principal.region", "99"),
        ("principal.address", "г. Демоград, ул. Полевая, 1"),
        ("head.surname", "Ромашкина"),
        ("head.given-name", "Анна"),
        ("head.patronymic", "Сергеевна"),
        ("head.inn", "9900 0000 0115"),
        ("head.snils", "900-000-001 82"),
        ("head.position", "Директор"),
        ("representative.surname", "Васильков"),
        ("representative.given-name", "Пётр"),
        ("representative.inn", "990000000299"),
        ("representative.snils", "90000000283"),
        ("representative.born", "03.04.1990"),
        ("representative.passport.number", "99 00 123456"),
        ("representative.passport.issued", "05.06.2010"),
        ("representative.passport.issuer", "Отделом № 1 г. Демограда"),
        ("representative.passport.issuer-code", "990-001"),
        ("powers/00000100/code", "DEMO_SRCDOC_ALL"),
        ("powers/00000100/name", "Подписывать первичные учётные документы"),
        ("limits/00000100/power", "DEMO_SRCDOC_ALL"),
        ("limits/00000100/code", "DEMO_SUM"),
        ("limits/00000100/name", "Не больше суммы, рублей"),
        ("limits/00000100/value", "100000"),
    ] {
        fields.insert(name.to_owned(), value.to_owned());
    }
    fields
}

fn with(changes: &[(&str, &str)]) -> Fields {
    let mut fields = answers();
    for (name, value) in changes {
        if value.is_empty() {
            fields.remove(*name);
        } else {
            fields.insert((*name).to_owned(), (*value).to_owned());
        }
    }
    fields
}

fn fill_in(form: &Form, fields: &Fields) -> Result<FormDocument, Vec<FieldProblem>> {
    Formats::embedded().fill_in(form, fields, &moment())
}

fn filled(fields: &Fields) -> FormDocument {
    let made = fill_in(main_form(), fields).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(
        xmllint(EMCHD, &made.bytes),
        None,
        "{}",
        String::from_utf8_lossy(&made.bytes)
    );
    let check = Formats::embedded().check(&made.name, &made.bytes);
    assert!(!check.has_errors(), "{:#?}", check.findings);
    made
}

#[test]
fn a_draft_knows_the_organisation_and_becomes_the_document() {
    let made = filled(&answers());
    assert_eq!(made.name, FILE);
    let poa = read(&made.name, &made.bytes).unwrap().poa;
    assert_eq!(
        (poa.number.to_string().as_str(), poa.principals[0].inn()),
        (GUID, Some("9900000017"))
    );
    let person = poa.representatives[0].person().unwrap();
    assert_eq!(person.document.as_ref().unwrap().number, "99 00 123456");
    let Powers::Machine(powers) = &poa.powers else {
        panic!()
    };
    assert_eq!(powers[0].restrictions[0].name, "Не больше суммы, рублей");
    assert_eq!(
        poa.systems.as_deref(),
        Some(format!("https://m4d.nalog.gov.ru/EMCHD/check-status?guid={GUID}").as_str())
    );
    assert_eq!(
        main_form().title(&answers()),
        "Доверенность № 17/26, Васильков Пётр"
    );
    assert_eq!(main_form().title(&Fields::new()), "Доверенность");
}

#[test]
fn every_incomplete_form_names_the_field() {
    let company: &[(&str, &str)] = &[
        ("principal.through", "company"),
        ("company.name", "ООО «Управа»"),
        ("company.inn", "9900000024"),
        ("company.kpp", "990001001"),
        ("company.ogrn", "1029900000020"),
    ];
    let entrepreneur: &[(&str, &str)] = &[
        ("principal.kind", "entrepreneur"),
        ("entrepreneur.ogrnip", "304990000000010"),
        ("head.born", "01.02.1980"),
        ("head.passport.number", "99 00 654321"),
        ("head.passport.issued", "01.02.2000"),
        ("head.passport.issuer", "Отделом № 2"),
    ];
    let abroad: &[(&str, &str)] = &[
        ("principal.kind", "foreign"),
        ("foreign.name", "Blume GmbH"),
        ("foreign.accreditation", "10220000001"),
    ];
    let organisation: &[(&str, &str)] = &[
        ("representative.who", "organisation"),
        ("representative.name", "ООО «Лютик»"),
        ("representative.org-inn", "9900000024"),
        ("representative.kpp", "990001001"),
        ("representative.ogrn", "1029900000020"),
    ];
    let further: &[(&str, &str)] = &[
        ("representatives/00000100/kind", "person"),
        ("representatives/00000100/name", "Лютикова Вера"),
        ("representatives/00000100/inn", "990000000362"),
        ("representatives/00000100/snils", "90000000384"),
        ("representatives/00000100/born", "01.02.1985"),
        ("representatives/00000100/document", "99 00 111111"),
        ("representatives/00000100/document-issued", "01.02.2005"),
        ("representatives/00000100/document-issuer", "Отделом № 3"),
    ];
    let notary: &[(&str, &str)] = &[
        ("notary", "yes"),
        ("notary.name", "Законова Мария Павловна"),
        ("notary.position", "Нотариус"),
        ("notary.registration", "99/1-н"),
        ("notary.act", "99/1-н/99-2026-1-1"),
        ("notary.place", "Демоград"),
    ];
    for base in [
        &[],
        company,
        entrepreneur,
        abroad,
        organisation,
        further,
        notary,
        PARTNER,
        PARTNERS_IN_PERSON,
    ] {
        assert_eq!(main_form().problems(&with(base)), [], "{base:?}");
        filled(&with(base));
    }
    let required = "form.required";
    let table: &[(Answers, (&str, &str), &str, &str)] = &[
        (&[], ("number.internal", ""), "number.internal", required),
        (&[], ("issued", ""), "issued", required),
        (&[], ("issued", "завтра"), "issued", "form.date"),
        (&[], ("expires", ""), "expires", required),
        (&[], ("expires", "31.08.2026"), "expires", "poa.term-order"),
        (&[], ("principal.kind", ""), "principal.kind", required),
        (&[], ("principal.kind", "всё"), "principal.kind", "form.choice"),
        (&[], ("principal.name", ""), "principal.name", required),
        (&[], ("principal.inn", ""), "principal.inn", required),
        (
            &[],
            ("principal.inn", "9900000018"),
            "principal.inn",
            "requisite.control-digit",
        ),
        (
            &[],
            ("principal.inn", "990000000115"),
            "principal.inn",
            "poa.organisation-inn",
        ),
        (&[], ("principal.kpp", ""), "principal.kpp", required),
        (&[], ("principal.ogrn", ""), "principal.ogrn", required),
        (&[], ("principal.region", "9"), "principal.region", "poa.region"),
        (&[], ("principal.fias", "1"), "principal.fias", "poa.number"),
        (&[], ("head.surname", ""), "head.surname", required),
        (&[], ("head.given-name", ""), "head.given-name", required),
        (&[], ("head.inn", ""), "head.inn", required),
        (&[], ("head.inn", "9900000017"), "head.inn", "poa.person-inn"),
        (&[], ("head.snils", ""), "head.snils", required),
        (
            &[],
            ("head.snils", "900-000-001 83"),
            "head.snils",
            "requisite.control-digit",
        ),
        (&[], ("head.position", ""), "head.position", required),
        (&[], ("head.citizenship", "2"), "head.country", required),
        (
            &[],
            ("head.passport.number", "99 00 000001"),
            "head.passport.issued",
            required,
        ),
        (&[], ("heads-together", "true"), "heads", "form.rows"),
        (company, ("company.inn", ""), "company.inn", required),
        (
            company,
            ("company.inn", "990000000115"),
            "company.inn",
            "poa.organisation-inn",
        ),
        (company, ("company.ogrn", ""), "company.ogrn", required),
        (company, ("head.position", ""), "head.position", required),
        (
            &[],
            ("principal.through", "entrepreneur"),
            "manager.ogrnip",
            required,
        ),
        (
            entrepreneur,
            ("entrepreneur.ogrnip", ""),
            "entrepreneur.ogrnip",
            required,
        ),
        (
            entrepreneur,
            ("head.passport.number", ""),
            "head.passport.number",
            required,
        ),
        (
            entrepreneur,
            ("head.passport.issuer", ""),
            "head.passport.issuer",
            required,
        ),
        (entrepreneur, ("head.born", ""), "head.born", required),
        (abroad, ("foreign.name", ""), "foreign.name", required),
        (
            abroad,
            ("foreign.accreditation", ""),
            "foreign.accreditation",
            required,
        ),
        (&[], ("representative.who", ""), "representative.who", required),
        (
            &[],
            ("representative.surname", ""),
            "representative.surname",
            required,
        ),
        (&[], ("representative.inn", ""), "representative.inn", required),
        (
            &[],
            ("representative.inn", "9900000017"),
            "representative.inn",
            "poa.person-inn",
        ),
        (
            &[],
            ("representative.snils", ""),
            "representative.snils",
            required,
        ),
        (&[], ("representative.born", ""), "representative.born", required),
        (
            &[],
            ("representative.born", "02.09.2026"),
            "representative.born",
            "poa.later-than-issue",
        ),
        (
            &[],
            ("representative.passport.number", ""),
            "representative.passport.number",
            required,
        ),
        (
            &[],
            ("representative.passport.issued", ""),
            "representative.passport.issued",
            required,
        ),
        (
            &[],
            ("representative.passport.issuer", ""),
            "representative.passport.issuer",
            required,
        ),
        (
            &[],
            ("representative.passport.issuer-code", "990001"),
            "representative.passport.issuer-code",
            "poa.issuer-code",
        ),
        (
            organisation,
            ("representative.name", ""),
            "representative.name",
            required,
        ),
        (
            organisation,
            ("representative.org-inn", ""),
            "representative.org-inn",
            required,
        ),
        (
            organisation,
            ("representative.ogrn", ""),
            "representative.ogrn",
            required,
        ),
        (
            organisation,
            ("representative.kind", "foreign-branch"),
            "representative.accreditation",
            required,
        ),
        (&[], ("joint", "together"), "representatives", "form.rows"),
        (
            further,
            ("representatives/00000100/name", "Лютикова"),
            "representatives/00000100/name",
            "poa.full-name",
        ),
        (
            further,
            ("representatives/00000100/snils", ""),
            "representatives/00000100/snils",
            required,
        ),
        (
            further,
            ("representatives/00000100/document", ""),
            "representatives/00000100/document",
            required,
        ),
        (
            further,
            ("representatives/00000100/kind", "entrepreneur"),
            "representatives/00000100/ogrn",
            required,
        ),
        (&[], ("powers.kind", "text"), "powers.text", required),
        (
            &[],
            ("powers/00000100/code", ""),
            "powers/00000100/code",
            required,
        ),
        (
            &[],
            ("powers/00000100/name", ""),
            "powers/00000100/name",
            required,
        ),
        (
            &[("powers/00000200/name", "Ещё раз")],
            ("powers/00000200/code", "DEMO_SRCDOC_ALL"),
            "powers/00000200/code",
            "poa.power-twice",
        ),
        (
            &[],
            ("limits/00000100/power", "DEMO_COURT"),
            "limits/00000100/power",
            "poa.limit-power",
        ),
        (
            &[],
            ("limits/00000100/value", ""),
            "limits/00000100/value",
            required,
        ),
        (&[], ("redelegation", ""), "redelegation", required),
        (
            &[],
            ("revocability", "irrevocable"),
            "irrevocable.condition",
            required,
        ),
        (
            &[("irrevocable.condition", "1")],
            ("revocability", "irrevocable"),
            "irrevocable.description",
            required,
        ),
        (&[], ("purpose.tax", "true"), "tax.office", required),
        (&[], ("tax.office", "99"), "tax.office", "poa.tax-office"),
        (&[], ("tax.offices", "9901, 99"), "tax.offices", "poa.tax-office"),
        (
            PARTNER,
            ("principals/00000100/name", ""),
            "principals/00000100/name",
            required,
        ),
        (
            PARTNER,
            ("principals/00000100/kpp", ""),
            "principals/00000100/kpp",
            required,
        ),
        (
            PARTNER,
            ("principals/00000100/ogrn", "304990000000010"),
            "principals/00000100/ogrn",
            "poa.ogrn",
        ),
        (
            PARTNER,
            ("principals/00000100/region", "9"),
            "principals/00000100/region",
            "poa.region",
        ),
        (
            PARTNER,
            ("principals/00000100/head", "Лютикова"),
            "principals/00000100/head",
            "poa.full-name",
        ),
        (
            PARTNER,
            ("principals/00000100/head-inn", "9900000024"),
            "principals/00000100/head-inn",
            "poa.person-inn",
        ),
        (
            PARTNER,
            ("principals/00000100/head-snils", ""),
            "principals/00000100/head-snils",
            required,
        ),
        (
            PARTNER,
            ("principals/00000100/head-position", ""),
            "principals/00000100/head-position",
            required,
        ),
        (
            PARTNER,
            ("principals/00000100/inn", "9900000017"),
            "principals/00000100/inn",
            "poa.party-twice",
        ),
        (
            PARTNERS_IN_PERSON,
            ("principals/00000100/ogrn", ""),
            "principals/00000100/ogrn",
            required,
        ),
        (
            PARTNERS_IN_PERSON,
            ("principals/00000200/born", ""),
            "principals/00000200/born",
            required,
        ),
        (
            PARTNERS_IN_PERSON,
            ("principals/00000200/inn", "990000000362"),
            "principals/00000200/inn",
            "poa.party-twice",
        ),
        (
            further,
            ("representatives/00000100/inn", "9900 0000 0299"),
            "representatives/00000100/inn",
            "poa.party-twice",
        ),
        (
            &[],
            ("limits/00000100/value", "сто рублей"),
            "limits/00000100/value",
            "form.money",
        ),
        (
            &[("limits/00000100/code", "DEMO_COUNTERPARTY")],
            ("limits/00000100/value", "9900000018"),
            "limits/00000100/value",
            "poa.limit-inn",
        ),
        (notary, ("notary.name", ""), "notary.name", required),
        (
            notary,
            ("notary.name", "Законова"),
            "notary.name",
            "poa.full-name",
        ),
        (notary, ("notary.act", ""), "notary.act", required),
        (notary, ("notary.fee", "много"), "notary.fee", "form.money"),
    ];
    assert!(table.len() >= 30);
    for (base, change, field, code) in table {
        let fields = with(&[*base, &[*change]].concat());
        let problems = main_form().problems(&fields);
        let named: Vec<_> = problems
            .iter()
            .map(|one| (one.field.as_deref().unwrap_or_default(), one.code.as_str()))
            .collect();
        assert!(named.contains(&(field, code)), "{change:?}: {named:?}");
        assert_eq!(fill_in(main_form(), &fields), Err(problems), "{change:?}");
    }
    // No power at all; a term that is over already.
    let mut none = answers();
    none.retain(|name, _| !name.starts_with("powers/") && !name.starts_with("limits/"));
    assert_eq!(main_form().problems(&none)[0].field.as_deref(), Some("powers"));
    let over = fill_in(
        main_form(),
        &with(&[("issued", "01.09.2025"), ("expires", "31.08.2026")]),
    )
    .unwrap_err();
    assert_eq!(
        (over[0].field.as_deref(), over[0].code.as_str()),
        (Some("expires"), "poa.over")
    );
}

#[test]
fn answers_from_before_another_kind_was_chosen_ask_nothing() {
    let fields = with(&[
        ("principal.through", "company"),
        ("principal.kind", "person"),
        ("head.born", "01.02.1980"),
        ("head.passport.number", "99 00 654321"),
        ("head.passport.issued", "01.02.2000"),
        ("head.passport.issuer", "Отделом № 2"),
    ]);
    assert_eq!(main_form().problems(&fields), []);
    let poa = read("", &filled(&fields).bytes).unwrap().poa;
    assert!(matches!(&poa.principals[0], Principal::Person(person) if person.position.is_none()));
}

/// Answers that mean the same: as they are read back.
fn again(form: &Form, bytes: &[u8]) -> Fields {
    form.read(bytes).unwrap()
}

#[test]
fn a_document_opens_in_its_form_and_says_the_same_in_a_new_version() {
    for changes in [
        &[][..],
        &[
            ("principal.through", "entrepreneur"),
            ("manager.ogrnip", "304990000000010"),
        ],
        &[
            ("powers.kind", "text"),
            ("powers.text", "Всё,\nчто <нужно> & \"можно\""),
            ("powers/00000100/code", ""),
            ("powers/00000100/name", ""),
        ],
        &[
            ("representative.ogrnip", "304990000000010"),
            ("representative.title", "ИП Васильков"),
        ],
        &[
            ("representatives/00000100/kind", "organisation"),
            ("representatives/00000100/name", "ООО «Лютик»"),
            ("representatives/00000100/inn", "9900000024"),
            ("representatives/00000100/kpp", "990001001"),
            ("representatives/00000100/ogrn", "1029900000020"),
            ("joint", "together"),
        ],
        &[
            ("revocability", "irrevocable"),
            ("irrevocable.condition", "2"),
            ("irrevocable.passed-on", "true"),
            ("redelegation", "further"),
            ("lost-on-redelegation", "true"),
        ],
        &[
            ("purpose.tax", "true"),
            ("purpose.esia", "true"),
            ("tax.office", "9901"),
            ("tax.offices", "9901, 9902"),
            ("systems", "https://poa.example.org"),
        ],
        PARTNER,
        PARTNERS_IN_PERSON,
        &[
            ("heads-together", "true"),
            ("heads/1/surname", "Астрин"),
            ("heads/1/given-name", "Лев"),
            ("heads/1/position", "Второй директор"),
            ("heads/1/inn", "990000000362"),
            ("heads/1/snils", "90000000384"),
        ],
    ] {
        let first = filled(&with(changes));
        let read_back = again(main_form(), &first.bytes);
        let second = filled(&read_back);
        assert_eq!(
            String::from_utf8(second.bytes).unwrap(),
            String::from_utf8(first.bytes).unwrap()
        );
        assert!(!read_back.contains_key("original"), "{changes:?}");
    }
    // Another number comes with every document, and the address of the check with it.
    let mut later = moment();
    later.guid = "11111111-2222-4333-8444-555555555555".to_owned();
    let fields = again(main_form(), &filled(&answers()).bytes);
    let made = Formats::embedded().fill_in(main_form(), &fields, &later).unwrap();
    let text = String::from_utf8(made.bytes).unwrap();
    assert!(made.name.contains(&later.guid) && !text.contains(GUID), "{text}");
    let own = with(&[("systems", "https://poa.example.org/{number}/card")]);
    let fields = again(main_form(), &filled(&own).bytes);
    let made = Formats::embedded().fill_in(main_form(), &fields, &later).unwrap();
    let text = String::from_utf8(made.bytes).unwrap();
    assert!(
        text.contains(&format!("https://poa.example.org/{}/card", later.guid)),
        "{text}"
    );
    later.guid = "нет".to_owned();
    assert!(Formats::embedded().fill_in(main_form(), &fields, &later).is_err());
}

#[test]
fn a_new_version_keeps_what_the_form_does_not_know() {
    let more = foreign(
        "ИННФЛ=\"990000000299\" СНИЛС=",
        "СтУчНД=\"102\" ИННФЛ=\"990000000299\" СНИЛС=",
    );
    let mut fields = again(main_form(), &more);
    assert!(fields.contains_key("original"));
    // The foreign file lacks what we ask for: that is told, not made up.
    let problems = fill_in(main_form(), &fields).unwrap_err();
    assert!(
        problems
            .iter()
            .any(|one| one.field.as_deref() == Some("representative.born"))
    );
    for (name, value) in [
        ("representative.born", "03.04.1990"),
        ("representative.passport.number", "99 00 123456"),
        ("representative.passport.issued", "05.06.2010"),
        ("representative.passport.issuer", "Отделом № 1"),
        ("expires", "31.08.2028"),
    ] {
        fields.insert(name.to_owned(), value.to_owned());
    }
    let made = filled(&fields);
    let found = read("", &made.bytes).unwrap();
    assert_eq!(found.poa.expires, date!(2028 - 08 - 31));
    let unknown = found.kept.unknown();
    assert_eq!((unknown.len(), unknown[0].value.as_str()), (1, "102"));
}

#[test]
fn a_document_the_form_has_no_place_for_does_not_open_by_halves() {
    let abroad = "<СвДоверит ТипДоверит=\"2\"><Доверит><ИнОргДовер><СвИнОрг НаимИО=\"Blume GmbH\"/></ИнОргДовер></Доверит></СвДоверит>";
    let two = foreign("<СвУпПред", &format!("{abroad}<СвУпПред"));
    assert_eq!(read("", &two).unwrap().poa.principals.len(), 2);
    let place = |bytes: &[u8], form: &Form| match form.read(bytes) {
        Err(ReadError::NoPlace { place }) => place,
        other => panic!("{other:?}"),
    };
    assert_eq!(place(&two, main_form()), "СвДоверит");
    // Whoever stands there twice is told of when the form is checked.
    let start = FOREIGN.find("<СвДоверит").unwrap();
    let end = FOREIGN.find("</СвДоверит>").unwrap() + "</СвДоверит>".len();
    let twice = foreign("<СвУпПред", &format!("{}<СвУпПред", &FOREIGN[start..end]));
    let problems = main_form().problems(&again(main_form(), &twice));
    assert!(
        problems.iter().any(|one| one.code == "poa.party-twice"),
        "{problems:#?}"
    );
    let redelegation = form(REDELEGATION_FORM).unwrap();
    assert_eq!(
        place(FOREIGN.as_bytes(), redelegation),
        "Доверенность/Документ/Довер"
    );
    assert_eq!(main_form().read("<Файл/>".as_bytes()), Err(ReadError::Foreign));
    assert!(matches!(main_form().read(b"\xFF"), Err(ReadError::Decode(_))));
}

#[test]
fn powers_are_passed_on_within_those_of_the_parent() {
    let redelegation = form(REDELEGATION_FORM).unwrap();
    let base = [
        ("from.first", "11111111-2222-4333-8444-555555555555"),
        ("from.first-issued", "01.01.2026"),
        ("from.first-expires", "31.12.2027"),
        ("from.principal-name", "ООО «Лютик»"),
        ("from.principal-inn", "9900000024"),
    ];
    let further = [
        ("from.parent", "66666666-7777-4888-8999-aaaaaaaaaaaa"),
        ("from.parent-issued", "01.02.2026"),
        ("from.parent-expires", "30.09.2027"),
    ];
    for changes in [&base[..], &[&base[..], &further[..]].concat()] {
        let made = fill_in(redelegation, &with(changes)).unwrap_or_else(|problems| panic!("{problems:#?}"));
        assert_eq!(
            xmllint(EMCHD, &made.bytes),
            None,
            "{}",
            String::from_utf8_lossy(&made.bytes)
        );
        let check = Formats::embedded().check(&made.name, &made.bytes);
        assert!(check.findings.is_empty(), "{:#?}", check.findings);
        assert_eq!(
            check.recognition.title.line,
            "Машиночитаемая доверенность № 17/26 от 01.09.2026, Васильков Пётр"
        );
        assert_eq!(code_for(FORMAT, &made.bytes), REDELEGATION_FORM);
        let poa = read("", &made.bytes).unwrap().poa;
        let from = poa.delegated_from.as_ref().unwrap();
        assert_eq!(from.parent == from.first, changes.len() == base.len());
        assert!(matches!(&poa.representatives[0], Representative::Person(_)));
        let read_back = again(redelegation, &made.bytes);
        assert_eq!(fill_in(redelegation, &read_back).unwrap(), made);
        assert_eq!(
            main_form().read(&made.bytes),
            Err(ReadError::NoPlace {
                place: "Доверенность/Документ/Передов".to_owned()
            })
        );
    }
    for (change, field, code) in [
        (("from.first", ""), "from.first", "form.required"),
        (("from.first", "1"), "from.first", "poa.number"),
        (("from.first-expires", ""), "from.first-expires", "form.required"),
        (
            ("from.first-expires", "01.12.2026"),
            "expires",
            "poa.longer-than-parent",
        ),
        (("from.first-issued", "02.09.2026"), "issued", "poa.before-parent"),
        (("from.principal-inn", ""), "from.principal-inn", "form.required"),
        (("from.parent", "1"), "from.parent", "poa.number"),
        (
            ("from.parent-expires", ""),
            "from.parent-expires",
            "form.required",
        ),
        (
            ("from.parent-expires", "01.12.2026"),
            "expires",
            "poa.longer-than-parent",
        ),
    ] {
        let fields = with(&[&base[..], &further[..], &[change]].concat());
        let problems = redelegation.problems(&fields);
        let is_named = problems
            .iter()
            .any(|one| one.field.as_deref() == Some(field) && one.code == code);
        assert!(is_named, "{change:?}: {problems:#?}");
    }
}

/// Answers with which a redelegation of this begins, filled in for another receiver.
fn passing(parent: &FormDocument, changes: &[(&str, &str)]) -> Fields {
    let poa = read(&parent.name, &parent.bytes).unwrap().poa;
    let text = as_text(&parent.bytes).unwrap();
    let begun = passing_on(&poa, &text, date!(2026 - 10 - 01)).unwrap();
    let mut fields = form(REDELEGATION_FORM).unwrap().blank(|_| None);
    fields.extend(begun);
    for (name, value) in [
        ("number.internal", "18/26"),
        ("representative.surname", "Лютикова"),
        ("representative.given-name", "Вера"),
        ("representative.inn", "990000000362"),
        ("representative.snils", "90000000384"),
        ("representative.born", "01.02.1985"),
        ("representative.passport.number", "99 00 111111"),
        ("representative.passport.issued", "01.02.2005"),
        ("representative.passport.issuer", "Отделом № 3"),
    ]
    .iter()
    .chain(changes)
    {
        fields.insert((*name).to_owned(), (*value).to_owned());
    }
    fields
}

#[test]
fn what_goes_beyond_the_parent_is_told_at_its_field() {
    let redelegation = form(REDELEGATION_FORM).unwrap();
    let parent = filled(&with(&[("redelegation", "once")]));
    let whole = passing(&parent, &[]);
    assert_eq!(redelegation.problems(&whole), []);
    let later = Moment {
        guid: "11111111-2222-4333-8444-555555555555".to_owned(),
        ..moment()
    };
    let made = Formats::embedded().fill_in(redelegation, &whole, &later).unwrap();
    assert_eq!(
        xmllint(EMCHD, &made.bytes),
        None,
        "{}",
        String::from_utf8_lossy(&made.bytes)
    );
    let poa = read(&made.name, &made.bytes).unwrap().poa;
    let from = poa.delegated_from.as_ref().unwrap();
    assert_eq!((from.first.to_string().as_str(), from.parent), (GUID, from.first));
    assert_eq!(
        (poa.issued, poa.expires),
        (date!(2026 - 10 - 01), date!(2027 - 08 - 31))
    );
    assert!(matches!(&poa.principals[0], Principal::Person(person) if person.surname == "Васильков"));
    // The file of the parent itself stands in no document.
    assert!(!String::from_utf8(made.bytes).unwrap().contains("Ромашкина"));

    let once = &with(&[("redelegation", "once")]);
    let row = "powers/00000100/code";
    let extra: &[(&str, &str)] = &[
        ("powers/00000200/code", "DEMO_BANK"),
        ("powers/00000200/name", "Подписывать платёжные документы"),
    ];
    let table: &[(&Fields, Answers, &str, &str)] = &[
        (once, &[("issued", "31.08.2026")], "issued", "poa.before-parent"),
        (
            once,
            &[("expires", "01.09.2027")],
            "expires",
            "poa.longer-than-parent",
        ),
        (
            once,
            &[("redelegation", "once")],
            "redelegation",
            "poa.passes-on-further",
        ),
        (
            once,
            &[("limits/00000100/value", "200000")],
            row,
            "poa.looser-than-parent",
        ),
        (
            once,
            &[
                ("powers/00000200/code", "DEMO_BANK"),
                ("powers/00000200/name", "Подписывать платёжные документы"),
            ],
            "powers/00000200/code",
            "poa.wider-than-parent",
        ),
        (
            once,
            &[("powers.kind", "text"), ("powers.text", "Всё")],
            "powers.kind",
            "poa.text-not-passed-on",
        ),
        (
            once,
            &[("head.inn", "990000000115")],
            "head.inn",
            "poa.not-representative",
        ),
    ];
    for (given, changes, field, code) in table {
        let problems = redelegation.problems(&passing(&filled(given), changes));
        let named: Vec<_> = problems
            .iter()
            .map(|one| (one.field.as_deref().unwrap_or_default(), one.code.as_str()))
            .collect();
        assert!(named.contains(&(field, code)), "{changes:?}: {named:?}");
    }
    // One that may be passed on further gives that right too; one that may not be passed on is told where it is named.
    let further = filled(&with(&[("redelegation", "further")]));
    assert_eq!(
        redelegation.problems(&passing(&further, &[("redelegation", "further")])),
        []
    );
    let mut forbidden = passing(&parent, &[]);
    forbidden.insert(
        "from.file".to_owned(),
        as_text(&filled(&answers()).bytes).unwrap(),
    );
    let problems = redelegation.problems(&forbidden);
    assert_eq!(
        (problems[0].field.as_deref(), problems[0].code.as_str()),
        (Some("from.first"), "poa.parent-forbids")
    );
    // Of another one than the file that came with the draft, nothing is claimed.
    let mut other = passing(&parent, extra);
    other.insert(
        "from.first".to_owned(),
        "11111111-2222-4333-8444-555555555555".to_owned(),
    );
    assert_eq!(redelegation.problems(&other), []);
}

#[test]
fn those_who_act_only_together_pass_on_only_together() {
    let redelegation = form(REDELEGATION_FORM).unwrap();
    let parent = filled(&with(&[
        ("redelegation", "further"),
        ("joint", "together"),
        ("representatives/00000100/kind", "organisation"),
        ("representatives/00000100/name", "ООО «Лютик»"),
        ("representatives/00000100/inn", "9900000024"),
        ("representatives/00000100/kpp", "990001001"),
        ("representatives/00000100/ogrn", "1029900000020"),
    ]));
    let head: &[(&str, &str)] = &[
        ("principals/00000100/head", "Астрин Лев"),
        ("principals/00000100/head-inn", "990000000115"),
        ("principals/00000100/head-snils", "90000000182"),
        ("principals/00000100/head-position", "Директор"),
    ];
    let both = passing(&parent, head);
    assert_eq!(redelegation.problems(&both), []);
    let mut alone = both;
    alone.retain(|name, _| !name.starts_with("principals/"));
    let problems = redelegation.problems(&alone);
    assert_eq!(
        (problems[0].field.as_deref(), problems[0].code.as_str()),
        (Some("principals"), "poa.all-pass-on")
    );
}

#[test]
fn a_draft_made_of_a_document_tells_what_it_changes() {
    let made = filled(&answers());
    let old = read(&made.name, &made.bytes).unwrap().poa;
    let mut fields = again(main_form(), &made.bytes);
    assert_eq!(fields[PREVIOUS], GUID);
    assert_eq!(draft_changes(main_form(), &fields, &old), []);
    for (name, value) in [
        ("expires", "31.12.2027"),
        ("powers/00000200/code", "DEMO_RECONCILE"),
        ("powers/00000200/name", "Подписывать акты сверки расчётов"),
    ] {
        fields.insert(name.to_owned(), value.to_owned());
    }
    let changes = draft_changes(main_form(), &fields, &old);
    let what: Vec<_> = changes.iter().map(|one| one.what).collect();
    assert_eq!(what, [What::PowerAdded, What::Expires]);
    fields.remove("issued");
    assert_eq!(draft_changes(main_form(), &fields, &old), []);
}
