use std::collections::BTreeSet;

use kabinet_domain::draft::Fields;
use kabinet_formats::Formats;
use kabinet_formats::form::{FieldProblem, Form, Moment, ReadError, form, forms};
use time::macros::{date, time};

use crate::{AKT, BAD_AKT, UPD, altered, sample, xmllint};

const CODE: &str = "fns.on_aktsverotp";

fn act() -> &'static Form {
    form(CODE).unwrap()
}

fn answers() -> Fields {
    act().read(&sample(AKT)).unwrap()
}

fn with(changes: &[(&str, &str)]) -> Fields {
    let mut fields = answers();
    for (name, value) in changes {
        fields.insert((*name).to_owned(), (*value).to_owned());
    }
    fields
}

/// The moment the sample names.
fn moment() -> Moment {
    Moment {
        date: date!(2025 - 04 - 03),
        time: time!(10:15:00),
        guid: "7f3c2a10-5b1d-4e0a-9c55-2f6f0a1b3c01".to_owned(),
        program: "Кабинет 0.1".to_owned(),
    }
}

/// Elements, attributes and their order among siblings, whatever the white space.
fn shape(bytes: &[u8]) -> Vec<String> {
    let text = kabinet_formats::decode(bytes).unwrap().content;
    let document = roxmltree::Document::parse(&text).unwrap();
    let elements = document.descendants().filter(roxmltree::Node::is_element);
    elements
        .map(|element| {
            let attributes: BTreeSet<String> = element
                .attributes()
                .map(|one| format!("{}={}", one.name(), one.value()))
                .collect();
            let depth = element.ancestors().count();
            format!("{depth} {} {attributes:?}", element.tag_name().name())
        })
        .collect()
}

fn codes(problems: &[FieldProblem]) -> Vec<(&str, &str)> {
    problems
        .iter()
        .map(|one| (one.field.as_deref().unwrap_or_default(), one.code.as_str()))
        .collect()
}

#[test]
fn every_form_has_one_place_for_every_field() {
    for form in forms() {
        let mut names = BTreeSet::new();
        for field in form.fields() {
            assert!(names.insert(&field.name), "{} twice", field.name);
            assert!(!field.name.contains('/'), "{}", field.name);
            if let Some(when) = &field.when {
                let decides = form.fields().find(|other| other.name == when.field).unwrap();
                assert!(decides.choices.iter().any(|choice| choice.value == when.is));
            }
        }
        for table in form.tables() {
            assert!(names.insert(&table.name));
        }
        for field in form
            .sections
            .iter()
            .flat_map(|section| section.counterparty.values())
        {
            assert!(names.contains(field), "{field}");
        }
        assert!(!form.title(&Fields::new()).is_empty());
    }
}

#[test]
fn a_document_read_into_its_form_and_written_again_is_the_same() {
    let written = Formats::embedded().fill_in(act(), &answers(), &moment()).unwrap();
    assert_eq!(written.name, AKT);
    assert_eq!(shape(&written.bytes), shape(&sample(AKT)));
}

#[test]
fn what_is_written_satisfies_the_schema_by_another_judge() {
    let person = with(&[
        ("recipient.kind", "entrepreneur"),
        ("recipient.surname", "Васильков"),
        ("recipient.given-name", "Пётр \"<&>'\n вторая строка"),
        ("recipient.inn-person", "500100732259"),
        ("recipient.ogrnip", "304500116000157"),
        ("contract.number", ""),
        ("contract.date", ""),
    ]);
    for fields in [answers(), person] {
        let written = Formats::embedded().fill_in(act(), &fields, &moment()).unwrap();
        let complaint = xmllint("fns/ON_AKTSVEROTP_1_972_01_05_01_01.xsd", &written.bytes);
        assert_eq!(complaint, None);
    }
}

#[test]
fn a_new_draft_knows_the_organisation_and_says_what_is_missing() {
    let known = |what: &str| match what {
        "organisation.kind" => Some("organisation".to_owned()),
        "organisation.inn" => Some("9900000017".to_owned()),
        _ => None,
    };
    let blank = act().blank(known);
    assert_eq!(blank["sender.inn"], "9900000017");
    assert_eq!(blank["currency"], "643");
    assert_eq!(act().title(&blank), "Акт сверки");
    let problems = act().problems(&blank);
    let missing = codes(&problems);
    assert!(missing.contains(&("number", "form.required")));
    assert!(missing.contains(&("operations", "form.rows")));
    assert!(missing.contains(&("sender.name", "form.required")));
    // Not asked of an organisation.
    assert!(!missing.iter().any(|(field, _)| *field == "sender.surname"));
    assert!(!missing.iter().any(|(field, _)| *field == "sender.inn"));
}

#[test]
fn every_wrong_answer_is_told_at_its_field() {
    for (field, value, code) in [
        ("number", "  ", "form.required"),
        ("from", "31.02.2025", "form.date"),
        ("opening.debit", "сто рублей", "form.money"),
        ("currency", "999", "form.choice"),
        ("sender.inn", "9900000018", "requisite.control-digit"),
        ("recipient.kpp", "12", "requisite.length"),
        ("operations/00000100/debit", "1,234", "form.money"),
        ("operations/00000200/at", "вчера", "form.date"),
        ("operations/00000300/what", "", "form.required"),
        ("number", &"9".repeat(1001), "form.too-long"),
        ("sender.edo", "2BM_1", "form.identifier"),
        ("recipient.edo", "../../etc/passwd", "form.identifier"),
        ("recipient.edo", "{guid}", "form.identifier"),
        // Only the encoding of the format objects: a rouble sign.
        ("number", "15 ₽", "form.letters"),
        // Only the rules inside the schema object: a row with neither debit nor credit.
        ("operations/00000100/debit", "", "fns.rule"),
    ] {
        let problems = Formats::embedded()
            .fill_in(act(), &with(&[(field, value)]), &moment())
            .unwrap_err();
        let field = if code == "fns.rule" {
            "operations/00000100/at"
        } else {
            field
        };
        assert_eq!(codes(&problems), [(field, code)], "{field} = {value}");
    }
}

#[test]
fn totals_follow_the_rows() {
    let mut fields = answers();
    let computed = act().computed(&fields);
    assert_eq!(computed["turnover.debit"], "240\u{a0}500,50");
    assert_eq!(computed["closing.debit"], "60\u{a0}500,50");
    assert_eq!(computed["closing.credit"], "0,00");
    fields.insert("opening.credit".to_owned(), "100 000,50".to_owned());
    let computed = act().computed(&fields);
    assert_eq!(computed["closing.debit"], "0,00");
    assert_eq!(computed["closing.credit"], "39\u{a0}500,00");
    // A sum that is still being typed does not spoil the others.
    fields.insert("operations/00000100/debit".to_owned(), "12,".to_owned());
    assert_eq!(act().computed(&fields)["turnover.debit"], "120\u{a0}500,50");
}

#[test]
fn rows_share_a_document_only_while_it_stays_the_same() {
    let mut fields = answers();
    // The second operation becomes one of another document, between two of the first.
    fields.insert("operations/00000200/number".to_owned(), "12".to_owned());
    fields.insert("operations/00000150/document".to_owned(), "УПД".to_owned());
    fields.insert("operations/00000150/number".to_owned(), "11".to_owned());
    fields.insert("operations/00000150/date".to_owned(), "15.01.2025".to_owned());
    fields.insert("operations/00000150/at".to_owned(), "16.01.2025".to_owned());
    fields.insert("operations/00000150/what".to_owned(), "Возврат".to_owned());
    fields.insert("operations/00000150/credit".to_owned(), "100".to_owned());
    let written = Formats::embedded().fill_in(act(), &fields, &moment()).unwrap();
    let shape = shape(&written.bytes);
    let documents = shape.iter().filter(|line| line.contains(" ДокСв ")).count();
    assert_eq!(documents, 4);
    assert!(
        shape
            .iter()
            .any(|line| line.contains("НомСтр=2") && line.contains("Возврат"))
    );
}

#[test]
fn what_the_form_has_no_place_for_is_not_lost_but_refused() {
    for (document, place) in [
        (
            altered(AKT, "НомерАкт=\"15\"", "НомерАкт=\"15\" Лишнее=\"1\""),
            "Документ/@Лишнее",
        ),
        (
            altered(AKT, "<СвОтпр ", "<СвОтпр ОКПО=\"12345678\" "),
            "Документ/СвДокКрАкт/СвОтпр/@ОКПО",
        ),
        (
            altered(AKT, "</ДогСв>", "</ДогСв><ДогСв НомДог=\"2\"/>"),
            "Документ/ТаблАкт/ДогСв",
        ),
        (
            altered(AKT, "<СвОпер НомСтр=\"1\"", "<СвОпер Х=\"1\" НомСтр=\"1\""),
            "Документ/ТаблАкт/ДогСв/ДокСв/@Х",
        ),
    ] {
        assert_eq!(
            act().read(&document),
            Err(ReadError::NoPlace {
                place: place.to_owned()
            })
        );
    }
    assert_eq!(act().read(&sample(UPD)), Err(ReadError::Foreign));
    assert_eq!(act().read(b"<a/>"), Err(ReadError::Foreign));
    assert!(matches!(act().read(&[0xff, 0xfe]), Err(ReadError::Decode(_))));
}

#[test]
fn a_thousand_rows_come_back_in_their_order() {
    let row = "<СвОпер НомСтр=\"3\" ДатаОпер=\"12.02.2025\" НаимОпер=\"Реализация товаров\" СумДебет=\"84500.50\"/>";
    let many: String = (0..1000)
        .map(|number| row.replace("Реализация товаров", &format!("Операция {number}")))
        .collect();
    let fields = act().read(&altered(AKT, row, &many)).unwrap();
    let whats: Vec<&String> = fields
        .iter()
        .filter(|(name, _)| name.ends_with("/what"))
        .map(|(_, value)| value)
        .collect();
    assert_eq!(whats.len(), 1004);
    assert_eq!(whats[2], "Операция 0");
    assert_eq!(whats[1001], "Операция 999");
    let written = Formats::embedded().fill_in(act(), &fields, &moment()).unwrap();
    assert_eq!(act().read(&written.bytes).unwrap(), fields);
}

#[test]
fn a_document_with_mistakes_opens_so_that_they_can_be_mended() {
    // The remark is more than a mistake in an answer: the form has no place for it.
    assert_eq!(
        act().read(&sample(BAD_AKT)),
        Err(ReadError::NoPlace {
            place: "Документ/Примечание".to_owned()
        })
    );
    let without = altered(BAD_AKT, "<Примечание>лишний элемент</Примечание>", "");
    let fields = act().read(&without).unwrap();
    let problems = Formats::embedded()
        .fill_in(act(), &fields, &moment())
        .unwrap_err();
    assert!(!problems.is_empty());
    assert!(
        problems.iter().all(|problem| problem.field.is_some()),
        "{problems:?}"
    );
}

const NOTICE: &str = "fns.dp_uvutoch";

/// Written by hand from the schema and the description of the format, not by this program.
pub(crate) const NOTICE_SAMPLE: &str = r#"<?xml version="1.0" encoding="windows-1251"?>
<Файл ИдФайл="DP_UVUTOCH_DEMO-9900000024-990001001_DEMO-9900000017-990001001_20250403_7f3c2a10-5b1d-4e0a-9c55-2f6f0a1b3c01" ВерсФорм="1.03" ВерсПрог="Кабинет 0.1">
  <Документ КНД="1115113">
    <УчастЭДО ИдУчастЭДО="DEMO-9900000017-990001001">
      <ЮЛ НаимОрг="ООО «Ветер»" ИННЮЛ="9900000017" КПП="990001001"/>
    </УчастЭДО>
    <СвУведУточ ДатаПол="02.04.2025" ВремяПол="16.40.05">
      <СведПолФайл ИмяПолФайла="ON_AKTSVEROTP_1">
        <ЭППолФайл>MIIBdemo+/==</ЭППолФайл>
      </СведПолФайл>
      <ТекстУведУточ>Итог по договору &lt;Д-7&gt; &amp; сумма:
не 84&#160;500,50, а 84&#160;500,05</ТекстУведУточ>
    </СвУведУточ>
    <ОтпрДок ИдУчастЭДО="DEMO-9900000024-990001001">
      <ИП ИННФЛ="500100732259">
        <ФИО Фамилия="Васильков" Имя="Пётр"/>
      </ИП>
    </ОтпрДок>
    <Подписант Должн="Генеральный директор">
      <ФИО Фамилия="Ромашкина" Имя="Анна" Отчество="Сергеевна"/>
    </Подписант>
  </Документ>
</Файл>
"#;

fn notice_sample() -> Vec<u8> {
    encoding_rs::WINDOWS_1251.encode(NOTICE_SAMPLE).0.into_owned()
}

/// [`shape`] with the texts.
fn texts(bytes: &[u8]) -> Vec<String> {
    let text = kabinet_formats::decode(bytes).unwrap().content;
    let document = roxmltree::Document::parse(&text).unwrap();
    let texts = document.descendants().filter(roxmltree::Node::is_text);
    texts
        .map(|one| one.text().unwrap_or_default().trim().to_owned())
        .filter(|one| !one.is_empty())
        .collect()
}

#[test]
fn a_second_form_is_data_and_comes_back_the_same() {
    let form = form(NOTICE).unwrap();
    let fields = form.read(&notice_sample()).unwrap();
    assert_eq!(fields["author.kind"], "entrepreneur");
    assert_eq!(fields["received-at"], "16.40.05");
    assert!(fields["text"].contains("<Д-7> & сумма:\nне 84"));
    let written = Formats::embedded().fill_in(form, &fields, &moment()).unwrap();
    assert!(
        written
            .name
            .starts_with("DP_UVUTOCH_DEMO-9900000024-990001001_DEMO-9900000017-990001001_20250403_")
    );
    assert_eq!(shape(&written.bytes), shape(&notice_sample()));
    assert_eq!(texts(&written.bytes), texts(&notice_sample()));
    assert_eq!(
        form.title(&fields),
        "Уведомление об уточнении от 02.04.2025, Васильков"
    );

    for (name, bytes) in [("sample", notice_sample()), ("written", written.bytes)] {
        let complaint = xmllint("fns/DP_UVUTOCH_1_985_00_01_03_01.xsd", &bytes);
        assert_eq!(complaint, None, "{name}");
    }
}

#[test]
fn answers_that_are_texts_and_times_are_judged_at_their_fields() {
    let form = form(NOTICE).unwrap();
    let with = |name: &str, value: &str| {
        let mut fields = form.read(&notice_sample()).unwrap();
        fields.insert(name.to_owned(), value.to_owned());
        fields
    };
    for (name, value, code) in [
        ("received-at", "25:00", "form.time"),
        ("text", "  ", "form.required"),
        ("author.inn-person", "500100732258", "requisite.control-digit"),
        // The schema's own objection, and letters the format cannot carry: in the text of an element too.
        ("author.edo", "ab", "xsd.pattern"),
        ("signature", "подпись 🙂", "form.letters"),
    ] {
        let refused = Formats::embedded()
            .fill_in(form, &with(name, value), &moment())
            .unwrap_err();
        assert!(codes(&refused).contains(&(name, code)), "{name}: {refused:?}");
    }
    let written = Formats::embedded()
        .fill_in(form, &with("received-at", "9:05"), &moment())
        .unwrap();
    assert_eq!(form.read(&written.bytes).unwrap()["received-at"], "09.05.00");
}
