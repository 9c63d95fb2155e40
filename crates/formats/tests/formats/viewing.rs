use kabinet_formats::{Formats, Section, View};

use crate::{AKT, REQ, UPD, sample};

fn view(name: &str) -> View {
    Formats::embedded().view(name, &sample(name)).unwrap()
}

fn section<'a>(view: &'a View, heading: &str) -> &'a Section {
    view.sections
        .iter()
        .find(|section| section.heading == heading)
        .unwrap_or_else(|| panic!("{heading}: {view:#?}"))
}

fn field<'a>(section: &'a Section, label: &str) -> &'a str {
    section
        .fields
        .iter()
        .find(|field| field.label == label)
        .map_or("", |field| field.value.as_str())
}

#[test]
fn labels_are_the_words_of_the_schema() {
    let view = view(AKT);
    let document = section(&view, "Акт сверки взаимных расчетов, информация отправителя");
    assert_eq!(field(document, "Номер акта сверки"), "15");
    assert_eq!(
        field(document, "Дата окончания периода сверки взаимных расчетов"),
        "31.03.2025"
    );
    let signatory = section(
        &view,
        "Сведения о лице, подписавшем информацию отправителя в электронной форме",
    );
    assert_eq!(
        field(signatory, "Фамилия, имя, отчество (при наличии)"),
        "Ромашкина Анна Сергеевна"
    );
    assert_eq!(field(signatory, "Должность"), "Генеральный директор");
}

#[test]
fn operations_of_an_act_are_tables_under_their_documents() {
    let view = view(AKT);
    let second = section(&view, "Сведения о документах 2");
    assert_eq!(field(second, "Номер документа"), "27");
    let table = &second.tables[0];
    assert_eq!(table.heading, "Сведения об операциях");
    assert_eq!(
        table.columns,
        [
            "Номер строки таблицы «Сведения об операции»",
            "Дата операции",
            "Наименование операции",
            "Сумма дебета операции",
            "Сумма кредита операции"
        ]
    );
    assert_eq!(
        table.rows[0],
        ["3", "12.02.2025", "Реализация товаров", "84500.50", ""]
    );
    assert_eq!(table.rows[1][4], "60000.00");
    let third = section(&view, "Сведения о документах 3");
    assert_eq!(
        third.tables[0].rows.len(),
        1,
        "a single line is still a line of a table"
    );
}

#[test]
fn goods_are_one_table_with_nested_values_in_its_columns() {
    let view = view(UPD);
    let table = view
        .sections
        .iter()
        .flat_map(|section| &section.tables)
        .find(|table| table.rows.len() == 4)
        .unwrap();
    let column = |start: &str| {
        table
            .columns
            .iter()
            .position(|column| column.starts_with(start))
            .unwrap_or_else(|| panic!("{table:#?}"))
    };
    assert_eq!(
        table.rows[0][column("Наименование товара")],
        "Бумага для заметок, 100 листов"
    );
    assert_eq!(table.rows[3][column("Количество")], "1");
    assert_eq!(table.rows[1][column("Сумма налога")], "2100.00");
    assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
}

#[test]
fn every_value_of_a_document_appears() {
    for name in [AKT, UPD, REQ] {
        let text = kabinet_formats::decode(&sample(name)).unwrap().content;
        let document = roxmltree::Document::parse(&text).unwrap();
        let view = view(name);
        let fields = view
            .sections
            .iter()
            .flat_map(|section| &section.fields)
            .map(|field| field.value.as_str());
        let cells = view
            .sections
            .iter()
            .flat_map(|section| &section.tables)
            .flat_map(|table| &table.rows)
            .flatten();
        let all = fields
            .chain(cells.map(String::as_str))
            .collect::<Vec<_>>()
            .join("\n");
        for node in document.descendants() {
            let attributes = node.attributes().map(|attribute| attribute.value());
            for value in attributes.chain(node.text().filter(|_| node.is_text())) {
                let value = value.trim();
                let turned = value
                    .split('T')
                    .next()
                    .unwrap_or(value)
                    .split('-')
                    .rev()
                    .collect::<Vec<_>>()
                    .join(".");
                assert!(all.contains(value) || all.contains(&turned), "{name}: {value}");
            }
        }
    }
}

#[test]
fn dates_of_the_xml_kind_are_turned_and_labels_cross_namespaces() {
    let view = view(REQ);
    let person = view
        .sections
        .iter()
        .find(|section| !field(section, "Дата рождения застрахованного лица").is_empty());
    assert_eq!(
        field(person.unwrap(), "Дата рождения застрахованного лица"),
        "10.02.1990"
    );
}

#[test]
fn bank_files_are_shown_by_their_sections_in_their_own_encoding() {
    let text = "1CClientBankExchange\r\nВерсияФормата=1.03\r\nКодировка=DOS\r\nОтправитель=Банк\r\n\
                СекцияРасчСчет\r\nРасчСчет=40702810638050013199\r\nКонецРасчСчет\r\n\
                СекцияДокумент=Платежное поручение\r\nНомер=18\r\nСумма=120000.00\r\nКонецДокумента\r\nКонецФайла\r\n";
    let dos: Vec<u8> = encoding_rs::IBM866.encode(text).0.into_owned();
    let view = Formats::embedded().view("kl_to_1c.txt", &dos).unwrap();
    assert_eq!(field(&view.sections[0], "Отправитель"), "Банк");
    assert_eq!(field(section(&view, "Платежное поручение"), "Номер"), "18");
    assert_eq!(
        field(section(&view, "РасчСчет"), "РасчСчет"),
        "40702810638050013199"
    );
}

#[test]
fn there_is_no_view_of_what_is_refused() {
    let formats = Formats::embedded();
    assert_eq!(
        formats.view("a.txt", b"key=value").unwrap().sections,
        [],
        "a plain text has its raw view only"
    );
    assert_eq!(
        formats.view("a", b"\x89PNG\r\n\x1a\n\0").unwrap_err().code(),
        "document.not-text"
    );
    assert_eq!(
        formats.view("a", b"<!DOCTYPE a><a/>").unwrap_err().code(),
        "xml.dtd"
    );
}
