//! Bank exchanges: read into records, with everything wrong told by line and key.

use encoding_rs::IBM866;
use kabinet_domain::Severity;
use kabinet_formats::bank::{self, Party};
use kabinet_formats::{DecodeError, Formats};
use time::macros::date;

use crate::encode;

const OWN: &str = "40702810638050013199";
const STATEMENT: &str = "1CClientBankExchange
ВерсияФормата=1.03
Кодировка=Windows
Отправитель=Бухгалтерия предприятия
Получатель=
ДатаСоздания=03.04.2026
ВремяСоздания=10:15:00
ДатаНачала=01.04.2026
ДатаКонца=02.04.2026
РасчСчет=40702810638050013199
СекцияРасчСчет
ДатаНачала=01.04.2026
ДатаКонца=02.04.2026
РасчСчет=40702810638050013199
НачальныйОстаток=1000.00
ВсегоПоступило=500.5
ВсегоСписано=300
КонечныйОстаток=1200.50
КонецРасчСчет
СекцияДокумент=Платежное поручение
Номер=17
Дата=01.04.2026
Сумма=500.50
ДатаПоступило=02.04.2026
ПлательщикСчет=40702810138030000017
Плательщик=ИНН 9204563745 ООО \"Вымысел\"
ПлательщикИНН=9204563745
ПлательщикКПП=920401001
ПлательщикБанк1=Банк покупателя
ПлательщикБИК=046577964
ПлательщикКорсчет=
ПолучательСчет=40702810638050013199
Получатель=ООО \"Василёк\"
ПолучательИНН=7707083893
ПолучательКПП=770701001
ПолучательБИК=044525225
ПолучательКорсчет=30101810400000000225
ВидОплаты=01
НазначениеПлатежа=Оплата по счёту № 5 = аванс, без НДС
КонецДокумента
СекцияДокумент=Банковский ордер
Номер=8
Дата=02.04.2026
Сумма=300
ДатаСписано=02.04.2026
ПлательщикСчет=40702810638050013199
Плательщик1=ООО \"Василёк\"
ПлательщикИНН=7707083893
ПолучательСчет=03100643000000017300
Получатель1=Казначейство России
ПолучательИНН=0
ПолучательКПП=0
ПоказательКБК=18201061201010000510
НазначениеПлатежа1=Единый
НазначениеПлатежа2=налоговый платёж
КонецДокумента
КонецФайла
";

fn findings(text: &str) -> Vec<(String, Option<u32>, Option<String>)> {
    let (_, findings) = bank::read("kl_to_1c.txt", &encode(text)).unwrap();
    findings
        .into_iter()
        .map(|finding| (finding.code, finding.line, finding.element))
        .collect()
}

fn found(code: &str, line: u32, key: Option<&str>) -> (String, Option<u32>, Option<String>) {
    (code.to_owned(), Some(line), key.map(str::to_owned))
}

#[test]
fn a_statement_becomes_records_in_every_encoding_it_may_have() {
    let dos = IBM866
        .encode(&STATEMENT.replace("Windows", "DOS").replace("№ ", ""))
        .0
        .into_owned();
    let windows_lines = encode(&STATEMENT.replace('\n', "\r\n"));
    for bytes in [
        encode(STATEMENT),
        windows_lines,
        STATEMENT.as_bytes().to_vec(),
        dos,
    ] {
        let (exchange, findings) = bank::read("kl_to_1c.txt", &bytes).unwrap();
        assert_eq!(findings, []);
        assert_eq!(
            (exchange.version.as_str(), exchange.recipient.as_deref()),
            ("1.03", None)
        );
        assert_eq!(exchange.sender.as_deref(), Some("Бухгалтерия предприятия"));
        assert_eq!(
            (exchange.created, exchange.to),
            (Some(date!(2026 - 04 - 03)), Some(date!(2026 - 04 - 02)))
        );
        assert_eq!(exchange.accounts, [OWN]);
        let statement = &exchange.statements[0];
        assert_eq!((statement.line, statement.account.as_str()), (11, OWN));
        assert_eq!(
            (
                statement.opening,
                statement.received,
                statement.spent,
                statement.closing
            ),
            (Some(100_000), Some(50_050), Some(30_000), Some(120_050))
        );
        let [came, left] = exchange.payments.as_slice() else {
            panic!("{:#?}", exchange.payments)
        };
        assert_eq!(
            (came.line, came.kind.as_str(), came.number.as_str()),
            (20, "Платежное поручение", "17")
        );
        assert_eq!(
            (came.date, came.credited, came.debited),
            (Some(date!(2026 - 04 - 01)), Some(date!(2026 - 04 - 02)), None)
        );
        assert_eq!(came.sum, Some(50_050));
        assert!(came.purpose.ends_with("5 = аванс, без НДС"), "{}", came.purpose);
        assert_eq!(
            (
                came.payer.name.as_str(),
                came.payer.inn.as_str(),
                came.payer.bik.as_str()
            ),
            ("ООО \"Вымысел\"", "9204563745", "046577964")
        );
        assert_eq!(came.other.get("ВидОплаты").map(String::as_str), Some("01"));
        assert_eq!(
            (left.recipient.inn.as_str(), left.recipient.kpp.as_str()),
            ("", ""),
            "0 says that there is none"
        );
        assert_eq!(left.purpose, "Единый налоговый платёж");
        assert_eq!(
            left.other.get("ПоказательКБК").map(String::as_str),
            Some("18201061201010000510")
        );
    }
}

#[test]
fn everything_wrong_is_told_by_line_and_key() {
    for (from, to, expected) in [
        (
            "ВерсияФормата=1.03\n",
            "",
            found("bank.missing", 1, Some("ВерсияФормата")),
        ),
        ("=1.03", "=2.00", found("bank.version", 2, Some("ВерсияФормата"))),
        (
            "ДатаСоздания=03.04",
            "ДатаСоздания=31.04",
            found("bank.date", 6, Some("ДатаСоздания")),
        ),
        (
            "=1200.50",
            "=1200.51",
            found("bank.balance", 11, Some("КонечныйОстаток")),
        ),
        (
            "ВсегоСписано=300",
            "ВсегоСписано=3x",
            found("bank.sum", 17, Some("ВсегоСписано")),
        ),
        (
            "Сумма=500.50",
            "Сумма=500,50",
            found("bank.sum", 23, Some("Сумма")),
        ),
        ("Сумма=500.50", "Сумма=", found("bank.missing", 20, Some("Сумма"))),
        (
            "Номер=17\n",
            "Номер=17\nНомер=18\n",
            found("bank.repeated", 22, Some("Номер")),
        ),
        ("Номер=17\n", "Номер 17\n", found("bank.line", 21, None)),
        ("КонецРасчСчет\n", "", found("bank.section-open", 11, None)),
        (
            "КонецРасчСчет\n",
            "КонецДокумента\n",
            found("bank.stray-end", 19, Some("КонецДокумента")),
        ),
        ("КонецФайла\n", "", found("bank.no-end", 56, None)),
        (
            "КонецФайла\n",
            "КонецФайла\nещё\n",
            found("bank.after-end", 58, None),
        ),
        (
            "=9204563745\n",
            "=9204563746\n",
            found("requisite.control-digit", 27, Some("ПлательщикИНН")),
        ),
        (
            "=046577964",
            "=04657796",
            found("bank.requisite", 30, Some("ПлательщикБИК")),
        ),
        (
            "=30101810400000000225",
            "=30101810400000000226",
            found("requisite.control-digit", 37, Some("ПолучательКорсчет")),
        ),
    ] {
        assert_eq!(STATEMENT.matches(from).count(), 1, "{from}");
        let found = findings(&STATEMENT.replacen(from, to, 1));
        assert!(found.contains(&expected), "{from} → {to}: {found:?}");
    }
    assert_eq!(
        findings("1CClientBankExchange\nВерсияФормата=1.02\nКонецФайла"),
        [],
        "an empty one is right, and needs no break after its last line"
    );
}

#[test]
fn a_check_tells_the_same_and_sorts_errors_from_warnings() {
    let formats = Formats::embedded();
    assert_eq!(formats.check("выписка", &encode(STATEMENT)).findings, []);
    let wrong = STATEMENT
        .replace("Сумма=300\n", "Сумма=\n")
        .replace("=1200.50", "=1");
    let check = formats.check("выписка", &encode(&wrong));
    assert_eq!(check.recognition.format, "onec.bank-exchange");
    let told: Vec<_> = check
        .findings
        .iter()
        .map(|finding| (finding.severity, finding.code.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (Severity::Warning, "bank.balance"),
            (Severity::Error, "bank.missing")
        ]
    );
    assert!(check.has_errors());
    let mut broken = encode(STATEMENT);
    let end = broken.len() - 20;
    broken[end] = 0x98;
    assert_eq!(
        formats.check("выписка", &broken).findings[0].code,
        "xml.undecodable"
    );
    assert_eq!(bank::read("a", b"<a/>"), Err(DecodeError::NotText));
}

#[test]
fn counterparties_are_the_others_once_each() {
    let twice = STATEMENT.replace(
        "КонецФайла",
        "СекцияДокумент=Платежное поручение\nНомер=18\nДата=02.04.2026\nСумма=1.00\nПлательщикСчет=40702810138030000017\n\
         Плательщик1=ООО \"Вымысел\"\nПлательщикИНН=9204563745\nПлательщикКПП=920401001\nПлательщикБанк1=Банк покупателя\n\
         ПлательщикБИК=046577964\nПолучательСчет=40702810638050013199\nКонецДокумента\nКонецФайла",
    );
    let found = bank::counterparties(&encode(&twice));
    let names: Vec<_> = found.iter().map(|party| party.name.as_str()).collect();
    assert_eq!(names, ["ООО \"Вымысел\"", "Казначейство России"]);
    assert_eq!(
        found[0],
        Party {
            name: "ООО \"Вымысел\"".into(),
            inn: "9204563745".into(),
            kpp: "920401001".into(),
            account: "40702810138030000017".into(),
            bank: "Банк покупателя".into(),
            bik: "046577964".into(),
            correspondent: String::new(),
        }
    );
    // A mistyped number is not offered to anybody.
    let mistyped = bank::counterparties(&encode(&STATEMENT.replace("=9204563745", "=9204563746")));
    assert_eq!(
        (mistyped[0].inn.as_str(), mistyped[0].kpp.as_str()),
        ("", "920401001")
    );
    assert!(bank::counterparties(b"%PDF-1.7").is_empty());
}

#[test]
fn no_line_brings_the_reader_down() {
    let bytes = encode(STATEMENT);
    for length in 0..bytes.len() {
        let _ = bank::read("a", &bytes[..length]);
        let mut changed = bytes.clone();
        changed[length] ^= 0x15;
        let _ = bank::read("a", &changed);
    }
}
